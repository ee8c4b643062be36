//! The files that a path leads to: itself, those of a zip, or those of a zip within it.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::container::{Container, ReadSeek, WHOLE};
use super::encoding::{Census, Encoding, Found, Utf8Reader};
use super::osm;
use super::zip::Entry;
use super::{Format, ReadError};
use crate::collection::Label;

/// Where an XML declaration or the zeros of UTF-16 would show.
const HEAD: u64 = 1 << 10;

/// One file that can be read.
#[derive(Debug, Clone)]
pub struct Input {
    pub format: Format,
    container: Container,
    entry: Option<Entry>,
    /// Further entries that belong to it: a KMZ may be parted.
    further: Vec<Entry>,
}

/// What a path leads to.
#[derive(Debug)]
pub struct Files {
    pub inputs: Vec<Input>,
    /// What is there and not read.
    pub remarks: Vec<Label>,
}

impl Files {
    fn one(input: Input) -> Self {
        Self { inputs: vec![input], remarks: Vec::new() }
    }

    /// The files that a path leads to.
    pub fn of(path: &Path, format: Format) -> Result<Self, ReadError> {
        let container = Container::Disk(path.to_owned());
        // Spreadsheets and KMZ are zips too: whatever opens them finds them checked.
        let entries = container.entries()?;
        let mut files = match (format, entries) {
            (Format::Zip, Some(entries)) => Self::in_zip(&container, entries)?,
            (Format::Zip, None) => {
                return Err(ReadError::refused(
                    "Die Datei ist keine Zip-Datei oder wurde nicht vollständig übertragen",
                    "the file is not a zip file, or was not sent completely",
                ));
            }
            (Format::Kml, Some(entries)) => Self::one(Input::of_kmz(container, entries)?),
            _ => Self::one(Input { format, container, entry: None, further: Vec::new() }),
        };
        for input in files.inputs.iter_mut().filter(|input| input.format == Format::GeoJson) {
            if osm::is_json(input)? {
                input.format = Format::Osm;
            }
        }
        Ok(files)
    }

    /// The files of a zip. Portals put the zip of a Shapefile into another one: zips in a zip without any other data are
    /// opened, one step deep.
    fn in_zip(zip: &Container, entries: Vec<Entry>) -> Result<Self, ReadError> {
        let (inner, plain): (Vec<Entry>, Vec<Entry>) =
            entries.into_iter().filter(is_meant).partition(|entry| Format::of(&entry.name) == Some(Format::Zip));
        let names: Vec<String> = plain.iter().chain(&inner).map(|entry| entry.name.clone()).collect();
        let mut inputs = Input::in_zip(zip, plain)?;
        let mut remarks = Vec::new();
        // A note beside the zip is no data.
        let only_notes = inputs.iter().all(|input| input.ending() == "txt");
        if only_notes && !inner.is_empty() {
            inputs.clear();
            let mut room = WHOLE;
            for entry in inner {
                let unpacked = Container::unpacked(zip, &entry, room)?;
                let Some(entries) = unpacked.entries()? else { continue };
                room = room.saturating_sub(entry.unpacked());
                let (deeper, plain): (Vec<Entry>, Vec<Entry>) = entries
                    .into_iter()
                    .filter(is_meant)
                    .partition(|entry| Format::of(&entry.name) == Some(Format::Zip));
                remarks.extend(deeper.iter().map(|deeper| not_opened(&format!("{}/{}", entry.name, deeper.name))));
                inputs.extend(Input::in_zip(&unpacked, plain)?);
            }
        } else {
            remarks.extend(inner.iter().map(|entry| not_opened(&entry.name)));
        }
        if inputs.is_empty() {
            return Err(nothing_to_read(&names, &remarks));
        }
        Ok(Self { inputs, remarks })
    }
}

/// Not what programs for the Mac put beside every file.
fn is_meant(entry: &Entry) -> bool {
    !entry.name.starts_with("__MACOSX/")
}

fn not_opened(name: &str) -> Label {
    Label::new(
        format!("Nicht gelesen: {name} (Zip-Datei in der Zip-Datei; bitte entpacken und einzeln senden)"),
        format!("not read: {name} (zip within the zip; unpack it and send it by itself)"),
    )
}

fn nothing_to_read(names: &[String], remarks: &[Label]) -> ReadError {
    const MOST: usize = 12;
    let mut list = names.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        list.push_str(", …");
    }
    let more = |text: fn(&Label) -> &str| remarks.iter().map(|it| format!("; {}", text(it))).collect::<String>();
    let (de, en) = (more(|it| &it.de), more(|it| &it.en));
    ReadError::refused(
        format!(
            "Die Zip-Datei enthält keine Datei, die gelesen werden kann, etwa .shp, .gpkg, .csv oder .geojson, sondern: {list}{de}"
        ),
        format!("the zip file holds no file that can be read, such as .shp, .gpkg, .csv or .geojson, but: {list}{en}"),
    )
}

impl Input {
    fn of_kmz(container: Container, entries: Vec<Entry>) -> Result<Self, ReadError> {
        let mut kml: Vec<Entry> =
            entries.into_iter().filter(|entry| entry.name.to_lowercase().ends_with(".kml")).collect();
        if kml.is_empty() {
            return Err(ReadError::refused(
                "Die KMZ-Datei enthält keine .kml-Datei",
                "the KMZ file holds no .kml file",
            ));
        }
        let first = kml.remove(0);
        Ok(Self { format: Format::Kml, container, entry: Some(first), further: kml })
    }

    /// The entries of a zip that are files of data.
    fn in_zip(zip: &Container, entries: Vec<Entry>) -> Result<Vec<Self>, ReadError> {
        let mut inputs = Vec::new();
        let shapes: Vec<String> = entries.iter().map(|entry| entry.name.to_lowercase()).collect();
        for entry in entries {
            let small = entry.name.to_lowercase();
            // The table of a Shapefile is read with it.
            let stem = small.strip_suffix(".dbf");
            if stem.is_some_and(|stem| shapes.contains(&format!("{stem}.shp"))) {
                continue;
            }
            let Some(format) = Format::of(&entry.name) else { continue };
            if entry.name.split(['/', '\\']).any(|part| part == "..") {
                return Err(ReadError::refused(
                    "Die Zip-Datei hat einen Eintrag, der aus ihr hinausführt",
                    "the zip file has an entry that leads out of it",
                ));
            }
            if small.ends_with(".kmz") {
                let kmz = Container::unpacked(zip, &entry, WHOLE)?;
                let parts = kmz.entries()?.unwrap_or_default();
                inputs.push(Self::of_kmz(kmz, parts)?);
            } else {
                inputs.push(Self { format, container: zip.clone(), entry: Some(entry), further: Vec::new() });
            }
        }
        Ok(inputs)
    }

    /// Itself and the further parts it is made of, each by itself.
    pub fn parts(&self) -> Vec<Self> {
        let part = |entry: Option<Entry>| Self { entry, further: Vec::new(), ..self.clone() };
        std::iter::once(self.entry.clone()).chain(self.further.iter().cloned().map(Some)).map(part).collect()
    }

    fn name(&self) -> String {
        self.entry.as_ref().map_or_else(|| self.container.name(), |entry| entry.name.clone())
    }

    /// The name of the file without folder and ending.
    pub fn stem(&self) -> String {
        let name = self.name();
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
    }

    /// The ending of the file's name, in small letters.
    pub fn ending(&self) -> String {
        self.name().rsplit('.').next().unwrap_or_default().to_lowercase()
    }

    /// True for a KML that lies in a KMZ.
    pub fn is_kmz(&self) -> bool {
        self.entry.is_some() && self.container.name().to_lowercase().ends_with(".kmz")
    }

    /// True if it is packed, so that it can only be read from the beginning.
    pub fn is_in_zip(&self) -> bool {
        self.entry.is_some()
    }

    /// What GDAL calls it.
    pub fn gdal_path(&self) -> PathBuf {
        match &self.entry {
            Some(entry) => self.container.gdal_path_of(entry),
            None => self.container.gdal_path().to_owned(),
        }
    }

    /// The path of the file on the disk, as GDAL tells it in messages, which no message of ours should.
    pub fn gdal_path_of_container(&self) -> &Path {
        self.container.gdal_path()
    }

    /// The bytes from the beginning.
    pub fn open(&self) -> Result<Box<dyn Read + Send>, ReadError> {
        match &self.entry {
            Some(entry) => entry.open(&self.container),
            None => Ok(Box::new(self.container.open().map_err(ReadError::unreadable)?)),
        }
    }

    /// The bytes from any place, and the file as a container of its own: it is unpacked where it is packed, and a zip that
    /// it may be is checked.
    pub fn open_whole(&self) -> Result<(Box<dyn ReadSeek>, Container), ReadError> {
        let whole = match &self.entry {
            Some(entry) => Container::unpacked(&self.container, entry, WHOLE)?,
            None => self.container.clone(),
        };
        whole.entries()?;
        Ok((whole.open().map_err(ReadError::unreadable)?, whole))
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
