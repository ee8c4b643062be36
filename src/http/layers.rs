//! What wraps every route, as one service.
//!
//! A tower of ready-made layers would box a future and copy a service each; on a small hot answer that costs more than
//! the answer. So there is one [`Envelope`](envelope::Envelope), and the order is the order of its lines. From outside
//! to inside:
//!
//! 1. request id: in the answer's header, in problems, in the log
//! 2. log line and metrics, which see what the caller sees
//! 3. headers for browsers, entity tags by encoding, compression
//! 4. plain-text refusals of the framework (404, 405, 413, 415, …) become problems
//! 5. preflight requests, the registers' loading, too many requests: answered here
//! 6. a cursor that was sent: answered when this node has followed as far
//! 7. panic → 500, time over → 503
//! 8. body limit, put in force where a handler reads the body
//!
//! What is answered then keeps the place of its request until it is sent or dropped: see [`super::sending`].
//!
//! [`envelope`] holds the order, [`encoding`] compression and entity tags, [`refusal`] number 4, [`request_id`] ids,
//! [`browser`] headers for browsers, [`unread`] what is left of a body, [`cursor`] number 6.

mod browser;
mod cursor;
mod encoding;
mod envelope;
mod refusal;
mod request_id;
mod unread;

use axum::Router;
pub use browser::policy_of_page;
pub use envelope::Rules;

/// Puts the envelope around the routes.
pub fn wrap(routes: Router, rules: Rules) -> Router {
    routes.layer(envelope::EnvelopeLayer::new(rules))
}
