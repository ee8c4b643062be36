//! Every operation of the server: who may ask for it, and what it answers.
//!
//! All of it is made from the list of operations, so that a new one is held to the same.

mod answers;
pub mod described;
mod filled;
pub mod matrix;
mod types;
