//! Tickets: one a finding or one an owner, opened once, found again by what they are about, and
//! closed with a comment when that is resolved.

mod memory;
pub(super) mod plan;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use self::memory::TicketMemory;
use self::plan::{Fate, TicketItem, TicketPlan};
use super::desk::{Desk, Fault, FoundTicket, TicketDraft, label};
use super::journal::{JournalEntry, NoticeOutcome, TicketDeed};
use crate::names::counted;

/// What the one ticket is about that has all that got none of its own.
const REST: &str = "rest";

/// Labels that one search asks for.
const BATCH: usize = 50;

/// Until no further ticket is looked after.
const LONGEST: Duration = Duration::from_mins(10);

/// The tickets of one receiver, while they are looked after.
pub(super) struct TicketWork<'a, D> {
    desk: &'a D,
    plan: &'a TicketPlan,
    memory: TicketMemory,
    /// What is left of the tickets that may be opened.
    left: usize,
    until: Instant,
    /// By what they are about.
    found: BTreeMap<String, Vec<FoundTicket>>,
    done: Vec<TicketEntry>,
}

/// What became of a ticket.
pub(super) struct TicketEntry {
    pub(super) about: Option<String>,
    pub(super) ticket: Option<String>,
    pub(super) findings: Vec<String>,
    pub(super) deed: Option<TicketDeed>,
    pub(super) outcome: NoticeOutcome,
}

impl TicketEntry {
    /// What became of something that is about no ticket.
    pub(super) fn of(outcome: NoticeOutcome) -> Self {
        Self { about: None, ticket: None, findings: Vec::new(), deed: None, outcome }
    }
}

/// What there is about something.
enum Standing {
    /// No ticket.
    None,
    /// One that somebody works on.
    Open(FoundTicket),
    /// Only such as nobody works on any more; the last of them.
    Closed(FoundTicket),
    /// Several that somebody works on.
    Several(Vec<String>),
}

impl<'a, D: Desk> TicketWork<'a, D> {
    /// Work at `desk` by a plan, which may open so many tickets.
    pub(super) fn of(
        desk: &'a D,
        plan: &'a TicketPlan,
        most: usize,
        journal: &[&JournalEntry],
    ) -> Self {
        Self {
            desk,
            plan,
            memory: TicketMemory::of(journal),
            left: most,
            until: Instant::now() + LONGEST,
            found: BTreeMap::new(),
            done: Vec::new(),
        }
    }

    /// Looks after every ticket, and says what became of them.
    pub(super) async fn carry_out(mut self) -> Vec<TicketEntry> {
        if let Err(fault) = self.look_after_all().await {
            let reason = format!("{}; no further ticket was looked after", fault.reason);
            self.done.push(TicketEntry::of(NoticeOutcome::Failed(reason)));
            self.remember_to_close();
        }
        self.done
    }

    /// Writes down which tickets are still to be closed: the next pack does not say again what was
    /// resolved.
    fn remember_to_close(&mut self) {
        let is_told = |about: &String| self.done.iter().any(|it| it.about.as_ref() == Some(about));
        let mut left = self.ended();
        left.retain(|it| self.is_to_close(it) && !is_told(it));
        for about in left {
            let outcome = NoticeOutcome::Failed("it is still to be closed".to_owned());
            let (about, deed) = (Some(about), Some(TicketDeed::Close));
            self.done.push(TicketEntry { about, deed, ..TicketEntry::of(outcome) });
        }
    }

    async fn look_after_all(&mut self) -> Result<(), Fault> {
        let ended = self.ended();
        self.find(&ended).await?;
        let mut rest = Vec::new();
        for item in &self.plan.items {
            self.expect_time()?;
            let done = self.look_after(item).await;
            if !self.settle(&item.about, done)? {
                rest.push(item);
            }
        }
        self.expect_time()?;
        let done = self.look_after_rest(&rest).await;
        self.settle(REST, done)?;
        for about in ended {
            self.expect_time()?;
            let done = self.look_after_ended(&about).await;
            self.settle(&about, done.map(|()| true))?;
        }
        Ok(())
    }

    /// What is no item of the plan any more, and may have a ticket that is to be closed.
    fn ended(&self) -> Vec<String> {
        let items: BTreeSet<&str> = self.plan.items.iter().map(|it| it.about.as_str()).collect();
        let of_before = self.memory.open().chain(self.plan.resolved());
        let ended = of_before.filter(|it| !items.contains(it.as_str()) && *it != REST);
        ended.cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Looks for every ticket that there may be. Where that fails, nothing is opened.
    async fn find(&mut self, ended: &[String]) -> Result<(), Fault> {
        let items = self.plan.items.iter().map(|it| it.about.as_str());
        let abouts: Vec<&str> =
            items.chain(ended.iter().map(String::as_str)).chain([REST]).collect();
        for batch in abouts.chunks(BATCH) {
            self.expect_time()?;
            let labels: Vec<String> = batch.iter().map(|it| label(it)).collect();
            let tickets = self.desk.find(&labels).await?;
            for (about, label) in batch.iter().zip(&labels) {
                let of_it = tickets.iter().filter(|it| it.labels.contains(label));
                self.found.entry((*about).to_owned()).or_default().extend(of_it.cloned());
            }
        }
        Ok(())
    }

    async fn standing(&self, about: &str) -> Result<Standing, Fault> {
        let mut there = self.found.get(about).cloned().unwrap_or_default();
        // An index may be behind: what was opened is looked up by its name.
        if there.is_empty()
            && let Some(key) = self.memory.ticket(about)
            && let Some(it) = self.desk.look(key).await?
            && it.labels.contains(&label(about))
        {
            there.push(it);
        }
        let (closed, mut open): (Vec<_>, Vec<_>) = there.into_iter().partition(|it| it.is_closed);
        Ok(match (open.len(), closed.into_iter().next_back()) {
            (0, None) => Standing::None,
            (0, Some(it)) => Standing::Closed(it),
            (1, _) => Standing::Open(open.remove(0)),
            _ => Standing::Several(open.into_iter().map(|it| it.key).collect()),
        })
    }

    /// Whether something has a ticket of its own now.
    async fn look_after(&mut self, item: &TicketItem) -> Result<bool, Fault> {
        match self.standing(&item.about).await? {
            Standing::Several(keys) => Err(several(&keys)),
            Standing::Open(ticket) => self.update(item, &ticket).await.map(|()| true),
            Standing::Closed(ticket) if !item.is_news => Err(Fault::of(format!(
                "{} is closed, and the finding is still there: open it again, or waive the finding",
                ticket.key
            ))),
            Standing::None | Standing::Closed(_) if self.left == 0 => Ok(false),
            Standing::None => self.open(item, None).await.map(|()| true),
            Standing::Closed(before) => self.open(item, Some(&before)).await.map(|()| true),
        }
    }

    async fn open(&mut self, item: &TicketItem, before: Option<&FoundTicket>) -> Result<(), Fault> {
        let mut lines = item.lines.clone();
        lines.extend(before.map(|it| format!("An earlier ticket about it is {}", it.key)));
        lines.push(format!("Found in: {}", self.plan.source));
        lines.push(format!(
            "retool-audit opened this, and finds it again by {}: leave that in place. It closes the \
             ticket when a pack shows that all of it is resolved.",
            label(&item.about)
        ));
        let draft = TicketDraft { label: label(&item.about), title: &item.title, lines: &lines };
        let key = self.desk.open(&draft).await?;
        self.left = self.left.saturating_sub(1);
        self.note(item, key, NoticeOutcome::Opened);
        Ok(())
    }

    /// Says in a ticket about several findings what is new and what is gone.
    async fn update(&mut self, item: &TicketItem, ticket: &FoundTicket) -> Result<(), Fault> {
        let before = self.memory.findings(&item.about);
        // A ticket about one finding says all that there is to say.
        let is_one = item.findings.len() == 1 && item.findings.contains(&item.about);
        if is_one || before == Some(&item.findings) {
            if self.memory.ticket(&item.about) != Some(&ticket.key) {
                // Its name finds it where the search does not.
                self.note(item, ticket.key.clone(), NoticeOutcome::Found);
            }
            return Ok(());
        }
        let gone = before.into_iter().flatten().filter(|it| !item.findings.contains(*it));
        let mut lines = vec![format!("As of {}: {}", self.plan.source, item.title)];
        lines.extend(item.lines.iter().cloned());
        lines.extend(gone.map(|it| format!("{it}: {}", self.plan.fate(it).word())));
        self.desk.comment(ticket, &lines).await?;
        self.note(item, ticket.key.clone(), NoticeOutcome::Commented);
        Ok(())
    }

    /// The one ticket about all that got none; it goes when everything has one.
    async fn look_after_rest(&mut self, rest: &[&TicketItem]) -> Result<bool, Fault> {
        if rest.is_empty() {
            return self.look_after_ended(REST).await.map(|()| true);
        }
        let findings: BTreeSet<String> =
            rest.iter().flat_map(|it| it.findings.iter().cloned()).collect();
        let count = counted(&findings.len().to_string(), "finding");
        let item = TicketItem {
            about: REST.to_owned(),
            title: format!("{count} have no ticket of their own yet"),
            lines: vec![
                "So many tickets may be opened at once as `most-tickets` says; the next run opens more."
                    .to_owned(),
                shortened(&findings),
            ],
            findings,
            is_news: true,
        };
        self.left += 1;
        self.look_after(&item).await
    }

    /// Closes the ticket about what is settled; of what is not known to be, nothing is closed.
    async fn look_after_ended(&mut self, about: &str) -> Result<(), Fault> {
        let ticket = match self.standing(about).await? {
            Standing::None => return Ok(()),
            Standing::Closed(it) => {
                // Somebody did it already; that is worth no line where it was noted.
                if self.memory.is_open(about) {
                    self.note_closed(about, it.key);
                }
                return Ok(());
            }
            Standing::Several(keys) => return Err(several(&keys)),
            Standing::Open(it) => it,
        };
        let fates = self.fates(about);
        if about != REST && !fates.iter().all(|it| self.is_settled(about, it.1)) {
            return Ok(());
        }
        let mut lines = vec![format!("As of {}:", self.plan.source)];
        if about == REST {
            lines.push("every finding has a ticket of its own, or is none any more".to_owned());
        } else {
            let fate = |fate: Fate| if fate == Fate::Unknown { Fate::Resolved } else { fate };
            lines.extend(fates.iter().map(|it| format!("{}: {}", it.0, fate(it.1).word())));
        }
        self.desk.close(&ticket, &lines).await.map_err(|fault| Fault {
            reason: format!("{} cannot be closed: {}", ticket.key, fault.reason),
            ..fault
        })?;
        self.note_closed(about, ticket.key);
        Ok(())
    }

    /// Writes a failure down; the error is one after which nothing does better.
    fn settle(&mut self, about: &str, done: Result<bool, Fault>) -> Result<bool, Fault> {
        let fault = match done {
            Ok(it) => return Ok(it),
            Err(it) => it,
        };
        self.done.push(TicketEntry {
            about: Some(about.to_owned()),
            ticket: self.memory.ticket(about).map(str::to_owned),
            findings: self.memory.findings(about).into_iter().flatten().cloned().collect(),
            deed: self.is_to_close(about).then_some(TicketDeed::Close),
            outcome: NoticeOutcome::Failed(fault.reason.clone()),
        });
        if fault.ends { Err(fault) } else { Ok(true) }
    }

    /// Whether a ticket that is known is about nothing any more that is not resolved.
    fn is_to_close(&self, about: &str) -> bool {
        let is_item = self.plan.items.iter().any(|it| it.about == about);
        let known = !is_item && about != REST && self.memory.is_open(about);
        known && self.fates(about).iter().all(|it| self.is_settled(about, it.1))
    }

    /// What became of all that a ticket is about.
    fn fates(&self, about: &str) -> Vec<(String, Fate)> {
        let before = self.memory.findings(about).filter(|it| !it.is_empty());
        let own = BTreeSet::from([about.to_owned()]);
        let findings = before.unwrap_or(&own);
        findings.iter().map(|it| (it.clone(), self.plan.fate(it))).collect()
    }

    /// Whether a ticket waits for a finding no more. One of its own waits for it to be resolved, and
    /// for nothing else.
    fn is_settled(&self, about: &str, fate: Fate) -> bool {
        let is_settled =
            if about.starts_with("F-") { fate == Fate::Resolved } else { fate.is_settled() };
        is_settled || fate == Fate::Unknown && self.memory.was_resolved(about)
    }

    fn expect_time(&self) -> Result<(), Fault> {
        if Instant::now() < self.until {
            return Ok(());
        }
        let minutes = LONGEST.as_secs() / 60;
        Err(Fault { reason: format!("{minutes} minutes are over"), ends: true })
    }

    fn note(&mut self, item: &TicketItem, ticket: String, outcome: NoticeOutcome) {
        self.done.push(TicketEntry {
            about: Some(item.about.clone()),
            ticket: Some(ticket),
            findings: item.findings.iter().cloned().collect(),
            ..TicketEntry::of(outcome)
        });
    }

    fn note_closed(&mut self, about: &str, ticket: String) {
        self.done.push(TicketEntry {
            about: Some(about.to_owned()),
            ticket: Some(ticket),
            ..TicketEntry::of(NoticeOutcome::Closed)
        });
    }
}

fn several(keys: &[String]) -> Fault {
    let keys = keys.join(", ");
    Fault::of(format!("several open tickets are about it ({keys}): close all but one"))
}

/// Ids in a line, as far as one holds them.
fn shortened(ids: &BTreeSet<String>) -> String {
    const MOST: usize = 500;
    let shown: Vec<&str> = ids.iter().take(MOST).map(String::as_str).collect();
    let more = ids.len() - shown.len();
    let more = if more == 0 { String::new() } else { format!(", and {more} more") };
    shown.join(", ") + &more
}
