//! XLSX workbooks: one sheet becomes rows of text, dates in ISO form, which every reader knows.

use std::io::{self, Cursor, Read as _};

use calamine::{Data, DataRef, ExcelDateTime, Reader as _, SheetVisible, Xlsx, XlsxError};

use super::{Grid, problem};
use crate::config::problem::{Problem, did_you_mean};
use crate::threads::guarded;

/// Unpacked bytes that a workbook of people may come to: a million rows take a third of it.
const MOST_BYTES: u64 = 1 << 30;

/// Columns that a table of people may have.
const MOST_COLUMNS: u32 = 2_000;

/// Whether the bytes are an XLSX workbook.
pub(crate) fn is_one(bytes: &[u8]) -> bool {
    let name = b"xl/workbook.xml";
    bytes.starts_with(b"PK\x03\x04") && bytes.windows(name.len()).any(|it| it == name)
}

/// Reads the sheet that is named, or the first one that is not hidden. Whatever is so broken that
/// its reader gives up is broken, and no more.
pub(super) fn read(
    bytes: &[u8],
    wanted: Option<&str>,
    told: &mut Vec<String>,
) -> Result<Grid, Problem> {
    refuse_bombs(bytes, MOST_BYTES)?;
    guarded(|| cells(bytes, wanted, told)).unwrap_or_else(|words| {
        let what = format!("is a workbook that cannot be read: {words}");
        Err(problem(1, &what, Some("save it again as XLSX, or as CSV")))
    })
}

fn cells(bytes: &[u8], wanted: Option<&str>, told: &mut Vec<String>) -> Result<Grid, Problem> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let sheet = sheet(&book, wanted, told)?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(broken)?;
    let mut res = Grid::default();
    let (mut line, mut width) = (0, 0);
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        if matches!(cell.get_value(), DataRef::Empty) {
            continue;
        }
        if column >= MOST_COLUMNS {
            let what = format!("has more than {MOST_COLUMNS} columns");
            return Err(problem(
                u64::from(row) + 1,
                &what,
                Some("leave the table alone in the sheet"),
            ));
        }
        if row != line {
            res.end_row(u64::from(line) + 1);
            (line, width) = (row, 0);
        }
        for _ in width..column {
            res.push("")?;
        }
        width = width.max(column + 1);
        res.push(&words(cell.get_value()))?;
    }
    res.end_row(u64::from(line) + 1);
    Ok(res)
}

fn sheet(
    book: &Xlsx<Cursor<&[u8]>>,
    wanted: Option<&str>,
    told: &mut Vec<String>,
) -> Result<String, Problem> {
    let all: Vec<&str> = book.sheets_metadata().iter().map(|it| it.name.as_str()).collect();
    let listed = || all.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
    if let Some(wanted) = wanted {
        let found = all.iter().find(|it| it.trim().eq_ignore_ascii_case(wanted.trim()));
        return found.map(|it| (*it).to_owned()).ok_or_else(|| {
            let near = did_you_mean(wanted, all.iter().copied());
            let near = near.map(|it| format!("{it} ")).unwrap_or_default();
            let help = format!("{near}there are {}", listed());
            problem(1, &format!("has no sheet `{wanted}`"), Some(&help))
        });
    }
    let seen = book.sheets_metadata().iter().filter(|it| it.visible == SheetVisible::Visible);
    let seen: Vec<&str> = seen.map(|it| it.name.as_str()).collect();
    let first = seen.first().or(all.first());
    let first = first.ok_or_else(|| problem(1, "is a workbook without a sheet", None))?;
    if all.len() > 1 {
        let rest: Vec<_> =
            all.iter().filter(|it| *it != first).map(|it| format!("`{it}`")).collect();
        told.push(format!(
            "of the workbook the sheet `{first}` was read, and not {} (`sheet` in the \
             configuration names another)",
            rest.join(", ")
        ));
    }
    Ok((*first).to_owned())
}

/// A cell as text.
fn words(cell: &DataRef<'_>) -> String {
    match Data::from(cell.clone()) {
        Data::Empty => String::new(),
        Data::String(it) | Data::DateTimeIso(it) | Data::DurationIso(it) => it,
        Data::Int(it) => it.to_string(),
        Data::Float(it) => it.to_string(),
        Data::Bool(it) => if it { "TRUE" } else { "FALSE" }.to_owned(),
        Data::DateTime(it) => moment(it),
        Data::Error(it) => it.to_string(),
    }
}

fn moment(at: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        return date;
    }
    format!("{date} {hour:02}:{minute:02}:{second:02}")
}

/// What is packed small may be large: nothing is unpacked that comes to more than `most` bytes.
fn refuse_bombs(bytes: &[u8], most: u64) -> Result<(), Problem> {
    let broken = |_| problem(1, "is a workbook that cannot be unpacked", Some("save it again"));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut left = most;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(broken)?;
        let unpacked = io::copy(&mut entry.take(left + 1), &mut io::sink());
        let unpacked = unpacked.map_err(|_| {
            problem(1, "is a workbook that cannot be unpacked", Some("save it again"))
        })?;
        left = left.checked_sub(unpacked).ok_or_else(|| {
            let what = format!("is a workbook of more than {} MiB, unpacked", most >> 20);
            problem(1, &what, Some("save the table alone, as CSV"))
        })?;
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it goes to `map_err`")]
fn broken(it: XlsxError) -> Problem {
    let what = format!("is a workbook that cannot be read: {it}");
    problem(1, &what, Some("save it again as XLSX, or as CSV"))
}

#[cfg(test)]
mod tests {
    use super::{MOST_BYTES, is_one, read, refuse_bombs};

    fn workbook(rows: u32) -> Vec<u8> {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for row in 0..rows {
            sheet.write(row, 0, "the same again and again").expect("a cell");
        }
        book.save_to_buffer().expect("a workbook")
    }

    #[test]
    fn what_is_packed_small_and_is_large_is_refused_before_it_is_read() {
        let bytes = workbook(60_000);
        assert!(is_one(&bytes) && refuse_bombs(&bytes, MOST_BYTES).is_ok());
        let refused = refuse_bombs(&bytes, 1 << 20).expect_err("it is larger");
        assert_eq!(refused.what, "is a workbook of more than 1 MiB, unpacked");
        assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    }

    /// Every byte of a workbook changed, one at a time: it is read, or refused.
    #[test]
    fn a_broken_workbook_is_an_error_and_nothing_worse() {
        let good = workbook(3);
        let mut refused = 0;
        for at in (0..good.len()).step_by(7) {
            let mut bytes = good.clone();
            bytes[at] ^= 0x5a;
            refused += usize::from(read(&bytes, None, &mut Vec::new()).is_err());
        }
        assert!(refused > 100, "{refused}");
    }
}
