//! What people answered and decided: whether a run could use it.

use super::table::{CheckLine, line};
use crate::config::Config;
use crate::names::counted;
use crate::responses::{self, Responses};
use crate::review::{CampaignError, OpenedCampaign};
use crate::run::Error;
use crate::run::review::{self, ReviewError};
use crate::waivers::{self, Waivers};

/// What people answered and decided.
pub(super) struct CheckDecisions {
    responses: Result<Option<Responses>, responses::Error>,
    reviews: Result<Option<Vec<OpenedCampaign>>, CampaignError>,
}

impl CheckDecisions {
    pub(super) fn read(config: &Config) -> Self {
        let reviews = OpenedCampaign::all(&review::root(config));
        Self {
            responses: config.responses.as_deref().map(responses::read).transpose(),
            reviews: reviews.map(|it| (!it.is_empty()).then_some(it)),
        }
    }

    /// Fails where one of them cannot be used.
    pub(super) fn expect(self) -> Result<(), Error> {
        self.responses?;
        self.reviews.map_err(ReviewError::from)?;
        Ok(())
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = CheckLine> {
        let count = |n: usize, one: &str| counted(&n.to_string(), one);
        let responses =
            usable("responses", &self.responses, |it| count(it.records.len(), "response"));
        let reviews = usable("reviews", &self.reviews, |it| count(it.len(), "campaign"));
        responses.into_iter().chain(reviews)
    }
}

/// Whether what people wrote or decided can be used, and how much of it there is.
fn usable<T, E>(
    what: &'static str,
    read: &Result<Option<T>, E>,
    count: impl Fn(&T) -> String,
) -> Option<CheckLine> {
    let Ok(it) = read else {
        let text = "cannot be used: see the error below";
        return Some(CheckLine { failed: true, ..line(what, text, "") });
    };
    it.as_ref().map(|it| line(what, &format!("ok, {}", count(it)), ""))
}

/// Whether the waivers can be used.
pub(super) fn accepted(waivers: &Result<Option<Waivers>, waivers::Error>) -> Option<CheckLine> {
    usable("waivers", waivers, |it| {
        let (records, manual) = (it.records.len(), it.manual.len());
        format!("{records} waivers, {manual} of manual evidence")
    })
}
