//! From a stored snapshot to the files of a pack, whose bytes are a function of its sources.

mod record;
mod reviews;
mod sources;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use self::sources::report_id;
pub(super) use self::sources::{CONFIG, FILE_TIMES, LOGO, RESPONSES, TEMPLATES, WAIVERS};
use super::history::{History, Records};
use super::meter::{Meter, Stage};
use super::{Error, Inputs, PROGRAM, named, names};
use crate::audit::Outcome;
use crate::audit::lifecycle::LifecycleContext;
use crate::audit::prior::exceptions;
use crate::config::{Config, Output, RuleSettings};
use crate::identities::Identities;
use crate::notify::{self, Notices};
use crate::pack::{self, PackDraft};
use crate::record::PackRecord;
use crate::references;
use crate::report::Report;
use crate::report::assemble::{self, Assembled, ReportInputs, assemble, review_lines};
use crate::report::format::RenderingNotes;
use crate::report::formats::{self, RenderingOptions};
use crate::report::parquet::{self, TypedTables};
use crate::review::{ReviewLine, Reviewers};
use crate::rules::Rule;
use crate::snapshot::Snapshot;
use crate::snapshot::store::Hashes;
use crate::tables::build::{EvaluationContext, build};
use crate::tables::{Table, Tables};
use crate::waivers::{WaiverContext, WaiverRegister};
use crate::{audit, guardrails, waivers};

/// What a report is made from.
pub(super) struct PackInputs<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) hashes: &'a Hashes,
    pub(super) written: &'a Inputs,
    pub(super) history: &'a History,
    pub(super) meter: &'a Meter,
}

/// A pack that holds everything but the snapshot, and is not sealed yet.
pub(super) struct FilledPack {
    pub(super) draft: PackDraft,
    pub(super) report: Report,
    /// What its receivers are to be told; none where there is none.
    pub(super) notices: Option<Notices>,
    pub(super) notes: RenderingNotes,
}

/// What was made of a snapshot.
struct Evaluated<'a> {
    assembled: Assembled,
    typed: Option<TypedTables<'a>>,
    record: PackRecord,
}

impl PackInputs<'_> {
    /// Judges the snapshot, renders every configured format into the pack's folder below `out`, and
    /// puts the inputs beside them.
    pub(super) fn fill(&self, out: &Path) -> Result<FilledPack, Error> {
        let Evaluated { assembled, typed, record } = self.evaluate()?;
        let draft = PackDraft::begin(out, &assembled.report)?;
        let folder = draft.folder();
        // As large as the findings, so it does not wait for the formats.
        record.write(&self.hashes.id, folder).map_err(pack::Error::from)?;
        drop(record);
        let formats = &self.written.config.output.formats;
        let templates = &self.written.templates;
        let Output { findings_printed, csv_bom, .. } = self.written.config.output;
        let options = RenderingOptions { findings_printed, csv_bom };
        let render = || formats::render((assembled, typed), formats, templates, options, folder);
        let (report, notes) = self.meter.time(Stage::Render, render)?;
        for (path, bytes) in self.copies() {
            folder.write(&path, bytes).map_err(pack::Error::from)?;
        }
        let History { earlier, taken, found_unreadable, .. } = self.history;
        earlier.write_excerpt(found_unreadable, taken, folder)?;
        let notices = Notices::of(&report, &self.written.config.notify);
        if let Some(it) = &notices {
            folder.write(notify::FILE, &it.file()).map_err(pack::Error::from)?;
        }
        Ok(FilledPack { draft, report, notices, notes })
    }

    /// Judges the snapshot.
    fn evaluate(&self) -> Result<Evaluated<'_>, Error> {
        self.with_report_inputs(|inputs, _, record| {
            let assembled = self.meter.time(Stage::Assemble, || assemble(inputs))?;
            let typed = self.typed(inputs);
            Ok(Evaluated { assembled, typed, record: record() })
        })
    }

    /// The tables with their types, where the configuration asks for them.
    fn typed(&self, inputs: &ReportInputs<'_>) -> Option<TypedTables<'_>> {
        let Config { output, rules: settings, .. } = &self.written.config;
        output.formats.contains(parquet::FORMAT.name).then(|| TypedTables {
            tables: audit::with_outcomes(
                inputs.tables.clone(),
                inputs.outcomes,
                &names(self.snapshot),
            ),
            rules: inputs.outcomes.iter().map(|it| it.rule).collect(),
            settings,
        })
    }

    /// The lines of a review, by the settings of `config`; `before` is what earlier campaigns decided
    /// about a line.
    pub(super) fn review_lines(
        &self,
        config: &Config,
        before: &BTreeMap<String, String>,
    ) -> Result<Vec<ReviewLine>, Error> {
        self.with_report_inputs(|inputs, identities, _| {
            let reviewers = Reviewers { config, identities };
            Ok(review_lines(inputs, reviewers, before).map_err(assemble::Error::from)?)
        })
    }

    /// Judges the snapshot, and hands over what a report is made from, who is whom, and what makes the
    /// record.
    fn with_report_inputs<T>(
        &self,
        then: impl FnOnce(
            &ReportInputs<'_>,
            &Identities<'_>,
            &dyn Fn() -> PackRecord,
        ) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let History { earlier, rosters, past, records, judged, .. } = self.history;
        let Inputs { catalogue, config, .. } = self.written;
        let identities = Identities::of(self.snapshot, self.written.roster.as_ref());
        let identities = &identities.renamed(config.renamed());
        let reviews = &self.reviews(identities);
        let approvals = self.written.approvals.as_ref();
        let approvals = approvals.map(|it| it.counting(identities, self.today()));
        let given = EvaluationContext {
            snapshot: self.snapshot,
            config,
            roster: self.written.roster.as_ref(),
            baseline: self.written.baseline.as_ref(),
            approvals: approvals.as_ref(),
            earlier,
            former_rosters: rosters,
            past,
            reviews,
        };
        let tables = self.meter.time(Stage::Tables, || build(&given));
        let tables = guardrails::fill(tables, config, catalogue.rules().iter().copied());
        let references = named::resolve(self.written, self.snapshot, identities, earlier);
        let tables = references::fill(tables, &references);
        let evidence = self.switched_off(&tables)?;
        let audit = || self.audit(tables, identities);
        let (tables, outcomes, register) = self.meter.time(Stage::Rules, audit)?;
        let references = [references, named::answered(self.written, &outcomes, records)].concat();
        let tables = references::listed(tables, &references);
        let tables = tables.in_order().map_err(assemble::Error::from)?;
        let sources = self.inputs();
        let reported = self.reported(&outcomes);
        let excluded = |instance: &str| config.excludes(instance).is_some();
        let inputs = ReportInputs {
            given,
            snapshot_id: &self.hashes.id,
            tables: &tables,
            outcomes: &outcomes,
            evidence: &evidence,
            waivers: &register.records,
            manual: &register.manual,
            approvals: self.written.approvals.as_ref(),
            responses: self.written.responses.as_ref(),
            logo: self.written.logo.as_ref(),
            prior: &exceptions(&records.findings, judged, excluded),
            reported: &reported,
            references: &references,
            report_id: &report_id(&sources),
            inputs: &sources,
            evaluator: PROGRAM,
        };
        then(&inputs, identities, &|| self.record(&outcomes, &reported, reviews))
    }

    /// The day of the collection, where the organization is.
    fn today(&self) -> NaiveDate {
        self.written.config.organization.calendar().day(self.snapshot.collected_at)
    }

    /// What the rules about the evidence find that the configuration switches off: whether the
    /// evidence is whole does not depend on who asks.
    fn switched_off(&self, tables: &Tables) -> Result<Vec<Outcome>, Error> {
        let settings = &self.written.config.rules;
        let off = |rule: &&'static Rule| {
            rule.is_about_evidence() && settings.disabled.contains_key(rule.name)
        };
        let rules: Vec<_> = self.written.catalogue.rules().iter().copied().filter(off).collect();
        let all = RuleSettings { disabled: BTreeMap::new(), ..settings.clone() };
        Ok(audit::run(&rules, tables, &names(self.snapshot), &all)?)
    }

    /// Puts the rules to the tables, then the waivers to what they found, then to the waivers those
    /// rules that read them; and holds all that was found against what was found before.
    fn audit(
        &self,
        tables: Tables,
        identities: &Identities<'_>,
    ) -> Result<(Tables, Vec<Outcome>, WaiverRegister), Error> {
        let names = names(self.snapshot);
        let settings = &self.written.config.rules;
        let later = |rule: &&'static Rule| rule.reads.contains(&Table::Waivers);
        let (later, first): (Vec<_>, Vec<_>) =
            self.written.catalogue.rules().iter().copied().partition(later);
        let mut res = audit::run(&first, &tables, &names, settings)?;
        let now = self.snapshot.collected_at;
        let calendar = self.written.config.organization.calendar();
        let context = WaiverContext { now, calendar, identities, tables: &tables, settings };
        let mut register = waivers::judge(self.written.waivers.as_ref(), context, &mut res);
        let tables = register.fill(tables);
        res.extend(audit::run(&later, &tables, &names, settings)?);
        let place = |outcome: &Outcome| {
            self.written.catalogue.rules().iter().position(|rule| rule.code == outcome.rule.code)
        };
        res.sort_by_key(place);
        let remediation = self.written.config.remediation;
        let History { terms, records, judged, .. } = self.history;
        let records = &records.findings;
        LifecycleContext { now, calendar, terms, records, judged, remediation }.annotate(&mut res);
        Ok((tables, res, register))
    }
}
