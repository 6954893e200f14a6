//! What says that a list is whole: the server, a statement beside imported files, or nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Endpoint;

/// What says that a list is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CompletenessBasis {
    /// The server's count, and its word that nothing follows.
    CountAndEnd,
    /// The server's count.
    Count,
    /// The server's word that nothing follows.
    End,
    /// A statement beside files that were imported: as many records came as it says.
    AsStated,
    /// Nothing: what came is whole as far as it tells.
    Nothing,
    /// Nothing, and what came is as long as full pages are, so more may follow.
    FullPages,
    /// A statement beside files that were imported, and another number of records came.
    NotAsStated,
}

/// How many records a list is stated to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StatedCount {
    /// The number of records.
    pub records: u64,
    /// Who states it.
    pub stated_by: String,
    /// Where they have it from.
    pub source: String,
}

impl fmt::Display for StatedCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { records, stated_by, source } = self;
        write!(f, "{records} records as {stated_by} states ({source})")
    }
}

/// Records in a full answer where lists come page by page; older versions know no other size.
const FULL: u64 = 100;

impl CompletenessBasis {
    /// The basis of a list of which nothing says that it is whole, and whose last answer has so
    /// many records.
    pub fn unstated(endpoint: Endpoint, records: u64) -> Self {
        let full = records > 0 && records.is_multiple_of(FULL);
        if full && endpoint.states_its_end() { Self::FullPages } else { Self::Nothing }
    }

    /// Every basis.
    pub const ALL: &[Self] = &[
        Self::CountAndEnd,
        Self::Count,
        Self::End,
        Self::AsStated,
        Self::Nothing,
        Self::FullPages,
        Self::NotAsStated,
    ];

    /// The basis as ledgers print it.
    pub fn word(self) -> &'static str {
        match self {
            Self::CountAndEnd => "count-and-end",
            Self::Count => "count",
            Self::End => "end",
            Self::Nothing => "nothing",
            Self::FullPages => "full-pages",
            Self::AsStated => "as-stated",
            Self::NotAsStated => "not-as-stated",
        }
    }

    /// Whether the server says that the list is whole.
    pub fn is_stated(self) -> bool {
        matches!(self, Self::CountAndEnd | Self::Count | Self::End)
    }
}
