//! Brings the invented district into the registers.
//!
//! All of it is one changeset, so that a process that dies half-way leaves nothing behind and two that start together do
//! not both load. Objects go through the same checks as everybody's edits; one that fails them is a bug of the generator
//! and ends the loading. One thread makes and checks, this task writes; a few portions between them bound the memory.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use geo_types::{Coord, Rect};
use serde_json::json;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{DemoFeature, DemoPlan, generate};
use crate::collection::{Catalogue, Collection, District, Faults};
use crate::editing::{Places, Preparer};
use crate::feature::crs::{Crs, CrsError};
use crate::feature::{FeatureId, Geometry};
use crate::index::{Encoder, Snapshot, Stored};
use crate::store::actors::Actor;
use crate::store::bulk::BulkWriter;
use crate::store::features::REGISTER;
use crate::store::transaction::NewChangeset;
use crate::store::{Store, StoreError, Transaction};

/// Objects that are handed over at once, and how many such portions may wait.
const PORTION: usize = 1_000;
const WAITING: usize = 8;

/// Told first, because everything else is placed in them.
const MUNICIPALITIES: &str = "municipalities";

/// Why the district was not loaded; nothing of it is stored.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the district's bounds cannot be expressed in its CRS: {0}")]
    Bounds(#[from] CrsError),
    #[error("the generator made an object for '{0}', which is not declared")]
    Undeclared(&'static str),
    #[error("the generator made object {number}, of '{collection}', with faults: {faults}")]
    Faulty { number: usize, collection: &'static str, faults: Faults },
    #[error("the generator stopped before its end")]
    Stopped,
}

/// The declared district that the invented one is made for.
#[derive(Debug, Clone)]
pub struct Ground {
    pub district: Arc<District>,
    pub catalogue: Arc<Catalogue>,
}

impl Ground {
    /// A plan for the declared district as of now.
    ///
    /// # Errors
    /// [`LoadError::Bounds`] when bounds and CRS do not fit together.
    pub fn plan(&self, seed: u64, hydrants: usize, now: DateTime<Utc>) -> Result<DemoPlan, LoadError> {
        Ok(DemoPlan {
            seed,
            hydrants,
            today: self.district.day_of(now),
            municipality_prefix: self.district.municipality_prefix.clone(),
            bounds: inner_bounds(&self.district)?,
        })
    }
}

/// Loads a plan's objects in one changeset and says how many there were. `None` if there was something in the registers
/// already and `force` is not set. `progress` is told the number so far from time to time.
///
/// # Errors
/// When an object has faults or the database refuses; nothing is stored then.
pub async fn load(
    store: &Store,
    ground: &Ground,
    plan: &DemoPlan,
    now: DateTime<Utc>,
    force: bool,
    mut progress: impl FnMut(usize),
) -> Result<Option<usize>, LoadError> {
    let changeset = NewChangeset {
        actor: Actor::system("geokontor demo"),
        domain: REGISTER,
        kind: "demo",
        reason: format!("invented district with {} hydrants, seed {}", plan.hydrants, plan.seed),
        source: Some(json!({ "seed": plan.seed, "hydrants": plan.hydrants })),
        undoes: None,
    };
    let mut transaction = if force {
        store.begin(&changeset).await?
    } else {
        let Some(transaction) = store.begin_on_empty(&changeset).await? else { return Ok(None) };
        transaction
    };
    let (sender, mut portions) = mpsc::channel(WAITING);
    // Into registers that hold something already another district with the same ids might have been loaded before.
    let ids = if force { Ids::New } else { Ids::of(plan) };
    let (workshop, plan) = (Workshop::new(ground.clone(), now, ids), plan.clone());
    // Ends by itself when this side is dropped: it can no longer hand over.
    tokio::task::spawn_blocking(move || workshop.work(&plan, &sender));
    let mut writers = HashMap::new();
    let mut done = 0;
    let mut complete = false;
    while let Some(portion) = portions.recv().await {
        match portion? {
            Portion::Objects(objects) => {
                done += objects.len();
                write(&mut transaction, &mut writers, objects).await?;
                progress(done);
            }
            Portion::End => complete = true,
        }
    }
    if !complete {
        return Err(LoadError::Stopped);
    }
    for (_, writer) in writers {
        writer.finish(&mut transaction).await?;
    }
    transaction.commit().await?;
    store.analyze().await?;
    Ok(Some(done))
}

async fn write(
    transaction: &mut Transaction,
    writers: &mut HashMap<&'static str, BulkWriter>,
    objects: Vec<Object>,
) -> Result<(), StoreError> {
    for object in objects {
        let writer = writers.entry(object.collection).or_insert_with(|| BulkWriter::new(object.collection));
        let properties = object.properties.get().as_bytes();
        writer.create(transaction, object.id, object.geometry.as_ref(), properties).await?;
    }
    Ok(())
}

/// An object ready to be written.
#[derive(Debug)]
struct Object {
    collection: &'static str,
    id: Uuid,
    geometry: Option<Geometry>,
    properties: Box<RawValue>,
}

#[derive(Debug)]
enum Portion {
    Objects(Vec<Object>),
    /// Told apart from a generator that died.
    End,
}

/// Where the ids of objects come from.
#[derive(Debug, Clone, Copy)]
enum Ids {
    /// Like those of anybody's objects.
    New,
    /// From seed and scale, so that two servers with the same invented district can be compared.
    Derived { seed: u64, hydrants: u64 },
}

impl Ids {
    fn of(plan: &DemoPlan) -> Self {
        Self::Derived { seed: plan.seed, hydrants: plan.hydrants as u64 }
    }

    /// The id of the object with this number: a UUID of version 8 (RFC 9562, 5.8) that begins with the number, so that ids
    /// sort in the order of making here, too, and ends with a hash of what the district is made from.
    fn id(self, number: usize) -> FeatureId {
        let Self::Derived { seed, hydrants } = self else { return FeatureId::new() };
        let number = number as u64;
        let mut hash = Sha256::new();
        hash.update(b"geokontor demo");
        for part in [seed, hydrants, number] {
            hash.update(part.to_be_bytes());
        }
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&number.to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&hash.finalize()[..10]);
        FeatureId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

/// Makes and checks objects.
struct Workshop {
    ground: Ground,
    now: DateTime<Utc>,
    ids: Ids,
    preparer: Preparer,
    /// The municipalities while they are being made: the index does not hold them before the commit.
    municipalities: Vec<Stored>,
    placed: bool,
}

impl Workshop {
    fn new(ground: Ground, now: DateTime<Utc>, ids: Ids) -> Self {
        let places = Places::within(None, &ground.district);
        let preparer = Preparer::new(ground.district.clone(), places, now);
        Self { ground, now, ids, preparer, municipalities: Vec::new(), placed: false }
    }

    fn work(mut self, plan: &DemoPlan, sender: &mpsc::Sender<Result<Portion, LoadError>>) {
        let mut portion = Vec::with_capacity(PORTION);
        for (number, feature) in generate(plan).enumerate() {
            match self.object(number, feature) {
                Ok(object) => portion.push(object),
                Err(error) => return drop(sender.blocking_send(Err(error))),
            }
            if portion.len() == PORTION {
                let full = std::mem::replace(&mut portion, Vec::with_capacity(PORTION));
                if sender.blocking_send(Ok(Portion::Objects(full))).is_err() {
                    return;
                }
            }
        }
        if sender.blocking_send(Ok(Portion::Objects(portion))).is_ok() {
            let _ = sender.blocking_send(Ok(Portion::End));
        }
    }

    fn object(&mut self, number: usize, feature: DemoFeature) -> Result<Object, LoadError> {
        let name = feature.collection;
        let collection = self.ground.catalogue.get(name).cloned().ok_or(LoadError::Undeclared(name))?;
        if name != MUNICIPALITIES && !self.placed {
            self.place();
        }
        let mut faults = Faults::default();
        let prepared = self.preparer.prepare(&collection, feature.geometry, &feature.properties, "", &mut faults);
        let Some(prepared) = prepared else {
            return Err(LoadError::Faulty { number, collection: name, faults });
        };
        let id = self.ids.id(number);
        if name == MUNICIPALITIES {
            self.keep(&collection, id, prepared.geometry.clone(), &prepared.properties);
        }
        Ok(Object { collection: name, id: id.0, geometry: prepared.geometry, properties: prepared.properties })
    }

    fn keep(&mut self, collection: &Arc<Collection>, id: FeatureId, geometry: Option<Geometry>, properties: &RawValue) {
        let mut encoder = Encoder::new(collection.clone(), self.ground.district.frame());
        match encoder.encode(id, 1, geometry, properties.get().as_bytes()) {
            Ok((stored, _)) => self.municipalities.push(stored),
            Err(error) => tracing::error!(%error, "a municipality of the invented district cannot be read"),
        }
    }

    /// From here on places are checked against the municipalities just made.
    fn place(&mut self) {
        self.placed = true;
        let Some(collection) = self.ground.catalogue.get(MUNICIPALITIES).cloned() else { return };
        let made = std::mem::take(&mut self.municipalities);
        let snapshot = Snapshot::load(collection, self.ground.district.frame(), made);
        let places = Places::within(Some(Arc::new(snapshot)), &self.ground.district);
        self.preparer = Preparer::new(self.ground.district.clone(), places, self.now);
    }
}

/// The largest rectangle of the district's CRS inside its bounds, which are degrees and so a bent figure there.
fn inner_bounds(district: &District) -> Result<Rect<f64>, CrsError> {
    let (frame, bounds) = (district.frame(), district.bounds);
    let corner = |x, y| frame.transformer.coord(Crs::CRS84, frame.crs, Coord { x, y });
    let (min, max) = (bounds.min(), bounds.max());
    let (sw, se) = (corner(min.x, min.y)?, corner(max.x, min.y)?);
    let (nw, ne) = (corner(min.x, max.y)?, corner(max.x, max.y)?);
    Ok(Rect::new(Coord { x: sw.x.max(nw.x), y: sw.y.max(se.y) }, Coord { x: se.x.min(ne.x), y: nw.y.min(ne.y) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_depend_on_seed_and_scale_alone_and_sort_in_the_order_of_making() {
        let ids = |seed, hydrants| (0..300).map(move |number| Ids::Derived { seed, hydrants }.id(number).0);
        assert!(ids(1, 4000).eq(ids(1, 4000)));
        assert!(ids(1, 4000).is_sorted());
        assert!(ids(1, 4000).zip(ids(2, 4000)).all(|(one, other)| one != other));
        assert!(ids(1, 4000).zip(ids(1, 500)).all(|(one, other)| one != other));
        assert!(ids(1, 4000).all(|id| id.get_version_num() == 8 && id.get_variant() == uuid::Variant::RFC4122));
    }
}
