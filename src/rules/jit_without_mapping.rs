//! Accounts that are made without groups to go to.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, instances};
use crate::menus::menu;
use crate::tables::Table;
use crate::tables::dictionary::setting;

pub(super) static RULE: Rule = Rule {
    code: "AUT-07",
    name: "jit-without-mapping",
    title: "Accounts are created without a mapping of roles",
    kind: RuleKind::Control,
    severity: Severity::Low,
    escalation: None,
    predicate: "Looks at each instance. Exception: an instance that creates accounts at first sign-in and maps neither roles nor group claims of the identity provider to groups.",
    risk: "Rights are then given manually, and stay when a person moves on.",
    remedy: concat!(
        "Map the identity provider's roles or groups to permission groups under ",
        menu!(sign_on),
        " (self-hosted Retool by variables: CUSTOM_OAUTH2_SSO_ROLE_MAPPING, SAML_SYNC_GROUP_CLAIMS or LDAP_SYNC_GROUP_CLAIMS).",
    ),
    missing: "Whether accounts are created at first sign-in, and what is mapped, which the API did not show: state them as `just-in-time` and `group-sync` of the instance, with evidence.",
    sentence: "{subject} creates accounts at first sign-in, and nothing maps them to groups.",
    subject: Subject::Instance,
    reads: &[Table::Settings],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        instances(
            view,
            [
                setting::jit_enabled(),
                setting::roles_mapping(),
                setting::group_sync(),
                setting::stated(),
                setting::contradicted(),
            ],
        )
    },
    population: &|_| lit(true),
    exception: &|_| {
        let unmapped = setting::roles_mapping().eq(lit("")).and(setting::group_sync().not());
        setting::jit_enabled().and(unmapped)
    },
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn aut_07_wants_a_mapping_or_claims() {
        insta::assert_snapshot!(check(&RULE, "
            settings | instance | jit_enabled | roles_mapping | group_sync
                     | mapped   | yes         | ops -> Ops    | no
                     | claims   | yes         | -             | yes
                     | neither  | yes         |               | no
                     | manual   | no          |               | no
                     | hidden   | yes         | -             | no
                     | silent   | -           |               | no
        "), @"
        mapped pass 0 of 1
        claims pass 0 of 1
        neither fail 1 of 1
        manual pass 0 of 1
        hidden not-evaluable 0 of 1: 1 of 1 is undetermined; needed: Whether accounts are created at first sign-in, and what is mapped, which the API did not show: state them as `just-in-time` and `group-sync` of the instance, with evidence.
        silent not-evaluable 0 of 1: 1 of 1 is undetermined; needed: Whether accounts are created at first sign-in, and what is mapped, which the API did not show: state them as `just-in-time` and `group-sync` of the instance, with evidence.
        exceptions
        instance | subject_id | subject | jit_enabled | roles_mapping | group_sync | stated | contradicted
        neither  | neither    | neither | yes         |               | no         | -      | -
        undetermined
        instance | subject_id | subject | jit_enabled | roles_mapping | group_sync | stated | contradicted
        hidden   | hidden     | hidden  | yes         | -             | no         | -      | -
        silent   | silent     | silent  | -           |               | no         | -      | -
        ");
    }
}
