//! What all handlers share: problems, callers, parameters, negotiation, entity tags, layers.
//!
//! In reading order: [`problem`] (every error answer, RFC 9457), [`errors`] (the whole error → status table),
//! [`caller`] (who is asking), [`layers`] (what wraps every route).

pub mod caller;
pub mod errors;
pub mod layers;
pub mod problem;
pub mod query;

pub use problem::Problem;
