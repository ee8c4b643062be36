//! The report on the supply with fire water: for councils, which decide where tanks are built.
//!
//! In reading order: [`words`] (in German and English), [`chart`] (the district with its gaps), [`table`] (by municipality, and
//! places for tanks), [`report`] (pages), [`routes`] (`/api/supply/report.pdf`).
//!
//! Its numbers are those of `/api/supply`, from which it is made. It is black on white: what colour says, shape says, too. The
//! file is PDF/A-2b with its letters in it.

mod chart;
mod describe;
mod report;
mod routes;
mod table;
mod words;

pub use routes::routes;
