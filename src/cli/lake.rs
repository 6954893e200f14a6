//! What can be done with the lake.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::by_word;
use crate::lake::LakeEngine;

/// Which lake.
#[derive(Debug, Args)]
pub struct LakeArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub what: LakeCommand,
    /// The folder of the lake [default: that of `[lake] path`].
    #[arg(long, global = true, value_name = "DIR")]
    pub lake: Option<PathBuf>,
}

/// What can be done with the lake.
#[derive(Debug, Subcommand)]
pub enum LakeCommand {
    /// Add the tables of packs; of several packs of a month, one counts.
    Add {
        /// Packs, or folders of packs.
        #[arg(required = true, value_name = "PATH")]
        packs: Vec<PathBuf>,
    },
    /// Say what the lake lacks, or has otherwise than its packs.
    Check {
        /// The packs, or folders of packs [default: the output dir].
        #[arg(value_name = "PATH")]
        packs: Vec<PathBuf>,
    },
    /// Print the statements that give an engine the tables of the lake.
    Views {
        /// The engine.
        #[arg(long, value_name = "ENGINE", default_value = "duckdb", value_parser = by_word(&LakeEngine::ALL, LakeEngine::word))]
        engine: LakeEngine,
    },
}
