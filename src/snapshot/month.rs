//! Calendar months, UTC: what a report speaks for, and what calendars are made of.

use std::fmt;

use chrono::{DateTime, Datelike as _, Utc};

/// A calendar month, printed as `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(i32);

impl Month {
    /// The month of an instant.
    pub fn of(at: DateTime<Utc>) -> Self {
        Self(at.year() * 12 + at.month0().cast_signed())
    }

    /// So many months earlier.
    #[must_use]
    pub fn back(self, by: i32) -> Self {
        Self(self.0 - by)
    }

    /// This month and those after it, to `last`.
    pub fn to(self, last: Self) -> impl Iterator<Item = Self> {
        (self.0..=last.0).map(Self)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Month;

    #[test]
    fn months_go_on_over_the_years() {
        let month = |it: &str| Month::of(it.parse().unwrap());
        let (first, last) = (month("2025-11-30T23:59:59Z"), month("2026-02-01T00:00:00Z"));
        let months: Vec<String> = first.to(last).map(|it| it.to_string()).collect();
        assert_eq!(months, ["2025-11", "2025-12", "2026-01", "2026-02"]);
        assert_eq!(last.back(3), first);
        assert_eq!(last.to(first).count(), 0);
    }
}
