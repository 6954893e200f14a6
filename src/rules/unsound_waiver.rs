//! Waivers that cannot be relied on.
//!
//! A waiver that has expired is fine once nothing that it names is an exception any more, or once a
//! renewal is in force: the record stays, because ids are never used again. One that accepts much
//! is covered by `overused-waiver`, which tells it without alarm.

use polars::prelude::lit;

use super::{Escalation, Rule, RuleKind, Severity, Subject, waivers};
use crate::config::{RuleSettings, Value};
use crate::parameters::{DefaultValue, Parameter, Parameters};
use crate::tables::Table;
use crate::tables::dictionary::waiver;

pub(super) static RULE: Rule = Rule {
    code: "GOV-07",
    name: "unsound-waiver",
    title: "Waiver that cannot be relied on",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: Some(Escalation {
        to: Severity::High,
        words: "the rule that it is for is critical",
        when: &|_| waiver::rule_severity().eq(lit("critical")),
    }),
    predicate: "Looks at every waiver. Exception: a waiver that is invalid (incomplete, approved by its owner, its requester or whom it is for, longer than allowed, or for a rule that is never waived), that has expired while what it names is still an exception, whose facts have changed since it was approved, or that names nothing that is an exception.",
    risk: "A risk that was accepted once, and not again since, is not accepted.",
    remedy: "Renew the waiver with evidence as a new record that names the old one under `supersedes`, or remediate the underlying issue; take out what names nothing.",
    missing: "Whether what the waiver names is still an exception, which its rule could not tell.",
    sentence: "Waiver {subject} for {rule_code} on {instance} cannot be relied on: {problem}.",
    subject: Subject::Waiver,
    reads: &[Table::Waivers],
    params: &[&CRITICAL_DAYS, &HIGH_DAYS, &DAYS],
    sql: None,
    subjects: &|view, _| {
        let days = [waiver::approver(), waiver::starts(), waiver::expires()];
        let facts = [waiver::covered(), waiver::problem(), waiver::rule_severity()];
        waivers(view, days.into_iter().chain(facts))
    },
    population: &|_| waiver::state().is_not_null(),
    exception: &|_| waiver::problem().neq(lit("")),
};

static CRITICAL_DAYS: Parameter = Parameter {
    key: "critical-days",
    default: DefaultValue::Number(90),
    about: "days that a waiver of critical exceptions may last; values above the default have no effect",
};

static HIGH_DAYS: Parameter = Parameter {
    key: "high-days",
    default: DefaultValue::Number(180),
    about: "days that a waiver of exceptions up to high may last; values above the default have no effect",
};

static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(365),
    about: "days that any other waiver may last; values above the default have no effect",
};

/// Days that a waiver may last which accepts exceptions up to `cap`.
///
/// The configuration may shorten it, and not lengthen it.
pub fn longest_term(cap: Severity, settings: &RuleSettings) -> i64 {
    let param = match cap {
        Severity::Critical => &CRITICAL_DAYS,
        Severity::High => &HIGH_DAYS,
        Severity::Medium | Severity::Low | Severity::Info => &DAYS,
    };
    let days = |it| if let Value::Number(it) = it { it } else { 0 };
    days(Parameters::of(RULE.name, settings).value(param)).min(days(param.default.value()))
}

#[cfg(test)]
mod tests {
    use super::{RULE, longest_term};
    use crate::audit::tests::check;
    use crate::config::{RuleSettings, Value};
    use crate::rules::Severity;

    #[test]
    fn gov_07_is_what_is_wrong_with_a_waiver() {
        insta::assert_snapshot!(check(&RULE, "
            waivers | instance | waiver_id | rule_code | state   | owner         | problem             | rule_severity
                    | prod     | W-1       | DRM-01    | active  | ann@acme.test |                     | medium
                    | prod     | W-2       | DRM-01    | expired | ann@acme.test | it expired in May   | medium
                    | prod     | W-3       | USR-01    | invalid | bob@acme.test | it has no approver  | critical
                    | lab      | W-4       | DRM-01    | future  | ann@acme.test |                     | medium
                    | old      | W-5       | DRM-01    | active  | ann@acme.test | -                   | medium
        "), @"
        prod fail 2 of 3
        lab pass 0 of 1
        old not-evaluable 0 of 1: 1 of 1 is undetermined; needed: Whether what the waiver names is still an exception, which its rule could not tell.
        exceptions
        instance | subject_id | subject | rule_code | state   | approver | starts | expires | covered | problem            | rule_severity | escalated
        prod     | W-2        | W-2     | DRM-01    | expired | -        | -      | -       | -       | it expired in May  | medium        | no
        prod     | W-3        | W-3     | USR-01    | invalid | -        | -      | -       | -       | it has no approver | critical      | yes
        undetermined
        instance | subject_id | subject | rule_code | state  | approver | starts | expires | covered | problem | rule_severity
        old      | W-5        | W-5     | DRM-01    | active | -        | -      | -       | -       | -       | medium
        ");
    }

    #[test]
    fn gov_07_does_not_apply_without_waivers() {
        insta::assert_snapshot!(check(&RULE, "
            waivers | instance | waiver_id | rule_code | state   | owner         | problem             | rule_severity
                    | lab      | W-4       | DRM-01    | future  | ann@acme.test |                     | medium
            users   | instance | user_id
                    | prod     | u1
        "), @"
        lab pass 0 of 1
        prod not-applicable 0 of 0: the instance has nothing that the rule looks at
        ");
    }

    #[test]
    fn gov_07_terms_are_tightened_and_never_loosened() {
        let mut settings = RuleSettings::default();
        let days = |settings: &RuleSettings| {
            [Severity::Critical, Severity::High, Severity::Medium, Severity::Info]
                .map(|it| longest_term(it, settings))
        };
        assert_eq!(days(&settings), [90, 180, 365, 365]);
        let set = [
            ("critical-days", Value::Number(30)),
            ("high-days", Value::Number(200)),
            ("days", Value::Number(364)),
        ];
        let set = set.map(|(key, it)| (key.to_owned(), it)).into();
        settings.parameters.insert(RULE.name.to_owned(), set);
        assert_eq!(days(&settings), [30, 180, 364, 364]);
    }
}
