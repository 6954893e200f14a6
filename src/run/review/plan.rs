//! `review plan`: what is to be done after approval: requests to Retool, and waivers.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::campaign;
use super::removals::proof;
use super::waivers::waiver_requests;
use crate::cli::ReviewPlanArgs;
use crate::config::Config;
use crate::files;
use crate::names::{counted, of_today};
use crate::progress::LogEvent;
use crate::report::text::visible;
use crate::review::{
    CampaignError, OpenedCampaign, PlanHead, PlannedStep, Remedy, Removal, RemovalState,
    plan_script, plan_table, plan_terraform,
};
use crate::run::{CommandContext, Error, Exit, print};

/// Where the plan lies.
const PLAN: &str = "plan";
/// The waivers that are asked for.
const WAIVERS: &str = "waivers.toml";

/// Writes a table of all that is to be taken away, and a script for each instance; sends nothing.
pub(super) fn run(context: &CommandContext<'_>, args: &ReviewPlanArgs) -> Result<Exit, Error> {
    let (catalogue, config, opened) = campaign(context, args.campaign.as_deref())?;
    let proof = proof(&config, &opened)?;
    let decisions = opened.record.decisions();
    let left = proof.removals.iter().filter(|it| it.state != RemovalState::Executed);
    let step = |it: &Removal| {
        let (decided_at, decision) = *decisions.get(&*it.line_id)?;
        Some(PlannedStep::of(opened.lines.of_id(&it.line_id)?, decision, decided_at))
    };
    let steps: Vec<PlannedStep<'_>> = left.filter_map(step).collect();
    let folder = opened.folder.join(PLAN);
    let without_script = write(&folder, &config, &opened, &steps)
        .map_err(|source| CampaignError::Io { deed: "write", path: folder.clone(), source })?;
    for name in without_script {
        let text = format!(
            "{name}: the configuration has no such instance; `plan.csv` has its lines, and there is \
             no script"
        );
        context.progress.say(LogEvent::ScriptLeftOut, &visible(&text));
    }
    let waivers = waiver_requests(&catalogue, &config, &opened)?;
    write_or_remove(&folder.join(WAIVERS), waivers).map_err(|source| CampaignError::Io {
        deed: "write",
        path: folder.clone(),
        source,
    })?;
    let by_hand = steps.iter().filter(|it| matches!(it.remedy, Remedy::ByHand(_))).count();
    let text = match steps.len() {
        0 => "nothing that was decided is left to be taken away".to_owned(),
        n => format!(
            "{} to be taken away or changed, {by_hand} of them by hand; nothing was sent",
            counted(&n.to_string(), "line"),
        ),
    };
    context.progress.say(LogEvent::PlanWritten, &text);
    print(&folder.display().to_string())?;
    Ok(Exit::Done)
}

/// Writes the plan; gives the instances that the configuration does not have any more.
fn write(
    folder: &Path,
    config: &Config,
    opened: &OpenedCampaign,
    steps: &[PlannedStep<'_>],
) -> io::Result<Vec<String>> {
    files::make_folder(folder)?;
    files::write_whole(&folder.join("plan.csv"), &plan_table(steps))?;
    let renamed = config.renamed();
    let mut by_instance: BTreeMap<&str, Vec<PlannedStep<'_>>> = BTreeMap::new();
    for it in steps {
        let name = of_today(&it.line.instance, &renamed);
        by_instance.entry(name).or_default().push(it.clone());
    }
    for instance in &config.instances {
        let [script, resources] =
            ["sh", "tf"].map(|it| folder.join(format!("{}.{it}", instance.name)));
        let steps = by_instance.remove(&*instance.name).unwrap_or_default();
        let head = PlanHead {
            campaign_id: &opened.campaign.campaign_id,
            last_entry: opened.record.last(),
            instance: &instance.name,
            url: &instance.url,
        };
        write_or_remove(&script, (!steps.is_empty()).then(|| plan_script(head, &steps)))?;
        write_or_remove(&resources, plan_terraform(head, &steps))?;
    }
    Ok(by_instance.into_keys().map(str::to_owned).collect())
}

/// A file of an earlier plan does not stay where there is nothing left to do.
fn write_or_remove(path: &Path, text: Option<String>) -> io::Result<()> {
    match text {
        Some(it) => files::write_whole(path, it.as_bytes()),
        None => files::remove(path),
    }
}
