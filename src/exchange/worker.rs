//! One row after the other: mapped, brought to the district's CRS, recognised, merged, checked. No I/O.
//!
//! A row is worked on in two steps, because the states of the features it may be come from the database, a batch at a
//! time: [`Worker::read`] takes what the row says by itself, [`Worker::decide`] says what becomes of it. [`faults`] is
//! about values that do not fit, [`numbers`] about numbers that are taken; [`laid`] lays a row over the feature that it is.

mod faults;
mod laid;
mod numbers;

use std::mem::discriminant;
use std::sync::Arc;

use geo::CoordsIter;
use geo_types::{Coord, Rect};
use serde_json::{Map, Value as Json};

use self::laid::Laying;
use super::frame::Header;
use super::geometry;
use super::locate::Located;
use super::mapping::{Applier, Mapped, Mapping, Position};
use super::mending::{Decision, Mending};
use super::recognise::{Known, Marks, Recognised};
use super::register::Fetched;
use super::remark::{Remark, What};
use super::report::{RowReport, Status};
use super::source::SourceRow;
use super::store::Foreign;
use crate::collection::Collection;
use crate::coordinate::Context;
use crate::editing::approval::{self, Side};
use crate::editing::{EditError, Prepared, Preparer, compare};
use crate::feature::{FeatureId, Geometry, Row};
use crate::firewater::plausibility::{self, Warning, Waters};
use crate::identity::{Action, Caller, Fields, Subject};
use crate::index::Stored;
use crate::texts::{Texts, Told};

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
    /// A position of the row, in the district's CRS, whatever became of it.
    pub at: Option<Coord>,
    /// What an update is made to, where [`Habits::keeps_before`].
    pub before: Option<Box<Before>>,
}

/// A feature as it is before an update.
#[derive(Debug)]
pub struct Before {
    pub properties: Map<String, Json>,
    /// How far the update moves it, metres.
    pub moved: Option<f64>,
}

/// A row by itself, before it is known which feature it is.
#[derive(Debug)]
pub struct ReadRow {
    line: u64,
    id: Option<uuid::Uuid>,
    /// What was checked out, and which of its properties somebody has emptied.
    version: Option<i64>,
    emptied: Vec<String>,
    properties: Map<String, Json>,
    /// Those of the properties that the row does not say itself.
    assumed: Vec<String>,
    geometry: Option<Geometry>,
    /// What a new feature would be, if nothing is missing.
    prepared: Option<Prepared>,
    /// Number and municipality, if that cannot tell.
    reference: Option<(String, String)>,
    /// What is missing for a new feature.
    faults: Vec<Remark>,
    warnings: Vec<Remark>,
    decision: Option<Decision>,
}

impl ReadRow {
    /// The feature and its version, of a row that was checked out.
    pub fn checked_out(&self) -> Option<(uuid::Uuid, i64)> {
        self.id.zip(self.version)
    }

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
    keeps_before: bool,
    located: Option<Located>,
    /// Whose rights are asked for every row.
    caller: Caller,
}

/// How rows are taken.
#[derive(Debug, Clone, Copy)]
pub struct Habits {
    /// Where the district lies, degrees: completes what people say of a place.
    pub bounds: Rect<f64>,
    /// A value that does not fit refuses its row, unless the mapping says what becomes of it.
    pub strict: bool,
    /// Rows that lie on an object without an id are further objects.
    pub accept_duplicates: bool,
    /// Cells may have what keeps them from being formulas.
    pub spreadsheet: bool,
    /// Of updates is told what they are made to.
    pub keeps_before: bool,
}

/// What rows are checked against and compared with.
#[derive(Debug)]
pub struct Surroundings {
    pub preparer: Preparer,
    pub known: Known,
    pub foreign: Foreign,
    pub waters: Option<Waters>,
    /// For what the declaration has to say of a row.
    pub texts: Arc<Texts>,
}

impl<'a> Worker<'a> {
    pub fn new(mapping: &'a Mapping, surroundings: Surroundings, habits: Habits, caller: Caller) -> Self {
        let collection = mapping.collection.clone();
        let context = Context { district: Some(habits.bounds), reference: None };
        let applier = Applier::new(mapping, context, habits.strict).of_spreadsheet(habits.spreadsheet);
        let Habits { accept_duplicates, keeps_before, .. } = habits;
        Self { mapping, collection, applier, surroundings, accept_duplicates, keeps_before, located: None, caller }
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

    /// The columns whose unit was told by their head or below it.
    pub fn units(&self) -> Vec<(String, String)> {
        self.applier.units()
    }

    /// The columns of the file that nothing was taken from.
    pub fn left_over(&self) -> Vec<String> {
        self.applier.left_over().into_iter().map(str::to_owned).collect()
    }

    /// The first step; a row that nothing more is to be asked about is done with. `mending` is what a person has made of the row.
    pub fn read(&mut self, row: SourceRow, mending: Option<&Mending>) -> Result<ReadRow, RowReport> {
        let decision = mending.and_then(|mending| mending.decision);
        let raw = match row {
            SourceRow::Row(raw) if decision == Some(Decision::Leave) => {
                let faults = vec![Remark::of_row(What::LeftByHand)];
                return Err(report(raw.line, Status::Skipped, Vec::new(), faults));
            }
            SourceRow::Row(raw) => mending.map_or_else(|| raw.clone(), |mending| mending.mended(&raw)),
            SourceRow::Bad { line, reason } => {
                let faults = vec![Remark::of_row(What::Unreadable { reason })];
                return Err(report(line, Status::Error, faults, Vec::new()));
            }
        };
        let mut mapped = self.applier.apply(&raw.attributes, !raw.wkb.is_empty());
        if mapped.skipped {
            return Err(report(raw.line, Status::Skipped, Vec::new(), Vec::new()));
        }
        if std::str::from_utf8(&raw.attributes).is_ok_and(|text| text.contains(char::REPLACEMENT_CHARACTER)) {
            mapped.warnings.push(Remark::of_row(What::LostLetters));
        }
        if raw.is_centre {
            mapped.warnings.push(Remark::of_row(What::CentreOnly));
        }
        let geometry = self.geometry(&raw.wkb, &mut mapped);
        let prepared = self.fitted(&mut mapped, geometry.as_ref());
        // What is missing may be known already; anything else is wrong whoever the feature is.
        if mapped.faults.iter().any(|fault| !fault.is_missing()) {
            return Err(report(raw.line, Status::Error, mapped.faults, mapped.warnings));
        }
        let Mapped { properties, assumed, id, version, emptied, faults, warnings, .. } = mapped;
        let reference = if prepared.is_none() { self.reference(&properties, geometry.as_ref()) } else { None };
        Ok(ReadRow {
            line: raw.line,
            id,
            version,
            emptied,
            properties,
            assumed,
            geometry,
            prepared,
            reference,
            faults,
            warnings,
            decision,
        })
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
    pub fn decide(&mut self, row: ReadRow, fetched: &Fetched) -> Done {
        let at = row.geometry.as_ref().and_then(|geometry| geometry.coords_iter().next());
        Done { at, ..self.decided(row, fetched) }
    }

    fn decided(&mut self, mut row: ReadRow, fetched: &Fetched) -> Done {
        let known = &mut self.surroundings.known;
        if let Some(line) = known.tested_twice(&row.marks()) {
            row.warnings.push(Remark::of_row(What::TestedTwice { line }));
        }
        let refused = |row: ReadRow, status, what| done(row.line, status, vec![Remark::of_row(what)], row.warnings);
        match known.recognise(&row.marks(), &fetched.states) {
            Recognised::Same(stored) => {
                let base = row.version.and_then(|_| fetched.bases.get(&stored.id));
                self.existing(row, &stored, base)
            }
            Recognised::Repeated { line } => refused(row, Status::Duplicate, What::Repeated { line }),
            Recognised::Deleted(id) => refused(row, Status::Conflict, What::Deleted { id }),
            Recognised::Perhaps(stored, distance) => match row.decision {
                Some(Decision::New) => self.create(row),
                Some(Decision::Same) => {
                    known.claim(stored.id, row.line);
                    self.existing(row, &stored, None)
                }
                _ => self.perhaps(row, &stored, distance),
            },
            Recognised::New => self.create(row),
        }
    }

    /// A row that lies on a feature which has no id to tell: the same if it says nothing new, else a suspicion.
    fn perhaps(&mut self, row: ReadRow, stored: &Stored, distance: f64) -> Done {
        let id = stored.id;
        let laid = Laying { emptied: &[], decision: None, base: None };
        let same = self.laid_over(stored, row.properties.clone(), row.geometry.clone(), &laid);
        if same.status == Status::Unchanged {
            self.surroundings.known.claim(id, row.line);
            return about(id, done(row.line, Status::Unchanged, Vec::new(), row.warnings));
        }
        if self.accept_duplicates {
            return self.create(row);
        }
        let fault = Remark::of_row(What::Suspect { id, distance });
        about(id, done(row.line, Status::Duplicate, vec![fault], row.warnings))
    }

    fn create(&mut self, row: ReadRow) -> Done {
        let ReadRow { line, id, properties, prepared, faults, mut warnings, .. } = row;
        let Some(mut prepared) = prepared.filter(|_| faults.is_empty()) else {
            return done(line, Status::Error, faults, warnings);
        };
        if let Err(holder) = self.surroundings.known.take_number(line, Row::new(&prepared.row), None) {
            match self.without_number(&prepared, properties, holder, &mut warnings) {
                Ok(other) => prepared = other,
                Err(faults) => return done(line, Status::Error, faults, warnings),
            }
        }
        let changed = compare::changed(&self.collection, None, &prepared);
        if let Err(what) = self.may_write(prepared.geometry.as_ref(), changed) {
            return done(line, Status::Error, vec![Remark::of_row(what)], warnings);
        }
        let (row, place) = (Row::new(&prepared.row), prepared.geometry.as_ref());
        let known = &mut self.surroundings.known;
        let twin = known.twin(row, place).map(|twin| What::Twin {
            same: twin.is_same(),
            of: twin.of,
            distance: twin.distance,
        });
        warnings.extend(twin.map(Remark::of_row));
        known.remember(line, row, place);
        self.look(&prepared, &mut warnings);
        let (id, given) = id.map_or_else(|| (FeatureId::new(), false), |id| (FeatureId(id), true));
        let done = done(line, Status::New, Vec::new(), warnings);
        Done { write: Some(Write::Create { id, given, prepared }), ..about(id, done) }
    }

    /// May the caller write here? What an import changes is asked for row by row.
    fn may_write(&self, place: Option<&Geometry>, changed: Fields) -> Result<(), What> {
        let subject = Subject::of(&self.collection).changing(changed);
        if self.caller.may(Action::Import, &subject.everywhere()).is_ok() {
            return Ok(());
        }
        let spot = self.surroundings.preparer.places().spot(place);
        let texts = &self.surroundings.texts;
        let denied = |denied| What::Denied { reason: texts.label(&Told::of(&denied)) };
        self.caller.may(Action::Import, &subject.at(&spot)).map_err(denied)
    }

    /// Is it for the caller alone to make this of a feature? Rows do not wait for a second person.
    fn may_alone(&self, row: Row<'_>, place: Option<&Geometry>, prepared: &Prepared) -> Result<(), What> {
        let after = Side { row: Row::new(&prepared.row), place: prepared.geometry.as_ref() };
        if !approval::is_needed(&self.collection, Some(Side { row, place }), Some(after)) {
            return Ok(());
        }
        let (places, at) = (self.surroundings.preparer.places(), [place, after.place]);
        let may = approval::may_approve(&self.caller, &self.collection, places, at);
        let reason = || self.surroundings.texts.label(&Told::of(&EditError::CannotWait));
        may.map_err(|_| What::Denied { reason: reason() })
    }

    /// Adds what is worth a look in a state that will be stored.
    fn look(&self, prepared: &Prepared, warnings: &mut Vec<Remark>) {
        let found = plausibility::of(&self.collection, Row::new(&prepared.row));
        warnings.extend(found.into_iter().map(|it| self.implausible(it)));
        if let (Some(waters), Some(Geometry::Point(at))) = (&self.surroundings.waters, &prepared.geometry) {
            warnings.extend(waters.around(*at).map(|it| self.implausible(it)));
        }
    }

    fn implausible(&self, Warning { property, what }: Warning) -> Remark {
        let message = self.surroundings.texts.label(&Told::of(&what));
        Remark::of(property, What::Implausible { what: discriminant(&what), message })
    }

    /// The geometry of a row in the district's CRS.
    fn geometry(&self, wkb: &[u8], mapped: &mut Mapped) -> Option<Geometry> {
        let position = geometry::read(wkb, mapped)?;
        if let Ok(Position { cell_m: Some(cell_m), .. }) = position {
            mapped.warnings.push(Remark::of_row(What::CoarsePosition { cell_m }));
        }
        let frame = self.surroundings.preparer.frame();
        match position.and_then(|position| geometry::place(position, self.located.as_ref(), frame)) {
            Ok(geometry) => Some(geometry::fitting(geometry, &self.collection)),
            Err(what) => {
                mapped.faults.push(Remark::of_row(what));
                None
            }
        }
    }
}

/// A row that is done with, and the feature it is about.
fn about(id: FeatureId, done: Done) -> Done {
    Done { report: RowReport { feature: Some(id), ..done.report }, ..done }
}

fn done(line: u64, status: Status, faults: Vec<Remark>, warnings: Vec<Remark>) -> Done {
    Done { report: report(line, status, faults, warnings), write: None, at: None, before: None }
}

fn report(line: u64, status: Status, faults: Vec<Remark>, warnings: Vec<Remark>) -> RowReport {
    RowReport { layer: None, line, status, feature: None, faults, warnings, raw: None }
}
