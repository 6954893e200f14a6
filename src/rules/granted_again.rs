//! What a review took away, was gone, and is there again.

use super::{Rule, RuleKind, Severity, Subject};
use crate::subjects::{is_removal, review_lines};
use crate::tables::Table;
use crate::tables::dictionary::review_line;

pub(super) static RULE: Rule = Rule {
    code: "GOV-04",
    name: "granted-again",
    title: "Revoked access was granted again",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at every decision of a review to revoke or to change that no later review replaced and that a later snapshot shows executed. Exception: an entitlement that a snapshot after that has again, where the file of approvals has no such change since. Without that file no approval is known.",
    risk: "What comes back after a review took it away was not taken away at its source: a group of the identity provider, a script, or somebody who did not know.",
    remedy: "Find what grants it (the mapping of groups in the identity provider, provisioning by SCIM, a script), take it away there, or write the approval into the file of approvals.",
    missing: "A whole list of this snapshot that shows whether it is there.",
    sentence: "{reviewer} decided on {decided_at} to {decision} what {subject} has on {instance} ({entitlement}); it was gone on {first_gone}, and the snapshot of {last_held} has it again; no approval is on file.",
    subject: Subject::ReviewLine,
    reads: &[Table::ReviewLines],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        let facts = [
            review_line::first_gone(),
            review_line::last_held(),
            review_line::held(),
            review_line::looked_for(),
            review_line::return_approved(),
        ];
        review_lines(view, facts)
    },
    population: &|_| is_removal().and(review_line::first_gone().is_not_null()),
    exception: &|_| review_line::held().and(review_line::return_approved().not()),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn gov_04_r_04_finds_what_came_back_without_an_approval() {
        insta::assert_snapshot!(check(&RULE, "
            review_lines | instance | line_id | account       | decision | superseded | looked_for | held | first_gone | last_held  | return_approved
                         | prod     | l1      | ann@acme.test | revoke   | no         | yes        | yes  | 2026-10-05 | 2026-11-02 | no
                         | prod     | l2      | bob@acme.test | revoke   | no         | yes        | yes  | 2026-10-05 | 2026-11-02 | yes
                         | prod     | l3      | cat@acme.test | change   | no         | yes        | no   | 2026-10-05 | -          | no
                         | prod     | l4      | dan@acme.test | revoke   | no         | yes        | yes  | -          | 2026-11-02 | no
                         | prod     | l5      | eve@acme.test | revoke   | yes        | yes        | yes  | 2026-10-05 | 2026-11-02 | no
                         | prod     | l6      | fay@acme.test | keep     | no         | no         | -    | -          | -          | no
                         | prod     | l7      | gil@acme.test | revoke   | no         | yes        | -    | 2026-10-05 | -          | no
        "), @r"
        prod fail 1 of 4
        exceptions
        instance | subject_id | subject       | entitlement | campaign_id | reviewer | decision | decided_at | superseded | first_gone | last_held  | held | looked_for | return_approved
        prod     | l1         | ann@acme.test | -           | -           | -        | revoke   | -          | no         | 2026-10-05 | 2026-11-02 | yes  | yes        | no
        undetermined
        instance | subject_id | subject       | entitlement | campaign_id | reviewer | decision | decided_at | superseded | first_gone | last_held | held | looked_for | return_approved
        prod     | l7         | gil@acme.test | -           | -           | -        | revoke   | -          | no         | 2026-10-05 | -         | -    | yes        | no
        ");
    }
}
