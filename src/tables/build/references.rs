//! What invitations and tokens name, and whether the instance has it.
//!
//! Members of groups have a table of their own. A list that was not read may name anything: it
//! leaves a row that is unknown.

use super::InstanceContext;
use super::access::GroupStandings;
use super::index::Referent;
use crate::snapshot::ledger::Endpoint;
use crate::tables::dictionary::reference;

/// Adds the references of one instance.
pub(super) fn add(
    rows: &mut reference::Rows,
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
) {
    add_unread(rows, here, standings);
    add_inviters(rows, here, standings);
    add_invited_groups(rows, here, standings);
    add_token_owners(rows, here, standings);
}

/// One row: an id, what to call it, what it names, and whether that is there.
struct NamedRow<'a> {
    id: String,
    label: String,
    target: Option<&'a str>,
    resolved: Option<bool>,
}

fn push(rows: &mut reference::Rows, here: &InstanceContext<'_>, it: NamedRow<'_>) {
    rows.push(reference::Row {
        instance: here.name().into(),
        reference_id: it.id.into(),
        label: it.label.into(),
        target: it.target.map(Into::into),
        resolved: it.resolved,
    });
}

fn add_unread(
    rows: &mut reference::Rows,
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
) {
    for endpoint in [Endpoint::UserInvites, Endpoint::AccessTokens] {
        if !here.has(endpoint) {
            let label = format!("what {} would name", endpoint.name());
            let id = endpoint.name().to_owned();
            push(rows, here, NamedRow { id, label, target: None, resolved: None });
        }
    }
    for it in &standings.groups {
        if it.record.members.is_none() && !it.everyone {
            let (id, label) = (format!("members {}", it.record.id.0), it.name);
            let label = format!("the members of {label}, which the server left out");
            push(rows, here, NamedRow { id, label, target: None, resolved: None });
        }
    }
}

fn add_inviters(
    rows: &mut reference::Rows,
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
) {
    for it in &here.collected.records.user_invites {
        let target = it.invited_by.as_deref();
        let invited = it.invited_email.as_deref().unwrap_or(&it.id.0);
        let resolved = target.map(|it| standings.index.named(it) != Referent::Unmatched);
        let id = format!("inviter {}", it.id.0);
        let label = format!("the inviter of {invited}");
        push(rows, here, NamedRow { id, label, target, resolved });
    }
}

fn add_invited_groups(
    rows: &mut reference::Rows,
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
) {
    for invite in &here.collected.records.user_invites {
        let invited = invite.invited_email.as_deref().unwrap_or(&invite.id.0);
        if invite.groups.is_none() {
            let id = format!("groups {}", invite.id.0);
            let label =
                format!("the groups of the invitation of {invited}, which the server left out");
            push(rows, here, NamedRow { id, label, target: None, resolved: None });
        }
        for (at, it) in invite.groups.iter().flatten().enumerate() {
            let group = it.id.as_ref().map(|id| id.0.as_str());
            let target = group.or(it.name.as_deref());
            let known = standings.group(group, it.name.as_deref()).is_some();
            let resolved = target.map(|_| known);
            let id = format!("group {} {}", invite.id.0, target.unwrap_or(&at.to_string()));
            let label = format!("a group of the invitation of {invited}");
            push(rows, here, NamedRow { id, label, target, resolved });
        }
    }
}

fn add_token_owners(
    rows: &mut reference::Rows,
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
) {
    for it in &here.collected.records.access_tokens {
        let target = it.owner_legacy_id.as_ref().map(|owner_legacy_id| owner_legacy_id.0.as_str());
        let has = |id: &str| standings.index.by_older_id(id) != Referent::Unmatched;
        let label = it.label.as_deref().unwrap_or(&it.id.0);
        let (id, label) = (format!("owner {}", it.id.0), format!("the owner of the token {label}"));
        push(rows, here, NamedRow { id, label, target, resolved: target.map(has) });
    }
}
