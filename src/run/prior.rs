//! What today's rules would have found at earlier snapshots.

use std::collections::BTreeMap;

use super::{Error, Inputs, named, names};
use crate::audit::prior::PriorVerdicts;
use crate::audit::record::TermsByRule;
use crate::identities::Identities;
use crate::review::ReviewHistory;
use crate::roster::Roster;
use crate::rules::{Rule, Subject};
use crate::snapshot::Snapshot;
use crate::snapshot::earlier::Earlier;
use crate::tables::Table;
use crate::tables::build::trend::PriorCounts;
use crate::tables::build::{EvaluationContext, build, roster_files};
use crate::{audit, guardrails, references};

/// The tables of what people decided.
const DECIDED: [Table; 4] =
    [Table::Waivers, Table::Reviews, Table::ReviewLines, Table::ReviewReviewers];

/// Today's rules, with all that is known today.
pub(super) struct PriorEvaluator<'a> {
    written: &'a Inputs,
    terms: &'a TermsByRule,
    rules: Vec<&'static Rule>,
}

impl<'a> PriorEvaluator<'a> {
    pub(super) fn of(written: &'a Inputs, terms: &'a TermsByRule) -> Self {
        // What waivers, reviews and the configuration said then is not known.
        let of_today = |rule: &&Rule| {
            rule.subject == Subject::Threshold || rule.reads.iter().any(|it| DECIDED.contains(it))
        };
        let rules = written.catalogue.rules().iter().copied();
        Self { written, terms, rules: rules.filter(|rule| !of_today(rule)).collect() }
    }

    /// What those of the rules that are `wanted` would have found at `snapshot`, which lies with
    /// `roster`.
    pub(super) fn look(
        &self,
        snapshot: &Snapshot,
        roster: Option<&Roster>,
        wanted: impl Fn(&Rule) -> bool,
    ) -> Result<PriorVerdicts, Error> {
        let config = &self.written.config;
        let rules: Vec<&'static Rule> =
            self.rules.iter().copied().filter(|rule| wanted(rule)).collect();
        let tables = build(&EvaluationContext {
            snapshot,
            config,
            roster: roster.or(self.written.roster.as_ref()),
            baseline: self.written.baseline.as_ref(),
            // They are of changes, and nothing is compared with what was before.
            approvals: None,
            earlier: &Earlier::default(),
            former_rosters: &BTreeMap::new(),
            past: &PriorCounts::default(),
            reviews: &ReviewHistory::default(),
        });
        // How good the roster of today is says nothing about the one of then.
        let tables = match roster {
            Some(roster) => {
                let day = config.organization.calendar().day(snapshot.collected_at);
                roster_files::fill(tables, roster_files::DatedRoster { roster, day }, None)
            }
            None => roster_files::leave_out(tables, "it does not lie with the earlier snapshot"),
        };
        let mut tables = guardrails::fill(tables, config, rules.iter().copied());
        let identities = Identities::of(snapshot, self.written.roster.as_ref());
        let identities = identities.renamed(config.renamed());
        let named = named::resolve(self.written, snapshot, &identities, &Earlier::default());
        references::doubt(&mut tables, &named);
        let outcomes = audit::run(&rules, &tables, &names(snapshot), &config.rules)?;
        let terms = |code: &str| self.terms.get(code).cloned().unwrap_or_default();
        Ok(PriorVerdicts::of(snapshot.collected_at, &outcomes, terms))
    }
}
