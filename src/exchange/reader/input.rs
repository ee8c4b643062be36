//! Where the bytes of one file lie: on the disk, or in a zip.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::encoding::{Census, Encoding, Found, Utf8Reader};
use super::zip::{self, Entry};
use super::{Format, ReadError};

/// What is held in memory of a file that cannot be read piece by piece, bytes.
const WHOLE: u64 = 512 << 20;
/// Where an XML declaration or the zeros of UTF-16 would show.
const HEAD: u64 = 1 << 10;

/// One file that can be read.
#[derive(Debug, Clone)]
pub struct Input {
    pub format: Format,
    path: PathBuf,
    entry: Option<Entry>,
    /// Further entries that belong to it: a KMZ may be parted.
    further: Vec<Entry>,
}

impl Input {
    /// The files that a path leads to: itself, or what a zip holds.
    pub fn all(path: &Path, format: Format) -> Result<Vec<Self>, ReadError> {
        let is_zip = starts_with(path, b"PK\x03\x04")?;
        // Spreadsheets and KMZ are zips too: whatever opens them finds them checked.
        let entries = if is_zip { zip::check(path)? } else { Vec::new() };
        match format {
            Format::Zip if !is_zip => Err(ReadError::refused(
                "Die Datei ist keine Zip-Datei oder wurde nicht vollständig übertragen",
                "the file is not a zip file, or was not sent completely",
            )),
            Format::Zip => Self::in_zip(path, entries),
            Format::Kml if is_zip => {
                let mut kml: Vec<Entry> =
                    entries.into_iter().filter(|entry| entry.name.to_lowercase().ends_with(".kml")).collect();
                if kml.is_empty() {
                    return Err(ReadError::refused(
                        "Die KMZ-Datei enthält keine .kml-Datei",
                        "the KMZ file holds no .kml file",
                    ));
                }
                let first = kml.remove(0);
                Ok(vec![Self { format, path: path.to_owned(), entry: Some(first), further: kml }])
            }
            _ => Ok(vec![Self { format, path: path.to_owned(), entry: None, further: Vec::new() }]),
        }
    }

    fn in_zip(path: &Path, entries: Vec<Entry>) -> Result<Vec<Self>, ReadError> {
        let mut inputs = Vec::new();
        let shapes: Vec<String> = entries.iter().map(|entry| entry.name.to_lowercase()).collect();
        for entry in entries {
            // The table of a Shapefile is read with it.
            let stem = entry.name.to_lowercase().strip_suffix(".dbf").map(str::to_owned);
            if stem.is_some_and(|stem| shapes.contains(&format!("{stem}.shp"))) {
                continue;
            }
            let Some(format) = Format::of(&entry.name).filter(|format| *format != Format::Zip) else { continue };
            // What programs for the Mac put beside every file.
            if entry.name.starts_with("__MACOSX/") {
                continue;
            }
            if entry.name.split(['/', '\\']).any(|part| part == "..") {
                return Err(ReadError::refused(
                    "Die Zip-Datei hat einen Eintrag, der aus ihr hinausführt",
                    "the zip file has an entry that leads out of it",
                ));
            }
            inputs.push(Self { format, path: path.to_owned(), entry: Some(entry), further: Vec::new() });
        }
        if inputs.is_empty() {
            return Err(ReadError::refused(
                "Die Zip-Datei enthält keine Datei, die gelesen werden kann, etwa .shp, .gpkg, .csv oder .geojson",
                "the zip file holds no file that can be read, such as .shp, .gpkg, .csv or .geojson",
            ));
        }
        Ok(inputs)
    }

    /// Itself and the further parts it is made of, each by itself.
    pub fn parts(&self) -> Vec<Self> {
        let part = |entry: Option<Entry>| Self { entry, further: Vec::new(), ..self.clone() };
        std::iter::once(self.entry.clone()).chain(self.further.iter().cloned().map(Some)).map(part).collect()
    }

    /// The name of the file without folder and ending.
    pub fn stem(&self) -> String {
        let name = self.entry.as_ref().map_or_else(|| self.path.display().to_string(), |entry| entry.name.clone());
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
    }

    /// The ending of the file's name, in small letters.
    pub fn ending(&self) -> String {
        let name = self.entry.as_ref().map_or_else(|| self.path.display().to_string(), |entry| entry.name.clone());
        name.rsplit('.').next().unwrap_or_default().to_lowercase()
    }

    /// The ending of the file on the disk, which may be a zip around this one.
    pub fn ending_of_file(&self) -> String {
        self.path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
    }

    /// True if it is packed, so that it can only be read from the beginning.
    pub fn is_in_zip(&self) -> bool {
        self.entry.is_some()
    }

    /// What GDAL calls it.
    pub fn gdal_path(&self) -> PathBuf {
        match &self.entry {
            Some(entry) => Path::new("/vsizip").join(format!("{{{}}}", self.path.display())).join(&entry.gdal_name),
            None => self.path.clone(),
        }
    }

    /// The file's path on the disk, which no message should tell.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The bytes from the beginning.
    pub fn open(&self) -> Result<Box<dyn Read + Send>, ReadError> {
        match &self.entry {
            Some(entry) => entry.open(&self.path),
            None => Ok(Box::new(File::open(&self.path).map_err(ReadError::unreadable)?)),
        }
    }

    /// All bytes, of a file that is not too large for that.
    pub fn whole(&self) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        self.open()?.take(WHOLE + 1).read_to_end(&mut bytes).map_err(ReadError::unreadable)?;
        if bytes.len() as u64 > WHOLE {
            return Err(ReadError::refused(
                format!("Die Datei ist größer als {} MB", WHOLE >> 20),
                format!("the file is larger than {} MB", WHOLE >> 20),
            ));
        }
        Ok(bytes)
    }

    /// The text from the beginning as UTF-8, and what it was written in: what `said` says, what its first bytes say, or what
    /// all of them show.
    pub fn text(&self, said: Option<Encoding>) -> Result<(Box<dyn Read + Send>, Found), ReadError> {
        let mut head = Vec::new();
        self.open()?.take(HEAD).read_to_end(&mut head).map_err(ReadError::unreadable)?;
        let marked = marked(&head);
        let found = match said.or(marked) {
            Some(encoding) => Found::said(encoding),
            None => Census::of(self.open()?).map_err(ReadError::unreadable)?.decide(declared(&head)),
        };
        let mut bytes = self.open()?;
        if head.starts_with(b"\xEF\xBB\xBF") {
            bytes.read_exact(&mut [0; 3])?;
        }
        Ok((Box::new(Utf8Reader::new(bytes, found)), found))
    }
}

/// The encoding by a byte order mark, or by the zeros that are every other byte of German in UTF-16.
fn marked(head: &[u8]) -> Option<Encoding> {
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count() * 3 > head.len();
    match head {
        [0xEF, 0xBB, 0xBF, ..] => Some(Encoding::Utf8),
        [0xFF, 0xFE, ..] => Some(Encoding::Utf16Le),
        [0xFE, 0xFF, ..] => Some(Encoding::Utf16Be),
        _ if head.len() > 3 && zeros(1) => Some(Encoding::Utf16Le),
        _ if head.len() > 3 && zeros(0) => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// The encoding an XML declaration names.
fn declared(head: &[u8]) -> Option<Encoding> {
    let text = String::from_utf8_lossy(head);
    let (declaration, _) = text.trim_start().strip_prefix("<?xml")?.split_once("?>")?;
    let (_, named) = declaration.split_once("encoding")?;
    Encoding::named(named.split(['"', '\'']).nth(1)?)
}

fn starts_with(path: &Path, magic: &[u8]) -> Result<bool, ReadError> {
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(magic.len() as u64).read_to_end(&mut head))
        .map_err(ReadError::unreadable)?;
    Ok(head == magic)
}
