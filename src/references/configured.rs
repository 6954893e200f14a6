//! The names in the configuration.

use super::lists::{Found, Kind};
use super::{ALL, Named, Reference, Role, Sources};
use crate::config::problem::did_you_mean;
use crate::config::{Instance, Value};
use crate::names::fold;
use crate::snapshot::ledger::Endpoint;

/// What evidence packs call the configuration.
const FILE: &str = "retool-audit.toml";

/// Every name in the configuration.
pub(super) fn all(sources: &Sources<'_>) -> Vec<Reference> {
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

fn of_instance(sources: &Sources<'_>, from: &Instance, at: usize) -> Vec<Reference> {
    let mut res = lists_of(sources, from, at);
    for (group, owners) in from.group_owners.iter().flatten() {
        let place = format!("instance[{at}].group-owners.{group}");
        let named = |role, text| Named {
            instance: &from.name,
            input: FILE,
            place: place.clone(),
            role,
            text,
        };
        let found = sources.lists.on(&from.name, &[Kind::Groups], group);
        res.push(named(Role::OwnedGroup, group).resolved(found));
        for it in owners {
            res.push(named(Role::GroupOwner, it).resolved(sources.person(it, None)));
        }
    }
    res
}

fn lists_of(sources: &Sources<'_>, from: &Instance, at: usize) -> Vec<Reference> {
    let lists = [
        ("approved-admins", Role::ApprovedAdmin, &[Kind::Accounts][..], &from.approved_admins),
        ("approved-tokens", Role::ApprovedToken, &[Kind::Tokens], &from.approved_tokens),
        (
            "approved-delegates",
            Role::ApprovedDelegate,
            &[Kind::Groups, Kind::Accounts, Kind::Invites, Kind::Tokens],
            &from.approved_delegates,
        ),
        ("audit-groups", Role::AuditGroup, &[Kind::Groups], &from.audit_groups),
    ];
    let mut res = Vec::new();
    for (key, role, kinds, names) in lists {
        for text in names.iter().flatten() {
            let place = format!("instance[{at}].{key}");
            let named = Named { instance: &from.name, input: FILE, place, role, text };
            res.push(named.resolved(sources.lists.on(&from.name, kinds, text)));
        }
    }
    res
}

/// An address that leads to nobody in the roster leaves whoever has it without an owner.
fn aliases(sources: &Sources<'_>) -> Vec<Reference> {
    let mut res = Vec::new();
    let mut add = |input: &str, place: &str, [alias, owner]: [&str; 2]| {
        let named =
            |role, text| Named { instance: ALL, input, place: place.to_owned(), role, text };
        let found = sources.lists.anywhere(&[Kind::Accounts], alias);
        res.push(named(Role::Alias, alias).resolved(found));
        res.push(named(Role::AliasOwner, owner).resolved(sources.roster_person(owner)));
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
            add(&table.file, &format!("line {}", it.line), [&it.further, &it.address]);
        }
    }
    res
}

fn parameter<'a>(sources: &Sources<'a>, rule: &str, key: &str) -> Option<&'a Value> {
    sources.config.rules.parameters.get(rule)?.get(key)
}

/// A person's groups count on all instances, so a pair's groups may be on any.
fn pairs(sources: &Sources<'_>) -> Vec<Reference> {
    let Some(Value::Pairs(pairs)) = parameter(sources, "segregation-of-duties", "pairs") else {
        return Vec::new();
    };
    let mut res = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        for (side, text) in pair.iter().enumerate() {
            let place = format!("rules.segregation-of-duties.pairs[{at}][{side}]");
            let role = Role::PairedGroup;
            let named = Named { instance: ALL, input: FILE, place, role, text };
            res.push(named.resolved(sources.lists.anywhere(&[Kind::Groups], text)));
        }
    }
    res
}

fn allowed(sources: &Sources<'_>) -> Vec<Reference> {
    let Some(Value::Words(words)) = parameter(sources, "several-accounts", "allowed") else {
        return Vec::new();
    };
    let allowed = |text: &String| {
        let place = "rules.several-accounts.allowed".to_owned();
        let named = Named { instance: ALL, input: FILE, place, role: Role::AllowedAccount, text };
        named.resolved(sources.lists.anywhere(&[Kind::Accounts], text))
    };
    words.iter().map(allowed).collect()
}

fn required(sources: &Sources<'_>) -> Vec<Reference> {
    let Some(Value::Words(words)) = parameter(sources, "collection-incomplete", "required") else {
        return Vec::new();
    };
    let known = || Endpoint::ALL.iter().map(|it| it.name());
    let required = |text: &String| {
        let place = "rules.collection-incomplete.required".to_owned();
        let named = Named { instance: ALL, input: FILE, place, role: Role::RequiredList, text };
        named.resolved(if known().any(|it| it == text) {
            Found::Yes
        } else {
            Found::No(did_you_mean(text, known()).unwrap_or_default())
        })
    };
    words.iter().map(required).collect()
}

fn excluded(sources: &Sources<'_>) -> Vec<Reference> {
    let excluded = |text: &String| {
        let place = "excluded".to_owned();
        let named = Named { instance: ALL, input: FILE, place, role: Role::ExcludedHost, text };
        named.resolved(sources.lists.anywhere(&[Kind::Hosts], text))
    };
    sources.config.excluded.keys().map(excluded).collect()
}

/// What is audited is not excluded, whatever its name.
fn excluded_instances(sources: &Sources<'_>) -> Vec<Reference> {
    let excluded = |text: &String| {
        let place = "excluded".to_owned();
        let role = Role::ExcludedInstance;
        let named = Named { instance: ALL, input: FILE, place, role, text };
        let audited = "audited: the exclusion leaves nothing out";
        named.resolved(match (sources.identities.instance(text), sources.gone) {
            (Some(today), _) if fold(today) == fold(text) => Found::Noted(audited.to_owned()),
            (Some(today), _) => {
                Found::Noted(format!("the former name of `{today}`, which is {audited}"))
            }
            (None, None) => Found::Untold("earlier packs would tell".to_owned()),
            (None, Some(gone)) if gone.iter().any(|it| fold(it) == fold(text)) => Found::Yes,
            (None, Some(gone)) => {
                Found::No(did_you_mean(text, gone.iter().copied()).unwrap_or_default())
            }
        })
    };
    sources.config.excluded_instances.keys().map(excluded).collect()
}
