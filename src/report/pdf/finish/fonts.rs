//! What the codes of each font mean: glyphs, and characters for copying.

use super::subset_name;
use crate::report::pdf::fonts::{Face, Fonts};
use crate::report::pdf::printer::remapper;
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
        let glyphs = document.add_object(Stream::new(Dictionary::new(), glyph_map(face)));
        let characters = document.add_object(Stream::new(Dictionary::new(), character_map(face)));
        let Ok(font) = document.get_object_mut(id).and_then(|it| it.as_dict_mut()) else {
            continue;
        };
        if let Ok(Object::Reference(old)) = font.get(b"ToUnicode") {
            let old = *old;
            font.set("ToUnicode", characters);
            if let Ok(descendants) = font.get_mut(b"DescendantFonts")
                && let Ok(descendants) = descendants.as_array_mut()
                && let Some(Object::Dictionary(descendant)) = descendants.first_mut()
            {
                descendant.set("CIDToGIDMap", glyphs);
            }
            document.objects.remove(&old);
        }
    }
}

fn glyph_map(face: &Face) -> Vec<u8> {
    let remapper = remapper(face);
    let glyphs = face.codes.iter().map(|it| remapper.get(it.glyph).unwrap_or_default());
    glyphs.flat_map(u16::to_be_bytes).collect()
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
