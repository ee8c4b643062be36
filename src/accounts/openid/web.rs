//! The way to a provider: what it answers is bounded in size and time, and nothing is sent to it unencrypted.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

use super::declaration::is_secure;

/// Until an answer is there whole.
const PATIENCE: Duration = Duration::from_secs(10);
/// Until there is a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Bytes of an answer. The largest, a set of keys with certificates, has some ten thousand.
const MOST: usize = 1 << 20;

/// Asks providers.
#[derive(Debug, Clone)]
pub struct Web(reqwest::Client);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum WebFault {
    #[error("{0} is neither encrypted nor on this machine")]
    Insecure(String),
    #[error("{0}")]
    Request(reqwest::Error),
    #[error("the answer has the status {0}")]
    Status(u16),
    #[error("the answer has more than {MOST} bytes")]
    TooLarge,
}

impl From<reqwest::Error> for WebFault {
    /// Without the address: it may hold what is nobody's business.
    fn from(error: reqwest::Error) -> Self {
        Self::Request(error.without_url())
    }
}

impl Web {
    /// Trusts the authorities that this machine trusts, so that an office's own may be among them.
    ///
    /// # Errors
    /// If the machine trusts none.
    pub fn new() -> Result<Self, WebFault> {
        crate::tls::choose();
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(PATIENCE)
            // A provider says itself where its doors are; whoever sends elsewhere is not followed.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("geokontor/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self(client))
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, WebFault> {
        let request = reqwest::Request::try_from(request)?;
        if !is_secure(request.url()) {
            return Err(WebFault::Insecure(request.url().origin().ascii_serialization()));
        }
        let mut answer = self.0.execute(request).await?;
        if answer.status().is_server_error() {
            return Err(WebFault::Status(answer.status().as_u16()));
        }
        let mut response = HttpResponse::new(Vec::new());
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        while let Some(chunk) = answer.chunk().await? {
            if response.body().len() + chunk.len() > MOST {
                return Err(WebFault::TooLarge);
            }
            response.body_mut().extend_from_slice(&chunk);
        }
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Web {
    type Error = WebFault;
    type Future = BoxFuture<'c, Result<HttpResponse, WebFault>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.ask(request).boxed()
    }
}
