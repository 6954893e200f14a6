//! What a sample is drawn of.

use std::path::PathBuf;

use clap::Args;

use super::{by_word, month};
use crate::calendar::Month;
use crate::sample::SampleKind;

/// What a sample is drawn of, and by what.
#[derive(Debug, Args)]
pub struct SampleArgs {
    /// What it is of.
    #[arg(long, value_name = "KIND", value_parser = by_word(&SampleKind::ALL, SampleKind::word))]
    pub of: SampleKind,
    /// How many units are drawn; all of them where there are fewer.
    #[arg(long, value_name = "N", default_value_t = 25)]
    pub size: usize,
    /// What it is drawn by: a word that the auditor chooses. The same word draws the same sample.
    #[arg(long, value_name = "TEXT")]
    pub seed: String,
    /// The first month, 2026-01 [default: that of `[audit] window`, or of the oldest pack].
    #[arg(long, value_name = "MONTH", value_parser = month)]
    pub from: Option<Month>,
    /// The last month [default: that of `[audit] window`, or of the newest pack].
    #[arg(long, value_name = "MONTH", value_parser = month)]
    pub to: Option<Month>,
    /// Where the sample is written [default: a folder in `samples` of the output dir].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
