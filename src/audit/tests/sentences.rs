//! Whatever a server answers, no exception's sentence says what its own facts do not.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{read_sentences, sample_after, sample_catalogue};
use crate::audit::Outcome;
use crate::audit::evaluate::evaluate_rule;
use crate::parameters::Parameters;
use crate::report::FindingRecord;
use crate::report::findings::RuleFindings;
use crate::rules::sentence::Sentence;
use crate::snapshot::Records;

/// Companies that are made of the sample by changing its answers.
const COMPANIES: u64 = 8;

/// Words of a sentence, and the fact that they say, with the values that it may have.
const SAID: &[(&str, &str, &[&str])] = &[
    ("can still sign in", "active", &["yes"]),
    ("can sign in", "active", &["yes"]),
    ("is active and", "active", &["yes"]),
    (" is disabled and keeps", "active", &["no"]),
    ("was disabled later", "active", &["no"]),
    ("has never been used", "never_active", &["yes"]),
    ("has not been used since it was created", "never_active", &["yes"]),
    ("has not been active for", "never_active", &["no"]),
    ("was last active on", "never_active", &["no"]),
    ("on leave", "roster_status", &["leave"]),
    ("without a second factor", "two_factor", &["no"]),
    ("no approval is on file", "approved", &["no"]),
    ("no approval is on file", "privilege_approved", &["no"]),
    ("no approval is on file", "change_approved", &["no"]),
    ("is not among its approved administrators", "approved", &["no"]),
    ("under none of the organization's mail domains", "external", &["yes"]),
    ("had no value", "before", &["none", "unknown"]),
    ("the roster says terminated", "owner_roster_status", &["terminated"]),
    ("(may write: yes)", "can_write", &["yes"]),
    ("is not known", "owner", &["none", "unknown"]),
    ("no decision is recorded", "decided_by", &["none", "unknown"]),
    ("may edit all apps", "app_access", &["edit", "own"]),
    ("owns all apps", "app_access", &["own"]),
    ("a password still works", "password_disabled", &["no"]),
];

#[test]
fn no_sentence_says_what_its_facts_do_not() {
    // Of the same fault, one sentence.
    let mut wrong = BTreeMap::new();
    for seed in 1..=COMPANIES {
        let change = |records: &mut Records| Chance(seed).change_all(records);
        let (tables, instances, settings) = sample_after(&change);
        let names: Vec<&str> = instances.iter().map(String::as_str).collect();
        for &rule in sample_catalogue().rules() {
            let parameters = Parameters::of(rule.name, &settings);
            let outcome = evaluate_rule(rule, &tables, &names, parameters).expect(rule.code);
            read_sentences(&outcome);
            for record in RuleFindings::of(&outcome, &settings).expect("records").iter() {
                if record.finding.verdict.is_exception() {
                    wrong.extend(faults(&outcome, &record));
                }
            }
        }
    }
    let lines: Vec<_> = wrong.iter().map(|(fault, text)| format!("{fault}: {text}")).collect();
    assert!(lines.is_empty(), "{} faults:\n{}", lines.len(), lines.join("\n"));
}

fn faults(outcome: &Outcome, record: &FindingRecord<'_>) -> Vec<(String, String)> {
    let (rule, text) = (outcome.rule, &record.sentence);
    let fact = |name: &str| record.facts.iter().find(|it| it.name == name);
    let mut res = Vec::new();
    let sentence = Sentence::parse(rule.sentence).expect(rule.code);
    for column in sentence.always() {
        if let Some(it) = fact(column).filter(|it| it.value == "unknown") {
            res.push((format!("{}: {} is {}", rule.code, it.name, it.value), text.clone()));
        }
    }
    if let Some(fault) = within_what_is_allowed(text) {
        res.push((format!("{}: {fault}", rule.code), text.clone()));
    }
    for (words, name, values) in SAID.iter().filter(|it| text.contains(it.0)) {
        if let Some(it) = fact(name).filter(|it| !values.contains(&&*it.value)) {
            let fault = format!("{}: `{words}`, but {name} is {}", rule.code, it.value);
            res.push((fault, text.clone()));
        }
    }
    res
}

/// What a sentence measures that is no more than any of what it says is allowed.
fn within_what_is_allowed(text: &str) -> Option<String> {
    let (measured, allowed) = text.split_once("allowed: ")?;
    let most = spans(measured).into_iter().max()?;
    let least = spans(allowed).into_iter().min()?;
    let is_within = if allowed.starts_with("fewer than") { most < least } else { most <= least };
    is_within.then(|| format!("{most} seconds are allowed, which are {least}"))
}

/// The lengths of time in a text, in seconds: `1 day 2 hours` is one.
fn spans(text: &str) -> Vec<u64> {
    let words: Vec<&str> = text.split(' ').map(|it| it.trim_end_matches([';', ',', '.'])).collect();
    let mut res = Vec::new();
    let mut goes_on = false;
    let mut at = 0;
    while at + 1 < words.len() {
        let unit = UNITS.iter().find(|it| it.0 == words[at + 1].trim_end_matches('s'));
        let (Ok(count), Some((_, seconds))) = (words[at].parse::<u64>(), unit) else {
            (goes_on, at) = (false, at + 1);
            continue;
        };
        match res.last_mut().filter(|_| goes_on) {
            Some(span) => *span += count * seconds,
            None => res.push(count * seconds),
        }
        (goes_on, at) = (true, at + 2);
    }
    res
}

const UNITS: &[(&str, u64)] = &[("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];

#[test]
fn lengths_of_time_are_read_as_sentences_have_them() {
    let text = "used 1 day 2 hours after the end, 30 seconds late; allowed: 2 days, or 1 hour.";
    assert_eq!(spans(text), [93_600, 30, 172_800, 3_600]);
    assert!(within_what_is_allowed(text).is_none());
    assert!(within_what_is_allowed("was used 24 hours later; allowed: 1 day.").is_some());
}

/// Numbers that follow from a seed.
struct Chance(u64);

impl Chance {
    /// The next number below `n`.
    fn below(&mut self, n: usize) -> usize {
        // Knuth's constants for a linear congruential generator of 64 bits.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % n
    }

    fn change_all(&mut self, records: &mut Records) {
        self.change(&mut records.users);
        self.change(&mut records.groups);
        self.change(&mut records.user_invites);
        self.change(&mut records.access_tokens);
        self.change(&mut records.organization);
        self.change(&mut records.sso_config);
        self.change(&mut records.access_requests);
        self.change(&mut records.roles);
        self.change(&mut records.role_grants);
        self.change(&mut records.usage_user_summary);
    }

    /// Changes some fields of some records; what no longer is a record stays as it was.
    fn change<T: Serialize + DeserializeOwned>(&mut self, list: &mut T) {
        let mut changed = serde_json::to_value(&*list).expect("JSON");
        let before = changed.clone();
        match (&mut changed, &before) {
            (Value::Array(records), Value::Array(before)) => {
                for record in records {
                    self.change_record(record, before);
                }
            }
            (record, before) => self.change_record(record, std::slice::from_ref(before)),
        }
        if let Ok(changed) = serde_json::from_value(changed) {
            *list = changed;
        }
    }

    fn change_record(&mut self, record: &mut Value, others: &[Value]) {
        for (name, value) in record.as_object_mut().into_iter().flatten() {
            if name == "id" || self.below(6) > 0 {
                continue;
            }
            let other = &others[self.below(others.len())][name];
            *value = match (self.below(4), &*value) {
                (0, _) => Value::Null,
                (1, Value::Bool(it)) => Value::Bool(!it),
                _ => other.clone(),
            };
        }
    }
}
