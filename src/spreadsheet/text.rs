//! From bytes to text: what the file is, and how its letters are written.

use std::borrow::Cow;

use encoding_rs::UTF_8;

use super::problem;
use crate::config::TextEncoding;
use crate::config::problem::Problem;

/// Kinds of files that are no tables, by their first bytes, and what to do.
const OTHERS: &[(&[u8], &str, &str)] = &[
    (b"\x89PNG", "is a picture", "export the list as CSV or XLSX"),
    (b"\xff\xd8\xff", "is a picture", "export the list as CSV or XLSX"),
    (b"GIF8", "is a picture", "export the list as CSV or XLSX"),
    (b"%PDF", "is a PDF", "export the list as CSV or XLSX"),
    (
        b"PK\x03\x04",
        "is a ZIP archive that holds no XLSX workbook",
        "unpack it, or save it as XLSX or CSV",
    ),
    (b"\x1f\x8b", "is packed by gzip", "unpack it"),
    (b"{", "is JSON", "export the list as CSV or XLSX"),
    (b"[{", "is JSON", "export the list as CSV or XLSX"),
    (
        b"<!doctype html",
        "is a web page",
        "the link may have asked to sign in: export the list as CSV or XLSX",
    ),
    (
        b"<html",
        "is a web page",
        "the link may have asked to sign in: export the list as CSV or XLSX",
    ),
    (b"<?xml", "is XML", "export the list as CSV or XLSX"),
    (b"{\\rtf", "is a text document", "export the list as CSV or XLSX"),
];

/// What old workbooks and encrypted ones begin with.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The text of a file: by the mark that it begins with, or else in the stated encoding, or UTF-8.
pub(super) fn decode<'a>(
    bytes: &'a [u8],
    stated: Option<TextEncoding>,
    told: &mut Vec<String>,
) -> Result<Cow<'a, str>, Problem> {
    refuse_others(bytes)?;
    if let Some((marked, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let bytes = &bytes[mark..];
        if marked == UTF_8 {
            return unmarked(bytes).map(Cow::Borrowed);
        }
        told.push(format!("the file is written in {}", marked.name()));
        return of(bytes, TextEncoding::from(marked));
    }
    match stated {
        None => unmarked(bytes).map(Cow::Borrowed),
        Some(it) if it.is_utf8() => unmarked(bytes).map(Cow::Borrowed),
        Some(it) => {
            let is_utf8 = str::from_utf8(bytes).is_ok_and(|it| !it.is_ascii());
            if is_utf8 {
                let what = format!("is UTF-8, and the configuration says `{}`", it.name());
                return Err(problem(1, &what, Some("leave `encoding` out of the configuration")));
            }
            told.push(format!("the file was read as {}", it.name()));
            of(bytes, it)
        }
    }
}

/// Whether no mark at the beginning says how the letters are written.
pub(super) fn is_unmarked(bytes: &[u8]) -> bool {
    encoding_rs::Encoding::for_bom(bytes).is_none()
}

fn of(bytes: &[u8], encoding: TextEncoding) -> Result<Cow<'_, str>, Problem> {
    let (text, wrong) = encoding.decode(bytes);
    if wrong {
        let before = text.split('\u{fffd}').next().unwrap_or_default();
        let what = format!("holds bytes that are no letters in {}", encoding.name());
        return Err(problem(lines(before), &what, Some("save it as CSV in UTF-8")));
    }
    Ok(text)
}

fn unmarked(bytes: &[u8]) -> Result<&str, Problem> {
    str::from_utf8(bytes).map_err(|it| {
        let before = &bytes[..it.valid_up_to()];
        let line = lines(&String::from_utf8_lossy(before));
        if bytes.iter().take(400).filter(|byte| **byte == 0).count() > 20 {
            let help =
                "write `encoding = \"utf-16le\"` beside its path, or save it as CSV in UTF-8";
            return problem(1, "looks like UTF-16 without the mark that says so", Some(help));
        }
        let word = word_at(bytes, it.valid_up_to());
        let help = format!(
            "if this is the word `{word}`, write `encoding = \"windows-1252\"` beside its path; or \
             save it as CSV in UTF-8"
        );
        problem(line, "holds a byte that is not UTF-8", Some(&help))
    })
}

/// The cell around a byte, as Windows in western Europe and America writes it.
fn word_at(bytes: &[u8], at: usize) -> String {
    let ends = |it: &u8| b",;\t|\"\r\n".contains(it);
    let start = bytes[..at].iter().rposition(ends).map_or(0, |it| it + 1);
    let end = bytes[at..].iter().position(ends).map_or(bytes.len(), |it| at + it);
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes[start..end]);
    text.trim().chars().filter(|it| !it.is_control()).take(40).collect()
}

fn refuse_others(bytes: &[u8]) -> Result<(), Problem> {
    if bytes.starts_with(COMPOUND) {
        let encrypted: Vec<u8> =
            "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let locked = bytes.windows(encrypted.len()).any(|it| it == encrypted);
        let (what, help) = if locked {
            ("is a workbook with a password", "save it without one")
        } else {
            ("is an Excel 97 workbook", "save it as XLSX or CSV")
        };
        return Err(problem(1, what, Some(help)));
    }
    let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let start = bytes[blank..].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes[blank..]);
    let begins =
        |with: &[u8]| start.get(..with.len()).is_some_and(|it| it.eq_ignore_ascii_case(with));
    match OTHERS.iter().find(|it| begins(it.0)) {
        Some((_, what, help)) => Err(problem(1, what, Some(help))),
        None => Ok(()),
    }
}

/// The line on which a text ends, from 1.
fn lines(text: &str) -> u64 {
    1 + super::delimited::line_ends(text.as_bytes())
}
