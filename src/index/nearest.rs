//! The entries of a tree by their distance from a point.
//!
//! Best first: of everything that waits, node or entry, the nearest is looked at next (Hjaltason and Samet, "Distance
//! Browsing in Spatial Databases", 1999). [`PackedTree::nearest`] goes on for as long as it is asked;
//! [`PackedTree::nearest_few`] is for searches that know how many they want.

use std::collections::BinaryHeap;

use geo_types::Coord;

use super::tree::{NODE, PackedTree};

impl PackedTree {
    /// The entries by rising distance of their boxes from a point, one at a time.
    pub fn nearest(&self, from: Coord) -> Nearest<'_> {
        // Room for a dozen nodes, which is what a search for ten entries opens.
        let mut heap = BinaryHeap::with_capacity(if self.is_empty() { 0 } else { NODE * 12 });
        if !self.is_empty() {
            let root = self.root();
            heap.push(Candidate::node(self.boxes[root.1].distance_squared(from), root));
        }
        Nearest { tree: self, from, heap }
    }

    /// Offers every entry to `few` that might be among its nearest, without those that `passed_over` says.
    pub fn nearest_few(&self, few: &mut Few, mut passed_over: impl FnMut(u32) -> bool) {
        if self.is_empty() {
            return;
        }
        let mut waiting = BinaryHeap::with_capacity(NODE * 4);
        let root = self.root();
        waiting.push(Candidate::node(self.boxes[root.1].distance_squared(few.from), root));
        while let Some(candidate) = waiting.pop().filter(|candidate| few.reaches(candidate.distance())) {
            let (level, children) = self.children(candidate.as_node());
            for child in children {
                let distance = self.boxes[child].distance_squared(few.from);
                if !few.reaches(distance) {
                    continue;
                }
                if level == 0 {
                    if !passed_over(self.entries[child]) {
                        few.offer(distance, self.entries[child]);
                    }
                } else {
                    waiting.push(Candidate::node(distance, (level, child)));
                }
            }
        }
    }
}

/// The few nearest entries seen so far, for a search that knows how many it wants: what is farther than all of them need
/// not be put in order.
#[derive(Debug)]
pub struct Few {
    from: Coord,
    count: usize,
    /// Nothing beyond this squared distance is wanted.
    reach: f64,
    /// Squared distances and numbers, the nearest first.
    found: Vec<(f64, u32)>,
}

impl Few {
    /// Up to `count` entries, at least 1, no farther from a point than `reach`.
    pub fn new(from: Coord, count: usize, reach: f64) -> Self {
        let count = count.max(1);
        Self { from, count, reach: reach * reach, found: Vec::with_capacity(count) }
    }

    /// False for what lies too far off, or farther than as many as are wanted.
    pub fn reaches(&self, squared: f64) -> bool {
        squared <= self.reach
    }

    /// Takes an entry in if it is among the nearest. Farther ones are moved up one by one: of a dozen, half of them on
    /// average, which is less than a search for the place and a copy of what lies behind it.
    pub fn offer(&mut self, squared: f64, number: u32) {
        let is_full = self.found.len() == self.count;
        if squared > self.reach || is_full && squared >= self.reach {
            return;
        }
        if !is_full {
            self.found.push((squared, number));
        }
        let mut at = self.found.len() - 1;
        while at > 0 && self.found[at - 1].0 > squared {
            self.found[at] = self.found[at - 1];
            at -= 1;
        }
        self.found[at] = (squared, number);
        if self.found.len() == self.count {
            self.reach = self.found[self.count - 1].0;
        }
    }

    /// Squared distances and numbers, the nearest first.
    pub fn into_found(self) -> Vec<(f64, u32)> {
        self.found
    }
}

/// See [`PackedTree::nearest`].
#[derive(Debug)]
pub struct Nearest<'a> {
    tree: &'a PackedTree,
    from: Coord,
    heap: BinaryHeap<Candidate>,
}

/// A node or an entry that waits. Two plain numbers, because a search compares them some thousand times; the heap gives
/// its greatest first, so nearer counts as greater, and an entry as greater than a node of the same distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    /// The complement of the distance's bits, which rise with it: a distance is never negative.
    nearness: u64,
    /// An entry's mark and number, or a node's level and place.
    place: u64,
}

impl Candidate {
    const ENTRY: u64 = 1 << 63;
    const LEVEL: u32 = 32;

    fn entry(distance: f64, number: u32) -> Self {
        Self { nearness: !distance.to_bits(), place: Self::ENTRY | u64::from(number) }
    }

    /// A tree numbers its entries with 32 bits, so its nodes fit into as many.
    fn node(distance: f64, (level, place): (usize, usize)) -> Self {
        Self { nearness: !distance.to_bits(), place: (level as u64) << Self::LEVEL | place as u64 }
    }

    fn distance(self) -> f64 {
        f64::from_bits(!self.nearness)
    }

    fn as_node(self) -> (usize, usize) {
        ((self.place >> Self::LEVEL) as usize, self.place as u32 as usize)
    }
}

impl Iterator for Nearest<'_> {
    /// Squared distance and number.
    type Item = (f64, u32);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let candidate = self.heap.pop()?;
            if candidate.place & Candidate::ENTRY != 0 {
                return Some((candidate.distance(), candidate.place as u32));
            }
            let (level, children) = self.tree.children(candidate.as_node());
            let first = children.start;
            let from = self.from;
            let distances = self.tree.boxes[children].iter().map(|bounds| bounds.distance_squared(from)).enumerate();
            if level == 0 {
                let entries = &self.tree.entries[first..];
                self.heap.extend(distances.map(|(nth, distance)| Candidate::entry(distance, entries[nth])));
            } else {
                self.heap.extend(distances.map(|(nth, distance)| Candidate::node(distance, (level, first + nth))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::tree::tests::scattered;

    #[test]
    fn nearest_gives_every_entry_by_rising_distance() {
        for count in [0, 1, 2, 17, 3_000] {
            let items = scattered(count);
            let tree = PackedTree::build(&items);
            let from = Coord { x: 420.0, y: 77.0 };
            let found: Vec<f64> = tree.nearest(from).map(|(distance, _)| distance).collect();
            let mut expected: Vec<f64> = items.iter().map(|(bounds, _)| bounds.distance_squared(from)).collect();
            expected.sort_unstable_by(f64::total_cmp);
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn the_nearest_few_are_the_first_of_all_by_distance() {
        for count in [0, 1, 2, 17, 3_000] {
            let items = scattered(count);
            let tree = PackedTree::build(&items);
            for step in 0..50 {
                let from = Coord { x: f64::from(step) * 20.0, y: 900.0 - f64::from(step) * 15.0 };
                let reach = f64::from(step) * 3.0;
                let passed_over = |number: u32| number.is_multiple_of(7);
                for wanted in [1, 2, 10, 100] {
                    let mut few = Few::new(from, wanted, reach);
                    tree.nearest_few(&mut few, passed_over);
                    let found: Vec<f64> = few.into_found().into_iter().map(|(squared, _)| squared).collect();
                    let all = tree.nearest(from).filter(|(_, number)| !passed_over(*number));
                    let near = all.map(|(squared, _)| squared).take_while(|squared| *squared <= reach * reach);
                    assert_eq!(found, near.take(wanted).collect::<Vec<_>>());
                }
            }
        }
    }
}
