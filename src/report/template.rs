//! Fills the templates with a report; the one file that knows tera.
//!
//! Text from outside is hostile. Whatever a template prints passes `write_shown`: it is
//! escaped for HTML and XML, characters that act without being seen are shown instead, and of a
//! long text there is the beginning. Names are data, so `{{ 7*7 }}` in a name is nine characters
//! and a number stays a number.

mod facts;
mod pieces;
mod set;
mod shipped;
mod shown;

use std::io;
use std::path::PathBuf;

use serde::Serialize;
use tera::{Context, ErrorKind, Kwargs, State, Tera, TeraResult, Value};

pub use self::pieces::Pieces;
pub use self::set::{Templates, export};
use self::shown::{json, prose, write_shown};
use super::table::DataTables;
use super::text::{self, css_string};

/// The HTML document.
pub const HTML: &str = "report.html.tera";
/// What is to be done, for its owners.
pub const ACTIONS: &str = "actions.html.tera";

/// The template of the page over the folder of packs.
pub const INDEX: &str = "index.html.tera";
/// The page of a sample.
pub const SAMPLE: &str = "sample.html.tera";
/// The markup of the PDF document.
pub const PDF: &str = "report.pdf.xml.tera";

/// The markup of the PDF document in short.
pub const SUMMARY: &str = "summary.pdf.xml.tera";

/// Why a template could not be filled.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A template is not well written, or asks for what the report does not have.
    #[error("template `{template}` line {line}: {reason}")]
    At {
        /// Its name.
        template: String,
        /// Counted from 1.
        line: usize,
        /// What tera says.
        reason: String,
    },
    /// Something that has no line, such as a template that is not there.
    #[error("template `{template}`: {reason}")]
    Of {
        /// Its name.
        template: String,
        /// What tera says.
        reason: String,
    },
    /// A template of a folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
    /// A template cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
    /// A file of the folder replaces nothing.
    #[error("`{}` is not the name of a template", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
    },
}

impl Error {
    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Unknown { .. } => {
                Some("`retool-audit templates export DIR` writes every template under its name")
            }
            Self::Write { source, .. } if source.kind() == io::ErrorKind::AlreadyExists => {
                Some("name a folder without templates: nothing is overwritten")
            }
            _ => None,
        }
    }
}

/// What a template is laid out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Medium {
    /// The HTML document.
    Screen,
    /// The PDF documents.
    Paper,
}

impl Medium {
    /// Where the template `name` belongs; none says that it is filled into every document.
    fn of(name: &str) -> Option<Self> {
        if [HTML, ACTIONS, INDEX, SAMPLE].contains(&name) || name.starts_with("html/") {
            Some(Self::Screen)
        } else if name.ends_with(".xml.tera") {
            Some(Self::Paper)
        } else {
            None
        }
    }
}

/// A report as templates see it: made once, filled into every document.
#[derive(Debug)]
pub struct TemplateContext {
    templates: Templates,
    filler: Filler,
    context: Context,
}

/// The templates of each medium: those of its own, and those of every document, which call
/// components by the same names in each.
#[derive(Debug)]
struct Filler {
    screen: Tera,
    paper: Tera,
}

impl Filler {
    fn load<'a>(templates: impl Iterator<Item = (&'static str, &'a str)>) -> TeraResult<Self> {
        let all: Vec<_> = templates.collect();
        let of = |medium: Medium| {
            let fits = move |name: &str| Medium::of(name).is_none_or(|it| it == medium);
            load(all.iter().copied().filter(move |it| fits(it.0)))
        };
        Ok(Self { screen: of(Medium::Screen)?, paper: of(Medium::Paper)? })
    }

    fn fill(&self, name: &str, context: &Context) -> TeraResult<String> {
        let paper = Medium::of(name) == Some(Medium::Paper);
        let tera = if paper { &self.paper } else { &self.screen };
        tera.render(name, context)
    }
}

impl TemplateContext {
    /// Turns `report` into the templates' variables, which are its fields.
    ///
    /// # Errors
    ///
    /// Fails when a template is not well written.
    pub fn of(report: &impl Serialize, templates: &Templates) -> Result<Self, Error> {
        let wrong = |it| templates.place(explain(HTML, &it));
        let filler = Filler::load(templates.iter()).map_err(wrong)?;
        let mut context = Context::from_serialize(report).map_err(wrong)?;
        keep_logo(&mut context);
        Ok(Self { templates: templates.clone(), filler, context })
    }

    /// Fills the template `name`.
    ///
    /// # Errors
    ///
    /// Fails when a template asks for what the report does not have; the error names the template,
    /// the line and the reason.
    pub fn render(&self, name: &str) -> Result<String, Error> {
        let wrong = |it| self.templates.place(explain(name, &it));
        self.filler.fill(name, &self.context).map_err(wrong)
    }

    /// Fills the template `name` piece by piece, so that long tables are never text as a whole.
    ///
    /// Where it says `<?rows TABLE TEMPLATE FIRST COUNT?>`, other pieces come: `TEMPLATE` filled
    /// with that many rows of a table from the place `FIRST` on (counted from 0), some at a time,
    /// as `rows`, with `before`, how many came before them, and with `words`, what else is said
    /// there.
    ///
    /// # Errors
    ///
    /// As [`TemplateContext::render`]; of later pieces, when they are asked for.
    pub fn pieces<'a>(
        &'a self,
        name: &'a str,
        tables: &'a DataTables,
    ) -> Result<Pieces<'a>, Error> {
        Ok(Pieces::new(self, name, tables, self.render(name)?))
    }
}

fn load<'a>(templates: impl Iterator<Item = (&'static str, &'a str)>) -> TeraResult<Tera> {
    let mut res = Tera::new();
    res.set_escape_fn(write_shown);
    res.autoescape_on([".tera"]);
    res.register_filter("grouped", |it: &Value, _: Kwargs, _: &State<'_>| grouped(it));
    res.register_filter("cell", |it: &Value, _: Kwargs, _: &State<'_>| cell(it));
    res.register_filter("moment", |it: &Value, _: Kwargs, _: &State<'_>| moment(it, 16));
    res.register_filter("day", |it: &Value, _: Kwargs, _: &State<'_>| moment(it, 10));
    res.register_filter("json", |it: &Value, _: Kwargs, _: &State<'_>| json(it));
    res.register_filter("prose", |it: &str, _: Kwargs, _: &State<'_>| prose(it));
    res.register_filter("hashes", |it: &str, _: Kwargs, _: &State<'_>| hashes(it));
    res.register_filter("css", |it: &str, _: Kwargs, _: &State<'_>| css_string(it));
    res.register_filter("apart", |it: &str, named: Kwargs, _: &State<'_>| apart(it, &named));
    res.register_filter("before", |it: &str, named: Kwargs, _: &State<'_>| before(it, &named));
    res.register_filter("told", |it: &[Value], _: Kwargs, _: &State<'_>| facts::told(it));
    res.register_filter("slug", |it: &str, _: Kwargs, _: &State<'_>| slug(it));
    res.register_filter("words", |it: &str, _: Kwargs, _: &State<'_>| it.replace(['-', '_'], " "));
    res.add_raw_templates(templates)?;
    Ok(res)
}

/// Why a template could not be filled, and the calls that led there, the nearest first.
struct Explained {
    error: Error,
    calls: Vec<(String, usize)>,
}

fn explain(template: &str, error: &tera::Error) -> Explained {
    let picture = error.to_string();
    let found = match error.kind() {
        ErrorKind::SyntaxError(at) | ErrorKind::RenderingError(at) => {
            let place = (at.filename().to_owned(), at.span().start_line);
            Some((at.message().to_owned(), place))
        }
        _ => locate(&picture),
    };
    let error = match found {
        Some((reason, (template, line))) => Error::At { template, line, reason },
        None => Error::Of { template: template.to_owned(), reason: picture.clone() },
    };
    let calls = picture.lines().filter_map(|it| place_of(it.strip_prefix("note: called from ")?));
    Explained { error, calls: calls.collect() }
}

/// Reads tera's own text of an error: `error: REASON` above ` --> TEMPLATE:LINE:COLUMN`.
fn locate(picture: &str) -> Option<(String, (String, usize))> {
    let (reason, rest) = picture.strip_prefix("error: ")?.split_once('\n')?;
    let place = place_of(rest.lines().next()?.trim().strip_prefix("--> ")?)?;
    Some((reason.to_owned(), place))
}

/// A template and a line, from `TEMPLATE:LINE:COLUMN`.
fn place_of(words: &str) -> Option<(String, usize)> {
    let mut words = words.rsplitn(3, ':');
    let (_, line, template) = (words.next()?, words.next()?, words.next()?);
    Some((template.to_owned(), line.parse().ok()?))
}

/// The logo's address is long and no text, so documents hold all of it. It has nothing in it that
/// needs an escape.
fn keep_logo(context: &mut Context) {
    let Some(mut branding) = context.get("branding").and_then(Value::as_map).cloned() else {
        return;
    };
    let plain = |it: u8| it.is_ascii_alphanumeric() || b":;,/+=".contains(&it);
    if let Some(logo) = branding.get_mut(&"logo".into())
        && let Some(address) = logo.as_str()
        && address.starts_with("data:")
        && address.bytes().all(plain)
    {
        *logo = logo.clone().mark_safe();
        context.insert_value("branding", branding.into());
    }
}

/// What is printed where there is nothing to print.
const NOTHING: &str = "–";

/// A whole number with its thousands apart; other values as [`cell`] prints them.
fn grouped(value: &Value) -> String {
    value.as_i128().map_or_else(|| cell(value), text::grouped)
}

/// A cell of a table as people read it: yes, no, a dash for what there is none of.
fn cell(value: &Value) -> String {
    match (value.as_bool(), value.as_str()) {
        (Some(true), _) => "yes".to_owned(),
        (Some(false), _) => "no".to_owned(),
        (None, Some("")) => NOTHING.to_owned(),
        (None, Some(text)) => text.to_owned(),
        (None, None) if value.is_none() || value.is_undefined() => NOTHING.to_owned(),
        (None, None) => value.to_string(),
    }
}

/// The first of many hashes: a list that takes a call for each record has as many of them.
fn hashes(text: &str) -> String {
    let all: Vec<&str> = text.split(' ').filter(|it| !it.is_empty()).collect();
    match all.len() {
        0 => NOTHING.to_owned(),
        1..=3 => all.join(" "),
        many => format!("{} and {} more in csv/ledger.csv", all[0], many - 1),
    }
}

/// A text up to where other words begin; all of it where they do not.
fn before(text: &str, named: &Kwargs) -> TeraResult<String> {
    let of: &str = named.must_get("of")?;
    Ok(text.split(of).next().unwrap_or(text).to_owned())
}

/// A text in parts: each of the codes by itself, and what stands between them.
fn apart(text: &str, named: &Kwargs) -> TeraResult<Vec<String>> {
    let codes: Vec<String> = named.must_get("codes")?;
    let in_word = |it: char| it.is_alphanumeric() || it == '-';
    let mut res = vec![String::new()];
    for piece in text.split_inclusive(|it: char| !in_word(it)) {
        let word = piece.trim_end_matches(|it: char| !in_word(it));
        if codes.iter().any(|code| code == word) {
            res.extend([word.to_owned(), piece[word.len()..].to_owned()]);
        } else if let Some(last) = res.last_mut() {
            last.push_str(piece);
        }
    }
    Ok(res)
}

/// The first `length` characters of an RFC 3339 time: `2026-11-02 06:00`; other words stay.
fn moment(value: &Value, length: usize) -> String {
    let text = cell(value);
    let is_time = text.is_ascii() && text.len() >= 20 && text.as_bytes()[10] == b'T';
    if is_time { text[..length].replace('T', " ") } else { text }
}

/// A word for ids and links: `AC-2(3)(d)` becomes `ac-2-3-d`.
fn slug(text: &str) -> String {
    let mut res = String::new();
    for it in text.chars() {
        if it.is_alphanumeric() {
            res.extend(it.to_lowercase());
        } else if !res.is_empty() && !res.ends_with('-') {
            res.push('-');
        }
    }
    res.truncate(res.trim_end_matches('-').len());
    res
}

#[cfg(test)]
pub(super) mod tests {
    use super::shipped::SHIPPED;
    use super::*;
    use crate::report::periods::ReportedTrend;
    use serde_json::json;
    use std::collections::BTreeMap;
    use std::path::Path;

    fn fill(template: &'static str, report: &serde_json::Value) -> String {
        let tera = load([("it.html.tera", template)].into_iter());
        let context = Context::from_serialize(report).unwrap();
        let filled = tera.and_then(|it| it.render("it.html.tera", &context));
        filled.unwrap_or_else(|it| explain("it.html.tera", &it).error.to_string())
    }

    #[test]
    fn names_are_shown_and_never_obeyed() {
        let names = json!({ "names": [
            "<script>alert(1)</script>",
            "{{ 7*7 }} {% if x %}",
            "Ann\r\n Lee\t\u{0}",
            "\u{202e}gpj.exe \u{2066}x\u{2069}",
            "محمد نور\u{200c}الدین",
            "' onclick=\"x\" &amp;",
        ]});
        insta::assert_snapshot!(fill("{% for it in names %}{{ it }}\n{% endfor %}", &names), @r"
        &lt;script&gt;alert(1)&lt;/script&gt;
        {{ 7*7 }} {% if x %}
        Ann⟨U+000D⟩⟨U+000A⟩ Lee⟨U+0009⟩⟨U+0000⟩
        ⟨U+202E⟩gpj.exe ⟨U+2066⟩x⟨U+2069⟩
        محمد نور‌الدین
        &#39; onclick=&quot;x&quot; &amp;amp;
        ");
    }

    #[test]
    fn of_a_long_text_documents_show_the_beginning() {
        let long = |n: usize| format!("<`{}", "x".repeat(n - 2));
        let report = json!({ "of": [long(2_000), long(2_001), long(200_000)] });
        for template in ["it", "it | prose", "it | cell", "it | upper", "[it] | json"] {
            let of = format!("{{% for it in of %}}{{{{ {template} }}}}\n{{% endfor %}}");
            let filled = fill(of.leak(), &report);
            let ends: Vec<&str> =
                filled.lines().map(|it| it.split_once('…').map_or("", |it| it.1)).collect();
            let ends: Vec<&str> = ends.iter().map(|end| end.trim_end_matches("\"]")).collect();
            let told = [" and 1 more character", " and 198,000 more characters"];
            assert_eq!(ends, ["", told[0], told[1]], "{template}");
            assert!(filled.len() < 7_000, "{template}");
        }
    }

    #[test]
    fn many_hashes_are_counted() {
        let cells = json!({ "cells": ["", "aa", "aa bb cc", "aa bb cc dd"] });
        let template = "{% for it in cells %}{{ it | hashes }}\n{% endfor %}";
        insta::assert_snapshot!(fill(template, &cells), @"
        –
        aa
        aa bb cc
        aa and 3 more in csv/ledger.csv
        ");
    }

    #[test]
    fn filters_say_what_people_read() {
        let cells = json!({ "cells": [
            0, 999, 1000, -1_234_567, true, false, null, "", "unknown",
            "2026-11-02T06:00:07Z", "2026-11-02T06:00:07.123+00:00", "AC-2(3)(d)", "prod EU (old)",
        ]});
        let template = "{% for it in cells %}\
            {{ it | cell }} | {{ it | grouped }} | {{ it | moment }} | {{ it | day }}\n\
            {% endfor %}{{ cells[11] | slug }} {{ cells[12] | slug }}";
        insta::assert_snapshot!(fill(template, &cells), @r"
        0 | 0 | 0 | 0
        999 | 999 | 999 | 999
        1000 | 1,000 | 1000 | 1000
        -1234567 | −1,234,567 | -1234567 | -1234567
        yes | yes | yes | yes
        no | no | no | no
        – | – | – | –
        – | – | – | –
        unknown | unknown | unknown | unknown
        2026-11-02T06:00:07Z | 2026-11-02T06:00:07Z | 2026-11-02 06:00 | 2026-11-02
        2026-11-02T06:00:07.123+00:00 | 2026-11-02T06:00:07.123+00:00 | 2026-11-02 06:00 | 2026-11-02
        AC-2(3)(d) | AC-2(3)(d) | AC-2(3)(d) | AC-2(3)(d)
        prod EU (old) | prod EU (old) | prod EU (old) | prod EU (old)
        ac-2-3-d prod-eu-old
        ");
    }

    #[test]
    fn data_for_scripts_cannot_end_them() {
        let report = json!({ "of": ["</script><!--", "a&b \u{202e}x\n", 7, true, null, ["é\"'"]] });
        insta::assert_snapshot!(
            fill("{{ of | json }}", &report),
            @r#"["\u003c/script\u003e\u003c!--","a\u0026b ⟨U+202E⟩x⟨U+000A⟩",7,true,null,["é\"'"]]"#
        );
    }

    #[test]
    fn errors_name_template_line_and_reason() {
        let report = json!({ "organization": "Acme" });
        let cases = [
            "{{ organization }}\n{{ organisation }}",
            "{% if organization %}",
            "{{ organization | shout }}",
            "\n\n{{ organization | slug + 1 }}",
        ];
        let lines: Vec<String> = cases.iter().map(|case| fill(case, &report)).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        template `it.html.tera` line 2: Variable `organisation` is not defined. Available variables: organization
        template `it.html.tera` line 1: Unexpected end of input
        template `it.html.tera` line 1: Unknown filter `shout`
        template `it.html.tera` line 3: `+` requires both operands to be numbers, found `string` and `i64`
        ");
    }

    #[test]
    fn a_missing_template_is_named() {
        let filling = TemplateContext::of(&json!({}), &Templates::shipped()).unwrap();
        let error = filling.render("nothing.html.tera").unwrap_err();
        insta::assert_snapshot!(
            error.to_string(),
            @"template `nothing.html.tera`: Template 'nothing.html.tera' not found"
        );
    }

    #[test]
    fn code_in_sentences_is_marked_and_stays_harmless() {
        let report = json!({ "of": ["`url` leaves out a part", "a ` alone <b>", "`<i>`"] });
        insta::assert_snapshot!(fill("{% for it in of %}{{ it | prose }}\n{% endfor %}", &report), @r"
        <code>url</code> leaves out a part
        a ` alone &lt;b&gt;
        <code>&lt;i&gt;</code>
        ");
    }

    /// A report of an instance that gave nothing at all.
    #[expect(clippy::too_many_lines, reason = "a line for each field")]
    pub(crate) fn empty_report() -> serde_json::Value {
        let table = |file: &str| json!({ "file": file, "columns": [], "rows": [] });
        let none = json!({ "at_least": 0, "known_on": 0, "instances": 1 });
        let mut res = json!({
            "format": 1, "report_id": "b0dc1fc756616634", "snapshot_id": "ee0d308a2d745990",
            "evaluator": "retool-audit 0.1.0", "collector": "retool-audit 0.1.0",
            "organization": "Acme & <Sons>", "period": "2026-11", "period_words": "November 2026",
            "collected_at": "2026-11-02T06:00:00Z", "finished_at": "2026-11-02T06:00:09Z",
            "collected_local": "2 November 2026, 07:00", "state": "failed",
            "opinion": "Population complete: NO, `prod` gave nothing.",
            "totals": {
                "instances": 1, "complete_instances": 0, "accounts": none, "active": none, "disabled": none,
                "administrators": none, "groups": none, "memberships": none, "rules": 0, "pass": 0,
                "fail": 0, "not_evaluable": 0, "not_applicable": 0, "exceptions": 0,
                "exceptions_waived": 0, "pass_manual": 0, "fail_manual": 0, "waived": 0, "answered": null,
                "undetermined": 0, "exceptions_of_none": 0, "undetermined_of_none": 0,
                "by_hand_somewhere": 0, "not_evaluable_somewhere": 0, "subjects": 0, "results": 0, "open_results": 0,
            },

            "severities": [{ "severity": "high", "exceptions": 0, "days": null, "overdue": 0, "new": 0, "reopened": 0, "persisting": 0, "undated": 0, "resolved": 0, "superseded": 0, "not_comparable": 0, "waived": 0, "undetermined": 0 }],
            "actions": [],
            "instances": [{
                "name": "prod", "url": "https://acme.example", "version": "unknown",
                "owner": "", "state": "failed",
                "accounts": null, "active": null, "disabled": null, "administrators": null,
                "exceptions": 0, "waived": 0, "undetermined": 0, "why": "Failed by `users`.", "evidence_checks": [], "gaps": [],
            }],
            "builders": [], "limits": [], "inputs": [], "roster": null, "frameworks": [], "rules": [],
            "charts": { "activity": [{ "age": "never", "accounts": 0 }], "outcomes": [] },
            "privileged": [], "shared": { "read_on": [], "total": 0, "printed": [] }, "glossary": [], "undetermined_printed": 25,
            "manual_evidence": [],
            "pdf_population": {
                "printed": 0, "accounts": 0, "tagged": true,
                "instances": [{ "instance": "prod", "printed": 0, "accounts": 0, "first": 0 }],
            },
            "tables": {
                "groups": table("groups"), "invites": table("invites"),
                "tokens": table("tokens"), "ledger": table("ledger"),
                "licenses": table("licenses"), "leavers": table("leavers"),
                "settings": table("settings"), "waivers": table("waivers"),

            },
        });
        res["reviews"] = json!({
            "campaigns": [], "reviewers": [], "outcomes": [], "removals": [], "removals_total": 0,
        });
        res["sections"] = serde_json::to_value(crate::report::sections::all()).unwrap();
        res["open_by"] = json!([]);
        res["operator"] = json!(null);
        res["tokens_shown"] = json!([]);
        res["tie_out"] = json!([]);
        res["register"] = json!([]);
        res["tables"]["access_requests"] = table("access-requests");
        res["tables"]["role_grants"] = table("role-grants");
        res["formats"] = json!(["html", "parquet", "pdf"]);
        res["accounts_held"] = 30_000.into();
        res["posture"] = json!([]);
        res["coverage"] =
            json!({ "years": [], "instances": [], "gaps": [], "allowed_days": 35, "window": null });
        res["reported"] = serde_json::to_value(ReportedTrend::default()).unwrap();
        res["trend"] =
            json!({ "periods": [], "series": [], "drawn": [], "before": "", "movements": [] });
        res["leavers"] = json!([]);
        res["leavers_without"] = json!([]);
        res["leaver_totals"] =
            serde_json::to_value(crate::report::lifecycle::LeaverTotals::default()).unwrap();
        res["people"] = json!({ "with_account": 0, "open": 0, "shared": [] });
        res["dormancy"] = json!({ "total": 0, "printed": [] });
        res["charts"]["activity_of"] = json!([]);
        res["tables"]["trend"] = table("trend");
        res["approvals"] = json!(null);
        res["named"] = json!({ "total": 0, "found": 0, "missing": [], "untold": [], "noted": [] });
        res["branding"] = branding();
        res["tables"]["continuity"] = table("continuity");
        res["tables"]["coverage"] = table("coverage");
        res["comparison"] = no_comparison();
        res
    }

    fn no_comparison() -> serde_json::Value {
        json!({
            "instances": [{
                "instance": "prod", "snapshot_id": "", "collected_at": "", "days": null,
                "passed_over": [], "counts": [],
            }],
            "unreadable": [], "strange": [], "new": 0, "reopened": 0, "persisting": 0, "undated": 0, "fixed": [], "resolved": 0, "superseded": 0, "not_comparable": 0, "gone": [],
            "total": 0, "changes": [],
        })
    }

    fn branding() -> serde_json::Value {
        json!({
            "accent": "#14365c", "accent_dark": "#a5c4ea", "classification": "Confidential",
            "logo": null,
        })
    }

    #[test]
    fn a_report_of_nothing_is_well_formed_markup() {
        let markup = TemplateContext::of(&empty_report(), &Templates::shipped())
            .unwrap()
            .render(PDF)
            .unwrap();
        let document = roxmltree::Document::parse(&markup).unwrap();
        assert_eq!(document.root_element().attribute("author"), Some("Acme & <Sons>"));
        assert!(markup.contains("no account was collected"), "{markup}");
        assert!(markup.contains("<c>unknown</c><c>unknown</c>"), "unknown is not zero: {markup}");
        assert!(!markup.contains("<logo"), "{markup}");
    }

    #[test]
    fn documents_say_how_many_undetermined_subjects_they_leave_to_the_csv() {
        let finding = |at: usize| {
            json!({
                "finding_id": format!("F-{at}"), "verdict": "undetermined", "severity": "medium",
                "instance": "prod", "subject_type": "user", "subject_id": format!("u{at}"),
                "subject": "ann@acme.test", "sentence": "It is not known.", "facts": [],
                "access_path": "", "manager": "", "whom": "", "review": "", "response": null, "waiver_id": "", "waiver": "",
                "state": "unknown", "first_seen": "unknown", "age_basis": "reported", "judged_since": "", "seen_before": "", "age_days": null, "due": "", "due_moved": "", "overdue": false,
            })
        };
        let mut report = empty_report();
        report["rules"] = json!([{
            "code": "AUT-03", "name": "user-without-2fa", "title": "Account without a second factor",
            "severity": "medium", "escalation": "", "verdict": "not-evaluable", "population": 30,
            "version": "87657508", "exceptions": 0, "waived": 0, "undetermined": 30, "predicate": "Looks.", "risk": "Much.",
            "remedy": "Act.", "missing": "Facts.", "parameters": [], "controls": [],
            "instances": [], "findings": (0..25).map(finding).collect::<Vec<_>>(),
        }]);
        report["severities"] = json!([{ "severity": "medium", "exceptions": 0, "days": null, "overdue": 0, "new": 0, "reopened": 0, "persisting": 0, "undated": 0, "resolved": 0, "superseded": 0, "not_comparable": 0, "waived": 0, "undetermined": 30 }]);
        let filling = TemplateContext::of(&report, &Templates::shipped()).unwrap();
        let document = filling.render(HTML).unwrap();
        assert_eq!(document.matches("id=\"finding-F-").count(), 25);
        assert!(document.contains("Printed here: 25 of 30 undetermined tests"));
        // On paper a rule without exceptions is a line in a table.
        let document = filling.render(PDF).unwrap();
        assert_eq!(document.matches("id=\"finding-F-").count(), 0);
        assert_eq!(document.matches("<r id=\"rule-aut-03\">").count(), 1);
    }

    #[test]
    fn every_template_is_shipped() {
        let mut on_disk = Vec::new();
        for folder in ["", "html/", "pdf/", "sections/"] {
            for entry in std::fs::read_dir(format!("templates/{folder}")).unwrap() {
                let name = entry.unwrap().file_name().to_string_lossy().into_owned();
                if [".tera", ".css", ".js"].iter().any(|it| name.ends_with(it)) {
                    on_disk.push(format!("{folder}{name}"));
                }
            }
        }
        on_disk.sort();
        let mut shipped: Vec<&str> = SHIPPED.iter().map(|it| it.0).collect();
        shipped.sort_unstable();
        assert_eq!(shipped, on_disk);
    }

    /// A section is written once, so what it calls is laid out in each medium, and takes the same.
    #[test]
    fn each_medium_lays_out_the_same_components() {
        let filler = Filler::load(Templates::shipped().iter()).unwrap();
        let laid_out = |tera: &Tera| {
            let names = tera.get_component_names().filter(|it| it.starts_with("doc."));
            let signature = |name: &str| {
                let definition = tera.get_component_definition(name).unwrap();
                let args = definition.args().iter().filter(|it| !it.is_implicit());
                let args: Vec<String> = args
                    .map(|it| format!("{}: {:?} = {:?}", it.name(), it.arg_type(), it.default()))
                    .collect();
                format!("{name}({})", args.join(", "))
            };
            let mut res: Vec<String> = names.map(signature).collect();
            res.sort();
            res
        };
        assert_eq!(laid_out(&filler.screen), laid_out(&filler.paper));
    }

    /// Runs of more than five words, which are no code, stand in one template.
    #[test]
    fn words_stand_once() {
        let mut seen = BTreeMap::new();
        let is_template = |name: &str| Path::new(name).extension().is_some_and(|it| it == "tera");
        for (name, text) in SHIPPED.iter().filter(|it| is_template(it.0)) {
            for run in text.split(['<', '>', '{', '}', '"', '%', '\n']).map(str::trim) {
                let words: Vec<&str> = run.split_whitespace().collect();
                let is_path = |it: &&str| it.trim_end_matches('.').contains('.');
                let is_code = run.contains(['|', '=', '_', '[', '#']) || words.iter().any(is_path);
                if words.len() > 5 && !is_code {
                    let first = seen.entry(run).or_insert(name);
                    assert_eq!(first, &name, "both say `{run}`");
                }
            }
        }
        assert!(seen.len() > 100, "templates say something");
    }

    #[test]
    fn no_template_lets_text_through_unescaped() {
        for (name, text) in SHIPPED {
            assert!(!text.contains("safe"), "{name}");
        }
    }
}
