//! Tables of the markup.

use super::tone::read_tone;
use super::{Parser, Parts, bad, expect};
use crate::Error;
use crate::markup::{Align, Cell, Column, Part, Row, Table, Width};
use crate::xml::{Attributes, Element};

impl Parser<'_> {
    /// The content of a `<table>`, row by row.
    pub(super) fn read_table(&mut self, element: &Element, out: Parts<'_>) -> Result<(), Error> {
        let mut attributes = element.attributes("table", &["cols", "id", "size"])?;
        let columns = read_columns(&attributes.require("cols")?, element.line)?;
        let size = read_size(&mut attributes)?.unwrap_or(7.5);
        let id = self.read_id(&mut attributes)?;
        let mut table = Some(Table { id, columns: columns.clone(), size, head: Vec::new() });
        while let Some((name, element)) = self.child("table")? {
            match name {
                "head" if table.is_some() => {
                    element.attributes(name, &[])?;
                    let head = self.read_cells(name, &columns, element.line)?;
                    out_table(table.take(), head, out);
                }
                "r" if table.is_none() => out(Part::Row(self.read_row(&element, &columns)?)),
                "r" => {
                    let (line, name) = (element.line, "head");
                    return Err(Error::Missing { line, name, element: "table" });
                }
                _ => return Err(Error::Misplaced { line: element.line, name, parent: "table" }),
            }
        }
        out_table(table, Vec::new(), out);
        out(Part::TableEnd);
        Ok(())
    }

    fn read_row(&mut self, element: &Element, columns: &[Column]) -> Result<Row, Error> {
        let mut attributes = element.attributes("r", &["id", "tone", "to", "href"])?;
        Ok(Row {
            id: self.read_id(&mut attributes)?,
            tone: read_tone(&mut attributes)?,
            link: self.read_link(&mut attributes)?,
            cells: self.read_cells("r", columns, element.line)?,
        })
    }

    fn read_cells(
        &mut self,
        parent: &'static str,
        columns: &[Column],
        line: usize,
    ) -> Result<Vec<Cell>, Error> {
        let mut res = Vec::with_capacity(columns.len());
        while let Some((name, element)) = self.child(parent)? {
            expect("c", parent, name, &element)?;
            let mut attributes =
                element.attributes(name, &["id", "align", "tone", "to", "href"])?;
            let id = self.read_id(&mut attributes)?;
            let align = attributes.take("align").map(|it| read_align(&it, element.line));
            let tone = read_tone(&mut attributes)?;
            let target = self.read_link(&mut attributes)?;
            let text = self.read_linked_text(name, target)?;
            res.push(Cell { id, align: align.transpose()?, tone, text });
        }
        if res.len() == columns.len() {
            Ok(res)
        } else {
            Err(Error::CellCount { line, found: res.len(), expected: columns.len() })
        }
    }
}

/// The `size` of an element's text, where it is said.
pub(super) fn read_size(attributes: &mut Attributes) -> Result<Option<f32>, Error> {
    let Some(text) = attributes.take("size") else { return Ok(None) };
    let size = text.parse().ok().filter(|it| (5.0..=12.0).contains(it));
    size.map(Some).ok_or_else(|| bad(attributes.line, "size", &text, "points from 5 to 12"))
}

/// Begins the table, if it has not begun.
fn out_table(table: Option<Table>, head: Vec<Cell>, out: Parts<'_>) {
    if let Some(table) = table {
        out(Part::Table(Table { head, ..table }));
    }
}

fn read_align(value: &str, line: usize) -> Result<Align, Error> {
    match value {
        "left" => Ok(Align::Left),
        "right" => Ok(Align::Right),
        "center" => Ok(Align::Center),
        _ => Err(bad(line, "align", value, "`left`, `right` or `center`")),
    }
}

fn read_columns(cols: &str, line: usize) -> Result<Vec<Column>, Error> {
    let read = |word: &str| {
        let (rest, align) = match word.as_bytes().last()? {
            b'r' => (&word[..word.len() - 1], Align::Right),
            b'c' => (&word[..word.len() - 1], Align::Center),
            _ => (word, Align::Left),
        };
        let (number, share) = rest.strip_suffix('*').map_or((rest, false), |it| (it, true));
        let least = if share { 0.1 } else { 12.0 };
        let number = number.parse().ok().filter(|it| (least..=2000.0).contains(it))?;
        let width = if share { Width::Share(number) } else { Width::Fixed(number) };
        Some(Column { width, align })
    };
    let expected = "words such as `60`, `40r`, `1*` or `2*c`";
    cols.split_whitespace()
        .map(|it| read(it).ok_or_else(|| bad(line, "cols", it, expected)))
        .collect()
}
