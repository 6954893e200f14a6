//! Makes the report from the outcomes and the tables.

mod became;
mod charts;
mod collectors;
mod comparison;
mod controls;
mod frames;
mod gone;
mod inputs;
mod lifecycle;
mod moved;
mod named;
mod open;
mod opinion;
mod people;
mod periods;
mod population;
mod posture;
mod privileged;
mod remarks;
mod reported;
mod review;
mod reviews;
mod rosters;
mod rules;
mod scope;
mod sections;
mod seats;
mod shared;
mod outlook;
mod summary;
mod tie_out;
mod why;
mod words;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use polars::prelude::PolarsResult;

pub use self::frames::comparison_tables;
pub use self::inputs::{Error, ReportInputs};
pub use self::open::missing_lists;
pub use self::outlook::{Outlook, PartialReason, outlook};
pub use self::review::review_lines;
use super::branding::Branding;
use super::comparison::ApprovalsSummary;
use super::table::DataTables;
use super::{Input, ManualEvidenceRecord, Report, RuleResult, Term};
use crate::approvals::{Approvals, Settled};
use crate::audit::Verdict;
use crate::calendar::stamps::stamp;
use crate::config::Config;
use crate::roster::Rejected;
use crate::rules::leaver_sla_days;
use crate::snapshot::Collected;
use crate::snapshot::ledger::{Endpoint, ReadOutcome};
use crate::tables::Table;
use crate::tables::dictionary::leaver_line;
use crate::waivers::Manual;

/// Version of the report's layout.
const FORMAT: u32 = 2;

/// Where an identity provider holds the second factor, every account is undetermined for some rule:
/// a document says how many and shows the first.
const UNDETERMINED_PRINTED: usize = 25;

/// Accounts that one HTML file holds at most: a browser opens ten megabytes of them in a blink.
const ACCOUNTS_HELD: usize = 30_000;

/// The largest tables, which documents sum up instead of printing.
const RECORDS: &[Table] = &[
    Table::Memberships,
    Table::EffectiveAccess,
    Table::Grants,
    Table::Usage,
    Table::Changes,
    Table::ReviewLines,
];

/// A report, which nothing changes any more, and what documents do without.
#[derive(Debug)]
pub struct Assembled {
    /// What every format shows.
    pub report: Report,
    /// The tables of the CSV set that documents print, by name.
    pub tables: DataTables,
    /// The tables that no document prints, because what they say is summed up elsewhere.
    pub records: DataTables,
}

/// Assembles the report: a pure function of its material.
///
/// # Errors
///
/// Fails when a frame does not hold what the data dictionary promises.
#[expect(clippy::too_many_lines, reason = "a line for each field")]
pub fn assemble(inputs: &ReportInputs<'_>) -> Result<Assembled, Error> {
    let snapshot = inputs.given.snapshot;
    let calendar = inputs.given.config.organization.calendar();
    let decided = reviews::DecidedAccounts::of(inputs);
    let rules = rules::results(inputs, &decided)?;
    let mut records = frames::tables(inputs.tables, |it| RECORDS.contains(&it))?;
    records.insert("exceptions_by_month".to_owned(), reported::table(inputs.reported, &rules));
    let comparison = comparison::of(inputs, &rules)?;
    let state = outlook::state(inputs);
    let instances = summary::instances(inputs, &rules)?;
    let tables = frames::tables(inputs.tables, |it| !RECORDS.contains(&it))?;
    let months = inputs.tables.months();
    let leavers = inputs.tables.sorted(Table::LeaverList)?;
    let leavers: Vec<_> = leaver_line::read_rows(&leavers)?.collect();
    let names: Vec<String> = instances.iter().map(|instance| instance.name.clone()).collect();
    let pdf_population = population::printed(&tables, &names, inputs.given.config.output.pdf_rows);
    let switched_off = rules::switched_off(inputs, &decided)?;
    let asked: Vec<&RuleResult> = rules.iter().chain(&switched_off).collect();
    let opinion = opinion::of(inputs, state, &asked);
    let mut report = Report {
        format: FORMAT,
        report_id: inputs.report_id.to_owned(),
        snapshot_id: inputs.snapshot_id.to_owned(),
        evaluator: inputs.evaluator.to_owned(),
        operator: snapshot.operator.clone(),
        tokens_shown: collectors::tokens(inputs)?,
        tie_out: tie_out::lists(inputs)?,
        collector: snapshot.collector.clone(),
        organization: inputs.given.config.organization.name.clone(),
        branding: Branding::of(&inputs.given.config.branding, inputs.logo),
        period: calendar.month(snapshot.collected_at).to_string(),
        period_words: calendar.day(snapshot.collected_at).format("%B %Y").to_string(),
        collected_at: stamp(snapshot.collected_at),
        finished_at: stamp(snapshot.finished_at),
        collected_local: local(snapshot.collected_at, inputs.given.config),
        state,
        opinion,
        charts: charts::of(&tables, &instances, &rules),
        formats: inputs.given.config.output.formats.iter().copied().collect(),
        sections: super::sections::all(),
        totals: summary::totals(&instances, &rules, inputs),
        severities: summary::severities(&rules, &comparison, inputs.given.config.remediation),
        open_by: open::open_by(inputs),
        actions: summary::actions(&rules),
        limits: limits(inputs)?,
        builders: seats::builders(inputs)?,
        inputs: input_files(inputs),
        roster: inputs.given.roster.map(|roster| rosters::rosters(inputs, roster)),
        approvals: inputs
            .approvals
            .zip(inputs.given.approvals)
            .map(|(file, settled)| approvals(file, settled)),
        named: named::of(inputs.references),
        posture: posture::of(inputs, &tables["settings"])?,
        coverage: periods::coverage(&months.covered, inputs.given, &instances, &rules),
        trend: periods::trend(&months.counted, &instances),
        reported: reported::trend(inputs.reported, &rules),
        leaver_totals: lifecycle::totals(inputs, &leavers),
        leavers: lifecycle::leavers(
            &leavers,
            &rules,
            &comparison,
            leaver_sla_days(&inputs.given.config.rules),
        ),
        leavers_without: lifecycle::without(&leavers),
        people: people::people(inputs)?,
        dormancy: lifecycle::dormancy(inputs)?,
        frameworks: controls::matrices(inputs, &rules),
        privileged: privileged::accounts(inputs, &rules, &decided)?,
        shared: shared::objects(inputs)?,
        instances,
        glossary: words::GLOSSARY.iter().map(|(name, value)| term(*name, *value)).collect(),
        reviews: reviews::reviews(inputs),
        waivers: inputs.waivers.to_vec(),
        manual_evidence: inputs.manual.iter().map(manual).collect(),
        pdf_population,
        undetermined_printed: UNDETERMINED_PRINTED,
        accounts_held: ACCOUNTS_HELD,
        comparison,
        rules,
    };
    sections::count(&mut report, &tables);
    Ok(Assembled { report, tables, records })
}

/// What this report cannot show: first of this review, then of any.
fn limits(inputs: &ReportInputs<'_>) -> PolarsResult<Vec<String>> {
    let imported = inputs.given.snapshot.is_imported().then_some(words::IMPORT_LIMIT);
    let imported = imported.into_iter().map(str::to_owned);
    let always = words::LIMITS.iter().map(|it| (*it).to_owned());
    let of_review = scope::uncovered(inputs)?.into_iter().chain(scope::refused(inputs));
    let of_review = of_review.chain(gone::limits(inputs)).chain(moved::limits(inputs));
    let of_review = of_review.chain(remarks::limits(inputs)).chain(scope::untied(inputs));
    let of_review = of_review.chain(scope::misdated(inputs));
    let objects = objects(inputs).into_iter().chain(roles(inputs));
    Ok(imported.chain(of_review).chain(objects).chain(always).collect())
}

/// On which instances roles are not known: what tiers say there.
fn roles(inputs: &ReportInputs<'_>) -> Vec<String> {
    let outcomes = |collected: &Collected| {
        [Endpoint::Roles, Endpoint::RoleGrants].map(|of| collected.row(of).map(|it| it.outcome))
    };
    let names = |of: &dyn Fn(&Collected) -> bool| {
        let instances = inputs.given.snapshot.instances.iter().filter(|instance| of(instance));
        instances.map(|instance| format!("`{}`", instance.name)).collect::<Vec<_>>().join(", ")
    };
    let none = [ReadOutcome::Version, ReadOutcome::Plan];
    let refused =
        [ReadOutcome::Scope, ReadOutcome::Auth, ReadOutcome::Network, ReadOutcome::Protocol];
    let absent =
        |collected: &Collected| outcomes(collected).iter().flatten().any(|it| none.contains(it));
    let refused =
        names(&|it| !absent(it) && outcomes(it).iter().flatten().any(|it| refused.contains(it)));
    let unasked = names(&|it| {
        !absent(it) && outcomes(it).iter().any(|it| it.is_none_or(|it| it == ReadOutcome::NotAsked))
    });
    let refused = (!refused.is_empty()).then(|| {
        format!("Roles were not given on {refused}: an account there may be more powerful than its groups make it, so its tier is known in bounds alone.")
    });
    let unasked = (!unasked.is_empty()).then(|| {
        format!("Roles were not asked for on {unasked}: tiers there say what groups make of accounts, and roles may make them more powerful.")
    });
    refused.into_iter().chain(unasked).collect()
}

/// On which instances access to single objects is known.
fn objects(inputs: &ReportInputs<'_>) -> Vec<String> {
    let read = |collected: &&Collected| {
        collected.row(Endpoint::Permissions).is_some_and(|it| it.outcome == ReadOutcome::Ok)
    };
    let (known, unknown): (Vec<_>, Vec<_>) = inputs.given.snapshot.instances.iter().partition(read);
    let names = |of: &[&Collected]| {
        of.iter().map(|it| format!("`{}`", it.name)).collect::<Vec<_>>().join(", ")
    };
    let mut res = Vec::new();
    if !unknown.is_empty() {
        res.push(format!(
            "Access on {} is what groups grant on everything of a kind. What is granted on single \
             apps, folders, resources and workflows was not collected there, so an account may have \
             more.",
            names(&unknown)
        ));
    }
    if !known.is_empty() {
        let read = "What is granted on single apps, folders, resources and workflows was read on";
        res.push(format!("{read} {}. {}", names(&known), words::OBJECT_LIMIT));
        let row = |collected: &Collected| {
            collected.row(Endpoint::Permissions).map_or(0, |it| it.rows_left_out)
        };
        let left_out = known.iter().map(|it| (it.name.as_str(), row(it))).filter(|it| it.1 > 0);
        let words: Vec<_> = left_out.map(|(name, n)| format!("{n} on `{name}`")).collect();
        if !words.is_empty() {
            res.push(format!(
                "Folders that Retool keeps itself, such as drafts, trash and archive, were left \
                 out: {}. What lies in them was read.",
                words.join(", ")
            ));
        }
    }
    res
}

fn local(at: DateTime<Utc>, config: &Config) -> String {
    let zone = config.organization.timezone;
    let here = at.with_timezone(&zone);
    let day = here.format("%-d %B %Y, %H:%M");
    match zone.name() {
        "UTC" => format!("{day} (UTC)"),
        name => format!("{day} ({name}, UTC{})", here.format("%:z")),
    }
}

fn term(name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'static, str>>) -> Term<'static> {
    Term { name: name.into(), value: value.into() }
}

fn input_files(inputs: &ReportInputs<'_>) -> Vec<Input> {
    let input = |(what, file, sha256): &(&'static str, String, String)| Input {
        what,
        file: file.clone(),
        sha256: sha256.clone(),
    };
    inputs.inputs.iter().map(input).collect()
}

fn approvals(approvals: &Approvals, settled: &Settled) -> ApprovalsSummary {
    let row = |rejected: &Rejected| format!("line {}: {}", rejected.line, rejected.reason);
    ApprovalsSummary {
        file: approvals.input.name.clone(),
        sha256: approvals.input.sha256.clone(),
        rows: approvals.rows,
        rejected: settled.rejected.iter().map(row).collect(),
    }
}

fn manual(it: &Manual) -> ManualEvidenceRecord {
    ManualEvidenceRecord {
        code: it.rule_code,
        instance: it.instance.clone(),
        state: it.state,
        problem: it.problem.clone(),
        answer: it.answer.clone(),
    }
}

/// The worst of several verdicts.
fn worst(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    verdicts.max().unwrap_or(Verdict::NotApplicable)
}
