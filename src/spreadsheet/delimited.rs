//! Delimited text: which character parts its cells, where its rows begin, what stands around it.

use super::{ENOUGH, FIRST_ROWS, Grid, HeaderMatcher, problem};
use crate::config::problem::Problem;

/// What parts cells, the most usual first.
const DELIMITERS: &[u8] = b",;\t|";

/// Reads the rows of a text.
pub(super) fn read(
    text: &str,
    knows: HeaderMatcher<'_>,
    told: &mut Vec<String>,
) -> Result<Grid, Problem> {
    let (stated, skipped) = first_line(text, told);
    let body = &text[skipped..];
    let delimiter = stated.unwrap_or_else(|| delimiter(body, knows));
    let lines_before = line_ends(&text.as_bytes()[..skipped]);
    if let Some(line) = open_quotation(body, delimiter) {
        let help = "quotation marks inside a cell are written twice";
        let line = lines_before + line;
        return Err(problem(line, "opens a quotation that never ends", Some(help)));
    }
    let mut res = Grid::with_room_for(body.len());
    let mut lines = Lines { text: body.as_bytes(), at: 0, line: 1 + lines_before };
    let mut reader = reader(delimiter).from_reader(body.as_bytes());
    let mut record = csv::StringRecord::new();
    loop {
        let more = reader.read_record(&mut record);
        if !more.map_err(|it| problem(1, &it.to_string(), None))? {
            return Ok(res);
        }
        for cell in &record {
            res.push(cell)?;
        }
        res.end_row(lines.of(record.position().map_or(0, |it| it.byte())));
    }
}

/// How many lines end in a text; a carriage return and the line feed after it are one end.
pub(super) fn line_ends(text: &[u8]) -> u64 {
    memchr::memchr2_iter(b'\n', b'\r', text).filter(|it| ends_at(text, *it)).count() as u64
}

/// Whether a line ends with the byte at a place.
fn ends_at(text: &[u8], at: usize) -> bool {
    text[at] == b'\n' || (text[at] == b'\r' && text.get(at + 1) != Some(&b'\n'))
}

fn reader(delimiter: u8) -> csv::ReaderBuilder {
    let mut res = csv::ReaderBuilder::new();
    res.delimiter(delimiter).has_headers(false).flexible(true);
    res
}

/// What the first line says about the others, where it is no row: the delimiter, and how many bytes
/// it takes.
fn first_line(text: &str, told: &mut Vec<String>) -> (Option<u8>, usize) {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let line = text[..end].trim_matches('"');
    if let Some(&[delimiter]) = line.strip_prefix("sep=").map(str::as_bytes) {
        told.push("the first line names the delimiter".to_owned());
        return (Some(delimiter), end);
    }
    if line.starts_with("#TYPE ") {
        told.push("the first line, `#TYPE …` of Windows PowerShell, was left out".to_owned());
        return (None, end);
    }
    (None, 0)
}

/// The delimiter under which the most headers are known; where none are, the one that the first
/// line has most of outside quotations.
fn delimiter(text: &str, knows: HeaderMatcher<'_>) -> u8 {
    let score = |it: u8| {
        let mut reader = reader(it).from_reader(text.as_bytes());
        let rows = reader.records().take(FIRST_ROWS).map_while(Result::ok);
        rows.map(|row| knows(&row.iter().collect::<Vec<_>>())).max().unwrap_or(0)
    };
    let header = text.trim_start_matches(['\r', '\n']).split(['\r', '\n']).next();
    let bare: String = header.unwrap_or_default().split('"').step_by(2).collect();
    let count = |it: u8| bare.bytes().filter(|byte| *byte == it).count();
    let rank = |it: &u8| (Some(score(*it)).filter(|it| *it >= ENOUGH), count(*it));
    // Of equals, `max_by_key` takes the last one: the comma must be that.
    DELIMITERS.iter().rev().copied().max_by_key(rank).unwrap_or(b',')
}

/// The line where a quotation begins that the end of the text finds open.
fn open_quotation(text: &str, delimiter: u8) -> Option<u64> {
    let bytes = text.as_bytes();
    let mut opened = None;
    let mut closed_at = None;
    for at in memchr::memchr_iter(b'"', bytes) {
        // A mark opens a quotation where a cell begins; a doubled one closes and opens again.
        let begins = match at.checked_sub(1) {
            None => true,
            Some(before) => {
                let byte = bytes[before];
                byte == delimiter || matches!(byte, b'\n' | b'\r') || closed_at == Some(before)
            }
        };
        if opened.is_some() {
            (opened, closed_at) = (None, Some(at));
        } else if begins {
            opened = Some(at);
        }
    }
    opened.map(|at| 1 + line_ends(&bytes[..at]))
}

/// Counts lines once, from the first to the last row.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first cell at or after `byte`; the reader gives the end of the row before,
    /// with the blank lines that follow.
    fn of(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX).clamp(self.at, self.text.len());
        let blank = self.text[byte..].iter().take_while(|it| matches!(it, b'\n' | b'\r')).count();
        let end = byte + blank;
        let ends = memchr::memchr2_iter(b'\n', b'\r', &self.text[self.at..end]);
        self.line += ends.filter(|it| ends_at(self.text, self.at + it)).count() as u64;
        self.at = end;
        self.line
    }
}
