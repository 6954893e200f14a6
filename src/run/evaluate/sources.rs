//! What a report is made from: each file and its hash, and the copies that go into the pack.

use std::collections::BTreeMap;

use super::{History, PackInputs};
use crate::calendar::stamps::stamp;
use crate::custom_rules::CustomRule;
use crate::digest::{self, Digest};
use crate::input::InputFile;
use crate::retention::RECORD;
use crate::review::IN_PACKS;
use crate::run::{Inputs, PROGRAM};
use crate::snapshot::earlier::{EarlierSnapshot, HISTORY, input_path};
use crate::spreadsheet::is_workbook;

impl PackInputs<'_> {
    /// What, which file, and its hash.
    pub(super) fn inputs(&self) -> Vec<(&'static str, String, String)> {
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
        if !earlier.removed.is_empty() {
            let (file, bytes) = (format!("{HISTORY}/{RECORD}"), earlier.removed.bytes());
            res.push(("retention record", file, digest::of(bytes)));
        }
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
    pub(super) fn copies(&self) -> BTreeMap<String, &[u8]> {
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

pub(in crate::run) const CONFIG: &str = "inputs/retool-audit.toml";
pub(in crate::run) const TEMPLATES: &str = "inputs/templates/";
pub(in crate::run) const WAIVERS: &str = "inputs/waivers.toml";
pub(in crate::run) const RESPONSES: &str = "inputs/responses.toml";
pub(in crate::run) const LOGO: &str = "inputs/logo.png";
pub(in crate::run) const FILE_TIMES: &str = "inputs/file-times.json";

/// Where the pack has a table that people made, by what it is.
fn table_path(kind: &str, place: usize, input: &InputFile) -> String {
    input_path(kind, place, if is_workbook(&input.bytes) { "xlsx" } else { "csv" })
}

/// Where the pack has a rule that the organization wrote.
fn own_path(own: &CustomRule) -> String {
    format!("inputs/rules/{}", own.file)
}

/// The same inputs give the same id: the first 16 hex digits of SHA-256 over their hashes.
pub(super) fn report_id(inputs: &[(&'static str, String, String)]) -> String {
    let mut hash = Digest::default();
    for (what, _, sha256) in inputs {
        hash.update(format!("{what} {sha256}\n"));
    }
    hash.hex()[..16].to_owned()
}
