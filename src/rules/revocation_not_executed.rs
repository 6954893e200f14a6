//! What a review took away and a later snapshot still has.

use polars::prelude::{lit, when};

use super::{Escalation, Rule, RuleKind, Severity, Subject, unknown};
use crate::config::RuleSettings;
use crate::parameters::{DefaultValue, Parameter, Parameters};
use crate::subjects::{is_removal, review_lines};
use crate::tables::Table;
use crate::tables::dictionary::review_line;

pub(super) static RULE: Rule = Rule {
    code: "GOV-03",
    name: "revocation-not-executed",
    title: "Revoked access is still there",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: Some(Escalation {
        to: Severity::Critical,
        words: "the account is an administrator or may change what others use",
        when: &|_| review_line::privileged(),
    }),
    predicate: "Looks at every decision of a review to revoke or to change that no later review replaced and after which a snapshot was collected. Exception: what was to be revoked and never was gone, where a snapshot later than the allowed days after the decision still has it. What was to be changed and is there is undetermined: the decision says in words alone what it was to become.",
    risk: "A decision that nobody carries out changes nothing: the access that the review found to be wrong is still in use.",
    remedy: "Carry out what `retool-audit review plan` lists, and let the next snapshot show that it is gone.",
    missing: "A whole list of a later snapshot that shows whether it is there; for a change, what it was to become.",
    sentence: "{reviewer} decided on {decided_at} to {decision} what {subject} has on {instance} ({entitlement}), and [the snapshot of {last_held} still has it|no snapshot tells whether it is gone]; allowed: {=days}.",
    subject: Subject::ReviewLine,
    reads: &[Table::ReviewLines],
    params: &[&DAYS],
    sql: None,
    subjects: &|view, _| {
        let facts = [
            review_line::last_held(),
            review_line::first_gone(),
            review_line::days_held(),
            review_line::held(),
            review_line::looked_for(),
            review_line::privileged(),
        ];
        review_lines(view, facts)
    },
    population: &|_| is_removal(),
    exception: &|parameters| {
        let late = review_line::days_held().gt(parameters.number(&DAYS)).fill_null(lit(false));
        let pending = review_line::held().fill_null(lit(false));
        when(review_line::first_gone().is_not_null())
            .then(lit(false))
            .when(review_line::decision().neq(lit("revoke")))
            .then(unknown())
            .when(late)
            .then(lit(true))
            .when(pending)
            .then(lit(false))
            .otherwise(unknown())
    },
};

static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(7),
    about: "days after a decision by which what was to be revoked must be gone",
};

/// Days after a decision by which what was to be revoked must be gone.
pub fn days_until_removed(settings: &RuleSettings) -> i64 {
    Parameters::of(RULE.name, settings).plain_number(&DAYS)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn gov_03_r_04_finds_what_was_revoked_and_is_still_there() {
        insta::assert_snapshot!(check(&RULE, "
            review_lines | instance | line_id | account       | decision | superseded | looked_for | held | days_held | first_gone | privileged
                         | prod     | l1      | ann@acme.test | revoke   | no         | yes        | yes  | 8         | -          | yes
                         | prod     | l2      | bob@acme.test | revoke   | no         | yes        | yes  | 7         | -          | yes
                         | prod     | l3      | cat@acme.test | revoke   | no         | yes        | no   | 3         | 2026-10-05 | no
                         | prod     | l4      | dan@acme.test | revoke   | no         | yes        | -    | -         | -          | no
                         | prod     | l5      | eve@acme.test | change   | no         | yes        | yes  | 30        | -          | no
                         | prod     | l6      | fay@acme.test | change   | no         | yes        | no   | -         | 2026-10-05 | no
                         | prod     | l7      | gil@acme.test | revoke   | no         | no         | -    | -         | -          | no
                         | prod     | l8      | hal@acme.test | revoke   | yes        | yes        | yes  | 99        | -          | no
                         | prod     | l9      | ian@acme.test | keep     | no         | no         | -    | -         | -          | no
                         | prod     | l10     | joy@acme.test | revoke   | no         | yes        | yes  | 99        | 2026-10-05 | -
                         | prod     | l11     | kim@acme.test | revoke   | no         | yes        | -    | 99        | -          | -
        "), @r"
        prod fail 2 of 8
        exceptions
        instance | subject_id | subject       | entitlement | campaign_id | reviewer | decision | decided_at | superseded | last_held | first_gone | days_held | held | looked_for | privileged | escalated
        prod     | l1         | ann@acme.test | -           | -           | -        | revoke   | -          | no         | -         | -          | 8         | yes  | yes        | yes        | yes
        prod     | l11        | kim@acme.test | -           | -           | -        | revoke   | -          | no         | -         | -          | 99        | -    | yes        | -          | no
        undetermined
        instance | subject_id | subject       | entitlement | campaign_id | reviewer | decision | decided_at | superseded | last_held | first_gone | days_held | held | looked_for | privileged
        prod     | l4         | dan@acme.test | -           | -           | -        | revoke   | -          | no         | -         | -          | -         | -    | yes        | no
        prod     | l5         | eve@acme.test | -           | -           | -        | change   | -          | no         | -         | -          | 30        | yes  | yes        | no
        ");
    }
}
