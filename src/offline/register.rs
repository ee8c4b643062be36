//! Every source of water in one file, with the rules by which a device judges them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::columns;
use crate::collection::{Catalogue, District, Visibility};
use crate::firewater::{COLLECTIONS, UNLIMITED_KINDS};
use crate::identity::Caller;
use crate::index::{Snapshot, Stored};

/// Of a collection the caller does not know of.
const HIDDEN: u8 = 0b11;

/// Changes when a device must read files in another way.
pub const FORMAT: u32 = 1;

/// What a caller sees of the collections of water, two bits each: the class of visibility, or [`HIDDEN`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Class(pub u8);

impl Class {
    /// What everybody sees.
    pub const PUBLIC: Self = Self(0);

    /// The class of a caller.
    pub fn of(caller: &Caller, catalogue: &Catalogue) -> Self {
        let seen = COLLECTIONS.iter().map(|name| catalogue.get(name).and_then(|water| caller.sees(water)));
        let bits = seen.map(|seen| seen.map_or(HIDDEN, |class| class as u8));
        Self(bits.enumerate().fold(0, |class, (nth, bits)| class | bits << (2 * nth)))
    }

    /// What it sees of the nth collection; `None` if not even that it exists.
    pub fn sees(self, nth: usize) -> Option<Visibility> {
        Visibility::ALL.get(usize::from(self.0 >> (2 * nth) & 0b11)).copied()
    }

    /// What its answers may be kept by.
    pub fn widest(self) -> Visibility {
        (0..COLLECTIONS.len()).filter_map(|nth| self.sees(nth)).max().unwrap_or_default()
    }
}

/// The file. The same states give the same bytes on every node.
pub fn write(snapshots: &[Arc<Snapshot>], class: Class, district: &District) -> Vec<u8> {
    let months: BTreeMap<&String, &u32> = district.verified_for_months.iter().collect();
    let head = serde_json::json!({
        "format": FORMAT,
        "district": district.name,
        "time_zone": district.time_zone.name(),
        "utmref_zone": district.utmref_zone,
        "verified_for_months": months,
        "nearest_water": { "limit": district.nearest_water.limit, "always_within": district.nearest_water.always_within },
        "unlimited": { "count": district.nearest_water.unlimited, "kinds": UNLIMITED_KINDS },
    });
    let mut out = head.to_string().into_bytes();
    out.pop();
    out.extend_from_slice(b",\"collections\":[");
    let mut is_first = true;
    for snapshot in snapshots {
        let nth = COLLECTIONS.iter().position(|name| *name == snapshot.collection().name);
        let Some(sees) = nth.and_then(|nth| class.sees(nth)) else { continue };
        if !std::mem::take(&mut is_first) {
            out.push(b',');
        }
        let features: Vec<&Stored> = snapshot.by_id(None).collect();
        columns::write(snapshot.collection(), sees, &features, true, &mut out);
    }
    out.extend_from_slice(b"]}");
    out
}
