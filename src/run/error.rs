//! What may go wrong, with what to do about each.

mod help;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::exit::Exit;
use super::review::ReviewError;
use super::work::{StopCause, Stopped};
use crate::calendar::ImplausibleTime;
use crate::config::problem::did_you_mean;
use crate::snapshot::earlier::ExcerptError;
use crate::stores::StoreError;
use crate::{
    approvals, audit, baseline, config, custom_rules, import, lake, logo, pack, reperform, report,
    responses, retention, roster, signing, snapshot, timestamp, waivers,
};

/// Why a command could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration cannot be read or is wrong.
    #[error(transparent)]
    Config(#[from] config::source::Error),
    /// Rules that users wrote cannot be read or are wrong.
    #[error(transparent)]
    Own(#[from] custom_rules::Error),
    /// The roster cannot be read or is wrong.
    #[error(transparent)]
    Roster(#[from] roster::Error),
    /// The waivers cannot be read or are wrong.
    #[error(transparent)]
    Waivers(#[from] waivers::Error),
    /// The management responses cannot be read or are wrong.
    #[error(transparent)]
    Responses(#[from] responses::Error),
    /// A pack cannot be drawn from.
    #[error("cannot draw from `{path}`: {why}")]
    Sample {
        /// The pack, or the file of it.
        path: String,
        /// Why, in a fragment.
        why: String,
    },
    /// The baseline cannot be read or is wrong.
    #[error(transparent)]
    Baseline(#[from] baseline::Error),
    /// The approvals cannot be read or are wrong.
    #[error(transparent)]
    Approvals(#[from] approvals::Error),
    /// The logo cannot be read or is wrong.
    #[error(transparent)]
    Logo(#[from] logo::Error),
    /// The files to import cannot be read, or are not what an import reads.
    #[error(transparent)]
    Import(#[from] import::Error),
    /// A review cannot go on.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// A snapshot cannot have been collected then.
    #[error("`{}` says that it was collected at {at}, {}", snapshot.display(), why.words())]
    Misdated {
        /// The snapshot.
        snapshot: PathBuf,
        /// When its collection ended, RFC 3339.
        at: String,
        /// Why that cannot be.
        why: ImplausibleTime,
    },
    /// Nothing can have been collected then.
    #[error("`{option}` is {at}, {}", why.words())]
    Untimely {
        /// What says so.
        option: &'static str,
        /// The moment, RFC 3339.
        at: String,
        /// Why that cannot be.
        why: ImplausibleTime,
    },
    /// A first configuration would overwrite another.
    #[error("`{}` is there already; nothing was written", path.display())]
    There {
        /// The configuration.
        path: PathBuf,
    },
    /// A first configuration needs an answer that has no usual value.
    #[error("nothing was written: `{option}` is missing, and there is no terminal to ask on")]
    Unanswered {
        /// The option that would answer.
        option: &'static str,
    },
    /// The terminal does not answer.
    #[error("cannot ask on this terminal; nothing was written")]
    Ask(#[source] std::io::Error),
    /// A first configuration cannot be written.
    #[error("cannot write `{}`", path.display())]
    Init {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// What was removed by retention is not known, or cannot be written down.
    #[error(transparent)]
    Retention(#[from] retention::RetentionError),
    /// A pack is not in the lake, or the lake cannot be read.
    #[error(transparent)]
    Lake(#[from] lake::Error),
    /// Another engine does not re-perform the rules, or cannot be told them.
    #[error(transparent)]
    Reperform(#[from] reperform::Error),
    /// There is no pack whose findings could be waived.
    #[error("`{}` holds no pack with a `report.json`", out.display())]
    NoPack {
        /// The folder of packs.
        out: PathBuf,
    },
    /// No record can waive a finding.
    #[error("`{id}` is {why}")]
    NotWaived {
        /// What was asked for.
        id: String,
        /// Why not, after `is`.
        why: String,
    },
    /// There is no file that a record could be appended to.
    #[error("the configuration names no file of waivers")]
    NoWaivers,
    /// Nothing could be asked, so there is nothing to keep.
    #[error("nothing was collected: no instance has a token\n  {}", reasons.join("\n  "))]
    NoTokens {
        /// Of each instance, why it has none.
        reasons: Vec<String>,
    },
    /// Evidence of such a date is of no use.
    #[error("the clock of this machine says {now}, before there was Retool")]
    Clock {
        /// What it says, RFC 3339.
        now: String,
    },
    /// A snapshot cannot be stored or read.
    #[error(transparent)]
    Store(#[from] snapshot::store::Error),
    /// A rule does not fit the tables.
    #[error(transparent)]
    Audit(#[from] audit::Error),
    /// The tables do not fit the report.
    #[error(transparent)]
    Assemble(#[from] report::assemble::Error),
    /// A format of the report cannot be rendered.
    #[error(transparent)]
    Render(#[from] report::format::Error),
    /// The templates of the organization cannot be used.
    #[error(transparent)]
    Template(#[from] report::template::Error),
    /// The pack cannot be written.
    #[error(transparent)]
    Pack(#[from] pack::Error),
    /// What the pack takes from earlier evidence cannot be copied.
    #[error(transparent)]
    Excerpt(#[from] ExcerptError),
    /// The store of evidence does not give or take something.
    #[error(transparent)]
    EvidenceStore(#[from] StoreError),
    /// The configuration names no store.
    #[error("there is no store: the configuration names none")]
    NoStore,
    /// Something cannot be signed.
    #[error(transparent)]
    Sign(#[from] signing::Error),
    /// An authority gives no time-stamp.
    #[error(transparent)]
    Timestamp(#[from] timestamp::Error),
    /// A pack has a signature or a time-stamp already.
    #[error("`{}` is {what} already: it has `{file}`", pack.display())]
    Signed {
        /// The pack.
        pack: PathBuf,
        /// What it is.
        what: &'static str,
        /// The file that makes it so.
        file: &'static str,
    },
    /// Nothing in one snapshot can be compared with another.
    #[error("nothing of `{}` can be compared with `{}`{why}", after.display(), before.display())]
    NotCompared {
        /// The earlier one.
        before: PathBuf,
        /// The later one.
        after: PathBuf,
        /// Why, after a colon; empty where the two do not say.
        why: String,
    },
    /// Nothing there is a pack.
    #[error("there is no pack in `{paths}`")]
    NothingToVerify {
        /// The folders.
        paths: String,
    },
    /// Standard output is closed, or cannot be written to.
    #[error("cannot write to standard output")]
    Print(#[source] std::io::Error),
    /// The demonstration cannot lay out its files.
    #[error("cannot prepare the demonstration")]
    Demo(#[source] std::io::Error),
    /// There is no such rule.
    #[error("`{word}` is not a rule")]
    NoRule {
        /// What was asked for.
        word: String,
        /// What may have been meant.
        help: Option<String>,
    },
    /// The system has no threads left.
    #[error("cannot start")]
    Start(#[source] std::io::Error),
    /// The program did what it never should.
    #[error("the program broke off: {what}")]
    Broken {
        /// What it said, and where, in a line.
        what: String,
    },
    /// Somebody or something wants the program to end before it is done.
    #[error("stopped by {cause} {}", stopped.left)]
    Interrupted {
        /// Who or what.
        cause: StopCause,
        /// What became of the work.
        stopped: Stopped,
    },
    /// The command was asked to end; who asked says so.
    #[error("stopped")]
    Stopped,
    /// What `--previous` names is of no use.
    #[error("`{}` holds no snapshot that was collected before this one{why}", path.display())]
    NoPrevious {
        /// What was named.
        path: PathBuf,
        /// What is wrong with the first of those that it holds, after a colon; or nothing.
        why: String,
    },
    /// Another run writes there.
    #[error("another run is writing to `{}`", out.display())]
    Busy {
        /// The folder.
        out: PathBuf,
    },
    /// The folder for results cannot be used.
    #[error("cannot write to `{}`", out.display())]
    Out {
        /// The folder.
        out: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Other processes cannot be kept out of the folder for results.
    #[error("cannot lock `{}`", path.display())]
    Lock {
        /// The file whose lock keeps others out.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The key of the fingerprints cannot be used.
    #[error("cannot use the key of the fingerprints in `{}`", path.display())]
    Key {
        /// Its file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Receivers were tried, and some cannot be told.
    #[error("cannot tell {}", receivers.join(", "))]
    NotTold {
        /// Their names.
        receivers: Vec<String>,
    },
    /// The key of the fingerprints that the configuration gives is none.
    #[error("cannot use the key of the fingerprints that `[store]` gives: {why}")]
    GivenKey {
        /// Why, in a fragment.
        why: String,
    },
    /// The pack is whole, but not all that is done with packs was done.
    #[error("the pack is made, and not all is done that comes after it: `{}`", pack.display())]
    AfterPack {
        /// The pack.
        pack: PathBuf,
        /// Why.
        source: Box<Error>,
    },
    /// What was collected was there, and is not any more.
    #[error("the snapshot is gone that was just written: `{}`", snapshot.display())]
    SnapshotGone {
        /// Where the snapshot was.
        snapshot: PathBuf,
        /// How that was noticed.
        source: Box<Error>,
    },
    /// What was collected is safe, but there is no pack.
    #[error("cannot make a pack of the snapshot, which is kept at `{}`", snapshot.display())]
    AfterSnapshot {
        /// Where the snapshot is.
        snapshot: PathBuf,
        /// Why.
        source: Box<Error>,
    },
}

impl Error {
    /// There is no rule called `word`.
    pub(super) fn no_rule<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        Self::NoRule { word: word.to_owned(), help: did_you_mean(word, known) }
    }

    pub(super) fn with_snapshot(self, snapshot: &Path) -> Self {
        let (snapshot, source) = (snapshot.to_owned(), Box::new(self));
        if snapshot.is_dir() {
            Self::AfterSnapshot { snapshot, source }
        } else {
            Self::SnapshotGone { snapshot, source }
        }
    }

    /// Whether the reader of standard output is gone, as `head` is after its first lines.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Print(it) if it.kind() == ErrorKind::BrokenPipe)
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Interrupted { cause, .. } => cause.exit(),
            it if it.is_usage() => Exit::Usage,
            _ => Exit::Unable,
        }
    }

    /// Whether the command line, or a file that a person wrote, is wrong; anything else is something
    /// that could not be read, written or reached.
    fn is_usage(&self) -> bool {
        use report::template::Error::{At, Unknown};

        match self {
            Self::Config(config::source::Error::Read { source, .. }) => {
                source.kind() == ErrorKind::InvalidData
            }
            Self::Config(config::source::Error::Problems(_))
            | Self::Own(custom_rules::Error::Problems(_) | custom_rules::Error::Empty { .. })
            | Self::Roster(roster::Error::Problems(_))
            | Self::Waivers(_)
            | Self::Responses(_)
            | Self::Baseline(baseline::Error::Problems(_))
            | Self::Approvals(approvals::Error::Problems(_))
            | Self::Logo(logo::Error::Unfit { .. })
            | Self::Import(import::Error::Problems(_))
            | Self::Template(At { .. } | Unknown { .. })
            | Self::Render(report::format::Error::Template(At { .. } | Unknown { .. }))
            | Self::Untimely { .. }
            | Self::There { .. }
            | Self::NotWaived { .. }
            | Self::NoWaivers
            | Self::NoStore
            | Self::EvidenceStore(StoreError::Setup { .. })
            | Self::Unanswered { .. }
            | Self::Lake(lake::Error::Nowhere)
            | Self::NoRule { .. } => true,
            Self::Review(it) => it.is_usage(),
            _ => false,
        }
    }
}
