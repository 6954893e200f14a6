//! The names in approvals, in the baseline and in waivers.

use std::path::Path;

use super::lists::{ListKind, Lookup};
use super::{ALL, NamedReference, Reference, ReferenceRole, ReferenceSources};
use crate::approvals::{Approval, ApprovedKind};
use crate::identities::AccountMatch;
use crate::names::fold;
use crate::responses::{Response, Responses};
use crate::rules::Subject;
use crate::waivers::Waiver;

impl ReferenceSources<'_> {
    /// Whether an instance is called so, or was.
    pub(super) fn instance(&self, word: &str) -> Lookup {
        match self.identities.instance(word) {
            Some(today) if fold(today) != fold(word) => formerly(today),
            _ => self.lists.instance(word),
        }
    }

    /// Whether a person is known under the word.
    pub(super) fn person(&self, word: &str, instance: Option<&str>) -> Lookup {
        let who = self.identities.whom(word, instance);
        if self.identities.knows(&who) {
            Lookup::Yes
        } else if who.is_nobody() {
            // What is no address may be the id of an account that was not read.
            match self.lists.anywhere(&[ListKind::Accounts], word) {
                Lookup::No(_) => Lookup::No("write an address, or the id of an account".to_owned()),
                untold => untold,
            }
        } else if !self.identities.has_roster() {
            Lookup::Untold("there is no roster that could tell".to_owned())
        } else {
            match self.lists.anywhere(&[ListKind::Accounts], word) {
                Lookup::No(_) => Lookup::No(self.other_letters(word)),
                it => it,
            }
        }
    }

    /// Whether the roster has a person under the address.
    pub(super) fn roster_person(&self, address: &str) -> Lookup {
        if !self.identities.has_roster() {
            return Lookup::Untold("there is no roster that could tell".to_owned());
        }
        if self.identities.lists(&self.identities.whom(address, None)) {
            return Lookup::Yes;
        }
        let alike = self.other_letters(address);
        Lookup::No(if alike.is_empty() {
            "an alias leads to an address of the roster".to_owned()
        } else {
            alike
        })
    }

    /// Whom a word only looks like, in words; empty where there is no such person.
    fn other_letters(&self, word: &str) -> String {
        let alike = self.identities.looks_like(word);
        let words = |it| format!("it looks like `{it}` and has letters of another kind in it");
        alike.map(words).unwrap_or_default()
    }

    /// Whether an instance has the account, and only one of that name.
    fn account(&self, word: &str, instance: &str) -> Lookup {
        match self.identities.account(word, instance) {
            AccountMatch::One(_) => Lookup::Yes,
            AccountMatch::Several(count) => {
                Lookup::No(format!("{count} accounts go by it: write the id of one"))
            }
            AccountMatch::None => self.lists.on(instance, &[ListKind::Accounts], word),
        }
    }
}

/// Every name in the approvals that can still cover a change.
pub(super) fn approvals(sources: &ReferenceSources<'_>) -> Vec<Reference> {
    let Some(approvals) = sources.approvals else { return Vec::new() };
    let counts = |approval: &&Approval| sources.since.is_none_or(|since| approval.day >= since);
    let mut res = Vec::new();
    for it in approvals.records.iter().filter(counts) {
        let named = |instance, column: &str, role, text| {
            let place = format!("line {}, {column}", it.line);
            NamedReference { instance, input: &approvals.input.name, place, role, text }
        };
        let instance = sources.instance(&it.instance);
        let is_known = matches!(instance, Lookup::Yes | Lookup::Noted(_));
        let place = sources.identities.instance(&it.instance).unwrap_or(&it.instance);
        let whose = if is_known { place } else { ALL };
        let there = named(whose, "instance", ReferenceRole::ApprovalInstance, &it.instance);
        res.push(there.resolved(instance));
        if is_known {
            let subject = named(place, "subject", ReferenceRole::ApprovalSubject, &it.subject);
            res.extend(changed(sources, it, place).map(|found| subject.resolved(found)));
        }
        let approver = named(whose, "approver", ReferenceRole::ApprovalApprover, &it.approver);
        res.push(approver.resolved(sources.person(&it.approver, Some(place))));
    }
    res
}

/// Whether the instance has what an approval is of; none for settings, which have names of their
/// own.
fn changed(sources: &ReferenceSources<'_>, it: &Approval, instance: &str) -> Option<Lookup> {
    let word = it.bare_subject();
    match it.change {
        ApprovedKind::Added | ApprovedKind::Reactivated | ApprovedKind::Privilege => {
            Some(sources.account(word, instance))
        }
        // A group that was deleted is approved by its old name.
        ApprovedKind::Rights => Some(match sources.lists.on(instance, &[ListKind::Groups], word) {
            Lookup::No(_) => Lookup::Untold("a group that is gone goes by its old name".to_owned()),
            it => it,
        }),
        ApprovedKind::Token => Some(match sources.identities.tokens(word, instance).len() {
            0 | 1 => sources.lists.on(instance, &[ListKind::Tokens], word),
            count => Lookup::No(format!("{count} tokens go by it: write the id of one")),
        }),
        ApprovedKind::Setting => None,
    }
}

/// Every name in the baseline.
pub(super) fn baseline(sources: &ReferenceSources<'_>) -> Vec<Reference> {
    let Some(baseline) = sources.baseline else { return Vec::new() };
    let mut res = Vec::new();
    let foreign = baseline.foreign.iter().map(|it| (it.line, &it.instance));
    let former = baseline.former.iter().map(|it| (it.line, &it.instance));
    for (line, text) in foreign.chain(former) {
        let place = format!("line {line}, instance");
        let role = ReferenceRole::BaselineInstance;
        let named =
            NamedReference { instance: ALL, input: &baseline.input.name, place, role, text };
        let found = match sources.instance(text) {
            Lookup::No(_) if sources.config.excludes(text).is_some() => Lookup::Noted(
                "excluded from the audit: the row is compared with nothing".to_owned(),
            ),
            it => it,
        };
        res.push(named.resolved(found));
    }
    for it in &baseline.expected {
        let named = |column: &str, role, text| {
            let place = format!("line {}, {column}", it.line);
            NamedReference {
                instance: &it.instance,
                input: &baseline.input.name,
                place,
                role,
                text,
            }
        };
        let subject = sources.lists.on(&it.instance, &[ListKind::Accounts], &it.subject);
        res.push(named("subject", ReferenceRole::BaselineSubject, &it.subject).resolved(subject));
        let group = match sources.lists.on(&it.instance, &[ListKind::Groups], &it.entitlement) {
            Lookup::No(_) if it.entitlement == "admin" => Lookup::Yes,
            it => it,
        };
        res.push(
            named("entitlement", ReferenceRole::BaselineGroup, &it.entitlement).resolved(group),
        );
    }
    res
}

/// Every name in the waivers and the manual evidence that may still count.
pub(super) fn waivers(sources: &ReferenceSources<'_>) -> Vec<Reference> {
    let Some(waivers) = sources.waivers else { return Vec::new() };
    let path = sources.config.waivers.as_deref().and_then(Path::file_name);
    let input = path.map_or_else(|| "waivers.toml".into(), |it| it.to_string_lossy().into_owned());
    let mut res = Vec::new();
    for (at, it) in waivers.records.iter().enumerate() {
        if it.expires.is_some_and(|it| it < sources.today) {
            continue;
        }
        let named = |key: &str, role, text| {
            let which = if it.id.is_empty() { (at + 1).to_string() } else { it.id.clone() };
            let place = format!("waiver {which}, {key}");
            NamedReference { instance: &it.instance, input: &input, place, role, text }
        };
        if let Some(word) = &it.formerly {
            let named = named("instance", ReferenceRole::WaiverInstance, word);
            res.push(named.resolved(formerly(&it.instance)));
        }
        for text in &it.scope.subjects {
            let found = subject(sources, it, text);
            res.push(named("subjects", ReferenceRole::WaiverSubject, text).resolved(found));
        }
        let people =
            [("owner", &it.owner), ("requested-by", &it.requested_by), ("approver", &it.approver)];
        for (key, text) in people.into_iter().filter_map(|(key, it)| Some((key, it.as_ref()?))) {
            let found = sources.person(text, Some(&it.instance));
            res.push(named(key, ReferenceRole::WaiverPerson, text).resolved(found));
        }
    }
    for (at, it) in waivers.manual.iter().enumerate() {
        let Some(by) = it.by.as_ref().filter(|_| it.valid_until >= Some(sources.today)) else {
            continue;
        };
        let named = |key: &str, role, text| {
            let place = format!("manual evidence {}, {key}", at + 1);
            NamedReference { instance: &it.instance, input: &input, place, role, text }
        };
        if let Some(word) = &it.formerly {
            let named = named("instance", ReferenceRole::WaiverInstance, word);
            res.push(named.resolved(formerly(&it.instance)));
        }
        res.push(named("by", ReferenceRole::EvidenceBy, by).resolved(sources.person(by, None)));
    }
    res
}

/// What is known of a finding that somebody answers.
#[derive(Clone, Copy, Debug)]
pub enum AnsweredFinding<'a> {
    /// The report has it, on this instance.
    Found(&'a str),
    /// An earlier pack has it, on this instance.
    Before(&'a str),
    /// Nothing has it.
    Unknown,
}

/// Every finding that management responses answer.
pub fn responses<'a>(
    responses: &Responses,
    finding: impl Fn(&str) -> AnsweredFinding<'a>,
) -> Vec<Reference> {
    let reference = |(at, it): (usize, &Response)| {
        let (instance, found) = match finding(&it.finding_id) {
            AnsweredFinding::Found(instance) => (instance, Lookup::Yes),
            AnsweredFinding::Before(instance) => {
                (instance, Lookup::Noted("it is not found any more".to_owned()))
            }
            AnsweredFinding::Unknown => (ALL, Lookup::No(String::new())),
        };
        let (input, text) = (responses.input.name.as_str(), it.finding_id.as_str());
        let place = format!("response {}, finding", at + 1);
        let role = ReferenceRole::AnsweredFinding;
        NamedReference { instance, input, place, role, text }.resolved(found)
    };
    responses.records.iter().enumerate().map(reference).collect()
}

/// That a name is what an instance of today was called before.
pub(super) fn formerly(today: &str) -> Lookup {
    Lookup::Noted(format!("the former name of `{today}`"))
}

fn subject(sources: &ReferenceSources<'_>, waiver: &Waiver, word: &str) -> Lookup {
    let on = |kind| sources.lists.on(&waiver.instance, &[kind], word);
    match waiver.rule.subject {
        Subject::User => sources.account(word, &waiver.instance),
        Subject::Group => on(ListKind::Groups),
        Subject::Token => on(ListKind::Tokens),
        Subject::Invite => on(ListKind::Invites),
        Subject::Instance => sources.instance(word),
        _ => Lookup::Untold("no list has all of what the rule looks at".to_owned()),
    }
}
