//! Work that takes a core for a while: who may do it when, for whom, and how much of it.
//!
//! [`pool`] has the threads: one pool, with places of its own for every kind of work, so that none waits for another, and
//! with less of a core for what is less urgent. [`effort`] goes with each piece of work: it knows whether anybody still
//! waits for the answer, and how much one answer may cost. What runs in a loop asks it and ends when it says so.
//!
//! [`jobs`] does what was asked for in a transaction and is done after it, by whichever node is free.
//!
//! It knows nothing of what the work is, nor of HTTP.

pub mod effort;
pub mod jobs;
pub mod pool;

pub use effort::{Effort, Ended};
pub use pool::{Busy, Kind, Pool};
