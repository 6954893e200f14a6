//! The names in the configuration.

use super::lists::{ListKind, Lookup};
use super::{ALL, NamedReference, Reference, ReferenceRole, ReferenceSources};
use crate::config::problem::did_you_mean;
use crate::config::{Instance, Value};
use crate::names::fold;
use crate::snapshot::ledger::Endpoint;

/// What evidence packs call the configuration.
const FILE: &str = "retool-audit.toml";

/// Every name in the configuration.
pub(super) fn all(sources: &ReferenceSources<'_>) -> Vec<Reference> {
    let mut res = Vec::new();
    for (at, it) in sources.config.instances.iter().enumerate() {
        res.extend(of_instance(sources, it, at));
    }
    res.extend(aliases(sources));
    res.extend(pairs(sources));
    res.extend(allowed(sources));
    res.extend(required(sources));
    res.extend(excluded(sources));
    res.extend(excluded_instances(sources));
    res
}

fn of_instance(sources: &ReferenceSources<'_>, from: &Instance, at: usize) -> Vec<Reference> {
    let mut res = lists_of(sources, from, at);
    for (group, owners) in from.group_owners.iter().flatten() {
        let place = format!("instance[{at}].group-owners.{group}");
        let named = |role, text| NamedReference {
            instance: &from.name,
            input: FILE,
            place: place.clone(),
            role,
            text,
        };
        let found = sources.lists.on(&from.name, &[ListKind::Groups], group);
        res.push(named(ReferenceRole::OwnedGroup, group).resolved(found));
        for it in owners {
            res.push(named(ReferenceRole::GroupOwner, it).resolved(sources.person(it, None)));
        }
    }
    res
}

fn lists_of(sources: &ReferenceSources<'_>, from: &Instance, at: usize) -> Vec<Reference> {
    let lists = [
        (
            "approved-admins",
            ReferenceRole::ApprovedAdmin,
            &[ListKind::Accounts][..],
            &from.approved_admins,
        ),
        (
            "approved-tokens",
            ReferenceRole::ApprovedToken,
            &[ListKind::Tokens],
            &from.approved_tokens,
        ),
        (
            "approved-delegates",
            ReferenceRole::ApprovedDelegate,
            &[ListKind::Groups, ListKind::Accounts, ListKind::Invites, ListKind::Tokens],
            &from.approved_delegates,
        ),
        ("audit-groups", ReferenceRole::AuditGroup, &[ListKind::Groups], &from.audit_groups),
    ];
    let mut res = Vec::new();
    for (key, role, kinds, names) in lists {
        for text in names.iter().flatten() {
            let place = format!("instance[{at}].{key}");
            let named = NamedReference { instance: &from.name, input: FILE, place, role, text };
            res.push(named.resolved(sources.lists.on(&from.name, kinds, text)));
        }
    }
    res
}

/// An alias of an address that is not in the roster leaves the account that has it without an
/// owner.
fn aliases(sources: &ReferenceSources<'_>) -> Vec<Reference> {
    let mut res = Vec::new();
    let mut add = |input: &str, place: &str, [alias, owner]: [&str; 2]| {
        let named = |role, text| NamedReference {
            instance: ALL,
            input,
            place: place.to_owned(),
            role,
            text,
        };
        let found = sources.lists.anywhere(&[ListKind::Accounts], alias);
        res.push(named(ReferenceRole::Alias, alias).resolved(found));
        res.push(named(ReferenceRole::AliasOwner, owner).resolved(sources.roster_person(owner)));
    };
    let rosters = &sources.config.rosters;
    for (at, roster) in rosters.iter().enumerate() {
        let section =
            if rosters.len() == 1 { "roster".to_owned() } else { format!("roster[{at}]") };
        for (alias, owner) in &roster.aliases {
            add(FILE, &format!("{section}.aliases.{alias}"), [alias, owner]);
        }
    }
    for table in sources.identities.alias_tables() {
        for it in &table.pairs {
            add(&table.input.name, &format!("line {}", it.line), [&it.further, &it.address]);
        }
    }
    res
}

fn parameter<'a>(sources: &ReferenceSources<'a>, rule: &str, key: &str) -> Option<&'a Value> {
    sources.config.rules.parameters.get(rule)?.get(key)
}

/// A person's groups count on all instances, so a pair's groups may be on any.
fn pairs(sources: &ReferenceSources<'_>) -> Vec<Reference> {
    let Some(Value::Pairs(pairs)) = parameter(sources, "segregation-of-duties", "pairs") else {
        return Vec::new();
    };
    let mut res = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        for (side, text) in pair.iter().enumerate() {
            let place = format!("rules.segregation-of-duties.pairs[{at}][{side}]");
            let role = ReferenceRole::PairedGroup;
            let named = NamedReference { instance: ALL, input: FILE, place, role, text };
            res.push(named.resolved(sources.lists.anywhere(&[ListKind::Groups], text)));
        }
    }
    res
}

fn allowed(sources: &ReferenceSources<'_>) -> Vec<Reference> {
    let Some(Value::Words(words)) = parameter(sources, "several-accounts", "allowed") else {
        return Vec::new();
    };
    let allowed = |text: &String| {
        let place = "rules.several-accounts.allowed".to_owned();
        let named = NamedReference {
            instance: ALL,
            input: FILE,
            place,
            role: ReferenceRole::AllowedAccount,
            text,
        };
        named.resolved(sources.lists.anywhere(&[ListKind::Accounts], text))
    };
    words.iter().map(allowed).collect()
}

fn required(sources: &ReferenceSources<'_>) -> Vec<Reference> {
    let Some(Value::Words(words)) = parameter(sources, "collection-incomplete", "required") else {
        return Vec::new();
    };
    let known = || Endpoint::ALL.iter().map(|it| it.name());
    let required = |text: &String| {
        let place = "rules.collection-incomplete.required".to_owned();
        let named = NamedReference {
            instance: ALL,
            input: FILE,
            place,
            role: ReferenceRole::RequiredList,
            text,
        };
        named.resolved(if known().any(|it| it == text) {
            Lookup::Yes
        } else {
            Lookup::No(did_you_mean(text, known()).unwrap_or_default())
        })
    };
    words.iter().map(required).collect()
}

fn excluded(sources: &ReferenceSources<'_>) -> Vec<Reference> {
    let excluded = |text: &String| {
        let place = "excluded".to_owned();
        let named = NamedReference {
            instance: ALL,
            input: FILE,
            place,
            role: ReferenceRole::ExcludedHost,
            text,
        };
        named.resolved(sources.lists.anywhere(&[ListKind::Hosts], text))
    };
    sources.config.excluded.keys().map(excluded).collect()
}

/// What is audited is not excluded, whatever its name.
fn excluded_instances(sources: &ReferenceSources<'_>) -> Vec<Reference> {
    let excluded = |text: &String| {
        let place = "excluded".to_owned();
        let role = ReferenceRole::ExcludedInstance;
        let named = NamedReference { instance: ALL, input: FILE, place, role, text };
        let audited = "audited: the exclusion leaves nothing out";
        named.resolved(match (sources.identities.instance(text), sources.gone) {
            (Some(today), _) if fold(today) == fold(text) => Lookup::Noted(audited.to_owned()),
            (Some(today), _) => {
                Lookup::Noted(format!("the former name of `{today}`, which is {audited}"))
            }
            (None, None) => Lookup::Untold("earlier packs would tell".to_owned()),
            (None, Some(gone)) if gone.iter().any(|it| fold(it) == fold(text)) => Lookup::Yes,
            (None, Some(gone)) => {
                Lookup::No(did_you_mean(text, gone.iter().copied()).unwrap_or_default())
            }
        })
    };
    sources.config.excluded_instances.keys().map(excluded).collect()
}
