//! Plans: the steps by which polars finds subjects and judges them, as queries with names.

use std::sync::Arc;

use polars::prelude::{DslPlan, Expr, JoinType, LazyFrame, Schema};

use super::Untranslatable;
use super::columns::{Needed, add_all, add_columns, made, named, schema_of};
use super::dialect::SqlKind;
use super::expression::{Scope as _, TermWriter, kind_of};
use super::relation::{Cell, Qualified, Relation};
use super::term::Term;
use crate::tables::Table;

/// The query that is written last, with those before it.
pub(super) struct QueryWriter<'a> {
    pub(super) terms: TermWriter<'a>,
    /// The queries with names, in order.
    pub(super) steps: Vec<(String, String)>,
}

impl QueryWriter<'_> {
    /// The query of a plan, with the columns that are needed of it.
    pub(super) fn query(
        &mut self,
        plan: &DslPlan,
        needed: &[&str],
    ) -> Result<String, Untranslatable> {
        let needed = needed.iter().map(|it| (*it).to_owned()).collect();
        let relation = self.relation(plan, &needed)?;
        Ok(relation.select(self.terms.dialect))
    }

    fn relation(&mut self, plan: &DslPlan, needed: &Needed) -> Result<Relation, Untranslatable> {
        match plan {
            DslPlan::DataFrameScan { df, .. } => self.scan(df.schema(), needed),
            DslPlan::Filter { input, predicate } => self.filtered(input, predicate, needed),
            DslPlan::Select { expr, input, .. } => self.selected(input, expr, needed),
            DslPlan::HStack { input, exprs, .. } => self.extended(input, exprs, needed),
            DslPlan::GroupBy { input, keys, aggs, predicates, apply: None, .. }
                if predicates.is_empty() =>
            {
                self.grouped(input, keys, aggs, needed)
            }
            DslPlan::Join { input_left, input_right, left_on, right_on, predicates, options }
                if predicates.is_empty() =>
            {
                let sides = [input_left, input_right];
                let by: Vec<_> = left_on.iter().zip(right_on).collect();
                let (how, nulls_equal) = (&options.args.how, options.args.nulls_equal);
                if nulls_equal {
                    return Err(Untranslatable("a join in which null equals null".to_owned()));
                }
                self.joined(sides, &by, how, &schema_of(plan)?, needed)
            }
            DslPlan::Union { inputs, .. } => self.united(inputs, &schema_of(plan)?, needed),
            DslPlan::IR { dsl, .. } => self.relation(dsl, needed),
            other => Err(Untranslatable(format!("the step {}", <&str>::from(other)))),
        }
    }

    /// The rows for which a condition holds.
    fn filtered(
        &mut self,
        input: &Arc<DslPlan>,
        predicate: &Expr,
        needed: &Needed,
    ) -> Result<Relation, Untranslatable> {
        let mut inner = needed.clone();
        add_columns(predicate, &mut inner);
        let relation = self.relation(input, &inner)?;
        let mut relation = self.plain(relation, "candidates");
        let filter = self.terms.term(predicate, &relation)?;
        if filter.sql != "TRUE" {
            relation.filters.push(filter);
        }
        Ok(relation)
    }

    /// Other columns in place of those that there are.
    fn selected(
        &mut self,
        input: &Arc<DslPlan>,
        exprs: &[Expr],
        needed: &Needed,
    ) -> Result<Relation, Untranslatable> {
        let made = made(exprs, input)?;
        let made: Vec<_> = made.into_iter().filter(|it| needed.contains(&it.0)).collect();
        let mut inner = Needed::new();
        add_all(&made, &mut inner);
        let relation = self.base(input, &inner)?;
        let columns = self.cells(&made, &relation)?;
        Ok(Relation { columns, ..relation })
    }

    /// More columns beside those that there are.
    fn extended(
        &mut self,
        input: &Arc<DslPlan>,
        exprs: &[Expr],
        needed: &Needed,
    ) -> Result<Relation, Untranslatable> {
        let made = made(exprs, input)?;
        let is_made = |name: &String| made.iter().any(|it| it.0 == *name);
        let mut inner: Needed = needed.iter().filter(|it| !is_made(it)).cloned().collect();
        let made: Vec<_> = made.iter().filter(|it| needed.contains(&it.0)).cloned().collect();
        add_all(&made, &mut inner);
        let relation = self.base(input, &inner)?;
        let kept = relation.columns.iter().filter(|it| needed.contains(&it.name));
        let mut columns: Vec<Cell> = kept.cloned().collect();
        for cell in self.cells(&made, &relation)? {
            match columns.iter_mut().find(|it| it.name == cell.name) {
                Some(there) => *there = cell,
                None => columns.push(cell),
            }
        }
        Ok(Relation { columns, ..relation })
    }

    /// What a step is made of: columns of what is read.
    fn base(&mut self, input: &DslPlan, needed: &Needed) -> Result<Relation, Untranslatable> {
        let relation = self.relation(input, needed)?;
        Ok(self.plain(relation, "step"))
    }

    /// A table of the dictionary, known by its columns; those of instances without a list that the
    /// rule reads are left out.
    fn scan(&mut self, schema: &Schema, needed: &Needed) -> Result<Relation, Untranslatable> {
        let table = Table::ALL.iter().find(|it| it.schema() == *schema);
        let table = *table.ok_or_else(|| Untranslatable("a frame of no table".to_owned()))?;
        let columns = schema.iter().filter(|it| needed.contains(it.0.as_str()));
        let columns = columns.map(|(name, dtype)| {
            let kind =
                kind_of(dtype).ok_or_else(|| Untranslatable(format!("the type {dtype:?}")))?;
            Ok(Cell::own(name, kind, self.terms.dialect))
        });
        Ok(Relation {
            from: self.terms.dialect.name(table.sql_name()),
            filters: vec![Term::condition("instance NOT IN (SELECT instance FROM lacking)")],
            columns: columns.collect::<Result<_, _>>()?,
            groups: Vec::new(),
        })
    }

    fn grouped(
        &mut self,
        input: &Arc<DslPlan>,
        keys: &[Expr],
        aggs: &[Expr],
        needed: &Needed,
    ) -> Result<Relation, Untranslatable> {
        let made_keys = made(keys, input)?;
        let frame = LazyFrame::from((**input).clone()).group_by(keys).agg(aggs);
        let schema = schema_of(&frame.logical_plan)?;
        let made = named(schema.iter().skip(keys.len()), aggs)?;
        let made: Vec<_> = made.into_iter().filter(|it| needed.contains(&it.0)).collect();
        let mut inner = Needed::new();
        add_all(&made_keys, &mut inner);
        add_all(&made, &mut inner);
        let relation = self.base(input, &inner)?;
        let groups = self.cells(&made_keys, &relation)?;
        let columns = groups.iter().cloned().chain(self.cells(&made, &relation)?).collect();
        let groups = groups.into_iter().map(|it| it.sql).collect();
        Ok(Relation { columns, groups, ..relation })
    }

    fn joined(
        &mut self,
        sides: [&Arc<DslPlan>; 2],
        by: &[(&Expr, &Expr)],
        how: &JoinType,
        schema: &Schema,
        needed: &Needed,
    ) -> Result<Relation, Untranslatable> {
        let word = match how {
            JoinType::Left => "LEFT JOIN",
            JoinType::Inner => "JOIN",
            other => return Err(Untranslatable(format!("the join {other:?}"))),
        };
        let schemas = [schema_of(sides[0])?, schema_of(sides[1])?];
        // A column of both sides is the left one, and the right one goes by another name.
        let from_left = |name: &str| schemas[0].contains(name);
        let right_name = |name: &str| match name.strip_suffix("_right") {
            Some(own) if !schemas[1].contains(name) => own.to_owned(),
            _ => name.to_owned(),
        };
        let mut inner = [Needed::new(), Needed::new()];
        for name in schema.iter_names().filter(|it| needed.contains(it.as_str())) {
            if from_left(name) {
                inner[0].insert(name.to_string());
            } else {
                inner[1].insert(right_name(name));
            }
        }
        for (left, right) in by {
            add_columns(left, &mut inner[0]);
            add_columns(right, &mut inner[1]);
        }
        let left = self.relation(sides[0], &inner[0])?;
        let left = self.materialised(&left, "left_side");
        let right = self.relation(sides[1], &inner[1])?;
        let right = self.materialised(&right, "right_side");
        let (left_scope, right_scope) =
            (Qualified(&left, "l", self.terms.dialect), Qualified(&right, "r", self.terms.dialect));
        let mut on = Vec::new();
        for (one, other) in by {
            let one = self.terms.term(one, &left_scope)?;
            let other = self.terms.term(other, &right_scope)?;
            on.push(format!("{} = {}", one.sql, other.sql));
        }
        let mut columns = Vec::new();
        for name in schema.iter_names().filter(|it| needed.contains(it.as_str())) {
            let of = if from_left(name) {
                left_scope.column(name)
            } else {
                right_scope.column(&right_name(name))
            };
            let (sql, kind) = of.ok_or_else(|| Untranslatable(format!("the column {name}")))?;
            columns.push(Cell { name: name.to_string(), kind, sql });
        }
        let from = format!("{} AS l {word} {} AS r ON {}", left.from, right.from, on.join(" AND "));
        let joined = Relation { from, filters: Vec::new(), columns, groups: Vec::new() };
        Ok(self.materialised(&joined, "joined"))
    }

    fn united(
        &mut self,
        inputs: &[DslPlan],
        schema: &Schema,
        needed: &Needed,
    ) -> Result<Relation, Untranslatable> {
        let mut parts = Vec::new();
        let mut columns: Vec<Cell> = Vec::new();
        for input in inputs {
            let mut relation = self.relation(input, needed)?;
            let place = |it: &Cell| schema.index_of(&it.name);
            relation.columns.sort_by_key(place);
            if columns.is_empty() {
                columns.clone_from(&relation.columns);
            }
            let same =
                columns.iter().map(|it| &it.name).eq(relation.columns.iter().map(|it| &it.name));
            if !same {
                return Err(Untranslatable("a union of different columns".to_owned()));
            }
            parts.push(relation.select(self.terms.dialect));
        }
        let name = self.step("united", parts.join("\nUNION ALL\n"));
        Ok(Relation::named(name, &columns, self.terms.dialect))
    }

    fn cells(
        &self,
        made: &[(String, SqlKind, &Expr)],
        relation: &Relation,
    ) -> Result<Vec<Cell>, Untranslatable> {
        let cell = |(name, kind, expr): &(String, SqlKind, &Expr)| {
            let Term { sql, .. } = self.terms.term(expr, relation)?;
            Ok(Cell { name: name.clone(), kind: *kind, sql })
        };
        made.iter().map(cell).collect()
    }

    /// The relation as one whose columns are those of what is read, so that more can be made of it.
    fn plain(&mut self, relation: Relation, name: &str) -> Relation {
        let is_plain = relation.columns.iter().all(|it| it.sql == self.name(&it.name));
        if is_plain && relation.groups.is_empty() {
            return relation;
        }
        self.materialised(&relation, name)
    }

    /// The relation under a name of its own.
    fn materialised(&mut self, relation: &Relation, name: &str) -> Relation {
        let sql = relation.select(self.terms.dialect);
        let from = self.step(name, sql);
        Relation::named(from, &relation.columns, self.terms.dialect)
    }

    /// Adds a query under a name that no other has.
    fn step(&mut self, name: &str, sql: String) -> String {
        if let Some((same, _)) = self.steps.iter().find(|it| it.1 == sql) {
            return same.clone();
        }
        let taken = |name: &str| self.steps.iter().any(|it| it.0 == name);
        let mut res = name.to_owned();
        let mut number = 2;
        while taken(&res) {
            res = format!("{name}_{number}");
            number += 1;
        }
        self.steps.push((res.clone(), sql));
        res
    }

    fn name(&self, name: &str) -> String {
        self.terms.dialect.name(name)
    }
}
