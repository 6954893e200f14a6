//! Settings, from `settings.csv` and what changed in them.

use std::collections::BTreeMap;

use polars::prelude::PolarsResult;

use super::inputs::ReportInputs;
use crate::config::stated::Deployment;
use crate::report::cells::Cells;
use crate::report::posture::{Posture, PostureOf};
use crate::report::table::{Cell, DataTable, Row, UNKNOWN};
use crate::tables::Table;
use crate::tables::build::settings::desired;
use crate::tables::build::sign_in::{self, SettingSource, SignIn};
use crate::tables::column::Null;

/// A value that is what it was.
const SAME: &str = "same";

/// Settings that protect neither more nor less, and decide how the others are to be read.
const BESIDE: [&str; 2] = ["scim", "deployment"];

/// Every setting that protects, and those beside them, on every instance that gave its settings.
pub(super) fn of(
    inputs: &ReportInputs<'_>,
    settings: &DataTable<'_>,
) -> PolarsResult<Vec<Posture>> {
    let (drift, sources) = (drift(inputs)?, sources(inputs));
    let desired: BTreeMap<&str, &[&str]> = desired().into_iter().collect();
    let instance = settings.column("instance");
    let shown = settings.columns.iter().enumerate();
    let posture = shown.filter_map(|(at, column)| {
        let strong = desired.get(column.name).copied();
        let strong = strong.or_else(|| BESIDE.contains(&column.name).then_some(&[][..]))?;
        let judged = !BESIDE.contains(&column.name);
        let of = |row: Row<'_>| {
            let (instance, value) = (row.text(instance), row.cell(at).words().into_owned());
            let drift = drift.get(&(instance.clone(), column.name.to_owned()));
            // A value that is not known is not known to be the same.
            let unknown = |it: &str| value == UNKNOWN && it == SAME;
            let drift = drift.map(|it| if unknown(it) { UNKNOWN } else { it });
            let drift = drift.unwrap_or_default().to_owned();
            let source = sources.get(&(instance.clone(), column.name));
            let source = source.map(|it| it.beside(&value)).unwrap_or_default();
            let protects = if judged { protects(&value, strong) } else { "" };
            PostureOf { instance, value, protects, source, drift }
        };
        Some(Posture {
            setting: column.name,
            meaning: column.meaning,
            label: label(column.name),
            desired: match strong {
                _ if !judged => String::new(),
                [] => "any".to_owned(),
                strong => strong.join(" or "),
            },
            instances: settings.rows.iter().map(of).collect(),
        })
    });
    Ok(posture.collect())
}

/// By instance and setting: on whose word it is known, where that is not the API's alone.
fn sources(inputs: &ReportInputs<'_>) -> BTreeMap<(String, &'static str), Basis> {
    let mut res = BTreeMap::new();
    for collected in &inputs.given.snapshot.instances {
        let configured =
            inputs.given.config.instances.iter().find(|instance| instance.name == collected.name);
        let deployment = sign_in::deployment(collected, configured);
        let by_address = deployment == Deployment::of(&collected.url);
        let basis = if by_address { Basis::Address } else { Basis::Configuration };
        res.insert((collected.name.clone(), "deployment"), basis);
        for (setting, source) in SignIn::of(collected, configured).sources() {
            res.insert((collected.name.clone(), setting), Basis::Source(source.clone()));
        }
    }
    res
}

/// On whose word a setting is known.
enum Basis {
    /// The host in the instance's address says it.
    Address,
    /// The configuration says it, without evidence of its own.
    Configuration,
    /// What the API and the configuration say.
    Source(SettingSource),
}

impl Basis {
    /// The same in words to stand beside the value.
    fn beside(&self, value: &str) -> String {
        match self {
            Self::Address => "as its address says".to_owned(),
            Self::Configuration => "as the configuration states".to_owned(),
            Self::Source(source) => source.beside(value),
        }
    }
}

/// A setting as people write it.
fn label(setting: &str) -> String {
    let words = setting.split('_').map(|it| match it {
        "sso" => "SSO",
        "jit" => "JIT",
        "scim" => "SCIM",
        it => it,
    });
    let words = words.collect::<Vec<_>>().join(" ");
    let mut rest = words.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

fn protects(value: &str, strong: &[&str]) -> &'static str {
    match value {
        UNKNOWN => UNKNOWN,
        it if strong.contains(&it) || (strong.is_empty() && !it.is_empty()) => "yes",
        _ => "no",
    }
}

/// By instance and setting: what became of it since the previous snapshot.
fn drift(inputs: &ReportInputs<'_>) -> PolarsResult<BTreeMap<(String, String), String>> {
    let frame = inputs.tables.frame(Table::SettingChanges);
    let cells = |name| Cells::of(&frame, name, Null::Unknown);
    let (instances, settings) = (cells("instance")?, cells("setting")?);
    let (before, changed, weaker) = (cells("before")?, cells("changed")?, cells("weaker")?);
    let row = |row: usize| {
        let was = match before.text(row) {
            it if it.is_empty() => "nothing".to_owned(),
            it => it,
        };
        let word = match (changed.at(row), weaker.at(row)) {
            (Cell::Bool(false), _) => SAME.to_owned(),
            (Cell::Bool(true), Cell::Bool(true)) => format!("weaker, was {was}"),
            (Cell::Bool(true), _) => format!("was {was}"),
            _ => UNKNOWN.to_owned(),
        };
        ((instances.text(row), settings.text(row)), word)
    };
    Ok((0..frame.height()).map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::protects;

    #[test]
    fn a_08_what_is_unknown_is_not_called_protective() {
        let cases = [("yes", &["yes"][..]), ("no", &["yes"]), ("oidc", &[]), ("", &[])];
        let words = cases.map(|(value, strong)| protects(value, strong));
        assert_eq!(words, ["yes", "no", "yes", "no"]);
        assert_eq!(protects("unknown", &[]), "unknown");
    }
}
