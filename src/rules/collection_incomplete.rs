//! Lists that were not collected whole.

use polars::prelude::{col, lit};

use super::{Rule, RuleKind, Severity, Subject, unknown};
use crate::config::{RuleSettings, Value};
use crate::parameters::{DefaultValue, Parameter, Parameters};
use crate::snapshot::ledger::{CompletenessBasis, Endpoint};
use crate::tables::Table;
use crate::tables::dictionary::ledger;

pub(super) static RULE: Rule = Rule {
    code: "EVD-01",
    name: "collection-incomplete",
    title: "Required list not collected completely",
    kind: RuleKind::Evidence,
    severity: Severity::Critical,
    escalation: None,
    predicate: "Looks at every list that the configuration calls required. Exception: a list whose reading broke off or was refused, that ends with a full page while nothing says that it was the last, or whose length differs from the number stated beside imported files.",
    risk: "A short list looks like a clean one: a person who is missing from it is not reviewed.",
    remedy: "Correct what the reason names, usually a scope of the token, the plan or the network, and collect again; state in the report what is missing until then.",
    missing: "The server's count or its word that nothing follows; and every cell of the list that could not be read.",
    sentence: "The list {subject} of {instance} was not collected completely[: {reason}].",
    subject: Subject::Endpoint,
    reads: &[Table::Ledger],
    params: &[&REQUIRED],
    sql: None,
    subjects: &|view, _| {
        let subject = [
            ledger::instance(),
            ledger::endpoint().alias("subject_id"),
            ledger::endpoint().alias("subject"),
        ];
        let facts = [
            ledger::outcome(),
            ledger::http_status(),
            ledger::reason(),
            ledger::whole_by(),
            ledger::fields_unreadable(),
        ];
        view.get(Table::Ledger).select([subject.as_slice(), facts.as_slice()].concat())
    },
    population: &|parameters| col("subject").is_in(parameters.words(&REQUIRED), false),
    exception: &|_| {
        let by = |completeness_basis: CompletenessBasis| {
            ledger::whole_by().eq(lit(completeness_basis.word()))
        };
        let short = by(CompletenessBasis::FullPages).or(by(CompletenessBasis::NotAsStated));
        let broken = ledger::outcome().neq(lit("ok")).or(short);
        let unsure = by(CompletenessBasis::Nothing);
        let unread = ledger::fields_unreadable().neq(lit(""));
        broken.or(unsure.or(unread).and(unknown()))
    },
};

static REQUIRED: Parameter = Parameter {
    key: "required",
    default: DefaultValue::Words(&["users", "groups"]),
    about: "lists without which a population is not whole",
};

/// The lists that the configuration requires.
pub fn required(settings: &RuleSettings) -> Vec<Endpoint> {
    let words = match Parameters::of(RULE.name, settings).value(&REQUIRED) {
        Value::Words(words) => words,
        Value::Number(_) | Value::Pairs(_) => Vec::new(),
    };
    let named = |endpoint: &&Endpoint| words.iter().any(|word| word == endpoint.name());
    Endpoint::ALL.iter().filter(named).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn evd_01_names_every_required_list_that_is_not_whole() {
        insta::assert_snapshot!(check(&RULE, "
            ledger | instance | endpoint      | outcome  | http_status | reason                                 | whole_by      | fields_unreadable
                   | prod     | users         | ok       | 200         |                                        | count-and-end |
                   | prod     | groups        | scope    | 403         | the token has no scope `Groups > Read` |               |
                   | prod     | access-tokens | plan     | 403         | the plan has no such endpoint          |               |
                   | lab      | users         | network  | -           | no answer within 60 s                  |               |
                   | lab      | groups        | ok       | 200         |                                        | nothing       |
                   | old      | users         | ok       | 200         |                                        | end           | last_active
                   | old      | groups        | ok       | 200         |                                        |               |
                   | files    | users         | ok       | -           | 200 records are full pages             | full-pages    |
                   | files    | groups        | ok       | -           |                                        | count         |
                   | sheets   | users         | ok       | -           |                                        | as-stated     |
                   | sheets   | groups        | ok       | -           | 9 records as Ana states, and 8 came    | not-as-stated |
        "), @"
        prod fail 1 of 2
        lab fail 1 of 2
        old not-evaluable 0 of 2: 1 of 2 is undetermined; needed: The server's count or its word that nothing follows; and every cell of the list that could not be read.
        files fail 1 of 2
        sheets fail 1 of 2
        exceptions
        instance | subject_id | subject | outcome | http_status | reason                                 | whole_by      | fields_unreadable
        files    | users      | users   | ok      | -           | 200 records are full pages             | full-pages    |
        lab      | users      | users   | network | -           | no answer within 60 s                  |               |
        prod     | groups     | groups  | scope   | 403         | the token has no scope `Groups > Read` |               |
        sheets   | groups     | groups  | ok      | -           | 9 records as Ana states, and 8 came    | not-as-stated |
        undetermined
        instance | subject_id | subject | outcome | http_status | reason | whole_by | fields_unreadable
        lab      | groups     | groups  | ok      | 200         |        | nothing  |
        old      | users      | users   | ok      | 200         |        | end      | last_active
        ");
    }
}
