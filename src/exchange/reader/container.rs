//! Where the bytes of a file lie: on the disk, or in memory, where a zip lies within another zip.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ReadError;
use super::zip::{self, Entry};

/// What is held in memory of files that cannot be read piece by piece, bytes.
pub const WHOLE: u64 = 512 << 20;

/// Bytes that can be read from any place.
pub trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// A file as a whole.
#[derive(Debug, Clone)]
pub enum Container {
    Disk(PathBuf),
    /// Unpacked from a zip.
    Memory {
        bytes: Arc<[u8]>,
        /// With its folders in the zip.
        name: String,
        /// How much of the zip it took, bytes.
        packed: u64,
        /// What GDAL calls it.
        gdal_path: PathBuf,
    },
}

impl Container {
    /// An entry of a zip on its own, if it is no larger than `room`.
    pub fn unpacked(zip: &Self, entry: &Entry, room: u64) -> Result<Self, ReadError> {
        let mut bytes = Vec::new();
        entry.open(zip)?.take(room + 1).read_to_end(&mut bytes).map_err(ReadError::unreadable)?;
        if bytes.len() as u64 > room {
            return Err(too_large());
        }
        let gdal_path = zip.gdal_path_of(entry);
        Ok(Self::Memory { bytes: bytes.into(), name: entry.name.clone(), packed: entry.packed(), gdal_path })
    }

    /// The bytes.
    pub fn open(&self) -> io::Result<Box<dyn ReadSeek>> {
        Ok(match self {
            Self::Disk(path) => Box::new(File::open(path)?),
            Self::Memory { bytes, .. } => Box::new(Cursor::new(bytes.clone())),
        })
    }

    /// What GDAL calls it.
    pub fn gdal_path(&self) -> &Path {
        match self {
            Self::Disk(path) => path,
            Self::Memory { gdal_path, .. } => gdal_path,
        }
    }

    /// What GDAL calls an entry of it.
    pub fn gdal_path_of(&self, entry: &Entry) -> PathBuf {
        Path::new("/vsizip").join(format!("{{{}}}", self.gdal_path().display())).join(&entry.gdal_name)
    }

    /// The name of the file with its ending.
    pub fn name(&self) -> String {
        match self {
            Self::Disk(path) => path.display().to_string(),
            Self::Memory { name, .. } => name.clone(),
        }
    }

    /// How long it is, where it was packed once already: what a zip in it unpacks to is measured by that.
    pub fn packed(&self) -> Option<u64> {
        match self {
            Self::Disk(_) => None,
            Self::Memory { packed, .. } => Some(*packed),
        }
    }

    /// The entries, without folders, if it is a zip and they are within the bounds; otherwise nothing.
    pub fn entries(&self) -> Result<Option<Vec<Entry>>, ReadError> {
        let mut magic = Vec::new();
        self.open().and_then(|file| file.take(4).read_to_end(&mut magic)).map_err(ReadError::unreadable)?;
        if magic == b"PK\x03\x04" { zip::check(self).map(Some) } else { Ok(None) }
    }
}

/// What to say of a file that does not fit into memory.
fn too_large() -> ReadError {
    ReadError::refused(
        format!("Die Datei ist größer als {} MB", WHOLE >> 20),
        format!("the file is larger than {} MB", WHOLE >> 20),
    )
}
