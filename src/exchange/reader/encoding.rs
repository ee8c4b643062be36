//! Which bytes are which letters: a declaration is believed where the bytes bear it out, otherwise the bytes are asked.
//!
//! Tables and Shapefiles of offices come in UTF-8, in what Windows calls ANSI (Windows-1252), from programs of the time of
//! MS-DOS (CP850, CP437) and from Macs, and often say nothing or something wrong about it. A [`Census`] counts the bytes
//! that are no ASCII by what stands before them; [`Census::decide`] takes the encoding in which they make German words.

use std::borrow::Cow;
use std::io::{self, Read};

use serde::{Deserialize, Serialize};

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
/// What is tried, the likeliest first.
const USUAL: [Encoding; 4] = [WINDOWS_1252, Encoding::Cp850, Encoding::Cp437, MACINTOSH];

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

/// Where a byte stands that is no ASCII.
#[derive(Clone, Copy)]
enum Where {
    /// Between blanks, digits or marks.
    Apart,
    /// In a word.
    InWord,
    /// Right behind a small letter, where no capital is expected.
    AfterSmall,
}

/// Counts the bytes that are no ASCII.
#[derive(Debug, Clone)]
pub struct Census {
    /// Letters that are well written in UTF-8.
    utf8: u64,
    /// Other bytes from 0x80, by [`Where`] they stand.
    other: Box<[[u64; 3]; 128]>,
    /// The start of a letter that a piece was cut in.
    open: Vec<u8>,
}

impl Default for Census {
    fn default() -> Self {
        Self { utf8: 0, other: Box::new([[0; 3]; 128]), open: Vec::new() }
    }
}

impl Census {
    /// Counts what a reader holds, to its end.
    pub fn of(mut input: impl Read) -> io::Result<Self> {
        let (mut census, mut piece) = (Self::default(), vec![0; 256 << 10]);
        loop {
            match input.read(&mut piece)? {
                0 => break,
                length => census.add(&piece[..length]),
            }
        }
        let open = std::mem::take(&mut census.open);
        census.count_others(&open);
        Ok(census)
    }

    /// Counts the next piece.
    pub fn add(&mut self, piece: &[u8]) {
        if self.open.is_empty() && piece.is_ascii() {
            return;
        }
        let mut bytes = std::mem::take(&mut self.open);
        bytes.extend_from_slice(piece);
        let mut at = 0;
        while at < bytes.len() {
            let (good, wrong) = match std::str::from_utf8(&bytes[at..]) {
                Ok(text) => (text, None),
                Err(error) => {
                    let good = std::str::from_utf8(&bytes[at..at + error.valid_up_to()]).unwrap_or_default();
                    (good, Some(error.error_len()))
                }
            };
            self.utf8 += good.chars().filter(|c| !c.is_ascii()).count() as u64;
            at += good.len();
            match wrong {
                None => return,
                Some(None) => {
                    self.open = bytes.split_off(at);
                    return;
                }
                Some(Some(length)) => {
                    for k in at..at + length {
                        self.count(k.checked_sub(1).map(|before| bytes[before]), bytes[k], bytes.get(k + 1).copied());
                    }
                    at += length;
                }
            }
        }
    }

    fn count_others(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.count(None, *byte, None));
    }

    fn count(&mut self, before: Option<u8>, byte: u8, after: Option<u8>) {
        let is_letter = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic() || byte >= 0x80);
        let place = match before {
            Some(before) if before.is_ascii_lowercase() => Where::AfterSmall,
            before if is_letter(before) || is_letter(after) => Where::InWord,
            _ => Where::Apart,
        };
        if byte >= 0x80 {
            self.other[usize::from(byte) - 0x80][place as usize] += 1;
        }
    }

    /// The encoding the bytes are in; `declared` where they say nothing against it.
    pub fn decide(&self, declared: Option<Encoding>) -> Found {
        let others: u64 = self.other.iter().flatten().sum();
        if others == 0 {
            let encoding = if self.utf8 > 0 { Encoding::Utf8 } else { declared.unwrap_or(Encoding::Utf8) };
            return Found { encoding, mixed: false };
        }
        // One that does not use the bytes above ASCII in its own way cannot be told from them.
        let declared = declared.filter(|declared| !matches!(declared, Encoding::Utf8));
        let tried = declared.into_iter().chain(USUAL);
        let best = tried.rev().max_by_key(|encoding| self.score(*encoding)).unwrap_or(WINDOWS_1252);
        Found { encoding: best, mixed: self.utf8 > others / 4 }
    }

    /// How well the bytes make German words.
    fn score(&self, encoding: Encoding) -> i64 {
        (0x80..=0xff_u8).map(|byte| self.score_of(encoding, byte)).sum()
    }

    fn score_of(&self, encoding: Encoding, byte: u8) -> i64 {
        let counts = self.other[usize::from(byte) - 0x80];
        if counts == [0; 3] {
            return 0;
        }
        let letter = encoding.decode(&[byte]).chars().next().unwrap_or('\u{fffd}');
        let weights: [i64; 3] = match letter {
            'ä' | 'ö' | 'ü' | 'ß' => [0, 3, 3],
            'Ä' | 'Ö' | 'Ü' => [0, 3, -2],
            '\u{80}'..='\u{9f}' | '\u{fffd}' => [-10; 3],
            // Signs of measures and of writing.
            '²' | '³' | '°' | 'µ' | 'Ø' | 'ø' | '±' | '½' | '¼' | '€' | '§' | '–' | '—' | '„' | '“' | '”' | '’'
            | '\u{a0}' => [1, 0, 0],
            _ if letter.is_uppercase() => [-1, 0, -2],
            _ if letter.is_alphabetic() => [-1, 0, 0],
            '\u{2500}'..='\u{25ff}' => [-3; 3],
            _ => [0, -3, -3],
        };
        counts
            .iter()
            .zip(weights)
            .map(|(count, weight)| i64::try_from(*count).unwrap_or(i64::MAX / 1_000).saturating_mul(weight))
            .fold(0, i64::saturating_add)
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

/// Reads text of any encoding as UTF-8.
pub struct Utf8Reader<R> {
    input: R,
    found: Found,
    decoder: Option<encoding_rs::Decoder>,
    raw: Vec<u8>,
    out: Vec<u8>,
    at: usize,
    done: bool,
}

impl<R: Read> Utf8Reader<R> {
    pub fn new(input: R, found: Found) -> Self {
        let known = match found.encoding {
            Encoding::Utf16Le => Some(encoding_rs::UTF_16LE),
            Encoding::Utf16Be => Some(encoding_rs::UTF_16BE),
            Encoding::Web(known) if !found.mixed => Some(known),
            _ => None,
        };
        let decoder = known.map(encoding_rs::Encoding::new_decoder_with_bom_removal);
        Self { input, found, decoder, raw: Vec::new(), out: Vec::new(), at: 0, done: false }
    }

    fn fill(&mut self) -> io::Result<()> {
        const PIECE: u64 = 128 << 10;
        self.out.clear();
        self.at = 0;
        self.done = (&mut self.input).take(PIECE).read_to_end(&mut self.raw)? == 0;
        let last = self.done;
        if let Some(decoder) = &mut self.decoder {
            let mut text = String::with_capacity(decoder.max_utf8_buffer_length(self.raw.len()).unwrap_or(1 << 20));
            let _ = decoder.decode_to_string(&self.raw, &mut text, last);
            self.out = text.into_bytes();
            self.raw.clear();
            return Ok(());
        }
        let raw = std::mem::take(&mut self.raw);
        let mut rest = raw.as_slice();
        let is_single = !self.found.mixed && self.found.encoding != Encoding::Utf8;
        if is_single {
            self.out.extend_from_slice(self.found.encoding.decode(rest).as_bytes());
            return Ok(());
        }
        while !rest.is_empty() {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.out.extend_from_slice(text.as_bytes());
                    break;
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    self.out.extend_from_slice(good);
                    match error.error_len() {
                        None if !last => {
                            self.raw = bad.to_vec();
                            break;
                        }
                        length => {
                            let (wrong, behind) = bad.split_at(length.unwrap_or(bad.len()));
                            self.out.extend_from_slice(self.found.encoding.decode(wrong).as_bytes());
                            rest = behind;
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf8Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.out.len() {
            if self.done {
                return Ok(0);
            }
            self.fill()?;
        }
        let length = buffer.len().min(self.out.len() - self.at);
        buffer[..length].copy_from_slice(&self.out[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> (String, String) {
        let found = Census::of(bytes).expect("bytes").decide(None);
        let mut text = String::new();
        Utf8Reader::new(bytes, found).read_to_string(&mut text).expect("text");
        (found.name(), text)
    }

    fn written(text: &str, encoding: Encoding) -> Vec<u8> {
        let byte = |c: char| (0..=255).find(|byte| encoding.decode(&[*byte]).chars().eq([c])).expect("a letter of it");
        text.chars().map(byte).collect()
    }

    #[test]
    fn german_words_show_in_which_encoding_they_were_written() {
        let words = "Gägelow, Überflurhydrant, Hauptstraße / Mühlenweg, 48 m²";
        for (encoding, name) in [(WINDOWS_1252, "Windows-1252"), (Encoding::Cp850, "CP850")] {
            assert_eq!(found(&written(words, encoding)), (name.to_owned(), words.to_owned()));
        }
        let mac = "Überflurhydrant, Hauptstraße, Mühlenweg, Öde Höfe";
        assert_eq!(found(&written(mac, MACINTOSH)), ("Macintosh".to_owned(), mac.to_owned()));
        assert_eq!(found(words.as_bytes()).0, "UTF-8");
        assert_eq!(found(b"Hauptstra\xE1e").1, "Hauptstraße");
        assert_eq!(found(b"\x9Aberflur").1, "Überflur");
    }

    #[test]
    fn a_file_glued_from_two_encodings_keeps_the_letters_of_both() {
        let glued = [" Mühle Größe Übergang ".as_bytes(), b"M\xFChle"].concat();
        assert_eq!(found(&glued), ("UTF-8, Windows-1252".to_owned(), " Mühle Größe Übergang Mühle".to_owned()));
    }

    #[test]
    fn a_wrong_declaration_is_not_believed_and_a_right_one_decides_what_is_unclear() {
        let census = |bytes: &[u8]| Census::of(bytes).expect("bytes");
        assert_eq!(census(b"M\xFChlenweg").decide(Some(Encoding::Utf8)).encoding, WINDOWS_1252);
        assert_eq!(census("Mühlenweg".as_bytes()).decide(Some(WINDOWS_1252)).encoding, Encoding::Utf8);
        assert_eq!(census(b"Caf\xE9").decide(Some(WINDOWS_1252)).encoding, WINDOWS_1252);
        assert_eq!(census(b"M\x81hlenweg").decide(Some(WINDOWS_1252)).encoding, Encoding::Cp850);
    }

    #[test]
    fn encodings_are_known_by_the_names_people_and_programs_use() {
        for (name, encoding) in [
            ("utf-8", Encoding::Utf8),
            ("ANSI 1252", WINDOWS_1252),
            ("ISO-8859-1", WINDOWS_1252),
            ("88591", WINDOWS_1252),
            ("cp850", Encoding::Cp850),
            ("OEM 437", Encoding::Cp437),
            ("65001", Encoding::Utf8),
        ] {
            assert_eq!(Encoding::named(name), Some(encoding), "{name}");
        }
        assert_eq!(Encoding::named("klingon"), None);
    }
}
