//! `/api/firewater`: answers for crews and alarm software.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::NaiveDate;
use serde::Serialize;

use super::nearest::{Found, Query, Waters};
use super::status::{Because, Status};
use crate::app::App;
use crate::collection::{Collection, District, Label, Visibility};
use crate::coordinate::{Context, LonLat, Note, Place, Precision, Utmref, format, parse};
use crate::feature::crs::Crs;
use crate::feature::value::format_instant;
use crate::feature::{FeatureId, Value};
use crate::http::Problem;
use crate::http::answer::JSON;
use crate::http::query::Parameters;
use crate::identity::Caller;

/// Metres searched when nothing is said: what two hose trucks can lay.
const DEFAULT_RADIUS: f64 = 2_000.0;
const MAXIMUM_RADIUS: f64 = 50_000.0;
const DEFAULT_LIMIT: usize = 10;
const MAXIMUM_LIMIT: usize = 100;

/// What a source takes in an answer, rather more than less.
const SOURCE_BYTES: usize = 800;

/// The routes of the module.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/firewater/nearest", get(nearest))
}

/// The sources of water around a place: `?lon=…&lat=…` or `?at=` with any coordinate a crew has.
async fn nearest(State(app): State<Arc<App>>, caller: Caller, mut parameters: Parameters) -> Result<Response, Problem> {
    parameters.only(&["lon", "lat", "at", "radius", "limit"]);
    let asked = place(&app.district, &mut parameters);
    let radius = parameters.number("radius", 0.0, MAXIMUM_RADIUS).unwrap_or(DEFAULT_RADIUS);
    let limit = parameters.clamped("limit", 1, MAXIMUM_LIMIT).unwrap_or(DEFAULT_LIMIT);
    parameters.finish()?;
    let Some(asked) = asked else {
        return Err(Problem::parameter("at", "say where: lon and lat in degrees, or at with any coordinate"));
    };
    let today = app.clock.today();
    let waters = Waters::new(&app.index, &app.district, today);
    let found = waters
        .nearest(&Query { at: asked.place, radius, limit })
        .map_err(|error| Problem::parameter("at", format!("the place cannot be searched around: {error}")))?;
    let sources: Vec<Source<'_>> = found.iter().map(|found| source(&app, &waters, &caller, found, today)).collect();
    let answer = Answer {
        at: shown(&app.district, asked.place),
        notes: asked.notes,
        radius,
        sources,
        time: format_instant(app.clock.now()),
    };
    // Of about the size it will have: growing it step by step copies it as often.
    let mut body = Vec::with_capacity(SOURCE_BYTES * (1 + answer.sources.len()));
    serde_json::to_writer(&mut body, &answer).map_err(|error| Problem::internal(&error))?;
    let mut response = ([(header::CONTENT_TYPE, JSON)], body).into_response();
    // A crew must not see yesterday's answer, nor a shared cache one meant for staff.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

struct Asked {
    place: LonLat,
    notes: Vec<&'static str>,
}

fn place(district: &District, parameters: &mut Parameters) -> Option<Asked> {
    let lon = parameters.number("lon", -180.0, 180.0);
    let lat = parameters.number("lat", -90.0, 90.0);
    let (has_lon, has_lat) = (parameters.text("lon").is_some(), parameters.text("lat").is_some());
    let Some(text) = parameters.text("at").map(str::to_owned) else {
        if has_lon != has_lat {
            let missing = if has_lon { "lat" } else { "lon" };
            parameters.fault(missing, "lon and lat go together");
        }
        let (lon, lat) = lon.zip(lat)?;
        return Some(Asked { place: LonLat { lon, lat }, notes: Vec::new() });
    };
    if has_lon || has_lat {
        parameters.fault("at", "give either at or lon and lat, not both");
        return None;
    }
    match read_place(district, &text) {
        Ok(asked) => Some(asked),
        Err(message) => {
            parameters.fault("at", message);
            None
        }
    }
}

/// The place a text names, in any notation a crew has.
///
/// # Errors
/// What is wrong with the text.
pub fn place_of(district: &District, text: &str) -> Result<LonLat, String> {
    read_place(district, text).map(|asked| asked.place)
}

/// Any notation; Gauss-Krüger goes through PROJ.
fn read_place(district: &District, text: &str) -> Result<Asked, String> {
    let context = Context { district: Some(district.bounds), reference: None };
    let reading = parse(text, &context).map_err(|error| error.to_string())?;
    let place = match (reading.position(), &reading.place) {
        (Some(place), _) => place,
        (None, Place::Projected(projected)) => {
            let from = Crs::from_epsg(projected.epsg).map_err(|error| error.to_string())?;
            let coord = geo_types::Coord { x: projected.easting, y: projected.northing };
            let there =
                district.frame().transformer.coord(from, Crs::CRS84, coord).map_err(|error| error.to_string())?;
            LonLat { lon: there.x, lat: there.y }
        }
        (None, _) => return Err(format!("'{text}' names no place")),
    };
    Ok(Asked { place, notes: reading.notes.iter().map(|note| note_name(*note)).collect() })
}

fn note_name(note: Note) -> &'static str {
    match note {
        Note::OutsideDistrict => "outside_district",
        Note::OrderAssumed => "order_assumed",
        Note::LongitudeFirst => "longitude_first",
        Note::ZoneCompleted => "zone_completed",
        Note::DatumAssumed => "datum_assumed",
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    at: Shown,
    /// What had to be assumed in reading the place.
    notes: Vec<&'static str>,
    /// Metres.
    radius: f64,
    /// When the answer was made, from data as fresh as the register.
    time: String,
    sources: Vec<Source<'a>>,
}

/// A place in the forms crews use.
#[derive(Serialize)]
struct Shown {
    lon: f64,
    lat: f64,
    utmref: Option<String>,
    degrees_minutes: String,
}

/// One source. Codes with their labels, so that a client needs no second request at an incident. Texts are borrowed from
/// the index and the declaration until they are written.
#[derive(Serialize)]
struct Source<'a> {
    collection: &'a str,
    id: FeatureId,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    kind: Coded<'a>,
    /// Metres, geodesic.
    distance: f64,
    /// Degrees clockwise from north.
    bearing: f64,
    usable: bool,
    status: Status,
    status_because: Because,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_reason: Option<&'a str>,
    /// Day of the last confirmation, and how many days ago that was.
    status_as_of: Option<NaiveDate>,
    status_age_days: Option<i64>,
    flow_class: Option<Coded<'a>>,
    /// l/min.
    flow_rate: Option<i64>,
    flow_method: Option<Coded<'a>>,
    /// mm.
    main_diameter: Option<i64>,
    /// m³.
    usable_volume: Option<f64>,
    inexhaustible: Option<bool>,
    access_note: Option<&'a str>,
    position: Shown,
    updated_at: Option<String>,
}

#[derive(Serialize)]
struct Coded<'a> {
    code: &'a str,
    de: &'a str,
    en: &'a str,
}

fn shown(district: &District, place: LonLat) -> Shown {
    let utmref = match district.utmref_zone {
        Some(zone) => Utmref::in_zone(place, zone, Precision::M1),
        None => Utmref::at(place, Precision::M1),
    };
    let rounded = |value: f64| (value * 1e7).round() / 1e7;
    Shown {
        lon: rounded(place.lon),
        lat: rounded(place.lat),
        // A place far from the district has none in its zone.
        utmref: utmref.ok().map(|reference| reference.to_string()),
        degrees_minutes: format::degrees_minutes(place, format::Language::De),
    }
}

fn source<'a>(app: &App, waters: &'a Waters, caller: &Caller, found: &'a Found, today: NaiveDate) -> Source<'a> {
    let collection = waters.snapshot(found.water).collection();
    let properties = Visible { collection, found, to: caller.visibility(&collection.name) };
    let as_of = found.readiness.as_of;
    Source {
        collection: &collection.name,
        id: found.stored.id,
        reference: properties.text("ref"),
        kind: properties.coded("kind").unwrap_or(Coded { code: "unknown", de: "Unbekannt", en: "Unknown" }),
        distance: (found.distance * 10.0).round() / 10.0,
        bearing: found.bearing.round() % 360.0,
        usable: found.readiness.is_usable(),
        status: found.readiness.status,
        status_because: found.readiness.because,
        status_reason: properties.text("status_reason"),
        status_as_of: as_of,
        status_age_days: as_of.map(|day| (today - day).num_days()),
        flow_class: properties.coded("flow_class"),
        flow_rate: properties.integer("flow_rate").or_else(|| properties.integer("yield_rate")),
        flow_method: properties.coded("flow_method"),
        main_diameter: properties.integer("main_diameter"),
        usable_volume: properties.number("usable_volume"),
        inexhaustible: properties.boolean("inexhaustible"),
        access_note: properties.text("access_note"),
        position: shown(&app.district, found.position),
        updated_at: match properties.value("updated_at") {
            Value::Instant(instant) => Some(format_instant(instant)),
            _ => None,
        },
    }
}

/// The properties of a found source that the caller may see.
struct Visible<'a> {
    collection: &'a Collection,
    found: &'a Found,
    to: Visibility,
}

impl<'a> Visible<'a> {
    fn value(&self, name: &str) -> Value<'a> {
        match self.collection.position(name) {
            Some(k) if self.collection.properties[k].visibility <= self.to => self.found.stored.row().get(k),
            _ => Value::Null,
        }
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.value(name).as_text()
    }

    fn integer(&self, name: &str) -> Option<i64> {
        self.value(name).as_integer()
    }

    fn number(&self, name: &str) -> Option<f64> {
        match self.value(name) {
            Value::Number(number) => Some(number),
            Value::Integer(number) => Some(number as f64),
            _ => None,
        }
    }

    fn boolean(&self, name: &str) -> Option<bool> {
        match self.value(name) {
            Value::Boolean(value) => Some(value),
            _ => None,
        }
    }

    fn coded(&self, name: &str) -> Option<Coded<'a>> {
        let position = self.value(name).as_code()?;
        let list = self.collection.property(name)?.codes()?;
        let Label { de, en } = &list.codes().get(usize::from(position))?.label;
        Some(Coded { code: list.code(position), de, en })
    }
}
