//! The seat class of each account: derived in a fixed order, with its basis and confidence.
//!
//! Four things are told apart: a seat that Retool states for an enabled account, one that it states
//! for a disabled one, which holds it, that it states none, and that it states nothing.
//!
//! Permission never equals a seat: who can build and does is a builder, who only can is counted
//! beside. The order of the arms is the order of trust. What single apps and workflows grant is not
//! collected, so an account without a grant on all of them is an internal user of medium
//! confidence.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::InstanceContext;
use super::access::AccountAccess;
use super::sign_in;
use super::users::{AccountFacts, stated};
use crate::config::LicenseModel;
use crate::config::stated::Deployment;
use crate::snapshot::record::User;
use crate::tables::dictionary::license;

/// Days before the collection in which activity may have made a builder: a billing cycle.
const WINDOW_DAYS: i64 = 30;

/// May build, and whether that makes a builder of the account is open.
const BUILDER_CAPABLE: &str = "Undetermined: builder-capable";

/// What the classes begin with of which it is open who holds them: no seat that is known.
pub const OPEN_CLASSES: [&str; 3] = [UNKNOWN, UNDETERMINED, UNRECOGNISED];

const UNKNOWN: &str = "Unknown";
const UNDETERMINED: &str = "Undetermined";
const UNRECOGNISED: &str = "Unrecognised";

/// A derived seat.
pub(super) struct Seat {
    pub(super) class: Cow<'static, str>,
    /// The class that an enabled account has with the same seat, where a disabled one holds it.
    held: Option<Cow<'static, str>>,
    pub(super) basis: &'static str,
    pub(super) confidence: &'static str,
}

pub(super) fn derive(
    here: &InstanceContext<'_>,
    place: usize,
    record: &User,
    facts: &AccountFacts<'_>,
    standing: &AccountAccess,
) -> Seat {
    match (reported_seat(record), record.active) {
        (Some("") | None, Some(false)) => {
            return seat("None (disabled)", "disabled", "high");
        }
        (Some(""), _) if seats_are_assigned(here) => {
            return seat("No seat", "reported_seat_type", "authoritative");
        }
        (Some("") | None, _) => {}
        (Some(word), Some(false)) => return held_by_disabled(word),
        (Some(word), _) => return reported(word),
    }
    by_kind(record, facts, standing)
        .or_else(|| by_domain(here, facts))
        .or_else(|| by_usage(here, place, facts, standing))
        .unwrap_or_else(|| by_access(facts, standing))
}

/// The seat that Retool states: an empty word where it states that there is none, and none where it
/// is silent.
fn reported_seat(record: &User) -> Option<&str> {
    stated(&record.seat_type).map(str::trim)
}

/// Whether a seat is given to an account, and so is missing where Retool states none. Where it is
/// computed from activity, or Retool states a seat for no account, none stated says nothing.
fn seats_are_assigned(here: &InstanceContext<'_>) -> bool {
    let has_seat = |user: &User| reported_seat(user).is_some_and(|it| !it.is_empty());
    match here.instance.map_or(LicenseModel::Unknown, |it| it.license_model) {
        LicenseModel::NamedSeats => true,
        LicenseModel::Activity => false,
        LicenseModel::Unknown => here.collected.records.users.iter().any(has_seat),
    }
}

/// The seat that Retool still states for an account that cannot sign in.
fn held_by_disabled(word: &str) -> Seat {
    let seat = reported(word);
    let class = format!("{} (disabled account)", seat.class).into();
    Seat { class, held: Some(seat.class), ..seat }
}

fn seat(class: &'static str, basis: &'static str, confidence: &'static str) -> Seat {
    unusual(class.into(), basis, confidence)
}

/// A seat of a class that a word of the server is part of.
fn unusual(class: Cow<'static, str>, basis: &'static str, confidence: &'static str) -> Seat {
    Seat { class, held: None, basis, confidence }
}

fn reported(word: &str) -> Seat {
    let class = match word {
        "builder" => "Builder",
        "internalUser" => "Internal user",
        "externalUser" => "External user",
        other => {
            let class = format!("{UNRECOGNISED}: {other}").into();
            return unusual(class, "reported_seat_type", "low");
        }
    };
    seat(class, "reported_seat_type", "authoritative")
}

/// Embedded, mobile and external accounts say themselves what they are.
fn by_kind(record: &User, facts: &AccountFacts<'_>, standing: &AccountAccess) -> Option<Seat> {
    let own = facts.own_domain;
    match record.user_type.as_deref() {
        Some("embed") if own == Some(true) => Some(seat("External (embed)", "user_type", "low")),
        Some("embed") => Some(seat("External (embed)", "user_type", "medium")),
        Some("mobile") => Some(seat("Internal (mobile-only)", "user_type", "medium")),
        Some(word) if word != "default" => {
            let class = format!("{UNRECOGNISED} kind of account: {word}").into();
            Some(unusual(class, "user_type", "low"))
        }
        _ if standing.tier.known() != Some(0) && standing.is_in("External Users") => {
            let confidence = if own == Some(false) { "high" } else { "medium" };
            Some(seat("External user", "external_group", confidence))
        }
        _ => None,
    }
}

/// A foreign address is an external seat in the Cloud only: self-hosted has no such price.
fn by_domain(here: &InstanceContext<'_>, facts: &AccountFacts<'_>) -> Option<Seat> {
    let cloud = sign_in::deployment(here.collected, here.instance) == Deployment::Cloud;
    match facts.own_domain {
        Some(false) if cloud => Some(seat("External user", "email_domain", "low")),
        Some(false) => Some(seat("Internal user (external identity)", "email_domain", "low")),
        _ => None,
    }
}

/// Who saved an app in a billing cycle is a builder; who saved none may still have edited a
/// workflow or an agent, which usage does not count. An assigned seat holds whether or not it is
/// used.
fn by_usage(
    here: &InstanceContext<'_>,
    place: usize,
    facts: &AccountFacts<'_>,
    standing: &AccountAccess,
) -> Option<Seat> {
    let named =
        here.instance.is_some_and(|instance| instance.license_model == LicenseModel::NamedSeats);
    let usage = here.usage.as_ref().filter(|_| !named)?;
    let (saves, days) = (usage.of_account(place).saves?, usage.n_days()?);
    let idle = facts.days_inactive.is_some_and(|days_inactive| days_inactive > WINDOW_DAYS);
    Some(match (saves, standing.builds_uncounted()) {
        (0, _) if days < WINDOW_DAYS => return None,
        (0, Some(false)) => seat("Internal user", "usage_no_saves", "high"),
        (0, _) => seat("Internal user", "usage_no_saves", "medium"),
        (_, _) if days <= WINDOW_DAYS + 1 => seat("Builder", "usage_saves", "high"),
        (_, _) if idle => seat("Internal user", "usage_saves_before_window", "medium"),
        (_, _) => seat("Builder", "usage_saves", "medium"),
    })
}

fn by_access(facts: &AccountFacts<'_>, standing: &AccountAccess) -> Seat {
    let used = facts.days_inactive.map(|days_inactive| days_inactive <= WINDOW_DAYS);
    let used = if facts.never_active == Some(true) { Some(false) } else { used };
    match (standing.can_build(), used) {
        (None, _) if standing.builds_through_groups() == Some(false) => {
            seat("Internal user", "no_universal_build_access", "medium")
        }
        (None, _) => seat(UNKNOWN, "insufficient_data", "none"),
        (Some(false), _) => seat("Internal user", "no_build_access", "high"),
        (Some(true), Some(false)) => seat("Internal user", "build_access_but_inactive", "medium"),
        (Some(true), _) => seat(BUILDER_CAPABLE, "build_access_only", "low"),
    }
}

/// Seats of one instance by class.
#[derive(Default)]
pub(super) struct SeatCounts {
    classes: BTreeMap<Cow<'static, str>, [i64; 3]>,
    /// By the class that enabled accounts have with the same seat.
    held_by_disabled: BTreeMap<String, i64>,
}

impl SeatCounts {
    pub(super) fn add(&mut self, seat: &Seat, record: &User, standing: &AccountAccess) {
        let builds = record.active != Some(false) && standing.can_build() == Some(true);
        let counts = self.classes.entry(seat.class.clone()).or_default();
        counts[0] += 1;
        counts[1] += i64::from(seat.basis == "reported_seat_type");
        counts[2] += i64::from(builds);
        if let Some(class) = &seat.held {
            *self.held_by_disabled.entry(class.to_string()).or_default() += 1;
            self.classes.entry(class.clone()).or_default();
        }
    }

    pub(super) fn add_rows(mut self, rows: &mut license::Rows, here: &InstanceContext<'_>) {
        let seats = here.instance.and_then(|instance| instance.seats).unwrap_or_default();
        let model = here.instance.map_or(LicenseModel::Unknown, |it| it.license_model);
        let bought = [
            ("Builder", seats.builder),
            ("Internal user", seats.internal),
            ("External user", seats.external),
        ];
        for (class, _) in bought.iter().filter(|it| it.1.is_some()) {
            self.classes.entry(Cow::Borrowed(class)).or_default();
        }
        for (class, [accounts, reported, able_to_build]) in self.classes {
            let purchased = bought.iter().find(|it| it.0 == class).and_then(|it| it.1);
            let held = self.held_by_disabled.get(class.as_ref()).copied().unwrap_or_default();
            // An assigned seat is taken until it is taken away.
            let taken = accounts + if model == LicenseModel::NamedSeats { held } else { 0 };
            rows.push(license::Row {
                instance: here.name().into(),
                license_class: class,
                accounts,
                reported,
                able_to_build,
                purchased: purchased.map(i64::from),
                free: purchased.map(|it| i64::from(it) - taken),
                license_model: model.word().into(),
                held_by_disabled: held,
            });
        }
    }
}
