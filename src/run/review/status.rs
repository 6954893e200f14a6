//! `review status`: how far a campaign is.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::campaign;
use super::removals::{Proof, proof};
use crate::cli::{CheckFormat, ReviewStatusArgs};
use crate::files;
use crate::progress::Progress;
use crate::report::text::visible;
use crate::review::{
    CampaignError, CampaignStatus, DecisionWord, OpenedCampaign, Removal, RemovalState, reminder,
};
use crate::run::columns::side_by_side;
use crate::run::{CommandContext, Error, Exit, now, print};

/// Where the reminders lie.
const REMINDERS: &str = "reminders";

/// Says how far the campaign is, and what became of it; exits with 1 where lines are open after the
/// last day, or what was revoked is still there.
pub(super) fn run(context: &CommandContext<'_>, args: &ReviewStatusArgs) -> Result<Exit, Error> {
    let (_, config, opened) = campaign(context, args.campaign.as_deref())?;
    let status = CampaignStatus::of(&opened, config.organization.calendar().day(now()));
    let proof = proof(&config, &opened)?;
    if args.remind {
        remind(&opened, &status)?;
    }
    match args.format {
        CheckFormat::Json => {
            let told = StatusWithProof { status: &status, proof: &proof };
            print(&serde_json::to_string_pretty(&told).expect("plain values serialise"))?;
        }
        CheckFormat::Table => print(&drawn(&status, &proof))?,
    }
    let is_left =
        |it: &Removal| [RemovalState::GrantedAgain, RemovalState::NotExecuted].contains(&it.state);
    let found = status.overdue || proof.removals.iter().any(is_left);
    Ok(if found { Exit::Findings } else { Exit::Done })
}

/// The status for programs.
#[derive(Serialize)]
struct StatusWithProof<'a> {
    #[serde(flatten)]
    status: &'a CampaignStatus,
    #[serde(flatten)]
    proof: &'a Proof,
}

fn drawn(status: &CampaignStatus, proof: &Proof) -> String {
    let words = DecisionWord::ALL.iter().map(|it| it.word());
    let head = ["reviewer", "lines", "decided"].into_iter().chain(words.clone()).chain(["open"]);
    let mut rows: Vec<Vec<String>> = vec![head.map(str::to_owned).collect()];
    let row = |name: &str, numbers: [usize; 3], counts: &BTreeMap<&'static str, usize>| {
        let counts = words.clone().map(|it| counts.get(it).copied().unwrap_or_default());
        let [lines, decided, open] = numbers;
        let cells = [lines, decided].into_iter().chain(counts).chain([open]);
        let cells = cells.map(|it| it.to_string());
        std::iter::once(visible(name).into_owned()).chain(cells).collect::<Vec<_>>()
    };
    for it in &status.reviewers {
        rows.push(row(&it.reviewer, [it.lines, it.decided, it.open], &it.decisions));
    }
    if status.unassigned > 0 {
        let n = status.unassigned;
        rows.push(row("nobody", [n, 0, n], &BTreeMap::new()));
    }
    rows.push(row("all", [status.lines, status.decided, status.open], &status.decisions));
    let table = side_by_side(&rows, 1, Progress::columns());
    let overdue = if status.overdue { ", OVERDUE" } else { "" };
    let mut res = vec![
        table,
        String::new(),
        format!("campaign  {}, due {}{overdue}", status.campaign_id, status.due),
    ];
    for it in &status.reviewers {
        res.extend(
            it.noted.iter().map(|noted| format!("noted     {} {noted}", visible(&it.reviewer))),
        );
    }
    res.extend(removed(&proof.removals));
    let unsound = proof.passed_over.iter().map(|it| format!("no proof  {}", visible(it)));
    res.extend(unsound);
    if status.signed.is_empty() {
        res.push("signed    NOT SIGNED".to_owned());
    }
    res.extend(status.signed.iter().map(|it| format!("signed    {}", visible(it))));
    res.join("\n")
}

/// What became of what was to be revoked or changed: how many, and each that is not gone.
fn removed(removals: &[Removal]) -> Vec<String> {
    if removals.is_empty() {
        return Vec::new();
    }
    let count = |state: &RemovalState| {
        let n = removals.iter().filter(|it| it.state == *state).count();
        (n > 0).then(|| format!("{n} {}", state.word()))
    };
    let counts: Vec<String> = RemovalState::ALL.iter().rev().filter_map(count).collect();
    let mut res = vec![format!("removals  {}", counts.join(", "))];
    let left = removals.iter().filter(|it| it.state != RemovalState::Executed);
    let day = |at: DateTime<Utc>| at.format("%Y-%m-%d").to_string();
    let line = |it: &Removal| {
        let held = match it.last_held {
            Some(at) => format!(", seen on {}", day(at)),
            None if it.state == RemovalState::Unseen => String::new(),
            None => ", and no later pack tells".to_owned(),
        };
        let line = format!(
            "{}: {} on {}, {} (decided on {}{held})",
            it.state.word(),
            it.account,
            it.instance,
            it.entitlement,
            day(it.decided_at),
        );
        format!("          {}", visible(&line))
    };
    res.extend(left.clone().take(MOST_NAMED).map(line));
    let more = left.count().saturating_sub(MOST_NAMED);
    if more > 0 {
        res.push(format!("          and {more} more: `--format json` has all of them"));
    }
    res
}

/// Removals that are named one by one.
const MOST_NAMED: usize = 20;

/// Writes a mail for each reviewer with open lines; nothing is sent.
fn remind(opened: &OpenedCampaign, status: &CampaignStatus) -> Result<(), Error> {
    let folder = opened.folder.join(REMINDERS);
    let failed = |source| CampaignError::Io { deed: "write", path: folder.clone(), source };
    files::make_folder(&folder).map_err(failed)?;
    for (at, it) in status.reviewers.iter().filter(|it| it.open > 0).enumerate() {
        let text = reminder(&opened.campaign, it, status.overdue);
        let path = folder.join(format!("{:03}.eml", at + 1));
        files::write_whole(&path, text.as_bytes()).map_err(failed)?;
    }
    Ok(())
}
