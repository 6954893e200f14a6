//! How an entitlement is taken away: by a request to Retool's API, or by hand.

use serde_json::json;

use crate::review::decision::{Decision, DecisionWord};
use crate::review::line::{EntitlementKind, ReviewLine};

/// How an entitlement is taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// By a request to Retool's API.
    Request(WriteRequest),
    /// By hand: what to do.
    ByHand(String),
}

impl Remedy {
    /// The scope that a token needs for it; none where it is done by hand.
    pub(super) fn scope(&self) -> Option<&'static str> {
        match self {
            Self::Request(it) => Some(it.scope),
            Self::ByHand(_) => None,
        }
    }
}

/// A request that changes something, and what shows whether it may and whether it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteRequest {
    /// The scope that the token needs.
    pub scope: &'static str,
    /// DELETE, PATCH or POST.
    pub method: &'static str,
    /// The path below `/api/v2`.
    pub path: String,
    /// The body, as JSON; empty where there is none.
    pub body: String,
    /// What shows the state, below `/api/v2`.
    pub state: String,
    /// Whether the entitlement is there: an expression of jq over that answer.
    pub held: String,
    /// How Terraform has it; none where its provider does not manage it.
    pub managed: Option<Managed>,
}

/// What Terraform manages of an entitlement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Managed {
    /// The type of the resource.
    pub resource: &'static str,
    /// By what it is imported.
    pub id: String,
    /// What is to be changed in it.
    pub change: String,
}

/// How what was decided about a line is done.
pub(super) fn remedy(line: &ReviewLine, decision: &Decision) -> Remedy {
    if decision.decision == DecisionWord::Change {
        return Remedy::ByHand(format!("change it as decided: {}", decision.reason));
    }
    if ![&line.account_id, &line.entitlement_id].into_iter().all(|it| is_plain(it)) {
        return by_hand("its id is not one that a request can be made of");
    }
    match line.kind {
        EntitlementKind::Account => disable(line),
        EntitlementKind::Administrator if line.entitlement_id.is_empty() => {
            by_hand("the API cannot take the flag away: do it in Retool, in Settings > Users")
        }
        EntitlementKind::Administrator | EntitlementKind::Membership => leave_group(line),
        EntitlementKind::Grant => revoke_grant(line),
        EntitlementKind::Token => {
            by_hand("the API cannot revoke a token: do it in Retool, in Settings > API")
        }
    }
}

fn by_hand(what: &str) -> Remedy {
    Remedy::ByHand(what.to_owned())
}

fn disable(line: &ReviewLine) -> Remedy {
    let id = &line.account_id;
    let operation = json!({"op": "replace", "path": "/active", "value": false});
    Remedy::Request(WriteRequest {
        scope: "Users > Write",
        method: "PATCH",
        path: format!("/users/{id}"),
        body: json!({ "operations": [operation] }).to_string(),
        state: format!("/users/{id}"),
        held: format!(
            ".data | .active and (.email | ascii_downcase) == ({} | ascii_downcase)",
            json!(line.account)
        ),
        managed: Some(Managed {
            resource: "retool_user",
            id: id.clone(),
            change: "active = false".to_owned(),
        }),
    })
}

fn leave_group(line: &ReviewLine) -> Remedy {
    let (id, group) = (&line.account_id, &line.entitlement_id);
    Remedy::Request(WriteRequest {
        scope: "Groups > Write",
        method: "DELETE",
        path: format!("/groups/{group}/members/{id}"),
        body: String::new(),
        state: format!("/groups/{group}"),
        held: format!("any(.data.members[]; .id == {})", json!(id)),
        managed: None,
    })
}

fn revoke_grant(line: &ReviewLine) -> Remedy {
    let id = &line.account_id;
    let Some((kind, object, read_as)) = object(&line.entitlement_id) else {
        return by_hand("the API cannot revoke this kind of grant: do it in Retool");
    };
    let subject = json!({"type": "user", "id": id});
    Remedy::Request(WriteRequest {
        scope: "Permissions > Write",
        method: "POST",
        path: "/permissions/revoke".to_owned(),
        body: json!({"subject": subject, "object": {"type": kind, "id": &object}}).to_string(),
        state: format!("/permissions/accessList/{kind}/{read_as}"),
        held: format!("any(.data.user[]; .subject.id == {} and .sources.direct)", json!(id)),
        managed: Some(Managed {
            resource: "retool_permissions",
            id: format!("user|{id}"),
            change: format!("without the {kind} {object}"),
        }),
    })
}

/// Whether a path may have the id as it is written.
fn is_plain(id: &str) -> bool {
    id.chars().all(|it| it.is_ascii_alphanumeric() || ['_', '-', ' '].contains(&it))
}

/// The kind and the ids of an object whose grants the API revokes, for revoking and for reading:
/// apps, resources and folders of apps.
fn object(entitlement_id: &str) -> Option<(&str, String, &str)> {
    let (kind, id) = entitlement_id.split_once(' ')?;
    match kind {
        "app" | "resource" => Some((kind, id.to_owned(), id)),
        "folder" => {
            let number = id.strip_prefix("app_").unwrap_or(id);
            let is_number = number.chars().all(|it| it.is_ascii_digit());
            is_number.then(|| (kind, format!("app_{number}"), number))
        }
        _ => None,
    }
}
