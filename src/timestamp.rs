//! Time-stamps of manifests (RFC 3161): an authority's word for when a pack was there.
//!
//! An authority is shown a hash and nothing else. Its answer lies beside the manifest as it came, so
//! that `openssl ts` checks it without this program.

mod authority;
mod token;

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

pub use self::authority::{Error, ask};
use self::token::TimestampToken;
use crate::calendar::stamps::stamp;
use crate::digest;

/// How far an authority's clock may be behind the one that dated the pack.
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// What a time-stamp says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Timestamp {
    /// When the manifest was there, by the authority's clock.
    pub at: DateTime<Utc>,
    /// The number that the authority gave it, in hex.
    pub serial: String,
    /// Whether an authority that somebody trusts signed it; without this it may be anybody's.
    pub is_trusted: bool,
}

/// Holds an answer of an authority against the manifest that it is said to be of, which was
/// rendered at this time by the pack's own account. Who signed it is for [`signed_by`] to say.
///
/// # Errors
///
/// Why it is no time-stamp of this manifest, in a fragment.
pub fn check(
    answer: &[u8],
    manifest: &[u8],
    rendered_at: DateTime<Utc>,
) -> Result<Timestamp, String> {
    let token = TimestampToken::read(answer).map_err(|it| it.to_string())?;
    if token.sha256 != digest::bytes_of(manifest) {
        return Err("it is of something else, and not of this manifest".to_owned());
    }
    if token.at + SKEW < rendered_at {
        return Err(format!(
            "it says {}, and the manifest says that it was made later, at {}",
            stamp(token.at),
            stamp(rendered_at)
        ));
    }
    Ok(Timestamp { at: token.at, serial: token.serial, is_trusted: false })
}

/// Has `openssl` say whether an authority that a file of certificates names signed the answer; the
/// certificates have to be valid at the time that it says.
///
/// # Errors
///
/// Why that is not so, or why `openssl` could not be asked, in a fragment.
pub fn signed_by(
    roots: &Path,
    at: DateTime<Utc>,
    answer: &Path,
    manifest: &Path,
) -> Result<(), String> {
    let mut openssl = Command::new("openssl");
    openssl.args(["ts", "-verify", "-attime", &at.timestamp().to_string()]);
    openssl.arg("-CAfile").arg(roots).arg("-in").arg(answer).arg("-data").arg(manifest);
    let failed =
        |error: io::Error| format!("`openssl`, which is to check it, cannot be started: {error}");
    let done = openssl.stdin(Stdio::null()).output().map_err(failed)?;
    if done.status.success() {
        return Ok(());
    }
    let said = reason(&String::from_utf8_lossy(&done.stderr));
    Err(format!("`openssl` does not accept it: {said}"))
}

/// The first complaint of `openssl`, in its own words: `id:error:code:library:function:reason:file:line:`
/// with more behind it or without.
fn reason(said: &str) -> String {
    let complaint = said.lines().find(|it| it.contains(":error:")).unwrap_or(said).trim();
    let parts: Vec<&str> = complaint.split(':').collect();
    let more = parts.get(8..).map(|it| it.join(":")).filter(|it| !it.trim().is_empty());
    more.or_else(|| parts.get(5).map(|it| (*it).to_owned())).unwrap_or_else(|| complaint.to_owned())
}
