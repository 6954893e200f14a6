//! Whether the store can be reached that the configuration names, and what lies there.

use tokio::runtime::Handle;

use super::table::{CheckLine, line};
use crate::config::Config;
use crate::names::counted;
use crate::run::Error;
use crate::run::store::open;

/// The store as it is found; none where the configuration names none. Nothing is written.
pub(super) fn tried(config: &Config) -> (Option<CheckLine>, Result<(), Error>) {
    let Some(address) = &config.output.store else { return (None, Ok(())) };
    let found = open(address, &config.store).and_then(|store| {
        let runtime = Handle::current();
        Ok((runtime.block_on(store.list())?, runtime.block_on(store.can_lock())))
    });
    let (there, can_lock) = match found {
        Ok(found) => found,
        Err(error) => {
            let remedy = error.help().unwrap_or_default();
            let row = line("store", &error.to_string(), &remedy);
            return (Some(CheckLine { failed: true, ..row }), Err(error));
        }
    };
    let packs = there.packs();
    let halves = packs.keys().filter(|place| !there.is_whole(place)).count();
    let lock = match (can_lock, config.store.lock) {
        (Some(true), None) => ", Object Lock is on by the bucket's own terms",
        (Some(true), Some(_)) => ", Object Lock is on",
        (Some(false), Some(_)) => ", and it has no Object Lock",
        (None, Some(_)) => ", whether it has Object Lock is not known",
        (_, None) => "",
    };
    let half = match halves {
        0 => String::new(),
        n => format!(", {n} of them not whole"),
    };
    let n_packs = counted(&packs.len().to_string(), "pack");
    let words = format!("ok, `{address}`, {n_packs}{half}{lock}");
    let lacks_lock = can_lock == Some(false) && config.store.lock.is_some();
    let remedy = if lacks_lock {
        "make the bucket with Object Lock, or take `lock` out of `[store]`"
    } else if halves > 0 {
        "run `retool-audit store push` where they were made"
    } else {
        ""
    };
    let failed = lacks_lock || halves > 0;
    (Some(CheckLine { failed, ..line("store", &words, remedy) }), Ok(()))
}
