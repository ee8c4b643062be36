//! The state of one collection between two changes.
//!
//! A packed tree cannot change, so a snapshot is a tree plus what is newer: slots whose entry in the tree no longer
//! holds (`moved`), boxes that are not in it yet (`fresh`), ids that the sorted list lacks (`fresh_ids`). All three stay
//! short, because [`Snapshot::merged`] builds tree and list anew as soon as [`Snapshot::wants_merge`] says so. That
//! happens beside the readers and the writer; [`Snapshot::adopt`] then joins the new tree with what changed meanwhile.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use geo_types::{Coord, Rect};

use super::nearest::Few;
use super::slots::Slots;
use super::tree::{Bounds, PackedTree};
use super::{Encoder, Stored};
use crate::collection::{Collection, Frame};
use crate::feature::FeatureId;

/// More boxes than this beside the tree are worth a new one: below it, looking at each costs a read about a microsecond.
const MERGE_ABOVE: usize = 512;

/// An immutable state of a collection.
#[derive(Debug, Clone)]
pub struct Snapshot {
    collection: Arc<Collection>,
    frame: Frame,
    slots: Slots,
    tree: Arc<PackedTree>,
    ids: Arc<Vec<(FeatureId, u32)>>,
    /// By slot, the generation since which its entry in the tree does not hold.
    moved: Arc<HashMap<u32, u64>>,
    fresh: Arc<Vec<Fresh>>,
    fresh_ids: Arc<BTreeMap<FeatureId, u32>>,
    count: usize,
    fingerprint: Fingerprint,
    /// Counts the calls of [`Snapshot::apply`].
    generation: u64,
}

/// A box that is not in the tree.
#[derive(Debug, Clone, Copy)]
struct Fresh {
    bounds: Bounds,
    slot: u32,
    generation: u64,
}

/// The sum of a hash of id, version and content of every feature. A number that any change alters and any order of changes
/// alters alike; the journal's sequence would not do, because a lower one may be committed after a higher one. The content
/// counts because a version may name another state once the database has gone back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Fingerprint(u64);

impl Fingerprint {
    fn add(&mut self, stored: &Stored) {
        self.0 = self.0.wrapping_add(Self::of(stored));
    }

    fn remove(&mut self, stored: &Stored) {
        self.0 = self.0.wrapping_sub(Self::of(stored));
    }

    /// The finaliser of SplitMix64 over both halves of the id, the version and a sum of the content.
    fn of(stored: &Stored) -> u64 {
        let (high, low) = stored.id.0.as_u64_pair();
        [high, low, stored.version.cast_unsigned(), stored.digest()].into_iter().fold(0, |hash, part| {
            let mut mixed = (hash ^ part).wrapping_add(0x9E37_79B9_7F4A_7C15);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^ (mixed >> 31)
        })
    }
}

/// One journal entry, ready to be applied.
#[derive(Debug)]
pub struct Applied {
    pub id: FeatureId,
    /// The new state; `None` after a deletion.
    pub after: Option<Stored>,
}

/// A tree and list of ids made from a snapshot, to be adopted by a later one.
#[derive(Debug)]
pub struct Merged {
    /// The tree it takes the place of.
    before: Arc<PackedTree>,
    tree: Arc<PackedTree>,
    ids: Arc<Vec<(FeatureId, u32)>>,
    generation: u64,
}

impl Snapshot {
    /// A collection without features.
    pub fn empty(collection: Arc<Collection>, frame: Frame) -> Self {
        Self {
            collection,
            frame,
            slots: Slots::default(),
            tree: Arc::new(PackedTree::build(&[])),
            ids: Arc::default(),
            moved: Arc::default(),
            fresh: Arc::default(),
            fresh_ids: Arc::default(),
            count: 0,
            fingerprint: Fingerprint::default(),
            generation: 0,
        }
    }

    /// A collection with all its features at once.
    pub fn load(collection: Arc<Collection>, frame: Frame, features: impl IntoIterator<Item = Stored>) -> Self {
        let mut snapshot = Self::empty(collection, frame);
        for stored in features {
            snapshot.fingerprint.add(&stored);
            snapshot.slots.push(stored);
            snapshot.count += 1;
        }
        let merged = snapshot.merged();
        snapshot.adopt(&merged)
    }

    /// The declaration.
    pub fn collection(&self) -> &Arc<Collection> {
        &self.collection
    }

    /// The same features under another declaration of the same properties.
    pub fn declared_as(&self, collection: Arc<Collection>) -> Self {
        Self { collection, ..self.clone() }
    }

    /// The CRS of the geometries and the ways out of it.
    pub fn frame(&self) -> Frame {
        self.frame
    }

    /// How many features there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// True without features.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Tells contents apart: equal content has the same fingerprint on every node and after every restart.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint.0
    }

    /// An encoder for features of this collection.
    pub fn encoder(&self) -> Encoder {
        Encoder::new(self.collection.clone(), self.frame)
    }

    /// A feature by id.
    pub fn get(&self, id: FeatureId) -> Option<&Stored> {
        self.slots.get(self.slot(id)?)
    }

    /// A feature by its slot, which it keeps as long as the process lives. Whoever remembers a slot must expect that the
    /// feature has changed or is gone.
    pub fn at_slot(&self, slot: u32) -> Option<&Stored> {
        self.slots.get(slot)
    }

    /// All features with their slots.
    pub fn by_slot(&self) -> impl Iterator<Item = (u32, &Stored)> {
        self.slots.iter()
    }

    fn slot(&self, id: FeatureId) -> Option<u32> {
        if let Some(slot) = self.fresh_ids.get(&id) {
            return Some(*slot);
        }
        self.ids.binary_search_by_key(&id, |entry| entry.0).ok().map(|at| self.ids[at].1)
    }

    /// Calls `visit` for every feature whose box intersects the window, in no particular order.
    pub fn window<'a>(&'a self, window: Rect<f64>, mut visit: impl FnMut(&'a Stored)) {
        let window = Bounds::from(window);
        // In the order of the curve, in which the features lie in memory, too; the processor then reads ahead.
        self.tree.window(&window, |slot| {
            if !self.moved.contains_key(&slot)
                && let Some(stored) = self.slots.get(slot)
            {
                visit(stored);
            }
        });
        for fresh in self.fresh.iter() {
            if fresh.bounds.intersects(&window)
                && let Some(stored) = self.slots.get(fresh.slot)
            {
                visit(stored);
            }
        }
    }

    /// The features without a geometry, which every window matches (OGC API Features, 7.15.3).
    pub fn without_geometry(&self) -> impl Iterator<Item = &Stored> {
        // Where every feature must have a place there is nothing to look for.
        let slots = (!self.collection.geometry_required).then_some(&self.slots);
        slots
            .into_iter()
            .flat_map(Slots::iter)
            .map(|(_, stored)| stored)
            .filter(|stored| stored.shape.bounds().is_none())
    }

    /// The features by rising distance of their boxes from a point in the district's CRS, with the squared distance.
    pub fn nearest(&self, from: Coord) -> impl Iterator<Item = (f64, &Stored)> {
        let mut fresh: Vec<(f64, u32)> =
            self.fresh.iter().map(|fresh| (fresh.bounds.distance_squared(from), fresh.slot)).collect();
        fresh.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let mut packed = self.tree.nearest(from).filter(|(_, slot)| !self.moved.contains_key(slot)).peekable();
        std::iter::from_fn(move || match (packed.peek(), fresh.last()) {
            (Some(near), Some(new)) if near.0 <= new.0 => packed.next(),
            (Some(_), None) => packed.next(),
            (_, Some(_)) => fresh.pop(),
            (None, None) => None,
        })
        .filter_map(|(distance, slot)| self.slots.get(slot).map(|stored| (distance, stored)))
    }

    /// The `count` nearest of [`Self::nearest`], at least 1, as far as `reach` metres: quicker where the number is known.
    pub fn nearest_few(&self, from: Coord, count: usize, reach: f64) -> Vec<(f64, &Stored)> {
        // No feature is looked at before it is known to be among them.
        self.nearest_few_slots(from, count, reach, |_| true)
    }

    /// The same of those that are wanted. Any number may be asked about, the near ones first by and large.
    pub fn nearest_few_of(
        &self,
        from: Coord,
        count: usize,
        reach: f64,
        mut wanted: impl FnMut(&Stored) -> bool,
    ) -> Vec<(f64, &Stored)> {
        self.nearest_few_slots(from, count, reach, |slot| self.slots.get(slot).is_some_and(&mut wanted))
    }

    fn nearest_few_slots(
        &self,
        from: Coord,
        count: usize,
        reach: f64,
        mut wanted: impl FnMut(u32) -> bool,
    ) -> Vec<(f64, &Stored)> {
        let mut few = Few::new(from, count, reach);
        self.tree.nearest_few(&mut few, |slot| self.moved.contains_key(&slot) || !wanted(slot));
        for fresh in self.fresh.iter() {
            let squared = fresh.bounds.distance_squared(from);
            if few.reaches(squared) && wanted(fresh.slot) {
                few.offer(squared, fresh.slot);
            }
        }
        let found = few.into_found().into_iter();
        found.filter_map(|(squared, slot)| self.slots.get(slot).map(|stored| (squared, stored))).collect()
    }

    /// All features by rising id, from the one after `after`.
    pub fn by_id(&self, after: Option<FeatureId>) -> impl Iterator<Item = &Stored> {
        let first = after.map_or(0, |after| self.ids.partition_point(|entry| entry.0 <= after));
        let mut old = self.ids[first..].iter().copied().peekable();
        let lower = after.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded);
        let mut new =
            self.fresh_ids.range((lower, std::ops::Bound::Unbounded)).map(|(id, slot)| (*id, *slot)).peekable();
        std::iter::from_fn(move || match (old.peek(), new.peek()) {
            (Some(a), Some(b)) if a.0 == b.0 => {
                old.next();
                new.next()
            }
            (Some(a), Some(b)) if a.0 < b.0 => old.next(),
            (Some(_), None) => old.next(),
            (_, Some(_)) => new.next(),
            (None, None) => None,
        })
        .filter_map(|(_, slot)| self.slots.get(slot))
    }

    /// All features in memory order, which is the fastest.
    pub fn iter(&self) -> impl Iterator<Item = &Stored> {
        self.slots.iter().map(|(_, stored)| stored)
    }

    /// A box that holds every geometry, in the district's CRS. It may be wider than needed after deletions.
    pub fn extent(&self) -> Option<Rect<f64>> {
        let mut extent = self.tree.extent();
        for fresh in self.fresh.iter() {
            extent.extend(&fresh.bounds);
        }
        (extent.min_x <= extent.max_x)
            .then(|| Rect::new(Coord { x: extent.min_x, y: extent.min_y }, Coord { x: extent.max_x, y: extent.max_y }))
    }

    /// Bytes of memory the features take.
    pub fn footprint(&self) -> usize {
        self.iter().map(|stored| stored.footprint()).sum()
    }

    /// The state after some changes, in the order of the journal. A change that is older than what is held is passed over.
    pub fn apply(&self, changes: impl IntoIterator<Item = Applied>) -> Self {
        let mut next = self.clone();
        next.generation += 1;
        for change in changes {
            next.apply_one(change);
        }
        next
    }

    fn apply_one(&mut self, change: Applied) {
        let Some(slot) = self.slot(change.id) else {
            if let Some(after) = change.after {
                let bounds = after.shape.bounds();
                self.fingerprint.add(&after);
                let slot = self.slots.push(after);
                self.count += 1;
                Arc::make_mut(&mut self.fresh_ids).insert(change.id, slot);
                self.place(slot, bounds);
            }
            return;
        };
        let before = self.slots.get(slot);
        if before.zip(change.after.as_ref()).is_some_and(|(before, after)| before.version >= after.version) {
            return;
        }
        let (had, has) = (before.is_some(), change.after.is_some());
        let old_bounds = before.and_then(|stored| stored.shape.bounds());
        let new_bounds = change.after.as_ref().and_then(|stored| stored.shape.bounds());
        if let Some(after) = &change.after {
            self.fingerprint.add(after);
        }
        if let Some(before) = self.slots.replace(slot, change.after) {
            self.fingerprint.remove(&before);
        }
        self.count = self.count + usize::from(has) - usize::from(had);
        if has && !had {
            // Back from deletion: a list of ids that is being made meanwhile has passed its empty slot over.
            Arc::make_mut(&mut self.fresh_ids).insert(change.id, slot);
        }
        if had != has || old_bounds != new_bounds {
            Arc::make_mut(&mut self.moved).insert(slot, self.generation);
            Arc::make_mut(&mut self.fresh).retain(|fresh| fresh.slot != slot);
            self.place(slot, new_bounds);
        }
    }

    fn place(&mut self, slot: u32, bounds: Option<Rect<f64>>) {
        if let Some(bounds) = bounds.map(Bounds::from) {
            Arc::make_mut(&mut self.fresh).push(Fresh { bounds, slot, generation: self.generation });
        }
    }

    /// True when so much lies beside the tree that a new one pays.
    pub fn wants_merge(&self) -> bool {
        self.fresh.len().max(self.fresh_ids.len()).max(self.moved.len()) > MERGE_ABOVE
    }

    /// Tree and ids over everything this snapshot holds. Takes as long as building a tree: not for the writer's thread.
    pub fn merged(&self) -> Merged {
        let mut items = Vec::with_capacity(self.count);
        let mut ids = Vec::with_capacity(self.count);
        for (slot, stored) in self.slots.iter() {
            ids.push((stored.id, slot));
            items.extend(stored.shape.bounds().map(|bounds| (Bounds::from(bounds), slot)));
        }
        ids.sort_unstable();
        let tree = Arc::new(PackedTree::build(&items));
        Merged { before: self.tree.clone(), tree, ids: Arc::new(ids), generation: self.generation }
    }

    /// This snapshot with a tree that was built from an earlier one; what changed since stays beside it. If the features have
    /// been loaded anew meanwhile, the tree is of others, and passed over.
    pub fn adopt(&self, merged: &Merged) -> Self {
        let mut next = self.clone();
        if !Arc::ptr_eq(&self.tree, &merged.before) {
            return next;
        }
        Arc::make_mut(&mut next.moved).retain(|_, generation| *generation > merged.generation);
        Arc::make_mut(&mut next.fresh).retain(|fresh| fresh.generation > merged.generation);
        Arc::make_mut(&mut next.fresh_ids)
            .retain(|id, _| merged.ids.binary_search_by_key(id, |entry| entry.0).is_err());
        next.tree = merged.tree.clone();
        next.ids = merged.ids.clone();
        next
    }
}

#[cfg(test)]
mod tests;
