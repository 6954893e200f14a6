//! Whether what a snapshot says of itself can be true, before anything is made of it.
//!
//! Hashes show that a snapshot was not changed by accident. Whoever changes one on purpose makes
//! the hashes anew; what is asked here are the things that a collection or an import never writes.

use std::collections::BTreeSet;

use super::manifest::{ManifestInstance, SnapshotManifest};
use crate::names;
use crate::snapshot::ledger::{CompletenessBasis, Endpoint, LedgerRow, ReadOutcome};
use crate::snapshot::{Header, Snapshot, State, completeness};

/// No count of anything is larger; up to here every program reads numbers exactly.
const MOST: u64 = 1 << 53;

/// Characters of a program's name and version.
const LONGEST: usize = 100;

/// Whether a manifest can be true; or what speaks against it.
pub(super) fn check(manifest: &SnapshotManifest) -> Result<(), String> {
    let header = &manifest.header();
    expect(header.collected_at <= header.finished_at, || "it ended before it began".to_owned())?;
    expect(is_program(&header.collector), || "its collector is no program's name".to_owned())?;
    expect(!manifest.instances.is_empty(), || "it lists no instance".to_owned())?;
    let mut names_met = BTreeSet::new();
    for entry in &manifest.instances {
        let name = &entry.name;
        expect(names_met.insert(name.to_lowercase()), || format!("it lists `{name}` twice"))?;
        instance(entry, header).map_err(|it| format!("`{name}`: {it}"))?;
    }
    Ok(())
}

fn is_program(name: &str) -> bool {
    let fits = |it: u8| it.is_ascii_graphic() || it == b' ';
    !name.is_empty() && name.len() <= LONGEST && name.bytes().all(fits)
}

fn instance(entry: &ManifestInstance, header: &Header) -> Result<(), String> {
    let imported = header.collector.ends_with(Snapshot::IMPORTED);
    let asked = ["https://", "http://"].iter().any(|it| entry.url.starts_with(it));
    let plain = !entry.url.contains(|it: char| it.is_control() || (asked && it.is_whitespace()));
    expect(plain && asked != imported, || "its address is none".to_owned())?;
    let last4 = entry.token_last4.as_deref().unwrap_or_default();
    let shown = last4.len() <= 4 && last4.bytes().all(|it| it.is_ascii_graphic());
    expect(shown, || "what it shows of its token is not its end".to_owned())?;
    let endpoints = entry.ledger.iter().map(|it| it.endpoint);
    expect(endpoints.eq(Endpoint::ALL.iter().copied()), || {
        "its ledger does not have one row for each endpoint, in their order".to_owned()
    })?;
    let made = completeness::state(&entry.ledger);
    expect(made == entry.state, || {
        format!("it is called {}, and its ledger makes it {}", entry.state.word(), made.word())
    })?;
    for row in &entry.ledger {
        let sound = times(row)
            .and_then(|()| answers(row, imported))
            .and_then(|()| counts(row, imported))
            .and_then(|()| stated(row, imported))
            .and_then(|()| kept(row, entry.state));
        sound.map_err(|it| format!("the row of `{}`: {it}", row.endpoint.name()))?;
    }
    Ok(())
}

/// Whether the times of a row are in order. Requests outside the collection are reported elsewhere:
/// a wrong date alone does not make a list unsound.
fn times(row: &LedgerRow) -> Result<(), String> {
    expect(row.first_request_at <= row.last_request_at, || "its times are in no order".to_owned())
}

/// Whether answers, their status and what became of them fit together.
fn answers(row: &LedgerRow, imported: bool) -> Result<(), String> {
    let is_hash = |it: &String| {
        it.len() == 64 && it.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it))
    };
    expect(row.body_sha256.iter().all(is_hash), || "a hash of an answer is none".to_owned())?;
    let n_bodies = row.body_sha256.len() as u64;
    // Of objects that are gone there are answers, and no pages.
    let single_objects = row.endpoint == Endpoint::Permissions;
    let paged = n_bodies == row.pages || (single_objects && n_bodies > row.pages);
    if row.outcome == ReadOutcome::Ok {
        expect(paged && row.pages > 0, || {
            format!("it has {} pages of {n_bodies} answers", row.pages)
        })?;
        let status = if imported { None } else { Some(200) };
        expect(row.status == status || (single_objects && !imported), || {
            format!("it was read, with the status {}", word(row.status))
        })?;
        expect(row.reason.is_empty() == row.objections().is_empty(), || {
            "what speaks against it is not what its counts say".to_owned()
        })?;
    } else {
        expect(row.pages <= n_bodies, || {
            format!("it has {} pages of {n_bodies} answers", row.pages)
        })?;
    }
    let silent = row.status.is_none() && n_bodies == 0;
    expect(row.outcome != ReadOutcome::NotAsked || silent, || {
        "it was not asked and answered".to_owned()
    })
}

/// Whether its records add up.
fn counts(row: &LedgerRow, imported: bool) -> Result<(), String> {
    let all = [
        (row.pages, "pages"),
        (row.bytes, "bytes"),
        (row.rows_received, "records received"),
        (row.distinct_ids, "different records"),
        (row.rows_repeated, "records repeated"),
        (row.rows_conflicting, "records conflicting"),
        (row.total_count.unwrap_or_default(), "records stated"),
        (row.rows_missing, "records missing"),
        (row.rows_surplus, "records beyond those stated"),
        (row.rows_left_out, "records left out"),
        (row.rows_without_id, "records without an id"),
        (row.rows_kept, "records kept"),
        (row.rows_aside, "records aside"),
        (row.retries, "retries"),
    ];
    if let Some((_, what)) = all.iter().find(|it| it.0 > MOST) {
        return Err(format!("no collection has so many {what}"));
    }
    if row.endpoint == Endpoint::Permissions && !imported {
        return objects(row);
    }
    let parts = row.distinct_ids + row.rows_repeated + row.rows_conflicting;
    expect(row.rows_received == parts, || {
        format!("{} records came, and {parts} are accounted for", row.rows_received)
    })?;
    let stated = row.total_count.unwrap_or_default();
    let lacking = stated.saturating_sub(row.distinct_ids);
    // A count as large as an answer may be that of the answer.
    let fits = if stated > row.rows_received {
        row.rows_missing == lacking
    } else {
        row.rows_missing <= lacking
    };
    expect(fits, || {
        let (missing, came) = (row.rows_missing, row.distinct_ids);
        format!("{stated} records are stated, {came} came, and {missing} are missing")
    })
}

/// The same for access lists, of which each object has one: those of objects that are gone are
/// missing, and what came again are objects.
fn objects(row: &LedgerRow) -> Result<(), String> {
    let (listed, came) = (row.total_count.unwrap_or_default(), row.distinct_ids);
    let all = row.outcome != ReadOutcome::Ok || listed <= came + row.rows_missing;
    expect(row.rows_received == came && came <= listed && all, || {
        let missing = row.rows_missing;
        format!("{listed} objects are listed, {came} access lists came, and {missing} are missing")
    })
}

/// Whether what is stated about a list is what the ledger makes of it.
fn stated(row: &LedgerRow, imported: bool) -> Result<(), String> {
    let mut made = row.clone();
    let Some(stated) = made.stated.take() else {
        let by_statement = matches!(
            row.whole_by,
            Some(CompletenessBasis::AsStated | CompletenessBasis::NotAsStated)
        );
        return expect(!by_statement, || {
            "it is whole as stated, and no statement is \
                                         there"
                .to_owned()
        });
    };
    expect(imported && row.endpoint.is_list(), || {
        "a statement says how long it is, beside what the server says".to_owned()
    })?;
    let words = [&stated.stated_by, &stated.source];
    expect(words.iter().all(|word| !word.trim().is_empty()), || {
        "the statement of how long it is names no author or no source".to_owned()
    })?;
    made.state_count(stated);
    expect(made.whole_by == row.whole_by, || {
        "what is stated of it is not what makes it whole".to_owned()
    })
}

/// Whether what is kept is what came, and lies where it belongs.
fn kept(row: &LedgerRow, instance: State) -> Result<(), String> {
    let (kept, aside, came) = (row.rows_kept, row.rows_aside, row.distinct_ids);
    expect(kept + aside == came, || {
        format!("{came} records came, {kept} are kept, {aside} aside")
    })?;
    let whole = row.outcome == ReadOutcome::Ok && instance != State::Failed;
    expect(if whole { aside == 0 } else { kept == 0 }, || {
        "records of what failed are its population, or those of what did not are aside".to_owned()
    })?;
    let n_objects = u64::from(row.outcome == ReadOutcome::Ok);
    expect(row.endpoint.is_list() || came == n_objects, || {
        format!("settings are one record, and {came} came")
    })
}

/// Whether a list has every record once, by what distinguishes them; or the one that is not.
pub(super) fn once(keys: impl Iterator<Item = Option<String>>) -> Result<(), String> {
    let mut keys: Vec<String> = keys.flatten().collect();
    keys.sort_unstable();
    if keys.first().is_some_and(String::is_empty) {
        return Err("a record has no id".to_owned());
    }
    match keys.windows(2).find(|it| it[0] == it[1]) {
        Some(it) => Err(format!("the record `{}` is in it twice", it[0].escape_debug())),
        None => Ok(()),
    }
}

/// A folder of this name lies in the directory and nowhere else, and can be no other's.
pub(super) fn name(name: &str) -> Result<(), super::Error> {
    match names::misnomer(name) {
        Some(_) => Err(super::Error::Name { name: name.escape_debug().to_string() }),
        None => Ok(()),
    }
}

fn word(status: Option<u16>) -> String {
    status.map_or_else(|| "of no answer".to_owned(), |it| it.to_string())
}

fn expect(sound: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if sound { Ok(()) } else { Err(otherwise()) }
}
