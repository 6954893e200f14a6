//! A mail in plain text, sent by a server of the organization's.

use std::time::{Duration, SystemTime};

use lettre::message::header::ContentType;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use secrecy::ExposeSecret as _;
use tokio::time::timeout;

use super::masks::Masks;
use super::read;
use super::words::Message;
use crate::config::notify::{Mail, MailSecurity};
use crate::files;
use crate::reach;
use crate::secret::SecretKind;

/// Until one step of the conversation is over.
const STEP: Duration = Duration::from_secs(15);

/// Until the whole conversation is.
const LONGEST: Duration = Duration::from_mins(1);

/// Sends a mail.
///
/// # Errors
///
/// Why the server did not take it; never with the password.
pub(super) async fn tell(mail: &Mail, message: &Message<'_>) -> Result<(), String> {
    let (credentials, masks) = credentials(mail).await?;
    let letter = letter(mail, message).map_err(|it| masks.because("no mail was sent", &it))?;
    let unready = |it: String| masks.because("no mail was sent", &it);
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.server)
        .port(mail.port)
        .timeout(Some(STEP))
        .tls(tls(mail).map_err(unready)?);
    if let Some(it) = credentials {
        builder = builder.credentials(it);
    }
    let transport = builder.build::<Tokio1Executor>();
    match timeout(LONGEST, transport.send(letter)).await {
        Ok(Ok(_)) => Ok(()),
        // Its causes are in its own words already.
        Ok(Err(error)) => Err(masks.because("the mail was not taken", &error.to_string())),
        Err(_) => Err(format!("no answer within {} seconds", LONGEST.as_secs())),
    }
}

/// Who sends, where the server wants to know, and what hides the password.
async fn credentials(mail: &Mail) -> Result<(Option<Credentials>, Masks), String> {
    let masks = Masks::default();
    let Some((user, source)) = mail.user.as_ref().zip(mail.password.as_ref()) else {
        return Ok((None, masks));
    };
    let password = read(source, SecretKind::Password).await?;
    let masks = masks.and(&password);
    let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
    Ok((Some(credentials), masks))
}

/// How the way is protected.
fn tls(mail: &Mail) -> Result<Tls, String> {
    if mail.security == MailSecurity::None {
        return Ok(Tls::None);
    }
    reach::provide_tls();
    let mut parameters = TlsParameters::builder(mail.server.clone());
    if let Some(path) = &mail.ca_file {
        let unread = |why: String| format!("cannot read the `ca-file` `{}`: {why}", path.display());
        let pem = files::read(path).map_err(|it| unread(it.to_string()))?;
        reach::roots(&pem).map_err(|it| it.to_string())?;
        let root = Certificate::from_pem(&pem).map_err(|it| unread(it.to_string()))?;
        parameters = parameters.add_root_certificate(root);
    }
    let parameters = parameters.build().map_err(|it| it.to_string())?;
    Ok(match mail.security {
        MailSecurity::Wrapped => Tls::Wrapper(parameters),
        _ => Tls::Required(parameters),
    })
}

/// The mail: its headers are ours but for names, and those are encoded.
fn letter(mail: &Mail, message: &Message<'_>) -> Result<lettre::Message, String> {
    let address = |text: &String| {
        let parsed = text.parse().map_err(|it| format!("`{text}` is no mail address: {it}"))?;
        Ok::<_, String>(Mailbox::new(None, parsed))
    };
    let from = address(&mail.from)?;
    // Each sending has an id of its own: a mailbox shows one id once.
    let serial = message.at.timestamp_millis();
    let id = format!("<{}.{serial}@{}>", message.facts.id, from.email.domain());
    let mut builder = lettre::Message::builder()
        .from(from)
        .date(SystemTime::from(message.at))
        .message_id(Some(id))
        .header(Automatic)
        .subject(&message.head);
    for it in &mail.to {
        builder = builder.to(address(it)?);
    }
    let part = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text(message));
    builder.singlepart(part).map_err(|it| it.to_string())
}

/// The words of a notice, a line each.
fn text(message: &Message<'_>) -> String {
    let Message { head, lines, findings, foot, .. } = message;
    let mut parts = vec![head.clone(), lines.join("\n")];
    if !findings.is_empty() {
        parts.push(findings.join("\n"));
    }
    parts.push(foot.clone());
    parts.join("\n\n") + "\n"
}

/// No program answers it (RFC 3834).
#[derive(Clone)]
struct Automatic;

impl Header for Automatic {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
