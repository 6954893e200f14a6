//! `review sign`: a person states what the record bears out.

use super::{ReviewError, campaign};
use crate::cli::ReviewSignArgs;
use crate::report::text::visible;
use crate::review::{
    Attestation, CampaignError, CampaignStatus, RecordEntry, Statement, statements,
};
use crate::run::{CommandContext, Error, Exit, now, print};

/// Adds an attestation to the record.
pub(super) fn run(context: &CommandContext<'_>, args: &ReviewSignArgs) -> Result<Exit, Error> {
    let (_, config, mut opened) = campaign(context, args.campaign.as_deref())?;
    let status = CampaignStatus::of(&opened, config.organization.calendar().day(now()));
    let offered = statements(&status);
    let chosen: Vec<_> = args
        .statements
        .iter()
        .map(|key| {
            let found = offered.iter().find(|it| it.key == key);
            found.map(|it| it.text.clone()).ok_or_else(|| ReviewError::NotStated {
                key: key.clone(),
                offered: listed(&offered),
            })
        })
        .collect::<Result<_, _>>()?;
    for it in &chosen {
        print(&visible(it))?;
    }
    let attestation = Attestation {
        name: args.name.clone(),
        role: args.role.clone(),
        statements: chosen,
        manifest_sha256: opened.campaign.manifest_sha256.clone(),
    };
    let entries = vec![RecordEntry::Signed(attestation)];
    opened.record.add(now(), entries).map_err(CampaignError::from)?;
    Ok(Exit::Done)
}

/// The statements that are true, a line each.
fn listed(offered: &[Statement]) -> String {
    let lines: Vec<String> =
        offered.iter().map(|it| format!("\n  {}: {}", it.key, it.text)).collect();
    if lines.is_empty() { " none".to_owned() } else { lines.concat() }
}
