//! Lists of which each entry is made when it is written: a report may have a million.

use serde::{Serialize, Serializer};

/// A list whose entries are made one by one.
pub(in crate::report::oscal) struct Written<'a, T>(MakeEntries<'a, T>);

/// What begins to make the entries.
type MakeEntries<'a, T> = Box<dyn Fn() -> Box<dyn Iterator<Item = T> + 'a> + 'a>;

impl<'a, T> Written<'a, T> {
    /// The entries that `begin` makes, anew whenever they are asked for.
    pub(in crate::report::oscal) fn by<I>(begin: impl Fn() -> I + 'a) -> Self
    where
        I: Iterator<Item = T> + 'a,
    {
        Self(Box::new(move || Box::new(begin())))
    }

    /// Whether there is none.
    pub(in crate::report::oscal) fn is_empty(&self) -> bool {
        (self.0)().next().is_none()
    }
}

impl<T: Serialize> Serialize for Written<'_, T> {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        sink.collect_seq((self.0)())
    }
}
