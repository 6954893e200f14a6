//! Answers that somebody saved become lists as answers from the network do.
//!
//! Pure but for the way to a file's bytes, which the caller gives.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Reading;
use super::intake::{self, Form, Intake};
use super::paging::Step;
use super::record::Record;
use super::refusal::{self, Case, Refusal};
use super::wire::{Closed, Cursor, Envelope, Page};
use crate::digest;
use crate::snapshot::ledger::{Endpoint, LedgerRow, Names};

/// Records in a page of Retool's.
const PAGE: usize = 100;

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

    /// The whole list, or why it is none.
    pub fn list<T: Record>(&self) -> Reading<Vec<T>> {
        let mut intake = Intake::new(self.row());
        let res = self.fill(&mut intake);
        intake.end(res)
    }

    /// The settings object, or why there is none.
    pub fn object<T: Record>(&self) -> Reading<Option<T>> {
        let mut row = self.row();
        let read = match self.names {
            [name] => self.bytes(name, &mut row).and_then(|it| {
                row.pages = 1;
                let res = form(&it).and_then(|form| object(&it, form, &mut row.fields_dropped));
                res.map_err(|it| named(name, it))
            }),
            _ => Err(Refusal::protocol("settings come in one file, not in pages")),
        };
        intake::object(row, read.map(Page::of))
    }

    fn fill<T: Record>(&self, intake: &mut Intake<T>) -> Result<(), Refusal> {
        for (i, name) in self.names.iter().enumerate() {
            let next = self.names.get(i + 1);
            let bytes = self.bytes(name, &mut intake.row)?;
            let page = self.page(&bytes, next, &mut intake.row.fields_dropped);
            let page = page.map_err(|it| named(name, it))?;
            intake.row.pages += 1;
            let step = intake.add(page);
            match (step.map_err(|it| named(name, it))?, next) {
                (Step::Done, None) | (Step::More(_), Some(_)) => {}
                (Step::More(_), None) => {
                    return Err(Refusal::protocol(format!(
                        "`{name}` says that more records follow, but it is the last file: the export \
                     is incomplete; save the other pages too"
                    )));
                }
                (Step::Done, Some(next)) => {
                    return Err(Refusal::protocol(format!(
                        "`{name}` says that the list ends there, but `{next}` follows; keep the pages \
                     of one list only"
                    )));
                }
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

    /// One file's records; `next` is the file that follows.
    fn page<T: Record>(
        &self,
        bytes: &[u8],
        next: Option<&String>,
        dropped: &mut Names,
    ) -> Result<Page<Vec<T>>, Refusal> {
        let bare = is_array(bytes);
        let mut page = if bare {
            let data = intake::parse(bytes, Form::List, dropped);
            Page::of(data.map_err(|it| unfit::<T>(bytes, &it))?)
        } else {
            let envelope = intake::parse(bytes, Form::Envelope, dropped);
            let envelope: Envelope<Vec<T>> = envelope.map_err(|it| unfit::<T>(bytes, &it))?;
            envelope.open().map_err(closed)?
        };
        let silent = page.has_more.is_none() && page.next.is_none();
        if silent && next.is_some() {
            // That another file follows says what the server did not.
            page.next = next.cloned().map(Cursor::new);
        } else if silent && bare && self.endpoint == Endpoint::Users && page.data.len() == PAGE {
            return Err(Refusal::protocol(format!(
                "holds {PAGE} records, which is one page, and no word whether more follow; save \
                 the whole answer with its `has_more`"
            )));
        }
        Ok(page)
    }
}

fn named(name: &str, mut why: Refusal) -> Refusal {
    why.reason.insert_str(0, &format!("`{name}`: "));
    why
}

/// What the bytes are instead of JSON.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let text = bytes.trim_ascii();
    if text.is_empty() {
        Some("is empty")
    } else if text.starts_with(b"<") {
        Some("holds a web page instead of JSON; it was saved from a sign-in page or a proxy")
    } else if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        Some("is UTF-16, expected UTF-8; let `curl -o` write the file")
    } else {
        None
    }
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
    // Nothing was sent, so the endpoint does not matter, and no token can be echoed.
    let case = Case::saved(Endpoint::Users);
    let said = message.map(|it| case.say(it)).unwrap_or_default();
    Refusal::protocol(format!("holds a refusal instead of records{said}"))
}

/// Whether settings come in an envelope.
fn form(bytes: &[u8]) -> Result<Form, Refusal> {
    let map: Result<Map<String, Value>, _> = serde_json::from_slice(bytes);
    let map = map.map_err(|it| Refusal::protocol(refusal::shape(&it)))?;
    if ["success", "data", "message", "error"].iter().any(|it| map.contains_key(*it)) {
        Ok(Form::Envelope)
    } else if map.is_empty() {
        Err(Refusal::protocol("holds no settings"))
    } else {
        Ok(Form::Bare)
    }
}

fn object<T: DeserializeOwned>(
    bytes: &[u8],
    form: Form,
    dropped: &mut Names,
) -> Result<T, Refusal> {
    let unfit = |it: serde_json::Error| Refusal::protocol(refusal::shape(&it));
    if form == Form::Bare {
        return intake::parse(bytes, form, dropped).map_err(unfit);
    }
    let envelope: Envelope<T> = intake::parse(bytes, form, dropped).map_err(unfit)?;
    Ok(envelope.open().map_err(closed)?.data)
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
