//! The report as OSCAL 1.1.3: an assessment plan, and the results that refer to it.
//!
//! Another form of the same findings and waivers. What OSCAL has no word for, such as an
//! undetermined subject, is said in properties of a namespace of its own. Every id is made of the
//! report's id and of what the thing is called, and every time is the snapshot's.

mod attestations;
mod controls;
mod findings;
mod model;
mod plan;
mod results;
mod risks;
mod text;

use uuid::Uuid;

use self::model::{
    Actor, Assets, Component, ComponentRef, ComponentStatus, Metadata, OscalOrigin, OscalParty,
    Platform,
};
use self::text::{NS, prop, prose, value};
use super::format::{self, DataInputs, Format, Renderer, RenderingNotes};
use super::table::UNKNOWN;
use super::{InstanceSummary, Report, RuleResult};
use crate::audit::ORGANIZATION;
use crate::json;

/// The file of the plan.
const PLAN: &str = "oscal-assessment-plan.json";
/// The file of the results.
const RESULTS: &str = "oscal-assessment-results.json";

/// `oscal-assessment-results.json`, with the plan that it refers to: for programs that ask for it.
pub const FORMAT: Format = Format { name: "oscal", usual: false, renderer: Renderer::Data(files) };

/// The plan and the results.
fn files(inputs: &DataInputs<'_>) -> Result<RenderingNotes, format::Error> {
    let report = inputs.report;
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_URL, NS.as_bytes());
    let tool = id(&namespace, report, "component", &["tool"]);
    let source = OscalSource { report, namespace, tool: &tool };
    inputs.folder.write_with(PLAN, |file| json::write_pretty(file, &plan::of(source)))?;
    inputs.folder.write_with(RESULTS, |file| json::write_pretty(file, &results::of(source)))?;
    Ok(RenderingNotes::default())
}

/// The same for the same thing of the same report: a UUID of version 5 (RFC 9562).
fn id(namespace: &Uuid, report: &Report, kind: &str, key: &[&str]) -> String {
    let name = [&[&*report.report_id, kind], key].concat().join("\u{1f}");
    Uuid::new_v5(namespace, name.as_bytes()).to_string()
}

/// The report, with what both documents call its things.
#[derive(Clone, Copy)]
struct OscalSource<'a> {
    report: &'a Report,
    /// What ids are made in.
    namespace: Uuid,
    /// What the program is called, which everything comes from.
    tool: &'a str,
}

impl OscalSource<'_> {
    /// What a thing is called.
    fn uuid(self, kind: &str, key: &[&str]) -> String {
        id(&self.namespace, self.report, kind, key)
    }

    /// What the observation of a rule is called.
    fn observation(self, rule: &RuleResult) -> String {
        self.uuid("observation", &[rule.code])
    }

    fn metadata(self, title: &str) -> Metadata {
        let report = self.report;
        let (organization, month) = (&report.organization, &report.period_words);
        Metadata {
            title: prose(&format!("{title}, {organization}, {month}")),
            last_modified: report.finished_at.clone(),
            version: value(&report.report_id),
            oscal_version: "1.1.3",
            parties: [OscalParty {
                uuid: self.organization(),
                kind: "organization",
                name: value(organization),
            }],
        }
    }

    fn organization(self) -> String {
        self.uuid("party", &["organization"])
    }

    /// What an instance is in OSCAL, or the organization where an answer is of none.
    fn place(self, instance: &str) -> (&'static str, String) {
        match instance {
            ORGANIZATION => ("party", self.organization()),
            name => ("component", self.uuid("instance", &[name])),
        }
    }

    fn origin(self) -> OscalOrigin {
        OscalOrigin { actors: [Actor { kind: "tool", actor_uuid: self.tool.to_owned() }] }
    }

    /// The program, as the only tool.
    fn assets(self) -> Assets {
        let description = "Puts rules to what was collected, and writes the evidence pack.";
        let status = ComponentStatus { state: "operational", remarks: None };
        Assets {
            components: [Component {
                uuid: self.tool.to_owned(),
                kind: "software",
                title: prose(&self.report.evaluator),
                description: description.to_owned(),
                props: vec![prop("collector", &self.report.collector)],
                status,
            }],
            assessment_platforms: [Platform {
                uuid: self.uuid("platform", &[]),
                title: "The evidence pack",
                uses_components: [ComponentRef { component_uuid: self.tool.to_owned() }],
            }],
        }
    }

    fn instances(self) -> Vec<Component> {
        self.report.instances.iter().map(|instance| self.instance(instance)).collect()
    }

    fn instance(self, it: &InstanceSummary) -> Component {
        let whole = it.accounts.is_some();
        let remarks = "Its users or groups could not be collected whole.";
        let known = |it: Option<u64>| it.map_or_else(|| UNKNOWN.to_owned(), |it| it.to_string());
        let counts = [
            ("accounts", it.accounts),
            ("active", it.active),
            ("disabled", it.disabled),
            ("administrators", it.administrators),
        ];
        let counts = counts.map(|(name, it)| prop(name, known(it)));
        Component {
            uuid: self.place(&it.name).1,
            kind: "service",
            title: prose(&it.name),
            description: format!("An instance of Retool at {}.", prose(&it.url)),
            props: [prop("version", &it.version), prop("evidence-state", it.state)]
                .into_iter()
                .chain(counts)
                .collect(),
            status: ComponentStatus {
                state: if whole { "operational" } else { "other" },
                remarks: (!whole).then_some(remarks),
            },
        }
    }
}
