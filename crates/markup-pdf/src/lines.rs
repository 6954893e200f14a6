//! Measured text into lines, and lines into the display list.

use super::display::{GlyphRun, Item, Rect};
use super::fonts::{Fonts, PlacedGlyph};
use super::markup::{Align, Link, Span, Style};
use super::shape::{Piece, PieceKind, Shaped, shape};
use super::theme::{self, Ink, Type};

mod breaks;

/// A text broken into lines of a given width.
#[derive(Debug)]
pub(super) struct Paragraph<'a> {
    spans: &'a [Span],
    kind: Type,
    measure: f32,
    glyphs: Vec<PlacedGlyph>,
    /// The lines from top to bottom.
    pub(super) lines: Vec<Line>,
}

/// One line: pieces in visual order.
#[derive(Debug, Default)]
pub(super) struct Line {
    pieces: Vec<Piece>,
    /// Thousandths of the size.
    width: i32,
}

/// Where a line goes: its left edge and top, and how it is set in the measure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Position {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) align: Align,
}

impl<'a> Paragraph<'a> {
    /// Breaks a text into lines no wider than `measure` points.
    pub(super) fn set(fonts: &mut Fonts, spans: &'a [Span], kind: Type, measure: f32) -> Self {
        let Shaped { pieces, glyphs } = shape(fonts, spans, kind.bold);
        #[expect(clippy::cast_possible_truncation, reason = "a measure is a few thousand points")]
        let limit = (measure / kind.size * 1000.0) as i32;
        let lines = breaks::break_up(&pieces, &glyphs, limit);
        Paragraph { spans, kind, measure, glyphs, lines }
    }

    /// Height of all lines, points.
    #[expect(clippy::cast_precision_loss, reason = "lines are few")]
    pub(super) fn height(&self) -> f32 {
        self.lines.len() as f32 * self.kind.leading
    }

    /// Width of the widest line, points.
    pub(super) fn width(&self) -> f32 {
        self.lines.iter().map(|it| points(it.width, self.kind.size)).fold(0.0, f32::max)
    }

    /// Draws one line.
    pub(super) fn draw(&self, line: &Line, place: Position, items: &mut Vec<Item>) {
        let slack = self.measure - points(line.width, self.kind.size);
        let indent = match place.align {
            Align::Left => 0.0,
            Align::Right => slack,
            Align::Center => slack / 2.0,
        };
        let y = place.y + self.kind.baseline();
        let mut pen = Pen { items, x: place.x + indent, y, run: None, link: None };
        for piece in &line.pieces {
            self.draw_piece(piece, &mut pen);
        }
        pen.finish(self.kind);
    }

    /// Draws all lines.
    pub(super) fn draw_all(&self, place: Position, items: &mut Vec<Item>) {
        let mut y = place.y;
        for line in &self.lines {
            self.draw(line, Position { y, ..place }, items);
            y += self.kind.leading;
        }
    }

    fn draw_piece(&self, piece: &Piece, pen: &mut Pen<'_, 'a>) {
        let span = &self.spans[piece.span];
        pen.follow(span.link.as_deref(), self.kind);
        let size = self.kind.size;
        let color = self.color(span);
        if let PieceKind::Shape(tone) = piece.kind {
            pen.end_run();
            let half = size * 0.36;
            let center = (pen.x + half, pen.y - size * 0.357);
            pen.items.push(Item::Shape { tone, center, radius: half, color });
            pen.x += points(piece.width, size);
            return;
        }
        let rest = GlyphRun { x: 0.0, y: 0.0, face: piece.face, size, color, codes: Vec::new() };
        for glyph in &self.glyphs[piece.glyphs.clone()] {
            let x = pen.x + points(i32::from(glyph.dx), size);
            let y = pen.y - points(i32::from(glyph.dy), size);
            if glyph.dx != 0 || glyph.dy != 0 {
                pen.end_run();
                pen.items.push(Item::Text(GlyphRun {
                    x,
                    y,
                    codes: vec![glyph.code],
                    ..rest.clone()
                }));
                pen.x += points(i32::from(glyph.advance), size);
            } else {
                pen.show(glyph, &rest);
            }
        }
    }

    fn color(&self, span: &Span) -> Ink {
        match span.style {
            Style::Badge(tone) => theme::tone(tone),
            _ if span.link.is_some() => theme::ACCENT,
            Style::Code => theme::CODE,
            _ => self.kind.color,
        }
    }
}

/// Collects glyphs into runs and linked stretches into annotations.
struct Pen<'i, 'a> {
    items: &'i mut Vec<Item>,
    x: f32,
    y: f32,
    run: Option<GlyphRun>,
    link: Option<(&'a Link, f32)>,
}

impl<'a> Pen<'_, 'a> {
    fn show(&mut self, glyph: &PlacedGlyph, rest: &GlyphRun) {
        let same = |it: &GlyphRun| it.face == rest.face && it.color == rest.color;
        if !self.run.as_ref().is_some_and(same) {
            self.end_run();
            self.run = Some(GlyphRun { x: self.x, y: self.y, ..rest.clone() });
        }
        if let Some(run) = &mut self.run {
            run.codes.push(glyph.code);
        }
        self.x += points(i32::from(glyph.advance), rest.size);
        if glyph.kerned {
            self.end_run();
        }
    }

    fn end_run(&mut self) {
        self.items.extend(self.run.take().map(Item::Text));
    }

    fn follow(&mut self, link: Option<&'a Link>, kind: Type) {
        if self.link.map(|it| it.0) != link {
            self.end_run();
            self.end_link(kind);
            self.items.extend(link.map(|_| Item::LinkStart));
            self.link = link.map(|it| (it, self.x));
        }
    }

    fn end_link(&mut self, kind: Type) {
        if let Some((link, x)) = self.link.take() {
            let (top, height) = (self.y - kind.size * 0.95, kind.size * 1.25);
            let area = Rect { x, y: top, width: self.x - x, height };
            self.items.push(Item::Link(area, link.clone()));
        }
    }

    fn finish(mut self, kind: Type) {
        self.end_run();
        self.end_link(kind);
    }
}

/// Thousandths of a size in points.
#[expect(clippy::cast_precision_loss, reason = "widths are below 2^24")]
pub(super) fn points(thousandths: i32, size: f32) -> f32 {
    thousandths as f32 * size / 1000.0
}

#[cfg(test)]
mod tests {
    use super::{Paragraph, points};
    use crate::fonts::Fonts;
    use crate::markup::Span;
    use crate::theme::BODY;

    /// The lines of a text in a measure of 80 points.
    fn draw(text: &str) -> String {
        let mut fonts = Fonts::load();
        let spans = [Span::plain(text)];
        let text = Paragraph::set(&mut fonts, &spans, BODY, 80.0);
        let mut res = String::new();
        for line in &text.lines {
            assert!(points(line.width, BODY.size) <= 80.0);
            for piece in &line.pieces {
                let codes = &fonts.faces[usize::from(piece.face)].codes;
                let glyphs = text.glyphs[piece.glyphs.clone()].iter();
                res.extend(glyphs.map(|it| codes[usize::from(it.code)].text.as_str()));
            }
            res.truncate(res.trim_end_matches(' ').len());
            res.push('\n');
        }
        res
    }

    #[test]
    fn words_wrap_and_long_ones_break_behind_punctuation() {
        let text = "An account of maria.garcia-lopez@contractors.meridian.example left";
        insta::assert_snapshot!(draw(text), @"
        An account of
        maria.garcia-
        lopez@contractors.
        meridian.example
        left
        ");
    }

    #[test]
    fn a_word_of_500_characters_is_broken_and_nothing_is_lost() {
        for character in ['x', 'ж', 'م', 'ท'] {
            let drawn = draw(&character.to_string().repeat(500));
            assert!(drawn.lines().count() > 20);
            assert_eq!(drawn.chars().filter(|it| *it == character).count(), 500);
        }
    }

    #[test]
    fn lines_of_mixed_direction_are_in_visual_order() {
        insta::assert_snapshot!(draw("Name: דוד כהן (IT)"), @"Name: ןהכ דוד (IT)");
    }
}
