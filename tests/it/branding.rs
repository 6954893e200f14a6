//! Logo, colours and classification of the documents.

use std::fs;
use std::process::Command;

use lopdf::Document;
use markup_pdf::image::Pixels;
use png::{BitDepth, ColorType};
use serde_json::Value;

use crate::harness::Home;
use crate::pack::{Pack, sha256};
use crate::pdf::ask_about;

/// Formats of the sample, to be replaced by fewer.
const FORMATS: &str = r#"["csv", "html", "pdf", "json", "xlsx", "oscal", "parquet"]"#;

#[test]
fn the_logo_is_an_input_like_any_other() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.reconfigure(FORMATS, r#"["json"]"#);
    home.without_cis();
    let pack = home.pack(&home.run(&["run"]).expect(0));
    let from = pack.dir.to_string_lossy().into_owned();
    let again = |out: &str| home.pack(&home.run(&["report", &from, "--out", out]).expect(0));
    let bytes = fs::read("sample-data/every-rule/logo.png").expect("the sample");
    assert_eq!(pack.bytes("inputs/logo.png"), bytes);
    assert_eq!(listed(&pack), Some(sha256(&bytes)));
    assert_eq!(again("same").name(), pack.name());

    let kept = png((ColorType::Rgb, BitDepth::Eight), (1, 1), &[1, 2, 3]);
    fs::write(home.path("logo.png"), &kept).expect("room");
    let other = again("other");
    assert_ne!(other.name(), pack.name(), "the report id names the logo too");
    assert_eq!(listed(&other), Some(sha256(&kept)));

    home.reconfigure("logo = \"logo.png\"", "");
    let bare = again("bare");
    assert!(!bare.files().contains_key("inputs/logo.png"));
    assert_eq!((listed(&bare), &bare.report()["branding"]["logo"]), (None, &Value::Null));
}

/// The hash of the logo among the report's inputs.
fn listed(pack: &Pack) -> Option<String> {
    let report = pack.report();
    let inputs = report["inputs"].as_array().expect("inputs");
    let logo = inputs.iter().find(|it| it["what"] == "logo")?;
    assert_eq!(logo["file"], "inputs/logo.png");
    logo["sha256"].as_str().map(str::to_owned)
}

#[test]
fn every_document_has_the_accent_and_shows_a_hostile_classification() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.reconfigure(FORMATS, r#"["html", "pdf", "json"]"#);
    home.without_cis();
    home.reconfigure(
        "classification = \"Confidential\"",
        "accent = \"#0B5D3B\"\nclassification = \"\\u202ESecret </style><b>&amp; {{ 7*7 }}\"",
    );
    let pack = home.pack(&home.run(&["run"]).expect(0));
    let branding = &pack.report()["branding"];
    assert_eq!(
        (&branding["accent"], &branding["accent_dark"]),
        (&"#0b5d3b".into(), &"#15ba76".into())
    );
    assert_eq!(branding["classification"], "\u{202e}Secret </style><b>&amp; {{ 7*7 }}");

    let html = pack.text("report.html");
    let shown = "⟨U+202E⟩Secret &lt;/style&gt;&lt;b&gt;&amp;amp; {{ 7*7 }}";
    assert_eq!(html.matches(shown).count(), 2, "on the cover and at the end");
    assert!(!html.contains("\u{202e}"));
    let in_print = r#"content: "⟨U+202E⟩Secret \3c /style\3e \3c b\3e \26 amp; {{ 7*7 }}""#;
    assert!(html.contains(in_print), "on each page in print");
    for name in ["report.pdf", "summary.pdf"] {
        let document = Document::load_mem(&pack.bytes(name)).expect("a PDF");
        let first = document.get_page_content(document.get_pages()[&1]);
        let first = String::from_utf8_lossy(&first);
        assert!(first.contains("0.043 0.365 0.231 rg"), "{name} has no accent");
        assert!(!first.contains("0.078 0.212 0.361 rg"), "{name} has another accent");
        let Some(text) = ask_about("pdftotext", &["-raw"], &pack.dir.join(name)) else { return };
        let shown = "⟨U+202E⟩Secret</style><b>&amp;{{7*7}}";
        for (at, page) in text.trim_end_matches('\u{c}').split('\u{c}').enumerate() {
            let page: String = page.split_whitespace().collect();
            assert!(page.contains(shown), "{name}, page {}: {page}", at + 1);
        }
    }
}

#[test]
fn the_longest_classification_has_a_line_on_every_page() {
    for word in ["W", "髙"] {
        let classification = word.repeat(60);
        let markup = report(
            &format!(
                "header=\"Retool access review of many words\" classification=\"{classification}\""
            ),
            "<cover><title>Review</title></cover><h1>One</h1><landscape><p>Two</p></landscape>",
        );
        let Some((text, n_pages)) = printed(&markup, "pdftotext", &["-raw"]) else { return };
        assert_eq!((n_pages, text.matches(&classification).count()), (3, 3), "{text}");
    }
}

#[test]
fn every_kind_of_png_leaves_the_pdf_as_it_went_in() {
    let place = tempfile::tempdir().expect("a folder");
    let pngs = pngs();
    let logos: Vec<String> = pngs.iter().map(|it| logo(it)).collect();
    let pdf = markup_pdf::render(&report("", &logos.concat())).expect("a document");
    let again = markup_pdf::render(&report("", &logos.concat())).expect("a document");
    assert!(pdf.bytes == again.bytes, "the same bytes each time");
    let file = place.path().join("logos.pdf");
    fs::write(&file, pdf.bytes).expect("room");
    let Some(text) = ask_about("qpdf", &["--check"], &file) else { return };
    assert!(text.contains("No syntax or stream encoding errors found"), "{text}");
    let out =
        Command::new("pdfimages").arg("-png").arg(&file).arg(place.path().join("it")).output();
    assert!(out.expect("pdfimages, which comes with pdftotext").status.success());
    let mut images =
        fs::read_dir(place.path()).expect("a folder").map(|it| it.expect("a file").path());
    let mut images: Vec<_> =
        images.by_ref().filter(|it| it.extension().is_some_and(|it| it == "png")).collect();
    images.sort();
    let mut images =
        images.iter().map(|it| Pixels::of(&fs::read(it).expect("a picture")).expect("a PNG"));
    for png in &pngs {
        let pixels = Pixels::of(png).expect("a PNG");
        assert_eq!(images.next().expect("colours").colors, pixels.colors);
        if let Some(alpha) = pixels.alpha {
            let grey: Vec<u8> = alpha.into_iter().flat_map(|it| [it; 3]).collect();
            assert_eq!(images.next().expect("what it hides").colors, grey);
        }
    }
    assert_eq!(images.next(), None, "each picture is there once");
}

/// The sample's logo, and an image of every kind.
fn pngs() -> Vec<Vec<u8>> {
    use BitDepth::{Eight, Four, One, Sixteen, Two};
    use ColorType::{Grayscale, GrayscaleAlpha, Indexed, Rgb, Rgba};
    let noise = |seed: u32| (0..4000_u32).map(move |it| ((it * 7 + seed) * it % 251) as u8);
    let kinds = [
        (Grayscale, One),
        (Grayscale, Two),
        (Grayscale, Eight),
        (Grayscale, Sixteen),
        (GrayscaleAlpha, Eight),
        (GrayscaleAlpha, Sixteen),
        (Indexed, One),
        (Indexed, Four),
        (Indexed, Eight),
        (Rgb, Eight),
        (Rgb, Sixteen),
        (Rgba, Eight),
        (Rgba, Sixteen),
    ];
    let mut res = vec![fs::read("sample-data/every-rule/logo.png").expect("the sample")];
    for (kind, seed) in kinds.into_iter().zip(0..) {
        let bits = kind.0.samples() * kind.1 as usize;
        let size = (17 * bits).div_ceil(8) * 11;
        let most = if kind.0 == Indexed && kind.1 == Eight { 15 } else { 255 };
        let data: Vec<u8> = noise(seed).map(|it| it & most).take(size).collect();
        res.push(png(kind, (17, 11), &data));
    }
    res
}

fn png(kind: (ColorType, BitDepth), (width, height): (u32, u32), data: &[u8]) -> Vec<u8> {
    let mut res = Vec::new();
    let mut encoder = png::Encoder::new(&mut res, width, height);
    encoder.set_color(kind.0);
    encoder.set_depth(kind.1);
    if kind.0 == ColorType::Indexed {
        let palette: Vec<u8> = (0..48).map(|it| it * 5).collect();
        encoder.set_palette(palette);
        encoder.set_trns(&[0, 90, 180][..]);
    }
    encoder.write_header().and_then(|mut it| it.write_image_data(data)).expect("room");
    res
}

/// The element that shows a PNG.
fn logo(png: &[u8]) -> String {
    use base64::Engine as _;
    let code = base64::engine::general_purpose::STANDARD.encode(png);
    format!("<logo src=\"data:image/png;base64,{code}\" alt=\"Acme\"/><p>Below it</p>")
}

fn report(attributes: &str, blocks: &str) -> String {
    format!(
        "<report title=\"Review\" lang=\"en\" created=\"2026-10-31T23:59:00Z\" id=\"c0ffee\" \
         {attributes}>{blocks}</report>"
    )
}

/// What a program says about a document, and how many pages it has.
fn printed(markup: &str, program: &str, arguments: &[&str]) -> Option<(String, usize)> {
    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("printed.pdf");
    let pdf = markup_pdf::render(markup).expect("a document");
    fs::write(&file, pdf.bytes).expect("room");
    Some((ask_about(program, arguments, &file)?, pdf.n_pages))
}
