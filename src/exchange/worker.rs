//! One row after the other: mapped, brought to the district's CRS, recognised, merged, checked. No I/O.
//!
//! A row is worked on in two steps, because the states of the features it may be come from the database, a batch at a
//! time: [`Worker::read`] takes what the row says by itself, [`Worker::decide`] says what becomes of it. [`numbers`] is
//! about numbers that are taken.

mod numbers;

use std::sync::Arc;

use geo_types::Coord;
use serde_json::{Map, Value as Json};

use super::frame::Header;
use super::geometry;
use super::locate::Located;
use super::mapping::{Applier, Mapping};
use super::merge::{SAME, differs, members, moved_to, near, overlay, three_way};
use super::recognise::{Known, Marks, Recognised};
use super::register::States;
use super::report::{RowReport, Status};
use super::source::SourceRow;
use super::store::Foreign;
use super::warnings::{self, Waters};
use crate::collection::{Collection, Fault};
use crate::editing::{Prepared, Preparer};
use crate::feature::{FeatureId, Geometry, Row};
use crate::index::Stored;

/// A longer move than this is worth a look, metres.
const FAR: f64 = 25.0;

/// What is to be written for a row.
#[derive(Debug)]
pub enum Write {
    /// A new feature; `given` if the file brought the id.
    Create {
        id: FeatureId,
        given: bool,
        prepared: Prepared,
    },
    Update {
        id: FeatureId,
        version: i64,
        prepared: Prepared,
    },
}

/// A row that is done with.
#[derive(Debug)]
pub struct Done {
    pub report: RowReport,
    pub write: Option<Write>,
}

/// A row by itself, before it is known which feature it is.
#[derive(Debug)]
pub struct ReadRow {
    line: u64,
    id: Option<uuid::Uuid>,
    properties: Map<String, Json>,
    geometry: Option<Geometry>,
    /// What a new feature would be, if nothing is missing.
    prepared: Option<Prepared>,
    /// Number and municipality, if that cannot tell.
    reference: Option<(String, String)>,
    /// What is missing for a new feature.
    faults: Vec<Fault>,
    warnings: Vec<String>,
}

impl ReadRow {
    fn marks(&self) -> Marks<'_> {
        Marks {
            line: self.line,
            id: self.id,
            properties: &self.properties,
            row: self.prepared.as_ref().map(|prepared| Row::new(&prepared.row)),
            reference: self.reference.as_ref().map(|(number, municipality)| (number.as_str(), municipality.as_str())),
            geometry: self.geometry.as_ref(),
        }
    }
}

/// Works through the rows of a file.
#[derive(Debug)]
pub struct Worker<'a> {
    mapping: &'a Mapping,
    collection: Arc<Collection>,
    applier: Applier<'a>,
    surroundings: Surroundings,
    accept_duplicates: bool,
    located: Option<Located>,
}

/// What rows are checked against and compared with.
#[derive(Debug)]
pub struct Surroundings {
    pub preparer: Preparer,
    pub known: Known,
    pub foreign: Foreign,
    pub waters: Option<Waters>,
}

impl<'a> Worker<'a> {
    pub fn new(mapping: &'a Mapping, surroundings: Surroundings, accept_duplicates: bool) -> Self {
        let collection = mapping.collection.clone();
        Self { mapping, collection, applier: Applier::new(mapping), surroundings, accept_duplicates, located: None }
    }

    /// The pair by which the CRS of the file is found: that of a row as it stands.
    pub fn sample(&mut self, row: &SourceRow) -> Option<Coord> {
        let SourceRow::Row(raw) = row else { return None };
        let mapped = self.applier.apply(&raw.attributes, !raw.wkb.is_empty());
        geometry::first_coord(&raw.wkb, &mapped)
    }

    /// A layer begins: its columns and their units.
    pub fn begin(&mut self, header: &Header) {
        self.applier.begin(&header.columns);
        self.located = None;
    }

    /// Says where the coordinates are; before the first row of a layer.
    pub fn locate(&mut self, located: Located) {
        self.located = Some(located);
    }

    /// The columns of the file that nothing was taken from.
    pub fn left_over(&self) -> Vec<String> {
        self.applier.left_over().into_iter().map(str::to_owned).collect()
    }

    /// The first step; a row that nothing more is to be asked about is done with.
    pub fn read(&mut self, row: SourceRow) -> Result<ReadRow, RowReport> {
        let raw = match row {
            SourceRow::Row(raw) => raw,
            SourceRow::Bad { line, reason } => {
                let faults = vec![Fault::new("", "unreadable", reason.en)];
                return Err(report(line, Status::Error, faults, Vec::new()));
            }
        };
        let mut mapped = self.applier.apply(&raw.attributes, !raw.wkb.is_empty());
        if mapped.skipped {
            return Err(report(raw.line, Status::Skipped, Vec::new(), Vec::new()));
        }
        let geometry = self.geometry(&raw.wkb, &mapped).transpose().unwrap_or_else(|message| {
            mapped.faults.push(Fault::new("geometry", "geometry-invalid", message));
            None
        });
        let (mut faults, properties) = (mapped.faults, mapped.properties);
        let preparer = &self.surroundings.preparer;
        let prepared = preparer.prepare(&self.collection, geometry.clone(), &properties, "", &mut faults);
        tell_once(&mut faults);
        // What is missing may be known already; anything else is wrong whoever the feature is.
        if faults.iter().any(|fault| fault.code != "missing") {
            return Err(report(raw.line, Status::Error, faults, mapped.warnings));
        }
        let reference = if prepared.is_none() { self.reference(&properties, geometry.as_ref()) } else { None };
        let (line, id, warnings) = (raw.line, mapped.id, mapped.warnings);
        Ok(ReadRow { line, id, properties, geometry, prepared, reference, faults, warnings })
    }

    /// The number of a row that lacks something, and the municipality in which it counts.
    fn reference(&self, properties: &Map<String, Json>, geometry: Option<&Geometry>) -> Option<(String, String)> {
        let text = |name: &str| properties.get(name).and_then(Json::as_str).map(str::to_owned);
        let number = text(&self.collection.properties[self.collection.reference?].name)?;
        let places = self.surroundings.preparer.places();
        let municipality = text("municipality").or_else(|| places.municipality(geometry?));
        Some((number, municipality.unwrap_or_default()))
    }

    /// The features whose states the second step needs.
    pub fn candidates(&self, row: &ReadRow, ids: &mut Vec<uuid::Uuid>) {
        self.surroundings.known.candidates(&row.marks(), ids);
    }

    /// The second step. `states` must hold the candidates, as far as they exist.
    pub fn decide(&mut self, mut row: ReadRow, states: &States) -> Done {
        let known = &mut self.surroundings.known;
        if let Some(earlier) = known.tested_twice(&row.marks()) {
            row.warnings
                .push(format!("flow_measured_on: line {earlier} has a test of the same object on the same day"));
        }
        match known.recognise(&row.marks(), states) {
            Recognised::Same(stored) => self.existing(row.line, &stored, row.properties, row.geometry, row.warnings),
            Recognised::Repeated { line: earlier } => {
                let fault = Fault::new("", "repeated", format!("the object stands on line {earlier} already"));
                done(row.line, Status::Duplicate, vec![fault], row.warnings)
            }
            Recognised::Deleted(id) => {
                let fault =
                    Fault::new("", "deleted", format!("feature {id} has been deleted here since the last import"));
                done(row.line, Status::Conflict, vec![fault], row.warnings)
            }
            Recognised::Perhaps(stored, distance) => self.perhaps(row, &stored, distance),
            Recognised::New => self.create(row),
        }
    }

    /// A row that lies on a feature which has no id to tell: the same if it says nothing new, else a suspicion.
    fn perhaps(&mut self, row: ReadRow, stored: &Stored, distance: f64) -> Done {
        let same = self.existing(row.line, stored, row.properties.clone(), row.geometry.clone(), Vec::new());
        if same.report.status == Status::Unchanged {
            self.surroundings.known.claim(stored.id, row.line);
            return same;
        }
        if self.accept_duplicates {
            return self.create(row);
        }
        let what = format!("perhaps feature {}, {distance:.1} m away", stored.id);
        let fault = Fault::new("", "duplicate", format!("{what}; --accept-duplicates takes it as another one"));
        let mut done = done(row.line, Status::Duplicate, vec![fault], row.warnings);
        done.report.feature = Some(stored.id);
        done
    }

    fn create(&mut self, row: ReadRow) -> Done {
        let ReadRow { line, id, properties, prepared, faults, mut warnings, .. } = row;
        let Some(mut prepared) = prepared.filter(|_| faults.is_empty()) else {
            return done(line, Status::Error, faults, warnings);
        };
        if let Err(holder) = self.surroundings.known.take_number(line, Row::new(&prepared.row), None) {
            match self.without_number(&prepared, properties, &holder, &mut warnings) {
                Ok(other) => prepared = other,
                Err(faults) => return done(line, Status::Error, faults, warnings),
            }
        }
        let (row, place) = (Row::new(&prepared.row), prepared.geometry.as_ref());
        let known = &mut self.surroundings.known;
        warnings.extend(known.twin(row, place).map(warnings::twin));
        known.remember(line, row, place);
        self.look(&prepared, &mut warnings);
        let (id, given) = id.map_or_else(|| (FeatureId::new(), false), |id| (FeatureId(id), true));
        let mut done = done(line, Status::New, Vec::new(), warnings);
        done.report.feature = Some(id);
        done.write = Some(Write::Create { id, given, prepared });
        done
    }

    /// Adds what is worth a look in a state that will be stored.
    fn look(&self, prepared: &Prepared, warnings: &mut Vec<String>) {
        warnings.extend(warnings::of(&self.collection, Row::new(&prepared.row)));
        if let (Some(waters), Some(Geometry::Point(at))) = (&self.surroundings.waters, &prepared.geometry) {
            warnings.extend(waters.around(*at));
        }
    }

    /// A row that is a feature of the register: what the file has is taken, what it lacks stays.
    fn existing(
        &mut self,
        line: u64,
        stored: &Stored,
        properties: Map<String, Json>,
        geometry: Option<Geometry>,
        mut warnings: Vec<String>,
    ) -> Done {
        let mut ours = members(stored);
        self.surroundings.preparer.places().forget_unknown(&self.collection, &mut ours);
        let properties = self.number_kept_before(&ours, properties);
        let mut merged = ours.clone();
        overlay(&mut merged, &self.mapping.name, properties);
        let place = stored.shape.geometry().map(std::borrow::Cow::into_owned);
        let (mut target, moved) = moved_to(place.clone(), geometry);
        let mut faults = Vec::new();
        let finish = |status, faults, warnings| {
            let done = done(line, status, faults, warnings);
            Done { report: RowReport { feature: Some(stored.id), ..done.report }, write: None }
        };
        let Some(mut prepared) =
            self.surroundings.preparer.prepare(&self.collection, target.clone(), &merged, "", &mut faults)
        else {
            return finish(Status::Error, faults, warnings);
        };
        let mut conflicts = Vec::new();
        if let Some(said) = self.surroundings.foreign.said.get(&stored.id) {
            let theirs = serde_json::from_str(prepared.properties.get()).unwrap_or_default();
            conflicts = three_way(&self.collection, said, &ours, &theirs, &mut merged);
            if moved.is_some_and(|by| by > SAME) && place != said.geometry {
                if !near(target.as_ref(), said.geometry.as_ref()) {
                    conflicts.push(Fault::new(
                        "geometry",
                        "conflict",
                        "the place was changed here too; ours is kept".to_owned(),
                    ));
                }
                target = place;
            }
            match self.surroundings.preparer.prepare(&self.collection, target, &merged, "", &mut faults) {
                Some(again) => prepared = again,
                None => return finish(Status::Error, faults, warnings),
            }
        }
        let changed = differs(&self.collection, stored.row(), Row::new(&prepared.row))
            || stored.shape.geometry().map(std::borrow::Cow::into_owned) != prepared.geometry;
        let status = match (conflicts.is_empty(), changed) {
            (false, _) => Status::Conflict,
            (true, true) => Status::Changed,
            (true, false) => Status::Unchanged,
        };
        if !changed {
            return finish(status, conflicts, warnings);
        }
        if let Err(holder) = self.surroundings.known.take_number(line, Row::new(&prepared.row), Some(stored.id)) {
            let fault = Fault::new("ref", "duplicate", format!("the number is taken in this municipality by {holder}"));
            return finish(Status::Error, vec![fault], warnings);
        }
        if let Some(by) = moved.filter(|by| *by > FAR) {
            warnings.push(format!("moved by {by:.0} m"));
        }
        warnings.extend(warnings::test_again(&self.collection, stored.row(), Row::new(&prepared.row)));
        self.look(&prepared, &mut warnings);
        let mut done = finish(status, conflicts, warnings);
        done.write = Some(Write::Update { id: stored.id, version: stored.version, prepared });
        done
    }

    /// The geometry of a row in the district's CRS.
    fn geometry(&self, wkb: &[u8], mapped: &super::mapping::Mapped) -> Option<Result<Geometry, String>> {
        let located = self.located.as_ref()?;
        let frame = self.surroundings.preparer.frame();
        let placed = geometry::read(wkb, mapped)?.and_then(|geometry| geometry::place(geometry, located, frame));
        Some(placed.map(|geometry| geometry::fitting(geometry, &self.collection)))
    }
}

/// A property that could not be read is not missing as well.
fn tell_once(faults: &mut Vec<Fault>) {
    let place = |fault: &Fault| fault.pointer.trim_start_matches("/properties/").trim_start_matches('/').to_owned();
    let told: Vec<String> = faults.iter().filter(|fault| fault.code != "missing").map(place).collect();
    faults.retain(|fault| fault.code != "missing" || !told.contains(&place(fault)));
}

fn done(line: u64, status: Status, faults: Vec<Fault>, warnings: Vec<String>) -> Done {
    Done { report: report(line, status, faults, warnings), write: None }
}

fn report(line: u64, status: Status, faults: Vec<Fault>, warnings: Vec<String>) -> RowReport {
    RowReport { layer: None, line, status, feature: None, faults, warnings }
}
