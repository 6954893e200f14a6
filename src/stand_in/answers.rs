//! What a folder of files answers.
//!
//! `<folder>/<instance>/<endpoint>.json` is the answer to one endpoint, named as in ledgers: an
//! array is a list of records, `{"status": 403, "body": {…}}` is a refusal, any other object is a
//! settings object, and a missing file is a 404. `permissions.json` is different: its records are
//! objects, which become the lists of their kinds and, by their `access`, an access list each.
//! `server.json` beside them may hold `{"paging": false, "version": "3.75.2", "token": "…",
//! "clock": "2026-11-02T06:09:00Z"}`: an older server that sends whole lists and no word about
//! pages, the version it states, the one token it accepts, and the time that its clock shows.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{ScriptedAnswer, ScriptedRequest};
use crate::files;
use crate::snapshot::ledger::Endpoint;

/// Every instance of a folder.
pub(super) struct ServedFolder(BTreeMap<String, Server>);

struct Server {
    manner: ServerBehaviour,
    bodies: BTreeMap<String, Body>,
}

/// How a server behaves.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ServerBehaviour {
    paging: bool,
    version: String,
    token: Option<String>,
    clock: Option<DateTime<Utc>>,
}

impl Default for ServerBehaviour {
    fn default() -> Self {
        Self { paging: true, version: "3.334.0".into(), token: None, clock: None }
    }
}

enum Body {
    /// Records, each as JSON text.
    List(Vec<String>),
    Object(String),
    Refusal(u16, String),
}

impl ServedFolder {
    pub(super) fn load(folder: &Path, shift: TimeDelta) -> io::Result<Self> {
        let mut res = BTreeMap::new();
        for it in fs::read_dir(folder)? {
            let it = it?;
            if it.file_type()?.is_dir() {
                let name = it.file_name().to_string_lossy().into_owned();
                res.insert(name, Server::load(&it.path(), shift)?);
            }
        }
        Ok(Self(res))
    }

    pub(super) fn to(&self, asked: &ScriptedRequest) -> ScriptedAnswer {
        let mut parts = asked.path.trim_start_matches('/').splitn(2, '/');
        let server = parts.next().and_then(|it| self.0.get(it));
        let (Some(server), Some(path)) = (server, parts.next()) else {
            return refuse(404, "No such instance");
        };
        let mut res = server.answer(&format!("/{path}"), asked);
        let clock = server.manner.clock.map(|clock| clock.format("%a, %d %b %Y %H:%M:%S GMT"));
        res.headers.extend(clock.map(|it| ("date", it.to_string())));
        res
    }
}

impl Server {
    fn load(folder: &Path, shift: TimeDelta) -> io::Result<Self> {
        let manner = read(&folder.join("server.json"))?;
        let mut bodies = BTreeMap::new();
        for it in Endpoint::ALL.iter().filter(|it| **it != Endpoint::Version) {
            let value: Option<Value> = read(&folder.join(format!("{}.json", it.name())))?;
            match value.map(|it| moved(it, shift)) {
                Some(Value::Array(objects)) if *it == Endpoint::Permissions => {
                    bodies.extend(access(objects));
                }
                Some(value) => drop(bodies.insert(it.path().to_owned(), Body::of(value))),
                None => {}
            }
        }
        let mut manner: ServerBehaviour = manner.unwrap_or_default();
        manner.clock = manner.clock.and_then(|clock| clock.checked_add_signed(shift));
        Ok(Self { manner, bodies })
    }

    fn answer(&self, path: &str, asked: &ScriptedRequest) -> ScriptedAnswer {
        if path == Endpoint::Version.path() {
            return ScriptedAnswer::json(
                200,
                json!({ "version": self.manner.version }).to_string(),
            );
        }
        let known = asked.token.as_ref().is_some_and(|token| {
            self.manner.token.as_ref().is_none_or(|expected| token == expected)
        });
        if !known {
            return refuse(401, "Unauthorized");
        }
        match self.bodies.get(path) {
            None => refuse(404, "Not found"),
            Some(_) if asked.method != "GET" => refuse(405, "Method not allowed"),
            Some(Body::List(it)) => self.page(it, asked),
            Some(Body::Object(it)) => {
                ScriptedAnswer::json(200, format!(r#"{{"success":true,"data":{it}}}"#))
            }
            Some(Body::Refusal(status, it)) => ScriptedAnswer::json(*status, it.clone()),
        }
    }

    fn page(&self, records: &[String], asked: &ScriptedRequest) -> ScriptedAnswer {
        if !self.manner.paging {
            let data = records.join(",");
            return ScriptedAnswer::json(200, format!(r#"{{"success":true,"data":[{data}]}}"#));
        }
        let from = match asked.parameter("next_token").map(|it| offset(&it)) {
            None => 0,
            Some(Some(it)) if it < records.len() => it,
            Some(_) => return refuse(400, "Invalid next_token"),
        };
        let limit = match asked.parameter("limit").map(|it| it.parse::<usize>()) {
            None => records.len(),
            Some(Ok(it @ 1..=100)) => it,
            Some(_) => return refuse(400, "limit must be between 1 and 100"),
        };
        let to = records.len().min(from + limit);
        let more = to < records.len();
        let (data, total) = (records[from..to].join(","), records.len());
        let next = if more { json!(token(to)) } else { Value::Null };
        let pages = format!(r#""total_count":{total},"next_token":{next},"has_more":{more}"#);
        let body = format!(r#"{{"success":true,"data":[{data}],{pages}}}"#);
        ScriptedAnswer::json(200, body)
    }
}

impl Body {
    fn of(value: Value) -> Self {
        if let Value::Array(it) = value {
            return Self::List(it.iter().map(Value::to_string).collect());
        }
        let status = value["status"].as_u64().and_then(|it| u16::try_from(it).ok());
        match (status, value.get("body")) {
            (Some(status), Some(it)) => Self::Refusal(status, it.to_string()),
            _ => Self::Object(value.to_string()),
        }
    }
}

/// The lists of objects by kind, and the access list of each.
fn access(objects: Vec<Value>) -> Vec<(String, Body)> {
    let kinds = ["app", "folder", "resource", "workflow"];
    let mut lists = kinds.map(|_| Vec::new());
    let mut res = Vec::new();
    for mut object in objects {
        let word = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        let (kind, id) = (word(&object["type"]), word(&object["id"]));
        let list = object["access"].take();
        let fields = object.as_object_mut();
        fields.map(|field| ["type", "access"].map(|key| field.remove(key)));
        let path = format!("/api/v2/permissions/accessList/{kind}/{}", id.replace("app_", ""));
        res.push((path, Body::of(list)));
        if let Some(at) = kinds.iter().position(|it| *it == kind) {
            lists[at].push(object);
        }
    }
    let lists = kinds.iter().zip(lists);
    res.extend(lists.map(|(it, list)| (format!("/api/v2/{it}s"), Body::of(Value::Array(list)))));
    res
}

fn read<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    let text = match files::read_text(path) {
        Err(it) if it.kind() == io::ErrorKind::NotFound => return Ok(None),
        it => it?,
    };
    let named = |error: serde_json::Error| {
        io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", path.display()))
    };
    serde_json::from_str(&text).map(Some).map_err(named)
}

/// The value with every time in it moved, so that ages stay the same on any day.
fn moved(value: Value, shift: TimeDelta) -> Value {
    match value {
        Value::Array(it) => it.into_iter().map(|it| moved(it, shift)).collect(),
        Value::Object(it) => it.into_iter().map(|(key, it)| (key, moved(it, shift))).collect(),
        Value::String(it) => Value::String(moved_text(it, shift)),
        it => it,
    }
}

fn moved_text(text: String, shift: TimeDelta) -> String {
    let time = DateTime::parse_from_rfc3339(&text).map(|it| it.to_utc());
    let time = time.ok().and_then(|date_time: DateTime<Utc>| date_time.checked_add_signed(shift));
    time.map_or(text, |it| it.to_rfc3339_opts(SecondsFormat::Millis, true))
}

/// Tokens are opaque to their readers; these hold signs that a careless client would send wrongly.
fn token(offset: usize) -> String {
    format!("{offset:x}+/=")
}

fn offset(token: &str) -> Option<usize> {
    usize::from_str_radix(token.strip_suffix("+/=")?, 16).ok()
}

fn refuse(status: u16, message: &str) -> ScriptedAnswer {
    ScriptedAnswer::json(status, json!({ "success": false, "message": message }).to_string())
}
