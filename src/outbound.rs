//! Requests to services that are not Retool: one POST, within bounds, and led nowhere else.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, Url};
use tokio::time::timeout;

use crate::reach::{self, root};

/// Until there is a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Why a service did not do what it was asked for. Addresses may hold secrets, and are not in it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is none.
    #[error("the address is none of http or https")]
    Address,
    /// There is no way to it.
    #[error(transparent)]
    Reach(#[from] reach::Error),
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

/// What is sent.
#[derive(Debug)]
pub struct PostedRequest {
    /// The kind of the body.
    pub content_type: &'static str,
    /// The kind of answer that is wanted.
    pub accept: &'static str,
    /// The body.
    pub body: Vec<u8>,
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

    /// Sends a body, and gives the answer that it is done with.
    ///
    /// # Errors
    ///
    /// When there is no answer within `longest`, one of more than `most` bytes, or another status
    /// than 200 to 299.
    pub async fn post(
        &self,
        request: PostedRequest,
        longest: Duration,
        most: usize,
    ) -> Result<Vec<u8>, Error> {
        let answering = async {
            let PostedRequest { content_type, accept, body } = request;
            let post = self.http.post(self.url.clone()).body(body);
            let post = post.header(CONTENT_TYPE, content_type).header(ACCEPT, accept);
            let unreached = |it: reqwest::Error| Error::Unreached(root(&it));
            let mut response = post.send().await.map_err(unreached)?;
            if !response.status().is_success() {
                return Err(Error::Status(response.status().as_u16()));
            }
            let mut res = Vec::new();
            while let Some(piece) = response.chunk().await.map_err(unreached)? {
                if res.len() + piece.len() > most {
                    return Err(Error::TooLarge(most));
                }
                res.extend_from_slice(&piece);
            }
            Ok(res)
        };
        timeout(longest, answering).await.unwrap_or(Err(Error::Late(longest)))
    }
}
