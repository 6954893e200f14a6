//! Times the PDF of a long table, and `WeasyPrint` with the same rows beside it.
//!
//! `cargo bench --bench pdf -- 1000 10000` prints a line for each engine and number of rows; each
//! run is a process of its own, so that time and memory are its own. `PYTHON` names an interpreter
//! that has `WeasyPrint`; without one, only our own lines are printed.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const HEADS: [&str; 8] =
    ["No.", "Account", "Name", "State", "Last active", "Second factor", "Groups", "Manager"];

/// What `WeasyPrint` is asked: the same paper, size of type and columns.
const STYLE: &str = "@page { size: A4 landscape; margin: 18mm; @bottom-right { content: 'Page ' \
                     counter(page) ' of ' counter(pages) } } table { width: 100%; table-layout: \
                     fixed; font: 6.4pt sans-serif; border-collapse: collapse } td, th { \
                     border-bottom: 0.4pt solid #ccc; text-align: left; overflow-wrap: anywhere } \
                     tr { break-inside: avoid }";

const WEASYPRINT: &str = "import sys, weasyprint; \
                          weasyprint.HTML(filename=sys.argv[1]).write_pdf(sys.argv[2])";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    if let [verb, from, to] = arguments.as_slice()
        && verb == "print"
    {
        let markup = fs::read_to_string(from).expect("markup");
        let pdf = markup_pdf::render(&markup).expect("a document");
        return fs::write(to, pdf.bytes).expect("room");
    }
    let numbers = arguments.iter().map(|it| it.parse().expect("a number of rows"));
    let numbers: Vec<usize> = numbers.collect();
    let numbers = if numbers.is_empty() { vec![1_000, 10_000] } else { numbers };
    for n_rows in numbers {
        compare(n_rows);
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark's result is what it prints")]
fn compare(n_rows: usize) {
    let place = tempfile::tempdir().expect("a folder");
    let at = |name: &str| place.path().join(name);
    println!("{n_rows} rows");
    fs::write(at("ours.xml"), markup(n_rows, "yes")).expect("room");
    fs::write(at("bare.xml"), markup(n_rows, "no")).expect("room");
    fs::write(at("page.html"), page(n_rows)).expect("room");
    let this = std::env::current_exe().expect("this program");
    let mut ours = f64::MAX;
    for (name, from) in [("untagged", "bare.xml"), ("tagged", "ours.xml")] {
        let mut command = Command::new(&this);
        let seconds =
            time(name, command.arg("print").args([at(from), at("out.pdf")]), &at("out.pdf"));
        ours = ours.min(seconds.unwrap_or(f64::MAX));
    }
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(python);
    command.args(["-c", WEASYPRINT]).args([at("page.html"), at("weasy.pdf")]);
    if let Some(theirs) = time("WeasyPrint", &mut command, &at("weasy.pdf")) {
        println!("  {:.0} times as fast", theirs / ours);
    }
}

/// Runs a command, and prints how long it took; none if it could not run.
#[expect(clippy::print_stdout, reason = "a benchmark's result is what it prints")]
fn time(name: &str, command: &mut Command, file: &Path) -> Option<f64> {
    let start = Instant::now();
    let output = command.output().ok().filter(|it| it.status.success());
    let seconds = start.elapsed().as_secs_f64();
    if output.is_none() {
        println!("  {name:<12} does not run here");
        return None;
    }
    let kilobytes = fs::metadata(file).map_or(0, |it| it.len()) / 1000;
    println!("  {name:<12} {seconds:>8.2} s {kilobytes:>8} kB");
    Some(seconds)
}

fn markup(n_rows: usize, tags: &str) -> String {
    let mut res = format!(
        "<report title=\"Accounts\" lang=\"en\" created=\"2026-11-02T06:00:00Z\" id=\"c0ffee\" \
         tags=\"{tags}\"><landscape><table size=\"6.4\" cols=\"30r 1.6* 1* 40 60 44 1* 1.2*\">\
         <head>"
    );
    let cells = |res: &mut String, cells: &[String]| {
        for it in cells {
            write!(res, "<c>{it}</c>").expect("text grows");
        }
    };
    cells(&mut res, &HEADS.map(str::to_owned));
    res.push_str("</head>");
    for row in 0..n_rows {
        res.push_str("<r>");
        cells(&mut res, &account(row));
        res.push_str("</r>");
    }
    res + "</table></landscape></report>"
}

fn page(n_rows: usize) -> String {
    let heads = HEADS.join("</th><th>");
    let mut res = format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Accounts</title>\
         <style>{STYLE}</style><table><thead><tr><th>{heads}</th></tr></thead><tbody>"
    );
    for row in 0..n_rows {
        let cells = account(row).join("</td><td>");
        writeln!(res, "<tr><td>{cells}</td></tr>").expect("text grows");
    }
    res + "</tbody></table></html>"
}

fn account(row: usize) -> [String; 8] {
    let names = ["Ana Petrova", "Zoë Müller", "Nguyễn Văn An", "Олена Шевченко", "Jo Smith"];
    let name = names[row % names.len()];
    [
        (row + 1).to_string(),
        format!("person.{row}@kestrel-freight.example"),
        format!("{name} {row}"),
        if row.is_multiple_of(12) { "disabled" } else { "active" }.to_owned(),
        format!("2026-10-{:02}", row % 28 + 1),
        if row.is_multiple_of(3) { "no" } else { "yes" }.to_owned(),
        format!("Group {}; Group {}", row % 40, row % 17),
        format!("lead.{}@kestrel-freight.example", row / 12),
    ]
}
