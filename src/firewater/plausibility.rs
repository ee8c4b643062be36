//! What is worth a look in what is recorded of a source, and may be right all the same.

use std::sync::Arc;

use geo::Contains;
use geo_types::{Point, Rect};
use schemars::JsonSchema;
use serde::Serialize;

use crate::collection::Collection;
use crate::feature::{Geometry, Row, Shape, Value};
use crate::identity::Caller;
use crate::index::{Index, Snapshot};
use crate::texts::{Fault, Tell};

/// Nominal diameters of German networks, mm.
const DIAMETERS: [i64; 16] = [50, 65, 80, 100, 125, 150, 200, 250, 300, 400, 500, 600, 700, 800, 1000, 1200];
/// Mains below this do not feed a hydrant well (DIN EN 14384 and 14339 begin here), mm.
const SMALLEST_MAIN: i64 = 80;
/// What a pump can lift, metres (DIN 14230).
const SUCTION_HEAD: f64 = 7.5;
/// A pond of DIN 14210 holds at least this, m³.
const POND: f64 = 1000.0;

/// The collection whose objects stand beside the water.
pub const HYDRANTS: &str = "hydrants";
/// Water one can fall into; a tank below a yard is none.
const OPEN_WATER: [&str; 8] =
    ["pond_din14210", "natural_pond", "lake", "river", "ditch", "sea", "basin", "sewage_pond"];

/// What is hardly so.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Implausible {
    UnusualDiameter {
        mm: i64,
    },
    SmallMain {
        mm: i64,
    },
    /// A flow of which nobody knows at what pressure it was measured.
    NoPressure,
    NoTestDate,
    /// Metres.
    SuctionHead {
        head: f64,
        limit: f64,
    },
    /// Cubic metres.
    SmallPond {
        volume: f64,
    },
    /// A hydrant in the water.
    OpenWater {
        name: Option<String>,
        id: String,
    },
    /// Two flows of one day.
    TestAgain {
        before: i64,
        now: i64,
    },
}

impl Tell for Implausible {
    const FILE: &'static str = "plausibility";
}

/// Something implausible, and the position of the property it is about; `None` for the place.
#[derive(Debug, Clone, PartialEq)]
pub struct Warning {
    pub property: Option<usize>,
    pub what: Implausible,
}

impl Warning {
    /// What programs know warnings by.
    const CODE: &'static str = "implausible";

    /// The warning about a feature that stands at `pointer` in an input.
    pub fn at(&self, pointer: &str, collection: &Collection) -> Fault {
        let place = match self.property.and_then(|k| collection.properties.get(k)) {
            Some(property) => format!("{pointer}/properties/{}", property.name),
            None => format!("{pointer}/geometry"),
        };
        Fault::new(place, Self::CODE, &self.what)
    }
}

/// The open waters of the register, where no hydrant stands.
#[derive(Debug)]
pub struct Waters {
    snapshot: Arc<Snapshot>,
    kind: Option<usize>,
    name: Option<usize>,
    /// Which positions in the code list are open water.
    open: Vec<u16>,
}

impl Waters {
    /// The collection they stand in.
    pub const COLLECTION: &'static str = "water_sources";

    /// Those of a state of [`Waters::COLLECTION`] that are areas.
    pub fn new(snapshot: Arc<Snapshot>) -> Self {
        let collection = snapshot.collection();
        let codes = collection.property("kind").and_then(|property| property.codes());
        let open = OPEN_WATER.iter().filter_map(|code| codes?.position(code)).collect();
        let (kind, name) = (collection.position("kind"), collection.position("name"));
        Self { snapshot, kind, name, open }
    }

    /// Those that somebody may know of.
    pub fn known_to(caller: &Caller, index: &Index) -> Option<Self> {
        let snapshot = index.snapshot_of(Self::COLLECTION)?;
        caller.sees(snapshot.collection()).map(|_| Self::new(snapshot))
    }

    /// The warning about a source of a collection, if it is a hydrant in the water.
    pub fn around_source(&self, collection: &Collection, place: &Geometry) -> Option<Warning> {
        match place {
            Geometry::Point(at) if collection.name == HYDRANTS => self.around(*at),
            _ => None,
        }
    }

    /// The warning about a hydrant at a place, if that is in the water.
    pub fn around(&self, at: Point) -> Option<Warning> {
        let mut warning = None;
        self.snapshot.window(Rect::new(at.0, at.0), |stored| {
            let Shape::Other(area) = &stored.shape else { return };
            let kind = self.kind.and_then(|k| stored.row().get(k).as_code());
            if kind.is_some_and(|kind| self.open.contains(&kind)) && area.contains(&at) {
                let name = self.name.and_then(|k| stored.row().get(k).as_text()).map(str::to_owned);
                let what = Implausible::OpenWater { name, id: stored.id.to_string() };
                warning = Some(Warning { property: None, what });
            }
        });
        warning
    }
}

/// The warning about a test that gives another flow than one of the same day that is recorded already.
pub fn test_again(collection: &Collection, ours: Row<'_>, theirs: Row<'_>) -> Option<Warning> {
    let (day, flow) = (collection.position("flow_measured_on")?, collection.position("flow_rate")?);
    let same_day = !ours.get(day).is_null() && ours.get(day) == theirs.get(day);
    match (ours.get(flow), theirs.get(flow)) {
        (Value::Integer(before), Value::Integer(now)) if same_day && before != now => {
            Some(Warning { property: Some(flow), what: Implausible::TestAgain { before, now } })
        }
        _ => None,
    }
}

/// The warnings about the values of a row.
pub fn of(collection: &Collection, row: Row<'_>) -> Vec<Warning> {
    let get = |name: &str| collection.position(name).map_or(Value::Null, |k| row.get(k));
    let number = |name: &str| match get(name) {
        Value::Integer(value) => Some(value as f64),
        Value::Number(value) => Some(value),
        _ => None,
    };
    let mut warnings = Vec::new();
    let mut warn = |name: &str, what| warnings.push(Warning { property: collection.position(name), what });
    for name in ["hydrant_diameter", "main_diameter"] {
        if let Some(mm) = get(name).as_integer().filter(|diameter| !DIAMETERS.contains(diameter)) {
            warn(name, Implausible::UnusualDiameter { mm });
        }
    }
    if let Some(mm) = get("main_diameter").as_integer().filter(|main| *main < SMALLEST_MAIN) {
        warn("main_diameter", Implausible::SmallMain { mm });
    }
    if collection.position("static_pressure").is_some() && !get("flow_rate").is_null() {
        if get("static_pressure").is_null() && get("flow_pressure").is_null() {
            warn("flow_rate", Implausible::NoPressure);
        }
        if get("flow_measured_on").is_null() {
            warn("flow_rate", Implausible::NoTestDate);
        }
    }
    if let Some(head) = number("suction_head").filter(|head| *head > SUCTION_HEAD) {
        warn("suction_head", Implausible::SuctionHead { head, limit: SUCTION_HEAD });
    }
    let is = |name: &str, code: &str| {
        collection.property(name).and_then(|p| p.codes()).is_some_and(|list| get(name).as_code() == list.position(code))
    };
    let is_norm_pond = get("kind").as_code().is_some() && is("kind", "pond_din14210")
        || get("standard").as_code().is_some() && is("standard", "din_14210");
    if is_norm_pond && let Some(volume) = number("total_volume").filter(|volume| *volume < POND) {
        warn("total_volume", Implausible::SmallPond { volume });
    }
    warnings
}
