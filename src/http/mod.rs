//! What all handlers share: problems, callers, parameters, negotiation, entity tags, layers.
//!
//! In reading order: [`problem`] (every error answer, RFC 9457) with [`problem_kind`] (its kinds), [`trouble`] and [`absent`]
//! (what may be the matter with any request), [`gate`] and [`caller`] (who is asking, with [`session`]), [`path`], [`query`]
//! and [`body`] (what is asked, every fault named), [`wrong`] (what may be
//! wrong with parameters), [`negotiate`],
//! [`coding`] and [`etag`] (which representation, how packed, and whether the client has it already), [`ask`] and
//! [`answer`] (all of that together, once for every read), [`operation`] with [`spec`] and [`schema`] (what can be asked, what
//! it needs and how it is described), [`limit`] (how often) and [`routes`] (who answers), [`layers`] (what wraps every
//! route), [`connections`] (from a socket to requests), [`line`], [`sending`] and [`readers`] (what moves on a connection, and what gives way), [`origin`]
//! (from where a request comes) with [`network`], [`metrics`] (how many requests, and how long they took).

pub mod absent;
pub mod answer;
pub mod ask;
pub mod body;
pub mod caller;
pub mod coding;
pub mod connections;
pub mod etag;
pub mod gate;
pub mod layers;
pub mod limit;
pub mod line;
pub mod metrics;
pub mod negotiate;
pub mod network;
pub mod operation;
pub mod origin;
pub mod path;
pub mod problem;
pub mod problem_kind;
pub mod query;
pub mod readers;
pub mod routes;
pub mod schema;
pub mod sending;
pub mod session;
pub mod spec;
mod standing;
pub mod trouble;
pub mod wrong;

pub use absent::Absent;
pub use answer::Answer;
pub use ask::Ask;
pub use gate::Gate;
pub use limit::Limit;
pub use negotiate::Format;
pub use network::Network;
pub use operation::{Needs, Operation};
pub use path::Path;
pub use problem::Problem;
pub use problem_kind::ProblemKind;
pub use query::Parameters;
pub use routes::Routes;
pub use standing::Standing;
pub use trouble::Trouble;
pub use wrong::Wrong;
