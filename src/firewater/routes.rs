//! `/api/firewater`: answers for crews and alarm software.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::answer::{self, Head};
use super::nearest::{Query, Waters};
use crate::app::App;
use crate::collection::District;
use crate::coordinate::{Context, LonLat, Note, Place, parse};
use crate::feature::crs::Crs;
use crate::http::Problem;
use crate::http::answer::JSON;
use crate::http::query::Parameters;
use crate::identity::Caller;

/// Metres searched when nothing is said: what two hose trucks can lay.
const DEFAULT_RADIUS: f64 = 2_000.0;
const MAXIMUM_RADIUS: f64 = 50_000.0;
const DEFAULT_LIMIT: usize = 10;
const MAXIMUM_LIMIT: usize = 100;

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
    let now = app.clock.now();
    let waters = Waters::new(&app.register, &app.index, now.date_naive());
    let found = waters
        .nearest(&Query { at: asked.place, radius, limit })
        .map_err(|error| Problem::parameter("at", format!("the place cannot be searched around: {error}")))?;
    let head = Head { at: asked.place, notes: &asked.notes, radius, now };
    let body = answer::write(&app.register, &head, &found, |collection| caller.visibility(collection));
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
