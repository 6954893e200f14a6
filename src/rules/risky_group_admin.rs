//! Group administrators who should not be.
//!
//! An owner is looked up per group: who owns one group of the list and administers another is not
//! listed for that one. Without a list, the other three reasons still count.

use polars::prelude::lit;

use super::{Reason, Rule, RuleKind, Severity, Subject, accounts, reasons, unknown};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "PRV-05",
    name: "risky-group-admin",
    title: "Group administrator who should not be one",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at accounts that may add and remove members of a group. Exception: an account that is disabled, whose address is not in the roster or is under no mail domain of the organization, or that the configuration does not name as an owner of the group.",
    risk: "Group administrators give access to others; one who is gone, foreign or unknown does so without authority.",
    remedy: "Make an owner of the group its administrator under Settings > Groups, take the role from this account, and name the owner under group-owners.",
    missing: "The owners of each group under `group-owners` of the instance, whether the account is active, its address, and its row in the roster.",
    sentence: "{subject} may add and remove members of {administers} and should not: {reasons}.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        let facts = [user::group_admin(), user::administers(), user::active()];
        let more = [user::roster_match(), user::own_domain(), user::unlisted_group_admin()];
        let why = reasons([
            Reason::new(user::active().not(), "the account is disabled"),
            Reason::new(
                user::roster_match().eq(lit("unmatched")),
                "the address is not in the roster",
            ),
            Reason::new(
                user::own_domain().not(),
                "the address is under none of the organization's mail domains",
            ),
            Reason::new(
                user::unlisted_group_admin(),
                "the configuration does not name it an owner of each of them",
            ),
        ]);
        accounts(view, facts.into_iter().chain(more).chain([why]))
    },
    population: &|_| user::group_admin(),
    exception: &|_| {
        let known = user::roster_match().neq(lit("unknown")).or(unknown());
        let unmatched = user::roster_match().eq(lit("unmatched")).or(known.not());
        let foreign = user::own_domain().not();
        user::active().not().or(unmatched).or(foreign).or(user::unlisted_group_admin())
    },
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_05_has_four_reasons() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | active | group_admin | administers | roster_match | own_domain | unlisted_group_admin
                   | prod     | u1      | ann@acme.test | yes    | yes         | Ops         | matched      | yes        | no
                   | prod     | u2      | bob@acme.test | no     | yes         | Ops         | matched      | yes        | no
                   | prod     | u3      | cat@acme.test | yes    | yes         | Ops         | unmatched    | yes        | no
                   | prod     | u4      | dan@shop.test | yes    | yes         | Ops         | matched      | no         | no
                   | prod     | u5      | eve@acme.test | yes    | yes         | Ops         | matched      | yes        | yes
                   | prod     | u6      | fay@acme.test | yes    | no          |             | unmatched    | no         | no
                   | prod     | u7      | gus@acme.test | yes    | -           |             | matched      | yes        | no
            roster | instance | person_id
        "), @"
        prod fail 4 of 6
        exceptions
        instance | subject_id | subject       | group_admin | administers | active | roster_match | own_domain | unlisted_group_admin | reasons
        prod     | u2         | bob@acme.test | yes         | Ops         | no     | matched      | yes        | no                   | the account is disabled
        prod     | u3         | cat@acme.test | yes         | Ops         | yes    | unmatched    | yes        | no                   | the address is not in the roster
        prod     | u4         | dan@shop.test | yes         | Ops         | yes    | matched      | no         | no                   | the address is under none of the organization's mail domains
        prod     | u5         | eve@acme.test | yes         | Ops         | yes    | matched      | yes        | yes                  | the configuration does not name it an owner of each of them
        ");
    }

    #[test]
    fn prv_05_is_undetermined_where_a_reason_may_hold() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | active | group_admin | administers | roster_match | own_domain | unlisted_group_admin
                   | prod     | u1      | ann@acme.test | -      | yes         | Ops         | matched      | yes        | no
                   | prod     | u2      | u2            | yes    | yes         | Ops         | unknown      | -          | no
                   | prod     | u3      | cat@acme.test | yes    | yes         | Ops         | matched      | yes        | -
                   | prod     | u4      | dan@acme.test | yes    | -           | Ops         | unmatched    | yes        | -
            roster | instance | person_id
        "), @"
        prod not-evaluable 0 of 4: 4 of 4 are undetermined; needed: The owners of each group under `group-owners` of the instance, whether the account is active, its address, and its row in the roster.
        undetermined
        instance | subject_id | subject       | group_admin | administers | active | roster_match | own_domain | unlisted_group_admin | reasons
        prod     | u1         | ann@acme.test | yes         | Ops         | -      | matched      | yes        | no                   |
        prod     | u2         | u2            | yes         | Ops         | yes    | unknown      | -          | no                   |
        prod     | u3         | cat@acme.test | yes         | Ops         | yes    | matched      | yes        | -                    |
        prod     | u4         | dan@acme.test | -           | Ops         | yes    | unmatched    | yes        | -                    | the address is not in the roster
        ");
    }
}
