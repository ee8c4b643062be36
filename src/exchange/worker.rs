//! One row after the other: mapped, brought to the district's CRS, recognised, merged, checked. No I/O.

use std::sync::Arc;

use geo::MapCoords;
use geo_types::{Coord, Point};
use serde_json::{Map, Value as Json, json};

use super::locate::Located;
use super::mapping::apply::wording_system;
use super::mapping::{Applier, DuplicateNumbers, Mapped, Mapping};
use super::merge::{SAME, differs, members, moved_to, near, overlay, three_way};
use super::recognise::{Known, Recognised};
use super::report::{RowReport, Status};
use super::source::SourceRow;
use super::store::Foreign;
use super::warnings;
use crate::collection::{Collection, Fault};
use crate::editing::{Prepared, Preparer};
use crate::feature::geometry::read_wkb;
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

/// Works through the rows of a file.
#[derive(Debug)]
pub struct Worker<'a> {
    mapping: &'a Mapping,
    collection: Arc<Collection>,
    applier: Applier<'a>,
    preparer: Preparer,
    known: Known,
    foreign: Foreign,
    accept_duplicates: bool,
    located: Option<Located>,
}

impl<'a> Worker<'a> {
    pub fn new(
        mapping: &'a Mapping,
        preparer: Preparer,
        known: Known,
        foreign: Foreign,
        accept_duplicates: bool,
    ) -> Self {
        let collection = mapping.collection.clone();
        Self {
            mapping,
            collection,
            applier: Applier::new(mapping),
            preparer,
            known,
            foreign,
            accept_duplicates,
            located: None,
        }
    }

    /// The pair by which the CRS of the file is found: that of a row as it stands.
    pub fn sample(&mut self, row: &SourceRow) -> Option<Coord> {
        let SourceRow::Row(raw) = row else { return None };
        if !raw.wkb.is_empty() {
            return read_wkb(&raw.wkb).ok().and_then(|geometry| first_coord(&geometry));
        }
        let mapped = self.applier.apply(&raw.attributes, false);
        mapped.point.or_else(|| mapped.wkt.as_deref().and_then(read_wkt).and_then(|geometry| first_coord(&geometry)))
    }

    /// Says where the coordinates are; before the first row.
    pub fn locate(&mut self, located: Located) {
        self.located = Some(located);
    }

    /// The columns of the file that nothing was taken from.
    pub fn left_over(&self) -> Vec<String> {
        self.applier.left_over().into_iter().map(str::to_owned).collect()
    }

    /// Works on one row.
    pub fn row(&mut self, row: SourceRow) -> Done {
        let raw = match row {
            SourceRow::Row(raw) => raw,
            SourceRow::Bad { line, reason } => {
                let faults = vec![Fault::new("", "unreadable", reason)];
                return done(line, Status::Error, faults, Vec::new());
            }
        };
        let mut mapped = self.applier.apply(&raw.attributes, !raw.wkb.is_empty());
        if mapped.skipped {
            return done(raw.line, Status::Skipped, Vec::new(), Vec::new());
        }
        let geometry = self.geometry(&raw.wkb, &mut mapped);
        self.work(raw.line, mapped, geometry)
    }

    fn work(&mut self, line: u64, mapped: Mapped, geometry: Option<Geometry>) -> Done {
        let Mapped { properties, mut faults, warnings, id, .. } = mapped;
        let unread = faults.iter().any(|fault| fault.pointer == "geometry");
        let collection = self.collection.clone();
        let prepared = self.preparer.prepare(&collection, geometry.clone(), &properties, "", &mut faults);
        if unread {
            faults.retain(|fault| !(fault.code == "missing" && fault.pointer == "/geometry"));
        }
        // What is missing may be known already; anything else is wrong whoever the feature is.
        if faults.iter().any(|fault| fault.code != "missing") {
            return done(line, Status::Error, faults, warnings);
        }
        let row = prepared.as_ref().map(|prepared| prepared.row.clone());
        let recognised = self.known.recognise(line, id, &properties, row.as_deref().map(Row::new), geometry.as_ref());
        match recognised {
            Recognised::Same(stored) => self.existing(line, &stored, properties, geometry, warnings),
            Recognised::Repeated { line: earlier } => {
                let fault = Fault::new("", "repeated", format!("the object stands on line {earlier} already"));
                done(line, Status::Duplicate, vec![fault], warnings)
            }
            Recognised::Deleted(id) => {
                let fault =
                    Fault::new("", "deleted", format!("feature {id} has been deleted here since the last import"));
                done(line, Status::Conflict, vec![fault], warnings)
            }
            Recognised::Perhaps(stored, distance) => {
                self.perhaps(line, (&stored, distance), (id, prepared), (properties, geometry), (faults, warnings))
            }
            Recognised::New => self.create(line, (id, prepared), properties, (faults, warnings)),
        }
    }

    /// A row that lies on a feature which has no id to tell: the same if it says nothing new, else a suspicion.
    fn perhaps(
        &mut self,
        line: u64,
        (stored, distance): (&Arc<Stored>, f64),
        (id, prepared): (Option<uuid::Uuid>, Option<Prepared>),
        (properties, geometry): (Map<String, Json>, Option<Geometry>),
        (faults, mut warnings): (Vec<Fault>, Vec<String>),
    ) -> Done {
        let same = self.existing(line, stored, properties.clone(), geometry, Vec::new());
        if same.report.status == Status::Unchanged {
            self.known.claim(stored.id, line);
            return same;
        }
        let what = format!("perhaps feature {}, {distance:.1} m away", stored.id);
        if self.accept_duplicates {
            warnings.push(what);
            return self.create(line, (id, prepared), properties, (faults, warnings));
        }
        let fault = Fault::new("", "duplicate", format!("{what}; --accept-duplicates takes it as another one"));
        Done {
            report: RowReport {
                feature: Some(stored.id),
                ..done(line, Status::Duplicate, vec![fault], warnings).report
            },
            write: None,
        }
    }

    fn create(
        &mut self,
        line: u64,
        (id, prepared): (Option<uuid::Uuid>, Option<Prepared>),
        properties: Map<String, Json>,
        (faults, mut warnings): (Vec<Fault>, Vec<String>),
    ) -> Done {
        let Some(mut prepared) = prepared.filter(|_| faults.is_empty()) else {
            return done(line, Status::Error, faults, warnings);
        };
        if let Err(holder) = self.known.take_number(line, Row::new(&prepared.row), None) {
            match self.without_number(&prepared, properties, &holder, &mut warnings) {
                Ok(other) => prepared = other,
                Err(faults) => return done(line, Status::Error, faults, warnings),
            }
        }
        let row = Row::new(&prepared.row);
        if let Some((earlier, distance)) = self.known.remember(line, row, prepared.geometry.as_ref()) {
            warnings.push(format!("only {distance:.1} m from line {earlier} of the same kind"));
        }
        warnings.extend(warnings::of(&self.collection, row));
        let (id, given) = id.map_or_else(|| (FeatureId::new(), false), |id| (FeatureId(id), true));
        let mut done = done(line, Status::New, Vec::new(), warnings);
        done.report.feature = Some(id);
        done.write = Some(Write::Create { id, given, prepared });
        done
    }

    /// The row without the number that `holder` has; refused unless the mapping says where else to keep it.
    fn without_number(
        &self,
        prepared: &Prepared,
        mut properties: Map<String, Json>,
        holder: &str,
        warnings: &mut Vec<String>,
    ) -> Result<Prepared, Vec<Fault>> {
        let reference = self.collection.reference.map_or("ref", |k| self.collection.properties[k].name.as_str());
        let number = properties.remove(reference).unwrap_or_default();
        let number = number.as_str().unwrap_or_default();
        let keeps = self.mapping.duplicate_numbers == DuplicateNumbers::ExternalId
            && self.collection.position("external_ids").is_some();
        if !keeps {
            let message = format!("the number '{number}' is taken in this municipality by {holder}");
            return Err(vec![Fault::new(reference, "duplicate", message)]);
        }
        warnings.push(format!(
            "{reference}: the number '{number}' is taken by {holder}; it is kept among the external ids"
        ));
        push_external(&mut properties, self.kept_number(reference, number));
        let mut faults = Vec::new();
        let again = self.preparer.prepare(&self.collection, prepared.geometry.clone(), &properties, "", &mut faults);
        again.ok_or(faults)
    }

    /// A number that an earlier import had to keep among the external ids is left there.
    fn number_kept_before(&self, ours: &Map<String, Json>, mut properties: Map<String, Json>) -> Map<String, Json> {
        let Some(reference) = self.collection.reference.map(|k| self.collection.properties[k].name.as_str()) else {
            return properties;
        };
        let entry = self.kept_number(reference, properties.get(reference).and_then(Json::as_str).unwrap_or_default());
        let kept = ours.get("external_ids").and_then(Json::as_array).is_some_and(|ids| ids.contains(&entry));
        if kept && !ours.contains_key(reference) {
            properties.remove(reference);
            push_external(&mut properties, entry);
        }
        properties
    }

    /// The external id that keeps a number which somebody else has.
    fn kept_number(&self, reference: &str, number: &str) -> Json {
        let column =
            self.mapping.rule(reference).and_then(|rule| rule.columns.first()).map_or(reference, String::as_str);
        json!({ "system": wording_system(&self.mapping.name, column), "value": number })
    }

    /// A row that is a feature of the register: what the file has is taken, what it lacks stays.
    fn existing(
        &mut self,
        line: u64,
        stored: &Arc<Stored>,
        properties: Map<String, Json>,
        geometry: Option<Geometry>,
        mut warnings: Vec<String>,
    ) -> Done {
        let mut ours = members(stored);
        self.preparer.places().forget_unknown(&self.collection, &mut ours);
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
        let Some(mut prepared) = self.preparer.prepare(&self.collection, target.clone(), &merged, "", &mut faults)
        else {
            return finish(Status::Error, faults, warnings);
        };
        let mut conflicts = Vec::new();
        if let Some(said) = self.foreign.said.get(&stored.id) {
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
            match self.preparer.prepare(&self.collection, target, &merged, "", &mut faults) {
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
        if let Err(holder) = self.known.take_number(line, Row::new(&prepared.row), Some(stored.id)) {
            let fault = Fault::new("ref", "duplicate", format!("the number is taken in this municipality by {holder}"));
            return finish(Status::Error, vec![fault], warnings);
        }
        if let Some(by) = moved.filter(|by| *by > FAR) {
            warnings.push(format!("moved by {by:.0} m"));
        }
        warnings.extend(warnings::of(&self.collection, Row::new(&prepared.row)));
        let mut done = finish(status, conflicts, warnings);
        done.write = Some(Write::Update { id: stored.id, version: stored.version, prepared });
        done
    }

    /// The geometry of a row in the district's CRS.
    fn geometry(&self, wkb: &[u8], mapped: &mut Mapped) -> Option<Geometry> {
        let read = if !wkb.is_empty() {
            read_wkb(wkb).map_err(|error| error.to_string())
        } else if let Some(wkt) = &mapped.wkt {
            read_wkt(wkt).ok_or_else(|| "the well-known text is not valid".to_owned())
        } else {
            Ok(Geometry::Point(Point(mapped.point?)))
        };
        let located = self.located.as_ref()?;
        let swap = |at: Coord| if located.swapped_axes { Coord { x: at.y, y: at.x } } else { at };
        let frame = self.preparer.frame();
        let placed = read.and_then(|geometry| {
            let mut geometry = if located.swapped_axes { geometry.map_coords(swap) } else { geometry };
            frame.transformer.transform(located.crs, frame.crs, &mut geometry).map_err(|error| error.to_string())?;
            Ok(geometry)
        });
        match placed {
            Ok(geometry) => Some(self.fitting(geometry)),
            Err(message) => {
                mapped.faults.push(Fault::new("geometry", "geometry-invalid", message));
                None
            }
        }
    }

    /// A collection of one part as that part, where the register wants single ones: Shapefiles and OSM know only the
    /// former.
    fn fitting(&self, geometry: Geometry) -> Geometry {
        let wants = |kind| self.collection.geometry.contains(&kind);
        use crate::feature::GeometryKind as Kind;
        match geometry {
            Geometry::MultiPoint(mut many) if !wants(Kind::MultiPoint) && many.0.len() == 1 => many.0.remove(0).into(),
            Geometry::MultiLineString(mut many) if !wants(Kind::MultiLineString) && many.0.len() == 1 => {
                many.0.remove(0).into()
            }
            Geometry::MultiPolygon(mut many) if !wants(Kind::MultiPolygon) && many.0.len() == 1 => {
                many.0.remove(0).into()
            }
            other => other,
        }
    }
}

fn push_external(properties: &mut Map<String, Json>, entry: Json) {
    match properties.entry("external_ids").or_insert_with(|| Json::Array(Vec::new())) {
        Json::Array(ids) => ids.push(entry),
        other => *other = Json::Array(vec![entry]),
    }
}

fn done(line: u64, status: Status, faults: Vec<Fault>, warnings: Vec<String>) -> Done {
    Done { report: RowReport { line, status, feature: None, faults, warnings }, write: None }
}

fn first_coord(geometry: &Geometry) -> Option<Coord> {
    use geo::CoordsIter;
    geometry.coords_iter().next()
}

fn read_wkt(text: &str) -> Option<Geometry> {
    use std::str::FromStr;
    // PostGIS and QGIS write the SRID in front.
    let plain = text.split_once(';').map_or(text, |(_, rest)| rest);
    wkt::Wkt::from_str(plain.trim()).ok().and_then(|wkt| wkt.try_into().ok())
}
