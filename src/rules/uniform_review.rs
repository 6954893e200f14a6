//! Reviews that keep nearly everything: a fact to ask about, and no judgement.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject};
use crate::parameters::{DefaultValue, Parameter};
use crate::subjects::reviewers;
use crate::tables::Table;
use crate::tables::dictionary::reviewer;

pub(super) static RULE: Rule = Rule {
    code: "GOV-06",
    name: "uniform-review",
    title: "Reviewer keeps nearly everything",
    kind: RuleKind::Control,
    severity: Severity::Info,
    escalation: None,
    predicate: "Looks at the newest review of each reviewer who decided in it. Exception: a reviewer who decided at least the stated number of lines and keeps more than the stated share of them; or who took nothing away in the stated number of reviews in a row.",
    risk: "All access may be right. But who confirms long lists without an exception may not have looked at them, and an auditor asks.",
    remedy: "Have a second person review a sample of the reviewer's lines, and keep what it showed.",
    missing: "Nothing is undetermined here: the record of a review says what was decided.",
    sentence: "{subject} keeps {kept} of {decided|decided line} in the review {campaign_id}, and took nothing away in {reviews_without_removal|review} in a row; told from {=lines} with more than {=percent} kept, or from {=reviews}.",
    subject: Subject::Reviewer,
    reads: &[Table::ReviewReviewers],
    params: &[&LINES, &PERCENT, &REVIEWS],
    sql: None,
    subjects: &|view, _| {
        let facts = [
            reviewer::decided(),
            reviewer::kept(),
            reviewer::removing(),
            reviewer::reviews_without_removal(),
            reviewer::is_newest(),
        ];
        reviewers(view, facts)
    },
    population: &|_| reviewer::is_newest().and(reviewer::decided().gt(lit(0))),
    exception: &|parameters| {
        let many = reviewer::decided().gt_eq(parameters.number(&LINES));
        let nearly_all =
            (reviewer::kept() * lit(100)).gt(reviewer::decided() * parameters.number(&PERCENT));
        let never = reviewer::reviews_without_removal().gt_eq(parameters.number(&REVIEWS));
        many.and(nearly_all).or(never)
    },
};

static LINES: Parameter = Parameter {
    key: "lines",
    default: DefaultValue::Number(50),
    about: "decided lines from which on the share is told",
};

static PERCENT: Parameter = Parameter {
    key: "percent",
    default: DefaultValue::Number(95),
    about: "percent of the decided lines that may be kept without being told",
};

static REVIEWS: Parameter = Parameter {
    key: "reviews",
    default: DefaultValue::Number(3),
    about: "reviews in a row without anything taken away that are told",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn gov_06_r_08_tells_who_keeps_nearly_everything() {
        insta::assert_snapshot!(check(&RULE, "
            reviewers | instance | reviewer_id | reviewer      | decided | kept | reviews_without_removal | is_newest
                      | all      | c1 a        | ann@acme.test | 50      | 48   | 0                       | yes
                      | all      | c1 b        | bob@acme.test | 100     | 95   | 0                       | yes
                      | all      | c1 f        | fay@acme.test | 100     | 96   | 0                       | yes
                      | all      | c1 c        | cat@acme.test | 49      | 49   | 2                       | yes
                      | all      | c1 d        | dan@acme.test | 3       | 3    | 3                       | yes
                      | all      | c1 e        | eve@acme.test | 0       | 0    | 0                       | yes
                      | all      | c0 a        | ann@acme.test | 99      | 99   | 1                       | no
        "), @r"
        all fail 3 of 5
        exceptions
        instance | subject_id | subject       | campaign_id | decided | kept | removing | reviews_without_removal | is_newest
        all      | c1 a       | ann@acme.test | -           | 50      | 48   | -        | 0                       | yes
        all      | c1 d       | dan@acme.test | -           | 3       | 3    | -        | 3                       | yes
        all      | c1 f       | fay@acme.test | -           | 100     | 96   | -        | 0                       | yes
        ");
    }
}
