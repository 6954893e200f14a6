//! Times that cannot be: in the future, out of order, or told by a clock that is off.
//!
//! Of all times that the API states, those of accounts are looked at, because ages rest on them. A
//! time counts as future where it lies after the reading of its list, which may take a while.

use polars::prelude::{DataType, Expr, LazyFrame, UnionArgs, col, concat, lit, when};

use super::{Reason, Rule, RuleKind, Severity, Subject, reasons};
use crate::parameters::{DefaultValue, Parameter, Parameters};
use crate::snapshot::completeness::CLOCK_SECONDS;
use crate::tables::dictionary::{ledger, user};
use crate::tables::{Table, View};

pub(super) static RULE: Rule = Rule {
    code: "EVD-12",
    name: "clock-anomaly",
    title: "Times that cannot be right",
    kind: RuleKind::Evidence,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at every account and at the server's clock, by the Date of its answers. Exception: an account with a time that lies more than the allowed seconds after the reading of the list, or with a last activity before its creation, and a clock that was off by more than the allowed seconds.",
    risk: "Ages are differences of times: where a clock is off, what looks recent may be old.",
    remedy: "Set the clock of the server, or of the machine that collects; where single accounts have impossible times, find out which import or restore made them.",
    missing: "When the account was created and when it was last active; for a clock, an answer that states its Date.",
    sentence: "On {instance}, {subject} has times that cannot be right: {reasons}; allowed: {=seconds}.",
    subject: Subject::Record,
    reads: &[Table::Users, Table::Ledger],
    params: &[&SECONDS],
    sql: None,
    subjects: &|view, parameters| {
        let all = concat([accounts(view), clocks(view)], UnionArgs::default());
        let [future, backwards, off] = faults(parameters);
        let skew = || ledger::clock_skew_seconds();
        let why = reasons([
            Reason::lasting(
                future,
                ["the latest of its times lies ", " after the reading of the list"],
                user::seconds_ahead(),
            ),
            Reason::new(backwards, "the last activity lies before the creation"),
            Reason::lasting(
                off.clone().and(skew().gt(lit(0))),
                ["its time is ", " ahead of the collector's"],
                skew(),
            ),
            Reason::lasting(
                off.and(skew().lt(lit(0))),
                ["its time is ", " behind the collector's"],
                lit(0) - skew(),
            ),
        ]);
        all.expect("two queries").with_columns([why])
    },
    population: &|_| lit(true),
    exception: &|parameters| faults(parameters).into_iter().fold(lit(false), |res, it| res.or(it)),
};

/// A time in the future, times out of order, a clock that is off.
fn faults(parameters: Parameters<'_>) -> [Expr; 3] {
    let future = user::seconds_ahead().gt(parameters.number(&SECONDS));
    let backwards = user::last_active().lt(user::created_at());
    let backwards = when(user::never_active()).then(lit(false)).otherwise(backwards);
    let skew = ledger::clock_skew_seconds();
    let off = skew.clone().gt(parameters.number(&SECONDS));
    [future, backwards, off.or((lit(0) - skew).gt(parameters.number(&SECONDS)))]
}

static SECONDS: Parameter = Parameter {
    key: "seconds",
    default: DefaultValue::Number(CLOCK_SECONDS),
    about: "seconds by which a time or a clock may be off",
};

fn accounts(view: &View) -> LazyFrame {
    view.get(Table::Users).select([
        user::instance(),
        user::user_id().alias("subject_id"),
        user::label().alias("subject"),
        user::created_at(),
        user::last_active(),
        user::never_active(),
        user::seconds_ahead(),
        lit(0).cast(DataType::Int64).alias("clock_skew_seconds"),
    ])
}

/// One row per instance that answered: its clock where it was furthest off, among the accounts as
/// if made at the same moment and never used.
fn clocks(view: &View) -> LazyFrame {
    let skew = || ledger::clock_skew_seconds();
    let furthest = when(skew().max().gt(lit(0) - skew().min())).then(skew().max());
    let furthest: Expr = furthest.otherwise(skew().min());
    let answered = view.get(Table::Ledger).filter(ledger::http_status().is_not_null());
    let clocks = answered.group_by([ledger::instance()]).agg([
        furthest.alias("clock_skew_seconds"),
        ledger::first_request_at().min().alias("created_at"),
    ]);
    clocks.select([
        ledger::instance(),
        lit("clock").alias("subject_id"),
        lit("the server's clock").alias("subject"),
        user::created_at(),
        user::created_at().alias("last_active"),
        lit(true).alias("never_active"),
        lit(0).cast(DataType::Int64).alias("seconds_ahead"),
        col("clock_skew_seconds"),
    ])
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn evd_12_finds_times_that_cannot_be() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | created_at | last_active | never_active | seconds_ahead
                   | prod     | u1      | ann@acme.test | 2026-01-10 | 2026-10-30  | no           | -180000
                   | prod     | u2      | bob@acme.test | 2026-01-10 | 2026-11-02  | no           | 300
                   | prod     | u3      | cat@acme.test | 2026-01-10 | 2026-11-02  | no           | 301
                   | prod     | u4      | dan@acme.test | 2026-01-10 | 2026-01-09  | no           | -900000
                   | prod     | u5      | eve@acme.test | 2026-01-10 | -           | yes          | -900000
                   | prod     | u6      | fay@acme.test | 2026-01-10 | -           | -            | -900000
                   | prod     | u7      | gus@acme.test | -          | 2026-10-30  | no           | -180000
                   | prod     | u8      | hal@acme.test | -          | -           | -            | -
                   | prod     | u9      | ida@acme.test | -          | -           | yes          | 9000
            ledger | instance | endpoint | http_status | first_request_at | clock_skew_seconds
                   | prod     | users    | 200         | 2026-11-02       | 300
                   | prod     | groups   | 200         | 2026-11-02       | -
                   | fast     | users    | 200         | 2026-11-02       | 301
                   | fast     | groups   | 200         | 2026-11-02       | -2
                   | slow     | users    | 200         | 2026-11-02       | 1
                   | slow     | groups   | 404         | 2026-11-02       | -400
                   | mute     | users    | 200         | 2026-11-02       | -
                   | import   | users    | -           | 2026-11-02       | -
        "), @"
        prod fail 3 of 10
        fast fail 1 of 1
        slow fail 1 of 1
        mute not-evaluable 0 of 1: 1 of 1 is undetermined; needed: When the account was created and when it was last active; for a clock, an answer that states its Date.
        import not-applicable 0 of 0: the instance has nothing that the rule looks at
        exceptions
        instance | subject_id | subject            | created_at | last_active | never_active | seconds_ahead | clock_skew_seconds | reasons
        fast     | clock      | the server's clock | 2026-11-02 | 2026-11-02  | yes          | 0             | 301                | its time is 5 minutes 1 second ahead of the collector's
        prod     | u3         | cat@acme.test      | 2026-01-10 | 2026-11-02  | no           | 301           | 0                  | the latest of its times lies 5 minutes 1 second after the reading of the list
        prod     | u4         | dan@acme.test      | 2026-01-10 | 2026-01-09  | no           | -900000       | 0                  | the last activity lies before the creation
        prod     | u9         | ida@acme.test      | -          | -           | yes          | 9000          | 0                  | the latest of its times lies 2 hours 30 minutes after the reading of the list
        slow     | clock      | the server's clock | 2026-11-02 | 2026-11-02  | yes          | 0             | -400               | its time is 6 minutes 40 seconds behind the collector's
        undetermined
        instance | subject_id | subject            | created_at | last_active | never_active | seconds_ahead | clock_skew_seconds | reasons
        mute     | clock      | the server's clock | 2026-11-02 | 2026-11-02  | yes          | 0             | -                  |
        prod     | u6         | fay@acme.test      | 2026-01-10 | -           | -            | -900000       | 0                  |
        prod     | u7         | gus@acme.test      | -          | 2026-10-30  | no           | -180000       | 0                  |
        prod     | u8         | hal@acme.test      | -          | -           | -            | -             | 0                  |
        ");
    }
}
