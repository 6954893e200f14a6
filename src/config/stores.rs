//! Stores of evidence: which address names what, and how a store is reached.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use super::SecretSource;

/// Whose store it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// Amazon S3, or a server that speaks as it does: `s3://`.
    S3,
    /// Azure Blob Storage: `az://`.
    Azure,
    /// Google Cloud Storage: `gs://`.
    Google,
    /// A folder of this machine: `file://`.
    Folder,
}

impl StoreKind {
    /// The kinds by what their addresses begin with.
    const ALL: [(&'static str, Self); 4] =
        [("s3", Self::S3), ("az", Self::Azure), ("gs", Self::Google), ("file", Self::Folder)];

    fn scheme(self) -> &'static str {
        Self::ALL.iter().find(|it| it.1 == self).map_or("", |it| it.0)
    }
}

/// Where a store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreAddress {
    /// Whose it is.
    pub kind: StoreKind,
    /// The bucket, or the container; empty for a folder.
    pub bucket: String,
    /// What every name in it begins with, without a slash at either end, and empty for the whole bucket;
    /// of a folder its path.
    pub prefix: String,
}

impl StoreAddress {
    /// Whether a word looks like an address of a store, and not like a path.
    pub fn is_one(text: &str) -> bool {
        text.split_once("://").is_some_and(|it| !it.0.is_empty())
    }

    /// The store that a text names.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in a fragment that repeats nothing of it, and what to write.
    pub fn parse(text: &str) -> Result<Self, (&'static str, &'static str)> {
        const HELP: &str = "write `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX`, `az://CONTAINER/PREFIX` \
             or `file:///FOLDER`";
        let (scheme, rest) = text.split_once("://").ok_or(("is no address of a store", HELP))?;
        let known = StoreKind::ALL.iter().find(|it| it.0 == scheme);
        let kind = known.ok_or(("is of no kind of store that is known", HELP))?.1;
        if rest.contains(['@', '?', '#', '\\']) || rest.chars().any(char::is_control) {
            return Err(("holds more than a bucket and a prefix", HELP));
        }
        if kind == StoreKind::Folder {
            let path = Path::new(rest);
            let is_plain = |it: Component<'_>| !matches!(it, Component::ParentDir);
            if !path.is_absolute() || !path.components().all(is_plain) || path.parent().is_none() {
                return Err(("is not the whole path of a folder", HELP));
            }
            let prefix = path.components().collect::<PathBuf>().to_string_lossy().into_owned();
            return Ok(Self { kind, bucket: String::new(), prefix });
        }
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.trim_end_matches('/');
        let fits = |it: char| it.is_ascii_alphanumeric() || "-._".contains(it);
        if !(3..=222).contains(&bucket.len()) || !bucket.chars().all(fits) {
            return Err(("has no usable bucket", HELP));
        }
        let is_part = |it: &str| !["", ".", ".."].contains(&it) && it.chars().all(fits);
        if !prefix.is_empty() && !prefix.split('/').all(is_part) {
            let help = "between slashes, use letters, digits, `-`, `_` and `.`";
            return Err(("has a prefix that is not usable", help));
        }
        Ok(Self { kind, bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }

    /// The store and what lies at a place in it, for messages.
    pub fn at(&self, name: &str) -> String {
        if name.is_empty() { self.to_string() } else { format!("{self}/{name}") }
    }
}

impl fmt::Display for StoreAddress {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, bucket, prefix } = self;
        let between = if bucket.is_empty() || prefix.is_empty() { "" } else { "/" };
        write!(to, "{}://{bucket}{between}{prefix}", kind.scheme())
    }
}

/// How stores are reached; what is not said is left to the environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreAccess {
    /// The region of S3.
    pub region: Option<String>,
    /// The server's address, where that is not the usual one.
    pub endpoint: Option<String>,
    /// The access key of S3, or the account of Azure.
    pub user: Option<String>,
    /// Where the secret that belongs to it comes from.
    pub secret: Option<SecretSource>,
    /// A certificate authority to trust besides the system's, as PEM.
    pub ca_file: Option<PathBuf>,
    /// How long nobody may change what is put there; none leaves that to the bucket.
    pub lock: Option<ObjectLock>,
    /// Where the key of the fingerprints comes from, where the folder of packs has none yet.
    pub fingerprint_key: Option<SecretSource>,
}

/// How long nobody may change an object, and who may all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectLock {
    /// Whether those with a special right may.
    pub mode: LockMode,
    /// Days from when it is put there.
    pub days: u32,
}

/// Who may change what is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockMode {
    /// Those with a special right.
    Governance,
    /// Nobody.
    Compliance,
}

impl LockMode {
    /// The word of S3.
    pub fn word(self) -> &'static str {
        match self {
            Self::Governance => "GOVERNANCE",
            Self::Compliance => "COMPLIANCE",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::StoreAddress;

    #[test]
    fn a_store_has_one_spelling_or_a_reason_why_it_has_none() {
        let texts = [
            "s3://acme-evidence/retool/",
            "gs://acme-evidence",
            "az://evidence/2026/retool",
            "file:///srv/evidence/",
            "s3://",
            "s3://acme-evidence//retool",
            "s3://acme-evidence/../retool",
            "s3://key:hunter2@acme-evidence/retool",
            "s3://acme-evidence?region=eu",
            "https://acme-evidence.s3.amazonaws.com",
            "file://evidence",
            "file:///srv/../etc",
            "file:///",
            "evidence",
        ];
        let shown = |text: &&str| match StoreAddress::parse(text) {
            Ok(it) => format!("{text:38} {it}"),
            Err(it) => format!("{text:38} {}", it.0),
        };
        let lines: Vec<String> = texts.iter().map(shown).collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        s3://acme-evidence/retool/             s3://acme-evidence/retool
        gs://acme-evidence                     gs://acme-evidence
        az://evidence/2026/retool              az://evidence/2026/retool
        file:///srv/evidence/                  file:///srv/evidence
        s3://                                  has no usable bucket
        s3://acme-evidence//retool             has a prefix that is not usable
        s3://acme-evidence/../retool           has a prefix that is not usable
        s3://key:hunter2@acme-evidence/retool  holds more than a bucket and a prefix
        s3://acme-evidence?region=eu           holds more than a bucket and a prefix
        https://acme-evidence.s3.amazonaws.com is of no kind of store that is known
        file://evidence                        is not the whole path of a folder
        file:///srv/../etc                     is not the whole path of a folder
        file:///                               is not the whole path of a folder
        evidence                               is no address of a store
        ");
    }
}
