//! How far a command has come, for whoever stops it.

use std::fmt;
use std::future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::meter::Meter;
use super::{Error, Exit};

/// How long a command that was stopped may take to remove what it has begun; whoever stopped it
/// expects an end within a second.
pub(super) const LONGEST: Duration = Duration::from_millis(500);

/// Why a command was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopCause {
    /// SIGINT: somebody pressed Ctrl-C.
    Interrupt,
    /// SIGTERM: the system, or a scheduler, wants the program to end.
    Terminate,
    /// It took longer than `--deadline` says.
    Deadline(Duration),
}

impl StopCause {
    /// How the program ends; shells and schedulers know 128 and the number of the signal.
    pub fn exit(self) -> Exit {
        match self {
            Self::Interrupt => Exit::Interrupted,
            Self::Terminate => Exit::Terminated,
            Self::Deadline(_) => Exit::Unable,
        }
    }
}

impl fmt::Display for StopCause {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupt => to.write_str("SIGINT"),
            Self::Terminate => to.write_str("SIGTERM"),
            Self::Deadline(it) => match it.as_secs() {
                secs if secs % 60 == 0 => write!(to, "`--deadline` after {} minutes", secs / 60),
                secs => write!(to, "`--deadline` after {secs} seconds"),
            },
        }
    }
}

/// What a command is doing.
pub(super) struct Work {
    stage: Mutex<Stage>,
    stop: watch::Sender<bool>,
    meter: Mutex<Option<Arc<Meter>>>,
}

/// How far a command has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// Nothing was finished yet.
    #[default]
    Preparing,
    /// Instances are asked, and what they give grows in this folder.
    Collecting(PathBuf),
    /// The snapshot is whole, and becomes a pack.
    Reporting(PathBuf),
    /// The pack is whole, and is put into the store.
    Storing(PathBuf),
    /// Evidence is removed, as this record says.
    Removing(PathBuf),
    /// The pack is whole, and whoever is to know of it is told.
    Telling(PathBuf),
    /// Everything is there.
    Done(PathBuf),
}

/// What became of a command that was stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// In a clause.
    pub left: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Work {
    pub(super) fn begin() -> Self {
        Self { stage: Mutex::default(), stop: watch::Sender::new(false), meter: Mutex::default() }
    }

    /// Answers are about to be written to `unfinished`.
    pub(super) fn collects(&self, unfinished: &Path) {
        self.comes_to(Stage::Collecting(unfinished.to_owned()));
    }

    /// The snapshot in `dir` is about to become a pack.
    pub(super) fn reports(&self, dir: &Path) {
        self.comes_to(Stage::Reporting(dir.to_owned()));
    }

    /// The pack in `dir` is about to be put into the store.
    pub(super) fn stores(&self, dir: &Path) {
        self.comes_to(Stage::Storing(dir.to_owned()));
    }

    /// What `record` speaks of is about to be removed.
    pub(super) fn removes(&self, record: &Path) {
        self.comes_to(Stage::Removing(record.to_owned()));
    }

    /// Somebody is about to be told of the pack in `dir`.
    pub(super) fn tells(&self, dir: &Path) {
        self.comes_to(Stage::Telling(dir.to_owned()));
    }

    /// What was asked for is in `dir`.
    pub(super) fn is_done(&self, dir: &Path) {
        self.comes_to(Stage::Done(dir.to_owned()));
    }

    /// The command is measured, and says itself how it ended unless it is stopped.
    pub(super) fn is_measured(&self, meter: &Arc<Meter>) {
        *self.meter.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(meter));
    }

    /// Writes down that the command was stopped, where it is measured.
    pub(super) fn fails(&self, exit: Exit) {
        let meter = self.meter.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Whoever stopped it is told so; what its metrics lack is no more than that.
        meter.map(|it| it.end(exit)).transpose().ok();
    }

    /// Asks the command to end.
    pub(super) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits until the command is asked to end.
    pub(super) async fn stopped(&self) {
        // Once the sender is gone, the command can no longer be asked.
        self.stop.subscribe().wait_for(|it| *it).await.ok();
    }

    /// Whether the command ends by itself as soon as it is asked to; others are not waited for.
    pub(super) fn ends_soon(&self) -> bool {
        matches!(self.stage(), Stage::Collecting(_))
    }

    /// What became of it, to be reported to whoever stopped it.
    pub(super) fn left_by(&self, cause: StopCause) -> Error {
        Error::Interrupted { cause, stopped: self.stage().left() }
    }

    fn comes_to(&self, stage: Stage) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    fn stage(&self) -> Stage {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Stage {
    fn left(self) -> Stopped {
        let (left, help) = match self {
            Self::Preparing => ("before anything was finished".to_owned(), None),
            Self::Collecting(it) if it.exists() => (
                format!(
                    "while instances were asked; what came of them is no snapshot and is still in \
                     `{}`, which the next run removes",
                    it.display()
                ),
                Some("run again".to_owned()),
            ),
            Self::Collecting(_) => (
                "while instances were asked; what came of them was removed, and there is no new \
                 snapshot"
                    .to_owned(),
                Some("run again".to_owned()),
            ),
            Self::Reporting(it) => (
                format!(
                    "while the pack was made, and there is no new pack; the snapshot is whole and \
                     is kept at `{}`",
                    it.display()
                ),
                Some(format!("run `retool-audit report {}`", it.display())),
            ),
            Self::Storing(it) => (
                format!(
                    "while packs were put into the store; the last one is whole at `{}`, and may not be \
                     in the store as a whole",
                    it.display()
                ),
                Some("run `retool-audit store push`".to_owned()),
            ),
            Self::Removing(it) => (
                format!("while evidence was removed; `{}` lists what is to go", it.display()),
                Some("prune again: that finishes it".to_owned()),
            ),
            Self::Telling(it) => (
                format!("while notices were sent; the pack is whole at `{}`", it.display()),
                Some(format!(
                    "`notices.jsonl` has what was sent; `retool-audit report {} --notify` sends \
                     them all again",
                    it.display()
                )),
            ),
            Self::Done(it) => {
                (format!("when everything was done; the result is at `{}`", it.display()), None)
            }
        };
        Stopped { left, help }
    }
}

/// Waits until the program is to end, by a signal or after so long, and says why.
pub(super) async fn stop(deadline: Option<Duration>) -> StopCause {
    let late = async {
        match deadline {
            None => future::pending().await,
            Some(it) => {
                tokio::time::sleep(it).await;
                StopCause::Deadline(it)
            }
        }
    };
    tokio::select! {
        it = signal() => it,
        it = late => it,
    }
}

/// Waits until a signal asks the program to end, and says which.
async fn signal() -> StopCause {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        // Where no signal can be waited for, it ends the program as it always does.
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            return tokio::select! {
                _ = tokio::signal::ctrl_c() => StopCause::Interrupt,
                _ = terminate.recv() => StopCause::Terminate,
            };
        }
    }
    tokio::signal::ctrl_c().await.ok();
    StopCause::Interrupt
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{StopCause, Work};
    use crate::run::Exit;

    #[test]
    fn whoever_stops_a_command_is_told_what_became_of_it() {
        let work = Work::begin();
        let mut lines = Vec::new();
        let mut note = |work: &Work| {
            let error = work.left_by(StopCause::Terminate);
            assert_eq!(error.exit(), Exit::Terminated);
            lines.push(format!("{error} ({})", error.help().unwrap_or_default()));
        };
        note(&work);
        work.collects(Path::new("/nowhere/.one.unfinished"));
        note(&work);
        let there = tempfile::tempdir().expect("room");
        work.collects(there.path());
        note(&work);
        work.reports(Path::new("out/snapshots/one"));
        note(&work);
        work.stores(Path::new("out/2026-11/one"));
        note(&work);
        work.removes(Path::new("out/pruned.jsonl"));
        note(&work);
        work.tells(Path::new("out/2026-11/one"));
        note(&work);
        work.is_done(Path::new("out/2026-11/one"));
        note(&work);
        let text = lines.join("\n").replace(&there.path().display().to_string(), "FOLDER");
        insta::assert_snapshot!(text, @"
        stopped by SIGTERM before anything was finished ()
        stopped by SIGTERM while instances were asked; what came of them was removed, and there is no new snapshot (run again)
        stopped by SIGTERM while instances were asked; what came of them is no snapshot and is still in `FOLDER`, which the next run removes (run again)
        stopped by SIGTERM while the pack was made, and there is no new pack; the snapshot is whole and is kept at `out/snapshots/one` (run `retool-audit report out/snapshots/one`)
        stopped by SIGTERM while packs were put into the store; the last one is whole at `out/2026-11/one`, and may not be in the store as a whole (run `retool-audit store push`)
        stopped by SIGTERM while evidence was removed; `out/pruned.jsonl` lists what is to go (prune again: that finishes it)
        stopped by SIGTERM while notices were sent; the pack is whole at `out/2026-11/one` (`notices.jsonl` has what was sent; `retool-audit report out/2026-11/one --notify` sends them all again)
        stopped by SIGTERM when everything was done; the result is at `out/2026-11/one` ()
        ");
    }
}
