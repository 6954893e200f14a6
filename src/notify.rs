//! Notices: what a pack comes to, told to whom the configuration names, once it is sealed.
//!
//! What is to be told is a function of the report, and lies in the pack. What became of it cannot:
//! it is written down beside the packs. A notice that fails fails nothing else.

mod desk;
mod jira;
pub mod journal;
mod mail;
mod masks;
mod notice;
mod servicenow;
mod tickets;
mod webhook;
mod words;

use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use self::desk::Desk;
use self::jira::JiraDesk;
use self::journal::{JournalEntry, NoticeOutcome};
use self::notice::Notice;
pub use self::notice::{FILE, Notices, SeverityCounts, ToldFinding};
use self::servicenow::ServiceNowDesk;
use self::tickets::{TicketEntry, TicketWork};
use self::words::Message;
use crate::config::SecretSource;
use crate::config::notify::{Channel, Jira, Mail, Receiver, ServiceNow, Webhook};
use crate::outbound::OutboundLimits;
use crate::reach;
use crate::secret::{self, SecretKind};

/// What bounds one request to a receiver, of whose answer nobody needs much.
const LIMITS: OutboundLimits = OutboundLimits { longest: Duration::from_secs(30), most: 1 << 16 };

/// Until a program has printed a secret.
const SECRET: Duration = Duration::from_mins(1);

/// What is said of a receiver that took a test.
const TAKEN: &str = "ok, it took a test notice";

/// What telling needs from outside.
pub struct NoticeContext<'a> {
    /// The clock.
    pub now: &'a dyn Fn() -> DateTime<Utc>,
    /// Where the pack lies in the evidence folder: `2026-11/20261102T060000Z-1f3a9c02`.
    pub pack: &'a str,
    /// What became of notices before, the oldest first.
    pub journal: &'a [JournalEntry],
}

impl Notices {
    /// Tells a receiver what this pack has for it, and gives what became of that; nothing where the
    /// pack has nothing for it.
    pub async fn tell(
        &self,
        receiver: &Receiver,
        context: &NoticeContext<'_>,
    ) -> Vec<JournalEntry> {
        let Some(notice) = self.for_receiver(&receiver.name).filter(|it| it.is_told()) else {
            return Vec::new();
        };
        let message = || self.message(notice, context);
        let done = match &receiver.channel {
            Channel::Webhook(it) => told(webhook::tell(it, &message()).await),
            Channel::Mail(it) => told(mail::tell(it, &message()).await),
            Channel::Jira(it) => match JiraDesk::of(it).await {
                Ok(desk) => tickets(&desk, notice, receiver, context).await,
                Err(why) => told(Err(why)),
            },
            Channel::ServiceNow(it) => match ServiceNowDesk::of(it).await {
                Ok(desk) => tickets(&desk, notice, receiver, context).await,
                Err(why) => told(Err(why)),
            },
        };
        let entry = |it: TicketEntry| JournalEntry {
            at: (context.now)(),
            receiver: receiver.name.clone(),
            kind: receiver.channel.kind().to_owned(),
            pack: context.pack.to_owned(),
            report_id: self.report_id.clone(),
            notice: notice.id.clone(),
            about: it.about,
            ticket: it.ticket,
            findings: it.findings,
            deed: it.deed,
            outcome: it.outcome,
        };
        done.into_iter().map(entry).collect()
    }
}

/// What became of one message.
fn told(done: Result<(), String>) -> Vec<TicketEntry> {
    let outcome = done.map_or_else(NoticeOutcome::Failed, |()| NoticeOutcome::Told);
    vec![TicketEntry::of(outcome)]
}

/// Looks after the tickets of a receiver.
async fn tickets<D: Desk>(
    desk: &D,
    notice: &Notice,
    receiver: &Receiver,
    context: &NoticeContext<'_>,
) -> Vec<TicketEntry> {
    let plan = notice.tickets.as_ref().zip(receiver.channel.tickets());
    let Some((plan, settings)) = plan else { return Vec::new() };
    let own = context.journal.iter().filter(|it| it.receiver == receiver.name);
    let own: Vec<&JournalEntry> = own.collect();
    TicketWork::of(desk, plan, settings.most, &own).carry_out().await
}

/// Tries to reach a receiver, and says what was done.
///
/// # Errors
///
/// Why it cannot be reached; never with an address or a secret.
pub async fn attempt(
    receiver: &Receiver,
    organization: &str,
    at: DateTime<Utc>,
) -> Result<String, String> {
    match &receiver.channel {
        Channel::Webhook(it) => {
            let message = Message::trial(receiver, organization, at);
            webhook::tell(it, &message).await.map(|()| TAKEN.to_owned())
        }
        Channel::Mail(it) => {
            let message = Message::trial(receiver, organization, at);
            mail::tell(it, &message).await.map(|()| TAKEN.to_owned())
        }
        Channel::Jira(it) => JiraDesk::of(it).await?.attempt().await.map_err(|it| it.reason),
        Channel::ServiceNow(it) => {
            ServiceNowDesk::of(it).await?.attempt().await.map_err(|it| it.reason)
        }
    }
}

/// Whether the secrets of a receiver are where the configuration says.
///
/// # Errors
///
/// Why one is not; never with any of it.
pub async fn has_secrets(receiver: &Receiver) -> Result<(), String> {
    match &receiver.channel {
        Channel::Webhook(Webhook { url, secret, .. }) => {
            read(url, SecretKind::Address).await?;
            if let Some(it) = secret {
                read(it, SecretKind::Key).await?;
            }
        }
        Channel::Mail(Mail { password, .. }) => {
            if let Some(it) = password {
                read(it, SecretKind::Password).await?;
            }
        }
        Channel::Jira(Jira { token, .. }) => {
            read(token, SecretKind::ServiceToken).await?;
        }
        Channel::ServiceNow(ServiceNow { password, .. }) => {
            read(password, SecretKind::Password).await?;
        }
    }
    Ok(())
}

/// A secret, or in words why there is none.
async fn read(source: &SecretSource, kind: SecretKind) -> Result<SecretString, String> {
    secret::read(source, kind, SECRET).await.map_err(|it| reach::explain(&it))
}
