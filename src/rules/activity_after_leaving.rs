//! Accounts used after their person had left.
//!
//! Hours count from the end of the last day where the organization is, as in `leaver-still-active`.
//! A person who has a last day and whom the roster still calls active counts too: the account was
//! used after it.

use polars::prelude::{lit, when};

use super::{Rule, RuleKind, Severity, Subject, accounts};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-02",
    name: "activity-after-leaving",
    title: "Account was used after its person had left",
    kind: RuleKind::Control,
    severity: Severity::Critical,
    escalation: None,
    predicate: "Looks at accounts whose person the roster knows, disabled ones too. Exception: an account whose last activity is more than the allowed hours after the end of the person's last day where the organization is.",
    risk: "The account was used when its owner was no longer entitled to: by the owner, or by another person who has the password.",
    remedy: "Treat it as an incident: disable the account under Settings > Users, revoke its tokens, and read in the audit log what was done.",
    missing: "The person behind the account, where the address belongs to several, the last day of that person, and the last activity of the account.",
    sentence: "{subject} was last active on {instance} on {last_active}, {use_after_end} after the end of the last day that the roster gives; allowed: {=hours}.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster],
    params: &[&HOURS],
    sql: None,
    subjects: &|view, _| {
        let account = [user::active(), user::last_active(), user::never_active(), user::tier()];
        let person = [
            user::roster_match(),
            user::roster_status(),
            user::no_end_date(),
            user::roster_contradiction(),
        ];
        let facts = account.into_iter().chain(person);
        accounts(view, facts.chain([user::use_after_end()]))
    },
    population: &|_| user::roster_match().neq(lit("unmatched")),
    exception: &|parameters| {
        let late = user::use_after_end().gt(parameters.hours(&HOURS));
        let stays = user::no_end_date().and(user::roster_status().neq(lit("terminated")));
        let calm = user::never_active().or(stays);
        when(calm).then(lit(false)).otherwise(late)
    },
};

static HOURS: Parameter = Parameter {
    key: "hours",
    default: DefaultValue::Number(24),
    about: "hours after the end of the last day in which activity is tolerated",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_02_counts_hours_from_the_end_of_the_last_day() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | active | never_active | roster_match | roster_status | no_end_date | use_after_end
                   | prod     | u1      | ann@acme.test | no     | no           | matched      | terminated    | no          | 24h
                   | prod     | u2      | bob@acme.test | no     | no           | matched      | terminated    | no          | 24h1s
                   | prod     | u3      | cat@acme.test | yes    | no           | matched      | active        | no          | 24h1s
                   | prod     | u4      | dan@acme.test | yes    | no           | matched      | active        | yes         | -
                   | prod     | u5      | eve@acme.test | yes    | yes          | matched      | terminated    | no          | -
                   | prod     | u6      | fay@acme.test | yes    | no           | unmatched    |               | -           | -
                   | prod     | u7      | gus@acme.test | yes    | no           | matched      | terminated    | yes         | -
                   | prod     | u8      | hal@acme.test | yes    | -            | matched      | terminated    | no          | -
                   | prod     | u9      | ida@acme.test | yes    | no           | ambiguous    | -             | -           | -
            roster | instance | person_id
        "), @"
        prod fail 2 of 8
        exceptions
        instance | subject_id | subject       | active | last_active | never_active | tier | roster_match | roster_status | no_end_date | roster_contradiction | use_after_end
        prod     | u2         | bob@acme.test | no     | -           | no           | -    | matched      | terminated    | no          | -                    | 1 day 1 second
        prod     | u3         | cat@acme.test | yes    | -           | no           | -    | matched      | active        | no          | -                    | 1 day 1 second
        undetermined
        instance | subject_id | subject       | active | last_active | never_active | tier | roster_match | roster_status | no_end_date | roster_contradiction | use_after_end
        prod     | u7         | gus@acme.test | yes    | -           | no           | -    | matched      | terminated    | yes         | -                    | -
        prod     | u8         | hal@acme.test | yes    | -           | -            | -    | matched      | terminated    | no          | -                    | -
        prod     | u9         | ida@acme.test | yes    | -           | no           | -    | ambiguous    | -             | -           | -                    | -
        ");
    }
}
