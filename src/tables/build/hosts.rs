//! Which hosts the instances speak of, and whether the configuration has an instance for each.
//!
//! A Space is an instance of its own: what is in it, only a token of its own shows.

use std::collections::BTreeSet;

use super::InstanceContext;
use crate::names::host_of;
use crate::snapshot::ledger::Endpoint;
use crate::tables::dictionary::host;

/// The address that serves every organization of Retool Cloud: the token decides which.
const CLOUD: &str = "api.retool.com";

/// Adds the hosts that one instance speaks of, its own first.
pub(super) fn add(rows: &mut host::Rows, here: &InstanceContext<'_>) {
    let own =
        NamedHost { id: "own", name: here.name(), organization: own_id(here), host: own(here) };
    push(rows, here, &own, Some(true));
    if here.has(Endpoint::Spaces) {
        add_spaces(rows, here);
    } else {
        let (id, name) = ("spaces", "what spaces would name");
        push(rows, here, &NamedHost { id, name, organization: None, host: None }, None);
    }
    add_usage(rows, here);
}

/// The host of the instance as the configuration has it: an import has no other.
fn own(here: &InstanceContext<'_>) -> Option<String> {
    let url = here.instance.map_or(&here.collected.url, |it| &it.url);
    url.contains("://").then(|| host_of(url))
}

fn own_id<'a>(here: &InstanceContext<'a>) -> Option<&'a str> {
    here.collected.records.organization.as_ref()?.id.as_ref().map(|id| id.0.as_str())
}

/// An organization as something names it.
struct NamedHost<'a> {
    id: &'a str,
    name: &'a str,
    /// Retool's id of the organization.
    organization: Option<&'a str>,
    host: Option<String>,
}

fn add_spaces(rows: &mut host::Rows, here: &InstanceContext<'_>) {
    for it in &here.collected.records.spaces {
        let id = it.id.0.as_str();
        let host = it.domain.as_deref().filter(|domain| !domain.is_empty()).map(host_of);
        let name = it.name.as_deref().unwrap_or(id);
        let named = NamedHost { id, name, organization: Some(id), host };
        push(rows, here, &named, configured(here, &named));
    }
}

/// Organizations that usage speaks of, besides the instance and its Spaces.
fn add_usage(rows: &mut host::Rows, here: &InstanceContext<'_>) {
    let records = &here.collected.records;
    let listed = records.usage_organizations.iter().map(|usage_organization| {
        (Some(&usage_organization.org_id), usage_organization.host.as_deref())
    });
    let users = records.usage_user_summary.iter();
    let spoken_of = users.map(|user| (user.org_id.as_ref(), user.host.as_deref()));
    let mut known: Vec<String> = own(here).into_iter().collect();
    known.extend(records.spaces.iter().filter_map(|space| space.domain.as_deref()).map(host_of));
    let spaces: BTreeSet<&str> = records.spaces.iter().map(|space| space.id.0.as_str()).collect();
    let mut nameless = BTreeSet::new();
    for (organization, host) in listed.chain(spoken_of) {
        let organization = organization.map(|it| it.0.as_str());
        let host = host.filter(|it| !it.trim().is_empty()).map(host_of);
        let is_space = organization.is_some_and(|it| spaces.contains(it));
        if is_space || (organization.is_some() && organization == own_id(here)) {
            continue;
        }
        let is_known = match (&host, organization) {
            (Some(host), _) => known.contains(host),
            (None, Some(id)) => !nameless.insert(id),
            (None, None) => true,
        };
        if is_known {
            continue;
        }
        known.extend(host.clone());
        let name = host.as_deref().or(organization).unwrap_or_default();
        let id = format!("usage {name}");
        let named = NamedHost { id: &id, name, organization, host: host.clone() };
        push(rows, here, &named, configured(here, &named));
    }
}

fn push(
    rows: &mut host::Rows,
    here: &InstanceContext<'_>,
    it: &NamedHost<'_>,
    configured: Option<bool>,
) {
    let excluded = &here.config.excluded;
    let words = [it.host.clone(), it.organization.map(str::to_lowercase)];
    let reason = words.iter().flatten().find_map(|it| excluded.get(it));
    rows.push(host::Row {
        instance: here.name().into(),
        host_id: it.id.to_owned().into(),
        name: it.name.to_owned().into(),
        host: it.host.clone().map(Into::into),
        configured,
        excluded_because: reason.cloned().unwrap_or_default().into(),
    });
}

/// Whether an instance of the configuration has the host, or turned out to be the organization.
fn configured(here: &InstanceContext<'_>, it: &NamedHost<'_>) -> Option<bool> {
    let hosts = here.config.instances.iter().map(|instance| host_of(&instance.url));
    let mut open = false;
    for (host, name) in hosts.zip(here.config.instances.iter().map(|instance| &instance.name)) {
        let collected = here.snapshot.instances.iter().find(|instance| instance.name == *name);
        let organization = collected.and_then(|it| it.records.organization.as_ref());
        let id = organization.and_then(|it| it.id.as_ref()).map(|it| it.0.as_str());
        if Some(&host) == it.host.as_ref() || (id.is_some() && id == it.organization) {
            return Some(true);
        }
        open |= id.is_none() && (host == CLOUD || it.host.is_none());
    }
    (!open).then_some(false)
}

#[cfg(test)]
mod tests {
    use crate::config::Known;
    use std::path::Path;

    use super::super::tests::{GROUPS, USERS, draw_of, records, snapshot};
    use crate::config::check;
    use crate::snapshot::Collected;
    use crate::snapshot::ledger::{Endpoint, ReadOutcome};
    use crate::tables::Table;

    const NAMES: [&str; 5] = ["host_id", "name", "host", "configured", "excluded_because"];

    #[test]
    fn every_host_is_configured_or_not_or_nobody_knows() {
        insta::assert_snapshot!(draw(None), @"
        own | prod | retool.acme.test | true | -
        org_2 | Sales | sales.acme.test | true | -
        org_3 | Sandbox | sand.acme.test | unknown | -
        org_4 | Training | train.acme.test | unknown | No data.
        org_5 | Attic | unknown | unknown | Empty.
        org_9 | Shop | acme.retool.com | unknown | -
        usage lost.acme.test | lost.acme.test | lost.acme.test | unknown | -
        usage quiet.acme.test | quiet.acme.test | quiet.acme.test | unknown | -
        usage org_6 | org_6 | unknown | unknown | -
        ");
    }

    #[test]
    fn the_token_decides_which_organization_of_the_cloud_is_read() {
        insta::assert_snapshot!(draw(Some("org_9")), @"
        own | prod | retool.acme.test | true | -
        org_2 | Sales | sales.acme.test | true | -
        org_3 | Sandbox | sand.acme.test | false | -
        org_4 | Training | train.acme.test | false | No data.
        org_5 | Attic | unknown | unknown | Empty.
        org_9 | Shop | acme.retool.com | true | -
        usage lost.acme.test | lost.acme.test | lost.acme.test | false | -
        usage quiet.acme.test | quiet.acme.test | quiet.acme.test | false | -
        usage org_6 | org_6 | unknown | unknown | -
        ");
    }

    #[test]
    fn spaces_that_were_not_listed_may_be_anything() {
        let mut snapshot = snapshot(records(USERS, GROUPS));
        let row = snapshot.instances[0].ledger.iter_mut();
        row.filter(|it| it.endpoint == Endpoint::Spaces)
            .for_each(|it| it.outcome = ReadOutcome::Scope);
        let inputs = (&super::super::tests::config(), None, None);
        insta::assert_snapshot!(draw_of(&snapshot, inputs, Table::Hosts, &NAMES), @"
        own | prod | retool.acme.test | true | -
        spaces | what spaces would name | unknown | unknown | -
        ");
    }

    /// The hosts of `prod`, where the Cloud's instance turned out to be `cloud`.
    fn draw(cloud: Option<&str>) -> String {
        let text = r#"
            organization = { name = "Acme", domains = ["acme.test"] }
            instance = [
                { name = "prod", url = "https://Retool.acme.test:8443/x", token-env = "A" },
                { name = "sales", url = "https://sales.acme.test", token-env = "A" },
                { name = "cloud", token-env = "A" },
            ]
            excluded = [
                { host = "train.acme.test", reason = "No data." },
                { host = "org_5", reason = "Empty." },
            ]
        "#;
        let config = check::parse(text, Path::new("/"), "test", &Known::default()).unwrap();
        let mut all = records(USERS, GROUPS);
        all.organization = serde_json::from_str(r#"{"id": "org_1"}"#).unwrap();
        all.spaces = serde_json::from_str(
            r#"[
                {"id": "org_2", "name": "Sales", "domain": "Sales.acme.test"},
                {"id": "org_3", "name": "Sandbox", "domain": "sand.acme.test"},
                {"id": "org_4", "name": "Training", "domain": "train.acme.test"},
                {"id": "org_5", "name": "Attic", "domain": ""},
                {"id": "org_9", "name": "Shop", "domain": "acme.retool.com"}
            ]"#,
        )
        .unwrap();
        all.usage_user_summary = serde_json::from_str(
            r#"[
                {"user_id": "u1", "org_id": "org_1", "host": "old-name.acme.test"},
                {"user_id": "u1", "org_id": "org_3", "host": "sand.acme.test"},
                {"user_id": "u7", "org_id": "org_7", "host": "lost.acme.test"},
                {"user_id": "u8", "org_id": "org_7", "host": "lost.acme.test"}
            ]"#,
        )
        .unwrap();
        all.usage_organizations = serde_json::from_str(
            r#"[
                {"org_id": "org_1", "host": "retool.acme.test"},
                {"org_id": "org_2", "host": "sales.acme.test"},
                {"org_id": "org_7", "host": "lost.acme.test"},
                {"org_id": "org_8", "host": "quiet.acme.test"},
                {"org_id": "org_6"}
            ]"#,
        )
        .unwrap();
        let mut snapshot = snapshot(all);
        let mut other = Collected { name: "cloud".to_owned(), ..Collected::default() };
        let id = cloud.map(|it| format!(r#"{{"id": "{it}"}}"#));
        other.records.organization = id.map(|it| serde_json::from_str(&it).unwrap());
        snapshot.instances.push(other);
        draw_of(&snapshot, (&config, None, None), Table::Hosts, &NAMES)
    }
}
