//! Invitations by people who may not invite.
//!
//! Only invitations that were not accepted are looked at: what the inviter is today says nothing
//! about the day of an invitation accepted long ago, and only an open one can be issued again.

use polars::prelude::{Expr, lit};

use super::{Reason, Rule, RuleKind, Severity, Subject, inviter_tier, invites, reasons, unknown};
use crate::tables::Table;
use crate::tables::dictionary::invite;

pub(super) static RULE: Rule = Rule {
    code: "INV-04",
    name: "unentitled-inviter",
    title: "Open invitation by a person not entitled to invite",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at invitations that were not accepted. Exception: an invitation by an account that is missing or disabled, whose address is not in the roster, or that is not an administrator.",
    risk: "An invitation is an approval; one by a person who may not approve is none.",
    remedy: "Revoke the invitation under Settings > Users, and have an approver send a new one.",
    missing: "Who invited, whether that account is active and administers, and whose it is in the roster.",
    sentence: "{inviter} invited {subject}: {reasons}.",
    subject: Subject::Invite,
    reads: &[Table::Invites, Table::Roster],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        let inviter = [invite::inviter(), invite::inviter_state(), invite::inviter_tier()];
        let state = |word: &'static str| invite::inviter_state().eq(lit(word));
        let why = reasons([
            Reason::new(state("disabled"), "the account is disabled"),
            Reason::new(state("missing"), "the instance lists no such account"),
            Reason::new(
                invite::inviter_match().eq(lit("unmatched")),
                "the address is not in the roster",
            ),
            Reason::with(
                inviter_tier().up_to(0).not(),
                ["the account is no administrator (tier ", ")"],
                invite::inviter_tier(),
            ),
        ]);
        invites(view, inviter.into_iter().chain([invite::inviter_match(), why]))
    },
    population: &|_| invite::claimed().not(),
    exception: &|_| {
        let is = |it: Expr, word: &'static str| it.eq(lit(word));
        let gone =
            is(invite::inviter_state(), "disabled").or(is(invite::inviter_state(), "missing"));
        let unmatched = is(invite::inviter_match(), "unmatched");
        let ordinary = inviter_tier().up_to(0).not();
        // An unknown state or match leaves open whether the inviter was entitled.
        let blank =
            is(invite::inviter_state(), "unknown").or(is(invite::inviter_match(), "unknown"));
        gone.or(unmatched).or(ordinary).or(blank.and(unknown()))
    },
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn inv_04_has_three_reasons() {
        insta::assert_snapshot!(check(&RULE, "
            invites | instance | invite_id | label         | claimed | inviter       | inviter_state | inviter_tier | inviter_match
                    | prod     | i1        | ann@acme.test | no      | adm@acme.test | active        | 0            | matched
                    | prod     | i2        | bob@acme.test | no      | old@acme.test | disabled      | 0            | matched
                    | prod     | i3        | cat@acme.test | no      | u77           | missing       | -            | unknown
                    | prod     | i4        | dan@acme.test | no      | who@acme.test | active        | 0            | unmatched
                    | prod     | i5        | eve@acme.test | no      | ops@acme.test | active        | 1            | matched
                    | prod     | i6        | fay@acme.test | yes     | ops@acme.test | active        | 1            | matched
                    | prod     | i7        | gus@acme.test | no      | -             | unknown       | -            | unknown
                    | prod     | i8        | hal@acme.test | no      | two@acme.test | active        | -            | matched
                    | prod     | i9        | ida@acme.test | no      | u5            | active        | 0            | unknown
                    | prod     | j1        | jo@acme.test  | -       | old@acme.test | disabled      | 0            | matched
                    | prod     | j2        | kim@acme.test | no      | dup@acme.test | active        | 0            | ambiguous
            roster  | instance | person_id
        "), @"
        prod fail 4 of 10
        exceptions
        instance | subject_id | subject       | claimed | groups | created_at | inviter       | inviter_state | inviter_tier | inviter_match | reasons
        prod     | i2         | bob@acme.test | no      | -      | -          | old@acme.test | disabled      | 0            | matched       | the account is disabled
        prod     | i3         | cat@acme.test | no      | -      | -          | u77           | missing       | -            | unknown       | the instance lists no such account
        prod     | i4         | dan@acme.test | no      | -      | -          | who@acme.test | active        | 0            | unmatched     | the address is not in the roster
        prod     | i5         | eve@acme.test | no      | -      | -          | ops@acme.test | active        | 1            | matched       | the account is no administrator (tier 1)
        undetermined
        instance | subject_id | subject       | claimed | groups | created_at | inviter       | inviter_state | inviter_tier | inviter_match | reasons
        prod     | i7         | gus@acme.test | no      | -      | -          | -             | unknown       | -            | unknown       |
        prod     | i8         | hal@acme.test | no      | -      | -          | two@acme.test | active        | -            | matched       |
        prod     | i9         | ida@acme.test | no      | -      | -          | u5            | active        | 0            | unknown       |
        prod     | j1         | jo@acme.test  | -       | -      | -          | old@acme.test | disabled      | 0            | matched       | the account is disabled
        ");
    }
}
