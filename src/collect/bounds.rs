//! How much is asked at once, how long it may take, and how often it is asked again.

use std::time::Duration;

use crate::config::Collection;
use crate::retool::RequestLimits;
use crate::retool::pace::Patience;

/// The bounds of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollectionLimits {
    /// Instances that are read at the same time; each is asked one thing at a time.
    pub concurrency: usize,
    /// For one instance from its first request to its last.
    pub deadline: Duration,
    /// For the program that prints a token.
    pub token_command: Duration,
    /// For one request.
    pub limits: RequestLimits,
    /// For requests that failed.
    pub patience: Patience,
}

impl Default for CollectionLimits {
    fn default() -> Self {
        Self::of(&Collection::default())
    }
}

impl CollectionLimits {
    /// What the configuration wants.
    pub fn of(collection: &Collection) -> Self {
        let Collection { concurrency, deadline_minutes, answer_seconds, page_limit_mib, retries } =
            *collection;
        let limits = RequestLimits::default();
        let answer = Duration::from_secs(answer_seconds.into());
        let page_bytes = usize::try_from(page_limit_mib).map_or(usize::MAX, |it| it << 20);
        Self {
            concurrency: usize::try_from(concurrency).unwrap_or(usize::MAX),
            deadline: Duration::from_mins(deadline_minutes.into()),
            token_command: Duration::from_mins(1),
            limits: RequestLimits {
                answer,
                silence: limits.silence.min(answer),
                page_bytes,
                ..limits
            },
            patience: Patience { budget: retries, ..Patience::default() },
        }
    }
}
