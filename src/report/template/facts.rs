//! The facts of a finding as documents print them: under names that people read, and without those
//! that say nothing.

use std::collections::BTreeMap;

use tera::Value;

/// What people read for columns whose names say too little.
const LABELS: &[(&str, &str)] = &[
    ("active_after_end", "last seen active, from the end of the last day"),
    ("answered_for", "service account with an owner"),
    ("builds_through_groups", "may build through groups"),
    ("disabled_after_end", "first seen disabled, from the end of the last day"),
    ("edits_anything", "may edit anything"),
    ("edits_apps", "may edit apps"),
    ("in_admin_group", "in the group admin"),
    ("inactive_for", "time without activity"),
    ("inside_access", "may reach what insiders do"),
    ("is_admin", "administrator flag"),
    ("jit_enabled", "accounts created at first sign-in"),
    ("known_before", "there at the previous snapshot"),
    ("left_for", "gone for at least"),
    ("login", "address"),
    ("made_before_start", "created before the first day by"),
    ("n_groups", "groups besides All Users"),
    ("never_active", "never used"),
    ("no_end_date", "last day missing"),
    ("off_at_least", "disabled there for at least"),
    ("off_at_most", "disabled there for at most"),
    ("off_elsewhere", "disabled in"),
    ("on_leave_for", "on leave for"),
    ("others_change", "members change what others use"),
    ("own_domain", "in a domain of the organization"),
    ("roster_contradiction", "contradiction in the roster"),
    ("roster_match", "match in the roster"),
    ("roster_status", "status in the roster"),
    ("roster_type", "type in the roster"),
    ("seconds_ahead", "seconds ahead of the collection"),
    ("since_end", "time since the end of the last day"),
    ("two_factor", "second factor"),
    ("until_start", "time until the first day"),
    ("use_after_end", "used after the end of the last day by"),
    ("was_active", "active at the previous snapshot"),
    ("was_tier", "tier at the previous snapshot"),
];

/// Columns that are there for what they say otherwise: of these values a document does without.
const SILENT: &[(&str, &str)] = &[
    ("contradicted", "none"),
    ("fields_unreadable", "none"),
    ("likely_person", "none"),
    ("moved_from", "none"),
    ("never_active", "no"),
    ("no_end_date", "no"),
    ("other_access", "none"),
    ("roster_contradiction", "none"),
    ("rows_aside", "0"),
    ("stated", "none"),
    ("unknown_accounts", "0"),
];

/// One fact, as a template has it.
type Fact = BTreeMap<&'static str, String>;

/// The facts to print of those of a finding.
pub(super) fn told(facts: &[Value]) -> Vec<Fact> {
    let text = |it: &Value, key: &str| {
        it.get_from_path(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let all: Vec<_> = facts.iter().map(|it| (text(it, "name"), text(it, "value"))).collect();
    // For how long at least a person is gone is asked where there is no last day alone.
    let has_end = all.iter().any(|(name, value)| name == "no_end_date" && value == "no");
    let says = |(name, value): &(String, String)| {
        let has_no_point = has_end && name == "left_for" && value == "unknown";
        !(SILENT.contains(&(name, value)) || has_no_point)
    };
    let fact = |(name, value): (String, String)| [("name", label(&name)), ("value", value)].into();
    all.into_iter().filter(says).map(fact).collect()
}

fn label(name: &str) -> String {
    let known = LABELS.iter().find(|it| it.0 == name);
    known.map_or_else(|| name.replace(['-', '_'], " "), |it| it.1.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Table;

    fn shown(facts: &[(&str, &str)]) -> String {
        let fact = |it: &(&str, &str)| {
            Value::from(BTreeMap::from([("name", Value::from(it.0)), ("value", Value::from(it.1))]))
        };
        let all: Vec<Value> = facts.iter().map(fact).collect();
        let line = |it: Fact| format!("{}: {}", it["name"], it["value"]);
        told(&all).into_iter().map(line).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn facts_are_named_in_words_and_those_that_say_nothing_are_left_out() {
        let known = [("no_end_date", "no"), ("left_for", "unknown"), ("n_groups", "1")];
        assert_eq!(shown(&known), "groups besides All Users: 1");
        let open = [("no_end_date", "unknown"), ("left_for", "unknown"), ("sso_type", "saml")];
        assert_eq!(
            shown(&open),
            "last day missing: unknown; gone for at least: unknown; sso type: saml"
        );
    }

    #[test]
    fn every_name_is_that_of_a_column() {
        let columns: Vec<&str> =
            Table::ALL.iter().flat_map(|it| it.columns()).map(|it| it.name).collect();
        let named = LABELS.iter().map(|it| it.0).chain(SILENT.iter().map(|it| it.0));
        let gone: Vec<&str> = named.filter(|it| !columns.contains(it)).collect();
        assert!(gone.is_empty(), "{gone:?}");
    }
}
