//! Tables as text: the separator and the encoding are found out, a row of units below the head is passed over. A table
//! without a head gets the names its mapping knows; columns beyond those are called `column 19`, so that a newer edition
//! of a format loses nothing in silence.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use super::{ReadError, TableForm, check_rows};
use crate::collection::Label;
use crate::exchange::frame::{FrameWriter, Header};

/// How much of the file is looked at to find the separator.
const SAMPLE: u64 = 64 << 10;

/// Sends the rows of a table. `form` says what the mapping knows of it.
pub fn read<W: Write>(path: &Path, form: &TableForm, writer: &mut FrameWriter<W>) -> Result<(), ReadError> {
    let mut sample = Vec::new();
    File::open(path).and_then(|file| file.take(SAMPLE).read_to_end(&mut sample)).map_err(ReadError::unreadable)?;
    if sample.contains(&0) {
        return Err(ReadError::refused(
            "Die Datei ist keine Tabelle als Text: Sie enthält Nullbytes",
            "the file is not a table of text: it holds zero bytes",
        ));
    }
    let comment = form.comment.and_then(|mark| u8::try_from(mark).ok());
    let separator = separator(&sample, comment);
    let mut file = File::open(path).map_err(ReadError::unreadable)?;
    if sample.starts_with(b"\xEF\xBB\xBF") {
        file.read_exact(&mut [0; 3])?;
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .comment(comment)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(1 << 18)
        .from_reader(file);
    let mut record = csv::ByteRecord::new();
    if !reader.read_byte_record(&mut record).map_err(|error| faulty(&error))? {
        return Err(ReadError::refused("Die Tabelle hat keine Kopfzeile", "the table has no head"));
    }
    let (columns, is_row) = head(&record, form);
    if columns.len() < 2 || record.len() < 2 {
        return Err(ReadError::refused(
            "Die Tabelle hat eine einzige Spalte: In der Kopfzeile steht kein Trennzeichen (; , | oder Tabulator)",
            "the table has a single column: no separator (; , | or tab) was found in its head",
        ));
    }
    let encoding = if std::str::from_utf8(&sample).is_ok() || cut_utf8(&sample) { "UTF-8" } else { "Windows-1252" };
    let format = format!("CSV ({encoding}, '{}')", char::from(separator).escape_default());
    writer.header(&Header {
        format,
        columns: columns.iter().cloned().map(Into::into).collect(),
        ..Header::default()
    })?;
    let mut rows = Rows { names: names(&columns), open: is_row, json: Vec::new() };
    let mut first = !is_row;
    let mut more = is_row || reader.read_byte_record(&mut record).map_err(|error| faulty(&error))?;
    while more {
        let passed = std::mem::take(&mut first) && is_units(&record);
        if !passed && !record.iter().all(|field| field.trim_ascii().is_empty()) {
            check_rows(writer.rows())?;
            rows.send(&record, line_of(&record, reader.position()), writer)?;
        }
        more = reader.read_byte_record(&mut record).map_err(|error| faulty(&error))?;
    }
    Ok(())
}

fn faulty(error: &csv::Error) -> ReadError {
    ReadError::refused(
        format!("Die Tabelle lässt sich nicht lesen: {error}"),
        format!("the table cannot be read: {error}"),
    )
}

/// The columns by the first record, and whether that is a row already. A table that is said to have no head and has one
/// all the same is taken by that: at least half of the names must stand in it.
fn head(record: &csv::ByteRecord, form: &TableForm) -> (Vec<String>, bool) {
    let cells: Vec<String> = record.iter().map(|field| decode(field).trim().to_owned()).collect();
    let is_named = |name: &&String| cells.iter().any(|cell| cell.eq_ignore_ascii_case(name));
    if form.head.is_empty() || form.head.iter().filter(is_named).count() * 2 >= form.head.len() {
        return (cells, false);
    }
    (form.head.clone(), true)
}

fn names(columns: &[String]) -> Vec<Vec<u8>> {
    columns.iter().map(|name| serde_json::to_vec(name).unwrap_or_default()).collect()
}

/// Makes rows of records.
struct Rows {
    /// The names of the columns as JSON.
    names: Vec<Vec<u8>>,
    /// Further columns get names of their own; otherwise they are a mistake.
    open: bool,
    json: Vec<u8>,
}

impl Rows {
    fn send<W: Write>(
        &mut self,
        record: &csv::ByteRecord,
        line: u64,
        writer: &mut FrameWriter<W>,
    ) -> Result<(), ReadError> {
        while self.open && record.len() > self.names.len() {
            self.names.push(format!("\"column {}\"", self.names.len() + 1).into_bytes());
        }
        // A separator at the end of the line begins no cell.
        if record.iter().skip(self.names.len()).any(|field| !field.is_empty()) {
            let (cells, names) = (record.len(), self.names.len());
            let reason = Label::new(
                format!(
                    "Die Zeile hat {cells} Zellen, der Kopf {names}: Steht ein Trenn- oder Anführungszeichen in einer Zelle?"
                ),
                format!("the row has {cells} cells, the head {names}: is a separator or a quote in a cell?"),
            );
            return Ok(writer.bad(line, &reason)?);
        }
        self.json.clear();
        object(&self.names, record, &mut self.json)?;
        Ok(writer.row(line, &[], &self.json)?)
    }
}

/// The line a record begins on. The parser counts blank lines before a record as part of it; where the next one begins
/// is certain, so the lines are counted back from there.
fn line_of(record: &csv::ByteRecord, next: &csv::Position) -> u64 {
    let said = record.position().map_or(0, csv::Position::line);
    let inside = record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
    next.line().saturating_sub(1 + inside).max(said)
}

fn object(names: &[Vec<u8>], record: &csv::ByteRecord, json: &mut Vec<u8>) -> Result<(), ReadError> {
    json.push(b'{');
    for (name, field) in names.iter().zip(record.iter()) {
        if field.is_empty() || name == b"\"\"" {
            continue;
        }
        if json.len() > 1 {
            json.push(b',');
        }
        json.extend_from_slice(name);
        json.push(b':');
        serde_json::to_writer(&mut *json, decode(field).as_ref()).map_err(std::io::Error::from)?;
    }
    json.push(b'}');
    Ok(())
}

/// The separator that cuts the first line, which is no remark, into most cells, counted outside quotes.
fn separator(sample: &[u8], comment: Option<u8>) -> u8 {
    let mut counts = [(b';', 0u32), (b',', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    let is_remark = |line: &&[u8]| comment.is_some_and(|mark| line.starts_with(&[mark]));
    let remarks: usize = sample.split_inclusive(|byte| *byte == b'\n').take_while(is_remark).map(<[u8]>::len).sum();
    for byte in &sample[remarks..] {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(separator, _)| separator == byte).for_each(|(_, count)| *count += 1),
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b';', |(separator, _)| separator)
}

/// UTF-8 where it is valid, Windows-1252 (of which Latin-1 is a part) where not. Decided cell by cell: files that were
/// glued together from several sources have both.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()),
    }
}

fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// True if the sample is UTF-8 but for a character cut in two at its end.
fn cut_utf8(sample: &[u8]) -> bool {
    std::str::from_utf8(sample).err().is_some_and(|error| error.error_len().is_none())
}

/// A row below the head that names units: at least one cell is one, and no cell has a digit but as part of a unit.
fn is_units(record: &csv::ByteRecord) -> bool {
    const UNITS: [&str; 24] = [
        "mm",
        "cm",
        "m",
        "km",
        "bar",
        "mbar",
        "l/min",
        "l/s",
        "m³/h",
        "m3/h",
        "cbm/h",
        "m³",
        "m3",
        "cbm",
        "dn",
        "°",
        "grad",
        "dezimalgrad",
        "t",
        "h",
        "l",
        "min",
        "jahr",
        "jjjj",
    ];
    let cells: Vec<String> = record
        .iter()
        .map(|field| decode(field).trim().trim_matches(['[', ']', '(', ')']).to_lowercase())
        .filter(|cell| !cell.is_empty() && cell != "-" && cell != "---")
        .collect();
    let is_unit = |cell: &String| UNITS.contains(&cell.as_str());
    cells.iter().any(is_unit)
        && cells.iter().all(|cell| is_unit(cell) || !cell.bytes().any(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::frame::{Frame, read_frame};

    fn rows(bytes: &[u8]) -> Vec<(u64, String)> {
        rows_of(bytes, &TableForm::default())
    }

    fn rows_of(bytes: &[u8], form: &TableForm) -> Vec<(u64, String)> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), bytes).expect("written");
        let mut out = Vec::new();
        read(file.path(), form, &mut FrameWriter::new(&mut out)).expect("a table");
        let mut input = out.as_slice();
        std::iter::from_fn(|| read_frame(&mut input).expect("frames"))
            .filter_map(|frame| match frame {
                Frame::Row(row) => Some((row.line, String::from_utf8_lossy(&row.attributes).into_owned())),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn separator_and_encoding_are_found_and_units_passed_over() {
        let latin1 = b"Nr;Stra\xDFe;Durchfluss\n;;l/min\n7;M\xFChlenstr.;\"1.200\"\n";
        assert_eq!(rows(latin1), vec![(3, r#"{"Nr":"7","Straße":"Mühlenstr.","Durchfluss":"1.200"}"#.to_owned())]);
        let utf8 = "\u{feff}Nr\tOrt\n1\tGägelow\n\n2\t\n".as_bytes();
        assert_eq!(rows(utf8), vec![(2, r#"{"Nr":"1","Ort":"Gägelow"}"#.to_owned()), (4, r#"{"Nr":"2"}"#.to_owned())]);
    }
    #[test]
    fn a_table_without_a_head_gets_its_names_and_an_edition_with_more_columns_loses_none() {
        let form = TableForm { head: vec!["NR".into(), "X".into(), "Y".into()], comment: Some('#') };
        let row = |line: u64, text: &str| (line, text.to_owned());
        assert_eq!(
            rows_of(b"# Stand 2026, a remark\n7;1;2\n8;3;4;new\n9;5;6;\n", &form),
            vec![
                row(2, r#"{"NR":"7","X":"1","Y":"2"}"#),
                row(3, r#"{"NR":"8","X":"3","Y":"4","column 4":"new"}"#),
                row(4, r#"{"NR":"9","X":"5","Y":"6"}"#)
            ]
        );
        // One that has a head after all.
        assert_eq!(rows_of(b"x;y;nr;z\n1;2;7;9\n", &form), vec![row(2, r#"{"x":"1","y":"2","nr":"7","z":"9"}"#)]);
    }
}
