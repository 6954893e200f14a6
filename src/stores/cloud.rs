//! Stores that are reached over a network: S3, Azure Blob Storage, Google Cloud Storage.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey, Checksum};
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{
    BackoffConfig, ClientOptions, Error as Library, GetOptions, HeaderMap, ObjectStore,
    ObjectStoreExt as _, PutMode, PutOptions, RetryConfig,
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;

use super::error::{StoreError, StoreFault, cause};
use super::lock::{LockTerms, S3Probe, checksummed};
use super::wire::{Bulk, SILENCE, Wire};
use crate::config::SecretSource;
use crate::config::stores::{StoreAccess, StoreAddress, StoreKind};
use crate::files;

/// How long a listing takes at most.
const LISTING: Duration = Duration::from_mins(15);

/// How often a request is sent again that a server could not answer, and for how long.
const AGAIN: (usize, Duration) = (4, Duration::from_mins(1));

/// Where S3 is, unless somebody says so.
const REGION: &str = "us-east-1";

/// A store that is reached over a network.
#[derive(Debug)]
pub(super) struct Cloud {
    prefix: String,
    reading: Arc<dyn ObjectStore>,
    /// The same for what is put there, and for what is to be locked.
    putting: Arc<dyn ObjectStore>,
    locking: Option<(Arc<dyn ObjectStore>, LockTerms)>,
    /// What else S3 can be asked.
    s3: Option<S3Probe>,
}

impl Cloud {
    pub(super) fn open(
        address: &StoreAddress,
        access: &StoreAccess,
        secret: Option<&SecretString>,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let setup = |why: String| StoreError::setup(address, why);
        let unread =
            |path: &std::path::Path, source| StoreError::Unread { path: path.to_owned(), source };
        let roots =
            access.ca_file.as_deref().map(|path| files::read(path).map_err(|it| unread(path, it)));
        let wire = Wire::new(roots.transpose()?.as_deref()).map_err(setup)?;
        let opening = Opening { address, access, secret, wire };
        let opened = match address.kind {
            StoreKind::Azure => opening.azure().map(Self::plain),
            StoreKind::Google => opening.google().map(Self::plain),
            StoreKind::S3 | StoreKind::Folder => opening.s3(now),
        };
        let res = opened.map_err(|it| setup(cause(&it)))?;
        Ok(Self { prefix: address.prefix.clone(), ..res })
    }

    fn plain(reading: Arc<dyn ObjectStore>) -> Self {
        let putting = Arc::clone(&reading);
        Self { prefix: String::new(), reading, putting, locking: None, s3: None }
    }

    /// Where an object lies in the bucket.
    fn path(&self, at: &str, name: &str) -> Result<Path, StoreError> {
        let whole = if self.prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", self.prefix)
        };
        let unfit = |_| StoreError::Setup {
            store: at.to_owned(),
            why: "no such name is possible".to_owned(),
        };
        Path::parse(whole).map_err(unfit)
    }

    pub(super) async fn can_lock(&self) -> Option<bool> {
        match &self.s3 {
            Some(it) => it.can_lock().await,
            None => Some(false),
        }
    }

    pub(super) async fn list(
        &self,
        store: &StoreAddress,
        add: &mut dyn FnMut(String, u64) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let failed = |it: Library| match it {
            Library::InvalidPath { source } => StoreError::name(store, &source.to_string()),
            it => StoreError::of("list", &store.to_string(), &it),
        };
        let prefix = (!self.prefix.is_empty()).then(|| Path::from(self.prefix.as_str()));
        let above =
            if self.prefix.is_empty() { String::new() } else { format!("{}/", self.prefix) };
        let listing = async {
            let mut objects = self.reading.list(prefix.as_ref());
            while let Some(object) = objects.next().await {
                let object = object.map_err(failed)?;
                if let Some(name) = object.location.as_ref().strip_prefix(&above) {
                    add(name.to_owned(), object.size)?;
                }
            }
            Ok(())
        };
        let late = || StoreError::Endless { store: store.to_string() };
        timeout(LISTING, listing).await.unwrap_or_else(|_| Err(late()))
    }

    pub(super) async fn take(
        &self,
        at: &str,
        name: &str,
        to: &mut (dyn FnMut(&[u8]) -> Result<(), StoreError> + Send),
    ) -> Result<bool, StoreError> {
        let failed = |it: Library| StoreError::of("read", at, &it);
        let mut options = GetOptions::default();
        options.extensions.insert(Bulk);
        let mut pieces = match self.reading.get_opts(&self.path(at, name)?, options).await {
            // Where the bucket itself is missing, that is no missing object.
            Err(it @ Library::NotFound { .. }) if cause(&it).contains("NoSuchBucket") => {
                return Err(failed(it));
            }
            Err(Library::NotFound { .. }) => return Ok(false),
            found => found.map_err(failed)?.into_stream(),
        };
        loop {
            let silent = |_| StoreError::Failed {
                deed: "read",
                at: at.to_owned(),
                why: "no answer in time".to_owned(),
                fault: StoreFault::Unreached,
            };
            match timeout(SILENCE, pieces.next()).await.map_err(silent)? {
                None => return Ok(true),
                Some(piece) => to(&piece.map_err(failed)?)?,
            }
        }
    }

    pub(super) async fn create(
        &self,
        at: &str,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<bool, StoreError> {
        let options = PutOptions::from(PutMode::Create);
        let path = self.path(at, name)?;
        match self.locking().put_opts(&path, bytes.into(), options).await {
            Ok(_) => Ok(true),
            Err(Library::AlreadyExists { .. }) => Ok(false),
            Err(it) => Err(StoreError::of("write", at, &it)),
        }
    }

    pub(super) async fn replace(
        &self,
        at: &str,
        name: &str,
        bytes: Vec<u8>,
        is_evidence: bool,
    ) -> Result<(), StoreError> {
        let path = self.path(at, name)?;
        let store = if is_evidence { self.locking() } else { &self.putting };
        store
            .put(&path, bytes.into())
            .await
            .map(drop)
            .map_err(|it| StoreError::of("write", at, &it))
    }

    pub(super) async fn expect_locked(
        &self,
        at: &str,
        name: &str,
        is_new: bool,
    ) -> Result<(), StoreError> {
        let (Some(s3), Some((_, terms))) = (&self.s3, &self.locking) else { return Ok(()) };
        s3.expect_locked(at, &self.path(at, name)?, *terms, is_new).await
    }

    fn locking(&self) -> &Arc<dyn ObjectStore> {
        self.locking.as_ref().map_or(&self.putting, |it| &it.0)
    }
}

/// What a store is opened with.
struct Opening<'a> {
    address: &'a StoreAddress,
    access: &'a StoreAccess,
    secret: Option<&'a SecretString>,
    wire: Wire,
}

impl Opening<'_> {
    fn s3(&self, now: DateTime<Utc>) -> object_store::Result<Cloud> {
        let environment = AmazonS3Builder::from_env();
        let region = self.access.region.clone();
        let keys = [AmazonS3ConfigKey::Region, AmazonS3ConfigKey::DefaultRegion];
        let of_environment = || keys.iter().find_map(|it| environment.get_config_value(it));
        let region = region.or_else(of_environment).unwrap_or_else(|| REGION.to_owned());
        let mut builder = match (&self.access.user, self.secret) {
            (Some(user), Some(secret)) => AmazonS3Builder::new()
                .with_access_key_id(user)
                .with_secret_access_key(secret.expose_secret()),
            _ => environment,
        };
        if let Some(endpoint) = &self.access.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        let builder = builder
            .with_bucket_name(&self.address.bucket)
            .with_region(&region)
            .with_checksum_algorithm(Checksum::SHA256)
            .with_retry(again())
            .with_client_options(options())
            .with_http_connector(self.wire.clone());
        let store: AmazonS3 = builder.clone().build()?;
        let builder = builder.with_credentials(Arc::clone(store.credentials()));
        let with = |headers: HeaderMap| -> object_store::Result<Arc<dyn ObjectStore>> {
            let options = options().with_default_headers(headers);
            Ok(Arc::new(builder.clone().with_client_options(options).build()?))
        };
        let putting = with(checksummed())?;
        let terms = self.access.lock.map(|it| LockTerms::from(it, now));
        let locking = terms.map(|it| Ok::<_, Library>((with(it.headers())?, it))).transpose()?;
        let s3 = Some(S3Probe { store: store.clone(), region, wire: self.wire.clone() });
        Ok(Cloud { prefix: String::new(), reading: Arc::new(store), putting, locking, s3 })
    }

    fn azure(&self) -> object_store::Result<Arc<dyn ObjectStore>> {
        let mut builder = match (&self.access.user, self.secret) {
            (Some(user), Some(secret)) => MicrosoftAzureBuilder::new()
                .with_account(user)
                .with_access_key(secret.expose_secret()),
            (Some(user), None) => MicrosoftAzureBuilder::from_env().with_account(user),
            (None, Some(secret)) => {
                MicrosoftAzureBuilder::from_env().with_access_key(secret.expose_secret())
            }
            (None, None) => MicrosoftAzureBuilder::from_env(),
        };
        if let Some(endpoint) = &self.access.endpoint {
            builder = builder.with_endpoint(endpoint.clone());
        }
        let builder = builder
            .with_container_name(&self.address.bucket)
            .with_retry(again())
            .with_client_options(options())
            .with_http_connector(self.wire.clone());
        Ok(Arc::new(builder.build()?))
    }

    fn google(&self) -> object_store::Result<Arc<dyn ObjectStore>> {
        let mut builder = GoogleCloudStorageBuilder::from_env();
        if let Some(SecretSource::File(path)) = &self.access.secret {
            builder = builder.with_service_account_path(path.to_string_lossy());
        }
        if let Some(endpoint) = &self.access.endpoint {
            builder = builder.with_base_url(endpoint);
        }
        let builder = builder
            .with_bucket_name(&self.address.bucket)
            .with_retry(again())
            .with_client_options(options())
            .with_http_connector(self.wire.clone());
        Ok(Arc::new(builder.build()?))
    }
}

/// Which hosts plain http is for, the wire knows.
fn options() -> ClientOptions {
    ClientOptions::new().with_allow_http(true)
}

fn again() -> RetryConfig {
    let (max_retries, retry_timeout) = AGAIN;
    RetryConfig { max_retries, retry_timeout, backoff: BackoffConfig::default() }
}
