//! Accounts that are new since the previous snapshot and were not approved.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, accounts};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-16",
    name: "unapproved-account",
    title: "New account without approval",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at every account. Exception: an account that was not there at the previous snapshot, where the file of approvals does not have it as added. Without that file no approval is known.",
    risk: "Access without a request and an approval is the first thing an auditor samples.",
    remedy: "Write the request and its approver into the file of approvals with the change `added`, or disable the account under Settings > Users.",
    missing: "Whether the account was there at the previous snapshot.",
    sentence: "{subject} is new on {instance} since the previous snapshot; no approval is on file.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Previous],
    params: &[],
    subjects: &|view, _| {
        let facts = [
            user::active(),
            user::created_at(),
            user::tier(),
            user::roster_match(),
            user::known_before(),
            user::new_approved(),
        ];
        accounts(view, facts)
    },
    population: &|_| lit(true),
    exception: &|_| user::known_before().not().and(user::new_approved().not()),
    sql: None,
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_16_asks_for_an_approval_of_what_is_new() {
        insta::assert_snapshot!(check(&RULE, "
            users    | instance | user_id | label         | active | created_at | known_before | new_approved
                     | prod     | u1      | ann@acme.test | yes    | 2026-10-12 | no           | no
                     | prod     | u2      | bob@acme.test | yes    | 2026-10-12 | no           | yes
                     | prod     | u3      | cat@acme.test | no     | 2026-10-12 | no           | no
                     | prod     | u4      | dan@acme.test | yes    | 2020-01-01 | yes          | no
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"
        prod fail 2 of 4
        exceptions
        instance | subject_id | subject       | active | created_at | tier | roster_match | known_before | new_approved
        prod     | u1         | ann@acme.test | yes    | 2026-10-12 | -    | -            | no           | no
        prod     | u3         | cat@acme.test | no     | 2026-10-12 | -    | -            | no           | no
        ");
    }

    #[test]
    fn usr_16_an_unknown_past_is_undetermined() {
        insta::assert_snapshot!(check(&RULE, "
            users    | instance | user_id | label         | known_before | new_approved
                     | prod     | u1      | ann@acme.test | -            | no
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"
        prod not-evaluable 0 of 1: 1 of 1 is undetermined; needed: Whether the account was there at the previous snapshot.
        undetermined
        instance | subject_id | subject       | active | created_at | tier | roster_match | known_before | new_approved
        prod     | u1         | ann@acme.test | -      | -          | -    | -            | -            | no
        ");
    }

    #[test]
    fn usr_16_says_nothing_without_a_previous_snapshot() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id
                  | prod     | u1
        "), @"prod not-evaluable 0 of 0: there is no previous");
    }
}
