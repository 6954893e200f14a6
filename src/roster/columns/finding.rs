//! The search for our columns among the headers of a file.

use std::collections::BTreeMap;

use super::{Asks, RosterColumn, RosterColumns, alike, known, squeeze};
use crate::config::RosterSource;
use crate::config::problem::{Problem, suggest};
use crate::roster::people::none;
use crate::roster::profile::{Profile, general};
use crate::spreadsheet::{Row, Sheet};

/// Columns that decide what a rule says: of two possible columns none is preferred.
const DECISIVE: &[RosterColumn] =
    &[RosterColumn::Type, RosterColumn::StartDate, RosterColumn::EndDate];

/// Headers of addresses that may be names of accounts alone.
const WEAK: &[&str] = &["userprincipalname", "upn", "login", "username"];

/// Finds our columns: those that the configuration names, then those of the product, then what all
/// exports call theirs.
///
/// # Errors
///
/// Columns that are named and not there, that could be two, or that are needed; and headers that
/// look like something that would be derived from elsewhere.
pub(in crate::roster) fn find(
    sheet: &Sheet,
    source: &RosterSource,
    profile: Option<&Profile>,
) -> Result<RosterColumns, Vec<Problem>> {
    let mut res =
        ColumnSearch { sheet, source, profile, found: BTreeMap::new(), problems: Vec::new() };
    for column in RosterColumn::ALL {
        if let Some(wanted) = source.columns.get(column.word()) {
            res.take_named(column, wanted);
        }
    }
    res.take_standing();
    for column in RosterColumn::ALL.into_iter().filter(|it| !RosterColumn::STANDING.contains(it)) {
        match column {
            RosterColumn::Email => res.take_addresses(),
            other => res.take_usual(other),
        }
    }
    res.require();
    let standing = res.standing();
    let columns = RosterColumns::new(res.found, standing);
    if res.problems.is_empty() { Ok(columns) } else { Err(res.problems) }
}

struct ColumnSearch<'a> {
    sheet: &'a Sheet,
    source: &'a RosterSource,
    profile: Option<&'a Profile>,
    found: BTreeMap<RosterColumn, Vec<usize>>,
    problems: Vec<Problem>,
}

impl ColumnSearch<'_> {
    fn take_named(&mut self, column: RosterColumn, wanted: &str) {
        let word = column.word();
        match self.places_named(wanted)[..] {
            [] => {
                let what = format!("has no column `{wanted}`, which is to be `{word}`");
                let near = suggest(wanted, self.sheet.header.iter().map(String::as_str));
                let near = near.map(|it| format!("did you mean `{it}`? ")).unwrap_or_default();
                self.refuse(what, format!("{near}there are {}", self.listed()));
            }
            [one] => drop(self.found.insert(column, vec![one])),
            ref several => {
                let what = format!("has several columns `{wanted}`");
                let ways = (1..=several.len()).map(|it| format!("`{word} = \"{wanted}#{it}\"`"));
                let ways = ways.collect::<Vec<_>>().join(" or ");
                self.refuse(what, format!("say which one under `[roster.columns]`: {ways}"));
            }
        }
    }

    /// Where a header that the configuration names is: `Status`, the second one `Status#2`, or `#4`
    /// for the fourth column.
    fn places_named(&self, wanted: &str) -> Vec<usize> {
        let exact = self.where_header(|it| it == wanted);
        if !exact.is_empty() {
            return exact;
        }
        if let Some((name, nth)) = wanted.rsplit_once('#')
            && let Some(nth) = nth.parse::<usize>().ok().and_then(|it| it.checked_sub(1))
        {
            let name = name.trim();
            let of_name = self.where_header(|it| squeeze(it) == squeeze(name));
            let all: Vec<usize> = (0..self.sheet.header.len()).collect();
            let among = if name.is_empty() { all } else { of_name };
            return among.get(nth).copied().into_iter().collect();
        }
        self.where_header(|it| squeeze(it) == squeeze(wanted))
    }

    /// The free places of a column's usual headers, the best first: those of the product, or else
    /// those that all exports have.
    fn usual(&self, column: RosterColumn) -> (Vec<usize>, bool) {
        let of_product =
            self.profile.map(|profile| self.of(profile.headers_of(column))).unwrap_or_default();
        if !of_product.is_empty() {
            return (of_product, true);
        }
        (self.of(general().headers_of(column)), false)
    }

    fn of(&self, headers: &[String]) -> Vec<usize> {
        let of = |name: &String| self.where_header(|it| squeeze(it) == *name);
        headers.iter().flat_map(of).filter(|it| self.is_free(*it)).collect()
    }

    /// Whether a column is taken for nothing else, and not configured as one that is not to be
    /// read.
    fn is_free(&self, at: usize) -> bool {
        let header = squeeze(&self.sheet.header[at]);
        let taken = self.found.values().flatten().any(|it| *it == at);
        let ignored = self.profile.is_some_and(|profile| profile.ignored.contains(&header))
            || self.source.ignored.iter().any(|it| squeeze(it) == header);
        !taken && !ignored
    }

    fn take_usual(&mut self, column: RosterColumn) {
        if self.found.contains_key(&column) {
            return;
        }
        let (mut at, of_product) = self.usual(column);
        if at.len() > 1 && DECISIVE.contains(&column) && !of_product {
            self.refuse_several(column.word(), &at);
        }
        if column != RosterColumn::Aliases {
            at.truncate(1);
        }
        if !at.is_empty() {
            self.found.entry(column).or_default().extend(at);
        }
    }

    /// The columns that say where people stand: one with a status in a word, or several that ask
    /// whether the person is active, suspended, archived.
    fn take_standing(&mut self) {
        if RosterColumn::STANDING.iter().any(|it| self.source.columns.contains_key(it.word())) {
            return;
        }
        let places = |of: &Profile| -> Vec<(RosterColumn, usize)> {
            let all = RosterColumn::STANDING.into_iter();
            all.flat_map(|it| self.of(of.headers_of(it)).into_iter().map(move |at| (it, at)))
                .collect()
        };
        let of_product = self.profile.map(places).unwrap_or_default();
        if let Some((RosterColumn::Status, at)) = of_product.first() {
            self.found.insert(RosterColumn::Status, vec![*at]);
            return;
        }
        let found = if of_product.is_empty() { places(general()) } else { of_product };
        let word = found.iter().any(|it| it.0 == RosterColumn::Status);
        if word && found.len() > 1 {
            let at: Vec<usize> = found.iter().map(|it| it.1).collect();
            return self.refuse_several(RosterColumn::Status.word(), &at);
        }
        for (column, at) in found {
            self.found.entry(column).or_default().push(at);
        }
    }

    /// The column with people's addresses: the best one that holds any. The other ones are further
    /// addresses, but for one of the same name, which a join has brought along.
    fn take_addresses(&mut self) {
        if let Some(named) = self.found.get(&RosterColumn::Email).and_then(|it| it.first()).copied()
        {
            if !self.is_free_of_addresses(named) {
                return self.take_further(named, &self.all_usual_addresses());
            }
            let what =
                format!("`{}` is to be `email`, and holds no address", self.sheet.header[named]);
            let help = format!("name the column with addresses; there are {}", self.listed());
            return self.refuse(what, help);
        }
        let all = self.all_usual_addresses();
        let holding = || all.iter().copied().filter(|it| !self.is_free_of_addresses(*it));
        let best = holding().next();
        let weak = |it: usize| WEAK.contains(&&*squeeze(&self.sheet.header[it]));
        let alike = self.where_header(alike::is_mail);
        let alike: Vec<usize> = alike
            .into_iter()
            .filter(|it| self.is_free(*it) && !all.contains(it) && !self.is_free_of_addresses(*it))
            .collect();
        match (best, &alike[..]) {
            (Some(best), []) => self.take_primary(best, &all),
            (Some(best), _) if !weak(best) => self.take_primary(best, &all),
            (None, [one]) => self.take_primary(*one, &[]),
            (None, []) => match all.first() {
                // A file without people has no address in any column.
                Some(first) if self.is_nobodys() => self.take_primary(*first, &all),
                Some(first) => {
                    let header = &self.sheet.header[*first];
                    let what = format!("`{header}` is the column for addresses, and holds none");
                    let help = format!(
                        "name the right one under `roster.columns` as `email`; there are {}",
                        self.listed()
                    );
                    self.refuse(what, help);
                }
                None => {}
            },
            (best, several) => {
                let several: Vec<usize> = best.into_iter().chain(several.iter().copied()).collect();
                self.refuse_several(RosterColumn::Email.word(), &several);
            }
        }
    }

    fn all_usual_addresses(&self) -> Vec<usize> {
        let mut res = self
            .profile
            .map(|profile| self.of(profile.headers_of(RosterColumn::Email)))
            .unwrap_or_default();
        for it in self.of(general().headers_of(RosterColumn::Email)) {
            if !res.contains(&it) {
                res.push(it);
            }
        }
        res
    }

    fn take_primary(&mut self, at: usize, all: &[usize]) {
        self.found.insert(RosterColumn::Email, vec![at]);
        self.take_further(at, all);
    }

    fn take_further(&mut self, primary: usize, all: &[usize]) {
        let name = squeeze(&self.sheet.header[primary]);
        let further = all.iter().copied().filter(|it| {
            *it != primary && squeeze(&self.sheet.header[*it]) != name && self.is_free(*it)
        });
        let further: Vec<usize> = further.collect();
        let mut aliases = self.found.remove(&RosterColumn::Aliases).unwrap_or_default();
        aliases.extend(further);
        self.found.insert(RosterColumn::Aliases, aliases);
        let mut usual = self.usual(RosterColumn::Aliases).0;
        self.found.entry(RosterColumn::Aliases).or_default().append(&mut usual);
        self.found.retain(|_, it| !it.is_empty());
    }

    /// Whether every row is a header, a total or a remark.
    fn is_nobodys(&self) -> bool {
        let is_header = |row: Row<'_>| known(&row.cells().collect::<Vec<_>>(), self.source) > 1;
        self.sheet.rows().all(|it| none::is_no_person(it) || is_header(it))
    }

    /// Whether no cell of a column holds an address.
    fn is_free_of_addresses(&self, at: usize) -> bool {
        !self.sheet.rows().any(|it| it.cell(at).contains('@'))
    }

    fn require(&mut self) {
        if !self.found.contains_key(&RosterColumn::Email) {
            self.miss("has no column with e-mail addresses", "email");
        }
        let is_there = |roster_column: &RosterColumn| self.found.contains_key(roster_column);
        let status = RosterColumn::STANDING.iter().any(is_there);
        let (end, contract) =
            (is_there(&RosterColumn::EndDate), is_there(&RosterColumn::ContractEnd));
        if !status && !end && !contract {
            self.miss("has no column that says who has left", "status");
        }
        if !self.problems.is_empty() {
            return;
        }
        if !status {
            self.refuse_alike(
                alike::is_status,
                RosterColumn::Status,
                "who has left is read from days",
            );
        }
        if !end && contract {
            let from = "the last day is read from the end of a contract";
            self.refuse_alike(alike::is_end, RosterColumn::EndDate, from);
        }
    }

    /// A header that looks like something which would be derived from elsewhere is not passed over.
    fn refuse_alike(&mut self, is_alike: fn(&str) -> bool, column: RosterColumn, instead: &str) {
        for at in self.where_header(is_alike) {
            if !self.is_free(at) {
                continue;
            }
            let (word, header) = (column.word(), &self.sheet.header[at]);
            let what = format!(
                "has a column `{header}`, which looks like `{word}` and is not read, while \
                 {instead}"
            );
            let help = format!(
                "write `{word} = {header:?}` under `[roster.columns]`, or \
                 `ignore-columns = [{header:?}]` under `[roster]`"
            );
            self.refuse(what, help);
        }
    }

    /// The columns that say where people stand, with what each asks.
    fn standing(&self) -> Vec<(usize, Asks)> {
        let asks = |column: RosterColumn, at: usize| match column {
            RosterColumn::Active => Asks::WhetherActive,
            RosterColumn::Inactive => Asks::WhetherLeft,
            _ => match &self.sheet.header[at] {
                header if alike::asks_who_left(header) => Asks::WhetherLeft,
                header if alike::asks_who_is_active(header) => Asks::WhetherActive,
                _ => Asks::Word,
            },
        };
        let places = |roster_column: RosterColumn| {
            self.found.get(&roster_column).into_iter().flatten().map(move |at| (roster_column, *at))
        };
        RosterColumn::STANDING
            .into_iter()
            .flat_map(places)
            .map(|(it, at)| (at, asks(it, at)))
            .collect()
    }

    fn miss(&mut self, what: &str, word: &str) {
        if self.problems.is_empty() {
            let listed = self.listed();
            let help = format!("name it under `roster.columns` as `{word}`; there are {listed}");
            self.refuse(what.to_owned(), help);
        }
    }

    fn refuse_several(&mut self, word: &str, at: &[usize]) {
        let what = format!("has several columns that could be `{word}`");
        let names: Vec<_> = at.iter().map(|it| format!("`{}`", self.sheet.header[*it])).collect();
        let names = names.join(" and ");
        self.refuse(what, format!("name one of {names} under `roster.columns`"));
    }

    fn where_header(&self, fits: impl Fn(&str) -> bool) -> Vec<usize> {
        let all = self.sheet.header.iter().enumerate();
        all.filter(|it| !it.1.is_empty() && fits(it.1)).map(|it| it.0).collect()
    }

    fn listed(&self) -> String {
        let all = self.sheet.header.iter().filter(|it| !it.is_empty());
        all.map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
    }

    fn refuse(&mut self, what: String, help: String) {
        self.problems.push(Problem::new("header".to_owned(), what, Some(help)));
    }
}
