//! What is known of entitlements besides what they are: what rules found, and since when they are
//! held.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use polars::prelude::PolarsResult;

use super::UNKNOWN;
use crate::names::listed;
use crate::report::assemble::ReportInputs;
use crate::rules::Subject;
use crate::tables::Table;
use crate::tables::dictionary::{change, membership};
use crate::waivers::is_never_waived;

/// What the rules found about accounts, tokens and entitlements.
pub(super) struct Flags<'a> {
    /// By instance and id of the account or token.
    subjects: BTreeMap<(&'a str, &'a str), Flagged>,
    /// By instance and what tells the entitlement.
    entitlements: BTreeMap<(&'a str, &'a str), Flagged>,
    /// The accounts and tokens about which anything was found, by instance and id.
    found: BTreeSet<(&'a str, &'a str)>,
}

/// The exceptions about one of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Flagged {
    /// The rules, each with its code and title.
    words: Vec<String>,
    /// Those that a waiver may accept and none accepts yet, by the ids of the findings.
    pub(super) findings: Vec<String>,
}

impl Flagged {
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub(super) fn words(&self) -> String {
        listed(&self.words)
    }
}

impl<'a> Flags<'a> {
    pub(super) fn of(inputs: &ReportInputs<'a>) -> Self {
        let mut res = Self {
            subjects: BTreeMap::new(),
            entitlements: BTreeMap::new(),
            found: BTreeSet::new(),
        };
        for outcome in inputs.outcomes {
            let rule = outcome.rule;
            for it in outcome.findings.iter().filter(|it| it.verdict.is_exception()) {
                let told = match it.subject_type {
                    Subject::User | Subject::Token => &mut res.subjects,
                    Subject::Entitlement => &mut res.entitlements,
                    _ => continue,
                };
                let (instance, id) = (&*it.instance, &*it.subject_id);
                res.found.insert((instance, id.split(' ').next().unwrap_or(id)));
                let here = told.entry((instance, id)).or_default();
                let waived = if it.is_unaccepted() { "" } else { " (waived)" };
                here.words.push(format!("{} {}{waived}", rule.code, rule.title));
                if it.is_unaccepted() && !is_never_waived(rule) {
                    here.findings.push(it.id.clone());
                }
            }
        }
        res
    }

    pub(super) fn of_subject(&self, instance: &str, id: &str) -> Flagged {
        self.subjects.get(&(instance, id)).cloned().unwrap_or_default()
    }

    pub(super) fn of_entitlement(&self, instance: &str, id: &str, entitlement: &str) -> Flagged {
        let key = format!("{id} {entitlement}");
        self.entitlements.get(&(instance, &*key)).cloned().unwrap_or_default()
    }

    /// Whether anything was found about an account.
    pub(super) fn has(&self, instance: &str, id: &str) -> bool {
        self.found.contains(&(instance, id))
    }
}

/// Since when memberships are known.
pub(super) struct Since<'a> {
    /// When the snapshot was collected that an instance is compared with.
    previous: BTreeMap<&'a str, DateTime<Utc>>,
    /// Memberships that were added since: instance, account, and what the change says of the group.
    added: BTreeSet<(String, String, String)>,
}

impl<'a> Since<'a> {
    pub(super) fn of(inputs: &ReportInputs<'a>) -> PolarsResult<Self> {
        let instances = inputs.given.snapshot.instances.iter();
        let previous = instances.filter_map(|it| {
            let (previous, _) = inputs.given.earlier.of(&it.name)?;
            Some((it.name.as_str(), previous.stored.collected_at()))
        });
        let frame = inputs.tables.frame(Table::Changes);
        let added = change::read_rows(&frame)?
            .filter(|it| it.kind == "membership" && it.change == "added")
            .map(|it| (it.instance.into_owned(), it.subject_id.into_owned(), it.what.into_owned()));
        Ok(Self { previous: previous.collect(), added: added.collect() })
    }

    pub(super) fn membership(&self, it: &membership::Row<'_>, name: &str) -> String {
        let Some(previous) = self.previous.get(&*it.instance) else {
            return UNKNOWN.to_owned();
        };
        let what = format!("group {name} ({})", it.group_id);
        let key = (it.instance.to_string(), it.user_id.to_string(), what);
        let when = if self.added.contains(&key) { "after" } else { "before" };
        format!("{when} {}", previous.date_naive())
    }
}
