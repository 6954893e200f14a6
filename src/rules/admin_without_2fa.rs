//! Administrators a password alone protects.

use super::{Rule, RuleKind, Severity, Subject, accounts, tier, unknown};
use crate::menus::menu;
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "AUT-02",
    name: "admin-without-2fa",
    title: "Administrator without a second factor",
    kind: RuleKind::Control,
    severity: Severity::Critical,
    escalation: None,
    predicate: "Looks at active administrators. Exception: an administrator without Retool's second factor where signing in with a password is possible. Where it is not, the second factor is the identity provider's and cannot be seen from here.",
    risk: "One stolen password is enough to own every app and resource of the instance.",
    remedy: concat!(
        "Have the administrator enrol a second factor under ",
        menu!(own_second_factor),
        ", or require it for everyone under ",
        menu!(second_factor),
        ", or switch password sign-in off ",
        menu!(no_passwords),
        ".",
    ),
    missing: concat!(
        "Whether Retool's second factor is on for this administrator; or, where people sign in through an identity provider, its evidence of a second factor; ",
        menu!(state_passwords),
        ".",
    ),
    sentence: "{subject} administers {instance} without a second factor, and a password is enough to sign in there.",
    subject: Subject::User,
    reads: &[Table::Users],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        accounts(view, [user::active(), user::tier(), user::two_factor(), user::password_login()])
    },
    population: &|_| user::active().and(tier().up_to(0)),
    exception: &|_| user::two_factor().not().and(user::password_login().or(unknown())),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn aut_02_is_undetermined_where_the_identity_provider_decides() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label         | active | tier | two_factor | password_login
                  | prod     | u1      | ann@acme.test | yes    | 0    | yes        | yes
                  | prod     | u2      | bob@acme.test | yes    | 0    | no         | yes
                  | prod     | u3      | cat@acme.test | yes    | 0    | no         | no
                  | prod     | u4      | dan@acme.test | yes    | 0    | no         | -
                  | prod     | u5      | eve@acme.test | yes    | 0    | -          | yes
                  | prod     | u6      | fay@acme.test | yes    | 0    | yes        | -
                  | prod     | u7      | gus@acme.test | yes    | 1    | no         | yes
                  | prod     | u8      | hal@acme.test | no     | 0    | no         | yes
        "), @"
        prod fail 1 of 6
        exceptions
        instance | subject_id | subject       | active | tier | two_factor | password_login
        prod     | u2         | bob@acme.test | yes    | 0    | no         | yes
        undetermined
        instance | subject_id | subject       | active | tier | two_factor | password_login
        prod     | u3         | cat@acme.test | yes    | 0    | no         | no
        prod     | u4         | dan@acme.test | yes    | 0    | no         | -
        prod     | u5         | eve@acme.test | yes    | 0    | -          | yes
        ");
    }
}
