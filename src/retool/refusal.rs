//! Answers that are none: which class, and in one sentence what to do about it.

use super::door::{Answer, Fault};
use super::wire::{Closed, Complaint};
use crate::snapshot::ledger::{Endpoint, Outcome};

/// Why an endpoint gave nothing.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The class.
    pub(super) outcome: Outcome,
    /// The sentence.
    pub(super) reason: String,
}

impl Refusal {
    /// An answer that cannot be right.
    pub(super) fn protocol(reason: impl Into<String>) -> Self {
        Self { outcome: Outcome::Protocol, reason: reason.into() }
    }
}

/// What a status other than 200 means.
pub(super) fn of_status(endpoint: Endpoint, answer: &Answer) -> Option<Refusal> {
    let (path, message) = (endpoint.path(), complaint(answer));
    let said = say(&message);
    let (outcome, reason) = match answer.status {
        200 => return None,
        300..=399 => (Outcome::Protocol, of_redirect(answer)),
        401 => (Outcome::Auth, DEAD_TOKEN.into()),
        403 => of_forbidden(endpoint, &message),
        404 if endpoint == Endpoint::SsoConfig => (Outcome::NotConfigured, NO_SSO.into()),
        404 => (Outcome::Version, format!("the instance does not know `{path}` (404): {OLD}")),
        429 => (Outcome::Network, BUSY.into()),
        it @ 502..=504 => (Outcome::Network, format!("{GATEWAY} ({it}); run again when it is up")),
        it => (
            Outcome::Protocol,
            format!("the instance answered with status {it}{said}; look into its server log"),
        ),
    };
    Some(Refusal { outcome, reason })
}

const DEAD_TOKEN: &str = "the token is not accepted (401): it was revoked or belongs to another \
                          instance; make a new one under Settings > API";
const NO_SSO: &str = "the API shows no single sign-on set-up; one made through environment \
                      variables is not shown";
const OLD: &str = "its version is older, or `url` leaves out a part of its path";
const BUSY: &str = "the instance still limits requests (429) after several tries; lower \
                    `requests-per-minute`";
const GATEWAY: &str = "in several tries the gateway before the instance got no answer from it";
const PAGE: &str = "a web page came instead of JSON: `url` leads to a sign-in page or a proxy, or \
                    the plan has no API";

/// What an answer that cannot be parsed means.
///
/// The parser's text is cut to what was expected: it may quote what was found.
pub(super) fn of_parse(answer: &Answer, error: &serde_json::Error) -> Refusal {
    if answer.is_page() {
        return Refusal::protocol(PAGE);
    }
    Refusal::protocol(format!("the answer has another shape than documented: {}", shape(error)))
}

/// What a parser expected, and where, without what it found.
pub(super) fn shape(error: &serde_json::Error) -> String {
    let place = format!("line {} column {}", error.line(), error.column());
    let text = error.to_string();
    let text = text.strip_suffix(&format!(" at {place}")).unwrap_or(&text);
    let what = match text.split_once(", expected ") {
        Some((_, it)) => format!("expected {it}"),
        None if error.is_data() && !text.starts_with("missing field") => "unexpected value".into(),
        None => text.to_owned(),
    };
    // A value that was taken apart already has no place.
    if error.line() == 0 { what } else { format!("{what} at {place}") }
}

/// What an envelope without content means.
pub(super) fn of_envelope(closed: Closed) -> Refusal {
    Refusal::protocol(match closed {
        Closed::Failure(it) => format!(
            "the instance answered `success: false` with status 200{}",
            say(&it.unwrap_or_default())
        ),
        Closed::Empty => "the answer has no `data`".into(),
    })
}

/// What it means that no answer came.
pub(super) fn of_fault(fault: &Fault, tries: u32) -> Refusal {
    let times = if tries == 1 { String::new() } else { format!(" in {tries} tries") };
    let (outcome, reason) = match fault {
        Fault::Connect(it) => (
            Outcome::Network,
            format!("no connection to the instance{times} ({it}); check `url` and that it is up"),
        ),
        Fault::Certificate(it) => (
            Outcome::Network,
            format!("its certificate is not trusted ({it}); name the authority in `ca-file`"),
        ),
        Fault::Silent => (
            Outcome::Network,
            format!("no answer in time{times}; run again when the instance is less busy"),
        ),
        Fault::Broken(it) => {
            (Outcome::Network, format!("the answer broke off{times} ({it}); run again"))
        }
        Fault::TooLarge(it) => (
            Outcome::Protocol,
            format!("an answer is larger than {it} MiB; ask page by page with `mode = \"paged\"`"),
        ),
    };
    Refusal { outcome, reason }
}

fn of_redirect(answer: &Answer) -> String {
    let to = answer.location.as_deref().unwrap_or("nowhere");
    format!("a redirect leads to `{to}`, where no token is sent; set `url` to the right address")
}

fn of_forbidden(endpoint: Endpoint, message: &str) -> (Outcome, String) {
    let (path, scope, said) = (endpoint.path(), endpoint.scope(), say(message));
    let add = format!("no scope `{scope}`; add it under Settings > API");
    if speaks_of(message, &["plan", "plans", "upgrade", "enterprise"]) {
        let why = format!("the plan does not offer `{path}`{said}");
        (Outcome::Plan, format!("{why}; the API needs Retool's Enterprise plan"))
    } else if speaks_of(message, &["scope", "scopes"]) {
        (Outcome::Scope, format!("the token has {add}"))
    } else {
        (Outcome::Scope, format!("the token is refused (403){said}; most likely it has {add}"))
    }
}

fn speaks_of(message: &str, words: &[&str]) -> bool {
    let message = message.to_lowercase();
    message.split(|it: char| !it.is_alphanumeric()).any(|it| words.contains(&it))
}

fn complaint(answer: &Answer) -> String {
    let parsed: Complaint = serde_json::from_slice(&answer.body).unwrap_or_default();
    parsed.message.unwrap_or_default()
}

/// A server's words as an aside: one line, not long.
pub(super) fn say(message: &str) -> String {
    let words = message.split(|it: char| it.is_control() || it.is_whitespace());
    let line = words.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(160) {
        _ if line.is_empty() => String::new(),
        Some((it, _)) => format!(", saying `{}…`", &line[..it]),
        None => format!(", saying `{line}`"),
    }
}
