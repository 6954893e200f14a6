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
        key(
            "min-severity",
            "`\"info\"`",
            "The least severity that counts: `\"critical\"`, `\"high\"`, `\"medium\"`, `\"low\"` or `\"info\"`.",
        ),
        NAMES,
    ],
};
