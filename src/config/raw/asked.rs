//! Which keys the program asks of a file, for a test that all of them are documented.

use std::cell::RefCell;
use std::collections::BTreeSet;

thread_local! {
    static ASKED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Notes that a key was asked, by its path in a message.
pub(super) fn note(path: &str) {
    ASKED.with(|it| it.borrow_mut().insert(schema(path)));
}

/// The keys that this thread asked while `read` ran: tables parted by dots, without names and places.
pub(in crate::config) fn during(read: impl FnOnce()) -> BTreeSet<String> {
    ASKED.with(|it| it.borrow_mut().clear());
    read();
    ASKED.with(RefCell::take)
}

/// ``instance `eu`: seats.builder`` as `instance.seats.builder`.
fn schema(path: &str) -> String {
    let mut res = String::new();
    let mut rest = path;
    while let Some(at) = rest.find([' ', '[']) {
        let (before, after) = rest.split_at(at);
        res.push_str(before);
        let end = if after.starts_with('[') { "]" } else { "`: " };
        let Some((_, tail)) = after.split_once(end) else { return res };
        if end != "]" {
            res.push('.');
        }
        rest = tail;
    }
    res + rest
}
