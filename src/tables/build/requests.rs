//! Requests for access, each with whoever decided it.

use super::InstanceContext;
use super::access::GroupStandings;
use super::index::Referent;
use super::users::stated_id;
use crate::address;
use crate::roster::Match;
use crate::snapshot::record::AccessRequest;
use crate::tables::dictionary::request;

/// Adds the requests of one instance.
pub(super) fn add(
    rows: &mut request::Rows,
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
) {
    for record in &here.collected.records.access_requests {
        let id = record.id.0.as_str();
        let (decided_by, decider) = decider(here, record, standings);
        rows.push(request::Row {
            instance: here.name().into(),
            request_id: id.into(),
            status: record.status.as_deref().map(Into::into),
            requesting_email: record.requesting_email.as_deref().map(Into::into),
            decided_by: decided_by.map(Into::into),
            created_at: record.created_at,
            updated_at: record.updated_at,
            days_since_created: record.created_at.map(|created_at| here.days_since(created_at)),
            age: here.age(record.created_at),
            label: record.requesting_email.as_deref().unwrap_or(id).into(),
            decider: decider.into(),
        });
    }
}

/// What to call whoever decided, and who it is.
fn decider<'a>(
    here: &InstanceContext<'a>,
    record: &'a AccessRequest,
    standings: &GroupStandings<'_>,
) -> (Option<&'a str>, &'static str) {
    let Some(id) = stated_id(&record.updated_by_id) else { return (None, "unknown") };
    if id.is_empty() {
        return (Some(""), "none");
    }
    let at = match standings.index.named(id) {
        Referent::One(at) => at,
        Referent::Unmatched => return (Some(id), "missing"),
        Referent::Several(_) => return (Some(id), "unknown"),
    };
    let account = &here.collected.records.users[at];
    let address = account.email.as_deref();
    let same = address.zip(record.requesting_email.as_deref()).map(|it| same(here, it.0, it.1));
    let who = match same {
        Some(true) => "requester",
        Some(false) => "another",
        None => "unknown",
    };
    (Some(address.unwrap_or(id)), who)
}

/// Whether two addresses are one, or one person's in the roster.
fn same(here: &InstanceContext<'_>, one: &str, other: &str) -> bool {
    let person = |it| match here.match_of(Some(it)) {
        Some(Match::One(person)) => Some(person.number),
        _ => None,
    };
    address::normal(one) == address::normal(other)
        || person(one).is_some_and(|it| person(other) == Some(it))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{GROUPS, USERS, config, draw_of, records, snapshot};
    use crate::tables::Table;

    #[test]
    fn requests_know_who_decided_them() {
        let mut records = records(USERS, GROUPS);
        records.access_requests = serde_json::from_str(
            r#"[
                {"id": 1, "status": "PENDING", "requesting_email": "New@acme.test", "updated_by_id": null, "created_at": "2026-10-20T06:00:00Z"},
                {"id": 2, "status": "APPROVED", "requesting_email": "Bob@acme.test", "updated_by_id": "u1"},
                {"id": 3, "status": "APPROVED", "requesting_email": "Ann@ACME.test", "updated_by_id": "u1"},
                {"id": 4, "status": "APPROVED", "requesting_email": "ann.private@home.test", "updated_by_id": "u1"},
                {"id": 5, "status": "APPROVED", "requesting_email": "bob@acme.test", "updated_by_id": "gone"},
                {"id": 6, "status": "APPROVED", "requesting_email": "bob@acme.test"},
                {"id": 7, "status": "APPROVED", "updated_by_id": "u1"}
            ]"#,
        )
        .unwrap();
        let roster = "email,aliases,status\nann@acme.test,ann.private@home.test,active\n";
        let names =
            ["request_id", "label", "status", "days_since_created", "decided_by", "decider"];
        let config = (&config(), Some(roster), None);
        insta::assert_snapshot!(draw_of(&snapshot(records), config, Table::AccessRequests, &names), @"
        1 | New@acme.test | PENDING | 13 | - | none
        2 | Bob@acme.test | APPROVED | unknown | ann@acme.test | another
        3 | Ann@ACME.test | APPROVED | unknown | ann@acme.test | requester
        4 | ann.private@home.test | APPROVED | unknown | ann@acme.test | requester
        5 | bob@acme.test | APPROVED | unknown | gone | missing
        6 | bob@acme.test | APPROVED | unknown | unknown | unknown
        7 | 7 | APPROVED | unknown | ann@acme.test | unknown
        ");
    }
}
