//! `review status`: how far a campaign is.

use std::collections::BTreeMap;

use super::campaign;
use crate::cli::{CheckFormat, ReviewStatusArgs};
use crate::files;
use crate::progress::Progress;
use crate::report::text::visible;
use crate::review::{CampaignError, CampaignStatus, DecisionWord, OpenedCampaign, reminder};
use crate::run::columns::side_by_side;
use crate::run::{CommandContext, Error, Exit, now, print};

/// Where the reminders lie.
const REMINDERS: &str = "reminders";

/// Says how far the campaign is; exits with 1 where lines are open after the last day.
pub(super) fn run(context: &CommandContext<'_>, args: &ReviewStatusArgs) -> Result<Exit, Error> {
    let (config, opened) = campaign(context, args.campaign.as_deref())?;
    let status = CampaignStatus::of(&opened, config.organization.calendar().day(now()));
    if args.remind {
        remind(&opened, &status)?;
    }
    match args.format {
        CheckFormat::Json => {
            print(&serde_json::to_string_pretty(&status).expect("plain values serialise"))?;
        }
        CheckFormat::Table => print(&drawn(&status))?,
    }
    Ok(if status.overdue { Exit::Findings } else { Exit::Done })
}

fn drawn(status: &CampaignStatus) -> String {
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
    if status.signed.is_empty() {
        res.push("signed    NOT SIGNED".to_owned());
    }
    res.extend(status.signed.iter().map(|it| format!("signed    {}", visible(it))));
    res.join("\n")
}

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
