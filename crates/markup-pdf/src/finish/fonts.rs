//! What the codes of each font mean: glyphs, and characters for copying.

use super::subset_name;
use crate::fonts::{Face, Fonts};
use crate::printer::remapper;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Says what the codes of each font mean: their glyphs and their characters.
pub(super) fn complete(document: &mut Document, fonts: &Fonts) {
    let names: BTreeMap<Vec<u8>, &Face> = fonts
        .faces
        .iter()
        .enumerate()
        .map(|(at, it)| (subset_name(at, it.name).into_bytes(), it))
        .collect();
    let composite: Vec<(ObjectId, &Face)> = document
        .objects
        .iter()
        .filter_map(|(id, object)| {
            let font = object.as_dict().ok()?;
            if font.get(b"Subtype").ok()?.as_name().ok()? != b"Type0" {
                return None;
            }
            let name = font.get(b"BaseFont").ok()?.as_name().ok()?;
            Some((*id, *names.get(name)?))
        })
        .collect();
    for (id, face) in composite {
        let map = if face.cubic { code_map(face) } else { glyph_map(face) };
        let glyphs = document.add_object(map);
        let characters = document.add_object(Stream::new(Dictionary::new(), character_map(face)));
        let Ok(font) = document.get_object_mut(id).and_then(|it| it.as_dict_mut()) else {
            continue;
        };
        let old = font.get(b"ToUnicode").and_then(Object::as_reference);
        font.set("ToUnicode", characters);
        if face.cubic {
            font.set("Encoding", glyphs);
        }
        if let Some(descendant) = descendant(font) {
            if face.cubic {
                descendant.remove(b"CIDToGIDMap");
                descendant.set("DW", 1000);
                descendant.set("W", widths(face));
            } else {
                descendant.set("CIDToGIDMap", glyphs);
            }
        }
        if let Ok(old) = old {
            document.objects.remove(&old);
        }
    }
}

fn descendant(font: &mut Dictionary) -> Option<&mut Dictionary> {
    let descendants = font.get_mut(b"DescendantFonts").ok()?.as_array_mut().ok()?;
    descendants.first_mut()?.as_dict_mut().ok()
}

/// Cubic fonts know no table from codes to glyphs: the encoding does it.
fn code_map(face: &Face) -> Stream {
    let remapper = remapper(face);
    let mut res = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> def\n\
         /CMapName /Retool-Audit def\n/CMapType 1 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    let codes: Vec<(usize, u16)> = face
        .codes
        .iter()
        .enumerate()
        .map(|(code, it)| (code, remapper.get(it.glyph).unwrap_or_default()))
        .collect();
    for block in codes.chunks(100) {
        let _ = writeln!(res, "{} begincidchar", block.len());
        for (code, glyph) in block {
            let _ = writeln!(res, "<{code:04X}> {glyph}");
        }
        res.push_str("endcidchar\n");
    }
    res.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    let info = [
        ("Registry", Object::string_literal("Adobe")),
        ("Ordering", Object::string_literal("Identity")),
        ("Supplement", Object::Integer(0)),
    ];
    let entries = [
        ("Type", Object::Name("CMap".into())),
        ("CMapName", Object::Name("Retool-Audit".into())),
        ("CIDSystemInfo", Object::Dictionary(Dictionary::from_iter(info))),
    ];
    Stream::new(Dictionary::from_iter(entries), res.into_bytes())
}

/// Widths by the glyphs of the subset.
fn widths(face: &Face) -> Object {
    let remapper = remapper(face);
    let by_glyph: BTreeMap<u16, u16> = face
        .codes
        .iter()
        .map(|it| (remapper.get(it.glyph).unwrap_or_default(), it.advance))
        .collect();
    let entries = by_glyph.into_iter().flat_map(|(glyph, width)| {
        [Object::Integer(glyph.into()), vec![Object::Integer(width.into())].into()]
    });
    entries.collect::<Vec<_>>().into()
}

fn glyph_map(face: &Face) -> Stream {
    let remapper = remapper(face);
    let glyphs = face.codes.iter().map(|it| remapper.get(it.glyph).unwrap_or_default());
    Stream::new(Dictionary::new(), glyphs.flat_map(u16::to_be_bytes).collect())
}

fn character_map(face: &Face) -> Vec<u8> {
    let mut res = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    let shown: Vec<_> = face.codes.iter().enumerate().filter(|it| !it.1.text.is_empty()).collect();
    for block in shown.chunks(100) {
        let _ = writeln!(res, "{} beginbfchar", block.len());
        for (code, it) in block {
            let _ = write!(res, "<{code:04X}> <");
            for unit in it.text.encode_utf16() {
                let _ = write!(res, "{unit:04X}");
            }
            res.push_str(">\n");
        }
        res.push_str("endbfchar\n");
    }
    res.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    res.into_bytes()
}
