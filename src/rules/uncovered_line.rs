//! Reviews that were signed although not every line was decided.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject};
use crate::subjects::reviews;
use crate::tables::Table;
use crate::tables::dictionary::review;

pub(super) static RULE: Rule = Rule {
    code: "GOV-05",
    name: "uncovered-line",
    title: "Review was signed without a decision on every line",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at every review that was signed. Exception: a review with lines that no signature covers, because they are open or because they were decided after the last signature.",
    risk: "A signature says that the review is done. What nobody decided, or what was decided after it, nobody has answered for.",
    remedy: "Have the open lines decided, import them, and sign again.",
    missing: "Nothing is undetermined here: the record of a review says what happened.",
    sentence: "The review {subject} of {period} was signed last on {signed_at}, which does not cover {not_covered|line} of {lines} about {instance}; still open: {open}.",
    subject: Subject::Review,
    reads: &[Table::Reviews],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        let facts = [review::not_covered(), review::signed_at(), review::signed_by()];
        reviews(view, facts)
    },
    population: &|_| review::signed_at().is_not_null(),
    exception: &|_| review::not_covered().gt(lit(0)),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn gov_05_r_02_finds_signed_reviews_that_are_not_decided() {
        insta::assert_snapshot!(check(&RULE, "
            reviews | instance | campaign_id | lines | open | not_covered | signed_at
                    | prod     | c1          | 9     | 0    | 0           | 2026-09-16
                    | prod     | c2          | 9     | 1    | 1           | 2026-08-16
                    | prod     | c3          | 9     | 0    | 2           | 2026-07-16
                    | prod     | c4          | 9     | 9    | 9           | -
        "), @r"
        prod fail 2 of 3
        exceptions
        instance | subject_id | subject | period | lines | open | not_covered | signed_at  | signed_by
        prod     | c2         | c2      | -      | 9     | 1    | 1           | 2026-08-16 | -
        prod     | c3         | c3      | -      | 9     | 0    | 2           | 2026-07-16 | -
        ");
    }
}
