//! Settings that protect signing in and differ from the previous snapshot.
//!
//! Approved changes are no exceptions, as with every change of access.

use polars::prelude::lit;

use super::{Escalation, Rule, RuleKind, Severity, Subject};
use crate::tables::Table;
use crate::tables::dictionary::setting_change;

pub(super) static RULE: Rule = Rule {
    code: "AUT-11",
    name: "posture-drift",
    title: "Security setting changed without approval",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: Some(Escalation {
        to: Severity::High,
        words: "the setting protects less than before",
        when: &|_| setting_change::weaker(),
    }),
    predicate: "Looks at every setting of the organization and of single sign-on. Exception: a setting that differs from the previous snapshot, where the file of approvals has no such setting. Without that file no approval is known.",
    risk: "One switch decides how all users sign in, and its change goes unseen.",
    remedy: "Write the change ticket into the file of approvals with the change `setting` and the name of the setting, or set it back under Settings.",
    missing: "The value of the setting at both times; of a value that may be secret, fingerprints under the same key.",
    sentence: "{subject} of {instance} [was {before}|had no value] at the previous snapshot and [is {after}|has none] now; no approval is on file.",
    subject: Subject::Setting,
    reads: &[Table::SettingChanges],
    params: &[],
    subjects: &|view, _| {
        view.get(Table::SettingChanges).select([
            setting_change::instance(),
            setting_change::setting().alias("subject_id"),
            setting_change::setting().alias("subject"),
            setting_change::before(),
            setting_change::after(),
            setting_change::changed(),
            setting_change::weaker(),
            setting_change::approved(),
        ])
    },
    population: &|_| lit(true),
    exception: &|_| setting_change::changed().and(setting_change::approved().not()),
    sql: None,
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn aut_11_asks_for_an_approval_of_every_change() {
        insta::assert_snapshot!(check(&RULE, "
            setting_changes | instance | setting         | before | after | changed | weaker | approved
                            | prod     | password_login  | no     | yes   | yes     | yes    | no
                            | prod     | new_login_mail  | no     | yes   | yes     | no     | no
                            | prod     | two_factor_type | fido2  | otp   | yes     | yes    | yes
                            | prod     | jit_enabled     | no     | no    | no      | no     | no
        "), @"
        prod fail 2 of 4
        exceptions
        instance | subject_id     | subject        | before | after | changed | weaker | approved | escalated
        prod     | new_login_mail | new_login_mail | no     | yes   | yes     | no     | no       | no
        prod     | password_login | password_login | no     | yes   | yes     | yes    | no       | yes
        ");
    }

    #[test]
    fn aut_11_a_value_that_nobody_states_is_undetermined() {
        insta::assert_snapshot!(check(&RULE, "
            setting_changes | instance | setting         | before | after | changed | weaker | approved
                            | prod     | password_login  | -      | yes   | -       | -      | no
        "), @"
        prod not-evaluable 0 of 1: 1 of 1 is undetermined; needed: The value of the setting at both times; of a value that may be secret, fingerprints under the same key.
        undetermined
        instance | subject_id     | subject        | before | after | changed | weaker | approved
        prod     | password_login | password_login | -      | yes   | -       | -      | no
        ");
    }

    #[test]
    fn aut_11_says_nothing_without_a_previous_snapshot() {
        insta::assert_snapshot!(check(&RULE, "
            settings | instance | password_login
                     | prod     | no
        "), @"prod not-evaluable 0 of 0: there is no setting_change");
    }
}
