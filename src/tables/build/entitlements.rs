//! What accounts have beside what the baseline expects of them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Not as _;

use super::InstanceContext;
use super::access::GroupStandings;
use super::index::Referent;
use crate::names::fold;
use crate::snapshot::record::User;
use crate::tables::dictionary::entitlement;

/// The entitlement of administrators, whether by flag or through the group of that name.
const ADMIN: &str = "admin";

/// Why an instance cannot be compared with a baseline.
pub(super) fn lacking(here: &InstanceContext<'_>) -> Option<&'static str> {
    let Some(baseline) = here.baseline else { return Some("the configuration names no baseline") };
    let named = baseline.expected.iter().any(|it| it.instance == here.name());
    (!named).then_some("the baseline has no row for the instance")
}

/// Adds what the accounts of one instance have and should have; nothing without a baseline.
pub(super) fn add(
    rows: &mut entitlement::Rows,
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
) {
    if lacking(here).is_some() {
        return;
    }
    let (expected, unmatched) = expectations(here, standings);
    for ((subject, entitlement), expected) in unmatched {
        rows.push(entitlement::Row {
            instance: here.name().into(),
            entitlement_id: format!("{subject} {entitlement}").into(),
            subject: subject.into(),
            entitlement: entitlement.into(),
            observed: Some(false),
            expected,
        });
    }
    // Whoever is in a group that did not state its members may have it without being expected to.
    for it in standings.hidden() {
        rows.push(entitlement::Row {
            instance: here.name().into(),
            entitlement_id: format!("members {}", it.record.id.0).into(),
            subject: "unlisted members".into(),
            entitlement: it.name.to_lowercase().into(),
            observed: None,
            expected: Some(false),
        });
    }
    for place in 0..standings.index.len() {
        let expected = expected.get(&place);
        add_account(rows, here, standings, place, expected.unwrap_or(&Expectations::new()));
    }
}

/// What is expected of a subject: surely, or perhaps, by a row that names no known instance.
type Expectations<'a> = BTreeMap<&'a str, Option<bool>>;

/// The same of subjects that are no account of the instance, each with what it is.
type UnmatchedEntitlements<'a> = BTreeMap<(&'a str, &'a str), Option<bool>>;

/// What is expected of each account, and of subjects that are no account of the instance.
///
/// A row of an instance that the configuration lacks may be meant for any of them, so it is unknown
/// whether this one is; unless that instance is left out of the audit on purpose.
fn expectations<'a>(
    here: &InstanceContext<'a>,
    standings: &GroupStandings<'_>,
) -> (BTreeMap<usize, Expectations<'a>>, UnmatchedEntitlements<'a>) {
    let (mut expected, mut unmatched) = (BTreeMap::new(), BTreeMap::new());
    let Some(baseline) = here.baseline else { return (expected, unmatched) };
    let own = baseline.expected.iter().filter(|it| it.instance == here.name());
    let foreign = baseline.foreign.iter().filter(|it| here.config.excludes(&it.instance).is_none());
    // What is surely expected comes last, and stays.
    let all = foreign.map(|it| (it, None)).chain(own.map(|it| (it, Some(true))));
    for (it, sure) in all {
        let entitlement = it.entitlement.as_str();
        match standings.index.named(&it.subject) {
            Referent::One(at) => {
                let of: &mut Expectations<'_> = expected.entry(at).or_default();
                of.insert(entitlement, sure);
            }
            // It may be expected of any of them.
            Referent::Several(places) => {
                for at in places {
                    expected.entry(at).or_default().entry(entitlement).or_insert(None);
                }
            }
            Referent::Unmatched => drop(unmatched.insert((it.subject.as_str(), entitlement), sure)),
        }
    }
    (expected, unmatched)
}

fn add_account(
    rows: &mut entitlement::Rows,
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
    place: usize,
    expected: &Expectations<'_>,
) {
    let record = &here.collected.records.users[place];
    let mut held: BTreeSet<String> = standings.custom(place).map(|it| fold(it.name)).collect();
    held.extend((record.is_admin == Some(true)).then(|| ADMIN.to_owned()));
    let other = expected.keys().map(|it| (*it).to_owned());
    let perhaps = standings.administers(place, record).is_none().then(|| ADMIN.to_owned());
    for it in held.iter().cloned().chain(other).chain(perhaps).collect::<BTreeSet<_>>() {
        let has =
            if held.contains(&it) { Some(true) } else { lacks(standings, place, record, &it) };
        let observed = match (record.active, has) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            (None, _) | (_, None) => None,
        };
        let expected = expected.get(it.as_str()).copied().unwrap_or(Some(false));
        if expected != Some(false) || observed != Some(false) {
            rows.push(entitlement::Row {
                instance: here.name().into(),
                entitlement_id: format!("{} {it}", record.id.0).into(),
                subject: record.email.as_deref().unwrap_or(&record.id.0).into(),
                entitlement: it.into(),
                observed,
                expected,
            });
        }
    }
}

/// Whether the account has what is not found with it: a group of that name that did not state its
/// members may have it, and so may a flag that the server left out.
fn lacks(
    standings: &GroupStandings<'_>,
    place: usize,
    record: &User,
    entitlement: &str,
) -> Option<bool> {
    if entitlement == ADMIN {
        return standings.administers(place, record);
    }
    standings.may_hide(entitlement).not().then_some(false)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{GROUPS, USERS, config, draw_of, records, snapshot};
    use crate::tables::Table;

    const NAMES: [&str; 5] = ["entitlement_id", "subject", "entitlement", "observed", "expected"];

    #[test]
    fn what_is_stands_beside_what_is_expected() {
        let baseline = "instance,subject,entitlement
            prod,Ann@acme.test,Admin
            prod,u2,vault
            prod,dan@acme.test,operations
            prod,new@acme.test,operations";
        insta::assert_snapshot!(draw(GROUPS, Some(baseline)), @"
        new@acme.test operations | new@acme.test | operations | false | true
        u1 admin | ann@acme.test | admin | true | true
        u2 operations | bob@acme.test | operations | true | false
        u2 vault | bob@acme.test | vault | false | true
        u3 vault | cat@acme.test | vault | true | false
        u4 operations | dan@acme.test | operations | false | true
        ");
        let unlisted = r#"[{"id": 1, "name": "admin", "members": [{"id": "u1"}]}, {"id": 2, "name": "Vault"}]"#;
        insta::assert_snapshot!(draw(unlisted, Some(baseline)), @"
        new@acme.test operations | new@acme.test | operations | false | true
        members 2 | unlisted members | vault | unknown | false
        u1 admin | ann@acme.test | admin | true | true
        u2 vault | bob@acme.test | vault | unknown | true
        u4 operations | dan@acme.test | operations | false | true
        ");
    }

    #[test]
    fn a_row_of_no_known_instance_leaves_open_its_own_access_alone() {
        let baseline = "instance,subject,entitlement
            prod,ann@acme.test,admin
            prd,bob@acme.test,operations
            prd,cat@acme.test,operations
            prd,ann@acme.test,admin
            prd,new@acme.test,vault";
        insta::assert_snapshot!(draw(GROUPS, Some(baseline)), @"
        new@acme.test vault | new@acme.test | vault | false | unknown
        u1 admin | ann@acme.test | admin | true | true
        u2 operations | bob@acme.test | operations | true | unknown
        u3 operations | cat@acme.test | operations | false | unknown
        u3 vault | cat@acme.test | vault | true | false
        ");
    }

    #[test]
    fn without_rows_for_the_instance_there_is_nothing_to_compare() {
        assert_eq!(draw(GROUPS, None), "");
        assert_eq!(draw(GROUPS, Some("instance,subject,entitlement")), "");
    }

    fn draw(groups: &str, baseline: Option<&str>) -> String {
        let snapshot = snapshot(records(USERS, groups));
        draw_of(&snapshot, (&config(), None, baseline), Table::Entitlements, &NAMES)
    }
}
