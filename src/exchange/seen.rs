//! What must be remembered of every row of a file, or of every feature of a collection, in a dozen bytes each.
//!
//! A hash map of strings, or even of hashes, takes several times that and doubles at the worst moment. [`Seen`] keeps a
//! number under a key, [`SeenPoints`] where something of a kind lies. Both are cut into many short sorted lists, which grow
//! one at a time by an eighth. Keys are hashes of 64 bits: among a million of them two are alike once in forty million
//! runs. Where that would change what is stored, the caller looks at the thing itself.

use std::hash::{BuildHasher, RandomState};

use geo_types::Coord;

/// Lists a table is cut into.
const LISTS: usize = 1 << 14;

/// A number under each key: twelve bytes an entry.
#[derive(Debug)]
pub struct Seen {
    /// High and low half of the key, the number; sorted.
    lists: Vec<Vec<[u32; 3]>>,
}

impl Default for Seen {
    fn default() -> Self {
        Self { lists: vec![Vec::new(); LISTS] }
    }
}

impl Seen {
    /// Puts a number under a key; gives back the one that was there.
    pub fn insert(&mut self, key: u64, number: u32) -> Option<u32> {
        let entry = [(key >> 32) as u32, key as u32, number];
        let list = &mut self.lists[key as usize % LISTS];
        match list.binary_search_by_key(&[entry[0], entry[1]], |held| [held[0], held[1]]) {
            Ok(at) => Some(std::mem::replace(&mut list[at], entry)[2]),
            Err(at) => {
                insert(list, at, entry);
                None
            }
        }
    }

    /// The number under a key.
    pub fn get(&self, key: u64) -> Option<u32> {
        let list = &self.lists[key as usize % LISTS];
        let at = list.binary_search_by_key(&[(key >> 32) as u32, key as u32], |held| [held[0], held[1]]).ok()?;
        Some(list[at][2])
    }
}

/// Metres within which two objects of a kind are twins, or one; also the width of a cell of [`SeenPoints`].
pub const REACH: f64 = 5.0;
/// Parts of a cell's width that a position is kept in: about a millimetre.
const PARTS: f64 = 4_096.0;

/// Points by where they lie, each with its kind and a number: sixteen bytes a point.
#[derive(Debug)]
pub struct SeenPoints {
    /// Cell, position in the cell with the kind, number; sorted by cell.
    lists: Vec<Vec<[u32; 4]>>,
    hash: RandomState,
    len: usize,
}

impl Default for SeenPoints {
    fn default() -> Self {
        Self { lists: vec![Vec::new(); LISTS], hash: RandomState::new(), len: 0 }
    }
}

impl SeenPoints {
    /// True without any point.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a point in metres. Of the kind the last eight bits count; no code list is as long.
    pub fn add(&mut self, at: Coord, kind: u16, number: u32) {
        let cell = cell_of(at);
        let part = |value: f64, cell: i32| ((value / REACH - f64::from(cell)) * PARTS).clamp(0.0, PARTS - 1.0) as u32;
        let inside = part(at.x, cell.0) << 20 | part(at.y, cell.1) << 8 | u32::from(kind & 0xFF);
        let entry = [cell.0.cast_unsigned(), cell.1.cast_unsigned(), inside, number];
        let list = self.hash.hash_one(cell) as usize % LISTS;
        let list = &mut self.lists[list];
        let at = list.partition_point(|held| [held[0], held[1]] <= [entry[0], entry[1]]);
        insert(list, at, entry);
        self.len += 1;
    }

    /// Calls `visit` with number and distance of every point of the kind within [`REACH`], to about a millimetre.
    pub fn around(&self, at: Coord, kind: u16, mut visit: impl FnMut(u32, f64)) {
        if self.is_empty() {
            return;
        }
        let middle = cell_of(at);
        for cell in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (middle.0 + dx, middle.1 + dy))) {
            let list = &self.lists[self.hash.hash_one(cell) as usize % LISTS];
            let wanted = [cell.0.cast_unsigned(), cell.1.cast_unsigned()];
            let first = list.partition_point(|held| [held[0], held[1]] < wanted);
            for held in list[first..].iter().take_while(|held| [held[0], held[1]] == wanted) {
                let value = |cell: i32, part: u32| (f64::from(cell) + (f64::from(part) + 0.5) / PARTS) * REACH;
                let other = Coord { x: value(cell.0, held[2] >> 20), y: value(cell.1, held[2] >> 8 & 0xFFF) };
                let distance = (other.x - at.x).hypot(other.y - at.y);
                if distance <= REACH && held[2] & 0xFF == u32::from(kind & 0xFF) {
                    visit(held[3], distance);
                }
            }
        }
    }
}

fn cell_of(at: Coord) -> (i32, i32) {
    ((at.x / REACH).floor() as i32, (at.y / REACH).floor() as i32)
}

fn insert<const N: usize>(list: &mut Vec<[u32; N]>, at: usize, entry: [u32; N]) {
    if list.len() == list.capacity() {
        list.reserve_exact(4 + list.len() / 8);
    }
    list.insert(at, entry);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_under_its_key_and_replaced() {
        let mut seen = Seen::default();
        let key = |n: u32| u64::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        for n in 0..50_000 {
            assert_eq!(seen.insert(key(n), n), None);
        }
        assert!((0..50_000).all(|n| seen.get(key(n)) == Some(n)));
        assert_eq!((seen.get(key(50_001)), seen.insert(key(7), 8), seen.get(key(7))), (None, Some(7), Some(8)));
    }

    #[test]
    fn places_answer_what_lies_within_reach_whatever_cell_it_is_in() {
        let points: Vec<Coord> =
            (0..400).map(|n| Coord { x: f64::from(n % 20) * 1.7 - 15.0, y: f64::from(n / 20) * 1.3 - 9.0 }).collect();
        let mut places = SeenPoints::default();
        for (n, at) in points.iter().enumerate() {
            places.add(*at, u16::from(n % 3 == 0), n as u32);
        }
        for (n, at) in points.iter().enumerate() {
            let mut found = Vec::new();
            places.around(*at, 1, |number, distance| found.push((number, distance)));
            found.sort_unstable_by_key(|(number, _)| *number);
            let expected: Vec<(u32, f64)> = (0..400)
                .map(|m| (m, (points[m].x - at.x).hypot(points[m].y - at.y)))
                .filter(|(m, distance)| m % 3 == 0 && *distance <= REACH)
                .map(|(m, distance)| (m as u32, distance))
                .collect();
            assert_eq!(found.len(), expected.len(), "around point {n}");
            for (found, expected) in found.iter().zip(expected) {
                assert_eq!(found.0, expected.0);
                assert!((found.1 - expected.1).abs() < 0.003, "{found:?} {expected:?}");
            }
        }
    }
}
