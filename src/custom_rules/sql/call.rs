//! Calls of functions.

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function as Call, FunctionArg, FunctionArgExpr, FunctionArguments,
};

use super::column::SqlType;
use super::function::{FUNCTIONS, Function, instead};
use super::term::{ExprInfo, MOST_TIMES, NameScope};
use super::{Checker, fill};
use crate::config::problem::did_you_mean;

impl Checker<'_> {
    /// Reads a call.
    pub(super) fn function(&mut self, call: &Call, scope: &NameScope<'_>) -> ExprInfo {
        let name = call.name.to_string().to_lowercase();
        let Some(function) = Function::named(&name) else {
            let known = FUNCTIONS.iter().map(|it| it.name);
            let help = instead(&name).map(str::to_owned).or_else(|| did_you_mean(&name, known));
            self.refuse(format!("the function `{name}` is not in the SQL of rules"), help);
            return ExprInfo::of(SqlType::Any);
        };
        let odd = call.filter.is_some() || call.null_treatment.is_some();
        let odd = odd || !call.within_group.is_empty() || call.uses_odbc_syntax;
        if odd || call.parameters != FunctionArguments::None {
            self.refuse(format!("`{call}` has more than arguments"), None);
        }
        let arguments = self.arguments(call, function);
        if function.aggregate {
            self.aggregate(call, function, &arguments, scope)
        } else {
            self.scalar(call, function, &arguments, scope)
        }
    }

    fn arguments<'b>(&mut self, call: &'b Call, function: &Function) -> Vec<&'b Expr> {
        let FunctionArguments::List(list) = &call.args else { return Vec::new() };
        if !list.clauses.is_empty() {
            self.refuse(format!("`{call}` has more than arguments"), None);
        }
        let distinct = matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct));
        if distinct && function.name != "count" {
            self.refuse("DISTINCT goes with COUNT alone", None);
        }
        let mut res = Vec::new();
        for it in &list.args {
            match it {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(it)) => res.push(it),
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if function.name == "count" => {}
                other => self.refuse(format!("`{other}` is not an argument"), None),
            }
        }
        let stars = list.args.len() - res.len();
        let fits = match function.name {
            "count" => list.args.len() == 1,
            "coalesce" => stars == 0 && res.len() >= function.least(),
            _ => stars == 0 && res.len() == function.least(),
        };
        if !fits {
            self.refuse(format!("write `{}({})`", function.name, function.takes), None);
        }
        res
    }

    fn scalar(
        &mut self,
        call: &Call,
        function: &Function,
        arguments: &[&Expr],
        scope: &NameScope<'_>,
    ) -> ExprInfo {
        if call.over.is_some() {
            self.refuse("OVER goes with functions that sum up", None);
        }
        let mut facts: Vec<ExprInfo> = Vec::new();
        for (at, it) in arguments.iter().enumerate() {
            let first = facts.first().map_or(SqlType::Any, |it| it.kind);
            let any = function.argument(at) == SqlType::Any;
            let kind = if any { first } else { function.argument(at) };
            facts.push(self.wanted(it, kind, scope));
        }
        let kind = function.result(facts.first().map_or(SqlType::Any, |it| it.kind));
        let mut all = ExprInfo::with(kind, &facts);
        if function.name == "replace" {
            all.times = self.grown(replaced(arguments, &facts));
        }
        match facts.last() {
            // Only the last value can still be missing.
            Some(last) if function.name == "coalesce" => {
                let mut res = ExprInfo::with(kind, [last]);
                (res.bare, res.times) = (all.bare, all.times);
                res
            }
            _ => all,
        }
    }

    /// A sum leaves unknown values out, so it may not meet any.
    fn aggregate(
        &mut self,
        call: &Call,
        function: &Function,
        arguments: &[&Expr],
        scope: &NameScope<'_>,
    ) -> ExprInfo {
        let rows = NameScope { aggregates: false, ..*scope };
        let facts: Vec<ExprInfo> = arguments
            .iter()
            .enumerate()
            .map(|(at, it)| self.wanted(it, function.argument(at), &rows))
            .collect();
        let inside = ExprInfo::with(SqlType::Any, &facts);
        self.decided(&inside, "a sum leaves out what is unknown");
        let kind = function.result(facts.first().map_or(SqlType::Any, |it| it.kind));
        let help = "GROUP BY instance and more in a WITH query, and join it";
        if call.over.is_some() {
            self.refuse_with("OVER is not read", help);
        } else if !scope.aggregates {
            self.refuse_with(format!("`{call}` sums rows up, and nothing groups them"), help);
        }
        ExprInfo::of(kind)
    }
}

/// How many times as long a text may be after `REPLACE`: by each character, where what is replaced
/// may be nothing, or by a text of unknown length.
fn replaced(arguments: &[&Expr], facts: &[ExprInfo]) -> usize {
    let length = |at: usize| match arguments.get(at) {
        Some(Expr::Value(it)) => fill::text_of(&it.value).map(str::len),
        _ => None,
    };
    let times = match (length(1), length(2)) {
        (_, Some(0)) => 1,
        (Some(what), Some(by)) if what > 0 => by.div_ceil(what).max(1),
        (_, Some(by)) => by + 1,
        (_, None) => MOST_TIMES,
    };
    facts.first().map_or(1, |it| it.times).saturating_mul(times)
}
