//! Import and export: files of others in, files for others out. The only module that sees GDAL.
//!
//! In, in reading order: [`reader`] opens the file in a process of its own and sends [`frame`]s; [`source`] takes them;
//! [`locate`] finds the CRS; [`mapping`] turns a supplier's columns into properties; [`recognise`] says which feature a row
//! is; [`merge`] lays it over what is there; [`worker`]
//! does all that for one row, with [`warnings`]; [`import`] runs the stages side by side and writes one
//! changeset; [`report`] says what became of every row; [`store`] is what it asks the journal.
//!
//! Out: [`export`], one file a format. [`drivers`] says whether GDAL can do all that.

pub mod drivers;
pub mod export;
pub mod frame;
pub mod import;
pub mod locate;
pub mod mapping;
pub mod merge;
pub mod reader;
pub mod recognise;
pub mod report;
pub mod source;
pub mod store;
pub mod warnings;
pub mod worker;
