//! Tickets in Jira Cloud, by version 3 of its REST API.
//!
//! Texts are documents there, and nothing in a name is markup.

use serde_json::{Value, json};

use super::desk::{Desk, Fault, FoundTicket, JsonRequest, JsonService, TicketDraft};
use super::read;
use crate::config::notify::Jira;
use crate::secret::SecretKind;

/// Where the API lies.
const API: [&str; 3] = ["rest", "api", "3"];

/// Pages of a search that are read; a page has a hundred tickets.
const MOST_PAGES: usize = 50;

/// What is asked of a ticket.
const FIELDS: [&str; 2] = ["labels", "status"];

/// The word of Jira for what nobody works on any more.
const DONE: &str = "done";

/// A project of a Jira.
pub(super) struct JiraDesk<'a> {
    settings: &'a Jira,
    service: JsonService,
}

impl<'a> JiraDesk<'a> {
    /// The project that the configuration names, with its token.
    pub(super) async fn of(settings: &'a Jira) -> Result<Self, String> {
        let token = read(&settings.token, SecretKind::ServiceToken).await?;
        let service = JsonService::of(&settings.url, &settings.user, &token)?;
        Ok(Self { settings, service })
    }

    async fn expect(&self, request: JsonRequest<'_>) -> Result<Value, Fault> {
        let path = [&API[..], request.path].concat();
        self.service.expect(JsonRequest { path: &path, ..request }).await
    }

    /// The one way to a status of what is done.
    async fn way_to_close(&self, ticket: &FoundTicket) -> Result<String, Fault> {
        let path = ["issue", &ticket.id, "transitions"];
        let answer = self.expect(JsonRequest::get(&path, &[])).await?;
        let all = answer["transitions"].as_array().ok_or_else(Fault::another)?;
        let name = |it: &Value| it["name"].as_str().unwrap_or_default().to_owned();
        let wanted = self.settings.close_transition.as_ref();
        let leads = |it: &&Value| match wanted {
            Some(wanted) => name(it).eq_ignore_ascii_case(wanted),
            None => it["to"]["statusCategory"]["key"] == DONE,
        };
        let ways: Vec<&Value> = all.iter().filter(leads).collect();
        match &*ways {
            [way] => way["id"].as_str().map(str::to_owned).ok_or_else(Fault::another),
            [] => {
                let there: Vec<String> = all.iter().map(name).collect();
                let there = self.service.said(&there.join(", "));
                Err(Fault::of(match wanted {
                    Some(wanted) => {
                        format!("its status has no transition `{wanted}`, only {there}")
                    }
                    None => format!("no transition of its status leads to what is done: {there}"),
                }))
            }
            several => {
                let there: Vec<String> = several.iter().map(|it| name(it)).collect();
                Err(Fault::of(format!(
                    "several transitions close it ({}): name one with `close-transition`",
                    self.service.said(&there.join(", "))
                )))
            }
        }
    }
}

impl Desk for JiraDesk<'_> {
    async fn find(&self, labels: &[String]) -> Result<Vec<FoundTicket>, Fault> {
        // Keys and labels are of letters, digits and hyphens alone.
        let quoted: Vec<String> = labels.iter().map(|it| format!("\"{it}\"")).collect();
        let project = &self.settings.project;
        let jql = format!("project = \"{project}\" AND labels in ({})", quoted.join(", "));
        let (mut res, mut next) = (Vec::new(), Value::Null);
        for _ in 0..MOST_PAGES {
            let mut body = json!({ "jql": jql, "fields": FIELDS, "maxResults": 100 });
            if next.is_string() {
                body["nextPageToken"] = next;
            }
            let answer = self.expect(JsonRequest::post(&["search", "jql"], &body)).await?;
            let issues = answer["issues"].as_array().ok_or_else(Fault::another)?;
            for it in issues {
                res.push(found(it)?);
            }
            next = answer["nextPageToken"].clone();
            if !next.is_string() {
                return Ok(res);
            }
        }
        Err(Fault::of("the search for tickets has no end"))
    }

    async fn look(&self, key: &str) -> Result<Option<FoundTicket>, Fault> {
        let path = [&API[..], &["issue", key]].concat();
        let query = [("fields", "labels,status")];
        let there = self.service.ask(JsonRequest::get(&path, &query)).await?;
        there.map(|it| found(&it)).transpose()
    }

    async fn open(&self, draft: &TicketDraft<'_>) -> Result<String, Fault> {
        let TicketDraft { label, title, lines } = draft;
        let body = json!({ "fields": {
            "project": { "key": self.settings.project },
            "issuetype": { "name": self.settings.issue_type },
            "summary": title,
            "description": document(lines),
            "labels": [label],
        }});
        let answer = self.expect(JsonRequest::post(&["issue"], &body)).await?;
        let key = answer["key"].as_str().map(str::to_owned);
        key.ok_or_else(Fault::another)
    }

    async fn comment(&self, ticket: &FoundTicket, lines: &[String]) -> Result<(), Fault> {
        let body = json!({ "body": document(lines) });
        self.expect(JsonRequest::post(&["issue", &ticket.id, "comment"], &body)).await.map(drop)
    }

    async fn close(&self, ticket: &FoundTicket, lines: &[String]) -> Result<(), Fault> {
        // Where there is no way, nothing is said of one.
        let way = self.way_to_close(ticket).await?;
        self.comment(ticket, lines).await?;
        let body = json!({ "transition": { "id": way } });
        let path = ["issue", &ticket.id, "transitions"];
        self.expect(JsonRequest::post(&path, &body)).await.map(drop)
    }

    async fn attempt(&self) -> Result<String, Fault> {
        let Jira { project, issue_type, .. } = self.settings;
        let path = ["issue", "createmeta", project.as_str(), "issuetypes"];
        let query = [("maxResults", "200")];
        let answer = self.expect(JsonRequest::get(&path, &query)).await?;
        let types = answer["issueTypes"].as_array().ok_or_else(Fault::another)?;
        let names: Vec<&str> = types.iter().filter_map(|it| it["name"].as_str()).collect();
        if !names.contains(&issue_type.as_str()) {
            return Err(Fault::of(format!(
                "no `{issue_type}` can be made in {project}, only {}",
                self.service.said(&names.join(", "))
            )));
        }
        self.find(&[super::desk::label("check")]).await?;
        Ok(format!("ok, `{issue_type}` can be made in {project}"))
    }
}

/// A ticket as an answer has it.
fn found(issue: &Value) -> Result<FoundTicket, Fault> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let labels = issue["fields"]["labels"].as_array();
    let labels = labels.and_then(|all| all.iter().map(text).collect());
    let category = issue["fields"]["status"]["statusCategory"]["key"].as_str();
    let parts = (text(&issue["key"]), text(&issue["id"]), labels, category);
    let (Some(key), Some(id), Some(labels), Some(category)) = parts else {
        return Err(Fault::another());
    };
    Ok(FoundTicket { key, id, labels, is_closed: category == DONE })
}

/// Lines as a document, a paragraph each.
fn document(lines: &[String]) -> Value {
    let paragraph = |line: &String| {
        let text = json!({ "type": "text", "text": line });
        json!({ "type": "paragraph", "content": [text] })
    };
    let lines = lines.iter().filter(|it| !it.is_empty());
    json!({ "type": "doc", "version": 1, "content": lines.map(paragraph).collect::<Vec<_>>() })
}
