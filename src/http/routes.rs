//! Routes with their operations. A router of axum keeps its addresses to itself, and what is served must be told
//! somewhere: the description of the API and the test of rights are made from this list.

use std::future::ready;

use axum::Router;
use axum::extract::{FromRef, Request};
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either};

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
        H: Handler<T, S>,
        T: 'static,
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
        H: Handler<T, S>,
        T: 'static,
    {
        let methods = methods(&operation, handler);
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

/// The handler behind its method, behind what it needs and behind its limit. Where there is neither nothing is asked: a read
/// costs no more than its handler.
fn methods<S, H, T>(operation: &Operation, handler: H) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Gate: FromRef<S>,
    H: Handler<T, S>,
    T: 'static,
{
    let method = MethodFilter::try_from(operation.method.clone()).expect("operations have methods that axum knows");
    if operation.is_open() {
        on(method, handler)
    } else {
        on(method, Guarded { operation: operation.clone(), handler })
    }
}

/// A handler that is asked only by callers who have what its operation needs, and no more often than they may.
#[derive(Clone)]
struct Guarded<H> {
    operation: Operation,
    handler: H,
}

impl<S, H, T> Handler<T, S> for Guarded<H>
where
    S: Send + Sync + 'static,
    Gate: FromRef<S>,
    H: Handler<T, S>,
    T: 'static,
{
    type Future = Either<BoxFuture<'static, Response>, std::future::Ready<Response>>;

    fn call(self, request: Request, domain: S) -> Self::Future {
        match self.operation.admit(&request, &Gate::from_ref(&domain)) {
            Ok(()) => Either::Left(self.handler.call(request, domain).boxed()),
            Err(problem) => Either::Right(ready(problem.into_response())),
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
