//! The report: one plain, ordered value that every renderer sees, and nothing else.
//!
//! `assemble` makes it from the outcomes; the renderers below print it. It serialises as
//! `report.json` and is the context of every template, so the formats cannot disagree.

pub mod actions;
pub mod assemble;
pub mod branding;
pub mod cells;
pub mod charts;
pub mod comparison;
pub mod csv_set;
mod derived;
pub mod findings;
pub mod format;
pub mod formats;
pub mod generic;
pub mod html;
pub mod json;
pub mod lifecycle;
pub mod named;
pub mod oscal;
pub mod parquet;
pub mod pdf;
pub mod people;
pub mod periods;
pub mod posture;
pub mod register;
mod results;
pub mod reviews;
pub mod rosters;
pub mod sections;
pub mod table;
pub mod tally;
pub mod template;
mod term;
pub mod text;
pub mod vanta;
pub mod workbook;

use chrono::NaiveDate;
use serde::Serialize;

use self::branding::Branding;
use self::charts::Charts;
use self::comparison::{ApprovalsSummary, Comparison};
use self::lifecycle::{Dormancy, LeaverAccess, LeaverTotals, LeaverWithout};
use self::named::NamesSummary;
use self::people::People;
use self::periods::{Coverage, ReportedTrend, Trend};
use self::posture::Posture;
pub use self::results::{
    ControlLink, ControlMatrix, ControlResult, CriterionResult, FindingRecord, InstanceResult,
    ManagementResponse, ManualEvidenceRecord, RuleLink, RuleResult, UsedParameter,
};
use self::reviews::Reviews;
use self::rosters::Rosters;
use self::sections::Section;
use self::tally::Tally;
pub use self::term::Term;
use crate::audit::Verdict;
use crate::calendar::stamps::day_or_empty;
use crate::operator::Operator;
use crate::rules::Severity;
use crate::snapshot::State;
use crate::waivers::WaiverRecord;

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
    /// Who ran the collection, and where, as the operating system says; nothing where the snapshot
    /// does not say.
    pub operator: Option<Operator>,
    /// The API token that was shown to each instance, as its list of tokens has it.
    pub tokens_shown: Vec<ShownToken>,
    /// Every list that came, from the server's count to the rows of its file.
    pub tie_out: Vec<TieOut>,
    /// Name and version of the program that collected.
    pub collector: String,
    /// Whose access was reviewed.
    pub organization: String,
    /// How documents look.
    pub branding: Branding,
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
    /// The formats that the pack has, by their words in the configuration.
    pub formats: Vec<&'static str>,
    /// The sections of the documents, in their order.
    pub sections: Vec<Section>,
    /// The counts on the first page.
    pub totals: Totals,
    /// Findings by severity, worst first.
    pub severities: Vec<SeverityCount>,
    /// What would answer most of the results that are not evaluable, most first.
    pub open_by: Vec<MissingList>,
    /// What to do first: the rules with the worst exceptions.
    pub actions: Vec<NextStep>,
    /// Every configured instance, in the order of the configuration.
    pub instances: Vec<InstanceSummary>,
    /// Builder seats of each instance whose population is whole.
    pub builders: Vec<Builders>,
    /// What this report cannot show, in sentences.
    pub limits: Vec<String>,
    /// The files that the report was made from.
    pub inputs: Vec<Input>,
    /// The roster, where the configuration names one.
    pub roster: Option<Rosters>,
    /// The approvals of changes, where the configuration names a file of them.
    pub approvals: Option<ApprovalsSummary>,
    /// The names in the inputs, and those of them that match nothing.
    pub named: NamesSummary,
    /// What is compared with the previous snapshot, and what came of it.
    pub comparison: Comparison,
    /// The settings that protect signing in and sharing.
    pub posture: Vec<Posture>,
    /// Which months are covered.
    pub coverage: Coverage,
    /// How the numbers of accounts went.
    pub trend: Trend,
    /// What packs reported, month by month.
    pub reported: ReportedTrend,
    /// The leavers, in numbers.
    pub leaver_totals: LeaverTotals,
    /// Every account of a leaver.
    pub leavers: Vec<LeaverAccess>,
    /// The leavers of whom no account, or no further one, is known.
    pub leavers_without: Vec<LeaverWithout>,
    /// People with accounts on several instances.
    pub people: People,
    /// Accounts without activity for long.
    pub dormancy: Dormancy,
    /// Control matrices, one per framework that the configuration shows.
    pub frameworks: Vec<ControlMatrix>,
    /// Every rule with its result, in the order of the catalogue.
    pub rules: Vec<RuleResult>,
    /// What access reviews decided.
    pub reviews: Reviews,
    /// The waivers, as types; a table has them as rows.
    #[serde(skip)]
    pub waivers: Vec<WaiverRecord>,
    /// What people answered where rules are not evaluable, whether it counts or not.
    pub manual_evidence: Vec<ManualEvidenceRecord>,
    /// The accounts that the PDF prints one by one.
    pub pdf_population: PdfPopulation,
    /// Undetermined subjects of a rule that documents print; all of them are in `findings.csv`.
    pub undetermined_printed: usize,
    /// Accounts that `report.html` holds at most, by instance and id; all of them are in `users.csv`.
    pub accounts_held: usize,
    /// Every account of tier 0 or 1 that may sign in, exceptions or not.
    pub privileged: Vec<Privileged>,
    /// What the charts are drawn from.
    pub charts: Charts,
    /// What accounts may change on single objects by grants of their own.
    pub shared: Shared,
    /// Words a reader may not know.
    pub glossary: Vec<Term<'static>>,
}

impl Report {
    /// Whether anything at or above a severity is amiss, waived exceptions left out.
    pub fn finds(&self, least: Severity) -> bool {
        let manual = |it: &RuleResult| {
            let mut answers = it.instances.iter().map(|instance| instance.verdict);
            it.severity >= least && answers.any(|answer| answer == Verdict::FailManual)
        };
        let found = |severity_count: &SeverityCount| {
            severity_count.severity >= least && severity_count.exceptions > 0
        };
        self.severities.iter().any(found) || self.rules.iter().any(manual)
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
    pub accounts: Tally,
    /// Accounts that may sign in.
    pub active: Tally,
    /// Accounts that may not.
    pub disabled: Tally,
    /// Active administrators.
    pub administrators: Tally,
    /// Groups.
    pub groups: Tally,
    /// Memberships, All Users included.
    pub memberships: Tally,
    /// Subjects with at least one exception that no waiver accepts: one with several counts once.
    pub subjects: u64,
    /// Results of rules on instances, those that do not apply left out.
    pub results: u64,
    /// Those of them that are not evaluable.
    pub open_results: u64,
    /// Rules in the catalogue.
    pub rules: usize,
    /// Rules without an exception.
    pub pass: usize,
    /// Rules all of whose exceptions are waived.
    pub exceptions_waived: usize,
    /// Rules that hold by a person's answer.
    pub pass_manual: usize,
    /// Rules with exceptions.
    pub fail: usize,
    /// Rules that do not hold by a person's answer.
    pub fail_manual: usize,
    /// Rules that a person answered on at least one instance, whatever their result is.
    pub by_hand_somewhere: usize,
    /// Rules without a result.
    pub not_evaluable: usize,
    /// Rules that could not be evaluated on at least one instance, whatever their result is.
    pub not_evaluable_somewhere: usize,
    /// Rules that concern nothing here.
    pub not_applicable: usize,
    /// Exceptions of all rules, without the waived ones.
    pub exceptions: u64,
    /// Exceptions among them that should have been put right by now.
    pub overdue: u64,
    /// Exceptions among them that a management response answers; none where the configuration
    /// names no responses.
    pub answered: Option<u64>,
    /// Exceptions that a waiver accepts.
    pub waived: u64,
    /// Undetermined subjects of all rules.
    pub undetermined: u64,
    /// Exceptions among them that are organization-wide.
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
    /// Days in which such an exception is to be put right, from the first snapshot that shows it;
    /// none where the configuration promises nothing.
    pub days: Option<u32>,
    /// Those of them that should have been put right by now.
    pub overdue: u64,
    /// Those of them that were none at the previous snapshot, nor at any before it.
    pub new: u64,
    /// Those of them that were none at the previous snapshot, and were at one before it.
    pub reopened: u64,
    /// Those of them that were exceptions then.
    pub persisting: u64,
    /// Those of them of which it is unknown what they were.
    pub undated: u64,
    /// Exceptions of the previous snapshot that are resolved: their subject is there and in order.
    pub resolved: u64,
    /// Those that another, worse rule holds now.
    pub superseded: u64,
    /// Those that are gone, or were not judged now, or not alike.
    pub not_comparable: u64,
    /// Exceptions that a waiver accepts.
    pub waived: u64,
    /// Undetermined subjects.
    pub undetermined: u64,
}

/// One thing to do.
#[derive(Debug, Serialize)]
pub struct NextStep {
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
    /// Who answers for them, those with the most first; empty where none is known.
    pub owners: Vec<String>,
    /// The first of the days until which its exceptions are to be put right, `2026-12-04`; empty
    /// where the configuration promises nothing.
    #[serde(serialize_with = "day_or_empty")]
    pub due: Option<NaiveDate>,
    /// Its exceptions that should have been put right by now.
    pub overdue: u64,
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
    /// Its owner; empty where none is named.
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
    /// Why it is not complete, in a sentence; empty where it is.
    pub why: String,
    /// The codes of the rules about the evidence that have exceptions here.
    pub evidence_checks: Vec<&'static str>,
    /// What could not be collected.
    pub gaps: Vec<GapSummary>,
}

/// Lists that an instance did not give, and that results are not evaluable without.
#[derive(Debug, Serialize)]
pub struct MissingList {
    /// The instance.
    pub instance: String,
    /// The lists, as sentences name them.
    pub lists: String,
    /// The results that read what the lists would have given.
    pub results: u64,
}

/// Builder seats of one instance.
#[derive(Debug, Serialize)]
pub struct Builders {
    /// The instance.
    pub instance: String,
    /// Accounts that are builders now.
    pub builders: i64,
    /// Other accounts that may sign in and would become builders by editing an app, a workflow or
    /// an agent.
    pub may_become: i64,
    /// Accounts of which the class is not known, or of which it cannot be determined whether they
    /// build.
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
    /// The same in words.
    pub phrase: &'static str,
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

/// A list, counted in every place that it passed.
#[derive(Debug, Serialize)]
pub struct TieOut {
    /// The instance.
    pub instance: String,
    /// What is counted.
    pub list: &'static str,
    /// How many the server says that there are; none where it does not say.
    pub server_total: Option<u64>,
    /// Records that came.
    pub received: u64,
    /// Different ids among them.
    pub distinct: u64,
    /// Records in the snapshot.
    pub kept: u64,
    /// The file of the CSV set that has them, without its ending.
    pub file: &'static str,
    /// Rows of the instance there.
    pub in_csv: u64,
    /// Records that came, less rows in the file.
    pub difference: i64,
}

/// The API token that the collection showed to an instance.
#[derive(Debug, Serialize)]
pub struct ShownToken {
    /// The instance.
    pub instance: String,
    /// Its last four characters, or unknown.
    pub last4: String,
    /// Its name, or unknown.
    pub label: String,
    /// What it may do, or unknown.
    pub scopes: String,
    /// The account that made it, or unknown.
    pub owner: String,
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
    /// What reviews decided about the account, in words; empty where nothing was decided.
    pub review: String,
    /// The codes of the rules that the account is an exception of.
    pub exceptions: Vec<&'static str>,
    /// The codes of those for which that is waived.
    pub waived: Vec<&'static str>,
}

/// What accounts may change on single objects by grants of their own.
#[derive(Debug, Serialize)]
pub struct Shared {
    /// The instances where grants were read.
    pub read_on: Vec<String>,
    /// How many grants of edit or own there are to accounts.
    pub total: usize,
    /// Those that documents print, own first; all of them are in `grants.csv`.
    pub printed: Vec<SharedObject>,
}

/// A grant of edit or own on a single object to an account.
#[derive(Debug, Serialize)]
pub struct SharedObject {
    /// The instance.
    pub instance: String,
    /// Retool's id of the account.
    pub user_id: String,
    /// The account's address.
    pub subject: String,
    /// edit, own or unknown.
    pub access: String,
    /// app, folder, resource or workflow.
    pub object_type: String,
    /// The object's name.
    pub object: String,
    /// How the account comes by it.
    pub access_path: String,
}

/// The accounts that the PDF prints one by one: the first by instance and id. All of them are in
/// `users.csv`.
#[derive(Debug, Serialize)]
pub struct PdfPopulation {
    /// Accounts that are printed.
    pub printed: usize,
    /// Accounts that were collected.
    pub accounts: usize,
    /// Whether the PDF says what each of its texts is, for readers that do not see; it does up to
    /// 25,000 printed accounts.
    pub tagged: bool,
    /// The same for every configured instance.
    pub instances: Vec<PrintedAccounts>,
}

/// The accounts of one instance that the PDF prints.
#[derive(Debug, Serialize)]
pub struct PrintedAccounts {
    /// The instance.
    pub instance: String,
    /// Accounts that are printed.
    pub printed: usize,
    /// Accounts that were collected.
    pub accounts: usize,
    /// The place of the first one among all accounts, counted from 0.
    pub first: usize,
}
