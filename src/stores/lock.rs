//! Object Lock of S3: asked for with each object, and looked at afterwards.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use object_store::HeaderMap;
use object_store::HeaderValue;
use object_store::aws::{AmazonS3, AwsAuthorizer};
use object_store::client::{HttpRequest, HttpRequestBody};
use object_store::path::Path;
use object_store::signer::Signer as _;
use reqwest::Method;

use super::error::{StoreError, StoreFault, cause};
use super::wire::Wire;
use crate::config::stores::{LockMode, ObjectLock};

const MODE: &str = "x-amz-object-lock-mode";
const UNTIL: &str = "x-amz-object-lock-retain-until-date";

/// What goes with an object of a bucket that may lock all that is put there: without it, none is taken.
pub(super) fn checksummed() -> HeaderMap {
    let mut res = HeaderMap::new();
    res.insert("x-amz-sdk-checksum-algorithm", HeaderValue::from_static("SHA256"));
    res
}

/// How far what a server says may be from what was asked for.
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// What an object is asked to be locked with.
#[derive(Clone, Copy, Debug)]
pub(super) struct LockTerms {
    mode: LockMode,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl LockTerms {
    pub(super) fn from(lock: ObjectLock, now: DateTime<Utc>) -> Self {
        let until = now + TimeDelta::days(i64::from(lock.days));
        Self { mode: lock.mode, now, until }
    }

    /// What goes with an object that is to be locked.
    pub(super) fn headers(self) -> HeaderMap {
        let until = self.until.to_rfc3339_opts(SecondsFormat::Secs, true);
        let mut res = checksummed();
        res.insert(MODE, HeaderValue::from_static(self.mode.word()));
        res.insert(UNTIL, HeaderValue::from_str(&until).expect("a time is plain"));
        res
    }

    /// Whether what a server says of an object is what was asked for; one that lay there before was
    /// locked from then on.
    fn hold(self, said: &HeaderMap, is_new: bool) -> bool {
        let text = |name| said.get(name).and_then(|it: &HeaderValue| it.to_str().ok());
        let mode = text(MODE).unwrap_or_default();
        // What nobody may change is locked for those with a special right, too.
        let fits = mode == self.mode.word() || mode == LockMode::Compliance.word();
        let until = text(UNTIL).and_then(|it| DateTime::parse_from_rfc3339(it).ok());
        let least = if is_new { self.until - SKEW } else { self.now };
        fits && until.is_some_and(|it| it.to_utc() >= least)
    }
}

/// Asks S3 what the library does not.
#[derive(Debug)]
pub(super) struct S3Probe {
    pub(super) store: AmazonS3,
    pub(super) region: String,
    pub(super) wire: Wire,
}

impl S3Probe {
    /// Whether an object is locked as it should be.
    pub(super) async fn expect_locked(
        &self,
        at: &str,
        path: &Path,
        terms: LockTerms,
        is_new: bool,
    ) -> Result<(), StoreError> {
        let (status, said, _) = self.ask(at, Method::HEAD, path, None).await?;
        if status != 200 {
            let (deed, why, fault) = ("read", format!("HTTP {status}"), StoreFault::Other);
            return Err(StoreError::Failed { deed, at: at.to_owned(), why, fault });
        }
        if terms.hold(&said, is_new) {
            return Ok(());
        }
        Err(StoreError::Unlocked { at: at.to_owned() })
    }

    /// Whether the bucket can lock objects; none where it does not say.
    pub(super) async fn can_lock(&self) -> Option<bool> {
        let root = Path::default();
        let (status, _, body) =
            self.ask("", Method::GET, &root, Some("object-lock=")).await.ok()?;
        match status {
            200 => Some(String::from_utf8_lossy(&body).contains("Enabled")),
            404 => Some(false),
            _ => None,
        }
    }

    /// The answer to a signed request without a body.
    async fn ask(
        &self,
        at: &str,
        method: Method,
        path: &Path,
        query: Option<&str>,
    ) -> Result<(u16, HeaderMap, Vec<u8>), StoreError> {
        let failed = |it: object_store::Error| StoreError::of("read", at, &it);
        // The address alone is of use here: a signature in a header says who asks.
        let signed = self.store.signed_url(method.clone(), path, Duration::from_secs(1));
        let mut url = signed.await.map_err(failed)?;
        url.set_query(query);
        let mut request = HttpRequest::new(HttpRequestBody::empty());
        *request.method_mut() = method;
        let no_address =
            |_| StoreError::Setup { store: at.to_owned(), why: "no address".to_owned() };
        *request.uri_mut() = url.as_str().parse().map_err(no_address)?;
        let credential = self.store.credentials().get_credential().await.map_err(failed)?;
        AwsAuthorizer::new(&credential, "s3", &self.region)
            .try_authorize(&mut request, None)
            .map_err(failed)?;
        let unreached = |it: object_store::client::HttpError| {
            let error = object_store::Error::Generic { store: "S3", source: Box::new(it) };
            let (deed, why, fault) = ("read", cause(&error), StoreFault::Unreached);
            StoreError::Failed { deed, at: at.to_owned(), why, fault }
        };
        let answer = self.wire.send(request).await.map_err(unreached)?;
        let (status, said) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.into_body().bytes().await.map_err(unreached)?;
        Ok((status, said, body.to_vec()))
    }
}
