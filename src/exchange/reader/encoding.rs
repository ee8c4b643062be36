//! Which bytes are which letters: a declaration is believed where the bytes bear it out, otherwise the bytes are asked.
//!
//! Tables and Shapefiles of offices come in UTF-8, in what Windows calls ANSI (Windows-1252), from programs of the time of
//! MS-DOS (CP850, CP437) and from Macs, and often say nothing or something wrong about it. A [`Census`] counts the bytes
//! that are no ASCII by what stands before them; [`Census::decide`] takes the encoding in which they make German words.

mod census;
mod utf8;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use census::Census;
pub use utf8::Utf8Reader;

/// A way to write letters as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Cp437,
    Cp850,
    /// One of those that browsers know.
    Web(&'static encoding_rs::Encoding),
}

const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

const WINDOWS_1252: Encoding = Encoding::Web(encoding_rs::WINDOWS_1252);
const MACINTOSH: Encoding = Encoding::Web(encoding_rs::MACINTOSH);

impl Encoding {
    /// By one of its names: `UTF-8`, `cp850`, `1252`, `ISO 8859-1`, `ANSI 1252`.
    pub fn named(name: &str) -> Option<Self> {
        let letters: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let plain = ["windows", "ibm", "oem", "ansi", "ms", "cp"]
            .iter()
            .find_map(|family| letters.strip_prefix(family).filter(|rest| !rest.is_empty()))
            .unwrap_or(&letters);
        Some(match plain {
            "utf8" | "65001" => Self::Utf8,
            "utf16" | "utf16le" | "1200" => Self::Utf16Le,
            "utf16be" | "1201" => Self::Utf16Be,
            "437" => Self::Cp437,
            "850" | "dos" => Self::Cp850,
            "ansi" | "latin1" | "88591" | "iso88591" => WINDOWS_1252,
            "mac" | "macroman" | "10000" => MACINTOSH,
            digits if digits.starts_with("8859") => Self::web(&format!("iso-8859-{}", &digits[4..]))?,
            digits if digits.starts_with("125") => Self::web(&format!("windows-{digits}"))?,
            _ => Self::web(name.trim())?,
        })
    }

    fn web(label: &str) -> Option<Self> {
        encoding_rs::Encoding::for_label(label.as_bytes()).map(|known| match known {
            known if known == encoding_rs::UTF_8 => Self::Utf8,
            known => Self::Web(known),
        })
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Cp437 => "CP437",
            Self::Cp850 => "CP850",
            Self::Web(known) if known == encoding_rs::WINDOWS_1252 => "Windows-1252",
            Self::Web(known) if known == encoding_rs::MACINTOSH => "Macintosh",
            Self::Web(known) => known.name(),
        }
    }

    /// The language driver id of a dBase file, where it stands for one; 0x57 and 0x03 are what most programs write, whatever
    /// they mean by it.
    pub fn of_dbase(id: u8) -> Option<Self> {
        match id {
            0x01 => Some(Self::Cp437),
            0x02 => Some(Self::Cp850),
            0x03 | 0x57 | 0x58 | 0x59 => Some(WINDOWS_1252),
            0x04 => Some(MACINTOSH),
            0xC8 => Self::named("1250"),
            _ => None,
        }
    }

    /// The text of a whole cell or file. What makes no sense becomes U+FFFD.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes),
            Self::Utf16Le => encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0,
            Self::Utf16Be => encoding_rs::UTF_16BE.decode_without_bom_handling(bytes).0,
            Self::Web(known) => known.decode_without_bom_handling(bytes).0,
            Self::Cp437 | Self::Cp850 if bytes.is_ascii() => String::from_utf8_lossy(bytes),
            Self::Cp437 => Cow::Owned(bytes.iter().map(|byte| dos(CP437, *byte)).collect()),
            Self::Cp850 => Cow::Owned(bytes.iter().map(|byte| dos(CP850, *byte)).collect()),
        }
    }
}

fn dos(upper: &str, byte: u8) -> char {
    match byte {
        0..=0x7f => char::from(byte),
        _ => upper.chars().nth(usize::from(byte) - 0x80).unwrap_or('\u{fffd}'),
    }
}

impl TryFrom<String> for Encoding {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::named(&name).ok_or_else(|| format!("'{name}' is no encoding known here"))
    }
}

impl From<Encoding> for String {
    fn from(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Utf16Be => "utf-16be".to_owned(),
            other => other.name().to_owned(),
        }
    }
}

/// The encoding of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Of what is not UTF-8, if there is anything.
    pub encoding: Encoding,
    /// Some of it is UTF-8: the file was glued together from several sources.
    pub mixed: bool,
}

impl Found {
    /// One that somebody has said.
    pub fn said(encoding: Encoding) -> Self {
        Self { encoding, mixed: false }
    }

    /// The name for people.
    pub fn name(self) -> String {
        if self.mixed { format!("UTF-8, {}", self.encoding.name()) } else { self.encoding.name().to_owned() }
    }

    /// The text of a cell.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match std::str::from_utf8(bytes) {
            Ok(text) if self.mixed || text.is_ascii() => Cow::Borrowed(text),
            _ => self.encoding.decode(bytes),
        }
    }
}
