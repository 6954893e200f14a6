//! Pages become one list, or the list is refused.
//!
//! Pure. A list counts as whole only when the server says so and nothing contradicts it: a short
//! list that looks complete would hide the very account that nobody reviewed.

use std::collections::{BTreeMap, BTreeSet};

use super::refusal::Refusal;
use super::wire::{Page, Record};
use crate::snapshot::ledger::LedgerRow;
use crate::snapshot::record::Id;

/// No list has this many pages; a server that goes on is going round in circles.
const PAGE_CAP: usize = 50_000;

/// What has come so far.
pub(super) struct Paging<T> {
    records: Vec<T>,
    places: BTreeMap<Id, usize>,
    tokens: BTreeSet<String>,
    received: u64,
    total: Option<u64>,
}

/// What to do after a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The list is whole.
    Done,
    /// Ask for the page behind this token.
    More(String),
}

impl<T> Default for Paging<T> {
    fn default() -> Self {
        Self {
            records: Vec::new(),
            places: BTreeMap::new(),
            tokens: BTreeSet::new(),
            received: 0,
            total: None,
        }
    }
}

impl<T: Record> Paging<T> {
    /// Takes the next page.
    pub(super) fn take(&mut self, page: Page<Vec<T>>) -> Result<Step, Refusal> {
        let before = self.records.len();
        let came = page.data.len();
        self.received += came as u64;
        self.total = self.total.max(page.total_count);
        for it in page.data {
            self.keep(it)?;
        }
        let nothing_new = self.records.len() == before;
        // Older servers have no `has_more`; a token all the same promises another page.
        let more = page.has_more.unwrap_or(page.next_token.is_some());
        if nothing_new && (more || came > 0) {
            return Err(Refusal::protocol("a page holds no record that was not there before"));
        }
        if more { self.go_on(page.next_token) } else { self.finish() }
    }

    /// Writes down what came.
    pub(super) fn count(&self, row: &mut LedgerRow) {
        row.rows_received = self.received;
        row.distinct_ids = self.places.len() as u64;
        row.total_count = self.total;
    }

    /// The list, in the order it came.
    pub(super) fn into_records(self) -> Vec<T> {
        self.records
    }

    /// Keeps a record once: pages of a list that changes meanwhile may overlap.
    fn keep(&mut self, record: T) -> Result<(), Refusal> {
        let id = record.id();
        if id.0.is_empty() {
            return Err(Refusal::protocol("a record has an empty id"));
        }
        match self.places.get(id) {
            None => {
                self.places.insert(id.clone(), self.records.len());
                self.records.push(record);
                Ok(())
            }
            Some(&it) if self.records[it] == record => Ok(()),
            Some(_) => {
                let what = format!("the record `{}` came twice and differs", id.0);
                Err(Refusal::protocol(format!("{what}: the list changed meanwhile; run again")))
            }
        }
    }

    fn go_on(&mut self, token: Option<String>) -> Result<Step, Refusal> {
        let token = token.ok_or_else(|| {
            Refusal::protocol("the server has more records but gives no `next_token` for them")
        })?;
        if !self.tokens.insert(token.clone()) {
            return Err(Refusal::protocol("the server gave the same `next_token` twice"));
        }
        if self.tokens.len() >= PAGE_CAP {
            return Err(Refusal::protocol(format!("the list has more than {PAGE_CAP} pages")));
        }
        Ok(Step::More(token))
    }

    fn finish(&self) -> Result<Step, Refusal> {
        match self.total {
            Some(it) if it > self.received => Err(Refusal::protocol(format!(
                "the server states {it} records but sent {}",
                self.received
            ))),
            _ => Ok(Step::Done),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Paging, Step};
    use crate::retool::wire::Page;
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
        insta::assert_snapshot!(draw(&["a b | more t1", "b c | end"]), @"kept a b c of 4");
    }

    #[test]
    fn a_record_that_differs_is_refused() {
        insta::assert_snapshot!(draw(&["a b | more t1", "b=other c | end"]), @"the record `b` came twice and differs: the list changed meanwhile; run again");
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
    fn a_short_list_is_refused() {
        insta::assert_snapshot!(draw(&["a b | total 3"]), @"the server states 3 records but sent 2");
        insta::assert_snapshot!(draw(&["a b | more t1 total 2", "c | total 1"]), @"kept a b c of 3");
    }

    #[test]
    fn a_record_without_an_id_is_refused() {
        insta::assert_snapshot!(draw(&["a =x | end"]), @"a record has an empty id");
    }

    /// Pages as `ids | more TOKEN`, `ids | end`; `id=x` is a record that says something else.
    fn draw(pages: &[&str]) -> String {
        let mut paging = Paging::default();
        for (i, it) in pages.iter().enumerate() {
            match paging.take(page(it)) {
                Err(it) => return it.reason,
                Ok(Step::Done) => assert_eq!(i + 1, pages.len()),
                Ok(Step::More(_)) => assert!(i + 1 < pages.len()),
            }
        }
        let received = paging.received;
        let ids: Vec<_> = paging.into_records().into_iter().map(|it| it.id.0).collect();
        format!("kept {} of {received}", ids.join(" "))
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
            next_token: after("more").or(after("token")).or(after("end")),
            has_more: has_more.into_iter().find(|it| rest.contains(it.0)).map(|it| it.1),
        }
    }

    fn user(text: &str) -> User {
        let (id, name) = text.split_once('=').unwrap_or((text, ""));
        User { id: Id(id.into()), first_name: Some(name.into()), ..User::default() }
    }
}
