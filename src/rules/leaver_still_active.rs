//! Accounts of people who left.

use polars::prelude::{Expr, lit, when};

use super::{Escalation, Rule, RuleKind, Severity, Subject, accounts, tier};
use crate::config::RuleSettings;
use crate::parameters::{DefaultValue, Parameter, Parameters};
use crate::subjects::{Reason, deadline, reasons};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-01",
    name: "leaver-still-active",
    title: "Account of a leaver is still active",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: Some(Escalation {
        to: Severity::Critical,
        words: "the account is an administrator or may change what others use",
        when: &|_| tier().up_to(1),
    }),
    predicate: "Looks at active accounts whose person the roster knows. Exception: an account whose person has left longer ago than the allowed hours, counted from the end of the last day where the organization is; for a person who has left without a known last day, from the end of the roster's own date. Where the roster has a column for last days and the cell of a person who left says that there is none, no hours are allowed.",
    risk: "An account that outlives the employment lets a former colleague, or whoever has the password, still sign in.",
    remedy: "Disable the account under Settings > Users, revoke the tokens its owner made, and add Retool to the offboarding list.",
    missing: "The person behind the account, where the address belongs to several, and, in the roster, the last day of that person or the day of which the file is.",
    sentence: "{subject} can still sign in to {instance}, {reasons}; allowed: {=sla-hours}.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster],
    params: &[&SLA],
    sql: None,
    subjects: &|view, parameters| {
        let person = [
            user::roster_match(),
            user::roster_status(),
            user::since_end(),
            user::left_for(),
            user::no_end_date(),
            user::roster_contradiction(),
        ];
        let last = deadline(user::end_date(), days(parameters));
        let account = [user::active(), user::last_active(), user::never_active(), user::tier()];
        accounts(view, account.into_iter().chain(person).chain([last, since()]))
    },
    population: &|_| user::active().and(user::roster_match().neq(lit("unmatched"))),
    exception: &|parameters| {
        let left = user::roster_status().eq(lit("terminated"));
        let dated = user::since_end().is_not_null();
        let late = user::since_end().gt(parameters.hours(&SLA));
        let by_file = user::left_for().gt(parameters.hours(&SLA));
        left.and(when(dated).then(late).otherwise(by_file.or(user::no_end_date())))
    },
};

/// Since when, as far as the roster tells.
fn since() -> Expr {
    let dated = user::since_end().is_not_null();
    let by_file = user::left_for().is_not_null();
    reasons([
        Reason::lasting(
            dated.clone(),
            ["", " after the end of the last day that the roster gives"],
            user::since_end(),
        ),
        Reason::lasting(
            dated.clone().not().and(by_file.clone()),
            ["", " after the end of the day of which the roster is, by which they had left"],
            user::left_for(),
        ),
        Reason::new(
            dated.or(by_file).not(),
            "and the roster says that they left and gives no last day",
        ),
    ])
}

pub(super) static SLA: Parameter = Parameter {
    key: "sla-hours",
    default: DefaultValue::Number(24),
    about: "hours after the end of the last day by which an account must be disabled",
};

/// Days after the last day of a person on which the account may still be active; one that is
/// allowed in part counts.
pub fn leaver_sla_days(settings: &RuleSettings) -> i64 {
    days(Parameters::of(RULE.name, settings))
}

fn days(parameters: Parameters<'_>) -> i64 {
    let hours = parameters.plain_number(&SLA);
    hours.div_euclid(24) + i64::from(hours.rem_euclid(24) > 0)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_01_counts_hours_from_the_end_of_the_last_day() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | active | roster_match | roster_status | since_end | tier
                   | prod     | u1      | ann@acme.test | yes   | matched      | terminated    | 24h             | 3
                   | prod     | u2      | bob@acme.test | yes   | matched      | terminated    | 24h1s           | 3
                   | prod     | u3      | cat@acme.test | yes   | matched      | terminated    | 900h            | 0
                   | prod     | u4      | dan@acme.test | no    | matched      | terminated    | 900h            | 3
                   | prod     | u5      | eve@acme.test | yes   | matched      | active        | -               | 3
                   | prod     | u6      | fay@acme.test | yes   | unmatched    | -             | -               | 3
            roster | instance | person_id
        "), @r"
        prod fail 2 of 4
        exceptions
        instance | subject_id | subject       | active | last_active | never_active | tier | roster_match | roster_status | since_end        | left_for | no_end_date | roster_contradiction | deadline | reasons                                                              | escalated
        prod     | u2         | bob@acme.test | yes    | -           | -            | 3    | matched      | terminated    | 1 day 1 second   | -        | -           | -                    | -        | 1 day 1 second after the end of the last day that the roster gives   | no
        prod     | u3         | cat@acme.test | yes    | -           | -            | 0    | matched      | terminated    | 37 days 12 hours | -        | -           | -                    | -        | 37 days 12 hours after the end of the last day that the roster gives | yes
        ");
    }

    #[test]
    fn usr_01_a_leaver_without_a_last_day_or_state_is_undetermined() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | active | roster_match | roster_status | since_end
                   | prod     | u1      | ann@acme.test | yes    | matched      | terminated    | -
                   | prod     | u2      | bob@acme.test | -      | matched      | terminated    | 900h
                   | prod     | u3      | cat@acme.test | yes    | ambiguous    | -             | -
            roster | instance | person_id
        "), @r"
        prod not-evaluable 0 of 3: 3 of 3 are undetermined; needed: The person behind the account, where the address belongs to several, and, in the roster, the last day of that person or the day of which the file is.
        undetermined
        instance | subject_id | subject       | active | last_active | never_active | tier | roster_match | roster_status | since_end        | left_for | no_end_date | roster_contradiction | deadline | reasons
        prod     | u1         | ann@acme.test | yes    | -           | -            | -    | matched      | terminated    | -                | -        | -           | -                    | -        | and the roster says that they left and gives no last day
        prod     | u2         | bob@acme.test | -      | -           | -            | -    | matched      | terminated    | 37 days 12 hours | -        | -           | -                    | -        | 37 days 12 hours after the end of the last day that the roster gives
        prod     | u3         | cat@acme.test | yes    | -           | -            | -    | ambiguous    | -             | -                | -        | -           | -                    | -        | and the roster says that they left and gives no last day
        ");
    }
}
