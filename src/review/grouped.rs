//! One answer for the few lines of an account: `keep all` on the line of the account itself keeps
//! whatever else the same reviewer was asked about it and left open. Each line has a decision of its
//! own in the record.

use std::collections::{BTreeMap, BTreeSet};

use super::campaign::OpenedCampaign;
use super::decision::{Decision, DecisionWord};
use super::line::{EntitlementKind, ReviewLine};

/// The answer, as worksheets have it.
pub(super) const KEEP_ALL: &str = "keep all";

/// What it means, for whoever fills in a worksheet.
pub(super) const MEANING: &str = "on the line of an account: this line, and every other line of the account that you leave empty, \
     stays as it is; for accounts of ten lines at most";

/// Lines of an account that one answer keeps at most: nobody confirms a long list in one word.
const MOST: usize = 10;

/// An account, and who reviews it.
type GroupKey<'a> = (&'a str, &'a str, &'a str);

fn key(line: &ReviewLine) -> GroupKey<'_> {
    (&line.instance, &line.account_id, &line.reviewer)
}

/// Whether an answer keeps all lines of an account.
pub(super) fn keeps_all(word: &str) -> bool {
    let words = word.split_whitespace().collect::<Vec<_>>().join(" ");
    words.eq_ignore_ascii_case(KEEP_ALL)
}

/// Why the answer cannot stand on a line; none where it can.
pub(super) fn why_not(opened: &OpenedCampaign, line: &ReviewLine) -> Option<String> {
    if line.kind != EntitlementKind::Account {
        return Some(format!("`{KEEP_ALL}` belongs on the line of the account itself"));
    }
    let theirs = opened.lines.of_reviewer(&line.reviewer);
    let n_lines = theirs.filter(|it| key(it) == key(line)).count();
    (n_lines > MOST).then(|| {
        format!("the account has {n_lines} lines, and `{KEEP_ALL}` is for {MOST} at most: decide about each")
    })
}

/// The accounts of which a file keeps all lines, and the lines that it leaves open.
#[derive(Default)]
pub(super) struct GroupedLines<'a> {
    kept: BTreeSet<GroupKey<'a>>,
    open: BTreeMap<&'a str, &'a ReviewLine>,
}

impl<'a> GroupedLines<'a> {
    pub(super) fn keep_all(&mut self, line: &'a ReviewLine) {
        self.kept.insert(key(line));
    }

    pub(super) fn leave_open(&mut self, line: &'a ReviewLine) {
        self.open.insert(&line.line_id, line);
    }

    /// The decisions about lines that were left open and are kept by such an answer, and how many
    /// stay open: what was decided before is not decided anew by it.
    pub(super) fn settle(self, opened: &OpenedCampaign) -> (Vec<Decision>, usize) {
        let decided = opened.record.decisions();
        let (kept, open): (Vec<&ReviewLine>, Vec<&ReviewLine>) =
            self.open.into_values().partition(|it| {
                self.kept.contains(&key(it)) && !decided.contains_key(it.line_id.as_str())
            });
        let decision = |line: &ReviewLine| Decision::of(line, DecisionWord::Keep);
        (kept.into_iter().map(decision).collect(), open.len())
    }
}
