//! Tickets: a Jira and a ServiceNow on this machine, which keep what they are told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::service::{Answer, Asked, Service};

/// What a service does not do as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whim {
    None,
    /// It makes a ticket, and its answer is lost.
    LosesAnswers,
    /// What was made is not in any search yet.
    IsBehind,
    /// Tickets can be closed in two ways.
    HasTwoWays,
    /// It takes no account.
    Refuses,
    /// It is down.
    IsDown,
    /// It answers with a page.
    IsAnother,
    /// Each page of a search is followed by another.
    NeverEnds,
    /// It closes nothing.
    KeepsOpen,
}

/// A ticket as it is kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    pub(super) label: String,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) comments: Vec<String>,
    pub(super) is_closed: bool,
}

/// What is kept, and how the service behaves.
pub(super) struct Tickets {
    pub(super) kept: BTreeMap<String, Kept>,
    pub(super) whim: Whim,
}

/// A service with its tickets.
pub(super) struct Desk {
    pub(super) service: Service,
    tickets: Arc<Mutex<Tickets>>,
}

impl Desk {
    fn start(answer: fn(&Asked, &mut Tickets) -> Answer, account: &'static str) -> Self {
        let tickets = Tickets { kept: BTreeMap::new(), whim: Whim::None };
        let tickets = Arc::new(Mutex::new(tickets));
        let held = Arc::clone(&tickets);
        let service = Service::start(move |asked| {
            let tickets = &mut *held.lock().expect("no test panicked");
            let expected = format!("Basic {}", STANDARD.encode(account));
            let sent = asked.header("authorization").unwrap_or_default();
            let echo = json!({ "errorMessages": [format!("not for {account}: {sent}")] });
            match tickets.whim {
                Whim::IsDown => Answer::Say(503, echo.to_string()),
                Whim::IsAnother => Answer::Say(200, "<html>Sign in</html>".to_owned()),
                Whim::Refuses => Answer::Say(401, echo.to_string()),
                _ if sent != expected => Answer::Say(401, echo.to_string()),
                _ => answer(asked, tickets),
            }
        });
        Self { service, tickets }
    }

    /// A Jira of one project, `SEC`.
    pub(super) fn jira(account: &'static str) -> Self {
        Self::start(jira, account)
    }

    /// A ServiceNow with incidents.
    pub(super) fn servicenow(account: &'static str) -> Self {
        Self::start(servicenow, account)
    }

    /// What is kept now.
    pub(super) fn kept(&self) -> BTreeMap<String, Kept> {
        self.tickets.lock().expect("no test panicked").kept.clone()
    }

    /// Changes what is kept, or how the service behaves.
    pub(super) fn change(&self, change: impl FnOnce(&mut Tickets)) {
        change(&mut self.tickets.lock().expect("no test panicked"));
    }
}

/// Every text of a document, a line each; the document must be one of Jira's.
fn words(document: &Value) -> String {
    assert_eq!((&document["type"], &document["version"]), (&json!("doc"), &json!(1)));
    let lines = document["content"].as_array().expect("paragraphs").iter().map(|it| {
        assert_eq!(it["type"], "paragraph");
        let text = &it["content"][0];
        assert_eq!((&text["type"], text.get("marks")), (&json!("text"), None));
        text["text"].as_str().expect("a text").to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn said(status: u16, value: &Value) -> Answer {
    Answer::Say(status, value.to_string())
}

fn jira(asked: &Asked, tickets: &mut Tickets) -> Answer {
    let path = asked.path.strip_prefix("/rest/api/3/").expect("its API");
    let (path, _) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<&str> = path.split('/').collect();
    let by_id = |id: &str| id.trim_start_matches("id-").to_owned();
    match (&*asked.method, &*parts) {
        ("GET", ["issue", "createmeta", "SEC", "issuetypes"]) => {
            said(200, &json!({ "issueTypes": [{ "name": "Task" }, { "name": "Bug" }] }))
        }
        ("POST", ["search", "jql"]) => searched(asked, tickets),
        ("POST", ["issue"]) => made(asked, tickets),
        ("GET", ["issue", key]) => match tickets.kept.get_key_value(*key) {
            Some(it) => said(200, &issue(it)),
            None => said(404, &json!({ "errorMessages": ["Issue does not exist"] })),
        },
        ("POST", ["issue", id, "comment"]) => {
            let kept = tickets.kept.get_mut(&by_id(id)).expect("a ticket");
            kept.comments.push(words(&asked.json()["body"]));
            said(201, &json!({ "id": "1" }))
        }
        ("GET", ["issue", _, "transitions"]) => ways(tickets),
        ("POST", ["issue", id, "transitions"]) => {
            assert_eq!(asked.json(), json!({ "transition": { "id": "31" } }));
            tickets.kept.get_mut(&by_id(id)).expect("a ticket").is_closed = true;
            Answer::Say(204, String::new())
        }
        other => panic!("{other:?}"),
    }
}

/// An issue as Jira shows it.
fn issue((key, kept): (&String, &Kept)) -> Value {
    let category = if kept.is_closed { "done" } else { "new" };
    json!({ "id": format!("id-{key}"), "key": key, "fields": {
        "labels": ["triage", kept.label],
        "status": { "statusCategory": { "key": category } },
    }})
}

/// What a search finds.
fn searched(asked: &Asked, tickets: &Tickets) -> Answer {
    let jql = asked.json()["jql"].as_str().expect("a query").to_owned();
    let (project, labels) = jql.split_once(" AND labels in (").expect("a query");
    assert_eq!(project, "project = \"SEC\"");
    let labels: Vec<&str> = labels.split('"').skip(1).step_by(2).collect();
    let wanted = |it: &(&String, &Kept)| labels.contains(&it.1.label.as_str());
    let found: Vec<Value> = tickets.kept.iter().filter(wanted).map(issue).collect();
    let found = if tickets.whim == Whim::IsBehind { Vec::new() } else { found };
    let mut answer = json!({ "issues": found, "isLast": true });
    if tickets.whim == Whim::NeverEnds {
        answer["nextPageToken"] = json!("more");
    }
    said(200, &answer)
}

/// Makes an issue.
fn made(asked: &Asked, tickets: &mut Tickets) -> Answer {
    let fields = &asked.json()["fields"];
    assert_eq!(fields["project"]["key"], "SEC");
    assert_eq!(fields["issuetype"]["name"], "Task");
    let text = |it: &Value| it.as_str().expect("a text").to_owned();
    let kept = Kept {
        label: text(&fields["labels"][0]),
        title: text(&fields["summary"]),
        text: words(&fields["description"]),
        ..Kept::default()
    };
    let key = format!("SEC-{}", tickets.kept.len() + 1);
    tickets.kept.insert(key.clone(), kept);
    if tickets.whim == Whim::LosesAnswers {
        return Answer::HangUp;
    }
    said(201, &json!({ "id": format!("id-{key}"), "key": key }))
}

/// The transitions of an issue.
fn ways(tickets: &Tickets) -> Answer {
    let way = |id: &str, name: &str, key: &str| json!({ "id": id, "name": name, "to": { "statusCategory": { "key": key } } });
    let mut ways = vec![way("11", "Start", "indeterminate"), way("31", "Done", "done")];
    if tickets.whim == Whim::HasTwoWays {
        ways.push(way("41", "Won't do", "done"));
    }
    said(200, &json!({ "transitions": ways }))
}

fn servicenow(asked: &Asked, tickets: &mut Tickets) -> Answer {
    let rest = asked.path.strip_prefix("/api/now/table/incident").expect("its API");
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let record = |(key, kept): (&String, &Kept)| {
        let state = if kept.is_closed { "6" } else { "1" };
        json!({
            "sys_id": format!("id-{key}"), "number": key, "state": state, "active": "true",
            "correlation_id": kept.label,
        })
    };
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    match (&*asked.method, path.trim_start_matches('/')) {
        ("GET", "") => {
            let query = query.split('&').find_map(|it| it.strip_prefix("sysparm_query="));
            let query = query.expect("a query").replace("%2C", ",").replace("%3D", "=");
            let labels = query.strip_prefix("correlation_idIN").map(|it| it.split(',').collect());
            let labels: Vec<&str> = labels.unwrap_or_default();
            let wanted = |it: &(&String, &Kept)| {
                labels.contains(&it.1.label.as_str()) || query == format!("number={}", it.0)
            };
            let found: Vec<Value> = tickets.kept.iter().filter(wanted).map(record).collect();
            said(200, &json!({ "result": found }))
        }
        ("POST", "") => {
            let body = asked.json();
            let kept = Kept {
                label: text(&body["correlation_id"]),
                title: text(&body["short_description"]),
                text: text(&body["description"]),
                ..Kept::default()
            };
            let key = format!("INC{:04}", tickets.kept.len() + 1);
            tickets.kept.insert(key.clone(), kept);
            said(201, &json!({ "result": record(tickets.kept.get_key_value(&key).expect("made")) }))
        }
        ("PATCH", id) => {
            let (key, body) = (id.trim_start_matches("id-").to_owned(), asked.json());
            let kept = tickets.kept.get_mut(&key).expect("a ticket");
            kept.comments.push(text(&body["work_notes"]));
            if body["state"] == "6" && tickets.whim != Whim::KeepsOpen {
                assert_eq!(body["close_code"], "Solved");
                kept.is_closed = true;
            }
            said(200, &json!({ "result": record(tickets.kept.get_key_value(&key).expect("kept")) }))
        }
        other => panic!("{other:?}"),
    }
}
