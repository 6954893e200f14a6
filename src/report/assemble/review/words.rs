//! What entitlements let their holders do, in words.

use crate::tables::dictionary::group;

/// What administrators may.
pub(super) const ADMINISTERS: &str =
    "everything: all apps, resources, workflows, people and settings";

/// What a group lets its members do, in words.
pub(super) fn allows(it: &group::Row<'_>) -> String {
    let levels = [
        ("apps", &it.app_access),
        ("resources", &it.resource_access),
        ("workflows", &it.workflow_access),
        ("agents", &it.agent_access),
    ];
    let mut words: Vec<String> = Vec::new();
    for (kind, level) in levels {
        match level.as_deref() {
            Some("none" | "") => {}
            Some(level) => words.push(format!("{level} all {kind}")),
            None => words.push(format!("not known for {kind}")),
        }
    }
    match it.query_library_access.as_deref() {
        Some("none" | "") => {}
        Some(level) => words.push(format!("{level} the query library")),
        None => words.push("not known for the query library".to_owned()),
    }
    let flags = [
        ("list all users", it.user_list_access),
        ("read the audit log", it.audit_log_access),
        ("open unpublished releases", it.unpublished_release_access),
        ("read usage analytics", it.usage_analytics_access),
        ("edit themes", it.theme_access),
        ("read account details", it.account_details_access),
    ];
    words.extend(flags.iter().filter(|it| it.1 == Some(true)).map(|it| it.0.to_owned()));
    if words.is_empty() { "nothing on everything of a kind".to_owned() } else { words.join(", ") }
}
