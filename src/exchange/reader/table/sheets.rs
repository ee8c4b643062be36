//! Spreadsheets: XLSX line by line, ODS and the older forms of Excel a sheet at a time.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, Write};

use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsb, Xlsx};

use super::head::{self, Known};
use super::rows::Rows;
use super::{Cell, Line, SAMPLE};
use crate::collection::Label;
use crate::exchange::frame::{FrameWriter, Header};
use crate::exchange::reader::ReadError;
use crate::exchange::reader::input::Input;
use crate::exchange::reader::layers::{Offer, Standing};

/// Fewer known names than this make no table where another sheet has more.
const NAMES: usize = 2;

trait Bytes: Read + Seek {}
impl<T: Read + Seek> Bytes for T {}
type Source = Box<dyn Bytes>;

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
}

/// What is done with a line; `false` ends.
type Take<'a> = dyn FnMut(Line) -> Result<bool, ReadError> + 'a;

impl Workbook {
    pub fn open(input: &Input) -> Result<Self, ReadError> {
        let mut magic = [0; 4];
        let _ = input.open()?.read(&mut magic)?;
        let ending = input.ending();
        let bytes: Source = if input.is_in_zip() {
            Box::new(Cursor::new(input.whole()?))
        } else {
            Box::new(BufReader::new(File::open(input.path()).map_err(ReadError::unreadable)?))
        };
        let book = match (magic.starts_with(b"PK"), ending.as_str()) {
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
        Ok(Self { book, sheets })
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
        self.each_line(sheet, &mut 0, &mut |line| {
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
        let (mut rows, mut errors) = (Rows::new(&head, true), 0);
        self.each_line(&sheet, &mut errors, &mut |line| {
            if line.number >= begin {
                rows.take(line, writer)?;
            }
            Ok(true)
        })?;
        rows.end(writer);
        if errors > 0 {
            let reason = Label::new(
                "Zelle mit einem Fehlerwert wie #NV, als leer gelesen",
                "cell with an error value such as #N/A, taken as blank",
            );
            writer.pass_many(reason, errors, None);
        }
        Ok(())
    }

    /// Gives the lines of a sheet that are not blank, and counts cells with error values.
    fn each_line(&mut self, sheet: &str, errors: &mut u64, take: &mut Take<'_>) -> Result<(), ReadError> {
        let range = match &mut self.book {
            Book::Xlsx(book) => return each_line_of(book, sheet, errors, take),
            Book::Xlsb(book) => book.worksheet_range(sheet).map_err(faulty)?,
            Book::Xls(book) => book.worksheet_range(sheet).map_err(faulty)?,
            Book::Ods(book) => book.worksheet_range(sheet).map_err(faulty)?,
        };
        let (top, left) = range.start().unwrap_or_default();
        for (k, row) in range.rows().enumerate() {
            let mut cells = vec![Cell::Blank; left as usize];
            cells.extend(row.iter().map(|data| cell(&borrowed(data), errors)));
            let line = Line { number: u64::from(top) + k as u64 + 1, cells };
            if line.filled() > 0 && !take(line)? {
                return Ok(());
            }
        }
        Ok(())
    }
}

fn each_line_of(book: &mut Xlsx<Source>, sheet: &str, errors: &mut u64, take: &mut Take<'_>) -> Result<(), ReadError> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(faulty)?;
    let mut line = Line { number: 0, cells: Vec::new() };
    while let Some(found) = reader.next_cell().map_err(faulty)? {
        let (row, column) = found.get_position();
        let number = u64::from(row) + 1;
        if number != line.number {
            let done = std::mem::replace(&mut line, Line { number, cells: Vec::new() });
            if done.filled() > 0 && !take(done)? {
                return Ok(());
            }
        }
        let cell = cell(found.get_value(), errors);
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

fn borrowed(data: &Data) -> DataRef<'_> {
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

fn cell(data: &DataRef<'_>, errors: &mut u64) -> Cell {
    match data {
        DataRef::Int(number) => Cell::Value((*number).into()),
        // Spreadsheets know no integers; a number without a fraction is one.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => Cell::Value((*number as i64).into()),
        DataRef::Float(number) => Cell::Value((*number).into()),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::of(text),
        DataRef::SharedString(text) => Cell::of(text),
        DataRef::Bool(truth) => Cell::Value((*truth).into()),
        DataRef::DateTime(instant) => Cell::Value(written(instant).into()),
        DataRef::Error(_) => {
            *errors += 1;
            Cell::Blank
        }
        DataRef::Empty => Cell::Blank,
    }
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

fn faulty(error: impl std::fmt::Display) -> ReadError {
    ReadError::refused(
        format!("Die Tabellenkalkulation ist beschädigt: {error}"),
        format!("the spreadsheet is damaged: {error}"),
    )
}
