//! What a run would make of what a check sees: the rules about the evidence, asked as a run asks
//! them, of as much as comes without whole lists.

use std::collections::BTreeMap;

use super::{CheckInputs, CheckLine, line};
use crate::audit;
use crate::catalogue::Catalogue;
use crate::checkup::Checkup;
use crate::config::RuleSettings;
use crate::report::assemble::{Outlook, ReportInputs, outlook};
use crate::rules::Rule;
use crate::run::history::rosters;
use crate::run::{Error, PROGRAM, names};
use crate::snapshot::earlier::{Earlier, Search};
use crate::snapshot::{Snapshot, State};
use crate::tables::Table;
use crate::tables::build::trend::PriorCounts;
use crate::tables::build::{EvaluationContext, build};

/// The rules about the evidence whose facts a check has.
const ASKED: &[&str] = &[
    "collection-incomplete",
    "unlisted-instance",
    "missed-period",
    "unreliable-roster",
    "overprivileged-collector",
];

/// What would come of a run now, by what the check sees.
pub(super) fn of(
    written: &CheckInputs<'_>,
    catalogue: &Catalogue,
    snapshot: &Snapshot,
) -> Result<Outlook, Error> {
    let config = written.config;
    let search = Search {
        root: &config.output.dir,
        chosen: false,
        calendar: config.organization.calendar(),
        renamed: &config.renamed(),
        now: snapshot.collected_at,
    };
    let earlier = Earlier::search(&search, snapshot);
    let baseline = written.tables.baseline.as_ref().ok().and_then(Option::as_ref);
    let given = EvaluationContext {
        snapshot,
        config,
        roster: written.roster,
        baseline,
        approvals: None,
        earlier: &earlier,
        former_rosters: &rosters(&earlier, config).0,
        past: &PriorCounts::default(),
    };
    let tables = build(&given);
    // Whether the evidence is whole does not depend on who switches a rule off.
    let settings = RuleSettings { disabled: BTreeMap::new(), ..config.rules.clone() };
    let asked: Vec<&Rule> =
        catalogue.rules().iter().copied().filter(|it| ASKED.contains(&it.name)).collect();
    let outcomes = audit::run(&asked, &tables, &names(snapshot), &settings)?;
    Ok(outlook(&ReportInputs {
        given,
        snapshot_id: "",
        tables: &tables,
        outcomes: &outcomes,
        evidence: &[],
        waivers: &[],
        manual: &[],
        approvals: None,
        logo: None,
        prior: &[],
        references: &[],
        report_id: "",
        inputs: &[],
        evaluator: PROGRAM,
    })?)
}

/// What is reported of `place`, an instance or what all of them share; what the rows of a check say
/// already is not repeated.
pub(super) fn lines(outlook: &Outlook, place: &str, checkup: Option<&Checkup>) -> Vec<CheckLine> {
    let told = checkup.is_some_and(|it| it.state() != State::Complete);
    let said = |what: &str| told && what == "EVD-01";
    let here =
        outlook.reasons.iter().filter(|reason| reason.instance == place && !said(reason.what));
    here.map(|it| CheckLine { failed: true, ..line(it.what, &it.words, &it.remedy) }).collect()
}

/// The last line: what is to be expected, and what a check cannot know.
pub(super) fn closing(state: State, catalogue: &Catalogue) -> String {
    let expected = match state {
        State::Complete => "Nothing that a check sees would make a run partial.",
        State::Partial => "A run would be partial.",
        State::Failed => "A run would fail on at least one instance.",
    };
    // How loose a threshold is makes no list less whole.
    let open = |rule: &&&Rule| {
        rule.is_about_evidence()
            && !ASKED.contains(&rule.name)
            && !rule.reads.contains(&Table::Thresholds)
    };
    let open: Vec<&str> = catalogue.rules().iter().filter(open).map(|it| it.code).collect();
    let open = open.join(", ");
    format!("{expected} Only a run takes whole lists, and decides by them: {open}.")
}
