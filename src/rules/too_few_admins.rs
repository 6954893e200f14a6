//! Instances that depend on one person.

use polars::prelude::{col, lit, when};

use super::{Rule, RuleKind, Severity, Subject, administrators, unknown};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;

pub(super) static RULE: Rule = Rule {
    code: "PRV-02",
    name: "too-few-admins",
    title: "Too few administrators",
    kind: RuleKind::Control,
    severity: Severity::Low,
    escalation: None,
    predicate: "Looks at each instance. Exception: an instance with fewer active administrators than the wanted number.",
    risk: "When the only administrator is away or locked out, no account can be disabled.",
    remedy: "Add a second administrator, or a break-glass account with an owner, to the group admin under Settings > Groups.",
    missing: "Whether each account is active, and whether it is an administrator.",
    sentence: "{subject} has {admins|active administrator} among {active_accounts|active account}; wanted at least: {=admins}.",
    subject: Subject::Instance,
    reads: &[Table::Users],
    params: &[&ADMINS],
    sql: None,
    subjects: &|view, _| administrators(view, &[]),
    population: &|_| lit(true),
    exception: &|parameters| {
        let fewer =
            |more: i64| (col("admins") + col("unknown") * lit(more)).lt(parameters.number(&ADMINS));
        when(fewer(1)).then(lit(true)).when(fewer(0)).then(unknown()).otherwise(lit(false))
    },
};

static ADMINS: Parameter = Parameter {
    key: "admins",
    default: DefaultValue::Number(2),
    about: "active administrators that an instance must have",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_02_wants_two() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | active | tier
                  | two      | u1      | yes    | 0
                  | two      | u2      | yes    | 0
                  | one      | u1      | yes    | 0
                  | one      | u2      | no     | 0
                  | one      | u3      | yes    | 3
                  | hazy     | u1      | yes    | 0
                  | hazy     | u2      | yes    | -
                  | sure     | u1      | yes    | 3
                  | sure     | u2      | yes    | -
        "), @"
        two pass 0 of 1
        one fail 1 of 1
        hazy not-evaluable 0 of 1: 1 of 1 is undetermined; needed: Whether each account is active, and whether it is an administrator.
        sure fail 1 of 1
        exceptions
        instance | subject_id | subject | admins | active_accounts | unknown
        one      | one        | one     | 1      | 2               | 0
        sure     | sure       | sure    | 0      | 2               | 1
        undetermined
        instance | subject_id | subject | admins | active_accounts | unknown
        hazy     | hazy       | hazy    | 1      | 2               | 1
        ");
    }
}
