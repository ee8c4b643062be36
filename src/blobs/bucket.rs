//! Content in a bucket of a store that speaks S3.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{Certificate, ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig, WriteMultipart};
use uuid::Uuid;

use super::BlobError;

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
    /// A file in PEM with the certificates of authorities that are trusted beside those of the system.
    pub authorities: Option<PathBuf>,
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
    /// What is wrong with them, or with the file of authorities. Nothing is asked of the store yet.
    pub fn of(settings: &BucketSettings) -> Result<Self, String> {
        let place = settings.url.strip_prefix("s3://").filter(|place| !place.is_empty());
        let place = place.ok_or_else(|| format!("'{}' is not s3://BUCKET or s3://BUCKET/PREFIX", settings.url))?;
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        crate::tls::choose();
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_access_key_id(&settings.key)
            .with_secret_access_key(&settings.secret)
            .with_region(settings.region.as_deref().unwrap_or("us-east-1"))
            .with_retry(RetryConfig { max_retries: 3, retry_timeout: PATIENCE, ..RetryConfig::default() });
        if let Some(path) = &settings.authorities {
            builder = builder.with_client_options(trusting(path)?);
        }
        if let Some(endpoint) = &settings.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        let store = builder.build().map_err(|error| error.to_string())?;
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

/// A client that trusts the authorities of a file, too.
fn trusting(path: &std::path::Path) -> Result<ClientOptions, String> {
    let wrong = |reason: String| format!("'{}': {reason}", path.display());
    let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let authorities = Certificate::from_pem_bundle(&pem).map_err(|error| wrong(error.to_string()))?;
    if authorities.is_empty() {
        return Err(wrong("there is no certificate in it".to_owned()));
    }
    Ok(authorities.into_iter().fold(ClientOptions::new(), ClientOptions::with_root_certificate))
}
