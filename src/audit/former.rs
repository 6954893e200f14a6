//! What the rules would have found at an earlier snapshot, by all that is known today.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{Error, Found, Outcome};

/// The answers of every rule to one earlier snapshot, without the facts that they rest on.
#[derive(Debug)]
pub struct Former {
    /// When the snapshot was collected.
    pub collected_at: DateTime<Utc>,
    /// By the rule's code and the instance; only where the rule could be judged.
    answers: BTreeMap<&'static str, BTreeMap<String, Then>>,
    /// The exceptions by their rule's code; none where ids are enough.
    found: BTreeMap<&'static str, Vec<Found>>,
}

/// What one rule would have found on one instance, by finding ids.
#[derive(Debug, Default)]
pub struct Then {
    exceptions: BTreeSet<String>,
    undetermined: BTreeSet<String>,
}

/// What a subject was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Was {
    /// What the rule forbids.
    Exception,
    /// Something that the facts did not decide about.
    Undetermined,
    /// Fine, or not there.
    Neither,
}

impl Then {
    /// What the subject of a finding was.
    pub fn of(&self, finding_id: &str) -> Was {
        if self.exceptions.contains(finding_id) {
            Was::Exception
        } else if self.undetermined.contains(finding_id) {
            Was::Undetermined
        } else {
            Was::Neither
        }
    }
}

impl Former {
    /// Keeps what `outcomes` say of a snapshot.
    ///
    /// # Errors
    ///
    /// Fails when a rule's candidates lack a column that every rule has.
    pub fn of(collected_at: DateTime<Utc>, outcomes: &[Outcome]) -> Result<Self, Error> {
        let mut answers: BTreeMap<_, BTreeMap<_, Then>> = BTreeMap::new();
        let mut found: BTreeMap<_, Vec<Found>> = BTreeMap::new();
        for outcome in outcomes {
            let code = outcome.rule.code;
            let here = answers.entry(code).or_default();
            let judged = outcome.instances.iter().filter(|it| it.verdict.was_judged(it.population));
            here.extend(judged.map(|it| (it.instance.clone(), Then::default())));
            for it in outcome.found()? {
                if let Some(then) = here.get_mut(&it.instance) {
                    then.exceptions.insert(it.finding_id.clone());
                    found.entry(code).or_default().push(it);
                }
            }
            for (instance, finding_id) in outcome.open()? {
                if let Some(then) = here.get_mut(&instance) {
                    then.undetermined.insert(finding_id);
                }
            }
        }
        Ok(Self { collected_at, answers, found })
    }

    /// The same by ids alone, which take little memory.
    #[must_use]
    pub fn brief(self) -> Self {
        Self { found: BTreeMap::new(), ..self }
    }

    /// The exceptions of a rule; none where only their ids were kept.
    pub fn found(&self, code: &'static str) -> &[Found] {
        self.found.get(code).map_or(&[], Vec::as_slice)
    }

    /// What a rule would have found on an instance; none where it could not be judged, or where the
    /// snapshot does not have the instance.
    pub fn then(&self, code: &'static str, instance: &str) -> Option<&Then> {
        self.answers.get(code)?.get(instance)
    }
}

#[cfg(test)]
impl Former {
    /// What one rule says of one subject, as a test draws it: `x` is an exception, `?` undetermined,
    /// `.` neither; the rule could not be judged where anything else stands.
    pub(crate) fn drawn(
        collected_at: DateTime<Utc>,
        (code, instance): (&'static str, &str),
        (finding_id, mark): (&str, char),
    ) -> Self {
        let ids = |of: char| (mark == of).then(|| finding_id.to_owned()).into_iter().collect();
        let then = Then { exceptions: ids('x'), undetermined: ids('?') };
        let judged = matches!(mark, 'x' | '?' | '.');
        let here = judged.then(|| (instance.to_owned(), then)).into_iter().collect();
        Self { collected_at, answers: [(code, here)].into(), found: BTreeMap::new() }
    }
}
