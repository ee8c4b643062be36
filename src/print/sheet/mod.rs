//! The alarm sheet: where water is, on one page to be printed while the engines start.
//!
//! In reading order: [`content`] (what the API says about the water, which is what the sheet says), [`words`] (in German
//! and English), [`pen`] (text and lines on a page), [`badge`] (a
//! number and a state), [`frame`] (what the map shows), [`discs`] (where numbers stand), [`labels`] (what else is
//! written there), [`map`] (the map with numbers),
//! [`photos`] (what some of it looks like), [`table`] (the water), [`page`] (where all that goes), [`routes`] (`/api/firewater/alarm-sheet.pdf`).
//!
//! Everything on it but photos comes from the answer of `/api/firewater/nearest`, so it shows what its reader may see and no more.
//! It is black on white: what colour says, shape and words say, too. The file is PDF/A-2b with its letters in it.

mod badge;
mod content;
mod describe;
mod discs;
mod frame;
mod labels;
mod map;
mod page;
pub(super) mod pen;
mod photos;
mod routes;
mod table;
mod words;

pub use routes::routes;
