//! What can be done with the store.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What to do with the store that the configuration names.
#[derive(Debug, Args)]
pub struct StoreArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub what: StoreCommand,
}

/// What can be done with the store.
#[derive(Debug, Subcommand)]
pub enum StoreCommand {
    /// Put packs there, as far as they are not; `run` and `report` do so by themselves.
    Push {
        /// Packs, or folders of packs [default: the output dir, with reviews and the record of retention].
        #[arg(value_name = "PATH")]
        packs: Vec<PathBuf>,
    },
}
