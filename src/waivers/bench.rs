//! A record held against the facts: its state, what it accepts, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::Waiver;
use super::judge::{Around, Judged, State};
use super::people::{self, Key, Subjects};
use super::sound::Measure;
use crate::audit::{self, Found, Outcome};
use crate::rules::Severity;

/// Days before its end on which a waiver is called expiring.
const SOON: i64 = 30;

/// Everything that waivers are held against.
pub(super) struct Bench<'r, 'a> {
    records: &'r [Waiver],
    around: Around<'a>,
    outcomes: &'a [Outcome],
    measure: Measure<'a>,
    /// The exceptions of each rule that a waiver names, by code.
    found: BTreeMap<&'static str, Vec<Found>>,
    subjects: Subjects,
}

impl<'r: 'a, 'a> Bench<'r, 'a> {
    pub(super) fn new(
        records: &'r [Waiver],
        around: Around<'a>,
        outcomes: &'a [Outcome],
    ) -> Result<Self, audit::Error> {
        let named: BTreeSet<&str> = records.iter().map(|it| it.rule.code).collect();
        let mut found = BTreeMap::new();
        for it in outcomes.iter().filter(|it| named.contains(it.rule.code)) {
            found.insert(it.rule.code, it.found()?);
        }
        let measure = Measure { all: records, roster: around.roster, settings: around.settings };
        let subjects = Subjects::default();
        let mut res = Self { records, around, outcomes, measure, found, subjects };
        let wanted = records.iter().flat_map(|it| res.keys(it)).collect();
        res.subjects = Subjects::of(around.tables, &wanted);
        Ok(res)
    }

    pub(super) fn judge_all(&self) -> Vec<Judged<'r>> {
        let valid = |it: &&Waiver| self.measure.problems(it, &self.behind(it)).is_empty();
        let in_force = |it: &&Waiver| valid(it) && self.begins(it) <= Some(self.around.now);
        let renewed: BTreeSet<&str> = self
            .records
            .iter()
            .filter(in_force)
            .filter_map(|it| it.supersedes.as_deref())
            .collect();
        self.records.iter().map(|it| self.judge(it, renewed.contains(it.id.as_str()))).collect()
    }

    fn judge(&self, waiver: &'r Waiver, renewed: bool) -> Judged<'r> {
        let found = self.found.get(waiver.rule.code).map_or(&[][..], Vec::as_slice);
        let here = found.iter().filter(|it| it.instance == waiver.instance);
        let mut res = Judged {
            waiver,
            state: State::Active,
            covers: Vec::new(),
            of: here.count(),
            renewals: self.measure.renewals(waiver).unwrap_or_default(),
            undecided: false,
            problems: self.measure.problems(waiver, &self.behind(waiver)),
            remarks: Vec::new(),
        };
        let last = waiver.expires.unwrap_or_default();
        let today = self.around.today();
        res.state = if !res.problems.is_empty() {
            State::Invalid
        } else if self.begins(waiver) > Some(self.around.now) {
            State::Future
        } else if renewed {
            State::Superseded
        } else if today > last {
            State::Expired
        } else if (last - today).num_days() <= SOON {
            State::Expiring
        } else {
            State::Active
        };
        match res.state {
            State::Expired => self.look_back(&mut res),
            State::Active | State::Expiring => self.apply(&mut res),
            _ => {}
        }
        res
    }

    /// What a waiver that is over would have accepted is an exception again.
    fn look_back(&self, res: &mut Judged<'_>) {
        res.covers = self.matches(res.waiver).into_iter().cloned().collect();
        let last = res.waiver.expires.unwrap_or_default();
        let open = self.keys(res.waiver).into_iter().any(|it| self.is_open(res.waiver, &it));
        match res.covers.len() {
            0 if open => {
                res.undecided = true;
                res.remarks.push("whether it is still needed cannot be judged".to_owned());
            }
            0 => res.remarks.push("nothing that it names is an exception any more".to_owned()),
            n => res.problems.push(match n {
                1 => format!("it expired on {last}, and what it named is still an exception"),
                _ => format!("it expired on {last}, and {n} of what it named are still exceptions"),
            }),
        }
    }

    /// What a waiver in force accepts, and why not everything that it names.
    fn apply(&self, res: &mut Judged<'_>) {
        let waiver = res.waiver;
        let version = waiver.rule.version();
        if waiver.rule_version.as_ref() != Some(&version) {
            res.state = State::Stale;
            res.problems.push(format!("the rule has changed since, and is now version {version}"));
            return;
        }
        let cap = waiver.severity_cap.unwrap_or(Severity::Info);
        let (covered, risen): (Vec<&Found>, Vec<&Found>) =
            self.matches(waiver).into_iter().partition(|it| it.severity <= cap);
        res.covers = covered.into_iter().cloned().collect();
        for it in &risen {
            let words = format!("{} is {}, above its cap", it.subject, it.severity.word());
            res.problems.push(words);
        }
        self.tell_rest(res, !risen.is_empty());
        if waiver.review_by.is_some_and(|it| it < self.around.today()) {
            res.remarks.push("its review is overdue".to_owned());
        }
        let approver = waiver.approver.as_deref().unwrap_or_default();
        if !people::known(self.around.roster, approver) {
            let words = "the roster does not know its approver, so nobody can tell whose else the \
                         address is";
            res.remarks.push(words.to_owned());
        }
        let fresh = res.covers.iter().filter(|it| !res.confirm(it).is_empty());
        let fresh: Vec<&str> = fresh.map(|it| it.subject.as_str()).collect();
        if !fresh.is_empty() {
            res.remarks.push(format!("newly covered, confirm: {}", fresh.join(", ")));
        }
    }

    /// What is to be said about the subjects that are no exceptions.
    fn tell_rest(&self, res: &mut Judged<'_>, risen: bool) {
        let (mut gone, mut open, mut fine) = (Vec::new(), Vec::new(), Vec::new());
        let matches = self.matches(res.waiver);
        let covered = |id: &String| matches.iter().any(|it| it.subject_id == *id);
        for id in res.waiver.scope.subjects.iter().filter(|it| !covered(it)) {
            let key = key(res.waiver, id);
            if self.is_open(res.waiver, &key) {
                open.push(id.as_str());
            } else if self.subjects.gone(self.around.tables, &key) {
                gone.push(id.as_str());
            } else {
                fine.push(id.as_str());
            }
        }
        let told = [("not there any more", &gone), ("cannot be judged", &open)];
        for (words, ids) in told.into_iter().chain([("no exception", &fine)]) {
            if !ids.is_empty() {
                res.remarks.push(format!("{words}: {}", ids.join(", ")));
            }
        }
        let undecided = self.unjudged(res.waiver) || !open.is_empty();
        if !res.covers.is_empty() || (undecided && !risen) {
            res.undecided = res.covers.is_empty();
            return;
        }
        let all_gone = !gone.is_empty() && fine.is_empty();
        res.state = if risen || all_gone { State::Stale } else { State::Unused };
        if !risen {
            let what = if all_gone { "is there any more" } else { "is an exception" };
            res.problems.push(format!("nothing that it names {what}"));
        }
    }

    /// The exceptions that a waiver names.
    fn matches(&self, waiver: &Waiver) -> Vec<&Found> {
        let found = self.found.get(waiver.rule.code).into_iter().flatten();
        let here = found.filter(|it| it.instance == waiver.instance);
        here.filter(|it| names(waiver, it)).collect()
    }

    /// Whether nobody knows if the subject is an exception.
    fn is_open(&self, waiver: &Waiver, key: &Key) -> bool {
        let outcome = self.outcomes.iter().find(|it| it.rule.code == waiver.rule.code);
        self.unjudged(waiver) || outcome.is_some_and(|it| it.leaves_open(&key.1, &key.2))
    }

    /// Whether the rule looked at nothing because what it reads is not there.
    fn unjudged(&self, waiver: &Waiver) -> bool {
        let outcome = self.outcomes.iter().find(|it| it.rule.code == waiver.rule.code);
        let mut answers = outcome.into_iter().flat_map(|it| &it.instances);
        answers.any(|it| {
            it.instance == waiver.instance
                && it.verdict == audit::Verdict::NotEvaluable
                && it.population == 0
        })
    }

    /// The addresses behind the subjects of a waiver.
    fn behind(&self, waiver: &Waiver) -> Vec<&str> {
        let keys = self.keys(waiver);
        keys.iter().filter_map(|it| self.subjects.address(it)).collect()
    }

    /// From when on a waiver counts: from its first day, and not before it was approved.
    fn begins(&self, waiver: &Waiver) -> Option<DateTime<Utc>> {
        Some(self.around.calendar.start(waiver.starts?).max(waiver.approved_at?))
    }

    /// What a waiver names, and what fits it.
    fn keys(&self, waiver: &Waiver) -> BTreeSet<Key> {
        let found = self.matches(waiver).into_iter().map(|it| &it.subject_id);
        found.chain(&waiver.scope.subjects).map(|it| key(waiver, it)).collect()
    }
}

fn key(waiver: &Waiver, id: &str) -> Key {
    (waiver.rule.subject.word(), waiver.instance.clone(), id.to_owned())
}

/// Whether a waiver names an exception of its rule on its instance.
fn names(waiver: &Waiver, found: &Found) -> bool {
    let scope = &waiver.scope;
    scope.subjects.contains(&found.subject_id)
        || scope.finding_ids.contains(&found.finding_id)
        || scope.pattern.as_deref().is_some_and(|it| fits(it, &found.subject))
}

/// Whether `text` looks like `pattern`, where `*` stands for anything and case for nothing.
pub fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    let (middle, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(tail)
}
