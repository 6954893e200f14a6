//! Pieces of SQL: how tightly each binds, and how it is laid out.

use super::dialect::{SqlKind, indented};

/// An expression in SQL.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) sql: String,
    pub(super) kind: SqlKind,
    pub(super) binds: Binding,
}

/// How tightly the outermost operator of a term binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Atom,
}

impl Term {
    pub(super) fn atom(sql: impl Into<String>, kind: SqlKind) -> Self {
        Self { sql: sql.into(), kind, binds: Binding::Atom }
    }

    /// A comparison.
    pub(super) fn condition(sql: &str) -> Self {
        Self::bool(sql.to_owned(), Binding::Comparison)
    }

    pub(super) fn bool(sql: String, binds: Binding) -> Self {
        Self { sql, kind: SqlKind::Bool, binds }
    }

    /// The text as an operand of something that binds as tightly as `binds`.
    pub(super) fn within(&self, binds: Binding) -> String {
        if self.binds < binds { bracketed(&self.sql) } else { self.sql.clone() }
    }

    /// The text as an operand of a comparison, which does not chain.
    pub(super) fn compared(&self) -> String {
        self.within(Binding::Sum)
    }
}

/// Letters of a line after which it is broken where it can be.
pub(super) const WIDTH: usize = 72;

pub(super) fn is_long(parts: &[&str]) -> bool {
    let letters: usize = parts.iter().map(|it| it.len()).sum();
    letters > WIDTH || parts.iter().any(|it| it.contains('\n'))
}

/// Two conditions, on lines of their own where one would be long.
pub(super) fn linked(left: &str, word: &str, right: &str) -> String {
    let between = if is_long(&[left, right]) { '\n' } else { ' ' };
    format!("{left}{between}{word} {right}")
}

fn bracketed(sql: &str) -> String {
    if is_long(&[sql]) { format!("(\n{}\n)", indented(sql, 2)) } else { format!("({sql})") }
}

pub(super) fn case(arms: &[String]) -> String {
    let arms: Vec<&str> = arms.iter().map(String::as_str).collect();
    if is_long(&arms) {
        return format!("CASE\n{}\nEND", indented(&arms.join("\n"), 2));
    }
    format!("CASE {} END", arms.join(" "))
}

pub(super) fn conjunction(left: &Term, right: &Term) -> Term {
    connected(left, right, ("AND", Binding::And), "TRUE")
}

pub(super) fn disjunction(left: &Term, right: &Term) -> Term {
    connected(left, right, ("OR", Binding::Or), "FALSE")
}

/// Two conditions as one; what changes nothing beside the other is left out.
fn connected(left: &Term, right: &Term, by: (&str, Binding), neutral: &str) -> Term {
    let (word, binds) = by;
    if left.sql == neutral {
        return right.clone();
    }
    if right.sql == neutral {
        return left.clone();
    }
    Term::bool(linked(&left.within(binds), word, &right.within(binds)), binds)
}
