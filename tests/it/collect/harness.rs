//! What the tests of collecting share: folders of answers, runs and texts for snapshots.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use retool_audit::collect::{CollectionContext, CollectionLimits, collect};
use retool_audit::config::stated::{Deployment, Statements};
use retool_audit::config::{Instance, LicenseModel, Mode, SecretSource};
use retool_audit::retool::pace::Patience;
use retool_audit::snapshot::Snapshot;
use retool_audit::snapshot::ledger::Endpoint;
use retool_audit::stand_in::{ScriptedAnswer, ScriptedRequest, StandIn};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(super) const TOKEN: &str = "retool_canary_token";

/// A folder with answers, and the token that gets them.
pub(super) struct Home(TempDir);

impl Home {
    pub(super) fn new() -> Self {
        let res = Self(TempDir::new().expect("room"));
        fs::write(res.path("token"), TOKEN).expect("room");
        res
    }

    pub(super) fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    pub(super) fn put(&self, below: &str, value: &Value) {
        let path = self.path("answers").join(below);
        fs::create_dir_all(path.parent().expect("a folder")).expect("room");
        fs::write(path, value.to_string()).expect("room");
    }

    /// An instance of so many people, with a secret wherever Retool sends one.
    pub(super) fn instance(&self, name: &str, people: usize) -> &Self {
        let people: Vec<_> = (0..people).map(person).collect();
        let put = |file: &str, value: &Value| self.put(&format!("{name}/{file}.json"), value);
        put("users", &Value::Array(people));
        put(
            "groups",
            &json!([
                {"id": 1, "name": "admin", "members": [
                    {"id": "user_0", "email": "p0@acme.example", "is_group_admin": false}
                ]},
                {"id": 2, "name": "All Users", "members": []},
            ]),
        );
        put(
            "organization",
            &json!({"id": "org_1", "two_factor_auth_required": true,
                "preloaded_javascript": "canary"}),
        );
        put(
            "sso-config",
            &json!({"config_type": "oidc", "oidc_client_secret": "canary",
                "jit_enabled": true, "roles_mapping": null}),
        );
        put(
            "user-invites",
            &json!([{"id": 1, "invited_email": "new@acme.example",
                "invite_link": "https://x.example/canary", "claimed_at": null}]),
        );
        put(
            "access-tokens",
            &json!([{"id": "t1", "label": "audit", "last4": "1234", "secret": "canary",
                "scopes": ["users:read"]}]),
        );
        put(
            "access-requests",
            &json!([{"id": 9, "status": "PENDING", "requesting_email": "x@acme.example",
                "link": "canary"}]),
        );
        put("spaces", &json!([{"id": "org_2", "name": "Lab", "domain": "", "key": "canary"}]));
        put("roles", &json!([{"id": "r1", "name": "Billing", "organization_scopes": ["billing"]}]));
        put(
            "role-grants",
            &json!([{"role_id": "r1", "subject_type": "group", "subject_id": 1,
                "object_id": null, "secret": "canary"}]),
        );
        put(
            "usage-user-summary",
            &json!([{"org_id": "org_1", "user_id": "user_0", "count_app_saves": "3",
                "token": "canary"}]),
        );
        self
    }

    pub(super) async fn serve(&self) -> StandIn {
        StandIn::start(&self.path("answers"), TimeDelta::zero()).await.expect("a port")
    }

    pub(super) fn at(&self, server: &StandIn, name: &str) -> Instance {
        Instance {
            formerly: std::collections::BTreeSet::new(),
            name: name.into(),
            url: server.url_of(name),
            token: SecretSource::File(self.path("token")),
            approved_admins: None,
            approved_tokens: None,
            approved_delegates: None,
            audit_groups: None,
            group_owners: None,
            requests_per_minute: 0,
            mode: Mode::Paged,
            collect_permissions: false,
            license_model: LicenseModel::Activity,
            owner: None,
            seats: None,
            ca_file: None,
            deployment: Deployment::SelfHosted,
            stated: Statements::default(),
        }
    }
}

pub(super) fn person(i: usize) -> Value {
    json!({
        "id": format!("user_{i}"), "legacy_id": i, "email": format!("p{i}@acme.example"),
        "active": true,
        "created_at": "2025-01-02T03:04:05.678Z", "last_active": null,
        "metadata": {"note": "canary"},
    })
}

pub(super) fn list(records: &[Value]) -> ScriptedAnswer {
    ScriptedAnswer::json(200, json!({"success": true, "data": records}).to_string())
}

pub(super) async fn run(instances: &[Instance]) -> Snapshot {
    collect(instances, &context()).await
}

pub(super) fn context() -> CollectionContext<'static> {
    CollectionContext {
        collector: "retool-audit test",
        operator: None,
        began: "2026-11-21T16:00:00Z".parse().expect("a time"),
        now: &|| "2026-11-21T16:00:00Z".parse::<DateTime<Utc>>().expect("a time"),
        progress: &|_| {},
        addresses: BTreeMap::new(),
        required: &[],
        bounds: bounds(),
        key: None,
    }
}

/// As in earnest, but with pauses too short to notice.
pub(super) fn bounds() -> CollectionLimits {
    let usual = CollectionLimits::default();
    let patience = Patience { pause: Duration::from_millis(1), ..usual.patience };
    CollectionLimits { patience, ..usual }
}

/// One endpoint's ledger row, where every request of the instance is answered by a script.
pub(super) async fn row_of(
    endpoint: Endpoint,
    script: impl Fn(&ScriptedRequest) -> ScriptedAnswer + Send + Sync + 'static,
) -> String {
    let server = StandIn::scripted(script).await.expect("a port");
    let snapshot = run(&[Home::new().at(&server, "any")]).await;
    let row = snapshot.instances[0].row(endpoint).expect("a row");
    let status = row.status.map_or("-".into(), |it| it.to_string());
    format!("{status} {} retries {} {}", row.outcome.word(), row.retries, row.reason)
        .trim()
        .to_owned()
}

pub(super) fn draw(snapshot: &Snapshot) -> String {
    let mut res = Vec::new();
    for it in &snapshot.instances {
        res.push(format!("{} {}", it.name, it.state().word()));
        for it in &it.ledger {
            let or = |it: Option<u64>| it.map_or("-".into(), |it| it.to_string());
            res.push(format!(
                "  {:18} {:14} pages {}  received {}  distinct {}  stated {}  kept {}  status {}",
                it.endpoint.name(),
                it.word(),
                it.pages,
                it.rows_received,
                it.distinct_ids,
                or(it.total_count),
                it.rows_kept,
                or(it.status.map(u64::from)),
            ));
            if !it.reason.is_empty() {
                res.push(format!("  {:18} {}", "", it.reason));
            }
        }
    }
    res.join("\n")
}

pub(super) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut res = Vec::new();
    for it in fs::read_dir(dir).expect("a folder") {
        let path = it.expect("an entry").path();
        if path.is_dir() { res.extend(files(&path)) } else { res.push(path) }
    }
    res.sort();
    res
}
