//! The seat class of each account: derived in a fixed order, with its basis and confidence.
//!
//! Permission never equals a seat: who can build and does is a builder, who only can is counted
//! beside. The order of the arms is the order of trust. What single apps and workflows grant is not
//! collected, so an account without a grant on all of them is an internal user of medium confidence.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Here;
use super::access::Standing;
use super::hosts;
use super::users::Facts;
use crate::config::LicenseModel;
use crate::snapshot::record::{Stated, User};
use crate::tables::dictionary::license;

/// Days before the collection in which activity may have made a builder: a billing cycle.
const WINDOW_DAYS: i64 = 30;

/// A derived seat.
pub(super) struct Seat {
    pub(super) class: Cow<'static, str>,
    pub(super) basis: &'static str,
    pub(super) confidence: &'static str,
}

pub(super) fn derive(
    here: &Here<'_>,
    (place, record): (usize, &User),
    facts: &Facts<'_>,
    standing: &Standing,
) -> Seat {
    if record.active == Some(false) {
        return seat("None (disabled)", "disabled", "high");
    }
    if let Stated::Is(word) = &record.seat_type {
        return reported(word);
    }
    by_kind(record, facts, standing)
        .or_else(|| by_domain(here, facts))
        .or_else(|| by_usage(here, place, (facts, standing)))
        .unwrap_or_else(|| by_access(facts, standing))
}

fn seat(class: &'static str, basis: &'static str, confidence: &'static str) -> Seat {
    Seat { class: class.into(), basis, confidence }
}

fn reported(word: &str) -> Seat {
    let class = match word {
        "builder" => "Builder",
        "internalUser" => "Internal user",
        "externalUser" => "External user",
        other => {
            let class = format!("Unrecognised: {other}").into();
            return Seat { class, basis: "reported_seat_type", confidence: "low" };
        }
    };
    seat(class, "reported_seat_type", "authoritative")
}

/// Embedded, mobile and external accounts say themselves what they are.
fn by_kind(record: &User, facts: &Facts<'_>, standing: &Standing) -> Option<Seat> {
    let own = facts.own_domain;
    match record.user_type.as_deref() {
        Some("embed") if own == Some(true) => Some(seat("External (embed)", "user_type", "low")),
        Some("embed") => Some(seat("External (embed)", "user_type", "medium")),
        Some("mobile") => Some(seat("Internal (mobile-only)", "user_type", "medium")),
        _ if standing.tier.known() != Some(0) && standing.is_in("External Users") => {
            let confidence = if own == Some(false) { "high" } else { "medium" };
            Some(seat("External user", "external_group", confidence))
        }
        _ => None,
    }
}

/// A foreign address is an external seat in the Cloud only: self-hosted has no such price.
fn by_domain(here: &Here<'_>, facts: &Facts<'_>) -> Option<Seat> {
    let host = hosts::own(here).unwrap_or_default();
    let cloud = host == "retool.com" || host.ends_with(".retool.com");
    match facts.own_domain {
        Some(false) if cloud => Some(seat("External user", "email_domain", "low")),
        Some(false) => Some(seat("Internal user (external identity)", "email_domain", "low")),
        _ => None,
    }
}

/// Who saved an app in a billing cycle is a builder; who saved none may still have edited a workflow,
/// which usage does not count. An assigned seat holds whether or not it is used.
fn by_usage(
    here: &Here<'_>,
    place: usize,
    (facts, standing): (&Facts<'_>, &Standing),
) -> Option<Seat> {
    let named = here.instance.is_some_and(|it| it.license_model == LicenseModel::NamedSeats);
    let usage = here.usage.as_ref().filter(|_| !named)?;
    let (saves, days) = (usage.of_account(place).saves?, usage.n_days()?);
    let idle = facts.days_inactive.is_some_and(|it| it > WINDOW_DAYS);
    Some(match (saves, standing.edits(2)) {
        (0, _) if days < WINDOW_DAYS => return None,
        (0, Some(false)) => seat("Internal user", "usage_no_saves", "high"),
        (0, _) => seat("Internal user", "usage_no_saves", "medium"),
        (_, _) if days <= WINDOW_DAYS + 1 => seat("Builder", "usage_saves", "high"),
        (_, _) if idle => seat("Internal user", "usage_saves_before_window", "medium"),
        (_, _) => seat("Builder", "usage_saves", "medium"),
    })
}

fn by_access(facts: &Facts<'_>, standing: &Standing) -> Seat {
    let used = facts.days_inactive.map(|it| it <= WINDOW_DAYS);
    let used = if facts.never_active == Some(true) { Some(false) } else { used };
    match (standing.can_build(), used) {
        (None, _) if standing.builds_through_groups() == Some(false) => {
            seat("Internal user", "no_universal_build_access", "medium")
        }
        (None, _) => seat("Unknown", "insufficient_data", "none"),
        (Some(false), _) => seat("Internal user", "no_build_access", "high"),
        (Some(true), Some(false)) => seat("Internal user", "build_access_but_inactive", "medium"),
        (Some(true), _) => seat("Undetermined: builder-capable", "build_access_only", "low"),
    }
}

/// Seats of one instance by class.
#[derive(Default)]
pub(super) struct Counts {
    classes: BTreeMap<Cow<'static, str>, [i64; 3]>,
}

impl Counts {
    pub(super) fn add(&mut self, seat: &Seat, record: &User, standing: &Standing) {
        let builds = record.active != Some(false) && standing.can_build() == Some(true);
        let counts = self.classes.entry(seat.class.clone()).or_default();
        counts[0] += 1;
        counts[1] += i64::from(seat.basis == "reported_seat_type");
        counts[2] += i64::from(builds);
    }

    pub(super) fn add_rows(self, rows: &mut license::Rows, here: &Here<'_>) {
        let seats = here.instance.and_then(|it| it.seats).unwrap_or_default();
        let model = here.instance.map_or(LicenseModel::Unknown, |it| it.license_model);
        for (class, [accounts, reported, able_to_build]) in self.classes {
            let purchased = match class.as_ref() {
                "Builder" => seats.builder,
                "Internal user" => seats.internal,
                "External user" => seats.external,
                _ => None,
            };
            rows.push(license::Row {
                instance: here.name().into(),
                license_class: class,
                accounts,
                reported,
                able_to_build,
                purchased: purchased.map(i64::from),
                free: purchased.map(|it| i64::from(it) - accounts),
                license_model: model.word().into(),
            });
        }
    }
}
