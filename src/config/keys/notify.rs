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
