//! Why a store does not take or give something; never with what was signed or a server's text.

use std::io;
use std::path::PathBuf;

use crate::config::secrets;
use crate::config::stores::StoreAddress;
use crate::reach::{causes, size};

/// Characters of a name, or of a cause, that are shown.
const SHOWN: usize = 80;

/// What an error of the library says before a status.
const STATUS: &str = "Server returned non-2xx status code: ";

/// Why a store does not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The way to it cannot be prepared.
    #[error("cannot use `{store}`: {why}")]
    Setup {
        /// Its address.
        store: String,
        /// Why, in a fragment.
        why: String,
    },
    /// Nobody knows who asks.
    #[error("cannot use `{store}`: its secret cannot be read: {why}")]
    Secret {
        /// Its address.
        store: String,
        /// Why, in a fragment.
        why: String,
    },
    /// It does not answer, or answers otherwise.
    #[error("cannot {deed} `{at}`: {why}")]
    Failed {
        /// `read`, `list` or `write`.
        deed: &'static str,
        /// What.
        at: String,
        /// Why, in a fragment.
        why: String,
        /// Of which kind that is.
        fault: StoreFault,
    },
    /// Another object has the place of one.
    #[error("`{at}` is there with other content, and evidence is never replaced")]
    Different {
        /// The object.
        at: String,
    },
    /// What was put there is not there.
    #[error("`{at}` was put there, and what is read back is not what was put")]
    Lost {
        /// The object.
        at: String,
    },
    /// An object can be changed that should be locked.
    #[error("`{at}` is not locked as `lock` in `[store]` says")]
    Unlocked {
        /// The object.
        at: String,
    },
    /// A file of the pack is not what was sealed.
    #[error("`{}` is not what was sealed, and is not put into the store: {why}", path.display())]
    Unsealed {
        /// The pack, or its file.
        path: PathBuf,
        /// What is wrong, in a fragment.
        why: String,
    },
    /// An object, or all of them, are larger than any evidence.
    #[error("`{at}` goes beyond {}", size(*most))]
    TooLarge {
        /// The object, or the store.
        at: String,
        /// How much is read at most.
        most: u64,
    },
    /// It holds more objects than are listed.
    #[error("`{store}` holds objects without end")]
    Endless {
        /// Its address.
        store: String,
    },
    /// It holds something whose name could lead elsewhere.
    #[error("`{store}` holds an object that is no evidence: `{name}`")]
    Name {
        /// Its address.
        store: String,
        /// The beginning of the name, on one line.
        name: String,
    },
    /// What is there does not go on from what is here, nor the other way round.
    #[error("`{at}` does not go on from `{}`, nor that from it", path.display())]
    Apart {
        /// The object.
        at: String,
        /// The file.
        path: PathBuf,
    },
    /// The disk does not take what the store gives.
    #[error("cannot keep what `{at}` gives")]
    Kept {
        /// The object.
        at: String,
        /// In the system's words.
        source: io::Error,
    },
    /// The disk does not give what the store is to take.
    #[error("cannot read `{}`", path.display())]
    Unread {
        /// The file.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
}

/// Of which kind a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFault {
    /// Nobody answers, or not in time.
    Unreached,
    /// Whoever asks may not.
    Denied,
    /// There is no such bucket, or object.
    Missing,
    /// Anything else.
    Other,
}

impl StoreError {
    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::Failed { fault: StoreFault::Denied, .. } => {
                "give whoever runs the program the right to list, read and write there: docs/stores.md \
                 has the policy"
            }
            Self::Failed { fault: StoreFault::Missing, .. } => {
                "make the bucket or the folder, or correct `store` in `[output]`"
            }
            Self::Failed { fault: StoreFault::Unreached, .. } => {
                "try again when the store can be reached"
            }
            Self::Different { .. } | Self::Lost { .. } | Self::Apart { .. } => {
                "find out who else writes there, compare both, and move one of them away"
            }
            Self::Unlocked { .. } => {
                "make the bucket with Object Lock, and allow `s3:PutObjectRetention` and \
                 `s3:GetObjectRetention`"
            }
            Self::Unsealed { .. } => "see with `retool-audit verify` what was changed",
            Self::Endless { .. } | Self::Name { .. } | Self::TooLarge { .. } => {
                "give evidence a bucket, or a prefix, of its own"
            }
            Self::Secret { .. } => "put it where `secret-env` or its like in `[store]` says",
            Self::Setup { .. } => "correct `[store]`: docs/stores.md",
            Self::Failed { .. } | Self::Kept { .. } | Self::Unread { .. } => return None,
        })
    }

    /// Whether nobody answers.
    pub fn is_unreached(&self) -> bool {
        matches!(self, Self::Failed { fault: StoreFault::Unreached, .. })
    }

    /// An object has a name that could lead elsewhere.
    pub(super) fn name(store: &StoreAddress, name: &str) -> Self {
        Self::Name { store: store.to_string(), name: beginning(&name.escape_debug().to_string()) }
    }

    /// What an error of the library means.
    pub(super) fn of(deed: &'static str, at: &str, error: &object_store::Error) -> Self {
        use object_store::Error as Library;

        let (at, why) = (at.to_owned(), cause(error));
        let fault = match (error, status(&error.to_string())) {
            (Library::NotFound { .. }, _) | (_, Some(404)) => StoreFault::Missing,
            (_, Some(401 | 403)) => StoreFault::Denied,
            (_, Some(_)) => StoreFault::Other,
            (_, None) => StoreFault::Unreached,
        };
        Self::Failed { deed, at, why, fault }
    }

    /// The library cannot be set up.
    pub(super) fn setup(store: &StoreAddress, why: impl Into<String>) -> Self {
        Self::Setup { store: store.to_string(), why: why.into() }
    }

    /// A folder does not do it.
    pub(super) fn disk(deed: &'static str, at: &str, error: &io::Error) -> Self {
        let fault = match error.kind() {
            io::ErrorKind::PermissionDenied => StoreFault::Denied,
            io::ErrorKind::NotFound => StoreFault::Missing,
            _ => StoreFault::Other,
        };
        Self::Failed { deed, at: at.to_owned(), why: error.to_string(), fault }
    }
}

/// Why, in a fragment: the status and the code of an answer, or the innermost cause where there is no
/// answer. Servers' texts may repeat what was signed, and are left out.
pub(super) fn cause(error: &object_store::Error) -> String {
    let text = error.to_string();
    if let Some(status) = status(&text) {
        let code = text.split_once("<Code>").map_or("", |it| it.1);
        let code: String = code.chars().take_while(char::is_ascii_alphanumeric).collect();
        return match code.as_str() {
            "" => format!("HTTP {status}"),
            code => format!("HTTP {status} ({})", beginning(code)),
        };
    }
    let innermost = causes(error).last().map_or_else(|| text.clone(), ToString::to_string);
    let is_plain =
        !["://", "ignature", "redential", "oken"].iter().any(|it| innermost.contains(it));
    let shown = beginning(&secrets::without(&innermost));
    if is_plain && !shown.is_empty() { shown } else { "no answer that says why".to_owned() }
}

/// The status of an answer, where the text of an error is of one.
fn status(text: &str) -> Option<u16> {
    text.split_once(STATUS)?.1.get(..3)?.parse().ok()
}

/// The beginning of a text.
fn beginning(text: &str) -> String {
    let mut res: String = text.chars().take(SHOWN).collect();
    if res.len() < text.len() {
        res.push('…');
    }
    res
}
