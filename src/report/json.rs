//! The report as JSON: `report.json`, and the rows that it rests on, `population.json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use super::format::{DataInputs, Error, Format, Renderer, RenderingNotes};
use super::table::DataTable;

/// `report.json` and `population.json`.
pub const FORMAT: Format = Format { name: "json", usual: true, renderer: Renderer::Data(files) };

/// Every row that was collected, of the tables that documents print and of those that they sum up.
#[derive(Serialize)]
struct Population<'a> {
    report_id: &'a str,
    snapshot_id: &'a str,
    tables: BTreeMap<&'a str, &'a DataTable<'a>>,
}

fn files(inputs: &DataInputs<'_>) -> Result<RenderingNotes, Error> {
    let DataInputs { report, folder, .. } = *inputs;
    let population = Population {
        report_id: &report.report_id,
        snapshot_id: &report.snapshot_id,
        tables: inputs.collected().map(|(name, table)| (name.as_str(), table)).collect(),
    };
    folder.write_with("report.json", |file| write(file, report))?;
    folder.write_with("population.json", |file| write(file, &population))?;
    Ok(RenderingNotes::default())
}

/// Writes a value as it goes, with the end of a line.
fn write(sink: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *sink, RecordLines::default()))?;
    sink.write_all(b"\n")
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
    use serde_json::json;

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
        super::write(&mut bytes, &report).unwrap();
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
