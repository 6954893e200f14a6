//! What a run would make of what a check sees: the rules about the evidence, asked as a run asks
//! them, of as much as comes without whole lists.

use std::collections::BTreeMap;

use super::{CheckInputs, CheckLine, line};
use crate::audit::reported::ReportedMonths;
use crate::audit::{self, Outcome, Verdict};
use crate::catalogue::Catalogue;
use crate::checkup::Checkup;
use crate::config::{Config, RuleSettings};
use crate::identities::Identities;
use crate::report::MissingList;
use crate::report::assemble::{Outlook, ReportInputs, missing_lists, outlook};
use crate::rules::Rule;
use crate::run::history::rosters;
use crate::run::{Error, PROGRAM, names};
use crate::snapshot::earlier::{Earlier, Search};
use crate::snapshot::{Snapshot, State};
use crate::tables::build::trend::PriorCounts;
use crate::tables::build::{EvaluationContext, NO_EARLIER_MONTH, build};
use crate::tables::{Gap, Table, Tables};
use crate::waivers::{WaiverContext, WaiverState, judge};

/// The rules about the evidence whose facts a check has.
const ASKED: &[&str] = &[
    "collection-incomplete",
    "unlisted-instance",
    "missed-period",
    "unreliable-roster",
    "overprivileged-collector",
];

/// What would come of a run now, by what the check sees.
pub(super) struct Prospect {
    /// How whole a report would be.
    pub(super) outlook: Outlook,
    /// The waivers and the manual evidence, as a run would take them.
    pub(super) waivers: Vec<CheckLine>,
    /// How many rules have nothing to compare with yet.
    pub(super) n_waiting: usize,
    /// The lists without which rules cannot be evaluated on an instance.
    pub(super) missing: Vec<MissingList>,
}

/// What would come of a run now, by what the check sees.
pub(super) fn of(
    written: &CheckInputs<'_>,
    catalogue: &Catalogue,
    snapshot: &Snapshot,
) -> Result<Prospect, Error> {
    let config = written.config;
    let search = Search {
        root: &config.output.dir,
        chosen: false,
        calendar: config.organization.calendar(),
        renamed: &config.renamed(),
        now: snapshot.collected_at,
        fetched: None,
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
        reviews: &crate::review::ReviewHistory::default(),
    };
    let tables = build(&given);
    let outlook = ask(given, &tables, catalogue)?;
    let open = OpenRules::of(catalogue, config, &tables, snapshot)?;
    Ok(Prospect {
        outlook,
        waivers: waivers(written, snapshot, &tables),
        n_waiting: open.n_waiting(),
        missing: missing_lists(&snapshot.instances, |instance| open.lacking(instance)),
    })
}

/// The rules that a run could not evaluate, as far as a check sees that.
struct OpenRules<'a> {
    tables: &'a Tables,
    instances: Vec<&'a str>,
    enabled: Vec<&'static Rule>,
    /// What came of the rules about settings: those a check takes whole.
    settings: Vec<Outcome>,
}

impl<'a> OpenRules<'a> {
    fn of(
        catalogue: &Catalogue,
        config: &Config,
        tables: &'a Tables,
        snapshot: &'a Snapshot,
    ) -> Result<Self, Error> {
        let instances = names(snapshot);
        let enabled = catalogue.rules().iter().copied();
        let enabled = enabled.filter(|rule| !config.rules.disabled.contains_key(rule.name));
        let enabled: Vec<&'static Rule> = enabled.collect();
        let of_settings = |rule: &&&Rule| rule.reads.iter().all(|it| *it == Table::Settings);
        let of_settings: Vec<_> = enabled.iter().filter(of_settings).copied().collect();
        let settings = audit::run(&of_settings, tables, &instances, &config.rules)?;
        Ok(Self { tables, instances, enabled, settings })
    }

    /// How many have nothing to compare with yet.
    fn n_waiting(&self) -> usize {
        let waiting = |rule: &&&Rule| {
            let mut gaps = self.instances.iter().filter_map(|it| self.tables.gap(it, rule.reads));
            gaps.any(waits)
        };
        self.enabled.iter().filter(waiting).count()
    }

    /// Those for which an instance lacks what they read.
    fn lacking(&self, instance: &str) -> Vec<&'static Rule> {
        let gap = |rule: &&Rule| self.tables.gap(instance, rule.reads).is_some_and(|it| !waits(it));
        let undecided = |outcome: &&Outcome| {
            let mut here = outcome.instances.iter().filter(|it| it.instance == instance);
            here.any(|it| it.verdict == Verdict::NotEvaluable)
        };
        let undecided: Vec<&str> =
            self.settings.iter().filter(undecided).map(|it| it.rule.code).collect();
        let open = |rule: &&&Rule| gap(rule) || undecided.contains(&rule.code);
        self.enabled.iter().filter(open).copied().collect()
    }
}

/// Whether something is missing for want of an earlier month.
fn waits(gap: &Gap) -> bool {
    gap.reason.starts_with(NO_EARLIER_MONTH)
}

/// How whole a report would be, by the rules about the evidence whose facts a check has.
fn ask(
    given: EvaluationContext<'_>,
    tables: &Tables,
    catalogue: &Catalogue,
) -> Result<Outlook, Error> {
    // Whether the evidence is whole does not depend on who switches a rule off.
    let settings = RuleSettings { disabled: BTreeMap::new(), ..given.config.rules.clone() };
    let asked: Vec<&Rule> =
        catalogue.rules().iter().copied().filter(|it| ASKED.contains(&it.name)).collect();
    let outcomes = audit::run(&asked, tables, &names(given.snapshot), &settings)?;
    Ok(outlook(&ReportInputs {
        given,
        snapshot_id: "",
        tables,
        outcomes: &outcomes,
        evidence: &[],
        waivers: &[],
        responses: None,
        manual: &[],
        approvals: None,
        logo: None,
        prior: &[],
        reported: &ReportedMonths::default(),
        references: &[],
        report_id: "",
        inputs: &[],
        evaluator: PROGRAM,
    })?)
}

/// What keeps waivers and manual evidence from counting, whatever a run finds.
fn waivers(written: &CheckInputs<'_>, snapshot: &Snapshot, tables: &Tables) -> Vec<CheckLine> {
    let Some(all) = written.waivers else { return Vec::new() };
    let now = snapshot.collected_at;
    let calendar = written.config.organization.calendar();
    let identities = Identities::of(snapshot, written.roster);
    let identities = &identities.renamed(written.config.renamed());
    let settings = &written.config.rules;
    let context = WaiverContext { now, calendar, identities, tables, settings };
    let register = judge(Some(all), context, &mut []);
    let lapsed = register.records.iter().filter(|it| {
        // What a waiver names, only a run finds.
        matches!(it.state, WaiverState::Invalid | WaiverState::Expired | WaiverState::Future)
    });
    let records = lapsed.map(|it| {
        let problem = it.problem.clone().unwrap_or_default();
        let day = it.waiver.expires.map(|it| format!(" on {it}")).unwrap_or_default();
        let words = match it.state {
            WaiverState::Expired => format!("expired{day}"),
            _ if problem.is_empty() => it.state.word().to_owned(),
            _ => problem,
        };
        let remedy = match it.state {
            WaiverState::Expired => "renew it as a new record, or remediate what it accepted",
            WaiverState::Future => "",
            _ => "complete it; until then it accepts nothing",
        };
        line("waiver", &format!("`{}`: {words}", it.waiver.id), remedy)
    });
    let manual = register.manual.iter().filter(|it| !it.problem.is_empty());
    let manual = manual.map(|it| {
        let words = format!("{} on {}: {}", it.rule_code, it.instance, it.problem);
        line("answer", &words, "look again, and write down what was found")
    });
    records.chain(manual).collect()
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

/// Groups of missing lists that are named.
const MOST_NAMED: usize = 3;

/// How many rules a run could not evaluate on an instance for want of lists, and which lists would
/// answer most of them; what to do about a list stands in its own line.
pub(super) fn open_rules(missing: &[MissingList], instance: &str) -> Option<CheckLine> {
    let here: Vec<&MissingList> = missing.iter().filter(|it| it.instance == instance).collect();
    let n_open: u64 = here.iter().map(|it| it.results).sum();
    let named = here.iter().take(MOST_NAMED).map(|it| format!("{} ({})", it.lists, it.results));
    let named = named.collect::<Vec<_>>().join(", ");
    let rules = if n_open == 1 { "rule" } else { "rules" };
    let most = if here.len() > MOST_NAMED { "most of them need" } else { "needed:" };
    let words = format!("at least {n_open} {rules} could not be evaluated here; {most} {named}");
    (n_open > 0).then(|| line("rules", &words, ""))
}

/// The last line: what is to be expected, and what a check cannot know.
pub(super) fn closing(state: State, n_waiting: usize, catalogue: &Catalogue) -> String {
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
    let waiting = match n_waiting {
        _ if state == State::Failed => String::new(),
        0 => String::new(),
        n => format!(
            " {} until there is a pack of an earlier month.",
            if n == 1 {
                "1 rule cannot be evaluated".to_owned()
            } else {
                format!("{n} rules cannot be evaluated")
            }
        ),
    };
    format!("{expected}{waiting} Only a run takes whole lists, and decides by them: {open}.")
}
