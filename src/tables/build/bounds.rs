//! What something is at least and at most, where it is not known exactly.

/// The bounds of a value; the same where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ValueBounds<T> {
    pub(super) least: T,
    pub(super) most: T,
}

impl<T: Copy + Ord> ValueBounds<T> {
    pub(super) fn exactly(value: T) -> Self {
        Self { least: value, most: value }
    }

    /// The value, where the bounds leave one.
    pub(super) fn known(self) -> Option<T> {
        (self.least == self.most).then_some(self.least)
    }

    /// Whether the value is `limit` or more.
    pub(super) fn reaches(self, limit: T) -> Option<bool> {
        if self.least >= limit { Some(true) } else { (self.most < limit).then_some(false) }
    }

    /// The bounds of the greater of two values.
    pub(super) fn max(self, other: Self) -> Self {
        Self { least: self.least.max(other.least), most: self.most.max(other.most) }
    }

    /// The bounds of the smaller of two values.
    pub(super) fn min(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.min(other.most) }
    }

    /// The least that the value may be, where it is not known.
    pub(super) fn at_least(self) -> Option<T> {
        (self.least != self.most).then_some(self.least)
    }

    /// The most that the value may be, where it is not known.
    pub(super) fn at_most(self) -> Option<T> {
        (self.least != self.most).then_some(self.most)
    }
}
