//! The catalogue in words: what each rule asks, of whom, by which thresholds, and from what.
//!
//! A plain value that the modules below print; what is configured is part of it.

pub mod markdown;
pub mod text;

use serde::Serialize;

use crate::config::{Config, RuleSettings, Value};
use crate::frameworks::{FRAMEWORKS, Framework};
use crate::guardrails;
use crate::parameters::{Parameter, Parameters};
use crate::reperform::{self, Dialect};
use crate::rules::{Rule, Severity};
use crate::tables::column::{ColumnMeta, Null};
use crate::tables::{Table, Tables};

/// Every rule, as the configuration has it.
#[derive(Debug, Serialize)]
pub struct ExplainedCatalogue {
    /// The configuration's file; none where there is none, and everything is a default.
    pub configuration: Option<String>,
    /// The rules, in the order of the catalogue.
    pub rules: Vec<ExplainedRule>,
}

/// One rule.
#[derive(Debug, Serialize)]
pub struct ExplainedRule {
    /// The rule's code.
    pub code: &'static str,
    /// The rule's name.
    pub name: &'static str,
    /// The bad state in one line.
    pub title: &'static str,
    /// Names what decides about an exception: waivers are approved for one version.
    pub version: String,
    /// The severity of an ordinary exception.
    pub severity: Severity,
    /// The severity of worse ones and what makes them so; empty where there is no such thing.
    pub escalation: String,
    /// Whether the rule runs.
    pub enabled: bool,
    /// Why it does not; empty where it does.
    pub disabled_because: String,
    /// What is looked at and what is an exception.
    pub predicate: &'static str,
    /// Why it matters.
    pub risk: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// What would decide about an undetermined subject.
    pub missing: &'static str,
    /// Thresholds.
    pub parameters: Vec<ExplainedParameter>,
    /// The controls that the rule speaks to, of the frameworks that are shown.
    pub controls: Vec<ExplainedControl>,
    /// What the rule reads.
    pub tables: Vec<TableRead>,
    /// What is asked, as SQL for DuckDB, by the thresholds that are used.
    pub sql: String,
}

/// A threshold.
#[derive(Debug, Serialize)]
pub struct ExplainedParameter {
    /// The key under `[rules.<name>]`.
    pub key: &'static str,
    /// The value that is used.
    pub value: String,
    /// The value without a configuration.
    pub default: String,
    /// Whether the configuration sets it.
    pub configured: bool,
    /// The strictest value that a framework asks for; empty where none names one.
    pub strictest: String,
    /// What it means.
    pub about: &'static str,
    /// The value on a line of a table.
    #[serde(skip)]
    brief: String,
}

/// A control.
#[derive(Debug, Serialize)]
pub struct ExplainedControl {
    /// The framework's key, such as `soc2`.
    pub framework: &'static str,
    /// The framework's short name.
    pub name: &'static str,
    /// The framework's id.
    pub id: &'static str,
    /// What the control is after, in our own words.
    pub intent: &'static str,
}

/// A table that a rule reads.
#[derive(Debug, Serialize)]
pub struct TableRead {
    /// The table's name in words of this program.
    pub table: &'static str,
    /// What a row of it is.
    pub row: &'static str,
    /// Those of its columns that a finding shows.
    pub columns: Vec<ColumnShown>,
}

/// A column that a finding shows.
#[derive(Debug, Serialize)]
pub struct ColumnShown {
    /// The column's name.
    pub column: &'static str,
    /// What a cell says.
    pub meaning: &'static str,
    /// What a missing cell means; empty where none is missing.
    pub missing: &'static str,
}

/// Rules as `config` has them, which was read from the file beside it.
pub fn catalogue(rules: &[&'static Rule], config: Option<(&str, &Config)>) -> ExplainedCatalogue {
    let defaults = RuleSettings::default();
    let all: Vec<&str> = FRAMEWORKS.iter().map(|it| it.key.as_str()).collect();
    let (settings, shown) = match config {
        Some((_, config)) => (&config.rules, &config.output.controls),
        None => (&defaults, &all),
    };
    ExplainedCatalogue {
        configuration: config.map(|(file, _)| file.to_owned()),
        rules: rules.iter().map(|it| entry(it, settings, shown)).collect(),
    }
}

fn entry(rule: &Rule, settings: &RuleSettings, shown: &[&'static str]) -> ExplainedRule {
    let parameters = Parameters::of(rule.name, settings);
    let off = settings.disabled.get(rule.name);
    ExplainedRule {
        code: rule.code,
        name: rule.name,
        title: rule.title,
        version: rule.version(),
        severity: rule.severity,
        escalation: rule.escalation_words(),
        enabled: off.is_none(),
        disabled_because: off.cloned().unwrap_or_default(),
        predicate: rule.predicate,
        risk: rule.risk,
        remedy: rule.remedy,
        missing: rule.missing,
        parameters: rule
            .params
            .iter()
            .map(|param| parameter(rule, param, settings, shown))
            .collect(),
        controls: controls(rule, shown),
        tables: readings(rule, parameters),
        sql: reperform::query(rule, parameters, Dialect::DuckDb)
            .unwrap_or_else(|it| it.to_string()),
    }
}

fn parameter(
    rule: &Rule,
    param: &Parameter,
    settings: &RuleSettings,
    shown: &[&'static str],
) -> ExplainedParameter {
    let value = Parameters::of(rule.name, settings).value(param);
    let set = settings.parameters.get(rule.name);
    ExplainedParameter {
        key: param.key,
        value: value.to_string(),
        default: param.default.value().to_string(),
        configured: set.is_some_and(|it| it.contains_key(param.key)),
        strictest: guardrails::strictest(rule, param, shown),
        about: param.about,
        brief: brief(param.key, &value),
    }
}

fn brief(key: &str, value: &Value) -> String {
    match value {
        Value::Number(it) => format!("{key} {it}"),
        Value::Words(it) if it.len() > 4 => format!("{key}: {} words", it.len()),
        Value::Words(_) | Value::Pairs(_) => format!("{key}: {value}"),
    }
}

fn controls(rule: &Rule, shown: &[&'static str]) -> Vec<ExplainedControl> {
    let of = |framework: &'static Framework| {
        rule.controls(framework).into_iter().map(|it| ExplainedControl {
            framework: &framework.key,
            name: &framework.short,
            id: &it.id,
            intent: &it.intent,
        })
    };
    FRAMEWORKS.iter().filter(|it| shown.contains(&it.key.as_str())).flat_map(of).collect()
}

/// The tables that a rule reads, with the columns that its subjects show.
fn readings(rule: &Rule, parameters: Parameters<'_>) -> Vec<TableRead> {
    let mut subjects = (rule.subjects)(&Tables::default().only(rule.reads, &[]), parameters);
    let schema = subjects.collect_schema().expect("every rule fits the tables");
    let reading = |table: &Table| TableRead {
        table: table.sql_name(),
        row: table.meaning(),
        columns: table.columns().iter().filter(|it| schema.contains(it.name)).map(reads).collect(),
    };
    rule.reads.iter().map(reading).collect()
}

fn reads(it: &ColumnMeta) -> ColumnShown {
    let missing = match it.null {
        Null::Never => "",
        Null::Unknown => "unknown",
        Null::Absent | Null::BoundOf(_) => "none",
        Null::AbsentIf(_) => "none or unknown",
    };
    ColumnShown { column: it.name, meaning: it.meaning, missing }
}

impl ExplainedRule {
    /// The thresholds on a line.
    fn thresholds(&self) -> String {
        self.parameters
            .iter()
            .map(|parameter| parameter.brief.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The ids of one framework's controls.
    fn ids(&self, framework: &str) -> Vec<&'static str> {
        let of = self.controls.iter().filter(|control| control.framework == framework);
        of.map(|it| it.id).collect()
    }
}
