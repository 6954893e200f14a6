//! Accounts that will be dormant soon.
//!
//! As the rule it announces, it looks at active accounts.

use polars::prelude::{lit, when};

use super::{Rule, RuleKind, Severity, Subject, is_persons, people};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "DRM-04",
    name: "soon-dormant",
    title: "Account will be dormant soon",
    kind: RuleKind::Control,
    severity: Severity::Info,
    escalation: None,
    predicate: "Looks at active accounts. Service accounts with an owner in the roster are left out. Exception: an account whose last activity is more than the allowed days before the collection, and not so long ago that DRM-01 calls it dormant.",
    risk: "Whoever still needs the account can act before it is called dormant and disabled.",
    remedy: "Ask the owner whether the account is still needed, and disable it under Settings > Users if not.",
    missing: "The last activity of the account, which the server did not send.",
    sentence: "{subject} was last active on {instance} on {last_active}, {inactive_for} before the collection: more than {=days}, and dormant soon.",
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
        let quiet = user::inactive_for().gt(parameters.days(&DAYS));
        let soon = quiet.and(user::inactive_for().lt_eq(parameters.days(&DORMANT)));
        when(user::never_active()).then(lit(false)).otherwise(soon)
    },
};

static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(60),
    about: "days without activity after which an account is announced",
};

/// Where "soon" ends: it is not configured here.
static DORMANT: Parameter = Parameter {
    key: "dormant-days",
    default: DefaultValue::As("dormant-account", &super::dormant_account::DAYS),
    about: "days without activity after which an account is dormant",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::{check, check_on};
    use crate::config::{RuleSettings, Value};

    #[test]
    fn drm_04_has_two_bounds() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label         | active | inactive_for | never_active
                  | prod     | u1      | ann@acme.test | yes    | 60d           | no
                  | prod     | u2      | bob@acme.test | yes    | 60d1s         | no
                  | prod     | u3      | cat@acme.test | yes    | 90d           | no
                  | prod     | u4      | dan@acme.test | yes    | 90d1s         | no
                  | prod     | u5      | eve@acme.test | no     | 75d           | no
                  | prod     | u6      | fay@acme.test | yes    | -             | yes
                  | prod     | u7      | gus@acme.test | yes    | -             | -
                  | prod     | u8      | hal@acme.test | -      | 75d           | no
        "), @"
        prod fail 2 of 7
        exceptions
        instance | subject_id | subject       | active | last_active | inactive_for     | never_active
        prod     | u2         | bob@acme.test | yes    | -           | 60 days 1 second | no
        prod     | u3         | cat@acme.test | yes    | -           | 90 days          | no
        undetermined
        instance | subject_id | subject       | active | last_active | inactive_for | never_active
        prod     | u7         | gus@acme.test | yes    | -           | -            | -
        prod     | u8         | hal@acme.test | -      | -           | 75 days      | no
        ");
    }

    #[test]
    fn drm_04_ends_where_dormant_begins() {
        let soon = |days: i64| {
            let dormant = [("days".to_owned(), Value::Number(days))].into();
            let parameters = [("dormant-account".to_owned(), dormant)].into();
            let settings = RuleSettings { parameters, ..RuleSettings::default() };
            check_on(
                &RULE,
                "
                users | instance | user_id | label         | active | inactive_for | never_active
                      | prod     | u1      | ann@acme.test | yes    | 74d           | no
                      | prod     | u2      | bob@acme.test | yes    | 100d          | no
            ",
                &settings,
            )
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned()
        };
        assert_eq!(soon(45), "prod pass 0 of 2");
        assert_eq!(soon(80), "prod fail 1 of 2");
        assert_eq!(soon(120), "prod fail 2 of 2");
    }
}
