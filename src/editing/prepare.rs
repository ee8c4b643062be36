//! From an input to a state that may be stored: declaration, district, and what the server fills in.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use super::Places;
use super::input::InputFault;
use crate::collection::{Collection, Derivation, District, Fault, Faults, Frame, Label, Presence, encode, validate};
use crate::feature::{Geometry, GeometryKind, Row, RowBuilder, Value, geometry};
use crate::firewater::supply;

/// Checks inputs; good for as many as belong to one moment.
#[derive(Debug)]
pub struct Preparer {
    district: Arc<District>,
    places: Places,
    now: DateTime<Utc>,
}

/// A state that passed every check: what a feature will be.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// In the district's CRS.
    pub geometry: Option<Geometry>,
    /// Canonical JSON: declared order, derived properties filled in.
    pub properties: Box<RawValue>,
    /// The same, packed, for who wants to compare.
    pub row: Vec<u8>,
    /// The municipality the geometry lies in; what areas of tokens are checked against.
    pub municipality: Option<String>,
}

impl Preparer {
    /// Checks for a district as of `now`, placing objects by `places`.
    pub fn new(district: Arc<District>, places: Places, now: DateTime<Utc>) -> Self {
        Self { district, places, now }
    }

    /// CRS and transformations of the district.
    pub fn frame(&self) -> Frame {
        self.district.frame()
    }

    /// The municipalities that places are checked against.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// The moment of the checks.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Checks geometry (in the district's CRS) and properties of a feature-to-be. `pointer` is where the feature stands
    /// in the input; all faults are added to `faults`, and there is a result only if there were none.
    pub fn prepare(
        &self,
        collection: &Collection,
        geometry: Option<Geometry>,
        properties: &Map<String, Json>,
        pointer: &str,
        faults: &mut Faults,
    ) -> Option<Prepared> {
        let before = faults.total();
        self.check_geometry(collection, geometry.as_ref(), &format!("{pointer}/geometry"), faults);
        let mut row = RowBuilder::new();
        let at = format!("{pointer}/properties");
        validate::read_object(collection, properties, &at, self.district.day_of(self.now), &mut row, faults);
        self.check_municipality(collection, &at, &mut row, faults);
        if faults.total() > before {
            return None;
        }
        let municipality = geometry.as_ref().and_then(|geometry| self.places.municipality(geometry));
        self.derive(collection, municipality.as_deref(), &mut row);
        let row = packed(&mut row);
        Some(Prepared { geometry, properties: canonical(collection, Row::new(&row)), row, municipality })
    }

    fn check_geometry(&self, collection: &Collection, geometry: Option<&Geometry>, pointer: &str, faults: &mut Faults) {
        let Some(geometry) = geometry else {
            if collection.geometry_required {
                faults.push(Fault::new(
                    pointer,
                    "missing",
                    &InputFault::GeometryMissing { collection: &collection.name },
                ));
            }
            return;
        };
        match GeometryKind::of(geometry) {
            Some(kind) if collection.geometry.contains(&kind) => {}
            _ => {
                let label = |kind: &GeometryKind| Label::new(kind.german(), kind.name());
                let fault = InputFault::GeometryKind {
                    collection: &collection.name,
                    wanted: collection.geometry.iter().map(label).collect(),
                    found: GeometryKind::of(geometry).as_ref().map(label),
                };
                faults.push(Fault::new(pointer, "geometry-type", &fault));
                return;
            }
        }
        if let Err(error) = geometry::check(geometry) {
            faults.push(Fault::new(format!("{pointer}{}", error.pointer), "geometry-invalid", &error));
        } else if let Err(fault) = self.places.check(geometry, pointer) {
            faults.push(fault);
        }
    }

    /// A municipality that the input names must be one of the district's.
    fn check_municipality(&self, collection: &Collection, pointer: &str, row: &mut RowBuilder, faults: &mut Faults) {
        let Some(k) = collection.derived(Derivation::Municipality) else { return };
        let packed = packed(row);
        let Some(key) = Row::new(&packed).get(k).as_text().filter(|key| !self.places.knows(key)) else { return };
        let fault = InputFault::NoMunicipality { key };
        let name = &collection.properties[k].name;
        faults.push(Fault::new(format!("{pointer}/{name}"), "unknown-municipality", &fault));
    }

    /// Fills in what the server knows: derived properties always, automatic ones where the input is silent.
    fn derive(&self, collection: &Collection, municipality: Option<&str>, row: &mut RowBuilder) {
        let packed = packed(row);
        let known = Row::new(&packed);
        for (k, property) in collection.properties.iter().enumerate() {
            let (derivation, given) = match property.presence {
                Presence::Derived(derivation) => (derivation, false),
                Presence::Automatic(derivation) => (derivation, !known.get(k).is_null()),
                _ => continue,
            };
            match derivation {
                Derivation::UpdatedAt => row.set(k, Value::Instant(self.now)),
                Derivation::Municipality if !given => row.set(k, municipality.map_or(Value::Null, Value::Text)),
                Derivation::Municipality => {}
                Derivation::FlowClass => {
                    let flow = supply::flow(collection, known);
                    let position = property.codes().and_then(|list| supply::flow_class(list, flow));
                    row.set(k, position.map_or(Value::Null, Value::Code));
                }
            }
        }
    }
}

fn packed(row: &mut RowBuilder) -> Vec<u8> {
    let mut out = Vec::new();
    row.pack(&mut out);
    out
}

fn canonical(collection: &Collection, row: Row<'_>) -> Box<RawValue> {
    let mut json = Vec::with_capacity(256);
    encode::write_object(collection, row, &mut json);
    // What the encoder writes is JSON; an empty object stands in for the impossible.
    String::from_utf8(json).ok().and_then(|text| RawValue::from_string(text).ok()).unwrap_or_default()
}
