//! Instances whose single sign-on the API does not show.
//!
//! There is no exception to find: what cannot be read is undetermined, and evidence must come from
//! elsewhere.

use polars::prelude::{lit, when};

use super::{Rule, RuleKind, Severity, Subject, instances, unknown};
use crate::menus::menu;
use crate::tables::Table;
use crate::tables::dictionary::setting;

pub(super) static RULE: Rule = Rule {
    code: "AUT-05",
    name: "unreadable-sso",
    title: "Single sign-on set-up cannot be read",
    kind: RuleKind::Control,
    severity: Severity::Info,
    escalation: None,
    predicate: "Looks at each instance. Never an exception: an instance whose single sign-on set-up the API does not show, or shows empty, is undetermined, unless the configuration states the set-up.",
    risk: "A set-up made by environment variables is not returned by the API. Without it, who gets in, and how, is unknown.",
    remedy: concat!(
        "Attach the set-up as a screenshot of ",
        menu!(sign_on),
        ", or as an extract of the server's environment variables without its secrets; or state `single-sign-on` of the instance, with evidence.",
    ),
    missing: "The single sign-on set-up as a screenshot or an extract of the configuration.",
    sentence: "The API does not show how people sign in to {subject}.",
    subject: Subject::Instance,
    reads: &[Table::Settings],
    params: &[],
    sql: None,
    subjects: &|view, _| instances(view, [setting::sso_type(), setting::password_login()]),
    population: &|_| lit(true),
    exception: &|_| when(setting::sso_type().is_not_null()).then(lit(false)).otherwise(unknown()),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn aut_05_asks_for_what_the_api_does_not_show() {
        insta::assert_snapshot!(check(&RULE, "
            settings | instance | sso_type | password_login
                     | shown    | saml     | no
                     | none     |          | yes
                     | hidden   | -        | -
        "), @"
        shown pass 0 of 1
        none pass 0 of 1
        hidden not-evaluable 0 of 1: 1 of 1 is undetermined; needed: The single sign-on set-up as a screenshot or an extract of the configuration.
        undetermined
        instance | subject_id | subject | sso_type | password_login
        hidden   | hidden     | hidden  | -        | -
        ");
    }
}
