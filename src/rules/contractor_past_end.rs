//! Contractors whose contract is over.
//!
//! The last day still counts as working, so the contract is over when that day has ended where
//! the organization is.

use polars::prelude::{lit, when};

use super::{Rule, RuleKind, Severity, Subject, accounts, unknown};
use crate::parameters::{DefaultValue, Parameter};
use crate::subjects::deadline;
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-07",
    name: "contractor-past-end",
    title: "Contract is over and the account is active",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at active accounts whose person the roster knows. Exception: an account of a contractor whose last day ended, where the organization is, more than the allowed days ago, whatever status the roster gives. For any other person, it is undetermined where the status and the last day contradict each other and the last day may have ended that long ago.",
    risk: "A contract that ran out is the end of the reason for access, also where HR has not said so yet.",
    remedy: "Disable the account under Settings > Users, or have the contract extended with an approval and a new last day in the roster.",
    missing: "The person behind the account, where the address belongs to several, the kind of contract, and its last day.",
    sentence: "The contract behind {subject} ended {since_end} ago, and the account can still sign in to {instance}; allowed: {=days}.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster],
    params: &[&DAYS],
    sql: None,
    subjects: &|view, parameters| {
        let person = [
            user::roster_match(),
            user::roster_type(),
            user::roster_status(),
            user::roster_contradiction(),
        ];
        let last = deadline(user::end_date(), parameters.plain_number(&DAYS));
        let end = [user::no_end_date(), user::since_end(), last];
        let facts = [user::active(), user::tier()].into_iter().chain(person).chain(end);
        accounts(view, facts)
    },
    population: &|_| user::active().and(user::roster_match().neq(lit("unmatched"))),
    exception: &|parameters| {
        // Several people behind one address have no type in the table, and any could be meant.
        let kind =
            user::roster_match().eq(lit("matched")).and(user::roster_type().neq(lit("unknown")));
        let contractor = when(kind).then(user::roster_type().eq(lit("contractor")));
        let over = user::since_end().gt(parameters.days(&DAYS));
        let over = when(user::no_end_date()).then(lit(false)).otherwise(over);
        let contract = contractor.otherwise(unknown()).and(over.clone());
        // A person who works by the status and has left by the day may be no contractor at all; the
        // last day of a person who left by the status is not known where it is to come.
        let maybe = over.fill_null(lit(true));
        let contradicted = user::roster_contradiction().neq(lit("")).and(maybe);
        when(contract.clone().fill_null(lit(false)))
            .then(lit(true))
            .when(contradicted.fill_null(lit(false)))
            .then(unknown())
            .otherwise(contract)
    },
};

static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(0),
    about: "days after the last day of a contract by which the account must be disabled",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_07_counts_from_the_end_of_the_last_day() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | active | roster_match | roster_type | roster_status | no_end_date | since_end
                   | prod     | u1      | ann@acme.test | yes    | matched      | contractor  | active        | no          | -1h
                   | prod     | u2      | bob@acme.test | yes    | matched      | contractor  | active        | no          | 0d
                   | prod     | v3      | leo@acme.test | yes    | matched      | contractor  | active        | no          | 0d1s
                   | prod     | u3      | cat@acme.test | yes    | matched      | contractor  | active        | yes         | -
                   | prod     | u4      | dan@acme.test | yes    | matched      | employee    | active        | no          | 900h
                   | prod     | u5      | eve@acme.test | no     | matched      | contractor  | active        | no          | 900h
                   | prod     | u6      | fay@acme.test | yes    | unmatched    | -           |               | -           | -
                   | prod     | u7      | gus@acme.test | yes    | ambiguous    | -           | -             | -           | -
                   | prod     | u8      | hal@acme.test | yes    | matched      | unknown     | active        | no          | 900h
                   | prod     | u9      | ida@acme.test | yes    | matched      | unknown     | active        | yes         | -
                   | prod     | v1      | jo@acme.test  | -      | matched      | contractor  | active        | no          | 900h
                   | prod     | v2      | kim@acme.test | yes    | matched      | contractor  | active        | -           | -
            roster | instance | person_id
        "), @r"
        prod fail 1 of 10
        exceptions
        instance | subject_id | subject       | active | tier | roster_match | roster_type | roster_status | roster_contradiction | no_end_date | since_end | deadline
        prod     | v3         | leo@acme.test | yes    | -    | matched      | contractor  | active        | -                    | no          | 1 second  | -
        undetermined
        instance | subject_id | subject       | active | tier | roster_match | roster_type | roster_status | roster_contradiction | no_end_date | since_end        | deadline
        prod     | u7         | gus@acme.test | yes    | -    | ambiguous    | -           | -             | -                    | -           | -                | -
        prod     | u8         | hal@acme.test | yes    | -    | matched      | unknown     | active        | -                    | no          | 37 days 12 hours | -
        prod     | v1         | jo@acme.test  | -      | -    | matched      | contractor  | active        | -                    | no          | 37 days 12 hours | -
        prod     | v2         | kim@acme.test | yes    | -    | matched      | contractor  | active        | -                    | -           | -                | -
        ");
    }
}
