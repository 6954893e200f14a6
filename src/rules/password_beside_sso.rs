//! Passwords that work beside single sign-on.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, instances};
use crate::menus::menu;
use crate::tables::Table;
use crate::tables::dictionary::setting;

pub(super) static RULE: Rule = Rule {
    code: "AUT-04",
    name: "password-beside-sso",
    title: "Password sign-in beside single sign-on",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at each instance. Exception: an instance with single sign-on where signing in with a password is possible too.",
    risk: "A person who is switched off in the identity provider keeps another way in: a password that the identity provider does not control.",
    remedy: concat!(
        "Once every administrator has signed in through single sign-on, switch signing in with a password off ",
        menu!(no_passwords),
        ".",
    ),
    missing: concat!(
        "The single sign-on set-up and whether passwords are accepted, which the API did not show; ",
        menu!(state_passwords),
        ".",
    ),
    sentence: "{subject} has single sign-on ({sso_type}), and a password still works beside it.",
    subject: Subject::Instance,
    reads: &[Table::Settings],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        instances(
            view,
            [
                setting::sso_type(),
                setting::password_login(),
                setting::stated(),
                setting::contradicted(),
            ],
        )
    },
    population: &|_| lit(true),
    exception: &|_| setting::sso_type().neq(lit("")).and(setting::password_login()),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn aut_04_names_a_side_door() {
        insta::assert_snapshot!(check(&RULE, "
            settings | instance | sso_type | password_login
                     | shut     | saml     | no
                     | ajar     | saml     | yes
                     | without  |          | yes
                     | hidden   | -        | yes
                     | silent   | saml     | -
                     | sure     | -        | no
        "), @"
        shut pass 0 of 1
        ajar fail 1 of 1
        without pass 0 of 1
        hidden not-evaluable 0 of 1: 1 of 1 is undetermined; needed: The single sign-on set-up and whether passwords are accepted, which the API did not show; where the API does not show whether a password is enough, as on self-hosted Retool (DISABLE_USER_PASS_LOGIN), state it as `password-login` of the instance, with evidence.
        silent not-evaluable 0 of 1: 1 of 1 is undetermined; needed: The single sign-on set-up and whether passwords are accepted, which the API did not show; where the API does not show whether a password is enough, as on self-hosted Retool (DISABLE_USER_PASS_LOGIN), state it as `password-login` of the instance, with evidence.
        sure pass 0 of 1
        exceptions
        instance | subject_id | subject | sso_type | password_login | stated | contradicted
        ajar     | ajar       | ajar    | saml     | yes            | -      | -
        undetermined
        instance | subject_id | subject | sso_type | password_login | stated | contradicted
        hidden   | hidden     | hidden  | -        | yes            | -      | -
        silent   | silent     | silent  | saml     | -              | -      | -
        ");
    }
}
