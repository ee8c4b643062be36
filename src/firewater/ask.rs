//! What is asked about water, from the parameters of a request.

use super::nearest::Query;
use crate::collection::District;
use crate::coordinate::{Context, LonLat, Note, Place, parse};
use crate::feature::crs::Crs;
use crate::http::query::Parameters;

/// Metres searched when nothing is said: what two hose trucks can lay.
const DEFAULT_RADIUS: f64 = 2_000.0;
const MAXIMUM_RADIUS: f64 = 50_000.0;

/// A question about water.
#[derive(Debug, Clone)]
pub struct Asked {
    pub query: Query,
    /// What had to be assumed in reading the place.
    pub notes: Vec<&'static str>,
    /// True if the sources are to be ranked by road where there is a network.
    pub by_road: bool,
    /// True if the ways are to be drawn.
    pub paths: bool,
}

impl Asked {
    /// Reads place, radius and limit, which is the district's where none is given; faults stay with the parameters, `None` if
    /// no place can be read.
    pub fn read(district: &District, parameters: &mut Parameters, maximum_limit: usize) -> Option<Self> {
        parameters.only(&["lon", "lat", "at", "radius", "limit"]);
        let nearest = district.nearest_water;
        let named = place(district, parameters);
        let radius = parameters.number("radius", 0.0, MAXIMUM_RADIUS).unwrap_or(DEFAULT_RADIUS);
        let limit = parameters.clamped("limit", 1, maximum_limit).unwrap_or(nearest.limit);
        let Named { place, notes } = named?;
        let query =
            Query { at: place, radius, limit, always_within: nearest.always_within, unlimited: nearest.unlimited };
        Some(Self { query, notes, by_road: true, paths: false })
    }
}

/// A place that was read.
struct Named {
    place: LonLat,
    notes: Vec<&'static str>,
}

fn place(district: &District, parameters: &mut Parameters) -> Option<Named> {
    let lon = parameters.number("lon", -180.0, 180.0);
    let lat = parameters.number("lat", -90.0, 90.0);
    let (has_lon, has_lat) = (parameters.text("lon").is_some(), parameters.text("lat").is_some());
    let Some(text) = parameters.text("at").map(str::to_owned) else {
        if has_lon != has_lat {
            let missing = if has_lon { "lat" } else { "lon" };
            parameters.fault(missing, "lon and lat go together");
        }
        let (lon, lat) = lon.zip(lat)?;
        return Some(Named { place: LonLat { lon, lat }, notes: Vec::new() });
    };
    if has_lon || has_lat {
        parameters.fault("at", "give either at or lon and lat, not both");
        return None;
    }
    match read_place(district, &text) {
        Ok(named) => Some(named),
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
    read_place(district, text).map(|named| named.place)
}

/// Any notation; Gauss-Krüger goes through PROJ.
fn read_place(district: &District, text: &str) -> Result<Named, String> {
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
    Ok(Named { place, notes: reading.notes.iter().map(|note| note_name(*note)).collect() })
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
