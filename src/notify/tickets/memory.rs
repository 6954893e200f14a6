//! What the journal knows of the tickets of one receiver.

use std::collections::{BTreeMap, BTreeSet};

use crate::notify::journal::{JournalEntry, NoticeOutcome, TicketDeed};

/// What was done about tickets before, by what they are about.
#[derive(Debug, Default)]
pub(super) struct TicketMemory {
    known: BTreeMap<String, KnownTicket>,
}

#[derive(Debug, Default)]
struct KnownTicket {
    key: Option<String>,
    /// The findings that it was last told of.
    findings: BTreeSet<String>,
    is_open: bool,
    /// Whether a pack showed that all of it is resolved, and the ticket could not be closed.
    was_resolved: bool,
}

impl TicketMemory {
    /// What these entries say, the oldest first.
    pub(super) fn of(journal: &[&JournalEntry]) -> Self {
        let mut res = Self::default();
        for it in journal {
            let Some(about) = &it.about else { continue };
            let known = res.known.entry(about.clone()).or_default();
            if it.ticket.is_some() {
                known.key.clone_from(&it.ticket);
            }
            match &it.outcome {
                NoticeOutcome::Opened | NoticeOutcome::Found | NoticeOutcome::Commented => {
                    known.findings = it.findings.iter().cloned().collect();
                    known.is_open = true;
                    known.was_resolved = false;
                }
                NoticeOutcome::Closed => {
                    *known = KnownTicket { key: known.key.take(), ..KnownTicket::default() };
                }
                NoticeOutcome::Failed(_) => {
                    known.was_resolved |= it.deed == Some(TicketDeed::Close);
                }
                NoticeOutcome::Told => {}
            }
        }
        res
    }

    /// The ticket about something, as people call it.
    pub(super) fn ticket(&self, about: &str) -> Option<&str> {
        self.known.get(about)?.key.as_deref()
    }

    /// The findings that it was last told of; none where no ticket is known.
    pub(super) fn findings(&self, about: &str) -> Option<&BTreeSet<String>> {
        self.known.get(about).map(|it| &it.findings)
    }

    /// Whether a ticket was opened, and not closed since by this program.
    pub(super) fn is_open(&self, about: &str) -> bool {
        self.known.get(about).is_some_and(|it| it.is_open)
    }

    /// Whether a pack showed before that all of it is resolved.
    pub(super) fn was_resolved(&self, about: &str) -> bool {
        self.known.get(about).is_some_and(|it| it.was_resolved)
    }

    /// Everything about which a ticket was opened, and not closed since.
    pub(super) fn open(&self) -> impl Iterator<Item = &String> {
        self.known.iter().filter(|it| it.1.is_open).map(|it| it.0)
    }
}
