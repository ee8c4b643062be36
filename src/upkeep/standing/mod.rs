//! What inspections, defects and outages come to: the status of an object, and why it is so.
//!
//! [`rule`] is the rule, a function of what is recorded and of a day; [`why`] tells its reasons in words; [`statement`] is what
//! people have typed into the status themselves; [`publish`] writes the outcome into the feature, in the transaction that has
//! changed a record or when the clock has ([`clock`]). `routes` tells it to those who keep the register.

pub mod answers;
pub mod clock;
pub mod publish;
pub mod routes;
pub mod rule;
pub mod statement;
pub mod why;

pub use rule::{Facts, Standing};
pub use statement::Statement;
pub use why::{Reason, Why};
