//! What the reader process tells its parent: a simple framed stream on standard output.
//!
//! A frame is one byte (its kind), four bytes (the length of the rest, little-endian) and the rest. First come the layers that the file
//! offers, then a header, then rows, then an end; or, at any place, a failure. Where several layers are read, each begins with a header of its
//! own. A stream that stops without an end was cut off.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::collection::Label;

/// No frame is longer: a file with larger rows is not taken.
pub const MAX_FRAME: usize = 32 << 20;

const OFFERS: u8 = b'O';
const HEADER: u8 = b'H';
const ROW: u8 = b'R';
const ROW_AT_CENTRE: u8 = b'C';
const BAD: u8 = b'B';
const ALIVE: u8 = b'A';
const END: u8 = b'E';
const FAILED: u8 = b'F';

/// Rows wait no longer than this before they are sent, so that a slow file can be told from one that has stopped.
const FLUSH: Duration = Duration::from_secs(1);

/// A layer, sheet, folder or file that could be read.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq, JsonSchema)]
pub struct OfferedLayer {
    pub name: String,
    /// Why it is read only when it is named.
    pub aside: Option<Label>,
}

/// What is known of a layer before its first row.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
pub struct Header {
    /// For people: `GeoJSON`, `CSV (Windows-1252, ';')`.
    pub format: String,
    pub layer: Option<String>,
    /// True if this is one of several layers that are read, so that a line alone does not say which row is meant.
    #[serde(default)]
    pub one_of_several: bool,
    /// Short name (`EPSG:25833`) of the CRS the file names.
    pub crs: Option<String>,
    /// True if the format prescribes the CRS when the file is silent (GeoJSON, KML, OSM), so that a contradiction with
    /// the coordinates shows a careless writer.
    #[serde(default)]
    pub crs_by_format: bool,
    /// Name of a CRS the file has but the register does not.
    pub unknown_crs: Option<String>,
    /// The columns in their order, where the format has any.
    #[serde(default)]
    pub columns: Vec<Column>,
    /// What was found out about the file and is worth telling.
    #[serde(default)]
    pub remarks: Vec<Label>,
}

/// One column of a table.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Column {
    /// As rows have it.
    pub name: String,
    /// What a line of units below the head says, without brackets: `m³/h`.
    pub unit: Option<String>,
}

impl From<String> for Column {
    fn from(name: String) -> Self {
        Self { name, unit: None }
    }
}

/// What stands in the file and is not among its rows, by reason.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Passed {
    pub reason: Label,
    pub count: u64,
    /// The line of the first.
    pub first: Option<u64>,
}

/// What is known of a file after its last row.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Ending {
    pub rows: u64,
    pub passed: Vec<Passed>,
}

/// One row as it stands in the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawRow {
    /// Line or number of the row in the file, counted from 1.
    pub line: u64,
    /// WKB; empty without a geometry of its own.
    pub wkb: Vec<u8>,
    /// A JSON object.
    pub attributes: Vec<u8>,
    /// The place is the middle of something larger, of which the file has no more.
    pub is_centre: bool,
}

/// The only member of what stands for a cell with [`uncalculated`] content.
const UNCALCULATED: &str = "formula without a result";

/// What stands in a row for a cell whose formula has no result in the file; `at` is `Sheet!D5`.
pub fn uncalculated(at: &str) -> Json {
    json!({ UNCALCULATED: at })
}

/// Where the cell stands, if it is one whose formula has no result.
pub fn is_uncalculated(cell: &Json) -> Option<&str> {
    cell.as_object()?.get(UNCALCULATED)?.as_str()
}

/// One frame.
#[derive(Debug, Clone, PartialEq)]
pub enum ReaderMessage {
    /// What the file offers, before one of it is chosen.
    Offers(Vec<OfferedLayer>),
    Header(Header),
    Row(RawRow),
    /// A row that cannot be read, with the reason.
    Bad {
        line: u64,
        reason: Label,
    },
    /// Nothing yet, but the reader is at work.
    Alive,
    End(Ending),
    Failed(Label),
}

/// Writes frames.
#[derive(Debug)]
pub struct FrameWriter<W: Write> {
    out: W,
    ending: Ending,
    flushed: Instant,
}

impl<W: Write> FrameWriter<W> {
    pub fn new(out: W) -> Self {
        Self { out, ending: Ending::default(), flushed: Instant::now() }
    }

    /// Writes what the file offers.
    pub fn offers(&mut self, offers: &[OfferedLayer]) -> io::Result<()> {
        let json = serde_json::to_vec(offers)?;
        self.frame(OFFERS, &[&json])
    }

    /// Writes the header of a layer, before its rows.
    pub fn header(&mut self, header: &Header) -> io::Result<()> {
        let json = serde_json::to_vec(header)?;
        self.frame(HEADER, &[&json])
    }

    /// Writes a row.
    pub fn row(&mut self, line: u64, wkb: &[u8], attributes: &[u8]) -> io::Result<()> {
        self.row_as(ROW, line, wkb, attributes)
    }

    /// Writes a row whose place is the middle of something larger, of which the file has no more.
    pub fn row_at_centre(&mut self, line: u64, wkb: &[u8], attributes: &[u8]) -> io::Result<()> {
        self.row_as(ROW_AT_CENTRE, line, wkb, attributes)
    }

    fn row_as(&mut self, kind: u8, line: u64, wkb: &[u8], attributes: &[u8]) -> io::Result<()> {
        self.ending.rows += 1;
        self.frame(kind, &[&line.to_le_bytes(), &(wkb.len() as u32).to_le_bytes(), wkb, attributes])?;
        self.flush_in_time()
    }

    /// Writes a row that cannot be read.
    pub fn bad(&mut self, line: u64, reason: &Label) -> io::Result<()> {
        self.ending.rows += 1;
        let reason = serde_json::to_vec(reason)?;
        self.frame(BAD, &[&line.to_le_bytes(), &reason])?;
        self.flush_in_time()
    }

    /// Counts something that is passed over; `line` where it stands on one.
    pub fn pass(&mut self, reason: Label, line: Option<u64>) {
        self.pass_many(reason, 1, line);
    }

    /// Counts several things that are passed over for one reason.
    pub fn pass_many(&mut self, reason: Label, count: u64, first: Option<u64>) {
        match self.ending.passed.iter_mut().find(|passed| passed.reason == reason) {
            Some(passed) => passed.count += count,
            None => self.ending.passed.push(Passed { reason, count, first }),
        }
    }

    /// Says, at most once a second, that there will be rows. To be called during long work between rows.
    pub fn alive(&mut self) -> io::Result<()> {
        if self.flushed.elapsed() > FLUSH {
            self.frame(ALIVE, &[])?;
        }
        self.flush_in_time()
    }

    /// How many rows have been written.
    pub fn rows(&self) -> u64 {
        self.ending.rows
    }

    /// Ends the stream well.
    pub fn end(mut self) -> io::Result<()> {
        let ending = serde_json::to_vec(&self.ending)?;
        self.frame(END, &[&ending])?;
        self.out.flush()
    }

    /// Ends the stream with a reason.
    pub fn failed(mut self, reason: &Label) -> io::Result<()> {
        let reason = serde_json::to_vec(reason)?;
        self.frame(FAILED, &[&reason])?;
        self.out.flush()
    }

    fn flush_in_time(&mut self) -> io::Result<()> {
        if self.flushed.elapsed() > FLUSH {
            self.flushed = Instant::now();
            self.out.flush()?;
        }
        Ok(())
    }

    fn frame(&mut self, kind: u8, parts: &[&[u8]]) -> io::Result<()> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if length > MAX_FRAME {
            return Err(io::Error::other(format!("a row is larger than {} MB", MAX_FRAME >> 20)));
        }
        self.out.write_all(&[kind])?;
        self.out.write_all(&(length as u32).to_le_bytes())?;
        parts.iter().try_for_each(|part| self.out.write_all(part))
    }
}

/// Reads the next frame; `None` where the stream ends between two frames.
pub fn read_frame(input: &mut impl Read) -> io::Result<Option<ReaderMessage>> {
    let mut head = [0; 5];
    match input.read(&mut head[..1])? {
        0 => return Ok(None),
        _ => input.read_exact(&mut head[1..])?,
    }
    let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]) as usize;
    if length > MAX_FRAME {
        return Err(io::Error::other("a frame is too long"));
    }
    let short = || io::Error::other("a frame is too short");
    match head[0] {
        kind @ (ROW | ROW_AT_CENTRE) => {
            let row = read_row(input, length)?;
            Ok(Some(ReaderMessage::Row(RawRow { is_centre: kind == ROW_AT_CENTRE, ..row })))
        }
        kind => {
            let mut bytes = vec![0; length];
            input.read_exact(&mut bytes)?;
            let number =
                |bytes: &[u8]| bytes.first_chunk::<8>().map(|eight| u64::from_le_bytes(*eight)).ok_or_else(short);
            Ok(Some(match kind {
                OFFERS => ReaderMessage::Offers(serde_json::from_slice(&bytes)?),
                HEADER => ReaderMessage::Header(serde_json::from_slice(&bytes)?),
                BAD => ReaderMessage::Bad { line: number(&bytes)?, reason: serde_json::from_slice(&bytes[8..])? },
                ALIVE => ReaderMessage::Alive,
                END => ReaderMessage::End(serde_json::from_slice(&bytes)?),
                FAILED => ReaderMessage::Failed(serde_json::from_slice(&bytes)?),
                _ => return Err(io::Error::other("not a frame")),
            }))
        }
    }
}

fn read_row(input: &mut impl Read, length: usize) -> io::Result<RawRow> {
    let mut head = [0; 12];
    input.read_exact(&mut head)?;
    let line = u64::from_le_bytes(*head.first_chunk::<8>().unwrap_or(&[0; 8]));
    let wkb = u32::from_le_bytes([head[8], head[9], head[10], head[11]]) as usize;
    let rest = length.checked_sub(12 + wkb).ok_or_else(|| io::Error::other("a frame is too short"))?;
    let mut row = RawRow { line, wkb: vec![0; wkb], attributes: vec![0; rest], is_centre: false };
    input.read_exact(&mut row.wkb)?;
    input.read_exact(&mut row.attributes)?;
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_as_written_and_a_cut_stream_is_noticed() {
        let mut bytes = Vec::new();
        let mut writer = FrameWriter::new(&mut bytes);
        let header = Header { format: "GeoJSON".into(), crs: Some("OGC:CRS84".into()), ..Header::default() };
        let offers = vec![OfferedLayer { name: "Nord".into(), aside: None }];
        writer.offers(&offers).expect("written");
        writer.header(&header).expect("written");
        writer.row(7, &[1, 2, 3], br#"{"a":1}"#).expect("written");
        writer.row_at_centre(9, &[1, 2, 3], br#"{"a":1}"#).expect("written");
        let reason = Label { de: "nein".into(), en: "no".into() };
        writer.bad(8, &reason).expect("written");
        writer.pass(reason.clone(), Some(9));
        writer.pass(reason.clone(), Some(10));
        writer.end().expect("written");
        let mut input = bytes.as_slice();
        let mut next = || read_frame(&mut input).expect("a frame");
        assert_eq!(next(), Some(ReaderMessage::Offers(offers)));
        assert_eq!(next(), Some(ReaderMessage::Header(header)));
        let row = RawRow { line: 7, wkb: vec![1, 2, 3], attributes: br#"{"a":1}"#.to_vec(), is_centre: false };
        assert_eq!(next(), Some(ReaderMessage::Row(row.clone())));
        assert_eq!(next(), Some(ReaderMessage::Row(RawRow { line: 9, is_centre: true, ..row })));
        assert_eq!(next(), Some(ReaderMessage::Bad { line: 8, reason: reason.clone() }));
        let passed = vec![Passed { reason, count: 2, first: Some(9) }];
        assert_eq!(next(), Some(ReaderMessage::End(Ending { rows: 3, passed })));
        assert_eq!(next(), None);
        let mut cut = &bytes[..bytes.len() - 3];
        while let Ok(frame) = read_frame(&mut cut) {
            assert!(frame.is_some(), "the cut went unnoticed");
        }
    }
}
