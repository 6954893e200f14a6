//! Accounts that will be dormant soon.
//!
//! As the rule it announces, it looks at active accounts.

use polars::prelude::{lit, when};

use super::{Controls, Rule, Severity, Subject, accounts};
use crate::tables::Table;
use crate::tables::dictionary::user;
use crate::terms::{Param, Preset};

pub(super) static RULE: Rule = Rule {
    code: "DRM-04",
    name: "soon-dormant",
    title: "Account will be dormant soon",
    severity: Severity::Info,
    escalation: None,
    controls: Controls {
        soc2: &["CC6.2"],
        iso27001: &["A.5.18"],
        nist80053: &["AC-2(3)(d)"],
        pci: &["8.2.6"],
        cis: &["5.3"],
    },
    predicate: "Looks at active accounts. An exception is one whose last activity is more than the first and at most the second number of days before the collection.",
    risk: "Whoever still needs the account can act before it is called dormant and disabled.",
    remedy: "Ask the owner whether the account is still needed, and disable it under Settings > Users if not.",
    missing: "The last activity of the account, which the server did not send.",
    sentence: "{subject} has not been active on {instance} for {days_inactive} days and will be dormant soon.",
    subject: Subject::User,
    reads: &[Table::Users],
    params: &[&DAYS, &DORMANT],
    sql: None,
    candidates: &|view, _| {
        accounts(
            view,
            [user::active(), user::last_active(), user::days_inactive(), user::never_active()],
        )
    },
    population: &|_| user::active(),
    exception: &|terms| {
        let quiet = user::days_inactive().gt(terms.number(&DAYS));
        let soon = quiet.and(user::days_inactive().lt_eq(terms.number(&DORMANT)));
        when(user::never_active()).then(lit(false)).otherwise(soon)
    },
};

static DAYS: Param = Param {
    key: "days",
    default: Preset::Number(60),
    about: "days without activity after which an account is announced",
};

static DORMANT: Param = Param {
    key: "dormant-days",
    default: Preset::Number(90),
    about: "days without activity after which it is dormant, as `dormant-account` has them",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn drm_04_has_two_bounds() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label         | active | days_inactive | never_active
                  | prod     | u1      | ann@acme.test | yes    | 60            | no
                  | prod     | u2      | bob@acme.test | yes    | 61            | no
                  | prod     | u3      | cat@acme.test | yes    | 90            | no
                  | prod     | u4      | dan@acme.test | yes    | 91            | no
                  | prod     | u5      | eve@acme.test | no     | 75            | no
                  | prod     | u6      | fay@acme.test | yes    | -             | yes
                  | prod     | u7      | gus@acme.test | yes    | -             | -
                  | prod     | u8      | hal@acme.test | -      | 75            | no
        "), @"
        prod fail 2 of 7
        exceptions
        instance | subject_id | subject       | active | last_active | days_inactive | never_active
        prod     | u2         | bob@acme.test | yes    | -           | 61            | no
        prod     | u3         | cat@acme.test | yes    | -           | 90            | no
        undetermined
        instance | subject_id | subject       | active | last_active | days_inactive | never_active
        prod     | u7         | gus@acme.test | yes    | -           | -             | -
        prod     | u8         | hal@acme.test | -      | -           | 75            | no
        ");
    }
}
