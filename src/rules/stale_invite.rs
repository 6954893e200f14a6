//! Invitations that were not accepted.

use super::{Reason, Rule, RuleKind, Severity, Subject, invites, reasons};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::invite;

pub(super) static RULE: Rule = Rule {
    code: "INV-01",
    name: "stale-invite",
    title: "Invitation is open for too long",
    kind: RuleKind::Control,
    severity: Severity::Low,
    escalation: None,
    predicate: "Looks at invitations that were not accepted. Exception: an invitation whose link has expired, or that was created more than the allowed days before the collection.",
    risk: "An invitation in an old mailbox is an account for whoever opens it.",
    remedy: "Revoke the invitation under Settings > Users, and send a new one when there is a need.",
    missing: "Whether the invitation was accepted, when it was created, and when it expires.",
    sentence: "The invitation of {subject} to {instance} {reasons}, and was not accepted; allowed: {=days}.",
    subject: Subject::Invite,
    reads: &[Table::Invites],
    params: &[&DAYS],
    sql: None,
    subjects: &|view, parameters| {
        let old = invite::age().gt(parameters.days(&DAYS));
        let why = reasons([
            Reason::new(invite::expired(), "has expired"),
            Reason::lasting(old, ["was created ", " ago"], invite::age()),
        ]);
        invites(view, [invite::invited_by(), invite::expired(), invite::age(), why])
    },
    population: &|_| invite::claimed().not(),
    exception: &|parameters| invite::expired().or(invite::age().gt(parameters.days(&DAYS))),
};

static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(7),
    about: "days that an invitation may be open",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn inv_01_counts_days_or_an_expired_link() {
        insta::assert_snapshot!(check(&RULE, "
            invites | instance | invite_id | label         | claimed | expired | age
                    | prod     | i1        | ann@acme.test | no      | no      | 7d
                    | prod     | i2        | bob@acme.test | no      | no      | 7d1s
                    | prod     | i3        | cat@acme.test | no      | yes     | 2d
                    | prod     | i4        | dan@acme.test | yes     | yes     | 90d
                    | prod     | i5        | eve@acme.test | no      | -       | 2d
                    | prod     | i6        | fay@acme.test | no      | -       | 7d1s
                    | prod     | i7        | gus@acme.test | -       | yes     | 7d1s
                    | prod     | i8        | hal@acme.test | no      | no      | -
        "), @"
        prod fail 3 of 7
        exceptions
        instance | subject_id | subject       | claimed | groups | created_at | invited_by | expired | age             | reasons
        prod     | i2         | bob@acme.test | no      | -      | -          | -          | no      | 7 days 1 second | was created 7 days 1 second ago
        prod     | i3         | cat@acme.test | no      | -      | -          | -          | yes     | 2 days          | has expired
        prod     | i6         | fay@acme.test | no      | -      | -          | -          | -       | 7 days 1 second | was created 7 days 1 second ago
        undetermined
        instance | subject_id | subject       | claimed | groups | created_at | invited_by | expired | age             | reasons
        prod     | i5         | eve@acme.test | no      | -      | -          | -          | -       | 2 days          |
        prod     | i7         | gus@acme.test | -       | -      | -          | -          | yes     | 7 days 1 second | has expired and was created 7 days 1 second ago
        prod     | i8         | hal@acme.test | no      | -      | -          | -          | no      | -               |
        ");
    }
}
