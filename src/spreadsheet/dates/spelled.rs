//! One day as it is written: in which spelling, and what its parts are.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _};

use super::months;
use crate::config::DateOrder;

/// How a day is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateSpelling {
    /// `2026-10-15`, with a time or without, and with slashes or dots as well.
    YearFirst,
    /// `20261015`.
    Compact,
    /// `46310`, the days of a spreadsheet.
    Serial,
    /// Three numbers with this sign between, the year last and of so many digits.
    Numbers(char, usize),
    /// With the name of the month.
    Named,
}

impl DateSpelling {
    /// Whether the month is a word, so that nothing takes it for the day.
    pub(super) fn is_named(self) -> bool {
        self == Self::Named
    }
}

/// What is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum WrittenDate {
    /// A day.
    Day(NaiveDate),
    /// Day and month, or month and day.
    Numbers { first: u32, second: u32, year: i32 },
    /// A moment, with its distance from Greenwich.
    Moment(DateTime<FixedOffset>),
}

impl WrittenDate {
    /// The day, a moment's where it was written; none where there is no such day, or where the
    /// order that it needs is not known.
    pub(super) fn day(&self, order: Option<DateOrder>) -> Option<NaiveDate> {
        match *self {
            Self::Day(day) => Some(day),
            Self::Moment(at) => Some(at.date_naive()),
            Self::Numbers { first, second, year } if first == second => {
                NaiveDate::from_ymd_opt(year, first, second)
            }
            Self::Numbers { first, second, year } => match order? {
                DateOrder::DayFirst => NaiveDate::from_ymd_opt(year, second, first),
                DateOrder::MonthFirst => NaiveDate::from_ymd_opt(year, first, second),
            },
        }
    }

    /// Whether a moment is a midnight where it was written; none where it is no moment.
    pub(super) fn is_midnight(&self) -> Option<bool> {
        let Self::Moment(at) = self else { return None };
        Some(at.time() == NaiveTime::MIN)
    }
}

/// The first and the last day that spreadsheets write as a number in a list of people: 1954 to
/// 2119.
const SERIALS: std::ops::RangeInclusive<u64> = 20_000..=80_000;

/// What a text says, if it is a day or a moment.
pub(super) fn read(text: &str) -> Option<(DateSpelling, WrittenDate)> {
    // Most cells of most files.
    if let Some(day) = iso_day(text.as_bytes()) {
        return Some((DateSpelling::YearFirst, WrittenDate::Day(day)));
    }
    let text = text.trim().trim_matches(is_invisible).trim();
    if text.bytes().all(|it| it.is_ascii_digit() || it == b'.')
        && let Some(it) = number(text)
    {
        return Some(it);
    }
    if let Some(day) = zoned_day(text) {
        return Some((DateSpelling::YearFirst, WrittenDate::Day(day)));
    }
    let (date, time) = split_time(text);
    let (spelled, written) = date_part(date)?;
    let Some(time) = time else { return Some((spelled, written)) };
    let (time, zone) = time_part(time)?;
    match (zone, written) {
        (Some(zone), WrittenDate::Day(day)) => {
            let at = zone.from_local_datetime(&NaiveDateTime::new(day, time)).single()?;
            Some((spelled, WrittenDate::Moment(at)))
        }
        _ => Some((spelled, written)),
    }
}

/// `2026-10-15` and nothing else.
fn iso_day(text: &[u8]) -> Option<NaiveDate> {
    if text.len() != 10 || text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let number = |digits: &[u8]| {
        let all = digits.iter().all(u8::is_ascii_digit);
        all.then(|| digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
    };
    let year = i32::try_from(number(&text[..4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&text[5..7])?, number(&text[8..])?)
}

/// Marks of direction and of byte order, and blanks of no width.
fn is_invisible(it: char) -> bool {
    crate::address::is_invisible(it)
}

/// `20261015`, or the number of a day in a spreadsheet, with a part of a day after it or without.
fn number(text: &str) -> Option<(DateSpelling, WrittenDate)> {
    if text.len() == 8 && !text.contains('.') {
        let [year, month, day] = [&text[..4], &text[4..6], &text[6..]];
        let year = year.parse().ok().filter(|it| (1900..=9999).contains(it))?;
        let day = NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)?;
        return Some((DateSpelling::Compact, WrittenDate::Day(day)));
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if whole.len() != 5 || part.contains('.') {
        return None;
    }
    let serial = whole.parse().ok().filter(|it| SERIALS.contains(it))?;
    let day = NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(serial))?;
    Some((DateSpelling::Serial, WrittenDate::Day(day)))
}

/// `2026-03-04+01:00` or `2026-03-04Z`: a day of XML, which stays the day that it names.
fn zoned_day(text: &str) -> Option<NaiveDate> {
    let (day, zone) = (text.get(..10)?, text.get(10..)?);
    offset(zone).filter(|_| !zone.is_empty())?;
    day.parse().ok()
}

/// The date, and what stands behind it from the first word with a colon on.
fn split_time(text: &str) -> (&str, Option<&str>) {
    let Some(colon) = text.find(':') else { return (text, None) };
    let parts = |it: char| it == 'T' || it == 't' || it.is_whitespace();
    match text[..colon].rfind(parts) {
        Some(at) => {
            let (date, time) = text.split_at(at);
            (date.trim_end_matches([',', ' ']), time.get(1..))
        }
        None => (text, None),
    }
}

/// A time of day, and its distance from Greenwich where it states one.
fn time_part(text: &str) -> Option<(NaiveTime, Option<FixedOffset>)> {
    let text = text.trim_start_matches(char::is_whitespace);
    let end = text.find(|it: char| !it.is_ascii_digit() && it != ':' && it != '.' && it != ',');
    let (clock, rest) = text.split_at(end.unwrap_or(text.len()));
    let rest = rest.trim().to_uppercase();
    let (half, zone) = ["AM", "PM"]
        .iter()
        .find_map(|it| rest.strip_prefix(it).map(|rest| (Some(*it), rest.trim())))
        .unwrap_or((None, &rest));
    let mut parts = clock.split(':');
    let mut next = || -> Option<Option<u32>> {
        let Some(it) = parts.next() else { return Some(None) };
        let whole = it.split(['.', ',']).next().unwrap_or_default();
        whole.parse().ok().map(Some)
    };
    let (hour, minute, second) = (next()??, next()??, next()?.unwrap_or(0));
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + if half == "PM" { 12 } else { 0 },
        Some(_) => return None,
        None => hour,
    };
    let time = NaiveTime::from_hms_opt(hour, minute, second.min(59))?;
    let zone = if zone.is_empty() { None } else { Some(offset(zone)?) };
    Some((time, zone))
}

/// `Z`, `UTC`, `+01:00`, `-0800`.
fn offset(text: &str) -> Option<FixedOffset> {
    if ["Z", "z", "UTC", "GMT"].contains(&text) {
        return FixedOffset::east_opt(0);
    }
    let text = text.strip_prefix("UTC").or(text.strip_prefix("GMT")).unwrap_or(text);
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let digits = rest.replace(':', "");
    if digits.len() != 4 || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60)).filter(|_| hours <= 14)
}

fn date_part(text: &str) -> Option<(DateSpelling, WrittenDate)> {
    if text.chars().any(char::is_alphabetic) {
        return named(text);
    }
    let sign = text.chars().find(|it| !it.is_ascii_digit())?;
    if !['.', '/', '-'].contains(&sign) {
        return None;
    }
    let parts: Vec<&str> = text.split(sign).map(str::trim).collect();
    let &[first, second, third] = &parts[..] else { return None };
    if first.len() == 4 {
        let day = NaiveDate::from_ymd_opt(year(first)?, digits(second)?, digits(third)?)?;
        return Some((DateSpelling::YearFirst, WrittenDate::Day(day)));
    }
    let (first, second, digits) = (digits(first)?, digits(second)?, third.len());
    let year = year(third)?;
    // A dot parts day, month and year wherever it is used.
    let written = if sign == '.' {
        WrittenDate::Day(NaiveDate::from_ymd_opt(year, second, first)?)
    } else {
        WrittenDate::Numbers { first, second, year }
    };
    Some((DateSpelling::Numbers(sign, digits), written))
}

/// `15 Oct 2026`, `15-Oct-26`, `Oct 15, 2026`, `15. Oktober 2026`, `15 de octubre de 2026`.
fn named(text: &str) -> Option<(DateSpelling, WrittenDate)> {
    let parts = text.split([' ', '-', '/', ',', '\u{a0}']).map(str::trim);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty() && *part != "de").collect();
    let &[first, second, third] = &parts[..] else { return None };
    let nth = |it: &str| {
        let bare = it.trim_end_matches(['.', 'º']);
        let ends = ["st", "nd", "rd", "th", "er"];
        digits(ends.iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(bare))
    };
    let (year_word, month, day) = match (months::number(first), months::number(second)) {
        (None, Some(month)) if first.len() == 4 && digits_only(first) => {
            (first, month, nth(third)?)
        }
        (None, Some(month)) => (third, month, nth(first)?),
        (Some(month), None) => (third, month, nth(second)?),
        _ => return None,
    };
    let day = NaiveDate::from_ymd_opt(year(year_word)?, month, day)?;
    Some((DateSpelling::Named, WrittenDate::Day(day)))
}

fn digits_only(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

/// A day or a month: one digit or two.
fn digits(text: &str) -> Option<u32> {
    (digits_only(text) && text.len() <= 2).then(|| text.parse().ok()).flatten()
}

/// A year: four digits, or two of them, which are read as POSIX reads them: 69 to 99 are the last
/// century's.
fn year(text: &str) -> Option<i32> {
    if !digits_only(text) {
        return None;
    }
    let year = text.parse::<i32>().ok()?;
    match text.len() {
        4 => Some(year),
        2 if year >= 69 => Some(1900 + year),
        2 => Some(2000 + year),
        _ => None,
    }
}
