//! Requests for access that wait, or that no other person decided.
//!
//! An approval for which Retool names no account, or one that no list of users has, counts as
//! decided by an unknown person. An approval through another account of the same person is one's
//! own.

use polars::prelude::{Expr, lit};

use super::{Escalation, Rule, RuleKind, Severity, Subject, unknown};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::request;

pub(super) static RULE: Rule = Rule {
    code: "INV-05",
    name: "open-access-request",
    title: "Access request that waits, or that no other person approved",
    kind: RuleKind::Control,
    severity: Severity::Low,
    escalation: Some(Escalation {
        to: Severity::High,
        words: "it was approved by the requester, or by an unknown person",
        when: &|_| request::status().eq(lit("APPROVED")),
    }),
    predicate: "Looks at all access requests. Exception: a request that has been pending for more than the allowed days, or that was approved by the requester, by an account that no list of users has, or by none that Retool names.",
    risk: "Access that people grant themselves is not authorised, and access whose request waits for weeks is sought in other ways.",
    remedy: "Decide on pending requests under Settings > Users > Requests; reverse an approval by the requester and have another person decide.",
    missing: "The request's status and age, and the account that decided.",
    sentence: "The request of {subject} to {instance} is {status}[ and {age} old][, decided by {decided_by} ({decider})|, decided by {decided_by}|, and no decision is recorded]; allowed until the decision: {=days}.",
    subject: Subject::Request,
    reads: &[Table::AccessRequests],
    params: &[&DAYS],
    sql: None,
    subjects: &|view, _| {
        view.get(Table::AccessRequests).select([
            request::instance(),
            request::request_id().alias("subject_id"),
            request::label().alias("subject"),
            request::status(),
            request::created_at(),
            request::age(),
            request::decided_by(),
            request::decider(),
        ])
    },
    population: &|_| lit(true),
    exception: &|parameters| {
        let is = |word: &'static str| request::status().eq(lit(word));
        let waits = is("PENDING").and(request::age().gt(parameters.days(&DAYS)));
        let known = is("PENDING").or(is("APPROVED")).or(is("DENIED")).or(unknown());
        waits.or(is("APPROVED").and(unauthorised())).or(known.not())
    },
};

static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(14),
    about: "days after which a request has waited too long",
};

/// Whether no other person decided.
fn unauthorised() -> Expr {
    let is = |word: &'static str| request::decider().eq(lit(word));
    let known = is("unknown").not().or(unknown());
    is("requester").or(is("missing")).or(is("none")).or(known.not())
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn inv_05_names_requests_that_wait_or_were_approved_by_nobody_else() {
        insta::assert_snapshot!(check(&RULE, "
            requests | instance | request_id | label         | status   | age | decided_by    | decider
                     | prod     | r1         | ann@acme.test | PENDING  | 14d                |               | none
                     | prod     | r2         | bob@acme.test | PENDING  | 14d1s              |               | none
                     | prod     | r3         | cat@acme.test | APPROVED | 90d                | zoe@acme.test | another
                     | prod     | r4         | dan@acme.test | APPROVED | 90d                | dan@acme.test | requester
                     | prod     | r5         | eve@acme.test | APPROVED | 90d                | user_9        | missing
                     | prod     | r6         | fay@acme.test | APPROVED | 90d                |               | none
                     | prod     | r7         | gus@acme.test | APPROVED | 90d                | -             | unknown
                     | prod     | r8         | hal@acme.test | DENIED   | 90d                | hal@acme.test | requester
                     | prod     | r9         | ida@acme.test | PENDING  | -                  |               | none
                     | prod     | s1         | jo@acme.test  | -        | 90d                | zoe@acme.test | another
                     | prod     | s2         | kim@acme.test | PARKED   | 90d                | zoe@acme.test | another
                     | lab      | r1         | ann@acme.test | DENIED   | 90d                | zoe@acme.test | another
        "), @"
        prod fail 4 of 11
        lab pass 0 of 1
        exceptions
        instance | subject_id | subject       | status   | created_at | age              | decided_by    | decider   | escalated
        prod     | r2         | bob@acme.test | PENDING  | -          | 14 days 1 second |               | none      | no
        prod     | r4         | dan@acme.test | APPROVED | -          | 90 days          | dan@acme.test | requester | yes
        prod     | r5         | eve@acme.test | APPROVED | -          | 90 days          | user_9        | missing   | yes
        prod     | r6         | fay@acme.test | APPROVED | -          | 90 days          |               | none      | yes
        undetermined
        instance | subject_id | subject       | status   | created_at | age     | decided_by    | decider | escalated
        prod     | r7         | gus@acme.test | APPROVED | -          | 90 days | -             | unknown | yes
        prod     | r9         | ida@acme.test | PENDING  | -          | -       |               | none    | no
        prod     | s1         | jo@acme.test  | -        | -          | 90 days | zoe@acme.test | another | no
        prod     | s2         | kim@acme.test | PARKED   | -          | 90 days | zoe@acme.test | another | no
        ");
    }

    #[test]
    fn inv_05_cannot_judge_without_the_list() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id
                  | prod     | u1
        "), @"prod not-evaluable 0 of 0: there is no request");
    }
}
