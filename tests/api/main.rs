//! The server as its clients see it, address by address. One binary, so that it is linked once.

mod conformance_server;
mod support;
