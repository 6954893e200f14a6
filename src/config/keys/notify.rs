//! The keys of those who are told.

use super::{Key, KeyTable, key};

const NAME: Key = key(
    "name",
    "required",
    "What messages and packs call it: up to 64 letters, digits, `-`, `_` and `.`.",
);

const WHEN: Key = key(
    "when",
    "`\"exceptions\"`",
    "Which packs it is told of: `\"always\"`; `\"exceptions\"`: with exceptions, or evidence that is not complete; `\"new\"`: with such that the month before did not have, or evidence that is not complete.",
);

const NAMES: Key = key(
    "names",
    "`false`",
    "Whether it is told what people call the subjects of findings: addresses, groups, tokens.",
);

const SEVERITY: Key = key(
    "min-severity",
    "`\"info\"`",
    "The least severity that counts: `\"critical\"`, `\"high\"`, `\"medium\"`, `\"low\"` or `\"info\"`.",
);

/// `[[notify.webhook]]`.
pub(super) const WEBHOOK: KeyTable = KeyTable {
    header: "[[notify.webhook]]",
    about: "A message that is posted. The address is a secret, and stands in one of four places; so does what signs.",
    keys: &[
        NAME,
        key(
            "format",
            "required",
            "`\"slack\"` (an incoming webhook), `\"teams\"` (a workflow of Microsoft Teams) or `\"json\"`.",
        ),
        key("url-env", "one of four", "The environment variable that holds the address."),
        key("url-file", "one of four", "A file whose first line is the address."),
        key("url-credential", "one of four", "A credential of systemd that is the address."),
        key("url-command", "one of four", "A program, with arguments, that prints the address."),
        key(
            "secret-env",
            "not signed",
            "The environment variable that holds the key of the signature, with `json` alone.",
        ),
        key("secret-file", "not signed", "A file whose first line is the key."),
        key("secret-credential", "not signed", "A credential of systemd that is the key."),
        key("secret-command", "not signed", "A program, with arguments, that prints the key."),
        WHEN,
        SEVERITY,
        NAMES,
    ],
};

/// `[[notify.mail]]`.
pub(super) const MAIL: KeyTable = KeyTable {
    header: "[[notify.mail]]",
    about: "A mail in plain text, and the server that sends it.",
    keys: &[
        NAME,
        key("server", "required", "The host of the server."),
        key("port", "587, 465 or 25", "Its port, from 1 to 65,535; left out, by `tls`."),
        key(
            "tls",
            "`\"starttls\"`",
            "`\"starttls\"`, which ends where the server does not offer it; `\"tls\"` from the first byte; `\"none\"` for a server on this machine.",
        ),
        key("ca-file", "the system's", "A certificate authority to trust besides, as PEM."),
        key("user", "none", "Who sends, where the server wants to know."),
        key("password-env", "with `user`, one of four", "The variable that holds the password."),
        key("password-file", "likewise", "A file whose first line is the password."),
        key("password-credential", "likewise", "A credential of systemd that is the password."),
        key("password-command", "likewise", "A program, with arguments, that prints the password."),
        key("from", "required", "The address of the sender."),
        key("to", "required", "A list of the addresses that it goes to, 50 at most."),
        WHEN,
        SEVERITY,
        NAMES,
    ],
};

const PER: Key = key(
    "per",
    "`\"finding\"`",
    "What one ticket is about: `\"finding\"`, or `\"owner\"`: all that one person is to act on.",
);

const TICKET_SEVERITY: Key =
    key("min-severity", "`\"medium\"`", "The least severity that there are tickets about.");

const MOST: Key = key(
    "most-tickets",
    "25",
    "Tickets that one run opens, from 1 to 200; one more says what has none yet.",
);

/// `[[notify.jira]]`.
pub(super) const JIRA: KeyTable = KeyTable {
    header: "[[notify.jira]]",
    about: "Tickets in a project of Jira Cloud.",
    keys: &[
        NAME,
        key("url", "required", "The address of the site, such as `https://acme.atlassian.net`."),
        key("project", "required", "The key of the project, such as `SEC`."),
        key("issue-type", "`\"Task\"`", "What is made there."),
        key("user", "required", "Who makes it: the mail address of an account."),
        key("token-env", "one of four", "The variable that holds that account's API token."),
        key("token-file", "one of four", "A file whose first line is the token."),
        key("token-credential", "one of four", "A credential of systemd that is the token."),
        key("token-command", "one of four", "A program, with arguments, that prints the token."),
        PER,
        TICKET_SEVERITY,
        NAMES,
        MOST,
        key(
            "close-transition",
            "the only one to what is done",
            "The transition that closes a ticket, where several could.",
        ),
    ],
};

/// `[[notify.servicenow]]`.
pub(super) const SERVICENOW: KeyTable = KeyTable {
    header: "[[notify.servicenow]]",
    about: "Tickets in a table of ServiceNow.",
    keys: &[
        NAME,
        key(
            "url",
            "required",
            "The address of the instance, such as `https://acme.service-now.com`.",
        ),
        key(
            "table",
            "`\"incident\"`",
            "The table, which has `correlation_id`, `state` and `number`.",
        ),
        key("user", "required", "Who writes to it."),
        key("password-env", "one of four", "The variable that holds that user's password."),
        key("password-file", "one of four", "A file whose first line is the password."),
        key("password-credential", "one of four", "A credential of systemd that is the password."),
        key(
            "password-command",
            "one of four",
            "A program, with arguments, that prints the password.",
        ),
        PER,
        TICKET_SEVERITY,
        NAMES,
        MOST,
        key("close-state", "`\"6\"`", "The value of `state` that closes a ticket."),
        key("close-code", "none", "The value of `close_code`, where the table wants one."),
    ],
};
