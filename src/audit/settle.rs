//! What people say about an outcome: exceptions are waived, open questions answered.
//!
//! Nothing is taken away: a waived exception stays a row, and is counted apart.

use std::collections::BTreeMap;

use super::{Counts, ESCALATED, Error, Outcome, Verdict, conclude};
use crate::digest;
use crate::rules::{Rule, Severity};

/// An exception as a waiver sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The instance.
    pub instance: String,
    /// Retool's id of the subject.
    pub subject_id: String,
    /// What people call the subject.
    pub subject: String,
    /// How much it matters.
    pub severity: Severity,
    /// The finding's id.
    pub finding_id: String,
}

/// What waivers say about one exception.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The waivers in force that accept it, in the order of the file.
    pub waiver_ids: Vec<String>,
    /// The waivers that name it and accept nothing: not in force yet, or not sound.
    pub asked_by: Vec<String>,
    /// The same for people to read, as whole sentences.
    pub words: String,
}

/// A person's answer where the facts at hand give none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByHand {
    /// Whether the rule holds.
    pub pass: bool,
    /// What was looked at, and what was seen.
    pub text: String,
    /// The file that shows it.
    pub evidence: String,
    /// SHA-256 of that file.
    pub sha256: String,
    /// Who looked.
    pub by: String,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// The last day on which the answer counts.
    pub valid_until: String,
}

/// The same for the same rule, instance and subject in every run, whatever any of them is called.
pub fn finding_id(rule: &Rule, instance: &str, subject_id: &str) -> String {
    FindingKey { code: rule.code, instance, subject_type: rule.subject.word(), subject_id }.id()
}

/// What tells one finding from every other.
#[derive(Clone, Copy, Debug)]
pub struct FindingKey<'a> {
    /// The rule's code.
    pub code: &'a str,
    /// The instance.
    pub instance: &'a str,
    /// The kind of the subject: user, group, token and so on.
    pub subject_type: &'a str,
    /// Retool's id of the subject.
    pub subject_id: &'a str,
}

impl FindingKey<'_> {
    /// The finding's id.
    pub fn id(&self) -> String {
        let key = [self.code, self.instance, self.subject_type, self.subject_id].join("\u{1f}");
        format!("F-{}", &digest::of(key)[..12])
    }
}

impl Outcome {
    /// Every exception, as plain values.
    ///
    /// # Errors
    ///
    /// Fails when the rule's candidates lack a column that every rule has.
    pub fn found(&self) -> Result<Vec<Found>, Error> {
        if self.exceptions.width() == 0 {
            return Ok(Vec::new());
        }
        let failed = |source| Error { rule: self.rule.code, source };
        let text = |name: &str| self.exceptions.column(name).and_then(|it| it.str().cloned());
        let texts = ["instance", "subject_id", "subject"].map(text);
        let [instances, ids, subjects] = texts;
        let (instances, ids) = (instances.map_err(failed)?, ids.map_err(failed)?);
        let subjects = subjects.map_err(failed)?;
        let escalated = self.exceptions.column(ESCALATED).and_then(|it| it.bool().cloned());
        let escalated = escalated.map_err(failed)?;
        let found = |row: usize| {
            let text = |it: Option<&str>| it.unwrap_or_default().to_owned();
            let (instance, subject_id) = (text(instances.get(row)), text(ids.get(row)));
            Found {
                finding_id: finding_id(self.rule, &instance, &subject_id),
                subject: text(subjects.get(row)),
                severity: self.rule.severity_of(escalated.get(row) == Some(true)),
                instance,
                subject_id,
            }
        };
        Ok((0..self.exceptions.height()).map(found).collect())
    }

    /// The instance and the finding id of every subject that the facts do not decide about.
    ///
    /// # Errors
    ///
    /// Fails when the rule's candidates lack a column that every rule has.
    pub fn open(&self) -> Result<Vec<(String, String)>, Error> {
        if self.undetermined.width() == 0 {
            return Ok(Vec::new());
        }
        let failed = |source| Error { rule: self.rule.code, source };
        let column = |name: &str| self.undetermined.column(name).and_then(|it| it.str());
        let instances = column("instance").map_err(failed)?;
        let ids = column("subject_id").map_err(failed)?;
        let open = |(instance, id): (Option<&str>, Option<&str>)| {
            let instance = instance?;
            Some((instance.to_owned(), finding_id(self.rule, instance, id?)))
        };
        Ok(instances.iter().zip(ids.iter()).filter_map(open).collect())
    }

    /// Whether the facts at hand do not decide about a subject.
    pub fn leaves_open(&self, instance: &str, subject_id: &str) -> bool {
        let column = |name: &str| self.undetermined.column(name).ok()?.str().ok();
        let (Some(instances), Some(ids)) = (column("instance"), column("subject_id")) else {
            return false;
        };
        let mut both = instances.iter().zip(ids.iter());
        both.any(|it| it == (Some(instance), Some(subject_id)))
    }

    /// Writes down what waivers say, and draws the conclusions again without what is waived.
    pub fn settle(&mut self, marks: BTreeMap<(String, String), Mark>) {
        for it in &mut self.instances {
            let here = marks.iter().filter(|(key, _)| key.0 == it.instance);
            let waived = here.filter(|(_, mark)| !mark.waiver_ids.is_empty()).count() as u64;
            if waived > 0 {
                let exceptions = it.exceptions.saturating_sub(waived);
                let (population, undetermined) = (it.population, it.undetermined);
                let counts = Counts { population, exceptions, waived, undetermined };
                let doubt = it.doubt.take();
                *it = conclude(self.rule, &it.instance, counts, doubt);
            }
        }
        self.marks = marks;
    }

    /// Takes a person's answer for an instance on which the rule is not evaluable.
    ///
    /// False where the rule has a result of its own there: facts come before answers.
    pub fn answer_by_hand(&mut self, instance: &str, by_hand: ByHand) -> bool {
        let open = |it: &&mut super::Answer| {
            it.instance == instance && it.verdict == Verdict::NotEvaluable
        };
        let Some(answer) = self.instances.iter_mut().find(open) else { return false };
        answer.verdict = if by_hand.pass { Verdict::PassByHand } else { Verdict::FailByHand };
        answer.by_hand = Some(by_hand);
        true
    }

    /// Adds to the reason why an instance has no result, where it has none.
    pub fn remark_open(&mut self, instance: &str, words: &str) {
        let here = self.instances.iter_mut().filter(|it| it.instance == instance);
        for it in here.filter(|it| it.verdict == Verdict::NotEvaluable) {
            it.reason = format!("{}; {words}", it.reason);
        }
    }
}
