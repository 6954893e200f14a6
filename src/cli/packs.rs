//! The options of commands that take packs as they are.

use std::path::PathBuf;

use clap::Args;

use super::CheckFormat;

/// What `sign` signs.
#[derive(Debug, Args)]
pub struct SignArgs {
    /// The packs.
    #[arg(required = true, value_name = "PACK")]
    pub packs: Vec<PathBuf>,
    /// The private key, without a passphrase.
    #[arg(long, value_name = "FILE", required_unless_present = "timestamp")]
    pub key: Option<PathBuf>,
    /// Have a time-stamping authority (RFC 3161) say when the pack was there; it is shown a hash.
    #[arg(long, value_name = "URL")]
    pub timestamp: Option<String>,
}

/// What `verify` holds against itself.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Packs, or folders of packs, whose chain is checked too; also in a store, such as
    /// `s3://BUCKET/PREFIX`.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Who may sign, in the format of `ssh-keygen`; a signature of anybody else is a fault.
    #[arg(long, value_name = "FILE")]
    pub allowed_signers: Option<PathBuf>,
    /// The certificates of the authorities whose time-stamps are trusted; one of anybody else is a
    /// fault. `openssl` checks it.
    #[arg(long, value_name = "FILE")]
    pub timestamp_ca: Option<PathBuf>,
    /// Make each report anew from what lies in its pack, and compare every file.
    #[arg(long)]
    pub replay: bool,
    /// Have DuckDB re-perform every rule on the tables of the pack, where `duckdb` is installed.
    #[arg(long)]
    pub reperform: bool,
    /// In what form.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: CheckFormat,
}
