//! Which feature of the register a row of a file is.
//!
//! In falling order of trust: the feature's own id; the same external id; the same number in the same municipality within
//! 100 m; the same kind within 5 m, which is only a suspicion. Objects with different external ids of the same system are
//! different, however near: suppliers know their own. A system with a colon in its name keeps a wording (see
//! [`super::mapping::Rule::keep_wording`]) and identifies nothing.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use geo::{Distance, Euclidean};
use geo_types::{Coord, Point, Rect};
use serde_json::{Map, Value as Json};

use super::store::Foreign;
use crate::feature::{FeatureId, Geometry, Row, Shape, Value};
use crate::index::{Snapshot, Stored};

/// Metres within which the same number is the same object.
const SAME_NUMBER: f64 = 100.0;
/// Metres within which two objects of a kind may be one.
const SAME_PLACE: f64 = 5.0;
/// Metres below which two objects of a kind in one file are worth a look.
const SUSPICIOUS: f64 = 3.0;
/// Positions of new rows that are remembered to be compared with later ones; beyond, memory comes first.
const MAX_REMEMBERED: usize = 2_000_000;

/// What a row is.
#[derive(Debug)]
pub enum Recognised {
    /// A feature of the register.
    Same(Stored),
    /// An earlier row of the file.
    Repeated {
        line: u64,
    },
    /// Perhaps this feature, so many metres away.
    Perhaps(Stored, f64),
    /// A feature that somebody has deleted.
    Deleted(FeatureId),
    New,
}

/// Everything rows are compared with.
#[derive(Debug)]
pub struct Known {
    snapshot: Arc<Snapshot>,
    hash: (RandomState, RandomState),
    kind: Option<usize>,
    external: Option<usize>,
    reference: Option<usize>,
    municipality: Option<usize>,
    by_external: HashMap<u128, FeatureId>,
    by_number: HashMap<u128, FeatureId>,
    deleted: HashMap<u128, FeatureId>,
    /// Rows by what they say: external id, number, feature.
    rows_by_external: HashMap<u128, u64>,
    rows_by_number: HashMap<u128, u64>,
    rows_by_feature: HashMap<FeatureId, u64>,
    cells: HashMap<(i32, i32), Vec<Remembered>>,
    remembered: usize,
}

/// A new row: where it lies, its kind, its line.
type Remembered = (Coord, u16, u64);

impl Known {
    pub fn new(snapshot: Arc<Snapshot>, foreign: &Foreign) -> Self {
        let collection = snapshot.collection().clone();
        let mut known = Self {
            kind: collection.position("kind"),
            external: collection.position("external_ids"),
            reference: collection.reference,
            municipality: collection.position("municipality"),
            snapshot: snapshot.clone(),
            hash: (RandomState::new(), RandomState::new()),
            by_external: HashMap::new(),
            by_number: HashMap::new(),
            deleted: HashMap::new(),
            rows_by_external: HashMap::new(),
            rows_by_number: HashMap::new(),
            rows_by_feature: HashMap::new(),
            cells: HashMap::new(),
            remembered: 0,
        };
        for stored in snapshot.iter() {
            for (system, value) in known.external_of(stored.row()) {
                let key = known.key(&system, &value);
                known.by_external.insert(key, stored.id);
            }
            if let Some(key) = known.number(stored.row()) {
                known.by_number.insert(key, stored.id);
            }
        }
        for (id, properties) in &foreign.deleted {
            for (system, value) in identities(properties.get("external_ids")) {
                let key = known.key(&system, &value);
                known.deleted.insert(key, *id);
            }
        }
        known
    }

    fn key(&self, a: &str, b: &str) -> u128 {
        let pair = (a, b);
        u128::from(self.hash.0.hash_one(pair)) << 64 | u128::from(self.hash.1.hash_one(pair))
    }

    fn external_of(&self, row: Row<'_>) -> Vec<(String, String)> {
        match self.external.map(|k| row.get(k)) {
            Some(Value::List(json)) => identities(serde_json::from_str(json).ok().as_ref()),
            _ => Vec::new(),
        }
    }

    /// Number and municipality of a row, if it has a number.
    fn number(&self, row: Row<'_>) -> Option<u128> {
        let number = row.get(self.reference?).as_text()?;
        let municipality = self.municipality.and_then(|k| row.get(k).as_text());
        Some(self.key(number, municipality.unwrap_or_default()))
    }

    /// What the row on a line is. `properties` are the row's own, `row` the same checked and filled up, if that was
    /// possible.
    pub fn recognise(
        &mut self,
        line: u64,
        id: Option<uuid::Uuid>,
        properties: &Map<String, Json>,
        row: Option<Row<'_>>,
        geometry: Option<&Geometry>,
    ) -> Recognised {
        let ids = identities(properties.get("external_ids"));
        let keys: Vec<u128> = ids.iter().map(|(system, value)| self.key(system, value)).collect();
        for key in &keys {
            if let Some(earlier) = self.rows_by_external.insert(*key, line) {
                return Recognised::Repeated { line: earlier };
            }
        }
        let own = id.and_then(|id| self.snapshot.get(FeatureId(id)));
        let by_external = || keys.iter().find_map(|key| self.snapshot.get(*self.by_external.get(key)?));
        let by_number = || {
            let stored = self.snapshot.get(*self.by_number.get(&self.number(row?)?)?)?;
            let near = match (geometry, stored.shape.geometry()) {
                (Some(new), Some(old)) => Euclidean.distance(new, old.as_ref()) <= SAME_NUMBER,
                _ => true,
            };
            (near && !self.differs(&ids, stored)).then_some(stored)
        };
        if let Some(stored) = own.or_else(by_external).or_else(by_number).cloned() {
            if let Some(earlier) = self.rows_by_feature.insert(stored.id, line) {
                return Recognised::Repeated { line: earlier };
            }
            return Recognised::Same(stored);
        }
        if let Some(id) = keys.iter().find_map(|key| self.deleted.get(key)) {
            return Recognised::Deleted(*id);
        }
        match self.nearest(&ids, row, geometry) {
            Some((stored, distance)) => Recognised::Perhaps(stored, distance),
            None => Recognised::New,
        }
    }

    /// Both have an id of the same system, and the ids differ.
    fn differs(&self, ids: &[(String, String)], stored: &Stored) -> bool {
        !ids.is_empty()
            && self.external_of(stored.row()).iter().any(|(system, value)| {
                ids.iter().any(|(mine, _)| mine == system)
                    && !ids.iter().any(|(mine, id)| mine == system && id == value)
            })
    }

    fn nearest(
        &self,
        ids: &[(String, String)],
        row: Option<Row<'_>>,
        geometry: Option<&Geometry>,
    ) -> Option<(Stored, f64)> {
        let (Some(Geometry::Point(at)), Some(row)) = (geometry, row) else { return None };
        if self.snapshot.is_empty() {
            return None;
        }
        let kind = self.kind.map(|k| row.get(k));
        let reach = Coord { x: SAME_PLACE, y: SAME_PLACE };
        let mut best: Option<(Stored, f64)> = None;
        self.snapshot.window(Rect::new(at.0 - reach, at.0 + reach), |stored| {
            let Shape::Point(other) = stored.shape else { return };
            let distance = Euclidean.distance(*at, Point(other));
            if distance <= SAME_PLACE
                && self.kind.map(|k| stored.row().get(k)) == kind
                && best.as_ref().is_none_or(|(_, known)| distance < *known)
                && !self.rows_by_feature.contains_key(&stored.id)
                && !self.differs(ids, stored)
            {
                best = Some((stored.clone(), distance));
            }
        });
        best
    }

    /// Claims a feature that was only suspected.
    pub fn claim(&mut self, id: FeatureId, line: u64) {
        self.rows_by_feature.insert(id, line);
    }

    /// Takes the number of a row; who has it already, if not the feature itself, is told.
    pub fn take_number(&mut self, line: u64, row: Row<'_>, own: Option<FeatureId>) -> Result<(), String> {
        let Some(key) = self.number(row) else { return Ok(()) };
        match self.by_number.get(&key) {
            Some(holder) if Some(*holder) != own => return Err(format!("feature {holder}")),
            _ => {}
        }
        match self.rows_by_number.insert(key, line) {
            Some(earlier) => Err(format!("line {earlier} of the file")),
            None => Ok(()),
        }
    }

    /// Remembers where a new row lies; answers an earlier one of its kind that lies suspiciously near.
    pub fn remember(&mut self, line: u64, row: Row<'_>, geometry: Option<&Geometry>) -> Option<(u64, f64)> {
        let Some(Geometry::Point(at)) = geometry else { return None };
        if self.remembered >= MAX_REMEMBERED {
            return None;
        }
        self.remembered += 1;
        let kind = self.kind.and_then(|k| row.get(k).as_code()).unwrap_or(u16::MAX);
        let cell = ((at.x() / SUSPICIOUS).floor() as i32, (at.y() / SUSPICIOUS).floor() as i32);
        let around = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (cell.0 + dx, cell.1 + dy)));
        let near = around
            .filter_map(|cell| self.cells.get(&cell))
            .flatten()
            .filter(|(_, other, _)| *other == kind)
            .map(|(coord, _, line)| (*line, Euclidean.distance(*at, Point(*coord))))
            .filter(|(_, distance)| *distance < SUSPICIOUS)
            .min_by(|a, b| a.1.total_cmp(&b.1));
        self.cells.entry(cell).or_default().push((at.0, kind, line));
        near
    }
}

/// The external ids that identify, from the JSON form of the property.
fn identities(list: Option<&Json>) -> Vec<(String, String)> {
    let text = |item: &Json, name: &str| item.get(name).and_then(Json::as_str).map(str::to_owned);
    list.and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(|item| Some((text(item, "system")?, text(item, "value")?)))
        .filter(|(system, _)| !system.contains(':'))
        .collect()
}
