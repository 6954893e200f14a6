//! The keys of an instance.

use super::{KeyTable, key};

/// `[[instance]]`.
pub(super) const TABLE: KeyTable = KeyTable {
    header: "[[instance]]",
    about: "One Retool organization or Space, reached with one API token; one block each.",
    keys: &[
        key(
            "name",
            "required",
            "What reports and folders call it: up to 64 letters, digits, `-`, `_` and `.`.",
        ),
        key("formerly", "none", "Names that it had before, so that its history goes on."),
        key(
            "url",
            "`\"https://api.retool.com\"`",
            "The address of Retool itself, with https and without a page's path.",
        ),
        key("allow-http", "`false`", "Lets the token travel over plain http."),
        key("ca-file", "none", "A PEM file of certificates that are trusted besides the system's."),
        key(
            "deployment",
            "by `url`",
            "`\"cloud\"` or `\"self-hosted\"`; a host under retool.com is the Cloud.",
        ),
        key(
            "token-env",
            "one of four",
            "The environment variable that holds the API token; never the token itself.",
        ),
        key(
            "token-file",
            "one of four",
            "A file whose first line is the token, such as a mounted secret; it may be a link.",
        ),
        key(
            "token-credential",
            "one of four",
            "The name of a credential that systemd gives the unit (`LoadCredential=NAME:FILE`).",
        ),
        key(
            "token-command",
            "one of four",
            "A program with its arguments, as a list, that prints the token.",
        ),
        key("owner", "none", "Who is asked about findings that belong to no one else."),
        key(
            "approved-admins",
            "none",
            "Addresses of the agreed administrators; without the list PRV-03 is not evaluable.",
        ),
        key(
            "approved-tokens",
            "none",
            "Ids of API tokens that may do more than read; an empty list approves of none.",
        ),
        key(
            "approved-delegates",
            "none",
            "Groups and accounts that may hold a role with power over the organization.",
        ),
        key("audit-groups", "none", "Groups that may read the audit log, besides admin."),
        key(
            "group-owners",
            "none",
            "A table: for each group, the addresses of its owners, who may administer it.",
        ),
        key("seats", "none", "A table of the seats bought."),
        key("seats.builder", "unknown", "Builder seats, from 0 to 100,000,000."),
        key("seats.internal", "unknown", "Seats of internal users, likewise."),
        key("seats.external", "unknown", "Seats of external users, likewise."),
        key(
            "license-model",
            "`\"unknown\"`",
            "What a seat follows: `\"named-seats\"` or `\"activity\"`.",
        ),
        key(
            "collect-permissions",
            "`false`",
            "Reads what is granted on single apps, folders, resources and workflows: a call for each.",
        ),
        key("requests-per-minute", "40", "Requests a minute, from 0 (no limit) to 1,000,000."),
        key(
            "mode",
            "`\"paged\"`",
            "`\"single\"` asks for each list in one answer, for servers that page wrongly.",
        ),
        key(
            "password-login",
            "as the API shows",
            "Whether a password signs in: `\"on\"` or `\"off\"`, or a table with `value` and `evidence`, as all that follow.",
        ),
        key(
            "single-sign-on",
            "as the API shows",
            "`\"google\"`, `\"oidc\"`, `\"saml\"`, a pair of them, or `\"none\"`.",
        ),
        key("just-in-time", "as the API shows", "Whether accounts are created at first sign-in."),
        key(
            "restricted-domain",
            "as the API shows",
            "The mail domains that may sign in, or `\"none\"`.",
        ),
        key(
            "group-sync",
            "as the API shows",
            "Whether the identity provider's groups become groups in Retool.",
        ),
        key(
            "scim",
            "unknown",
            "Whether the identity provider creates and disables accounts over SCIM.",
        ),
        key(
            "scim.value",
            "required",
            "The word, where a setting is a table; the same for each of these settings.",
        ),
        key("scim.evidence", "none", "Where that can be seen; printed in the report."),
    ],
};
