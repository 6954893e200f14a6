//! Accounts that several people use.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, accounts};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-13",
    name: "shared-account",
    title: "Shared or generic account",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at active accounts. Exception: an account whose address begins with a generic word, ended by a dot, underscore, plus, hyphen, digit or the at sign, and which the roster does not list as a service account.",
    risk: "What a shared account does cannot be attributed to one person: there is no accountability.",
    remedy: "Give each person an account of their own, or register the account in the roster as a service account with an owner.",
    missing: "An address of the account, and whether it is active.",
    sentence: "The address {subject} looks shared: it begins with `{mail_stem}`, and the roster has no such service account.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster],
    params: &[&WORDS],
    sql: None,
    subjects: &|view, _| {
        accounts(
            view,
            [user::active(), user::mail_stem(), user::roster_match(), user::roster_type()],
        )
    },
    population: &|_| user::active(),
    exception: &|parameters| {
        let generic = user::mail_stem().is_in(parameters.words(&WORDS), false);
        generic.and(user::roster_type().neq_missing(lit("service")))
    },
};

static WORDS: Parameter = Parameter {
    key: "words",
    default: DefaultValue::Words(&[
        "admin", "test", "demo", "dev", "ops", "support", "info", "team", "shared", "svc",
        "service", "qa", "root", "retool",
    ]),
    about: "beginnings of addresses that no single person has",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_13_names_generic_addresses_without_a_service_entry() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label                | active | mail_stem     | roster_type
                   | prod     | u1      | admin@acme.test      | yes    | admin         | -
                   | prod     | u2      | test2@acme.test      | yes    | test          | employee
                   | prod     | u3      | svc-etl@acme.test    | yes    | svc           | service
                   | prod     | u4      | administer@acme.test | yes    | administer    | -
                   | prod     | u5      | u5                   | yes    | -             | -
                   | prod     | u6      | info@acme.test       | no     | info          | -
            roster | instance | person_id
        "), @"
        prod fail 2 of 5
        exceptions
        instance | subject_id | subject         | active | mail_stem | roster_match | roster_type
        prod     | u1         | admin@acme.test | yes    | admin     | -            | -
        prod     | u2         | test2@acme.test | yes    | test      | -            | employee
        undetermined
        instance | subject_id | subject | active | mail_stem | roster_match | roster_type
        prod     | u5         | u5      | yes    | -         | -            | -
        ");
    }
}
