//! From bytes to rows of text: encoding, delimiter, quotation. Knows no column.

use crate::config::problem::Problem;

/// A header and the rows below it.
#[derive(Debug)]
pub(crate) struct Table {
    /// The header's cells, trimmed.
    pub(crate) header: Vec<String>,
    /// Rows with anything in them.
    pub(crate) rows: Vec<Row>,
}

/// One row.
#[derive(Debug)]
pub(crate) struct Row {
    /// The line where it begins, from 1.
    pub(crate) line: u64,
    /// Its cells as they stand in the file.
    pub(crate) cells: Vec<String>,
}

const DELIMITERS: &[u8] = b",;\t|";

/// Reads CSV whose delimiter is a comma, a semicolon, a tab or a bar.
///
/// # Errors
///
/// When it is not UTF-8 text, has no header, or a quotation never ends: what follows it would be
/// swallowed.
pub(crate) fn read(bytes: &[u8]) -> Result<Table, Problem> {
    let text = decode(bytes)?;
    let delimiter = delimiter(text);
    if let Some(line) = open_quotation(text, delimiter) {
        let help = "quotation marks inside a cell are written twice";
        return Err(problem(line, "opens a quotation that never ends", Some(help)));
    }
    let mut rows = rows(text, delimiter)?.into_iter();
    let header = rows.next().ok_or_else(|| problem(1, "has no header", None))?;
    let header = header.cells.iter().map(|it| it.trim().to_owned()).collect();
    Ok(Table { header, rows: rows.collect() })
}

fn decode(bytes: &[u8]) -> Result<&str, Problem> {
    let help = Some("save it as CSV in UTF-8");
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(problem(1, "begins as UTF-16, expected UTF-8", help));
    }
    let text = str::from_utf8(bytes).map_err(|it| {
        let before = str::from_utf8(&bytes[..it.valid_up_to()]).unwrap_or_default();
        let line = 1 + before.matches('\n').count();
        problem(line as u64, "holds a byte that is not UTF-8", help)
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The candidate that the header has most of outside quotations.
fn delimiter(text: &str) -> u8 {
    let header = text.trim_start_matches(['\r', '\n']).lines().next().unwrap_or_default();
    let bare: String = header.split('"').step_by(2).collect();
    let count = |it: u8| bare.bytes().filter(|byte| *byte == it).count();
    // Of equals, `max_by_key` takes the last one: the comma must be that.
    DELIMITERS.iter().rev().copied().max_by_key(|it| count(*it)).unwrap_or(b',')
}

/// The line where a quotation begins that the end of the file finds open.
fn open_quotation(text: &str, delimiter: u8) -> Option<u64> {
    let (mut line, mut opened, mut fresh) = (1, None, true);
    for byte in text.bytes() {
        (opened, fresh) = match (byte, opened) {
            (b'"', None) if fresh => (Some(line), false),
            // A doubled mark closes here and opens again with the next byte.
            (b'"', Some(_)) => (None, true),
            _ => (opened, byte == delimiter || byte == b'\n' || byte == b'\r'),
        };
        line += u64::from(byte == b'\n');
    }
    opened
}

fn rows(text: &str, delimiter: u8) -> Result<Vec<Row>, Problem> {
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.delimiter(delimiter).has_headers(false).flexible(true);
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let mut res = Vec::new();
    for record in reader.from_reader(text.as_bytes()).records() {
        let record = record.map_err(|it| problem(1, &it.to_string(), None))?;
        let start = record.position().map_or(0, |it| it.byte());
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if cells.iter().any(|it| !it.trim().is_empty()) {
            res.push(Row { line: lines.of(start), cells });
        }
    }
    Ok(res)
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
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(it) = self.text.get(self.at)
            && (self.at < byte || matches!(it, b'\n' | b'\r'))
        {
            self.line += u64::from(*it == b'\n');
            self.at += 1;
        }
        self.line
    }
}

fn problem(line: u64, what: &str, help: Option<&str>) -> Problem {
    let at = format!("line {line}");
    Problem { at, what: what.to_owned(), help: help.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn delimiters_and_the_byte_order_mark_are_recognised() {
        let comma = picture(b"\xef\xbb\xbfMail,Name\na@x.test,\"Doe; Ana\"\n");
        let semicolon = picture(b"Mail;\"Name, first\"\r\na@x.test;Doe, Ana\r\n");
        let tab = picture(b"Mail\tName\na@x.test\tDoe, Ana");
        let alone = picture(b"Mail\na@x.test\n");
        insta::assert_snapshot!([comma, semicolon, tab, alone].join("\n"), @r#"
          ["Mail", "Name"]
        2 ["a@x.test", "Doe; Ana"]
          ["Mail", "Name, first"]
        2 ["a@x.test", "Doe, Ana"]
          ["Mail", "Name"]
        2 ["a@x.test", "Doe, Ana"]
          ["Mail"]
        2 ["a@x.test"]
        "#);
    }

    #[test]
    fn rows_keep_the_line_where_they_begin() {
        let text = b"\nMail,Note\n\n\na@x.test,\"two\nlines\"\n,\n  , \n\r\nb@x.test,5\" nail\n";
        insta::assert_snapshot!(picture(text), @r#"
           ["Mail", "Note"]
         5 ["a@x.test", "two\nlines"]
        10 ["b@x.test", "5\" nail"]
        "#);
    }

    #[test]
    fn what_is_no_text_or_never_ends_is_refused() {
        let pictures: [&[u8]; 5] = [
            b"Mail,Name\na@x.test,M\xfcller\n",
            b"\xff\xfeM\0a\0",
            b"",
            b"\n , \n",
            b"Mail,Name\na@x.test,Ana\nb@x.test,\"Bo\nc@x.test,Cy \"\"C\"\"\n",
        ];
        insta::assert_snapshot!(pictures.map(picture).join("\n"), @r#"
        line 2 holds a byte that is not UTF-8 (help: Some("save it as CSV in UTF-8"))
        line 1 begins as UTF-16, expected UTF-8 (help: Some("save it as CSV in UTF-8"))
        line 1 has no header (help: None)
        line 1 has no header (help: None)
        line 4 opens a quotation that never ends (help: Some("quotation marks inside a cell are written twice"))
        "#);
    }

    fn picture(bytes: &[u8]) -> String {
        match read(bytes) {
            Ok(it) => {
                let rows = it.rows.iter().map(|it| format!("\n{:4} {:?}", it.line, it.cells));
                format!("     {:?}{}", it.header, rows.collect::<String>())
            }
            Err(it) => format!("{} {} (help: {:?})", it.at, it.what, it.help),
        }
    }
}
