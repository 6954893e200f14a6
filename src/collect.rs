//! All instances at once become one snapshot; what fails stays where it failed.
//!
//! The last asynchronous file: what it returns is plain data, and nothing here is an error. An
//! instance whose users or groups could not be read keeps its ledger and loses its records, because
//! part of a population must not be taken for the whole.

mod bounds;
mod visit;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use futures_util::stream;

pub use self::bounds::CollectionLimits;
use self::visit::InstanceVisit;
pub(crate) use self::visit::{connect, list_of};
use crate::config::Instance;
use crate::operator::Operator;
use crate::retool::gate::ConcurrencyGate;
use crate::snapshot::ledger::{Endpoint, ReadOutcome};
use crate::snapshot::seal::SealKey;
use crate::snapshot::{Collected, Header, Snapshot, State};

/// What a collection needs from outside, besides the instances.
pub struct CollectionContext<'a> {
    /// Name and version of the program, for the snapshot.
    pub collector: &'a str,
    /// Who runs it, and where.
    pub operator: Option<&'a Operator>,
    /// When collection began: the audit's as-of.
    pub began: DateTime<Utc>,
    /// The clock: read at each request and when collection ends.
    pub now: &'a dyn Fn() -> DateTime<Utc>,
    /// Called with each event as it happens.
    pub progress: &'a dyn Fn(Event<'_>),
    /// Addresses to talk to instead of the configured ones, by instance name; the snapshot keeps
    /// the configured ones.
    pub addresses: BTreeMap<String, String>,
    /// Lists without which the configuration calls a collection incomplete.
    pub required: &'a [Endpoint],
    /// How much at once, how long, and how often again.
    pub bounds: CollectionLimits,
    /// Seals what may be a secret; without it, only that there was something is kept.
    pub key: Option<&'a SealKey>,
}

/// Something that happens while instances are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// The instance's name.
    pub instance: &'a str,
    /// What happens.
    pub news: News<'a>,
}

/// What happens to an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News<'a> {
    /// Its reading begins.
    Started,
    /// An answer came.
    Page {
        /// To what.
        endpoint: Endpoint,
        /// Answers of this endpoint so far.
        pages: u64,
        /// Records of this endpoint so far.
        rows: u64,
    },
    /// An endpoint takes so many calls, which are about to be made.
    Cost {
        /// Which.
        endpoint: Endpoint,
        /// How many.
        calls: u64,
        /// How long they take at least.
        least: Duration,
    },
    /// An endpoint cannot be read.
    Gap {
        /// Which.
        endpoint: Endpoint,
        /// The class.
        outcome: ReadOutcome,
        /// Why, in a sentence.
        reason: &'a str,
    },
    /// An endpoint was read to its end, and something speaks against what came.
    Doubt {
        /// Which.
        endpoint: Endpoint,
        /// How, in a sentence.
        reason: &'a str,
    },
    /// Nothing more is asked.
    GaveUp {
        /// The class: [`ReadOutcome::Auth`] where there is no token to ask with.
        cause: ReadOutcome,
        /// Why, in a sentence.
        reason: &'a str,
    },
    /// Its reading is over.
    Done(State),
}

/// Reads every instance, and holds everything in memory.
pub async fn collect(instances: &[Instance], context: &CollectionContext<'_>) -> Snapshot {
    let mut res = BTreeMap::new();
    let mut take = |place, it| {
        res.insert(place, it);
    };
    let Header { collected_at, finished_at, collector, operator } =
        collect_into(instances, context, &mut take).await;
    let instances = res.into_values().collect();
    Snapshot { collected_at, finished_at, collector, operator, instances }
}

/// Reads every instance, and hands over each as it is done with its place in `instances`: memory
/// holds those that are being read, and no others.
pub async fn collect_into(
    instances: &[Instance],
    context: &CollectionContext<'_>,
    take: &mut dyn FnMut(usize, Collected),
) -> Header {
    let gate = &ConcurrencyGate::of(context.bounds.concurrency);
    let place = |(i, it)| async move { (i, InstanceVisit::new(it, context, gate).read().await) };
    let readings = stream::iter(instances.iter().enumerate().map(place));
    let mut readings = readings.buffer_unordered(gate.most());
    while let Some((i, mut it)) = readings.next().await {
        it.require(context.required);
        let (instance, state) = (&instances[i].name, it.state());
        take(i, it);
        (context.progress)(Event { instance, news: News::Done(state) });
    }
    let (collected_at, finished_at) = (context.began, (context.now)());
    let (collector, operator) = (context.collector.to_owned(), context.operator.cloned());
    Header { collected_at, finished_at, collector, operator }
}
