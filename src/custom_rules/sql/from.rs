//! Where rows come from: tables of the dictionary, queries with names, and joins by equal columns.

use sqlparser::ast::{
    BinaryOperator, Expr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, Spanned as _,
    TableAlias, TableFactor, TableWithJoins,
};

use super::column::{Relation, readable};
use super::term::NameScope;
use super::{Checker, fill, function, steps};
use crate::config::problem::did_you_mean;

impl Checker<'_> {
    /// Reads FROM with its joins.
    pub(super) fn from(&mut self, from: &[TableWithJoins]) -> Vec<Relation> {
        let [TableWithJoins { relation, joins }] = from else {
            let help = "name one table, and the others with JOIN … ON";
            self.refuse_with("FROM names one table", help);
            return Vec::new();
        };
        let mut res = vec![self.relation(relation)];
        for it in joins {
            let joined = self.relation(&it.relation);
            if res.iter().any(|it| it.name == joined.name) {
                let what = format!("`{}` stands for two things", joined.name);
                self.refuse_with(what, "give each a name with AS");
            }
            self.join(it, &res, &joined);
            res.push(joined);
        }
        res
    }

    fn relation(&mut self, factor: &TableFactor) -> Relation {
        self.go_to(factor.span().start);
        match factor {
            TableFactor::Table { args: Some(_), name, .. } => {
                let name = name.to_string().to_lowercase();
                let help = function::instead(&name).map(str::to_owned);
                self.refuse(format!("`{name}` is no table but a function"), help);
                Relation { name, columns: Vec::new() }
            }
            TableFactor::Table { name, alias, .. }
                if factor.to_string() == shown(name, alias.as_ref()) =>
            {
                self.table(name, alias.as_ref())
            }
            TableFactor::Derived { lateral: false, subquery, alias, sample: None } => {
                let columns = self.inner(subquery);
                let Some(alias) = alias else {
                    self.refuse_with(
                        "a query within FROM needs a name",
                        "write `(SELECT …) AS it`",
                    );
                    return Relation { name: String::new(), columns };
                };
                Relation { name: self.own_name(alias), columns }
            }
            other => {
                self.refuse(format!("`{other}` is not a table"), None);
                Relation { name: String::new(), columns: Vec::new() }
            }
        }
    }

    fn table(&mut self, name: &ObjectName, alias: Option<&TableAlias>) -> Relation {
        let ident = match &name.0[..] {
            [part] => part.as_ident(),
            _ => None,
        };
        let word = ident.map_or_else(|| name.to_string(), |it| it.value.clone());
        let quoted = ident.is_some_and(|it| it.quote_style.is_some());
        let with = self.withs.iter().find(|with| with.name == word).cloned();
        let table = readable().into_iter().find(|it| it.sql_name() == word);
        let mut res = match (with, table) {
            _ if quoted => {
                self.refuse(format!("write the table's name without quotes: {name}"), None);
                Relation { name: word, columns: Vec::new() }
            }
            (Some(with), _) => with,
            (None, Some(table)) => {
                self.reads.insert(table);
                Relation::of(table, &word)
            }
            (None, None) => {
                self.no_table(&word);
                Relation { name: word, columns: Vec::new() }
            }
        };
        if let Some(alias) = alias {
            res.name = self.own_name(alias);
        }
        res
    }

    fn no_table(&mut self, word: &str) {
        let tables = readable();
        let withs = self.withs.iter().map(|with| with.name.as_str());
        let known: Vec<&str> = tables.iter().map(|it| it.sql_name()).chain(withs).collect();
        let help = match word {
            "people" | "roster" => "`users` has what the roster says about each account".to_owned(),
            _ => did_you_mean(word, known.iter().copied())
                .unwrap_or_else(|| format!("tables are {}", known.join(", "))),
        };
        self.refuse(format!("`{word}` is not a table"), Some(help));
    }

    /// Joins go by equal columns: the engine takes other conditions of LEFT JOIN for a filter.
    fn join(&mut self, join: &Join, left: &[Relation], right: &Relation) {
        let (JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)) = &join.join_operator
        else {
            let help = "for rows without a partner, LEFT JOIN and ask for `IS NULL`";
            return self.refuse_with("joins are JOIN or LEFT JOIN", help);
        };
        let JoinConstraint::On(condition) = constraint else {
            return self.refuse_with("a join needs ON", "write `ON a.instance = b.instance AND …`");
        };
        let mut both = left.to_vec();
        both.push(right.clone());
        let scope = NameScope { relations: &both, aggregates: false };
        let mut by_instance = false;
        for it in fill::conjuncts(condition) {
            self.go_to(it.span().start);
            let Some([one, other]) = sides(it) else {
                let help = "put other conditions into WHERE, or into a WITH query";
                self.refuse_with("a join goes by equal columns, `a.x = b.y`, joined by AND", help);
                continue;
            };
            by_instance |= one == "instance" && other == "instance";
            let fact = self.condition_of(it, &scope);
            self.decided(&fact, "then it has no partner");
        }
        if !fill::conjuncts(condition).iter().any(|it| steps::across(it, &right.name).is_some()) {
            let help = "equate one of its columns with one of what stands before it";
            self.refuse_with(format!("nothing ties `{}` to the rest", right.name), help);
        }
        let knows = |relation: &Relation| relation.column("instance").is_some();
        if knows(right) && left.iter().any(knows) && !by_instance {
            let help = "add `a.instance = b.instance`: ids and names are those of one instance";
            self.refuse_with("the join mixes instances", help);
        }
    }

    /// The name that a query gives to something; it must not hide a table, nor be used twice.
    pub(super) fn own_name(&mut self, alias: &TableAlias) -> String {
        self.go_to(alias.name.span.start);
        let name = self.plain(&alias.name);
        if !alias.columns.is_empty() || alias.at.is_some() {
            self.refuse_with("columns are not renamed here", "rename them with AS within SELECT");
        }
        if readable().iter().any(|it| it.sql_name() == name) {
            self.refuse_with(format!("`{name}` is a table's name"), "call it otherwise");
        } else if self.withs.iter().any(|with| with.name == name) {
            self.refuse_with(format!("`{name}` stands for two things"), "call one otherwise");
        }
        name
    }

    /// A name without quotes.
    pub(super) fn plain(&mut self, name: &Ident) -> String {
        if name.quote_style.is_some() {
            self.go_to(name.span.start);
            self.refuse(format!("write the name {name} without quotes"), None);
        }
        name.value.clone()
    }
}

/// A table as a query may name it; whatever else is there shows in the text.
fn shown(name: &ObjectName, alias: Option<&TableAlias>) -> String {
    match alias {
        Some(it) => format!("{name} {it}"),
        None => name.to_string(),
    }
}

/// The columns' names on both sides of an equation of columns.
fn sides<'a>(expr: &'a Expr) -> Option<[&'a str; 2]> {
    let Expr::BinaryOp { left, op: BinaryOperator::Eq, right } = expr else { return None };
    let name = |it: &'a Expr| match it {
        Expr::CompoundIdentifier(parts) => parts.last().map(|it| it.value.as_str()),
        _ => None,
    };
    Some([name(left)?, name(right)?])
}
