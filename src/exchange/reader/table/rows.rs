//! From lines to rows: what is no row is passed over and told.

use std::io::Write;

use super::head::{Head, shortened, unnamed};
use super::{Cell, Line};
use crate::collection::Label;
use crate::exchange::frame::{FrameWriter, uncalculated};
use crate::exchange::reader::{ReadError, check_rows};

/// Words with which a line of sums begins.
const SUMS: [&str; 9] = ["summe", "gesamt", "gesamtsumme", "zwischensumme", "insgesamt", "anzahl", "total", "sum", "Σ"];
/// Words of the lines that people write below a table.
const CLOSING: [&str; 16] = [
    "gez.",
    "gez",
    "i.a.",
    "i. a.",
    "i.v.",
    "unterschrift",
    "datum",
    "stand",
    "stand:",
    "erstellt",
    "bearbeiter",
    "bearbeiter:",
    "quelle",
    "quelle:",
    "hinweis",
    "hinweis:",
];
/// Lines that may be an end are kept back; no more than these.
const KEPT: usize = 100;

/// Makes rows of lines.
pub struct Rows {
    /// The names of the columns as JSON.
    names: Vec<Vec<u8>>,
    head: Vec<String>,
    /// Further columns get names of their own; otherwise they are a mistake.
    open: bool,
    /// Lines that are the end of the table unless a row follows.
    kept: Vec<Line>,
    json: Vec<u8>,
}

impl Rows {
    pub fn new(head: &Head, open: bool) -> Self {
        let names = head.columns.iter().map(|column| as_json(&column.name)).collect();
        Self { names, head: head.cells.clone(), open, kept: Vec::new(), json: Vec::new() }
    }

    /// The next line.
    pub fn take<W: Write>(&mut self, line: Line, writer: &mut FrameWriter<W>) -> Result<(), ReadError> {
        let filled = line.filled();
        if filled == 0 {
            return Ok(());
        }
        if self.is_head_again(&line) {
            writer.pass(Label::new("Kopf der Tabelle wiederholt", "head of the table again"), Some(line.number));
            return Ok(());
        }
        let first = line.first_text().unwrap_or_default();
        if begins_with(&first, &SUMS) && (filled * 2 <= self.names.len() || self.has_only_numbers(&line, &first)) {
            let text = shortened(&first);
            let reason = Label::new(format!("Zeile mit einer Summe („{text}“)"), format!("line of a sum ('{text}')"));
            writer.pass(reason, Some(line.number));
            return Ok(());
        }
        if self.may_be_the_end(&first, filled) && self.kept.len() < KEPT {
            self.kept.push(line);
            return Ok(());
        }
        for kept in std::mem::take(&mut self.kept) {
            self.send(&kept, writer)?;
        }
        self.send(&line, writer)
    }

    /// The end: what was kept back is no row.
    pub fn end<W: Write>(self, writer: &mut FrameWriter<W>) {
        for line in self.kept {
            let text = shortened(&line.first_text().unwrap_or_default());
            let reason =
                Label::new(format!("Zeile unter der Tabelle („{text}“)"), format!("line below the table ('{text}')"));
            writer.pass(reason, Some(line.number));
        }
    }

    fn is_head_again(&self, line: &Line) -> bool {
        let text = |k: usize| self.head.get(k).map_or("", String::as_str);
        self.head.len() > 1
            && line.cells.iter().enumerate().all(|(k, cell)| cell.text().unwrap_or_default() == text(k))
            && line.cells.len() >= self.head.iter().rposition(|name| !name.is_empty()).unwrap_or(0)
    }

    /// True if a line has nothing but numbers beside its first word, and not one for every column.
    fn has_only_numbers(&self, line: &Line, first: &str) -> bool {
        let is_number = |cell: &Cell| match cell {
            Cell::Blank | Cell::Value(_) | Cell::Uncalculated(_) => true,
            Cell::Text(text) => {
                text.trim() == first.trim()
                    || !text.chars().any(char::is_alphabetic) && text.bytes().any(|byte| byte.is_ascii_digit())
            }
        };
        line.filled() < self.names.len() && line.cells.iter().all(is_number)
    }

    /// A signature or a note: words in one cell, or in a few that begin as such lines do.
    fn may_be_the_end(&self, first: &str, filled: usize) -> bool {
        if self.names.len() < 3 || first.is_empty() {
            return false;
        }
        let is_note = first.starts_with('*') || begins_with(first, &CLOSING);
        let is_words = first.contains(' ') || !first.bytes().any(|byte| byte.is_ascii_digit());
        (filled == 1 && is_words) || (filled * 3 <= self.names.len().max(6) && is_note)
    }

    fn send<W: Write>(&mut self, line: &Line, writer: &mut FrameWriter<W>) -> Result<(), ReadError> {
        check_rows(writer.rows())?;
        let width = line.cells.iter().rposition(|cell| *cell != Cell::Blank).map_or(0, |last| last + 1);
        if width > self.names.len() && !self.open {
            let names = self.names.len();
            let reason = Label::new(
                format!(
                    "Die Zeile hat {width} Zellen, der Kopf {names}: Steht ein Trenn- oder Anführungszeichen in einer Zelle?"
                ),
                format!("the row has {width} cells, the head {names}: is a separator or a quote in a cell?"),
            );
            return Ok(writer.bad(line.number, &reason)?);
        }
        while width > self.names.len() {
            self.names.push(as_json(&unnamed(self.names.len())));
        }
        self.json.clear();
        self.json.push(b'{');
        for (name, cell) in self.names.iter().zip(&line.cells) {
            if *cell == Cell::Blank {
                continue;
            }
            if self.json.len() > 1 {
                self.json.push(b',');
            }
            self.json.extend_from_slice(name);
            self.json.push(b':');
            match cell {
                Cell::Text(text) => serde_json::to_writer(&mut self.json, text),
                Cell::Value(value) => serde_json::to_writer(&mut self.json, value),
                Cell::Uncalculated(at) => serde_json::to_writer(&mut self.json, &uncalculated(at)),
                Cell::Blank => Ok(()),
            }
            .map_err(std::io::Error::from)?;
        }
        self.json.push(b'}');
        Ok(writer.row(line.number, &[], &self.json)?)
    }
}

fn as_json(name: &str) -> Vec<u8> {
    serde_json::to_vec(name).unwrap_or_default()
}

/// True if a text begins with one of some words.
fn begins_with(text: &str, words: &[&str]) -> bool {
    let small = text.to_lowercase();
    words.iter().any(|word| {
        small.strip_prefix(word.to_lowercase().as_str()).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })
}
