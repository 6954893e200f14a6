//! What an assessment saw, found and holds for a risk, in OSCAL's own words and order.

use serde::Serialize;

use super::{Link, Prop};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report::oscal) struct Observation {
    pub(in crate::report::oscal) uuid: String,
    pub(in crate::report::oscal) title: String,
    pub(in crate::report::oscal) description: String,
    pub(in crate::report::oscal) props: Vec<Prop>,
    pub(in crate::report::oscal) methods: Vec<&'static str>,
    pub(in crate::report::oscal) types: [&'static str; 1],
    pub(in crate::report::oscal) origins: [OscalOrigin; 1],
    pub(in crate::report::oscal) subjects: Vec<SubjectRef>,
    pub(in crate::report::oscal) relevant_evidence: Vec<RelevantEvidence>,
    pub(in crate::report::oscal) collected: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report::oscal) remarks: Option<String>,
}

#[derive(Serialize)]
pub(in crate::report::oscal) struct OscalOrigin {
    pub(in crate::report::oscal) actors: [Actor; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report::oscal) struct Actor {
    #[serde(rename = "type")]
    pub(in crate::report::oscal) kind: &'static str,
    pub(in crate::report::oscal) actor_uuid: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report::oscal) struct SubjectRef {
    pub(in crate::report::oscal) subject_uuid: String,
    #[serde(rename = "type")]
    pub(in crate::report::oscal) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report::oscal) title: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report::oscal) props: Vec<Prop>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report::oscal) remarks: Option<String>,
}

#[derive(Serialize)]
pub(in crate::report::oscal) struct RelevantEvidence {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report::oscal) href: Option<&'static str>,
    pub(in crate::report::oscal) description: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report::oscal) struct Risk {
    pub(in crate::report::oscal) uuid: String,
    pub(in crate::report::oscal) title: String,
    pub(in crate::report::oscal) description: String,
    pub(in crate::report::oscal) statement: String,
    pub(in crate::report::oscal) props: Vec<Prop>,
    pub(in crate::report::oscal) status: &'static str,
    pub(in crate::report::oscal) origins: [OscalOrigin; 1],
    pub(in crate::report::oscal) characterizations: [Characterization; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report::oscal) mitigating_factors: Vec<MitigatingFactor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report::oscal) deadline: Option<String>,
    pub(in crate::report::oscal) remediations: Vec<Response>,
    #[serde(rename = "risk-log", skip_serializing_if = "Option::is_none")]
    pub(in crate::report::oscal) log: Option<RiskLog>,
    pub(in crate::report::oscal) related_observations: [ObservationRef; 1],
}

#[derive(Serialize)]
pub(in crate::report::oscal) struct Characterization {
    pub(in crate::report::oscal) origin: OscalOrigin,
    pub(in crate::report::oscal) facets: Vec<Facet>,
}

#[derive(Serialize)]
pub(in crate::report::oscal) struct Facet {
    pub(in crate::report::oscal) name: &'static str,
    pub(in crate::report::oscal) system: &'static str,
    pub(in crate::report::oscal) value: String,
}

#[derive(Serialize)]
pub(in crate::report::oscal) struct MitigatingFactor {
    pub(in crate::report::oscal) uuid: String,
    pub(in crate::report::oscal) description: String,
}

/// What is advised or planned against a risk.
#[derive(Serialize)]
pub(in crate::report::oscal) struct Response {
    pub(in crate::report::oscal) uuid: String,
    pub(in crate::report::oscal) lifecycle: &'static str,
    pub(in crate::report::oscal) title: &'static str,
    pub(in crate::report::oscal) description: String,
}

#[derive(Serialize)]
pub(in crate::report::oscal) struct RiskLog {
    pub(in crate::report::oscal) entries: Vec<LogEntry>,
}

/// What was done about a risk.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report::oscal) struct LogEntry {
    pub(in crate::report::oscal) uuid: String,
    pub(in crate::report::oscal) title: String,
    pub(in crate::report::oscal) description: String,
    pub(in crate::report::oscal) start: String,
    pub(in crate::report::oscal) props: Vec<Prop>,
    pub(in crate::report::oscal) status_change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report::oscal) remarks: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report::oscal) struct ObservationRef {
    pub(in crate::report::oscal) observation_uuid: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report::oscal) struct RiskRef {
    pub(in crate::report::oscal) risk_uuid: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report::oscal) struct OscalFinding {
    pub(in crate::report::oscal) uuid: String,
    pub(in crate::report::oscal) title: String,
    pub(in crate::report::oscal) description: String,
    pub(in crate::report::oscal) props: Vec<Prop>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report::oscal) links: Vec<Link>,
    pub(in crate::report::oscal) origins: [OscalOrigin; 1],
    pub(in crate::report::oscal) target: Target,
    pub(in crate::report::oscal) related_observations: [ObservationRef; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report::oscal) related_risks: Vec<RiskRef>,
}

#[derive(Serialize)]
pub(in crate::report::oscal) struct Target {
    #[serde(rename = "type")]
    pub(in crate::report::oscal) kind: &'static str,
    #[serde(rename = "target-id")]
    pub(in crate::report::oscal) id: String,
    pub(in crate::report::oscal) title: String,
    pub(in crate::report::oscal) status: TargetStatus,
}

#[derive(Serialize)]
pub(in crate::report::oscal) struct TargetStatus {
    pub(in crate::report::oscal) state: &'static str,
    pub(in crate::report::oscal) reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report::oscal) remarks: Option<String>,
}
