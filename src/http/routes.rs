//! Routes with their operations. A router of axum keeps its addresses to itself, and what is served must be told
//! somewhere: the description of the API and the test of rights are made from this list.

use std::future::ready;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, Request};
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use futures_util::future::BoxFuture;

use super::{Gate, Operation};

/// Some routes of the server, whose handlers take a domain `S`; closed over it, they take nothing more.
#[derive(Debug)]
pub struct Routes<S = ()> {
    router: Router<S>,
    operations: Vec<Operation>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// None.
    pub fn new() -> Self {
        Self { router: Router::new(), operations: Vec::new() }
    }

    /// One more.
    #[must_use]
    pub fn route<H, T>(self, operation: Operation, handler: H) -> Self
    where
        Gate: FromRef<S>,
        H: Handler<T, S, Future = BoxFuture<'static, Response>>,
    {
        let address = operation.address;
        self.route_as(operation, address, handler)
    }

    /// One more, whose handler reads the end of its address where it lies: the router would copy every part of it. `matched`
    /// is what the router is told.
    #[must_use]
    pub fn route_as<H, T>(mut self, operation: Operation, matched: &str, handler: H) -> Self
    where
        Gate: FromRef<S>,
        H: Handler<T, S, Future = BoxFuture<'static, Response>>,
    {
        let method = MethodFilter::try_from(operation.method.clone()).expect("operations have methods that axum knows");
        let methods = on(method, Answerer::new(&operation, handler));
        self.operations.push(operation);
        Self { router: self.router.route(matched, methods), ..self }
    }

    /// The same routes, answered by this domain.
    pub fn answered_by(self, domain: S) -> Routes {
        Routes { router: self.router.with_state(domain), operations: self.operations }
    }

    /// What can be asked.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// All of both.
    #[must_use]
    pub fn merge(mut self, others: Self) -> Self {
        self.operations.extend(others.operations);
        Self { router: self.router.merge(others.router), ..self }
    }
}

/// A handler that only callers who have what its operation needs may ask, and no more often than they may. Where there is
/// neither nothing is asked: a read costs no more than its handler.
///
/// It has one type for all handlers of a domain. Inside axum a handler of a type of its own is wrapped in half a dozen
/// services, and the compiler proves for each anew that everything the handler awaits can be sent to another thread: that
/// took two fifths of a build.
struct Answerer<S> {
    guard: Option<Arc<Operation>>,
    handler: Arc<ErasedHandler<S>>,
}

type ErasedHandler<S> = dyn Fn(Request, S) -> BoxFuture<'static, Response> + Send + Sync;

impl<S> Answerer<S> {
    fn new<H, T>(operation: &Operation, handler: H) -> Self
    where
        H: Handler<T, S, Future = BoxFuture<'static, Response>>,
        S: 'static,
    {
        Self {
            guard: (!operation.is_open()).then(|| Arc::new(operation.clone())),
            handler: Arc::new(move |request, domain| handler.clone().call(request, domain)),
        }
    }
}

impl<S> Clone for Answerer<S> {
    fn clone(&self) -> Self {
        Self { guard: self.guard.clone(), handler: self.handler.clone() }
    }
}

impl<S> Handler<(), S> for Answerer<S>
where
    S: Send + Sync + 'static,
    Gate: FromRef<S>,
{
    type Future = BoxFuture<'static, Response>;

    fn call(self, request: Request, domain: S) -> Self::Future {
        let admitted = self.guard.map_or(Ok(()), |operation| operation.admit(&request, &Gate::from_ref(&domain)));
        match admitted {
            Ok(()) => (self.handler)(request, domain),
            Err(problem) => Box::pin(ready(problem.into_response())),
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl Routes {
    /// What answers.
    pub fn into_router(self) -> Router {
        self.router
    }
}
