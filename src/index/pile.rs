//! Features on their way into memory: encoded as they come, then put where their neighbours are.
//!
//! Who looks at a place reads its features, and memory is read fastest in one direction: features that lie side by side
//! in the world lie side by side here, many of them in one allocation, which also spares the allocator's share of each.
//! To get there without holding everything twice, features are piled by cells of some kilometres, and each cell is given
//! up as soon as it is settled. Several threads pile up several piles, which are joined cell by cell. What changes later
//! lies by itself; the next start puts it in order again.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Stored;
use super::hilbert::hilbert_of;
use super::stored::Cuts;
use super::tree::Bounds;
use crate::feature::{FeatureId, Shape};

/// A cell is the part of the curve between two multiples of this, a square of 8,192 m: small against a district, large
/// against what one looks at.
const CELL: u64 = 1 << 30;

/// Bytes of features that share an allocation, some two hundred of them; it lives until the last has changed. With the two
/// counts of its owners 64 KiB: other sizes are rounded up by the allocator, to a fifth more.
const RUN: usize = (64 << 10) - 2 * size_of::<usize>();

/// Encoded features in no order yet.
#[derive(Debug, Default)]
pub struct Pile {
    /// In the order of the curve; of each cell one heap a pile that was joined.
    cells: BTreeMap<u64, Vec<Heap>>,
    len: usize,
}

/// What one thread has piled up in a cell.
#[derive(Debug, Default)]
struct Heap {
    features: Vec<Piled>,
    bytes: Vec<u8>,
}

#[derive(Debug)]
struct Piled {
    id: FeatureId,
    version: i64,
    shape: Shape,
    start: usize,
    cuts: Cuts,
    /// Where on the curve's part.
    order: u32,
}

impl Pile {
    /// Adds a feature; `bytes` are cut at `cuts`.
    pub(super) fn add(&mut self, id: FeatureId, version: i64, shape: Shape, bytes: &[u8], cuts: Cuts) {
        let along = shape.bounds().map_or(0, |bounds| hilbert_of(&Bounds::from(bounds)));
        let heaps = self.cells.entry(along / CELL).or_default();
        if heaps.is_empty() {
            heaps.push(Heap::default());
        }
        let heap = &mut heaps[0];
        let (start, order) = (heap.bytes.len(), (along % CELL) as u32);
        heap.features.push(Piled { id, version, shape, start, cuts, order });
        heap.bytes.extend_from_slice(bytes);
        self.len += 1;
    }

    /// The features of both.
    #[must_use]
    pub fn joined_by(mut self, other: Self) -> Self {
        for (place, heaps) in other.cells {
            self.cells.entry(place).or_default().extend(heaps);
        }
        self.len += other.len;
        self
    }

    /// How many features there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True without features.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The features in an order in which neighbours follow each other, the same however they were piled up.
    pub fn settle(self) -> impl Iterator<Item = Stored> {
        self.cells.into_values().flat_map(settled)
    }
}

/// The features of a cell in their order.
fn settled(heaps: Vec<Heap>) -> impl Iterator<Item = Stored> {
    let (features, bytes): (Vec<_>, Vec<_>) = heaps.into_iter().map(|heap| (heap.features, heap.bytes)).unzip();
    let numbered = features.into_iter().enumerate();
    let mut features: Vec<(usize, Piled)> =
        numbered.flat_map(|(heap, features)| features.into_iter().map(move |piled| (heap, piled))).collect();
    features.sort_unstable_by_key(|(_, piled)| (piled.order, piled.id));
    let mut features = features.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut part: Vec<(usize, Piled)> = features.next().into_iter().collect();
        let mut length = part.first()?.1.cuts.len();
        while let Some(next) = features.next_if(|(_, piled)| length + piled.cuts.len() <= RUN) {
            length += next.1.cuts.len();
            part.push(next);
        }
        Some(share(part, &bytes))
    })
    .flatten()
}

/// Puts the bytes of some features into one allocation; each lies in the heap of its number.
fn share(part: Vec<(usize, Piled)>, heaps: &[Vec<u8>]) -> impl Iterator<Item = Stored> + use<> {
    let mut run = Vec::with_capacity(part.iter().map(|(_, piled)| piled.cuts.len()).sum());
    for (heap, piled) in &part {
        run.extend_from_slice(&heaps[*heap][piled.start..piled.start + piled.cuts.len()]);
    }
    let run: Arc<[u8]> = run.into();
    let mut start = 0;
    part.into_iter().map(move |(_, Piled { id, version, shape, cuts, .. })| {
        let stored = Stored::new(id, version, shape, run.clone(), start, cuts);
        start += cuts.len();
        stored
    })
}
