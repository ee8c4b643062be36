//! What the reader process tells its parent: a simple framed stream on standard output.
//!
//! A frame is one byte (its kind), four bytes (the length of the rest, little-endian) and the rest. First comes one
//! header, then rows, then an end; or, at any place, a failure. A stream that stops without an end was cut off.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

/// No frame is longer: a file with larger rows is not taken.
pub const MAX_FRAME: usize = 32 << 20;

const HEADER: u8 = b'H';
const ROW: u8 = b'R';
const BAD: u8 = b'B';
const END: u8 = b'E';
const FAILED: u8 = b'F';

/// What is known of a file before its first row.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
pub struct Header {
    /// For people: `GeoJSON`, `CSV (Windows-1252, ';')`.
    pub format: String,
    pub layer: Option<String>,
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
    pub columns: Vec<String>,
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
}

/// One frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    Header(Header),
    Row(RawRow),
    /// A row that cannot be read, with the reason.
    Bad {
        line: u64,
        reason: String,
    },
    End {
        rows: u64,
    },
    Failed(String),
}

/// Writes frames.
#[derive(Debug)]
pub struct FrameWriter<W: Write> {
    out: W,
    rows: u64,
}

impl<W: Write> FrameWriter<W> {
    pub fn new(out: W) -> Self {
        Self { out, rows: 0 }
    }

    /// Writes the header; once, before anything else.
    pub fn header(&mut self, header: &Header) -> io::Result<()> {
        let json = serde_json::to_vec(header)?;
        self.frame(HEADER, &[&json])
    }

    /// Writes a row.
    pub fn row(&mut self, line: u64, wkb: &[u8], attributes: &[u8]) -> io::Result<()> {
        self.rows += 1;
        self.frame(ROW, &[&line.to_le_bytes(), &(wkb.len() as u32).to_le_bytes(), wkb, attributes])
    }

    /// Writes a row that cannot be read.
    pub fn bad(&mut self, line: u64, reason: &str) -> io::Result<()> {
        self.rows += 1;
        self.frame(BAD, &[&line.to_le_bytes(), reason.as_bytes()])
    }

    /// How many rows have been written.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Ends the stream well.
    pub fn end(mut self) -> io::Result<()> {
        let rows = self.rows;
        self.frame(END, &[&rows.to_le_bytes()])?;
        self.out.flush()
    }

    /// Ends the stream with a reason.
    pub fn failed(mut self, reason: &str) -> io::Result<()> {
        self.frame(FAILED, &[reason.as_bytes()])?;
        self.out.flush()
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
pub fn read_frame(input: &mut impl Read) -> io::Result<Option<Frame>> {
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
        ROW => read_row(input, length).map(|row| Some(Frame::Row(row))),
        kind => {
            let mut bytes = vec![0; length];
            input.read_exact(&mut bytes)?;
            let number =
                |bytes: &[u8]| bytes.first_chunk::<8>().map(|eight| u64::from_le_bytes(*eight)).ok_or_else(short);
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            Ok(Some(match kind {
                HEADER => Frame::Header(serde_json::from_slice(&bytes)?),
                BAD => Frame::Bad { line: number(&bytes)?, reason: text(&bytes[8..]) },
                END => Frame::End { rows: number(&bytes)? },
                FAILED => Frame::Failed(text(&bytes)),
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
    let mut row = RawRow { line, wkb: vec![0; wkb], attributes: vec![0; rest] };
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
        writer.header(&header).expect("written");
        writer.row(7, &[1, 2, 3], br#"{"a":1}"#).expect("written");
        writer.bad(8, "no").expect("written");
        writer.end().expect("written");
        let mut input = bytes.as_slice();
        let mut next = || read_frame(&mut input).expect("a frame");
        assert_eq!(next(), Some(Frame::Header(header)));
        let row = RawRow { line: 7, wkb: vec![1, 2, 3], attributes: br#"{"a":1}"#.to_vec() };
        assert_eq!(next(), Some(Frame::Row(row)));
        assert_eq!(next(), Some(Frame::Bad { line: 8, reason: "no".into() }));
        assert_eq!(next(), Some(Frame::End { rows: 2 }));
        assert_eq!(next(), None);
        let mut cut = &bytes[..bytes.len() - 3];
        while let Ok(frame) = read_frame(&mut cut) {
            assert!(frame.is_some(), "the cut went unnoticed");
        }
    }
}
