//! Manual evidence: a person's answer where the facts at hand give none.

use chrono::Months;

use super::{ManualEvidence, WaiverContext};
use crate::audit::{ManualAnswer, Outcome};
use crate::calendar::Month;

/// One record of manual evidence with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manual {
    /// The rule's code.
    pub rule_code: &'static str,
    /// The instance.
    pub instance: String,
    /// in force, future, expired, superseded, unused or invalid.
    pub state: &'static str,
    /// Why it does not count; empty where it does.
    pub problem: String,
    /// What it says.
    pub answer: ManualAnswer,
}

/// Judges every record, and answers in `outcomes` for rules that are not evaluable.
///
/// The last answer counts where there are several.
pub(super) fn judge(
    records: &[ManualEvidence],
    context: WaiverContext<'_>,
    outcomes: &mut [Outcome],
) -> Vec<Manual> {
    let mut res: Vec<Manual> = records.iter().map(|record| standing(record, context)).collect();
    let mut order: Vec<usize> = (0..res.len()).collect();
    order.sort_by_key(|it| std::cmp::Reverse(records[*it].at));
    for at in order {
        let (record, found) = (&records[at], &mut res[at]);
        let Some(outcome) =
            outcomes.iter_mut().find(|outcome| outcome.rule.code == record.rule.code)
        else {
            continue;
        };
        match found.state {
            IN_FORCE if outcome.answer_by_hand(&record.instance, found.answer.clone()) => {}
            IN_FORCE => (found.state, found.problem) = unused(outcome, &record.instance),
            "expired" => outcome.remark_open(&record.instance, &found.problem),
            _ => {}
        }
    }
    res
}

const IN_FORCE: &str = "in force";

fn unused(outcome: &Outcome, instance: &str) -> (&'static str, String) {
    let mut answers = outcome.instances.iter().filter(|it| it.instance == instance);
    if answers.any(|answer| answer.manual.is_some()) {
        ("superseded", "there is a later answer".to_owned())
    } else {
        ("unused", "the rule has a result without it".to_owned())
    }
}

fn standing(it: &ManualEvidence, context: WaiverContext<'_>) -> Manual {
    let answer = ManualAnswer {
        pass: it.pass,
        text: it.text.clone().unwrap_or_default(),
        evidence: it.evidence.clone().unwrap_or_default(),
        sha256: it.sha256.clone().unwrap_or_default(),
        by: it.by.clone().unwrap_or_default(),
        at: it.at.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default(),
        valid_until: it.valid_until.map(|valid_until| valid_until.to_string()).unwrap_or_default(),
    };
    let (state, problem) = state(it, context);
    Manual { rule_code: it.rule.code, instance: it.instance.clone(), state, problem, answer }
}

/// An answer given after the collection counts while the month is the same: first one sees what
/// cannot be evaluated, then one looks.
fn state(it: &ManualEvidence, context: WaiverContext<'_>) -> (&'static str, String) {
    let missing = missing(it);
    let (Some(at), Some(last), true) = (it.at, it.valid_until, missing.is_empty()) else {
        return ("invalid", format!("it has no {}", missing.join(", no ")));
    };
    let day = context.calendar.day(at);
    let longest = day.checked_add_months(Months::new(1)).unwrap_or(day);
    let today = context.today();
    if last < day || last > longest {
        ("invalid", format!("it must be valid until {longest} at the latest, one month on"))
    } else if at > context.now && Month::of(day) != Month::of(today) {
        ("future", format!("it is of {day}, after the month of this report"))
    } else if today > last {
        ("expired", format!("manual evidence of {day} expired on {last}"))
    } else {
        (IN_FORCE, String::new())
    }
}

fn missing(it: &ManualEvidence) -> Vec<&'static str> {
    let all = [
        ("text", it.text.is_some()),
        ("evidence", it.evidence.is_some()),
        ("sha256", it.sha256.is_some()),
        ("by", it.by.is_some()),
        ("at", it.at.is_some()),
        ("valid-until", it.valid_until.is_some()),
    ];
    all.into_iter().filter(|it| !it.1).map(|it| it.0).collect()
}
