//! A record held against the facts: its state, what it accepts, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use chrono::{DateTime, Utc};

use super::Waiver;
use super::judge::{JudgedWaiver, WaiverContext, WaiverState};
use super::sound::{Chains, Measure};
use super::subjects::{KnownSubjects, Meaning, SubjectKey, fits};
use crate::audit::{self, Finding, Outcome};
use crate::identities::Identity;
use crate::rules::{Severity, Subject};

/// Days before its end on which a waiver is called expiring.
const SOON: i64 = 30;

/// Everything that waivers are held against.
pub(super) struct Evaluator<'r, 'a> {
    records: &'r [Waiver],
    context: WaiverContext<'a>,
    outcomes: &'a [Outcome],
    measure: Measure<'a>,
    /// The version of each rule that a waiver names, by code: it is made of all its expressions.
    versions: BTreeMap<&'static str, String>,
    /// The exceptions of each rule that a waiver names, by code.
    exceptions: BTreeMap<&'static str, Vec<&'a Finding>>,
    /// The ids of what is undetermined of each such rule, by code.
    undetermined: BTreeMap<&'static str, BTreeSet<(&'a str, &'a str)>>,
    subjects: KnownSubjects,
    /// By the waiver's id: what each of its subjects means, in their order.
    meanings: BTreeMap<&'r str, Vec<(&'r str, Meaning)>>,
}

impl<'r: 'a, 'a> Evaluator<'r, 'a> {
    pub(super) fn new(
        records: &'r [Waiver],
        context: WaiverContext<'a>,
        outcomes: &'a [Outcome],
    ) -> Self {
        let named: BTreeSet<&str> = records.iter().map(|record| record.rule.code).collect();
        let (mut exceptions, mut undetermined) = (BTreeMap::new(), BTreeMap::new());
        for outcome in outcomes.iter().filter(|outcome| named.contains(outcome.rule.code)) {
            let (certain, open): (Vec<&Finding>, Vec<&Finding>) =
                outcome.findings.iter().partition(|finding| finding.verdict.is_exception());
            let key = |it: &'a Finding| (it.instance.as_str(), it.subject_id.as_str());
            exceptions.insert(outcome.rule.code, certain);
            undetermined.insert(outcome.rule.code, open.into_iter().map(key).collect());
        }
        let mut versions = BTreeMap::new();
        for rule in records.iter().map(|record| record.rule) {
            versions.entry(rule.code).or_insert_with(|| rule.version());
        }
        let (identities, settings) = (context.identities, context.settings);
        let measure = Measure { chains: Chains::of(records), identities, settings };
        let (subjects, meanings) = (KnownSubjects::default(), BTreeMap::new());
        let mut res = Self {
            records,
            context,
            outcomes,
            measure,
            versions,
            exceptions,
            undetermined,
            subjects,
            meanings,
        };
        let wanted = records.iter().flat_map(|record| res.wanted(record)).collect();
        res.subjects = KnownSubjects::of(context.tables, &wanted);
        res.meanings =
            records.iter().map(|record| (record.id.as_str(), res.meanings_of(record))).collect();
        res
    }

    pub(super) fn judge_all(&self) -> Vec<JudgedWaiver<'r>> {
        let valid = |it: &&Waiver| self.measure.problems(it, &self.behind(it)).is_empty();
        let in_force =
            |waiver: &&Waiver| valid(waiver) && self.begins(waiver) <= Some(self.context.now);
        let renewed: BTreeSet<&str> = self
            .records
            .iter()
            .filter(in_force)
            .filter_map(|record| record.supersedes.as_deref())
            .collect();
        self.records
            .iter()
            .map(|record| self.judge(record, renewed.contains(record.id.as_str())))
            .collect()
    }

    fn judge(&self, waiver: &'r Waiver, renewed: bool) -> JudgedWaiver<'r> {
        let mut res = JudgedWaiver {
            waiver,
            state: WaiverState::Active,
            ids: self.ids(waiver).map(str::to_owned).collect(),
            named: self.named(waiver).collect(),
            covers: Vec::new(),
            asks: Vec::new(),
            of: self.exceptions(waiver).count(),
            renewals: self.measure.renewals(waiver).unwrap_or_default(),
            undecided: false,
            problems: self.measure.problems(waiver, &self.behind(waiver)),
            remarks: Vec::new(),
        };
        let last = waiver.expires.unwrap_or_default();
        let today = self.context.today();
        res.state = if !res.problems.is_empty() {
            WaiverState::Invalid
        } else if self.begins(waiver) > Some(self.context.now) {
            WaiverState::Future
        } else if renewed {
            WaiverState::Superseded
        } else if today > last {
            WaiverState::Expired
        } else if (last - today).num_days() <= SOON {
            WaiverState::Expiring
        } else {
            WaiverState::Active
        };
        match res.state {
            WaiverState::Expired => self.look_back(&mut res),
            WaiverState::Active | WaiverState::Expiring => self.apply(&mut res),
            WaiverState::Future | WaiverState::Invalid => {
                res.asks = self.matches(waiver).into_iter().cloned().collect();
            }
            _ => {}
        }
        res
    }

    /// What a waiver that is over would have accepted is an exception again.
    fn look_back(&self, res: &mut JudgedWaiver<'_>) {
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
    fn apply(&self, res: &mut JudgedWaiver<'_>) {
        let waiver = res.waiver;
        let version = &self.versions[waiver.rule.code];
        if waiver.rule_version.as_ref() != Some(version) {
            res.state = WaiverState::Stale;
            res.problems.push(format!("the rule has changed since, and is now version {version}"));
            return;
        }
        let cap = waiver.severity_cap.unwrap_or(Severity::Info);
        let (covered, risen): (Vec<&Finding>, Vec<&Finding>) =
            self.matches(waiver).into_iter().partition(|it| it.severity <= cap);
        res.covers = covered.into_iter().cloned().collect();
        for it in &risen {
            res.problems.push(format!(
                "the finding about {} is now {}; this waiver covers up to {}",
                it.subject,
                it.severity.word(),
                cap.word()
            ));
        }
        self.tell_rest(res, !risen.is_empty());
        if waiver.review_by.is_some_and(|review_by| review_by < self.context.today()) {
            res.remarks.push("its review is overdue".to_owned());
        }
        let approver = waiver.approver.as_deref().unwrap_or_default();
        let approver = self.context.identities.whom(approver, Some(&waiver.instance));
        if !self.context.identities.knows(&approver) {
            let words = "the roster does not know its approver, so it is unknown whose else the \
                         address is";
            res.remarks.push(words.to_owned());
        }
        let fresh = res.covers.iter().filter(|cover| !res.confirm(cover).is_empty());
        let fresh: Vec<&str> = fresh.map(|it| it.subject.as_str()).collect();
        if !fresh.is_empty() {
            res.remarks.push(format!("newly covered, confirm: {}", fresh.join(", ")));
        }
    }

    /// What is to be said about the subjects that are no exceptions.
    fn tell_rest(&self, res: &mut JudgedWaiver<'_>, risen: bool) {
        let (mut gone, mut several) = (Vec::new(), Vec::new());
        let (mut open, mut fine) = (Vec::new(), Vec::new());
        let matches = self.matches(res.waiver);
        let covered: BTreeSet<&str> = matches.iter().map(|it| it.subject_id.as_str()).collect();
        let covered = |id: &str| covered.contains(id);
        for (word, meaning) in self.meanings(res.waiver) {
            match meaning {
                Meaning::One(id) if covered(id) => {}
                Meaning::Untold if covered(word) => {}
                Meaning::Several(count) => several.push(format!("{word} is one of {count}")),
                Meaning::One(id) if self.is_open(res.waiver, &key(res.waiver, id)) => {
                    open.push((*word).to_owned());
                }
                Meaning::Nothing if self.unjudged(res.waiver) => open.push((*word).to_owned()),
                Meaning::Nothing => gone.push((*word).to_owned()),
                Meaning::Untold if self.is_open(res.waiver, &key(res.waiver, word)) => {
                    open.push((*word).to_owned());
                }
                Meaning::One(_) | Meaning::Untold => fine.push((*word).to_owned()),
            }
        }
        let told = [("not there", &gone), ("name one by its id", &several)];
        let told = told.into_iter().chain([("cannot be judged", &open), ("no exception", &fine)]);
        for (words, ids) in told {
            if !ids.is_empty() {
                res.remarks.push(format!("{words}: {}", ids.join(", ")));
            }
        }
        let undecided = self.unjudged(res.waiver) || !open.is_empty();
        if !res.covers.is_empty() || (undecided && !risen) {
            res.undecided = res.covers.is_empty();
            return;
        }
        let nothing = fine.is_empty() && !(gone.is_empty() && several.is_empty());
        res.state = match (risen, nothing) {
            (true, _) => WaiverState::Stale,
            (false, true) => WaiverState::Unresolved,
            (false, false) => WaiverState::Unused,
        };
        res.problems.extend(match res.state {
            WaiverState::Stale => None,
            WaiverState::Unresolved if gone.is_empty() => {
                Some("which of several it names is not said".to_owned())
            }
            WaiverState::Unresolved => Some("nothing that it names is there".to_owned()),
            _ => Some("nothing that it names is an exception".to_owned()),
        });
    }

    /// The exceptions of a waiver's rule on its instance.
    fn exceptions(&self, waiver: &Waiver) -> impl Iterator<Item = &'a Finding> {
        let all = self.exceptions.get(waiver.rule.code).into_iter().flatten().copied();
        all.filter(|it| it.instance == waiver.instance)
    }

    /// The exceptions that a waiver names.
    fn matches(&self, waiver: &Waiver) -> Vec<&'a Finding> {
        let ids: BTreeSet<&str> = self.ids(waiver).collect();
        let named = |finding: &&Finding| {
            ids.contains(finding.subject_id.as_str()) || names(waiver, finding)
        };
        self.exceptions(waiver).filter(named).collect()
    }

    /// Whether it is unknown if the subject is an exception.
    fn is_open(&self, waiver: &Waiver, key: &SubjectKey) -> bool {
        self.unjudged(waiver) || self.is_undetermined(waiver, (&key.1, &key.2))
    }

    /// Whether the facts leave open if an instance's subject is an exception.
    fn is_undetermined(&self, waiver: &Waiver, subject: (&str, &str)) -> bool {
        self.undetermined.get(waiver.rule.code).is_some_and(|it| it.contains(&subject))
    }

    /// Whether the rule looked at nothing because what it reads is not there.
    fn unjudged(&self, waiver: &Waiver) -> bool {
        let outcome = self.outcomes.iter().find(|outcome| outcome.rule.code == waiver.rule.code);
        let mut answers = outcome.into_iter().flat_map(|it| &it.instances);
        answers.any(|answer| {
            answer.instance == waiver.instance
                && answer.verdict == audit::Verdict::NotEvaluable
                && answer.population == 0
        })
    }

    /// Who is behind the subjects of a waiver, and behind what its words may mean.
    fn behind(&self, waiver: &Waiver) -> Vec<Rc<Identity>> {
        let whom = |it: &str| self.context.identities.whom(it, Some(&waiver.instance));
        let keys = self.keys(waiver);
        let mut res: Vec<Rc<Identity>> =
            keys.iter().filter_map(|key| self.subjects.behind(key)).map(whom).collect();
        if waiver.rule.subject == Subject::User {
            res.extend(waiver.scope.subjects.iter().map(|subject| whom(subject)));
        }
        res
    }

    /// From when on a waiver counts: from its first day, and not before it was approved.
    fn begins(&self, waiver: &Waiver) -> Option<DateTime<Utc>> {
        Some(self.context.calendar.start(waiver.starts?).max(waiver.approved_at?))
    }

    /// What a waiver names, and what fits it.
    fn keys(&self, waiver: &Waiver) -> BTreeSet<SubjectKey> {
        let found = self.matches(waiver).into_iter().map(|it| it.subject_id.as_str());
        found.chain(self.ids(waiver)).map(|it| key(waiver, it)).collect()
    }

    /// The words of a waiver, and what fits it, as keys to look up.
    fn wanted(&self, waiver: &Waiver) -> BTreeSet<SubjectKey> {
        let found = self.matches(waiver).into_iter().map(|it| it.subject_id.as_str());
        let words = waiver.scope.subjects.iter().map(String::as_str);
        found.chain(words).map(|it| key(waiver, it)).collect()
    }

    fn meanings_of(&self, waiver: &'r Waiver) -> Vec<(&'r str, Meaning)> {
        let mut seen: BTreeSet<&str> =
            self.exceptions(waiver).map(|it| it.subject_id.as_str()).collect();
        let open = |word: &&String| self.is_undetermined(waiver, (&waiver.instance, word));
        let words = || waiver.scope.subjects.iter();
        seen.extend(words().filter(open).map(String::as_str));
        let context = (self.context.tables, self.context.identities);
        let meaning =
            |it: &'r String| (it.as_str(), self.subjects.meaning(&key(waiver, it), &seen, context));
        words().map(meaning).collect()
    }

    fn meanings(&self, waiver: &Waiver) -> &[(&'r str, Meaning)] {
        self.meanings.get(waiver.id.as_str()).map_or(&[], Vec::as_slice)
    }

    /// What people call the subjects of a waiver; its own words where no list says.
    fn named(&self, waiver: &Waiver) -> impl Iterator<Item = String> {
        self.meanings(waiver).iter().map(move |(word, meaning)| {
            let id = if let Meaning::One(id) = meaning { id.as_str() } else { word };
            self.subjects.called(&key(waiver, id)).unwrap_or(word).to_owned()
        })
    }

    /// The ids that the subjects of a waiver mean.
    fn ids(&self, waiver: &Waiver) -> impl Iterator<Item = &str> {
        self.meanings(waiver).iter().filter_map(|(word, meaning)| match meaning {
            Meaning::One(id) => Some(id.as_str()),
            Meaning::Untold => Some(*word),
            Meaning::Several(_) | Meaning::Nothing => None,
        })
    }
}

/// Whether a waiver names an exception of its rule on its instance, otherwise than by its subject.
fn names(waiver: &Waiver, found: &Finding) -> bool {
    let pattern = waiver.scope.pattern.as_deref();
    waiver.names_finding(found) || pattern.is_some_and(|it| fits(it, &found.subject))
}

fn key(waiver: &Waiver, id: &str) -> SubjectKey {
    (waiver.rule.subject.word(), waiver.instance.clone(), id.to_owned())
}
