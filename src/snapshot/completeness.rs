//! Whether a collection is complete: its ledger, the lists that are required, and the clocks.
//!
//! One meaning for every place that says the word, decided before any rule is asked. That a rule
//! about the evidence has exceptions makes a report partial, and no collection.

use super::ledger::{CompletenessBasis, Endpoint, EndpointNeed, LedgerRow, ReadOutcome};
use super::{Collected, State};

/// Seconds by which a server's clock may be off: ages count from the one of the collector.
pub const CLOCK_SECONDS: i64 = 300;

impl LedgerRow {
    /// What this list makes of its instance.
    ///
    /// A list that the instance's plan, version or set-up does not offer, or that was not asked
    /// for, leaves it complete, unless the configuration requires it. A list that the server ended
    /// and then contradicted is reported, and leaves no instance complete.
    pub fn state(&self) -> State {
        let missing = self.required && self.outcome != ReadOutcome::Ok;
        self.state_by_itself().max(if missing { State::Partial } else { State::Complete })
    }

    /// The same without what the configuration requires.
    fn state_by_itself(&self) -> State {
        match (self.endpoint.need(), self.outcome) {
            (_, ReadOutcome::Ok) if self.is_doubtful() => State::Partial,
            (_, ReadOutcome::Ok) => State::Complete,
            (EndpointNeed::Required, _) => State::Failed,
            (EndpointNeed::Provenance, _)
            | (
                _,
                ReadOutcome::Plan
                | ReadOutcome::Version
                | ReadOutcome::NotConfigured
                | ReadOutcome::NotAsked,
            )
            | (EndpointNeed::Extra, ReadOutcome::Scope) => State::Complete,
            (EndpointNeed::Expected | EndpointNeed::Extra, _) => State::Partial,
        }
    }

    /// Whether a list that was read to its end may not be the whole: the counts of it do not agree,
    /// or one record came in two versions, or some cannot be distinguished; or the list is as long
    /// as full pages are, and nothing says that no other page follows; or it is not as long as
    /// stated.
    pub fn is_doubtful(&self) -> bool {
        self.doubt().is_some()
    }

    /// The worst of what speaks against a list that was read to its end: a word, and a phrase to
    /// be read after the list's name in brackets.
    fn doubt(&self) -> Option<(&'static str, &'static str)> {
        if self.rows_missing > 0 && self.endpoint == Endpoint::Permissions {
            Some(("short", "without the access lists of some objects"))
        } else if self.rows_missing > 0 {
            Some(("short", "fewer than the server counts"))
        } else if self.rows_surplus > 0 {
            Some(("surplus", "more than the server counts"))
        } else if self.rows_conflicting > 0 {
            Some(("conflicting", "in versions that differ"))
        } else if self.rows_without_id > 0 {
            Some(("without-id", "with records that have no id"))
        } else if !self.counts_differing.is_empty() {
            Some(("counts-differ", "with counts that differ"))
        } else if self.may_have_shifted() {
            Some(("repeated", "with records that came twice"))
        } else if self.whole_by == Some(CompletenessBasis::FullPages) {
            Some(("full-pages", "full pages, and no word that they are all"))
        } else if self.whole_by == Some(CompletenessBasis::NotAsStated) {
            Some(("not-as-stated", "not as many as stated"))
        } else {
            None
        }
    }

    /// Whether records came again so that others may not have come: where pages shift while they are
    /// read, and no count that agrees shows that none is missing.
    pub(super) fn may_have_shifted(&self) -> bool {
        let uncounted = self.total_count != Some(self.distinct_ids);
        self.rows_repeated > 0 && self.pages > 1 && uncounted
    }

    /// Why the list is not there or not sure, to be read after its name in brackets.
    pub fn phrase(&self) -> &'static str {
        let doubt = self.doubt().filter(|_| self.outcome == ReadOutcome::Ok);
        doubt.map_or_else(|| self.outcome.phrase(), |it| it.1)
    }

    /// The outcome as reports print it: its class, or what contradicts an `ok`.
    pub fn word(&self) -> &'static str {
        let doubt = self.doubt().filter(|_| self.outcome == ReadOutcome::Ok);
        doubt.map_or_else(|| self.outcome.word(), |it| it.0)
    }
}

impl Collected {
    /// Whether the collection of this instance is complete: as whole as its worst list, and no
    /// more than partial where the server's clock was off.
    pub fn state(&self) -> State {
        state(&self.ledger)
    }

    /// Requires lists that the instance need not have otherwise; those required before stay so.
    pub fn require(&mut self, lists: &[Endpoint]) {
        for row in &mut self.ledger {
            row.required |= lists.contains(&row.endpoint);
        }
    }

    /// What makes the collection less than complete; empty where nothing does.
    pub fn lacking(&self) -> String {
        lacking(&self.ledger)
    }
}

/// Whether a collection with this ledger is complete.
pub fn state(ledger: &[LedgerRow]) -> State {
    let lists = ledger.iter().map(|it| it.state()).max().unwrap_or(State::Failed);
    lists.max(if clock(ledger).is_some() { State::Partial } else { State::Complete })
}

/// Whether later collections can be compared with one that has this ledger: every list that the
/// instance offers came whole. One that the configuration requires and that is never there makes
/// no other list less comparable, and neither does a clock.
pub fn is_comparable(ledger: &[LedgerRow]) -> bool {
    !ledger.is_empty() && ledger.iter().all(|row| row.state_by_itself() == State::Complete)
}

/// What makes a collection less than complete: the worst lists, those of one reason together, and
/// the clock. `users, groups (no answer)`.
pub fn lacking(ledger: &[LedgerRow]) -> String {
    let mut res: Vec<(&str, Vec<&str>)> = Vec::new();
    let worst = state(ledger);
    for it in ledger.iter().filter(|it| it.state() == worst && worst != State::Complete) {
        let name = it.endpoint.spoken();
        match res.iter_mut().find(|(phrase, _)| *phrase == it.phrase()) {
            Some((_, names)) => names.push(name),
            None => res.push((it.phrase(), vec![name])),
        }
    }
    let lists = res.iter().map(|(phrase, names)| format!("{} ({phrase})", names.join(", ")));
    let clock = clock(ledger).map(|seconds| {
        let side = if seconds > 0 { "ahead" } else { "behind" };
        format!("the server's clock ({} seconds {side})", seconds.unsigned_abs())
    });
    lists.chain(clock).collect::<Vec<_>>().join("; ")
}

/// The seconds that the server's clock was ahead, where it was further off than allowed; negative
/// where it was behind.
fn clock(ledger: &[LedgerRow]) -> Option<i64> {
    let furthest = ledger.iter().filter_map(|row| row.clock_skew_seconds);
    furthest.max_by_key(|seconds| seconds.unsigned_abs()).filter(|it| it.abs() > CLOCK_SECONDS)
}
