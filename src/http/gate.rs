//! What every door must know to tell who asks, and under which address.

use std::sync::Arc;

use axum::extract::Request;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Problem;
use super::limit::{Limit, Limits};
use crate::clock::Clock;
use crate::identity::sessions::Session;
use crate::identity::{Bits, Caller, Directory, Secret, Sessions};

/// From it [`Caller`] and [`Ask`](super::Ask) are read. Every domain has one and hands it out through
/// [`FromRef`](axum::extract::FromRef), so that a handler sees its own domain and nothing of the others.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    directory: Arc<Directory>,
    sessions: Arc<Sessions>,
    clock: Clock,
    public_url: Option<String>,
    listen: String,
    limits: Limits,
}

impl Gate {
    /// A gate for callers of this directory and these sessions. `public_url` is the address people and programs reach the server by; without
    /// one it is the host that a request names, or `listen` where it names none.
    pub fn new(
        directory: Arc<Directory>,
        sessions: Arc<Sessions>,
        clock: Clock,
        public_url: Option<&str>,
        listen: &str,
        limits: Limits,
    ) -> Self {
        let public_url = public_url.map(|url| url.trim_end_matches('/').to_owned());
        Self(Arc::new(Inner { directory, sessions, clock, public_url, listen: listen.to_owned(), limits }))
    }

    /// Whose secret this is, if it holds now.
    pub fn caller(&self, secret: &Secret) -> Option<Caller> {
        self.0.directory.caller(secret, self.now())
    }

    /// Who has signed in and holds the secret of a session.
    pub fn person(&self, bits: &Bits) -> Option<Caller> {
        self.0.sessions.caller(bits, self.now())
    }

    /// The same without counting as a use of the session: for answers that go on, which must not keep it alive.
    pub fn still(&self, bits: &Bits) -> Option<Caller> {
        self.0.sessions.still(bits, self.now())
    }

    /// The tablet whose cookie holds these bits, and its id, if it is one now.
    pub fn device(&self, bits: &Bits) -> Option<(Uuid, Caller)> {
        self.0.directory.device(bits, self.now())
    }

    /// The session of a secret, also one that waits for a second factor.
    pub fn session(&self, bits: &Bits) -> Option<Arc<Session>> {
        self.0.sessions.find(bits, self.now())
    }

    /// Counts a request for a limit.
    ///
    /// # Errors
    /// 429 where its caller, or its address, has asked too often.
    pub fn count(&self, limit: Limit, caller: &Caller, request: &Request) -> Result<(), Problem> {
        self.0.limits.count(limit, caller, request, self.now())
    }

    /// This moment.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// The configured address, without a slash at its end.
    pub fn public_url(&self) -> Option<&str> {
        self.0.public_url.as_deref()
    }

    /// The address people reach the server by, without a slash at its end.
    pub fn base(&self) -> String {
        self.public_url().map_or_else(|| format!("http://{}", self.listen()), str::to_owned)
    }

    /// The address the server listens on.
    pub fn listen(&self) -> &str {
        &self.0.listen
    }
}
