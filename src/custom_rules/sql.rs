//! The SQL that rules may be written in: one SELECT over the data dictionary, and conditions.
//!
//! Whatever is not known to work is refused, because the engine below answers some SQL wrongly
//! without a word. And whatever would lose an unknown value is refused too: a comparison with
//! unknown is unknown, so the row would be gone from the population, or look fine.

mod call;
mod column;
mod depth;
mod fill;
mod from;
mod function;
mod literal;
mod query;
mod steps;
mod term;

use std::collections::BTreeSet;

use sqlparser::ast::{Expr, Query, SetExpr, Spanned as _, Statement};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token};

use self::column::Relation;
pub(super) use self::column::SqlColumn;
pub use self::column::{columns, readable};
pub use self::function::FUNCTIONS;
pub(super) use self::steps::{Joined, QuerySource, QuerySteps};
use crate::parameters::{Parameter, Parameters};
use crate::tables::Table;

/// The column of a population that says whether a subject belongs to it.
const MEMBER: &str = crate::rules::MEMBER;

/// Something wrong in a text of SQL.
#[derive(Debug)]
pub(super) struct SqlProblem {
    /// Line and column, from 1.
    pub(super) at: (usize, usize),
    /// What is wrong.
    pub(super) what: String,
    /// What to write instead.
    pub(super) help: Option<String>,
}

/// A sound query for a population.
#[derive(Clone, Debug)]
pub(super) struct Population {
    query: Query,
    /// The tables that it reads.
    pub(super) reads: Vec<Table>,
    /// The columns that come out.
    pub(super) columns: Vec<SqlColumn>,
}

impl Population {
    /// The query with values for its parameters.
    pub(super) fn filled(&self, params: &[&Parameter], parameters: Parameters<'_>) -> Query {
        fill::filled(&self.query, params, parameters)
    }

    /// The query with values for its parameters, in steps.
    pub(super) fn steps(&self, params: &[&Parameter], parameters: Parameters<'_>) -> QuerySteps {
        QuerySteps::of(self.filled(params, parameters))
    }
}

/// A sound condition on the columns of a population.
#[derive(Clone, Debug)]
pub(super) struct Condition(Expr);

impl Condition {
    /// The condition with values for its parameters.
    pub(super) fn filled(&self, params: &[&Parameter], parameters: Parameters<'_>) -> Expr {
        fill::filled(&self.0, params, parameters)
    }

    /// The same as text.
    pub(super) fn text(&self, params: &[&Parameter], parameters: Parameters<'_>) -> String {
        self.filled(params, parameters).to_string()
    }
}

/// Reads the SQL of one rule and notes what is wrong in it.
#[derive(Debug)]
pub(super) struct Checker<'a> {
    params: &'a [&'static Parameter],
    used: BTreeSet<&'static str>,
    reads: BTreeSet<Table>,
    withs: Vec<Relation>,
    /// Where the reader is; not every part of the syntax knows its place.
    here: Location,
    end: Location,
    notes: Vec<SqlProblem>,
}

impl<'a> Checker<'a> {
    /// A reader of SQL that may name these parameters.
    pub(super) fn new(params: &'a [&'static Parameter]) -> Self {
        Self {
            params,
            used: BTreeSet::new(),
            reads: BTreeSet::new(),
            withs: Vec::new(),
            here: Location::new(1, 1),
            end: Location::new(1, 1),
            notes: Vec::new(),
        }
    }

    /// Reads the query for a population; from one that is wrong, its columns, if all are known.
    pub(super) fn population(&mut self, text: &str) -> Result<Population, Option<Vec<SqlColumn>>> {
        self.begin(text).ok_or(None)?;
        let mut query = self.one_query(text).ok_or(None)?;
        let columns = self.outermost(&query);
        if !self.notes.is_empty() {
            let whole =
                matches!(&*query.body, SetExpr::Select(it) if it.projection.len() == columns.len());
            return Err(whole.then_some(columns));
        }
        fill::add_member(&mut query);
        let reads = self.reads.iter().copied().collect();
        Ok(Population { query, reads, columns })
    }

    /// Reads a condition on `columns`.
    pub(super) fn condition(&mut self, text: &str, columns: &[SqlColumn]) -> Option<Condition> {
        self.begin(text)?;
        let before = self.notes.len();
        let expr = self.one_expression(text)?;
        self.verdict(&expr, columns);
        (self.notes.len() == before).then_some(Condition(expr))
    }

    /// What was noted since the last time.
    pub(super) fn take_notes(&mut self) -> Vec<SqlProblem> {
        std::mem::take(&mut self.notes)
    }

    /// The keys of the parameters that were named.
    pub(super) fn used(&self) -> &BTreeSet<&'static str> {
        &self.used
    }

    /// Goes to the beginning of a text; none where the file has no such text, which was noted, or
    /// where it is too deep to be read.
    fn begin(&mut self, text: &str) -> Option<()> {
        let text = text.trim_end();
        let line = text.matches('\n').count() + 1;
        let column = text.chars().rev().take_while(|it| *it != '\n').count() + 1;
        let number = |it| u64::try_from(it).unwrap_or(1);
        self.here = Location::new(1, 1);
        self.end = Location::new(number(line), number(column));
        if let Err(it) = depth::measure(text) {
            self.go_to(it.at);
            self.refuse_with(it.what, it.help);
            return None;
        }
        (!text.is_empty()).then_some(())
    }

    fn one_query(&mut self, text: &str) -> Option<Query> {
        let parsed = parser().try_with_sql(text).and_then(|mut it| it.parse_statements());
        let mut statements = match parsed {
            Ok(it) => it,
            Err(error) => return self.broken(&error),
        };
        if let Some(second) = statements.get(1) {
            let n = statements.len();
            self.go_to(second.span().start);
            self.refuse(format!("a population is one SELECT, found {n} statements"), None);
            return None;
        }
        if let Some(Statement::Query(query)) = statements.pop() {
            return Some(*query);
        }
        let words: Vec<&str> = text.split_whitespace().take(2).collect();
        self.refuse(format!("a population is one SELECT, found `{}`", words.join(" ")), None);
        None
    }

    fn one_expression(&mut self, text: &str) -> Option<Expr> {
        let parsed = parser().try_with_sql(text).and_then(|mut parser| {
            let expr = parser.parse_expr()?;
            Ok((expr, parser.peek_token()))
        });
        match parsed {
            Ok((expr, next)) if next.token == Token::EOF => Some(expr),
            Ok((_, next)) => {
                self.go_to(next.span.start);
                let help = "write a condition, without SELECT or a semicolon".to_owned();
                self.refuse(format!("nothing may follow, found `{}`", next.token), Some(help));
                None
            }
            Err(error) => self.broken(&error),
        }
    }

    /// Notes where the syntax breaks; the parser puts the place at the end of its text.
    fn broken<T>(&mut self, error: &ParserError) -> Option<T> {
        let text = match error {
            ParserError::TokenizerError(it) | ParserError::ParserError(it) => it.as_str(),
            ParserError::RecursionLimitExceeded => "too deep",
        };
        let (what, at) = text.split_once(" at Line: ").unwrap_or((text, ""));
        self.go_to(self.end);
        let mut numbers = at.split(", Column: ").filter_map(|it| it.trim().parse().ok());
        if let (Some(line), Some(column)) = (numbers.next(), numbers.next()) {
            self.go_to(Location::new(line, column));
        }
        self.refuse(format!("not SQL: {}", what.trim_start_matches("sql parser error: ")), None);
        None
    }

    fn go_to(&mut self, at: Location) {
        if at.line > 0 {
            self.here = at;
        }
    }

    fn refuse(&mut self, what: impl Into<String>, help: Option<String>) {
        let place = |it: u64| usize::try_from(it).unwrap_or(1);
        let at = (place(self.here.line), place(self.here.column));
        self.notes.push(SqlProblem { at, what: what.into(), help });
    }

    fn refuse_with(&mut self, what: impl Into<String>, help: &str) {
        self.refuse(what, Some(help.to_owned()));
    }
}

/// A parser that gives up on nothing that was measured: where it does, it tries the same otherwise,
/// once more for every bracket.
fn parser() -> Parser<'static> {
    Parser::new(&GenericDialect).with_recursion_limit(depth::PARSER)
}
