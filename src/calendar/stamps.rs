//! Times and days as everything prints them: in reports, tables and files for machines.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::Serializer;

/// The word for what is unknown.
pub const UNKNOWN: &str = "unknown";

/// An instant as everything prints it: RFC 3339, UTC, to the second.
pub fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A time, or `unknown`.
///
/// # Errors
///
/// Those of the sink.
pub fn time_or_unknown<S: Serializer>(
    at: &Option<DateTime<Utc>>,
    sink: S,
) -> Result<S::Ok, S::Error> {
    sink.serialize_str(&at.map_or_else(|| UNKNOWN.to_owned(), stamp))
}

/// A time, or an empty text.
///
/// # Errors
///
/// Those of the sink.
pub fn time_or_empty<S: Serializer>(
    at: &Option<DateTime<Utc>>,
    sink: S,
) -> Result<S::Ok, S::Error> {
    sink.serialize_str(&at.map(stamp).unwrap_or_default())
}

/// A day, or an empty text.
///
/// # Errors
///
/// Those of the sink.
pub fn day_or_empty<S: Serializer>(day: &Option<NaiveDate>, sink: S) -> Result<S::Ok, S::Error> {
    sink.serialize_str(&day.map(|it| it.to_string()).unwrap_or_default())
}
