//! Who is read at the same time: so many instances, and none that does not answer.
//!
//! An instance is let in when its first answer begins; only then does it take memory. Whoever does
//! not answer at once makes room for the next and goes on trying outside, so that a thousand
//! instances that are down take about as long as a few.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// How long an instance may be waited for before the next one has its turn.
const BRIEF: Duration = Duration::from_millis(500);

/// Instances that may wait outside.
const OUTSIDE: usize = 1024;

/// Connections that may be tried at the same time outside: each is an open file.
const TRIED: usize = 256;

/// Lets instances in.
pub struct Gate {
    concurrency: usize,
    /// To be asked for the first time.
    turns: Arc<Semaphore>,
    /// To be asked again outside.
    tries: Arc<Semaphore>,
    /// To be read.
    seats: Arc<Semaphore>,
}

/// One instance at the gate, and then within.
pub struct Guest {
    turn: RefCell<Option<OwnedSemaphorePermit>>,
    seat: RefCell<Option<OwnedSemaphorePermit>>,
    tries: Arc<Semaphore>,
    seats: Arc<Semaphore>,
}

impl Gate {
    /// A gate behind which so many instances are read at the same time.
    pub fn of(concurrency: usize) -> Self {
        let concurrency = concurrency.max(1);
        let places = |it| Arc::new(Semaphore::new(it));
        let [turns, seats] = [places(concurrency), places(concurrency)];
        Self { concurrency, turns, tries: places(TRIED), seats }
    }

    /// Instances that can be within and before the gate together.
    pub fn most(&self) -> usize {
        self.concurrency + OUTSIDE
    }

    /// Waits until the next instance may be asked.
    pub async fn arrive(&self) -> Guest {
        let turn = RefCell::new(permit(&self.turns).await);
        let (tries, seats) = (Arc::clone(&self.tries), Arc::clone(&self.seats));
        Guest { turn, seat: RefCell::default(), tries, seats }
    }
}

impl Guest {
    /// Waits for something that may take long, and gives the turn to the next if it does.
    pub(super) async fn outside<T>(&self, asking: impl Future<Output = T>) -> T {
        if self.seat.borrow().is_some() {
            return asking.await;
        }
        let has_turn = self.turn.borrow().is_some();
        let _try = if has_turn { None } else { permit(&self.tries).await };
        tokio::pin!(asking);
        tokio::select! {
            it = &mut asking => return it,
            () = tokio::time::sleep(BRIEF) => self.step_aside(),
        }
        asking.await
    }

    /// Gives the turn to the next.
    pub(super) fn step_aside(&self) {
        self.turn.take();
    }

    /// Waits for a place among those that are read, and keeps it from then on; with the time that
    /// it took.
    pub(super) async fn enter(&self) -> Duration {
        if self.seat.borrow().is_some() {
            return Duration::ZERO;
        }
        let began = Instant::now();
        self.seat.replace(permit(&self.seats).await);
        self.step_aside();
        began.elapsed()
    }
}

/// A permit as soon as there is one; nobody ever closes a gate.
async fn permit(places: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    Arc::clone(places).acquire_owned().await.ok()
}
