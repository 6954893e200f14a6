//! Lists of which the counts do not agree.
//!
//! What came, what was told apart, what the server counts and what the snapshot holds must be one
//! number. That the tables and documents hold what the snapshot does is checked where they are
//! made.

use polars::prelude::{DataType, Expr, col, lit, when};

use super::{Rule, RuleKind, Severity, Subject};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::ledger;

pub(super) static RULE: Rule = Rule {
    code: "EVD-02",
    name: "count-mismatch",
    title: "Record counts of a list do not agree",
    kind: RuleKind::Evidence,
    severity: Severity::Critical,
    escalation: None,
    predicate: "Looks at every list that was read to its end. Exception: a list where the server sent more records than are distinct, where the server counts more or fewer than it sent or counts differently in different answers, where records have no id to tell them apart by, or where the snapshot does not hold what came.",
    risk: "A count that does not tie out shows that something is missing or made up, and not what.",
    remedy: "Collect again while no changes are made to the instance, or with mode single, which takes the list in one answer; if the counts still differ, ask Retool's support with the hashes of the answers.",
    missing: "Nothing is undetermined here: every list that was read has its counts.",
    sentence: "The server of {instance} sent {rows_received|record} of the list {subject}; {distinct_ids} are distinct and {rows_kept} were kept; {server_count}; records without an id: {rows_without_id}; allowed difference: {=rows}.",
    subject: Subject::Endpoint,
    reads: &[Table::Ledger],
    params: &[&ROWS],
    sql: None,
    subjects: &|view, _| {
        let subject = [
            ledger::instance(),
            ledger::endpoint().alias("subject_id"),
            ledger::endpoint().alias("subject"),
        ];
        let counts = [
            ledger::outcome(),
            ledger::rows_received(),
            ledger::distinct_ids(),
            ledger::total_count(),
            ledger::rows_missing(),
            ledger::rows_surplus(),
            ledger::rows_kept(),
            ledger::rows_aside(),
            ledger::rows_without_id(),
            ledger::counts_differing(),
            server_count().alias(SERVER_COUNT),
        ];
        view.get(Table::Ledger).select([subject.as_slice(), counts.as_slice()].concat())
    },
    population: &|_| ledger::outcome().eq(lit("ok")),
    exception: &|parameters| {
        let stored = ledger::rows_kept() + ledger::rows_aside();
        // An object that is gone when its access list is asked for is no count that is off.
        let of_objects = col("subject").eq(lit("permissions"));
        let off: [Expr; 5] = [
            ledger::rows_received() - ledger::distinct_ids(),
            when(of_objects).then(lit(0)).otherwise(ledger::rows_missing()),
            ledger::rows_surplus(),
            ledger::distinct_ids() - stored,
            ledger::rows_without_id(),
        ];
        off.into_iter().fold(ledger::counts_differing().neq(lit("")), |res, it| {
            let allowed = parameters.number(&ROWS);
            res.or(it.clone().gt(allowed.clone())).or((lit(0) - it).gt(allowed))
        })
    },
};

/// What the server counts beside what it sent, in words.
const SERVER_COUNT: &str = "server_count";

fn server_count() -> Expr {
    let text = |it: Expr| it.cast(DataType::String);
    let counts = text(ledger::rows_missing())
        + lit(" more and ")
        + text(ledger::rows_surplus())
        + lit(" fewer are counted by the server");
    when(ledger::total_count().is_null()).then(lit("the server states no count")).otherwise(counts)
}

static ROWS: Parameter = Parameter {
    key: "rows",
    default: DefaultValue::Number(0),
    about: "records by which two counts of a list may differ",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::{check, check_with};

    #[test]
    fn evd_02_wants_every_count_to_agree() {
        insta::assert_snapshot!(check(&RULE, "
            ledger | instance | endpoint        | outcome  | rows_received | distinct_ids | total_count | rows_missing | rows_surplus | rows_kept | rows_aside | rows_without_id | counts_differing
                   | prod     | users           | ok       | 250           | 250          | 250         | 0            | 0            | 250       | 0          | 0               |
                   | prod     | groups          | ok       | 9             | 8            | -           | 0            | 0            | 8         | 0          | 0               |
                   | prod     | user-invites    | ok       | 5             | 5            | 6           | 1            | 0            | 5         | 0          | 0               |
                   | prod     | access-tokens   | ok       | 5             | 5            | 4           | 0            | 1            | 5         | 0          | 0               |
                   | prod     | spaces          | ok       | 5             | 5            | -           | 0            | 0            | 4         | 0          | 0               |
                   | prod     | access-requests | protocol | 5             | 4            | -           | 0            | 0            | 0         | 4          | 0               |
                   | down     | users           | ok       | 3             | 3            | -           | 0            | 0            | 0         | 3          | 0               |
                   | odd      | users           | ok       | 201           | 201          | 201         | 0            | 0            | 201       | 0          | 0               | 200, 201
                   | odd      | groups          | ok       | 3             | 3            | 3           | 0            | 0            | 3         | 0          | 1               |
        "), @"
        prod fail 4 of 5
        down pass 0 of 1
        odd fail 2 of 2
        exceptions
        instance | subject_id    | subject       | outcome | rows_received | distinct_ids | total_count | rows_missing | rows_surplus | rows_kept | rows_aside | rows_without_id | counts_differing | server_count
        odd      | groups        | groups        | ok      | 3             | 3            | 3           | 0            | 0            | 3         | 0          | 1               |                  | 0 more and 0 fewer are counted by the server
        odd      | users         | users         | ok      | 201           | 201          | 201         | 0            | 0            | 201       | 0          | 0               | 200, 201         | 0 more and 0 fewer are counted by the server
        prod     | access-tokens | access-tokens | ok      | 5             | 5            | 4           | 0            | 1            | 5         | 0          | 0               |                  | 0 more and 1 fewer are counted by the server
        prod     | groups        | groups        | ok      | 9             | 8            | -           | 0            | 0            | 8         | 0          | 0               |                  | the server states no count
        prod     | spaces        | spaces        | ok      | 5             | 5            | -           | 0            | 0            | 4         | 0          | 0               |                  | the server states no count
        prod     | user-invites  | user-invites  | ok      | 5             | 5            | 6           | 1            | 0            | 5         | 0          | 0               |                  | 1 more and 0 fewer are counted by the server
        ");
    }

    #[test]
    fn evd_02_allows_what_the_configuration_allows() {
        let two = [("rows", crate::config::Value::Number(2))];
        insta::assert_snapshot!(check_with(&RULE, &two, "
            ledger | instance | endpoint | outcome | rows_received | distinct_ids | rows_missing | rows_surplus | rows_kept | rows_aside | rows_without_id | counts_differing
                   | prod     | users    | ok      | 12            | 10           | 0            | 0            | 10        | 0          | 0               |
                   | prod     | groups   | ok      | 13            | 10           | 0            | 0            | 10        | 0          | 0               |
        "), @"
        prod fail 1 of 2
        exceptions
        instance | subject_id | subject | outcome | rows_received | distinct_ids | total_count | rows_missing | rows_surplus | rows_kept | rows_aside | rows_without_id | counts_differing | server_count
        prod     | groups     | groups  | ok      | 13            | 10           | -           | 0            | 0            | 10        | 0          | 0               |                  | the server states no count
        ");
    }
}
