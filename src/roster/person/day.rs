//! A day in a row, known or not.

use chrono::NaiveDate;

/// A day that a row gives, or does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatedDay {
    /// The file has no such column, or the cell says nothing.
    #[default]
    Unstated,
    /// There is none.
    None,
    /// This one.
    On(NaiveDate),
    /// Which day it is, is unknown: the cell holds something that is no date, or another one that
    /// contradicts it.
    Unreadable,
}

impl StatedDay {
    /// The day, where it is known.
    pub fn known(self) -> Option<NaiveDate> {
        match self {
            Self::On(day) => Some(day),
            Self::Unstated | Self::None | Self::Unreadable => None,
        }
    }

    /// Whether there is no such day; unknown where the cell cannot be read, or there is none.
    pub fn is_absent(self) -> Option<bool> {
        match self {
            Self::None => Some(true),
            Self::On(_) => Some(false),
            Self::Unstated | Self::Unreadable => None,
        }
    }

    /// The earlier of two columns that both give a last day; what only one of them gives counts.
    #[must_use]
    pub(in crate::roster) fn earlier(self, other: Self) -> Self {
        match (self, other) {
            (Self::On(one), Self::On(other)) => Self::On(one.min(other)),
            (Self::Unreadable, _) | (_, Self::Unreadable) => Self::Unreadable,
            (Self::On(it), _) | (_, Self::On(it)) => Self::On(it),
            (Self::None, _) | (_, Self::None) => Self::None,
            (Self::Unstated, Self::Unstated) => Self::Unstated,
        }
    }

    /// What several rows come to: none where one of them has none, unknown where one of them is
    /// unknown, or else what `pick` makes of two days.
    pub(super) fn among(
        days: impl Iterator<Item = Self>,
        pick: fn(NaiveDate, NaiveDate) -> NaiveDate,
    ) -> Self {
        let both = |one: Self, other: Self| match (one, other) {
            (Self::None, _) | (_, Self::None) => Self::None,
            (Self::Unreadable, _) | (_, Self::Unreadable) => Self::Unreadable,
            (Self::Unstated, it) | (it, Self::Unstated) => it,
            (Self::On(one), Self::On(other)) => Self::On(pick(one, other)),
        };
        days.reduce(both).unwrap_or_default()
    }
}
