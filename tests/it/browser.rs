//! `report.html` in a real browser: found, sorted, filtered, linked, printed, read aloud.
//!
//! Without Chromium these tests skip themselves; the one for accessibility also needs the file
//! that `RETOOL_AUDIT_AXE` names, which `.ci/run` fetches.

mod chromium;

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use markup_pdf::color::Color;
use retool_audit::config::BrandingSettings;
use retool_audit::report::html;
use retool_audit::report::table::{Cell, Column, DataTable, DataTables};
use retool_audit::report::template::{TemplateContext, Templates};
use serde_json::{Value, json};

use self::chromium::Page;
use crate::evidence::{Demo, demo};
use crate::harness::skipped;
use crate::pack::Pack;

/// Findings and accounts that are in sight, with what the bar says.
const VIEW: &str = "(() => {
    const seen = (it) => [...document.querySelectorAll(it)].filter((it) => it.checkVisibility()).length;
    const said = document.querySelector('#finder [role=status]').textContent;
    return `${seen('.findings tbody tr')} findings, ${seen('.population tbody tr')} accounts. ${said}`;
})()";

/// Sets a control as a person would, and says what is in sight then.
fn choose(page: &mut Page, name: &str, value: &str) -> String {
    page.eval(&format!(
        "(() => {{ const it = document.querySelector('#finder [name={name}]');
            it.value = {}; it.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()",
        json!(value)
    ));
    page.text(VIEW)
}

/// The demonstration's report in a browser.
fn opened() -> Option<(Page, &'static Demo)> {
    let mut page = Page::open()?;
    let demo = demo();
    page.go(&report(demo));
    Some((page, demo))
}

fn report(demo: &Demo) -> PathBuf {
    demo.pack.dir.canonicalize().expect("the pack").join("report.html")
}

#[test]
fn the_report_asks_nobody_and_nothing_complains() {
    let Some((mut page, _demo)) = opened() else { return };
    choose(&mut page, "search", "admin");
    choose(&mut page, "search", "");
    page.eval("document.querySelector('.findings .sort').click()");
    let asked = page.requests();
    assert!(
        asked.iter().all(|it| it.contains("/report.html") || it.contains("data:")),
        "{asked:?}"
    );
    assert_eq!(page.complaints(), Vec::<String>::new());
    let family = "document.fonts.check('1em \"Report Sans\"') && document.fonts.size";
    assert_eq!(page.number(family), 2);
}

#[test]
fn search_and_filters_leave_what_was_asked_for() {
    let Some((mut page, _demo)) = opened() else { return };
    let mut lines = vec![page.text(VIEW)];
    page.eval("document.querySelector('#search').focus()");
    page.type_text("second factor cloud");
    lines.push(format!("typed: {}", page.text(VIEW)));
    page.press("Escape", 27);
    lines.push(format!("escape: {}", page.text(VIEW)));
    for (name, value) in [
        ("instance", "legacy"),
        ("severity", "critical"),
        ("instance", ""),
        ("rule", "usr-01"),
        ("severity", ""),
        ("rule", ""),
        ("person", "Ingrid Søndergaard · K-1001"),
    ] {
        lines.push(format!("{name} {value:?}: {}", choose(&mut page, name, value)));
    }
    page.eval("document.querySelector('#finder > button:not(.more)').click()");
    lines.push(format!("cleared: {}", page.text(VIEW)));
    insta::assert_snapshot!(
        "filters",
        lines.join(
            "
"
        )
    );
}

#[test]
fn a_filtered_table_says_how_many_rows_are_left() {
    let Some((mut page, _demo)) = opened() else { return };
    choose(&mut page, "instance", "eu");
    let captions = "[...document.querySelectorAll('.shown')].filter((it) => it.textContent)
        .map((it) => it.parentNode.textContent).filter((it) => !/^[A-Z]{3}-/.test(it)).join('\\n')";
    insta::assert_snapshot!("captions", page.text(captions));
    // Totals stay what they are.
    assert_eq!(page.number("document.querySelectorAll('#result .shown:not(:empty)').length"), 0);
}

#[test]
fn headings_sort_up_and_down_and_back() {
    let Some((mut page, _demo)) = opened() else { return };
    let days = "[...document.querySelector('.population').tBodies[0].rows]
        .slice(0, 4).map((it) => it.cells[6].textContent).join(' ')";
    let head = "document.querySelectorAll('.population')[0].tHead.rows[0].cells[6]";
    let mut lines = vec![page.text(days)];
    for _ in 0..3 {
        page.eval(&format!("{head}.firstElementChild.focus()"));
        page.press("Enter", 13);
        let state = page.text(&format!("String({head}.ariaSort)"));
        lines.push(format!("{state}: {}", page.text(days)));
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    12 – 10 16
    ascending: 0 0 0 0
    descending: 311 163 147 120
    null: 12 – 10 16
    ");
}

#[test]
fn columns_can_be_put_aside() {
    let Some((mut page, _demo)) = opened() else { return };
    let seen = "[...document.querySelector('.population').rows[1].cells]
        .filter((it) => it.checkVisibility()).length";
    let all = page.number(seen);
    page.eval("document.querySelectorAll('#population .chooser input')[4].click()");
    assert_eq!(page.number(seen), all - 1);
}

#[test]
fn a_link_to_a_finding_leads_there_even_past_a_filter() {
    let Some((mut page, demo)) = opened() else { return };
    let report = demo.pack.report();
    let rules = report["rules"].as_array().expect("rules").iter();
    let ids = rules.flat_map(|it| it["findings"].as_array().expect("findings"));
    let ids: Vec<&str> = ids.filter_map(|it| it["finding_id"].as_str()).collect();
    let id = ids[ids.len() / 2];
    let row = format!("document.getElementById('finding-{id}')");
    page.eval(&format!("{row}.querySelector('.permalink').click()"));
    let said = page.text(
        "new Promise((done) => setTimeout(() => \
         done(document.querySelector('#finder [role=status]').textContent), 200))",
    );
    assert!(said.contains(id), "{said}");
    let url = page.text("location.href");
    assert!(url.ends_with(&format!("/report.html#finding-{id}")), "{url}");
    let sight = format!(
        "(() => {{ const {{ top, bottom }} = {row}.getBoundingClientRect();
            const bar = document.querySelector('#finder').getBoundingClientRect().bottom;
            return top >= bar - 1 && top < innerHeight && {row}.checkVisibility(); }})()"
    );
    page.go_to(&url);
    assert_eq!(page.eval(&sight), true, "a link from outside");
    page.eval("location.hash = '#top'");
    assert!(choose(&mut page, "search", "nothing has this name").starts_with("0 findings"));
    page.eval(&format!("location.hash = '#finding-{id}'"));
    let wait = format!("new Promise((done) => setTimeout(() => done({sight}), 300))");
    assert_eq!(page.eval(&wait), true, "a link to a row that a filter had hidden");
}

#[test]
fn without_scripts_nothing_is_missing_and_no_control_is_dead() {
    let Some(mut page) = Page::open() else { return };
    let demo = demo();
    page.call("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
    page.go(&report(demo));
    let mut count = |selector: &str| {
        let root = page.call("DOM.getDocument", &json!({}))["root"]["nodeId"].clone();
        let found = json!({ "nodeId": root, "selector": selector });
        let found = page.call("DOM.querySelectorAll", &found);
        found["nodeIds"].as_array().expect("a list").len() as u64
    };
    let report = demo.pack.report();
    let of = |key: &str| report["totals"][key].as_u64().expect("a count");
    assert_eq!(count(".findings tr.exception"), of("exceptions"));
    assert_eq!(count("#register tbody tr"), count(".findings tbody tr"));
    let accounts = report["totals"]["accounts"]["at_least"].as_u64();
    assert_eq!(Some(count(".population tbody tr")), accounts);
    assert_eq!(count("#finder, button, input, select, template, [hidden]"), 0);
    assert_eq!(count("details:not([open])"), 0);
}

#[test]
fn ten_thousand_accounts_come_in_pages() {
    let Some(mut page) = Page::open() else { return };
    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("report.html");
    fs::write(&file, crowded(10_000)).unwrap();
    page.go(&file);
    assert_eq!(page.complaints(), Vec::<String>::new());
    let mut lines = vec![page.text(PAGER)];
    page.eval("document.querySelectorAll('.pager button')[1].click()");
    lines.push(format!("next: {}", page.text(PAGER)));
    page.eval("document.querySelector('.population .sort').click()");
    page.eval("document.querySelector('.population .sort').click()");
    lines.push(format!("sorted down: {}", page.text(PAGER)));
    choose(&mut page, "search", "person.777");
    lines.push(format!("searched: {}", page.text(PAGER)));
    page.eval("location.hash = '#user-cloud-user-4321'");
    page.eval("new Promise((done) => setTimeout(done, 300))");
    lines.push(format!("linked: {}", page.text(PAGER)));
    insta::assert_snapshot!(lines.join("\n"), @"
    1 to 100 of 10,000; first user-cloud-user-0; 100 rows
    next: 101 to 200 of 10,000; first user-cloud-user-100; 100 rows
    sorted down: 1 to 100 of 10,000; first user-cloud-user-9999; 100 rows
    searched: 1 to 11 of 11; first user-cloud-user-7779; 11 rows
    linked: 5,601 to 5,700 of 10,000; first user-cloud-user-4399; 100 rows
    ");
    let paint = page
        .number("Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime)");
    let key = page.number(
        "(async () => { const it = document.querySelector('#search'); let most = 0;
            for (const word of ['p', 'pe', 'per', 'pers', 'person.5', 'person.55']) {
                it.value = word; const began = performance.now();
                it.dispatchEvent(new Event('input'));
                await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
                most = Math.max(most, performance.now() - began);
            } return Math.round(most); })()",
    );
    writeln!(std::io::stderr(), "10,000 accounts: first paint {paint} ms, a key {key} ms").ok();
    assert!(paint < 10_000 && key < 5_000, "first paint {paint} ms, a key {key} ms");
}

const PAGER: &str = "`${document.querySelector('.pager span').textContent}; first ${
    document.querySelector('.population tbody tr').id}; ${
    document.querySelectorAll('.population tbody tr').length} rows`";

fn crowded(n_accounts: usize) -> String {
    document(&crowd(n_accounts))
}

fn document(report: &Value) -> String {
    let mut report = report.clone();
    report["register"] = json!([]);
    let users = table_of(&report["tables"]["users"]["rows"]);
    let tables = DataTables::from([("users".to_owned(), users)]);
    let filling = TemplateContext::of(&report, &Templates::shipped());
    html::render(&filling.expect("a context"), &tables).expect("a document")
}

/// The accounts as a report has them, from rows of `population.json`.
fn table_of(rows: &Value) -> DataTable<'static> {
    let rows = rows.as_array().expect("rows");
    let names: Vec<String> = rows[0].as_object().expect("cells").keys().cloned().collect();
    let cell = |it: &Value| match it {
        Value::Bool(it) => Cell::Bool(*it),
        Value::Number(it) => Cell::Int(it.as_i64().expect("a whole number")),
        Value::String(it) => Cell::Text(it.clone().into()),
        _ => Cell::None,
    };
    let row = |row: &Value| names.iter().map(|name| cell(&row[name])).collect::<Vec<_>>();
    let rows = rows.iter().map(row).collect::<Vec<_>>().into();
    let column = |name: &String| Column::text(name.clone().leak(), "");
    DataTable { file: "users", about: "", columns: names.iter().map(column).collect(), rows }
}

/// A report with the tables that its documents print.
fn with_tables(pack: &Pack) -> Value {
    let mut res = pack.report();
    res["tables"] = pack.population()["tables"].take();
    res
}

/// The demonstration's report in the palest colours that a configuration may ask for.
fn palest() -> Value {
    let mut res = with_tables(&demo().pack);
    for (key, color, paper) in [
        ("accent", "#ff6600", BrandingSettings::PAPER),
        ("accent_dark", "#14365c", BrandingSettings::PAPER_DARK),
    ] {
        let color = Color::parse(color).expect("a colour").readable_on(paper, 4.5);
        res["branding"][key] = color.to_string().into();
    }
    res
}

/// The demonstration's report as if one instance had so many accounts more.
fn crowd(n_accounts: usize) -> Value {
    let mut res = with_tables(&demo().pack);
    let account = res["tables"]["users"]["rows"][0].clone();
    let accounts = (0..n_accounts).map(|it| {
        let mut res = account.clone();
        res["user_id"] = format!("user_{it}").into();
        res["email"] = format!("person.{it}@kestrel-freight.example").into();
        res["name"] = format!("</script><b>{it}").into();
        res
    });
    res["tables"]["users"]["rows"] = accounts.collect();
    res["totals"]["accounts"]["at_least"] = n_accounts.into();
    for it in res["pdf_population"]["instances"].as_array_mut().expect("instances") {
        let here = it["instance"] == account["instance"];
        it["first"] = if here { 0 } else { n_accounts }.into();
        it["accounts"] = if here { n_accounts } else { 0 }.into();
    }
    res
}

/// Wider than the window is nothing but tables that scroll by themselves, and no cell is narrower
/// than what stands in it.
#[test]
fn nothing_is_wider_than_the_window_or_its_cell() {
    let Some((mut page, demo)) = opened() else { return };
    let mut faults = Vec::new();
    for width in [320, 360, 380, 480, 768, 1024, 1280, 1600] {
        page.resize(width);
        page.go(&report(demo));
        let wide = "[...document.querySelectorAll('body *')]
            .filter((it) => !it.closest('.scroll') && it.checkVisibility()
                && it.getBoundingClientRect().right > innerWidth + 1)
            .map((it) => `${it.tagName}.${it.className}: ${it.textContent.slice(0, 60)}`)
            .slice(0, 5).join('\\n')";
        let room = "document.documentElement.scrollWidth <= innerWidth ? 'fits' : 'scrolls'";
        let (wide, room) = (page.text(wide), page.text(room));
        if !wide.is_empty() || room != "fits" {
            faults.push(format!("at {width}: {room}, {wide}"));
        }
        let clipped = "[...document.querySelectorAll('td, th, dd, p')]
            .filter((it) => it.checkVisibility() && it.scrollWidth > it.clientWidth + 2
                && getComputedStyle(it).display !== 'inline')
            .map((it) => `${it.closest('section, header')?.id} ${it.tagName}.${it.className}: ${it.textContent.trim().slice(0, 60)}`)
            .slice(0, 5).join('\\n')";
        let clipped = page.text(clipped);
        if !clipped.is_empty() {
            faults.push(format!("at {width}, wider than its cell: {clipped}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_column_is_cut_off_when_printed() {
    let Some((mut page, demo)) = opened() else { return };
    let params = json!({ "preferCSSPageSize": true, "transferMode": "ReturnAsBase64" });
    let data = page.call("Page.printToPDF", &params)["data"].take();
    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("printed.pdf");
    fs::write(&file, base64(data.as_str().expect("the document"))).expect("room");
    let output = Command::new("pdftotext").arg("-bbox").arg(&file).arg("-").output();
    let Ok(output) = output else { return skipped("the printed page: there is no pdftotext") };
    let text = String::from_utf8(output.stdout).expect("text");
    let number = |line: &str, name: &str| {
        let value = line.split_once(&format!("{name}=\"")).and_then(|it| it.1.split_once('"'));
        value.map(|it| it.0.parse::<f64>().expect("a number"))
    };
    let mut width = 0.0;
    for line in text.lines() {
        if let Some(it) = number(line, "page width") {
            width = it;
        }
        if let Some(right) = number(line, "xMax") {
            assert!(right < width - 20.0, "cut off at {width}: {line}");
        }
    }
    for (at, page) in text.split("<page ").enumerate().skip(1) {
        assert!(page.contains(">Confidential</word>"), "page {at} does not say what it is");
    }
    for row in demo.pack.rows("users") {
        let id = &row["user_id"];
        assert!(text.contains(&id[..12.min(id.len())]), "{id} is not printed");
    }
}

fn base64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
}

#[test]
fn axe_finds_nothing_in_any_theme_and_width() {
    let Some(axe) = axe() else { return };
    let Some((mut page, demo)) = opened() else { return };
    let place = tempfile::tempdir().expect("a folder");
    let large = place.path().join("report.html");
    fs::write(&large, crowded(2_500)).unwrap();
    let branded = place.path().join("branded.html");
    fs::write(&branded, document(&palest())).unwrap();
    // Axe is no part of the report, so the report's policy would not let it run.
    page.call("Page.setBypassCSP", &json!({ "enabled": true }));
    let rounds = [("light", 1400), ("dark", 1400), ("light", 360)];
    for (file, rounds) in [(report(demo), &rounds[..]), (large, &rounds), (branded, &rounds[..2])] {
        for (theme, width) in rounds.iter().copied() {
            page.theme(theme);
            page.resize(width);
            page.go(&file);
            choose(&mut page, "search", "cloud");
            page.eval(&axe);
            let violations = page.eval(AXE);
            assert_eq!(violations, json!([]), "{theme}, {width} wide: {violations:#}");
        }
    }
}

const AXE: &str = "axe.run(document, { resultTypes: ['violations'] })
    .then((it) => it.violations.map((it) => ({ rule: it.id, help: it.help, count: it.nodes.length,
        nodes: it.nodes.slice(0, 5).map((it) => it.html.slice(0, 300) + it.failureSummary) })))";

fn axe() -> Option<String> {
    let Some(path) = std::env::var_os("RETOOL_AUDIT_AXE") else {
        skipped("axe-core: RETOOL_AUDIT_AXE does not name it");
        return None;
    };
    Some(fs::read_to_string(path).expect("axe-core"))
}
