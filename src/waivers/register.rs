//! The register: a row for every waiver, in force or not.

use chrono::{DateTime, Utc};

use super::judge::{JudgedWaiver, WaiverState};
use super::{Manual, Waiver, WaiverScope};
use crate::names::listed;
use crate::tables::dictionary::waiver;
use crate::tables::{Table, Tables};

/// A waiver with how it stands.
#[derive(Clone, Debug)]
pub struct WaiverRecord {
    /// The waiver as it was written down.
    pub waiver: Waiver,
    /// How it stands at the time of the snapshot.
    pub state: WaiverState,
    /// Whether it is a request still: asked for, and at the time of the snapshot not approved, or not
    /// in a way that counts.
    pub is_request: bool,
    /// Why it cannot be relied on; empty where it can, none where the facts leave it open.
    pub problem: Option<String>,
}

impl WaiverRecord {
    fn of(it: &JudgedWaiver<'_>, now: DateTime<Utc>) -> Self {
        let waiver = it.waiver.clone();
        let later = it.state == WaiverState::Future && waiver.approved_at > Some(now);
        let void = it.state == WaiverState::Invalid && waiver.requested_by.is_some();
        let problem = (!it.undecided).then(|| it.problems.join("; "));
        Self { waiver, state: it.state, is_request: later || void, problem }
    }
}

/// Every record with what became of it.
#[derive(Default)]
pub struct WaiverRegister {
    rows: waiver::Rows,
    /// The waivers, in the order of the file.
    pub records: Vec<WaiverRecord>,
    /// Manual evidence, in the order of the file.
    pub manual: Vec<Manual>,
}

impl std::fmt::Debug for WaiverRegister {
    fn fmt(&self, it: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        it.debug_struct("Register")
            .field("records", &self.records)
            .field("manual", &self.manual)
            .finish_non_exhaustive()
    }
}

impl WaiverRegister {
    pub(super) fn of(judged: &[JudgedWaiver<'_>], manual: Vec<Manual>, now: DateTime<Utc>) -> Self {
        let records = judged.iter().map(|it| WaiverRecord::of(it, now)).collect();
        let mut res = Self { rows: waiver::Rows::default(), records, manual };
        for it in judged {
            res.push(it);
        }
        res
    }

    /// The tables with the waivers, which are taken out of the register.
    #[must_use]
    pub fn fill(&mut self, tables: Tables) -> Tables {
        tables.with(Table::Waivers, std::mem::take(&mut self.rows).finish())
    }

    fn push(&mut self, it: &JudgedWaiver<'_>) {
        let from = it.waiver;
        let text = |it: &Option<String>| it.clone().unwrap_or_default();
        let evidence = from.evidence.iter().map(|it| format!("{} {}", it.file, it.sha256));
        // What a waiver named that is over is an exception, and not covered.
        let covers = if it.state == WaiverState::Expired { &[][..] } else { &it.covers };
        let ids: Vec<&str> = covers.iter().map(|cover| cover.id.as_str()).collect();
        let subjects: Vec<&str> = covers.iter().map(|cover| cover.subject.as_str()).collect();
        self.rows.push(waiver::Row {
            instance: from.instance.as_str().into(),
            waiver_id: from.id.as_str().into(),
            state: it.state.word().into(),
            kind: from.kind.word().into(),
            rule_code: from.rule.code.into(),
            rule: from.rule.name.into(),
            rule_version: text(&from.rule_version).into(),
            subjects: scope(&from.scope, from.rule.subject.word()).into(),
            named_subjects: listed(&it.named).into(),
            covered: count(covers.len()),
            covers: listed(ids).into(),
            covered_subjects: listed(subjects).into(),
            severity_cap: from.severity_cap.map_or("", |it| it.word()).into(),
            reason: text(&from.reason).into(),
            compensating_control: text(&from.compensating_control).into(),
            evidence: evidence.collect::<Vec<_>>().join("; ").into(),
            owner: text(&from.owner).into(),
            requested_by: text(&from.requested_by).into(),
            approver: text(&from.approver).into(),
            approved_at: from.approved_at,
            starts: from.starts,
            expires: from.expires,
            review_by: from.review_by,
            ticket: text(&from.ticket).into(),
            supersedes: text(&from.supersedes).into(),
            renewals: count(it.renewals),
            problem: (!it.undecided).then(|| it.problems.join("; ").into()),
            remark: it.remarks.join("; ").into(),
            rule_severity: from.rule.severity.word().into(),
            percent: count((covers.len() * 100).div_ceil(it.of.max(1))),
        });
    }
}

fn scope(it: &WaiverScope, kind: &str) -> String {
    let named = it.subjects.iter().map(|subject| format!("{kind}:{subject}"));
    let pattern = it.pattern.iter().map(|it| format!("like {it}"));
    listed(named.chain(it.finding_ids.iter().cloned()).chain(pattern))
}

fn count(it: usize) -> i64 {
    i64::try_from(it).unwrap_or(i64::MAX)
}
