//! Who is told what packs come to, how they are reached, and when.

use std::path::PathBuf;

use super::SecretSource;

/// The severities by their words, the worst first; the rules have them as a type.
pub const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "info"];

/// Who is told: names are unique.
#[derive(Clone, Debug, Default)]
pub struct NotifySettings {
    /// In the order of the kinds, and within a kind in that of the file.
    pub receivers: Vec<Receiver>,
}

/// Somebody who is told.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// What messages and packs call it; its address stands nowhere.
    pub name: String,
    /// Which packs it is told of.
    pub when: Occasion,
    /// The least severity that counts, one of [`SEVERITIES`].
    pub min_severity: &'static str,
    /// Whether it is told what people call the subjects of findings.
    pub names: bool,
    /// How it is reached.
    pub channel: Channel,
}

/// Which packs somebody is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Every pack.
    Always,
    /// Those with exceptions, and those whose evidence is not complete.
    Exceptions,
    /// Those with exceptions that the month before did not have, or of which that is not known, and
    /// those whose evidence is not complete.
    New,
}

impl Occasion {
    /// Every occasion.
    pub const ALL: [Self; 3] = [Self::Always, Self::Exceptions, Self::New];

    /// The occasion as the configuration writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Exceptions => "exceptions",
            Self::New => "new",
        }
    }
}

/// How somebody is reached.
#[derive(Clone, Debug)]
pub enum Channel {
    /// A message that is posted to an address.
    Webhook(Webhook),
    /// A mail.
    Mail(Mail),
    /// Tickets in Jira.
    Jira(Jira),
    /// Tickets in ServiceNow.
    ServiceNow(ServiceNow),
}

impl Channel {
    /// The kind as the configuration writes it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Webhook(_) => "webhook",
            Self::Mail(_) => "mail",
            Self::Jira(_) => "jira",
            Self::ServiceNow(_) => "servicenow",
        }
    }

    /// How tickets are opened, where this opens any.
    pub fn tickets(&self) -> Option<Ticketing> {
        match self {
            Self::Webhook(_) | Self::Mail(_) => None,
            Self::Jira(it) => Some(it.tickets),
            Self::ServiceNow(it) => Some(it.tickets),
        }
    }
}

/// A message that is posted to an address.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// What the message looks like.
    pub format: WebhookFormat,
    /// Where the address is: whoever knows it may post.
    pub url: SecretSource,
    /// Where the key is with which the message is signed; without one it is not.
    pub secret: Option<SecretSource>,
}

/// What a message looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookFormat {
    /// An incoming webhook of Slack.
    Slack,
    /// A workflow of Microsoft Teams.
    Teams,
    /// The facts, for programs.
    Json,
}

impl WebhookFormat {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Slack, Self::Teams, Self::Json];

    /// The format as the configuration writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Teams => "teams",
            Self::Json => "json",
        }
    }
}

/// A mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The host of the server that sends it.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is protected.
    pub security: MailSecurity,
    /// A certificate authority to trust besides the system's, as PEM.
    pub ca_file: Option<PathBuf>,
    /// Who sends, where the server wants to know.
    pub user: Option<String>,
    /// Where the password of that user is.
    pub password: Option<SecretSource>,
    /// Whom the mail is from.
    pub from: String,
    /// Whom it goes to.
    pub to: Vec<String>,
}

/// How the way to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSecurity {
    /// By TLS that is begun before anything else is said.
    StartTls,
    /// By TLS from the first byte.
    Wrapped,
    /// Not at all, which is for a server on this machine.
    None,
}

impl MailSecurity {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::StartTls, Self::Wrapped, Self::None];

    /// The way as the configuration writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::StartTls => "starttls",
            Self::Wrapped => "tls",
            Self::None => "none",
        }
    }

    /// The port that is usual for it.
    pub fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Wrapped => 465,
            Self::None => 25,
        }
    }
}

/// How tickets are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticketing {
    /// What one ticket is about.
    pub scope: TicketScope,
    /// Tickets that one run may open.
    pub most: usize,
}

/// What one ticket is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketScope {
    /// One finding.
    Finding,
    /// Every finding of one owner.
    Owner,
}

impl TicketScope {
    /// Every scope.
    pub const ALL: [Self; 2] = [Self::Finding, Self::Owner];

    /// The scope as the configuration writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Finding => "finding",
            Self::Owner => "owner",
        }
    }
}

/// A project in Jira Cloud.
#[derive(Clone, Debug)]
pub struct Jira {
    /// The address of the site.
    pub url: String,
    /// The key of the project: letters, digits and `_`.
    pub project: String,
    /// What is made there.
    pub issue_type: String,
    /// Who makes it: the address of an account.
    pub user: String,
    /// Where that account's API token is.
    pub token: SecretSource,
    /// How tickets are opened.
    pub tickets: Ticketing,
    /// The transition that closes one; without it, the only one that leads to what is done.
    pub close_transition: Option<String>,
}

/// A table in ServiceNow.
#[derive(Clone, Debug)]
pub struct ServiceNow {
    /// The address of the instance.
    pub url: String,
    /// The table: small letters, digits and `_`.
    pub table: String,
    /// Who writes to it.
    pub user: String,
    /// Where the password of that user is.
    pub password: SecretSource,
    /// How tickets are opened.
    pub tickets: Ticketing,
    /// The value of `state` that closes one.
    pub close_state: String,
    /// The value of `close_code`, where the table wants one.
    pub close_code: Option<String>,
}
