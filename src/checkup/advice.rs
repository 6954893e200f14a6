//! What to do about what a check found, in words.

use crate::menus::menu;
use crate::snapshot::ledger::ReadOutcome;

pub(super) const NAME: &str = "correct the host in `url`, or the name service of this machine";
pub(super) const CONNECTION: &str =
    "check host and port in `url`, that the instance is up, and the firewall";
pub(super) const PROXY: &str = "start it, correct the variable, or name the host in `NO_PROXY`";
pub(super) const TLS: &str = "correct the port in `url`; plain http takes `allow-http = true`";

/// What to do where the sentence of a refusal does not say.
pub(super) fn advice_on(outcome: ReadOutcome) -> &'static str {
    match outcome {
        ReadOutcome::Ok | ReadOutcome::NotConfigured | ReadOutcome::NotAsked => "",
        ReadOutcome::Scope => concat!("add the scope under ", menu!(tokens)),
        ReadOutcome::Plan => "ask Retool for the Enterprise plan, or use `retool-audit import`",
        ReadOutcome::Version => "update Retool",
        ReadOutcome::Address => "correct or complete `url`",
        ReadOutcome::Auth => concat!("compare the token with the list under ", menu!(tokens)),
        ReadOutcome::Network => "check `url` and that the instance is up",
        ReadOutcome::Protocol => "set `url` to the address of Retool itself, or see its server log",
    }
}

/// A sentence before and after its colon.
pub(super) fn split_at_colon(text: &str) -> (&str, &str) {
    text.split_once(": ").unwrap_or((text, ""))
}

/// What is so, and what to do about it: sentences of refusals have both, with a semicolon between.
///
/// A server's words stand in backticks and may hold one too.
pub(super) fn split(reason: &str) -> (&str, &str) {
    let quoted = |at: usize| reason[..at].matches('`').count() % 2 == 1;
    let mut places = reason.match_indices("; ").map(|it| it.0).filter(|it| !quoted(*it));
    places.next().map_or((reason, ""), |it| (&reason[..it], &reason[it + 2..]))
}
