//! The server as its clients see it, address by address. One binary, so that it is linked once.

mod bad_input;
mod capabilities;
mod changesets;
mod conformance_server;
mod crs;
mod editing;
mod filters;
mod history;
mod items;
mod openapi;
mod support;
mod visibility;
