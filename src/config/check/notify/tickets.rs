//! `[[notify.jira]]` and `[[notify.servicenow]]`: who keeps tickets.

use std::path::Path;

use crate::config::check::address;
use crate::config::check::secret::{SecretKeys, secret_keys};
use crate::config::notify::{Jira, ServiceNow, TicketScope, Ticketing};
use crate::config::raw::TomlSection;

/// Where the API token of Jira is.
const TOKEN: SecretKeys = secret_keys! {
    "token",
    noun: "token",
    variable: "JIRA_TOKEN",
    instead: "revoke it if anyone else saw the file, and write `token-env = \"JIRA_TOKEN\"`, the \
              name of a variable that holds it",
};

/// Where the password for ServiceNow is.
const PASSWORD: SecretKeys = secret_keys! {
    "password",
    noun: "password",
    variable: "SERVICENOW_PASSWORD",
    instead: "change it if anyone else saw the file, and write `password-env = \
              \"SERVICENOW_PASSWORD\"`, the name of a variable that holds it",
};

/// Tickets that one run opens unless the configuration says otherwise, and at most.
const OPENED: (usize, u32) = (25, 200);

/// Reads what makes a receiver a project in Jira.
pub(super) fn jira(section: &mut TomlSection<'_>, dir: &Path) -> Jira {
    let word = |it: char| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_';
    let help = "write the letters before the number of an issue, such as `SEC` of `SEC-12`";
    Jira {
        url: url(section, "https://acme.atlassian.net"),
        project: named(section, "project", word, help),
        issue_type: section.text("issue-type").unwrap_or_else(|| "Task".to_owned()),
        user: section.required_text("user"),
        token: TOKEN.required(section, dir),
        tickets: tickets(section),
        close_transition: section.text("close-transition"),
    }
}

/// Reads what makes a receiver a table in ServiceNow.
pub(super) fn servicenow(section: &mut TomlSection<'_>, dir: &Path) -> ServiceNow {
    let word = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    let there = section.has("table");
    let table = if there {
        named(section, "table", word, "write the name of the table, such as `incident`")
    } else {
        // It counts as asked for.
        section.text("table").unwrap_or_else(|| "incident".to_owned())
    };
    let help = "write the value of the field `state`, such as `\"6\"`";
    ServiceNow {
        url: url(section, "https://acme.service-now.com"),
        table,
        user: section.required_text("user"),
        password: PASSWORD.required(section, dir),
        tickets: tickets(section),
        close_state: section.text_or_digits("close-state", help).unwrap_or_else(|| "6".to_owned()),
        close_code: section.text("close-code"),
    }
}

fn tickets(section: &mut TomlSection<'_>) -> Ticketing {
    let scopes = TicketScope::ALL.map(|it| (it.word(), it));
    let (usual, most) = OPENED;
    let written = section.number("most-tickets", (1, most));
    Ticketing {
        scope: section.choice("per", &scopes).unwrap_or(TicketScope::Finding),
        most: written.and_then(|it| usize::try_from(it).ok()).unwrap_or(usual),
    }
}

fn url(section: &mut TomlSection<'_>, example: &str) -> String {
    let text = section.required_text("url");
    if text.is_empty() {
        return text;
    }
    address::secured(&text).unwrap_or_else(|it| {
        section.refuse("url", it.to_string(), Some(format!("write it like `{example}`")));
        String::new()
    })
}

/// A name that stands in paths and queries as it is.
fn named<'a>(
    section: &mut TomlSection<'a>,
    key: &'a str,
    fits: impl Fn(char) -> bool,
    help: &str,
) -> String {
    let res = section.required_text(key);
    if !res.chars().all(fits) {
        section.refuse(key, format!("`{res}` is none"), Some(help.to_owned()));
    }
    res
}
