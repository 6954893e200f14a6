//! What `check` says of the rosters: how each is read, to the last header, row and cell.

use chrono::NaiveDate;

use super::{CheckLine, line};
use crate::roster::columns::RosterColumn;
use crate::roster::{Roster, RosterFile, Unread};

/// Lines of one kind that are shown; a file that is none would fill the screen.
const MOST_SHOWN: usize = 10;

pub(super) fn lines(roster: &Roster, day: NaiveDate) -> Vec<CheckLine> {
    let mut res = Vec::new();
    for (place, file) in roster.files.iter().enumerate() {
        res.extend(one(file));
        let further = roster.further_rows(place).into_iter();
        let further = further.map(|it| format!("line {} {}", it.line, it.reason));
        res.extend(several("position", further, ""));
        let said = roster.contradictions(place, day);
        let remedy = "correct the cells; where the person stands is unknown";
        res.extend(several("contradiction", said.into_iter(), remedy));
    }
    for table in &roster.alias_tables {
        let text = format!("ok, `{}`: {} addresses", table.input.name, table.pairs.len());
        res.push(line("aliases", &text, ""));
        let rows = table.rejected.iter().map(|it| format!("line {} {}", it.line, it.reason));
        res.extend(several("alias", rows, "write an address of an account, and one of the roster"));
    }
    let without = roster.without_email().count();
    let (people, plural) =
        (roster.people.len(), if roster.people.len() == 1 { "person" } else { "people" });
    let text = match without {
        0 if people == 0 => "none".to_owned(),
        0 => format!("{people} {plural}, each with an address"),
        _ => format!("{people} {plural}, {without} of them without an address"),
    };
    let none = people == 0 && roster.rows() > 0;
    let remedy = match (none, without) {
        (true, _) => "no row is a person's: is this the right file?",
        (_, 0) => "",
        _ => "no account can be found to be theirs",
    };
    res.push(CheckLine { failed: none, ..line("people", &text, remedy) });
    res
}

fn one(file: &RosterFile) -> Vec<CheckLine> {
    let rows = format!("{} row{}", file.rows, if file.rows == 1 { "" } else { "s" });
    let product =
        file.product.map(|product| format!(", {} ({})", product.0, product.1)).unwrap_or_default();
    let mut res = vec![line("roster", &format!("ok, `{}`: {rows}{product}", file.input.name), "")];
    let (day, remedy) = match file.as_of {
        Some((day, by)) => (format!("of {day}, by {}", by.word()), ""),
        None => (
            "nothing says of which day it is".to_owned(),
            "write `as-of = 2026-10-31` or `as-of-file-time = true` beside its path",
        ),
    };
    res.push(line("", &day, remedy));
    let read =
        file.headers.iter().filter_map(|header| Some((header.read_as?.word(), &header.header)));
    let read: Vec<String> = read
        .map(|(ours, theirs)| match theirs {
            it if it == ours => ours.to_owned(),
            it => format!("{ours} (`{it}`)"),
        })
        .collect();
    res.extend(columns("columns", &read));
    let rest = file.headers.iter().filter(|header| header.read_as.is_none());
    let rest: Vec<String> = rest.map(|it| format!("`{}`", it.header)).collect();
    res.extend(columns("not read", &rest));
    res.extend(without_status(file));
    res.extend(file.told.iter().map(|it| line("", it, "")));
    let left_out = file.left_out.iter().map(|it| format!("line {} {}", it.line, it.reason));
    res.extend(several("row left out", left_out, "no account is matched to it"));
    let repeated = file.repeated.iter().map(|it| format!("line {} {}", it.line, it.reason));
    res.extend(several("row repeated", repeated, ""));
    let unread = |of: fn(&&Unread) -> bool| {
        let those = file.unreadable.iter().filter(of);
        let words = those.map(|it| format!("line {}, {}", it.line, it.words()));
        words.collect::<Vec<_>>().into_iter()
    };
    let remedy = "correct the row; all that it says is undetermined";
    res.extend(several("row not laid out", unread(|it| it.read_as.is_none()), remedy));
    let remedy = "correct the cell; what rests on it is undetermined";
    res.extend(several("roster cell", unread(|it| it.read_as.is_some()), remedy));
    res
}

/// By what leavers are known, where no column says who has left.
fn without_status(file: &RosterFile) -> Option<CheckLine> {
    let reads = |wanted: &[RosterColumn]| {
        file.headers.iter().any(|it| it.read_as.is_some_and(|it| wanted.contains(&it)))
    };
    if reads(&[RosterColumn::Status, RosterColumn::Active, RosterColumn::Inactive]) {
        return None;
    }
    let (words, remedy) = if reads(&[RosterColumn::EndDate]) {
        ("no column of it is a status: leavers are known by their last day alone", "")
    } else {
        (
            "no column of it is a status or a last day: no one is known to have left",
            "export one of them too, or name it under `[roster.columns]`",
        )
    };
    Some(line("", words, remedy))
}

fn columns(what: &str, all: &[String]) -> Vec<CheckLine> {
    let chunks = all.chunks(3).enumerate();
    chunks.map(|(i, it)| line(if i == 0 { what } else { "" }, &it.join(", "), "")).collect()
}

fn several(
    what: &str,
    mut all: impl ExactSizeIterator<Item = String>,
    remedy: &str,
) -> Vec<CheckLine> {
    let shown = all.by_ref().take(MOST_SHOWN).map(|it| line(what, &it, remedy));
    let mut res: Vec<CheckLine> = shown.collect();
    let more = all.len();
    if more > 0 {
        res.push(line("", &format!("and {more} more like that"), ""));
    }
    res
}
