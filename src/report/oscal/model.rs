//! The part of OSCAL 1.1.3 that the export writes, in OSCAL's own words and order.
//!
//! An empty list is no list there, so empty ones are left out, and so is what is none.

mod outcome;
mod written;

use serde::Serialize;

pub(super) use self::outcome::{
    Actor, Characterization, Facet, LogEntry, MitigatingFactor, Observation, ObservationRef,
    OscalFinding, OscalOrigin, RelevantEvidence, Response, Risk, RiskLog, RiskRef, SubjectRef,
    Target, TargetStatus,
};
pub(super) use self::written::Written;

/// `oscal-assessment-plan.json`.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct PlanFile {
    pub(super) assessment_plan: AssessmentPlan,
}

/// `oscal-assessment-results.json`.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ResultsFile<'a> {
    pub(super) assessment_results: AssessmentResults<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct AssessmentPlan {
    pub(super) uuid: String,
    pub(super) metadata: Metadata,
    pub(super) import_ssp: ImportRef,
    pub(super) local_definitions: PlanDefinitions,
    pub(super) reviewed_controls: ReviewedControls,
    pub(super) assessment_subjects: Vec<AssessmentSubject>,
    pub(super) assessment_assets: Assets,
    pub(super) back_matter: BackMatter,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct AssessmentResults<'a> {
    pub(super) uuid: String,
    pub(super) metadata: Metadata,
    pub(super) import_ap: ImportRef,
    pub(super) results: [ResultSet<'a>; 1],
    pub(super) back_matter: BackMatter,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ResultSet<'a> {
    pub(super) uuid: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) start: String,
    pub(super) end: String,
    pub(super) props: Vec<Prop>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) links: Vec<Link>,
    pub(super) local_definitions: ResultDefinitions<'a>,
    pub(super) reviewed_controls: ReviewedControls,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) attestations: Vec<OscalAttestation>,
    #[serde(skip_serializing_if = "Written::is_empty")]
    pub(super) observations: Written<'a, Observation>,
    #[serde(skip_serializing_if = "Written::is_empty")]
    pub(super) risks: Written<'a, Risk>,
    #[serde(skip_serializing_if = "Written::is_empty")]
    pub(super) findings: Written<'a, OscalFinding>,
    pub(super) remarks: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Metadata {
    pub(super) title: String,
    pub(super) last_modified: String,
    pub(super) version: String,
    pub(super) oscal_version: &'static str,
    pub(super) parties: [OscalParty; 1],
}

#[derive(Serialize)]
pub(super) struct OscalParty {
    pub(super) uuid: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) name: String,
}

#[derive(Serialize)]
pub(super) struct ImportRef {
    pub(super) href: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remarks: Option<&'static str>,
}

/// A name and a value in the namespace of this program.
#[derive(Serialize)]
pub(super) struct Prop {
    pub(super) name: String,
    pub(super) ns: &'static str,
    pub(super) value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remarks: Option<String>,
}

/// A reference within the document.
#[derive(Serialize)]
pub(super) struct Link {
    pub(super) href: String,
    pub(super) rel: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct PlanDefinitions {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) components: Vec<Component>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) objectives_and_methods: Vec<Objective>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ResultDefinitions<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) components: Vec<Component>,
    #[serde(skip_serializing_if = "Written::is_empty")]
    pub(super) inventory_items: Written<'a, InventoryItem>,
    pub(super) assessment_assets: Assets,
}

#[derive(Serialize)]
pub(super) struct Component {
    pub(super) uuid: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) props: Vec<Prop>,
    pub(super) status: ComponentStatus,
}

#[derive(Serialize)]
pub(super) struct ComponentStatus {
    pub(super) state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remarks: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct InventoryItem {
    pub(super) uuid: String,
    pub(super) description: String,
    pub(super) props: Vec<Prop>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) implemented_components: Vec<ComponentRef>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ComponentRef {
    pub(super) component_uuid: String,
}

/// The tools of an assessment.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Assets {
    pub(super) components: [Component; 1],
    pub(super) assessment_platforms: [Platform; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Platform {
    pub(super) uuid: String,
    pub(super) title: &'static str,
    pub(super) uses_components: [ComponentRef; 1],
}

/// A rule, as something that a control is after.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Objective {
    pub(super) control_id: String,
    pub(super) description: String,
    pub(super) props: Vec<Prop>,
    pub(super) parts: [OscalPart; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remarks: Option<&'static str>,
}

/// What somebody stated.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct OscalAttestation {
    pub(super) parts: Vec<AttestationPart>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct AttestationPart {
    pub(super) uuid: String,
    pub(super) name: &'static str,
    pub(super) ns: &'static str,
    pub(super) title: String,
    pub(super) props: Vec<Prop>,
    pub(super) prose: String,
}

#[derive(Serialize)]
pub(super) struct OscalPart {
    pub(super) id: String,
    pub(super) name: &'static str,
    pub(super) title: String,
    pub(super) prose: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct AssessmentSubject {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) description: &'static str,
    pub(super) include_subjects: Vec<SubjectRef>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ReviewedControls {
    pub(super) control_selections: Vec<ControlSelection>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) control_objective_selections: Vec<ObjectiveSelection>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ControlSelection {
    pub(super) description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) props: Vec<Prop>,
    pub(super) include_controls: Vec<ControlRef>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ControlRef {
    pub(super) control_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) statement_ids: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ObjectiveSelection {
    pub(super) description: String,
    pub(super) include_objectives: Vec<ObjectiveRef>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ObjectiveRef {
    pub(super) objective_id: String,
}

#[derive(Serialize)]
pub(super) struct BackMatter {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) resources: Vec<Resource>,
}

#[derive(Serialize)]
pub(super) struct Resource {
    pub(super) uuid: String,
    pub(super) title: String,
    pub(super) description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) props: Vec<Prop>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) citation: Option<Citation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) rlinks: Vec<ResourceLink>,
}

#[derive(Serialize)]
pub(super) struct Citation {
    pub(super) text: String,
}

#[derive(Serialize)]
pub(super) struct ResourceLink {
    pub(super) href: String,
    pub(super) hashes: [Hash; 1],
}

#[derive(Serialize)]
pub(super) struct Hash {
    pub(super) algorithm: &'static str,
    pub(super) value: String,
}
