//! Geokontor, the spatial server of a rural district.
//!
//! The map of the house, in reading order:
//!
//! - [`feature`]: what a feature is
//! - [`coordinate`]: what crews write and say
//! - [`collection`]: what the registers are, declared once in `data/`
//! - [`store`]: PostGIS, where every change is written first
//! - [`index`]: memory, where every read is answered
//! - [`identity`]: who may see and do what
//! - [`editing`]: how the registers change
//! - [`exchange`]: files in and out
//! - [`firewater`]: what a crew needs to know

pub mod app;
pub mod cli;
pub mod clock;
pub mod collection;
pub mod config;
pub mod coordinate;
pub mod editing;
pub mod exchange;
pub mod feature;
pub mod firewater;
pub mod http;
pub mod identity;
pub mod index;
pub mod store;
