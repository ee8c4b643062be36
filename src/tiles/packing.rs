//! How a tile is compressed, and its entity tag.

use std::cell::RefCell;
use std::io::Write;

use axum::http::HeaderValue;
use bytes::Bytes;
use libdeflater::{CompressionLvl, Compressor};
use sha2::{Digest, Sha256};

use super::cache::Ready;

/// The codings a tile is sent in (RFC 9110, 8.4.1). Tiles are kept in one of them; who understands none gets `Gzip`
/// unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coding {
    Gzip,
    Brotli,
    Zstd,
}

/// A tile is mostly ids and numbers, in which there is little to be found by looking longer: at these levels it takes about
/// as long as encoding the tile, of brotli some times that.
const GZIP: i32 = 2;
const BROTLI: u32 = 5;
const ZSTD: i32 = 6;

/// Brotli's window, as a power of two: more than nearly any tile.
const WINDOW: u32 = 18;

thread_local! {
    /// Its tables are larger than most tiles, so a thread keeps them.
    static COMPRESSOR: RefCell<Compressor> =
        RefCell::new(Compressor::new(CompressionLvl::new(GZIP).unwrap_or_default()));
}

impl Coding {
    /// The word in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// The best coding that `Accept-Encoding` allows: by its weights, of equals the preferred one, else the first that is
    /// named. `None`: as it is.
    pub fn accepted(header: Option<&HeaderValue>, preferred: Self) -> Option<Self> {
        let text = header?.to_str().ok()?;
        let mut best: Option<(Self, f32)> = None;
        for part in text.split(',') {
            let mut parts = part.split(';').map(str::trim);
            let coding = match parts.next().unwrap_or_default() {
                name if name.eq_ignore_ascii_case("br") => Self::Brotli,
                name if name.eq_ignore_ascii_case("zstd") => Self::Zstd,
                name if name.eq_ignore_ascii_case("gzip") || name == "*" => Self::Gzip,
                _ => continue,
            };
            let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            let better = best.is_none_or(|(_, most)| weight > most || weight == most && coding == preferred);
            if weight > 0.0 && better {
                best = Some((coding, weight));
            }
        }
        best.map(|(coding, _)| coding)
    }

    fn pack(self, content: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Gzip => COMPRESSOR.with_borrow_mut(|compressor| {
                let mut packed = vec![0; compressor.gzip_compress_bound(content.len())];
                let length = compressor.gzip_compress(content, &mut packed).map_err(std::io::Error::other)?;
                packed.truncate(length);
                Ok(packed)
            }),
            Self::Brotli => {
                let mut packed = Vec::with_capacity(content.len() / 2 + 64);
                let mut encoder = brotli::CompressorWriter::new(&mut packed, 1 << 14, BROTLI, WINDOW);
                encoder.write_all(content)?;
                drop(encoder);
                Ok(packed)
            }
            Self::Zstd => zstd::bulk::compress(content, ZSTD),
        }
    }
}

/// A tile made ready to be sent. The tag is made of the content alone.
///
/// # Errors
/// Compression in memory does not fail; should it, the error says why.
pub fn pack(content: &[u8], coding: Coding) -> std::io::Result<Ready> {
    let mut tag = String::with_capacity(32);
    tag.push('"');
    for byte in &Sha256::digest(content)[..12] {
        // Writing into a String cannot fail.
        let _ = std::fmt::Write::write_fmt(&mut tag, format_args!("{byte:02x}"));
    }
    let value = |text: String| HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("\"\""));
    let coded_tag = value(format!("{tag}-{}\"", coding.name()));
    tag.push('"');
    let is_empty = content.is_empty();
    // Kept for long, so without the room that was left for what does not compress.
    let body = if is_empty { Bytes::new() } else { coding.pack(content)?.into_boxed_slice().into() };
    Ok(Ready { body, tag: value(tag), coded_tag, is_empty })
}

/// The content of a tile that was packed as [`Coding::Gzip`].
///
/// # Errors
/// When the bytes are not what [`pack`] made.
pub fn unpack_gzip(body: &Bytes) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::with_capacity(body.len() * 2);
    let mut decoder = flate2::write::GzDecoder::new(&mut content);
    decoder.write_all(body)?;
    decoder.finish()?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_coding_is_taken_and_of_equals_the_preferred() {
        let accepted = |text: &'static str| Coding::accepted(Some(&HeaderValue::from_static(text)), Coding::Brotli);
        assert_eq!(accepted("gzip, deflate, br, zstd"), Some(Coding::Brotli));
        assert_eq!(accepted("gzip, zstd"), Some(Coding::Gzip));
        assert_eq!(accepted("gzip;q=1.0, br;q=0.5"), Some(Coding::Gzip));
        assert_eq!(accepted("*"), Some(Coding::Gzip));
        assert_eq!(accepted("br;q=0, deflate"), None);
        assert_eq!(Coding::accepted(None, Coding::Brotli), None);
    }

    #[test]
    fn the_tag_is_that_of_the_content_whatever_the_coding_and_the_content_comes_back() {
        let gzip = pack(b"a tile", Coding::Gzip).expect("a packed tile");
        let brotli = pack(b"a tile", Coding::Brotli).expect("a packed tile");
        assert_eq!(gzip.tag, brotli.tag);
        assert_ne!(gzip.coded_tag, brotli.coded_tag);
        assert_eq!(unpack_gzip(&gzip.body).expect("the content"), b"a tile");
    }
}
