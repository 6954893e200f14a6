//! The sample as it was before: the same answers, less what came later, with what was otherwise.
//!
//! `earlier/<folder>/<instance>/<endpoint>.json` says what was otherwise: an object merges into an
//! object, into a list of records by their ids, and null takes away.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::samples::Sample;
use super::{CONFIG, WRITTEN_FOR};
use crate::files;

/// A time before the sample's own.
pub(super) struct EarlierState {
    /// How long before.
    pub(super) days: i64,
    /// Where its answers are laid out, and its differences lie in the company's folder.
    pub(super) folder: &'static str,
}

/// The configuration as it was then: with the instances that are no more, without the lists that it
/// requires of all only since, and for packs that only the next ones read.
fn configuration(sample: &Sample, today: &str) -> String {
    let gone: Vec<&str> = sample.names("gone/").collect();
    let is_since = |block: &&str| {
        let excludes = |name: &&str| block.contains(&format!("\ninstance = \"{name}\""));
        !block.contains("[rules.collection-incomplete]") && !gone.iter().any(excludes)
    };
    let then = |line: &str| match line.split_once(" = ") {
        Some(("formats", _)) => "formats = [\"csv\"]".to_owned(),
        _ => line.to_owned(),
    };
    let blocks: Vec<&str> = today.split("\n\n").filter(is_since).collect();
    let lines: Vec<String> = blocks.join("\n\n").lines().map(then).collect();
    let again = gone.iter().map(|name| {
        let variable = name.to_uppercase();
        format!(
            "\n[[instance]]\nname = \"{name}\"\nurl = \"https://{name}.kestrel-freight.example\"\n\
             token-env = \"RETOOL_{variable}_TOKEN\"\n"
        )
    });
    lines.join("\n") + "\n" + &again.collect::<String>()
}

/// Four weeks apart, so that no calendar month lies between two of them; oldest first.
pub(super) const STATES: &[EarlierState] = &[
    EarlierState { days: 168, folder: "earlier/168-days" },
    EarlierState { days: 140, folder: "earlier/140-days" },
    EarlierState { days: 112, folder: "earlier/112-days" },
    EarlierState { days: 84, folder: "earlier/84-days" },
    EarlierState { days: 56, folder: "earlier/56-days" },
    EarlierState { days: 28, folder: "earlier/28-days" },
];

impl EarlierState {
    /// What people had written: today's files with the roster and the configuration of then.
    fn lay_out_inputs(&self, sample: &Sample, dir: &Path, shift: TimeDelta) -> io::Result<()> {
        let answers = ["instances/", "earlier/", "gone/"];
        for (path, bytes) in sample.files() {
            if answers.iter().any(|it| path.starts_with(it)) {
                continue;
            }
            let then = match path {
                "roster.csv" => self.roster(sample).into_bytes(),
                CONFIG => configuration(sample, &String::from_utf8_lossy(bytes)).into_bytes(),
                _ => bytes.to_vec(),
            };
            super::write_moved(&dir.join(path), &then, shift)?;
        }
        Ok(())
    }

    /// The roster as it was: today's, with the rows that were otherwise.
    fn roster(&self, sample: &Sample) -> String {
        let text = |path: &str| {
            String::from_utf8_lossy(sample.file(path).unwrap_or_default()).into_owned()
        };
        let id = |line: &str| line.split(',').next().unwrap_or_default().to_owned();
        let then = text(&format!("{}/roster.csv", self.folder));
        let line = |line| then.lines().find(|it| id(it) == id(line)).unwrap_or(line).to_owned();
        text("roster.csv").lines().map(line).collect::<Vec<_>>().join("\n") + "\n"
    }
}

/// Writes what people had written in every earlier state, and the answers, below `place`.
pub(super) fn lay_out(sample: &Sample, place: &Path, shift: TimeDelta) -> io::Result<()> {
    for state in STATES {
        let at = written_for() - TimeDelta::days(state.days);
        let mut later = BTreeSet::new();
        let mut answers = Vec::new();
        for (path, bytes) in sample.files() {
            let below = ["instances/", "gone/"].iter().find_map(|it| path.strip_prefix(it));
            let Some(below) = below else { continue };
            let value: Value = serde_json::from_slice(bytes)?;
            made_later(&value, at, &mut later);
            answers.push((below, value));
        }
        for (below, value) in answers {
            let mut value = without(value, &later, at);
            let otherwise = format!("{}/{below}", state.folder);
            if let Some(patch) = sample.file(&otherwise) {
                merge(&mut value, serde_json::from_slice(patch)?);
            }
            let path = place.join(state.folder).join(below);
            files::make_folder(path.parent().unwrap_or(place))?;
            files::write(&path, value.to_string().as_bytes())?;
        }
        state.lay_out_inputs(sample, &place.join(state.folder).join(INPUTS), shift)?;
    }
    Ok(())
}

/// Where the files that people wrote lie beside the answers of a state.
pub(super) const INPUTS: &str = "inputs";

/// The ids of records that were made after `at`.
fn made_later(value: &Value, at: DateTime<Utc>, res: &mut BTreeSet<String>) {
    for it in value.as_array().into_iter().flatten() {
        if time(&it["created_at"]).is_some_and(|it| it > at) {
            res.insert(it["id"].to_string());
        }
    }
}

/// The value without records of these ids; what was used later, was used as long before, within the
/// four weeks.
fn without(value: Value, later: &BTreeSet<String>, at: DateTime<Utc>) -> Value {
    match value {
        Value::Array(list) => {
            let stays = |it: &Value| !later.contains(&it["id"].to_string());
            list.into_iter().filter(stays).map(|it| without(it, later, at)).collect()
        }
        Value::Object(map) => {
            let field = |(key, it): (String, Value)| match time(&it) {
                Some(used) if key == "last_active" && used > at => {
                    let before = at - TimeDelta::milliseconds(of_four_weeks(used - at));
                    (key, Value::String(before.to_rfc3339_opts(MILLIS, true)))
                }
                Some(shown) if key == "clock" => {
                    let then = shown - (written_for() - at);
                    (key, Value::String(then.to_rfc3339_opts(MILLIS, true)))
                }
                _ => (key, without(it, later, at)),
            };
            Value::Object(map.into_iter().map(field).collect::<Map<_, _>>())
        }
        other => other,
    }
}

/// What is left of a time when whole weeks by fours are taken away, in milliseconds.
fn of_four_weeks(time: TimeDelta) -> i64 {
    time.num_milliseconds() % TimeDelta::days(28).num_milliseconds()
}

const MILLIS: chrono::SecondsFormat = chrono::SecondsFormat::Millis;

fn written_for() -> DateTime<Utc> {
    WRITTEN_FOR.parse().expect("a time")
}

fn time(value: &Value) -> Option<DateTime<Utc>> {
    value.as_str()?.parse().ok()
}

/// What was otherwise goes over what is.
fn merge(value: &mut Value, patch: Value) {
    match (value, patch) {
        (Value::Array(list), Value::Object(patch)) => {
            for (id, patch) in patch {
                let at = list.iter().position(|it| it["id"].to_string().trim_matches('"') == id);
                match (at, patch) {
                    (Some(at), Value::Null) => drop(list.remove(at)),
                    (Some(at), patch) => merge(&mut list[at], patch),
                    (None, patch) => list.push(patch),
                }
            }
        }
        (Value::Object(map), Value::Object(patch)) => {
            for (key, it) in patch {
                merge(map.entry(key).or_insert(Value::Null), it);
            }
        }
        (value, patch) => *value = patch,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_otherwise_goes_over_what_is() {
        let at: DateTime<Utc> = "2026-10-05T06:00:00Z".parse().unwrap();
        let now = r#"[
            {"id": "u1", "active": true, "last_active": "2026-10-07T06:00:00Z"},
            {"id": "u2", "created_at": "2026-10-12T06:00:00Z"},
            {"id": 3, "name": "Operations", "members": [{"id": "u1"}, {"id": "u2"}]}
        ]"#;
        let patch = r#"{"u1": {"active": false}, "3": {"members": {"u9": {"id": "u9"}}}}"#;
        let mut later = BTreeSet::new();
        let now: Value = serde_json::from_str(now).unwrap();
        made_later(&now, at, &mut later);
        let mut then = without(now, &later, at);
        merge(&mut then, serde_json::from_str(patch).unwrap());
        let lines: Vec<String> = then.as_array().unwrap().iter().map(Value::to_string).collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        {"active":false,"id":"u1","last_active":"2026-10-03T06:00:00.000Z"}
        {"id":3,"members":[{"id":"u1"},{"id":"u9"}],"name":"Operations"}
        "#);
    }
}
