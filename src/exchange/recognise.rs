//! Which feature of the register a row of a file is.
//!
//! In falling order of trust: the feature's own id; the same external id; the same number in the same municipality within
//! 100 m; the same kind within 5 m, which is only a suspicion. Objects with different external ids of the same system are
//! different, however near: suppliers know their own. A system with a colon in its name keeps a wording (see
//! [`super::mapping::Rule::keep_wording`]) and identifies nothing.

use geo::{Distance, Euclidean};
use geo_types::Point;
use serde_json::{Map, Value as Json};

use super::register::{FeatureKeys, States};
use super::remark::Holder;
use super::seen::{Seen, SeenPoints};
use crate::collection::Collection;
use crate::feature::{FeatureId, Geometry, Row, Shape, Value};
use crate::index::Stored;

/// Metres within which the same number is the same object.
const SAME_NUMBER: f64 = 100.0;

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

/// What a row is recognised by.
#[derive(Debug, Clone, Copy)]
pub struct Marks<'a> {
    pub line: u64,
    /// The id the row brings.
    pub id: Option<uuid::Uuid>,
    /// The row's own properties.
    pub properties: &'a Map<String, Json>,
    /// The same checked and filled up, if that was possible.
    pub row: Option<Row<'a>>,
    /// Number and municipality, where there is no such row.
    pub reference: Option<(&'a str, &'a str)>,
    pub geometry: Option<&'a Geometry>,
}

/// Something near of the same kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Twin {
    pub of: Holder,
    /// Metres.
    pub distance: f64,
}

impl Twin {
    /// Metres below which two objects of a kind are rather one than a pair.
    const SAME: f64 = 3.0;

    /// Rather the same object than another one.
    pub fn is_same(&self) -> bool {
        self.distance < Self::SAME
    }
}

/// Everything rows are compared with: the register, and the rows before them.
#[derive(Debug)]
pub struct Known {
    pub register: FeatureKeys,
    kind: Option<usize>,
    external: Option<usize>,
    reference: Option<usize>,
    municipality: Option<usize>,
    tested_on: Option<usize>,
    /// Lines by what they say: external id, number, object and day of its flow test.
    by_external: Seen,
    by_number: Seen,
    by_test: Seen,
    /// Lines by the number of the feature they are; 0 for none.
    by_feature: Vec<u32>,
    places: SeenPoints,
}

impl Known {
    pub fn new(collection: &Collection, register: FeatureKeys) -> Self {
        Self {
            kind: collection.position("kind"),
            external: collection.position("external_ids"),
            reference: collection.reference,
            municipality: collection.position("municipality"),
            tested_on: collection.position("flow_measured_on"),
            by_external: Seen::default(),
            by_number: Seen::default(),
            by_test: Seen::default(),
            by_feature: vec![0; register.len()],
            places: SeenPoints::default(),
            register,
        }
    }

    fn external_of(&self, row: Row<'_>) -> Vec<(String, String)> {
        match self.external.map(|k| row.get(k)) {
            Some(Value::List(json)) => identities(serde_json::from_str(json).ok().as_ref()),
            _ => Vec::new(),
        }
    }

    /// The key of number and municipality of a row, if it has a number.
    fn number(&self, row: Row<'_>) -> Option<u64> {
        let number = row.get(self.reference?).as_text()?;
        let municipality = self.municipality.and_then(|k| row.get(k).as_text());
        Some(self.register.key(number, municipality.unwrap_or_default()))
    }

    /// The same by whatever the row has.
    fn number_by(&self, marks: &Marks<'_>) -> Option<u64> {
        match marks.row {
            Some(row) => self.number(row),
            None => marks.reference.map(|(number, municipality)| self.register.key(number, municipality)),
        }
    }

    fn kind(&self, row: Row<'_>) -> u16 {
        self.kind.and_then(|k| row.get(k).as_code()).unwrap_or(u16::MAX)
    }

    /// The features whose states [`Known::recognise`] will ask for.
    pub fn candidates(&self, marks: &Marks<'_>, ids: &mut Vec<uuid::Uuid>) {
        if self.register.is_empty() {
            return;
        }
        let mut want = |number: u32| ids.push(self.register.id(number).0);
        let own = marks.id.and_then(|id| self.register.number_of(id));
        let external = || self.keys(marks).into_iter().find_map(|key| self.register.with_external(key));
        if let Some(number) = own.or_else(external) {
            return want(number);
        }
        if let Some(number) = self.number_by(marks).and_then(|key| self.register.with_reference(key)) {
            want(number);
        }
        if let (Some(Geometry::Point(at)), Some(row)) = (marks.geometry, marks.row) {
            self.register.places.around(at.0, self.kind(row), |number, _| want(number));
        }
    }

    fn keys(&self, marks: &Marks<'_>) -> Vec<u64> {
        let ids = identities(marks.properties.get("external_ids"));
        ids.iter().map(|(system, value)| self.register.key(system, value)).collect()
    }

    /// What a row is; `states` holds those that [`Known::candidates`] asked for.
    pub fn recognise(&mut self, marks: &Marks<'_>, states: &States) -> Recognised {
        let keys = self.keys(marks);
        for key in &keys {
            if let Some(earlier) = self.by_external.insert(*key, short(marks.line)) {
                return Recognised::Repeated { line: earlier.into() };
            }
        }
        let ids = identities(marks.properties.get("external_ids"));
        let state = |number: u32| states.get(&self.register.id(number));
        let own = || state(self.register.number_of(marks.id?)?);
        let by_external = || {
            let stored = keys.iter().find_map(|key| state(self.register.with_external(*key)?))?;
            self.external_of(stored.row()).iter().any(|id| ids.contains(id)).then_some(stored)
        };
        let by_number = || {
            let stored = state(self.register.with_reference(self.number_by(marks)?)?)?;
            let near = match (marks.geometry, stored.shape.geometry()) {
                (Some(new), Some(old)) => Euclidean.distance(new, old.as_ref()) <= SAME_NUMBER,
                _ => true,
            };
            (near && !self.differs(&ids, stored)).then_some(stored)
        };
        if let Some(stored) = own().or_else(by_external).or_else(by_number).cloned() {
            return match self.claim(stored.id, marks.line) {
                Some(earlier) => Recognised::Repeated { line: earlier },
                None => Recognised::Same(stored),
            };
        }
        if let Some(id) = keys.iter().find_map(|key| self.register.deleted(*key)) {
            return Recognised::Deleted(id);
        }
        match self.nearest(&ids, marks, states) {
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

    fn nearest(&self, ids: &[(String, String)], marks: &Marks<'_>, states: &States) -> Option<(Stored, f64)> {
        let (Some(Geometry::Point(at)), Some(row)) = (marks.geometry, marks.row) else { return None };
        let mut best: Option<(Stored, f64)> = None;
        self.register.places.around(at.0, self.kind(row), |number, _| {
            let Some(stored) = states.get(&self.register.id(number)) else { return };
            let Shape::Point(other) = stored.shape else { return };
            let distance = Euclidean.distance(*at, Point(other));
            if best.as_ref().is_none_or(|(_, known)| distance < *known)
                && self.by_feature[number as usize] == 0
                && !self.differs(ids, stored)
            {
                best = Some((stored.clone(), distance));
            }
        });
        best
    }

    /// Says that a line is a feature; answers the line that is it already.
    pub fn claim(&mut self, id: FeatureId, line: u64) -> Option<u64> {
        let number = self.register.number_of(id.0)?;
        let earlier = std::mem::replace(&mut self.by_feature[number as usize], short(line));
        (earlier != 0).then_some(earlier.into())
    }

    /// Takes the number of a row; who has it already, if not the feature itself, is told.
    pub fn take_number(&mut self, line: u64, row: Row<'_>, own: Option<FeatureId>) -> Result<(), Holder> {
        let Some(key) = self.number(row) else { return Ok(()) };
        if let Some(holder) = self.register.with_reference(key).map(|number| self.register.id(number))
            && Some(holder) != own
        {
            return Err(Holder::Feature(holder));
        }
        match self.by_number.insert(key, short(line)) {
            Some(earlier) => Err(Holder::Line(earlier.into())),
            None => Ok(()),
        }
    }

    /// The nearest of the same kind that lies near enough to be the other of a pair, or the same: an earlier row of the
    /// file or a feature.
    pub fn twin(&self, row: Row<'_>, geometry: Option<&Geometry>) -> Option<Twin> {
        let Some(Geometry::Point(at)) = geometry else { return None };
        let mut best: Option<Twin> = None;
        let mut offer = |of: Holder, distance: f64| {
            if best.is_none_or(|known| distance < known.distance) {
                best = Some(Twin { of, distance });
            }
        };
        self.places.around(at.0, self.kind(row), |line, by| offer(Holder::Line(line.into()), by));
        let features = &self.register.places;
        features.around(at.0, self.kind(row), |number, by| offer(Holder::Feature(self.register.id(number)), by));
        best
    }

    /// Remembers where a new row lies.
    pub fn remember(&mut self, line: u64, row: Row<'_>, geometry: Option<&Geometry>) {
        if let Some(Geometry::Point(at)) = geometry {
            self.places.add(at.0, self.kind(row), short(line));
        }
    }

    /// The earlier line that has a flow test of the same object on the same day.
    pub fn tested_twice(&mut self, marks: &Marks<'_>) -> Option<u64> {
        let row = marks.row?;
        let Value::Date(day) = row.get(self.tested_on?) else { return None };
        let object = self.keys(marks).first().copied().or_else(|| self.number(row))?;
        let key = self.register.key(&object.to_string(), &day.to_string());
        self.by_test.insert(key, short(marks.line)).map(u64::from)
    }
}

/// Lines are remembered in four bytes; no file of the largest number of rows has more.
fn short(line: u64) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// The external ids that identify, from the JSON form of the property.
pub fn identities(list: Option<&Json>) -> Vec<(String, String)> {
    let text = |item: &Json, name: &str| item.get(name).and_then(Json::as_str).map(str::to_owned);
    list.and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(|item| Some((text(item, "system")?, text(item, "value")?)))
        .filter(|(system, _)| !system.contains(':'))
        .collect()
}
