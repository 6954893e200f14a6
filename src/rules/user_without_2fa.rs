//! Ordinary accounts a password alone protects.

use super::{Rule, RuleKind, Severity, Subject, is_persons, people, tier, unknown};
use crate::menus::menu;
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "AUT-03",
    name: "user-without-2fa",
    title: "Account without a second factor",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at active accounts that do not administer. Service accounts with an owner in the roster are left out. Exception: an account without Retool's second factor where signing in with a password is possible. Where it is not, the second factor is the identity provider's and cannot be seen from here.",
    risk: "One stolen password is enough to work with everything that the account can reach.",
    remedy: concat!(
        "Have the person enrol a second factor under ",
        menu!(own_second_factor),
        ", or require it for everyone under ",
        menu!(second_factor),
        ", or switch password sign-in off ",
        menu!(no_passwords),
        ".",
    ),
    missing: concat!(
        "Whether Retool's second factor is on for this account; or, where people sign in through an identity provider, its evidence of a second factor; ",
        menu!(state_passwords),
        ".",
    ),
    sentence: "{subject} signs in to {instance} without a second factor, and a password is enough there.",
    subject: Subject::User,
    reads: &[Table::Users],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        people(view, [user::active(), user::tier(), user::two_factor(), user::password_login()])
    },
    population: &|_| is_persons().and(user::active()).and(tier().up_to(0).not()),
    exception: &|_| user::two_factor().not().and(user::password_login().or(unknown())),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn aut_03_is_undetermined_where_the_identity_provider_decides() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label         | active | tier | two_factor | password_login
                  | prod     | u1      | ann@acme.test | yes    | 3    | yes        | yes
                  | prod     | u2      | bob@acme.test | yes    | 3    | no         | yes
                  | prod     | u3      | cat@acme.test | yes    | 1    | no         | no
                  | prod     | u4      | dan@acme.test | yes    | 2    | no         | -
                  | prod     | u5      | eve@acme.test | yes    | 3    | -          | yes
                  | prod     | u6      | fay@acme.test | yes    | 3    | yes        | -
                  | prod     | u7      | gus@acme.test | yes    | 0    | no         | yes
                  | prod     | u8      | hal@acme.test | no     | 3    | no         | yes
                  | prod     | u9      | ida@acme.test | yes    | -    | no         | yes
        "), @"
        prod fail 1 of 7
        exceptions
        instance | subject_id | subject       | active | tier | two_factor | password_login
        prod     | u2         | bob@acme.test | yes    | 3    | no         | yes
        undetermined
        instance | subject_id | subject       | active | tier | two_factor | password_login
        prod     | u3         | cat@acme.test | yes    | 1    | no         | no
        prod     | u4         | dan@acme.test | yes    | 2    | no         | -
        prod     | u5         | eve@acme.test | yes    | 3    | -          | yes
        prod     | u9         | ida@acme.test | yes    | -    | no         | yes
        ");
    }

    #[test]
    fn aut_03_needs_no_exact_tier() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label         | active | tier | tier_at_least | tier_at_most | two_factor | password_login
                  | prod     | u1      | ann@acme.test | yes    | -    | 1             | 3            | no         | yes
                  | prod     | u2      | bob@acme.test | yes    | -    | 0             | 3            | no         | yes
                  | prod     | u3      | cat@acme.test | yes    | -    | 0             | 3            | yes        | yes
                  | prod     | u4      | dan@acme.test | yes    | 0    | -             | -            | no         | yes
        "), @"
        prod fail 1 of 3
        exceptions
        instance | subject_id | subject       | active | tier | tier_at_least | tier_at_most | two_factor | password_login
        prod     | u1         | ann@acme.test | yes    | -    | 1             | 3            | no         | yes
        undetermined
        instance | subject_id | subject       | active | tier | tier_at_least | tier_at_most | two_factor | password_login
        prod     | u2         | bob@acme.test | yes    | -    | 0             | 3            | no         | yes
        ");
    }
}
