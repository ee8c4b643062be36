//! Routes with their addresses. A router of axum keeps those to itself, and what is served must be told somewhere: the
//! description of the API is held to this list.

use axum::Router;
use axum::routing::MethodRouter;

/// Some routes of the server, whose handlers take a domain `S`; closed over it, they take nothing more.
#[derive(Debug)]
pub struct Routes<S = ()> {
    router: Router<S>,
    addresses: Vec<&'static str>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// None.
    pub fn new() -> Self {
        Self { router: Router::new(), addresses: Vec::new() }
    }

    /// One more; `{…}` are the parts of its address that differ.
    #[must_use]
    pub fn route(mut self, address: &'static str, methods: MethodRouter<S>) -> Self {
        self.addresses.push(address);
        Self { router: self.router.route(address, methods), ..self }
    }

    /// One more, whose handler reads the end of its address where it lies: the router would copy every part of it. `matched`
    /// is what the router is told.
    #[must_use]
    pub fn route_as(mut self, address: &'static str, matched: &str, methods: MethodRouter<S>) -> Self {
        self.addresses.push(address);
        Self { router: self.router.route(matched, methods), ..self }
    }

    /// The same routes, answered by this domain.
    pub fn answered_by(self, domain: S) -> Routes {
        Routes { router: self.router.with_state(domain), addresses: self.addresses }
    }

    /// All of both.
    #[must_use]
    pub fn merge(mut self, others: Self) -> Self {
        self.addresses.extend(others.addresses);
        Self { router: self.router.merge(others.router), ..self }
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl Routes {
    /// The addresses.
    pub fn addresses(&self) -> &[&'static str] {
        &self.addresses
    }

    /// What answers at them.
    pub fn into_router(self) -> Router {
        self.router
    }
}
