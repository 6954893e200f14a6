//! Instances with more administrators than anyone can oversee.

use polars::prelude::{Expr, col, lit, when};

use super::{Rule, RuleKind, Severity, Subject, administrators, unknown};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;

pub(super) static RULE: Rule = Rule {
    code: "PRV-01",
    name: "too-many-admins",
    title: "More administrators than agreed",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at each instance. Exception: an instance with more active administrators than the allowed number and than the allowed share of its active accounts, rounded up.",
    risk: "Every administrator is one more way to lose the whole instance.",
    remedy: "Move people who build apps to a group with edit access under Settings > Groups, and keep few administrators.",
    missing: "Whether each account is active, and whether it is an administrator.",
    sentence: "{subject} has {admins|active administrator} among {active_accounts|active account}; allowed: {=admins}, or {=percent} of the active accounts.",
    subject: Subject::Instance,
    reads: &[Table::Users],
    params: &[&ADMINS, &SHARE],
    sql: None,
    subjects: &|view, _| administrators(view, &["perhaps_ordinary", "perhaps_admins"]),
    population: &|_| lit(true),
    exception: &|parameters| {
        let too_many = |admins: Expr, active: Expr| {
            let over = admins.clone().gt(parameters.number(&ADMINS));
            // More than the share rounded up, without a division: a > ceil(x / 100).
            over.and(((admins - lit(1)) * lit(100)).gt_eq(active * parameters.number(&SHARE)))
        };
        let (admins, active) = (|| col("admins"), || col("active_accounts"));
        let fewest = too_many(admins(), active() + col("perhaps_ordinary"));
        // Whoever may be an administrator besides is active then, and counted among the active.
        let most = too_many(admins() + col("unknown"), active() + col("perhaps_admins"));
        when(fewest).then(lit(true)).when(most).then(unknown()).otherwise(lit(false))
    },
};

static ADMINS: Parameter = Parameter {
    key: "admins",
    default: DefaultValue::Number(4),
    about: "administrators any instance may have",
};

static SHARE: Parameter = Parameter {
    key: "percent",
    default: DefaultValue::Number(5),
    about: "percent of the active accounts that may be administrators where that is more",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::{check, check_with};
    use crate::config::Value;

    #[test]
    fn prv_01_allows_four_or_a_share() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | active | tier
                  | four     | u1      | yes    | 0
                  | four     | u2      | yes    | 0
                  | four     | u3      | yes    | 0
                  | four     | u4      | yes    | 0
                  | four     | u5      | no     | 0
                  | five     | u1      | yes    | 0
                  | five     | u2      | yes    | 0
                  | five     | u3      | yes    | 0
                  | five     | u4      | yes    | 0
                  | five     | u5      | yes    | 0
                  | hazy     | u1      | yes    | 0
                  | hazy     | u2      | yes    | 0
                  | hazy     | u3      | yes    | 0
                  | hazy     | u4      | yes    | 0
                  | hazy     | u5      | yes    | -
        "), @"
        four pass 0 of 1
        five fail 1 of 1
        hazy not-evaluable 0 of 1: 1 of 1 is undetermined; needed: Whether each account is active, and whether it is an administrator.
        exceptions
        instance | subject_id | subject | admins | active_accounts | unknown | perhaps_ordinary | perhaps_admins
        five     | five       | five    | 5      | 5               | 0       | 0                | 0
        undetermined
        instance | subject_id | subject | admins | active_accounts | unknown | perhaps_ordinary | perhaps_admins
        hazy     | hazy       | hazy    | 4      | 5               | 1       | 0                | 0
        ");
    }

    #[test]
    fn prv_01_rounds_the_share_up() {
        let parameters = [("admins", Value::Number(1)), ("percent", Value::Number(50))];
        insta::assert_snapshot!(check_with(&RULE, &parameters, "
            users | instance | user_id | active | tier
                  | fits     | u1      | yes    | 0
                  | fits     | u2      | yes    | 0
                  | fits     | u3      | yes    | 3
                  | over     | u1      | yes    | 0
                  | over     | u2      | yes    | 0
                  | over     | u3      | yes    | 0
                  | over     | u4      | yes    | 3
        "), @"
        fits pass 0 of 1
        over fail 1 of 1
        exceptions
        instance | subject_id | subject | admins | active_accounts | unknown | perhaps_ordinary | perhaps_admins
        over     | over       | over    | 3      | 4               | 0       | 0                | 0
        ");
    }

    #[test]
    fn prv_01_counts_whoever_may_be_active() {
        let parameters = [("admins", Value::Number(1)), ("percent", Value::Number(50))];
        insta::assert_snapshot!(check_with(&RULE, &parameters, "
            users | instance | user_id | active | tier | tier_at_least | tier_at_most
                  | fits     | u1      | yes    | 0    | -             | -
                  | fits     | u2      | yes    | 0    | -             | -
                  | fits     | u3      | yes    | -    | 1             | 3
                  | hazy     | u1      | yes    | 0    | -             | -
                  | hazy     | u2      | yes    | 0    | -             | -
                  | hazy     | u3      | -      | 3    | -             | -
                  | over     | u1      | yes    | 0    | -             | -
                  | over     | u2      | yes    | 0    | -             | -
                  | over     | u3      | yes    | 0    | -             | -
                  | over     | u4      | -      | 0    | -             | -
        "), @"
        fits pass 0 of 1
        hazy not-evaluable 0 of 1: 1 of 1 is undetermined; needed: Whether each account is active, and whether it is an administrator.
        over fail 1 of 1
        exceptions
        instance | subject_id | subject | admins | active_accounts | unknown | perhaps_ordinary | perhaps_admins
        over     | over       | over    | 3      | 3               | 1       | 0                | 1
        undetermined
        instance | subject_id | subject | admins | active_accounts | unknown | perhaps_ordinary | perhaps_admins
        hazy     | hazy       | hazy    | 2      | 2               | 0       | 1                | 0
        ");
    }
}
