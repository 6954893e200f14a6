//! Answers become records, and everything about them goes into the ledger's row.
//!
//! Pure: where the answers come from, a server or a folder of saved ones, is the caller's concern.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_ignored::Path;
use serde_json::{Map, Value};

use super::paging::{PageStep, Paging};
use super::refusal::{self, Refusal, RefusedRequest};
use super::repair;
use super::transport::ServerResponse;
use super::tree;
use super::wire::{Closed, Envelope, Page};
use crate::snapshot::ledger::{DistinctNames, Endpoint, LedgerRow, ReadOutcome};
use crate::snapshot::record::{DocumentedWord, Record};

/// What reading one endpoint gave.
///
/// Where the row does not say `ok` the records are what came until then, and must not be taken for
/// a population.
pub struct EndpointReading<T> {
    /// The ledger's row.
    pub row: LedgerRow,
    /// The records.
    pub records: T,
}

impl<T> EndpointReading<T> {
    /// The same reading with its records in another form.
    pub(super) fn map<U>(self, of: impl FnOnce(T) -> U) -> EndpointReading<U> {
        EndpointReading { row: self.row, records: of(self.records) }
    }
}

/// A list while its answers come in.
pub(super) struct Intake<T> {
    pub(super) row: LedgerRow,
    paging: Paging<T>,
}

impl<T: Record> Intake<T> {
    pub(super) fn new(row: LedgerRow) -> Self {
        Self { row, paging: Paging::default() }
    }

    /// Takes the next answer.
    pub(super) fn take(
        &mut self,
        answer: &ServerResponse,
        case: RefusedRequest<'_>,
    ) -> Result<PageStep, Refusal> {
        let page = open(&mut self.row, answer, case)?;
        self.add(page)
    }

    /// Takes the next page.
    pub(super) fn add(&mut self, page: Page<Vec<T>>) -> Result<PageStep, Refusal> {
        for it in &page.data {
            note_words(&mut self.row, it);
        }
        let res = self.paging.take(page);
        self.paging.count(&mut self.row);
        res
    }

    /// The list, whole or as far as it came.
    pub(super) fn end(self, res: Result<(), Refusal>) -> EndpointReading<Vec<T>> {
        let (mut row, records) = (self.row, self.paging.into_records());
        row.rows_kept = records.len() as u64;
        match res {
            Ok(()) => row.reason = row.objections(),
            Err(it) => refuse(&mut row, it),
        }
        EndpointReading { row, records }
    }
}

/// A settings object from its one answer.
pub(super) fn object<T: Record>(
    mut row: LedgerRow,
    res: Result<Page<T>, Refusal>,
) -> EndpointReading<Option<T>> {
    match res {
        Ok(page) => {
            note_words(&mut row, &page.data);
            (row.rows_received, row.distinct_ids, row.rows_kept) = (1, 1, 1);
            row.reason = row.objections();
            EndpointReading { row, records: Some(page.data) }
        }
        Err(it) => {
            refuse(&mut row, it);
            EndpointReading { row, records: None }
        }
    }
}

/// Books one answer, and opens it.
pub(super) fn open<D: DeserializeOwned>(
    row: &mut LedgerRow,
    answer: &ServerResponse,
    case: RefusedRequest<'_>,
) -> Result<Page<D>, Refusal> {
    row.status = Some(answer.status);
    row.bytes += answer.bytes;
    row.body_sha256.push(answer.sha256.clone());
    if let Some(it) = refusal::of_status(case, answer) {
        return Err(it);
    }
    let form =
        if row.endpoint == Endpoint::Version { RecordShape::Bare } else { RecordShape::Envelope };
    let page = read(&answer.body, form, row).map_err(|unfit| match unfit {
        UnfitAnswer::Shape(error) => refusal::of_parse(answer, &error),
        UnfitAnswer::Closed(closed) => refusal::of_envelope(case, closed),
    })?;
    row.pages += 1;
    Ok(page)
}

/// Writes down why a list failed.
pub(super) fn refuse(row: &mut LedgerRow, refusal: Refusal) {
    (row.outcome, row.reason) = (refusal.outcome, refusal.reason);
    row.rows_aside = std::mem::take(&mut row.rows_kept);
    debug_assert_ne!(row.outcome, ReadOutcome::Ok, "a refusal is not a success");
}

/// Where in a text the records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecordShape {
    /// Under `data`.
    Envelope,
    /// The text is a list of them.
    List,
    /// The text is one of them.
    Bare,
}

/// Why a text is no answer.
pub(super) enum UnfitAnswer {
    /// It is no JSON, or no list of records.
    Shape(serde_json::Error),
    /// It is an envelope without content.
    Closed(Closed),
}

/// Reads an answer, and notes in `row` the names of the fields that have no place, and the cells
/// that could not be read.
pub(super) fn read<D: DeserializeOwned>(
    body: &[u8],
    form: RecordShape,
    row: &mut LedgerRow,
) -> Result<Page<D>, UnfitAnswer> {
    let whole = if form == RecordShape::Envelope {
        parse(body, form, &mut row.fields_dropped)
    } else {
        parse(body, form, &mut row.fields_dropped).map(Envelope::context)
    };
    let envelope: Envelope<D> = match whole {
        Ok(envelope) => envelope,
        Err(error) => mended(body, form, row).ok_or(UnfitAnswer::Shape(error))?,
    };
    envelope.open().map_err(UnfitAnswer::Closed)
}

/// Reads an answer in which a cell cannot be read; none where more than cells are wrong.
fn mended<D: DeserializeOwned>(
    body: &[u8],
    form: RecordShape,
    row: &mut LedgerRow,
) -> Option<Envelope<D>> {
    let mut data = tree::read(body)?;
    let mut res = Envelope::empty();
    if form == RecordShape::Envelope {
        let mut beside = std::mem::take(data.as_object_mut()?);
        data = beside.remove("data").unwrap_or_default();
        res = header(beside, row)?;
    }
    if data.is_null() {
        return Some(res);
    }
    if !repair::mend::<D>(&mut data, row) {
        return None;
    }
    let form = if data.is_array() { RecordShape::List } else { RecordShape::Bare };
    let note = |path: Path<'_>| row.fields_dropped.add(&field(&draw(&path), form));
    let data = serde_ignored::deserialize(data, note).ok()?;
    Some(res.with(data))
}

/// What stands beside the records; none where it is unknown whether it succeeded or goes on.
fn header<D: DeserializeOwned>(
    beside: Map<String, Value>,
    row: &mut LedgerRow,
) -> Option<Envelope<D>> {
    let mut beside = Value::Object(beside);
    let mut notes = LedgerRow::begin(row.endpoint, String::new(), row.first_request_at);
    if !repair::mend::<Envelope<IgnoredAny>>(&mut beside, &mut notes) {
        return None;
    }
    let unreadable = &notes.fields_unreadable.words;
    if ["success", "next_token", "next"].iter().any(|it| unreadable.contains(*it)) {
        return None;
    }
    for name in unreadable {
        row.fields_unreadable.add(&format!("/{name}"));
        row.cells_unreadable.add(&format!("/{name}"));
    }
    let note = |path: Path<'_>| row.fields_dropped.add(&field(&draw(&path), RecordShape::Envelope));
    serde_ignored::deserialize(beside, note).ok()
}

/// Parses a text, and notes the names of the fields that have no place.
fn parse<D: DeserializeOwned>(
    body: &[u8],
    form: RecordShape,
    dropped: &mut DistinctNames,
) -> serde_json::Result<D> {
    let mut source = serde_json::Deserializer::from_slice(body);
    let mut met = DistinctNames::default();
    let note = |path: Path<'_>| met.add(&field(&draw(&path), form));
    let res = serde_ignored::deserialize(&mut source, note)?;
    source.end()?;
    dropped.join(&met);
    Ok(res)
}

/// A field's place within a record, as `members[].name`; a field beside `data` begins with `/`.
fn field(path: &str, form: RecordShape) -> String {
    let below = match form {
        RecordShape::Bare => Some(path),
        RecordShape::List => path.strip_prefix("[]"),
        RecordShape::Envelope => path.strip_prefix("data").filter(|it| it.starts_with(['.', '['])),
    };
    match below {
        Some(it) => it.trim_start_matches("[]").trim_start_matches('.').to_owned(),
        None => format!("/{path}"),
    }
}

fn draw(path: &Path<'_>) -> String {
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, .. } => draw(parent) + "[]",
        Path::Map { parent, key } => match draw(parent) {
            it if it.is_empty() => key.clone(),
            it => format!("{it}.{key}"),
        },
        Path::Some { parent }
        | Path::NewtypeStruct { parent }
        | Path::NewtypeVariant { parent } => draw(parent),
    }
}

pub(super) fn note_words(row: &mut LedgerRow, record: &impl Record) {
    let mut note = |it: DocumentedWord<'_>| {
        if let Some(it) = it.unknown() {
            row.words_unknown.add(&it);
        }
    };
    record.words(&mut note);
}

#[cfg(test)]
mod tests {
    use super::Intake;
    use crate::retool::refusal::RefusedRequest;
    use crate::retool::transport::ServerResponse;
    use crate::snapshot::ledger::{Endpoint, LedgerRow};
    use crate::snapshot::record::Group;

    #[test]
    fn what_is_not_kept_is_named_and_what_is_unknown_is_quoted() {
        let body = r#"{"success": true, "paging": {"next": null}, "data": [
            {"id": 1, "universal_app_access": "own", "legacy_id": 1, "members": [
                {"id": "user_1", "last_seen": "canary", "is_group_admin": null, "role": {"deep": "canary"}}]},
            {"id": 2, "universal_app_access": "rule", "members": null, "user_invites": [{"invite_link": "canary"}]}
        ]}"#;
        let row = LedgerRow::begin(
            Endpoint::Groups,
            "file".into(),
            "2026-11-21T16:00:00Z".parse().expect("a time"),
        );
        let mut intake = Intake::<Group>::new(row);
        intake
            .take(
                &ServerResponse::of(200, body),
                RefusedRequest { endpoint: Endpoint::Groups, request: "/groups", tries: 1 },
            )
            .expect("a page");
        let row = intake.end(Ok(())).row;
        insta::assert_snapshot!(row.fields_dropped.line(), @"/paging, legacy_id, members[].last_seen, members[].role, user_invites");
        insta::assert_snapshot!(row.words_unknown.line(), @"universal_app_access: rule");
        assert!(!format!("{row:?}").contains("canary"));
    }
}
