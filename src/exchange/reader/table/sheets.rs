//! Spreadsheets: XLSX line by line, ODS and the older forms of Excel a sheet at a time. [`cells`] says what a cell holds.

use std::io::{BufReader, Read, Write};

use calamine::{DataRef, Ods, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsb, Xlsx};

use super::cells::{Origin, Told, of_data};
use super::head::{self, Known};
use super::rows::Rows;
use super::{Cell, Line, SAMPLE};
use crate::collection::Label;
use crate::exchange::frame::{FrameWriter, Header};
use crate::exchange::reader::ReadError;
use crate::exchange::reader::container::{Container, ReadSeek};
use crate::exchange::reader::input::Input;
use crate::exchange::reader::layers::{Offer, Standing};

/// Fewer known names than this make no table where another sheet has more.
const NAMES: usize = 2;

type Source = BufReader<Box<dyn ReadSeek>>;

enum Book {
    Xlsx(Box<Xlsx<Source>>),
    Xlsb(Box<Xlsb<Source>>),
    Xls(Box<Xls<Source>>),
    Ods(Box<Ods<Source>>),
}

/// An open spreadsheet.
pub struct Workbook {
    book: Book,
    sheets: Vec<Sheet>,
    /// The program that wrote it left the results of formulas to the next one.
    leaves_results: bool,
}

/// What is done with a line; `false` ends.
type Take<'a> = dyn FnMut(Line) -> Result<bool, ReadError> + 'a;

impl Workbook {
    pub fn open(input: &Input) -> Result<Self, ReadError> {
        let (bytes, whole) = input.open_whole()?;
        let bytes = BufReader::new(bytes);
        let entries = whole.entries()?;
        let ending = input.ending();
        let book = match (entries.is_some(), ending.as_str()) {
            (true, "ods") => Ods::new(bytes).map(|book| Book::Ods(Box::new(book))).map_err(faulty)?,
            (true, "xlsb") => Xlsb::new(bytes).map(|book| Book::Xlsb(Box::new(book))).map_err(faulty)?,
            (true, _) => Xlsx::new(bytes).map(|book| Book::Xlsx(Box::new(book))).map_err(faulty)?,
            (false, _) => Xls::new(bytes).map(|book| Book::Xls(Box::new(book))).map_err(faulty)?,
        };
        let sheets = match &book {
            Book::Xlsx(book) => book.sheets_metadata(),
            Book::Xlsb(book) => book.sheets_metadata(),
            Book::Xls(book) => book.sheets_metadata(),
            Book::Ods(book) => book.sheets_metadata(),
        };
        let sheets = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).cloned().collect();
        Ok(Self { book, sheets, leaves_results: leaves_results(&whole)? })
    }

    /// The sheets: tables, and what is none.
    pub fn offers(&mut self, known: &Known) -> Result<Vec<Offer>, ReadError> {
        let mut found = Vec::with_capacity(self.sheets.len());
        for sheet in self.sheets.clone() {
            let lines = self.sample(&sheet.name)?;
            let head = head::find(&lines, known).filter(|head| head.columns.len() > 1 && head.first_row < lines.len());
            let offer = match head {
                _ if sheet.visible != SheetVisible::Visible => {
                    Offer::aside(sheet.name, Label::new("ausgeblendet", "hidden"))
                }
                _ if lines.is_empty() => Offer::aside(sheet.name, Label::new("leer", "empty")),
                None => Offer::aside(sheet.name, Label::new("keine Tabelle", "no table")),
                Some(_) => Offer::table(sheet.name),
            };
            let names = head.map_or(0, |head| head.known);
            found.push((offer, names));
        }
        let some_known = found.iter().any(|(offer, names)| offer.standing == Standing::Table && *names >= NAMES);
        let judged = found.into_iter().map(|(offer, names)| match offer.standing {
            Standing::Table if some_known && names < NAMES => {
                Offer::aside(offer.name, Label::new("keine bekannten Spalten", "no known columns"))
            }
            _ => offer,
        });
        Ok(judged.collect())
    }

    /// The first lines of a sheet that are not blank.
    fn sample(&mut self, sheet: &str) -> Result<Vec<Line>, ReadError> {
        let mut lines = Vec::new();
        self.each_line(sheet, &mut Told::default(), &mut |line| {
            lines.push(line);
            Ok(lines.len() < SAMPLE)
        })?;
        Ok(lines)
    }

    /// Sends the rows of a sheet; `header` has what is known of it so far.
    pub fn read<W: Write>(
        &mut self,
        nth: usize,
        known: &Known,
        header: Header,
        writer: &mut FrameWriter<W>,
    ) -> Result<(), ReadError> {
        let Some(sheet) = self.sheets.get(nth).map(|sheet| sheet.name.clone()) else { return Ok(()) };
        let format = match &self.book {
            Book::Xlsx(_) | Book::Xlsb(_) => "XLSX",
            Book::Xls(_) => "XLS",
            Book::Ods(_) => "ODS",
        };
        let lines = self.sample(&sheet)?;
        let head = head::find(&lines, known).ok_or_else(|| {
            ReadError::refused(
                format!("Im Blatt „{sheet}“ wurde keine Kopfzeile gefunden"),
                format!("no head was found in sheet '{sheet}'"),
            )
        })?;
        let remarks = [header.remarks.clone(), head.remarks.clone()].concat();
        let (format, layer, columns) = (format.to_owned(), Some(sheet.clone()), head.columns.clone());
        writer.header(&Header { format, layer, columns, remarks, ..header })?;
        let begin = lines.get(head.first_row).map_or(u64::MAX, |line| line.number);
        let (mut rows, mut told) = (Rows::new(&head, true), Told::default());
        self.each_line(&sheet, &mut told, &mut |line| {
            if line.number >= begin {
                rows.take(line, writer)?;
            }
            Ok(true)
        })?;
        rows.end(writer);
        told.pass(writer);
        Ok(())
    }

    /// Gives the lines of a sheet that are not blank.
    fn each_line(&mut self, sheet: &str, told: &mut Told, take: &mut Take<'_>) -> Result<(), ReadError> {
        let (range, formulas) = match &mut self.book {
            Book::Xlsx(book) => return each_line_of(book, sheet, self.leaves_results, told, take),
            Book::Xlsb(book) => (book.worksheet_range(sheet).map_err(faulty)?, None),
            Book::Xls(book) => (book.worksheet_range(sheet).map_err(faulty)?, None),
            Book::Ods(book) => {
                (book.worksheet_range(sheet).map_err(faulty)?, Some(book.worksheet_formula(sheet).map_err(faulty)?))
            }
        };
        let (starts, formula_starts) = (range.start(), formulas.as_ref().and_then(calamine::Range::start));
        let (top, left) = match (starts, formula_starts) {
            (Some(one), Some(other)) => (one.0.min(other.0), one.1.min(other.1)),
            (one, other) => one.or(other).unwrap_or_default(),
        };
        let ends = [range.end(), formulas.as_ref().and_then(calamine::Range::end)];
        let bottom = ends.iter().flatten().map(|end| end.0).max().unwrap_or_default();
        let right = ends.iter().flatten().map(|end| end.1).max().unwrap_or_default();
        for row in top..=bottom {
            let mut cells = vec![Cell::Blank; left as usize];
            for column in left..=right {
                let has_formula = formulas
                    .as_ref()
                    .and_then(|formulas| formulas.get_value((row, column)))
                    .is_some_and(|formula| !formula.is_empty());
                let origin = Origin { sheet, row, column, has_formula, leaves_results: false };
                let data = range.get_value((row, column)).map_or(DataRef::Empty, of_data);
                cells.push(origin.cell(&data, told));
            }
            let line = Line { number: u64::from(row) + 1, cells };
            if line.filled() > 0 && !take(line)? {
                return Ok(());
            }
        }
        Ok(())
    }
}

fn each_line_of(
    book: &mut Xlsx<Source>,
    sheet: &str,
    leaves_results: bool,
    told: &mut Told,
    take: &mut Take<'_>,
) -> Result<(), ReadError> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(faulty)?;
    let mut line = Line { number: 0, cells: Vec::new() };
    while let Some(found) = reader.next_cell_with_formula_metadata().map_err(faulty)? {
        let (row, column) = found.pos;
        let number = u64::from(row) + 1;
        if number != line.number {
            let done = std::mem::replace(&mut line, Line { number, cells: Vec::new() });
            if done.filled() > 0 && !take(done)? {
                return Ok(());
            }
        }
        let origin = Origin { sheet, row, column, has_formula: found.formula.is_some(), leaves_results };
        let cell = origin.cell(&found.value, told);
        if cell != Cell::Blank {
            line.cells.resize((column as usize + 1).max(line.cells.len()), Cell::Blank);
            line.cells[column as usize] = cell;
        }
    }
    if line.filled() > 0 {
        take(line)?;
    }
    Ok(())
}

/// True for an XLSX that says that everything is to be calculated when it is opened: programs that write files without
/// calculating put 0 where the results of formulas belong (ECMA-376-1, 18.2.2, `fullCalcOnLoad`).
fn leaves_results(file: &Container) -> Result<bool, ReadError> {
    const MOST: u64 = 1 << 20;
    let entries = file.entries()?.unwrap_or_default();
    let Some(entry) = entries.iter().find(|entry| entry.name == "xl/workbook.xml") else { return Ok(false) };
    let mut text = String::new();
    // What is no text is for the reader of the workbook to refuse.
    let _ = entry.open(file)?.take(MOST).read_to_string(&mut text);
    let says = |value: &str| text.contains(&format!("fullCalcOnLoad=\"{value}\""));
    Ok(says("1") || says("true"))
}

fn faulty(error: impl std::fmt::Display) -> ReadError {
    ReadError::refused(
        format!("Die Tabellenkalkulation ist beschädigt: {error}"),
        format!("the spreadsheet is damaged: {error}"),
    )
}
