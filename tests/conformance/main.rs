//! What others hold us to, asked of the real program over HTTP: CQL2's examples and a filter for every class we claim,
//! GDAL, old and newer, as a client and as a reader of tiles, PostGIS as a second encoder of tiles, Keycloak for sign-ins, real
//! registers with known answers, and rubbish.
//!
//! OGC's own suite is run by `scripts/conformance`, which runs these tests too. Material of others lies outside of the
//! repository, in the folders that [`material`] asks for; a test without its material says that it did not run.

mod cql2_examples;
#[path = "../api/support/database.rs"]
#[expect(dead_code, reason = "the tests of the API need more of it")]
mod database;
mod filters;
mod gdal;
mod keycloak;
mod material;
mod newer_gdal;
mod real_registers;
mod rubbish;
mod server;
mod tiles;
