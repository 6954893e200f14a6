//! The report as JSON: `report.json`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use super::Report;
use super::format::{DataInputs, Error, Format, Rendered, Renderer};
use super::table::DataTables;

/// `report.json`.
pub const FORMAT: Format = Format { name: "json", usual: true, renderer: Renderer::Data(files) };

/// Everything that a reader is told, and the tables that only machines read.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(skip_serializing_if = "DataTables::is_empty")]
    records: &'a DataTables,
}

#[expect(clippy::unnecessary_wraps, reason = "as renderers are")]
fn files(inputs: &DataInputs<'_>) -> Result<Rendered, Error> {
    let whole = Whole { report: inputs.report, records: inputs.records };
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, RecordLines::default());
    whole.serialize(&mut serializer).expect("plain values serialise");
    bytes.push(b'\n');
    Ok(Rendered::file("report.json", bytes))
}

/// How deep a value lies whose parts stand on lines of their own: a finding of a rule, and a row of
/// a table, are a line each.
const DEEPEST_ON_LINES: usize = 4;

/// Indents what people look through, and gives each record a line.
#[derive(Default)]
struct RecordLines {
    depth: usize,
    has_parts: bool,
}

impl RecordLines {
    fn begin<W: Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_parts = false;
        writer.write_all(bracket)
    }

    fn end<W: Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        let on_lines = self.has_parts && self.depth <= DEEPEST_ON_LINES;
        self.depth -= 1;
        if on_lines {
            self.line(writer)?;
        }
        writer.write_all(bracket)
    }

    fn part<W: Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if self.depth > DEEPEST_ON_LINES {
            return writer.write_all(if first { b"" } else { b", " });
        }
        writer.write_all(if first { b"" } else { b"," })?;
        self.line(writer)
    }

    fn line<W: Write + ?Sized>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for RecordLines {
    fn begin_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"[")
    }

    fn end_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        self.part(w, first)
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_parts = true;
        Ok(())
    }

    fn begin_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"{")
    }

    fn end_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        self.part(w, first)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_parts = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize as _;
    use serde_json::{Serializer, json};

    use super::RecordLines;

    #[test]
    fn a_finding_and_a_row_are_a_line_each() {
        let report = json!({
            "rules": [{
                "code": "USR-01",
                "controls": [],
                "findings": [{ "id": "F-1", "facts": [{}, { "a": [1, 2] }] }, { "id": "F-2" }],
            }],
            "tables": { "users": { "rows": [{ "user_id": "u1", "tier": null }] } },
            "totals": {},
        });
        let mut bytes = Vec::new();
        let mut serializer = Serializer::with_formatter(&mut bytes, RecordLines::default());
        report.serialize(&mut serializer).unwrap();
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&bytes).unwrap(), report);
        insta::assert_snapshot!(String::from_utf8(bytes).unwrap(), @r#"
        {
          "rules": [
            {
              "code": "USR-01",
              "controls": [],
              "findings": [
                {"facts": [{}, {"a": [1, 2]}], "id": "F-1"},
                {"id": "F-2"}
              ]
            }
          ],
          "tables": {
            "users": {
              "rows": [
                {"tier": null, "user_id": "u1"}
              ]
            }
          },
          "totals": {}
        }
        "#);
    }
}
