//! What keeps a record from counting at all.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Waiver, WaiverKind};
use crate::config::RuleSettings;
use crate::identities::{Identities, Identity};
use crate::rules::{Rule, longest_term};
use crate::tables::Table;

/// What a record is checked against.
pub(super) struct Measure<'a> {
    pub(super) chains: Chains<'a>,
    pub(super) identities: &'a Identities<'a>,
    pub(super) settings: &'a RuleSettings,
}

/// The records by their ids, with what each renews.
pub(super) struct Chains<'a> {
    by_id: BTreeMap<&'a str, &'a Waiver>,
    /// How often what a record accepts was renewed before; none where the chain has no beginning.
    renewed: BTreeMap<&'a str, Option<usize>>,
}

impl<'a> Chains<'a> {
    pub(super) fn of(all: &'a [Waiver]) -> Self {
        let by_id = all.iter().map(|it| (it.id.as_str(), it)).collect();
        let mut res = Self { by_id, renewed: BTreeMap::new() };
        for it in all {
            res.follow(it);
        }
        res
    }

    /// Follows a chain back to what is known, so that no part of it is walked twice.
    fn follow(&mut self, from: &'a Waiver) {
        let (mut path, mut at) = (Vec::new(), Some(from));
        let mut before = loop {
            let Some(it) = at else { break None };
            if let Some(known) = self.renewed.get(it.id.as_str()) {
                break known.map(|it| it + 1);
            }
            // Who comes back here walks in a circle.
            self.renewed.insert(&it.id, None);
            path.push(it.id.as_str());
            let Some(id) = &it.supersedes else { break Some(0) };
            at = self.by_id.get(id.as_str()).copied();
        };
        for id in path.into_iter().rev() {
            self.renewed.insert(id, before);
            before = before.map(|it| it + 1);
        }
    }
}

impl Measure<'_> {
    /// What is wrong with a record; `behind` are those behind its subjects.
    pub(super) fn problems(&self, it: &Waiver, behind: &[Rc<Identity>]) -> Vec<String> {
        let mut res = Vec::new();
        if is_never_waived(it.rule) {
            res.push(format!("{} is never waived", it.rule.code));
        }
        let missing = missing(it);
        if !missing.is_empty() {
            res.push(format!("it has no {}", missing.join(", no ")));
        }
        res.extend(scope(it));
        res.extend(self.term(it));
        res.extend(self.unknown_person(it));
        res.extend(self.conflict(it, behind));
        res.extend(self.renewal(it));
        res
    }

    /// How often what a record accepts was renewed before; none where the chain has no beginning.
    pub(super) fn renewals(&self, it: &Waiver) -> Option<usize> {
        self.chains.renewed.get(it.id.as_str()).copied().flatten()
    }

    fn term(&self, it: &Waiver) -> Option<String> {
        let (starts, expires, cap) = (it.starts?, it.expires?, it.severity_cap?);
        let days = (expires - starts).num_days() + 1;
        let most = longest_term(cap, self.settings);
        if days < 1 {
            return Some("it ends before it starts".to_owned());
        }
        let long = days > most;
        long.then(|| format!("it lasts {days} days, and {most} are allowed up to {}", cap.word()))
    }

    /// A person who is named without a known address or id cannot be distinguished from another.
    fn unknown_person(&self, it: &Waiver) -> Option<String> {
        let named =
            [("owner", &it.owner), ("requester", &it.requested_by), ("approver", &it.approver)];
        let whom = |word: &str| self.identities.whom(word, Some(&it.instance));
        let unknown_person = named.into_iter().find_map(|(what, who)| {
            who.as_deref().filter(|it| whom(it).is_nobody()).map(|who| (what, who))
        });
        if let Some((what, who)) = unknown_person {
            return Some(format!("its {what} `{who}` is neither an address nor a known id"));
        }
        let approver = it.approver.as_deref()?;
        let stranger = self.identities.has_roster() && !self.identities.knows(&whom(approver));
        stranger
            .then(|| format!("neither the roster nor an instance knows its approver `{approver}`"))
    }

    /// No person approves for themselves, under whatever address.
    fn conflict(&self, it: &Waiver, behind: &[Rc<Identity>]) -> Option<String> {
        let whom = |word: &str| self.identities.whom(word, Some(&it.instance));
        let approver = whom(it.approver.as_deref()?);
        let is = |other: &str| approver.may_be(&whom(other));
        let whom = if it.owner.as_deref().is_some_and(is) {
            "its owner"
        } else if it.requested_by.as_deref().is_some_and(is) {
            "who asked for it"
        } else if behind.iter().any(|it| approver.may_be(it)) {
            "whom it is for"
        } else {
            return None;
        };
        Some(format!("its approver is {whom}"))
    }

    fn renewal(&self, it: &Waiver) -> Option<String> {
        let id = it.supersedes.as_deref()?;
        let before = self.chains.by_id.get(id);
        let same_matter =
            |other: &Waiver| other.rule.code == it.rule.code && other.instance == it.instance;
        if before.is_none() {
            Some(format!("it renews `{id}`, which is not in the file"))
        } else if !before.is_some_and(|it| same_matter(it)) {
            Some(format!("it renews `{id}`, which is for another rule or instance"))
        } else if self.renewals(it).is_none() {
            Some("its renewals do not begin with a first waiver that is in the file".to_owned())
        } else {
            None
        }
    }
}

/// Whether no waiver counts for a rule: evidence must be whole, and who reviews must not excuse the
/// review.
pub fn is_never_waived(rule: &Rule) -> bool {
    rule.is_about_evidence()
        || ["GOV-02", "USR-02"].contains(&rule.code)
        || rule.reads.contains(&Table::Waivers)
}

fn missing(it: &Waiver) -> Vec<&'static str> {
    let control = it.kind != WaiverKind::CompensatingControl || it.compensating_control.is_some();
    let all = [
        ("rule-version", it.rule_version.is_some()),
        ("severity-cap", it.severity_cap.is_some()),
        ("reason", it.reason.is_some()),
        ("compensating-control", control),
        ("owner", it.owner.is_some()),
        ("requested-by", it.requested_by.is_some()),
        ("approver", it.approver.is_some()),
        ("approved-at", it.approved_at.is_some()),
        ("starts", it.starts.is_some()),
        ("expires", it.expires.is_some()),
    ];
    all.into_iter().filter(|it| !it.1).map(|it| it.0).collect()
}

fn scope(it: &Waiver) -> Option<String> {
    let scope = &it.scope;
    match &scope.pattern {
        None if scope.subjects.is_empty() && scope.finding_ids.is_empty() => {
            Some("it names no subject".to_owned())
        }
        Some(_) if !scope.allow_group => {
            Some("it has a pattern without `allow-group = true`".to_owned())
        }
        Some(it) if !it.chars().any(char::is_alphanumeric) => {
            Some("its pattern fits everything".to_owned())
        }
        None | Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::collection::vec;
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::Chains;
    use crate::names::InstanceNames;
    use crate::rules::CATALOGUE;
    use crate::waivers::{KnownNames, Waivers, parse};

    /// Records of which each renews the one of that number, where there is a number.
    fn records(renewed: impl Iterator<Item = Option<usize>>) -> Waivers {
        let mut text = String::new();
        for (at, before) in renewed.enumerate() {
            let before = before.map_or(String::new(), |it| format!("supersedes = \"W{it}\"\n"));
            let record =
                "[[waiver]]\nkind = \"risk-accepted\"\nrule = \"DRM-01\"\ninstance = \"one\"\n";
            write!(text, "{record}id = \"W{at}\"\n{before}").expect("text grows");
        }
        let known = KnownNames { rules: CATALOGUE, instances: &InstanceNames::of(&["one"], []) };
        parse(text.into_bytes(), "waivers.toml", known).expect("records")
    }

    #[test]
    fn a_chain_is_walked_once() {
        let n = 20_000;
        let waivers = records((0..n).map(|it| (it + 1 < n).then_some(it + 1)));
        let chains = Chains::of(&waivers.records);
        assert_eq!(chains.renewed["W0"], Some(n - 1));
        assert_eq!(chains.renewed["W19999"], Some(0));
    }

    proptest! {
        #[test]
        fn renewals_are_counted_back_to_a_beginning(renewed in vec(0_usize..12, 0..9)) {
            // From 10 on there is nothing to renew; whoever is not in the file is gone.
            let before = |it: usize| renewed.get(it).copied().filter(|it| *it < 10);
            let waivers = records((0..renewed.len()).map(before));
            let chains = Chains::of(&waivers.records);
            for at in 0..renewed.len() {
                let mut path = vec![at];
                let counted = loop {
                    match before(path[path.len() - 1]) {
                        None => break Some(path.len() - 1),
                        Some(it) if it >= renewed.len() || path.contains(&it) => break None,
                        Some(it) => path.push(it),
                    }
                };
                prop_assert_eq!(chains.renewed[format!("W{at}").as_str()], counted);
            }
        }
    }
}
