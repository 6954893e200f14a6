//! Lists that were not collected whole.

use polars::prelude::{col, lit};

use super::{Controls, Rule, Severity, Subject};
use crate::tables::Table;
use crate::tables::dictionary::ledger;
use crate::terms::{Param, Preset};

pub(super) static RULE: Rule = Rule {
    code: "EVD-01",
    name: "collection-incomplete",
    title: "Population not collected whole",
    severity: Severity::Critical,
    escalation: None,
    controls: Controls {
        soc2: &["CC2.1"],
        iso27001: &["A.5.28", "A.5.33"],
        nist80053: &["AC-2(j)", "CA-7"],
        pci: &["7.2.4"],
        cis: &["5.1"],
    },
    predicate: "Looks at every list that the configuration calls required. An exception is one whose reading did not end with the server saying that this was everything.",
    risk: "A short list looks like a clean one: whoever is missing from it is reviewed by nobody.",
    remedy: "Mend what the reason names, usually a scope of the token, the plan or the network, and collect again; state in the report what is missing until then.",
    missing: "Nothing is undetermined here: every request ends one way or another.",
    sentence: "The list {subject} of {instance} was not collected whole: {reason}.",
    subject: Subject::Endpoint,
    reads: &[Table::Ledger],
    params: &[&REQUIRED],
    sql: None,
    candidates: &|view, _| {
        let subject = [
            ledger::instance(),
            ledger::endpoint().alias("subject_id"),
            ledger::endpoint().alias("subject"),
        ];
        let facts = [ledger::outcome(), ledger::http_status(), ledger::reason()];
        view.get(Table::Ledger).select([subject.as_slice(), facts.as_slice()].concat())
    },
    population: &|terms| col("subject").is_in(terms.words(&REQUIRED), false),
    exception: &|_| ledger::outcome().neq(lit("ok")),
};

static REQUIRED: Param = Param {
    key: "required",
    default: Preset::Words(&["users", "groups"]),
    about: "lists without which a population is not whole",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn evd_01_names_every_required_list_that_is_not_whole() {
        insta::assert_snapshot!(check(&RULE, "
            ledger | instance | endpoint      | outcome  | http_status | reason
                   | prod     | users         | ok       | 200         | -
                   | prod     | groups        | scope    | 403         | the token has no scope `Groups > Read`
                   | prod     | access-tokens | plan     | 403         | the plan has no such endpoint
                   | lab      | users         | network  | -           | no answer within 60 s
                   | lab      | groups        | ok       | 200         | -
        "), @"
        prod fail 1 of 2
        lab fail 1 of 2
        exceptions
        instance | subject_id | subject | outcome | http_status | reason
        lab      | users      | users   | network | -           | no answer within 60 s
        prod     | groups     | groups  | scope   | 403         | the token has no scope `Groups > Read`
        ");
    }
}
