//! Live events: what has changed and where, as Server-Sent Events (HTML Living Standard, 9.2) at `/api/events`.
//!
//! An event says which feature changed, where it was and is, and which tiles show it; no property, and a stream tells of the
//! collections alone that its caller may know of, so it holds nothing
//! that only staff may see. Streams are fed by the [`hub`], which the index tells of every change. An id of an event is
//! the journal's cursor after it, which every node understands: a client goes on anywhere. What a client missed comes
//! from the hub's memory or, further back, from the journal; further still it is told to begin again (`reset`).
//!
//! In reading order: [`event`] (one change and its words), [`hub`] (one a process), [`replay`] (what was missed), [`stream`] (one a client),
//! [`routes`]. It knows the index's observers and the journal, no properties.

mod describe;
mod event;
mod hub;
mod replay;
mod routes;
mod stream;

pub use event::Words;
pub use hub::Hub;
pub use replay::{Replay, replay};

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::collection::{Catalogue, District};
use crate::http::origin::Shares;
use crate::http::{Gate, Network};
use crate::index::Index;
use crate::store::Store;

/// What streams of events are fed from.
#[derive(Debug)]
pub struct Events {
    pub gate: Gate,
    pub district: Arc<District>,
    pub catalogue: Arc<Catalogue>,
    pub index: Arc<Index>,
    pub store: Store,
    pub hub: Arc<Hub>,
    /// One permit an open stream.
    pub streams: Arc<Semaphore>,
    /// How many of them each origin has.
    pub shares: Shares,
    /// Proxies whose word is taken for where a request comes from.
    pub trusted_proxies: Vec<Network>,
    /// Ends the streams, which would hold up a server that finishes what is under way.
    pub closing: CancellationToken,
}
