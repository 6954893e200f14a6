//! The section about characters that no embedded font has.

use super::markup::{
    Align, Block, Cell, Column, Heading, Part, Row, Span, Table, Text, Tone, Width,
};
use crate::text::Escaped;
use std::collections::BTreeMap;

/// A heading, a text, and each character with how often it occurs.
pub(super) fn section(heading: Heading, text: Text, missing: &BTreeMap<char, usize>) -> Vec<Part> {
    let mut res = vec![Part::Block(Block::Heading(heading)), Part::Block(Block::Paragraph(text))];
    if missing.is_empty() {
        let none = vec![Span::plain("There was none.")];
        res.push(Part::Block(Block::Paragraph(none)));
        return res;
    }
    res.push(Part::Table(Table {
        id: None,
        columns: [Align::Left, Align::Right].map(column).to_vec(),
        size: 7.5,
        head: ["Character", "How often"].map(cell).to_vec(),
    }));
    for (character, count) in missing {
        let cells = [Escaped(*character).to_string(), count.to_string()];
        let cells = cells.iter().map(|it| cell(it)).collect();
        res.push(Part::Row(Row { id: None, tone: Tone::Plain, link: None, cells }));
    }
    res.push(Part::TableEnd);
    res
}

fn column(align: Align) -> Column {
    Column { width: Width::Fixed(90.0), align }
}

fn cell(words: &str) -> Cell {
    Cell { text: vec![Span::plain(words)], ..Cell::default() }
}
