//! Accounts that change apps and watch over changes.
//!
//! Disabled accounts can do neither; what they keep is covered by `disabled-but-entitled`.

use super::{Rule, RuleKind, Severity, Subject, accounts, tier};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "PRV-09",
    name: "builder-reads-audit-log",
    title: "Builder may read the audit log",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at active accounts that do not administer. Exception: an account that may edit all apps and may read the audit log.",
    risk: "Who changes apps and also watches over the changes can cover up what they did.",
    remedy: "Split the two: take the access to the audit log from the group, or put the person into a group that may only use apps, under Settings > Groups.",
    missing: "What the groups of the account grant, and who is in them.",
    sentence: "{subject} may edit all apps of {instance} and read the audit log.",
    subject: Subject::User,
    reads: &[Table::Users],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        accounts(view, [user::active(), user::tier(), user::edits_apps(), user::reads_audit_log()])
    },
    population: &|_| user::active().and(tier().up_to(0).not()),
    exception: &|_| user::edits_apps().and(user::reads_audit_log()),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_09_names_those_who_change_and_watch() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label         | active | tier | edits_apps | reads_audit_log
                  | prod     | u1      | ann@acme.test | yes    | 2    | yes        | yes
                  | prod     | u2      | bob@acme.test | yes    | 2    | no         | yes
                  | prod     | u3      | cat@acme.test | yes    | 3    | yes        | no
                  | prod     | u4      | dan@acme.test | yes    | 0    | yes        | yes
                  | prod     | u5      | eve@acme.test | no     | 2    | yes        | yes
                  | prod     | u6      | fay@acme.test | yes    | 2    | -          | yes
                  | prod     | u7      | gus@acme.test | yes    | 3    | yes        | -
                  | prod     | u8      | hal@acme.test | yes    | -    | yes        | yes
        "), @"
        prod fail 1 of 6
        exceptions
        instance | subject_id | subject       | active | tier | edits_apps | reads_audit_log
        prod     | u1         | ann@acme.test | yes    | 2    | yes        | yes
        undetermined
        instance | subject_id | subject       | active | tier | edits_apps | reads_audit_log
        prod     | u6         | fay@acme.test | yes    | 2    | -          | yes
        prod     | u7         | gus@acme.test | yes    | 3    | yes        | -
        prod     | u8         | hal@acme.test | yes    | -    | yes        | yes
        ");
    }
}
