//! What files become.

use super::{Sheet, read};
use crate::config::{TableForm, TextEncoding};

/// Headers as a reader of people would know them.
fn knows(cells: &[&str]) -> usize {
    let known = ["mail", "name", "status", "last day"];
    cells.iter().filter(|cell| known.contains(&&*cell.trim().to_lowercase())).count()
}

fn draw(bytes: &[u8]) -> String {
    draw_as(bytes, &TableForm::default())
}

fn draw_as(bytes: &[u8], form: &TableForm) -> String {
    match read(bytes, form, &knows) {
        Ok(it) => picture(&it),
        Err(it) => format!("{} {}\n  help: {}", it.at, it.what, it.help.unwrap_or_default()),
    }
}

fn picture(it: &Sheet) -> String {
    let mut res = vec![format!("{:4} {:?}", it.header_line, it.header)];
    res.extend(it.rows().map(|it| format!("{:4} {:?}", it.line, it.cells().collect::<Vec<_>>())));
    res.extend(it.told.iter().map(|it| format!("     {it}")));
    res.join("\n")
}

fn all(files: &[&[u8]]) -> String {
    files.iter().map(|file| draw(file)).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn delimiters_and_marks_are_recognised() {
    insta::assert_snapshot!(all(&[
        b"\xef\xbb\xbfMail,Name\na@x.test,\"Doe; Ana\"\n",
        b"Mail;\"Name, first\"\r\na@x.test;Doe, Ana\r\n",
        b"Mail\tName\na@x.test\tDoe, Ana",
        b"Mail\na@x.test\n",
        b"sep=;\r\nMail;Name\r\na@x.test;Doe, Ana\r\n",
        b"#TYPE Selected.ADUser\r\n\"Mail\",\"Name\"\r\n\"a@x.test\",\"Ana\"\r\n",
    ]), @r#"
    1 ["Mail", "Name"]
    2 ["a@x.test", "Doe; Ana"]

    1 ["Mail", "Name, first"]
    2 ["a@x.test", "Doe, Ana"]

    1 ["Mail", "Name"]
    2 ["a@x.test", "Doe, Ana"]

    1 ["Mail"]
    2 ["a@x.test"]

    2 ["Mail", "Name"]
    3 ["a@x.test", "Doe, Ana"]
      the first line names the delimiter

    2 ["Mail", "Name"]
    3 ["a@x.test", "Ana"]
      the first line, `#TYPE …` of Windows PowerShell, was left out
    "#);
}

#[test]
fn every_line_end_is_one() {
    insta::assert_snapshot!(all(&[
        b"Mail,Name\ra@x.test,Ana\rb@x.test,Bo\r",
        b"Mail,Name\ra@x.test,Ana\nb@x.test,Bo\r\nc@x.test,Cy",
        b"\nMail,Note\n\n\na@x.test,\"two\nlines\"\n,\n  , \n\r\nb@x.test,5\" nail\n",
    ]), @r#"
     1 ["Mail", "Name"]
     2 ["a@x.test", "Ana"]
     3 ["b@x.test", "Bo"]

     1 ["Mail", "Name"]
     2 ["a@x.test", "Ana"]
     3 ["b@x.test", "Bo"]
     4 ["c@x.test", "Cy"]

     2 ["Mail", "Note"]
     5 ["a@x.test", "two\nlines"]
    10 ["b@x.test", "5\" nail"]
    "#);
}

#[test]
fn what_stands_around_the_table_is_told() {
    insta::assert_snapshot!(all(&[
        b"All people\nRun by,Ana\n\nMail,Name,Status\na@x.test,Ana,active\n",
        b"All people; with; semicolons\nMail,Name,Status\na@x.test,Ana,active\n",
        b"MAIL,NAME,STATUS\nMail,Name,Status\na@x.test,Ana,active\n",
        b"Kontakt,Wer\nMail,Name\n",
    ]), @r#"
    4 ["Mail", "Name", "Status"]
    5 ["a@x.test", "Ana", "active"]
      what stands above the header is no part of the table (line 1, 2)

    2 ["Mail", "Name", "Status"]
    3 ["a@x.test", "Ana", "active"]
      what stands above the header is no part of the table (line 1)

    1 ["MAIL", "NAME", "STATUS"]
    2 ["Mail", "Name", "Status"]
    3 ["a@x.test", "Ana", "active"]

    2 ["Mail", "Name"]
      what stands above the header is no part of the table (line 1)
    "#);
}

#[test]
fn letters_are_read_as_they_are_written() {
    let utf16 = |text: &str, little: bool| -> Vec<u8> {
        let units = text.encode_utf16();
        units
            .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect()
    };
    let little = utf16("\u{feff}Mail\tName\r\na@x.test\tÄnne\r\n", true);
    let big = utf16("\u{feff}Mail\tName\r\na@x.test\tÄnne\r\n", false);
    let bare = utf16("Mail\tName\r\na@x.test\tÄnne\r\nb@x.test\tBo\r\n", true);
    let windows = b"Mail,Name\na@x.test,\xc4nne M\xfcller\n";
    let form = |it: &str| TableForm { encoding: TextEncoding::named(it), ..TableForm::default() };
    let pictures = [
        draw(&little),
        draw(&big),
        draw(&bare),
        draw_as(&bare, &form("utf-16le")),
        draw(windows),
        draw_as(windows, &form("windows-1252")),
        draw_as("Mail,Name\na@x.test,Änne\n".as_bytes(), &form("windows-1252")),
        draw_as(b"Mail,Name\na@x.test,Anne\n", &form("windows-1252")),
    ];
    insta::assert_snapshot!(pictures.join("\n\n"), @r#"
       1 ["Mail", "Name"]
       2 ["a@x.test", "Änne"]
         the file is written in UTF-16LE

       1 ["Mail", "Name"]
       2 ["a@x.test", "Änne"]
         the file is written in UTF-16BE

    line 1 looks like UTF-16 without the mark that says so
      help: write `encoding = "utf-16le"` beside its path, or save it as CSV in UTF-8

       1 ["Mail", "Name"]
       2 ["a@x.test", "Änne"]
       3 ["b@x.test", "Bo"]
         the file was read as UTF-16LE

    line 2 holds a byte that is not UTF-8
      help: if this is the word `Änne Müller`, write `encoding = "windows-1252"` beside its path; or save it as CSV in UTF-8

       1 ["Mail", "Name"]
       2 ["a@x.test", "Änne Müller"]
         the file was read as windows-1252

    line 1 is UTF-8, and the configuration says `windows-1252`
      help: leave `encoding` out of the configuration

       1 ["Mail", "Name"]
       2 ["a@x.test", "Anne"]
         the file was read as windows-1252
    "#);
}

#[test]
fn what_is_no_table_says_what_it_is() {
    let locked: Vec<u8> = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        .iter()
        .copied()
        .chain("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    insta::assert_snapshot!(all(&[
        b"%PDF-1.7\n",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\0\0\0\0\0\0\0\0\0\0",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on",
        &locked,
        b"PK\x03\x04 and so on",
        b"\x1f\x8b\x08",
        b"  [{\"mail\": \"a@x.test\"}]",
        b"\n<!DOCTYPE html><title>Sign in</title>",
        b"<?xml version=\"1.0\"?>",
        b"",
        b"\n , \n",
        b"Mail,Name\na@x.test,Ana\nb@x.test,\"Bo\nc@x.test,Cy \"\"C\"\"\n",
    ]), @"
    line 1 is a PDF
      help: export the list as CSV or XLSX

    line 1 is a picture
      help: export the list as CSV or XLSX

    line 1 is an Excel 97 workbook
      help: save it as XLSX or CSV

    line 1 is a workbook with a password
      help: save it without one

    line 1 is a ZIP archive that holds no XLSX workbook
      help: unpack it, or save it as XLSX or CSV

    line 1 is packed by gzip
      help: unpack it

    line 1 is JSON
      help: export the list as CSV or XLSX

    line 1 is a web page
      help: the link may have asked to sign in: export the list as CSV or XLSX

    line 1 is XML
      help: export the list as CSV or XLSX

    line 1 has no header
      help: the first row names the columns, such as `email,status`

    line 1 has no header
      help: the first row names the columns, such as `email,status`

    line 4 opens a quotation that never ends
      help: quotation marks inside a cell are written twice
    ");
    let sheet = TableForm { sheet: Some("People".to_owned()), ..TableForm::default() };
    insta::assert_snapshot!(draw_as(b"Mail,Name\n", &sheet), @"
    line 1 is no workbook, and so has no sheet `People`
      help: leave `sheet` out of the configuration, or name the workbook
    ");
}

#[test]
fn cells_that_are_missing_at_the_end_are_empty() {
    let sheet = read(b"a,b,c\n1\n1,2,3,\n1,2,3,4\n", &TableForm::default(), &knows).unwrap();
    let misfits: Vec<_> = sheet.rows().map(|it| sheet.misfit(it)).collect();
    assert_eq!(misfits, [None, None, Some("has 4 cells, the header has 3".to_owned())]);
    let first = sheet.rows().next().unwrap();
    assert_eq!([0, 1, 9].map(|it| first.cell(it)), ["1", "", ""]);
}

#[test]
fn a_workbook_is_read_from_the_sheet_that_is_meant() {
    let bytes = workbook();
    insta::assert_snapshot!(draw(&bytes), @r#"
    1 ["Mail", "Name"]
    2 ["x@x.test"]
      of the workbook the sheet `Notes` was read, and not `Lists`, `People` (`sheet` in the configuration names another)
    "#);
    let named = |it: &str| TableForm { sheet: Some(it.to_owned()), ..TableForm::default() };
    insta::assert_snapshot!(draw_as(&bytes, &named("people ")), @r#"
    2 ["Mail", "Name", "Status", "", "Last day"]
    3 ["a@x.test", "7", "TRUE", "", "2026-10-15"]
    5 ["b@x.test", "7.5", "", "", "2026-10-15 22:30:00"]
    "#);
    insta::assert_snapshot!(draw_as(&bytes, &named("Poeple")), @"
    line 1 has no sheet `Poeple`
      help: did you mean `People`? there are `Lists`, `Notes`, `People`
    ");
    let broken = &bytes[..bytes.len() - 40];
    assert!(draw(broken).contains("cannot be"), "{}", draw(broken));
}

/// A hidden sheet, one with remarks, and one with people: dates, numbers, texts and gaps.
fn workbook() -> Vec<u8> {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut book = Workbook::new();
    let hidden = book.add_worksheet().set_name("Lists").unwrap();
    hidden.set_hidden(true).write(0, 0, "active").unwrap();
    let notes = book.add_worksheet().set_name("Notes").unwrap();
    notes.set_active(true).set_first_tab(true);
    notes.write(0, 0, "Mail").unwrap().write(0, 1, "Name").unwrap();
    notes.write(1, 0, "x@x.test").unwrap();
    let people = book.add_worksheet().set_name("People").unwrap();
    people.write(1, 0, "Mail").unwrap().write(1, 1, "Name").unwrap();
    people.write(1, 2, "Status").unwrap().write(1, 4, "Last day").unwrap();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    people.write(2, 0, "a@x.test").unwrap().write(2, 1, 7).unwrap().write(2, 2, true).unwrap();
    let day = ExcelDateTime::parse_from_str("2026-10-15").unwrap();
    people.write_with_format(2, 4, &day, &date).unwrap();
    let moment = ExcelDateTime::parse_from_str("2026-10-15T22:30:00").unwrap();
    people.write(4, 0, "b@x.test").unwrap().write(4, 1, 7.5).unwrap();
    people.write_with_format(4, 4, &moment, &date).unwrap();
    book.save_to_buffer().unwrap()
}
