//! Where the rosters are, and what the configuration says of how they are read.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::NaiveDate;

use crate::calendar::Calendar;

/// One roster: a file of people, and how it is read.
#[derive(Clone, Debug, Default)]
pub struct RosterSource {
    /// The file: delimited text, or an XLSX workbook.
    pub path: PathBuf,
    /// How its letters and days are written.
    pub form: TableForm,
    /// Columns whose header nothing else explains: our word to the file's header.
    pub columns: BTreeMap<String, String>,
    /// Headers that are not read, whatever they look like.
    pub ignored: BTreeSet<String>,
    /// Status words of the file that nothing else explains: the file's word, which may be empty, to
    /// one of [`Self::STATUSES`].
    pub statuses: BTreeMap<String, String>,
    /// The day of which the file is, where no column of it says so.
    pub as_of: AsOf,
    /// Addresses that people have besides those in the file: each to one that the file has, both in
    /// the form in which addresses are compared.
    pub aliases: BTreeMap<String, String>,
    /// A table of further ones.
    pub alias_table: Option<PathBuf>,
    /// Whether an address with a plus sign that is not in the roster belongs to the person who has
    /// it without what stands after the sign.
    pub plus_addresses: bool,
    /// Where the organization is: moments in the file are its days.
    pub calendar: Calendar,
}

/// Of which day a roster is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AsOf {
    /// Of the one that the file states, in a column or above its header.
    #[default]
    Stated,
    /// Of this one.
    Day(NaiveDate),
    /// Of the day on which the file was last written.
    FileTime,
}

/// How a table that people made is written, where that cannot be seen.
#[derive(Clone, Debug, Default)]
pub struct TableForm {
    /// The encoding of a text that does not say it.
    pub encoding: Option<TextEncoding>,
    /// The sheet of a workbook; the first one that is not hidden where none is named.
    pub sheet: Option<String>,
    /// The order of day and month.
    pub date_order: Option<DateOrder>,
}

/// Which number of `03/04/2025` is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// The third of April.
    DayFirst,
    /// The fourth of March.
    MonthFirst,
}

impl DateOrder {
    /// Both.
    pub const ALL: [Self; 2] = [Self::DayFirst, Self::MonthFirst];

    /// The order as the configuration writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::DayFirst => "day-first",
            Self::MonthFirst => "month-first",
        }
    }
}

/// How the letters of a text are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextEncoding(&'static encoding_rs::Encoding);

impl TextEncoding {
    /// The encoding of a name that the web knows, `windows-1252` or `shift_jis`.
    pub fn named(name: &str) -> Option<Self> {
        encoding_rs::Encoding::for_label(name.as_bytes()).map(Self)
    }

    /// Its usual name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Whether it is UTF-8.
    pub fn is_utf8(self) -> bool {
        self.0 == encoding_rs::UTF_8
    }

    /// The text, and whether any byte is none of its letters.
    pub fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        self.0.decode_without_bom_handling(bytes)
    }
}

impl From<&'static encoding_rs::Encoding> for TextEncoding {
    fn from(it: &'static encoding_rs::Encoding) -> Self {
        Self(it)
    }
}

impl RosterSource {
    /// Our words for the columns of a roster.
    pub const COLUMNS: &[&str] = &[
        "person-id",
        "name",
        "first-name",
        "last-name",
        "email",
        "aliases",
        "status",
        "active",
        "inactive",
        "type",
        "start-date",
        "end-date",
        "contract-end",
        "leave-start",
        "manager",
        "department",
        "title",
        "owner-email",
        "as-of",
    ];

    /// Our words for the status of a person.
    pub const STATUSES: &[&str] = &["active", "leave", "terminated", "future"];
}
