//! Saved answers become lists as answers from the network do.
//!
//! Pure but for the way to a file's bytes, which the caller gives.

mod split;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;

use self::split::{Document, Shape};
use super::EndpointReading;
use super::intake::{self, Intake, RecordShape, UnfitAnswer};
use super::paging::PageStep;
use super::refusal::{self, Refusal};
use super::wire::{Closed, Cursor, Envelope, Page};
use crate::digest;
use crate::snapshot::endpoints::RecordStore;
use crate::snapshot::ledger::{Endpoint, LedgerRow};
use crate::snapshot::record::Record;

/// The files that one endpoint's answer was saved to.
pub struct Saved<'a> {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The files' names, in the order of the pages; at least one.
    pub names: &'a [String],
    /// The bytes of a file, or why there are none.
    pub fetch: &'a dyn Fn(&str) -> Result<Vec<u8>, String>,
    /// When the answers came.
    pub at: DateTime<Utc>,
}

impl Saved<'_> {
    /// The ledger's row to begin with: what stands for a request is the files' names.
    pub fn row(&self) -> LedgerRow {
        let request = match self.names {
            [] => String::new(),
            [one] => one.clone(),
            [first, .., last] => format!("{first} to {last}"),
        };
        LedgerRow::begin(self.endpoint, request, self.at)
    }

    /// What the answers hold, a list or a settings object.
    pub fn read<S: RecordStore>(&self) -> EndpointReading<S> {
        if S::IS_LIST {
            self.list().map(S::of)
        } else {
            self.object().map(|found: Option<S::Record>| S::of(found.into_iter().collect()))
        }
    }

    /// The whole list, or why it is none.
    pub fn list<T: Record>(&self) -> EndpointReading<Vec<T>> {
        let mut intake = Intake::new(self.row());
        let res = self.fill(&mut intake);
        intake.end(res)
    }

    /// The settings object, or why there is none.
    pub fn object<T: Record>(&self) -> EndpointReading<Option<T>> {
        let mut row = self.row();
        let read = match self.names {
            [name] => self.settings(name, &mut row),
            _ => Err(Refusal::protocol("settings come in one file, not in pages")),
        };
        intake::object(row, read)
    }

    fn settings<T: DeserializeOwned>(
        &self,
        name: &str,
        row: &mut LedgerRow,
    ) -> Result<Page<T>, Refusal> {
        let bytes = self.bytes(name, row)?;
        row.pages = 1;
        let answers = split::answers(&bytes).map_err(|it| named(name, it))?;
        let [one] = answers.as_slice() else {
            let reason = "holds several answers, and settings are one";
            return Err(named(name, Refusal::protocol(reason)));
        };
        let form = match one.form {
            Shape::Envelope if one.text == b"{}" => {
                return Err(named(name, Refusal::protocol("holds no settings")));
            }
            Shape::Envelope => RecordShape::Envelope,
            _ => RecordShape::Bare,
        };
        let unfit = |it| match it {
            UnfitAnswer::Shape(error) => Refusal::protocol(refusal::shape(&error)),
            UnfitAnswer::Closed(it) => closed(it),
        };
        intake::read(&one.text, form, row).map_err(|it| named(name, unfit(it)))
    }

    fn fill<T: Record>(&self, intake: &mut Intake<T>) -> Result<(), Refusal> {
        for (i, name) in self.names.iter().enumerate() {
            let next = self.names.get(i + 1);
            let bytes = self.bytes(name, &mut intake.row)?;
            let answers = split::answers(&bytes).map_err(|it| named(name, it))?;
            intake.row.pages += 1;
            for (number, answer) in answers.iter().enumerate() {
                let label = match answers.len() {
                    1 => name.clone(),
                    _ => format!("{name}, answer {}", number + 1),
                };
                let follows = match number + 1 {
                    it if it < answers.len() => Some(format!("{name}, answer {}", it + 1)),
                    _ => next.cloned(),
                };
                let page = page(answer, follows.as_ref(), &mut intake.row);
                let step = page.and_then(|it| intake.add(it)).map_err(|it| named(&label, it))?;
                ends_right(&step, &label, follows.as_deref())?;
            }
        }
        Ok(())
    }

    /// The text of a file without a byte order mark; its hash and size go into the ledger.
    fn bytes(&self, name: &str, row: &mut LedgerRow) -> Result<Vec<u8>, Refusal> {
        let mut res = (self.fetch)(name)
            .map_err(|it| Refusal::protocol(format!("cannot read `{name}`: {it}")))?;
        row.bytes += res.len() as u64;
        row.body_sha256.push(digest::of(&res));
        if res.starts_with(b"\xef\xbb\xbf") {
            res.drain(..3);
        }
        match foreign(&res) {
            None => Ok(res),
            Some(it) => Err(named(name, Refusal::protocol(it))),
        }
    }
}

/// Whether the list ends where the last answer does, and nowhere before.
fn ends_right(step: &PageStep, label: &str, follows: Option<&str>) -> Result<(), Refusal> {
    let reason = match (step, follows) {
        (PageStep::Done, None) | (PageStep::More(_), Some(_)) => return Ok(()),
        (PageStep::More(_), None) => format!(
            "`{label}` says that more records follow, but it is the last answer: the export is \
             incomplete; save the other pages too"
        ),
        (PageStep::Done, Some(next)) => format!(
            "`{label}` says that the list ends there, but `{next}` follows; keep the pages of one \
             list only"
        ),
    };
    Err(Refusal::protocol(reason))
}

/// One answer's records; `next` is the answer that follows.
fn page<T: Record>(
    answer: &Document,
    next: Option<&String>,
    row: &mut LedgerRow,
) -> Result<Page<Vec<T>>, Refusal> {
    // One record alone is what `jq '.data[]'` makes of a list of one.
    let alone =
        (answer.form == Shape::Object).then(|| [b"[", answer.text.as_slice(), b"]"].concat());
    let (form, text) = match (&alone, answer.form) {
        (Some(it), _) => (RecordShape::List, it),
        (None, Shape::List) => (RecordShape::List, &answer.text),
        (None, _) => (RecordShape::Envelope, &answer.text),
    };
    let mut page = intake::read(text, form, row).map_err(|it| match it {
        UnfitAnswer::Shape(error) => unfit::<T>(text, &error),
        UnfitAnswer::Closed(it) => closed(it),
    })?;
    if let (None, None, false, Some(it)) = (page.has_more, &page.next, page.ends, next) {
        // That another answer follows says what the server did not.
        page.next = Some(Cursor::new(it.clone()));
    }
    Ok(page)
}

fn named(name: &str, mut why: Refusal) -> Refusal {
    why.reason.insert_str(0, &format!("`{name}`: "));
    why
}

/// What the bytes are instead of JSON.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let text = bytes.trim_ascii();
    let begins = |mark: &[u8]| text.starts_with(mark);
    let wide = |at: usize| text.get(at) == Some(&0);
    if text.is_empty() {
        Some("is empty")
    } else if begins(b"\xff\xfe") || begins(b"\xfe\xff") || wide(0) || wide(1) {
        Some("is UTF-16 or UTF-32, expected UTF-8; let `curl -o` write the file")
    } else if begins(b"\x1f\x8b") || begins(b"\x28\xb5\x2f\xfd") {
        Some("is compressed; let `curl --compressed` unpack the answer, or unpack the file")
    } else if begins(b"PK\x03\x04") {
        Some("is a ZIP archive or a workbook; put the files in it into the folder")
    } else if begins(b"<") {
        Some("holds a web page instead of JSON; it was saved from a sign-in page or a proxy")
    } else if is_table(text) {
        Some("holds a table instead of JSON; name it `.csv`, with the columns that an import reads")
    } else {
        None
    }
}

/// Whether the first line is a header of columns.
fn is_table(text: &[u8]) -> bool {
    let line = text.split(|it| *it == b'\n').next().unwrap_or_default();
    let first = text.first().is_some_and(|it| it.is_ascii_alphabetic());
    let separated = line.iter().any(|it| b",;\t|".contains(it));
    first && separated && !line.contains(&b'{') && !text.starts_with(b"HTTP/")
}

fn is_array(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"[")
}

fn closed(why: Closed) -> Refusal {
    match why {
        Closed::Failure(it) => refusal_saved(it.as_deref()),
        Closed::Empty => Refusal::protocol("has no `data`"),
    }
}

fn refusal_saved(message: Option<&str>) -> Refusal {
    let said = message.map(refusal::aside).unwrap_or_default();
    Refusal::protocol(format!("holds a refusal instead of records{said}"))
}

/// Where a list does not fit: the record's number, because saved answers are one long line.
fn unfit<T: DeserializeOwned>(bytes: &[u8], error: &serde_json::Error) -> Refusal {
    let records: Option<Vec<Value>> = if is_array(bytes) {
        serde_json::from_slice(bytes).ok()
    } else {
        let envelope: Option<Envelope<Vec<Value>>> = serde_json::from_slice(bytes).ok();
        envelope.and_then(|it| it.open().ok()).map(|it| it.data)
    };
    let of = |it: Value| serde_json::from_value::<T>(it).err();
    let mut faults = records.into_iter().flatten().map(of).enumerate();
    match faults.find_map(|(i, it)| Some((i + 1, it?))) {
        Some((number, it)) => {
            Refusal::protocol(format!("record {number}: {}", refusal::shape(&it)))
        }
        None => Refusal::protocol(refusal::shape(error)),
    }
}
