//! Every field of a server's answers in every reading that it may have: what the rules say without
//! it is what they say in all of them, or nothing.

use crate::config::Known;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{earlier, evaluate_rule, subjects};
use crate::catalogue::Catalogue;
use crate::config::{RosterSource, check};
use crate::parameters::Parameters;
use crate::rules::CATALOGUE;
use crate::snapshot::ledger::{Endpoint, LedgerRow, ReadOutcome};
use crate::snapshot::seal::SealKey;
use crate::snapshot::{Collected, Records, Snapshot};
use crate::tables::build::trend::PriorCounts;
use crate::tables::build::{EvaluationContext, build};

const AT: &str = "2026-11-02T06:00:00Z";

/// What a rule says of a subject; none where it is fine or not in the rule's population.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Said {
    Exception,
    Undetermined,
}

/// What the rules say: by rule, instance and subject.
type Answers = BTreeMap<(&'static str, String, String), Said>;

/// A field, the values that it may have, and how a server leaves it open.
struct Field {
    pointer: String,
    readings: Vec<Value>,
    open: Vec<Option<Value>>,
    /// Whether these are all readings.
    all: bool,
}

#[test]
fn a_field_that_is_not_known_is_read_in_every_way() {
    let fields = fields();
    let forms = |it: &Field| {
        let readings = it.readings.iter().cloned().map(Some);
        let forms = readings.chain(it.open.iter().cloned());
        forms.map(|value| with(company(), &it.pointer, value)).collect::<Vec<_>>()
    };
    let companies: Vec<Value> = fields.iter().flat_map(forms).collect();
    let mut answers = judge(&companies).into_iter();
    let mut wrong = Vec::new();
    for it in &fields {
        let readings: Vec<Answers> = answers.by_ref().take(it.readings.len()).collect();
        for open in &it.open {
            let said = answers.next().expect("an answer for each form");
            wrong.extend(contradictions(it, open.as_ref(), &readings, &said));
        }
    }
    assert!(fields.len() > 80, "{} fields", fields.len());
    assert!(wrong.is_empty(), "{} contradictions:\n{}", wrong.len(), wrong.join("\n"));
}

/// Where an open field is answered otherwise than all its readings together are.
fn contradictions(
    field: &Field,
    open: Option<&Value>,
    readings: &[Answers],
    said: &Answers,
) -> Vec<String> {
    let mut res = Vec::new();
    let keys: BTreeSet<_> = readings.iter().chain([said]).flat_map(BTreeMap::keys).collect();
    for key in keys {
        let all: Vec<Option<Said>> =
            readings.iter().map(|reading| reading.get(key).copied()).collect();
        let agreed = all.iter().all(|it| *it == all[0]);
        let said = said.get(key).copied();
        let open_is_right = !(agreed && field.all);
        let right = agreed && said == all[0] || open_is_right && said == Some(Said::Undetermined);
        if !right {
            let how = open.map_or("absent".to_owned(), Value::to_string);
            res.push(format!("{} {how}: {key:?} is {said:?} of {all:?}", field.pointer));
        }
    }
    res
}

/// The company with another value in one place, or none.
fn with(mut company: Value, pointer: &str, value: Option<Value>) -> Value {
    let (object, key) = pointer.rsplit_once('/').expect("a path");
    let object = company.pointer_mut(object).and_then(Value::as_object_mut).expect("an object");
    match value {
        Some(value) => object.insert(key.to_owned(), value),
        None => object.remove(key),
    };
    company
}

/// The fields of the company of which the readings are known.
fn fields() -> Vec<Field> {
    let mut res = Vec::new();
    collect(&company(), "", &mut res);
    res
}

fn collect(value: &Value, pointer: &str, res: &mut Vec<Field>) {
    let key = pointer.rsplit('/').next().unwrap_or_default();
    res.extend(field(value, key, pointer));
    match value {
        Value::Object(it) => {
            it.iter().for_each(|(key, it)| collect(it, &format!("{pointer}/{key}"), res));
        }
        Value::Array(it) => {
            let items = it.iter().enumerate();
            items.for_each(|(at, it)| collect(it, &format!("{pointer}/{at}"), res));
        }
        _ => {}
    }
}

fn field(value: &Value, key: &str, pointer: &str) -> Option<Field> {
    let words = |them: &[&str]| them.iter().map(|it| json!(it)).collect::<Vec<_>>();
    let unknown = vec![None, Some(Value::Null)];
    let (readings, open, all) = match key {
        "universal_query_library_access" => (words(&["none", "use", "edit"]), unknown, true),
        it if it.starts_with("universal_") => {
            (words(&["none", "use", "edit", "own"]), unknown, true)
        }
        // Of All Users and of admin, only who is in them.
        "members" if ["/groups/0/members", "/groups/1/members"].contains(&pointer) => {
            (members(&[None, Some(false)]), unknown, false)
        }
        "members" => (members(&[None, Some(false), Some(true)]), unknown, true),
        "user_type" => (words(&["default", "mobile", "embed"]), unknown, true),
        "seat_type" => {
            let mut seats = words(&["builder", "internalUser", "externalUser"]);
            seats.push(Value::Null);
            (seats, vec![None], true)
        }
        "last_active" => {
            let mut times =
                words(&["2026-01-02T06:00:00Z", "2026-10-01T06:00:00Z", "2026-11-01T06:00:00Z"]);
            times.push(Value::Null);
            (times, vec![None], false)
        }
        "created_at" => (words(&["2025-01-02T06:00:00Z", "2026-10-30T06:00:00Z"]), unknown, false),
        "claimed_at" => (vec![Value::Null, json!("2026-10-03T06:00:00Z")], vec![None], true),
        "expires_at" => (words(&["2026-10-08T06:00:00Z", "2026-12-01T06:00:00Z"]), unknown, false),
        "scopes" => (vec![json!([]), json!(["users:read"]), json!(["users:write"])], unknown, true),
        "status" => (words(&["PENDING", "APPROVED", "REJECTED"]), unknown, true),
        "two_factor_auth_type" => (words(&["otp", "fido2"]), vec![None], false),
        "config_type" => {
            (words(&["google", "oidc", "saml", "google & oidc", "google & saml"]), unknown, false)
        }
        "organization_scopes" => (vec![json!([]), json!(["billing:manage"])], unknown, true),
        _ if value.is_boolean() => (vec![json!(true), json!(false)], unknown, true),
        _ => return None,
    };
    Some(Field { pointer: pointer.to_owned(), readings, open, all })
}

/// Every way in which the accounts may be in a group, each as one of `ways`: not, as a member, or
/// as one who administers it.
fn members(ways: &[Option<bool>]) -> Vec<Value> {
    let mut res = vec![Vec::new()];
    for id in ["u1", "u2", "u3"] {
        let with = |them: Vec<Value>| {
            let add = |way: Option<bool>| {
                let member = way.map(|it| json!({"id": id, "is_group_admin": it}));
                them.iter().cloned().chain(member).collect::<Vec<_>>()
            };
            ways.iter().copied().map(add).collect::<Vec<_>>()
        };
        res = res.into_iter().flat_map(with).collect();
    }
    res.into_iter().map(Value::Array).collect()
}

fn group(id: u8, name: &str, members: &[&str], level: &str) -> Value {
    let members: Vec<Value> =
        members.iter().map(|member| json!({"id": member, "is_group_admin": false})).collect();
    json!({
        "id": id, "name": name, "members": members,
        "universal_app_access": level, "universal_resource_access": "none",
        "universal_workflow_access": "none", "universal_query_library_access": "none",
        "user_list_access": false, "audit_log_access": false,
        "unpublished_release_access": false, "usage_analytics_access": false,
        "theme_access": false, "account_details_access": false,
        "created_at": "2025-01-01T06:00:00Z",
    })
}

fn user(id: &str, name: &str) -> Value {
    json!({
        "id": id, "legacy_id": id, "email": format!("{name}@acme.test"), "active": true,
        "is_admin": id == "u1", "two_factor_auth_enabled": false, "user_type": "default",
        "seat_type": "internalUser", "created_at": "2025-01-02T06:00:00Z",
        "last_active": "2026-10-01T06:00:00Z",
    })
}

/// Three accounts: an administrator's, a leaver's, and one of a person who makes payments.
fn company() -> Value {
    json!({
        "users": [user("u1", "ann"), user("u2", "bob"), user("u3", "cat")],
        "groups": [
            group(1, "admin", &["u1"], "own"),
            group(2, "All Users", &["u1", "u2", "u3"], "none"),
            group(3, "Makers", &["u3"], "use"),
            group(4, "Checks", &["u1"], "edit"),
        ],
        "organization": {
            "two_factor_auth_required": false, "request_access_enabled": true,
            "app_owners_permissions_management": true,
            "disable_new_login_ip_notification_email": true, "two_factor_auth_type": "otp",
        },
        "sso-config": {
            "config_type": "saml", "jit_enabled": true, "restricted_domain": "",
            "saml_sync_group_claims": false, "disable_email_password_login": false,
        },
        "roles": [{"id": "r1", "name": "Keeper", "organization_scopes": ["billing:manage"]}],
        "role-grants": [{"id": "g1", "role_id": "r1", "subject_type": "group", "subject_id": 3}],
        "user-invites": [{
            "id": 1, "invited_email": "dan@other.test", "invited_by": "u2", "claimed_at": null,
            "created_at": "2026-10-01T06:00:00Z", "expires_at": "2026-12-01T06:00:00Z",
            "groups": [{"id": 4, "name": "Checks"}],
        }],
        "access-tokens": [{
            "id": "t1", "label": "sync", "description": "", "owner_legacy_id": "u2",
            "scopes": ["users:write"], "created_at": "2025-01-01T06:00:00Z",
        }],
        "access-requests": [{
            "id": 1, "status": "PENDING", "requesting_email": "dan@other.test",
            "created_at": "2026-10-01T06:00:00Z",
        }],
    })
}

/// What the rules say of each company. All are judged at once, each with instances and people of
/// its own, because most of the cost is there for one as for hundreds.
fn judge(companies: &[Value]) -> Vec<Answers> {
    let n = companies.len();
    let config = check::parse(
        &config(n),
        std::path::Path::new("/"),
        "test",
        &Known { rules: &Catalogue::default().words(), ..Known::default() },
    )
    .expect("a configuration");
    let roster = roster(n);
    let roster = crate::roster::parse(roster.as_bytes(), &RosterSource::default());
    let now = snapshot(companies);
    let then = earlier(&snapshot(&vec![company(); n]));
    let tables = build(&EvaluationContext {
        snapshot: &now,
        config: &config,
        roster: Some(&roster.expect("a roster")),
        baseline: None,
        approvals: None,
        earlier: &then,
        former_rosters: &BTreeMap::new(),
        past: &PriorCounts::default(),
        reviews: &crate::review::ReviewHistory::default(),
    });
    let names: Vec<&str> = now.instances.iter().map(|instance| instance.name.as_str()).collect();
    let mut res = vec![Answers::new(); n];
    for rule in CATALOGUE.iter().filter(|it| !it.is_about_evidence()) {
        let parameters = Parameters::of(rule.name, &config.rules);
        let outcome = evaluate_rule(rule, &tables, &names, parameters).expect(rule.code);
        for (frame, said) in
            [(&outcome.exceptions, Said::Exception), (&outcome.undetermined, Said::Undetermined)]
        {
            for (instance, subject) in subjects(frame) {
                let (kind, at) = instance.split_once('-').expect("a kind and a number");
                let at: usize = at.parse().expect("a number");
                let subject = subject.replace(&instance, kind);
                res[at].insert((rule.code, kind.to_owned(), subject), said);
            }
        }
    }
    res
}

fn config(n: usize) -> String {
    let domains: Vec<String> = (0..n).map(|at| format!("\"c{at}.test\"")).collect();
    let head = format!(
        "organization = {{ name = \"Acme\", domains = [{}] }}\n\
         [rules]\nsegregation-of-duties.pairs = [[\"Makers\", \"Checks\"]]\n",
        domains.join(", ")
    );
    let block = |kind: &str, at: usize| {
        format!(
            "[[instance]]\nname = \"{kind}-{at}\"\nurl = \"https://{kind}{at}.retool.com\"\n\
             token-env = \"TOKEN\"\napproved-admins = [\"ann@c{at}.test\"]\n\
             approved-tokens = []\napproved-delegates = []\naudit-groups = []\n\
             group-owners = {{ Makers = [\"ann@c{at}.test\"] }}\n"
        )
    };
    let blocks = (0..n).flat_map(|at| ["prod", "lab"].map(|kind| block(kind, at)));
    std::iter::once(head).chain(blocks).collect()
}

fn roster(n: usize) -> String {
    let people = (0..n).flat_map(|at| {
        [
            format!("1-{at},ann@c{at}.test,active,"),
            format!("2-{at},bob@c{at}.test,terminated,2026-10-01"),
            format!("3-{at},cat@c{at}.test,active,"),
        ]
    });
    let head = "id,email,status,end date".to_owned();
    std::iter::once(head).chain(people).collect::<Vec<_>>().join("\n")
}

/// Each company as two instances: one as it is, and a second where two of its people have accounts.
fn snapshot(companies: &[Value]) -> Snapshot {
    let at = AT.parse().expect("a time");
    let row = |endpoint: &Endpoint| LedgerRow {
        outcome: ReadOutcome::Ok,
        ..LedgerRow::begin(*endpoint, endpoint.path().to_owned(), at)
    };
    let collected = |name: String, url: String, company: &Value, n: usize| {
        let text = company.to_string().replace("acme.test", &format!("c{n}.test"));
        let company: Value = serde_json::from_str(&text).expect("a company");
        let part = |key: &str| company[key].clone();
        let mut records = Records {
            users: serde_json::from_value(part("users")).expect("users"),
            groups: serde_json::from_value(part("groups")).expect("groups"),
            organization: serde_json::from_value(part("organization")).expect("one"),
            sso_config: serde_json::from_value(part("sso-config")).expect("one"),
            roles: serde_json::from_value(part("roles")).expect("roles"),
            role_grants: serde_json::from_value(part("role-grants")).expect("grants"),
            user_invites: serde_json::from_value(part("user-invites")).expect("invitations"),
            access_tokens: serde_json::from_value(part("access-tokens")).expect("tokens"),
            access_requests: serde_json::from_value(part("access-requests")).expect("requests"),
            ..Records::default()
        };
        records.seal(Some(&SealKey::new([1; 32])));
        let ledger = Endpoint::ALL.iter().map(row).collect();
        Collected { name, url, ledger, records, ..Collected::default() }
    };
    let lab = with(company(), "/users", Some(json!([user("u7", "bob"), user("u8", "cat")])));
    let both = |(n, it): (usize, &Value)| {
        [("prod", it), ("lab", &lab)].map(|(kind, it)| {
            collected(format!("{kind}-{n}"), format!("https://{kind}{n}.retool.com"), it, n)
        })
    };
    let instances = companies.iter().enumerate().flat_map(both).collect();
    Snapshot {
        collected_at: at,
        finished_at: at,
        collector: "test".to_owned(),
        operator: None,
        instances,
    }
}
