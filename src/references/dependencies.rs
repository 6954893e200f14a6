//! Which rules rest on a name, and what they cannot say where nothing goes by it.

use super::ReferenceRole;
use crate::tables::{Doubt, Hides};

/// A rule that rests on names of a role.
pub(super) struct NameDependency {
    role: ReferenceRole,
    /// The rule's code.
    pub(super) rule: &'static str,
    /// What is not seen; none where the tables say it subject by subject.
    hides: Option<Hides>,
}

impl NameDependency {
    /// What is in doubt for all subjects of the rule, for a reason.
    pub(super) fn doubt(&self, reason: String) -> Option<Doubt> {
        self.hides.map(|hides| Doubt { rule: self.rule, hides, reason })
    }
}

/// What rests on names of a role.
pub(super) fn of(role: ReferenceRole) -> impl Iterator<Item = &'static NameDependency> {
    RESTS.iter().filter(move |it| it.role == role)
}

const fn rest(role: ReferenceRole, code: &'static str, hides: Hides) -> NameDependency {
    NameDependency { role, rule: code, hides: Some(hides) }
}

/// A role that is not here decides about nothing: an approval, a waiver, an exclusion or an
/// allowance for what is not there takes no exception away.
const RESTS: &[NameDependency] = &[
    // A pair with a group that does not exist separates no duties.
    rest(ReferenceRole::PairedGroup, "PRV-10", Hides::Exceptions),
    // The entry was meant for another group, which looks as if it had no owner.
    rest(ReferenceRole::OwnedGroup, "PRV-16", Hides::Fine),
    rest(ReferenceRole::OwnedGroup, "PRV-05", Hides::Fine),
    // A group whose owner is unknown has no owner; the owner who was meant looks like none.
    rest(ReferenceRole::GroupOwner, "PRV-16", Hides::Exceptions),
    rest(ReferenceRole::GroupOwner, "PRV-05", Hides::Fine),
    // The name was meant for another group, token or holder, which looks unapproved.
    rest(ReferenceRole::AuditGroup, "PRV-08", Hides::Fine),
    rest(ReferenceRole::ApprovedToken, "TOK-03", Hides::Fine),
    rest(ReferenceRole::ApprovedDelegate, "PRV-18", Hides::Fine),
    // The list that was meant is not asked after.
    rest(ReferenceRole::RequiredList, "EVD-01", Hides::Exceptions),
    // What the row expects may be expected on any instance: of that access alone it is unknown.
    NameDependency { role: ReferenceRole::BaselineInstance, rule: "PRV-17", hides: None },
];

#[cfg(test)]
mod tests {
    use super::RESTS;
    use crate::rules::CATALOGUE;

    #[test]
    fn every_rule_that_rests_on_a_name_is_in_the_catalogue() {
        for it in RESTS {
            assert!(CATALOGUE.iter().any(|rule| rule.code == it.rule), "{}", it.rule);
        }
    }
}
