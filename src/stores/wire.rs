//! How stores are spoken to: our own client, within bounds, and led nowhere else.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpResponseBody, HttpService,
};
use reqwest::Client;
use reqwest::redirect::Policy;
use tokio::time::timeout;

use crate::loopback::is_this_machine;
use crate::reach;

/// Until there is a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Until an answer begins, and between two pieces of it.
pub(super) const SILENCE: Duration = Duration::from_mins(1);

/// Until a service beside this machine answers, where there is one.
const BESIDE: Duration = Duration::from_secs(3);

/// Bytes in a second with which a body goes out at least.
const SLOWEST: u64 = 64 << 10;

/// Bytes of an answer that is no object.
const MOST_ANSWER: usize = 64 << 20;

/// The service that gives machines in a cloud who they are, by its name at Google.
const METADATA: &str = "metadata.google.internal";

/// Marks a request whose answer is an object, of which whoever reads it bounds the length.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bulk;

/// The clients through which stores are reached.
#[derive(Clone)]
pub(super) struct Wire(Arc<Clients>);

struct Clients {
    /// For other machines, by way of a proxy where there is one.
    outward: Client,
    /// For this machine and what is beside it.
    near: Client,
}

impl fmt::Debug for Wire {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Wire")
    }
}

impl Wire {
    /// Prepares the clients, which trust these certificates besides the system's.
    ///
    /// # Errors
    ///
    /// Why the certificates are no use, in a fragment.
    pub(super) fn new(roots: Option<&[u8]>) -> Result<Self, String> {
        let builder = || reach::builder().redirect(Policy::none()).connect_timeout(CONNECT);
        let no_roots = || "`ca-file` holds no certificate in PEM".to_owned();
        let roots = roots.map(reach::roots).transpose().map_err(|_| no_roots())?;
        let roots = roots.unwrap_or_default();
        let built = |it: reqwest::ClientBuilder| it.build().map_err(|_| no_roots());
        let trusting = |it: reqwest::ClientBuilder| {
            if roots.is_empty() { it } else { it.tls_certs_merge(roots.clone()) }
        };
        let outward = built(trusting(builder()))?;
        let near = built(trusting(builder()).no_proxy())?;
        Ok(Self(Arc::new(Clients { outward, near })))
    }

    /// Sends a request, and gives its answer as soon as that begins.
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let host = request.uri().host().unwrap_or_default();
        let is_beside = is_beside(host);
        let is_near = is_this_machine(host) || is_beside;
        if request.uri().scheme_str() != Some("https") && !is_near {
            return Err(refused("plain http is for this machine alone"));
        }
        let client = if is_near { &self.0.near } else { &self.0.outward };
        let is_bulk = request.extensions().get::<Bulk>().is_some();
        let bytes = request.body().content_length() as u64;
        let longest = SILENCE + Duration::from_secs(bytes / SLOWEST);
        let answer = if is_beside {
            // Where nobody answers, there is none, and it does not help to ask again.
            let nobody = "no keys are given for it, and no service beside this machine gives any";
            let asked = timeout(BESIDE, client.call(request)).await;
            asked.ok().and_then(Result::ok).ok_or_else(|| refused(nobody))?
        } else {
            timeout(longest, client.call(request)).await.unwrap_or_else(|_| {
                let late = io::Error::new(io::ErrorKind::TimedOut, "no answer in time");
                Err(HttpError::new(HttpErrorKind::Timeout, late))
            })?
        };
        if is_bulk && answer.status().is_success() {
            return Ok(answer);
        }
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, MOST_ANSWER);
        let body = body.map_err(|it| HttpError::new_boxed(HttpErrorKind::Decode, it));
        Ok(HttpResponse::from_parts(head, HttpResponseBody::new(body)))
    }
}

fn refused(why: &'static str) -> HttpError {
    HttpError::new(HttpErrorKind::Unknown, io::Error::other(why))
}

/// Whether a host is one that machines in a cloud have beside them, which gives them who they are.
fn is_beside(host: &str) -> bool {
    let is_link_local = match host.trim_matches(['[', ']']).parse() {
        Ok(std::net::IpAddr::V4(it)) => it.is_link_local(),
        Ok(std::net::IpAddr::V6(it)) => it.segments()[..2] == [0xfd00, 0x0ec2],
        Err(_) => false,
    };
    is_link_local || host == METADATA
}

impl HttpService for Wire {
    fn call<'life0, 'async_trait>(
        &'life0 self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(self.send(request))
    }
}

impl HttpConnector for Wire {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}
