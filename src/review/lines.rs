//! The lines of a campaign, found by id and by reviewer.

use std::collections::BTreeMap;
use std::ops::Deref;

use super::line::ReviewLine;

/// The lines of a campaign, in the order of the worksheets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CampaignLines {
    all: Vec<ReviewLine>,
    by_id: BTreeMap<String, usize>,
    by_reviewer: BTreeMap<String, Vec<usize>>,
}

impl From<Vec<ReviewLine>> for CampaignLines {
    fn from(all: Vec<ReviewLine>) -> Self {
        let by_id = all.iter().enumerate().map(|(at, it)| (it.line_id.clone(), at)).collect();
        let mut by_reviewer: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, it) in all.iter().enumerate().filter(|it| !it.1.reviewer.is_empty()) {
            by_reviewer.entry(it.reviewer.clone()).or_default().push(at);
        }
        Self { all, by_id, by_reviewer }
    }
}

impl Deref for CampaignLines {
    type Target = [ReviewLine];

    fn deref(&self) -> &[ReviewLine] {
        &self.all
    }
}

impl CampaignLines {
    /// The line of that id.
    pub fn of_id(&self, id: &str) -> Option<&ReviewLine> {
        self.by_id.get(id).map(|at| &self.all[*at])
    }

    /// The lines about which somebody decides.
    pub fn of_reviewer(&self, reviewer: &str) -> impl Iterator<Item = &ReviewLine> {
        self.by_reviewer.get(reviewer).into_iter().flatten().map(|at| &self.all[*at])
    }

    /// Everybody who decides about a line.
    pub fn reviewers(&self) -> impl Iterator<Item = &str> {
        self.by_reviewer.keys().map(String::as_str)
    }
}
