//! Finds where values begin and end in JSON text: it knows strings and brackets, and nothing else.

use std::io::Read;

use super::ReadError;
use crate::exchange::frame::MAX_FRAME;

/// Cuts JSON text into values without parsing them.
pub struct Scanner {
    input: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    /// Bytes before the buffer, to say where something is wrong.
    passed: u64,
}

impl Scanner {
    /// Begins at the head of a text in UTF-8.
    pub fn new(input: Box<dyn Read + Send>) -> Result<Self, ReadError> {
        let mut scanner = Self { input, buffer: vec![0; 1 << 20], at: 0, end: 0, passed: 0 };
        scanner.fill()?;
        Ok(scanner)
    }

    fn fill(&mut self) -> Result<bool, ReadError> {
        self.passed += self.end as u64;
        self.at = 0;
        self.end = self.input.read(&mut self.buffer).map_err(ReadError::unreadable)?;
        Ok(self.end > 0)
    }

    fn peek(&mut self) -> Result<Option<u8>, ReadError> {
        if self.at == self.end && !self.fill()? {
            return Ok(None);
        }
        Ok(Some(self.buffer[self.at]))
    }

    /// Passes white space and the bytes of `also`; answers what comes then.
    pub fn skip_space(&mut self, also: &[u8]) -> Result<Option<u8>, ReadError> {
        while let Some(byte) = self.peek()? {
            if !byte.is_ascii_whitespace() && !also.contains(&byte) {
                return Ok(Some(byte));
            }
            self.at += 1;
        }
        Ok(None)
    }

    /// Passes one byte that must be there.
    pub fn expect(&mut self, wanted: u8) -> Result<(), ReadError> {
        match self.peek()? {
            Some(byte) if byte == wanted => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(not_geojson(self)),
            None => Err(cut_off(self)),
        }
    }

    /// Appends the value that begins here to `out`.
    pub fn value(&mut self, out: &mut Vec<u8>) -> Result<(), ReadError> {
        let (mut depth, mut in_string, mut escaped, mut first) = (0usize, false, false, true);
        loop {
            if self.at == self.end && !self.fill()? {
                return Err(cut_off(self));
            }
            let start = self.at;
            let mut done = false;
            while self.at < self.end {
                let byte = self.buffer[self.at];
                if in_string {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => in_string = false,
                        _ => {}
                    }
                    done = !in_string && depth == 0;
                } else {
                    match byte {
                        b'"' => in_string = true,
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' if depth > 0 => {
                            depth -= 1;
                            done = depth == 0;
                        }
                        // The end of a bare word or number belongs to what follows.
                        b'}' | b']' | b',' if depth == 0 => {
                            if first {
                                return Err(not_geojson(self));
                            }
                            out.extend_from_slice(&self.buffer[start..self.at]);
                            return Ok(());
                        }
                        _ => {}
                    }
                }
                first = false;
                self.at += 1;
                if done {
                    break;
                }
            }
            out.extend_from_slice(&self.buffer[start..self.at]);
            if out.len() > MAX_FRAME {
                return Err(ReadError::refused(
                    format!("Ein Objekt ist größer als {} MB", MAX_FRAME >> 20),
                    format!("one feature is larger than {} MB", MAX_FRAME >> 20),
                ));
            }
            if done {
                return Ok(());
            }
        }
    }

    fn position(&self) -> u64 {
        self.passed + self.at as u64
    }
}

/// What to say of a file that is something else.
pub fn not_geojson(scanner: &Scanner) -> ReadError {
    let at = scanner.position();
    ReadError::refused(
        format!("Die Datei ist kein GeoJSON (Byte {at})"),
        format!("the file is not GeoJSON (at byte {at})"),
    )
}

/// What to say of a file that ends too early.
pub fn cut_off(scanner: &Scanner) -> ReadError {
    let at = scanner.position();
    ReadError::refused(
        format!("Die Datei bricht bei Byte {at} ab: Sie wurde nicht vollständig übertragen"),
        format!("the file ends in the middle, at byte {at}: it was not sent completely"),
    )
}
