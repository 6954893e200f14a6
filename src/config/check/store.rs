//! `[store]`: how the store of evidence is reached, and what holds there.

use std::path::Path;

use super::secret::{SecretKeys, secret_keys};
use super::{address, file};
use crate::config::SecretSource;
use crate::config::raw::TomlSection;
use crate::config::stores::{LockMode, ObjectLock, StoreAccess, StoreAddress, StoreKind};

/// More days than anything is kept.
const MOST_DAYS: u32 = 36_500;

/// How the store is reached that `[output]` names, or any where it names none.
pub(super) fn access(
    root: &mut TomlSection<'_>,
    dir: &Path,
    store: Option<&StoreAddress>,
) -> StoreAccess {
    let mut section = root.section("store");
    let kind = store.map(|it| it.kind);
    let fits = |kinds: &[StoreKind]| kind.is_none_or(|it| kinds.contains(&it));
    let (s3, azure) = (&[StoreKind::S3], &[StoreKind::Azure]);
    let remote = &[StoreKind::S3, StoreKind::Azure, StoreKind::Google];
    for (key, kinds) in [
        ("region", &s3[..]),
        ("access-key-id", s3),
        ("account", azure),
        ("endpoint", remote),
        ("ca-file", remote),
    ] {
        if section.has(key) && !fits(kinds) {
            section.refuse(key, "means nothing for the store that `[output]` names", None);
        }
    }
    let access_key = section.text("access-key-id");
    let account = section.text("account");
    let res = StoreAccess {
        region: section.text("region"),
        endpoint: endpoint(&mut section),
        secret: SECRET.optional(&mut section, dir),
        ca_file: file(&mut section, "ca-file", dir),
        lock: lock(&mut section, kind),
        fingerprint_key: FINGERPRINT_KEY.optional(&mut section, dir),
        user: access_key.or(account),
    };
    if kind == Some(StoreKind::S3) && res.user.is_some() != res.secret.is_some() {
        let help = "`access-key-id` and one of `secret-env`, `secret-file`, `secret-credential` and \
                    `secret-command` belong together; without both, the environment says who asks";
        section.refuse_all("has half of what signs in to S3", Some(help.to_owned()));
    }
    if kind == Some(StoreKind::Google) && !matches!(res.secret, None | Some(SecretSource::File(_)))
    {
        let help = "write `secret-file`, the JSON file of a service account";
        section.refuse_all("has a secret that Google does not take", Some(help.to_owned()));
    }
    section.finish();
    res
}

/// The keys of what signs in.
const SECRET: SecretKeys = secret_keys! {
    "secret",
    noun: "secret",
    variable: "EVIDENCE_STORE_SECRET",
    instead: "write `secret-env`, the name of a variable that holds it",
};

/// The keys of what fingerprints are made with.
const FINGERPRINT_KEY: SecretKeys = secret_keys! {
    "fingerprint-key",
    noun: "key of fingerprints",
    variable: "FINGERPRINT_KEY",
    instead: "write `fingerprint-key-env`, the name of a variable that holds it",
};

fn endpoint(section: &mut TomlSection<'_>) -> Option<String> {
    let text = section.text("endpoint")?;
    match address::secured(&text) {
        Ok(address) => Some(address),
        Err(refusal) => {
            let help =
                "write it like `https://s3.acme.example`; plain http is for this machine alone";
            section.refuse("endpoint", refusal.to_string(), Some(help.to_owned()));
            None
        }
    }
}

fn lock(section: &mut TomlSection<'_>, kind: Option<StoreKind>) -> Option<ObjectLock> {
    let there = section.has("lock");
    if there && kind.is_some_and(|it| it != StoreKind::S3) {
        let help = "Azure and Google keep objects by a policy of the container or bucket, which is \
                    set there";
        section.refuse("lock", "is of S3 alone", Some(help.to_owned()));
    }
    let mut section = section.section("lock");
    if there {
        section.require("mode");
        section.require("days");
    }
    let modes = [("governance", LockMode::Governance), ("compliance", LockMode::Compliance)];
    let mode = section.choice("mode", &modes);
    let days = section.number("days", (1, MOST_DAYS));
    section.finish();
    Some(ObjectLock { mode: mode?, days: days? })
}
