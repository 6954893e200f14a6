//! Active accounts without recent activity.

use polars::prelude::{lit, when};

use super::{Rule, RuleKind, Severity, Subject, is_persons, people};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "DRM-01",
    name: "dormant-account",
    title: "Active account without recent activity",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at active accounts. Service accounts with an owner in the roster are left out. Exception: an account whose last activity, as Retool reports it, is more than the allowed days before the collection. Accounts that were never used are covered by `never-used-account`.",
    risk: "An account without activity is a way in that is not watched.",
    remedy: "Disable the account under Settings > Users; who needs it again can ask.",
    missing: "The last activity of the account, which the server did not send.",
    sentence: "{subject} was last active on {instance} on {last_active}, {inactive_for} before the collection; allowed: {=days}.",
    subject: Subject::User,
    reads: &[Table::Users],
    params: &[&DAYS],
    sql: None,
    subjects: &|view, _| {
        people(
            view,
            [user::active(), user::last_active(), user::inactive_for(), user::never_active()],
        )
    },
    population: &|_| is_persons().and(user::active()),
    exception: &|parameters| {
        let idle = user::inactive_for().gt(parameters.days(&DAYS));
        when(user::never_active()).then(lit(false)).otherwise(idle)
    },
};

pub(super) static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(90),
    about: "days an active account may go without activity",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn drm_01_counts_whole_days() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label         | active | last_active | inactive_for | never_active
                  | prod     | u1      | ann@acme.test | yes    | 2026-08-04  | 90d           | no
                  | prod     | u2      | bob@acme.test | yes    | 2026-08-03  | 90d1s         | no
                  | prod     | u3      | cat@acme.test | no     | 2025-01-01  | 670d          | no
                  | prod     | u4      | dan@acme.test | yes    | -           | -             | yes
                  | prod     | u5      | eve@acme.test | yes    | -           | -             | -
                  | prod     | u6      | fay@acme.test | -      | 2025-01-01  | 670d          | no
        "), @"
        prod fail 1 of 5
        exceptions
        instance | subject_id | subject       | active | last_active | inactive_for     | never_active
        prod     | u2         | bob@acme.test | yes    | 2026-08-03  | 90 days 1 second | no
        undetermined
        instance | subject_id | subject       | active | last_active | inactive_for | never_active
        prod     | u5         | eve@acme.test | yes    | -           | -            | -
        prod     | u6         | fay@acme.test | -      | 2025-01-01  | 670 days     | no
        ");
    }

    #[test]
    fn drm_01_leaves_out_service_accounts_that_somebody_answers_for() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label         | active | inactive_for | never_active | roster_type | answered_for
                  | prod     | u1      | svc@acme.test | yes    | 500d         | no           | service     | yes
                  | prod     | u2      | old@acme.test | yes    | 500d         | no           | service     | no
                  | prod     | u3      | bot@acme.test | yes    | 500d         | no           | service     | -
                  | prod     | u4      | ann@acme.test | yes    | 500d         | no           | unknown     | no
        "), @"
        prod fail 3 of 3
        exceptions
        instance | subject_id | subject       | active | last_active | inactive_for | never_active
        prod     | u2         | old@acme.test | yes    | -           | 500 days     | no
        prod     | u3         | bot@acme.test | yes    | -           | 500 days     | no
        prod     | u4         | ann@acme.test | yes    | -           | 500 days     | no
        ");
    }
}
