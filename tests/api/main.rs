//! The server as its users and operators see it.

mod exchange;
mod operating;
mod support;
