//! The report as one HTML file that sends no request.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::format::{self, DocumentInputs, Format, Renderer, RenderingNotes};
use super::table::DataTables;
use super::template::{self, Error, TemplateContext};
use crate::digest::Digest;

/// Stands in the style where the faces belong.
const FACES_PLACE: &str = "/* FACES */";

/// The type family that the document carries, all weights from 400 to 600.
const FACES: &[(&str, &[u8])] = &[
    ("Report Sans", include_bytes!("../../templates/fonts/ReportSans.woff2")),
    ("Report Serif", include_bytes!("../../templates/fonts/ReportSerif.woff2")),
];

/// `report.html`, and `actions.html` for those who must act.
pub const FORMAT: Format =
    Format { name: "html", usual: true, renderer: Renderer::Document(files) };

fn files(inputs: &DocumentInputs<'_>) -> Result<RenderingNotes, format::Error> {
    let DocumentInputs { tables, context, folder } = *inputs;
    folder.write("report.html", render(context, tables)?.as_bytes())?;
    folder.write("actions.html", seal(context.render(template::ACTIONS)?).as_bytes())?;
    Ok(RenderingNotes::default())
}

/// Renders the whole document.
///
/// Its content security policy allows the document's own style and its own script, by hash, the
/// faces within the style, and nothing else.
///
/// # Errors
///
/// As [`TemplateContext::render`].
pub fn render(filling: &TemplateContext, tables: &DataTables) -> Result<String, Error> {
    let document = filling.pieces(template::HTML, tables)?.collect::<Result<String, _>>()?;
    Ok(seal(dress(document)))
}

/// Renders the page over a folder of packs.
///
/// # Errors
///
/// As [`TemplateContext::render`].
pub fn render_index(filling: &TemplateContext) -> Result<String, Error> {
    filling.render(template::INDEX).map(seal)
}

/// Renders the page of a sample.
///
/// # Errors
///
/// As [`TemplateContext::render`].
pub fn render_sample(filling: &TemplateContext) -> Result<String, Error> {
    filling.render(template::SAMPLE).map(seal)
}

/// Puts the faces into the style, which precedes the body and thereby most words of data.
fn dress(mut document: String) -> String {
    let mut faces = String::new();
    for (family, bytes) in FACES {
        let data = STANDARD.encode(bytes);
        writeln!(
            faces,
            "@font-face {{ font-family: \"{family}\"; font-weight: 400 600; \
             src: url(data:font/woff2;base64,{data}) format(\"woff2\"); }}"
        )
        .expect("text grows");
    }
    put(&mut document, FACES_PLACE, &faces);
    document
}

/// Puts the hashes of style and script where the policy, which precedes all data, names them.
fn seal(mut document: String) -> String {
    for (element, place) in [("style", "sha256-STYLE"), ("script", "sha256-SCRIPT")] {
        let text = document
            .split_once(&format!("<{element}>"))
            .and_then(|(_, rest)| rest.split_once(&format!("</{element}>")))
            .map_or("", |(text, _)| text);
        let mut hash = Digest::default();
        hash.update(text);
        put(&mut document, place, &format!("sha256-{}", STANDARD.encode(hash.bytes())));
    }
    document
}

/// Puts a text where the first place for it is.
fn put(document: &mut String, place: &str, text: &str) {
    if let Some(at) = document.find(place) {
        document.replace_range(at..at + place.len(), text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::BrandingSettings;
    use crate::report::table::{Cell, Column, DataTable};
    use crate::report::template::Templates;
    use crate::report::template::tests::empty_report;
    use serde_json::{Value, json};

    fn html(report: &Value) -> String {
        html_of(report, &DataTables::default())
    }

    fn html_of(report: &Value, tables: &DataTables) -> String {
        render(&TemplateContext::of(report, &Templates::shipped()).unwrap(), tables).unwrap()
    }

    #[test]
    fn the_policy_names_the_style_and_the_script() {
        let document = "<meta content=\"'sha256-STYLE' 'sha256-SCRIPT'\"><style>p{}</style>\
                        <script type=\"application/json\">[]</script><script>1;</script>";
        insta::assert_snapshot!(seal(document.to_owned()), @r#"<meta content="'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y=' 'sha256-CImjRDTlhukYQ2AnxOi0wzgPhGQ3Mb3rVwJK24dFz1M='"><style>p{}</style><script type="application/json">[]</script><script>1;</script>"#);
    }

    /// The accounts `u0` and `u1`, whose address is hostile.
    fn two_accounts() -> DataTables {
        let known = [
            ("instance", "prod"),
            ("email", "</script>\u{202e}"),
            ("created_at", "unknown"),
            ("two_factor", "unknown"),
            ("license_class", "Builder"),
            ("license_confidence", "high"),
            ("build_capability", "yes"),
            ("roster_match", "unmatched"),
        ];
        let others = ["name", "person_id", "groups", "roster_status", "manager"];
        let texts = known.into_iter().chain(others.map(|name| (name, "")));
        let cells = texts.map(|(name, text)| (name, Cell::Text(text.into()))).chain([
            ("active", Cell::Bool(true)),
            ("tier", Cell::Int(3)),
            ("last_active", Cell::None),
            ("days_inactive", Cell::None),
            ("user_id", Cell::None),
        ]);
        let (columns, mut row): (Vec<_>, Vec<_>) =
            cells.map(|(name, cell)| (Column::text(name, ""), cell)).unzip();
        let mut account = |it: usize| {
            *row.last_mut().unwrap() = Cell::Text(format!("u{it}").into());
            row.clone()
        };
        let rows = (0..2).map(&mut account).collect::<Vec<_>>().into();
        let users = DataTable { file: "users", about: "", columns, rows };
        DataTables::from([("users".to_owned(), users)])
    }

    #[test]
    fn links_to_accounts_that_are_not_printed_lead_to_where_they_would_be() {
        let mut report = empty_report();
        let tables = two_accounts();
        report["pdf_population"]["instances"] =
            json!([{ "instance": "prod", "printed": 0, "accounts": 2, "first": 0 }]);
        report["privileged"] = json!([{
            "instance": "prod", "user_id": "u1", "subject": "ann", "name": "", "tier": 0,
            "access_path": "", "two_factor": "no", "last_active": "never", "approved": "", "review": "",
            "exceptions": [], "waived": [],
        }]);
        report["totals"]["accounts"] = json!({ "at_least": 2, "known_on": 1, "instances": 1 });
        let printed = html_of(&report, &tables);
        assert!(printed.contains("href=\"#user-prod-u1\""));
        assert_eq!(printed.matches("<tr id=\"user-prod-u").count(), 2);
        report["totals"]["accounts"]["at_least"] = 10_000.into();
        let folded = html_of(&report, &tables);
        assert!(folded.contains("href=\"#population-prod\" data-row=\"user-prod-u1\""));
        let data = folded.split_once("id=\"accounts-prod\">").unwrap().1;
        insta::assert_snapshot!(data.split_once("</script>").unwrap().0.trim(), @r#"
        [
        ["user-prod-u0","","",[["1"],["\u003c/script\u003e⟨U+202E⟩","","u0"],["active"],["3"],["unknown"],["never"],["–"],["unknown"],["Builder","high"],["yes"],["–"],["unmatched",""],["–"]]],
        ["user-prod-u1","","",[["2"],["\u003c/script\u003e⟨U+202E⟩","","u1"],["active"],["3"],["unknown"],["never"],["–"],["unknown"],["Builder","high"],["yes"],["–"],["unmatched",""],["–"]]]

        ]
        "#);
        assert!(folded.contains("it shows them here in pages"));
        report["accounts_held"] = 1.into();
        let part = html_of(&report, &tables);
        assert!(part.contains("<b>the first 1 of them</b>") && !part.contains("[\"user-prod-u1\""));
        report["accounts_held"] = 0.into();
        let none = html_of(&report, &tables);
        assert!(
            none.contains("<b>None of them is in this file</b>") && !none.contains("data-rows=")
        );
    }

    #[test]
    fn colours_stand_in_the_style_and_a_logo_is_allowed_where_there_is_one() {
        let mut report = empty_report();
        let plain = html(&report);
        assert!(!plain.contains("img-src") && !plain.contains("<img"));
        let logo = crate::logo::tests::logo().address();
        report["branding"] = json!({
            "accent": "#0b5d3b", "accent_dark": "#15ba76", "classification": "<b>\u{202e}Secret",
            "logo": logo,
        });
        let document = html(&report);
        let (head, rest) = document.split_once("<style>").unwrap();
        let (style, rest) = rest.split_once("</style>").unwrap();
        assert_eq!(style.matches("--accent: #0b5d3b;").count(), 2, "on light paper and in print");
        assert_eq!(style.matches("--accent: #15ba76;").count(), 1, "on dark paper");
        let mut hash = Digest::default();
        hash.update(style);
        assert!(head.contains(&format!("'sha256-{}'", STANDARD.encode(hash.bytes()))));
        assert!(head.contains("; img-src data:;"));
        assert_eq!(
            rest.matches(&format!("src=\"{logo}\" alt=\"Acme &amp; &lt;Sons&gt;\"")).count(),
            1
        );
        assert_eq!(
            rest.matches("&lt;b&gt;⟨U+202E⟩Secret").count(),
            2,
            "on the cover and at the end"
        );
    }

    #[test]
    fn colours_are_judged_on_the_paper_that_the_style_has() {
        let document = html(&empty_report());
        for it in [BrandingSettings::PAPER, BrandingSettings::PAPER_DARK] {
            assert!(document.contains(&format!("--paper: {it};")), "{it}");
        }
    }

    #[test]
    fn a_report_of_nothing_asks_nobody() {
        let document = html(&empty_report());
        for word in [" src=", "@import", " style=", "sha256-S", "//cdn", " onclick=", "innerHTML"] {
            assert!(!document.contains(word), "{word}");
        }
        let places = document.match_indices("url(").map(|(at, _)| &document[at..at + 9]);
        assert!(places.clone().all(|it| ["url(data:", "url(#hatc"].contains(&it)));
        assert!(document.contains("Acme &amp; &lt;Sons&gt;"));
        assert!(document.contains("no account was collected"));
    }
}
