//! Active accounts that were never used.

use super::{Rule, RuleKind, Severity, Subject, is_persons, people};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "DRM-02",
    name: "never-used-account",
    title: "Active account that was never used",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at active accounts. Service accounts with an owner in the roster are left out. Exception: an account that was never used and was created more than the allowed days before the collection.",
    risk: "An account that its owner never needed is access without a reason.",
    remedy: "Disable the account under Settings > Users, and invite the person again when there is a need.",
    missing: "When the account was created and when it was last active, which the server did not send.",
    sentence: "{subject} was created {age} ago and has never been used; allowed: {=days}.",
    subject: Subject::User,
    reads: &[Table::Users],
    params: &[&DAYS],
    sql: None,
    subjects: &|view, _| {
        people(view, [user::active(), user::never_active(), user::created_at(), user::age()])
    },
    population: &|_| is_persons().and(user::active()),
    exception: &|parameters| user::never_active().and(user::age().gt(parameters.days(&DAYS))),
};

static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(30),
    about: "days a new account may wait for its first use",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn drm_02_counts_days_since_the_account_was_made() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label         | active | never_active | created_at | age
                  | prod     | u1      | ann@acme.test | yes    | yes          | 2026-10-03 | 30d
                  | prod     | u2      | bob@acme.test | yes    | yes          | 2026-10-02 | 30d1s
                  | prod     | u3      | cat@acme.test | yes    | no           | 2024-01-01 | 1036d
                  | prod     | u4      | dan@acme.test | yes    | -            | 2024-01-01 | 1036d
                  | prod     | u5      | eve@acme.test | yes    | yes          | -          | -
                  | prod     | u6      | fay@acme.test | no     | yes          | 2024-01-01 | 1036d
        "), @"
        prod fail 1 of 5
        exceptions
        instance | subject_id | subject       | active | never_active | created_at | age
        prod     | u2         | bob@acme.test | yes    | yes          | 2026-10-02 | 30 days 1 second
        undetermined
        instance | subject_id | subject       | active | never_active | created_at | age
        prod     | u4         | dan@acme.test | yes    | -            | 2024-01-01 | 1036 days
        prod     | u5         | eve@acme.test | yes    | yes          | -          | -
        ");
    }
}
