//! Reviewers whom the roster does not have, or who had left.

use polars::prelude::{Expr, lit, when};

use super::{Reason, Rule, RuleKind, Severity, Subject, reasons};
use crate::subjects::reviewers;
use crate::tables::Table;
use crate::tables::dictionary::reviewer;

pub(super) static RULE: Rule = Rule {
    code: "GOV-09",
    name: "reviewer-without-standing",
    title: "Reviewer is not in the organization",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at everybody who has lines in a review. Exception: a reviewer whom the roster does not have, or who had left on the day of the last decision; today, where the reviewer has decided nothing.",
    risk: "Access was confirmed by somebody who does not answer for it.",
    remedy: "Give the lines to a person who answers for the access: the manager in the roster, the owner of the group, or the owner of the instance. A reviewer from outside belongs into the roster, as one.",
    missing: "The person behind the reviewer's address, where it belongs to several, and that person's status in the roster.",
    sentence: "{subject} has {lines|line} in the review {campaign_id}, {decided} of them decided, and {reasons}.",
    subject: Subject::Reviewer,
    reads: &[Table::ReviewReviewers, Table::Roster],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        let facts = [
            reviewer::lines(),
            reviewer::decided(),
            reviewer::last_decided(),
            reviewer::roster_match(),
            reviewer::roster_status(),
            reasons([
                Reason::new(is_unknown(), "is not in the roster"),
                Reason::new(has_left(), "had left by then"),
            ]),
        ];
        reviewers(view, facts)
    },
    population: &|_| lit(true),
    exception: &|_| when(is_unknown()).then(lit(true)).otherwise(has_left()),
};

fn is_unknown() -> Expr {
    reviewer::roster_match().eq(lit("unmatched"))
}

fn has_left() -> Expr {
    reviewer::roster_status().eq(lit("terminated"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn gov_09_finds_reviewers_whom_the_roster_lacks() {
        insta::assert_snapshot!(check(&RULE, "
            reviewers | instance | reviewer_id | reviewer      | lines | decided | roster_match | roster_status
                      | all      | c1 a        | ann@acme.test | 9     | 9       | matched      | active
                      | all      | c1 b        | bob@acme.test | 9     | 9       | matched      | terminated
                      | all      | c1 c        | cat@acme.test | 9     | 0       | unmatched    |
                      | all      | c1 d        | dan@acme.test | 9     | 0       | ambiguous    | -
                      | all      | c1 e        | eve@acme.test | 9     | 0       | matched      | -
            roster    | instance | person_id
                      | all      | p1
        "), @r"
        all fail 2 of 5
        exceptions
        instance | subject_id | subject       | campaign_id | lines | decided | last_decided | roster_match | roster_status | reasons
        all      | c1 b       | bob@acme.test | -           | 9     | 9       | -            | matched      | terminated    | had left by then
        all      | c1 c       | cat@acme.test | -           | 9     | 0       | -            | unmatched    |               | is not in the roster
        undetermined
        instance | subject_id | subject       | campaign_id | lines | decided | last_decided | roster_match | roster_status | reasons
        all      | c1 d       | dan@acme.test | -           | 9     | 0       | -            | ambiguous    | -             |
        all      | c1 e       | eve@acme.test | -           | 9     | 0       | -            | matched      | -             |
        ");
    }
}
