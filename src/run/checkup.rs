//! `check`: what would come of a run, as a table for each instance.

mod decided;
mod outlook;
mod receivers;
mod rosters;
mod store;
mod table;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use tokio::runtime::Handle;

use self::decided::{CheckDecisions, accepted};
use self::outlook::Prospect;
use self::table::{CheckLine, CheckReport, CheckSection, line, print_tables};
use super::{
    Error, Exit, PROGRAM, configuration, now, print, read_baseline, read_logo, read_waivers,
};
use crate::approvals::{self, Approvals};
use crate::audit::ORGANIZATION;
use crate::baseline::Baseline;
use crate::catalogue::Catalogue;
use crate::checkup::{self, Checkup};
use crate::cli::{CheckFormat, GlobalArgs};
use crate::collect::{CollectionContext, CollectionLimits};
use crate::config::Config;
use crate::files;
use crate::identities::Identities;
use crate::progress::Progress;
use crate::references::{self, InstanceLists, KnownLists, Reference};
use crate::report::MissingList;
use crate::report::assemble::Outlook;
use crate::report::text::visible;
use crate::retool::pace::Patience;
use crate::roster::{self, Roster};
use crate::rules::required_lists;
use crate::signing::Signer;
use crate::snapshot::{Collected, Snapshot, State};
use crate::waivers::Waivers;

/// Tries everything and changes nothing.
///
/// A roster or waivers that cannot be used are reported at the end, so that the instances are
/// looked at too.
pub(super) fn run(global: &GlobalArgs, format: CheckFormat, notify: bool) -> Result<Exit, Error> {
    let (catalogue, config) = configuration(&global.config)?;
    let roster = roster::read(&config.rosters);
    let waivers = read_waivers(&catalogue, &config);
    let tables = CheckTables::read(&config);
    let checkups = examine(&config);
    let mut parts = vec![inputs(&global.config, &config, &roster)];
    parts[0].rows.extend(accepted(&waivers));
    let decided = CheckDecisions::read(&config);
    parts[0].rows.extend(decided.rows());
    let written = CheckInputs {
        config: &config,
        roster: roster.as_ref().ok().and_then(Option::as_ref),
        waivers: waivers.as_ref().ok().and_then(Option::as_ref),
        tables: &tables,
    };
    let snapshot = snapshot(&checkups);
    parts[0].rows.extend(written.names(&checkups, &snapshot));
    let Prospect { outlook, waivers: judged, n_waiting, missing } =
        outlook::of(&written, &catalogue, &snapshot)?;
    parts[0].rows.extend(judged);
    let (places, reached) = places(&config);
    parts[0].rows.extend(places);
    let receivers = receivers::look(&config, notify);
    parts[0].rows.extend(receivers.lines);
    parts[0].rows.extend(outlook::lines(&outlook, ORGANIZATION, None));
    let states = outlook.instances.iter().zip(&checkups).map(|(state, it)| it.state().max(*state));
    let states: Vec<State> = states.collect();
    let section = |(it, state): (&Checkup, &State)| instance(it, *state, &outlook, &missing);
    parts.extend(checkups.iter().zip(&states).map(section));
    if format == CheckFormat::Table {
        print_tables(&parts, global.quiet)?;
    }
    let no_people = roster?.is_some_and(|it| it.people.is_empty() && it.rows() > 0);
    waivers?;
    tables.approvals?;
    tables.baseline?;
    decided.expect()?;
    reached?;
    let state = states.into_iter().max().unwrap_or(State::Failed).max(outlook.state);
    let state = if no_people { state.max(State::Partial) } else { state };
    let told = CheckReport { state, n_waiting, sections: &parts };
    close(&told, format, global.quiet, &catalogue)?;
    // Runs do not fail by it; whoever tries it here wants to know.
    if notify && !receivers.unreached.is_empty() {
        return Err(Error::NotTold { receivers: receivers.unreached });
    }
    Ok(Exit::of(state, false))
}

/// Prints all of it for programs, or what is to be expected for people.
fn close(
    told: &CheckReport<'_>,
    format: CheckFormat,
    quiet: bool,
    catalogue: &Catalogue,
) -> Result<(), Error> {
    if format == CheckFormat::Json {
        return print(&serde_json::to_string_pretty(told).expect("plain values serialise"));
    }
    if quiet {
        return Ok(());
    }
    let closing = outlook::closing(told.state, told.n_waiting, catalogue);
    print(&format!("\n{}", Progress::fit(&closing, Progress::columns(), 0)))
}

fn examine(config: &Config) -> Vec<Checkup> {
    let bounds = CollectionLimits::of(&config.collection);
    // Whoever waits for this sits before it.
    let longest = Duration::from_secs(10);
    let patience = Patience { tries: 2, longest, longest_named: longest, ..bounds.patience };
    let context = CollectionContext {
        collector: PROGRAM,
        operator: None,
        began: now(),
        now: &now,
        progress: &|_| {},
        addresses: BTreeMap::new(),
        required: &required_lists(&config.rules),
        bounds: CollectionLimits { patience, ..bounds },
        key: None,
    };
    Handle::current().block_on(checkup::examine(&config.instances, &context))
}

/// What a run would have, as far as the check took it.
fn snapshot(checkups: &[Checkup]) -> Snapshot {
    let at = now();
    Snapshot {
        collected_at: at,
        finished_at: at,
        collector: PROGRAM.to_owned(),
        operator: None,
        instances: checkups.iter().map(|checkup| checkup.seen.clone()).collect(),
    }
}

/// The tables that the configuration names.
struct CheckTables {
    approvals: Result<Option<Approvals>, approvals::Error>,
    baseline: Result<Option<Baseline>, Error>,
}

impl CheckTables {
    fn read(config: &Config) -> Self {
        let calendar = config.organization.calendar();
        let approvals = config.approvals.as_deref().map(|it| approvals::read(it, calendar));
        Self { approvals: approvals.transpose(), baseline: read_baseline(config) }
    }
}

/// What people wrote, as far as it can be used.
struct CheckInputs<'a> {
    config: &'a Config,
    roster: Option<&'a Roster>,
    waivers: Option<&'a Waivers>,
    tables: &'a CheckTables,
}

impl CheckInputs<'_> {
    /// The names that match nothing, and how many can be looked up here at all: users are not read
    /// for a check.
    fn names(&self, checkups: &[Checkup], seen: &Snapshot) -> Vec<CheckLine> {
        let lists = KnownLists::of_instances(checkups.iter().map(lists).collect());
        // Of the accounts, those that were seen are not all.
        let named = |checkup: &Checkup| Collected {
            name: checkup.instance.clone(),
            ..Collected::default()
        };
        let snapshot = Snapshot { instances: checkups.iter().map(named).collect(), ..seen.clone() };
        let all = references::resolve(&references::ReferenceSources {
            config: self.config,
            approvals: self.tables.approvals.as_ref().ok().and_then(Option::as_ref),
            baseline: self.tables.baseline.as_ref().ok().and_then(Option::as_ref),
            waivers: self.waivers,
            lists: &lists,
            identities: &Identities::of(&snapshot, self.roster).renamed(self.config.renamed()),
            today: self.config.organization.calendar().day(snapshot.collected_at),
            since: None,
            gone: None,
        });
        let count = |found: Option<bool>| all.iter().filter(|it| it.found == found).count();
        let (found, untold) = (count(Some(true)), count(None));
        let text = match (all.len(), untold) {
            (0, _) => return Vec::new(),
            (total, 0) => format!("{found} of {total} were found"),
            (total, _) => format!(
                "{found} of {total} were found; a run looks up {untold} more, for which it reads \
                 whole lists"
            ),
        };
        let mut res = vec![line("names", &text, "")];
        res.extend(all.iter().filter(|it| it.is_missing()).map(missing));
        res.extend(all.iter().filter_map(noted));
        res
    }
}

/// What the check read of an instance.
fn lists(from: &Checkup) -> InstanceLists {
    let mut res = InstanceLists::unread(&from.instance);
    if let Some(it) = &from.groups {
        res = res.with_groups(it);
    }
    if let Some(it) = &from.tokens {
        res = res.with_tokens(it);
    }
    res
}

/// What is to be said of a name that was found.
fn noted(it: &Reference) -> Option<CheckLine> {
    let told = it.found == Some(true) && !it.note.is_empty();
    let Reference { text, input, place, note, .. } = it;
    told.then(|| line("name", &format!("`{text}` in {input}, {place}, is {note}"), ""))
}

fn missing(it: &Reference) -> CheckLine {
    let rules = it.rules();
    let what = if rules.is_empty() {
        "correct the name, or take it out".to_owned()
    } else {
        format!("correct the name; without it {} gives no pass", rules.join(", "))
    };
    let remedy = if it.note.is_empty() { what } else { format!("{}; {what}", it.note) };
    CheckLine { failed: true, ..line("name", &it.words(), &remedy) }
}

/// What people wrote.
fn inputs(
    path: &Path,
    config: &Config,
    roster: &Result<Option<Roster>, roster::Error>,
) -> CheckSection {
    let n_instances = config.instances.len();
    let plural = if n_instances == 1 { "" } else { "s" };
    let mut rows = vec![line("configuration", &format!("ok, {n_instances} instance{plural}"), "")];
    match roster {
        Ok(None) => rows.push(line(
            "roster",
            "none",
            "name one under `[roster]`; without it: who has left, and which accounts have no owner",
        )),
        Ok(Some(it)) => rows.extend(rosters::lines(it, config.organization.calendar().day(now()))),
        Err(_) => {
            let text = "cannot be used: see the error below";
            rows.push(CheckLine { failed: true, ..line("roster", text, "") });
        }
    }
    CheckSection { heading: visible(&path.display().to_string()).into_owned(), rows }
}

/// What packs are signed with, where they are written, and where they go besides; and why not, where the
/// logo cannot be read or the store not be reached.
fn places(config: &Config) -> (Vec<CheckLine>, Result<(), Error>) {
    let mut res: Vec<CheckLine> =
        config.signing.key.as_deref().map(signing_key).into_iter().collect();
    res.push(output(&config.output.dir));
    let (store, reached) = store::tried(config);
    res.extend(store);
    let logo = read_logo(config).map(drop).map_err(Error::from);
    (res, logo.and(reached))
}

/// Free bytes below which a pack may not fit.
const LITTLE_ROOM: u64 = 1 << 30;

/// Whether packs can be written where the configuration wants them.
fn output(dir: &Path) -> CheckLine {
    let there = dir.is_dir();
    let folder = if there { Some(dir) } else { dir.parent().filter(|it| it.is_dir()) };
    let shown = dir.display();
    let fail =
        |words: String, remedy: &str| CheckLine { failed: true, ..line("output", &words, remedy) };
    let Some(folder) = folder else {
        let words = format!("`{shown}` is not there, and neither is the folder above it");
        return fail(words, "is its disk mounted? the program makes the last folder and no other");
    };
    if files::may_write(folder) == Some(false) {
        let words = format!("`{}` cannot be written to", folder.display());
        return fail(words, "give this user the right to, or set another `dir` under `[output]`");
    }
    let room = files::room(folder);
    let free = room.map(|it| format!(", {} GiB free", it >> 30)).unwrap_or_default();
    let first = if there { "" } else { ", made by the first run" };
    let words = format!("ok, `{shown}`{first}{free}");
    if room.is_some_and(|it| it < LITTLE_ROOM) {
        return fail(words, "make room: a pack that does not fit is not written");
    }
    line("output", &words, "")
}

/// Whether packs can be signed with the key of the configuration.
fn signing_key(path: &Path) -> CheckLine {
    match Signer::read(path) {
        Ok(signer) => line("signing", &format!("ok, {}", signer.fingerprint()), ""),
        Err(error) => {
            let remedy = error.help().unwrap_or_default();
            CheckLine { failed: true, ..line("signing", &error.to_string(), remedy) }
        }
    }
}

/// What was tried at one instance, and what a run would be there.
fn instance(
    from: &Checkup,
    state: State,
    expected: &Outlook,
    missing: &[MissingList],
) -> CheckSection {
    let tried = from.rows.iter().map(|row| CheckLine {
        failed: row.state != State::Complete,
        ..line(row.what, &row.result, &row.remedy)
    });
    let mut rows: Vec<CheckLine> = tried.collect();
    rows.extend(outlook::lines(expected, &from.instance, Some(from)));
    // Where nothing comes, nothing can be evaluated.
    let some_come = state != State::Failed;
    rows.extend(outlook::open_rules(missing, &from.instance).filter(|_| some_come));
    let words = match state {
        State::Complete => "nothing seen that would make a run partial",
        State::Partial => "a run would be partial",
        State::Failed => "a run would fail here",
    };
    let heading = format!("{} at {}: {words}", from.instance, from.url);
    CheckSection { heading: visible(&heading).into_owned(), rows }
}
