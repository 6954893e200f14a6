//! Line breaking and the visual order of a line's pieces.

use super::Line;
use crate::fonts::PlacedGlyph;
use crate::shape::{Piece, PieceKind};
use unicode_bidi::{BidiInfo, Level};

/// Breaks pieces into lines no wider than `limit` thousandths of the size, as many words to a line
/// as fit. A word wider than a line is broken, best behind punctuation.
pub(super) fn break_up(pieces: &[Piece], glyphs: &[PlacedGlyph], limit: i32) -> Vec<Line> {
    let mut breaker = Breaker { limit, glyphs, lines: Vec::new(), line: Line::default() };
    breaker.break_up(pieces);
    breaker.lines
}

struct Breaker<'g> {
    limit: i32,
    glyphs: &'g [PlacedGlyph],
    lines: Vec<Line>,
    line: Line,
}

impl Breaker<'_> {
    fn break_up(&mut self, pieces: &[Piece]) {
        let mut at = 0;
        let mut space: Option<&Piece> = None;
        while at < pieces.len() {
            let first = &pieces[at];
            let n_joined = pieces[at + 1..].iter().take_while(|it| it.joined).count();
            let word = &pieces[at..=at + n_joined];
            at += word.len();
            match first.kind {
                PieceKind::Space => space = Some(first),
                PieceKind::Break => {
                    space = None;
                    self.close_line(Some(first));
                }
                PieceKind::Word | PieceKind::Shape(_) => self.add_word(word, space.take()),
            }
        }
        if !self.line.pieces.is_empty() || self.lines.is_empty() {
            self.end_line();
        }
    }

    fn add_word(&mut self, word: &[Piece], space: Option<&Piece>) {
        let width: i32 = word.iter().map(|it| it.width).sum();
        let gap = space.map_or(0, |it| it.width);
        if !self.line.pieces.is_empty() {
            if self.line.width + gap + width <= self.limit {
                self.push(space.cloned());
                self.push(word.iter().cloned());
                return;
            }
            self.close_line(space);
        }
        if width <= self.limit {
            self.push(word.iter().cloned());
        } else {
            self.add_long_word(word);
        }
    }

    /// Ends a line behind a space, which is not visible: readers who copy the text, or have it read
    /// aloud, get separate words.
    fn close_line(&mut self, space: Option<&Piece>) {
        let turned = self.line.pieces.iter().chain(space).any(|it| it.level > 0);
        self.line.pieces.extend(space.filter(|_| !turned).cloned());
        self.end_line();
    }

    fn push(&mut self, pieces: impl IntoIterator<Item = Piece>) {
        for piece in pieces {
            self.line.width += piece.width;
            self.line.pieces.push(piece);
        }
    }

    fn add_long_word(&mut self, word: &[Piece]) {
        for piece in word {
            let mut rest = piece.clone();
            while self.line.width + rest.width > self.limit && rest.glyphs.len() > 1 {
                let room = self.limit - self.line.width;
                let Some(part) = self.split(&mut rest, room) else {
                    self.end_line();
                    continue;
                };
                self.push([part]);
                self.end_line();
            }
            if !self.line.pieces.is_empty() && self.line.width + rest.width > self.limit {
                self.end_line();
            }
            self.push([rest]);
        }
    }

    /// Takes as many glyphs from the logical start of a piece as fit in `room`, at least one on an
    /// empty line; preferably up to a soft break in the last half.
    fn split(&self, rest: &mut Piece, room: i32) -> Option<Piece> {
        let rtl = rest.level % 2 == 1;
        let (start, end) = (rest.glyphs.start, rest.glyphs.end);
        // No glyph behind the line is looked at: a long word would be read anew for each line.
        let logical = |nth: usize| if rtl { end - 1 - nth } else { start + nth };
        let (mut n_taken, mut width) = (0, 0);
        let mut soft = None;
        for glyph in (0..end - start).map(|nth| &self.glyphs[logical(nth)]) {
            if width + i32::from(glyph.advance) > room {
                break;
            }
            width += i32::from(glyph.advance);
            n_taken += 1;
            if glyph.soft && width * 2 > room {
                soft = Some((n_taken, width));
            }
        }
        if let Some(soft) = soft.filter(|it| it.0 < end - start) {
            (n_taken, width) = soft;
        }
        if n_taken == 0 {
            if !self.line.pieces.is_empty() {
                return None;
            }
            (n_taken, width) = (1, i32::from(self.glyphs[logical(0)].advance));
        }
        n_taken = n_taken.min(end - start - 1);
        let (taken, left) = if rtl {
            (end - n_taken..end, start..end - n_taken)
        } else {
            (start..start + n_taken, start + n_taken..end)
        };
        let part = Piece { glyphs: taken, width, ..rest.clone() };
        *rest = Piece { glyphs: left, width: rest.width - width, ..rest.clone() };
        Some(part)
    }

    fn end_line(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        if line.pieces.iter().any(|it| it.level > 0) {
            let levels: Vec<u8> = line.pieces.iter().map(|it| it.level).collect();
            let order = BidiInfo::reorder_visual(&Level::vec(&levels));
            line.pieces = order.into_iter().map(|it| line.pieces[it].clone()).collect();
        }
        self.lines.push(line);
    }
}
