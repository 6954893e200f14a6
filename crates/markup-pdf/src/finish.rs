//! Pages and what leads to them, as a file: identity, outline, structure, metadata.

use super::display::{Item, Page};
use super::fonts::Fonts;
use super::layout::LaidOut;
use super::markup::Meta;
use super::tags::Tree;
use crate::color::Color;
use crate::image::Pixels;
use crate::text::visible;
use chrono::{DateTime, SecondsFormat, Utc};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat};

mod file;
mod fonts;
mod images;
mod object;
mod outlines;
mod pages;
mod structure;

use file::PdfFile;
use pages::Leaf;

/// A document that has the report's fonts and nothing else of it.
pub(super) type Specimen = Document;

/// The file as its pages come.
pub(super) struct PdfWriter {
    file: PdfFile,
    leaves: Vec<Leaf>,
    /// The number of the pages' resources.
    resources: u32,
    accent: Color,
}

/// What is known when all pages have been laid out.
pub(super) struct Ending<'a> {
    pub(super) meta: &'a Meta,
    pub(super) rest: &'a LaidOut,
    pub(super) fonts: &'a Fonts,
    pub(super) images: &'a [Pixels],
}

impl PdfWriter {
    /// For a document with some accent.
    pub(super) fn new(accent: Color) -> Self {
        let mut file = PdfFile::new();
        let resources = file.reserve();
        PdfWriter { file, leaves: Vec::new(), resources, accent }
    }

    /// Takes the next page.
    pub(super) fn page(&mut self, page: &Page, tree: &mut Tree) {
        self.leaves.push(pages::write(&mut self.file, page, self.accent, tree));
    }

    /// Takes pages that belong before others.
    pub(super) fn insert(&mut self, at: usize, pages: &[Page], tree: &mut Tree) {
        let leaves: Vec<Leaf> =
            pages.iter().map(|it| pages::write(&mut self.file, it, self.accent, tree)).collect();
        self.leaves.splice(at..at, leaves);
    }

    /// How many pages there are.
    pub(super) fn n_pages(&self) -> usize {
        self.leaves.len()
    }

    /// Takes header and footer of a page.
    pub(super) fn furnish(&mut self, at: usize, items: &[Item], tree: &mut Tree) {
        pages::furnish(&mut self.file, &self.leaves[at], items, tree);
    }

    /// Writes the rest of the file.
    pub(super) fn finish(
        mut self,
        specimen: Specimen,
        tree: &mut Tree,
        ending: &Ending<'_>,
    ) -> Vec<u8> {
        let PdfWriter { file, leaves, resources, .. } = &mut self;
        let (root, owners) = pages::finish(file, leaves, &ending.rest.anchors, tree, *resources);
        let structure = structure::write(file, tree, leaves, &owners);
        let images = images::write(file, ending.images);
        let mut document = renumber(specimen, file.last());
        write_resources(file, &mut document, *resources, images);
        fonts::complete(&mut document, ending.fonts);
        let outlines = outlines::build(&mut document, ending.rest, leaves);
        let info = complete_info(&mut document, ending.meta);
        let catalog = Catalog { pages: root, outlines, structure };
        let catalog = complete_catalog(&mut document, ending.meta, &catalog);
        file.reserve_to(document.max_id);
        for (id, object) in &document.objects {
            file.object(id.0, object);
        }
        self.file.finish(catalog, info)
    }
}

/// Moves all objects behind the number `by`; the page of the specimen, the tree that it stands in
/// and what it shows stay behind.
fn renumber(specimen: Specimen, by: u32) -> Document {
    let mut res = Document::new();
    let page = specimen.get_pages().into_values().next();
    let contents = page.and_then(|it| specimen.get_dictionary(it).ok()?.get(b"Contents").ok());
    let contents = contents.and_then(|it| it.as_reference().ok());
    for (id, mut object) in specimen.objects {
        if object.type_name().is_ok_and(|it| it == b"Pages") || Some(id) == contents {
            continue;
        }
        shift(&mut object, by);
        res.objects.insert((id.0 + by, 0), object);
    }
    res.max_id = specimen.max_id + by;
    for (key, value) in &specimen.trailer {
        let mut value = value.clone();
        shift(&mut value, by);
        res.trailer.set(key.clone(), value);
    }
    res
}

fn shift(object: &mut Object, by: u32) {
    match object {
        Object::Reference(id) => id.0 += by,
        Object::Array(items) => items.iter_mut().for_each(|it| shift(it, by)),
        Object::Dictionary(it) => it.iter_mut().for_each(|it| shift(it.1, by)),
        Object::Stream(it) => it.dict.iter_mut().for_each(|it| shift(it.1, by)),
        _ => {}
    }
}

/// The fonts of the specimen's page are those of all pages, beside the pictures; the page itself
/// goes.
fn write_resources(file: &mut PdfFile, document: &mut Document, number: u32, images: Dictionary) {
    let pages = document.objects.iter();
    let page = pages.filter(|it| it.1.type_name().is_ok_and(|it| it == b"Page"));
    let page = page.map(|it| *it.0).next();
    let Some(page) = page.and_then(|it| document.objects.remove(&it)) else { return };
    let resources = page.as_dict().and_then(|it| it.get(b"Resources"));
    let Ok(resources) = resources.and_then(Object::as_reference) else { return };
    let resources = document.objects.remove(&resources);
    let fonts = resources.as_ref().and_then(|it| it.as_dict().ok()?.get(b"Font").ok());
    let fonts = fonts.cloned().unwrap_or(Object::Null);
    let mut resources = Dictionary::from_iter([("Font", fonts)]);
    if !images.is_empty() {
        resources.set("XObject", images);
    }
    file.object(number, &Object::Dictionary(resources));
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

fn complete_info(document: &mut Document, meta: &Meta) -> u32 {
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
    let number = trailer_entry(document, b"Info");
    document.objects.insert((number, 0), Object::Dictionary(info));
    number
}

/// The number of an object that the trailer names, or of a new one.
fn trailer_entry(document: &mut Document, key: &[u8]) -> u32 {
    let known = document.trailer.get(key).and_then(Object::as_reference);
    known.unwrap_or_else(|_| document.new_object_id()).0
}

const PRODUCER: &str = concat!("retool-audit ", env!("CARGO_PKG_VERSION"));

/// What the catalog leads to.
struct Catalog {
    pages: u32,
    outlines: Option<ObjectId>,
    structure: Option<u32>,
}

fn complete_catalog(document: &mut Document, meta: &Meta, to: &Catalog) -> u32 {
    let kind = [("Type", "Metadata"), ("Subtype", "XML")];
    let kind = kind.map(|(key, value)| (key, Object::Name(value.into())));
    let metadata = Stream::new(Dictionary::from_iter(kind), metadata(meta).into_bytes());
    let mut res = Dictionary::from_iter([("Type", Object::Name("Catalog".into()))]);
    res.set("Pages", Object::Reference((to.pages, 0)));
    res.set("Metadata", document.add_object(metadata));
    res.set("Lang", text(&meta.lang));
    res.set("PageLayout", "SinglePage");
    let shown = Dictionary::from_iter([("DisplayDocTitle", Object::Boolean(true))]);
    res.set("ViewerPreferences", shown);
    if let Some(outlines) = to.outlines {
        res.set("Outlines", outlines);
        res.set("PageMode", "UseOutlines");
    }
    if let Some(structure) = to.structure {
        res.set("StructTreeRoot", Object::Reference((structure, 0)));
        let marked = Dictionary::from_iter([("Marked", Object::Boolean(true))]);
        res.set("MarkInfo", marked);
    }
    let number = trailer_entry(document, b"Root");
    document.objects.insert((number, 0), Object::Dictionary(res));
    number
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

#[cfg(test)]
mod tests {
    use super::date;
    use crate::render;
    use crate::sketch::report;
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
            "<h1>Zeta</h1><h2>One</h2><h3>Deep</h3><h2>Two</h2><p>text</p><h1>Al\u{202e}pha</h1>\
             <h3>Odd</h3>\
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
            .map(|it| document.get_dictionary(it.as_reference().unwrap()).unwrap())
            .map(|it| {
                assert_eq!(it.get(b"F").unwrap().as_i64().unwrap(), 4);
                String::from_utf8_lossy(it.get(b"Contents").unwrap().as_str().unwrap()).into()
            })
            .collect();
        assert_eq!(contents, ["Page 1", "https://docs.example.test/a"]);
    }

    #[test]
    fn the_same_picture_is_in_the_file_once_and_says_whose_it_is() {
        let address = crate::image::address(&crate::image::tests::two_pixels());
        let markup = format!(
            "<cover><title>Review</title><logo src=\"{address}\" alt=\"Acme (Sons)\"/></cover>\
             <logo src=\"{address}\"/><h1>One</h1>"
        );
        let document = load(&markup);
        let kind = |it: &Dictionary, key: &[u8], name: &[u8]| {
            it.get(key).and_then(|it| it.as_name()).is_ok_and(|it| it == name)
        };
        let streams = document.objects.values().filter_map(|it| it.as_stream().ok());
        let images: Vec<_> = streams.filter(|it| kind(&it.dict, b"Subtype", b"Image")).collect();
        let n_masked = images.iter().filter(|it| it.dict.has(b"SMask")).count();
        assert_eq!((images.len(), n_masked), (2, 1), "the picture and its mask");
        let elements = document.objects.values().filter_map(|it| it.as_dict().ok());
        let figures: Vec<_> = elements.filter(|it| kind(it, b"S", b"Figure")).collect();
        let [figure] = figures[..] else { panic!("one says what it is: {figures:?}") };
        assert_eq!(figure.get(b"Alt").unwrap().as_str().unwrap(), b"Acme (Sons)");
        let page = |number| {
            let page = document.get_page_content(document.get_pages()[&number]);
            String::from_utf8_lossy(&page).into_owned()
        };
        assert!(page(1).contains("/Figure<</MCID 0>>BDC\nq 2 0 0 1 54 "), "{}", page(1));
        assert!(page(2).contains("/Artifact BMC\nq 2 0 0 1 54 "), "{}", page(2));
        assert!(page(2).contains("cm/I0 Do Q\nEMC\n"), "{}", page(2));
    }

    #[test]
    fn dates_are_written_in_universal_time() {
        assert_eq!(date("2026-11-01T01:59:00+02:00").unwrap(), "D:20261031235900Z");
        assert_eq!(date("2026-11-01"), None);
    }
}
