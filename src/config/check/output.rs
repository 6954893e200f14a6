//! `[output]`: what is written, and where.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::file;
use crate::config::problem::did_you_mean;
use crate::config::raw::TomlSection;
use crate::config::stores::StoreAddress;
use crate::config::{FormatWords, Output};
use crate::files::Readers;
use crate::frameworks::{FRAMEWORKS, Framework};

/// Accounts that `report.pdf` prints unless the configuration says otherwise, and at most.
const PDF_ROWS: (u32, u32) = (1_000, 10_000_000);

/// Exceptions of each rule that documents print unless the configuration says otherwise, and at
/// most.
const FINDINGS_PRINTED: (u32, u32) = (100, 10_000_000);

/// What is written, and where.
pub(super) fn settings(root: &mut TomlSection<'_>, dir: &Path, known: &[FormatWords]) -> Output {
    let mut section = root.section("output");
    let templates = file(&mut section, "templates-dir", dir);
    let metrics = metrics(&mut section, dir);
    let store = store(&mut section);
    let dir = file(&mut section, "dir", dir).unwrap_or_else(|| dir.join("evidence"));
    let modes = [("owner", Readers::Owner), ("group", Readers::Group)];
    let readers = section.choice("mode", &modes).unwrap_or_default();
    let formats = match section.words("formats") {
        None => known.iter().filter(|format| format.usual).map(|format| format.name).collect(),
        Some(words) => formats(&section, &words, known),
    };
    let controls = match section.words("controls") {
        None => frameworks().filter(|it| it.usual).map(|it| it.key.as_str()).collect(),
        Some(words) => shown_frameworks(&section, &words),
    };
    let pdf_rows = section.number_or("pdf-rows", "all", PDF_ROWS);
    let csv_bom = !section.has("csv-bom") || section.flag("csv-bom");
    let findings_printed = section.number_or("findings-printed", "all", FINDINGS_PRINTED);
    section.finish();
    Output {
        dir,
        store,
        readers,
        formats,
        templates,
        controls,
        pdf_rows,
        csv_bom,
        findings_printed,
        metrics,
    }
}

/// The store; what is wrong with its address is told without it, since it may hold a secret.
fn store(section: &mut TomlSection<'_>) -> Option<StoreAddress> {
    let text = section.text("store")?;
    let refused = |(what, help): (&str, &str)| section.refuse("store", what, Some(help.to_owned()));
    StoreAddress::parse(&text).map_err(refused).ok()
}

/// The file of metrics, whose name has to be one that is read.
fn metrics(section: &mut TomlSection<'_>, dir: &Path) -> Option<PathBuf> {
    let path = file(section, "metrics", dir)?;
    if path.extension().is_none_or(|it| it != "prom") {
        let help = "node_exporter reads the files that end in `.prom`";
        section.refuse("metrics", "does not end in `.prom`", Some(help.to_owned()));
    }
    Some(path)
}

fn formats(
    section: &TomlSection<'_>,
    words: &[String],
    known: &[FormatWords],
) -> BTreeSet<&'static str> {
    if words.is_empty() {
        section.refuse("formats", "is empty", Some("leave it out for the usual ones".to_owned()));
    }
    let names = || known.iter().map(|format| format.name);
    let find = |word: &String| {
        let res = names().find(|name| name == word);
        if res.is_none() {
            let help = did_you_mean(word, names());
            section.refuse("formats", format!("`{word}` is not a format"), help);
        }
        res
    };
    words.iter().filter_map(find).collect()
}

fn frameworks() -> impl Iterator<Item = &'static Framework> {
    FRAMEWORKS.iter()
}

/// The frameworks that `words` name, in our order.
fn shown_frameworks(section: &TomlSection<'_>, words: &[String]) -> Vec<&'static str> {
    let known = || frameworks().map(|it| it.key.as_str());
    if words.is_empty() {
        let help = format!("name some of {}", known().collect::<Vec<_>>().join(", "));
        section.refuse("controls", "is empty", Some(help));
    }
    for it in words.iter().filter(|word| !known().any(|known| known == word.as_str())) {
        let help = did_you_mean(it, known());
        section.refuse("controls", format!("`{it}` is not a framework"), help);
    }
    known().filter(|it| words.iter().any(|word| word == it)).collect()
}
