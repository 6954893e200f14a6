//! A campaign on the disk: what was reviewed, and every line of it.

use std::cmp::Reverse;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::line::ReviewLine;
use super::lines::CampaignLines;
use super::record::{RECORD, Record, RecordError};
use crate::digest;
use crate::files;
use crate::input::InputFile;
use crate::json;

/// The folder of campaigns beside the packs.
pub const FOLDER: &str = "review";

/// The folder of campaigns in a pack.
pub const IN_PACKS: &str = "inputs/review";

/// What the campaign is; written last.
pub const CAMPAIGN: &str = "campaign.json";

/// Its lines, a JSON record each, compressed: every later pack holds a copy.
pub const LINES: &str = "lines.jsonl.zst";

/// Where the worksheets that came in are kept.
pub const RECEIVED: &str = "received";

/// Changes when an older program would misread a campaign.
const FORMAT: u32 = 1;

/// What a campaign is of, and until when it is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    format: u32,
    /// The name of its folder, and of its worksheets.
    pub campaign_id: String,
    /// Whose access is reviewed.
    pub organization: String,
    /// The month of the pack, `2026-11`.
    pub period: String,
    /// The report of the pack.
    pub report_id: String,
    /// The snapshot of the pack.
    pub snapshot_id: String,
    /// SHA-256 of the manifest of the pack.
    pub manifest_sha256: String,
    /// When the snapshot was collected, RFC 3339 UTC.
    pub collected_at: DateTime<Utc>,
    /// When the campaign was opened, RFC 3339 UTC.
    pub opened_at: DateTime<Utc>,
    /// The last day, in the organization's time zone.
    pub due: NaiveDate,
    /// What is reviewed, in words.
    pub scope: String,
    /// How many lines there are.
    pub lines: usize,
    lines_sha256: String,
    /// Name and version of the program that opened it.
    pub program: String,
}

/// What a campaign is made from.
#[derive(Clone, Debug)]
pub struct CampaignDraft {
    /// As in [`Campaign`].
    pub campaign_id: String,
    /// As in [`Campaign`].
    pub organization: String,
    /// As in [`Campaign`].
    pub period: String,
    /// As in [`Campaign`].
    pub report_id: String,
    /// As in [`Campaign`].
    pub snapshot_id: String,
    /// As in [`Campaign`].
    pub manifest_sha256: String,
    /// As in [`Campaign`].
    pub collected_at: DateTime<Utc>,
    /// As in [`Campaign`].
    pub opened_at: DateTime<Utc>,
    /// As in [`Campaign`].
    pub due: NaiveDate,
    /// As in [`Campaign`].
    pub scope: String,
    /// As in [`Campaign`].
    pub program: String,
    /// Every line, in the order of the worksheets.
    pub lines: Vec<ReviewLine>,
}

/// The files of a campaign that packs hold a copy of: what it is, its lines, and its record where
/// something happened in it.
#[derive(Clone, Debug)]
pub struct CampaignFiles {
    campaign: InputFile,
    lines: InputFile,
    record: Option<InputFile>,
}

/// A campaign as it was at some time, without its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignMark {
    campaign_sha256: String,
    lines_sha256: String,
    record: Vec<u8>,
}

impl CampaignMark {
    /// Whether it is the earlier campaign, with nothing but entries added to the record.
    pub fn goes_on_from(&self, earlier: &Self) -> bool {
        self.campaign_sha256 == earlier.campaign_sha256
            && self.lines_sha256 == earlier.lines_sha256
            && self.record.starts_with(&earlier.record)
    }
}

/// A campaign with its lines and its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedCampaign {
    /// Its folder.
    pub folder: PathBuf,
    /// What it is.
    pub campaign: Campaign,
    /// Its lines, in the order of the worksheets.
    pub lines: CampaignLines,
    /// What happened in it.
    pub record: Record,
}

/// Why a campaign cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum CampaignError {
    /// A file cannot be read or written.
    #[error("cannot {deed} `{}`", path.display())]
    Io {
        /// What failed: read or write.
        deed: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
    /// There is a campaign of the snapshot.
    #[error("`{}` is a campaign of this snapshot", folder.display())]
    There {
        /// Its folder.
        folder: PathBuf,
    },
    /// The folder holds no campaign, or not as it was opened.
    #[error("`{}` {why}", path.display())]
    Unsound {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, in a fragment.
        why: String,
    },
    /// The record is not sound.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl CampaignError {
    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Io { .. } => None,
            Self::There { .. } => {
                Some("import what reviewers send back, or review the pack of another snapshot")
            }
            Self::Unsound { .. } => Some(
                "name the folder of a campaign, as `retool-audit review open` printed it; put back \
                 a file that was changed, or move the folder elsewhere",
            ),
            Self::Record(it) => it.help(),
        }
    }
}

impl OpenedCampaign {
    /// Makes a campaign in a folder below `root`, which appears as a whole.
    ///
    /// # Errors
    ///
    /// When there is one already, or the folder cannot be written.
    pub fn make(root: &Path, draft: CampaignDraft) -> Result<Self, CampaignError> {
        let folder = root.join(&draft.campaign_id);
        if folder.symlink_metadata().is_ok() {
            return Err(CampaignError::There { folder });
        }
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| CampaignError::Io { deed: "write", path, source }
        };
        let lines = json::write_lines(&draft.lines, Vec::new()).map_err(failed(&folder))?;
        let campaign = Campaign {
            format: FORMAT,
            campaign_id: draft.campaign_id,
            organization: draft.organization,
            period: draft.period,
            report_id: draft.report_id,
            snapshot_id: draft.snapshot_id,
            manifest_sha256: draft.manifest_sha256,
            collected_at: draft.collected_at,
            opened_at: draft.opened_at,
            due: draft.due,
            scope: draft.scope,
            lines: draft.lines.len(),
            lines_sha256: digest::of(&lines),
            program: draft.program,
        };
        let text = json::pretty(&campaign);
        files::make_folder(&folder).map_err(failed(&folder))?;
        files::write_whole(&folder.join(LINES), &lines).map_err(failed(&folder))?;
        // What says that there is a campaign comes last.
        files::write_whole(&folder.join(CAMPAIGN), &text).map_err(failed(&folder))?;
        let record = Record::begin(&folder, &digest::of(&text));
        Ok(Self { folder, campaign, lines: draft.lines.into(), record })
    }

    /// Reads the campaign in a folder, whose lines are those that it was opened with.
    ///
    /// # Errors
    ///
    /// When the folder holds none, or a file of it is not what was written.
    pub fn read(folder: &Path) -> Result<Self, CampaignError> {
        Self::of(folder, &CampaignFiles::read(folder)?)
    }

    /// The campaign that the files of a folder are.
    ///
    /// # Errors
    ///
    /// When a file is not what was written.
    pub fn of(folder: &Path, files: &CampaignFiles) -> Result<Self, CampaignError> {
        let unsound = |name: &str, why: &str| CampaignError::Unsound {
            path: folder.join(name),
            why: why.to_owned(),
        };
        let campaign: Campaign = json::of_format(&files.campaign.bytes, FORMAT)
            .map_err(|why| unsound(CAMPAIGN, &why.to_string()))?;
        if files.lines.sha256 != campaign.lines_sha256 {
            return Err(unsound(LINES, "is not the file that the campaign was opened with"));
        }
        let lines = json::read_lines::<ReviewLine>(&files.lines.bytes);
        let lines = lines.map_err(|_| unsound(LINES, "is not what a campaign holds"))?.into();
        let mut record = Record::begin(folder, &files.campaign.sha256);
        if let Some(it) = &files.record {
            record.follow(&it.bytes)?;
        }
        Ok(Self { folder: folder.to_owned(), campaign, lines, record })
    }

    /// The campaigns in a folder, the newest last.
    ///
    /// # Errors
    ///
    /// When one cannot be read: which of the others would be the newest, or what was decided in
    /// it, nobody knows.
    pub fn all(root: &Path) -> Result<Vec<Self>, CampaignError> {
        Ok(Self::all_with_files(root)?.into_iter().map(|it| it.0).collect())
    }

    /// The same, each with its files.
    ///
    /// # Errors
    ///
    /// As [`Self::all`].
    pub fn all_with_files(root: &Path) -> Result<Vec<(Self, CampaignFiles)>, CampaignError> {
        let folders = files::folders_in(root);
        let opened = folders.iter().filter(|it| it.join(CAMPAIGN).symlink_metadata().is_ok());
        let read = |folder: &PathBuf| {
            let files = CampaignFiles::read(folder)?;
            Ok((Self::of(folder, &files)?, files))
        };
        let mut res = opened.map(read).collect::<Result<Vec<_>, CampaignError>>()?;
        res.sort_by_cached_key(|(it, _)| (it.campaign.opened_at, Reverse(it.folder.clone())));
        Ok(res)
    }
}

impl CampaignFiles {
    /// Reads those in the folder of a campaign.
    ///
    /// # Errors
    ///
    /// When one cannot be read.
    pub fn read(folder: &Path) -> Result<Self, CampaignError> {
        let input = |name: &str| {
            let path = folder.join(name);
            let read = files::read_own(&path);
            read.map(|bytes| InputFile::new(name, bytes)).map_err(|source| CampaignError::Io {
                deed: "read",
                path,
                source,
            })
        };
        let record = match input(RECORD) {
            Err(CampaignError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                None
            }
            it => Some(it?),
        };
        Ok(Self { campaign: input(CAMPAIGN)?, lines: input(LINES)?, record })
    }

    /// What tells of them whether later ones go on from them.
    pub fn mark(&self) -> CampaignMark {
        CampaignMark {
            campaign_sha256: self.campaign.sha256.clone(),
            lines_sha256: self.lines.sha256.clone(),
            record: self.record.as_ref().map(|it| it.bytes.clone()).unwrap_or_default(),
        }
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &InputFile> {
        [&self.campaign, &self.lines].into_iter().chain(&self.record)
    }
}
