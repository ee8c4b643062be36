//! Geokontor, the spatial server of a rural district.
//!
//! The map of the house, in reading order:
//!
//! - [`texts`]: what the program says to people, in their language
//! - [`feature`]: what a feature is
//! - [`coordinate`]: what crews write and say
//! - [`collection`]: what the registers are, declared once in `data/`
//! - [`calendar`]: holidays and working days, declared in `data/`
//! - [`store`]: PostGIS, where every change is written first
//! - [`filter`]: what is asked for: boxes, times, CQL2
//! - [`index`]: memory, where every read is answered
//! - [`identity`]: who may see and do what
//! - [`accounts`]: signing in, one's own account, those of others
//! - [`organisations`]: who takes part, with which roles and tokens
//! - [`views`]: views of registers that people keep and share
//! - [`devices`]: tablets in vehicles, made, enrolled and revoked
//! - [`spine`]: how anything is changed: begin, commit, show
//! - [`editing`]: how the registers change
//! - [`proposals`]: edits that wait for a second person, at their addresses
//! - [`upkeep`]: inspections, defects, outages, and the status that follows from them
//! - [`exchange`]: files in and out
//! - [`files`]: photos and documents of objects
//! - [`imports`]: files that offices import from the desk, looked at before they are written
//! - [`ogc`]: the standards' words for all of it
//! - [`firewater`]: what a crew needs to know
//! - [`search`]: one field for every place
//! - [`tiles`]: maps as vector tiles, from memory
//! - [`supply`]: which buildings have the water they need, and which would lose it
//! - [`print`]: maps as pictures
//! - [`events`]: what has changed, told at once
//! - [`offline`]: what a device takes along, and how it follows
//! - [`work`]: what takes a core for a while
//! - [`mail`]: what is written to people
//! - [`blobs`]: files that belong to something
//! - [`http`]: what all answers share
//! - [`web`]: the pages for crews, built in `web/`
//! - [`server`]: the root: parts and routes of a running server
//! - [`demo`]: the invented district
//! - [`cli`]: the program's commands; [`memory`]: its allocator; [`tls`]: who encrypts

pub mod accounts;
pub mod blobs;
pub mod calendar;
pub mod cli;
pub mod clock;
pub mod collection;
pub mod config;
pub mod coordinate;
pub mod demo;
pub mod devices;
pub mod editing;
pub mod events;
pub mod exchange;
pub mod feature;
pub mod files;
pub mod filter;
pub mod firewater;
pub mod http;
pub mod identity;
pub mod imports;
pub mod index;
pub mod mail;
pub mod memory;
pub mod offline;
pub mod ogc;
pub mod organisations;
pub mod print;
pub mod proposals;
pub mod search;
pub mod server;
pub mod spine;
pub mod store;
pub mod supply;
pub mod texts;
pub mod tiles;
pub mod tls;
pub mod upkeep;
pub mod views;
pub mod web;
pub mod work;
