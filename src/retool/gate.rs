//! Which instances are read at the same time: so many, and none that does not answer.
//!
//! An instance is let in when its first answer begins; only then does it take memory. An instance
//! that does not answer at once lets the next one in and goes on trying outside, so that a thousand
//! instances that are down take about as long as a few. The longer no instance comes in, the
//! shorter each is waited for: there is none within that would be disturbed.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// How long an instance may be waited for before the next one has its turn, while others come in.
const BRIEF: Duration = Duration::from_millis(500);

/// Instances that may wait outside.
const OUTSIDE: usize = 1024;

/// Connections that may be tried at the same time: each is an open file, of which systems give a
/// program a thousand.
const TRIED: usize = 512;

/// Lets instances in.
pub struct ConcurrencyGate {
    concurrency: u32,
    /// To be asked for the first time.
    turns: Arc<Semaphore>,
    queue: Arc<Queue>,
}

/// What those at the gate have in common.
struct Queue {
    /// To be asked at all.
    tries: Arc<Semaphore>,
    /// To be read.
    seats: Arc<Semaphore>,
    /// How many gave up their turn since the last one came in.
    silent: AtomicU32,
}

/// One instance at the gate, and then within.
pub struct GatePass {
    turn: RefCell<Option<OwnedSemaphorePermit>>,
    seat: RefCell<Option<OwnedSemaphorePermit>>,
    concurrency: u32,
    queue: Arc<Queue>,
}

impl ConcurrencyGate {
    /// A gate behind which so many instances are read at the same time.
    pub fn of(concurrency: usize) -> Self {
        let concurrency = concurrency.clamp(1, Semaphore::MAX_PERMITS);
        let places = |it| Arc::new(Semaphore::new(it));
        let [turns, seats] = [places(concurrency), places(concurrency)];
        let queue = Queue { tries: places(TRIED), seats, silent: AtomicU32::new(0) };
        let concurrency = u32::try_from(concurrency).unwrap_or(u32::MAX);
        Self { concurrency, turns, queue: Arc::new(queue) }
    }

    /// Instances that can be within and before the gate together.
    pub fn most(&self) -> usize {
        (self.concurrency as usize).saturating_add(OUTSIDE)
    }

    /// Waits until the next instance may be asked.
    pub async fn arrive(&self) -> GatePass {
        let turn = RefCell::new(permit(&self.turns).await);
        let (concurrency, queue) = (self.concurrency, Arc::clone(&self.queue));
        GatePass { turn, seat: RefCell::default(), concurrency, queue }
    }
}

impl GatePass {
    /// Waits for something that may take long, and gives the turn to the next if it does.
    pub(super) async fn outside<T>(&self, asking: impl Future<Output = T>) -> T {
        if self.seat.borrow().is_some() {
            return asking.await;
        }
        let _try = permit(&self.queue.tries).await;
        tokio::pin!(asking);
        let silent = self.queue.silent.load(Ordering::Relaxed);
        tokio::select! {
            it = &mut asking => return it,
            () = tokio::time::sleep(brief(silent, self.concurrency)) => self.step_aside(),
        }
        asking.await
    }

    /// Gives the turn to the next.
    pub(super) fn step_aside(&self) {
        if self.turn.take().is_some() {
            self.queue.silent.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits for a place among those that are read, and keeps it from then on; with the time that
    /// it took.
    pub(super) async fn enter(&self) -> Duration {
        if self.seat.borrow().is_some() {
            return Duration::ZERO;
        }
        let began = Instant::now();
        self.seat.replace(permit(&self.queue.seats).await);
        self.turn.take();
        self.queue.silent.store(0, Ordering::Relaxed);
        began.elapsed()
    }
}

/// How long an instance is waited for after so many in a row did not answer: a whole round of
/// silence halves it, the next one makes it a third, and so on.
fn brief(silent: u32, concurrency: u32) -> Duration {
    BRIEF / (silent / concurrency).saturating_add(1)
}

/// A permit as soon as there is one; the program never closes a gate.
async fn permit(places: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    Arc::clone(places).acquire_owned().await.ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{BRIEF, ConcurrencyGate, GatePass, TRIED, brief};

    /// How long it takes until so many that do not answer have had their turn.
    fn turns(instances: u32, concurrency: u32) -> Duration {
        (0..instances).step_by(concurrency as usize).map(|it| brief(it, concurrency)).sum()
    }

    #[test]
    fn the_turns_of_a_thousand_silent_ones_take_little_longer_than_those_of_three_hundred() {
        for concurrency in [1, 8, 64] {
            let [few, many] = [300, 1_000].map(|it| turns(it, concurrency));
            assert!(many < few + Duration::from_secs(1), "{concurrency}: {few:?}, {many:?}");
            assert!(turns(8_000, concurrency) < Duration::from_secs(6));
        }
        // The first round waits as long as ever.
        assert_eq!([0, 7, 8, 15, 16].map(|it| brief(it, 8)), [1, 1, 2, 2, 3].map(|it| BRIEF / it));
    }

    fn alone<T>(deed: impl Future<Output = T>) -> T {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().build().expect("a runtime").block_on(deed)
    }

    /// Whether the guest has got as far as being asked.
    async fn is_asked(guest: &GatePass) -> bool {
        let asked = std::cell::Cell::new(false);
        let asking = guest.outside(async {
            asked.set(true);
            std::future::pending::<()>().await;
        });
        tokio::time::timeout(Duration::from_millis(5), asking).await.ok();
        asked.get()
    }

    #[test]
    fn those_who_are_asked_for_the_first_time_are_counted_among_the_tries() {
        alone(async {
            let gate = ConcurrencyGate::of(2);
            let taken =
                gate.queue.tries.clone().acquire_many_owned(u32::try_from(TRIED).expect("few"));
            let taken = taken.await.expect("open");
            let guest = gate.arrive().await;
            assert!(!is_asked(&guest).await);
            drop(taken);
            assert!(is_asked(&guest).await);
        });
    }

    #[test]
    fn whoever_comes_in_ends_the_hurry() {
        alone(async {
            let gate = ConcurrencyGate::of(1);
            for _ in 0..3 {
                gate.arrive().await.step_aside();
            }
            let silent = || gate.queue.silent.load(std::sync::atomic::Ordering::Relaxed);
            assert_eq!(silent(), 3);
            let guest = gate.arrive().await;
            guest.enter().await;
            guest.step_aside();
            assert_eq!(silent(), 0);
        });
    }
}
