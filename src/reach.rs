//! How any server is reached: as whom, over which TLS, and what a failure comes from.

use std::error::Error as StdError;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Url};

use crate::loopback::is_this_machine;

/// What the program calls itself.
pub const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// Why a service cannot be reached at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The PEM text holds no certificate.
    #[error("the file of `ca-file` holds no certificate in PEM form")]
    Root,
    /// The TLS library refuses to start.
    #[error("TLS cannot be set up ({0}); install the system's certificates or name a `ca-file`")]
    Tls(String),
}

/// Chooses who computes TLS in this process.
pub fn provide_tls() {
    // Another part of the process may have chosen its provider already, which serves as well.
    let _already = rustls::crypto::ring::default_provider().install_default();
}

/// What every client is made from: it says who asks, and not from where.
pub fn builder() -> ClientBuilder {
    provide_tls();
    Client::builder().user_agent(USER_AGENT).referer(false)
}

/// Whom a client trusts to be at `url`: whom the system trusts, and these certificates besides.
///
/// # Errors
///
/// When there is none in the text.
pub fn trusting(
    builder: ClientBuilder,
    url: &Url,
    roots: Option<&[u8]>,
) -> Result<ClientBuilder, Error> {
    if url.scheme() == "http" {
        // Without this, a machine without certificates could not even speak plain HTTP.
        return Ok(builder.tls_certs_only([]));
    }
    let Some(pem) = roots else { return Ok(builder) };
    Ok(builder.tls_certs_merge(self::roots(pem)?))
}

/// The certificates in a text.
///
/// # Errors
///
/// When there is none.
pub fn roots(pem: &[u8]) -> Result<Vec<Certificate>, Error> {
    let roots = Certificate::from_pem_bundle(pem).map_err(|_| Error::Root)?;
    if roots.is_empty() { Err(Error::Root) } else { Ok(roots) }
}

/// A client for a service that is not Retool: it is led nowhere else, and meets no proxy on the way
/// to this machine.
///
/// # Errors
///
/// When the text holds no certificate, or TLS cannot be set up.
pub fn service(
    url: &Url,
    roots: Option<&[u8]>,
    bounded: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Result<Client, Error> {
    let mut builder = trusting(bounded(builder()), url, roots)?.redirect(Policy::none());
    if url.host_str().is_some_and(is_this_machine) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|it| Error::Tls(root(&it)))
}

/// The innermost cause: the outer ones repeat the address.
pub fn root(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| "no cause given".into(), ToString::to_string)
}

/// What an error comes from, the outermost cause first.
pub fn causes<'a>(error: &'a dyn StdError) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&it| it.source())
}

/// An error with its causes in one line.
pub fn explain(error: &dyn StdError) -> String {
    causes(error).fold(error.to_string(), |res, it| format!("{res}: {it}"))
}

/// So many bytes in words.
pub fn size(bytes: u64) -> String {
    if bytes >= 1 << 20 { format!("{} MiB", bytes >> 20) } else { format!("{bytes} bytes") }
}
