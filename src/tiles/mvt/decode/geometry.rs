//! The commands of a geometry (MVT 2.1, 4.3): a cursor that moves, draws and closes.

use super::wire::{Reader, zigzag};
use super::{Kind, MvtError};

const MOVE_TO: u64 = 1;
const LINE_TO: u64 = 2;
const CLOSE_PATH: u64 = 7;

/// Reads a geometry's commands; positions and the ends of parts are added to the layer's.
pub fn read(commands: &[u8], kind: Kind, positions: &mut Vec<[i32; 2]>, ends: &mut Vec<u32>) -> Result<(), MvtError> {
    let mut pen = Pen { reader: Reader::new(commands), at: [0, 0], positions };
    if pen.reader.is_empty() {
        return Err(MvtError::Geometry("no commands"));
    }
    while !pen.reader.is_empty() {
        match kind {
            Kind::Point => {
                pen.command(MOVE_TO, 1)?;
                if !pen.reader.is_empty() {
                    return Err(MvtError::Geometry("more than one command for points"));
                }
            }
            Kind::Line => {
                pen.start()?;
                pen.command(LINE_TO, 1)?;
            }
            Kind::Polygon => {
                pen.start()?;
                pen.command(LINE_TO, 2)?;
                if pen.reader.varint()? != CLOSE_PATH | 1 << 3 {
                    return Err(MvtError::Geometry("a ring that is not closed"));
                }
            }
        }
        ends.push(super::place(pen.positions.len())?);
    }
    Ok(())
}

/// Where drawing has come to.
struct Pen<'c, 'p> {
    reader: Reader<'c>,
    at: [i32; 2],
    positions: &'p mut Vec<[i32; 2]>,
}

impl Pen<'_, '_> {
    /// The one MoveTo with which a line or a ring begins.
    fn start(&mut self) -> Result<(), MvtError> {
        match self.command(MOVE_TO, 1)? {
            1 => Ok(()),
            _ => Err(MvtError::Geometry("a line or ring that begins more than once")),
        }
    }

    /// A command of the expected kind, its positions read; at least `minimum` of them.
    fn command(&mut self, expected: u64, minimum: u64) -> Result<u64, MvtError> {
        let command = self.reader.varint()?;
        let count = command >> 3;
        if command & 7 != expected || count < minimum {
            return Err(MvtError::Geometry("commands out of order"));
        }
        // A position takes two bytes at least, so no count can ask for more memory than the bytes justify.
        if count > self.reader.left() as u64 / 2 {
            return Err(MvtError::Truncated("a geometry"));
        }
        for _ in 0..count {
            self.at = [self.step(self.at[0])?, self.step(self.at[1])?];
            self.positions.push(self.at);
        }
        Ok(count)
    }

    fn step(&mut self, from: i32) -> Result<i32, MvtError> {
        let to = zigzag(self.reader.varint()?).checked_add(i64::from(from)).and_then(|to| i32::try_from(to).ok());
        to.ok_or(MvtError::Geometry("a position beyond 32 bits"))
    }
}

/// Twice the signed area of a ring by the surveyor's formula: positive for outer rings, negative for holes, as y points
/// downwards.
pub fn ring_area(ring: &[[i32; 2]]) -> i128 {
    let next = ring.iter().cycle().skip(1);
    let cross =
        |(a, b): (&[i32; 2], &[i32; 2])| i128::from(a[0]) * i128::from(b[1]) - i128::from(b[0]) * i128::from(a[1]);
    ring.iter().zip(next).map(cross).sum()
}
