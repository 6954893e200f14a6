//! The steps of a review.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{CheckFormat, help};

/// A step of a review.
#[derive(Debug, Subcommand)]
pub enum ReviewCommand {
    /// Make a campaign of a pack: its lines, and a worksheet for each reviewer.
    #[command(after_help = help::REVIEW)]
    Open(ReviewOpenArgs),
    /// Take what reviewers send back, as far as it is valid; say what is not.
    #[command(after_help = help::REVIEW)]
    Import(ReviewImportArgs),
    /// Say how far the campaign is, by reviewer and by decision.
    #[command(after_help = help::REVIEW)]
    Status(ReviewStatusArgs),
    /// Write what is to be sent to Retool after approval, as scripts and a table; sends nothing.
    #[command(after_help = help::REVIEW)]
    Plan(ReviewPlanArgs),
    /// Sign the campaign, with statements that its record bears out.
    #[command(after_help = help::REVIEW)]
    Sign(ReviewSignArgs),
}

/// Of what a campaign is made.
#[derive(Debug, Args)]
pub struct ReviewOpenArgs {
    /// The pack [default: the newest in the configuration's output dir].
    #[arg(value_name = "PACK")]
    pub pack: Option<PathBuf>,
}

/// What came back.
#[derive(Debug, Args)]
pub struct ReviewImportArgs {
    /// The worksheets, as XLSX or CSV.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The folder of the campaign [default: the newest].
    #[arg(long, value_name = "DIR")]
    pub campaign: Option<PathBuf>,
}

/// Which campaign, and in what form.
#[derive(Debug, Args)]
pub struct ReviewStatusArgs {
    /// The folder of the campaign [default: the newest].
    #[arg(long, value_name = "DIR")]
    pub campaign: Option<PathBuf>,
    /// In what form.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: CheckFormat,
    /// Write a mail for each reviewer with open lines, into the folder `reminders`; none is sent.
    #[arg(long)]
    pub remind: bool,
}

/// Which campaign.
#[derive(Debug, Args)]
pub struct ReviewPlanArgs {
    /// The folder of the campaign [default: the newest].
    #[arg(long, value_name = "DIR")]
    pub campaign: Option<PathBuf>,
}

/// Who signs what.
#[derive(Debug, Args)]
pub struct ReviewSignArgs {
    /// Who signs.
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// As what.
    #[arg(long, value_name = "ROLE")]
    pub role: String,
    /// What is stated; may be repeated. A word that is not true of the campaign is refused, and
    /// those that are true are listed.
    #[arg(long = "statement", required = true, value_name = "WORD")]
    pub statements: Vec<String>,
    /// The folder of the campaign [default: the newest].
    #[arg(long, value_name = "DIR")]
    pub campaign: Option<PathBuf>,
}
