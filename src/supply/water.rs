//! The points at which water is drawn, as the registers have them on a day.
//!
//! A hydrant is one. So is a water source, where its bank comes nearest to a road; if suction points are recorded for it, it is
//! drawn from there alone, and each of them gives what the source has, at most what it lets through. However many there are,
//! it is one water.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use geo::{Centroid, CoordsIter};
use geo_types::Coord;

use super::given::{Given, Stock, Trust};
use super::settings::{Counts, Settings};
use crate::collection::Collection;
use crate::feature::{FeatureId, Geometry, Row, Shape, Value};
use crate::firewater::Register;
use crate::firewater::network::Network;
use crate::firewater::status::{Readiness, StatusRule};
use crate::index::{Snapshot, Stored};

/// A point at which water is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlet {
    /// Place of its collection in the catalogue.
    pub collection: usize,
    pub id: FeatureId,
    /// Which water it draws: the same number, the same water.
    pub water: u32,
    /// The source it draws from, where that is another object.
    pub source: Option<FeatureId>,
    /// In the district's CRS.
    pub at: Coord,
    pub given: Given,
}

impl Outlet {
    /// Is it the object that somebody names, or does it draw from that?
    pub fn is(&self, id: FeatureId) -> bool {
        self.id == id || self.source == Some(id)
    }
}

/// All points, in an order that is the same on every node.
pub fn outlets(
    register: &Register,
    settings: &Settings,
    snapshots: &[Arc<Snapshot>],
    network: Option<&Network>,
    today: NaiveDate,
) -> Vec<Outlet> {
    let mut drafts = Vec::new();
    for snapshot in snapshots {
        let collection = snapshot.collection();
        let Some(rule) = register.status_rule(&collection.name, today) else { continue };
        let reader = Reader { register, settings, rule, columns: Columns::of(collection), collection };
        drafts.extend(snapshot.by_id(None).filter_map(|stored| reader.draft(stored)));
    }
    let sources: HashMap<(String, String), u32> = drafts.iter().zip(0..).filter_map(Draft::named).collect();
    let drawn = |draft: &Draft| draft.draws_from.as_ref().and_then(|name| sources.get(name)).copied();
    let from: Vec<Option<u32>> = drafts.iter().map(drawn).collect();
    let mut has_points = vec![false; drafts.len()];
    from.iter().flatten().for_each(|source| has_points[*source as usize] = true);
    let settle = |nth: usize| {
        let draft = &drafts[nth];
        let source = from[nth].map(|source| &drafts[source as usize]);
        let given = match source {
            Some(source) => {
                let flow = source.flow.map(|flow| draft.flow.map_or(flow, |most| flow.min(most)));
                Given::of(flow, draft.trust.and(source.trust), settings)
            }
            None => Given::of(draft.flow, draft.trust, settings),
        };
        let (source, water) = (source.map(|source| source.id), from[nth].unwrap_or(nth as u32));
        Some(Outlet {
            collection: draft.collection,
            id: draft.id,
            water,
            source,
            at: place(&draft.shape, network)?,
            given,
        })
    };
    (0..drafts.len()).filter(|nth| !has_points[*nth]).filter_map(settle).collect()
}

/// What a feature says, before suction points and their sources have found each other.
struct Draft {
    collection: usize,
    id: FeatureId,
    shape: Shape,
    /// Municipality and number, of a source.
    name: Option<(String, String)>,
    /// Those of the source it draws from.
    draws_from: Option<(String, String)>,
    flow: Option<u32>,
    trust: Trust,
}

impl Draft {
    fn named((draft, nth): (&Self, u32)) -> Option<((String, String), u32)> {
        draft.name.clone().map(|name| (name, nth))
    }
}

/// Where the properties of a collection stand.
struct Columns {
    flow: Option<usize>,
    method: Option<usize>,
    yield_rate: Option<usize>,
    yield_hours: Option<usize>,
    usable_volume: Option<usize>,
    refill_rate: Option<usize>,
    year_round: Option<usize>,
    reference: Option<usize>,
    municipality: Option<usize>,
    water_source: Option<usize>,
}

impl Columns {
    fn of(collection: &Collection) -> Self {
        let at = |name: &str| collection.position(name);
        Self {
            flow: at("flow_rate"),
            method: at("flow_method"),
            yield_rate: at("yield_rate"),
            yield_hours: at("yield_duration"),
            usable_volume: at("usable_volume"),
            refill_rate: at("refill_rate"),
            year_round: at("year_round"),
            reference: collection.reference,
            municipality: at("municipality"),
            water_source: at("water_source"),
        }
    }
}

struct Reader<'a> {
    register: &'a Register,
    settings: &'a Settings,
    rule: StatusRule,
    columns: Columns,
    collection: &'a Collection,
}

impl Reader<'_> {
    /// `None` for what is not there, planned or removed.
    fn draft(&self, stored: &Stored) -> Option<Draft> {
        let row = stored.row();
        let Readiness { status, .. } = self.rule.readiness(row)?;
        let columns = &self.columns;
        let text = |k: Option<usize>| k.and_then(|k| row.get(k).as_text()).filter(|text| !text.is_empty());
        let municipality = text(columns.municipality).unwrap_or_default().to_owned();
        let name = |text: &str| (municipality.clone(), text.to_owned());
        let is_source = columns.usable_volume.is_some();
        let method = self.settings.of_method(columns.method.and_then(|k| row.get(k).as_code()));
        let is_dry = columns.year_round.is_some_and(|k| row.get(k) == Value::Boolean(false));
        let season = if is_dry { self.settings.dry } else { Counts::Yes };
        Some(Draft {
            collection: self.collection.place,
            id: stored.id,
            shape: stored.shape.clone(),
            name: text(columns.reference).filter(|_| is_source).map(name),
            draws_from: text(columns.water_source).map(name),
            flow: self.flow(row),
            trust: Trust { status: self.settings.of_status(status), method, season },
        })
    }

    fn flow(&self, row: Row<'_>) -> Option<u32> {
        let columns = &self.columns;
        let of_pipe = number(row, columns.flow).filter(|flow| *flow > 0.0);
        let stock = Stock {
            yield_rate: of_pipe.or_else(|| number(row, columns.yield_rate)),
            yield_hours: number(row, columns.yield_hours),
            usable_volume: number(row, columns.usable_volume),
            refill_rate: number(row, columns.refill_rate),
            inexhaustible: self.register.never_runs_dry(self.collection.place, row),
        };
        stock.flow(self.settings)
    }
}

/// A number that is recorded.
pub fn number(row: Row<'_>, k: Option<usize>) -> Option<f64> {
    match row.get(k?) {
        Value::Integer(number) => Some(number as f64),
        Value::Number(number) => Some(number),
        _ => None,
    }
}

/// Where an engine would stand: of an area, the corner of its outline that is nearest to a road.
fn place(shape: &Shape, network: Option<&Network>) -> Option<Coord> {
    const FAR: f64 = 2_000.0;
    let area = match shape {
        Shape::Absent => return None,
        Shape::Point(at) => return Some(*at),
        Shape::Other(geometry) => geometry,
    };
    let away = |at: &Coord| network.and_then(|network| network.snap(*at, FAR)).map_or(FAR, |snap| snap.offset);
    let Geometry::Polygon(polygon) = &**area else { return area.centroid().map(|point| point.0) };
    let corners = polygon.exterior().exterior_coords_iter();
    corners.map(|at| (away(&at), at)).min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, at)| at)
}
