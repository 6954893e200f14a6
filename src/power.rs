//! What the scopes of API tokens and the permissions of roles let their holders do.
//!
//! Retool adds new words faster than they can be reviewed, so both lists of harmless words are
//! closed: they hold what is documented to read or view, and whatever is not in them is power. A
//! word that means nothing here is power too, because it is not known to be harmless.
//!
//! Scopes are those of Retool's OpenAPI description, of its Terraform provider and of its
//! documentation on tokens. Permissions are documented by name alone, under "Admin permissions
//! reference"; of the words that the API uses for them three are public (`query_library:edit`,
//! `user_list:view`, `draft_apps:manage`), so the others are known by the things that they name.

use std::fmt;

/// Scopes of API tokens that are documented to read and do nothing else.
///
/// `mcp:read` is none of them: its tools run code against resources.
const READING_SCOPES: &[&str] = &[
    "access_tokens:read",
    "app_themes:read",
    "apps:read",
    "configuration_variables:read",
    "custom_component_libraries:read",
    "custom_components:read",
    "environments:read",
    "folders:read",
    "groups:read",
    "observability:read",
    "organization:read",
    "organizations:read",
    "permissions:all:read",
    "permissions:read",
    "resource_configurations:read",
    "resources:read",
    "source_control:read",
    "spaces:read",
    "themes:read",
    "usage:license",
    "usage:organization",
    "usage:spaces",
    "user_attributes:read",
    "user_invites:read",
    "user_tasks:read",
    "users:read",
    "workflows:read",
];

/// Organization permissions that view what is no secret: queries that are shared, and who has an
/// account. To view the audit log is none of them.
const VIEWING_PERMISSIONS: &[&str] = &[
    "query_library:read",
    "query_library:view",
    "user_list:read",
    "user_list:view",
    "users:read",
    "users:view",
];

/// Why an unknown word is power.
const UNKNOWN: &str = "not known to be harmless";

/// A word that is not known to be harmless, and what it lets people do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Power<'a> {
    /// The scope or permission, as the server has it.
    pub word: &'a str,
    /// Why it counts.
    pub reason: String,
}

/// Powers with their reasons, and the words alone in the same order.
pub fn told(powers: &[Power<'_>]) -> [Vec<String>; 2] {
    let words = powers.iter().map(|power| power.word.to_owned()).collect();
    [powers.iter().map(Power::to_string).collect(), words]
}

impl fmt::Display for Power<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", quoted(self.word), self.reason)
    }
}

/// Whether an API token with this scope can read and do nothing else.
pub fn is_reading_scope(scope: &str) -> bool {
    READING_SCOPES.contains(&scope)
}

/// Whether it is known what the scope allows.
pub fn knows_scope(scope: &str) -> bool {
    is_reading_scope(scope) || scope_reason(scope) != UNKNOWN
}

/// The scopes that are not known to be harmless, each with the reason, as
/// `groups:write (may change groups)` and `whatever (not known to be harmless)`.
pub fn of_scopes<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Vec<Power<'a>> {
    let powers = scopes.into_iter().filter(|scope| !is_reading_scope(scope));
    powers.map(|word| Power { word, reason: scope_reason(word) }).collect()
}

/// What a scope beyond the harmless ones lets a token do.
fn scope_reason(scope: &str) -> String {
    match scope {
        "mcp:admin" => "may do over MCP what an administrator may".to_owned(),
        "mcp:write" => "may build and change apps over MCP".to_owned(),
        "mcp:read" => "may run code against resources over MCP".to_owned(),
        "scim" => "may make, change and disable accounts and groups".to_owned(),
        _ => {
            let parts: Vec<&str> = scope.split(':').filter(|it| *it != "all").collect();
            match parts.as_slice() {
                [thing, "write"] => format!("may change {}", plain(thing)),
                [thing, "deploy" | "test_deploy"] => format!("may deploy through {}", plain(thing)),
                _ => UNKNOWN.to_owned(),
            }
        }
    }
}

fn plain(thing: &str) -> String {
    thing.replace('_', " ")
}

/// How far an organization permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// What every user sees, or how things look.
    Content,
    /// Seeing people and what they do, or giving them seats.
    People,
    /// How people sign in, what they get access to, or what others work with.
    Access,
}

/// What an organization permission lets the holder of a role do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// How far it reaches; none where the word is unknown.
    pub reach: Option<Reach>,
    /// Whether it is on the list of harmless permissions.
    pub harmless: bool,
    /// What it lets people do.
    pub action: Action,
}

/// What a permission lets people do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// This, to be read after "may": `manage single sign-on`.
    Known(String),
    /// It is unknown what this word says.
    Unknown(String),
}

/// That a holder has a permission of unknown meaning, to be read after the holder.
pub fn unknown_permission(word: &str) -> String {
    format!("has the permission {word}, which is {UNKNOWN}")
}

/// Things that permissions speak of: the words that name each, what people call it, and how far
/// whoever may change it reaches.
const THINGS: &[(&[&str], &str, Reach)] = &[
    (&["sso"], "single sign-on", Reach::Access),
    (&["saml"], "single sign-on", Reach::Access),
    (&["oidc"], "single sign-on", Reach::Access),
    (&["ldap"], "single sign-on", Reach::Access),
    (&["scim"], "provisioning of accounts", Reach::Access),
    (&["iam"], "IAM credentials", Reach::Access),
    (&["api"], "the Retool API", Reach::Access),
    (&["token"], "API tokens", Reach::Access),
    (&["space"], "Spaces", Reach::Access),
    (&["source", "control"], "source control", Reach::Access),
    (&["attribute"], "user attributes", Reach::Access),
    (&["role"], "roles", Reach::Access),
    (&["permission"], "permissions", Reach::Access),
    (&["group"], "groups", Reach::Access),
    (&["invite"], "invitations", Reach::Access),
    (&["environment"], "environments", Reach::Access),
    (&["config"], "configuration variables", Reach::Access),
    (&["configuration"], "configuration variables", Reach::Access),
    (&["seat"], "user seats", Reach::People),
    (&["billing"], "billing and user seats", Reach::People),
    (&["audit"], "audit logs", Reach::People),
    (&["account", "detail"], "account details", Reach::People),
    (&["user", "list"], "the list of users", Reach::People),
    (&["query", "library"], "the query library", Reach::Content),
    (&["draft"], "draft apps", Reach::Content),
    (&["release"], "unpublished releases", Reach::Content),
    (&["theme"], "themes", Reach::Content),
    (&["branding"], "branding", Reach::Content),
    (&["analytics"], "usage analytics", Reach::Content),
    (&["internationalization"], "languages", Reach::Content),
    (&["observability"], "observability", Reach::Content),
    (&["assist"], "Assist", Reach::Content),
    // What remains of users once their list, attributes and seats are told apart.
    (&["user"], "users", Reach::Access),
];

/// The organization permission of that word.
pub fn permission(word: &str) -> Permission {
    let harmless = VIEWING_PERMISSIONS.contains(&word);
    let parts = parts(word);
    let has = |wanted: &str| parts.iter().any(|part| singular(part) == wanted);
    let thing = THINGS.iter().find(|(words, ..)| words.iter().all(|word| has(singular(word))));
    let (Some((_, name, reach)), Some(verb)) = (thing, verb(&parts)) else {
        return Permission { reach: None, harmless, action: Action::Unknown(quoted(word)) };
    };
    let reach = match (*reach, verb) {
        // To see how people sign in is not to change it, and no list says what it shows.
        (Reach::Access, "view") if harmless => Some(Reach::People),
        (Reach::Access, "view") => None,
        (reach, _) => Some(reach),
    };
    Permission { reach, harmless, action: Action::Known(format!("{verb} {name}")) }
}

/// The permissions that are not known to be harmless, each with the reason, as
/// `sso:manage (may manage single sign-on)` and `whatever (not known to be harmless)`.
pub fn of_permissions<'a>(permissions: impl IntoIterator<Item = &'a str>) -> Vec<Power<'a>> {
    let known = permissions.into_iter().map(|it| (it, permission(it)));
    let powers = known.filter(|(_, it)| !it.harmless);
    let power = |(word, permission): (&'a str, Permission)| match permission {
        Permission { reach: Some(_), action: Action::Known(action), .. } => {
            Power { word, reason: format!("may {action}") }
        }
        _ => Power { word, reason: UNKNOWN.to_owned() },
    };
    powers.map(power).collect()
}

/// A word without the `s` that makes it a plural.
fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

/// What a permission lets people do with its thing.
fn verb(parts: &[String]) -> Option<&'static str> {
    match parts.last()?.as_str() {
        "manage" | "admin" => Some("manage"),
        "edit" | "write" | "create" | "delete" | "update" => Some("change"),
        "view" | "read" | "list" => Some("view"),
        "use" | "access" => Some("use"),
        _ => None,
    }
}

/// The words of a permission in lower case: `auditLogs:read` is audit, logs, read.
fn parts(word: &str) -> Vec<String> {
    let mut res = vec![String::new()];
    let mut before = ' ';
    for it in word.chars() {
        let bound = !it.is_alphanumeric() || (it.is_uppercase() && before.is_lowercase());
        if bound && res.last().is_some_and(|it| !it.is_empty()) {
            res.push(String::new());
        }
        if it.is_alphanumeric() {
            res.last_mut().expect("there is a last part").extend(it.to_lowercase());
        }
        before = it;
    }
    res.retain(|it| !it.is_empty());
    res
}

/// A word as readers can tell it from the words beside it.
fn quoted(word: &str) -> String {
    if word.trim().is_empty() { "“”".to_owned() } else { word.replace("; ", ", ") }
}

#[cfg(test)]
mod tests {
    use super::{Power, READING_SCOPES, Reach, of_permissions, of_scopes, permission, told};

    fn lines(powers: &[Power<'_>]) -> String {
        told(powers)[0].join("\n")
    }

    #[test]
    fn every_scope_that_is_not_known_to_read_is_power() {
        assert!(of_scopes(READING_SCOPES.iter().copied()).is_empty());
        let scopes = [
            "users:read",
            "permissions:all:write",
            "mcp:admin",
            "mcp:write",
            "mcp:read",
            "scim",
            "react_apps:write",
            "source_control:deploy",
            "source_control:test_deploy",
            "configuration_variables:write",
            "user_invites:write",
            "USERS:READ",
            "users:read ",
            "teleporters:read",
            "all",
            "",
            "users:read; x",
        ];
        insta::assert_snapshot!(lines(&of_scopes(scopes)), @"
        permissions:all:write (may change permissions)
        mcp:admin (may do over MCP what an administrator may)
        mcp:write (may build and change apps over MCP)
        mcp:read (may run code against resources over MCP)
        scim (may make, change and disable accounts and groups)
        react_apps:write (may change react apps)
        source_control:deploy (may deploy through source control)
        source_control:test_deploy (may deploy through source control)
        configuration_variables:write (may change configuration variables)
        user_invites:write (may change user invites)
        USERS:READ (not known to be harmless)
        users:read  (not known to be harmless)
        teleporters:read (not known to be harmless)
        all (not known to be harmless)
        “” (not known to be harmless)
        users:read, x (not known to be harmless)
        ");
    }

    #[test]
    fn every_permission_that_is_not_known_to_view_is_power() {
        let permissions = [
            "query_library:view",
            "user_list:view",
            "sso:manage",
            "billing:write",
            "audit_log:read",
            "auditLogs:view",
            "iam_credentials:manage",
            "retool_api:manage",
            "spaces:manage",
            "source_control:manage",
            "user_attributes:manage",
            "user_seats:manage",
            "environments:manage",
            "config_vars:manage",
            "observability:manage",
            "users:manage",
            "query_library:edit",
            "draft_apps:manage",
            "sso:view",
            "teleporters:manage",
            "sso",
            "",
        ];
        insta::assert_snapshot!(lines(&of_permissions(permissions)), @"
        sso:manage (may manage single sign-on)
        billing:write (may change billing and user seats)
        audit_log:read (may view audit logs)
        auditLogs:view (may view audit logs)
        iam_credentials:manage (may manage IAM credentials)
        retool_api:manage (may manage the Retool API)
        spaces:manage (may manage Spaces)
        source_control:manage (may manage source control)
        user_attributes:manage (may manage user attributes)
        user_seats:manage (may manage user seats)
        environments:manage (may manage environments)
        config_vars:manage (may manage configuration variables)
        observability:manage (may manage observability)
        users:manage (may manage users)
        query_library:edit (may change the query library)
        draft_apps:manage (may manage draft apps)
        sso:view (not known to be harmless)
        teleporters:manage (not known to be harmless)
        sso (not known to be harmless)
        “” (not known to be harmless)
        ");
    }

    #[test]
    fn permissions_reach_as_far_as_what_they_change() {
        let reach = |it| permission(it).reach;
        assert_eq!(reach("sso:manage"), Some(Reach::Access));
        assert_eq!(reach("groups:write"), Some(Reach::Access));
        assert_eq!(reach("users:manage"), Some(Reach::Access));
        assert_eq!(reach("user_list:view"), Some(Reach::People));
        assert_eq!(reach("users:view"), Some(Reach::People));
        assert_eq!(reach("audit_logs:view"), Some(Reach::People));
        assert_eq!(reach("billing:manage"), Some(Reach::People));
        assert_eq!(reach("theme:write"), Some(Reach::Content));
        assert_eq!(reach("query_library:view"), Some(Reach::Content));
        assert_eq!(reach("sso:view"), None);
        assert_eq!(reach("teleporters:manage"), None);
    }
}
