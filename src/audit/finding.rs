//! Findings: what a rule holds of one subject. Made once, here; waivers and history annotate them.

use std::cmp::Reverse;

use chrono::NaiveDate;
use polars::prelude::{DataFrame, PolarsResult};
use serde::{Deserialize, Serialize};

use super::ESCALATED;
use super::lifecycle::Lifecycle;
use crate::digest;
use crate::names::listed;
use crate::rules::{DEADLINE, Rule, Severity, Subject};
use crate::tables::column::{ColumnKind as _, Day};

/// A subject that is what its rule forbids, or for which the facts do not decide it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The same for the same rule, instance and subject in every run.
    #[serde(rename = "finding_id")]
    pub id: String,
    /// `exception`, `waived` or `undetermined`.
    pub verdict: FindingVerdict,
    /// How much it matters.
    pub severity: Severity,
    /// The instance; `all` where the subject is of none.
    pub instance: String,
    /// The kind of the subject: user, group, token, threshold, instance, endpoint and so on.
    pub subject_type: Subject,
    /// Retool's id of the subject.
    pub subject_id: String,
    /// What people call the subject.
    pub subject: String,
    /// What waivers say about it.
    #[serde(flatten)]
    pub waivers: WaiverNotes,
    /// The last day on which the subject may be as it is, where its rule has one.
    #[serde(skip)]
    pub deadline: Option<NaiveDate>,
    /// Since when it is known, and until when it is to be put right.
    #[serde(flatten)]
    pub lifecycle: Lifecycle,
}

/// What a rule holds of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingVerdict {
    /// It is what the rule forbids, and no waiver accepts that.
    Exception,
    /// It is what the rule forbids, and a waiver in force accepts that.
    Waived,
    /// The facts at hand do not decide.
    Undetermined,
}

impl FindingVerdict {
    /// Every verdict.
    pub const ALL: &[Self] = &[Self::Exception, Self::Waived, Self::Undetermined];

    /// The verdict as reports print it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Exception => "exception",
            Self::Waived => "waived",
            Self::Undetermined => "undetermined",
        }
    }

    /// Whether the rule is known not to hold, accepted by a waiver or not.
    pub fn is_exception(self) -> bool {
        self != Self::Undetermined
    }
}

/// What waivers say about one exception.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(into = "WaiverFields")]
pub struct WaiverNotes {
    /// The waivers in force that accept it, in the order of the file.
    pub accepted_by: Vec<String>,
    /// The waivers that name it and accept nothing: not in force yet, or not sound.
    pub asked_by: Vec<String>,
    /// The same for people to read, as whole sentences.
    pub words: String,
}

impl WaiverNotes {
    /// The waivers that accept it, as one text.
    pub fn accepted_words(&self) -> String {
        listed(&self.accepted_by)
    }
}

/// What reports say of [`WaiverNotes`].
#[derive(Serialize)]
struct WaiverFields {
    /// The waivers that accept it, for people to read; empty where none does.
    waiver_id: String,
    /// The same, one by one.
    waiver_ids: Vec<String>,
    /// The waivers that name it and accept nothing: not in force yet, or not sound.
    asked_by: Vec<String>,
    /// What waivers say about it, in sentences; empty where none does.
    waiver: String,
}

impl From<WaiverNotes> for WaiverFields {
    fn from(it: WaiverNotes) -> Self {
        let waiver_id = it.accepted_words();
        let WaiverNotes { accepted_by, asked_by, words } = it;
        Self { waiver_id, waiver_ids: accepted_by, asked_by, waiver: words }
    }
}

impl Finding {
    /// A finding as the facts give it: not waived, and of no known age.
    pub fn new(rule: &Rule, verdict: FindingVerdict, of: FindingSubject) -> Self {
        let FindingSubject { instance, subject_id, subject, is_escalated, deadline } = of;
        Self {
            id: finding_id(rule, &instance, &subject_id),
            verdict,
            severity: rule.severity_of(is_escalated),
            instance,
            subject_type: rule.subject,
            subject_id,
            subject,
            waivers: WaiverNotes::default(),
            deadline,
            lifecycle: Lifecycle::default(),
        }
    }

    /// The account that the finding is about: itself, or what it is entitled to.
    pub fn account_id(&self) -> Option<&str> {
        match self.subject_type {
            Subject::User => Some(&self.subject_id),
            Subject::Entitlement => self.subject_id.split(' ').next(),
            _ => None,
        }
    }

    /// Orders findings as people work through them: worst first, and soonest due.
    pub fn urgency(&self) -> Urgency {
        let due = self.lifecycle.due;
        (Reverse(self.severity), due.is_none(), due)
    }

    /// Whether the rule does not hold and no waiver accepts that.
    pub fn is_unaccepted(&self) -> bool {
        self.verdict == FindingVerdict::Exception
    }
}

/// How urgent a finding is, the most urgent first: its severity, and the day when it is due, if any.
pub type Urgency = (Reverse<Severity>, bool, Option<NaiveDate>);

/// Whom a finding is about.
#[derive(Clone, Debug, Default)]
pub struct FindingSubject {
    /// The instance.
    pub instance: String,
    /// Retool's id of the subject.
    pub subject_id: String,
    /// What people call the subject.
    pub subject: String,
    /// Whether it is one of the rule's worse exceptions.
    pub is_escalated: bool,
    /// The last day on which it may be as it is, where the rule has one.
    pub deadline: Option<NaiveDate>,
}

/// The findings that the rows of `facts` are, in their order.
pub(super) fn of_rows(
    rule: &Rule,
    verdict: FindingVerdict,
    facts: &DataFrame,
) -> PolarsResult<Vec<Finding>> {
    if facts.width() == 0 {
        return Ok(Vec::new());
    }
    let text = |name: &str| facts.column(name).and_then(|it| it.str().cloned());
    let (instances, ids, subjects) = (text("instance")?, text("subject_id")?, text("subject")?);
    let escalated = facts.column(ESCALATED)?.bool()?;
    let deadlines = facts.column(DEADLINE).ok().map(Day::cells).transpose()?;
    let row = |row: usize| {
        let text = |it: Option<&str>| it.unwrap_or_default().to_owned();
        // Something without a name goes by its id.
        let name = subjects.get(row).filter(|it| !it.trim().is_empty());
        let of = FindingSubject {
            instance: text(instances.get(row)),
            subject_id: text(ids.get(row)),
            subject: text(name.or(ids.get(row))),
            is_escalated: escalated.get(row) == Some(true),
            deadline: deadlines.as_ref().and_then(|it| Day::cell(it, row)),
        };
        Finding::new(rule, verdict, of)
    };
    Ok((0..facts.height()).map(row).collect())
}

/// The same for the same rule, instance and subject in every run, whatever any of them is called.
pub fn finding_id(rule: &Rule, instance: &str, subject_id: &str) -> String {
    FindingKey { code: rule.code, instance, subject_type: rule.subject.word(), subject_id }.id()
}

/// What distinguishes one finding from every other.
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
        format!("F-{}", digest::hex(&digest::bytes_of(key)[..6]))
    }
}
