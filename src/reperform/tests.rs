//! Every rule has its SQL, and the SQL says what the rule asks.

use std::collections::BTreeMap;

use sqlparser::ast::Statement;
use sqlparser::dialect;
use sqlparser::parser::Parser;

use super::{Dialect, query};
use crate::catalogue::Catalogue;
use crate::config::RuleSettings;
use crate::parameters::Parameters;
use crate::rules::{CATALOGUE, Rule};
use crate::tables::Table;

fn sql(name: &str, dialect: Dialect) -> String {
    let rule = rule(name);
    let settings = RuleSettings::default();
    query(rule, Parameters::of(rule.name, &settings), dialect).expect(name)
}

/// The dialect as the parser knows it.
fn parser(of: Dialect) -> Box<dyn dialect::Dialect> {
    match of {
        Dialect::DuckDb => Box::new(dialect::DuckDbDialect {}),
        Dialect::Spark => Box::new(dialect::DatabricksDialect {}),
        Dialect::Postgres => Box::new(dialect::PostgreSqlDialect {}),
        Dialect::Trino => Box::new(dialect::GenericDialect {}),
        Dialect::Snowflake => Box::new(dialect::SnowflakeDialect {}),
        Dialect::BigQuery => Box::new(dialect::BigQueryDialect {}),
    }
}

fn rule(name: &str) -> &'static Rule {
    CATALOGUE.iter().find(|it| it.name == name).expect(name)
}

/// A scan of a frame does not know its table's name.
#[test]
fn every_table_is_known_by_its_columns() {
    let mut seen = BTreeMap::new();
    for table in Table::ALL {
        let columns = format!("{:?}", table.schema());
        assert_eq!(seen.insert(columns, table), None, "{table:?}");
    }
}

#[test]
fn every_rule_has_sql_that_a_parser_of_each_dialect_reads() {
    let settings = RuleSettings::default();
    let mut wrong = Vec::new();
    for rule in Catalogue::default().rules() {
        for dialect in Dialect::ALL {
            let sql = match query(rule, Parameters::of(rule.name, &settings), *dialect) {
                Ok(it) => it,
                Err(why) => {
                    wrong.push(format!("{} {}: {why}", rule.code, dialect.word()));
                    continue;
                }
            };
            // What engines run in tests needs no parser's word.
            if dialect.is_tested() {
                continue;
            }
            match Parser::parse_sql(&*parser(*dialect), &sql).as_deref() {
                Ok([Statement::Query(_)]) => {}
                other => wrong.push(format!("{} {}: {other:?}\n{sql}", rule.code, dialect.word())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn r_sql_says_what_a_rule_asks() {
    insta::assert_snapshot!(sql("dormant-account", Dialect::DuckDb));
    insta::assert_snapshot!(sql("unapproved-admin", Dialect::DuckDb));
    insta::assert_snapshot!(sql("powerful-token", Dialect::Spark));
}
