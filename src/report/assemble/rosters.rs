//! The rosters: what each file is, how it was read, and what of it was not.

use super::inputs::ReportInputs;
use super::term;
use crate::report::rosters::{AliasSummary, NoAddress, RosterSummary, Rosters};
use crate::roster::{AliasTable, Person, Rejected, Roster, RosterFile, Unread};

/// People without an address whom documents name; all are in `people.csv`.
const MOST_NAMED: usize = 50;

pub(super) fn rosters(inputs: &ReportInputs<'_>, roster: &Roster) -> Rosters {
    let day = inputs.given.config.organization.calendar().day(inputs.given.snapshot.collected_at);
    let one =
        |(place, file): (usize, &RosterFile)| summary(file, roster.contradictions(place, day));
    let without = || roster.without_email();
    Rosters {
        files: roster.files.iter().enumerate().map(one).collect(),
        people: roster.people.len(),
        without_address: without().count(),
        without: without().take(MOST_NAMED).map(|it| no_address(it, day)).collect(),
        aliases: roster.alias_tables.iter().map(aliases).collect(),
    }
}

fn aliases(it: &AliasTable) -> AliasSummary {
    AliasSummary {
        file: it.input.name.clone(),
        sha256: it.input.sha256.clone(),
        pairs: it.pairs.len(),
        rejected: it.rejected.iter().map(line).collect(),
    }
}

fn line(it: &Rejected) -> String {
    format!("line {}: {}", it.line, it.reason)
}

fn no_address(it: &Person, day: chrono::NaiveDate) -> NoAddress {
    NoAddress {
        lines: it.lines(),
        person_id: it.person_id.clone().unwrap_or_default(),
        name: it.name.clone().unwrap_or_default(),
        status: it.status_on(day).word(),
    }
}

fn summary(file: &RosterFile, contradictions: Vec<String>) -> RosterSummary {
    let unread = file.headers.iter().filter(|header| header.read_as.is_none());
    let read = file.headers.iter().filter_map(|header| Some((header.read_as?, &header.header)));
    let not_read = |of: fn(&&Unread) -> bool| {
        let those = file.unreadable.iter().filter(of);
        those.map(|it| format!("line {}: {}", it.line, it.words())).collect()
    };
    RosterSummary {
        file: file.input.name.clone(),
        sha256: file.input.sha256.clone(),
        as_of: file.as_of.map(|as_of| as_of.0.to_string()).unwrap_or_default(),
        as_of_by: file.as_of.map(|as_of| as_of.1.word()).unwrap_or_default(),
        product: file.product.map(|product| product.0).unwrap_or_default(),
        export: file.product.map(|product| product.1).unwrap_or_default(),
        told: file.told.clone(),
        rows: file.rows,
        left_out: file.left_out.iter().chain(&file.repeated).map(line).collect(),
        not_laid_out: not_read(|it| it.read_as.is_none()),
        unreadable: not_read(|it| it.read_as.is_some()),
        contradictions,
        columns: read.map(|(column, header)| term(column.word(), header.clone())).collect(),
        not_read: unread.map(|it| it.header.clone()).collect(),
    }
}
