//! From a stored snapshot to the files of a pack, whose bytes are a function of its sources.

mod record;
mod reviews;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use super::history::{History, Records};
use super::{Error, Inputs, PROGRAM, named, names};
use crate::audit::Outcome;
use crate::audit::lifecycle::LifecycleContext;
use crate::audit::prior::exceptions;
use crate::calendar::stamps::stamp;
use crate::config::{Config, Output, RuleSettings};
use crate::custom_rules::CustomRule;
use crate::digest::{self, Digest};
use crate::identities::Identities;
use crate::input::InputFile;
use crate::pack::{self, PackDraft};
use crate::record::PackRecord;
use crate::references;
use crate::report::Report;
use crate::report::assemble::{self, Assembled, ReportInputs, assemble, review_lines};
use crate::report::format::RenderingNotes;
use crate::report::formats::{self, RenderingOptions};
use crate::report::parquet::{self, TypedTables};
use crate::review::{IN_PACKS, ReviewLine, Reviewers};
use crate::rules::Rule;
use crate::snapshot::Snapshot;
use crate::snapshot::earlier::{EarlierSnapshot, input_path};
use crate::snapshot::store::Hashes;
use crate::spreadsheet::is_workbook;
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
}

/// A pack that holds everything but the snapshot, and is not sealed yet.
pub(super) struct FilledPack {
    pub(super) draft: PackDraft,
    pub(super) report: Report,
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
        let (report, notes) =
            formats::render((assembled, typed), formats, templates, options, folder)?;
        for (path, bytes) in self.copies() {
            folder.write(&path, bytes).map_err(pack::Error::from)?;
        }
        let History { earlier, taken, found_unreadable, .. } = self.history;
        earlier.write_excerpt(found_unreadable, taken, folder)?;
        Ok(FilledPack { draft, report, notes })
    }

    /// Judges the snapshot.
    fn evaluate(&self) -> Result<Evaluated<'_>, Error> {
        self.with_report_inputs(|inputs, _, record| {
            let (assembled, typed) = (assemble(inputs)?, self.typed(inputs));
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
        let identities = Identities::of(self.snapshot, self.written.roster.as_ref());
        let identities = &identities.renamed(self.written.config.renamed());
        let today = self.today();
        let reviews = &self.reviews(identities);
        let approvals = self.written.approvals.as_ref().map(|it| it.counting(identities, today));
        let given = EvaluationContext {
            snapshot: self.snapshot,
            config: &self.written.config,
            roster: self.written.roster.as_ref(),
            baseline: self.written.baseline.as_ref(),
            approvals: approvals.as_ref(),
            earlier,
            former_rosters: rosters,
            past,
            reviews,
        };
        let tables = build(&given);
        let rules = self.written.catalogue.rules().iter().copied();
        let tables = guardrails::fill(tables, &self.written.config, rules);
        let references = named::resolve(self.written, self.snapshot, identities, earlier);
        let tables = references::fill(tables, &references);
        let evidence = self.switched_off(&tables)?;
        let (tables, outcomes, register) = self.audit(tables, identities)?;
        let answered = named::answered(self.written, &outcomes, records);
        let references = [references, answered].concat();
        let tables = references::listed(tables, &references);
        let tables = tables.in_order().map_err(assemble::Error::from)?;
        let sources = self.inputs();
        let reported = self.reported(&outcomes);
        let excluded = |instance: &str| self.written.config.excludes(instance).is_some();
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

    /// What, which file, and its hash.
    fn inputs(&self) -> Vec<(&'static str, String, String)> {
        let named = |what, file: &str, hash: String| (what, file.to_owned(), hash);
        let manifest = self.hashes.files.get("snapshot.json").cloned().unwrap_or_default();
        let mut res = vec![
            named("snapshot", "snapshot/snapshot.json", manifest),
            named("configuration", CONFIG, digest::of(&self.written.config.text)),
        ];
        let files = self.input_files().into_iter();
        res.extend(files.map(|(what, path, input)| (what, path, input.sha256.clone())));
        self.add_earlier(&mut res);
        for own in self.written.catalogue.own() {
            res.push(named("rule", &own_path(own), digest::of(&own.text)));
        }
        res.push(named("rule catalogue", PROGRAM, self.written.catalogue.fingerprint()));
        res.push(named("templates", PROGRAM, self.written.templates.fingerprint()));
        res
    }

    /// The files that the configuration names, in the order of the report id: what each is, where
    /// the pack has it, and the file.
    fn input_files(&self) -> Vec<(&'static str, String, &InputFile)> {
        let Inputs { roster, waivers, responses, baseline, approvals, logo, file_times, .. } =
            self.written;
        let table =
            |what: &'static str, place: usize, input| (what, table_path(what, place, input), input);
        let files = roster.iter().flat_map(|roster| roster.files.iter().enumerate());
        let rosters = files.map(|(place, file)| table("roster", place, &file.input));
        let tables = roster.iter().flat_map(|roster| roster.alias_tables.iter().enumerate());
        let aliases = tables.map(|(place, it)| table("aliases", place, &it.input));
        let waivers = waivers.as_ref().map(|it| ("waivers", WAIVERS.to_owned(), &it.input));
        let responses = responses.as_ref().map(|it| ("responses", RESPONSES.to_owned(), &it.input));
        let baseline = baseline.as_ref().map(|it| table("baseline", 0, &it.input));
        let approvals = approvals.as_ref().map(|it| table("approvals", 0, &it.input));
        let logo = logo.as_ref().map(|it| ("logo", LOGO.to_owned(), &it.input));
        let times = file_times.as_ref().map(|it| ("file times", FILE_TIMES.to_owned(), it));
        let others = [waivers, responses, baseline, approvals, logo, times].into_iter().flatten();
        let reviews = self.campaigns().flat_map(|(opened, files)| {
            let folder = format!("{IN_PACKS}/{}", opened.campaign.campaign_id);
            files.iter().map(move |it| ("review", format!("{folder}/{}", it.name), it))
        });
        rosters.chain(aliases).chain(others).chain(reviews).collect()
    }

    /// What was collected before: the snapshots that are compared with, and which there are at all.
    fn add_earlier(&self, res: &mut Vec<(&'static str, String, String)>) {
        let History { earlier, rosters, records, .. } = self.history;
        let title = |earlier_snapshot: &EarlierSnapshot| {
            format!("{} of {}", earlier_snapshot.peek.id, stamp(earlier_snapshot.collected_at()))
        };
        for it in &earlier.previous {
            res.push(("previous snapshot", title(&it.stored), it.stored.peek.sha256.clone()));
            for roster in rosters.get(&it.stored.peek.id).iter().flat_map(|it| &it.files) {
                let file = format!("{} of {}", roster.input.name, stamp(it.stored.collected_at()));
                res.push(("previous roster", file, roster.input.sha256.clone()));
            }
        }
        let all = || earlier.stored.iter().chain(&earlier.unreported);
        let older = earlier.older.snapshots;
        let count = all().count() + earlier.unreadable.len() + older;
        if count == 0 {
            return;
        }
        let mut hash = Digest::default();
        for it in all() {
            hash.update(format!("{}\n", it.peek.sha256));
        }
        for it in earlier.unreadable.iter().chain(&earlier.strange) {
            hash.update(format!("{} {}\n", it.name, it.why));
        }
        for (pack, record) in &records.packs {
            hash.update(format!("{} {record}\n", pack.pack));
        }
        if older > 0 {
            let complete = earlier.older.complete.iter().map(String::as_str);
            hash.update(format!("{older} before {}\n", complete.collect::<Vec<_>>().join(" ")));
        }
        res.push(("earlier snapshots", format!("{count} by their headers"), hash.hex()));
    }

    /// The inputs that people wrote, as they were read.
    fn copies(&self) -> BTreeMap<String, &[u8]> {
        let mut res = BTreeMap::from([(CONFIG.to_owned(), self.written.config.text.as_bytes())]);
        let files = self.input_files().into_iter();
        res.extend(files.map(|(_, path, input)| (path, &*input.bytes)));
        let own = self.written.templates.replaced();
        res.extend(own.map(|(name, text)| (format!("{TEMPLATES}{name}"), text.as_bytes())));
        let rules = self.written.catalogue.own().iter();
        res.extend(rules.map(|own| (own_path(own), own.text.as_bytes())));
        res
    }
}

pub(super) const CONFIG: &str = "inputs/retool-audit.toml";
pub(super) const TEMPLATES: &str = "inputs/templates/";
pub(super) const WAIVERS: &str = "inputs/waivers.toml";
pub(super) const RESPONSES: &str = "inputs/responses.toml";
pub(super) const LOGO: &str = "inputs/logo.png";
pub(super) const FILE_TIMES: &str = "inputs/file-times.json";

/// Where the pack has a table that people made, by what it is.
fn table_path(kind: &str, place: usize, input: &InputFile) -> String {
    input_path(kind, place, if is_workbook(&input.bytes) { "xlsx" } else { "csv" })
}

/// Where the pack has a rule that the organization wrote.
fn own_path(own: &CustomRule) -> String {
    format!("inputs/rules/{}", own.file)
}

/// The same inputs give the same id: the first 16 hex digits of SHA-256 over their hashes.
fn report_id(inputs: &[(&'static str, String, String)]) -> String {
    let mut hash = Digest::default();
    for (what, _, sha256) in inputs {
        hash.update(format!("{what} {sha256}\n"));
    }
    hash.hex()[..16].to_owned()
}
