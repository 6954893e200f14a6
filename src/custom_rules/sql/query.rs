//! Queries: WITH, UNION and SELECT, as far as they are known to work.

use sqlparser::ast::{
    Cte, Distinct, Expr, GroupByExpr, Query, Select, SelectItem, SetExpr, SetOperator,
    SetQuantifier, Spanned as _,
};

use super::Checker;
use super::column::{Relation, SqlColumn, SqlType};
use super::term::{ExprInfo, NameScope};

/// What a population's columns begin with.
const FIRST: [&str; 3] = ["instance", "subject_id", "subject"];
/// Columns that the engine adds.
const TAKEN: [&str; 3] = [super::MEMBER, "verdict", "escalated"];

impl Checker<'_> {
    /// Reads a population's whole query.
    pub(super) fn outermost(&mut self, query: &Query) -> Vec<SqlColumn> {
        self.go_to(query.span().start);
        if let Some(with) = &query.with {
            if with.recursive {
                self.refuse("`RECURSIVE` is not read", None);
            }
            for it in &with.cte_tables {
                self.with(it);
            }
        }
        self.bare(query);
        let SetExpr::Select(select) = &*query.body else {
            self.refuse_with("the outermost query is one SELECT", "put a UNION into WITH");
            return Vec::new();
        };
        let grouped = select.distinct.is_some() || has_keys(&select.group_by);
        if grouped || select.having.is_some() {
            let help =
                "group in a WITH query and join it: the last SELECT names subjects one by one";
            self.refuse_with("the last SELECT neither groups nor sorts out duplicates", help);
        }
        let columns = self.select(select, true);
        if !columns.is_empty() {
            self.check_first(&columns);
        }
        columns
    }

    fn check_first(&mut self, columns: &[SqlColumn]) {
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        if !names.starts_with(&FIRST) {
            let what = format!("the first columns are {}", names.join(", "));
            self.refuse_with(what, "begin with `instance`, `subject_id` and `subject`");
        }
        for it in columns.iter().take(FIRST.len()).filter(|column| !column.kind.fits(SqlType::Text))
        {
            self.refuse(format!("`{}` must be a text", it.name), None);
        }
        for (at, name) in names.iter().enumerate() {
            if TAKEN.contains(name) {
                self.refuse_with(format!("the engine has a column `{name}`"), "call it otherwise");
            }
            if names[..at].contains(name) {
                self.refuse_with(format!("`{name}` comes out twice"), "rename one with AS");
            }
        }
    }

    fn with(&mut self, cte: &Cte) {
        self.go_to(cte.alias.name.span.start);
        let name = self.own_name(&cte.alias);
        let columns = self.inner(&cte.query);
        self.withs.push(Relation { name, columns });
    }

    pub(super) fn inner(&mut self, query: &Query) -> Vec<SqlColumn> {
        if let Some(with) = &query.with {
            self.go_to(with.span().start);
            self.refuse_with("WITH stands at the very beginning alone", "put all of them there");
        }
        self.bare(query);
        self.body(&query.body)
    }

    fn body(&mut self, body: &SetExpr) -> Vec<SqlColumn> {
        match body {
            SetExpr::Select(select) => self.select(select, false),
            SetExpr::SetOperation {
                left,
                op: SetOperator::Union,
                set_quantifier: SetQuantifier::All | SetQuantifier::None,
                right,
            } => {
                let (mut one, other) = (self.body(left), self.body(right));
                let fit = |(one, other): (&SqlColumn, &SqlColumn)| one.kind.fits(other.kind);
                if one.len() != other.len() || !one.iter().zip(&other).all(fit) {
                    self.refuse("both sides of UNION need the same kinds of columns", None);
                }
                for (column, other) in one.iter_mut().zip(other) {
                    column.open |= other.open;
                    column.times = column.times.max(other.times);
                }
                one
            }
            other => {
                self.go_to(other.span().start);
                self.refuse("a query is a SELECT, or a UNION of several", None);
                Vec::new()
            }
        }
    }

    /// Notes whatever a query has besides its body.
    fn bare(&mut self, query: &Query) {
        if query.limit_clause.is_some() || query.fetch.is_some() {
            self.refuse_with("LIMIT leaves subjects out", "state a condition instead");
        }
        if query.order_by.is_some() {
            self.refuse("ORDER BY has no use: reports have their own order", None);
        }
        let more = query.for_clause.is_some() || query.settings.is_some();
        if more || !query.locks.is_empty() || query.format_clause.is_some() {
            self.refuse("nothing may follow the SELECT", None);
        }
        if !query.pipe_operators.is_empty() {
            self.refuse("`|>` is not read", None);
        }
    }

    fn select(&mut self, select: &Select, outer: bool) -> Vec<SqlColumn> {
        self.go_to(select.select_token.0.span.start);
        self.check_parts(select);
        let relations = self.from(&select.from);
        let rows = NameScope { relations: &relations, aggregates: false };
        if let Some(condition) = &select.selection {
            let fact = self.condition_of(condition, &rows);
            if !outer {
                self.decided(&fact, "rows in which it is would be left out unseen");
            }
        }
        let keys = self.keys(&select.group_by, &rows);
        let groups = NameScope { relations: &relations, aggregates: keys.is_some() };
        if let Some(condition) = &select.having {
            let fact = self.condition_of(condition, &groups);
            self.decided(&fact, "groups in which it is would be left out unseen");
            self.check_grouped(&fact, keys.as_deref().unwrap_or_default());
        }
        let items = select.projection.iter();
        items.filter_map(|item| self.item(item, &groups, keys.as_deref())).collect()
    }

    /// Notes the parts of a SELECT that are not read.
    fn check_parts(&mut self, select: &Select) {
        let parts = [
            (select.top.is_some(), "TOP leaves subjects out"),
            (select.into.is_some(), "INTO writes a table; a rule only reads"),
            (select.qualify.is_some(), "QUALIFY is not read"),
            (!select.named_window.is_empty(), "WINDOW is not read"),
            (!select.lateral_views.is_empty(), "LATERAL VIEW is not read"),
            (select.prewhere.is_some(), "PREWHERE is not read"),
            (!select.connect_by.is_empty(), "CONNECT BY is not read"),
            (!select.cluster_by.is_empty(), "CLUSTER BY is not read"),
            (!select.distribute_by.is_empty(), "DISTRIBUTE BY is not read"),
            (!select.sort_by.is_empty(), "SORT BY is not read"),
            (select.exclude.is_some(), "EXCLUDE is not read"),
            (select.value_table_mode.is_some(), "SELECT AS is not read"),
            (select.select_modifiers.is_some(), "such a SELECT is not read"),
            (!select.optimizer_hints.is_empty(), "hints to an optimizer are not read"),
            (matches!(select.distinct, Some(Distinct::On(_))), "DISTINCT ON leaves rows out"),
        ];
        for (_, what) in parts.iter().filter(|part| part.0) {
            self.refuse(*what, None);
        }
    }

    fn keys(&mut self, keys: &GroupByExpr, scope: &NameScope<'_>) -> Option<Vec<String>> {
        let GroupByExpr::Expressions(keys, modifiers) = keys else {
            self.refuse_with("GROUP BY ALL is not read", "name the columns");
            return None;
        };
        if !modifiers.is_empty() {
            self.refuse("GROUP BY takes columns and nothing else", None);
        }
        for key in keys {
            self.term(key, scope);
            if !matches!(key, Expr::Identifier(_) | Expr::CompoundIdentifier(_)) {
                self.refuse("GROUP BY takes columns and nothing else", None);
            }
        }
        (!keys.is_empty()).then(|| keys.iter().map(ToString::to_string).collect())
    }

    fn item(
        &mut self,
        item: &SelectItem,
        scope: &NameScope<'_>,
        keys: Option<&[String]>,
    ) -> Option<SqlColumn> {
        self.go_to(item.span().start);
        let (expr, name) = match item {
            SelectItem::UnnamedExpr(it @ Expr::Identifier(name)) => (it, name.value.clone()),
            SelectItem::UnnamedExpr(it @ Expr::CompoundIdentifier(parts)) => {
                (it, parts.last().map(|it| it.value.clone()).unwrap_or_default())
            }
            SelectItem::ExprWithAlias { expr, alias } => (expr, self.plain(alias)),
            SelectItem::UnnamedExpr(it) => {
                self.refuse_with(format!("`{it}` has no name"), "add `AS name`");
                return None;
            }
            other => {
                self.refuse_with(format!("`{other}` is not read"), "name the columns");
                return None;
            }
        };
        let fact = self.term(expr, scope);
        if let Some(keys) = keys {
            self.check_grouped(&fact, keys);
        }
        let open = fact.open().next().is_some();
        Some(SqlColumn { name, kind: fact.kind, open, times: fact.times })
    }

    fn check_grouped(&mut self, fact: &ExprInfo, keys: &[String]) {
        for it in fact.bare.iter().filter(|it| !keys.contains(it)) {
            let help = format!("add `{it}` to GROUP BY, or sum it up");
            self.refuse(format!("`{it}` may differ within a group"), Some(help));
        }
    }
}

fn has_keys(keys: &GroupByExpr) -> bool {
    !matches!(keys, GroupByExpr::Expressions(keys, _) if keys.is_empty())
}
