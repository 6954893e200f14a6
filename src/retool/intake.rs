//! Answers become records, and everything about them goes into the ledger's row.
//!
//! Pure: where the answers come from, a server or a folder of saved ones, is somebody else's.

use serde::de::DeserializeOwned;
use serde_ignored::Path;

use super::door::Answer;
use super::paging::{Paging, Step};
use super::record::Record;
use super::refusal::{self, Case, Refusal};
use super::wire::{Envelope, Page};
use crate::snapshot::ledger::{Endpoint, LedgerRow, Names, Outcome};

/// What reading one endpoint gave.
///
/// Where the row does not say `ok` the records are what came until then, and nobody's population.
pub struct Reading<T> {
    /// The ledger's row.
    pub row: LedgerRow,
    /// The records.
    pub records: T,
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
    pub(super) fn take(&mut self, answer: &Answer, case: Case<'_>) -> Result<Step, Refusal> {
        let page = open(&mut self.row, answer, case)?;
        self.add(page)
    }

    /// Takes the next page.
    pub(super) fn add(&mut self, page: Page<Vec<T>>) -> Result<Step, Refusal> {
        for it in &page.data {
            note_words(&mut self.row, it);
        }
        let res = self.paging.take(page);
        self.paging.count(&mut self.row);
        res
    }

    /// The list, whole or as far as it came.
    pub(super) fn end(self, res: Result<(), Refusal>) -> Reading<Vec<T>> {
        let (mut row, records) = (self.row, self.paging.into_records());
        row.rows_kept = records.len() as u64;
        match res {
            Ok(()) => row.reason = doubt(&row),
            Err(it) => refuse(&mut row, it),
        }
        Reading { row, records }
    }
}

/// A settings object from its one answer.
pub(super) fn object<T: Record>(
    mut row: LedgerRow,
    res: Result<Page<T>, Refusal>,
) -> Reading<Option<T>> {
    match res {
        Ok(page) => {
            note_words(&mut row, &page.data);
            (row.rows_received, row.distinct_ids, row.rows_kept) = (1, 1, 1);
            Reading { row, records: Some(page.data) }
        }
        Err(it) => {
            refuse(&mut row, it);
            Reading { row, records: None }
        }
    }
}

/// Books one answer, and opens it.
pub(super) fn open<D: DeserializeOwned>(
    row: &mut LedgerRow,
    answer: &Answer,
    case: Case<'_>,
) -> Result<Page<D>, Refusal> {
    row.status = Some(answer.status);
    row.bytes += answer.body.len() as u64;
    row.body_sha256.push(answer.sha256.clone());
    if let Some(it) = refusal::of_status(case, answer) {
        return Err(it);
    }
    let unfit = |it| refusal::of_parse(answer, &it);
    let page = if row.endpoint == Endpoint::Version {
        Page::of(parse(&answer.body, Form::Bare, &mut row.fields_dropped).map_err(unfit)?)
    } else {
        let envelope = parse(&answer.body, Form::Envelope, &mut row.fields_dropped);
        let envelope: Envelope<D> = envelope.map_err(unfit)?;
        envelope.open().map_err(|it| refusal::of_envelope(case, it))?
    };
    row.pages += 1;
    Ok(page)
}

/// Writes down why a list failed.
pub(super) fn refuse(row: &mut LedgerRow, refusal: Refusal) {
    (row.outcome, row.reason) = (refusal.outcome, refusal.reason);
    row.rows_aside = std::mem::take(&mut row.rows_kept);
    debug_assert_ne!(row.outcome, Outcome::Ok, "a refusal is not a success");
}

/// Where in a text the records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Under `data`.
    Envelope,
    /// The text is a list of them.
    List,
    /// The text is one of them.
    Bare,
}

/// Parses a text, and notes the names of the fields that have no place.
pub(super) fn parse<D: DeserializeOwned>(
    body: &[u8],
    form: Form,
    dropped: &mut Names,
) -> serde_json::Result<D> {
    let mut source = serde_json::Deserializer::from_slice(body);
    let note = |path: Path<'_>| dropped.add(&field(&draw(&path), form));
    let res = serde_ignored::deserialize(&mut source, note)?;
    source.end()?;
    Ok(res)
}

/// A field's place within a record, as `members[].name`; a field beside `data` begins with `/`.
fn field(path: &str, form: Form) -> String {
    let below = match form {
        Form::Bare => Some(path),
        Form::List => path.strip_prefix("[]"),
        Form::Envelope => path.strip_prefix("data").filter(|it| it.starts_with(['.', '['])),
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
    let mut note = |it: super::record::Word<'_>| {
        if let Some(it) = it.unknown() {
            row.words_unknown.add(&it);
        }
    };
    record.words(&mut note);
}

/// What contradicts a list that the server called whole.
pub(super) fn doubt(row: &LedgerRow) -> String {
    let mut res = Vec::new();
    if row.rows_missing > 0 {
        let total = row.total_count.unwrap_or_default();
        res.push(format!("the server states {total} records but sent {}", row.distinct_ids));
    }
    if row.rows_conflicting > 0 {
        let ids = row.conflicts.line();
        res.push(format!("records came in versions that differ, and the first is kept: {ids}"));
    }
    res.join("; ")
}

#[cfg(test)]
mod tests {
    use super::Intake;
    use crate::retool::door::Answer;
    use crate::retool::refusal::Case;
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
        intake.take(&Answer::of(200, body), Case::saved(Endpoint::Groups)).expect("a page");
        let row = intake.end(Ok(())).row;
        insta::assert_snapshot!(row.fields_dropped.line(), @"/paging, legacy_id, members[].last_seen, members[].role, user_invites");
        insta::assert_snapshot!(row.words_unknown.line(), @"universal_app_access: rule");
        assert!(!format!("{row:?}").contains("canary"));
    }
}
