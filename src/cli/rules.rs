//! What to show about the rules.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::by_word;
use crate::reperform::Dialect;

/// What to show about the rules.
#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub struct RulesArgs {
    /// What to show [default: list].
    #[command(subcommand)]
    pub what: Option<RulesCommand>,
    /// In what form.
    #[arg(long, global = true, value_name = "FORMAT", default_value = "table")]
    pub format: RulesFormat,
}

/// What to show about the rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List every rule with its severity, thresholds and controls, and whether it runs.
    List,
    /// Explain one rule: what it asks and why, its thresholds, controls, columns and expressions.
    Explain {
        /// A rule's code or name.
        rule: String,
    },
    /// Print rules as SQL for another engine, by the thresholds of the configuration: queries of the
    /// tables that a pack has as Parquet.
    Sql {
        /// Rules by code or name; every rule, where none is named.
        #[arg(value_name = "RULE")]
        rules: Vec<String>,
        /// The engine; DuckDB and Spark are run in the program's own tests, the others are not.
        #[arg(long, value_name = "ENGINE", default_value = "duckdb", value_parser = by_word(Dialect::ALL, Dialect::word))]
        dialect: Dialect,
    },
    /// Say what is wrong with rules of your own, or that they are sound and what they read.
    Check {
        /// The rules' files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

/// The form of a list or a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    /// To read on a terminal.
    Table,
    /// For programs.
    Json,
    /// For documents.
    Markdown,
}
