//! One GET to one instance.
//!
//! There is no way through here for another method, to another host, or for a body without end.

mod certificate;
mod home;
mod proxy;

use std::io;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue};
use reqwest::header::{LOCATION, RETRY_AFTER};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Response, Url};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::{Instant, timeout};

pub use self::certificate::Distrust;
use super::{Error, Settings};
use crate::digest::Digest;
use crate::mask::Mask;
use crate::reach::{self, causes, root, size};

/// What bounds one request, whatever the server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestLimits {
    /// Until there is a connection.
    pub connect: Duration,
    /// Between two pieces of an answer.
    pub silence: Duration,
    /// Until an answer is whole.
    pub answer: Duration,
    /// Bytes of the largest answer that is read.
    pub page_bytes: usize,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_mins(1),
            answer: Duration::from_mins(2),
            page_bytes: 256 << 20,
        }
    }
}

/// Characters of a token that inventories show.
const END: usize = 4;

/// Bytes of the shortest token whose end says nothing about the rest.
const SHORTEST: usize = 16;

/// The way to one instance.
pub(super) struct Transport {
    http: reqwest::Client,
    base: String,
    token: SecretString,
    mask: Mask,
    limits: RequestLimits,
}

/// An answer of which only the beginning came so far.
pub(super) struct PartialResponse {
    response: Response,
    /// What is left of its time.
    left: Duration,
}

/// What came, whatever its status; without the token, should the server have repeated it.
#[derive(Debug)]
pub(super) struct ServerResponse {
    pub(super) status: u16,
    pub(super) retry_after: Option<String>,
    /// What the server's clock showed.
    pub(super) date: Option<String>,
    pub(super) location: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) body: Vec<u8>,
    /// Bytes of the body as it came.
    pub(super) bytes: u64,
    /// Of the body as it came.
    pub(super) sha256: String,
}

/// Why nothing came, or not all of it; without the token, as answers are.
#[derive(Debug)]
pub(super) enum TransportFault {
    /// No connection; with the cause.
    Connect(String),
    /// No connection within this time, and no word why.
    Unreached(Duration),
    /// The server's certificate is not accepted.
    Certificate(Distrust),
    /// A time limit passed.
    Silent,
    /// The connection ended early; with the cause.
    Broken(String),
    /// The time of the whole instance is over.
    Late,
    /// The body goes beyond this size.
    TooLarge(String),
}

impl ServerResponse {
    /// An answer without headers.
    #[cfg(test)]
    pub(super) fn of(status: u16, body: &str) -> Self {
        let (bytes, sha256) = (body.len() as u64, crate::digest::of(body));
        let body = body.as_bytes().to_vec();
        let (retry_after, date, location, content_type) = (None, None, None, None);
        Self { status, retry_after, date, location, content_type, body, bytes, sha256 }
    }

    /// Whether this is a web page.
    pub(super) fn is_page(&self) -> bool {
        let html =
            self.content_type.as_deref().is_some_and(|content_type| content_type.contains("html"));
        html || self.body.trim_ascii_start().starts_with(b"<")
    }
}

impl Transport {
    /// Prepares the connection; the name service is asked where the host is, and no other server is
    /// asked anything.
    pub(super) async fn new(settings: &Settings) -> Result<Self, Error> {
        let base = settings.url.trim_end_matches('/').to_owned();
        let url = Url::parse(&base).ok().filter(Url::has_host);
        let url = url.ok_or_else(|| Error::Url { url: base.clone() })?;
        let mut builder = reach::builder()
            .default_headers(headers(&settings.token)?)
            .redirect(Policy::custom(stay_home))
            .connect_timeout(settings.limits.connect)
            .read_timeout(settings.limits.silence);
        if let Some(addresses) = home::of(&url, settings.limits.connect).await {
            let host = url.host_str().unwrap_or_default();
            builder = builder.no_proxy().resolve_to_addrs(host, &addresses);
        }
        let http = reach::trusting(builder, &url, settings.extra_roots.as_deref())?
            .build()
            .map_err(|it| reach::Error::Tls(root(&it)))?;
        let mask = Mask::of(&settings.token).ok_or(Error::Token)?;
        let (token, limits) = (settings.token.clone(), settings.limits);
        Ok(Self { http, base, token, mask, limits })
    }

    /// Asks for a path below the instance's address, redirects within the instance included, until
    /// an answer begins.
    pub(super) async fn ask(&self, request: &str) -> Result<PartialResponse, TransportFault> {
        let url = format!("{}{request}", self.base);
        let (began, sending) = (Instant::now(), self.http.get(url).send());
        let response =
            timeout(self.limits.answer, sending).await.map_err(|_| TransportFault::Silent)?;
        let response = response.map_err(|it| self.blame(&it))?;
        Ok(PartialResponse { response, left: self.limits.answer.saturating_sub(began.elapsed()) })
    }

    /// Reads the rest of an answer.
    pub(super) async fn take(
        &self,
        head: PartialResponse,
    ) -> Result<ServerResponse, TransportFault> {
        let PartialResponse { response, left } = head;
        let raw = |name| response.headers().get(name)?.to_str().ok();
        let header = |name| raw(name).map(|it| self.mask.text(it).into_owned());
        let (status, retry_after) = (response.status().as_u16(), header(RETRY_AFTER));
        let location = raw(LOCATION).map(|it| self.mask.take(host_of(&response, it)));
        let (content_type, date) = (header(CONTENT_TYPE), header(DATE));
        let reading = timeout(left, self.read(response)).await;
        let (body, sha256) = reading.unwrap_or(Err(TransportFault::Silent))?;
        let (bytes, body) = (body.len() as u64, self.mask.body(body));
        Ok(ServerResponse {
            status,
            retry_after,
            date,
            location,
            content_type,
            body,
            bytes,
            sha256,
        })
    }

    /// The end of the token, by which an inventory lists it: never more than four characters, and
    /// nothing of a token so short that they would give it away.
    pub(super) fn token_end(&self) -> Option<String> {
        end(self.token.expose_secret()).map(str::to_owned)
    }

    /// Whether the token ends so.
    pub(super) fn token_ends_with(&self, end: &str) -> bool {
        self.token.expose_secret().ends_with(end)
    }

    async fn read(&self, mut response: Response) -> Result<(Vec<u8>, String), TransportFault> {
        let (mut body, mut hash) = (Vec::new(), Digest::default());
        while let Some(it) = response.chunk().await.map_err(|it| self.blame(&it))? {
            if body.len() + it.len() > self.limits.page_bytes {
                return Err(TransportFault::TooLarge(size(self.limits.page_bytes as u64)));
            }
            hash.update(&it);
            body.extend_from_slice(&it);
        }
        Ok((body, hash.hex()))
    }

    /// What an error means; libraries quote servers.
    fn blame(&self, error: &reqwest::Error) -> TransportFault {
        let hide = |it: &str| self.mask.text(it).into_owned();
        if let Some(it) = certificate(error) {
            TransportFault::Certificate(Distrust::of(it, &hide))
        } else if error.is_connect() && error.is_timeout() {
            TransportFault::Unreached(self.limits.connect)
        } else if error.is_connect() {
            // Whoever was not reached has not seen the token, and cannot repeat it.
            TransportFault::Connect(self.unreached(root(error)))
        } else if error.is_timeout() {
            TransportFault::Silent
        } else {
            TransportFault::Broken(hide(&root(error)))
        }
    }

    /// Why no server was reached; the library does not say that there is a proxy before it.
    fn unreached(&self, cause: String) -> String {
        let url = Url::parse(&self.base).ok();
        let proxy = url.and_then(|it| proxy::of(it.scheme(), it.host_str()?));
        let Some((variable, address)) = proxy else { return cause };
        let what =
            if cause.contains("tunnel") { "lets nothing through" } else { "does not answer" };
        format!("the proxy `{address}`, which `{variable}` names, {what}: {cause}")
    }
}

fn end(token: &str) -> Option<&str> {
    let (at, _) = token.char_indices().rev().nth(END - 1)?;
    (token.len() >= SHORTEST).then(|| &token[at..])
}

fn headers(token: &SecretString) -> Result<HeaderMap, Error> {
    let bearer = format!("Bearer {}", token.expose_secret());
    let mut bearer = HeaderValue::try_from(bearer).map_err(|_| Error::Token)?;
    bearer.set_sensitive(true);
    let json = HeaderValue::from_static("application/json");
    Ok(HeaderMap::from_iter([(AUTHORIZATION, bearer), (ACCEPT, json)]))
}

/// Follows a redirect only to the same scheme, host and port; any other comes back as the answer.
fn stay_home(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let same = attempt.previous().first().is_some_and(|it| it.origin() == attempt.url().origin());
    if same && attempt.previous().len() <= 5 { attempt.follow() } else { attempt.stop() }
}

/// What is wrong with the server's certificate, if that is why there is no answer.
fn certificate(error: &reqwest::Error) -> Option<&rustls::CertificateError> {
    causes(error).find_map(|it| {
        // An I/O error hides what it wraps from the chain, and the wrappings nest.
        let first = it.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let mut inner =
            std::iter::successors(first, |it| it.downcast_ref::<io::Error>()?.get_ref());
        inner.find_map(|it| match it.downcast_ref() {
            Some(rustls::Error::InvalidCertificate(it)) => Some(it),
            _ => None,
        })
    })
}

/// Where a redirect leads, without the query that may hold a session.
fn host_of(response: &Response, location: &str) -> String {
    let url = response.url().join(location);
    url.map_or_else(|_| "an unreadable address".into(), |it| it.origin().ascii_serialization())
}

/// Random bytes of the system, by way of the TLS library; none where it has none to give.
pub(super) fn random() -> Option<[u8; 32]> {
    let mut res = [0; 32];
    rustls::crypto::ring::default_provider().secure_random.fill(&mut res).ok()?;
    Some(res)
}

#[cfg(test)]
mod tests {
    use super::end;

    #[test]
    fn no_more_of_a_token_shows_than_its_last_four_characters() {
        let tokens = [
            "retool_01hx5k3v9q7m",
            "ünïcödé-tökén-ünïcödé",
            "sixteen-bytes-ab",
            "fifteen-bytes-a",
            "abcd",
            "",
        ];
        let ends = tokens.map(|token| end(token).unwrap_or("-"));
        insta::assert_snapshot!(ends.join(" "), @"9q7m cödé s-ab - - -");
        assert!(ends.iter().all(|end| end.chars().count() <= 4));
    }
}
