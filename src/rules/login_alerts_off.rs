//! Sign-ins from new places of which no mail is sent.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, instances};
use crate::tables::Table;
use crate::tables::dictionary::setting;

pub(super) static RULE: Rule = Rule {
    code: "AUT-10",
    name: "login-alerts-off",
    title: "E-mail alerts about sign-ins from new locations are off",
    kind: RuleKind::Control,
    severity: Severity::Low,
    escalation: None,
    predicate: "Looks at each instance. Exception: an instance that sends no e-mail about a sign-in from a new address.",
    risk: "Whoever signs in with a stolen password does so without its owner hearing of it.",
    remedy: "Switch the e-mails about sign-ins from new addresses on under Settings > Advanced.",
    missing: "Whether the e-mails are on, which the API did not show.",
    sentence: "{subject} sends no e-mail about a sign-in from a new location.",
    subject: Subject::Instance,
    reads: &[Table::Settings],
    params: &[],
    sql: None,
    subjects: &|view, _| instances(view, [setting::new_login_mail()]),
    population: &|_| lit(true),
    exception: &|_| setting::new_login_mail().not(),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn aut_10_names_silent_instances() {
        insta::assert_snapshot!(check(&RULE, "
            settings | instance | new_login_mail
                     | loud     | yes
                     | silent   | no
                     | hidden   | -
        "), @"
        loud pass 0 of 1
        silent fail 1 of 1
        hidden not-evaluable 0 of 1: 1 of 1 is undetermined; needed: Whether the e-mails are on, which the API did not show.
        exceptions
        instance | subject_id | subject | new_login_mail
        silent   | silent     | silent  | no
        undetermined
        instance | subject_id | subject | new_login_mail
        hidden   | hidden     | hidden  | -
        ");
    }
}
