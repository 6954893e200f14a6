//! How the program ends: its exit codes.

use crate::snapshot::State;

/// The exit codes; schedulers depend on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: done, and there are exceptions at or above `--fail-on`.
    Findings,
    /// 2: wrong usage or configuration; nothing was collected or written.
    Usage,
    /// 3: the evidence is incomplete: an instance is partial, failed or no longer audited, or the
    /// roster in doubt.
    Incomplete,
    /// 4: something could not be read, written or reached at all.
    Unable,
    /// 130: stopped by SIGINT, as Ctrl-C sends it.
    Interrupted,
    /// 143: stopped by SIGTERM, as schedulers send it.
    Terminated,
}

impl Exit {
    /// Every exit, in the order of the codes.
    pub const ALL: &[Self] = &[
        Self::Done,
        Self::Findings,
        Self::Usage,
        Self::Incomplete,
        Self::Unable,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// What a run that ended well says: incomplete evidence matters more than findings.
    pub fn of(state: State, found: bool) -> Self {
        match (state, found) {
            (State::Partial | State::Failed, _) => Self::Incomplete,
            (State::Complete, true) => Self::Findings,
            (State::Complete, false) => Self::Done,
        }
    }

    /// The code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::Unable => 4,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// What the code means.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Findings => {
                "done, and there are exceptions at or above `--fail-on`, `verify` or `prune` found a \
                 fault, `diff --exit-code` a change, `status --exit-code` something overdue, or `review` \
                 lines that it refuses or that are overdue"
            }
            Self::Usage => "wrong usage or configuration; nothing was collected or written",
            Self::Incomplete => {
                "the evidence is incomplete: an instance is partial, failed or no longer audited, \
                 or the roster in doubt"
            }
            Self::Unable => {
                "could not read, write or reach what was needed at all, or not before `--deadline`"
            }
            Self::Interrupted => "stopped by SIGINT; what was begun is gone",
            Self::Terminated => "stopped by SIGTERM; what was begun is gone",
        }
    }
}
