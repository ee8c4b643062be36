//! Every source of water in one file, with the rules by which a device judges them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::columns;
use crate::collection::{District, Visibility};
use crate::firewater::{COLLECTIONS, UNLIMITED_KINDS};
use crate::identity::Caller;
use crate::index::{Snapshot, Stored};

/// Changes when a device must read files in another way.
pub const FORMAT: u32 = 1;

/// Of which collections of water a caller sees more than the public, as a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Class(pub u8);

impl Class {
    /// What everybody sees.
    pub const PUBLIC: Self = Self(0);

    /// The class of a caller.
    pub fn of(caller: &Caller) -> Self {
        let bits = COLLECTIONS.iter().enumerate();
        Self(bits.fold(0, |class, (nth, name)| match caller.visibility(name) {
            Visibility::Staff => class | 1 << nth,
            Visibility::Public => class,
        }))
    }

    /// What it sees of the nth collection.
    pub fn sees(self, nth: usize) -> Visibility {
        if self.0 >> nth & 1 == 1 { Visibility::Staff } else { Visibility::Public }
    }

    /// What its answers may be kept by.
    pub fn widest(self) -> Visibility {
        if self == Self::PUBLIC { Visibility::Public } else { Visibility::Staff }
    }
}

/// The file. The same states give the same bytes on every node.
pub fn write(snapshots: &[Arc<Snapshot>], class: Class, district: &District) -> Vec<u8> {
    let months: BTreeMap<&String, &u32> = district.verified_for_months.iter().collect();
    let head = serde_json::json!({
        "format": FORMAT,
        "district": district.name,
        "utmref_zone": district.utmref_zone,
        "verified_for_months": months,
        "nearest_water": { "limit": district.nearest_water.limit, "always_within": district.nearest_water.always_within },
        "unlimited": { "count": district.nearest_water.unlimited, "kinds": UNLIMITED_KINDS },
    });
    let mut out = head.to_string().into_bytes();
    out.pop();
    out.extend_from_slice(b",\"collections\":[");
    for (nth, snapshot) in snapshots.iter().enumerate() {
        if nth > 0 {
            out.push(b',');
        }
        let features: Vec<&Stored> = snapshot.by_id(None).collect();
        columns::write(snapshot.collection(), class.sees(nth), &features, true, &mut out);
    }
    out.extend_from_slice(b"]}");
    out
}
