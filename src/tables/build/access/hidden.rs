//! Groups that did not state their members, and what they leave open.

use super::{GroupStandings, KnownGroup, named};
use crate::snapshot::record::User;

impl<'a> GroupStandings<'a> {
    /// The groups that did not state their members.
    pub(in crate::tables::build) fn hidden(&self) -> impl Iterator<Item = &KnownGroup<'a>> {
        self.unlisted.iter().map(|at| &self.groups[*at])
    }

    /// Whether a group of that name, whatever its case, did not state its members.
    pub(in crate::tables::build) fn may_hide(&self, name: &str) -> bool {
        self.hidden().any(|it| it.name.eq_ignore_ascii_case(name))
    }

    /// Whether the group of that id states its members, where there is one.
    fn states(&self, id: &str) -> Option<bool> {
        let at = self.groups.iter().position(|group| group.record.id.0 == id)?;
        Some(!self.unlisted.contains(&at))
    }

    /// Whether an account is in other groups besides All Users than it was: surely where a group
    /// that states its members at both times has it at one of them.
    pub(in crate::tables::build) fn groups_differ(
        &self,
        place: usize,
        before: &Self,
        then: usize,
    ) -> Option<bool> {
        let (now, then) = (self.ids(place), before.ids(then));
        let mut one_sided = now.iter().filter(|id| !then.contains(id)).map(|id| (*id, before));
        let mut other_sided = then.iter().filter(|id| !now.contains(id)).map(|id| (*id, self));
        let sure = |(id, other): (&str, &Self)| other.states(id) != Some(false);
        if one_sided.any(sure) || other_sided.any(sure) {
            return Some(true);
        }
        (self.complete() && before.complete()).then_some(false)
    }

    /// Whether every group stated its members.
    pub(in crate::tables::build) fn complete(&self) -> bool {
        self.unlisted.is_empty()
    }

    /// Of the groups that did not state their members, what being in one would give, where it
    /// would.
    pub(super) fn perhaps<'s>(
        &'s self,
        gives: impl Fn(&KnownGroup<'a>) -> Option<bool> + 's,
    ) -> impl Iterator<Item = Option<bool>> + 's {
        let rights = self.unlisted.iter().map(move |at| gives(&self.groups[*at]));
        rights.map(|right| if right == Some(false) { right } else { None })
    }

    /// What All Users gives to every account, where the list of groups lacks it: that is unknown.
    pub(super) fn unseen(&self) -> impl Iterator<Item = Option<bool>> {
        self.lacks_everyone().then_some(None).into_iter()
    }

    /// The same, and the groups that any account may be in, in words.
    pub(super) fn unseen_ways(&self, user: &User) -> Vec<String> {
        let flag = self.flags_administrators && user.is_admin.is_none();
        let flag = flag.then_some("whether Retool flags it as administrator is not known");
        let everyone = self.lacks_everyone().then_some("what All Users grants is not known");
        let certain = flag.into_iter().chain(everyone).map(str::to_owned);
        let unlisted = self.unlisted.iter().map(|at| self.groups[*at].name);
        let unlisted: Vec<&str> =
            self.lacks_admins().then_some("admin").into_iter().chain(unlisted).collect();
        let unlisted = (!unlisted.is_empty())
            .then(|| format!("whether it is in {} is not known", named(&unlisted)));
        certain.chain(unlisted).chain(self.grants.anybody_in_words()).collect()
    }

    /// Whether there may be objects that cannot be listed, so that an account may have a grant on
    /// one: single agents, and objects of an unknown kind.
    pub(in crate::tables::build) fn may_have_unlisted_objects(&self) -> bool {
        self.groups.iter().any(|group| group.knows_agents || !group.record.other_access.is_empty())
    }

    /// Whether the list of groups lacks All Users, which every instance has.
    pub(in crate::tables::build) fn lacks_everyone(&self) -> bool {
        self.groups.iter().all(|group| !group.everyone)
    }

    /// Whether the list of groups lacks admin, which every instance has.
    pub(in crate::tables::build) fn lacks_admins(&self) -> bool {
        self.groups.iter().all(|group| !group.admin)
    }
}
