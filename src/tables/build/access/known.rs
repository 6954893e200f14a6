//! One group with its words understood, and the levels that groups grant.

use super::{KINDS, OWNED, any};
use crate::snapshot::record::Group;
use crate::tables::build::bounds::ValueBounds;

/// What a group grants on everything of a kind, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tables::build) enum Level {
    None,
    Use,
    Edit,
    Own,
}

impl Level {
    /// A word that Retool may add later is not a known level.
    pub(in crate::tables::build) fn parse(word: &str) -> Option<Self> {
        match word {
            "none" => Some(Self::None),
            "use" => Some(Self::Use),
            "edit" => Some(Self::Edit),
            "own" => Some(Self::Own),
            _ => None,
        }
    }

    pub(in crate::tables::build) fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Use => "use",
            Self::Edit => "edit",
            Self::Own => "own",
        }
    }
}

/// Whether a group of that name makes its members administrators.
pub(super) fn is_admin(group: &str) -> bool {
    group.eq_ignore_ascii_case("admin")
}

/// One group with its words understood.
#[expect(clippy::struct_excessive_bools, reason = "each is one fact about the group")]
pub(in crate::tables::build) struct KnownGroup<'a> {
    pub(in crate::tables::build) record: &'a Group,
    pub(in crate::tables::build) name: &'a str,
    pub(in crate::tables::build) levels: [Option<Level>; KINDS],
    /// Whether the server says what groups grant on agents.
    pub(in crate::tables::build) knows_agents: bool,
    pub(in crate::tables::build) everyone: bool,
    pub(in crate::tables::build) admin: bool,
    external: bool,
}

impl<'a> KnownGroup<'a> {
    pub(super) fn of(record: &'a Group, agents: bool) -> Self {
        let level = |it: &Option<String>| it.as_deref().and_then(Level::parse);
        let on_agents = record.universal_agent_access.value().and_then(|it| Level::parse(it));
        let name = record.name.as_deref().unwrap_or(&record.id.0);
        Self {
            record,
            name,
            levels: [
                level(&record.universal_app_access),
                level(&record.universal_resource_access),
                level(&record.universal_workflow_access),
                level(&record.universal_query_library_access),
                // A server that says nothing about agents may have none.
                if agents { on_agents } else { Some(Level::None) },
            ],
            knows_agents: agents,
            everyone: name.eq_ignore_ascii_case("all users"),
            admin: is_admin(name),
            external: name.eq_ignore_ascii_case("external users"),
        }
    }

    /// Whether it is the group of that id, or of that name where there is no id.
    pub(super) fn is_called(&self, id: Option<&str>, name: Option<&str>) -> bool {
        match (id, name) {
            (Some(id), _) => self.record.id.0 == id,
            (None, Some(name)) => self.name.eq_ignore_ascii_case(name),
            (None, None) => false,
        }
    }

    /// What it grants on everything of a kind; an unknown level may be any.
    pub(super) fn level(&self, kind: usize) -> ValueBounds<Level> {
        let any = ValueBounds { least: Level::None, most: Level::Own };
        self.levels[kind].map_or(any, ValueBounds::exactly)
    }

    /// Whether it is not External Users and grants anything on everything of a kind.
    pub(super) fn grants_inside(&self) -> Option<bool> {
        if self.external {
            return Some(false);
        }
        let levels = self.levels.iter().map(|level| level.map(|it| it > Level::None));
        any(levels.chain([self.grants_others()]))
    }

    /// Whether it grants anything on everything of a kind that this program does not know: what
    /// that would be worth is unknown too.
    pub(in crate::tables::build) fn grants_others(&self) -> Option<bool> {
        let mut levels = self.record.other_access.values();
        levels.all(|level| level.as_deref() == Some("none")).then_some(false)
    }

    /// Whether it lets its members change everything of such a kind.
    pub(in crate::tables::build) fn others_change(&self) -> Option<bool> {
        let mut levels = self.record.other_access.values();
        levels.all(|level| matches!(level.as_deref(), Some("none" | "use"))).then_some(false)
    }

    /// What it grants on such kinds: `teleporter edit`.
    pub(in crate::tables::build) fn others(&self) -> Vec<String> {
        let words = self.record.other_access.iter();
        words.map(|(kind, it)| format!("{kind} {}", it.as_deref().unwrap_or("unknown"))).collect()
    }

    /// Whether its own levels make its members of tier 0 or 1.
    pub(super) fn privileged(&self) -> Option<bool> {
        let owns = OWNED.iter().map(|kind| self.levels[*kind].map(|it| it == Level::Own));
        let changes = self.levels[1].map(|it| it >= Level::Edit);
        any(owns.chain([Some(self.admin), changes, self.others_change()]))
    }

    /// Whether the group lets its members see people or what they do.
    pub(super) fn oversees(&self) -> Option<bool> {
        let it = self.record;
        any([it.audit_log_access, it.user_list_access, it.account_details_access].into_iter())
    }
}
