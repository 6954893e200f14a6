//! Disabled accounts that keep their groups.

use super::{Escalation, Rule, RuleKind, Severity, Subject, accounts, n_groups, tier};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-15",
    name: "disabled-but-entitled",
    title: "Disabled account keeps its access",
    kind: RuleKind::Control,
    severity: Severity::Low,
    escalation: Some(Escalation {
        to: Severity::Medium,
        words: "the account is an administrator",
        when: &|_| tier().up_to(0),
    }),
    predicate: "Looks at disabled accounts. Exception: an account that is an administrator or in a group other than All Users.",
    risk: "Group memberships survive disabling in Retool: whoever enables the account again gives all of it back at once.",
    remedy: "Remove the account from its groups under Settings > Groups.",
    missing: "Whether the account is active, and the members of every group.",
    sentence: "{subject} is disabled and [keeps its groups: {groups}|keeps privileges of tier {tier}|keeps access that could not be read in full].",
    subject: Subject::User,
    reads: &[Table::Users],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        accounts(view, [user::active(), user::n_groups(), user::groups(), user::tier()])
    },
    population: &|_| user::active().not(),
    exception: &|_| tier().up_to(0).or(n_groups().up_to(0).not()),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_15_names_disabled_accounts_in_a_group() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label         | active | n_groups | groups     | tier
                  | prod     | u1      | ann@acme.test | no     | 0        | -          | 3
                  | prod     | u2      | bob@acme.test | no     | 2        | Ops; Sales | 3
                  | prod     | u3      | cat@acme.test | no     | 1        | admin      | 0
                  | prod     | u4      | dan@acme.test | yes    | 2        | Ops; Sales | 3
                  | prod     | u5      | eve@acme.test | no     | -        | -          | -
                  | prod     | u6      | fay@acme.test | -      | 1        | Ops        | 3
        "), @"
        prod fail 2 of 5
        exceptions
        instance | subject_id | subject       | active | n_groups | groups     | tier | escalated
        prod     | u2         | bob@acme.test | no     | 2        | Ops; Sales | 3    | no
        prod     | u3         | cat@acme.test | no     | 1        | admin      | 0    | yes
        undetermined
        instance | subject_id | subject       | active | n_groups | groups | tier
        prod     | u5         | eve@acme.test | no     | -        | -      | -
        prod     | u6         | fay@acme.test | -      | 1        | Ops    | 3
        ");
    }
}
