//! What the roster says of where a person stands, by status and by last day: what every rule says
//! of accounts, tokens and invitations of theirs, also where the two contradict each other.

use crate::config::Known;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{earlier, evaluate_rule, subjects};
use crate::config::{RosterSource, check};
use crate::parameters::Parameters;
use crate::rules::{CATALOGUE, Rule};
use crate::snapshot::ledger::{Endpoint, LedgerRow, ReadOutcome};
use crate::snapshot::{Collected, Records, Snapshot};
use crate::tables::build::trend::PriorCounts;
use crate::tables::build::{EvaluationContext, build};

const AT: &str = "2026-11-02T06:00:00Z";

const HEAD: &str = "id,email,aliases,status,type,last day,title,owner email,start date";

/// People, each with the rows that the roster has of them: status, kind, last day and title.
const PEOPLE: &[&[&str]] = &[
    // Status and day agree.
    &["active,employee,,"],
    &["active,employee,2027-01-31,"],
    &["terminated,employee,2026-10-15,"],
    &["terminated,contractor,2026-10-15,"],
    // They contradict each other.
    &["terminated,employee,2027-01-31,"],
    &["terminated,contractor,2027-01-31,"],
    &["active,employee,2026-10-15,"],
    &["active,contractor,2026-10-15,"],
    &["leave,employee,2026-10-15,"],
    // The status is unknown.
    &[",contractor,2027-01-31,"],
    &[",contractor,2026-10-15,"],
    // Several rows of one person, of which one may hide another.
    &["terminated,contractor,2026-06-30,Clerk", "terminated,contractor,2027-01-31,Clerk"],
    &["terminated,contractor,2027-01-31,Clerk", "terminated,contractor,2026-06-30,Head"],
    &["active,contractor,2026-06-30,Clerk", "future,contractor,,Head"],
    &["active,contractor,,Clerk", "terminated,contractor,2027-01-31,Head"],
];

/// What the rules say that do not say the same of all of them.
#[test]
fn no_rule_passes_by_a_status_and_a_last_day_that_contradict_each_other() {
    let said = judge();
    let told = |person: usize| {
        let words = ["exception", "undetermined"].map(|word| {
            let of = |it: &&(&'static str, BTreeSet<(usize, &str)>)| it.1.contains(&(person, word));
            let rules: Vec<&str> = said.iter().filter(of).map(|it| it.0).collect();
            if rules.is_empty() {
                String::new()
            } else {
                format!("\n  {word}: {}", rules.join(" "))
            }
        });
        format!("{}{}", PEOPLE[person].join(" / "), words.concat())
    };
    let all: Vec<String> = (0..PEOPLE.len()).map(told).collect();
    insta::assert_snapshot!(all.join("\n"), @"
    active,employee,,
    active,employee,2027-01-31,
    terminated,employee,2026-10-15,
      exception: USR-01 USR-02 USR-04 INV-03 TOK-01
      undetermined: USR-03
    terminated,contractor,2026-10-15,
      exception: USR-01 USR-02 USR-04 USR-07 INV-03 TOK-01
      undetermined: USR-03
    terminated,employee,2027-01-31,
      undetermined: USR-01 USR-02 USR-03 USR-04 USR-07 USR-08 INV-03 TOK-01
    terminated,contractor,2027-01-31,
      undetermined: USR-01 USR-02 USR-03 USR-04 USR-07 USR-08 INV-03 TOK-01
    active,employee,2026-10-15,
      exception: USR-02
      undetermined: USR-01 USR-03 USR-04 USR-07 USR-08 INV-03 TOK-01
    active,contractor,2026-10-15,
      exception: USR-02 USR-07
      undetermined: USR-01 USR-03 USR-04 USR-08 INV-03 TOK-01
    leave,employee,2026-10-15,
      exception: USR-02
      undetermined: USR-01 USR-03 USR-04 USR-07 USR-08 INV-03 TOK-01
    ,contractor,2027-01-31,
      undetermined: USR-01 USR-02 USR-03 USR-04 USR-07 USR-08 INV-03 TOK-01
    ,contractor,2026-10-15,
      exception: USR-02 USR-07
      undetermined: USR-01 USR-03 USR-04 USR-08 INV-03 TOK-01
    terminated,contractor,2026-06-30,Clerk / terminated,contractor,2027-01-31,Clerk
      undetermined: USR-01 USR-02 USR-03 USR-04 USR-07 USR-08 INV-03 TOK-01
    terminated,contractor,2027-01-31,Clerk / terminated,contractor,2026-06-30,Head
      undetermined: USR-01 USR-02 USR-03 USR-04 USR-07 USR-08 INV-03 TOK-01
    active,contractor,2026-06-30,Clerk / future,contractor,,Head
      undetermined: USR-01 USR-02 USR-03 USR-04 USR-07 USR-08 INV-03 TOK-01
    active,contractor,,Clerk / terminated,contractor,2027-01-31,Head
    ");
}

/// Each rule with the people, by number, whose things it does not find fine, and with what it says.
fn judge() -> Vec<(&'static str, BTreeSet<(usize, &'static str)>)> {
    let config = "organization = { name = \"Acme\", domains = [\"acme.test\"] }\n\
        [[instance]]\nname = \"prod\"\nurl = \"https://retool.acme.test\"\ntoken-env = \"TOKEN\"\n";
    let config =
        check::parse(config, std::path::Path::new("/"), "test", &Known::default()).unwrap();
    let roster = crate::roster::parse(roster().as_bytes(), &RosterSource::default()).unwrap();
    let (now, then) = (snapshot(true), earlier(&snapshot(false)));
    let tables = build(&EvaluationContext {
        snapshot: &now,
        config: &config,
        roster: Some(&roster),
        baseline: None,
        approvals: None,
        earlier: &then,
        former_rosters: &BTreeMap::new(),
        past: &PriorCounts::default(),
        reviews: &crate::review::ReviewHistory::default(),
    });
    let of = |rule: &'static Rule| {
        let parameters = Parameters::of(rule.name, &config.rules);
        let outcome = evaluate_rule(rule, &tables, &["prod"], parameters).expect(rule.code);
        let parts = [(&outcome.exceptions, "exception"), (&outcome.undetermined, "undetermined")];
        let words = parts.into_iter().flat_map(|(frame, word)| {
            subjects(frame).into_iter().filter_map(move |it| Some((person_of(&it.1)?, word)))
        });
        (rule.code, words.collect())
    };
    let all = CATALOGUE.iter().filter(|it| !it.code.starts_with("EVD-")).map(|it| of(it));
    let same = |it: &BTreeSet<(usize, &str)>| {
        let words = it.iter().map(|it| it.1).collect::<BTreeSet<_>>().len();
        it.len() == words * PEOPLE.len()
    };
    all.filter(|it: &(_, BTreeSet<_>)| !same(&it.1)).collect()
}

/// Whose the account, the token or the invitation is.
fn person_of(subject: &str) -> Option<usize> {
    let person = subject.rsplit_once('-')?.1.parse().ok()?;
    (person < PEOPLE.len()).then_some(person)
}

/// Each person, and a service account that they answer for.
fn roster() -> String {
    let mut lines = vec![HEAD.to_owned()];
    for (at, rows) in PEOPLE.iter().enumerate() {
        let mail = |it: &str| format!("{it}-{at}@acme.test");
        let mails = format!("{},{} {}", mail("on"), mail("off"), mail("invited"));
        lines.extend(rows.iter().map(|row| format!("{at},{mails},{row},,2020-01-01")));
        let (svc, owner) = (mail("service"), mail("on"));
        lines.push(format!("s{at},{svc},,active,service,,,{owner},"));
    }
    lines.join("\n")
}

/// Every person's active account, another that was disabled since, that of the service account, a
/// token and an invitation.
fn snapshot(now: bool) -> Snapshot {
    let user = |what: &str, at: usize, active: bool| {
        json!({
            "id": format!("{what}-{at}"), "legacy_id": format!("{what}-{at}"),
            "email": format!("{what}-{at}@acme.test"), "active": active, "is_admin": false,
            "two_factor_auth_enabled": true, "user_type": "default", "seat_type": "internalUser",
            "created_at": "2025-01-02T06:00:00Z", "last_active": "2026-11-01T06:00:00Z",
        })
    };
    let token = |at: usize| {
        json!({
            "id": format!("token-{at}"), "label": "sync", "owner_legacy_id": format!("on-{at}"),
            "scopes": ["users:read"], "created_at": "2026-10-20T06:00:00Z",
        })
    };
    let invite = |at: usize| {
        json!({
            "id": format!("invite-{at}"), "invited_email": format!("invited-{at}@acme.test"),
            "invited_by": format!("on-{at}"), "claimed_at": null,
            "created_at": "2026-10-30T06:00:00Z", "expires_at": "2026-12-01T06:00:00Z",
            "groups": [],
        })
    };
    let all = || 0..PEOPLE.len();
    let of = |at| [user("on", at, true), user("off", at, !now), user("service", at, true)];
    // Of the first two, the earlier snapshot says otherwise.
    let others = [user("ann", 99, true), user("bob", 99, true)];
    let users: Vec<Value> = others.into_iter().chain(all().flat_map(of)).collect();
    let (tokens, invites): (Vec<Value>, Vec<Value>) =
        all().map(|it| (token(it), invite(it))).unzip();
    let records = Records {
        groups: serde_json::from_value(groups()).unwrap(),
        users: serde_json::from_value(users.into()).unwrap(),
        access_tokens: serde_json::from_value(tokens.into()).unwrap(),
        user_invites: serde_json::from_value(invites.into()).unwrap(),
        ..Records::default()
    };
    let at = AT.parse().unwrap();
    let row = |endpoint: &Endpoint| LedgerRow {
        outcome: ReadOutcome::Ok,
        ..LedgerRow::begin(*endpoint, endpoint.path().to_owned(), at)
    };
    let ledger = Endpoint::ALL.iter().map(row).collect();
    let (name, url) = ("prod".to_owned(), "https://retool.acme.test".to_owned());
    let instances = vec![Collected { name, url, ledger, records, ..Collected::default() }];
    Snapshot {
        collected_at: at,
        finished_at: at,
        collector: "test".to_owned(),
        operator: None,
        instances,
    }
}

/// Groups that grant no rights.
fn groups() -> Value {
    let group = |(id, name): (usize, &str)| {
        json!({
            "id": id, "name": name, "members": [], "universal_app_access": "none",
            "universal_resource_access": "none", "universal_workflow_access": "none",
            "universal_query_library_access": "none",
        })
    };
    [(1, "admin"), (2, "All Users"), (3, "Makers"), (4, "Checks")].into_iter().map(group).collect()
}
