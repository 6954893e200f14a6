//! Tickets in ServiceNow, by its Table API.
//!
//! Texts are plain there, and the correlation id says what a ticket is about.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::desk::{Desk, Fault, FoundTicket, JsonRequest, JsonService, TicketDraft};
use super::read;
use crate::config::notify::ServiceNow;
use crate::outbound::OutboundMethod;
use crate::secret::SecretKind;

/// What is asked of a ticket.
const FIELDS: (&str, &str) = ("sysparm_fields", "sys_id,number,state,active,correlation_id");

/// Tickets of a search that are read at most.
const MOST: usize = 1_000;

/// A table of a ServiceNow.
pub(super) struct ServiceNowDesk<'a> {
    settings: &'a ServiceNow,
    service: JsonService,
}

impl<'a> ServiceNowDesk<'a> {
    /// The table that the configuration names, with its password.
    pub(super) async fn of(settings: &'a ServiceNow) -> Result<Self, String> {
        let password = read(&settings.password, SecretKind::Password).await?;
        let service = JsonService::of(&settings.url, &settings.user, &password)?;
        Ok(Self { settings, service })
    }

    async fn expect(&self, request: JsonRequest<'_>) -> Result<Value, Fault> {
        let table = ["api", "now", "table", self.settings.table.as_str()];
        let path = [&table[..], request.path].concat();
        let answer = self.service.expect(JsonRequest { path: &path, ..request }).await?;
        match answer {
            Value::Object(mut it) => it.remove("result").ok_or_else(Fault::another),
            _ => Err(Fault::another()),
        }
    }

    /// The tickets of which a condition is true.
    async fn having(&self, condition: &str) -> Result<Vec<FoundTicket>, Fault> {
        let limit = (MOST + 1).to_string();
        let query = [("sysparm_query", condition), FIELDS, ("sysparm_limit", limit.as_str())];
        let answer = self.expect(JsonRequest::get(&[], &query)).await?;
        let all = answer.as_array().ok_or_else(Fault::another)?;
        if all.len() > MOST {
            return Err(Fault::of("the search for tickets has no end"));
        }
        all.iter().map(|it| self.ticket(it)).collect()
    }

    fn ticket(&self, record: &Value) -> Result<FoundTicket, Fault> {
        let text = |key: &str| record[key].as_str().map(str::to_owned);
        let parts = (text("number"), text("sys_id"), text("correlation_id"), text("state"));
        let (Some(key), Some(id), Some(label), Some(state)) = parts else {
            return Err(Fault::another());
        };
        // Tables that know no `active` have the state alone.
        let is_closed = state == self.settings.close_state || record["active"] == "false";
        Ok(FoundTicket { key, id, labels: BTreeSet::from([label]), is_closed })
    }

    async fn change(&self, ticket: &FoundTicket, to: &Value) -> Result<FoundTicket, Fault> {
        let method = OutboundMethod::Patch;
        let (path, query) = ([&*ticket.id], [FIELDS]);
        let request = JsonRequest { method, path: &path, query: &query, body: Some(to) };
        self.ticket(&self.expect(request).await?)
    }
}

impl Desk for ServiceNowDesk<'_> {
    async fn find(&self, labels: &[String]) -> Result<Vec<FoundTicket>, Fault> {
        self.having(&format!("correlation_idIN{}", labels.join(","))).await
    }

    async fn look(&self, key: &str) -> Result<Option<FoundTicket>, Fault> {
        // A number that came from there; what else may stand in a query is none.
        if !key.chars().all(|it| it.is_ascii_alphanumeric()) {
            return Ok(None);
        }
        let found = self.having(&format!("number={key}")).await?;
        Ok(found.into_iter().find(|it| it.key == key))
    }

    async fn open(&self, draft: &TicketDraft<'_>) -> Result<String, Fault> {
        let TicketDraft { label, title, lines } = draft;
        let body = json!({
            "short_description": plain(title),
            "description": text(lines),
            "correlation_id": label,
            "correlation_display": "retool-audit",
        });
        let query = [FIELDS];
        let request = JsonRequest { query: &query, ..JsonRequest::post(&[], &body) };
        let made = self.ticket(&self.expect(request).await?)?;
        if made.labels.contains(label) {
            return Ok(made.key);
        }
        // Without it, the next run would open another one.
        Err(Fault {
            reason: format!(
                "{} was opened without its `correlation_id`: may this user write it?",
                made.key
            ),
            ends: true,
        })
    }

    async fn comment(&self, ticket: &FoundTicket, lines: &[String]) -> Result<(), Fault> {
        self.change(ticket, &json!({ "work_notes": text(lines) })).await.map(drop)
    }

    async fn close(&self, ticket: &FoundTicket, lines: &[String]) -> Result<(), Fault> {
        let mut to = Map::new();
        to.insert("state".to_owned(), json!(self.settings.close_state));
        to.insert("close_notes".to_owned(), json!(text(lines)));
        to.insert("work_notes".to_owned(), json!(text(lines)));
        if let Some(code) = &self.settings.close_code {
            to.insert("close_code".to_owned(), json!(code));
        }
        if self.change(ticket, &Value::Object(to)).await?.is_closed {
            return Ok(());
        }
        let reason = "it took the request, and the ticket is not closed: does it want a `close-code`, \
                      or another `close-state`?";
        Err(Fault::of(reason))
    }

    async fn attempt(&self) -> Result<String, Fault> {
        self.find(&[super::desk::label("check")]).await?;
        Ok(format!(
            "ok, `{}` can be read; whether a ticket can be opened, a run shows",
            self.settings.table
        ))
    }
}

/// Lines as a plain text.
fn text(lines: &[String]) -> String {
    lines.iter().map(|it| plain(it)).collect::<Vec<_>>().join("\n")
}

/// A text in which no code begins: between `[code]` and `[/code]`, notes are HTML.
fn plain(text: &str) -> String {
    text.replace('[', "(").replace(']', ")")
}
