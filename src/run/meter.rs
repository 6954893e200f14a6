//! What is measured of a run or a report: how long its stages take, and how it ends. None of it is
//! evidence, and no pack has any of it.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Error, Exit, now};
use crate::calendar::Calendar;
use crate::config::Config;
use crate::metrics::{self, Attempt, Metrics, PackMetrics};
use crate::report::Report;

/// A stage of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Instances are asked.
    Collect,
    /// The packs before are read.
    History,
    /// Tables are made of the snapshot.
    Tables,
    /// Rules are put to the tables.
    Rules,
    /// What was found becomes the report.
    Assemble,
    /// Documents and tables are written.
    Render,
    /// The pack is sealed, signed and put into the lake, and the page over the packs made anew.
    Publish,
    /// Earlier packs are fetched from the store, and the new one is put there.
    Store,
    /// Whoever is to know of the pack is told.
    Notify,
}

impl Stage {
    /// Every stage, in the order of the work.
    const ALL: [Self; 9] = [
        Self::Collect,
        Self::History,
        Self::Tables,
        Self::Rules,
        Self::Assemble,
        Self::Render,
        Self::Publish,
        Self::Store,
        Self::Notify,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Collect => "collect",
            Self::History => "history",
            Self::Tables => "tables",
            Self::Rules => "rules",
            Self::Assemble => "assemble",
            Self::Render => "render",
            Self::Publish => "publish",
            Self::Store => "store",
            Self::Notify => "notify",
        }
    }
}

/// Measures a run or a report, for the file of metrics that its configuration names.
#[derive(Debug, Default)]
pub(super) struct Meter {
    state: Mutex<MeterState>,
}

#[derive(Debug, Default)]
struct MeterState {
    /// Where to, and since when; nothing where nothing is to be written, or it was.
    to: Option<(PathBuf, Instant)>,
    calendar: Calendar,
    stages: Vec<(Stage, Duration)>,
    pack: Option<PackMetrics>,
    notices_failed: u64,
}

impl Meter {
    /// Measures for the file that a configuration names; nothing where it names none.
    pub(super) fn of(config: &Config) -> Self {
        let to = config.output.metrics.clone().map(|it| (it, Instant::now()));
        let calendar = config.organization.calendar();
        Self { state: Mutex::new(MeterState { to, calendar, ..MeterState::default() }) }
    }

    /// Carries something out that is part of a stage.
    pub(super) fn time<T>(&self, stage: Stage, deed: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let res = deed();
        self.state().stages.push((stage, began.elapsed()));
        res
    }

    /// A pack with this report is there.
    pub(super) fn made(&self, report: &Report) {
        let mut state = self.state();
        if state.to.is_some() {
            state.pack = Some(PackMetrics::of(report, state.calendar));
        }
    }

    /// So many notices did not arrive.
    pub(super) fn failed_to_tell(&self, n_notices: u64) {
        self.state().notices_failed += n_notices;
    }

    /// Writes how it ended, once, however often this is said.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or written; that is no reason to fail.
    pub(super) fn end(&self, exit: Exit) -> Result<(), metrics::Error> {
        let mut state = self.state();
        let Some((path, began)) = state.to.take() else { return Ok(()) };
        let spent = |stage: &Stage| {
            let of_it = state.stages.iter().filter(|it| it.0 == *stage);
            of_it.map(|it| it.1).reduce(|one, other| one + other)
        };
        let stages = Stage::ALL.iter().filter_map(|it| Some((it.word(), spent(it)?)));
        let attempt = Attempt {
            ended_at: now(),
            exit_code: exit.code(),
            succeeded: matches!(exit, Exit::Done | Exit::Findings),
            took: began.elapsed(),
            stages: stages.collect(),
            notices_failed: state.notices_failed,
        };
        Metrics::read(&path)?.after(&attempt, state.pack.as_ref()).write(&path)
    }

    fn state(&self) -> MutexGuard<'_, MeterState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How what was done ends the program.
pub(super) fn exit_of(done: &Result<Exit, Error>) -> Exit {
    match done {
        Ok(exit) => *exit,
        Err(error) if error.is_broken_pipe() => Exit::Done,
        Err(error) => error.exit(),
    }
}
