//! The results: what each rule saw on each instance, and in which files that can be looked up.

use std::collections::BTreeMap;

use super::model::{
    AssessmentResults, BackMatter, Citation, ComponentRef, Hash, ImportRef, InventoryItem, Link,
    Observation, Prop, RelevantEvidence, Resource, ResourceLink, ResultDefinitions, ResultSet,
    ResultsFile, SubjectRef, Written,
};
use super::text::{count, own, prop, prop_of, prose};
use super::{OscalSource, PLAN, attestations, controls, findings, risks};
use crate::audit::{Finding, ManualAnswer, ORGANIZATION};
use crate::report::{Input, InstanceResult, Report, RuleResult};

pub(super) fn of(source: OscalSource<'_>) -> ResultsFile<'_> {
    let report = source.report;
    let applying = move || report.rules.iter().filter(|rule| controls::applies(rule));
    let limits: Vec<String> = report.limits.iter().map(|limit| own(limit)).collect();
    let resources: Vec<_> = report.inputs.iter().map(|input| resource(source, input)).collect();
    let link = |resource: &Resource| Link { href: format!("#{}", resource.uuid), rel: "reference" };
    let results = ResultSet {
        uuid: source.uuid("result", &[]),
        title: prose(&format!("Access review of {}", report.period_words)),
        description: own(&report.opinion),
        start: report.collected_at.clone(),
        end: report.finished_at.clone(),
        props: totals(report),
        links: resources.iter().map(link).collect(),
        local_definitions: ResultDefinitions {
            components: source.instances(),
            inventory_items: subjects(source),
            assessment_assets: source.assets(),
        },
        reviewed_controls: controls::reviewed(report),
        attestations: attestations::of(source),
        observations: Written::by(move || applying().map(move |it| observation(source, it))),
        risks: Written::by(move || risks::of(source)),
        findings: Written::by(move || applying().flat_map(move |it| findings::of(source, it))),
        remarks: format!("What this report cannot show:\n\n{}", limits.join("\n\n")),
    };
    let plan = ImportRef { href: PLAN.to_owned(), remarks: None };
    ResultsFile {
        assessment_results: AssessmentResults {
            uuid: source.uuid("assessment-results", &[]),
            metadata: source.metadata("Results of the access review of Retool"),
            import_ap: plan,
            results: [results],
            back_matter: BackMatter { resources },
        },
    }
}

/// The counts of the first page, so that they can be held against the other formats.
fn totals(report: &Report) -> Vec<Prop> {
    let totals = &report.totals;
    let words = [
        ("report-id", &*report.report_id),
        ("snapshot-id", &report.snapshot_id),
        ("period", &report.period),
        ("evidence-state", report.state.word()),
    ];
    let tallies = [
        ("accounts", totals.accounts),
        ("active", totals.active),
        ("administrators", totals.administrators),
    ];
    let counts = [
        ("exceptions", totals.exceptions),
        ("waived", totals.waived),
        ("undetermined", totals.undetermined),
    ];
    let words = words.into_iter().map(|(name, it)| prop(name, it));
    let words = words.chain(tallies.map(|(name, it)| prop(name, it.words())));
    words.chain(counts.map(|(name, it)| count(name, it))).collect()
}

/// What findings are about, each once.
fn subjects(source: OscalSource<'_>) -> Written<'_, InventoryItem> {
    let mut res: BTreeMap<_, &Finding> = BTreeMap::new();
    for it in source.report.rules.iter().flat_map(|rule| rule.findings()) {
        let key = (&it.instance, it.subject_type.word(), &it.subject_id);
        res.entry(key).or_insert(it);
    }
    let each: Vec<&Finding> = res.into_values().collect();
    Written::by(move || each.clone().into_iter().map(move |it| subject(source, it)))
}

fn subject(source: OscalSource<'_>, it: &Finding) -> InventoryItem {
    let (kind, component_uuid) = source.place(&it.instance);
    let of_instance = it.instance != ORGANIZATION && kind == "component";
    InventoryItem {
        uuid: subject_uuid(source, it),
        description: prose(&format!("{} {}", it.subject_type.word(), it.subject)),
        props: vec![
            prop("instance", &it.instance),
            prop("subject-type", it.subject_type.word()),
            prop("subject-id", &it.subject_id),
        ],
        implemented_components: of_instance
            .then_some(ComponentRef { component_uuid })
            .into_iter()
            .collect(),
    }
}

/// The inventory item that a finding is about.
pub(super) fn subject_uuid(source: OscalSource<'_>, it: &Finding) -> String {
    source.uuid("subject", &[&it.instance, it.subject_type.word(), &it.subject_id])
}

fn observation(source: OscalSource<'_>, rule: &RuleResult) -> Observation {
    let RuleResult { population, exceptions, waived, undetermined, .. } = rule;
    let seen = format!(
        "Population: {population}; exceptions: {exceptions}; waived: {waived}; undetermined: \
         {undetermined}."
    );
    let answers =
        || rule.instances.iter().filter_map(|instance| Some((instance, instance.manual.as_ref()?)));
    let answered = answers().next().is_some();
    let thresholds = rule
        .parameters
        .iter()
        .map(|parameter| prop_of("threshold", parameter.key, &parameter.value));
    let props = [
        prop("rule", rule.code),
        prop("rule-name", rule.name),
        prop("rule-version", &rule.version),
        prop("severity", rule.severity.word()),
        prop("result", rule.verdict.word()),
    ];
    let places = rule.instances.iter().map(|instance| place(source, instance));
    let subjects = rule.findings().map(|it| SubjectRef {
        subject_uuid: subject_uuid(source, it),
        kind: "inventory-item",
        title: Some(prose(&it.subject)),
        props: vec![prop("verdict", it.verdict.word())],
        remarks: None,
    });
    let snapshot = RelevantEvidence {
        href: Some("snapshot/snapshot.json"),
        description: "What Retool answered, with a ledger of every list.".to_owned(),
    };
    let open =
        rule.undetermined > 0 || rule.instances.iter().any(|instance| !instance.reason.is_empty());
    Observation {
        uuid: source.observation(rule),
        title: own(&format!("{}: {}", rule.code, rule.title)),
        description: format!("{} {seen}", own(rule.predicate)),
        props: props.into_iter().chain(counts(rule)).chain(thresholds).collect(),
        methods: if answered { vec!["TEST", "EXAMINE"] } else { vec!["TEST"] },
        types: ["control-objective"],
        origins: [source.origin()],
        subjects: places.chain(subjects).collect(),
        relevant_evidence: [snapshot]
            .into_iter()
            .chain(answers().map(|it| manual_evidence(it.0, it.1)))
            .collect(),
        collected: source.report.collected_at.clone(),
        remarks: open.then(|| format!("Needed to judge what is not judged: {}", own(rule.missing))),
    }
}

fn counts(it: &RuleResult) -> [Prop; 4] {
    [
        count("population", it.population),
        count("exceptions", it.exceptions),
        count("waived", it.waived),
        count("undetermined", it.undetermined),
    ]
}

/// What a rule came out with on one instance.
fn place(source: OscalSource<'_>, it: &InstanceResult) -> SubjectRef {
    let (kind, subject_uuid) = source.place(&it.instance);
    let organization = &source.report.organization;
    SubjectRef {
        subject_uuid,
        kind,
        title: Some(prose(if it.instance == ORGANIZATION { organization } else { &it.instance })),
        props: vec![
            prop("result", it.verdict.word()),
            count("population", it.population),
            count("exceptions", it.exceptions),
            count("waived", it.waived),
            count("undetermined", it.undetermined),
        ],
        remarks: (!it.reason.is_empty()).then(|| prose(&it.reason)),
    }
}

/// What a person saw who looked instead; the file is named and not opened.
fn manual_evidence(place: &InstanceResult, it: &ManualAnswer) -> RelevantEvidence {
    let ManualAnswer { text, evidence, sha256, by, at, valid_until, .. } = it;
    let answer = it.word();
    let words = format!(
        "{by} looked on {at} at {}, for which it is valid until {valid_until}, and says {answer}: \
         {text} Shown by {evidence}, SHA-256 {sha256}.",
        place.instance
    );
    RelevantEvidence { href: None, description: prose(&words) }
}

/// A file that the report was made from; those of the pack are linked.
fn resource(source: OscalSource<'_>, it: &Input) -> Resource {
    let in_pack = it.file.starts_with("snapshot/") || it.file.starts_with("inputs/");
    let link = || ResourceLink { href: it.file.clone(), hashes: hashes(&it.sha256) };
    Resource {
        uuid: source.uuid("resource", &[it.what, &it.file]),
        title: prose(it.what),
        description: prose(&it.file),
        props: vec![prop("sha256", &it.sha256)],
        citation: (!in_pack).then(|| Citation { text: prose(&it.file) }),
        rlinks: in_pack.then(link).into_iter().collect(),
    }
}

pub(super) fn hashes(sha256: &str) -> [Hash; 1] {
    [Hash { algorithm: "SHA-256", value: sha256.to_owned() }]
}
