//! People who decided about their own access.
//!
//! An import takes no decision of a holder; what is found here became known later, by an address
//! that the roster or an account has by now.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject};
use crate::subjects::review_lines;
use crate::tables::Table;
use crate::tables::dictionary::review_line;

pub(super) static RULE: Rule = Rule {
    code: "GOV-02",
    name: "self-review",
    title: "Reviewer decided about own access",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at every line of a review that was decided and that no later review decided again. Exception: a line whose reviewer may be its holder: under an address of the same person in the roster, an alias, or an address that differs in a tag or in letters that look alike.",
    risk: "Whoever confirms their own access confirms nothing: duties that are to be apart are in one hand.",
    remedy: "Have another person decide about the line in the next review, and name reviewers by an address that the roster has.",
    missing: "Who the reviewer is, whom neither the roster nor an instance knows.",
    sentence: "{reviewer} decided in the review {campaign_id} to {decision} what {subject} has on {instance} ({entitlement}), and may be the same person.",
    subject: Subject::ReviewLine,
    reads: &[Table::ReviewLines],
    params: &[],
    sql: None,
    subjects: &|view, _| review_lines(view, [review_line::own_line()]),
    population: &|_| review_line::decision().neq(lit("")).and(review_line::superseded().not()),
    exception: &|_| review_line::own_line(),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn gov_02_r_03_finds_people_who_decided_about_themselves() {
        insta::assert_snapshot!(check(&RULE, "
            review_lines | instance | line_id | account       | reviewer      | decision | own_line | superseded
                         | prod     | l1      | ann@acme.test | a.d@acme.test | keep     | yes      | no
                         | prod     | l2      | bob@acme.test | ann@acme.test | keep     | no       | no
                         | prod     | l3      | cat@acme.test | who@acme.test | revoke   | -        | no
                         | prod     | l4      | dan@acme.test | dan@acme.test |          | yes      | no
                         | prod     | l5      | eve@acme.test | eve@acme.test | keep     | yes      | yes
        "), @r"
        prod fail 1 of 3
        exceptions
        instance | subject_id | subject       | entitlement | campaign_id | reviewer      | decision | decided_at | superseded | own_line
        prod     | l1         | ann@acme.test | -           | -           | a.d@acme.test | keep     | -          | no         | yes
        undetermined
        instance | subject_id | subject       | entitlement | campaign_id | reviewer      | decision | decided_at | superseded | own_line
        prod     | l3         | cat@acme.test | -           | -           | who@acme.test | revoke   | -          | no         | -
        ");
    }
}
