//! What is kept, and for how long.

use std::path::PathBuf;

use clap::Args;

/// What is kept, and for how long.
#[derive(Debug, Args)]
pub struct PruneArgs {
    /// How many months of packs are kept: the newest that has a pack, and those before it. Counted is
    /// from that month and never from today's, so that nothing grows old while nothing is collected;
    /// a pack of a month to come, which a wrong clock makes, is not counted from.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1200))]
    pub keep_months: u16,
    /// Print what would be removed, and remove nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Keep what proves older packs and names nobody: their manifests, checksums, signatures and
    /// tables of counts.
    #[arg(long)]
    pub keep_reports: bool,
    /// The folder of packs [default: that of the configuration].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
