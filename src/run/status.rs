//! `status`: the newest pack, what is due next, and what is overdue; offline.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::review::{REVIEW, ReviewError};
use super::{Error, Exit, configuration, now, print};
use crate::calendar::Month;
use crate::calendar::stamps::{stamp, time_or_empty};
use crate::cli::{StatusArgs, StatusFormat};
use crate::config::Config;
use crate::evidence::due::{DueItem, DueItems, DueKind, days_since};
use crate::evidence::{self, FiledPack};
use crate::metrics::Metrics;
use crate::names::counted;
use crate::pack::PackCounts;
use crate::progress::Progress;
use crate::report::text::visible;
use crate::review::OpenedCampaign;
use crate::snapshot::State;

/// What is due that is named one by one.
const MOST_NAMED: usize = 5;

/// Where the first column ends.
const INDENT: usize = 10;

/// How things stand.
#[derive(Serialize)]
struct Status {
    /// When it is told, RFC 3339 UTC.
    as_of: String,
    /// The day, where the organization is.
    today: NaiveDate,
    /// The month that lasts, `2026-12`.
    period: String,
    /// How whole the best pack of this month is; missing where there is none.
    this_period: String,
    /// The newest pack; none where there is none.
    pack: Option<NewestPack>,
    /// What is overdue, the longest first.
    overdue: Vec<DatedItem>,
    /// What is due next, the soonest first.
    due: Vec<DatedItem>,
    /// How the last run or report ended; none where no file of metrics says.
    last_run: Option<LastRun>,
    /// What cannot be told, and why.
    unknown: Vec<String>,
}

/// The newest pack, as its manifest has it.
#[derive(Serialize)]
struct NewestPack {
    place: String,
    period: String,
    state: String,
    report_id: String,
    collected_at: String,
    /// Whole days since then; none where that is still to come.
    age_days: Option<i64>,
    signed: bool,
    counts: PackCounts,
}

/// Something that is due, and how far off that is.
#[derive(Serialize)]
struct DatedItem {
    #[serde(flatten)]
    item: DueItem,
    /// Days until its last day; less than 0 where that is over.
    in_days: i64,
}

/// How the last run or report ended.
#[derive(Serialize)]
struct LastRun {
    ended_at: String,
    exit_code: u8,
    /// When the last one ended that left a pack whose evidence is complete; empty where none is known.
    #[serde(serialize_with = "time_or_empty")]
    last_success: Option<DateTime<Utc>>,
}

/// Says how things stand.
pub(super) fn run(config: &std::path::Path, args: &StatusArgs) -> Result<Exit, Error> {
    let (_, config) = configuration(config)?;
    let status = Status::of(&config, args, now())?;
    match args.format {
        StatusFormat::Json => {
            print(&serde_json::to_string_pretty(&status).expect("plain values serialise"))?;
        }
        StatusFormat::Text => print(&status.text())?,
    }
    let is_fine = status.overdue.is_empty() && status.unknown.is_empty();
    Ok(if args.exit_code && !is_fine { Exit::Findings } else { Exit::Done })
}

impl Status {
    fn of(config: &Config, args: &StatusArgs, now: DateTime<Utc>) -> Result<Self, Error> {
        let out = args.out.as_deref().unwrap_or(&config.output.dir);
        let calendar = config.organization.calendar();
        let (today, month) = (calendar.day(now), calendar.month(now));
        let packs = evidence::packs(out, &config.renamed());
        let reviews = OpenedCampaign::all(&out.join(REVIEW)).map_err(ReviewError::from)?;
        let (mut due, mut unknown) = (DueItems::default(), Vec::new());
        match packs.first() {
            Some(it) => due = DueItems::of(&out.join(&it.place), &reviews, today),
            None => unknown.push(format!("what is due: there is no pack in `{}`", out.display())),
        }
        let pack = packs.first().map(|it| NewestPack::of(it, now));
        if pack.as_ref().is_some_and(|it| it.age_days.is_none()) {
            unknown.push("the age of the pack: it says that it is of a time to come".to_owned());
        }
        let last_run = match config.output.metrics.as_deref().map(Metrics::read) {
            Some(Ok(metrics)) => LastRun::of(&metrics),
            Some(Err(error)) => {
                unknown.push(format!("the last run: {error}"));
                None
            }
            None => None,
        };
        unknown.append(&mut due.unknown);
        let dated = |it: &DueItem| {
            let in_days = (it.due - today).num_days();
            DatedItem { item: it.clone(), in_days }
        };
        Ok(Self {
            as_of: stamp(now),
            today,
            period: month.to_string(),
            this_period: best_state(&packs, month),
            pack,
            overdue: due.overdue(today).map(dated).collect(),
            due: due.to_come(today).map(dated).collect(),
            last_run,
            unknown,
        })
    }

    /// The same for people to read.
    fn text(&self) -> String {
        let mut lines = Vec::new();
        match &self.pack {
            Some(pack) => lines.extend(pack.lines()),
            None => lines.push(("pack", "none".to_owned())),
        }
        let month = match &*self.this_period {
            MISSING => "no pack yet",
            state => state,
        };
        lines.push(("month", format!("{}: {month}", self.period)));
        lines.extend(self.due_lines());
        lines.extend(self.overdue_lines());
        match &self.last_run {
            Some(it) => lines.push(("last run", it.words())),
            None => lines.push(("last run", "not known: no file of metrics says".to_owned())),
        }
        lines.extend(self.unknown.iter().map(|it| ("unknown", it.clone())));
        let width = Progress::columns();
        let line = |(head, text): &(&str, String)| {
            Progress::fit(&visible(&format!("{head:<INDENT$}{text}")), width, INDENT)
        };
        lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// The first day to come on which something of a kind is due.
    fn due_lines(&self) -> Vec<(&'static str, String)> {
        let mut firsts: BTreeMap<DueKind, Vec<&DatedItem>> = BTreeMap::new();
        for it in &self.due {
            let here = firsts.entry(it.item.kind).or_default();
            if here.first().is_none_or(|first| first.item.due == it.item.due) {
                here.push(it);
            }
        }
        let mut firsts: Vec<Vec<&DatedItem>> = firsts.into_values().collect();
        firsts.sort_by_key(|it| it[0].item.due);
        let line = |of_day: &Vec<&DatedItem>| {
            let DatedItem { item, in_days } = of_day[0];
            let what = counted(&of_day.len().to_string(), item.kind.word());
            let named = match of_day.len() {
                1 => format!(", {}: {}", item.id, item.about),
                _ => String::new(),
            };
            ("due", format!("{what} on {}, {}{named}", item.due, in_words(*in_days)))
        };
        firsts.iter().map(line).collect()
    }

    fn overdue_lines(&self) -> Vec<(&'static str, String)> {
        let mut counts: BTreeMap<DueKind, usize> = BTreeMap::new();
        for it in &self.overdue {
            *counts.entry(it.item.kind).or_default() += 1;
        }
        let counts = counts.iter().map(|(kind, n)| counted(&n.to_string(), kind.word()));
        let counts: Vec<String> = counts.collect();
        let none = if self.unknown.is_empty() { "nothing" } else { "not known" };
        let all = if counts.is_empty() { none.to_owned() } else { counts.join(", ") };
        let mut res = vec![("overdue", all)];
        let named = self.overdue.iter().take(MOST_NAMED);
        res.extend(named.map(|DatedItem { item, in_days }| {
            let (kind, when) = (item.kind.word(), in_words(*in_days));
            ("", format!("{kind} {}: {}, due on {}, {when}", item.id, item.about, item.due))
        }));
        let more = self.overdue.len().saturating_sub(MOST_NAMED);
        if more > 0 {
            res.push(("", format!("{more} more: `--format json` has all of them")));
        }
        res
    }
}

/// The word for a month without a pack.
const MISSING: &str = "missing";

/// How whole the best pack of a month is.
fn best_state(packs: &[FiledPack], month: Month) -> String {
    let of_month = packs.iter().filter(|it| it.month() == Some(month));
    let states: Vec<&str> = of_month.map(|it| it.manifest.state.as_str()).collect();
    let best = State::ALL.iter().map(|it| it.word()).find(|it| states.contains(it));
    best.unwrap_or(MISSING).to_owned()
}

/// How far off a day is.
fn in_words(days: i64) -> String {
    match days {
        0 => "today".to_owned(),
        1.. => format!("in {}", counted(&days.to_string(), "day")),
        _ => format!("{} ago", counted(&(-days).to_string(), "day")),
    }
}

impl NewestPack {
    fn of(it: &FiledPack, now: DateTime<Utc>) -> Self {
        let manifest = it.manifest.clone();
        Self {
            place: it.place.clone(),
            period: manifest.period,
            state: manifest.state,
            report_id: manifest.report_id,
            collected_at: stamp(manifest.collected_at),
            age_days: days_since(manifest.collected_at, now),
            signed: it.is_signed,
            counts: manifest.counts,
        }
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let Self { place, state, counts, .. } = self;
        let age = match self.age_days {
            Some(days) => format!("{} old", counted(&days.to_string(), "day")),
            None => "of a time to come".to_owned(),
        };
        let signed = if self.signed { "signed" } else { "not signed" };
        let some = counts.exceptions.iter().filter(|it| it.1 > 0);
        let some: Vec<String> = some.map(|(it, n)| format!("{n} {}", it.word())).collect();
        let some = if some.is_empty() { String::new() } else { format!(": {}", some.join(", ")) };
        let n: u64 = counts.exceptions.iter().map(|it| it.1).sum();
        let PackCounts { waived, undetermined, .. } = counts;
        let found = counted(&n.to_string(), "exception");
        vec![
            ("pack", format!("{place}, {state}, {age}, {signed}")),
            ("report", self.report_id.clone()),
            ("found", format!("{found}{some}; {waived} waived, {undetermined} undetermined")),
        ]
    }
}

impl LastRun {
    fn of(metrics: &Metrics) -> Option<Self> {
        let (ended_at, exit_code) = metrics.last_attempt()?;
        Some(Self { ended_at: stamp(ended_at), exit_code, last_success: metrics.last_success() })
    }

    fn words(&self) -> String {
        let Self { ended_at, exit_code, last_success } = self;
        let success = match last_success.map(stamp) {
            Some(it) if it == *ended_at => String::new(),
            Some(it) => format!("; the last one with complete evidence ended on {it}"),
            None => "; none with complete evidence is known".to_owned(),
        };
        format!("{ended_at}, exit code {exit_code}{success}")
    }
}
