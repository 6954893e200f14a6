//! Which files a configuration includes, and one text of all of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern, glob_with};

use super::IncludedPart;
use crate::config::check::sound;
use crate::config::problem::{Problem, and_more};
use crate::config::raw::places;
use crate::files;

/// As shells match: `*` stands for no folder and for no hidden file.
const AS_SHELLS_DO: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// More files than anybody has instances.
const MOST: usize = 10_000;

/// A file, and what it says.
#[derive(Debug)]
pub(super) struct WrittenFile {
    /// What messages call it: its path below the configuration's folder, or the whole one.
    name: String,
    text: String,
}

/// The files that the configuration `text`, at `path` in `dir`, includes, in the order of their
/// patterns and then of their names. None where the text itself is wrong, which its check says.
///
/// # Errors
///
/// What is wrong with them: all of it.
pub(super) fn files(text: &str, path: &Path, dir: &Path) -> Result<Vec<WrittenFile>, Vec<Problem>> {
    let Ok(written) = sound(text) else { return Ok(Vec::new()) };
    let mut root = written.root();
    let mut paths = Vec::new();
    let mut seen = BTreeSet::from([path.to_owned()]);
    for pattern in root.words("include").unwrap_or_default() {
        match matches(&pattern, dir) {
            // A file that two patterns match is one file.
            Ok(found) => paths.extend(found.into_iter().filter(|it| seen.insert(it.clone()))),
            Err((what, help)) => root.refuse("include", what, help),
        }
    }
    if paths.len() > MOST {
        let what = format!("matches {} files, and takes {MOST} at most", paths.len());
        root.refuse("include", what, None);
    }
    let list = written.into_problems();
    if !list.is_empty() {
        return Err(list);
    }
    let mut problems = Vec::new();
    let mut res = Vec::new();
    for it in &paths {
        match read(it, dir) {
            Ok(it) => res.push(it),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(res) } else { Err(problems) }
}

/// The files that a pattern matches, in the order of their names; or what is wrong with it, and what
/// to write.
fn matches(pattern: &str, dir: &Path) -> Result<Vec<PathBuf>, (String, Option<String>)> {
    let told = |what: String| (what, None);
    if pattern.starts_with('~') {
        let help = "write the whole path, or one that starts at this file's folder";
        return Err(("must not start with `~`".to_owned(), Some(help.to_owned())));
    }
    let base = dir.to_str().ok_or_else(|| told("needs a folder whose path is UTF-8".to_owned()))?;
    let whole = Path::new(&Pattern::escape(base)).join(pattern);
    let whole = whole.to_str().unwrap_or_default();
    let no_pattern =
        |it: glob::PatternError| told(format!("`{pattern}` is no pattern: {}", it.msg));
    let mut res = Vec::new();
    for found in glob_with(whole, AS_SHELLS_DO).map_err(no_pattern)? {
        let found = found.map_err(|it| {
            told(format!("`{}` cannot be read: {}", it.path().display(), it.error()))
        })?;
        res.push(found.components().collect());
    }
    if res.is_empty() {
        let help = "paths start at this file's folder; leave out what is not there yet";
        return Err((format!("`{pattern}` matches no file"), Some(help.to_owned())));
    }
    Ok(res)
}

/// Reads a file that may hold instances and nothing else.
fn read(path: &Path, dir: &Path) -> Result<WrittenFile, Vec<Problem>> {
    let shown = path.strip_prefix(dir).unwrap_or(path).display().to_string();
    // It stands in a comment of the whole text.
    let name: String =
        shown.chars().map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect();
    let of_file = |mut it: Problem| {
        it.file = Some(name.clone());
        it
    };
    let whole = |what: String| {
        let help = "an included file has `[[instance]]` tables and nothing else";
        vec![of_file(Problem::new("", what, Some(help.to_owned())))]
    };
    let mut text = files::read_text(path).map_err(|it| whole(format!("cannot be read: {it}")))?;
    let written =
        sound(&text).map_err(|found| found.into_iter().map(of_file).collect::<Vec<_>>())?;
    let mut root = written.root();
    let there = !root.sections("instance", "begin each with `[[instance]]`").is_empty();
    let others = root.other_keys();
    if !others.is_empty() {
        return Err(whole(format!(
            "has {}, which belongs in the configuration itself",
            and_more(&others)
        )));
    }
    let list = written.into_problems();
    if !list.is_empty() {
        return Err(list.into_iter().map(of_file).collect());
    }
    if !there {
        return Err(whole("has no `[[instance]]`".to_owned()));
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(WrittenFile { name, text })
}

/// One text of the configuration and what it includes, which it names in comments and asks for no
/// more; and where each begins.
pub(super) fn join(text: &str, parts: Vec<WrittenFile>) -> (String, Vec<IncludedPart>) {
    let mut res = text.to_owned();
    if let Some(place) = places::of_key(text, "include") {
        // The lines below keep their numbers.
        let n_lines = text[place.clone()].matches('\n').count();
        res.replace_range(place, &format!("[{}]", "\n".repeat(n_lines)));
    }
    if !res.ends_with('\n') {
        res.push('\n');
    }
    let mut included = Vec::new();
    let mut before = res.matches('\n').count();
    for WrittenFile { name, text } in parts {
        res.extend(["\n# From ", &name, ":\n", &text]);
        included.push(IncludedPart { file: name, before: before + 2 });
        before += 2 + text.matches('\n').count();
    }
    (res, included)
}
