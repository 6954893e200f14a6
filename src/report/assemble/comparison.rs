//! What each instance is compared with, what changed, and which findings are new, stay or are gone.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use polars::prelude::{DataFrame, PolarsResult};

use super::{Former, Material, rules, stamp, term};
use crate::audit::{Answer, Outcome, Verdict, finding_id};
use crate::report::comparison::{Change, ChangeCount, Compared, Comparison, Fixed};
use crate::report::table::DataTable;
use crate::report::{Finding, RuleResult};
use crate::snapshot::State;

/// Changes that documents print; all of them are in `changes.csv`.
const MOST_PRINTED: usize = 100;

/// Kinds of change, the most telling first.
const KINDS: [&str; 5] = ["setting", "group", "token", "user", "membership"];

/// The comparison; every finding gets its state.
pub(super) fn of(
    material: &Material<'_>,
    changes: &DataTable,
    rules: &mut [RuleResult],
) -> PolarsResult<Comparison> {
    let past = Past::of(material.former)?;
    let mut fixed = Vec::new();
    for rule in &mut *rules {
        for it in &mut rule.findings {
            past.mark(rule.code, it, material.snapshot.collected_at);
        }
        fixed.extend(past.fixed(rule));
    }
    fixed.sort_by_key(|it| std::cmp::Reverse(it.severity));
    let exceptions =
        || rules.iter().flat_map(|it| &it.findings).filter(|it| it.verdict == "exception");
    let count = |state: &str| exceptions().filter(|it| it.state == state).count() as u64;
    let lines = lines(changes);
    let unreadable = &material.earlier.unreadable;
    Ok(Comparison {
        instances: material
            .snapshot
            .instances
            .iter()
            .map(|it| compared(material, &it.name, &lines))
            .collect(),
        unreadable: unreadable.iter().map(|it| term(&it.name, it.why.clone())).collect(),
        new: count(NEW),
        persisting: count(PERSISTING),
        undated: count(UNKNOWN),
        fixed,
        total: lines.len() as u64,
        changes: printed(lines),
    })
}

const NEW: &str = "new";
const PERSISTING: &str = "persisting";
const UNKNOWN: &str = crate::report::table::UNKNOWN;

/// What the rules would have found before, by rule and instance.
struct Past(BTreeMap<&'static str, BTreeMap<String, Then>>);

/// What one rule would have found on one instance.
struct Then {
    at: DateTime<Utc>,
    /// Whether it could be judged at all.
    judged: bool,
    exceptions: BTreeMap<String, Finding>,
    undetermined: BTreeSet<String>,
}

impl Past {
    fn of(former: &[Former]) -> PolarsResult<Self> {
        let mut res: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for it in former {
            for outcome in &it.outcomes {
                let of_rule = res.entry(outcome.rule.code).or_default();
                add(of_rule, it.collected_at, outcome)?;
            }
        }
        Ok(Self(res))
    }

    fn of_rule(&self, code: &str, instance: &str) -> Option<&Then> {
        self.0.get(code)?.get(instance)
    }

    /// Says whether a finding is new, and since when it is known.
    fn mark(&self, code: &'static str, it: &mut Finding, now: DateTime<Utc>) {
        let Some(then) = self.of_rule(code, &it.instance).filter(|it| it.judged) else {
            return;
        };
        let exception = then.exceptions.contains_key(&it.finding_id);
        let undetermined = then.undetermined.contains(&it.finding_id);
        let (state, since) = match (it.is_exception(), exception, undetermined) {
            // Nobody knew then, so nobody knows since when.
            (true, false, true) | (false, true, _) => return,
            (_, false, false) => (NEW, now),
            _ => (PERSISTING, then.at),
        };
        it.state = state;
        it.first_seen = stamp(since);
        it.age_days = Some((now - since).num_days());
    }

    /// Exceptions of then that the rule, where it was judged, does not find any more.
    fn fixed(&self, rule: &RuleResult) -> Vec<Fixed> {
        let now: BTreeSet<&str> = rule.findings.iter().map(|it| it.finding_id.as_str()).collect();
        let judged = rule
            .instances
            .iter()
            .filter(|it| it.verdict != Verdict::NotEvaluable || it.population > 0);
        let then = judged.filter_map(|it| self.of_rule(rule.code, &it.instance));
        let gone = then.flat_map(|it| it.exceptions.values());
        let gone = gone.filter(|it| !now.contains(it.finding_id.as_str()));
        gone.map(|it| Fixed {
            finding_id: it.finding_id.clone(),
            code: rule.code,
            title: rule.title,
            severity: it.severity,
            instance: it.instance.clone(),
            subject: it.subject.clone(),
            subject_id: it.subject_id.clone(),
        })
        .collect()
    }
}

fn add(res: &mut BTreeMap<String, Then>, at: DateTime<Utc>, outcome: &Outcome) -> PolarsResult<()> {
    let rule = outcome.rule;
    let judged = |it: &Answer| it.verdict != Verdict::NotEvaluable || it.population > 0;
    let then = |it: &Answer| {
        let (exceptions, undetermined) = (BTreeMap::new(), BTreeSet::new());
        let key = it.instance.clone();
        (key, Then { at, judged: judged(it), exceptions, undetermined })
    };
    res.extend(outcome.instances.iter().map(then));
    for it in rules::findings(rule, &outcome.exceptions, "exception")? {
        if let Some(then) = res.get_mut(&it.instance) {
            then.exceptions.insert(it.finding_id.clone(), it);
        }
    }
    for (instance, id) in subjects(&outcome.undetermined)? {
        let finding_id = finding_id(rule, &instance, &id);
        if let Some(then) = res.get_mut(&instance) {
            then.undetermined.insert(finding_id);
        }
    }
    Ok(())
}

fn subjects(frame: &DataFrame) -> PolarsResult<Vec<(String, String)>> {
    if frame.width() == 0 {
        return Ok(Vec::new());
    }
    let (instances, ids) = (frame.column("instance")?.str()?, frame.column("subject_id")?.str()?);
    let pairs = instances.iter().zip(ids.iter());
    Ok(pairs.filter_map(|(instance, id)| Some((instance?.to_owned(), id?.to_owned()))).collect())
}

/// The rows of `changes.csv`.
fn lines(table: &DataTable) -> Vec<Change> {
    let names = ["instance", "kind", "label", "change", "what", "before", "after"];
    let line = |[instance, kind, label, change, what, before, after]: [String; 7]| Change {
        instance,
        kind,
        label,
        change,
        what,
        before,
        after,
    };
    table.texts(names).map(line).collect()
}

/// The first of them, the most telling kinds before the others.
fn printed(mut lines: Vec<Change>) -> Vec<Change> {
    lines.sort_by_key(|it| KINDS.iter().position(|kind| *kind == it.kind));
    lines.truncate(MOST_PRINTED);
    lines
}

fn compared(material: &Material<'_>, name: &str, lines: &[Change]) -> Compared {
    let passed_over = material.earlier.passed_over(name);
    let passed_over = passed_over
        .iter()
        .map(|(it, state): &(_, State)| term(&stamp(it.collected_at()), state.word()));
    let passed_over = passed_over.collect();
    let instance = name.to_owned();
    let Some((previous, _)) = material.earlier.of(name) else {
        let (snapshot_id, collected_at) = (String::new(), String::new());
        let counts = Vec::new();
        return Compared { instance, snapshot_id, collected_at, days: None, passed_over, counts };
    };
    let at = previous.stored.collected_at();
    let here: Vec<&Change> = lines.iter().filter(|it| it.instance == name).collect();
    Compared {
        instance,
        snapshot_id: previous.stored.peek.id.clone(),
        collected_at: stamp(at),
        days: Some((material.snapshot.collected_at - at).num_days()),
        passed_over,
        counts: KINDS.iter().map(|it| count(it, &here)).collect(),
    }
}

fn count(kind: &'static str, lines: &[&Change]) -> ChangeCount {
    let of = |change: &str| {
        let those = lines.iter().filter(|it| it.kind == kind && it.change == change);
        those.count() as u64
    };
    ChangeCount { kind, added: of("added"), removed: of("removed"), changed: of("changed") }
}
