//! What to do about what goes wrong.

use std::io::{self, ErrorKind};

use super::Error;
use crate::reach::causes;
use crate::{approvals, baseline, report, responses, roster, waivers};

impl Error {
    /// What to do about it, where that is not in the text already.
    pub fn help(&self) -> Option<String> {
        let disk = self.disk().map(str::to_owned);
        match self {
            Self::AfterSnapshot { snapshot, source } => {
                let again = format!("run `retool-audit report {}`", snapshot.display());
                Some(first_then(disk.or_else(|| source.help()), &again))
            }
            Self::AfterPack { pack, source } => {
                let pack = pack.display();
                let again = match &**source {
                    Self::Timestamp(_) => format!("`retool-audit sign {pack} --timestamp URL`"),
                    Self::Sign(_) => format!("`retool-audit sign {pack} --key FILE`"),
                    Self::Lake(_) => format!("`retool-audit lake add {pack}`"),
                    Self::EvidenceStore(_) => "`retool-audit store push`".to_owned(),
                    _ => return disk.or_else(|| source.help()),
                };
                Some(first_then(disk.or_else(|| source.help()), &format!("run {again}")))
            }
            _ => disk.or_else(|| self.own()),
        }
    }

    /// What to do about the disk, if that is why.
    fn disk(&self) -> Option<&'static str> {
        // What is printed goes wherever whoever started the program wants it.
        if matches!(self, Self::Print(_)) {
            return None;
        }
        let mut kinds = causes(self).filter_map(|it| it.downcast_ref()).map(io::Error::kind);
        kinds.find_map(|it| match it {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                Some("make room on the disk, or choose a folder on another one with `--out DIR`")
            }
            ErrorKind::ReadOnlyFilesystem => Some(
                "the disk is mounted read-only: mount it for writing, or choose a folder on \
                 another one with `--out DIR`",
            ),
            _ => None,
        })
    }

    /// What whoever found it knows to do about it.
    fn own(&self) -> Option<String> {
        match self {
            Self::Config(it) => it.help().map(str::to_owned),
            Self::Interrupted { stopped, .. } => stopped.help.clone(),
            Self::Logo(it) => it.help().map(str::to_owned),
            Self::Template(it) | Self::Render(report::format::Error::Template(it)) => {
                it.help().map(str::to_owned)
            }
            Self::Pack(it) => it.help().map(str::to_owned),
            Self::Store(it) => it.help().map(str::to_owned),
            Self::Sign(it) => it.help().map(str::to_owned),
            Self::Lake(it) => it.help().map(str::to_owned),
            Self::EvidenceStore(it) => it.help().map(str::to_owned),
            Self::Retention(it) => it.help().map(str::to_owned),
            Self::Review(it) => it.help(),
            Self::NoRule { help: Some(help), .. } => Some(help.clone()),
            other => other.advice().map(str::to_owned),
        }
    }

    /// What to do about what goes wrong here.
    fn advice(&self) -> Option<&'static str> {
        Some(match self {
            Self::Busy { .. } => "wait for it to end, or choose another folder with `--out DIR`",
            Self::Lock { source, .. } if source.kind() == ErrorKind::InvalidInput => {
                "find out how this came there, and remove it: the program makes a file of its own"
            }
            Self::Misdated { .. } => {
                "set the clock of this machine, or collect again with one that is right"
            }
            Self::Key { .. } => {
                "restore the file from where the evidence is kept, or remove it: a new one is \
                 made, and settings that may be secret cannot be compared with earlier snapshots"
            }
            Self::Untimely { option: "--collected-at", .. } => {
                "it says when the files were taken; no report uses them otherwise"
            }
            Self::Roster(roster::Error::Read(it))
            | Self::Waivers(waivers::Error::Read(it))
            | Self::Responses(responses::Error::Read(it))
            | Self::Baseline(baseline::Error::Read(it))
            | Self::Approvals(approvals::Error::Read(it))
                if it.is_missing() =>
            {
                "correct its `path`: a relative one starts at the configuration's folder"
            }
            Self::There { .. } => {
                "try it with `retool-audit check`, or name another file with `--config FILE`"
            }
            Self::NoWaivers => "add `[waivers]` with `path = \"waivers.toml\"`, and make the file",
            Self::Unanswered { .. } => "give it, as `retool-audit init --help` says",
            Self::NoTokens { .. } => {
                "put each instance's API token where its `token-env`, `token-file`, \
                 `token-credential` or `token-command` says, and try it with `retool-audit check`"
            }
            Self::Out { source, .. } if source.kind() == ErrorKind::NotFound => {
                "is its disk mounted? the program makes the last folder of the path and no other"
            }
            Self::Clock { .. } => "set the clock, and run again",
            Self::Broken { .. } => {
                "the system may be out of disk space or memory; where it is not, this is a mistake \
                 in the program: `RUST_BACKTRACE=1` says where"
            }
            Self::SnapshotGone { .. } => {
                "its disk may have been taken away: bring it back and report the snapshot that is \
                 on it, or run again"
            }
            Self::NoPrevious { .. } => "name an earlier snapshot, a pack, or a folder of them",
            Self::NotTold { .. } => "the table says why; `docs/notices.md` says what each needs",
            Self::NoRule { .. } => "list them with `retool-audit rules`",
            _ => return self.advice_on_packs(),
        })
    }

    /// What to do about what goes wrong with packs that are there.
    fn advice_on_packs(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoPack { .. } => {
                "run `retool-audit run` first, or name a pack with `--pack PACK`"
            }
            Self::Sample { .. } => "put back what was changed; packs need `csv` among `formats`",
            Self::NotCompared { .. } => {
                "name the earlier one first; both must have an instance of the same name whose \
                 users and groups are whole"
            }
            Self::GivenKey { .. } => {
                "put 64 hex digits where `fingerprint-key-env` or its like in `[store]` says"
            }
            Self::NoStore => "add `store = \"s3://BUCKET/PREFIX\"` to `[output]`: docs/stores.md",
            Self::Timestamp(_) => "try again later, or ask another authority",
            Self::Signed { .. } => "a pack has one of each; move the file away to make another",
            Self::NothingToVerify { .. } => {
                "name a pack, which is a folder with a `manifest.json`, or a folder of packs"
            }
            _ => return None,
        })
    }
}

/// One thing to do, and another after it.
fn first_then(first: Option<String>, then: &str) -> String {
    first.map_or_else(|| then.to_owned(), |first| format!("{first}; then {then}"))
}
