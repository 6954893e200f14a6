//! Identities that are not unique.
//!
//! Two readings are looked at together: a record that came in two versions, and accounts that share
//! an address. An account without an address shares it with no known account.

use polars::prelude::{DataType, LazyFrame, UnionArgs, concat, lit};

use super::{Reason, Rule, RuleKind, Severity, Subject, reasons};
use crate::tables::dictionary::{ledger, user};
use crate::tables::{Table, View};

pub(super) static RULE: Rule = Rule {
    code: "EVD-03",
    name: "conflicting-duplicates",
    title: "Conflicting records for one identity",
    kind: RuleKind::Evidence,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at active accounts and at every list that was read to its end. Exception: an account whose address, whatever its case, another active account of the instance has too, or a list in which one id came with different contents.",
    risk: "Where an identity is not unique, what one account does is attributed to another, and disabling one leaves the other.",
    remedy: "Disable all but one of the accounts under Settings > Users; where a record came in two versions, collect again and report it to Retool's support if it stays.",
    missing: "The address of the account, and whether each account under that address may sign in.",
    sentence: "On {instance}, {subject} is not unique; {reasons}.",
    subject: Subject::Record,
    reads: &[Table::Users, Table::Ledger],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        let all = concat([accounts(view), lists(view)], UnionArgs::default());
        let why = reasons([
            Reason::with(
                user::namesakes().gt(lit(0)),
                ["other active accounts with the address: ", ""],
                user::namesakes(),
            ),
            Reason::with(
                ledger::rows_conflicting().gt(lit(0)),
                ["records that came in versions that differ: ", ""],
                ledger::rows_conflicting(),
            ),
        ]);
        all.expect("two queries").with_columns([why])
    },
    population: &|_| user::active(),
    exception: &|_| user::namesakes().gt(lit(0)).or(ledger::rows_conflicting().gt(lit(0))),
};

fn accounts(view: &View) -> LazyFrame {
    view.get(Table::Users).select([
        user::instance(),
        user::user_id().alias("subject_id"),
        user::label().alias("subject"),
        user::active(),
        user::namesakes(),
        lit(0).cast(DataType::Int64).alias("rows_conflicting"),
    ])
}

/// Lists stand among the accounts as if they were active and alone.
fn lists(view: &View) -> LazyFrame {
    let name = lit("the list ") + ledger::endpoint();
    view.get(Table::Ledger).filter(ledger::outcome().eq(lit("ok"))).select([
        ledger::instance(),
        ledger::endpoint().alias("subject_id"),
        name.alias("subject"),
        lit(true).alias("active"),
        lit(0).cast(DataType::Int64).alias("namesakes"),
        ledger::rows_conflicting(),
    ])
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn evd_03_wants_every_identity_once() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | active | namesakes
                   | prod     | u1      | ann@acme.test | yes    | 0
                   | prod     | u2      | Bob@acme.test | yes    | 1
                   | prod     | u3      | bob@acme.test | yes    | 1
                   | prod     | u4      | cat@acme.test | no     | 1
                   | prod     | u5      | dan@acme.test | yes    | -
                   | prod     | u6      | eve@acme.test | -      | 1
                   | prod     | u7      | fay@acme.test | -      | 0
            ledger | instance | endpoint      | outcome | rows_conflicting
                   | prod     | users         | ok      | 0
                   | prod     | user-invites  | ok      | 2
                   | prod     | access-tokens | scope   | 1
                   | lab      | users         | ok      | 0
        "), @"
        prod fail 3 of 8
        lab pass 0 of 1
        exceptions
        instance | subject_id   | subject               | active | namesakes | rows_conflicting | reasons
        prod     | u2           | Bob@acme.test         | yes    | 1         | 0                | other active accounts with the address: 1
        prod     | u3           | bob@acme.test         | yes    | 1         | 0                | other active accounts with the address: 1
        prod     | user-invites | the list user-invites | yes    | 0         | 2                | records that came in versions that differ: 2
        undetermined
        instance | subject_id | subject       | active | namesakes | rows_conflicting | reasons
        prod     | u5         | dan@acme.test | yes    | -         | 0                |
        prod     | u6         | eve@acme.test | -      | 1         | 0                | other active accounts with the address: 1
        ");
    }
}
