//! What one account may do, and how privileged that makes it.

use super::{KINDS, Level, Objects, any};
use crate::tables::build::bounds::ValueBounds;

/// What one account may do, and why.
#[derive(Clone, Debug)]
pub(in crate::tables::build) struct AccountAccess {
    /// By kind: apps, resources, workflows, query library, agents.
    pub(in crate::tables::build) levels: [ValueBounds<Level>; KINDS],
    /// Whether the server says what groups grant on agents.
    pub(in crate::tables::build) knows_agents: bool,
    /// Whether groups let the account edit everything of a kind that this program does not know:
    /// never surely.
    pub(in crate::tables::build) edits_others: Option<bool>,
    pub(in crate::tables::build) tier: ValueBounds<i64>,
    /// Names of the groups besides All Users that the account is known to be in.
    pub(in crate::tables::build) groups: Vec<String>,
    /// Whether these are all.
    pub(in crate::tables::build) groups_whole: bool,
    pub(in crate::tables::build) path: String,
    pub(in crate::tables::build) powers: Powers,
    pub(in crate::tables::build) objects: Objects,
}

/// What single groups give an account, besides the most of all.
#[derive(Clone, Debug)]
pub(in crate::tables::build) struct Powers {
    pub(in crate::tables::build) in_admin_group: Option<bool>,
    /// Whether a group other than External Users grants anything on everything of a kind.
    pub(in crate::tables::build) inside_access: Option<bool>,
    pub(in crate::tables::build) reads_audit_log: Option<bool>,
    /// Names of the groups whose members the account may add and remove.
    pub(in crate::tables::build) administers: Vec<String>,
    /// Whether it may do so anywhere.
    pub(in crate::tables::build) group_admin: Option<bool>,
    /// Names of the groups of which it is unknown whether it may.
    pub(in crate::tables::build) perhaps_administers: Vec<String>,
}

/// What decides about the tier of an account, strongest first.
pub(super) struct Privileges {
    pub(super) administers: Option<bool>,
    /// Whether it owns everything of a kind, or may change what others use.
    pub(super) changes: Option<bool>,
    /// Whether it may see or assign people.
    pub(super) oversees: Option<bool>,
}

impl Privileges {
    /// 0 administers, 1 owns or may change what others use, 2 may see or assign people, 3 is
    /// ordinary.
    pub(super) fn tier(&self) -> ValueBounds<i64> {
        let steps = [(0, self.administers), (1, self.changes), (2, self.oversees)];
        let first = |counts: fn(Option<bool>) -> bool| {
            steps.iter().find(|(_, fact)| counts(*fact)).map_or(3, |(tier, _)| *tier)
        };
        ValueBounds {
            least: first(|fact| fact != Some(false)),
            most: first(|fact| fact == Some(true)),
        }
    }
}

impl AccountAccess {
    /// Whether the account can edit an app, a workflow or an agent, in any way.
    pub(in crate::tables::build) fn can_build(&self) -> Option<bool> {
        any([self.builds_through_groups(), self.objects.builds].into_iter())
    }

    /// Whether its groups let the account edit all apps, all workflows or all agents; everything of
    /// an unknown kind may be such a thing.
    pub(in crate::tables::build) fn builds_through_groups(&self) -> Option<bool> {
        any([self.edits(0), self.builds_uncounted()].into_iter())
    }

    /// The same of what usage does not count, which are all kinds but apps.
    pub(in crate::tables::build) fn builds_uncounted(&self) -> Option<bool> {
        any([self.edits(2), self.edits(4), self.edits_others].into_iter())
    }

    /// Whether the account can edit everything of a kind, by the kind's place.
    pub(in crate::tables::build) fn edits(&self, kind: usize) -> Option<bool> {
        self.levels[kind].reaches(Level::Edit)
    }

    /// Whether the account can edit everything of any kind.
    pub(in crate::tables::build) fn can_edit(&self) -> Option<bool> {
        any(self.levels.iter().map(|level| level.reaches(Level::Edit)).chain([self.edits_others]))
    }

    pub(in crate::tables::build) fn is_in(&self, name: &str) -> bool {
        self.groups.iter().any(|group| group.eq_ignore_ascii_case(name))
    }
}
