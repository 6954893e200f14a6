//! Strict XML markup in, PDF bytes out; a pure function.
//!
//! The way of a document: `xml` reads the markup, `parse` checks it against the vocabulary of
//! `markup`, `layout` makes strips of its parts, `flow` places them on pages as a display list
//! (`display`), `content` writes each full page, `printer` has the fonts, and `finish` makes a file
//! of it all.

use std::collections::BTreeMap;

mod blocks;
mod chart;
pub mod color;
mod content;
mod contents;
mod cover;
mod display;
mod finish;
mod flow;
mod fonts;
mod furniture;
pub mod image;
mod layout;
mod lines;
mod logo;
pub mod markup;
mod missing;
mod parse;
mod printer;
mod shape;
#[cfg(test)]
mod sketch;
mod strip;
mod table;
mod tags;
pub mod text;
mod theme;
mod xml;

/// A rendered document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The file, complete.
    pub bytes: Vec<u8>,
    /// How many pages it has, cover included.
    pub n_pages: usize,
    /// Characters that no embedded font has, shown as `⟨U+9AD9⟩`, with how often each occurred.
    pub missing: BTreeMap<char, usize>,
}

/// Why a document could not be rendered; `line` counts from 1 in the markup.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not well-formed XML.
    #[error("markup line {line}: malformed XML")]
    Malformed {
        /// Where.
        line: usize,
        /// What the XML reader says.
        #[source]
        source: xml::Malformed,
    },
    /// An element that the vocabulary does not have.
    #[error("markup line {line}: unknown element `{name}`")]
    UnknownElement {
        /// Where.
        line: usize,
        /// Its name.
        name: String,
    },
    /// An element of the vocabulary in a place where it may not stand.
    #[error("markup line {line}: element `{name}` may not stand in `{parent}`")]
    Misplaced {
        /// Where.
        line: usize,
        /// Its name.
        name: &'static str,
        /// The element around it.
        parent: &'static str,
    },
    /// Text where only elements may stand.
    #[error("markup line {line}: text may not stand directly in `{parent}`")]
    StrayText {
        /// Where.
        line: usize,
        /// The element around it.
        parent: &'static str,
    },
    /// An attribute that the element does not have.
    #[error("markup line {line}: unknown attribute `{name}` of `{element}`")]
    UnknownAttribute {
        /// Where.
        line: usize,
        /// Its name.
        name: String,
        /// The element.
        element: &'static str,
    },
    /// A required attribute or part is not there.
    #[error("markup line {line}: `{element}` has no `{name}`")]
    Missing {
        /// Where.
        line: usize,
        /// The attribute or element that is not there.
        name: &'static str,
        /// The element.
        element: &'static str,
    },
    /// An attribute's value is none of those allowed.
    #[error("markup line {line}: `{name}` is `{value}`, expected {expected}")]
    BadValue {
        /// Where.
        line: usize,
        /// The attribute.
        name: &'static str,
        /// Its value.
        value: String,
        /// What would be right.
        expected: &'static str,
    },
    /// A row whose cells do not fill the columns.
    #[error("markup line {line}: row has {found} cells, expected {expected}")]
    CellCount {
        /// Where.
        line: usize,
        /// Cells in the row.
        found: usize,
        /// Columns of the table.
        expected: usize,
    },
    /// A bar whose parts are not those of the legend.
    #[error("markup line {line}: stack has {found} parts, expected {expected}")]
    PartCount {
        /// Where.
        line: usize,
        /// Parts of the bar.
        found: usize,
        /// Keys of the legend.
        expected: usize,
    },
    /// More than a chart can hold.
    #[error("markup line {line}: `{element}` has more than {most} of `{name}`")]
    TooMany {
        /// Where the first one too many stands.
        line: usize,
        /// Its name.
        name: &'static str,
        /// The element around it.
        element: &'static str,
        /// How many there may be.
        most: usize,
    },
    /// A link to an id that no element has.
    #[error("markup line {line}: link to undefined id `{id}`")]
    UndefinedId {
        /// Where.
        line: usize,
        /// The id.
        id: String,
    },
    /// An id that two elements have.
    #[error("markup line {line}: id `{id}` is already taken in line {first}")]
    DuplicateId {
        /// Where.
        line: usize,
        /// The id.
        id: String,
        /// Where it was taken first.
        first: usize,
    },
    /// An embedded font could not be cut down to the glyphs in use.
    #[error("cannot subset font `{font}`")]
    Font {
        /// Its PostScript name.
        font: &'static str,
        /// What the subsetter says.
        #[source]
        source: subsetter::Error,
    },
}

/// Renders the document markup (see [`markup`] for the vocabulary) into a PDF.
///
/// A pure function: the same markup gives the same bytes, in any process, on any machine.
///
/// # Errors
///
/// If the markup is not well-formed or breaks the vocabulary; the error names the line.
pub fn render(markup: &str) -> Result<Pdf, Error> {
    render_pieces(&mut std::iter::once(markup.to_owned()))
}

/// The same for markup that comes in pieces, which may end anywhere. A page is written and
/// forgotten as soon as it is full, so that neither the markup nor the pages are ever there as a
/// whole.
///
/// # Errors
///
/// As [`render`].
pub fn render_pieces(pieces: &mut dyn Iterator<Item = String>) -> Result<Pdf, Error> {
    let (meta, parser) = parse::Parser::begin(pieces)?;
    let mut layout = layout::Layout::new(meta.clone());
    let mut writer = finish::PdfWriter::new(meta.accent);
    parser.read(&mut |part| {
        layout.add(part);
        layout.hand_out(&mut |page, tree| writer.page(page, tree));
    })?;
    let rest = layout.finish();
    rest.pages.iter().for_each(|it| writer.page(it, &mut layout.tree));
    writer.insert(rest.contents.0, &rest.contents.1, &mut layout.tree);
    let n_pages = writer.n_pages();
    for (at, sheet) in rest.sheets.iter().enumerate() {
        let items = layout.furniture(at, n_pages, *sheet);
        writer.furnish(at, &items, &mut layout.tree);
    }
    let layout::Layout { fonts, mut tree, images, .. } = layout;
    let specimen = printer::specimen(&meta.title, &fonts)?;
    let ending = finish::Ending { meta: &meta, rest: &rest, fonts: &fonts, images: &images };
    let bytes = writer.finish(specimen, &mut tree, &ending);
    Ok(Pdf { bytes, n_pages, missing: rest.missing })
}

#[cfg(test)]
mod tests {
    use super::sketch::report;
    use super::{Error, render};
    use std::error::Error as _;

    fn complain(markup: &str) -> String {
        let error = render(markup).unwrap_err();
        match error.source() {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        }
    }

    #[test]
    fn errors_name_the_line() {
        let cases = [
            "<p>one</p>\n<blink>two</blink>",
            "<p color=\"red\">one</p>",
            "<p>one\ntwo <h1>three</h1></p>",
            "one",
            "<p>one</b>",
            "<p>&nbsp;</p>",
            "<p>one <a to=\"two\">two</a></p>",
            "<p>one <a href=\"javascript:alert(1)\">two</a></p>",
            "<h1 id=\"a\">A</h1>\n<h2 id=\"a\">B</h2>",
            "<note tone=\"loud\">one</note>",
            "<ul>\n<li>one</li>\n<p>two</p></ul>",
            "<facts><fact>one</fact></facts>",
            "<bars><bar label=\"one\" value=\"-1\"/></bars>",
            "<table cols=\"1* wide\"><head><c>A</c><c>B</c></head></table>",
            "<table cols=\"1* 60r\">\n<head><c>A</c><c>B</c></head>\n<r><c>1</c></r></table>",
            "<table cols=\"1*\"><r><c>1</c></r></table>",
            "<keep><pagebreak/></keep>",
            "<cover/>",
            "<logo/>",
            "<logo src=\"logo.png\"/>",
            "<cover><title>A</title><logo src=\"data:image/png;base64,R0lGODlhAQABAIAAAAAAAP\"/>\
             </cover>",
        ];
        let lines: Vec<String> = cases.iter().map(|it| complain(&report(it))).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        markup line 3: unknown element `blink`
        markup line 2: unknown attribute `color` of `p`
        markup line 3: element `h1` may not stand in `p`
        markup line 2: text may not stand directly in `report`
        markup line 2: malformed XML: ill-formed document: expected `</p>`, but `</b>` was found
        markup line 2: malformed XML: unknown entity `&nbsp;`
        markup line 2: link to undefined id `two`
        markup line 2: `href` is `javascript:alert(1)`, expected an `https:`, `http:` or `mailto:` address
        markup line 3: id `a` is already taken in line 2
        markup line 2: `tone` is `loud`, expected `plain`, `good`, `bad`, `warn`, `info`, `muted`, `critical`, `high`, `medium` or `low`
        markup line 4: element `p` may not stand in `ul`
        markup line 2: `fact` has no `label`
        markup line 2: `value` is `-1`, expected a non-negative whole number
        markup line 2: `cols` is `wide`, expected words such as `60`, `40r`, `1*` or `2*c`
        markup line 4: row has 1 cells, expected 2
        markup line 2: `table` has no `head`
        markup line 2: element `pagebreak` may not stand in `keep`
        markup line 2: `cover` has no `title`
        markup line 2: `logo` has no `src`
        markup line 2: `src` is `logo.png`, expected a PNG as `data:image/png;base64,…`
        markup line 2: `src` is `data:image/png;base64,R0lGODlhAQABAIAAAA`, expected a PNG as `data:image/png;base64,…`
        ");
    }

    #[test]
    fn the_root_is_checked() {
        let cases = [
            "",
            "<report title=\"A\" lang=\"en\" id=\"c0ffee\"/>",
            "<report title=\"A\" lang=\"en\" id=\"tea\" created=\"2026-10-31T00:00:00Z\"/>",
            "<report title=\"A\" lang=\"en\" id=\"c0ffee\" created=\"yesterday\"/>",
            "<report title=\"A\" lang=\"en\" id=\"c0ffee\" created=\"2026-10-31T00:00:00Z\" \
             accent=\"blue\"/>",
            "<p>one</p>",
            "<!DOCTYPE report><report/>",
            "<report title=\"A\" lang=\"en\" id=\"c0ffee\" created=\"2026-10-31T00:00:00Z\">",
        ];
        let lines: Vec<String> = cases.iter().map(|it| complain(it)).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        markup line 1: malformed XML: there is no root element
        markup line 1: `report` has no `created`
        markup line 1: `id` is `tea`, expected hexadecimal digits
        markup line 1: `created` is `yesterday`, expected a time such as `2026-10-31T23:59:00Z`
        markup line 1: `accent` is `blue`, expected a colour such as `#14365c`
        markup line 1: element `p` may not stand in `document`
        markup line 1: malformed XML: a document type is not allowed
        markup line 1: malformed XML: the document ends too early
        ");
    }

    #[test]
    fn same_markup_same_bytes() {
        let markup = report("<h1>One</h1><p>محمد &amp; 髙 ქქ สมชาย</p><pagebreak/><h2>Two</h2>");
        let (first, second) = (render(&markup).unwrap(), render(&markup).unwrap());
        assert!(first.bytes == second.bytes);
        assert_eq!(first.n_pages, 2);
        assert_eq!(first.missing.into_iter().collect::<Vec<_>>(), [('ქ', 2)]);
    }

    #[test]
    fn an_empty_report_is_one_page() {
        assert_eq!(render(&report("")).unwrap().n_pages, 1);
        assert!(matches!(render("<p/>"), Err(Error::Misplaced { .. })));
    }
}
