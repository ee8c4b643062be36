//! Which format a file has, by its first bytes. Neither its name nor what its sender says is asked.

/// The formats that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Jpeg,
    Png,
    WebP,
    Heic,
    Pdf,
}

impl Format {
    /// The format of a file; `None` for any other, and for one that begins otherwise and becomes one of these later on.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [b'%', b'P', b'D', b'F', b'-', b'1' | b'2', b'.', ..] => Some(Self::Pdf),
            // ISO/IEC 23008-12, 10.2: the brands of still pictures coded with HEVC.
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if brand.len() >= 4 => {
                let is_heic = [&b"heic"[..], b"heix", b"heim", b"heis", b"mif1", b"msf1"].contains(&&brand[..4]);
                is_heic.then_some(Self::Heic)
            }
            _ => None,
        }
    }
}
