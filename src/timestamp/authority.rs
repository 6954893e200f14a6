//! One request to a time-stamping authority, and what it may answer.

use std::time::Duration;

use super::token::{self, TimestampToken};
use crate::digest;
use crate::outbound::{self, Outbound, OutboundLimits, OutboundRequest};
use crate::retool;

/// The answer of an authority, with its certificates, is a few kilobytes.
const LIMITS: OutboundLimits = OutboundLimits { longest: Duration::from_secs(30), most: 1 << 20 };

/// Why there is no time-stamp.
#[derive(Debug, thiserror::Error)]
#[error("no time-stamp from `{authority}`")]
pub struct Error {
    /// The authority's address.
    authority: String,
    /// What happened.
    #[source]
    source: Cause,
}

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error(transparent)]
    Outbound(#[from] outbound::Error),
    #[error("{0}")]
    Refused(String),
}

/// Asks an authority for a time-stamp of a manifest, and gives its answer as it came.
///
/// # Errors
///
/// When the authority does not answer, gives no time-stamp, or gives one of something else.
pub async fn ask(authority: &str, manifest: &[u8]) -> Result<Vec<u8>, Error> {
    let failed = |source: Cause| Error { authority: authority.to_owned(), source };
    answer(authority, manifest).await.map_err(failed)
}

async fn answer(authority: &str, manifest: &[u8]) -> Result<Vec<u8>, Cause> {
    let sha256 = digest::bytes_of(manifest);
    let random = retool::random()
        .ok_or_else(|| Cause::Refused("the system gives no random bytes".to_owned()))?;
    let nonce = u64::from_be_bytes(random[..8].try_into().expect("eight of 32 bytes"));
    let (query, reply) = ("application/timestamp-query", "application/timestamp-reply");
    let request = OutboundRequest::of(query, reply, token::request(&sha256, nonce));
    let answer = Outbound::to(authority)?.post(request, LIMITS).await?;
    let token = TimestampToken::read(&answer).map_err(|it| Cause::Refused(it.to_string()))?;
    let refused = |why: &str| Err(Cause::Refused(why.to_owned()));
    match token {
        TimestampToken { sha256: it, .. } if it != sha256 => refused("it is of something else"),
        TimestampToken { nonce: it, .. } if it != Some(nonce) => {
            refused("it answers another request: its nonce is not the one that was sent")
        }
        TimestampToken { .. } => Ok(answer),
    }
}
