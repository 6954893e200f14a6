//! The keys that stand before the first table.

use super::{KeyTable, key};

/// What stands before any header.
pub(super) const TABLE: KeyTable = KeyTable {
    header: "",
    about: "What stands before the first table.",
    keys: &[key(
        "include",
        "none",
        "Files of `[[instance]]` tables, as `[\"instances/*.toml\"]`: what they say is read as if it stood at the end of this file, paths included.",
    )],
};
