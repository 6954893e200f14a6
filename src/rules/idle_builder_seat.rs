//! Builder seats that are not used.
//!
//! A builder who signs in and saves nothing is not found here: the right to build is asked about
//! apart. An account of which the seat is not known is undetermined only where it is disabled or
//! dormant.

use polars::prelude::{lit, when};

use super::{Reason, Rule, RuleKind, Severity, Subject, is_persons, people, reasons, unknown};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "DRM-06",
    name: "idle-builder-seat",
    title: "Builder seat of a disabled or dormant account",
    kind: RuleKind::Control,
    severity: Severity::Info,
    escalation: None,
    predicate: "Looks at accounts with a builder seat, as Retool reports it, and at every account whose seat it does not report. Exception: an account that is disabled, or whose last activity is more than the allowed days before the collection. Service accounts with an owner in the roster are left out of the latter. Builders who are active and save nothing are not found here.",
    risk: "A builder seat costs most, and leaves a right to change apps with a person who does not need it.",
    remedy: "Give the seat to a person who builds, under Settings > Users.",
    missing: "The seat of the account, which older versions do not report, whether it is active, and its last activity.",
    sentence: "{subject} has a builder seat on {instance} and {reasons} (allowed without activity: {=days}).",
    subject: Subject::User,
    reads: &[Table::Users],
    params: &[&DAYS],
    sql: None,
    subjects: &|view, parameters| {
        let long = user::inactive_for().gt(parameters.days(&DAYS));
        let why = reasons([
            Reason::new(user::active().not(), "is disabled"),
            Reason::lasting(long, ["has not been active for ", ""], user::inactive_for()),
        ]);
        let idle = [user::last_active(), user::inactive_for(), user::never_active()];
        people(view, [user::active(), user::seat_reported()].into_iter().chain(idle))
            .with_columns([why])
    },
    population: &|_| {
        let seat = user::seat_reported;
        let known = ["builder", "internalUser", "externalUser", ""];
        let known = known.map(|it| seat().eq(lit(it)));
        let known = known.into_iter().fold(lit(false), |any, it| any.or(it));
        // An unknown word may be a builder's.
        when(known).then(seat().eq(lit("builder"))).otherwise(unknown())
    },
    exception: &|parameters| {
        let idle = user::inactive_for().gt(parameters.days(&DAYS)).and(is_persons());
        let dormant = when(user::never_active()).then(lit(false)).otherwise(idle);
        user::active().not().or(dormant)
    },
};

static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::As("dormant-account", &super::dormant_account::DAYS),
    about: "days without activity after which a seat is idle",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn drm_06_names_seats_of_the_disabled_and_the_dormant() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label         | active | seat_reported | inactive_for | never_active
                  | prod     | u1      | ann@acme.test | yes    | builder       | 90d           | no
                  | prod     | u2      | bob@acme.test | yes    | builder       | 90d1s         | no
                  | prod     | u3      | cat@acme.test | no     | builder       | 3d            | no
                  | prod     | u4      | dan@acme.test | no     | internalUser  | 300d          | no
                  | prod     | u5      | eve@acme.test | no     |               | 300d          | no
                  | prod     | u6      | fay@acme.test | yes    | builder       | -             | yes
                  | prod     | u7      | gus@acme.test | yes    | builder       | -             | -
                  | prod     | u8      | hal@acme.test | -      | builder       | 3d            | no
                  | prod     | u9      | ida@acme.test | no     | -             | 3d            | no
                  | prod     | v1      | jo@acme.test  | yes    | -             | 3d            | no
                  | prod     | v2      | kim@acme.test | no     | agentUser     | 3d            | no
                  | prod     | v3      | leo@acme.test | yes    | agentUser     | 3d            | no
        "), @"
        prod fail 2 of 10
        exceptions
        instance | subject_id | subject       | active | seat_reported | last_active | inactive_for     | never_active | reasons
        prod     | u2         | bob@acme.test | yes    | builder       | -           | 90 days 1 second | no           | has not been active for 90 days 1 second
        prod     | u3         | cat@acme.test | no     | builder       | -           | 3 days           | no           | is disabled
        undetermined
        instance | subject_id | subject       | active | seat_reported | last_active | inactive_for | never_active | reasons
        prod     | u7         | gus@acme.test | yes    | builder       | -           | -            | -            |
        prod     | u8         | hal@acme.test | -      | builder       | -           | 3 days       | no           |
        prod     | u9         | ida@acme.test | no     | -             | -           | 3 days       | no           | is disabled
        prod     | v2         | kim@acme.test | no     | agentUser     | -           | 3 days       | no           | is disabled
        ");
    }
}
