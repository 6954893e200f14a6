//! Invitations to power.
//!
//! The groups that the invitation names decide, not All Users, which every account joins; and the
//! roles that are granted to the invitation itself.

use super::{Rule, RuleKind, Severity, Subject, invites};
use crate::tables::Table;
use crate::tables::dictionary::invite;

pub(super) static RULE: Rule = Rule {
    code: "INV-02",
    name: "privileged-invite",
    title: "Open invitation to a privileged group or role",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at invitations that were not accepted. Exception: an invitation to the group admin, to a group that owns all apps, resources or workflows or may edit all resources, or one that holds a role with a permission in the organization that is not known to be harmless.",
    risk: "Whoever opens the link is as powerful at once, and no administrator has seen them sign in.",
    remedy: "Have the power approved, or revoke the invitation under Settings > Users and invite the person to an ordinary group first.",
    missing: "Whether the invitation was accepted, and what the groups and roles it leads to grant.",
    sentence: "Whoever accepts the invitation of {subject} to {instance} gets privileged access[; groups: {groups}][; roles: {roles}].",
    subject: Subject::Invite,
    reads: &[Table::Invites],
    params: &[],
    sql: None,
    subjects: &|view, _| invites(view, [invite::roles(), invite::inviter(), invite::privileged()]),
    population: &|_| invite::claimed().not(),
    exception: &|_| invite::privileged(),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn inv_02_names_invitations_to_power() {
        insta::assert_snapshot!(check(&RULE, "
            invites | instance | invite_id | label         | claimed | groups | privileged
                    | prod     | i1        | ann@acme.test | no      | Sales  | no
                    | prod     | i2        | bob@acme.test | no      | admin  | yes
                    | prod     | i3        | cat@acme.test | yes     | admin  | yes
                    | prod     | i4        | dan@acme.test | no      | Gone   | -
                    | prod     | i5        | eve@acme.test | -       | admin  | yes
        "), @"
        prod fail 1 of 4
        exceptions
        instance | subject_id | subject       | claimed | groups | created_at | roles | inviter | privileged
        prod     | i2         | bob@acme.test | no      | admin  | -          | -     | -       | yes
        undetermined
        instance | subject_id | subject       | claimed | groups | created_at | roles | inviter | privileged
        prod     | i4         | dan@acme.test | no      | Gone   | -          | -     | -       | -
        prod     | i5         | eve@acme.test | -       | admin  | -          | -     | -       | yes
        ");
    }
}
