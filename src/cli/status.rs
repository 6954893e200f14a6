//! What the status is told of, and how.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What the status is told of, and how.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// In what form.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: StatusFormat,
    /// Exit with 1 where something is overdue, or where that cannot be told.
    #[arg(long)]
    pub exit_code: bool,
    /// The folder of packs [default: that of the configuration].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// The form of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatusFormat {
    /// To read.
    Text,
    /// For programs.
    Json,
}
