//! Accounts that can sign in again without an approval.

use polars::prelude::lit;

use super::{Escalation, Rule, RuleKind, Severity, Subject, accounts};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-10",
    name: "unapproved-reactivation",
    title: "Disabled account was enabled again without approval",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: Some(Escalation {
        to: Severity::High,
        words: "the roster says that the person left",
        when: &|_| user::roster_status().eq(lit("terminated")),
    }),
    predicate: "Looks at active accounts that were there at the previous snapshot. Exception: an account that could not sign in then, where the file of approvals has no such reactivation. Without that file no approval is known.",
    risk: "Enabling an old account gives back everything it ever had, and skips whoever approves new ones.",
    remedy: "Disable the account under Settings > Users. If the change was approved before it was made, write that approval into the file of approvals with the change `reactivated`.",
    missing: "Whether the account can sign in, now and at the previous snapshot.",
    sentence: "{subject} could not sign in to {instance} at the previous snapshot and can now; no approval is on file.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Previous],
    params: &[],
    subjects: &|view, _| {
        let then = [user::known_before(), user::was_active(), user::reactivation_approved()];
        let now = [user::active(), user::roster_status(), user::tier()];
        accounts(view, now.into_iter().chain(then))
    },
    population: &|_| user::active().and(user::known_before()),
    exception: &|_| user::was_active().not().and(user::reactivation_approved().not()),
    sql: None,
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_10_asks_for_an_approval_of_what_was_enabled_again() {
        insta::assert_snapshot!(check(&RULE, "
            users    | instance | user_id | label         | active | known_before | was_active | reactivation_approved | roster_status
                     | prod     | u1      | ann@acme.test | yes    | yes          | no         | no                    | active
                     | prod     | u2      | bob@acme.test | yes    | yes          | no         | yes                   | active
                     | prod     | u3      | cat@acme.test | yes    | yes          | no         | no                    | terminated
                     | prod     | u4      | dan@acme.test | yes    | yes          | yes        | no                    | active
                     | prod     | u5      | eve@acme.test | yes    | no           | -          | no                    | active
                     | prod     | u6      | fay@acme.test | no     | yes          | no         | no                    | active
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"
        prod fail 2 of 4
        exceptions
        instance | subject_id | subject       | active | roster_status | tier | known_before | was_active | reactivation_approved | escalated
        prod     | u1         | ann@acme.test | yes    | active        | -    | yes          | no         | no                    | no
        prod     | u3         | cat@acme.test | yes    | terminated    | -    | yes          | no         | no                    | yes
        ");
    }

    #[test]
    fn usr_10_what_nobody_knew_then_is_undetermined() {
        insta::assert_snapshot!(check(&RULE, "
            users    | instance | user_id | label         | active | known_before | was_active | reactivation_approved
                     | prod     | u1      | ann@acme.test | yes    | yes          | -          | no
                     | prod     | u2      | bob@acme.test | yes    | yes          | -          | yes
                     | prod     | u3      | cat@acme.test | -      | yes          | no         | no
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"
        prod not-evaluable 0 of 3: 2 of 3 are undetermined; needed: Whether the account can sign in, now and at the previous snapshot.
        undetermined
        instance | subject_id | subject       | active | roster_status | tier | known_before | was_active | reactivation_approved
        prod     | u1         | ann@acme.test | yes    | -             | -    | yes          | -          | no
        prod     | u3         | cat@acme.test | -      | -             | -    | yes          | no         | no
        ");
    }

    #[test]
    fn usr_10_says_nothing_without_a_previous_snapshot() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | active
                  | prod     | u1      | yes
        "), @"prod not-evaluable 0 of 0: there is no previous");
    }
}
