//! Groups that came, went, or grant something else than at the previous snapshot.
//!
//! Approved changes are no exceptions, as with every change of access.

use polars::prelude::lit;

use super::{Escalation, Rule, RuleKind, Severity, Subject};
use crate::tables::Table;
use crate::tables::dictionary::group_change;

pub(super) static RULE: Rule = Rule {
    code: "PRV-15",
    name: "group-rights-changed",
    title: "What a group grants changed without approval",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: Some(Escalation {
        to: Severity::High,
        words: "the group grants more than before",
        when: &|_| group_change::raised(),
    }),
    predicate: "Looks at every group of this snapshot and the previous one. Exception: a group that was created or deleted, or any of whose rights differ, where the file of approvals has no such rights for it. Without that file no approval is known.",
    risk: "When a group grants more, the access of all its members changes and not one account does.",
    remedy: "Write the change ticket into the file of approvals with the change `rights` and the id or name of the group, or set the group back under Settings > Groups.",
    missing: "What the group grants at both times.",
    sentence: "The group {subject} of {instance} is {change} since the previous snapshot: {what}; no approval is on file.",
    subject: Subject::Group,
    reads: &[Table::GroupChanges],
    params: &[],
    subjects: &|view, _| {
        view.get(Table::GroupChanges).select([
            group_change::instance(),
            group_change::group_id().alias("subject_id"),
            group_change::name().alias("subject"),
            group_change::change(),
            group_change::what(),
            group_change::changed(),
            group_change::raised(),
            group_change::approved(),
        ])
    },
    population: &|_| lit(true),
    exception: &|_| group_change::changed().and(group_change::approved().not()),
    sql: None,
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_15_asks_for_an_approval_of_every_change() {
        insta::assert_snapshot!(check(&RULE, "
            group_changes | instance | group_id | name    | change  | what                       | changed | raised | approved
                          | prod     | g1       | Finance | changed | app_access use to edit     | yes     | yes    | no
                          | prod     | g2       | Data    | changed | theme_access yes to no     | yes     | no     | no
                          | prod     | g3       | Care    | changed | audit_log_access no to yes | yes     | yes    | yes
                          | prod     | g4       | Fleet   | created |                            | yes     | -      | no
                          | prod     | g5       | Sales   | deleted |                            | yes     | no     | no
                          | prod     | g6       | Ops     | same    |                            | no      | no     | no
        "), @"
        prod fail 4 of 6
        exceptions
        instance | subject_id | subject | change  | what                   | changed | raised | approved | escalated
        prod     | g1         | Finance | changed | app_access use to edit | yes     | yes    | no       | yes
        prod     | g2         | Data    | changed | theme_access yes to no | yes     | no     | no       | no
        prod     | g4         | Fleet   | created |                        | yes     | -      | no       | no
        prod     | g5         | Sales   | deleted |                        | yes     | no     | no       | no
        ");
    }

    #[test]
    fn prv_15_rights_that_nobody_states_are_undetermined() {
        insta::assert_snapshot!(check(&RULE, "
            group_changes | instance | group_id | name    | change  | changed | raised | approved
                          | prod     | g1       | Finance | unknown | -       | -      | no
                          | prod     | g2       | Data    | unknown | -       | -      | yes
        "), @"
        prod not-evaluable 0 of 2: 1 of 2 is undetermined; needed: What the group grants at both times.
        undetermined
        instance | subject_id | subject | change  | what | changed | raised | approved
        prod     | g1         | Finance | unknown | -    | -       | -      | no
        ");
    }

    #[test]
    fn prv_15_says_nothing_without_a_previous_snapshot() {
        insta::assert_snapshot!(check(&RULE, "
            groups | instance | group_id
                   | prod     | g1
        "), @"prod not-evaluable 0 of 0: there is no group_change");
    }
}
