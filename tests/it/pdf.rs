//! `report.pdf` as a reader's programs see it: its structure, its pages, where its links lead.

use std::path::Path;
use std::process::Command;

use lopdf::{Dictionary, Document, Object, ObjectId};
use serde_json::Value;

use crate::evidence::{company, demo};
use crate::harness::skipped;
use crate::pack::Pack;

/// What a program says about `report.pdf`; none where it is not installed.
fn ask(program: &str, arguments: &[&str], pack: &Pack) -> Option<String> {
    ask_about(program, arguments, &pack.dir.join("report.pdf"))
}

/// The same about any document.
pub(crate) fn ask_about(program: &str, arguments: &[&str], file: &Path) -> Option<String> {
    let last: &[&str] = if program == "pdftotext" { &["-"] } else { &[] };
    match Command::new(program).args(arguments).arg(file).args(last).output() {
        Ok(it) => {
            assert!(it.status.success(), "{program}: {}", String::from_utf8_lossy(&it.stderr));
            Some(String::from_utf8(it.stdout).expect("text"))
        }
        Err(error) => {
            skipped(&format!("{program}: {error}"));
            None
        }
    }
}

fn document(pack: &Pack) -> Document {
    Document::load_mem(&pack.bytes("report.pdf")).expect("a PDF")
}

#[test]
fn the_file_is_sound() {
    let Some(text) = ask("qpdf", &["--check"], &demo().pack) else { return };
    assert!(text.contains("No syntax or stream encoding errors found"), "{text}");
}

#[test]
fn the_summary_has_two_pages_and_the_same_totals() {
    let pack = &demo().pack;
    let summary = Document::load_mem(&pack.bytes("summary.pdf")).expect("a PDF");
    assert_eq!(summary.get_pages().len(), 2);
    let totals = &pack.report()["totals"];
    let said = summary.extract_text(&[1]).expect("text").split_whitespace().collect::<String>();
    for (count, words) in [("accounts", "accountson"), ("exceptions", "exceptionson")] {
        let count = &totals[count];
        let count = if count.is_object() { &count["at_least"] } else { count };
        let expected = format!("{count}{words}");
        assert!(said.contains(&expected), "{expected}: {said}");
    }
    // What is organization-wide has a row, or the column would not add up to its last line.
    let said = summary.extract_text(&[2]).expect("text").split_whitespace().collect::<String>();
    let expected = format!("Organization-wide–––––{}–", totals["exceptions_of_none"]);
    assert!(said.contains(&expected), "{expected}: {said}");
    for it in pack.report()["coverage"]["instances"].as_array().expect("a list") {
        let expected = format!("{}of{}", it["covered"], it["months"]);
        assert!(said.contains(&expected), "{expected}: {said}");
    }
}

#[test]
fn the_structure_says_what_each_text_is() {
    let Some(text) = ask("pdfinfo", &["-struct-text"], &demo().pack) else { return };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let after = |head: &str, nth: usize| {
        let starts = lines.iter().enumerate().filter(|it| it.1.starts_with(head));
        let start = starts.map(|it| it.0).nth(nth).unwrap_or_else(|| panic!("no {head}"));
        lines[start..lines.len().min(start + 12)].join("\n")
    };
    assert!(after("H1", 0).contains("\"Contents\""), "{}", after("H1", 0));
    assert!(after("H1", 1).contains("\"1 Result\""), "{}", after("H1", 1));
    assert!(after("TH", 0).contains("/Scope /Column"), "{}", after("TH", 0));
    for kind in ["L", "LI", "Lbl", "LBody", "P", "Table", "TR", "TD", "TOC", "TOCI", "Link"] {
        let found = lines.iter().any(|it| it.split([' ', ':']).next() == Some(kind));
        assert!(found, "no {kind} in the structure");
    }
    // Headers and footers are nothing to read aloud, and a repeated head is read once.
    assert!(!text.contains("Page 2 of"), "a footer is in the structure");
    let at = |heading: &str| lines.iter().rposition(|it| *it == heading).expect(heading);
    let population = &lines[at("\"A Full population\"")..at("\"B Definitions\"")];
    let heads = population.iter().filter(|it| **it == "\"Account\"").count();
    assert_eq!(heads, 3, "one for each instance");
}

#[test]
fn charts_are_read_as_their_labels_and_numbers() {
    let pack = &demo().pack;
    let Some(text) = ask("pdfinfo", &["-struct-text"], pack) else { return };
    let words: Vec<&str> = text.lines().filter_map(|it| it.trim().strip_prefix('"')).collect();
    let said = words.iter().map(|it| it.trim_end_matches('"')).collect::<Vec<_>>().join("|");
    let report = pack.report();
    let each = |of: &Value| of.as_array().expect("a list").clone();
    for it in each(&report["charts"]["activity"]) {
        let expected = format!("|{}|{}|", it["age"].as_str().expect("words"), it["accounts"]);
        assert!(said.contains(&expected), "{expected}");
    }
    let results = ["fail", "not_evaluable", "by_people", "pass", "not_applicable"];
    for it in each(&report["charts"]["outcomes"]) {
        let counts = results.map(|result| it[result].to_string()).join("|");
        let expected = format!("|{}|{counts}|", it["instance"].as_str().expect("a name"));
        assert!(said.contains(&expected), "{expected}");
    }
}

#[test]
fn a_line_is_told_point_by_point() {
    let markup = "<report title=\"T\" lang=\"en\" created=\"2026-10-31T23:59:00Z\" id=\"c0\">\
                  <multiples><series label=\"Accounts\"><point label=\"Sep\" value=\"1200\"/>\
                  <point label=\"Oct\"/><point label=\"Nov\" value=\"0\"/></series></multiples>\
                  </report>";
    let bytes = markup_pdf::render(markup).expect("sound markup").bytes;
    let document = Document::load_mem(&bytes).expect("a PDF");
    let told = document.objects.values().filter_map(|it| it.as_dict().ok()?.get(b"Alt").ok());
    let told: Vec<&[u8]> = told.map(|it| it.as_str().expect("text")).collect();
    assert_eq!(told, [b"Sep: 1,200; Oct: unknown; Nov: 0"]);
}

#[test]
fn footers_count_the_pages_and_the_contents_name_them() {
    let pack = &demo().pack;
    let n_pages = document(pack).get_pages().len();
    let Some(text) = ask("pdftotext", &["-layout"], pack) else { return };
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert_eq!(pages.len(), n_pages);
    for (at, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {n_pages}", at + 1)), "page {}", at + 1);
    }
    let entries = pages[1].lines().filter_map(|it| {
        let (title, number) = it.trim().split_once(" .")?;
        Some((title.trim(), number.rsplit([' ', '.']).next()?.parse::<usize>().ok()?))
    });
    let entries: Vec<(&str, usize)> = entries.collect();
    assert!(entries.len() > 20, "{}", pages[1]);
    for (title, number) in entries {
        assert!(pages[number - 1].contains(title), "`{title}` is not on page {number}");
    }
}

/// A word on a page: its place from the top, its height, in points.
struct Word {
    text: String,
    top: f64,
    bottom: f64,
}

impl Word {
    /// Whether it is set as large as a heading.
    fn is_heading(&self) -> bool {
        self.bottom - self.top > 14.0
    }
}

/// The words of every page between its header and its footer.
fn words(bounds: &str) -> Vec<Vec<Word>> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let document = roxmltree::Document::parse_with_options(bounds, options).expect("XHTML");
    let word = |it: roxmltree::Node<'_, '_>| {
        let number = |key| it.attribute(key).expect(key).parse().expect("a number");
        let text = it.text().unwrap_or_default().to_owned();
        Word { text, top: number("yMin"), bottom: number("yMax") }
    };
    let xhtml = "http://www.w3.org/1999/xhtml";
    let all = document.descendants().filter(|it| it.has_tag_name((xhtml, "page")));
    all.map(|page| {
        let all: Vec<Word> =
            page.children().filter(|it| it.has_tag_name((xhtml, "word"))).map(word).collect();
        let footer = all.iter().filter(|it| it.text == "Page").map(|it| it.top);
        let footer = footer.fold(f64::NAN, f64::max);
        all.into_iter().filter(|it| it.top > 40.0 && it.top < footer - 4.0).collect()
    })
    .collect()
}

#[test]
fn no_page_is_nearly_empty_or_ends_in_a_heading_and_every_reference_names_its_section() {
    for demo in [demo(), company()] {
        read_pages(&demo.pack);
    }
    let n_pages = document(&company().pack).get_pages().len();
    assert!(n_pages <= 49, "{n_pages} pages for a company of 180 people");
}

fn read_pages(pack: &Pack) {
    let Some(bounds) = ask("pdftotext", &["-bbox"], pack) else { return };
    let pages = words(&bounds);
    for (at, page) in pages.iter().enumerate() {
        let number = at + 1;
        let lowest = page.iter().max_by(|a, b| a.bottom.total_cmp(&b.bottom)).expect("a word");
        assert!(!lowest.is_heading(), "page {number} ends in the heading `{}`", lowest.text);
        let last_of_section = pages.get(number).is_none_or(|next| {
            next.iter().min_by(|a, b| a.top.total_cmp(&b.top)).is_some_and(Word::is_heading)
        });
        assert!(
            lowest.bottom > 150.0 || last_of_section,
            "page {number} ends in `{}` at {}",
            lowest.text,
            lowest.bottom
        );
    }
    let text = ask("pdftotext", &[], pack).expect("text").replace('\n', " ");
    for empty in [" in .", " in ,", "section .", "section ,", "appendix .", "()"] {
        let found =
            text.find(empty).map(|at| text[..at].chars().rev().take(80).collect::<String>());
        let found = found.map(|it| it.chars().rev().collect::<String>());
        assert_eq!(found, None, "nothing stands between `{empty}`");
    }
}

#[test]
fn every_link_and_bookmark_lands_on_a_page() {
    let document = document(&demo().pack);
    let pages: Vec<ObjectId> = document.get_pages().into_values().collect();
    let dictionary = |it: &Object| document.get_dictionary(it.as_reference().expect("a reference"));
    let lands = |dest: &Object| {
        let dest = dest.as_array().expect("a destination");
        let top = dest[3].as_float().expect("a height");
        pages.contains(&dest[0].as_reference().expect("a page")) && (0.0..900.0).contains(&top)
    };
    let mut n_links = 0;
    for page in &pages {
        let page: &Dictionary = document.get_dictionary(*page).expect("a page");
        let Ok(links) = page.get(b"Annots").and_then(Object::as_array) else { continue };
        for link in links {
            let link = dictionary(link).expect("a link");
            n_links += 1;
            match link.get(b"Dest") {
                Ok(dest) => assert!(lands(dest), "{link:?}"),
                Err(_) => assert!(link.has(b"A"), "{link:?}"),
            }
        }
    }
    assert!(n_links > 200, "{n_links}");
    let bookmarks = document.objects.values().filter_map(|it| it.as_dict().ok());
    let bookmarks = bookmarks.filter(|it| it.has(b"Title") && it.has(b"Parent"));
    assert!(bookmarks.clone().count() > 60);
    assert!(bookmarks.into_iter().all(|it| lands(it.get(b"Dest").expect("a destination"))));
}

#[test]
fn no_conformance_is_claimed() {
    let bytes = demo().pack.bytes("report.pdf");
    for claim in ["pdfaid", "pdfuaid", "GTS_PDF"] {
        assert!(!bytes.windows(claim.len()).any(|it| it == claim.as_bytes()), "{claim}");
    }
}
