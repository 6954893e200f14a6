//! Plans: the steps by which polars finds subjects and judges them, as queries with names.

use std::collections::BTreeSet;
use std::sync::Arc;

use polars::prelude::{AggExpr, DslPlan, Expr, JoinType, LazyFrame, Schema};

use super::Untranslatable;
use super::dialect::{SqlKind, indented};
use super::term::{Scope, Term, TermWriter, WIDTH, conjunction, kind_of};
use crate::tables::Table;

/// The query that is written last, with those before it.
pub(super) struct QueryWriter<'a> {
    pub(super) terms: TermWriter<'a>,
    /// The queries with names, in order.
    pub(super) steps: Vec<(String, String)>,
}

/// A query that is being put together.
struct Relation {
    /// What stands behind `FROM`.
    from: String,
    filters: Vec<Term>,
    columns: Vec<Cell>,
    /// What stands behind `GROUP BY`.
    groups: Vec<String>,
}

/// A column of a query.
#[derive(Clone)]
struct Cell {
    name: String,
    kind: SqlKind,
    /// What it is made of; its own name, where it is the column of that name of what is read.
    sql: String,
}

type Needed = BTreeSet<String>;

impl QueryWriter<'_> {
    /// The query of a plan, with the columns that are needed of it.
    pub(super) fn query(
        &mut self,
        plan: &DslPlan,
        needed: &[&str],
    ) -> Result<String, Untranslatable> {
        let needed = needed.iter().map(|it| (*it).to_owned()).collect();
        let relation = self.relation(plan, &needed)?;
        Ok(self.select(&relation))
    }

    fn relation(&mut self, plan: &DslPlan, needed: &Needed) -> Result<Relation, Untranslatable> {
        match plan {
            DslPlan::DataFrameScan { df, .. } => self.scan(df.schema(), needed),
            DslPlan::Filter { input, predicate } => {
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
            DslPlan::Select { expr, input, .. } => {
                let made = self.made(expr, input)?;
                let made: Vec<_> = made.into_iter().filter(|it| needed.contains(&it.0)).collect();
                let mut inner = Needed::new();
                made.iter().for_each(|it| add_columns(it.2, &mut inner));
                let relation = self.relation(input, &inner)?;
                let relation = self.plain(relation, "step");
                let columns = self.cells(&made, &relation)?;
                Ok(Relation { columns, ..relation })
            }
            DslPlan::HStack { input, exprs, .. } => {
                let made = self.made(exprs, input)?;
                let names: BTreeSet<&str> = made.iter().map(|it| it.0.as_str()).collect();
                let mut inner: Needed =
                    needed.iter().filter(|it| !names.contains(it.as_str())).cloned().collect();
                let made: Vec<_> =
                    made.iter().filter(|it| needed.contains(&it.0)).cloned().collect();
                made.iter().for_each(|it| add_columns(it.2, &mut inner));
                let relation = self.relation(input, &inner)?;
                let relation = self.plain(relation, "step");
                let mut columns: Vec<Cell> = relation
                    .columns
                    .iter()
                    .filter(|it| needed.contains(&it.name))
                    .cloned()
                    .collect();
                for cell in self.cells(&made, &relation)? {
                    match columns.iter_mut().find(|it| it.name == cell.name) {
                        Some(there) => *there = cell,
                        None => columns.push(cell),
                    }
                }
                Ok(Relation { columns, ..relation })
            }
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
                self.joined(sides, &by, how, &schema(plan)?, needed)
            }
            DslPlan::Union { inputs, .. } => self.united(inputs, &schema(plan)?, needed),
            DslPlan::IR { dsl, .. } => self.relation(dsl, needed),
            other => Err(Untranslatable(format!("the step {}", <&str>::from(other)))),
        }
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
            Ok(self.column(name.as_str(), kind))
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
        let made_keys = self.made(keys, input)?;
        let made = {
            let frame = LazyFrame::from((**input).clone()).group_by(keys).agg(aggs);
            let schema = schema(&frame.logical_plan)?;
            let aggs = schema.iter_names().skip(keys.len()).zip(aggs);
            let kinds = aggs.map(|(name, expr)| {
                let dtype = schema.get(name).and_then(kind_of);
                let kind = dtype.ok_or_else(|| Untranslatable(format!("{expr:?}")))?;
                Ok((name.to_string(), kind, expr))
            });
            kinds.collect::<Result<Vec<_>, _>>()?
        };
        let made: Vec<_> = made.into_iter().filter(|it| needed.contains(&it.0)).collect();
        let mut inner = Needed::new();
        made_keys.iter().chain(&made).for_each(|it| add_columns(it.2, &mut inner));
        let relation = self.relation(input, &inner)?;
        let relation = self.plain(relation, "step");
        let groups = self.cells(&made_keys, &relation)?;
        let columns = groups.iter().cloned().chain(self.cells(&made, &relation)?).collect();
        let groups = groups.into_iter().map(|it| it.sql).collect();
        Ok(Relation { groups, columns, ..relation })
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
        let schemas = [self::schema(sides[0])?, self::schema(sides[1])?];
        // A column of both sides is the left one, and the right one goes by another name.
        let from_left = |name: &str| schemas[0].contains(name);
        let right_name = |name: &str| name.strip_suffix("_right").unwrap_or(name).to_owned();
        let mut inner = [Needed::new(), Needed::new()];
        for name in schema.iter_names().filter(|it| needed.contains(it.as_str())) {
            if from_left(name) {
                inner[0].insert(name.to_string());
            } else if schemas[1].contains(name) {
                inner[1].insert(name.to_string());
            } else {
                inner[1].insert(right_name(name));
            }
        }
        for (left, right) in by {
            add_columns(left, &mut inner[0]);
            add_columns(right, &mut inner[1]);
        }
        let left = self.relation(sides[0], &inner[0])?;
        let left = self.materialised(left, "left_side");
        let right = self.relation(sides[1], &inner[1])?;
        let right = self.materialised(right, "right_side");
        let (left_scope, right_scope) = (Qualified(&left, "l", self), Qualified(&right, "r", self));
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
                right_scope.column(name).or_else(|| right_scope.column(&right_name(name)))
            };
            let (sql, kind) = of.ok_or_else(|| Untranslatable(format!("the column {name}")))?;
            columns.push(Cell { name: name.to_string(), kind, sql });
        }
        let from = format!("{} AS l {word} {} AS r ON {}", left.from, right.from, on.join(" AND "));
        let joined = Relation { from, filters: Vec::new(), columns, groups: Vec::new() };
        Ok(self.materialised(joined, "joined"))
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
            parts.push(self.select(&relation));
        }
        let name = self.step("united", parts.join("\nUNION ALL\n"));
        let columns = columns.iter().map(|it| self.column(&it.name, it.kind)).collect();
        Ok(Relation { from: name, filters: Vec::new(), columns, groups: Vec::new() })
    }

    /// The expressions with the names and kinds of what they give.
    fn made<'e>(
        &self,
        exprs: &'e [Expr],
        input: &Arc<DslPlan>,
    ) -> Result<Vec<(String, SqlKind, &'e Expr)>, Untranslatable> {
        let frame = LazyFrame::from((**input).clone()).select(exprs);
        let schema = schema(&frame.logical_plan)?;
        if schema.len() != exprs.len() {
            return Err(Untranslatable("an expression that stands for several columns".to_owned()));
        }
        let made = schema.iter().zip(exprs).map(|((name, dtype), expr)| {
            let kind = kind_of(dtype).ok_or_else(|| Untranslatable(format!("{expr:?}")))?;
            Ok((name.to_string(), kind, expr))
        });
        made.collect()
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
        self.materialised(relation, name)
    }

    /// The relation under a name of its own.
    fn materialised(&mut self, relation: Relation, name: &str) -> Relation {
        let sql = self.select(&relation);
        let from = self.step(name, sql);
        let columns = relation.columns.iter().map(|it| self.column(&it.name, it.kind)).collect();
        Relation { from, filters: Vec::new(), columns, groups: Vec::new() }
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

    fn select(&self, relation: &Relation) -> String {
        let column = |it: &Cell| {
            let name = self.name(&it.name);
            let is_named =
                it.sql == name || ["l", "r"].iter().any(|side| it.sql == format!("{side}.{name}"));
            if is_named { it.sql.clone() } else { format!("{} AS {name}", it.sql) }
        };
        let columns: Vec<String> = relation.columns.iter().map(column).collect();
        let line = columns.join(", ");
        let columns = if line.len() > WIDTH || line.contains('\n') {
            format!("\n{}", indented(&columns.join(",\n"), 2))
        } else {
            format!(" {line}")
        };
        let mut res = format!("SELECT{columns}\nFROM {}", relation.from);
        let filters = relation.filters.iter().cloned();
        if let Some(filter) = filters.reduce(|one, other| conjunction(&one, &other)) {
            res = format!("{res}\nWHERE {}", filter.sql);
        }
        if !relation.groups.is_empty() {
            res = format!("{res}\nGROUP BY {}", relation.groups.join(", "));
        }
        res
    }

    /// A column of what is read.
    fn column(&self, name: &str, kind: SqlKind) -> Cell {
        Cell { name: name.to_owned(), kind, sql: self.name(name) }
    }

    fn name(&self, name: &str) -> String {
        self.terms.dialect.name(name)
    }
}

impl Scope for Relation {
    fn column(&self, name: &str) -> Option<(String, SqlKind)> {
        let it = self.columns.iter().find(|it| it.name == name)?;
        Some((it.sql.clone(), it.kind))
    }
}

/// A relation under the name that it has in a join.
struct Qualified<'a>(&'a Relation, &'static str, &'a QueryWriter<'a>);

impl Scope for Qualified<'_> {
    fn column(&self, name: &str) -> Option<(String, SqlKind)> {
        let it = self.0.columns.iter().find(|it| it.name == name)?;
        Some((format!("{}.{}", self.1, self.2.name(name)), it.kind))
    }
}

fn schema(plan: &DslPlan) -> Result<Schema, Untranslatable> {
    let schema = LazyFrame::from(plan.clone()).collect_schema();
    schema.map(|it| (*it).clone()).map_err(|it| Untranslatable(it.to_string()))
}

/// The columns that an expression names.
fn add_columns(expr: &Expr, to: &mut Needed) {
    match expr {
        Expr::Column(name) => {
            to.insert(name.to_string());
        }
        Expr::Alias(inner, _) | Expr::Cast { expr: inner, .. } => add_columns(inner, to),
        Expr::BinaryExpr { left, right, .. } => {
            add_columns(left, to);
            add_columns(right, to);
        }
        Expr::Ternary { predicate, truthy, falsy } => {
            [predicate, truthy, falsy].into_iter().for_each(|it| add_columns(it, to));
        }
        Expr::Function { input, .. } | Expr::AnonymousFunction { input, .. } => {
            input.iter().for_each(|it| add_columns(it, to));
        }
        Expr::Agg(
            AggExpr::Min { input, .. }
            | AggExpr::Max { input, .. }
            | AggExpr::First(input)
            | AggExpr::Sum(input)
            | AggExpr::Count { input, .. }
            | AggExpr::Implode { input, .. },
        ) => add_columns(input, to),
        // Whatever else there is is not translated either.
        _ => {}
    }
}
