//! Text of any encoding, read as UTF-8.

use std::io::{self, Read};

use super::{Encoding, Found};

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
