//! Content codings (RFC 9110, 8.4.1): which one a client takes, and packing in one go.

use std::cell::RefCell;
use std::io::{self, Write};
use std::thread::LocalKey;

use axum::http::HeaderValue;
use libdeflater::Compressor;

/// The codings something is sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coding {
    Gzip,
    Brotli,
    Zstd,
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
}

/// A thread's compressor. Its tables are larger than most of what it packs, so they are kept.
pub type Packer = LocalKey<RefCell<Compressor>>;

/// How hard each coding looks for what repeats: the higher, the smaller and the slower.
#[derive(Debug, Clone, Copy)]
pub struct Levels {
    /// Has the level of gzip.
    pub gzip: &'static Packer,
    pub brotli: u32,
    /// How far back brotli looks, as a power of two in bytes.
    pub brotli_window: u32,
    pub zstd: i32,
}

/// The content in a coding. Who has all of it in memory need not feed it through a stream, which takes gzip three times as
/// long.
///
/// # Errors
/// Compression in memory does not fail; should it, the error says why.
pub fn pack(content: &[u8], coding: Coding, levels: Levels) -> io::Result<Vec<u8>> {
    match coding {
        Coding::Gzip => gzip(levels.gzip, content),
        Coding::Brotli => {
            let mut packed = Vec::with_capacity(content.len() / 2 + 64);
            let mut encoder = brotli::CompressorWriter::new(&mut packed, 1 << 14, levels.brotli, levels.brotli_window);
            encoder.write_all(content)?;
            drop(encoder);
            Ok(packed)
        }
        Coding::Zstd => zstd::bulk::compress(content, levels.zstd),
    }
}

fn gzip(packer: &'static Packer, content: &[u8]) -> io::Result<Vec<u8>> {
    packer.with_borrow_mut(|packer| {
        let mut packed = vec![0; packer.gzip_compress_bound(content.len())];
        let length = packer.gzip_compress(content, &mut packed).map_err(io::Error::other)?;
        packed.truncate(length);
        Ok(packed)
    })
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
}
