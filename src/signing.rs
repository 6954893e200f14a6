//! Signatures of packs, in the format of `ssh-keygen -Y`: anybody who has it can check them.
//!
//! What is signed is `manifest.json`, which names every file of the pack by its hash.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Serialize;
use ssh_key::{HashAlg, LineEnding, PrivateKey, PublicKey, SshSig};

use crate::files;

/// What the signatures are for: one that was made for something else is none.
pub const NAMESPACE: &str = "retool-audit";

/// Why something could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Unread {
        /// The file.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
    /// The file of the key holds none that can sign.
    #[error("`{}` is no key that can sign: {why}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        why: String,
    },
    /// The program that signs with keys of RSA and of agents does not.
    #[error("`ssh-keygen` does not sign with `{}`: {why}", path.display())]
    Tool {
        /// The file of the key.
        path: PathBuf,
        /// In the words of the system or of the program.
        why: String,
    },
    /// A line of the allowed signers names nobody.
    #[error("line {line} of `{}` is no allowed signer: {why}", path.display())]
    Signer {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
}

impl Error {
    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Unread { .. } => None,
            Self::Key { .. } => Some(
                "`ssh-keygen -t ed25519 -N '' -f signing-key` makes one; of a key in an agent, name \
                 the file with its public half",
            ),
            Self::Tool { .. } => Some(
                "install OpenSSH, and load the key into the agent (`ssh-add -l` lists what it \
                 holds); `ssh-keygen -Y sign -n retool-audit -f KEY manifest.json` signs by hand",
            ),
            Self::Signer { .. } => Some(
                "write a name, optionally `namespaces=\"retool-audit\"`, and the public key, such \
                 as `auditor@acme.example ssh-ed25519 AAAA…`",
            ),
        }
    }
}

/// A key that can sign.
#[derive(Debug)]
pub struct Signer {
    path: PathBuf,
    key: SigningKey,
}

/// Where the private half is.
#[derive(Debug)]
enum SigningKey {
    /// Here.
    Own(Box<PrivateKey>),
    /// With `ssh-keygen`, which signs with keys of RSA, and with those that an agent holds.
    Tool(PublicKey),
}

impl Signer {
    /// Reads the private key in a file, or the public half of one that an agent holds.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds no key that can sign without a passphrase.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let unread = |source| Error::Unread { path: path.to_owned(), source };
        let text = files::read_text(path).map_err(unread)?;
        let unfit = |why: String| Error::Key { path: path.to_owned(), why };
        let path = path.to_owned();
        if let Ok(key) = PublicKey::from_openssh(&text) {
            return Ok(Self { path, key: SigningKey::Tool(key) });
        }
        let key = PrivateKey::from_openssh(&text).map_err(|error| unfit(error.to_string()))?;
        if key.is_encrypted() {
            let why = "it has a passphrase, and nobody is asked for one; an agent can hold it";
            return Err(unfit(why.to_owned()));
        }
        let is_rsa = key.algorithm().is_rsa();
        let key =
            if is_rsa { SigningKey::Tool(key.into()) } else { SigningKey::Own(Box::new(key)) };
        Ok(Self { path, key })
    }

    /// What its public half is known by: `SHA256:…`.
    pub fn fingerprint(&self) -> String {
        match &self.key {
            SigningKey::Own(key) => key.fingerprint(HashAlg::Sha256).to_string(),
            SigningKey::Tool(key) => key.fingerprint(HashAlg::Sha256).to_string(),
        }
    }

    /// A signature of these bytes.
    ///
    /// # Errors
    ///
    /// When the key is of a kind that cannot sign, or `ssh-keygen` does not sign with it.
    pub fn sign(&self, bytes: &[u8]) -> Result<String, Error> {
        let SigningKey::Own(key) = &self.key else { return self.sign_by_tool(bytes) };
        let signed = key.sign(NAMESPACE, HashAlg::Sha512, bytes);
        let pem = signed.and_then(|it| it.to_pem(LineEnding::LF));
        pem.map_err(|error| Error::Key { path: self.path.clone(), why: error.to_string() })
    }

    fn sign_by_tool(&self, bytes: &[u8]) -> Result<String, Error> {
        let failed = |why: String| Error::Tool { path: self.path.clone(), why };
        let mut child = Command::new("ssh-keygen")
            .args(["-Y", "sign", "-q", "-n", NAMESPACE, "-f"])
            .arg(&self.path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        // A program that ends early says on its own why.
        let _ = child.stdin.take().map(|mut it| it.write_all(bytes));
        let done = child.wait_with_output().map_err(|error| failed(error.to_string()))?;
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        if !done.status.success() || SshSig::from_pem(&text).is_err() {
            let said = String::from_utf8_lossy(&done.stderr);
            let last = said.lines().rev().find(|it| !it.trim().is_empty());
            return Err(failed(last.unwrap_or("it says nothing").trim().to_owned()));
        }
        Ok(text)
    }
}

/// Who may sign, as `ssh-keygen` reads it.
#[derive(Debug, Default)]
pub struct AllowedSigners(Vec<AllowedSigner>);

#[derive(Debug)]
struct AllowedSigner {
    name: String,
    key: PublicKey,
}

impl AllowedSigners {
    /// Reads a file of names and public keys.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or a line of it names nobody.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let unread = |source| Error::Unread { path: path.to_owned(), source };
        let text = files::read_text(path).map_err(unread)?;
        let lines = text.lines().enumerate().map(|(place, line)| (place + 1, line.trim()));
        let told = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let signer = |(line, text): (usize, &str)| {
            AllowedSigner::of(text).map_err(|why| Error::Signer {
                path: path.to_owned(),
                line,
                why,
            })
        };
        let signers = told.map(signer).collect::<Result<Vec<_>, _>>()?;
        Ok(Self(signers.into_iter().flatten().collect()))
    }

    fn name(&self, key: &PublicKey) -> Option<&str> {
        let same = self.0.iter().find(|it| it.key.key_data() == key.key_data());
        same.map(|it| it.name.as_str())
    }
}

impl AllowedSigner {
    /// A line; none where it is for signatures of something else.
    fn of(line: &str) -> Result<Option<Self>, String> {
        let (name, rest) = line.split_once(char::is_whitespace).ok_or("it has no key")?;
        let rest = rest.trim_start();
        let (first, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let (options, key) = if first.contains('=') || first == "cert-authority" {
            (first, behind.trim_start())
        } else {
            ("", rest)
        };
        let mut is_ours = true;
        for option in options.split(',').filter(|it| !it.is_empty()) {
            let namespaces = option.strip_prefix("namespaces=").map(|it| it.trim_matches('"'));
            let namespaces = namespaces.ok_or_else(|| format!("`{option}` is not supported"))?;
            is_ours = namespaces == NAMESPACE || namespaces == "*";
        }
        let key = PublicKey::from_openssh(key).map_err(|error| error.to_string())?;
        Ok(is_ours.then(|| Self { name: name.to_owned(), key }))
    }
}

/// Whose signature it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignedBy {
    /// The key: `SHA256:…`.
    pub fingerprint: String,
    /// The name that the allowed signers give it; none where they do not have the key, or where
    /// nobody said who may sign.
    pub name: Option<String>,
}

/// Holds a signature against what it is of.
///
/// # Errors
///
/// Why it is no signature of these bytes, in a fragment.
pub fn check(
    signature: &[u8],
    bytes: &[u8],
    allowed: Option<&AllowedSigners>,
) -> Result<SignedBy, String> {
    let read = SshSig::from_pem(signature);
    let signature = read.map_err(|error| format!("it is no signature: {error}"))?;
    let key = PublicKey::from(signature.public_key().clone());
    let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
    if signature.namespace() != NAMESPACE {
        return Err(format!("it was made for `{}`, not for packs", signature.namespace()));
    }
    if key.verify(NAMESPACE, bytes, &signature).is_err() {
        return Err(format!("it is of {fingerprint}, and not of this manifest"));
    }
    let name = allowed.and_then(|it| it.name(&key)).map(str::to_owned);
    if allowed.is_some() && name.is_none() {
        return Err(format!("{fingerprint} made it, which is no allowed signer"));
    }
    Ok(SignedBy { fingerprint, name })
}
