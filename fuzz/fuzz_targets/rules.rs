//! Rules of one's own: a whole file, or the SQL of one (the population, a line `---`, the
//! exception). What is sound runs on empty tables; what is not is refused, each problem with line
//! and column.
#![no_main]

use libfuzzer_sys::fuzz_target;
use retool_audit::custom_rules::parse;
use retool_audit_fuzz::expect_places;

const FILE: &str = "own.toml";

fuzz_target!(|text: &str| {
    let text = &match text.split_once("\n---\n") {
        Some((population, exception)) => around(population, exception),
        None => text.to_owned(),
    };
    match parse(text, FILE) {
        Ok(own) => assert_eq!(own.text, *text),
        Err(problems) => {
            expect_places(&problems, FILE);
            let lines = text.split('\n').count();
            for it in &problems.list {
                let line = it.at.strip_prefix("line ").and_then(|it| it.split_once(", column "));
                let line = line.and_then(|it| it.0.parse().ok());
                assert!(line.is_some_and(|it: usize| (1..=lines).contains(&it)), "{problems}");
            }
        }
    }
});

fn around(population: &str, exception: &str) -> String {
    format!(
        "code = \"OWN-01\"
name = \"own-one\"
title = \"Something to look at\"
severity = \"low\"
subject = \"user\"
predicate = \"Looks at accounts.\"
risk = \"Things happen.\"
remedy = \"Look.\"
missing = \"More facts.\"
sentence = \"{{subject}} is odd.\"
controls = {{ soc2 = [\"CC6.1\"] }}
population = '''
{population}
'''
exception = '''
{exception}
'''
"
    )
}
