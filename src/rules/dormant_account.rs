//! Active accounts nobody uses.

use polars::prelude::{lit, when};

use super::{Controls, Rule, Severity, Subject, accounts};
use crate::tables::Table;
use crate::tables::dictionary::user;
use crate::terms::{Param, Preset};

pub(super) static RULE: Rule = Rule {
    code: "DRM-01",
    name: "dormant-account",
    title: "Active account without recent activity",
    severity: Severity::Medium,
    escalation: None,
    controls: Controls {
        soc2: &["CC6.2"],
        iso27001: &["A.5.18"],
        nist80053: &["AC-2(3)(d)"],
        pci: &["8.2.6"],
        cis: &["5.3"],
    },
    predicate: "Looks at active accounts. An exception is one whose last activity, as Retool reports it, is more than the allowed days before the collection. Accounts that were never used are the business of `never-used-account`.",
    risk: "An account nobody uses is a door nobody watches.",
    remedy: "Disable the account under Settings > Users; who needs it again can ask.",
    missing: "The last activity of the account, which the server did not send.",
    sentence: "{subject} has not been active on {instance} for {days_inactive} days.",
    subject: Subject::User,
    reads: &[Table::Users],
    params: &[&DAYS],
    sql: None,
    candidates: &|view, _| {
        accounts(
            view,
            [user::active(), user::last_active(), user::days_inactive(), user::never_active()],
        )
    },
    population: &|_| user::active(),
    exception: &|terms| {
        let idle = user::days_inactive().gt(terms.number(&DAYS));
        when(user::never_active()).then(lit(false)).otherwise(idle)
    },
};

static DAYS: Param = Param {
    key: "days",
    default: Preset::Number(90),
    about: "days an active account may go without activity",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn drm_01_counts_whole_days() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label         | active | last_active | days_inactive | never_active
                  | prod     | u1      | ann@acme.test | yes    | 2026-08-04  | 90            | no
                  | prod     | u2      | bob@acme.test | yes    | 2026-08-03  | 91            | no
                  | prod     | u3      | cat@acme.test | no     | 2025-01-01  | 670           | no
                  | prod     | u4      | dan@acme.test | yes    | -           | -             | yes
                  | prod     | u5      | eve@acme.test | yes    | -           | -             | -
                  | prod     | u6      | fay@acme.test | -      | 2025-01-01  | 670           | no
        "), @"
        prod fail 1 of 5
        exceptions
        instance | subject_id | subject       | active | last_active | days_inactive | never_active
        prod     | u2         | bob@acme.test | yes    | 2026-08-03  | 91            | no
        undetermined
        instance | subject_id | subject       | active | last_active | days_inactive | never_active
        prod     | u5         | eve@acme.test | yes    | -           | -             | -
        prod     | u6         | fay@acme.test | -      | 2025-01-01  | 670           | no
        ");
    }
}
