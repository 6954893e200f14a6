//! A query taken apart into steps, so that rows can be counted before they are made.
//!
//! Each query within WITH and FROM becomes a step with a name. Of each join, the step knows what
//! must be counted on either side: how often every combination of the joined columns occurs.

use std::collections::BTreeSet;

use sqlparser::ast::{
    BinaryOperator, Expr, Ident, JoinConstraint, JoinOperator, Query, Select, SetExpr, TableFactor,
    TableWithJoins,
};

use super::{fill, parser};

/// The steps of a query, in the order in which they can be run.
#[derive(Debug, Default)]
pub(in crate::custom_rules) struct QuerySteps {
    /// Each with the name by which the later ones know it; that of the last one is empty.
    pub(in crate::custom_rules) all: Vec<QueryStep>,
    names: BTreeSet<String>,
}

/// One SELECT, or a UNION of several.
#[derive(Debug)]
pub(in crate::custom_rules) struct QueryStep {
    pub(in crate::custom_rules) name: String,
    pub(in crate::custom_rules) sql: String,
    /// Where the rows of each SELECT come from.
    pub(in crate::custom_rules) sources: Vec<QuerySource>,
}

/// A table, or an earlier step, and what is joined to it.
#[derive(Debug)]
pub(in crate::custom_rules) struct QuerySource {
    pub(in crate::custom_rules) table: String,
    pub(in crate::custom_rules) joins: Vec<Joined>,
}

/// A join: two queries for the columns that it goes by, called `k0`, `k1` and so on.
#[derive(Debug)]
pub(in crate::custom_rules) struct Joined {
    /// What is joined, as the rule calls it.
    pub(in crate::custom_rules) name: String,
    pub(in crate::custom_rules) left: String,
    pub(in crate::custom_rules) right: String,
    pub(in crate::custom_rules) keys: Vec<String>,
    /// Whether rows of the left side without a partner stay.
    pub(in crate::custom_rules) outer: bool,
}

impl QuerySteps {
    /// Takes a sound query apart.
    pub(super) fn of(mut query: Query) -> Self {
        let mut res = Self::default();
        let with = query.with.take().map(|with| with.cte_tables).unwrap_or_default();
        res.names.extend(with.iter().map(|it| it.alias.name.value.clone()));
        for it in with {
            res.add(it.alias.name.value, *it.query);
        }
        res.add(String::new(), query);
        res
    }

    fn add(&mut self, name: String, mut query: Query) {
        let mut sources = Vec::new();
        self.body(&mut query.body, &mut sources);
        self.all.push(QueryStep { name, sql: query.to_string(), sources });
    }

    fn body(&mut self, body: &mut SetExpr, sources: &mut Vec<QuerySource>) {
        match body {
            SetExpr::Select(it) => sources.extend(self.select(it)),
            SetExpr::SetOperation { left, right, .. } => {
                self.body(left, sources);
                self.body(right, sources);
            }
            _ => {}
        }
    }

    fn select(&mut self, select: &mut Select) -> Option<QuerySource> {
        let [from] = &mut select.from[..] else { return None };
        self.name(&mut from.relation);
        for it in &mut from.joins {
            self.name(&mut it.relation);
        }
        let table = match &from.relation {
            TableFactor::Table { name, .. } => name.to_string(),
            _ => String::new(),
        };
        let joins = (0..from.joins.len()).map(|at| joined(from, at)).collect();
        Some(QuerySource { table, joins })
    }

    /// Makes a step of a query within FROM, and puts the name of the step in its place.
    fn name(&mut self, factor: &mut TableFactor) {
        let TableFactor::Derived { subquery, alias: Some(alias), .. } = factor else { return };
        let mut count = self.names.len();
        let mut name = format!("query_{count}");
        while self.names.contains(&name) {
            count += 1;
            name = format!("query_{count}");
        }
        self.names.insert(name.clone());
        let text = format!("{name} {alias}");
        let named = parser().try_with_sql(&text).and_then(|mut it| it.parse_table_factor());
        let subquery = (**subquery).clone();
        if let Ok(named) = named {
            self.add(name, subquery);
            *factor = named;
        }
    }
}

fn joined(from: &TableWithJoins, at: usize) -> Joined {
    let join = &from.joins[at];
    let name = called(&join.relation);
    let (JoinOperator::Join(constraint)
    | JoinOperator::Inner(constraint)
    | JoinOperator::Left(constraint)
    | JoinOperator::LeftOuter(constraint)) = &join.join_operator
    else {
        unreachable!("joins are JOIN or LEFT JOIN");
    };
    let JoinConstraint::On(condition) = constraint else { unreachable!("a join has ON") };
    let pairs: Vec<[String; 2]> =
        fill::conjuncts(condition).into_iter().filter_map(|it| across(it, &name)).collect();
    let before =
        TableWithJoins { relation: from.relation.clone(), joins: from.joins[..at].to_vec() };
    let list = |side: usize| {
        let columns = pairs.iter().enumerate().map(|(at, it)| format!("{} AS k{at}", it[side]));
        columns.collect::<Vec<_>>().join(", ")
    };
    Joined {
        left: format!("SELECT {} FROM {before}", list(0)),
        right: format!("SELECT {} FROM {}", list(1), join.relation),
        keys: (0..pairs.len()).map(|it| format!("k{it}")).collect(),
        outer: matches!(join.join_operator, JoinOperator::Left(_) | JoinOperator::LeftOuter(_)),
        name,
    }
}

/// What a table goes by in the query that names it.
fn called(factor: &TableFactor) -> String {
    match factor {
        TableFactor::Table { alias: Some(it), .. } => it.name.value.clone(),
        TableFactor::Table { name, .. } => name.to_string(),
        it => it.to_string(),
    }
}

/// Both sides of an equation that ties `right` to what stands before it: first the side before.
pub(super) fn across(expr: &Expr, right: &str) -> Option<[String; 2]> {
    let Expr::BinaryOp { left: one, op: BinaryOperator::Eq, right: other } = expr else {
        return None;
    };
    let table = |it: &Expr| match it {
        Expr::CompoundIdentifier(parts) => parts.first().map(|ident: &Ident| ident.value.clone()),
        _ => None,
    };
    match (table(one)? == right, table(other)? == right) {
        (false, true) => Some([one.to_string(), other.to_string()]),
        (true, false) => Some([other.to_string(), one.to_string()]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> String {
        let mut parser = parser().try_with_sql(text).unwrap();
        let steps = QuerySteps::of(*parser.parse_query().unwrap());
        let mut res = Vec::new();
        for it in steps.all {
            res.push(format!("{}: {}", it.name, it.sql));
            for source in it.sources {
                res.push(format!("  from {}", source.table));
                for it in source.joins {
                    let outer = if it.outer { ", and those without" } else { "" };
                    res.push(format!("    {}: {} | {}{outer}", it.name, it.left, it.right));
                }
            }
        }
        res.join("\n")
    }

    #[test]
    fn a_query_is_steps_with_what_to_count() {
        insta::assert_snapshot!(steps(
            "WITH a AS (SELECT instance, n FROM users UNION ALL SELECT instance, n FROM groups),
             query_1 AS (SELECT instance FROM a)
             SELECT u.instance FROM users AS u
             JOIN a ON a.instance = u.instance AND u.n = a.n
             LEFT JOIN (SELECT instance FROM (SELECT instance FROM a) AS c) AS b
             ON b.instance = a.instance
             WHERE u.n > 3"
        ), @"
        a: SELECT instance, n FROM users UNION ALL SELECT instance, n FROM groups
          from users
          from groups
        query_1: SELECT instance FROM a
          from a
        query_3: SELECT instance FROM a
          from a
        query_2: SELECT instance FROM query_3 AS c
          from query_3
        : SELECT u.instance FROM users AS u JOIN a ON a.instance = u.instance AND u.n = a.n LEFT JOIN query_2 AS b ON b.instance = a.instance WHERE u.n > 3
          from users
            a: SELECT u.instance AS k0, u.n AS k1 FROM users AS u | SELECT a.instance AS k0, a.n AS k1 FROM a
            b: SELECT a.instance AS k0 FROM users AS u JOIN a ON a.instance = u.instance AND u.n = a.n | SELECT b.instance AS k0 FROM query_2 AS b, and those without
        ");
    }
}
