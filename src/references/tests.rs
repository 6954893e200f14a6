//! Names as people misspell them, each put beside what an instance has.

use crate::config::Known;
use std::path::Path;

use chrono::NaiveDate;

use super::{KnownLists, Reference, ReferenceRole, ReferenceSources, resolve};
use crate::approvals;
use crate::baseline;
use crate::catalogue::Catalogue;
use crate::config::{Config, check};
use crate::identities::Identities;
use crate::rules::CATALOGUE;
use crate::snapshot::ledger::{Endpoint, LedgerRow, ReadOutcome};
use crate::snapshot::{Collected, Records, Snapshot};
use crate::waivers::{self, KnownNames};

const CONFIG: &str = r#"
    organization = { name = "Acme", domains = ["acme.test"] }
    excluded = [
        { host = "Training.acme.test", reason = "Empty." },
        { instance = " OLD ", reason = "Shut down." },
    ]
    [roster]
    path = "roster.csv"
    aliases = { "ann@acme.test" = "bob@acme.test" }
    [[instance]]
    name = "prod"
    formerly = ["Production"]
    token-env = "T"
    approved-admins = ["Ann@acme.test"]
    approved-tokens = ["t1"]
    approved-delegates = ["Refund  Makers", "ann@acme.test"]
    audit-groups = ["Compliance "]
    group-owners = { "refund makers" = ["ann@acme.test"] }
    [rules]
    several-accounts.allowed = ["ann@acme.test"]
    collection-incomplete.required = ["users", "groups"]
    segregation-of-duties.pairs = [["refund MAKERS", " Compliance"]]
"#;
const APPROVALS: &str = "instance,subject,change,reference,approver,approved-at
PROD,ann@acme.test,added,C-1,7,2026-10-20
prod,t1,token,C-2,bob@acme.test,2026-10-20
prod,unknown@acme.test,added,C-0,unknown@acme.test,2025-01-01
";
const BASELINE: &str = "instance,subject,entitlement
 Prod,ANN@acme.test,Refund makers
";
const WAIVERS: &str = r#"
    [[waiver]]
    id = "W-1"
    kind = "risk-accepted"
    rule = "DRM-01"
    instance = "prod"
    subjects = ["u1", "user:ann@acme.test"]
    owner = "ann@acme.test"
    requested-by = "ann@acme.test"
    approver = "bob@acme.test"
    expires = 2026-12-31
    [[waiver]]
    id = "W-0"
    kind = "risk-accepted"
    rule = "DRM-01"
    instance = "prod"
    subjects = ["gone"]
    expires = 2026-10-31
    [[manual-evidence]]
    rule = "DRM-01"
    instance = "prod"
    answer = "pass"
    by = "bob@acme.test"
    valid-until = 2026-11-30
"#;

#[test]
fn every_name_of_every_input_is_found_whatever_its_case_and_spaces() {
    let all = resolved(&Inputs::default(), true);
    let missing: Vec<&Reference> = all.iter().filter(|it| it.found != Some(true)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    // These are reported where they are wrong, or are earlier names; findings are known later.
    let wrong = [
        ReferenceRole::BaselineInstance,
        ReferenceRole::WaiverInstance,
        ReferenceRole::AnsweredFinding,
    ];
    for role in ReferenceRole::ALL.iter().filter(|it| !wrong.contains(it)) {
        assert!(all.iter().any(|it| it.role == *role), "no name is a {role:?}");
    }
}

#[test]
fn every_misspelt_name_is_told_with_its_place() {
    let misspelt = Inputs {
        config: CONFIG
            .replace("Training", "Trainings")
            .replace("OLD", "ODL")
            .replace("ann@", "an@")
            .replace("Ann@", "Anna@")
            .replace("bob@", "bobb@")
            .replace("\"t1\"", "\"t2\"")
            .replace("Refund  M", "Refunds M")
            .replace("refund m", "refunds m")
            .replace("refund M", "Refunds M")
            .replace("Compliance", "Complianze")
            .replace("\"users\"", "\"user\""),
        approvals: APPROVALS.replace("PROD", "prd").replace("bob@", "bobb@").replace("t1", "t2"),
        baseline: format!("{BASELINE}prod,anna@acme.test,Refund maker\nprd,ann@acme.test,admin\n"),
        waivers: WAIVERS.replace("\"u1\"", "\"u11\"").replace("bob@", "bobb@"),
    };
    let all = resolved(&misspelt, true);
    // A waiver of an instance that is not configured is refused with its file, and findings are
    // known later.
    let others = [ReferenceRole::WaiverInstance, ReferenceRole::AnsweredFinding];
    for role in ReferenceRole::ALL.iter().filter(|it| !others.contains(it)) {
        assert!(all.iter().any(|it| it.role == *role && it.is_missing()), "{role:?} passes");
    }
    let line = |it: &Reference| {
        let rules = it.rules().join(" ");
        let line = format!("{} {}: {} `{}`", it.input, it.place, it.role.word(), it.text);
        format!("{line} on {} ({}) {rules}", it.instance, it.note).trim_end().to_owned()
    };
    let lines: Vec<String> = all.iter().filter(|it| it.is_missing()).map(line).collect();
    let told = [
        "retool-audit.toml instance[0].audit-groups: group `complianze` on prod (did you mean \
         `compliance`?) PRV-08",
        "retool-audit.toml rules.segregation-of-duties.pairs[0][1]: group `complianze` on all (did \
         you mean `compliance`?) PRV-10",
        "retool-audit.toml excluded: instance `odl` on all (did you mean `old`?)",
        "retool-audit.toml rules.collection-incomplete.required: list `user` on all (did you mean \
         `users`?) EVD-01",
        "retool-audit.toml roster.aliases.an@acme.test: account `an@acme.test` on all (did you \
         mean `ann@acme.test`?)",
        "retool-audit.toml roster.aliases.an@acme.test: person `bobb@acme.test` on all (an alias \
         leads to an address of the roster)",
        "approvals.csv line 2, instance: instance `prd` on all (did you mean `prod`?)",
        "baseline.csv line 4, instance: instance `prd` on all (did you mean `prod`?) PRV-17",
    ];
    for it in told {
        assert!(lines.iter().any(|line| line == it), "{it} is not among\n{}", lines.join("\n"));
    }
}

#[test]
fn whoever_is_named_in_letters_that_look_alike_is_missing_with_a_word_about_whom_that_may_be() {
    let odd = |text: &str| {
        let text = text.replace("ann@", "\u{430}nn@").replace("Ann@", "\u{410}nn@");
        text.replace("ANN@", "\u{410}NN@").replace("bob@", "b\u{43e}b@")
    };
    let inputs = Inputs {
        config: odd(CONFIG),
        approvals: odd(APPROVALS),
        baseline: odd(BASELINE),
        waivers: odd(WAIVERS),
    };
    let all = resolved(&inputs, true);
    let odd: Vec<&Reference> = all.iter().filter(|it| !it.text.is_ascii()).collect();
    assert!(odd.len() > 9, "{odd:#?}");
    let told = |it: &&&Reference| {
        let twin = ["ann@acme.test", "bob@acme.test"].iter().any(|twin| it.note.contains(twin));
        it.is_missing() && twin
    };
    let silent: Vec<_> = odd.iter().filter(|it| !told(it)).collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn a_former_name_of_an_instance_is_found_and_told_wherever_it_stands() {
    let former = |text: &str| text.replace("\"prod\"", "\"production\"");
    let inputs = Inputs {
        config: CONFIG.replace("OLD", "Production"),
        approvals: APPROVALS.replace("PROD", "PRODUCTION"),
        baseline: BASELINE.replace("Prod", "Production"),
        waivers: former(WAIVERS),
    };
    let all = resolved(&inputs, true);
    let missing: Vec<&Reference> = all.iter().filter(|it| it.found != Some(true)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    let told = all.iter().filter(|it| !it.note.is_empty());
    let told =
        told.map(|it| format!("`{}` in {}, {}, is {}", it.text, it.input, it.place, it.note));
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @"
    `production` in retool-audit.toml, excluded, is the former name of `prod`, which is audited: the exclusion leaves nothing out
    `PRODUCTION` in approvals.csv, line 2, instance, is the former name of `prod`
    `Production` in baseline.csv, line 2, instance, is the former name of `prod`
    `production` in waivers.toml, waiver W-1, instance, is the former name of `prod`
    `production` in waivers.toml, manual evidence 1, instance, is the former name of `prod`
    ");
    // All that rests on the instance is looked up on the one of today.
    let elsewhere = |reference: &&Reference| reference.instance == "production";
    assert_eq!(all.iter().filter(elsewhere).count(), 0);
}

#[test]
fn what_is_audited_is_not_excluded_and_a_first_pack_cannot_tell() {
    let excluded = |name: &str, gone| {
        let inputs = Inputs { config: CONFIG.replace("OLD", name), ..Inputs::default() };
        let all = resolved_after(&inputs, true, gone);
        let it = all.iter().find(|it| it.role == ReferenceRole::ExcludedInstance).unwrap();
        format!("{}: {:?} {}", it.text, it.found, it.note)
    };
    let lines = [
        excluded("old", Some(&["old"])),
        excluded("prod", Some(&["old"])),
        excluded("production", Some(&["old"])),
        excluded("ol", Some(&["old"])),
        excluded("old", None),
    ];
    insta::assert_snapshot!(lines.join("\n"), @"
    old: Some(true) 
    prod: Some(true) audited: the exclusion leaves nothing out
    production: Some(true) the former name of `prod`, which is audited: the exclusion leaves nothing out
    ol: Some(false) did you mean `old`?
    old: None earlier packs would tell
    ");
}

#[test]
fn where_a_list_was_not_read_nobody_knows() {
    let inputs = Inputs { config: CONFIG.replace("Compliance", "Audit"), ..Inputs::default() };
    let all = resolved(&inputs, false);
    let missing: Vec<&Reference> = all.iter().filter(|it| it.is_missing()).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    let audit = all.iter().find(|it| it.role == ReferenceRole::AuditGroup).unwrap();
    assert_eq!(audit.note, "the list of groups of prod was not read");
}

struct Inputs {
    config: String,
    approvals: String,
    baseline: String,
    waivers: String,
}

impl Default for Inputs {
    fn default() -> Self {
        let [config, approvals, baseline, waivers] =
            [CONFIG, APPROVALS, BASELINE, WAIVERS].map(str::to_owned);
        Self { config, approvals, baseline, waivers }
    }
}

fn resolved(inputs: &Inputs, read: bool) -> Vec<Reference> {
    resolved_after(inputs, read, Some(&["old"]))
}

fn resolved_after(inputs: &Inputs, read: bool, gone: Option<&[&str]>) -> Vec<Reference> {
    let config = configured(&inputs.config);
    let snapshot = snapshot(read);
    let known = KnownNames { rules: CATALOGUE, instances: &config.names() };
    let waivers = waivers::parse(inputs.waivers.clone().into_bytes(), "waivers.toml", known);
    let roster = roster();
    resolve(&ReferenceSources {
        config: &config,
        approvals: Some(
            &approvals::parse(
                inputs.approvals.as_bytes(),
                "approvals.csv",
                crate::calendar::Calendar::UTC,
            )
            .unwrap(),
        ),
        baseline: Some(
            &baseline::parse(inputs.baseline.as_bytes(), "baseline.csv", &config.names()).unwrap(),
        ),
        waivers: Some(&waivers.unwrap()),
        lists: &KnownLists::of(&snapshot),
        identities: &Identities::of(&snapshot, read.then_some(&roster)).renamed(config.renamed()),
        today: NaiveDate::from_ymd_opt(2026, 11, 2).unwrap(),
        since: NaiveDate::from_ymd_opt(2026, 9, 1),
        gone,
    })
}

fn configured(text: &str) -> Config {
    check::parse(
        text,
        Path::new("/"),
        "test",
        &Known { rules: &Catalogue::default().words(), ..Known::default() },
    )
    .unwrap()
}

fn roster() -> crate::roster::Roster {
    let source = crate::config::RosterSource {
        path: "roster.csv".into(),
        ..crate::config::RosterSource::default()
    };
    crate::roster::parse(b"email,status\nbob@acme.test,active\n", &source).unwrap()
}

fn snapshot(read: bool) -> Snapshot {
    let at = "2026-11-02T06:00:00Z".parse().unwrap();
    let records = Records {
        users: serde_json::from_str(r#"[{"id": "u1", "legacy_id": 7, "email": "ann@acme.test"}]"#)
            .unwrap(),
        groups: serde_json::from_str(
            r#"[{"id": 1, "name": "Refund makers "}, {"id": 2, "name": "COMPLIANCE"}]"#,
        )
        .unwrap(),
        access_tokens: serde_json::from_str(r#"[{"id": "t1", "label": "terraform"}]"#).unwrap(),
        spaces: serde_json::from_str(r#"[{"id": "o2", "domain": "training.acme.test"}]"#).unwrap(),
        ..Records::default()
    };
    let outcome = if read { ReadOutcome::Ok } else { ReadOutcome::Scope };
    let row = |endpoint: &Endpoint| LedgerRow {
        outcome,
        ..LedgerRow::begin(*endpoint, endpoint.path().to_owned(), at)
    };
    let ledger = Endpoint::ALL.iter().map(row).collect();
    let records = if read { records } else { Records::default() };
    let name = "prod".to_owned();
    let instances = vec![Collected { name, ledger, records, ..Collected::default() }];
    Snapshot {
        collected_at: at,
        finished_at: at,
        collector: String::new(),
        operator: None,
        instances,
    }
}
