//! Threads for the work: a large stack, a deadline, and one boundary for panics.

use std::any::Any;
use std::cell::Cell;
use std::num::NonZero;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use std::{io, iter};

/// What a stack may hold. Pages that are never touched cost nothing, and how deep files may nest is
/// bounded so that it fits.
const STACK: usize = 256 << 20;

/// Characters that a panic may say: what it quotes may be long, and may be personal data.
const WORDS: usize = 300;

/// Does `deed` on a thread of its own; the caller does not wait for it.
///
/// # Errors
///
/// When the system has no thread left.
pub fn spawn(deed: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name("work".to_owned()).stack_size(STACK).spawn(deed).map(drop)
}

/// Does `deed` on a thread of its own, and waits for it until `limit` is over. What is late goes on
/// until it asks [`is_late`], and its result is dropped.
///
/// # Errors
///
/// Why there is no result, in words.
pub fn within<T: Send + 'static>(
    limit: Duration,
    deed: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    let (tell, told) = mpsc::channel();
    let end = Instant::now().checked_add(limit);
    let work = move || {
        END.set(end);
        // Where it is late, the caller no longer listens.
        tell.send(guarded(deed)).ok();
    };
    spawn(work).map_err(|it| format!("there is no thread to do it on: {it}"))?;
    match told.recv_timeout(limit) {
        Ok(res) => res,
        Err(RecvTimeoutError::Timeout) => {
            Err(format!("it was given up after {} seconds", limit.as_secs()))
        }
        Err(RecvTimeoutError::Disconnected) => Err("it ended without a result".to_owned()),
    }
}

/// Does `deed` with each of `items`, as many side by side as there are processors. The results stand
/// in the order of the items.
///
/// # Panics
///
/// When a deed does.
pub fn side_by_side<T: Sync, R: Send>(items: &[T], deed: impl Fn(&T) -> R + Sync) -> Vec<R> {
    few_at_once(items, usize::MAX, deed)
}

/// As [`side_by_side`], and never more than `most` at a time: of what takes much memory.
///
/// # Panics
///
/// When a deed does.
pub fn few_at_once<T: Sync, R: Send>(
    items: &[T],
    most: usize,
    deed: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let places = iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        let each = places.map_while(|at| Some((at, deed(items.get(at)?))));
        each.collect::<Vec<(usize, R)>>()
    };
    let n_threads =
        thread::available_parallelism().map_or(1, NonZero::get).min(items.len()).min(most);
    let mut all = thread::scope(|scope| {
        let helper = |_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok();
        // Without helpers the work is done here, one after the other.
        let helpers: Vec<_> = (1..n_threads).filter_map(helper).collect();
        let mut all = work();
        for it in helpers {
            all.extend(it.join().unwrap_or_else(|panic| panic::resume_unwind(panic)));
        }
        all
    });
    all.sort_by_key(|it| it.0);
    all.into_iter().map(|it| it.1).collect()
}

thread_local! {
    /// When the caller stops waiting for what this thread does.
    static END: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Whether what this thread does was given up: then it is better left.
pub fn is_late() -> bool {
    END.get().is_some_and(|it| it <= Instant::now())
}

/// Does `deed`: the one boundary where panics are caught.
///
/// # Errors
///
/// What a panic said, and where, in a line.
pub fn guarded<T>(deed: impl FnOnce() -> T) -> Result<T, String> {
    keep_words();
    let before = SAID.lock().unwrap_or_else(PoisonError::into_inner).take();
    let res = panic::catch_unwind(AssertUnwindSafe(deed));
    // One thread passes the panic of another on, and says less; what was said first counts.
    let words = SAID.lock().unwrap_or_else(PoisonError::into_inner).take().or(before);
    res.map_err(|payload| words.unwrap_or_else(|| said(&*payload)))
}

/// What the first panic said since this was last taken.
static SAID: Mutex<Option<String>> = Mutex::new(None);

/// Keeps what a panic says instead of printing it with a backtrace. With `RUST_BACKTRACE` set,
/// whoever looks for a mistake sees both.
fn keep_words() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let asked = cfg!(test) || std::env::var_os("RUST_BACKTRACE").is_some_and(|it| it != "0");
        let print = asked.then(panic::take_hook);
        panic::set_hook(Box::new(move |it| {
            let mut words = SAID.lock().unwrap_or_else(PoisonError::into_inner);
            words.get_or_insert_with(|| told(it));
            drop(words);
            if let Some(print) = &print {
                print(it);
            }
        }));
    });
}

/// What a panic says, without the folders of whoever built the program.
fn told(it: &PanicHookInfo<'_>) -> String {
    let what = said(it.payload());
    let Some(at) = it.location() else { return what };
    let parts: Vec<&str> = at.file().rsplit(['/', '\\']).take(3).collect();
    let file: Vec<&str> = parts.into_iter().rev().collect();
    format!("{what} ({}:{})", file.join("/"), at.line())
}

fn said(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let line = text.and_then(|it| it.lines().next()).unwrap_or("a panic without words");
    line.chars().take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_side_by_side_comes_in_order() {
        let items: Vec<u64> = (0..100).collect();
        let slow_first = |it: &u64| {
            thread::sleep(Duration::from_micros(200_u64.saturating_sub(it * 50)));
            it * 2
        };
        assert_eq!(side_by_side(&items, slow_first), (0..100).map(|it| it * 2).collect::<Vec<_>>());
        assert_eq!(side_by_side(&[], |it: &u64| *it), Vec::<u64>::new());
    }

    #[test]
    fn a_panic_of_one_of_many_is_the_callers() {
        let fail = |it: &u64| assert!(*it != 7, "seven");
        let res = guarded(|| side_by_side(&(0..20).collect::<Vec<_>>(), fail));
        assert!(res.unwrap_err().starts_with("seven"));
    }

    #[test]
    fn what_is_late_is_given_up_and_what_panics_says_why() {
        let (hold, never) = mpsc::channel::<()>();
        let late = within(Duration::ZERO, move || never.recv().ok());
        assert_eq!(late.unwrap_err(), "it was given up after 0 seconds");
        drop(hold);
        assert!(!is_late(), "this thread was not given up");
        let minute = Duration::from_mins(1);
        assert_eq!(within(minute, is_late), Ok(false));
        assert_eq!(within(minute, || 7), Ok(7));
        let broken = within(minute, || -> u8 { panic!("no room\nfor more") }).unwrap_err();
        assert!(broken.contains("no room") && !broken.contains("for more"), "{broken}");
    }

    #[test]
    fn the_stack_holds_what_the_usual_one_does_not() {
        fn down(n: usize) -> usize {
            let room = std::hint::black_box([n; 1024]);
            if n == 0 { 0 } else { down(n - 1) + room[n % 1024] - n + 1 }
        }
        assert_eq!(within(Duration::from_mins(1), || down(10_000)), Ok(10_000));
    }
}
