//! What a cell of a spreadsheet holds: a value, the result of a formula, or a formula that nobody has calculated.

use std::io::Write;

use calamine::{Data, DataRef, ExcelDateTime};

use super::Cell;
use crate::collection::Label;
use crate::exchange::frame::FrameWriter;

/// Where a cell stands, and what is known of it beside its value.
pub struct Origin<'a> {
    pub sheet: &'a str,
    /// From 0.
    pub row: u32,
    pub column: u32,
    pub has_formula: bool,
    /// A result of 0 may be none: the program that wrote the file calculates nothing.
    pub leaves_results: bool,
}

/// What was met in cells and is told of the sheet as a whole.
#[derive(Debug, Default)]
pub struct Told {
    errors: u64,
    uncalculated: u64,
    first_uncalculated: Option<u64>,
}

impl Told {
    /// Tells it.
    pub fn pass<W: Write>(&self, writer: &mut FrameWriter<W>) {
        if self.errors > 0 {
            let reason = Label::new(
                "Zelle mit einem Fehlerwert wie #NV, als leer gelesen",
                "cell with an error value such as #N/A, taken as blank",
            );
            writer.pass_many(reason, self.errors, None);
        }
        if self.uncalculated > 0 {
            let reason = Label::new(
                "Zelle mit einer Formel ohne Ergebnis: Bitte die Datei im Office-Programm öffnen, speichern und noch einmal senden",
                "cell with a formula without a result: open the file in the office program, save it and send it again",
            );
            writer.pass_many(reason, self.uncalculated, self.first_uncalculated);
        }
    }
}

impl Origin<'_> {
    /// What the cell holds.
    pub fn cell(&self, data: &DataRef<'_>, told: &mut Told) -> Cell {
        let cell = match data {
            DataRef::Int(number) => Cell::Value((*number).into()),
            // Spreadsheets know no integers; a number without a fraction is one.
            DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                Cell::Value((*number as i64).into())
            }
            DataRef::Float(number) => Cell::Value((*number).into()),
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::of(text),
            DataRef::SharedString(text) => Cell::of(text),
            DataRef::Bool(truth) => Cell::Value((*truth).into()),
            DataRef::DateTime(instant) => Cell::Value(written(instant).into()),
            DataRef::Error(_) => {
                told.errors += 1;
                Cell::Blank
            }
            DataRef::Empty if self.has_formula => self.uncalculated(),
            DataRef::Empty => Cell::Blank,
        };
        let is_left = self.has_formula && self.leaves_results && is_nought(data);
        let cell = if is_left { self.uncalculated() } else { cell };
        if matches!(cell, Cell::Uncalculated(_)) {
            told.uncalculated += 1;
            told.first_uncalculated.get_or_insert(u64::from(self.row) + 1);
        }
        cell
    }

    fn uncalculated(&self) -> Cell {
        Cell::Uncalculated(format!("{}!{}{}", self.sheet, letters(self.column), u64::from(self.row) + 1))
    }
}

/// A value as the other forms of spreadsheets have it.
pub fn of_data(data: &Data) -> DataRef<'_> {
    match data {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(truth) => DataRef::Bool(*truth),
        Data::DateTime(instant) => DataRef::DateTime(*instant),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// True for what programs write as the result of a formula that they do not calculate.
fn is_nought(data: &DataRef<'_>) -> bool {
    match data {
        DataRef::Int(number) => *number == 0,
        DataRef::Float(number) => *number == 0.0,
        DataRef::DateTime(instant) => instant.as_f64() == 0.0,
        _ => false,
    }
}

/// A column as spreadsheets call it: A to Z, AA and so on.
fn letters(column: u32) -> String {
    let (mut letters, mut left) = (Vec::new(), column + 1);
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    letters.iter().rev().collect()
}

/// A date, a time or both, as ISO 8601 writes them.
fn written(instant: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = instant.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second) {
        _ if instant.as_f64().abs() < 1.0 => format!("{hour:02}:{minute:02}:{second:02}"),
        (0, 0, 0) => date,
        _ => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(data: DataRef<'_>, has_formula: bool, leaves_results: bool) -> Cell {
        Origin { sheet: "Liste", row: 4, column: 27, has_formula, leaves_results }.cell(&data, &mut Told::default())
    }

    #[test]
    fn a_formula_without_a_result_is_named_by_its_cell_and_one_with_a_result_is_that() {
        let open = Cell::Uncalculated("Liste!AB5".to_owned());
        assert_eq!(held(DataRef::Empty, true, false), open);
        assert_eq!(held(DataRef::Float(0.0), true, true), open, "a program that writes 0 for whatever it is");
        assert_eq!(held(DataRef::Float(0.0), true, false), Cell::Value(0.into()));
        assert_eq!(held(DataRef::Float(0.0), false, true), Cell::Value(0.into()));
        assert_eq!(held(DataRef::Float(800.0), true, true), Cell::Value(800.into()));
        assert_eq!(held(DataRef::String(String::new()), true, true), Cell::Blank, "a formula that says nothing");
        assert_eq!(held(DataRef::Empty, false, false), Cell::Blank);
    }
}
