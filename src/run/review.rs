//! `review`: a campaign from a pack, what comes back, what becomes of it, and who signs.

mod error;
mod import;
mod open;
mod plan;
mod removals;
mod sign;
mod status;
mod waivers;

use std::path::{Path, PathBuf};

pub use self::error::ReviewError;
pub(super) use self::open::Opening;
use super::{CommandContext, Error, Exit, configuration};
use crate::catalogue::Catalogue;
use crate::cli::ReviewCommand;
use crate::config::Config;
pub(super) use crate::review::FOLDER as REVIEW;
use crate::review::OpenedCampaign;

/// Where the campaigns of a configuration lie.
pub(super) fn root(config: &Config) -> PathBuf {
    config.output.dir.join(REVIEW)
}

/// Does what a review asks for.
pub(super) fn run(context: &CommandContext<'_>, what: &ReviewCommand) -> Result<Exit, Error> {
    match what {
        ReviewCommand::Open(args) => open::run(context, args),
        ReviewCommand::Import(args) => import::run(context, args),
        ReviewCommand::Status(args) => status::run(context, args),
        ReviewCommand::Plan(args) => plan::run(context, args),
        ReviewCommand::Sign(args) => sign::run(context, args),
    }
}

/// The rules, the configuration, and the campaign that is meant: the one that is named, or the newest.
fn campaign(
    context: &CommandContext<'_>,
    named: Option<&Path>,
) -> Result<(Catalogue, Config, OpenedCampaign), Error> {
    let (catalogue, config) = configuration(context.config)?;
    let opened = match named {
        Some(it) => OpenedCampaign::read(it)?,
        None => newest(&config)?,
    };
    Ok((catalogue, config, opened))
}

fn newest(config: &Config) -> Result<OpenedCampaign, Error> {
    let root = root(config);
    OpenedCampaign::all(&root)?.pop().ok_or_else(|| ReviewError::NoCampaign { root }.into())
}
