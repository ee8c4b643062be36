//! The one service around every route; see the module's story for the order.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::HttpBody;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::{Layer, Service};
use tracing::{Instrument, Span};

use super::{browser, cursor, encoding, refusal, request_id, unread};
use crate::http::line::{Busy, Line};
use crate::http::problem::REQUEST_ID;
use crate::http::problem::spoken;
use crate::http::sending::Held;
use crate::http::{Network, Problem, ProblemKind, Trouble, metrics, negotiate, origin};
use crate::index::Index;
use crate::texts::Texts;
use crate::work::Pool;

/// A request that takes longer is worth a line in the log.
const SLOW: Duration = Duration::from_secs(1);

/// What the envelope holds every request to.
pub struct Rules {
    /// Requests answered at the same time.
    pub maximum_requests: usize,
    /// Largest request body, bytes.
    pub body_limit: usize,
    /// Longest time until the answer to a reading request begins.
    pub request_timeout: Duration,
    /// The same for a changing one.
    pub write_timeout: Duration,
    /// Origins beside this one from which pages may load images and data.
    pub origins: BTreeSet<String>,
    /// Proxies whose word is taken for where a request comes from.
    pub trusted_proxies: Vec<Network>,
    /// What problems are told with.
    pub texts: Arc<Texts>,
    /// Where large answers are packed.
    pub work: Arc<Pool>,
    /// Answers that wait to be sent.
    pub answers: Arc<Held>,
    /// How far the journal has been followed.
    pub index: Arc<Index>,
    /// True once reads can be answered.
    pub is_ready: Box<dyn Fn() -> bool + Send + Sync>,
}

/// Makes [`Envelope`]s.
#[derive(Clone)]
pub struct EnvelopeLayer {
    shared: Arc<Shared>,
}

struct Shared {
    rules: Rules,
    permits: Arc<Semaphore>,
    body_limit: DefaultBodyLimit,
    /// What pages may load.
    policy: HeaderValue,
}

impl EnvelopeLayer {
    /// An envelope with these rules.
    pub fn new(rules: Rules) -> Self {
        let permits = Arc::new(Semaphore::new(rules.maximum_requests.min(Semaphore::MAX_PERMITS)));
        let body_limit = DefaultBodyLimit::max(rules.body_limit);
        let policy = browser::policy(&rules.origins);
        Self { shared: Arc::new(Shared { rules, permits, body_limit, policy }) }
    }
}

impl<S> Layer<S> for EnvelopeLayer {
    type Service = Envelope<S>;

    fn layer(&self, inner: S) -> Envelope<S> {
        Envelope { inner, shared: self.shared.clone(), counted: Arc::default() }
    }
}

/// A route with everything around it.
#[derive(Clone)]
pub struct Envelope<S> {
    inner: S,
    shared: Arc<Shared>,
    /// An envelope is around one method of one address, whose numbers are found by the first request.
    counted: Arc<OnceLock<Arc<metrics::Route>>>,
}

impl<S> Service<Request> for Envelope<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let started = Instant::now();
        let (shared, counted) = (self.shared.clone(), self.counted.clone());
        let id = request_id::of(request.headers());
        let seen = Seen::new(&request);
        let busy = shared.busy(&request);
        let accepted = encoding::accepted(request.headers_mut());
        // Kept as it is: only a problem has to know the language.
        let wanted = request.headers().get(header::ACCEPT_LANGUAGE).cloned();
        if !request.body().is_end_stream() {
            shared.body_limit.apply(&mut request);
        }
        let cursor = cursor::wanted(request.headers());
        let reading = unread::watch(&mut request);
        // The handler runs when the future is polled, inside the scope; here it is only put together.
        let pending = shared.admit(&request, &seen).map(|entry| (entry, self.inner.call(request)));
        let span = seen.span(&id);
        let header = HeaderValue::try_from(id.as_str()).ok();
        let answer = async move {
            let entered = match pending {
                Ok((entry, pending)) => shared.enter(entry).await.map(|permit| (permit, pending)),
                Err(early) => Err(early),
            };
            let (response, permit) = match entered {
                Ok((permit, pending)) => {
                    let answered = match shared.catch_up(cursor, &seen).await {
                        Ok(()) => shared.guarded(pending, &seen).await,
                        Err(behind) => behind.into_response(),
                    };
                    (answered, permit)
                }
                Err(early) => (early.into_response(), None),
            };
            let spoken = |response| spoken(response, &shared.rules.texts, || negotiate::language_of(wanted.as_ref()));
            let response = spoken(refusal::as_problem(&seen.method, response).await);
            let mut response = shared.dressed(response, header.clone());
            if !seen.method.is_safe() && response.status().is_success() {
                cursor::tell(&shared.rules.index, &mut response);
            }
            if let Some(reading) = reading {
                reading.tell(response.headers_mut());
            }
            let size = response.body().size_hint().exact();
            let response = spoken(encoding::encode(&seen.method, response, &accepted, &shared.rules.work).await);
            // Streams of events have places of their own.
            let permit = permit.filter(|_| !is_stream(&response));
            let sent = shared.rules.answers.send(response, size, permit, busy).await;
            let response = sent.unwrap_or_else(|_| spoken(shared.dressed(Early::Full.into_response(), header)));
            let took = started.elapsed();
            counted.get_or_init(|| metrics::of_route(seen.route())).record(response.status(), took);
            seen.report(&response, took);
            Ok(response)
        };
        Box::pin(REQUEST_ID.scope(id, answer.instrument(span)))
    }
}

impl Shared {
    /// Lets a request in, or says what to answer without asking its handler.
    fn admit(&self, request: &Request, seen: &Seen) -> Result<Entry, Early> {
        if request.headers().get_all(header::HOST).iter().nth(1).is_some() {
            return Err(Early::TwoHosts);
        }
        if browser::is_preflight(&seen.method, request.headers()) {
            return Err(Early::Preflight);
        }
        // How the server does must be answered above all while it does not do well.
        if seen.is_operating() {
            return Ok(Entry::Free);
        }
        if !(self.rules.is_ready)() {
            return Err(Early::Loading);
        }
        Ok(self.permits.clone().try_acquire_owned().map_or(Entry::Full, Entry::Place))
    }

    /// Waits until this node knows what the request relies on.
    async fn catch_up(&self, cursor: Option<HeaderValue>, seen: &Seen) -> Result<(), Problem> {
        match cursor {
            Some(cursor) if !seen.is_operating() => cursor::reach(&self.rules.index, &cursor).await,
            _ => Ok(()),
        }
    }

    /// The place of a request; where none is free, that of an answer which nobody reads.
    async fn enter(&self, entry: Entry) -> Result<Option<OwnedSemaphorePermit>, Early> {
        match entry {
            Entry::Free => Ok(None),
            Entry::Place(permit) => Ok(Some(permit)),
            Entry::Full => {
                let freed = self.rules.answers.give_way(self.permits.clone().acquire_owned());
                freed.await.and_then(Result::ok).map(Some).ok_or(Early::Busy)
            }
        }
    }

    /// Keeps a request's connection busy, in the name of whoever asks.
    fn busy(&self, request: &Request) -> Option<Busy> {
        let line = request.extensions().get::<Arc<Line>>()?;
        Some(line.busy(origin::of(line.peer, request.headers(), &self.rules.trusted_proxies)))
    }

    /// An answer with the headers that all have.
    fn dressed(&self, mut response: Response, id: Option<HeaderValue>) -> Response {
        browser::protect(response.headers_mut(), &self.policy);
        if let Some(id) = id {
            response.headers_mut().insert(request_id::HEADER, id);
        }
        response
    }

    /// The handler's answer, unless it panics or takes too long.
    async fn guarded(&self, pending: impl Future<Output = Result<Response, Infallible>>, seen: &Seen) -> Response {
        let rules = &self.rules;
        let time = if seen.method.is_safe() { rules.request_timeout } else { rules.write_timeout };
        let mut pending = pin!(AssertUnwindSafe(pending).catch_unwind());
        // Most answers are there at once, and need no timer.
        let answered = match futures_util::poll!(pending.as_mut()) {
            Poll::Ready(answered) => Ok(answered),
            Poll::Pending => tokio::time::timeout(time, pending).await,
        };
        match answered {
            Ok(Ok(Ok(response))) => response,
            // What the panic said is in the log already; see `cli::logs`.
            Ok(Err(_)) => Problem::internal(&"its handler panicked").into_response(),
            Err(_) => {
                let slow = if seen.method.is_safe() { Trouble::SlowRead } else { Trouble::SlowWrite };
                Problem::of(ProblemKind::Timeout, &slow).into_response()
            }
        }
    }
}

/// How a request is let in.
enum Entry {
    /// It needs no place.
    Free,
    Place(OwnedSemaphorePermit),
    /// All places are taken.
    Full,
}

/// What is answered without a handler.
enum Early {
    /// Which of the two is meant is what somebody in between may see otherwise (RFC 9112, 3.2).
    TwoHosts,
    Preflight,
    Loading,
    Busy,
    /// So many answers wait to be sent that this one finds no room.
    Full,
}

impl IntoResponse for Early {
    fn into_response(self) -> Response {
        match self {
            Self::TwoHosts => Problem::of(ProblemKind::InvalidRequest, &Trouble::TwoHosts).into_response(),
            Self::Preflight => browser::preflight(),
            Self::Loading => Problem::loading().into_response(),
            Self::Busy => Problem::of(ProblemKind::Busy, &Trouble::ManyRequests).after(1).into_response(),
            Self::Full => Problem::of(ProblemKind::Busy, &Trouble::ManyAnswers).after(3).into_response(),
        }
    }
}

/// True for an answer that goes on for as long as its reader listens.
fn is_stream(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream")
}

/// What the log and the metrics say about a request.
struct Seen {
    method: Method,
    route: Option<MatchedPath>,
}

impl Seen {
    fn new(request: &Request) -> Self {
        Self { method: request.method().clone(), route: request.extensions().get().cloned() }
    }

    /// The pattern and never the address: no id, no query, and a bounded number of them.
    fn route(&self) -> &str {
        self.route.as_ref().map_or("none", MatchedPath::as_str)
    }

    /// True for questions about the server itself, asked every few seconds for as long as it runs.
    fn is_operating(&self) -> bool {
        ["/health/live", "/health/ready", "/metrics"].contains(&self.route())
    }

    /// Names the request in every line its handler logs. A span costs a read a tenth of its speed, and reads log nothing
    /// but failures, which name the request themselves.
    fn span(&self, id: &str) -> Span {
        if self.method.is_safe() { Span::none() } else { tracing::info_span!("request", id) }
    }

    /// One line a request: failures, writes and slow ones for everybody, the rest at `debug`.
    fn report(&self, response: &Response, took: Duration) {
        let (status, route) = (response.status(), self.route());
        let is_worth_a_line = !self.method.is_safe() || took > SLOW || status.is_client_error();
        let is_failure = status.is_server_error() && !self.is_operating();
        let id = response.headers().get(request_id::HEADER).and_then(|id| id.to_str().ok()).unwrap_or_default();
        let (method, status, ms) = (self.method.as_str(), status.as_u16(), took.as_micros() as f64 / 1e3);
        // A stream's length is not known when its answer begins.
        let bytes = response.body().size_hint().exact();
        // The level of an event is part of the program text, hence three of them.
        if is_failure {
            tracing::warn!(id, method, route, status, ms, bytes, "answered");
        } else if is_worth_a_line {
            tracing::info!(id, method, route, status, ms, bytes, "answered");
        } else {
            tracing::debug!(id, method, route, status, ms, bytes, "answered");
        }
    }
}
