//! The catalogue and one rule for a terminal.

use std::fmt::Write as _;

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use super::{ExplainedCatalogue, ExplainedParameter, ExplainedRule, TableRead};
use crate::frameworks::FRAMEWORKS;

/// Where what belongs to a line goes on.
const INDENT: usize = 8;

/// Every rule on a line; where `width` is given, what does not fit goes below.
pub fn list(catalogue: &ExplainedCatalogue, width: Option<usize>) -> String {
    let names = catalogue.rules.iter().map(|rule| rule.name.len());
    let widest = names.max().unwrap_or_default();
    let line = |cells: [&str; 4], notes: [&str; 2]| {
        let [code, name, severity, enabled] = cells;
        let mut res = format!("{code:6}  {name:widest$}");
        let standing = format!("{severity:8}  {enabled:7}");
        match width {
            None => {
                write!(res, "  {standing}").expect("text grows");
                let controls = notes[1].replace(NO_BREAK, " ");
                write!(res, "  {:36}  {controls}", notes[0]).expect("text grows");
            }
            Some(width) => {
                beside(&mut res, &standing, width);
                beside(&mut res, notes[0], width);
                below(&mut res, notes[1], width);
            }
        }
        res.trim_end().to_owned()
    };
    let head = line(["code", "name", "severity", "enabled"], ["thresholds", "controls"]);
    let mut res = vec![head];
    for it in &catalogue.rules {
        let enabled = if it.enabled { "yes" } else { "no" };
        let cells = [it.code, it.name, it.severity.word(), enabled];
        res.push(line(cells, [&it.thresholds(), &controls(it)]));
    }
    res.join("\n")
}

/// Adds `note` to the line where it fits, and below where not.
fn beside(res: &mut String, note: &str, width: usize) {
    if res.chars().count() + 2 + note.chars().count() <= width {
        write!(res, "  {note}").expect("text grows");
    } else {
        below(res, note, width);
    }
}

/// Adds `note` in lines of its own.
fn below(res: &mut String, note: &str, width: usize) {
    res.truncate(res.trim_end().len());
    let room = width.saturating_sub(INDENT);
    let widest = note.split(' ').map(|it| it.chars().count()).max().unwrap_or_default();
    // What should stay together goes apart where it does not fit.
    let note = if widest > room { note.replace(NO_BREAK, " ") } else { note.to_owned() };
    for line in wrap(&note, room) {
        write!(res, "\n{}{line}", " ".repeat(INDENT)).expect("text grows");
    }
}

/// `SOC 2 CC6.2; PCI DSS 8.2.6`.
fn controls(it: &ExplainedRule) -> String {
    let mut res = Vec::new();
    for framework in FRAMEWORKS.iter() {
        let ids = it.ids(&framework.key).join(", ");
        if !ids.is_empty() {
            res.push(format!("{} {ids}", framework.short).replace(' ', NO_BREAK));
        }
    }
    res.join("; ")
}

/// Stands for a blank where no line may end.
const NO_BREAK: &str = "\u{a0}";

/// One rule on a page, `width` columns wide.
pub fn page(it: &ExplainedRule, width: usize) -> String {
    let mut res = format!("{}  {}\n{}\n", it.code, it.name, it.title);
    let mut part = |head: &str, paragraphs: &[String]| {
        write!(res, "\n{head}\n").expect("text grows");
        for text in paragraphs {
            for (at, line) in wrap(text, width.saturating_sub(4)).iter().enumerate() {
                let indent = if at > 0 && paragraphs.len() > 1 { 4 } else { 2 };
                writeln!(res, "{}{line}", " ".repeat(indent)).expect("text grows");
            }
        }
    };
    let one = |text: &str| [text.to_owned()];
    if !it.enabled {
        part("Switched off", &one(&it.disabled_because));
    }
    part("What is looked at, and what is an exception", &one(it.predicate));
    part("Why it matters", &one(it.risk));
    part("What to do", &one(it.remedy));
    part("What would decide about an undetermined subject", &one(it.missing));
    part("Severity", &one(&severity(it)));
    part("Version, which waivers are approved for", &one(&it.version));
    for parameter in &it.parameters {
        part(&format!("[rules.{}] {}", it.name, parameter.key), &about(parameter));
    }
    let control = |explained_control: &super::ExplainedControl| {
        format!("{} {}: {}", explained_control.name, explained_control.id, explained_control.intent)
    };
    part("Controls", &it.controls.iter().map(control).collect::<Vec<_>>());
    for table in &it.tables {
        part(&format!("Reads the table {}: {}", table.table, table.row), &columns(table));
    }
    res += "\nAs SQL for DuckDB; `rules sql` has other engines\n";
    for line in it.sql.lines() {
        writeln!(res, "  {line}").expect("text grows");
    }
    res.trim_end().to_owned()
}

/// The severity and when it is a worse one.
pub(super) fn severity(it: &ExplainedRule) -> String {
    let word = it.severity.word();
    if it.escalation.is_empty() { word.to_owned() } else { format!("{word}; {}", it.escalation) }
}

fn about(it: &ExplainedParameter) -> Vec<String> {
    let origin = match (it.configured, it.value == it.default) {
        (false, _) => "by default".to_owned(),
        (true, true) => "configured, which is the default too".to_owned(),
        (true, false) => format!("configured; the default is {}", it.default),
    };
    let mut res = vec![it.about.to_owned(), format!("used: {}, {origin}", it.value)];
    if !it.strictest.is_empty() {
        res.push(format!("strictest: {}", it.strictest));
    }
    res
}

fn columns(it: &TableRead) -> Vec<String> {
    let missing = |it: &super::ColumnShown| match it.missing {
        "" => String::new(),
        words => format!(" Missing: {words}."),
    };
    it.columns
        .iter()
        .map(|column| format!("{}: {}{}", column.column, column.meaning, missing(column)))
        .collect()
}

/// `text` in lines of at most `width` columns, unless a word is longer.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let options = Options::new(width)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::wrap(text, options).iter().map(|line| line.replace(NO_BREAK, " ")).collect()
}
