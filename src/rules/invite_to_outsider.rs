//! Invitations to people who should have none.

use polars::prelude::lit;

use super::{Reason, Rule, RuleKind, Severity, Subject, invites, reasons, unknown};
use crate::tables::Table;
use crate::tables::dictionary::invite;

pub(super) static RULE: Rule = Rule {
    code: "INV-03",
    name: "invite-to-outsider",
    title: "Open invitation to a person who should have none",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at invitations that were not accepted. Exception: an invitation to an address that is not in the roster, that belongs to a person who left, or that is under none of the organization's own mail domains.",
    risk: "The invitation is an account in waiting, for a person without an owner in the organization.",
    remedy: "Revoke the invitation under Settings > Users.",
    missing: "The invited address, whose it is, where several have it, and whether the invitation was accepted.",
    sentence: "The invitation of {subject} leads outside: {reasons}.",
    subject: Subject::Invite,
    reads: &[Table::Invites, Table::Roster],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        let person = [invite::roster_match(), invite::roster_status(), invite::own_domain()];
        let why = reasons([
            Reason::new(
                invite::roster_match().eq(lit("unmatched")),
                "the address is not in the roster",
            ),
            Reason::new(invite::roster_status().eq(lit("terminated")), "the person has left"),
            Reason::new(
                invite::own_domain().not(),
                "the address is under none of the organization's mail domains",
            ),
        ]);
        invites(view, [invite::inviter()].into_iter().chain(person).chain([why]))
    },
    population: &|_| invite::claimed().not(),
    exception: &|_| {
        let known = invite::roster_match().neq(lit("unknown")).or(unknown());
        let unmatched = invite::roster_match().eq(lit("unmatched")).or(known.not());
        let left = invite::roster_status().eq(lit("terminated"));
        unmatched.or(left).or(invite::own_domain().not())
    },
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn inv_03_has_three_reasons() {
        insta::assert_snapshot!(check(&RULE, "
            invites | instance | invite_id | label         | claimed | roster_match | roster_status | own_domain
                    | prod     | i1        | ann@acme.test | no      | matched      | active        | yes
                    | prod     | i2        | bob@acme.test | no      | unmatched    |               | yes
                    | prod     | i3        | cat@acme.test | no      | matched      | terminated    | yes
                    | prod     | i4        | dan@shop.test | no      | matched      | active        | no
                    | prod     | i5        | eve@shop.test | yes     | unmatched    |               | no
                    | prod     | i6        | i6            | no      | unknown      | -             | -
                    | prod     | i7        | gus@acme.test | no      | ambiguous    | -             | yes
                    | prod     | i8        | hal@shop.test | no      | ambiguous    | -             | no
                    | prod     | i9        | ida@shop.test | -       | unmatched    |               | no
            roster  | instance | person_id
        "), @"
        prod fail 4 of 8
        exceptions
        instance | subject_id | subject       | claimed | groups | created_at | inviter | roster_match | roster_status | own_domain | reasons
        prod     | i2         | bob@acme.test | no      | -      | -          | -       | unmatched    |               | yes        | the address is not in the roster
        prod     | i3         | cat@acme.test | no      | -      | -          | -       | matched      | terminated    | yes        | the person has left
        prod     | i4         | dan@shop.test | no      | -      | -          | -       | matched      | active        | no         | the address is under none of the organization's mail domains
        prod     | i8         | hal@shop.test | no      | -      | -          | -       | ambiguous    | -             | no         | the address is under none of the organization's mail domains
        undetermined
        instance | subject_id | subject       | claimed | groups | created_at | inviter | roster_match | roster_status | own_domain | reasons
        prod     | i6         | i6            | no      | -      | -          | -       | unknown      | -             | -          |
        prod     | i7         | gus@acme.test | no      | -      | -          | -       | ambiguous    | -             | yes        |
        prod     | i9         | ida@shop.test | -       | -      | -          | -       | unmatched    |               | no         | the address is not in the roster and the address is under none of the organization's mail domains
        ");
    }
}
