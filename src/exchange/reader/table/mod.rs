//! Tables of cells: text ([`text`]) and the sheets of spreadsheets ([`sheets`]).
//!
//! Both give [`Line`]s. [`head`] finds the line with the names of the columns, below titles and above units; [`rows`] sends
//! what follows, and tells what is no row: blank lines, sums, signatures, a head that is printed again on every page.
//! [`quotes`] watches for a quotation mark that swallows lines.

mod cells;
pub mod head;
mod quotes;
pub mod rows;
pub mod sheets;
pub mod text;

use serde_json::Value as Json;

/// Lines looked at to find the head.
pub const SAMPLE: usize = 60;

/// What stands in one cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Blank,
    Text(String),
    /// A number, a date as text or a truth, where the format knows what it is.
    Value(Json),
    /// A formula whose result the file does not have; where it stands, as `Sheet!D5`.
    Uncalculated(String),
}

impl Cell {
    /// A cell of text; blanks alone are nothing.
    pub fn of(text: &str) -> Self {
        if text.trim().is_empty() { Self::Blank } else { Self::Text(text.to_owned()) }
    }

    /// The text, without blanks around it and with single ones in it.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
            _ => None,
        }
    }
}

/// One line of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The number that an editor or spreadsheet program shows, from 1.
    pub number: u64,
    pub cells: Vec<Cell>,
}

impl Line {
    /// How many cells are not blank.
    pub fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| **cell != Cell::Blank).count()
    }

    /// The first text.
    pub fn first_text(&self) -> Option<String> {
        self.cells.iter().find(|cell| **cell != Cell::Blank)?.text()
    }
}
