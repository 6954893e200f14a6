//! The keys of the store.

use super::{KeyTable, key};

/// `[store]`.
pub(super) const TABLE: KeyTable = KeyTable {
    header: "[store]",
    about: "How the store is reached that `[output] store` names, and what holds there: `docs/stores.md`.",
    keys: &[
        key("region", "by the environment", "The region of S3."),
        key(
            "endpoint",
            "that of S3, Azure or Google",
            "The address of another server that speaks like it; plain http for this machine alone.",
        ),
        key(
            "access-key-id",
            "by the environment",
            "The access key of S3, whose secret is one of the next four.",
        ),
        key("account", "by the environment", "The storage account of Azure."),
        key(
            "secret-env",
            "by the environment",
            "The environment variable that holds the secret access key of S3, or the key of Azure's account; never the secret itself.",
        ),
        key(
            "secret-file",
            "by the environment",
            "A file whose first line is that, or the JSON file of Google's service account.",
        ),
        key("secret-credential", "by the environment", "The credential of systemd that is that."),
        key("secret-command", "by the environment", "A program with its arguments that prints it."),
        key("ca-file", "none", "A PEM file of certificates that are trusted besides the system's."),
        key(
            "lock",
            "the bucket's own",
            "A table: Object Lock for every file of a pack, `{ mode = \"governance\", days = 400 }`; S3 alone.",
        ),
        key("lock.mode", "required", "`\"governance\"` or `\"compliance\"`."),
        key("lock.days", "required", "Days from 1 to 36,500 from when an object is put there."),
        key(
            "fingerprint-key-env",
            "made by the first run",
            "The environment variable that holds the key of the fingerprints of settings, 64 hex digits, for a machine that keeps no folder.",
        ),
        key("fingerprint-key-file", "made by the first run", "A file whose first line is that."),
        key(
            "fingerprint-key-credential",
            "made by the first run",
            "The credential of systemd that is that.",
        ),
        key(
            "fingerprint-key-command",
            "made by the first run",
            "A program with its arguments that prints it.",
        ),
    ],
};
