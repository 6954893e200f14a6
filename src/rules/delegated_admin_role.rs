//! Roles with power over the organization, held by others than administrators.
//!
//! What the group admin holds is nothing delegated: its members are looked at one by one elsewhere.
//! A grant on single objects gives no power over the organization.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::role_grant;

pub(super) static RULE: Rule = Rule {
    code: "PRV-18",
    name: "delegated-admin-role",
    title: "Role with unapproved power over the organization",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at every role that a group, an account, an invitation or an API token holds. Exception: a role with any permission in the organization that is not known to view and do nothing else, unless the holder is the group admin or among the approved delegates of the instance. A permission that this version does not know is not known to be harmless.",
    risk: "A role with such a permission makes its holder powerful although Retool does not flag the account as administrator.",
    remedy: "Add the group or address to approved-delegates once the organization's owner has agreed, or take the role away under Settings > Roles. A permission that needs no approval anywhere can be named in also-harmless-permissions.",
    missing: "The role with its permissions, what kind of holder it is, and approved-delegates in the configuration.",
    sentence: "On {instance}, {holder} holds [the role {role}|a role without a readable name], and what it gives is not approved: {powers}.",
    subject: Subject::Grant,
    reads: &[Table::RoleGrants],
    params: &[&ALSO_HARMLESS],
    sql: None,
    subjects: &|view, parameters| {
        view.get(Table::RoleGrants).select([
            role_grant::instance(),
            role_grant::grant_id().alias("subject_id"),
            role_grant::label().alias("subject"),
            role_grant::role(),
            role_grant::holder(),
            role_grant::organization_scopes(),
            parameters.items_besides(
                &ALSO_HARMLESS,
                &role_grant::powers(),
                &role_grant::power_words(),
            ),
            role_grant::to_admins(),
            role_grant::approved(),
        ])
    },
    population: &|_| lit(true),
    exception: &|_| {
        let powerful = role_grant::powers().list().len().gt(lit(0));
        powerful.and(role_grant::to_admins().not()).and(role_grant::approved().not())
    },
};

static ALSO_HARMLESS: Parameter = Parameter {
    key: "also-harmless-permissions",
    default: DefaultValue::Words(&[]),
    about: "organization permissions that need no approval, besides those that are known to view",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_18_names_power_that_nobody_approved() {
        insta::assert_snapshot!(check(&RULE, "
            role_grants | instance | grant_id | label | role    | holder        | organization_scopes | powers                                       | power_words | to_admins | approved
                   | prod     | g1       | one   | Admin   | admin         | billing:write       | billing:write (may change billing)           | billing:write | yes       | no
                   | prod     | g2       | two   | Billing | Finance       | billing:write       | billing:write (may change billing)           | billing:write | no        | no
                   | prod     | g3       | three | Billing | ann@acme.test | billing:write       | billing:write (may change billing)           | billing:write | no        | yes
                   | prod     | g4       | four  | Viewers | Design        | user_list:view      |                                              |  | no        | no
                   | prod     | g5       | five  | Object  | Design        |                     |                                              |  | no        | no
                   | prod     | g6       | six   | -       | Design        | -                   | -                                            | - | no        | no
                   | prod     | g7       | seven | Audit   | user_9        | audit_log:read      | audit_log:read (may view audit logs)         | audit_log:read | -         | no
                   | prod     | g8       | eight | Audit   | user_9        | audit_log:read      | audit_log:read (may view audit logs)         | audit_log:read | -         | yes
                   | prod     | g9       | nine  | New     | Design        | teleport            | teleport (not known to be harmless)          | teleport | no        | no
                   | open     | g1       | ten   | Billing | Finance       | billing:write       | billing:write (may change billing)           | billing:write | no        | -
                   | lab      | g1       | last  | Admin   | admin         | billing:write       | billing:write (may change billing)           | billing:write | yes       | -
        "), @"
        prod fail 2 of 9
        open not-evaluable 0 of 1: 1 of 1 is undetermined; needed: The role with its permissions, what kind of holder it is, and approved-delegates in the configuration.
        lab pass 0 of 1
        exceptions
        instance | subject_id | subject | role    | holder  | organization_scopes | powers                              | to_admins | approved
        prod     | g2         | two     | Billing | Finance | billing:write       | billing:write (may change billing)  | no        | no
        prod     | g9         | nine    | New     | Design  | teleport            | teleport (not known to be harmless) | no        | no
        undetermined
        instance | subject_id | subject | role    | holder  | organization_scopes | powers                               | to_admins | approved
        open     | g1         | ten     | Billing | Finance | billing:write       | billing:write (may change billing)   | no        | -
        prod     | g6         | six     | -       | Design  | -                   | -                                    | no        | no
        prod     | g7         | seven   | Audit   | user_9  | audit_log:read      | audit_log:read (may view audit logs) | -         | no
        ");
    }

    #[test]
    fn prv_18_cannot_judge_without_roles() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id
                  | prod     | u1
        "), @"prod not-evaluable 0 of 0: there is no role_grant");
    }
}
