//! Routes with their addresses. A router of axum keeps those to itself, and what is served must be told somewhere: the
//! description of the API is held to this list.

use std::sync::Arc;

use axum::Router;
use axum::routing::MethodRouter;

use crate::app::App;

/// Some routes of the server.
#[derive(Debug, Default)]
pub struct Routes {
    router: Router<Arc<App>>,
    addresses: Vec<&'static str>,
}

impl Routes {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more; `{…}` are the parts of its address that differ.
    #[must_use]
    pub fn route(mut self, address: &'static str, methods: MethodRouter<Arc<App>>) -> Self {
        self.addresses.push(address);
        Self { router: self.router.route(address, methods), ..self }
    }

    /// One more, whose handler reads the end of its address where it lies: the router would copy every part of it. `matched`
    /// is what the router is told.
    #[must_use]
    pub fn route_as(mut self, address: &'static str, matched: &str, methods: MethodRouter<Arc<App>>) -> Self {
        self.addresses.push(address);
        Self { router: self.router.route(matched, methods), ..self }
    }

    /// All of both.
    #[must_use]
    pub fn merge(mut self, others: Self) -> Self {
        self.addresses.extend(others.addresses);
        Self { router: self.router.merge(others.router), ..self }
    }

    /// The addresses.
    pub fn addresses(&self) -> &[&'static str] {
        &self.addresses
    }

    /// What answers at them.
    pub fn into_router(self) -> Router<Arc<App>> {
        self.router
    }
}
