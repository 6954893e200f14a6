//! Accounts that may do more than at the previous snapshot, without an approval.
//!
//! New accounts are covered by `unapproved-account`.

use super::{Rule, RuleKind, Severity, Subject, accounts, tier, was_tier};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "PRV-04",
    name: "privilege-gained",
    title: "Account gained privilege without approval",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at accounts that were there at the previous snapshot. Exception: an account of a higher privilege than then (a lower tier), where the file of approvals has no such privilege for it. Without that file no approval is known.",
    risk: "Privilege that grows without a request is how an ordinary account becomes an administrator.",
    remedy: "Take the account out of the group under Settings > Groups. If the change was approved before it was made, write that approval into the file of approvals with the change `privilege`.",
    missing: "The privilege of the account at both times: its administrator flag, its groups, and what they grant.",
    sentence: "{subject} gained privileges on {instance}[ and is of tier {tier} now][; it was of tier {was_tier} at the previous snapshot]; no approval is on file.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Previous],
    params: &[],
    subjects: &|view, _| {
        let facts = [
            user::active(),
            user::known_before(),
            user::was_tier(),
            user::tier(),
            user::privilege_approved(),
        ];
        accounts(view, facts)
    },
    population: &|_| user::known_before(),
    exception: &|_| tier().below(was_tier()).and(user::privilege_approved().not()),
    sql: None,
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_04_compares_tiers() {
        insta::assert_snapshot!(check(&RULE, "
            users    | instance | user_id | label         | active | known_before | was_tier | tier | privilege_approved
                     | prod     | u1      | ann@acme.test | yes    | yes          | 3        | 0    | no
                     | prod     | u2      | bob@acme.test | yes    | yes          | 3        | 2    | yes
                     | prod     | u3      | cat@acme.test | yes    | yes          | 1        | 1    | no
                     | prod     | u4      | dan@acme.test | yes    | yes          | 0        | 3    | no
                     | prod     | u5      | eve@acme.test | yes    | no           | -        | 0    | no
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"
        prod fail 1 of 4
        exceptions
        instance | subject_id | subject       | active | known_before | was_tier | tier | privilege_approved
        prod     | u1         | ann@acme.test | yes    | yes          | 3        | 0    | no
        ");
    }

    #[test]
    fn prv_04_an_unknown_tier_is_undetermined() {
        insta::assert_snapshot!(check(&RULE, "
            users    | instance | user_id | label         | known_before | was_tier | tier | privilege_approved
                     | prod     | u1      | ann@acme.test | yes          | -        | 0    | no
                     | prod     | u2      | bob@acme.test | yes          | 3        | -    | no
                     | prod     | u3      | cat@acme.test | -            | 3        | 0    | no
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"
        prod not-evaluable 0 of 3: 3 of 3 are undetermined; needed: The privilege of the account at both times: its administrator flag, its groups, and what they grant.
        undetermined
        instance | subject_id | subject       | active | known_before | was_tier | tier | privilege_approved
        prod     | u1         | ann@acme.test | -      | yes          | -        | 0    | no
        prod     | u2         | bob@acme.test | -      | yes          | 3        | -    | no
        prod     | u3         | cat@acme.test | -      | -            | 3        | 0    | no
        ");
    }

    #[test]
    fn prv_04_says_nothing_without_a_previous_snapshot() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | tier
                  | prod     | u1      | 0
        "), @"prod not-evaluable 0 of 0: there is no previous");
    }
}
