//! Waivers that accept more than single cases, or for longer than one term after another.

use polars::prelude::{Expr, lit};

use super::{Rule, RuleKind, Severity, Subject, waivers};
use crate::parameters::{DefaultValue, Parameter, Parameters};
use crate::tables::Table;
use crate::tables::dictionary::waiver;

pub(super) static RULE: Rule = Rule {
    code: "GOV-08",
    name: "overused-waiver",
    title: "Waiver accepts more than single cases",
    kind: RuleKind::Control,
    severity: Severity::Info,
    escalation: None,
    predicate: "Looks at every waiver. Exception: a waiver that accepts more exceptions than the allowed number, or several that are more than the allowed share of its rule's exceptions on the instance, or that was renewed more often than allowed. It still counts as a waiver.",
    risk: "A rule that is waived again and again, or for all of its subjects, controls nothing any more.",
    remedy: "Ask whether the rule or the practice should change; if the risk is to stay accepted, have a person above the approver confirm it.",
    missing: "Nothing is undetermined here: a waiver says what it says.",
    sentence: "Waiver {subject} accepts {covered|exception} of {rule_code}, {percent} percent, rounded up, of those on {instance}, and was renewed {renewals|time}; allowed: {=subjects}, {=percent} and {=renewals}.",
    subject: Subject::Waiver,
    reads: &[Table::Waivers],
    params: &[&SUBJECTS, &PERCENT, &RENEWALS],
    sql: None,
    subjects: &|view, _| {
        let facts = [waiver::covered(), waiver::percent(), waiver::renewals()];
        waivers(view, [waiver::approver()].into_iter().chain(facts))
    },
    population: &|_| waiver::state().is_not_null(),
    exception: &exception,
};

fn exception(parameters: Parameters<'_>) -> Expr {
    let many = waiver::covered().gt(parameters.number(&SUBJECTS));
    // A waiver of one case is no more than a single case, however few others there are.
    let several = waiver::covered().gt(lit(1));
    let most = several.and(waiver::percent().gt(parameters.number(&PERCENT)));
    many.or(most).or(waiver::renewals().gt(parameters.number(&RENEWALS)))
}

static SUBJECTS: Parameter = Parameter {
    key: "subjects",
    default: DefaultValue::Number(10),
    about: "exceptions that one waiver accepts without being reported",
};

static PERCENT: Parameter = Parameter {
    key: "percent",
    default: DefaultValue::Number(20),
    about: "percent of a rule's exceptions on an instance that one waiver accepts without being reported",
};

static RENEWALS: Parameter = Parameter {
    key: "renewals",
    default: DefaultValue::Number(2),
    about: "renewals that are not reported",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn gov_08_tells_what_is_waived_for_many_or_for_long() {
        insta::assert_snapshot!(check(&RULE, "
            waivers | instance | waiver_id | rule_code | state   | covered | percent | renewals
                    | prod     | W-1       | DRM-01    | active  | 10      | 20      | 2
                    | prod     | W-2       | DRM-01    | active  | 11      | 5       | 0
                    | prod     | W-3       | DRM-01    | active  | 2       | 21      | 0
                    | prod     | W-6       | DRM-01    | active  | 1       | 100     | 0
                    | prod     | W-4       | DRM-01    | active  | 1       | 1       | 3
                    | lab      | W-5       | DRM-01    | future  | 0       | 0       | 0
        "), @"
        prod fail 3 of 5
        lab pass 0 of 1
        exceptions
        instance | subject_id | subject | rule_code | state  | approver | covered | percent | renewals
        prod     | W-2        | W-2     | DRM-01    | active | -        | 11      | 5       | 0
        prod     | W-3        | W-3     | DRM-01    | active | -        | 2       | 21      | 0
        prod     | W-4        | W-4     | DRM-01    | active | -        | 1       | 1       | 3
        ");
    }
}
