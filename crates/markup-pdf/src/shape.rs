//! Text into measured pieces: visible characters, directions, faces, glyphs.

use super::fonts::{Fonts, Glyph, PlacedGlyph, Stretch};
use super::markup::{Span, Style, Tone};
use crate::text::{Escaped, acts_unseen};
use std::borrow::Cow;
use std::ops::Range;
use unicode_bidi::{BidiClass, BidiInfo, Level};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A text measured piece by piece, in logical order.
#[derive(Debug, Default)]
pub(super) struct Shaped {
    pub(super) pieces: Vec<Piece>,
    pub(super) glyphs: Vec<PlacedGlyph>,
}

/// Glyphs of one face, direction and span without a space in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) kind: PieceKind,
    pub(super) face: u8,
    /// Bidi level; odd is right to left.
    pub(super) level: u8,
    /// Which span of the text it comes from.
    pub(super) span: usize,
    /// In `Shaped::glyphs`, in visual order.
    pub(super) glyphs: Range<usize>,
    /// Thousandths of the size.
    pub(super) width: i32,
    /// Belongs to the word before it: no line break between them.
    pub(super) joined: bool,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceKind {
    Word,
    Space,
    /// The shape before a badge's word.
    Shape(Tone),
    /// A forced line break.
    Break,
}

/// Room for a badge's shape, thousandths of the size.
const SHAPE_WIDTH: i32 = 1060;

/// Measures a text; `bold` is the weight of its plain spans.
pub(super) fn shape(fonts: &mut Fonts, spans: &[Span], bold: bool) -> Shaped {
    let mut shaper = Shaper { fonts, spans, bold, text: String::new(), origin: Vec::new() };
    for span in 0..spans.len() {
        shaper.collect(span);
    }
    shaper.measure()
}

struct Shaper<'a> {
    fonts: &'a mut Fonts,
    spans: &'a [Span],
    bold: bool,
    text: String,
    /// Where each span's text starts.
    origin: Vec<usize>,
}

impl Shaper<'_> {
    fn is_bold(&self, span: usize) -> bool {
        self.bold || matches!(self.spans[span].style, Style::Bold | Style::Badge(_))
    }

    /// Appends a span's words, composed, with everything invisible or missing made visible.
    fn collect(&mut self, span: usize) {
        self.origin.push(self.text.len());
        let words = &self.spans[span].words;
        if words.bytes().all(|it| matches!(it, b' '..=b'~')) {
            self.text.push_str(words);
            return;
        }
        let composed: Cow<'_, str> = if words.is_ascii() {
            (&**words).into()
        } else {
            words.nfc().collect::<String>().into()
        };
        let bold = self.is_bold(span);
        let mut complex = false;
        for character in composed.chars() {
            if is_joiner(character) && complex {
                self.text.push(character);
                continue;
            }
            if is_invisible(character) {
                self.text.push_str(&Escaped(character).to_string());
                complex = false;
                continue;
            }
            if let Some(glyph) = self.fonts.glyph(character, bold) {
                complex = Fonts::is_complex(glyph.face);
                self.text.push(character);
            } else {
                *self.fonts.missing.entry(character).or_default() += 1;
                self.text.push_str(&Escaped(character).to_string());
                complex = false;
            }
        }
    }

    fn measure(mut self) -> Shaped {
        let text = std::mem::take(&mut self.text);
        let levels = levels_of(&text);
        let mut res = Shaped { pieces: Vec::new(), glyphs: Vec::with_capacity(text.len()) };
        for span in 0..self.spans.len() {
            match self.spans[span].style {
                Style::Break => {
                    res.mark(PieceKind::Break, span, 0);
                    let space = self.fonts.glyph(' ', false);
                    res.end(space.map(|it| placed(it, ' ')));
                }
                Style::Badge(tone) => res.mark(PieceKind::Shape(tone), span, SHAPE_WIDTH),
                Style::Plain | Style::Bold | Style::Code => {}
            }
            let end = self.origin.get(span + 1).copied().unwrap_or(text.len());
            let mut at = self.origin[span];
            while at < end {
                let run = self.next_run(&text[..end], at, levels.as_deref());
                at = run.end;
                self.add(&mut res, span, &text, run);
            }
        }
        res
    }

    /// The longest run from `at` in one face and level, all spaces or without any.
    fn next_run(&mut self, text: &str, at: usize, levels: Option<&[u8]>) -> FaceRun {
        let level_of = |at: usize| levels.map_or(0, |it| it[at]);
        let span = self.origin.partition_point(|it| *it <= at) - 1;
        let bold = self.is_bold(span);
        let mut res =
            FaceRun { start: at, end: at, face: 0, level: level_of(at), ..FaceRun::default() };
        for (offset, character) in text[at..].char_indices() {
            let here = at + offset;
            let space = character == ' ';
            let mark =
                !character.is_ascii() && (is_combining_mark(character) || is_joiner(character));
            let stays = mark && (is_joiner(character) || self.fonts.has(res.face, character));
            let face = if character.is_ascii() {
                Fonts::latin(bold)
            } else if stays && offset > 0 {
                res.face
            } else {
                self.fonts.glyph(character, bold).map_or(res.face, |it| it.face)
            };
            if offset == 0 {
                (res.face, res.space) = (face, space);
            } else if face != res.face || space != res.space || level_of(here) != res.level {
                break;
            }
            res.marked |= mark;
            res.end = here + character.len_utf8();
        }
        res
    }

    fn add(&mut self, res: &mut Shaped, span: usize, text: &str, run: FaceRun) {
        let first = res.glyphs.len();
        let part = &text[run.start..run.end];
        let rtl = run.level % 2 == 1;
        if Fonts::is_complex(run.face) || run.marked || (rtl && !run.space) {
            res.glyphs.extend(self.fonts.shape(Stretch { face: run.face, text: part, rtl }));
        } else {
            let bold = self.is_bold(span);
            for character in part.chars() {
                let Some(glyph) = self.fonts.glyph(character, bold) else { continue };
                res.glyphs.push(placed(glyph, character));
            }
        }
        let joined = !run.space
            && res
                .pieces
                .last()
                .is_some_and(|it| matches!(it.kind, PieceKind::Word | PieceKind::Shape(_)));
        let glyphs = first..res.glyphs.len();
        res.pieces.push(Piece {
            kind: if run.space { PieceKind::Space } else { PieceKind::Word },
            face: run.face,
            level: run.level,
            span,
            width: res.glyphs[glyphs.clone()].iter().map(|it| i32::from(it.advance)).sum(),
            glyphs,
            joined,
        });
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct FaceRun {
    start: usize,
    end: usize,
    face: u8,
    level: u8,
    space: bool,
    marked: bool,
}

impl Shaped {
    fn mark(&mut self, kind: PieceKind, span: usize, width: i32) {
        let at = self.glyphs.len();
        let glyphs = at..at;
        self.pieces.push(Piece { kind, face: 0, level: 0, span, glyphs, width, joined: false });
    }

    /// Gives the last piece a glyph.
    fn end(&mut self, glyph: Option<PlacedGlyph>) {
        self.glyphs.extend(glyph);
        if let Some(piece) = self.pieces.last_mut() {
            piece.glyphs.end = self.glyphs.len();
        }
    }
}

/// A character's glyph where it stands by itself.
fn placed(glyph: Glyph, character: char) -> PlacedGlyph {
    PlacedGlyph {
        code: glyph.code,
        advance: i16::try_from(glyph.advance).unwrap_or_default(),
        dx: 0,
        dy: 0,
        kerned: false,
        soft: matches!(character, '@' | '.' | '-' | '_' | '/' | ':' | ',' | ';' | '='),
    }
}

/// Bidi levels by byte, or none if all of the text runs left to right. Text in which both
/// directions are mixed is set from the left, as the document is.
fn levels_of(text: &str) -> Option<Vec<u8>> {
    let may_turn = |it: char| it >= '\u{590}';
    if text.is_ascii() || !text.chars().any(may_turn) {
        return None;
    }
    let info = BidiInfo::new(text, None);
    if !info.has_rtl() {
        return None;
    }
    let mixed = info.original_classes.contains(&BidiClass::L);
    let info = if mixed { BidiInfo::new(text, Some(Level::ltr())) } else { info };
    let mut res: Vec<u8> = info.levels.iter().map(|it| it.number()).collect();
    let mut start = 0;
    for word in text.split_inclusive(' ') {
        if word.contains('@') {
            isolate_parts(word, &mut res[start..start + word.len()]);
        }
        start += word.len();
    }
    Some(res)
}

/// The parts of an e-mail address stand from left to right, whatever script each is in: digits and
/// dots must not jump over a name.
fn isolate_parts(address: &str, levels: &mut [u8]) {
    let mut start = 0;
    for part in address.split_inclusive(|it: char| it.is_ascii_punctuation() || it == ' ') {
        let info = BidiInfo::new(part, Some(Level::ltr()));
        for (level, fresh) in levels[start..].iter_mut().zip(&info.levels) {
            *level = fresh.number();
        }
        start += part.len();
    }
}

fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// Characters that act on the text around them or that take no room and that no font here joins
/// or varies by: shown, never obeyed.
fn is_invisible(character: char) -> bool {
    acts_unseen(character)
        || is_joiner(character)
        || matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0080}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::{PieceKind, shape};
    use crate::fonts::Fonts;
    use crate::markup::{Span, Style, Tone};

    /// Each piece as `text@face` with its bidi level if it has one.
    fn draw(fonts: &mut Fonts, spans: &[Span]) -> String {
        let shaped = shape(fonts, spans, false);
        let pieces = shaped.pieces.iter().map(|piece| {
            let face = &fonts.faces[usize::from(piece.face)];
            let glyphs = &shaped.glyphs[piece.glyphs.clone()];
            let text: String =
                glyphs.iter().map(|it| face.codes[usize::from(it.code)].text.as_str()).collect();
            let level = if piece.level > 0 { format!("^{}", piece.level) } else { String::new() };
            match piece.kind {
                PieceKind::Word => format!("{text}@{}{level}", &face.name["NotoSans".len()..]),
                PieceKind::Space => "_".to_owned(),
                PieceKind::Shape(tone) => format!("{tone:?}"),
                PieceKind::Break => "/".to_owned(),
            }
        });
        pieces.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn hostile_text_is_shown_and_not_obeyed() {
        let cases = [
            "<script>alert(1)</script>",
            "Evil\u{202e}cod.exe",
            "a\u{0}b\u{7f}c\u{85}d\u{ad}e\u{200b}f\u{feff}",
            "\u{2066}Zoë\u{2069}",
            "髙橋 张伟 김민준 ｶﾅ",
            "ქეთი",
            "e\u{301} = é, q\u{323}",
            "محمد عبد",
            "דוד.4b@x.example",
            "Maria محمد (IT)",
            "ใจดี प्रिया",
            "≥ 90 → ✓",
        ];
        let mut fonts = Fonts::load();
        let lines: Vec<String> =
            cases.iter().map(|it| draw(&mut fonts, &[Span::plain(it)])).collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        <script>alert(1)</script>@-Regular
        Evil@-Regular ⟨@Math-Regular U+202E@-Regular ⟩@Math-Regular cod.exe@-Regular
        a@-Regular ⟨@Math-Regular U+0000@-Regular ⟩@Math-Regular b@-Regular ⟨@Math-Regular U+007F@-Regular ⟩@Math-Regular c@-Regular ⟨@Math-Regular U+0085@-Regular ⟩@Math-Regular d@-Regular ⟨@Math-Regular U+00AD@-Regular ⟩@Math-Regular e@-Regular ⟨@Math-Regular U+200B@-Regular ⟩@Math-Regular f@-Regular ⟨@Math-Regular U+FEFF@-Regular ⟩@Math-Regular
        ⟨@Math-Regular U+2066@-Regular ⟩@Math-Regular Zoë@-Regular ⟨@Math-Regular U+2069@-Regular ⟩@Math-Regular
        髙橋@CJKjp-Regular _ 张伟@CJKjp-Regular _ 김민준@CJKjp-Regular _ ｶﾅ@CJKjp-Regular
        ⟨@Math-Regular U+10E5@-Regular ⟩⟨@Math-Regular U+10D4@-Regular ⟩⟨@Math-Regular U+10D7@-Regular ⟩⟨@Math-Regular U+10D8@-Regular ⟩@Math-Regular
        é@-Regular _ =@-Regular _ é,@-Regular _ q̣@-Regular
        دمحم@Arabic-Regular^1 _ دبع@Arabic-Regular^1
        דוד@Hebrew-Regular^1 .4b@x.example@-Regular
        Maria@-Regular _ دمحم@Arabic-Regular^1 _ (IT)@-Regular
        ใจดี@Thai-Regular _ प्रिया@Devanagari-Regular
        ≥@Math-Regular _ 90@-Regular _ →@Math-Regular _ ✓@Symbols2-Regular
        ");
        assert_eq!(fonts.missing.len(), 4);
    }

    #[test]
    fn styles_choose_weight_and_shape() {
        let span = |words: &str, style| Span { style, ..Span::plain(words) };
        let text = [
            span("State ", Style::Plain),
            span("High", Style::Badge(Tone::High)),
            span("", Style::Break),
            span("re", Style::Bold),
            span("tool", Style::Code),
        ];
        let drawn = draw(&mut Fonts::load(), &text);
        insta::assert_snapshot!(drawn, @"State@-Regular _ High High@-Bold / re@-Bold tool@-Regular");
    }
}
