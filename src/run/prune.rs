//! `prune`: evidence that a policy of retention keeps no longer is written down, and removed.

use std::path::Path;

use chrono::{DateTime, SubsecRound as _, Utc};

use super::columns::side_by_side;
use super::coverage::write_index;
use super::lock::Lock;
use super::review::{REVIEW, ReviewError};
use super::{CommandContext, Error, Exit, PROGRAM, configuration, now, print};
use crate::cli::PruneArgs;
use crate::config::Config;
use crate::evidence::prune::{PrunePlan, Pruning, RetentionPolicy};
use crate::names::counted;
use crate::operator::Operator;
use crate::progress::{LogEvent, Progress};
use crate::report::template::Templates;
use crate::report::text::visible;
use crate::retention::{RECORD, RetentionEntry, RetentionRecord};
use crate::review::OpenedCampaign;

/// Removes what is older than the policy keeps; exits with 1 where something has to stay because it
/// is not what it was.
pub(super) fn run(context: &CommandContext<'_>, args: &PruneArgs) -> Result<Exit, Error> {
    let CommandContext { config, progress, work } = *context;
    let (_, config) = configuration(config)?;
    let out = args.out.as_deref().unwrap_or(&config.output.dir);
    let no_pack = || Error::NothingToVerify { paths: out.display().to_string() };
    if !out.is_dir() {
        return Err(no_pack());
    }
    let dir = config.output.templates.as_deref();
    let templates = dir.map_or_else(|| Ok(Templates::shipped()), Templates::with)?;
    let _lock = (!args.dry_run).then(|| Lock::take(out, &config.output.dir)).transpose()?;
    let mut record = RetentionRecord::read(out)?;
    let reviews = OpenedCampaign::all(&out.join(REVIEW)).map_err(ReviewError::from)?;
    let (now, calendar) = (now().trunc_subsecs(0), config.organization.calendar());
    let policy = RetentionPolicy { keep_months: args.keep_months, keep_reports: args.keep_reports };
    let pruning = Pruning {
        root: out,
        policy,
        calendar,
        this_month: calendar.month(now),
        record: &record,
        reviews: &reviews,
    };
    let plan = pruning.plan().ok_or_else(no_pack)?;
    print(&visible_lines(&told(&plan, &record, policy, &config)))?;
    if args.dry_run {
        progress.say(LogEvent::DryRun, "this was a dry run: nothing was removed");
    } else if !plan.removals.is_empty() || !record.unfinished().is_empty() {
        work.removes(record.path());
        let operator = Operator::here(PROGRAM);
        let entries = plan.removals.iter().map(|it| it.entry.clone());
        carry_out(out, &mut record, &words(&plan, policy), entries, (now, &operator))?;
        let left = OpenedCampaign::all(&out.join(REVIEW)).map_err(ReviewError::from)?;
        write_index((out, None), &config, &templates, &left)?;
        work.is_done(out);
    }
    let is_unsound = plan.stays.iter().any(|it| it.is_unsound);
    Ok(if is_unsound { Exit::Findings } else { Exit::Done })
}

/// Writes down what goes, removes it with all that a run before did not, and writes down that it is
/// gone.
fn carry_out(
    out: &Path,
    record: &mut RetentionRecord,
    policy: &str,
    entries: impl Iterator<Item = RetentionEntry>,
    (at, by): (DateTime<Utc>, &Operator),
) -> Result<(), Error> {
    let entries: Vec<RetentionEntry> = entries.collect();
    if !entries.is_empty() {
        record.add((at, by), policy, entries)?;
    }
    for line in record.unfinished() {
        line.entry.carry_out(out)?;
    }
    Ok(record.add((at, by), policy, [RetentionEntry::Finished])?)
}

/// The policy in words, for the record.
fn words(plan: &PrunePlan, policy: RetentionPolicy) -> String {
    let months = counted(&policy.keep_months.to_string(), "month");
    let parts = if policy.keep_reports { ", and what proves older ones" } else { "" };
    format!("packs of {months} are kept, counted from {}{parts}", plan.newest)
}

/// What goes and what stays, a line each.
fn told(
    plan: &PrunePlan,
    record: &RetentionRecord,
    policy: RetentionPolicy,
    config: &Config,
) -> Vec<String> {
    let mut rows: Vec<[String; 3]> = Vec::new();
    for it in record.unfinished() {
        if let Some((place, _)) = it.entry.removed() {
            let why = format!("its removal was recorded on {}", it.at.date_naive());
            rows.push(["finish".to_owned(), place.to_owned(), why]);
        }
    }
    for it in &plan.removals {
        if let Some((place, kept)) = it.entry.removed() {
            let deed = if kept.is_empty() { "remove" } else { "reduce" };
            rows.push([deed.to_owned(), place.to_owned(), it.what.clone()]);
        }
    }
    let n_gone = rows.len();
    for it in &plan.stays {
        rows.push(["keep".to_owned(), it.place.clone(), it.why.clone()]);
    }
    let mut res = vec![format!("{}: those of {} and later", words(plan, policy), plan.first)];
    if !rows.is_empty() {
        res.push(side_by_side(&rows, 3, Progress::columns()));
    }
    if n_gone == 0 {
        res.push("nothing is to be removed".to_owned());
    } else {
        res.push(format!("`{RECORD}` has the record"));
        if let Some(lake) = &config.lake {
            let lake = lake.display();
            res.push(format!("the lake `{lake}` still has the tables of these months"));
        }
    }
    res
}

fn visible_lines(lines: &[String]) -> String {
    let lines = lines.iter().flat_map(|it| it.lines());
    lines.map(|it| visible(it).into_owned()).collect::<Vec<_>>().join("\n")
}
