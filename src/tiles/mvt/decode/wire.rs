//! Protocol buffers as far as vector tiles need them: numbers and lengths, checked against what is left.

use super::MvtError;

/// Bytes and how far they are read.
#[derive(Debug, Clone)]
pub struct Reader<'t> {
    bytes: &'t [u8],
}

/// The payload of a field.
#[derive(Debug, Clone, Copy)]
pub enum Field<'t> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'t [u8]),
    Fixed32(u32),
}

impl<'t> Reader<'t> {
    pub fn new(bytes: &'t [u8]) -> Self {
        Self { bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Bytes not read yet.
    pub fn left(&self) -> usize {
        self.bytes.len()
    }

    /// The next field and its number; `None` at the end.
    pub fn field(&mut self) -> Result<Option<(u64, Field<'t>)>, MvtError> {
        if self.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let field = match (tag & 7) as u8 {
            0 => Field::Varint(self.varint()?),
            1 => Field::Fixed64(u64::from_le_bytes(self.array()?)),
            2 => {
                let length = self.varint()?;
                let length = usize::try_from(length).map_err(|_| MvtError::Truncated("a field"))?;
                Field::Bytes(self.take(length)?)
            }
            5 => Field::Fixed32(u32::from_le_bytes(self.array()?)),
            other => return Err(MvtError::WireType(other)),
        };
        Ok(Some((tag >> 3, field)))
    }

    /// The next number: seven bits a byte, the lowest first.
    pub fn varint(&mut self) -> Result<u64, MvtError> {
        let mut value = 0;
        for (index, byte) in self.bytes.iter().enumerate() {
            let bits = u64::from(byte & 0x7f);
            if index == 9 && *byte > 1 {
                return Err(MvtError::LongNumber);
            }
            value |= bits << (7 * index);
            if byte & 0x80 == 0 {
                self.bytes = &self.bytes[index + 1..];
                return Ok(value);
            }
        }
        Err(MvtError::Truncated("a number"))
    }

    fn take(&mut self, length: usize) -> Result<&'t [u8], MvtError> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(MvtError::Truncated("a field"))?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], MvtError> {
        self.take(N)?.try_into().map_err(|_| MvtError::Truncated("a field"))
    }
}

impl<'t> Field<'t> {
    pub fn varint(self, what: &'static str) -> Result<u64, MvtError> {
        if let Field::Varint(value) = self { Ok(value) } else { Err(MvtError::WrongType(what)) }
    }

    pub fn bytes(self, what: &'static str) -> Result<&'t [u8], MvtError> {
        if let Field::Bytes(bytes) = self { Ok(bytes) } else { Err(MvtError::WrongType(what)) }
    }

    pub fn text(self, what: &'static str) -> Result<&'t str, MvtError> {
        std::str::from_utf8(self.bytes(what)?).map_err(|_| MvtError::NotText(what))
    }
}

/// The signed number behind an unsigned one: 0, -1, 1, -2, …
pub fn zigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}
