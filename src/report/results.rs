//! What the rules came out with, and what that says about controls.

use std::borrow::Cow;

use serde::Serialize;

use super::findings::RuleFindings;
use super::term::Term;
use crate::audit::{Finding, ManualAnswer, Verdict};
use crate::parameters::spoken;
use crate::rules::Severity;

/// The controls of one framework, or the organization's own.
#[derive(Debug, Serialize)]
pub struct ControlMatrix {
    /// The framework's key, such as `soc2`; `own` for those of the organization.
    pub key: &'static str,
    /// The framework's name and edition.
    pub name: String,
    /// Its controls that any rule speaks to.
    pub controls: Vec<ControlResult>,
}

/// What the rules found that speak to one control or criterion. Whether the control is effective is
/// for the auditor to conclude.
#[derive(Debug, Serialize)]
pub struct ControlResult {
    /// The framework's id, or the organization's.
    pub id: String,
    /// The objective, in our own words; the wording of the organization for its own.
    pub objective: String,
    /// Who owns a control of the organization; empty where it is not said.
    pub owner: String,
    /// The policy that demands it; empty where it is not said.
    pub policy: String,
    /// The criteria that a control of the organization answers, as `soc2 CC6.1`.
    pub criteria: Vec<String>,
    /// What was found, by the rules that do more than inform.
    pub result: CriterionResult,
    /// Thresholds that are looser than the control allows, each as
    /// `DRM-01: 120 days configured, PCI DSS 8.2.6 allows 90`.
    pub loose: Vec<String>,
    /// The rules that speak to it.
    pub rules: Vec<RuleLink>,
    /// Exceptions of those rules that do more than inform, without the waived ones.
    pub exceptions: u64,
    /// Exceptions that a waiver accepts.
    pub waived: u64,
    /// Undetermined subjects of those rules.
    pub undetermined: u64,
    /// The worst severity among the exceptions.
    pub worst: Option<Severity>,
}

/// What the rules found that speak to a criterion, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum CriterionResult {
    /// Every rule that applies was evaluated, and none has an exception.
    #[serde(rename = "no exceptions noted")]
    NoExceptions,
    /// Every exception is accepted for a time.
    #[serde(rename = "exceptions waived")]
    Waived,
    /// No rule could be evaluated, or one could not.
    #[serde(rename = "not evaluable")]
    NotEvaluable,
    /// A rule has exceptions, or a threshold is looser than the control allows.
    #[serde(rename = "exceptions noted")]
    Exceptions,
}

impl CriterionResult {
    /// Every result.
    pub const ALL: &[Self] =
        &[Self::NoExceptions, Self::Waived, Self::NotEvaluable, Self::Exceptions];

    /// The result as reports print it.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoExceptions => "no exceptions noted",
            Self::Waived => "exceptions waived",
            Self::NotEvaluable => "not evaluable",
            Self::Exceptions => "exceptions noted",
        }
    }
}

/// A rule beside a control.
#[derive(Debug, Serialize)]
pub struct RuleLink {
    /// The rule's code.
    pub code: &'static str,
    /// The rule's result.
    pub verdict: Verdict,
}

/// One rule with its result.
#[derive(Debug, Serialize)]
pub struct RuleResult {
    /// The rule's code.
    pub code: &'static str,
    /// The rule's name.
    pub name: &'static str,
    /// The rule's title.
    pub title: &'static str,
    /// Whether its exceptions make the report partial.
    pub bears_on_evidence: bool,
    /// Names what decides about an exception: waivers are approved for one version.
    pub version: String,
    /// The severity of an ordinary exception.
    pub severity: Severity,
    /// The severity of worse ones and what makes them so; empty where there is no such thing.
    pub escalation: String,
    /// The worst result of any instance.
    pub verdict: Verdict,
    /// Subjects looked at.
    pub population: u64,
    /// Those that are exceptions, without the waived ones.
    pub exceptions: u64,
    /// Exceptions that a waiver accepts.
    pub waived: u64,
    /// Those that the facts do not decide.
    pub undetermined: u64,
    /// What is looked at and what is an exception.
    pub predicate: &'static str,
    /// Why it matters.
    pub risk: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// What would decide about an undetermined subject.
    pub missing: &'static str,
    /// Thresholds with the values that were used.
    pub parameters: Vec<UsedParameter>,
    /// The controls the rule speaks to, of the frameworks that are shown.
    pub controls: Vec<ControlLink>,
    /// The result for each instance; one for `all` where the rule looks at no instance.
    pub instances: Vec<InstanceResult>,
    /// Exceptions, then waived ones, then undetermined subjects; by severity, instance and id.
    pub findings: RuleFindings,
}

impl RuleResult {
    /// What the rule found.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.findings()
    }

    /// The exceptions that no waiver accepts.
    pub fn unaccepted(&self) -> impl Iterator<Item = &Finding> {
        self.findings().filter(|it| it.is_unaccepted())
    }

    /// The thresholds that were used, in one text.
    pub fn terms(&self) -> String {
        spoken(self.parameters.iter().map(|it| (it.key, it.value.as_str())))
    }
}

/// A threshold as it was used.
#[derive(Debug, Serialize)]
pub struct UsedParameter {
    /// The key in the configuration.
    pub key: &'static str,
    /// The value that was used.
    pub value: String,
    /// The value without a configuration.
    pub default: String,
    /// The strictest value that a framework asks for, `90 days (PCI DSS 8.2.6)`; empty where no
    /// framework that is shown names one.
    pub strictest: String,
    /// What it means.
    pub about: &'static str,
}

/// The controls of one framework that a rule speaks to.
#[derive(Debug, Serialize)]
pub struct ControlLink {
    /// The framework's key, such as `soc2`.
    pub framework: &'static str,
    /// The framework's short name.
    pub name: &'static str,
    /// The framework's ids.
    pub ids: Vec<&'static str>,
}

/// The result of one rule on one instance.
#[derive(Debug, Serialize)]
pub struct InstanceResult {
    /// The instance.
    pub instance: String,
    /// The result.
    pub verdict: Verdict,
    /// Why there is none; empty where the numbers say it all.
    pub reason: String,
    /// Subjects looked at.
    pub population: u64,
    /// Those that are exceptions, without the waived ones.
    pub exceptions: u64,
    /// Exceptions that a waiver accepts.
    pub waived: u64,
    /// Those that the facts do not decide.
    pub undetermined: u64,
    /// A person's answer, where the facts give none.
    pub manual: Option<ManualAnswer>,
}

/// A record of manual evidence, whether it counts or not.
#[derive(Debug, Serialize)]
pub struct ManualEvidenceRecord {
    /// The rule's code.
    pub code: &'static str,
    /// The instance.
    pub instance: String,
    /// in force, future, expired, superseded, unused or invalid.
    pub state: &'static str,
    /// Why it does not count; empty where it does.
    pub problem: String,
    /// What it says.
    pub answer: ManualAnswer,
}

/// A finding with what it rests on, in words.
#[derive(Debug, Serialize)]
pub struct FindingRecord<'a> {
    /// What was found, what waivers say of it, and how old it is.
    #[serde(flatten)]
    pub finding: &'a Finding,
    /// The finding in a sentence.
    pub sentence: String,
    /// The facts it rests on.
    pub facts: Vec<Term<'a>>,
    /// How the subject comes by its access; empty where it has none.
    pub access_path: Cow<'a, str>,
    /// The person's manager in the roster; empty where none is known.
    pub manager: Cow<'a, str>,
    /// Whom to ask: the person's manager, or else the owner of the instance, which is said; empty
    /// where none is known.
    pub whom: &'a str,
    /// What reviews decided about the account or token, in words; empty where nothing was decided.
    pub review: &'a str,
    /// What is answered to it.
    pub response: Option<&'a ManagementResponse>,
}

/// What is answered to a finding.
#[derive(Clone, Debug, Serialize)]
pub struct ManagementResponse {
    /// How the finding came about; empty where that is not said.
    pub cause: String,
    /// What is done about it.
    pub action: String,
    /// Who does it.
    pub owner: String,
    /// The last day on which it is to be done, in the organization's time zone.
    pub due: String,
    /// Whether that day was over at the collection.
    pub overdue: bool,
    /// The ticket; empty where there is none.
    pub ticket: String,
}
