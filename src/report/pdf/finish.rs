//! Finishing the low-level document: identity, outline, metadata, compression.

use super::Error;
use super::display::{Bookmark, Spot};
use super::fonts::Fonts;
use super::markup::Meta;
use crate::digest::Digest;
use crate::report::text::visible;
use chrono::{DateTime, SecondsFormat, Utc};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat};
use std::collections::BTreeMap;
use std::io::Write as _;

mod fonts;
mod outlines;

/// What the finished document is told.
pub(super) struct Finish<'a> {
    pub(super) meta: &'a Meta,
    pub(super) bookmarks: &'a [Bookmark],
    pub(super) anchors: &'a BTreeMap<String, Spot>,
    pub(super) fonts: &'a Fonts,
}

/// Completes a document and writes it.
pub(super) fn finish(mut document: Document, finish: &Finish<'_>) -> Result<Vec<u8>, Error> {
    "1.7".clone_into(&mut document.version);
    let pages: Vec<ObjectId> = document.get_pages().into_values().collect();
    let outlines = outlines::build(&mut document, finish, &pages);
    fonts::complete(&mut document, finish.fonts);
    complete_pages(&mut document, &pages);
    complete_info(&mut document, finish.meta);
    complete_catalog(&mut document, finish.meta, outlines);
    compress(&mut document);
    identify(&mut document, finish.meta);
    let mut res = Vec::new();
    document.save_modern(&mut res).map_err(Error::Write)?;
    Ok(res)
}

/// A time as PDF writes it, or nothing if it is none.
pub(super) fn date(created: &str) -> Option<String> {
    Some(time(created)?.format("D:%Y%m%d%H%M%SZ").to_string())
}

fn time(created: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(created).ok().map(|it| it.to_utc())
}

/// Name of a subset: six capitals of its own, then the font's name.
pub(super) fn subset_name(at: usize, name: &str) -> String {
    let letter = char::from(b'A' + u8::try_from(at % 26).expect("below 26"));
    format!("RTAUD{letter}+{name}")
}

/// A text string: as it is if ASCII, else UTF-16.
fn text(value: &str) -> Object {
    let value = visible(value);
    if value.is_ascii() {
        return Object::String(value.as_bytes().to_vec(), StringFormat::Literal);
    }
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(value.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// Drops boxes that say nothing; makes links print (as nothing) and say where they lead.
fn complete_pages(document: &mut Document, pages: &[ObjectId]) {
    let numbers: BTreeMap<ObjectId, usize> = pages.iter().copied().zip(1..).collect();
    for id in pages {
        let Ok(page) = document.get_object_mut(*id).and_then(|it| it.as_dict_mut()) else {
            continue;
        };
        page.remove(b"TrimBox");
        page.remove(b"CropBox");
        let Ok(links) = page.get_mut(b"Annots").and_then(|it| it.as_array_mut()) else { continue };
        for link in links.iter_mut().filter_map(|it| it.as_dict_mut().ok()) {
            link.set("F", 4);
            link.remove(b"C");
            if let Some(contents) = destination(link, &numbers) {
                link.set("Contents", text(&contents));
            }
        }
        if links.is_empty() {
            page.remove(b"Annots");
        }
    }
}

fn destination(link: &Dictionary, numbers: &BTreeMap<ObjectId, usize>) -> Option<String> {
    let action = link.get(b"A").ok()?.as_dict().ok()?;
    if let Ok(address) = action.get(b"URI") {
        return Some(String::from_utf8_lossy(address.as_str().ok()?).into_owned());
    }
    let page = action.get(b"D").ok()?.as_array().ok()?.first()?.as_reference().ok()?;
    Some(format!("Page {}", numbers.get(&page)?))
}

fn complete_info(document: &mut Document, meta: &Meta) {
    let Ok(Object::Reference(id)) = document.trailer.get(b"Info") else { return };
    let mut info = Dictionary::new();
    let when = date(&meta.created).unwrap_or_default();
    let stated = [
        ("Title", &meta.title),
        ("Author", &meta.author),
        ("Subject", &meta.subject),
        ("CreationDate", &when),
        ("ModDate", &when),
        ("Creator", &PRODUCER.to_owned()),
        ("Producer", &PRODUCER.to_owned()),
    ];
    for (key, value) in stated.into_iter().filter(|it| !it.1.is_empty()) {
        info.set(key, text(value));
    }
    let id = *id;
    document.objects.insert(id, Object::Dictionary(info));
}

const PRODUCER: &str = concat!("retool-audit ", env!("CARGO_PKG_VERSION"));

fn complete_catalog(document: &mut Document, meta: &Meta, outlines: Option<ObjectId>) {
    let kind = [("Type", "Metadata"), ("Subtype", "XML")];
    let kind = kind.map(|(key, value)| (key, Object::Name(value.into())));
    let metadata = Stream::new(Dictionary::from_iter(kind), metadata(meta).into_bytes());
    let metadata = document.add_object(metadata);
    let Ok(catalog) = document.catalog_mut() else { return };
    catalog.set("Metadata", metadata);
    catalog.set("Lang", text(&meta.lang));
    catalog.set("PageLayout", "SinglePage");
    let shown = Dictionary::from_iter([("DisplayDocTitle", Object::Boolean(true))]);
    catalog.set("ViewerPreferences", shown);
    if let Some(outlines) = outlines {
        catalog.set("Outlines", outlines);
        catalog.set("PageMode", "UseOutlines");
    }
}

/// The document's own description, in XMP.
fn metadata(meta: &Meta) -> String {
    let escape =
        |it: &str| visible(it).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let when = time(&meta.created).map(|it| it.to_rfc3339_opts(SecondsFormat::Secs, true));
    let when = when.unwrap_or_default();
    let (title, author) = (escape(&meta.title), escape(&meta.author));
    let (subject, lang) = (escape(&meta.subject), escape(&meta.lang));
    format!(
        r#"<?xpacket begin="{bom}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{when}</xmp:CreateDate><xmp:ModifyDate>{when}</xmp:ModifyDate>
<xmp:MetadataDate>{when}</xmp:MetadataDate><xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>
<pdf:Producer>{PRODUCER}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"#,
        bom = '\u{feff}'
    )
}

/// Deflates all streams but the metadata, on all cores; the outcome does not depend on how many.
fn compress(document: &mut Document) {
    let mut streams: Vec<&mut Stream> = document
        .objects
        .values_mut()
        .filter_map(|it| it.as_stream_mut().ok())
        .filter(|it| !it.dict.has(b"Filter") && !it.dict.has_type(b"Metadata"))
        .collect();
    let n_threads = std::thread::available_parallelism().map_or(1, |it| it.get());
    let share = streams.len().div_ceil(n_threads).max(1);
    std::thread::scope(|scope| {
        for part in streams.chunks_mut(share) {
            scope.spawn(move || part.iter_mut().for_each(|it| deflate(it)));
        }
    });
}

fn deflate(stream: &mut Stream) {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    let deflated = encoder.write_all(&stream.content).and_then(|()| encoder.finish());
    if let Ok(deflated) = deflated.as_ref()
        && deflated.len() + 20 < stream.content.len()
    {
        stream.dict.set("Filter", "FlateDecode");
        stream.set_content(deflated.clone());
    }
}

/// Two equal identifiers, made from all content.
fn identify(document: &mut Document, meta: &Meta) {
    let mut digest = Digest::default();
    for part in [&meta.title, &meta.author, &meta.subject, &meta.created, &meta.id] {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    for stream in document.objects.values().filter_map(|it| it.as_stream().ok()) {
        digest.update(&stream.content);
    }
    let id = Object::String(digest.bytes()[..16].to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id.clone(), id]);
}

#[cfg(test)]
mod tests {
    use super::date;
    use crate::report::pdf::picture::report;
    use crate::report::pdf::render;
    use lopdf::{Dictionary, Document};
    use std::fmt::Write as _;

    fn load(blocks: &str) -> Document {
        Document::load_mem(&render(&report(blocks)).unwrap().bytes).unwrap()
    }

    fn outline(document: &Document, entry: &Dictionary, depth: usize, res: &mut String) {
        let follow = |key: &[u8]| {
            let id = entry.get(key).ok()?.as_reference().ok()?;
            Some(document.get_dictionary(id).unwrap())
        };
        if let Ok(title) = entry.get(b"Title").and_then(lopdf::decode_text_string) {
            let _ = writeln!(res, "{}{title}", "  ".repeat(depth - 1));
        }
        if let Some(first) = follow(b"First") {
            outline(document, first, depth + 1, res);
        }
        if let Some(next) = follow(b"Next") {
            outline(document, next, depth, res);
        }
    }

    #[test]
    fn the_outline_is_nested_in_document_order() {
        let document = load(
            "<h1>Zeta</h1><h2>One</h2><h3>Deep</h3><h2>Two</h2><p>text</p><h1>Al\u{202e}pha</h1><h3>Odd</h3>\
             <p>text</p>",
        );
        let root = document.catalog().unwrap().get(b"Outlines").unwrap().as_reference().unwrap();
        let mut res = String::new();
        outline(&document, document.get_dictionary(root).unwrap(), 0, &mut res);
        insta::assert_snapshot!(res, @"
        Zeta
          One
            Deep
          Two
        Al⟨U+202E⟩pha
          Odd
        ");
    }

    #[test]
    fn catalog_and_trailer_are_complete() {
        let document = load("<h1>One</h1>");
        let catalog = document.catalog().unwrap();
        assert_eq!(document.version, "1.7");
        assert_eq!(catalog.get(b"PageMode").unwrap().as_name().unwrap(), b"UseOutlines");
        assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"en");
        let ids = document.trailer.get(b"ID").unwrap().as_array().unwrap();
        assert_eq!(ids[0].as_str().unwrap().len(), 16);
        assert_eq!(ids[0], ids[1]);
    }

    #[test]
    fn links_say_where_they_lead() {
        let document = load(
            "<h1 id=\"one\">One</h1><p><a to=\"one\">back</a> \
             <a href=\"https://docs.example.test/a\">away</a></p>",
        );
        let page = document.get_pages()[&1];
        let page = document.get_dictionary(page).unwrap();
        let links = page.get(b"Annots").unwrap().as_array().unwrap();
        let contents: Vec<String> = links
            .iter()
            .map(|it| it.as_dict().unwrap())
            .map(|it| {
                assert_eq!(it.get(b"F").unwrap().as_i64().unwrap(), 4);
                String::from_utf8_lossy(it.get(b"Contents").unwrap().as_str().unwrap()).into()
            })
            .collect();
        assert_eq!(contents, ["Page 1", "https://docs.example.test/a"]);
    }

    #[test]
    fn dates_are_written_in_universal_time() {
        assert_eq!(date("2026-11-01T01:59:00+02:00").unwrap(), "D:20261031235900Z");
        assert_eq!(date("2026-11-01"), None);
    }
}
