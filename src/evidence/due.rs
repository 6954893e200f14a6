//! What is due by the newest pack, as its report and tables have it: compared with a day, and not
//! judged anew.

use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::{days_after, whole_days};
use crate::checksums::SealedFolder;
use crate::files;
use crate::review::{CampaignStatus, OpenedCampaign, completed_at};
use crate::verify::PackTable;

/// Days before the end of a waiver from which it is told.
const WAIVER_NOTICE: i64 = 30;

/// What a pack has for programs.
const REPORT: &str = "report.json";

/// Its table of waivers.
const WAIVERS: &str = "csv/waivers.csv";

/// What can be due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DueKind {
    /// The next snapshot of an instance.
    Collection,
    /// An exception is to be put right.
    Finding,
    /// What management answered to a finding is to be done.
    Response,
    /// A review is to be complete.
    Review,
    /// A waiver ends.
    Waiver,
}

impl DueKind {
    /// One of them, in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Collection => "collection",
            Self::Finding => "finding",
            Self::Response => "response",
            Self::Review => "review",
            Self::Waiver => "waiver",
        }
    }
}

/// Something that is due on a day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DueItem {
    /// Its last day, where the organization is.
    pub due: NaiveDate,
    /// What it is.
    pub kind: DueKind,
    /// What it goes by: the instance, or the id of the finding, review or waiver.
    pub id: String,
    /// What it is about, in a fragment; nobody is named.
    pub about: String,
}

/// What is due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DueItems {
    /// The soonest first.
    pub items: Vec<DueItem>,
    /// What cannot be told, and why.
    pub unknown: Vec<String>,
}

/// The part of a report that says what is due.
#[derive(Deserialize)]
struct DueReport {
    coverage: DueCoverage,
    rules: Vec<DueRule>,
}

#[derive(Deserialize)]
struct DueCoverage {
    instances: Vec<DueInstance>,
}

#[derive(Deserialize)]
struct DueInstance {
    instance: String,
    next_due: String,
}

#[derive(Deserialize)]
struct DueRule {
    code: String,
    findings: Vec<DueFinding>,
}

#[derive(Deserialize)]
struct DueFinding {
    finding_id: String,
    verdict: String,
    severity: String,
    instance: String,
    due: String,
    response: Option<DueResponse>,
}

#[derive(Deserialize)]
struct DueResponse {
    due: String,
}

impl DueItems {
    /// What is due by the pack in `dir`, which has to be what was sealed, and by the reviews.
    pub fn of(dir: &Path, reviews: &[OpenedCampaign], today: NaiveDate) -> Self {
        let mut res = Self::default();
        let read = |path: &str| [REPORT, WAIVERS].contains(&path);
        match SealedFolder::open(dir).and_then(|it| it.check(dir, read)) {
            Ok(_) => {
                res.read_report(dir);
                res.read_waivers(dir, today);
            }
            Err(fault) => {
                res.unknown.push(format!("what is due: the pack is not what was sealed: {fault}"));
            }
        }
        res.items.extend(reviews.iter().filter_map(|it| of_review(it, today)));
        res.items.sort();
        res
    }

    /// Those whose last day is over.
    pub fn overdue(&self, today: NaiveDate) -> impl Iterator<Item = &DueItem> {
        self.items.iter().filter(move |it| it.due < today)
    }

    /// Those whose last day is not over.
    pub fn to_come(&self, today: NaiveDate) -> impl Iterator<Item = &DueItem> {
        self.items.iter().filter(move |it| it.due >= today)
    }

    fn read_report(&mut self, dir: &Path) {
        let read = files::read_own(&dir.join(REPORT)).ok();
        let report = read.and_then(|it| serde_json::from_slice::<DueReport>(&it).ok());
        let Some(report) = report else {
            let why = format!("the pack has no `{REPORT}` that this program reads");
            self.unknown.push(format!("collections, findings and responses: {why}"));
            return;
        };
        for it in report.coverage.instances {
            if let Ok(due) = it.next_due.parse() {
                self.add(DueKind::Collection, due, it.instance, "the next snapshot");
            } else {
                let instance = it.instance;
                self.unknown.push(format!("{instance}: no complete snapshot to count from"));
            }
        }
        for rule in report.rules {
            for it in rule.findings.into_iter().filter(|it| it.verdict == "exception") {
                let about = format!("{} {} on {}", rule.code, it.severity, it.instance);
                let answered = it.response.and_then(|it| it.due.parse().ok());
                if let Some(due) = answered {
                    self.add(DueKind::Response, due, it.finding_id.clone(), &about);
                }
                if let Ok(due) = it.due.parse() {
                    self.add(DueKind::Finding, due, it.finding_id, &about);
                }
            }
        }
    }

    fn read_waivers(&mut self, dir: &Path, today: NaiveDate) {
        let table = match PackTable::read(&dir.join(WAIVERS)) {
            Ok(it) => it,
            Err(why) => {
                self.unknown.push(format!("waivers: `{WAIVERS}` of the pack {why}"));
                return;
            }
        };
        let columns = ["waiver_id", "state", "rule_code", "instance", "expires"];
        let places = columns.map(|it| table.place(it));
        for row in table.rows() {
            let cell = |at: usize| places[at].and_then(|it| row.get(it)).map_or("", String::as_str);
            let in_force = ["active", "expiring"].contains(&cell(1));
            let Some(last) = cell(4).parse().ok().filter(|_| in_force) else { continue };
            if last <= days_after(today, WAIVER_NOTICE) {
                let about = format!("{} on {}", cell(2), cell(3));
                self.add(DueKind::Waiver, last, cell(0).to_owned(), &about);
            }
        }
    }

    fn add(&mut self, kind: DueKind, due: NaiveDate, id: String, about: &str) {
        self.items.push(DueItem { due, kind, id, about: about.to_owned() });
    }
}

/// Until when a review is to be complete; none where it is.
fn of_review(opened: &OpenedCampaign, today: NaiveDate) -> Option<DueItem> {
    if completed_at(opened).is_some() {
        return None;
    }
    let status = CampaignStatus::of(opened, today);
    let about = match status.open {
        0 => "decided, not signed".to_owned(),
        open => format!("{open} of {} lines open", status.lines),
    };
    Some(DueItem { due: status.due, kind: DueKind::Review, id: status.campaign_id, about })
}

/// Whole days from a moment to another; none where it is still to come.
pub fn days_since(then: DateTime<Utc>, now: DateTime<Utc>) -> Option<i64> {
    (then <= now).then(|| whole_days(then, now))
}
