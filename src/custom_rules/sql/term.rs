//! Expressions: what each gives, and which unknown columns it rests on.

use std::collections::{BTreeMap, BTreeSet};

use sqlparser::ast::{
    BinaryOperator as Op, CaseWhen, Expr, Ident, Spanned as _, UnaryOperator, Value,
};
use sqlparser::tokenizer::Location;

use super::column::{Relation, SqlColumn, SqlType};
use super::{Checker, function};
use crate::config::problem::did_you_mean;

/// What names stand for.
#[derive(Clone, Copy, Debug)]
pub(super) struct NameScope<'a> {
    pub(super) relations: &'a [Relation],
    /// Whether rows are grouped, so that functions may sum them up.
    pub(super) aggregates: bool,
}

/// What is known of an expression.
#[derive(Clone, Debug)]
pub(super) struct ExprInfo {
    pub(super) kind: SqlType,
    /// Columns outside of sums.
    pub(super) bare: Vec<String>,
    /// How many times as long as a text of a table it may be.
    pub(super) times: usize,
    unknown: BTreeMap<String, Location>,
    asked: BTreeSet<String>,
}

/// How many times as long as a text of a table a text may become; it grows by `||` and `REPLACE`.
pub(super) const MOST_TIMES: usize = 100;

impl ExprInfo {
    pub(super) fn of(kind: SqlType) -> Self {
        let (unknown, asked) = (BTreeMap::new(), BTreeSet::new());
        Self { kind, bare: Vec::new(), times: 1, unknown, asked }
    }

    /// The columns that may be unknown, and that the rule does not test with `IS NULL`.
    pub(super) fn open(&self) -> impl Iterator<Item = (&String, &Location)> {
        self.unknown.iter().filter(|it| !self.asked.contains(it.0))
    }

    /// The same of another kind, with what others rest on.
    pub(super) fn with<'a>(kind: SqlType, parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut res = Self::of(kind);
        for it in parts {
            res.bare.extend(it.bare.iter().cloned());
            res.times = res.times.max(it.times);
            res.unknown.extend(it.unknown.clone());
            res.asked.extend(it.asked.iter().cloned());
        }
        res
    }
}

impl Checker<'_> {
    /// Reads what is an exception, or a worse one.
    pub(super) fn verdict(&mut self, expr: &Expr, columns: &[SqlColumn]) {
        let relations = [Relation { name: "population".to_owned(), columns: columns.to_vec() }];
        self.condition_of(expr, &NameScope { relations: &relations, aggregates: false });
    }

    /// Reads something that is true or false.
    pub(super) fn condition_of(&mut self, expr: &Expr, scope: &NameScope<'_>) -> ExprInfo {
        self.wanted(expr, SqlType::Bool, scope)
    }

    /// Notes the columns that may be unknown where that would be lost.
    pub(super) fn decided(&mut self, fact: &ExprInfo, loss: &str) {
        for (column, at) in fact.open() {
            self.go_to(*at);
            let help =
                format!("say what holds then: `COALESCE({column}, …)`, or `{column} IS NULL OR …`");
            self.refuse(format!("`{column}` may be unknown, and {loss}"), Some(help));
        }
    }

    /// Reads something of that kind.
    pub(super) fn wanted(&mut self, expr: &Expr, kind: SqlType, scope: &NameScope<'_>) -> ExprInfo {
        let res = self.term(expr, scope);
        if !res.kind.fits(kind) {
            self.go_to(expr.span().start);
            let (is, wanted) = (res.kind.word(), kind.word());
            let help = match (res.kind, kind) {
                (SqlType::Time, SqlType::Number) => function::instead("age").map(str::to_owned),
                _ => None,
            };
            self.refuse(format!("`{expr}` is {is}, where {wanted} is wanted"), help);
        }
        ExprInfo { kind: if kind == SqlType::Any { res.kind } else { kind }, ..res }
    }

    /// Reads any expression.
    pub(super) fn term(&mut self, expr: &Expr, scope: &NameScope<'_>) -> ExprInfo {
        self.go_to(expr.span().start);
        match expr {
            Expr::Identifier(name) => self.column(None, name, scope),
            Expr::CompoundIdentifier(parts) => match &parts[..] {
                [table, name] => self.column(Some(table), name, scope),
                _ => self.unread(expr),
            },
            Expr::Nested(it) => self.term(it, scope),
            Expr::Value(it) => self.value(&it.value),
            Expr::TypedString(it) => self.day(it),
            Expr::UnaryOp { op, expr: it } => match op {
                UnaryOperator::Not => self.wanted(it, SqlType::Bool, scope),
                UnaryOperator::Minus | UnaryOperator::Plus => {
                    self.wanted(it, SqlType::Number, scope)
                }
                _ => self.unread(expr),
            },
            Expr::BinaryOp { left, op, right } => self.binary(expr, left, op, right, scope),
            Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::InList { .. }
            | Expr::Between { .. }
            | Expr::Like { .. }
            | Expr::ILike { .. } => self.test(expr, scope),
            Expr::Case { operand, conditions, else_result, .. } => {
                if operand.is_some() {
                    self.refuse_with(
                        "a CASE has nothing before WHEN",
                        "write `CASE WHEN a = b THEN …`",
                    );
                }
                self.case(conditions, else_result.as_deref(), scope)
            }
            Expr::Function(it) => self.function(it, scope),
            Expr::Trim { expr: it, trim_where: None, trim_what: None, trim_characters: None } => {
                self.wanted(it, SqlType::Text, scope)
            }
            _ => self.unread(expr),
        }
    }

    /// Reads what asks something of a value.
    fn test(&mut self, expr: &Expr, scope: &NameScope<'_>) -> ExprInfo {
        match expr {
            Expr::IsNull(it) | Expr::IsNotNull(it) => {
                let fact = self.term(it, scope);
                let asked = fact.unknown.keys().cloned().collect();
                ExprInfo { asked, ..ExprInfo::with(SqlType::Bool, [&fact]) }
            }
            Expr::InList { expr: it, list, .. } => self.list(it, list, scope),
            Expr::Between { expr: it, low, high, .. } => {
                let first = self.term(it, scope);
                let facts = [low, high].map(|it| self.alike(it, first.kind, scope));
                ExprInfo::with(SqlType::Bool, [&first, &facts[0], &facts[1]])
            }
            Expr::Like { any: false, expr: it, pattern, escape_char: None, .. }
            | Expr::ILike { any: false, expr: it, pattern, escape_char: None, .. } => {
                let fact = self.wanted(it, SqlType::Text, scope);
                if !matches!(
                    &**pattern,
                    Expr::Value(it) if matches!(it.value, Value::SingleQuotedString(_))
                ) {
                    self.refuse("a pattern stands between single quotes", None);
                }
                ExprInfo { kind: SqlType::Bool, ..fact }
            }
            _ => self.unread(expr),
        }
    }

    /// Notes an expression that is not read, with what to write instead.
    fn unread(&mut self, expr: &Expr) -> ExprInfo {
        let help = match expr {
            Expr::IsTrue(it) => Some(format!("write `{it}`; it is unknown where `{it}` is")),
            Expr::IsFalse(it) => Some(format!("write `NOT {it}`; it is unknown where `{it}` is")),
            Expr::IsNotTrue(it) => Some(format!("write `NOT {it} OR {it} IS NULL`")),
            Expr::IsNotFalse(it) => Some(format!("write `{it} OR {it} IS NULL`")),
            Expr::IsDistinctFrom(..) | Expr::IsNotDistinctFrom(..) => {
                Some("write `a <> b`, and `IS NULL` where that matters".to_owned())
            }
            Expr::InSubquery { .. } | Expr::Exists { .. } | Expr::Subquery(_) => Some(
                "put it into WITH and JOIN it by instance and id; for NOT IN, LEFT JOIN it and ask \
                 for `IS NULL`"
                    .to_owned(),
            ),
            Expr::Interval(_) | Expr::Extract { .. } | Expr::AtTimeZone { .. } => {
                function::instead("age").map(str::to_owned)
            }
            Expr::Position { .. } => function::instead("position").map(str::to_owned),
            Expr::SimilarTo { .. } | Expr::RLike { .. } => Some("write LIKE".to_owned()),
            Expr::Cast { .. } => Some("compare the column as it is".to_owned()),
            Expr::Substring { .. } => Some("write LEFT, RIGHT or SPLIT_PART".to_owned()),
            _ => None,
        };
        let text: String = expr.to_string().chars().take(60).collect();
        self.refuse(format!("`{text}` is not in the SQL of rules"), help);
        ExprInfo::of(SqlType::Any)
    }

    fn column(&mut self, table: Option<&Ident>, name: &Ident, scope: &NameScope<'_>) -> ExprInfo {
        let table = table.map(|it| self.plain(it));
        let word = self.plain(name);
        self.go_to(name.span.start);
        let of = |relation: &&Relation| table.as_ref().is_none_or(|table| relation.name == *table);
        let relations: Vec<&Relation> = scope.relations.iter().filter(of).collect();
        let mut found =
            relations.iter().filter_map(|relation| Some((*relation, relation.column(&word)?)));
        let Some((relation, column)) = found.next() else {
            drop(found);
            self.no_column(table.as_deref(), &word, &relations, scope);
            return ExprInfo::of(SqlType::Any);
        };
        if let Some((other, _)) = found.next() {
            let what = format!("`{word}` is in `{}` and in `{}`", relation.name, other.name);
            self.refuse(what, Some(format!("write `{}.{word}`", relation.name)));
        }
        let shown = table.map_or_else(|| word.clone(), |it| format!("{it}.{word}"));
        let mut res = ExprInfo { times: column.times, ..ExprInfo::of(column.kind) };
        if column.open {
            res.unknown.insert(shown.clone(), name.span.start);
        }
        res.bare.push(shown);
        res
    }

    fn no_column(
        &mut self,
        table: Option<&str>,
        word: &str,
        relations: &[&Relation],
        scope: &NameScope<'_>,
    ) {
        if let (Some(table), true) = (table, relations.is_empty()) {
            let known = scope.relations.iter().map(|relation| relation.name.as_str());
            let help = did_you_mean(table, known);
            return self.refuse(format!("nothing here is called `{table}`"), help);
        }
        // A table that is not there was noted already.
        if !relations.is_empty() && relations.iter().all(|relation| !relation.columns.is_empty()) {
            let known =
                relations.iter().flat_map(|relation| &relation.columns).map(|it| it.name.as_str());
            let names: Vec<String> =
                relations.iter().map(|relation| format!("`{}`", relation.name)).collect();
            let what = format!("`{word}` is not a column of {}", names.join(" or "));
            self.refuse(what, did_you_mean(word, known));
        }
    }

    fn binary(
        &mut self,
        whole: &Expr,
        left: &Expr,
        op: &Op,
        right: &Expr,
        scope: &NameScope<'_>,
    ) -> ExprInfo {
        let (operands, result) = match op {
            Op::And | Op::Or => (SqlType::Bool, SqlType::Bool),
            Op::Plus | Op::Minus | Op::Multiply | Op::Divide | Op::Modulo => {
                (SqlType::Number, SqlType::Number)
            }
            Op::StringConcat => (SqlType::Text, SqlType::Text),
            Op::Eq | Op::NotEq | Op::Lt | Op::LtEq | Op::Gt | Op::GtEq => {
                let one = self.term(left, scope);
                let other = self.alike(right, one.kind, scope);
                for it in [left, right] {
                    if matches!(it, Expr::Value(it) if it.value == Value::Null) {
                        self.refuse_with("nothing compares with NULL", "write `IS NULL`");
                    }
                }
                if one.kind == SqlType::Bool && !matches!(op, Op::Eq | Op::NotEq) {
                    self.refuse("true and false have no order", None);
                }
                return ExprInfo::with(SqlType::Bool, [&one, &other]);
            }
            _ => return self.unread(whole),
        };
        let facts = [left, right].map(|it| self.wanted(it, operands, scope));
        let mut res = ExprInfo::with(result, &facts);
        if *op == Op::StringConcat {
            res.times = self.grown(facts[0].times + facts[1].times);
        }
        res
    }

    /// How much a text has grown; one that may have grown too much is noted, once.
    pub(super) fn grown(&mut self, times: usize) -> usize {
        if times <= MOST_TIMES {
            return times;
        }
        let what = format!("this text may become more than {MOST_TIMES} times as long as another");
        self.refuse_with(what, "put fewer texts together, and replace by something short");
        1
    }

    /// Reads what is compared with something of that kind.
    pub(super) fn alike(&mut self, expr: &Expr, kind: SqlType, scope: &NameScope<'_>) -> ExprInfo {
        let res = self.term(expr, scope);
        if !res.kind.fits(kind) {
            self.go_to(expr.span().start);
            let help = (kind == SqlType::Time).then(|| "write `DATE '2026-01-31'`".to_owned());
            let (is, wanted) = (res.kind.word(), kind.word());
            self.refuse(format!("`{expr}` is {is} and is compared with {wanted}"), help);
        }
        res
    }

    fn case(&mut self, whens: &[CaseWhen], last: Option<&Expr>, scope: &NameScope<'_>) -> ExprInfo {
        let conditions: Vec<ExprInfo> =
            whens.iter().map(|when| self.condition_of(&when.condition, scope)).collect();
        let all = ExprInfo::with(SqlType::Bool, &conditions);
        self.decided(&all, "a CASE would take that for no");
        let mut facts: Vec<ExprInfo> = Vec::new();
        let mut kind = SqlType::Any;
        for it in whens.iter().map(|when| &when.result).chain(last) {
            let fact = self.alike(it, kind, scope);
            kind = if kind == SqlType::Any { fact.kind } else { kind };
            facts.push(fact);
        }
        let bare = all.bare;
        let mut res = ExprInfo::with(kind, &facts);
        res.bare.extend(bare);
        res
    }
}
