//! Every boolean setting in every state, on Retool Cloud and on a self-hosted server: what the
//! rules say.

use crate::config::Known;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::evaluate_rule;
use crate::audit::Verdict;
use crate::config::{Config, check};
use crate::parameters::Parameters;
use crate::rules::CATALOGUE;
use crate::snapshot::earlier::Earlier;
use crate::snapshot::ledger::{Endpoint, LedgerRow, ReadOutcome};
use crate::snapshot::record::{OrganizationSettings, SsoConfig};
use crate::snapshot::{Collected, Records, Snapshot};
use crate::tables::build::trend::PriorCounts;
use crate::tables::build::{EvaluationContext, build};

/// What is said of a boolean field.
const STATES: [(&str, Option<Value>); 4] = [
    ("absent", None),
    ("null", Some(Value::Null)),
    ("false", Some(Value::Bool(false))),
    ("true", Some(Value::Bool(true))),
];

const ADDRESSES: [(&str, &str); 2] =
    [("cloud", "https://acme.retool.com"), ("self-hosted", "https://retool.acme.test")];

/// One setting of the answers, the key that may state it, and the rules that ask for it.
struct Case {
    field: &'static str,
    key: Option<&'static str>,
    rules: &'static [&'static str],
}

#[test]
fn every_switch_of_single_sign_on_in_every_state() {
    let cases = [
        Case {
            field: "disable_email_password_login",
            key: Some("password-login"),
            rules: &["AUT-01", "AUT-02", "AUT-03", "AUT-04"],
        },
        Case { field: "jit_enabled", key: Some("just-in-time"), rules: &["AUT-06", "AUT-07"] },
        Case { field: "saml_sync_group_claims", key: Some("group-sync"), rules: &["AUT-07"] },
        Case { field: "ldap_sync_group_claims", key: Some("group-sync"), rules: &["AUT-07"] },
    ];
    insta::assert_snapshot!(cases.iter().map(draw).collect::<Vec<_>>().join("\n\n"), @"
    disable_email_password_login: AUT-01 AUT-02 AUT-03 AUT-04
      absent cloud       | open open open open | off: pass open open pass | on: fail fail fail fail
      absent self-hosted | open open open open | off: pass open open pass | on: fail fail fail fail
      null   cloud       | open open open open | off: pass open open pass | on: fail fail fail fail
      null   self-hosted | open open open open | off: pass open open pass | on: fail fail fail fail
      false  cloud       | fail fail fail fail | off: open open open open | on: fail fail fail fail
      false  self-hosted | open open open open | off: pass open open pass | on: fail fail fail fail
      true   cloud       | pass open open pass | off: pass open open pass | on: open open open open
      true   self-hosted | pass open open pass | off: pass open open pass | on: open open open open

    jit_enabled: AUT-06 AUT-07
      absent cloud       | open open | off: pass pass | on: fail fail
      absent self-hosted | open open | off: pass pass | on: fail fail
      null   cloud       | open open | off: pass pass | on: fail fail
      null   self-hosted | open open | off: pass pass | on: fail fail
      false  cloud       | pass pass | off: pass pass | on: open open
      false  self-hosted | pass pass | off: pass pass | on: open open
      true   cloud       | fail fail | off: open open | on: fail fail
      true   self-hosted | fail fail | off: open open | on: fail fail

    saml_sync_group_claims: AUT-07
      absent cloud       | open | off: fail | on: pass
      absent self-hosted | open | off: fail | on: pass
      null   cloud       | open | off: fail | on: pass
      null   self-hosted | open | off: fail | on: pass
      false  cloud       | fail | off: fail | on: open
      false  self-hosted | fail | off: fail | on: open
      true   cloud       | pass | off: open | on: pass
      true   self-hosted | pass | off: open | on: pass

    ldap_sync_group_claims: AUT-07
      absent cloud       | open | off: fail | on: pass
      absent self-hosted | open | off: fail | on: pass
      null   cloud       | open | off: fail | on: pass
      null   self-hosted | open | off: fail | on: pass
      false  cloud       | fail | off: fail | on: open
      false  self-hosted | fail | off: fail | on: open
      true   cloud       | pass | off: open | on: pass
      true   self-hosted | pass | off: open | on: pass
    ");
}

#[test]
fn every_switch_of_the_organization_in_every_state() {
    let cases = [
        Case { field: "two_factor_auth_required", key: None, rules: &["AUT-01"] },
        Case { field: "request_access_enabled", key: None, rules: &["AUT-09"] },
        Case { field: "app_owners_permissions_management", key: None, rules: &["PRV-14"] },
        Case { field: "disable_new_login_ip_notification_email", key: None, rules: &["AUT-10"] },
    ];
    insta::assert_snapshot!(cases.iter().map(draw).collect::<Vec<_>>().join("\n\n"), @"
    two_factor_auth_required: AUT-01
      absent cloud       | open
      absent self-hosted | open
      null   cloud       | open
      null   self-hosted | open
      false  cloud       | fail
      false  self-hosted | open
      true   cloud       | pass
      true   self-hosted | pass

    request_access_enabled: AUT-09
      absent cloud       | open
      absent self-hosted | open
      null   cloud       | open
      null   self-hosted | open
      false  cloud       | pass
      false  self-hosted | pass
      true   cloud       | fail
      true   self-hosted | fail

    app_owners_permissions_management: PRV-14
      absent cloud       | open
      absent self-hosted | open
      null   cloud       | open
      null   self-hosted | open
      false  cloud       | pass
      false  self-hosted | pass
      true   cloud       | fail
      true   self-hosted | fail

    disable_new_login_ip_notification_email: AUT-10
      absent cloud       | open
      absent self-hosted | open
      null   cloud       | open
      null   self-hosted | open
      false  cloud       | pass
      false  self-hosted | pass
      true   cloud       | fail
      true   self-hosted | fail
    ");
}

/// A setting that a kind of single sign-on does not have, or has without showing it.
#[test]
fn what_a_kind_does_not_have_is_an_answer() {
    let kinds = ["google", "oidc", "google & oidc", "saml", "google & saml", "new"];
    let line = |kind: &str| {
        let shown = json!({
            "config_type": kind, "jit_enabled": true, "restricted_domain": "acme.test",
            "saml_sync_group_claims": false, "ldap_sync_group_claims": false,
        });
        let silent = json!({"config_type": kind, "disable_email_password_login": true});
        let said = [(&shown, ""), (&silent, ""), (&silent, "just-in-time = \"on\"")];
        let said = said.map(|(sso, stated)| {
            let verdicts = verdicts(sso, &organization(), ADDRESSES[1].1, stated);
            format!("{} {}", verdicts["AUT-06"], verdicts["AUT-07"])
        });
        format!("{kind}: {}", said.join(" | "))
    };
    insta::assert_snapshot!(kinds.map(line).join("\n"), @"
    google: pass fail | open open | open open
    oidc: pass open | open open | open open
    google & oidc: pass open | open open | open open
    saml: pass fail | open open | open open
    google & saml: pass fail | open open | open open
    new: pass open | open open | open open
    ");
}

/// The set-up that every case changes at one place: accounts are made and nothing is mapped.
fn sign_on() -> Value {
    json!({
        "config_type": "saml", "jit_enabled": true, "restricted_domain": "",
        "saml_sync_group_claims": false, "ldap_sync_group_claims": false,
        "disable_email_password_login": true,
    })
}

fn organization() -> Value {
    json!({"two_factor_auth_required": false, "two_factor_auth_type": null})
}

/// A line for each state, place and statement, with what each rule says.
fn draw(case: &Case) -> String {
    let mut res = vec![format!("{}: {}", case.field, case.rules.join(" "))];
    for (state, value) in &STATES {
        for (place, url) in ADDRESSES {
            let mut line = format!("  {state:6} {place:11}");
            for stated in ["", "off", "on"] {
                let Some(config) = statement(case, stated) else { continue };
                let verdicts = of_state(case, value.clone(), (url, &config));
                let words = case.rules.iter().map(|code| verdicts[*code]);
                let word = if stated.is_empty() { String::new() } else { format!("{stated}: ") };
                line += " | ";
                line += &word;
                line += &words.collect::<Vec<_>>().join(" ");
            }
            res.push(line);
        }
    }
    res.join("\n")
}

/// The line of the configuration that states the setting; none where there is no such key.
fn statement(case: &Case, stated: &str) -> Option<String> {
    if stated.is_empty() {
        return Some(String::new());
    }
    case.key.map(|key| format!("{key} = \"{stated}\""))
}

fn of_state(
    case: &Case,
    value: Option<Value>,
    place: (&str, &str),
) -> BTreeMap<&'static str, &'static str> {
    let (mut sso, mut organization) = (sign_on(), organization());
    let of_sso = sso.get(case.field).is_some();
    if !of_sso {
        // Otherwise no second factor is asked for.
        sso["disable_email_password_login"] = Value::Bool(false);
    }
    let object = if of_sso { &mut sso } else { &mut organization };
    let object = object.as_object_mut().expect("an object");
    match value {
        Some(value) => object.insert(case.field.to_owned(), value),
        None => object.remove(case.field),
    };
    verdicts(&sso, &organization, place.0, place.1)
}

/// What each rule says of the instance, by its code.
fn verdicts(
    sso: &Value,
    organization: &Value,
    url: &str,
    stated: &str,
) -> BTreeMap<&'static str, &'static str> {
    let config = config(url, stated);
    let snapshot = snapshot(sso, organization, url);
    let tables = build(&EvaluationContext {
        snapshot: &snapshot,
        config: &config,
        roster: None,
        baseline: None,
        approvals: None,
        earlier: &Earlier::default(),
        former_rosters: &BTreeMap::new(),
        past: &PriorCounts::default(),
        reviews: &crate::review::ReviewHistory::default(),
    });
    let said = |rule: &&'static crate::rules::Rule| {
        let outcome =
            evaluate_rule(rule, &tables, &["prod"], Parameters::of(rule.name, &config.rules));
        let word = match outcome.expect(rule.code).instances[0].verdict {
            Verdict::NotEvaluable => "open",
            verdict => verdict.word(),
        };
        (rule.code, word)
    };
    CATALOGUE.iter().filter(|rule| asks_settings(rule.code)).map(said).collect()
}

fn asks_settings(code: &str) -> bool {
    code.starts_with("AUT-") || code == "PRV-14"
}

fn config(url: &str, stated: &str) -> Config {
    let text = format!(
        "organization = {{ name = \"Acme\", domains = [\"acme.test\"] }}\n\
         [[instance]]\nname = \"prod\"\nurl = \"{url}\"\ntoken-env = \"TOKEN\"\n{stated}\n"
    );
    check::parse(&text, std::path::Path::new("/"), "test", &Known::default())
        .expect("a configuration")
}

fn snapshot(sso: &Value, organization: &Value, url: &str) -> Snapshot {
    let at = "2026-11-02T06:00:00Z".parse().expect("a time");
    let row = |endpoint: &Endpoint| LedgerRow {
        outcome: ReadOutcome::Ok,
        ..LedgerRow::begin(*endpoint, endpoint.path().to_owned(), at)
    };
    let users = json!([
        {"id": "u1", "email": "ann@acme.test", "active": true, "is_admin": true,
         "two_factor_auth_enabled": false},
        {"id": "u2", "email": "bob@acme.test", "active": true, "is_admin": false,
         "two_factor_auth_enabled": false},
    ]);
    let groups = json!([
        {"id": 1, "name": "admin", "members": [{"id": "u1"}]},
        {"id": 2, "name": "All Users",
         "members": [{"id": "u1", "is_group_admin": false}, {"id": "u2", "is_group_admin": false}],
         "universal_app_access": "none", "universal_resource_access": "none",
         "universal_workflow_access": "none", "universal_query_library_access": "none",
         "user_list_access": false, "audit_log_access": false,
         "unpublished_release_access": false, "usage_analytics_access": false,
         "theme_access": false, "account_details_access": false},
    ]);
    let records = Records {
        users: serde_json::from_value(users).expect("users"),
        groups: serde_json::from_value(groups).expect("groups"),
        sso_config: serde_json::from_value::<Option<SsoConfig>>(sso.clone()).expect("one"),
        organization: serde_json::from_value::<Option<OrganizationSettings>>(organization.clone())
            .expect("one"),
        ..Records::default()
    };
    let ledger = Endpoint::ALL.iter().map(row).collect();
    let (name, url) = ("prod".to_owned(), url.to_owned());
    let instances = vec![Collected { name, url, ledger, records, ..Collected::default() }];
    Snapshot {
        collected_at: at,
        finished_at: at,
        collector: "test".to_owned(),
        operator: None,
        instances,
    }
}
