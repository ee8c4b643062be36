//! The numbers people call hydrants and waters by, sorted, in few bytes each.
//!
//! A register may hold a million. Their texts stay where they are, in the index; here are only their first bytes with the
//! slot of the feature, sixteen bytes a feature, and eight for the number at the end, by which `4711` finds `GDB-4711`.
//! A slot may have changed since, so every hit is compared with what the index holds now; what did change is `fresh`.

use std::collections::HashMap;

use super::fold;
use super::sources::WaterCollection;
use crate::feature::FeatureId;
use crate::index::{Snapshot, Stored};

/// Bytes of a key that stand beside the slot.
const HEAD: usize = 12;
/// Most features looked at for one number, whole and begun.
const MOST: usize = 256;
const MOST_BEGUN: usize = 32;

/// The numbers of one collection.
#[derive(Debug, Default)]
pub struct References {
    /// First bytes of the key, then the slot.
    base: Vec<u128>,
    /// The number at the end of keys that are not numbers alone, then the slot.
    ends: Vec<u64>,
    fresh: HashMap<FeatureId, String>,
}

/// How a number was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    Whole,
    /// Only the digits at the end.
    End,
    Begun,
}

impl References {
    /// The numbers of a collection.
    pub fn of(register: &WaterCollection, snapshot: &Snapshot) -> Self {
        let mut numbers = Self { base: Vec::with_capacity(snapshot.len()), ..Self::default() };
        for (slot, stored) in snapshot.by_slot() {
            let key = fold::key(register.reference(stored.row()));
            if key.is_empty() {
                continue;
            }
            numbers.base.push(packed(&key, slot));
            numbers.ends.extend(end_of(&key).map(|end| u64::from(end) << 32 | u64::from(slot)));
        }
        numbers.base.sort_unstable();
        numbers.base.shrink_to_fit();
        numbers.ends.sort_unstable();
        numbers.ends.shrink_to_fit();
        numbers
    }

    /// Takes note of a feature's present number.
    pub fn put(&mut self, register: &WaterCollection, id: FeatureId, now: Option<&Stored>) {
        match now.map(|stored| fold::key(register.reference(stored.row()))).filter(|key| !key.is_empty()) {
            Some(key) => self.fresh.insert(id, key),
            None => self.fresh.remove(&id),
        };
    }

    /// Calls `visit` for features that are called by a number, those whose number only begins so among them.
    pub fn find<'a>(
        &self,
        register: &WaterCollection,
        snapshot: &'a Snapshot,
        wanted: &str,
        mut visit: impl FnMut(Fit, &'a Stored),
    ) {
        let mut offer = |fit: Fit, stored: &'a Stored| {
            let key = fold::key(register.reference(stored.row()));
            let holds = match fit {
                Fit::Whole => key == wanted,
                Fit::End => key != wanted && end_of(&key).is_some_and(|end| end.to_string() == wanted),
                Fit::Begun => key != wanted && key.starts_with(wanted),
            };
            if holds && !self.fresh.contains_key(&stored.id) {
                visit(fit, stored);
            }
            holds
        };
        self.base_slots(wanted, true).take(MOST).filter_map(|slot| snapshot.at_slot(slot)).for_each(|stored| {
            offer(Fit::Whole, stored);
        });
        self.end_slots(wanted).take(MOST).filter_map(|slot| snapshot.at_slot(slot)).for_each(|stored| {
            offer(Fit::End, stored);
        });
        let begun = self.base_slots(wanted, false).filter_map(|slot| snapshot.at_slot(slot)).take(MOST + MOST_BEGUN);
        begun.filter(|stored| offer(Fit::Begun, stored)).take(MOST_BEGUN).for_each(drop);
        let mut begun = 0;
        for (id, key) in &self.fresh {
            let fit = if key == wanted {
                Fit::Whole
            } else if end_of(key).is_some_and(|end| end.to_string() == wanted) {
                Fit::End
            } else if key.starts_with(wanted) && begun < MOST_BEGUN {
                begun += 1;
                Fit::Begun
            } else {
                continue;
            };
            if let Some(stored) = snapshot.get(*id) {
                visit(fit, stored);
            }
        }
    }

    /// Slots of keys whose first bytes are those of a key, or begin with them.
    fn base_slots(&self, wanted: &str, whole: bool) -> impl Iterator<Item = u32> {
        let low = packed(wanted, 0);
        let known = if whole { HEAD } else { wanted.len().min(HEAD) };
        let high = low | (u128::MAX >> (8 * known));
        let first = self.base.partition_point(|entry| *entry < low);
        self.base[first..].iter().take_while(move |entry| **entry <= high).map(|entry| *entry as u32)
    }

    fn end_slots(&self, wanted: &str) -> impl Iterator<Item = u32> {
        let found = wanted.parse::<u32>().map_or(&[][..], |end| {
            let end = u64::from(end);
            let first = self.ends.partition_point(|entry| entry >> 32 < end);
            let last = self.ends.partition_point(|entry| entry >> 32 <= end);
            &self.ends[first..last]
        });
        found.iter().map(|entry| *entry as u32)
    }
}

fn packed(key: &str, slot: u32) -> u128 {
    let mut bytes = [0; 16];
    let head = key.len().min(HEAD);
    bytes[..head].copy_from_slice(&key.as_bytes()[..head]);
    u128::from_be_bytes(bytes) | u128::from(slot)
}

/// The number at the end of a key that has something before it.
fn end_of(key: &str) -> Option<u32> {
    let before = key.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    if before == 0 { None } else { key[before..].parse().ok() }
}
