//! Pages become one list, or the list is refused.
//!
//! Pure. A list counts as whole only when the server says so and nothing contradicts it: a short
//! list that looks complete would hide an account that was never reviewed.

use std::collections::{BTreeMap, BTreeSet};

use super::refusal::Refusal;
use super::wire::{Cursor, Page};
use crate::snapshot::ledger::{CompletenessBasis, DistinctNames, Endpoint, LedgerRow};
use crate::snapshot::record::Id;
use crate::snapshot::record::Record;

/// No list has this many pages; a server that goes on is going round in circles.
const PAGE_CAP: usize = 50_000;

/// What has come so far.
pub(super) struct Paging<T> {
    records: Vec<T>,
    places: BTreeMap<Id, usize>,
    tokens: BTreeSet<String>,
    received: u64,
    repeated: u64,
    conflicting: u64,
    conflicts: DistinctNames,
    /// Records whose id is empty.
    without_id: u64,
    stated: Option<u64>,
    total: u64,
    /// The counts of the whole list that answers stated, each once.
    totals: BTreeSet<u64>,
    last: Last,
}

/// What the last answer says about the whole list.
#[derive(Clone, Copy, Default)]
struct Last {
    /// Answers so far.
    pages: u64,
    /// Its records.
    records: u64,
    /// Whether it says that nothing follows.
    ends: bool,
}

/// What to do after a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PageStep {
    /// The list is whole.
    Done,
    /// Ask for the page behind this token.
    More(Cursor),
}

impl<T> Default for Paging<T> {
    fn default() -> Self {
        Self {
            records: Vec::new(),
            places: BTreeMap::new(),
            tokens: BTreeSet::new(),
            received: 0,
            repeated: 0,
            conflicting: 0,
            conflicts: DistinctNames::default(),
            without_id: 0,
            stated: None,
            total: 0,
            totals: BTreeSet::new(),
            last: Last::default(),
        }
    }
}

impl<T: Record> Paging<T> {
    /// Takes the next page.
    pub(super) fn take(&mut self, page: Page<Vec<T>>) -> Result<PageStep, Refusal> {
        let before = self.records.len();
        let came = page.data.len();
        self.received += came as u64;
        self.state(page.total_count, came as u64);
        let (pages, records) = (self.last.pages + 1, came as u64);
        self.last = Last { pages, records, ends: page.ends };
        for it in page.data {
            self.keep(it);
        }
        let nothing_new = self.records.len() == before;
        // Older servers have no `has_more`; a token all the same promises another page.
        let more = page.has_more.unwrap_or(page.next.is_some());
        if nothing_new && (more || came > 0) {
            return Err(Refusal::protocol("a page holds no record that was not there before"));
        }
        if more { self.go_on(page.next) } else { Ok(PageStep::Done) }
    }

    /// Writes down what came.
    pub(super) fn count(&mut self, row: &mut LedgerRow) {
        row.rows_received = self.received;
        row.distinct_ids = self.records.len() as u64;
        row.rows_repeated = self.repeated;
        row.rows_conflicting = self.conflicting;
        row.conflicts = self.conflicts.clone();
        row.rows_without_id += std::mem::take(&mut self.without_id);
        row.total_count = self.stated;
        row.rows_missing = self.total.saturating_sub(row.distinct_ids);
        let counted = self.total > 0;
        row.rows_surplus = if counted { row.distinct_ids.saturating_sub(self.total) } else { 0 };
        row.counts_differing = DistinctNames::default();
        if self.totals.len() > 1 {
            self.totals.iter().for_each(|total| row.counts_differing.add(&total.to_string()));
        }
        row.whole_by = Some(self.basis(row.endpoint));
    }

    /// What says that this is everything.
    fn basis(&self, endpoint: Endpoint) -> CompletenessBasis {
        let Last { pages, records, ends } = self.last;
        // A count of one answer says something about a list of one answer.
        let of_all = self.totals.len() == 1 || (self.totals.is_empty() && pages == 1);
        let counted = self.stated.is_some() && of_all;
        match (counted, ends) {
            (true, true) => CompletenessBasis::CountAndEnd,
            (true, false) => CompletenessBasis::Count,
            (false, true) => CompletenessBasis::End,
            (false, false) => CompletenessBasis::unstated(endpoint, records),
        }
    }

    /// The list, in the order it came.
    pub(super) fn into_records(self) -> Vec<T> {
        self.records
    }

    /// Some servers count the whole list, others the records of the answer.
    fn state(&mut self, total_count: Option<u64>, came: u64) {
        self.stated = self.stated.max(total_count);
        let of_all = total_count.filter(|it| *it != came);
        self.total = self.total.max(of_all.unwrap_or_default());
        self.totals.extend(of_all);
    }

    /// Keeps a record once: pages of a list that changes meanwhile may overlap.
    fn keep(&mut self, mut record: T) {
        if record.key().is_some_and(|key| key.0.is_empty()) {
            self.without_id += 1;
            record.name(Id::made_up_within(0, self.without_id));
        }
        let key = record.key();
        match key.as_ref().and_then(|it| self.places.get(it)) {
            None => {
                key.map(|it| self.places.insert(it, self.records.len()));
                self.records.push(record);
            }
            Some(&it) if self.records[it] == record => self.repeated += 1,
            Some(_) => {
                self.conflicting += 1;
                self.conflicts.add(key.as_ref().map_or("", |it| &it.0));
            }
        }
    }

    fn go_on(&mut self, next: Option<Cursor>) -> Result<PageStep, Refusal> {
        let next = next.ok_or_else(|| {
            Refusal::protocol("the server has more records but gives no `next_token` for them")
        })?;
        if !self.tokens.insert(next.token.clone()) {
            return Err(Refusal::protocol("the server gave the same `next_token` twice"));
        }
        if self.tokens.len() >= PAGE_CAP {
            return Err(Refusal::protocol(format!("the list has more than {PAGE_CAP} pages")));
        }
        Ok(PageStep::More(next))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::{PageStep, Paging};
    use crate::retool::wire::{Cursor, Page};
    use crate::snapshot::ledger::{Endpoint, LedgerRow};
    use crate::snapshot::record::{Id, User};

    #[test]
    fn pages_become_one_list() {
        insta::assert_snapshot!(draw(&["a b | more t1", "c d | more t2", "e | end"]), @"kept a b c d e of 5");
    }

    #[test]
    fn one_answer_without_a_word_about_pages_is_everything() {
        insta::assert_snapshot!(draw(&["a b c |"]), @"kept a b c of 3");
    }

    #[test]
    fn an_empty_last_page_ends_the_list() {
        insta::assert_snapshot!(draw(&["a b | more t1", "| end"]), @"kept a b of 2");
    }

    #[test]
    fn a_token_without_has_more_is_followed() {
        insta::assert_snapshot!(draw(&["a | token t1", "b | end"]), @"kept a b of 2");
    }

    #[test]
    fn has_more_false_ends_even_beside_a_token() {
        insta::assert_snapshot!(draw(&["a | end t1"]), @"kept a of 1");
    }

    #[test]
    fn an_equal_record_is_kept_once_and_counted() {
        insta::assert_snapshot!(draw(&["a b | more t1", "b c | end"]), @"kept a b c of 4, 1 repeated");
    }

    #[test]
    fn of_a_record_that_differs_the_first_is_kept_and_it_is_named() {
        insta::assert_snapshot!(draw(&["a b | more t1", "b=other b=third c | end"]), @"kept a b c of 5, 2 conflicting: b");
    }

    #[test]
    fn has_more_without_a_token_is_refused() {
        insta::assert_snapshot!(draw(&["a | more"]), @"the server has more records but gives no `next_token` for them");
    }

    #[test]
    fn a_repeated_token_is_refused() {
        insta::assert_snapshot!(draw(&["a | more t1", "b | more t1"]), @"the server gave the same `next_token` twice");
    }

    #[test]
    fn a_page_without_news_is_refused() {
        insta::assert_snapshot!(draw(&["a | more t1", "a | more t2"]), @"a page holds no record that was not there before");
        insta::assert_snapshot!(draw(&["| more t1"]), @"a page holds no record that was not there before");
        insta::assert_snapshot!(draw(&["a | more t1", "a | end"]), @"a page holds no record that was not there before");
    }

    #[test]
    fn what_the_server_counts_and_never_sent_is_missing() {
        insta::assert_snapshot!(draw(&["a b | total 3"]), @"kept a b of 2, 1 missing");
        insta::assert_snapshot!(draw(&["a b | more t1 total 4", "b c | end total 4"]), @"kept a b c of 4, 1 repeated, 1 missing");
    }

    #[test]
    fn what_the_server_sends_and_does_not_count_is_surplus() {
        insta::assert_snapshot!(draw(&["a b c | total 2"]), @"kept a b c of 3, 1 surplus");
        insta::assert_snapshot!(draw(&["a b | more t1 total 3", "c d | end total 3"]), @"kept a b c d of 4, 1 surplus");
    }

    #[test]
    fn a_total_of_one_answer_is_not_that_of_the_list() {
        insta::assert_snapshot!(draw(&["a b | more t1 total 2", "c | total 1"]), @"kept a b c of 3");
        insta::assert_snapshot!(draw(&["a a | total 2"]), @"kept a of 2, 1 repeated");
    }

    #[test]
    fn records_without_an_id_are_kept_and_counted() {
        insta::assert_snapshot!(draw(&["a =x =x =y | end"]), @"kept a no-id:0.1 no-id:0.2 no-id:0.3 of 4, 3 without id");
    }

    #[test]
    fn a_list_is_whole_by_what_says_so() {
        let of = |pages: &[&str]| row_of(pages).whole_by.map_or("", |it| it.word());
        let full = (0..100).map(|it| format!("u{it}")).collect::<Vec<_>>().join(" ");
        assert_eq!(of(&["a b | end total 2"]), "count-and-end");
        assert_eq!(of(&["a b | end"]), "end");
        assert_eq!(of(&["a b | total 2"]), "count");
        assert_eq!(of(&["a b |"]), "nothing");
        assert_eq!(of(&[&format!("{full}|")]), "full-pages");
        assert_eq!(of(&[&format!("{full}| total 100")]), "count");
        assert_eq!(of(&[&format!("{full}| token t1"), "a |"]), "nothing");
        assert_eq!(of(&[&format!("{full}| end")]), "end");
        // Counts of single answers count nothing that is in two.
        assert_eq!(of(&["a b | more t1 total 2", "c | end total 1"]), "end");
        assert_eq!(of(&["a b | more t1 total 3", "c | end total 3"]), "count-and-end");
    }

    #[test]
    fn counts_that_differ_are_named_and_count_nothing() {
        let row = row_of(&["a b | more t1 total 4", "c d e | end total 5"]);
        assert_eq!(row.whole_by.map(|whole_by| whole_by.word()), Some("end"));
        insta::assert_snapshot!(row.objections(), @"its answers state different counts of the whole list: 4, 5");
    }

    /// Pages as `ids | more TOKEN`, `ids | end`; `id=x` is a record that says something else.
    fn draw(pages: &[&str]) -> String {
        let mut paging = Paging::default();
        for (i, it) in pages.iter().enumerate() {
            match paging.take(page(it)) {
                Err(it) => return it.reason,
                Ok(PageStep::Done) => assert_eq!(i + 1, pages.len()),
                Ok(PageStep::More(_)) => assert!(i + 1 < pages.len()),
            }
        }
        let row = row_of(pages);
        let ids: Vec<_> = paging.into_records().into_iter().map(|it| it.id.0).collect();
        let start = format!("kept {} of {}", ids.join(" "), row.rows_received);
        let conflicts = format!("conflicting: {}", row.conflicts.line());
        let counts = [
            (row.rows_repeated, "repeated"),
            (row.rows_conflicting, conflicts.as_str()),
            (row.rows_missing, "missing"),
            (row.rows_surplus, "surplus"),
            (row.rows_without_id, "without id"),
        ];
        let counts = counts.iter().filter(|count| count.0 > 0);
        counts.fold(start, |res, (n, word)| format!("{res}, {n} {word}"))
    }

    /// The ledger's row of these pages.
    fn row_of(pages: &[&str]) -> LedgerRow {
        let mut paging = Paging::default();
        for it in pages {
            paging.take(page(it)).expect("a page");
        }
        let mut row = LedgerRow::begin(Endpoint::Users, String::new(), DateTime::UNIX_EPOCH);
        paging.count(&mut row);
        row
    }

    fn page(text: &str) -> Page<Vec<User>> {
        let (ids, rest) = text.split_once('|').expect("a bar");
        let after = |word: &str| {
            let mut words = rest.split_whitespace().skip_while(|it| *it != word).skip(1);
            words.next().map(str::to_owned).filter(|it| it != "total")
        };
        let has_more = [("more", true), ("end", false)];
        Page {
            data: ids.split_whitespace().map(user).collect(),
            total_count: after("total").and_then(|it| it.parse().ok()),
            next: after("more").or(after("token")).or(after("end")).map(Cursor::new),
            has_more: has_more.into_iter().find(|it| rest.contains(it.0)).map(|it| it.1),
            ends: rest.contains("end"),
        }
    }

    fn user(text: &str) -> User {
        let (id, name) = text.split_once('=').unwrap_or((text, ""));
        User { id: Id(id.into()), first_name: Some(name.into()), ..User::default() }
    }
}
