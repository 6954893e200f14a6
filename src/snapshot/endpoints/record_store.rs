//! The records of an endpoint as a list or as one object, and work on them whatever their type.

use serde::Serialize;

use crate::snapshot::record::Record;

/// The records of one endpoint: a list, or one settings object.
pub trait RecordStore: Default {
    /// What it holds.
    type Record: Record + Serialize;
    /// Whether it is a list of records, and not one object with settings.
    const IS_LIST: bool;

    /// A store of what was read; of several settings objects the last one.
    fn of(records: Vec<Self::Record>) -> Self;

    /// What it holds, in the order of the server.
    fn as_slice(&self) -> &[Self::Record];
}

impl<T: Record + Serialize> RecordStore for Vec<T> {
    type Record = T;
    const IS_LIST: bool = true;

    fn of(records: Vec<T>) -> Self {
        records
    }

    fn as_slice(&self) -> &[T] {
        self
    }
}

impl<T: Record + Serialize> RecordStore for Option<T> {
    type Record = T;
    const IS_LIST: bool = false;

    fn of(mut records: Vec<T>) -> Self {
        records.pop()
    }

    fn as_slice(&self) -> &[T] {
        Option::as_slice(self)
    }
}

/// Work on the records of one endpoint, whatever their type.
pub trait StoreVisitor {
    /// What comes of it.
    type Output;

    /// Does the work.
    fn visit<S: RecordStore>(self, store: &mut S) -> Self::Output;
}

/// A look at the records of one endpoint, whatever their type.
pub trait StoreReader {
    /// What comes of it.
    type Output;

    /// Looks.
    fn read<S: RecordStore>(self, store: &S) -> Self::Output;
}

/// Work on the records of one endpoint that waits for the network.
pub(crate) trait AsyncStoreVisitor {
    /// What comes of it.
    type Output;

    /// Does the work.
    async fn visit<S: RecordStore>(self, store: &mut S) -> Self::Output;
}
