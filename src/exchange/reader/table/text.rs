//! Tables as text: separator and encoding are found out, or said by `sep=` on the first line. A table without a head gets
//! the names its mapping knows; columns beyond those are called `column 19`, so that a newer edition of a format loses
//! nothing in silence.

use std::io::{self, Read, Write};

use super::head::{self, Head, Known};
use super::quotes::{Unclosed, Watched};
use super::rows::Rows;
use super::{Cell, Line, SAMPLE};
use crate::collection::Label;
use crate::exchange::frame::{FrameWriter, Header};
use crate::exchange::reader::encoding::Encoding;
use crate::exchange::reader::input::Input;
use crate::exchange::reader::layers::Offer;
use crate::exchange::reader::{ReadError, TableForm};

/// How much of the file is looked at to find the separator, bytes.
const LOOKED_AT: u64 = 128 << 10;
const SEPARATORS: [u8; 4] = [b';', b'\t', b'|', b','];

/// What the mapping and the caller know of a table.
pub struct Hints<'a> {
    pub form: &'a TableForm,
    pub known: &'a Known,
    pub encoding: Option<Encoding>,
}

/// A table whose head is found.
struct Opened {
    lines: Lines<Box<dyn Read + Send>>,
    sample: Vec<Line>,
    head: Head,
    /// Further columns may follow.
    open: bool,
    /// For people.
    format: String,
}

/// Of a file among others: whether it is a table at all.
pub fn offer(input: &Input, hints: &Hints<'_>) -> Offer {
    match open(input, hints) {
        Ok(opened) if opened.head.first_row < opened.sample.len() => Offer::table(input.stem()),
        // A note is no table; of what should be one the reason is told.
        Err(ReadError::Refused(reason)) if input.ending() != "txt" => Offer::aside(input.stem(), reason),
        _ => Offer::aside(input.stem(), Label::new("keine Tabelle", "no table")),
    }
}

/// Sends the rows of a table; `header` has what is known of it so far.
pub fn read<W: Write>(
    input: &Input,
    hints: &Hints<'_>,
    header: Header,
    writer: &mut FrameWriter<W>,
) -> Result<(), ReadError> {
    let Opened { mut lines, mut sample, head, open, format } = open(input, hints)?;
    let remarks = [header.remarks.clone(), head.remarks.clone()].concat();
    writer.header(&Header { format, columns: head.columns.clone(), remarks, ..header })?;
    let mut rows = Rows::new(&head, open);
    for line in sample.drain(head.first_row..) {
        rows.take(line, writer)?;
    }
    while let Some(line) = lines.next()? {
        rows.take(line, writer)?;
    }
    rows.end(writer);
    Ok(())
}

fn open(input: &Input, hints: &Hints<'_>) -> Result<Opened, ReadError> {
    let (text, found) = input.text(hints.encoding)?;
    let mut text = Newlines::new(text);
    let mut start = Vec::new();
    (&mut text).take(LOOKED_AT).read_to_end(&mut start).map_err(ReadError::unreadable)?;
    if start.contains(&0) {
        return Err(ReadError::refused(
            "Die Datei ist keine Tabelle als Text: Sie enthält Nullbytes",
            "the file is not a table of text: it holds zero bytes",
        ));
    }
    let comment = hints.form.comment.and_then(|mark| u8::try_from(mark).ok());
    let said = said_separator(&start);
    let separator = said.map_or_else(|| separator(&start, comment), |(separator, _)| separator);
    let passed = said.map_or(0, |(_, length)| length);
    let before = u64::from(passed > 0);
    let rest = io::Cursor::new(start.split_off(passed)).chain(text);
    let rest: Box<dyn Read + Send> = Box::new(Watched::new(rest, separator, comment, before + 1));
    let reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .comment(comment)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(1 << 18)
        .from_reader(rest);
    let mut lines = Lines { reader, record: csv::StringRecord::new(), before };
    let mut sample = Vec::new();
    while sample.len() < SAMPLE
        && let Some(line) = lines.next()?
    {
        sample.push(line);
    }
    let (head, open) = head(&sample, hints)?;
    let format = format!("CSV ({}, '{}')", found.name(), char::from(separator).escape_default());
    Ok(Opened { lines, sample, head, open, format })
}

/// The head, and whether further columns may follow. A table that is said to have no head and has one all the same is taken
/// by that: at least half of the names must stand in it.
fn head(sample: &[Line], hints: &Hints<'_>) -> Result<(Head, bool), ReadError> {
    let no_head = || ReadError::refused("Die Tabelle hat keine Kopfzeile", "the table has no head");
    let first = sample.first().ok_or_else(no_head)?;
    let names = &hints.form.head;
    let stands = |name: &&String| first.cells.iter().filter_map(Cell::text).any(|cell| cell.eq_ignore_ascii_case(name));
    if !names.is_empty() && names.iter().filter(stands).count() * 2 < names.len() {
        let columns = names.iter().cloned().map(Into::into).collect();
        return Ok((Head { columns, ..Head::default() }, true));
    }
    let head = head::find(sample, hints.known).ok_or_else(no_head)?;
    if head.columns.len() < 2 {
        return Err(ReadError::refused(
            "Die Tabelle hat eine einzige Spalte: In der Kopfzeile steht kein Trennzeichen (; , | oder Tabulator)",
            "the table has a single column: no separator (; , | or tab) was found in its head",
        ));
    }
    Ok((head, false))
}

/// Records as lines.
struct Lines<R> {
    reader: csv::Reader<R>,
    record: csv::StringRecord,
    /// Lines before the first one the parser sees.
    before: u64,
}

impl<R: Read> Lines<R> {
    /// The next line that is not blank.
    fn next(&mut self) -> Result<Option<Line>, ReadError> {
        while self.reader.read_record(&mut self.record).map_err(|error| faulty(&error))? {
            let cells: Vec<Cell> = self.record.iter().map(Cell::of).collect();
            if cells.iter().any(|cell| *cell != Cell::Blank) {
                return Ok(Some(Line { number: self.number(), cells }));
            }
        }
        Ok(None)
    }

    /// The line a record begins on. The parser counts blank lines before a record as part of it; where the next one begins
    /// is certain, so the lines are counted back from there.
    fn number(&self) -> u64 {
        let said = self.record.position().map_or(0, csv::Position::line);
        let inside = self.record.iter().flat_map(str::bytes).filter(|byte| *byte == b'\n').count() as u64;
        self.before + self.reader.position().line().saturating_sub(1 + inside).max(said)
    }
}

fn faulty(error: &csv::Error) -> ReadError {
    if let csv::ErrorKind::Io(error) = error.kind()
        && let Some(Unclosed { line }) = error.get_ref().and_then(|it| it.downcast_ref::<Unclosed>())
    {
        return ReadError::refused(
            format!(
                "Das Anführungszeichen in Zeile {line} wird nicht richtig geschlossen: Die Zeilen dahinter würden verschluckt. Bitte ergänzen, entfernen oder verdoppeln"
            ),
            format!(
                "the quotation mark on line {line} is not closed as it should be: the lines behind it would be swallowed. Close it, remove it or double it"
            ),
        );
    }
    ReadError::refused(
        format!("Die Tabelle lässt sich nicht lesen: {error}"),
        format!("the table cannot be read: {error}"),
    )
}

/// The separator that a first line `sep=;` says, as Excel writes and reads it, and how long that line is.
fn said_separator(text: &[u8]) -> Option<(u8, usize)> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(&text[..end]).ok()?.trim_matches('"');
    let (word, separator) = line.split_once('=')?;
    let separator = separator.trim_matches([' ', '"']);
    let separator = if separator.is_empty() { "\t" } else { separator };
    match separator.as_bytes() {
        [separator] if word.trim().eq_ignore_ascii_case("sep") => Some((*separator, end + 1)),
        _ => None,
    }
}

/// The separator that cuts most lines into cells; of equals the one that cuts them into most. Counted outside quotes, and not
/// in remarks.
fn separator(text: &[u8], comment: Option<u8>) -> u8 {
    // In how many lines each stands, and how often together.
    let mut counts = [(0u32, 0u32); 4];
    for line in
        cut_lines(text).iter().filter(|line| comment.is_none_or(|mark| line.first() != Some(&mark))).take(SAMPLE)
    {
        let mut quoted = false;
        let mut in_line = [0u32; 4];
        for byte in *line {
            match byte {
                b'"' => quoted = !quoted,
                _ if quoted => {}
                _ => {
                    SEPARATORS
                        .iter()
                        .zip(&mut in_line)
                        .filter(|(it, _)| *it == byte)
                        .for_each(|(_, count)| *count += 1);
                }
            }
        }
        for (count, in_line) in counts.iter_mut().zip(in_line) {
            *count = (count.0 + u32::from(in_line > 0), count.1 + in_line);
        }
    }
    let best = SEPARATORS.iter().zip(counts).rev().max_by_key(|(_, count)| *count);
    best.map_or(b';', |(separator, _)| *separator)
}

/// The lines of a text, as far as they are not inside of quotes.
fn cut_lines(text: &[u8]) -> Vec<&[u8]> {
    let (mut lines, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                lines.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    lines.push(&text[start..]);
    lines
}

/// Ends every line with `\n`, whatever ended it, as editors show lines; also the last.
struct Newlines<R> {
    input: R,
    /// The last byte was a `\r`, or the beginning of the file.
    after_return: bool,
    last: u8,
}

impl<R: Read> Newlines<R> {
    fn new(input: R) -> Self {
        Self { input, after_return: false, last: b'\n' }
    }
}

impl<R: Read> Read for Newlines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let length = self.input.read(buffer)?;
            if length == 0 {
                let ended = std::mem::replace(&mut self.last, b'\n') == b'\n';
                buffer[0] = b'\n';
                return Ok(usize::from(!ended));
            }
            let mut kept = 0;
            for k in 0..length {
                let byte = buffer[k];
                let is_second = std::mem::replace(&mut self.after_return, byte == b'\r') && byte == b'\n';
                if !is_second {
                    buffer[kept] = if byte == b'\r' { b'\n' } else { byte };
                    self.last = buffer[kept];
                    kept += 1;
                }
            }
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::frame::{Passed, ReaderMessage, read_frame};
    use crate::exchange::reader::Format;
    use crate::exchange::reader::input::Files;

    struct Read {
        header: Header,
        rows: Vec<(u64, String)>,
        passed: Vec<Passed>,
    }

    fn table(bytes: &[u8], form: &TableForm) -> Read {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.csv");
        std::fs::write(&file, bytes).expect("written");
        let input = Files::of(&file, Format::Csv).expect("a file").inputs.remove(0);
        let known = Known::new(&["Nummer", "Bauart", "Rechtswert", "Hochwert"].map(str::to_owned));
        let mut out = Vec::new();
        let mut writer = FrameWriter::new(&mut out);
        read(&input, &Hints { form, known: &known, encoding: None }, Header::default(), &mut writer).expect("a table");
        writer.end().expect("written");
        let mut bytes = out.as_slice();
        let mut read = Read { header: Header::default(), rows: Vec::new(), passed: Vec::new() };
        while let Some(frame) = read_frame(&mut bytes).expect("frames") {
            match frame {
                ReaderMessage::Header(header) => read.header = header,
                ReaderMessage::Row(row) => read.rows.push((row.line, String::from_utf8(row.attributes).expect("text"))),
                ReaderMessage::End(ending) => read.passed = ending.passed,
                _ => {}
            }
        }
        read
    }

    fn rows(bytes: &[u8]) -> Vec<(u64, String)> {
        table(bytes, &TableForm::default()).rows
    }

    fn row(line: u64, text: &str) -> (u64, String) {
        (line, text.to_owned())
    }

    #[test]
    fn separator_and_encoding_are_found_and_units_belong_to_their_columns() {
        let latin1 = table(b"Nr;Stra\xDFe;Durchfluss\n;;l/min\n7;M\xFChlenstr.;\"1.200\"\n", &TableForm::default());
        assert_eq!(latin1.rows, [row(3, r#"{"Nr":"7","Straße":"Mühlenstr.","Durchfluss":"1.200"}"#)]);
        assert_eq!(latin1.header.columns[2].unit.as_deref(), Some("l/min"));
        assert_eq!(latin1.header.format, "CSV (Windows-1252, ';')");
        let utf8 = "\u{feff}Nr\tOrt\n1\tGägelow\n\n2\t\n".as_bytes();
        assert_eq!(rows(utf8), [row(2, r#"{"Nr":"1","Ort":"Gägelow"}"#), row(4, r#"{"Nr":"2"}"#)]);
        // Decimal commas stand in more places than separators, but not in the head.
        assert_eq!(rows(b"x;y\n1,5;2,5\n3,5;4,5\n")[0], row(2, r#"{"x":"1,5","y":"2,5"}"#));
        let utf16 = |bytes: fn(u16) -> [u8; 2]| {
            "\u{feff}Nr;Ort\r\n1;Gägelow\r\n".encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
        };
        for bytes in [utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)] {
            assert_eq!(rows(&bytes), [row(2, r#"{"Nr":"1","Ort":"Gägelow"}"#)]);
            assert_eq!(rows(&bytes[2..]), [row(2, r#"{"Nr":"1","Ort":"Gägelow"}"#)], "without a mark");
        }
    }

    #[test]
    fn lines_are_those_an_editor_shows_whatever_ends_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["Nr;Ort", "", "1;a", "2;\"b", "c\"", "3;d", ""].join(end);
            let lines: Vec<u64> = rows(text.as_bytes()).iter().map(|row| row.0).collect();
            assert_eq!(lines, [3, 4, 6], "{end:?}");
            assert_eq!(rows(text.trim_end().as_bytes()).iter().map(|row| row.0).collect::<Vec<_>>(), lines, "{end:?}");
        }
    }

    #[test]
    fn a_line_that_says_the_separator_is_no_head() {
        let expected = [row(3, r#"{"Nr":"1","Ort":"a;b"}"#)];
        assert_eq!(rows(b"sep=|\r\nNr|Ort\r\n1|a;b\r\n"), expected);
        assert_eq!(rows(b"\"sep=|\"\nNr|Ort\n1|a;b"), expected);
    }

    #[test]
    fn titles_sums_signatures_and_repeated_heads_are_told_and_are_no_rows() {
        let text = "Hydranten;;;\n\nNummer;Bauart;Rechtswert;Hochwert\n1;UFH;2;3\nNummer;Bauart;Rechtswert;Hochwert\n2;UFH;2;3\nOrt Lossow;;;\n3;UFH;2;3\nSumme;3;;\ngez. Behrens;;;\n";
        let read = table(text.as_bytes(), &TableForm::default());
        let lines: Vec<u64> = read.rows.iter().map(|row| row.0).collect();
        assert_eq!(lines, [4, 6, 7, 8], "what stands between rows is for the mapping to judge");
        let passed: Vec<String> = read.passed.iter().map(|it| format!("{} {:?}", it.reason.en, it.first)).collect();
        assert_eq!(
            passed,
            [
                "head of the table again Some(5)",
                "line of a sum ('Summe') Some(9)",
                "line below the table ('gez. Behrens') Some(10)"
            ]
        );
        assert_eq!(read.header.remarks[0].en, "title on line 1: 'Hydranten'");
    }

    #[test]
    fn cells_under_a_blank_name_and_a_name_that_comes_twice_are_kept() {
        assert_eq!(rows(b"Nr;;Nr;\n1;2;3;\n"), [row(2, r#"{"Nr":"1","column 2":"2","Nr (2)":"3"}"#)]);
    }

    #[test]
    fn a_table_without_a_head_gets_its_names_and_an_edition_with_more_columns_loses_none() {
        let form = TableForm { head: vec!["NR".into(), "X".into(), "Y".into()], comment: Some('#') };
        assert_eq!(
            table(b"# Stand 2026, a remark\n7;1;2\n8;3;4;new\n9;5;6;\n", &form).rows,
            [
                row(2, r#"{"NR":"7","X":"1","Y":"2"}"#),
                row(3, r#"{"NR":"8","X":"3","Y":"4","column 4":"new"}"#),
                row(4, r#"{"NR":"9","X":"5","Y":"6"}"#)
            ]
        );
        // One that has a head after all.
        assert_eq!(table(b"x;y;nr;z\n1;2;7;9\n", &form).rows, [row(2, r#"{"x":"1","y":"2","nr":"7","z":"9"}"#)]);
    }
}
