//! The report: one plain, ordered value that every renderer sees, and nothing else.
//!
//! `assemble` makes it from the outcomes; the renderers below print it. It serialises as
//! `report.json` and is the context of every template, so the formats cannot disagree.

pub mod assemble;
pub mod charts;
pub mod comparison;
pub mod csv;
pub mod html;
pub mod pdf;
pub mod table;
pub mod template;
pub mod text;
pub mod workbook;

use serde::Serialize;

use self::charts::Charts;
use self::comparison::{ApprovalsSummary, Comparison};
use self::table::DataTables;
use crate::audit::Verdict;
use crate::rules::Severity;
use crate::snapshot::State;

/// Everything that a reader is told.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Version of this layout; it grows when a field changes its meaning.
    pub format: u32,
    /// Names the inputs: the same inputs give the same id.
    pub report_id: String,
    /// Names the snapshot.
    pub snapshot_id: String,
    /// Name and version of the program that evaluated.
    pub evaluator: String,
    /// Name and version of the program that collected.
    pub collector: String,
    /// Whose access was reviewed.
    pub organization: String,
    /// The calendar month that the report speaks for, `2026-11`.
    pub period: String,
    /// The month in words, `November 2026`.
    pub period_words: String,
    /// The audit's as-of, RFC 3339 UTC.
    pub collected_at: String,
    /// When the last answer came, RFC 3339 UTC.
    pub finished_at: String,
    /// The as-of in the organization's zone, in words.
    pub collected_local: String,
    /// Whether the evidence is whole: complete, partial or failed.
    pub state: State,
    /// Whether the population is whole, in a sentence that an auditor can quote.
    pub opinion: String,
    /// The counts on the first page.
    pub totals: Totals,
    /// Findings by severity, worst first.
    pub severities: Vec<SeverityCount>,
    /// What to do first: the rules with the worst exceptions.
    pub actions: Vec<Action>,
    /// Every configured instance, in the order of the configuration.
    pub instances: Vec<InstanceSummary>,
    /// Builder seats of each instance whose population is whole.
    pub builders: Vec<Builders>,
    /// What this report cannot show, in sentences.
    pub limits: Vec<String>,
    /// The files that the report was made from.
    pub inputs: Vec<Input>,
    /// The roster, where the configuration names one.
    pub roster: Option<RosterSummary>,
    /// The approvals of changes, where the configuration names a file of them.
    pub approvals: Option<ApprovalsSummary>,
    /// What is compared with the previous snapshot, and what came of it.
    pub comparison: Comparison,
    /// Control matrices, one per framework that the configuration shows.
    pub frameworks: Vec<Framework>,
    /// Every rule with its result, in the order of the catalogue.
    pub rules: Vec<RuleResult>,
    /// What people answered where rules are not evaluable, whether it counts or not.
    pub manual_evidence: Vec<ManualEvidence>,
    /// Undetermined subjects of a rule that documents print; all of them are in `findings.csv`.
    pub undetermined_printed: usize,
    /// Every account of tier 0 or 1 that may sign in, exceptions or not.
    pub privileged: Vec<Privileged>,
    /// What the charts are drawn from.
    pub charts: Charts,
    /// Words a reader may not know.
    pub glossary: Vec<Term>,
    /// The tables of the CSV set that documents print, by name.
    pub tables: DataTables,
    /// The tables that no document prints, because what they say is summed up elsewhere.
    #[serde(skip_serializing_if = "DataTables::is_empty")]
    pub records: DataTables,
}

impl Report {
    /// Whether anything at or above a severity is amiss, waived exceptions left out.
    pub fn finds(&self, least: Severity) -> bool {
        let by_hand = |it: &RuleResult| {
            let mut answers = it.instances.iter().map(|it| it.verdict);
            it.severity >= least && answers.any(|it| it == Verdict::FailByHand)
        };
        let found = |it: &SeverityCount| it.severity >= least && it.exceptions > 0;
        self.severities.iter().any(found) || self.rules.iter().any(by_hand)
    }
}

/// The counts on the first page.
#[derive(Debug, Default, Serialize)]
pub struct Totals {
    /// Configured instances.
    pub instances: usize,
    /// Those whose population is whole.
    pub complete_instances: usize,
    /// Accounts, disabled ones too.
    pub accounts: u64,
    /// Accounts that may sign in.
    pub active: u64,
    /// Accounts that may not.
    pub disabled: u64,
    /// Active administrators.
    pub administrators: u64,
    /// Groups.
    pub groups: u64,
    /// Memberships, All Users included.
    pub memberships: u64,
    /// Rules in the catalogue.
    pub rules: usize,
    /// Rules without an exception.
    pub pass: usize,
    /// Rules all of whose exceptions are waived.
    pub pass_with_waivers: usize,
    /// Rules that hold by a person's answer.
    pub pass_manual: usize,
    /// Rules with exceptions.
    pub fail: usize,
    /// Rules that do not hold by a person's answer.
    pub fail_manual: usize,
    /// Rules without a result.
    pub not_evaluable: usize,
    /// Rules that concern nothing here.
    pub not_applicable: usize,
    /// Exceptions of all rules, without the waived ones.
    pub exceptions: u64,
    /// Exceptions that a waiver accepts.
    pub waived: u64,
    /// Undetermined subjects of all rules.
    pub undetermined: u64,
    /// Exceptions among them that are the organization's and no one instance's.
    pub exceptions_of_none: u64,
    /// Undetermined subjects among them that are.
    pub undetermined_of_none: u64,
}

/// Findings of one severity.
#[derive(Debug, Serialize)]
pub struct SeverityCount {
    /// How much they matter.
    pub severity: Severity,
    /// Exceptions, without the waived ones.
    pub exceptions: u64,
    /// Exceptions that a waiver accepts.
    pub waived: u64,
    /// Undetermined subjects.
    pub undetermined: u64,
}

/// One thing to do.
#[derive(Debug, Serialize)]
pub struct Action {
    /// The rule's code.
    pub code: &'static str,
    /// The rule's title.
    pub title: &'static str,
    /// The worst severity among its exceptions.
    pub severity: Severity,
    /// How many exceptions it has.
    pub exceptions: u64,
    /// The instances that have them.
    pub instances: Vec<String>,
    /// What to do.
    pub remedy: &'static str,
}

/// One instance on one line.
#[derive(Debug, Serialize)]
pub struct InstanceSummary {
    /// The name in the configuration.
    pub name: String,
    /// The address that was asked.
    pub url: String,
    /// The release of Retool that answered; `unknown` where it did not say.
    pub version: String,
    /// Who answers for it; empty where nobody is named.
    pub owner: String,
    /// complete, partial or failed.
    pub state: &'static str,
    /// Accounts; none where the instance failed.
    pub accounts: Option<u64>,
    /// Accounts that may sign in.
    pub active: Option<u64>,
    /// Accounts that may not.
    pub disabled: Option<u64>,
    /// Active administrators.
    pub administrators: Option<u64>,
    /// Exceptions of all rules, without the waived ones.
    pub exceptions: u64,
    /// Exceptions that a waiver accepts.
    pub waived: u64,
    /// Undetermined subjects of all rules.
    pub undetermined: u64,
    /// What could not be collected.
    pub gaps: Vec<GapSummary>,
}

/// Builder seats of one instance.
#[derive(Debug, Serialize)]
pub struct Builders {
    /// The instance.
    pub instance: String,
    /// Accounts that are builders now.
    pub builders: i64,
    /// Other accounts that may sign in and would become builders by editing an app or a workflow.
    pub may_become: i64,
    /// Accounts of which the class is not known, or of which nobody can tell whether they build.
    pub undetermined: i64,
    /// Builder seats bought according to the configuration.
    pub purchased: Option<i64>,
}

/// A list that an instance did not give.
#[derive(Debug, Serialize)]
pub struct GapSummary {
    /// The list.
    pub endpoint: &'static str,
    /// The class of what went wrong.
    pub outcome: &'static str,
    /// Why, in a sentence.
    pub reason: String,
    /// The scope that reading it takes.
    pub scope: &'static str,
}

/// A file that the report was made from.
#[derive(Debug, Serialize)]
pub struct Input {
    /// What it is.
    pub what: &'static str,
    /// Its name.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// The roster on one line.
#[derive(Debug, Serialize)]
pub struct RosterSummary {
    /// The file's name.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its own date, where it states one; empty where not.
    pub as_of: String,
    /// Rows below the header.
    pub rows: usize,
    /// Rows that are people or service accounts.
    pub people: usize,
    /// Rows that could not be read, and rows that repeat another.
    pub rejected: Vec<String>,
    /// Our word for each column that was found, with the file's header.
    pub columns: Vec<Term>,
}

/// The controls of one framework.
#[derive(Debug, Serialize)]
pub struct Framework {
    /// `soc2`, `iso27001`, `nist80053`, `pci` or `cis`.
    pub key: &'static str,
    /// The framework's name and edition.
    pub name: &'static str,
    /// Its controls that any rule speaks to.
    pub controls: Vec<ControlResult>,
}

/// What the rules say about one control.
#[derive(Debug, Serialize)]
pub struct ControlResult {
    /// The framework's id.
    pub id: &'static str,
    /// What the control is after, in our own words.
    pub intent: &'static str,
    /// The worst of its rules; a control without any evaluable rule is not evaluable, and one that
    /// a threshold is too loose for fails.
    pub verdict: Verdict,
    /// Thresholds that are looser than the control allows, each as
    /// `DRM-01: 120 days configured, PCI DSS 8.2.6 allows 90`.
    pub loose: Vec<String>,
    /// The rules that speak to it.
    pub rules: Vec<RuleLink>,
    /// Exceptions of those rules, without the waived ones.
    pub exceptions: u64,
    /// Exceptions that a waiver accepts.
    pub waived: u64,
    /// Undetermined subjects of those rules.
    pub undetermined: u64,
    /// The worst severity among the exceptions.
    pub worst: Option<Severity>,
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
    pub parameters: Vec<Parameter>,
    /// The controls the rule speaks to, of the frameworks that are shown.
    pub controls: Vec<ControlLink>,
    /// The result for each instance; one for `all` where the rule looks at no instance.
    pub instances: Vec<InstanceResult>,
    /// Exceptions, then waived ones, then undetermined subjects; by severity, instance and id.
    pub findings: Vec<Finding>,
}

/// A threshold as it was used.
#[derive(Debug, Serialize)]
pub struct Parameter {
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
    /// `soc2`, `iso27001`, `nist80053`, `pci` or `cis`.
    pub framework: &'static str,
    /// The framework's short name.
    pub name: &'static str,
    /// The framework's ids.
    pub ids: &'static [&'static str],
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

/// A person's answer for a rule on an instance.
#[derive(Clone, Debug, Serialize)]
pub struct ManualAnswer {
    /// `pass` or `fail`.
    pub answer: &'static str,
    /// What was looked at, and what was seen.
    pub text: String,
    /// The file that shows it, which is not opened.
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

/// A record of manual evidence, whether it counts or not.
#[derive(Debug, Serialize)]
pub struct ManualEvidence {
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

/// An exception, or an undetermined subject, as a record.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// The same for the same rule, instance and subject in every run.
    pub finding_id: String,
    /// `exception`, `waived` or `undetermined`.
    pub verdict: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The instance; `all` where the subject is of none.
    pub instance: String,
    /// The kind of subject: user, group, token, instance, endpoint …
    pub subject_type: &'static str,
    /// Retool's id of the subject.
    pub subject_id: String,
    /// What people call the subject.
    pub subject: String,
    /// The finding in a sentence.
    pub sentence: String,
    /// The waivers that accept it; empty where none does.
    pub waiver_id: String,
    /// What waivers say about it, in sentences; empty where none does.
    pub waiver: String,
    /// The facts it rests on.
    pub facts: Vec<Term>,
    /// How the subject comes by its access; empty where it has none.
    pub access_path: String,
    /// Whom to ask: the person's manager in the roster; empty where nobody is known.
    pub manager: String,
    /// new, persisting, or unknown where no previous snapshot tells.
    pub state: &'static str,
    /// The first of the two snapshots that has it, RFC 3339 UTC; it may be older. Or unknown.
    pub first_seen: String,
    /// Whole days since then.
    pub age_days: Option<i64>,
}

impl Finding {
    /// Whether the rule does not hold for the subject, accepted or not, rather than nobody knows.
    pub fn is_exception(&self) -> bool {
        self.verdict != "undetermined"
    }
}

/// An account of tier 0 or 1 that may sign in.
#[derive(Debug, Serialize)]
pub struct Privileged {
    /// The instance.
    pub instance: String,
    /// Retool's id of the account.
    pub user_id: String,
    /// The account's address.
    pub subject: String,
    /// The account's name.
    pub name: String,
    /// 0 or 1.
    pub tier: i64,
    /// How the privilege arises.
    pub access_path: String,
    /// yes, no or unknown.
    pub two_factor: String,
    /// RFC 3339 UTC, never or unknown.
    pub last_active: String,
    /// For tier 0: approved, not approved, or no list; empty for tier 1.
    pub approved: &'static str,
    /// The codes of the rules that the account is an exception of.
    pub exceptions: Vec<&'static str>,
    /// The codes of those for which that is waived.
    pub waived: Vec<&'static str>,
}

/// A word and what it stands for.
#[derive(Clone, Debug, Serialize)]
pub struct Term {
    /// The word.
    pub name: String,
    /// What it stands for.
    pub value: String,
}
