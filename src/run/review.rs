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
use super::{CommandContext, Error, Exit, configuration};
use crate::catalogue::Catalogue;
use crate::cli::ReviewCommand;
use crate::config::Config;
use crate::review::OpenedCampaign;

/// The folder of campaigns beside the packs.
const REVIEW: &str = "review";

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
    let folder = match named {
        Some(it) => it.to_owned(),
        None => newest(&config)?,
    };
    let opened = OpenedCampaign::read(&folder)?;
    Ok((catalogue, config, opened))
}

fn newest(config: &Config) -> Result<PathBuf, Error> {
    let root = config.output.dir.join(REVIEW);
    let mut opened: Vec<OpenedCampaign> =
        OpenedCampaign::all(&root).iter().filter_map(|it| OpenedCampaign::read(it).ok()).collect();
    opened.sort_by_key(|it| it.campaign.opened_at);
    opened.pop().map(|it| it.folder).ok_or_else(|| ReviewError::NoCampaign { root }.into())
}
