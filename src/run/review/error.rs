//! Why a review cannot go on, with what to do about it.

use std::io;
use std::path::PathBuf;

use crate::config::problem::Problems;
use crate::review::CampaignError;

/// Why a review cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// A campaign cannot be made or read.
    #[error(transparent)]
    Campaign(#[from] CampaignError),
    /// There is no campaign.
    #[error("there is no campaign in `{}`", root.display())]
    NoCampaign {
        /// Where campaigns lie.
        root: PathBuf,
    },
    /// The settings of the review ask about nothing of the pack.
    #[error("nothing in `{}` is in the scope of the review", pack.display())]
    NothingToReview {
        /// The pack.
        pack: PathBuf,
    },
    /// The review names a group that no instance has.
    #[error("`groups` of `[review]` names `{group}`, which no instance has")]
    NoGroup {
        /// The group.
        group: String,
        /// What may have been meant.
        near: Option<String>,
    },
    /// The pack is not as it was sealed.
    #[error("`{}` is not as it was sealed: {why}", pack.display())]
    UnsoundPack {
        /// The pack.
        pack: PathBuf,
        /// The first fault.
        why: String,
    },
    /// The pack that the campaign was made of is not there.
    #[error("no pack of the output folder has the report {report_id}, which the review is about")]
    NoPackOf {
        /// The report's id.
        report_id: String,
    },
    /// A worksheet cannot be read.
    #[error("cannot read `{}`", path.display())]
    Worksheet {
        /// The file.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
    /// A file is no worksheet.
    #[error(transparent)]
    NoWorksheet(Problems),
    /// A statement is not true of the campaign.
    #[error("`{key}` is not true of this campaign; true are:{offered}")]
    NotStated {
        /// The word.
        key: String,
        /// Those that are true, a line each.
        offered: String,
    },
}

impl From<CampaignError> for crate::run::Error {
    fn from(it: CampaignError) -> Self {
        Self::Review(it.into())
    }
}

impl ReviewError {
    /// Whether it is that there is such a campaign.
    pub(in crate::run) fn is_there(&self) -> bool {
        matches!(self, Self::Campaign(CampaignError::There { .. }))
    }

    /// Whether the command line, or a file that a person wrote, is wrong.
    pub(in crate::run) fn is_usage(&self) -> bool {
        !matches!(
            self,
            Self::Campaign(_)
                | Self::NoCampaign { .. }
                | Self::NoPackOf { .. }
                | Self::UnsoundPack { .. }
                | Self::Worksheet { .. }
        )
    }

    /// What to do about it, where that is not in the text already.
    pub(in crate::run) fn help(&self) -> Option<String> {
        let advice = match self {
            Self::Campaign(it) => it.help()?,
            Self::NoCampaign { .. } => {
                "make one with `retool-audit review open`, or name its folder with `--campaign DIR`"
            }
            Self::NothingToReview { .. } => {
                "see `scope` and `groups` of `[review]` in the configuration"
            }
            Self::UnsoundPack { .. } => {
                "`retool-audit verify PACK` names every fault; review a pack that has none"
            }
            Self::NoPackOf { .. } => {
                "put it back where `dir` of `[output]` says: the findings to be waived are in it"
            }
            Self::NoGroup { near, .. } => return near.clone(),
            Self::Worksheet { .. } | Self::NoWorksheet(_) | Self::NotStated { .. } => return None,
        };
        Some(advice.to_owned())
    }
}
