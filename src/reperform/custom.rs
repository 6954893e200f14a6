//! Rules that users wrote: their own SQL, in the words of each dialect.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName, TableAlias,
    TableFactor, Value, VisitMut as _, VisitorMut,
};

use super::dialect::Dialect;
use super::{COLUMNS, Untranslatable, indented};
use crate::custom_rules;
use crate::rules::WrittenSql;
use crate::subjects::MEMBER;
use crate::tables::Table;
use crate::tables::column::KindName;

/// The steps of a rule's query, and the last `SELECT`.
pub(super) fn query(
    mut written: WrittenSql,
    reads: &[Table],
    dialect: Dialect,
) -> Result<(Vec<(String, String)>, String), Untranslatable> {
    let own = written.population.with.iter().flat_map(|it| &it.cte_tables);
    let taken = own
        .map(|it| it.alias.name.value.as_str())
        .find(|name| reads.iter().any(|table| read_name(*table) == *name));
    if let Some(name) = taken {
        return Err(Untranslatable(format!("the query `{name}`, whose name is taken there")));
    }
    let mut writer = Writer { dialect, names: BTreeSet::new(), lacks: None };
    let WrittenSql { population, exception, when } = &mut written;
    let _: ControlFlow<()> = population.visit(&mut writer);
    let _: ControlFlow<()> = exception.visit(&mut writer);
    let _: ControlFlow<()> = when.visit(&mut writer);
    if let Some(what) = writer.lacks {
        return Err(Untranslatable(format!("{what} in {}", dialect.word())));
    }
    let mut steps = Vec::new();
    for table in reads {
        steps.push((read_name(*table), read(*table, &writer.names, dialect)?));
    }
    steps.push(("candidates".to_owned(), population.to_string()));
    let [instance, subject_id, verdict, escalated] = COLUMNS;
    let when = when.as_ref().map_or("FALSE".to_owned(), |it| format!("COALESCE({it}, FALSE)"));
    let columns = [
        format!("{instance}, {subject_id}"),
        format!("({exception}) AND {MEMBER} AS {verdict}"),
        format!("{when} AS {escalated}"),
    ];
    let columns = indented(&columns.join(",\n"), 2);
    let last = format!("SELECT\n{columns}\nFROM candidates\nWHERE COALESCE({MEMBER}, TRUE)");
    Ok((steps, last))
}

/// What a table is called without the instances that lack a list.
fn read_name(table: Table) -> String {
    format!("{}_read", table.sql_name())
}

/// A table as rules in SQL see it: without instances that lack a list, and lists as one text.
fn read(
    table: Table,
    names: &BTreeSet<String>,
    dialect: Dialect,
) -> Result<String, Untranslatable> {
    let is_asked = |name: &str| name == "instance" || names.contains(name);
    let mut columns = Vec::new();
    for it in custom_rules::columns(table).iter().filter(|it| is_asked(it.name)) {
        let name = dialect.name(it.name);
        columns.push(match it.kind {
            KindName::List => format!("{} AS {name}", dialect.listed(&name)?),
            _ => name,
        });
    }
    let from = dialect.name(table.sql_name());
    Ok(format!(
        "SELECT {}\nFROM {from}\nWHERE instance NOT IN (SELECT instance FROM lacking)",
        columns.join(", ")
    ))
}

/// Puts SQL into the words of a dialect, and notes what it names.
struct Writer {
    dialect: Dialect,
    names: BTreeSet<String>,
    /// What the dialect has no word for.
    lacks: Option<String>,
}

impl Writer {
    fn quote(&self, it: &mut Ident) {
        let quoted = self.dialect.name(&it.value);
        it.quote_style = quoted.chars().next().filter(|_| quoted != it.value);
    }

    fn call(&mut self, it: &mut Function) {
        let name = it.name.to_string().to_lowercase();
        match self.dialect.function(&name) {
            Some(word) if word != name => it.name = ObjectName::from(vec![Ident::new(word)]),
            Some(_) => {}
            None => self.lacks = Some(format!("the function `{name}`")),
        }
    }
}

impl VisitorMut for Writer {
    type Break = ();

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, alias, .. } = factor {
            let word = name.to_string();
            if let Some(table) = Table::ALL.iter().find(|it| it.sql_name() == word) {
                let mut own = Ident::new(word);
                self.quote(&mut own);
                let plain = TableAlias { explicit: true, name: own, columns: Vec::new(), at: None };
                alias.get_or_insert(plain);
                *name = ObjectName::from(vec![Ident::new(read_name(*table))]);
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(it) => {
                self.names.insert(it.value.clone());
                self.quote(it);
            }
            Expr::CompoundIdentifier(parts) => {
                self.names.extend(parts.last().map(|it| it.value.clone()));
                for it in parts {
                    self.quote(it);
                }
            }
            Expr::Value(it) => {
                if let Value::SingleQuotedString(text) = &it.value {
                    let written = self.dialect.text(text);
                    // As a name, it is printed as it stands, by the dialect's own rules for quotes.
                    *expr = Expr::Identifier(Ident::new(written));
                }
            }
            Expr::Function(it) => {
                self.call(it);
                // The sum of nothing is nought, as the program's engine has it.
                if it.name.to_string().eq_ignore_ascii_case("sum") {
                    *expr = coalesced(expr.clone());
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// The value, or nought where it is null.
fn coalesced(value: Expr) -> Expr {
    let zero = Expr::value(Value::Number("0".to_owned(), false));
    let argument = |it| FunctionArg::Unnamed(FunctionArgExpr::Expr(it));
    let mut call = match &value {
        Expr::Function(it) => it.clone(),
        _ => return value,
    };
    call.name = ObjectName::from(vec![Ident::new("COALESCE")]);
    if let FunctionArguments::List(list) = &mut call.args {
        list.args = vec![argument(value), argument(zero)];
    }
    Expr::Function(call)
}
