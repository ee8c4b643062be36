//! The server as its users and operators see it.

mod operating;
mod support;
