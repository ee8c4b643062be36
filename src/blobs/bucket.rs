//! Content in a bucket of a store that speaks S3.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{Certificate, ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig, WriteMultipart};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::BlobError;
use crate::texts::Tell;
use crate::tls::Authorities;

/// The least that S3 takes as a part of an upload, but for the last one.
const PART: usize = 5 << 20;

/// How long a store that fails is asked again. Somebody waits.
const PATIENCE: Duration = Duration::from_secs(20);

/// A bucket, or what lies below a prefix of it.
#[derive(Debug, Clone)]
pub struct Bucket {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

/// Where a bucket is, and who asks.
#[derive(Clone)]
pub struct BucketSettings {
    /// `s3://BUCKET` or `s3://BUCKET/PREFIX`.
    pub url: String,
    /// The address of the store; `None` is Amazon's of the region.
    pub endpoint: Option<String>,
    pub region: Option<String>,
    pub key: String,
    pub secret: String,
    /// Authorities that are trusted beside those of the system.
    pub authorities: Option<Authorities>,
}

/// What is wrong with how a bucket is configured, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum BucketFault {
    NoBucket { url: String },
    BucketRefused { error: String },
}

impl Tell for BucketFault {
    const FILE: &'static str = "configuration";
}

impl fmt::Debug for BucketSettings {
    /// Everything but the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BucketSettings")
            .field("url", &self.url)
            .field("endpoint", &self.endpoint)
            .field("authorities", &self.authorities)
            .finish_non_exhaustive()
    }
}

impl Bucket {
    /// The bucket that settings name.
    ///
    /// # Errors
    /// What is wrong with them. Nothing is asked of the store yet.
    pub fn of(settings: &BucketSettings) -> Result<Self, BucketFault> {
        let place = settings.url.strip_prefix("s3://").filter(|place| !place.is_empty());
        let place = place.ok_or_else(|| BucketFault::NoBucket { url: settings.url.clone() })?;
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        crate::tls::choose();
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_access_key_id(&settings.key)
            .with_secret_access_key(&settings.secret)
            .with_region(settings.region.as_deref().unwrap_or("us-east-1"))
            .with_retry(RetryConfig { max_retries: 3, retry_timeout: PATIENCE, ..RetryConfig::default() });
        let refused = |error: object_store::Error| BucketFault::BucketRefused { error: error.to_string() };
        if let Some(authorities) = &settings.authorities {
            let authorities = Certificate::from_pem_bundle(authorities.pem()).map_err(refused)?;
            let options = authorities.into_iter().fold(ClientOptions::new(), ClientOptions::with_root_certificate);
            builder = builder.with_client_options(options);
        }
        if let Some(endpoint) = &settings.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        let store = builder.build().map_err(refused)?;
        Ok(Self::within(Arc::new(store), prefix))
    }

    /// What lies below a prefix of a store.
    pub fn within(store: Arc<dyn ObjectStore>, prefix: &str) -> Self {
        Self { store, prefix: Path::from(prefix) }
    }

    fn place(&self, content: Uuid) -> Path {
        self.prefix.clone().join(content.to_string())
    }

    /// Begins an object, which is there once all of its parts are.
    pub(super) async fn begin(&self, content: Uuid) -> Result<WriteMultipart, BlobError> {
        let upload = self.store.put_multipart(&self.place(content)).await?;
        Ok(WriteMultipart::new_with_chunk_size(upload, PART))
    }

    pub(super) async fn read(&self, content: Uuid) -> Result<BoxStream<'static, Result<Bytes, BlobError>>, BlobError> {
        let found = self.store.get(&self.place(content)).await?;
        Ok(found.into_stream().map_err(BlobError::from).boxed())
    }

    /// Removes objects; one that is gone is gone.
    pub(super) async fn remove(&self, contents: &[Uuid]) -> Result<(), BlobError> {
        for content in contents {
            match self.store.delete(&self.place(*content)).await {
                Err(object_store::Error::NotFound { .. }) | Ok(()) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
