//! The waivers that decisions ask for, as records to approve.

use std::fmt::Write as _;

use super::ReviewError;
use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::evidence;
use crate::review::{DecisionWord, OpenedCampaign};
use crate::run::waive::draft::{WaiverRequest, accepted, read};
use crate::run::{Error, now};

/// A record for each decision to waive that stands, by rule; none where there is no such decision.
/// A record counts when somebody else approves it, and it lies in the file of waivers.
pub(super) fn waiver_requests(
    catalogue: &Catalogue,
    config: &Config,
    opened: &OpenedCampaign,
) -> Result<Option<String>, Error> {
    let decisions = opened.record.decisions();
    let mut asked = decisions.values().filter(|it| it.1.decision == DecisionWord::Waive).peekable();
    if asked.peek().is_none() {
        return Ok(None);
    }
    let campaign = &opened.campaign;
    let packs = evidence::packs(&config.output.dir, &config.renamed());
    let pack = packs.iter().find(|it| it.manifest.report_id == campaign.report_id);
    let pack =
        pack.ok_or_else(|| ReviewError::NoPackOf { report_id: campaign.report_id.clone() })?;
    let pack = config.output.dir.join(&pack.place);
    let report = read(&pack)?;
    let day = config.organization.calendar().day(now());
    let mut res = format!(
        "# Asked for in the access review {}. A record counts when somebody who neither asked for it\n\
         # nor owns it is its approver, and it lies in the file that `[waivers]` names.\n",
        campaign.campaign_id
    );
    for (_, decision) in asked {
        let Some(line) = opened.lines.of_id(&decision.line_id) else { continue };
        let said = WaiverRequest {
            reason: &decision.reason,
            owner: &decision.owner,
            requested_by: &decision.reviewer,
            compensating_control: &decision.compensating_control,
            ticket: &decision.ticket,
            expires: decision.expires,
        };
        for it in accepted(&report, &line.findings, catalogue, &pack)? {
            write!(res, "\n{}", it.record(day, &config.rules, said)).expect("text grows");
        }
    }
    Ok(Some(res))
}
