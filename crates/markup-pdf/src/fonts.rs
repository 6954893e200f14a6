//! Embedded fonts: which face has a character, and how wide it is.

mod cjk;

use rustybuzz::{Direction, UnicodeBuffer};
use std::collections::BTreeMap;

macro_rules! font {
    ($name:literal, $file:literal) => {
        ($name, include_bytes!(concat!("../fonts/", $file)).as_slice())
    };
}

/// The faces, in order of preference.
const FACES: [(&str, &[u8]); 8] = [
    font!("NotoSans-Regular", "NotoSans-Regular.ttf"),
    font!("NotoSans-Bold", "NotoSans-Bold.ttf"),
    font!("NotoSansMath-Regular", "NotoSansMath-Subset.ttf"),
    font!("NotoSansSymbols2-Regular", "NotoSansSymbols2-Subset.ttf"),
    font!("NotoSansArabic-Regular", "NotoSansArabic-Regular.ttf"),
    font!("NotoSansHebrew-Regular", "NotoSansHebrew-Regular.ttf"),
    font!("NotoSansThai-Regular", "NotoSansThai-Regular.ttf"),
    font!("NotoSansDevanagari-Regular", "NotoSansDevanagari-Regular.ttf"),
];

/// The faces whose scripts need a shaper.
const COMPLEX: std::ops::Range<u8> = 4..8;

/// The first character that only the face for Chinese, Japanese and Korean may have: that face is
/// large, and not unpacked before it is needed.
const FIRST_CJK: char = '\u{2000}';

/// Characters looked up through an array instead of a tree: Latin, Greek and Cyrillic.
const N_COMMON: usize = 0x500;

/// The embedded fonts and what of them the document uses.
pub(super) struct Fonts {
    /// The faces, in the order of `Glyph::face`.
    pub(super) faces: Vec<Face>,
    /// Characters no face has, with how often each was asked for.
    pub(super) missing: BTreeMap<char, usize>,
    common: [Vec<Option<Glyph>>; 2],
    rest: [BTreeMap<char, Option<Glyph>>; 2],
}

/// One font file and its glyphs in use.
pub(super) struct Face {
    /// PostScript name.
    pub(super) name: &'static str,
    /// The whole file.
    pub(super) bytes: &'static [u8],
    /// Whether its outlines are cubic (CFF), which changes how a PDF counts its glyphs.
    pub(super) cubic: bool,
    /// What the codes of the document mean; code 0 is never shown.
    pub(super) codes: Vec<Code>,
    shaper: rustybuzz::Face<'static>,
    known: BTreeMap<(u16, String), u16>,
}

/// What a code stands for. A glyph that stands for different texts has a code for each, so that
/// copied text is always the text that was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code {
    /// Glyph in the font file.
    pub(super) glyph: u16,
    /// Thousandths of the size.
    pub(super) advance: u16,
    /// The characters it shows; empty for the further glyphs of a cluster.
    pub(super) text: String,
}

/// A character's glyph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Glyph {
    pub(super) face: u8,
    pub(super) code: u16,
    /// Thousandths of the size.
    pub(super) advance: u16,
}

/// A glyph as placed by the shaper, thousandths of the size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlacedGlyph {
    pub(super) code: u16,
    pub(super) advance: i16,
    pub(super) dx: i16,
    pub(super) dy: i16,
    /// A line may break after it when its word is too long.
    pub(super) soft: bool,
    /// What follows does not stand at the end of its natural advance.
    pub(super) kerned: bool,
}

/// A stretch of text in one face and direction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch<'a> {
    pub(super) face: u8,
    pub(super) text: &'a str,
    pub(super) rtl: bool,
}

impl Fonts {
    pub(super) fn load() -> Self {
        let faces = FACES.iter().map(|(name, bytes)| Face::load(name, bytes)).collect();
        Fonts {
            faces,
            missing: BTreeMap::new(),
            common: [vec![None; N_COMMON], vec![None; N_COMMON]],
            rest: [BTreeMap::new(), BTreeMap::new()],
        }
    }

    /// The glyph of a character, from the first face that has it.
    pub(super) fn glyph(&mut self, character: char, bold: bool) -> Option<Glyph> {
        let weight = usize::from(bold);
        let at = character as usize;
        if at < N_COMMON {
            if self.common[weight][at].is_none() {
                self.common[weight][at] = self.look_up(character, bold);
            }
            return self.common[weight][at];
        }
        if let Some(known) = self.rest[weight].get(&character) {
            return *known;
        }
        let res = self.look_up(character, bold);
        self.rest[weight].insert(character, res);
        res
    }

    fn look_up(&mut self, character: char, bold: bool) -> Option<Glyph> {
        let found = self.find(character, bold);
        if found.is_some() || character < FIRST_CJK || self.faces.len() > FACES.len() {
            return found;
        }
        self.faces.push(Face::load(cjk::NAME, cjk::bytes()));
        self.find(character, bold)
    }

    fn find(&mut self, character: char, bold: bool) -> Option<Glyph> {
        let chain = (0..self.faces.len()).filter(|it| *it != usize::from(!bold));
        chain.into_iter().find_map(|it| {
            let face = &mut self.faces[it];
            let glyph = face.shaper.glyph_index(character).filter(|it| it.0 != 0)?;
            let code = face.intern(glyph.0, character.to_string());
            let face = u8::try_from(it).expect("there are nine faces");
            Some(Glyph { face, code, advance: self.faces[it].codes[usize::from(code)].advance })
        })
    }

    /// Whether a face can show a character; for marks, which stay with their letter's face.
    pub(super) fn has(&self, face: u8, character: char) -> bool {
        self.faces[usize::from(face)].shaper.glyph_index(character).is_some_and(|it| it.0 != 0)
    }

    /// The face that has all that can be seen of ASCII.
    pub(super) fn latin(bold: bool) -> u8 {
        u8::from(bold)
    }

    /// Whether text in this face must go through the shaper.
    pub(super) fn is_complex(face: u8) -> bool {
        COMPLEX.contains(&face)
    }

    /// Shapes a stretch of text; the glyphs come in visual order, left to right.
    pub(super) fn shape(&mut self, stretch: Stretch<'_>) -> Vec<PlacedGlyph> {
        let Stretch { text, rtl, face } = stretch;
        let face = &mut self.faces[usize::from(face)];
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        let shaped = rustybuzz::shape(&face.shaper, &[], buffer);
        let infos = shaped.glyph_infos();
        let texts = texts_of(text, &infos.iter().map(|it| it.cluster).collect::<Vec<_>>(), rtl);
        let narrow = |it: i32| i16::try_from(it).unwrap_or_default();
        let glyphs = infos.iter().zip(shaped.glyph_positions()).zip(texts);
        glyphs
            .map(|((info, position), text)| {
                let code = face.intern(u16::try_from(info.glyph_id).unwrap_or_default(), text);
                let natural = i32::from(face.codes[usize::from(code)].advance);
                PlacedGlyph {
                    code,
                    advance: narrow(position.x_advance),
                    dx: narrow(position.x_offset),
                    dy: narrow(position.y_offset),
                    soft: false,
                    kerned: natural != position.x_advance,
                }
            })
            .collect()
    }
}

impl Face {
    fn load(name: &'static str, bytes: &'static [u8]) -> Self {
        let shaper = rustybuzz::Face::from_slice(bytes, 0).expect("the embedded fonts are sound");
        assert_eq!(shaper.units_per_em(), 1000, "advances are taken for thousandths");
        let nothing = Code { glyph: 0, advance: 0, text: String::new() };
        let cubic = bytes.starts_with(b"OTTO");
        Face { name, bytes, cubic, codes: vec![nothing], shaper, known: BTreeMap::new() }
    }

    /// Height of the letters above and below the base line, and the box around all glyphs.
    pub(super) fn extents(&self) -> ([i16; 2], [i16; 4]) {
        let bounds = self.shaper.global_bounding_box();
        let lines = [self.shaper.ascender(), self.shaper.descender()];
        (lines, [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max])
    }

    fn intern(&mut self, glyph: u16, text: String) -> u16 {
        let key = (glyph, text);
        if let Some(code) = self.known.get(&key) {
            return *code;
        }
        let code = u16::try_from(self.codes.len()).expect("a face has fewer than 65536 codes");
        let advance = self.shaper.glyph_hor_advance(rustybuzz::ttf_parser::GlyphId(glyph));
        let advance = advance.unwrap_or_default();
        self.codes.push(Code { glyph, advance, text: key.1.clone() });
        self.known.insert(key, code);
        code
    }
}

/// The characters that each glyph shows, by the shaper's clusters: one each in order, and what is
/// left over with the last, so that text without gaps is copied without gaps.
fn texts_of(text: &str, clusters: &[u32], rtl: bool) -> Vec<String> {
    let mut starts: Vec<usize> = clusters.iter().map(|it| *it as usize).collect();
    starts.sort_unstable();
    starts.dedup();
    let mut res = vec![String::new(); clusters.len()];
    for (at, start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(text.len());
        let mut glyphs: Vec<usize> =
            (0..clusters.len()).filter(|it| clusters[*it] as usize == *start).collect();
        if rtl {
            glyphs.reverse();
        }
        let last = glyphs.len() - 1;
        for (at, character) in text[*start..end].chars().enumerate() {
            res[glyphs[at.min(last)]].push(character);
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::{Fonts, Stretch, texts_of};

    #[test]
    fn the_first_face_that_has_a_character_shows_it() {
        let mut fonts = Fonts::load();
        let drawn: Vec<String> =
            ['A', 'ж', '≥', '✓', 'م', 'ד', 'ท', 'प', '髙', '한', '国', 'ｶ', 'ქ']
                .iter()
                .map(|it| match fonts.glyph(*it, true) {
                    Some(glyph) => format!("{it} {}", fonts.faces[usize::from(glyph.face)].name),
                    None => format!("{it} —"),
                })
                .collect();
        insta::assert_snapshot!(drawn.join("\n"), @"
        A NotoSans-Bold
        ж NotoSans-Bold
        ≥ NotoSansMath-Regular
        ✓ NotoSansSymbols2-Regular
        م NotoSansArabic-Regular
        ד NotoSansHebrew-Regular
        ท NotoSansThai-Regular
        प NotoSansDevanagari-Regular
        髙 NotoSansCJKjp-Regular
        한 NotoSansCJKjp-Regular
        国 NotoSansCJKjp-Regular
        ｶ NotoSansCJKjp-Regular
        ქ —
        ");
    }

    #[test]
    fn shaped_text_keeps_all_its_characters() {
        let mut fonts = Fonts::load();
        for (character, text, rtl) in [('م', "السلام", true), ('प', "प्रिया", false)]
        {
            let face = fonts.glyph(character, false).unwrap().face;
            let mut glyphs = fonts.shape(Stretch { face, text, rtl });
            if rtl {
                glyphs.reverse();
            }
            let codes = &fonts.faces[usize::from(face)].codes;
            let read: String =
                glyphs.iter().map(|it| codes[usize::from(it.code)].text.as_str()).collect();
            assert_eq!(read, text);
        }
    }

    #[test]
    fn clusters_share_out_their_characters() {
        assert_eq!(texts_of("abcd", &[0, 0, 2], false), ["a", "b", "cd"]);
        assert_eq!(texts_of("abc", &[2, 0], true), ["c", "ab"]);
        assert_eq!(texts_of("a", &[0, 0], false), ["a", ""]);
    }
}
