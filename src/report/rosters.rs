//! The rosters as the report tells of them.

use serde::Serialize;

use super::term::Term;

/// Who should have access, by all rosters.
#[derive(Debug, Serialize)]
pub struct Rosters {
    /// Each file, in the order of the configuration.
    pub files: Vec<RosterSummary>,
    /// People and service accounts of all files, each of one row or several.
    pub people: usize,
    /// How many of them have no address, so that no account can be found to be theirs.
    pub without_address: usize,
    /// The first of those.
    pub without: Vec<NoAddress>,
    /// Tables of further addresses.
    pub aliases: Vec<AliasSummary>,
}

/// A table of further addresses of people.
#[derive(Debug, Serialize)]
pub struct AliasSummary {
    /// The file's name.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Rows that hold an address and whose it is.
    pub pairs: usize,
    /// Rows that do not.
    pub rejected: Vec<String>,
}

/// A person without an address.
#[derive(Debug, Serialize)]
pub struct NoAddress {
    /// The lines of the roster on which the person stands.
    pub lines: String,
    /// The roster's id; empty where it has none.
    pub person_id: String,
    /// The name; empty where the roster has none.
    pub name: String,
    /// Where the person stands: active, leave, terminated, future or unknown.
    pub status: &'static str,
}

/// One file of people.
#[derive(Debug, Serialize)]
pub struct RosterSummary {
    /// The file's name.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// The day of which it is; empty where nothing says so.
    pub as_of: String,
    /// What says so.
    pub as_of_by: &'static str,
    /// The product whose export it is; empty where none is known.
    pub product: &'static str,
    /// Which of its exports.
    pub export: &'static str,
    /// How the file was read, where that is worth knowing.
    pub told: Vec<String>,
    /// Rows below the header.
    pub rows: usize,
    /// Rows that are no person, and rows that repeat another.
    pub left_out: Vec<String>,
    /// Rows whose cells could not be told apart: the people stay, and what the rows say of them is
    /// undetermined.
    pub not_laid_out: Vec<String>,
    /// Cells that could not be read: the person stays, and what rests on the cell is undetermined.
    pub unreadable: Vec<String>,
    /// What cells and rows say against each other about one person, whose status is therefore
    /// unknown.
    pub contradictions: Vec<String>,
    /// Our word for each column that was read, with the file's header.
    pub columns: Vec<Term<'static>>,
    /// The headers of columns that were not read.
    pub not_read: Vec<String>,
}
