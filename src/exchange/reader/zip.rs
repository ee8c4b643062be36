//! What a zip says it holds, before anything is unpacked, and single entries of it.
//!
//! Read by ourselves, because the question is whether GDAL may be let near the file at all. Format: PKWARE APPNOTE 6.3.10,
//! sections 4.3.7 (local header), 4.3.12 (central directory) and 4.3.16 (its end), appendix D (names).

use std::io::{Read, Seek, SeekFrom};

use super::ReadError;
use super::container::Container;
use super::encoding::Encoding;

const MAX_ENTRIES: usize = 2_000;
/// Unpacked size of all entries together.
const MAX_UNPACKED: u64 = 4 << 30;
/// Text packs to a twentieth, empty cells to a hundredth; more is made to be a bomb.
const MAX_RATIO: u64 = 200;
/// Below this nobody asks for the ratio.
const SMALL: u64 = 64 << 20;

/// A file in a zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// With its folders.
    pub name: String,
    /// As GDAL calls it, which believes in the code page of MS-DOS where nothing else is said.
    pub gdal_name: String,
    /// 0: as it is, 8: deflated.
    method: u16,
    packed: u64,
    unpacked: u64,
    /// Where its local header begins.
    offset: u64,
}

impl Entry {
    /// What the entry holds, as it is unpacked.
    pub fn open(&self, zip: &Container) -> Result<Box<dyn Read + Send>, ReadError> {
        let mut file = zip.open().map_err(ReadError::unreadable)?;
        let mut head = [0; 30];
        file.seek(SeekFrom::Start(self.offset))?;
        file.read_exact(&mut head).map_err(|_| damaged())?;
        if !head.starts_with(b"PK\x03\x04") {
            return Err(damaged());
        }
        let short = |at: usize| i64::from(u16::from_le_bytes([head[at], head[at + 1]]));
        file.seek(SeekFrom::Current(short(26) + short(28)))?;
        let packed = file.take(self.packed);
        match self.method {
            0 => Ok(Box::new(packed)),
            // No more than it says: what was checked is what is unpacked.
            8 => Ok(Box::new(flate2::read::DeflateDecoder::new(packed).take(self.unpacked))),
            _ => Err(ReadError::refused(
                format!("„{}“ in der Zip-Datei ist verschlüsselt oder ungewöhnlich gepackt", self.name),
                format!("'{}' in the zip file is encrypted or packed in an unusual way", self.name),
            )),
        }
    }

    /// How long it is when it is unpacked, as it says itself.
    pub fn unpacked(&self) -> u64 {
        self.unpacked
    }

    /// How many bytes of the zip it takes.
    pub fn packed(&self) -> u64 {
        self.packed
    }
}

fn damaged() -> ReadError {
    ReadError::refused(
        "Die Zip-Datei ist beschädigt oder wurde nicht vollständig übertragen",
        "the zip file is damaged or was not sent completely",
    )
}

/// The entries, without folders, if what they declare is within the bounds.
pub fn check(zip: &Container) -> Result<Vec<Entry>, ReadError> {
    let mut file = zip.open().map_err(ReadError::unreadable)?;
    let size = file.seek(SeekFrom::End(0))?;
    let tail_length = size.min(66_000);
    file.seek(SeekFrom::End(-(tail_length.cast_signed())))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let end = tail.windows(4).rposition(|four| four == b"PK\x05\x06").ok_or_else(damaged)?;
    let record = tail.get(end..end + 22).ok_or_else(damaged)?;
    let entries = u16::from_le_bytes([record[10], record[11]]);
    let (length, offset) = (u64::from(long(record, 12)), u64::from(long(record, 16)));
    if entries == u16::MAX || offset == u64::from(u32::MAX) {
        return Err(ReadError::refused("Die Zip-Datei ist zu groß", "the zip file is too large"));
    }
    if usize::from(entries) > MAX_ENTRIES {
        return Err(ReadError::refused(
            format!("Die Zip-Datei hat {entries} Einträge; höchstens {MAX_ENTRIES} werden angenommen"),
            format!("the zip file has {entries} entries; at most {MAX_ENTRIES} are taken"),
        ));
    }
    if offset + length > size || length > 16 << 20 {
        return Err(damaged());
    }
    file.seek(SeekFrom::Start(offset))?;
    let mut directory = vec![0; length as usize];
    file.read_exact(&mut directory)?;
    let mut found = names(&directory, usize::from(entries)).ok_or_else(damaged)?;
    bounded(&found, zip.packed())?;
    found.retain(|entry| !entry.name.ends_with('/'));
    Ok(found)
}

/// `None` if the directory is damaged.
fn names(directory: &[u8], entries: usize) -> Option<Vec<Entry>> {
    let mut found = Vec::with_capacity(entries);
    let mut at = 0;
    for _ in 0..entries {
        let entry = directory.get(at..at + 46)?;
        if !entry.starts_with(b"PK\x01\x02") {
            return None;
        }
        let short = |at: usize| usize::from(u16::from_le_bytes([entry[at], entry[at + 1]]));
        let (name, extra, comment) = (short(28), short(30), short(32));
        let written = directory.get(at + 46..at + 46 + name)?;
        // Bit 11 says UTF-8; without it most programs mean it all the same, and the others the code page of MS-DOS.
        let says_utf8 = short(8) & 0x800 != 0;
        let is_utf8 = says_utf8 || std::str::from_utf8(written).is_ok();
        let name = if is_utf8 { Encoding::Utf8 } else { Encoding::Cp437 }.decode(written).into_owned();
        let is_locked = short(8) & 1 != 0;
        found.push(Entry {
            name,
            gdal_name: if says_utf8 { Encoding::Utf8 } else { Encoding::Cp437 }.decode(written).into_owned(),
            method: if is_locked { u16::MAX } else { u16::from_le_bytes([entry[10], entry[11]]) },
            packed: u64::from(long(entry, 20)),
            unpacked: u64::from(long(entry, 24)),
            offset: u64::from(long(entry, 42)),
        });
        at += 46 + written.len() + extra + comment;
    }
    Some(found)
}

/// Refuses what would unpack to far more than it is; `packed` is how long a zip within a zip was before it was unpacked.
fn bounded(entries: &[Entry], packed: Option<u64>) -> Result<(), ReadError> {
    const LARGEST: u64 = u32::MAX as u64;
    if entries.iter().any(|entry| entry.packed == LARGEST || entry.unpacked == LARGEST) {
        return Err(ReadError::refused(
            "Ein Eintrag der Zip-Datei ist größer als 4 GB",
            "an entry of the zip file is larger than 4 GB",
        ));
    }
    let unpacked: u64 = entries.iter().map(|entry| entry.unpacked).sum();
    let packed = packed.unwrap_or_else(|| entries.iter().map(|entry| entry.packed).sum());
    if unpacked > MAX_UNPACKED || (unpacked > SMALL && unpacked / packed.max(1) > MAX_RATIO) {
        let (from, to) = (packed >> 10, unpacked >> 20);
        return Err(ReadError::refused(
            format!("Die Zip-Datei würde von {from} kB auf {to} MB wachsen; das wird abgelehnt"),
            format!("the zip file unpacks from {from} kB to {to} MB; that is refused"),
        ));
    }
    Ok(())
}

fn long(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip(name: &str, packed: u32, unpacked: u32) -> Vec<u8> {
        let mut directory = b"PK\x01\x02".to_vec();
        directory.resize(46, 0);
        directory[20..24].copy_from_slice(&packed.to_le_bytes());
        directory[24..28].copy_from_slice(&unpacked.to_le_bytes());
        directory[28] = name.len() as u8;
        directory.extend_from_slice(name.as_bytes());
        let mut end = b"PK\x05\x06".to_vec();
        end.resize(22, 0);
        end[10] = 1;
        end[12..16].copy_from_slice(&(directory.len() as u32).to_le_bytes());
        [directory, end].concat()
    }

    fn checked(bytes: &[u8]) -> Result<Vec<String>, String> {
        checked_within(bytes, bytes.len() as u64)
    }

    /// The same of a zip that took `packed` bytes of another.
    fn checked_within(bytes: &[u8], packed: u64) -> Result<Vec<String>, String> {
        let (bytes, name, gdal_path) = (bytes.into(), "inner.zip".to_owned(), std::path::PathBuf::new());
        let zip = Container::Memory { bytes, name, packed, gdal_path };
        let entries = check(&zip).map_err(|error| error.to_string())?;
        Ok(entries.into_iter().map(|entry| entry.name).collect())
    }

    #[test]
    fn names_are_told_and_bombs_and_torn_files_refused() {
        let good = zip("a.shp", 1000, 5000);
        assert_eq!(checked(&good), Ok(vec!["a.shp".to_owned()]));
        assert!(checked(&good[..good.len() - 5]).expect_err("torn").contains("damaged"));
        assert!(checked(&zip("a.shp", 1000, 1 << 30)).expect_err("a bomb").contains("unpacks"));
        // Packed twice, each time to a hundredth: neither alone is a bomb.
        let inner = zip("a.shp", 2 << 20, 200 << 20);
        assert!(checked_within(&inner, 2 << 20).is_ok());
        assert!(checked_within(&inner, 20 << 10).expect_err("a bomb in two steps").contains("unpacks"));
    }
}
