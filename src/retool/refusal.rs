//! Answers that are none: which class, and in one sentence what to do about it.

use super::transport::{ServerResponse, TransportFault};
use super::wire::{Closed, Complaint};
use crate::menus::menu;
use crate::power;
use crate::snapshot::ledger::{Endpoint, ReadOutcome};

/// Why an endpoint gave nothing.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The class.
    pub(super) outcome: ReadOutcome,
    /// The sentence.
    pub(super) reason: String,
}

/// What was asked, and how.
#[derive(Clone, Copy)]
pub(super) struct RefusedRequest<'a> {
    /// What.
    pub(super) endpoint: Endpoint,
    /// Path and query of the request.
    pub(super) request: &'a str,
    /// How often the same request was sent.
    pub(super) tries: u32,
}

impl RefusedRequest<'_> {
    /// The path that was asked.
    fn path(&self) -> &str {
        self.request.split('?').next().unwrap_or_default()
    }

    /// "in three tries", where there was more than one.
    fn times(&self) -> String {
        if self.tries <= 1 { String::new() } else { format!(" in {} tries", self.tries) }
    }
}

/// A server's words as an aside: one line, not long.
pub(super) fn aside(message: &str) -> String {
    let words = message.split(|it: char| it.is_control() || it.is_whitespace());
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(160) {
        _ if line.is_empty() => String::new(),
        Some((it, _)) => format!(", saying `{}…`", &line[..it]),
        None => format!(", saying `{line}`"),
    }
}

impl Refusal {
    /// The same about one of several things that were asked.
    pub(super) fn about(self, what: &str) -> Self {
        Self { reason: format!("{what}: {}", self.reason), ..self }
    }

    /// An answer that cannot be right.
    pub(super) fn protocol(reason: impl Into<String>) -> Self {
        Self { outcome: ReadOutcome::Protocol, reason: reason.into() }
    }
}

/// What a status other than 200 means.
pub(super) fn of_status(case: RefusedRequest<'_>, answer: &ServerResponse) -> Option<Refusal> {
    let (endpoint, path) = (case.endpoint, case.path());
    let message = complaint(answer);
    let (said, times) = (aside(&message), case.times());
    let (outcome, reason) = match answer.status {
        200 => return None,
        status @ (401 | 403) if endpoint == Endpoint::Version => {
            (ReadOutcome::Scope, format!("the instance does not state its version ({status})"))
        }
        300..=399 => (ReadOutcome::Protocol, of_redirect(answer)),
        // On a server of one's own this endpoint knows a token of its own.
        401 if matches!(endpoint, Endpoint::UsageUserSummary | Endpoint::UsageOrganizations) => {
            (ReadOutcome::Scope, NO_USAGE.into())
        }
        401 => (ReadOutcome::Auth, DEAD_TOKEN.into()),
        403 => of_forbidden(case, &message),
        404 if endpoint == Endpoint::SsoConfig => (ReadOutcome::NotConfigured, NO_SSO.into()),
        404 if endpoint == Endpoint::Users => {
            (ReadOutcome::Address, format!("{NOTHING} `{path}` (404): {PATH}"))
        }
        404 => (ReadOutcome::Version, format!("the instance does not know `{path}` (404): {OLD}")),
        429 => (ReadOutcome::Network, of_busy(case, answer)),
        it @ 502..=504 => (ReadOutcome::Network, format!("{GATEWAY}{times} ({it}); {UP}")),
        it => (
            ReadOutcome::Protocol,
            format!(
                "the instance answered with status {it}{times}{said}; look into its server log"
            ),
        ),
    };
    Some(Refusal { outcome, reason })
}

const DEAD_TOKEN: &str = concat!(
    "the token is not accepted (401): it belongs to another instance, was not copied whole, or was \
     revoked; compare its last four characters with the list under ",
    menu!(tokens),
    ", and make a new one if it is not there"
);
const NO_SSO: &str = "the API shows no single sign-on set-up; one made through environment \
                      variables is not shown";
const NOTHING: &str = "nothing of Retool answers to";
const PATH: &str = "`url` leads elsewhere or leaves out a part of its path, or Retool is older \
                    than its API";
// The list of users was asked before, so the address is right.
const OLD: &str = "its release has no such endpoint";
const NO_USAGE: &str = "this token may not read usage (401); add the scope, and on a server of \
                        your own set `USAGE_API_TOKEN`";
const GATEWAY: &str = "the gateway before the instance got no answer from it";
const UP: &str = "run again when it is up";
const PAGE: &str = "a web page came instead of JSON: `url` leads to a sign-in page or a proxy, or \
                    the plan has no API";

/// What an answer that cannot be parsed means.
///
/// The parser's text is cut to what was expected: it may quote what was found.
pub(super) fn of_parse(answer: &ServerResponse, error: &serde_json::Error) -> Refusal {
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

/// What an envelope without content means: some refusals come with status 200.
pub(super) fn of_envelope(case: RefusedRequest<'_>, closed: Closed) -> Refusal {
    let Closed::Failure(message) = closed else {
        return Refusal::protocol("the answer has no `data`");
    };
    let message = message.unwrap_or_default();
    if speaks_of(&message, PLANS) || speaks_of(&message, SCOPES) {
        let (outcome, reason) = of_forbidden(case, &message);
        return Refusal { outcome, reason };
    }
    let said = aside(&message);
    Refusal::protocol(format!("the instance answered `success: false` with status 200{said}"))
}

/// What it means that no answer came.
pub(super) fn of_fault(case: RefusedRequest<'_>, fault: &TransportFault) -> Refusal {
    let times = case.times();
    let (outcome, reason) = match fault {
        TransportFault::Connect(it) => (
            ReadOutcome::Network,
            format!("no connection to the instance{times} ({it}); check `url` and that it is up"),
        ),
        TransportFault::Unreached(it) => (
            ReadOutcome::Network,
            format!(
                "no connection to the instance{times} (nothing answers within {} seconds); check \
                 `url`, that it is up, and the firewall",
                it.as_secs()
            ),
        ),
        TransportFault::Certificate(it) => {
            (ReadOutcome::Network, format!("{}; {}", it.what, it.remedy))
        }
        TransportFault::Silent => (
            ReadOutcome::Network,
            format!("no answer in time{times}; run again when the instance is less busy"),
        ),
        TransportFault::Broken(it) => {
            (ReadOutcome::Network, format!("the answer broke off{times} ({it}); run again"))
        }
        TransportFault::Late => (ReadOutcome::Network, LATE.into()),
        TransportFault::TooLarge(it) => {
            (ReadOutcome::Protocol, format!("an answer is larger than {it}; {LARGE}"))
        }
    };
    Refusal { outcome, reason }
}

const LATE: &str = "the instance's time is over; raise `deadline-minutes` or `requests-per-minute`";
const LARGE: &str = "ask page by page with `mode = \"paged\"`, or raise `page-limit-mib`";

fn of_redirect(answer: &ServerResponse) -> String {
    let to = answer.location.as_deref().unwrap_or("nowhere");
    format!("a redirect leads to `{to}`, where no token is sent; set `url` to the right address")
}

fn of_busy(case: RefusedRequest<'_>, answer: &ServerResponse) -> String {
    let after = answer.retry_after.as_deref().map_or_else(String::new, |it| {
        let wish: String = it.chars().filter(|it| !it.is_control()).take(56).collect();
        format!(", and wants a pause of `{wish}`")
    });
    let times = case.times();
    format!("the instance limits requests (429){times}{after}; lower `requests-per-minute`")
}

const PLANS: &[&str] = &["plan", "plans", "upgrade", "enterprise"];
const SCOPES: &[&str] = &["scope", "scopes"];

fn of_forbidden(case: RefusedRequest<'_>, message: &str) -> (ReadOutcome, String) {
    let (path, said) = (case.path(), aside(message));
    let scope = match named_scope(message) {
        Some(named) => format!("{named}` (`{}", case.endpoint.scope()) + "`)",
        None => format!("{}`", case.endpoint.scope()),
    };
    let add = format!("no scope `{scope}; add it under {}", menu!(tokens));
    if speaks_of(message, PLANS) {
        let why = format!("the plan does not offer `{path}`{said}");
        (ReadOutcome::Plan, format!("{why}; the API needs Retool's Enterprise plan"))
    } else if speaks_of(message, SCOPES) || named_scope(message).is_some() {
        (ReadOutcome::Scope, format!("the token has {add}"))
    } else {
        (ReadOutcome::Scope, format!("the token is refused (403){said}; most likely it has {add}"))
    }
}

/// The first scope that a message names which can read and nothing else: others that would do as
/// well, such as `mcp:admin`, can do more than an audit needs.
fn named_scope(message: &str) -> Option<&str> {
    let words = message.split(|it: char| !(it.is_ascii_alphanumeric() || "_:-".contains(it)));
    words.map(|word| word.trim_matches(':')).find(|it| power::is_reading_scope(it))
}

fn speaks_of(message: &str, words: &[&str]) -> bool {
    let message = message.to_lowercase();
    message.split(|it: char| !it.is_alphanumeric()).any(|it| words.contains(&it))
}

fn complaint(answer: &ServerResponse) -> String {
    let parsed: Complaint = serde_json::from_slice(&answer.body).unwrap_or_default();
    parsed.message.unwrap_or_default()
}
