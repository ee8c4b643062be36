//! The bytes of a file that are no ASCII, counted by where they stand, and the encoding in which they make German words.

use std::io::{self, Read};

use super::{Encoding, Found, MACINTOSH, WINDOWS_1252};

/// What is tried, the likeliest first.
const USUAL: [Encoding; 4] = [WINDOWS_1252, Encoding::Cp850, Encoding::Cp437, MACINTOSH];

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
