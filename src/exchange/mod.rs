//! Import and export: files of others in, files for others out. The only module that sees GDAL.
//!
//! In, in reading order: [`reader`] opens the file in a process of its own and sends [`frame`]s; [`source`] takes them;
//! [`locate`] finds the CRS; [`mapping`] turns a supplier's columns into properties; [`recognise`] says which feature a row
//! is, by what [`register`] knows of the collection and [`seen`] remembers of earlier rows; [`merge`] lays it over what is
//! there, [`mending`] what a person has decided about the row; [`worker`] does all that for one batch of rows, with [`geometry`]; [`import`] runs the
//! [`stages`] side by side, while somebody may [`watch`]; [`writing`] writes one changeset; [`report`] says what became of every row, with a [`remark`] for whatever is not
//! as it should be; [`store`] is what it asks
//! the database. [`examine`] looks at a file before anything is decided.
//!
//! Out: [`export`], one file a format; [`guard`] keeps texts from being formulas. [`drivers`] says whether GDAL can do all
//! that, [`gdal_reason`] why it could not. Beside them [`heif`], for photos.

pub mod drivers;
pub mod examine;
pub mod export;
pub mod frame;
mod gdal_reason;
mod geometry;
pub mod guard;
pub mod heif;
pub mod import;
pub mod locate;
pub mod mapping;
pub mod mending;
pub mod merge;
pub mod reader;
pub mod recognise;
pub mod register;
pub mod remark;
pub mod report;
pub mod seen;
pub mod source;
mod stages;
pub mod store;
mod told;
pub mod watch;
pub mod worker;
mod writing;

pub use told::OfExchange;
