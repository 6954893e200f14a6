//! Requests to services that are not Retool: one at a time, within bounds, and led nowhere else.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Method, Url};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;

use crate::loopback::is_this_machine;
use crate::reach::{self, root};

/// Until there is a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Why a service did not do what it was asked for. Addresses may hold secrets, and are not in it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is none.
    #[error("the address is none of http or https")]
    Address,
    /// What is sent would be readable on the way.
    #[error("the address must start with https")]
    Unencrypted,
    /// There is no way to it.
    #[error(transparent)]
    Reach(#[from] reach::Error),
    /// A header cannot be sent.
    #[error("a secret holds characters that a header cannot carry")]
    Header,
    /// No connection, or no whole answer; with the cause.
    #[error("no answer: {0}")]
    Unreached(String),
    /// The time is over.
    #[error("no answer within {} seconds", .0.as_secs())]
    Late(Duration),
    /// Another answer than that it is done.
    #[error("the answer is HTTP {0}")]
    Status(u16),
    /// More than such a service has to say.
    #[error("the answer goes beyond {} KiB", .0 >> 10)]
    TooLarge(usize),
}

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboundMethod {
    /// It asks for something.
    Get,
    /// It sends something.
    Post,
    /// It changes something.
    Patch,
}

/// What is sent.
#[derive(Debug)]
pub struct OutboundRequest {
    /// What it does.
    pub method: OutboundMethod,
    /// The kind of the body.
    pub content_type: &'static str,
    /// The kind of answer that is wanted.
    pub accept: &'static str,
    /// Further headers, which may hold secrets, by their names in lower case.
    pub headers: Vec<(&'static str, SecretString)>,
    /// The body.
    pub body: Vec<u8>,
}

impl OutboundRequest {
    /// One that sends something, without further headers.
    pub fn of(content_type: &'static str, accept: &'static str, body: Vec<u8>) -> Self {
        let method = OutboundMethod::Post;
        Self { method, content_type, accept, headers: Vec::new(), body }
    }
}

/// What a service answered.
#[derive(Debug)]
pub struct OutboundAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl OutboundAnswer {
    /// Whether it is done.
    pub fn is_done(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// What bounds one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboundLimits {
    /// Until the answer is whole.
    pub longest: Duration,
    /// Bytes of the largest answer that is read.
    pub most: usize,
}

/// The way to one service.
#[derive(Debug)]
pub struct Outbound {
    http: Client,
    url: Url,
}

impl Outbound {
    /// Prepares the connection; services on this machine are reached without a proxy.
    ///
    /// # Errors
    ///
    /// When the address is none of `http` or `https`, or TLS cannot be set up.
    pub fn to(url: &str) -> Result<Self, Error> {
        let url = Url::parse(url).ok().filter(|it| matches!(it.scheme(), "http" | "https"));
        let url = url.filter(Url::has_host).ok_or(Error::Address)?;
        let http = reach::service(&url, None, |it| it.connect_timeout(CONNECT))?;
        Ok(Self { http, url })
    }

    /// The same where what is sent must not be read on the way: plain http leads to this machine
    /// alone.
    ///
    /// # Errors
    ///
    /// As [`Self::to`], and when it would lead elsewhere.
    pub fn secured(url: &str) -> Result<Self, Error> {
        let res = Self::to(url)?;
        let is_here = res.url.host_str().is_some_and(is_this_machine);
        if res.url.scheme() == "https" || is_here { Ok(res) } else { Err(Error::Unencrypted) }
    }

    /// The way to what lies below the address: the parts of a path, and a query.
    #[must_use]
    pub fn below(&self, path: &[&str], query: &[(&str, &str)]) -> Self {
        let mut url = self.url.clone();
        if let Ok(mut parts) = url.path_segments_mut() {
            parts.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Self { http: self.http.clone(), url }
    }

    /// Sends a body, and gives the answer that it is done with.
    ///
    /// # Errors
    ///
    /// When there is no answer within the limits, or another status than 200 to 299.
    pub async fn post(
        &self,
        request: OutboundRequest,
        limits: OutboundLimits,
    ) -> Result<Vec<u8>, Error> {
        let answer = self.send(request, limits).await?;
        if answer.is_done() { Ok(answer.body) } else { Err(Error::Status(answer.status)) }
    }

    /// Sends a body, and gives the answer, whatever it is.
    ///
    /// # Errors
    ///
    /// When there is none within the limits.
    pub async fn send(
        &self,
        request: OutboundRequest,
        limits: OutboundLimits,
    ) -> Result<OutboundAnswer, Error> {
        let OutboundLimits { longest, most } = limits;
        let answering = async {
            let OutboundRequest { method, content_type, accept, headers, body } = request;
            let method = match method {
                OutboundMethod::Get => Method::GET,
                OutboundMethod::Post => Method::POST,
                OutboundMethod::Patch => Method::PATCH,
            };
            let mut asking = self.http.request(method, self.url.clone()).header(ACCEPT, accept);
            if !body.is_empty() {
                asking = asking.header(CONTENT_TYPE, content_type).body(body);
            }
            for (name, value) in headers {
                asking = asking.header(name, sensitive(&value)?);
            }
            let unreached = |it: reqwest::Error| Error::Unreached(root(&it));
            let mut response = asking.send().await.map_err(unreached)?;
            let (status, mut body) = (response.status().as_u16(), Vec::new());
            while let Some(piece) = response.chunk().await.map_err(unreached)? {
                if body.len() + piece.len() > most {
                    return Err(Error::TooLarge(most));
                }
                body.extend_from_slice(&piece);
            }
            Ok(OutboundAnswer { status, body })
        };
        timeout(longest, answering).await.unwrap_or(Err(Error::Late(longest)))
    }
}

/// A header that no log of a library shows.
fn sensitive(value: &SecretString) -> Result<HeaderValue, Error> {
    let mut res = HeaderValue::try_from(value.expose_secret()).map_err(|_| Error::Header)?;
    res.set_sensitive(true);
    Ok(res)
}
