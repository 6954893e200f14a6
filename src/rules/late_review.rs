//! Reviews that are late, and reviews that are too far apart.
//!
//! A review is complete when somebody signs it with every line decided.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject};
use crate::parameters::{DefaultValue, Parameter};
use crate::subjects::reviews;
use crate::tables::Table;
use crate::tables::dictionary::review;

pub(super) static RULE: Rule = Rule {
    code: "GOV-01",
    name: "late-review",
    title: "Access review is late",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at the newest review of each instance, and at every older one that is not complete: a review is complete when it is signed with every line decided. Exception: a review that was completed more than the allowed days after its last day, or that is not complete by then; and a newest one of accounts that were collected longer than the allowed interval before those of this report.",
    risk: "Access that nobody has confirmed stays, and a review that is not finished is no review: whoever should have lost access kept it meanwhile.",
    remedy: "Remind the reviewers (`retool-audit review status --remind`), import what they send back, and sign; open the next review from this pack where the interval is over.",
    missing: "Nothing is undetermined here: the record of a review says what happened.",
    sentence: "The review {subject} of {period}, of {lines|line} about {instance}, was due on {due} and [is complete since {completed_at}|is not complete, with {open|open line}][, signed by {signed_by}]; its accounts were collected {days_since|day} before those of this report; allowed: {=days} after the last day, and {=interval-days} from one review to the next.",
    subject: Subject::Review,
    reads: &[Table::Reviews],
    params: &[&DAYS, &INTERVAL],
    sql: None,
    subjects: &|view, _| {
        let facts = [
            review::due(),
            review::signed_by(),
            review::completed_at(),
            review::days_late(),
            review::days_since(),
            review::is_newest(),
        ];
        reviews(view, facts)
    },
    population: &|_| review::is_newest().or(review::completed_at().is_null()),
    exception: &|parameters| {
        let late = review::days_late().gt(parameters.number(&DAYS));
        let apart = review::days_since().gt(parameters.number(&INTERVAL));
        late.or(review::is_newest().and(apart).fill_null(lit(false)))
    },
};

static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(0),
    about: "days after the last day of a review by which it must be complete",
};

static INTERVAL: Parameter = Parameter {
    key: "interval-days",
    default: DefaultValue::Number(92),
    about: "days that may lie between the accounts of the newest review and those of the report",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn gov_01_finds_reviews_that_are_late_and_those_too_long_ago() {
        insta::assert_snapshot!(check(&RULE, "
            reviews | instance | campaign_id | lines | open | due        | completed_at     | days_late | days_since | is_newest
                    | prod     | c1          | 9     | 0    | 2026-09-16 | 2026-09-17       | 1         | 92         | yes
                    | prod     | c2          | 9     | 0    | 2026-08-16 | 2026-08-30       | 14        | 130        | no
                    | prod     | c3          | 9     | 2    | 2026-07-16 | -                | 90        | 160        | no
                    | prod     | c4          | 9     | 2    | 2026-12-16 | -                | -1        | 2          | no
                    | lab      | c1          | 1     | 0    | 2026-09-16 | 2026-09-16       | 0         | 92         | yes
                    | far      | c1          | 1     | 0    | 2026-09-16 | 2026-09-16       | 0         | 93         | yes
        "), @r"
        prod fail 2 of 3
        lab pass 0 of 1
        far fail 1 of 1
        exceptions
        instance | subject_id | subject | period | lines | open | due        | signed_by | completed_at | days_late | days_since | is_newest
        far      | c1         | c1      | -      | 1     | 0    | 2026-09-16 | -         | 2026-09-16   | 0         | 93         | yes
        prod     | c1         | c1      | -      | 9     | 0    | 2026-09-16 | -         | 2026-09-17   | 1         | 92         | yes
        prod     | c3         | c3      | -      | 9     | 2    | 2026-07-16 | -         | -            | 90        | 160        | no
        ");
    }

    #[test]
    fn gov_01_says_nothing_where_no_review_was_opened() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id
                  | prod     | u1
        "), @"prod not-evaluable 0 of 0: there is no review");
    }
}
