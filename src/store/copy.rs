//! PostgreSQL's binary COPY format, both ways: the fastest road in and out of the database.
//!
//! Format: <https://www.postgresql.org/docs/15/sql-copy.html>, "Binary Format".

use super::StoreError;

const SIGNATURE: &[u8; 11] = b"PGCOPY\n\xff\r\n\0";
/// Signature, flags and length of the header's extension.
const HEADER: usize = 19;

/// Takes rows apart from a stream of bytes that is cut anywhere.
#[derive(Debug, Default)]
pub struct CopyReader {
    buffer: Vec<u8>,
    at: usize,
    begun: bool,
}

/// The fields of one row, in the reader's buffer.
#[derive(Debug)]
pub struct Fields<'a> {
    row: &'a [u8],
    /// Start and end of each; `None` for NULL.
    spans: [Option<(u32, u32)>; MAX_FIELDS],
}

/// No statement of ours copies more columns.
const MAX_FIELDS: usize = 8;

impl<'a> Fields<'a> {
    /// A field; `None` for NULL.
    pub fn get(&self, nth: usize) -> Option<&'a [u8]> {
        self.spans.get(nth).copied().flatten().map(|(start, end)| &self.row[start as usize..end as usize])
    }
}

impl CopyReader {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes more of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.at > 0 {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// How many bytes wait.
    pub fn waiting(&self) -> usize {
        self.buffer.len() - self.at
    }

    /// The next whole row, or `None` until more is pushed.
    pub fn next_row(&mut self) -> Result<Option<Fields<'_>>, StoreError> {
        if !self.begin()? {
            return Ok(None);
        }
        let Some(fields) = row(&self.buffer[self.at..]) else { return Ok(None) };
        self.at += fields.row.len();
        Ok(Some(fields))
    }

    /// All whole rows that wait, to be taken apart elsewhere.
    pub fn whole_rows(&mut self) -> Result<Rows, StoreError> {
        if !self.begin()? {
            return Ok(Rows { bytes: Vec::new() });
        }
        let mut end = self.at;
        while let Some(fields) = row(&self.buffer[end..]) {
            end += fields.row.len();
        }
        let rest = self.buffer.split_off(end);
        let mut bytes = std::mem::replace(&mut self.buffer, rest);
        bytes.drain(..std::mem::take(&mut self.at));
        Ok(Rows { bytes })
    }

    /// Passes over the head of the stream, once it is there.
    fn begin(&mut self) -> Result<bool, StoreError> {
        if !self.begun && self.buffer.len() >= HEADER {
            if !self.buffer.starts_with(SIGNATURE) {
                return Err(StoreError::Stored("not a binary COPY stream".to_owned()));
            }
            self.at = HEADER;
            self.begun = true;
        }
        Ok(self.begun)
    }
}

/// Whole rows, cut out of a stream.
#[derive(Debug)]
pub struct Rows {
    bytes: Vec<u8>,
}

impl Rows {
    /// The rows, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Fields<'_>> {
        let mut rest = self.bytes.as_slice();
        std::iter::from_fn(move || {
            let fields = row(rest)?;
            rest = &rest[fields.row.len()..];
            Some(fields)
        })
    }
}

/// The first row of some bytes; `None` if it is not whole, or the trailer.
fn row(bytes: &[u8]) -> Option<Fields<'_>> {
    let count = i16::from_be_bytes(*bytes.first_chunk::<2>()?);
    // The trailer counts −1 fields.
    let count = usize::try_from(count).ok()?;
    let mut spans = [None; MAX_FIELDS];
    let mut at = 2;
    for nth in 0..count {
        let length = bytes.get(at..)?.first_chunk::<4>()?;
        at += 4;
        if let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) {
            if at + length > bytes.len() {
                return None;
            }
            if let Some(span) = spans.get_mut(nth) {
                *span = Some((at as u32, (at + length) as u32));
            }
            at += length;
        }
    }
    Some(Fields { row: &bytes[..at], spans })
}

/// Writes rows for `COPY … FROM STDIN (FORMAT binary)`.
#[derive(Debug)]
pub struct CopyWriter {
    buffer: Vec<u8>,
}

impl CopyWriter {
    /// Begins a stream.
    pub fn new() -> Self {
        let mut writer = Self { buffer: Vec::new() };
        writer.begin();
        writer
    }

    fn begin(&mut self) {
        self.buffer.extend_from_slice(SIGNATURE);
        self.buffer.extend_from_slice(&[0; HEADER - SIGNATURE.len()]);
    }

    /// Begins a row of so many fields; exactly as many must follow.
    pub fn row(&mut self, fields: i16) {
        self.buffer.extend_from_slice(&fields.to_be_bytes());
    }

    /// A field as the type's `send` function would write it, or NULL.
    pub fn field(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            None => self.buffer.extend_from_slice(&(-1i32).to_be_bytes()),
            Some(bytes) => {
                self.buffer.extend_from_slice(&(bytes.len() as i32).to_be_bytes());
                self.buffer.extend_from_slice(bytes);
            }
        }
    }

    /// A jsonb field from its text, or NULL.
    pub fn jsonb(&mut self, json: Option<&[u8]>) {
        match json {
            None => self.field(None),
            Some(json) => {
                self.buffer.extend_from_slice(&(json.len() as i32 + 1).to_be_bytes());
                self.buffer.push(1);
                self.buffer.extend_from_slice(json);
            }
        }
    }

    /// How many bytes are written.
    pub fn len(&self) -> usize {
        self.buffer.len()
    }

    /// Ends the stream and starts another in the same buffer; gives the bytes of the ended one to `send` first.
    pub fn finish(&mut self) -> Vec<u8> {
        self.buffer.extend_from_slice(&(-1i16).to_be_bytes());
        let done = std::mem::take(&mut self.buffer);
        self.begin();
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_written_wherever_the_stream_is_cut() {
        let mut writer = CopyWriter::new();
        writer.row(3);
        writer.field(Some(b"hydrants"));
        writer.field(None);
        writer.jsonb(Some(b"{}"));
        writer.row(1);
        writer.field(Some(b""));
        let bytes = writer.finish();
        for cut in 0..bytes.len() {
            let (mut one_by_one, mut together) = (CopyReader::new(), CopyReader::new());
            let (mut rows, mut same): (Vec<Vec<_>>, Vec<Vec<_>>) = Default::default();
            let kept = |fields: &Fields<'_>| (0..3).map(|nth| fields.get(nth).map(<[u8]>::to_vec)).collect();
            for part in [&bytes[..cut], &bytes[cut..]] {
                one_by_one.push(part);
                while let Some(fields) = one_by_one.next_row().expect("a stream") {
                    rows.push(kept(&fields));
                }
                together.push(part);
                same.extend(together.whole_rows().expect("a stream").iter().map(|fields| kept(&fields)));
            }
            let written = vec![
                vec![Some(b"hydrants".to_vec()), None, Some(b"\x01{}".to_vec())],
                vec![Some(Vec::new()), None, None],
            ];
            assert_eq!((&rows, &same), (&written, &written), "cut at {cut}");
        }
    }
}
