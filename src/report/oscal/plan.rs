//! The plan that the results must refer to: which rules are put to which instances.

use super::OscalSource;
use super::controls::{self, NONE_SHOWN, control};
use super::model::{
    AssessmentPlan, AssessmentSubject, BackMatter, ImportRef, Objective, OscalPart,
    PlanDefinitions, PlanFile, Resource, ResourceLink, SubjectRef,
};
use super::results::hashes;
use super::text::{own, prop, prop_of, token};
use crate::report::{Input, InstanceSummary, RuleResult};

/// What the plan says of the configuration, which stands where OSCAL wants a security plan.
const NO_SSP: &str = "There is no system security plan at hand. The configuration stands in for \
                      it: it says which instances are reviewed, and by which thresholds.";

pub(super) fn of(source: OscalSource<'_>) -> PlanFile {
    let configuration = source.uuid("resource", &["system"]);
    let definitions = PlanDefinitions {
        components: source.instances(),
        objectives_and_methods: source.report.rules.iter().map(objective).collect(),
    };
    PlanFile {
        assessment_plan: AssessmentPlan {
            uuid: source.uuid("assessment-plan", &[]),
            metadata: source.metadata("Plan of the access review of Retool"),
            import_ssp: ImportRef { href: format!("#{configuration}"), remarks: Some(NO_SSP) },
            local_definitions: definitions,
            reviewed_controls: controls::planned(source.report),
            assessment_subjects: vec![subjects(source)],
            assessment_assets: source.assets(),
            back_matter: BackMatter { resources: vec![system(source, configuration)] },
        },
    }
}

fn subjects(source: OscalSource<'_>) -> AssessmentSubject {
    let subject = |it: &InstanceSummary| {
        let (kind, subject_uuid) = source.place(&it.name);
        SubjectRef { subject_uuid, kind, title: None, props: Vec::new(), remarks: None }
    };
    AssessmentSubject {
        kind: "component",
        description: "Every configured instance of Retool, with all that its lists hold.",
        include_subjects: source.report.instances.iter().map(subject).collect(),
    }
}

/// A rule as an objective of the first control that it speaks to; the others are properties.
fn objective(rule: &RuleResult) -> Objective {
    let links =
        rule.controls.iter().flat_map(|control| control.ids.iter().map(move |id| (control, *id)));
    let first = links.clone().next().map(|(it, id)| control(it.framework, id).0);
    let speaks_to = links.map(|(it, id)| {
        let words = format!("{} {id}", it.name);
        prop_of("control", it.framework, &words)
    });
    let named = [prop("rule-name", rule.name), prop("rule-version", &rule.version)];
    Objective {
        remarks: first
            .is_none()
            .then_some("No framework that the report shows has a control for it."),
        control_id: first.unwrap_or_else(|| NONE_SHOWN.to_owned()),
        description: own(rule.risk),
        props: named.into_iter().chain(speaks_to).collect(),
        parts: [OscalPart {
            id: token(rule.code),
            name: "assessment-objective",
            title: own(rule.title),
            prose: own(rule.predicate),
        }],
    }
}

fn system(source: OscalSource<'_>, uuid: String) -> Resource {
    let configuration = source.report.inputs.iter().find(|input| input.what == "configuration");
    let link =
        |input: &Input| ResourceLink { href: input.file.clone(), hashes: hashes(&input.sha256) };
    Resource {
        uuid,
        title: "Configuration".to_owned(),
        description: NO_SSP.to_owned(),
        props: Vec::new(),
        citation: None,
        rlinks: configuration.map(link).into_iter().collect(),
    }
}
