//! The letters of a dBase table, which lies beside every Shapefile: a `.cpg` and a byte of its head say how they are written,
//! one of them is often wrong, and often neither is there.

use std::ffi::{CString, c_void};
use std::io::{self, Read};
use std::path::Path;

use super::encoding::{Census, Encoding, Found};

/// Where the id of the language driver stands, and the length of the head.
const LANGUAGE: usize = 29;
const HEAD_LENGTH: std::ops::Range<usize> = 8..10;

/// The encoding of the table that belongs to a file: as said; or as declared, where the letters bear it out; or as they show.
pub fn encoding(file: &Path, said: Option<Encoding>) -> Found {
    if let Some(encoding) = said {
        return Found::said(encoding);
    }
    let declared = beside(file, ["cpg", "CPG"]).and_then(|mut file| {
        let mut name = String::new();
        (&mut file).take(100).read_to_string(&mut name).ok()?;
        Encoding::named(name.trim())
    });
    let Some(mut table) = beside(file, ["dbf", "DBF"]) else { return Found::said(Encoding::Utf8) };
    let mut head = [0; 32];
    if table.read_exact(&mut head).is_err() {
        return Found::said(Encoding::Utf8);
    }
    let length = u64::from(u16::from_le_bytes([head[HEAD_LENGTH.start], head[HEAD_LENGTH.start + 1]]));
    let declared = declared.or_else(|| Encoding::of_dbase(head[LANGUAGE]));
    // The names of the columns have eleven bytes of every 32.
    let mut names = vec![0; usize::try_from(length.saturating_sub(32)).unwrap_or(0)];
    let names_read = table.read_exact(&mut names).is_ok();
    let mut census = Census::of(table).unwrap_or_default();
    if names_read {
        names.chunks(32).for_each(|field| {
            census.add(field[..field.len().min(11)].split(|byte| *byte == 0).next().unwrap_or_default());
        });
    }
    census.decide(declared)
}

fn beside(file: &Path, endings: [&str; 2]) -> Option<Virtual> {
    endings.iter().find_map(|ending| Virtual::open(&file.with_extension(ending)))
}

/// A file as GDAL sees it, which may be inside of a zip.
struct Virtual(*mut gdal_sys::VSILFILE);

impl Virtual {
    fn open(path: &Path) -> Option<Self> {
        let path = CString::new(path.to_str()?).ok()?;
        // SAFETY: both texts live until the call returns; the handle is closed when dropped.
        let handle = unsafe { gdal_sys::VSIFOpenL(path.as_ptr(), c"rb".as_ptr()) };
        // Nothing is made, and closed again, of a file that is not there.
        (!handle.is_null()).then(|| Self(handle))
    }
}

impl Read for Virtual {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // SAFETY: the buffer is as long as is said, and the handle is open.
        Ok(unsafe { gdal_sys::VSIFReadL(buffer.as_mut_ptr().cast::<c_void>(), 1, buffer.len(), self.0) })
    }
}

impl Drop for Virtual {
    fn drop(&mut self) {
        // SAFETY: opened once, closed once.
        unsafe { gdal_sys::VSIFCloseL(self.0) };
    }
}
