//! How a tile is compressed, and its entity tag. Tiles are kept in one coding; who understands none gets gzip unpacked.

use std::cell::RefCell;
use std::io::Write;

use axum::http::HeaderValue;
use bytes::Bytes;
use libdeflater::{CompressionLvl, Compressor};
use sha2::{Digest, Sha256};

use super::cache::Ready;
use crate::http::coding::{self, Coding, Levels};

/// A tile is mostly ids and numbers, in which there is little to be found by looking longer: at these levels it takes about
/// as long as encoding the tile, of brotli some times that. Brotli's window is more than nearly any tile.
const LEVELS: Levels = Levels { gzip: &PACKER, brotli: 5, brotli_window: 18, zstd: 6 };
const GZIP: i32 = 2;

thread_local! {
    static PACKER: RefCell<Compressor> = RefCell::new(Compressor::new(CompressionLvl::new(GZIP).unwrap_or_default()));
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
    let body = if is_empty { Bytes::new() } else { coding::pack(content, coding, LEVELS)?.into_boxed_slice().into() };
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
    fn the_tag_is_that_of_the_content_whatever_the_coding_and_the_content_comes_back() {
        let gzip = pack(b"a tile", Coding::Gzip).expect("a packed tile");
        let brotli = pack(b"a tile", Coding::Brotli).expect("a packed tile");
        assert_eq!(gzip.tag, brotli.tag);
        assert_ne!(gzip.coded_tag, brotli.coded_tag);
        assert_eq!(unpack_gzip(&gzip.body).expect("the content"), b"a tile");
    }
}
