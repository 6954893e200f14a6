//! Instances where a password alone is enough to sign in.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, instances};
use crate::menus::menu;
use crate::tables::Table;
use crate::tables::dictionary::setting;

pub(super) static RULE: Rule = Rule {
    code: "AUT-01",
    name: "password-only-sign-in",
    title: "A password alone is enough to sign in",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at each instance. Exception: an instance that does not require a second factor, and where single sign-on is not set up or passwords are accepted beside it.",
    risk: "One guessed or stolen password is enough to get in, whoever it belongs to.",
    remedy: concat!(
        "Require a second factor for everyone under ",
        menu!(second_factor),
        ", or set up single sign-on under ",
        menu!(sign_on),
        " and switch signing in with a password off ",
        menu!(no_passwords),
        ".",
    ),
    missing: concat!(
        "Whether a second factor is required, and how people sign in: the settings that the API did not show, or an extract of them; ",
        menu!(state_passwords),
        ".",
    ),
    sentence: "People sign in to {subject} with a password alone: no second factor is required, and single sign-on is not the only way in.",
    subject: Subject::Instance,
    reads: &[Table::Settings],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        instances(
            view,
            [
                setting::two_factor_required(),
                setting::sso_type(),
                setting::password_login(),
                setting::stated(),
                setting::contradicted(),
            ],
        )
    },
    population: &|_| lit(true),
    exception: &|_| {
        let sso_only = setting::sso_type().neq(lit("")).and(setting::password_login().not());
        setting::two_factor_required().not().and(sso_only.not())
    },
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn aut_01_wants_a_second_factor_or_sign_on_alone() {
        insta::assert_snapshot!(check(&RULE, "
            settings | instance | two_factor_required | sso_type | password_login
                     | factor   | yes                 | google   | yes
                     | sso      | no                  | saml     | no
                     | beside   | no                  | saml     | yes
                     | bare     | no                  |          | yes
                     | odd      | no                  |          | no
                     | hidden   | no                  | -        | -
                     | open     | no                  | -        | yes
                     | silent   | -                   | saml     | yes
                     | enough   | -                   | saml     | no
        "), @"
        factor pass 0 of 1
        sso pass 0 of 1
        beside fail 1 of 1
        bare fail 1 of 1
        odd fail 1 of 1
        hidden not-evaluable 0 of 1: 1 of 1 is undetermined; needed: Whether a second factor is required, and how people sign in: the settings that the API did not show, or an extract of them; where the API does not show whether a password is enough, as on self-hosted Retool (DISABLE_USER_PASS_LOGIN), state it as `password-login` of the instance, with evidence.
        open fail 1 of 1
        silent not-evaluable 0 of 1: 1 of 1 is undetermined; needed: Whether a second factor is required, and how people sign in: the settings that the API did not show, or an extract of them; where the API does not show whether a password is enough, as on self-hosted Retool (DISABLE_USER_PASS_LOGIN), state it as `password-login` of the instance, with evidence.
        enough pass 0 of 1
        exceptions
        instance | subject_id | subject | two_factor_required | sso_type | password_login | stated | contradicted
        bare     | bare       | bare    | no                  |          | yes            | -      | -
        beside   | beside     | beside  | no                  | saml     | yes            | -      | -
        odd      | odd        | odd     | no                  |          | no             | -      | -
        open     | open       | open    | no                  | -        | yes            | -      | -
        undetermined
        instance | subject_id | subject | two_factor_required | sso_type | password_login | stated | contradicted
        hidden   | hidden     | hidden  | no                  | -        | -              | -      | -
        silent   | silent     | silent  | -                   | saml     | yes            | -      | -
        ");
    }
}
