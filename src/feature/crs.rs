//! Coordinate reference systems: what a coordinate pair means, and how to get from one meaning to another.
//!
//! In memory every pair is x = east or longitude, y = north or latitude ("visualisation order"), whatever the CRS. Only
//! where text is read or written does [`Crs::axis_order`] say which of the two the authority puts first.
//!
//! In reading order: [`Crs`] is the parsed name; [`Transformation`] is the plan of getting from one to another, and
//! refuses to guess a datum shift; [`Transformer`] moves coordinates by such plans; `grids` proves at start-up that the German shift grid is installed; `guess` finds the CRS of a file that
//! does not name it. `proj` is the only file that calls PROJ.

mod bounds;
mod cache;
mod error;
mod grids;
mod guess;
mod proj;
mod transform;
mod transformation;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{PoisonError, RwLock};

use geo_types::{Coord, Rect};

pub use error::CrsError;
pub use grids::{assert_grids, proj_version};
pub use guess::{Guess, candidates};
pub use transform::Transformer;
pub use transformation::Transformation;

/// Which coordinate the authority writes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AxisOrder {
    /// Easting or longitude first, as in EPSG:25833 and CRS84.
    EastNorth,
    /// Northing or latitude first, as in EPSG:4326 and EPSG:31468.
    NorthEast,
}

/// A horizontal coordinate reference system that PROJ knows: CRS84 or an EPSG code.
///
/// Made by parsing (see [`FromStr`]), so that a value in hand is always usable; what is asked of it per coordinate
/// travels with it and needs no look-up.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Crs {
    /// EPSG code; 0 stands for OGC:CRS84.
    code: u32,
    order: AxisOrder,
    geographic: bool,
}

impl Crs {
    /// WGS 84, longitude first: the default of the OGC APIs.
    pub const CRS84: Self = Self { code: 0, order: AxisOrder::EastNorth, geographic: true };
    /// WGS 84, latitude first.
    pub const WGS84: Self = Self { code: 4326, order: AxisOrder::NorthEast, geographic: true };
    /// ETRS89, latitude first.
    pub const ETRS89: Self = Self { code: 4258, order: AxisOrder::NorthEast, geographic: true };
    /// ETRS89 / UTM zone 32N.
    pub const UTM32: Self = Self { code: 25832, order: AxisOrder::EastNorth, geographic: false };
    /// ETRS89 / UTM zone 33N.
    pub const UTM33: Self = Self { code: 25833, order: AxisOrder::EastNorth, geographic: false };
    /// Web Mercator.
    pub const WEB_MERCATOR: Self = Self { code: 3857, order: AxisOrder::EastNorth, geographic: false };

    /// The CRS of an EPSG code.
    ///
    /// 325833 is not in the register; authorities in Brandenburg and Mecklenburg-Vorpommern use it for EPSG:5650 (UTM
    /// zone 33 with the zone before the easting), so it is read as that.
    ///
    /// # Errors
    /// [`CrsError::Unknown`] and [`CrsError::NotHorizontal`], both naming the code.
    pub fn from_epsg(code: u32) -> Result<Self, CrsError> {
        let code = if code == 325_833 { 5650 } else { code };
        facts(code).map(|facts| facts.crs)
    }

    /// The EPSG code; `None` for CRS84, which is not in that register.
    pub fn epsg(self) -> Option<u32> {
        (self.code != 0).then_some(self.code)
    }

    /// The zone of ETRS89 / UTM, northern half: EPSG codes 25828 to 25838.
    pub fn etrs89_utm_zone(self) -> Option<u8> {
        (25_828..=25_838).contains(&self.code).then(|| (self.code - 25_800) as u8)
    }

    /// The OGC name, for example `http://www.opengis.net/def/crs/EPSG/0/25833` (OGC 18-058r1, 6.2).
    pub fn uri(self) -> String {
        match self.epsg() {
            None => "http://www.opengis.net/def/crs/OGC/1.3/CRS84".to_owned(),
            Some(code) => format!("http://www.opengis.net/def/crs/EPSG/0/{code}"),
        }
    }

    /// The name in the register, for example `ETRS89 / UTM zone 33N`.
    pub fn title(self) -> String {
        facts(self.code).map_or_else(|_| self.to_string(), |facts| facts.title)
    }

    /// Which coordinate the authority writes first.
    pub fn axis_order(self) -> AxisOrder {
        self.order
    }

    /// Whether coordinates are degrees of longitude and latitude.
    pub fn is_geographic(self) -> bool {
        self.geographic
    }

    /// Whether a place (longitude, latitude) lies in its area of use or half a degree beside it, as districts on the edge
    /// of a zone do. True where the register states no area.
    pub fn is_used_near(self, place: Coord<f64>) -> bool {
        const BESIDE: f64 = 0.5;
        let Some(area) = facts(self.code).ok().and_then(|facts| facts.area) else { return true };
        let (min, max) = (area.min(), area.max());
        (min.x - BESIDE..=max.x + BESIDE).contains(&place.x) && (min.y - BESIDE..=max.y + BESIDE).contains(&place.y)
    }

    /// Decimals worth writing: 8 for degrees (1 mm), 3 for metres.
    pub fn decimals(self) -> usize {
        if self.geographic { 8 } else { 3 }
    }

    /// Turns a pair between memory order (x east, y north) and the authority's order; its own inverse.
    pub fn reorder(self, pair: Coord<f64>) -> Coord<f64> {
        match self.order {
            AxisOrder::EastNorth => pair,
            AxisOrder::NorthEast => Coord { x: pair.y, y: pair.x },
        }
    }

    /// How PROJ is asked for this CRS.
    fn definition(self) -> String {
        definition(self.code)
    }
}

impl fmt::Display for Crs {
    /// The short name: `EPSG:25833` or `OGC:CRS84`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.definition())
    }
}

impl fmt::Debug for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Crs({self})")
    }
}

impl FromStr for Crs {
    type Err = CrsError;

    /// Reads an OGC URI, a URN, a plain code (`EPSG:25833`, `CRS84`) or a safe CURIE (`[EPSG:25833]`).
    ///
    /// The register's version in a URI or URN is accepted and ignored.
    fn from_str(text: &str) -> Result<Self, CrsError> {
        let malformed = || CrsError::Malformed(text.chars().take(120).collect());
        let (authority, name) = authority_and_name(text.trim()).ok_or_else(malformed)?;
        if authority.eq_ignore_ascii_case("EPSG") {
            let digits = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
            let code = digits.then(|| name.parse().ok()).flatten().filter(|code| *code != 0);
            return Self::from_epsg(code.ok_or_else(malformed)?);
        }
        let is_ogc = authority.eq_ignore_ascii_case("OGC") || authority.eq_ignore_ascii_case("CRS");
        if is_ogc && ["CRS84", "84"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
            return Ok(Self::CRS84);
        }
        Err(CrsError::Unknown(format!("{authority}:{name}")))
    }
}

/// Splits a CRS name of any accepted form into authority and name within it.
fn authority_and_name(text: &str) -> Option<(&str, &str)> {
    let text = match text.strip_prefix('[') {
        Some(inner) => inner.strip_suffix(']')?,
        None => text,
    };
    if text.eq_ignore_ascii_case("CRS84") {
        return Some(("OGC", text));
    }
    for prefix in ["http://www.opengis.net/def/crs/", "https://www.opengis.net/def/crs/"] {
        if let Some(path) = strip_prefix_ignoring_case(text, prefix) {
            return authority_version_name(path, '/');
        }
    }
    for prefix in ["urn:ogc:def:crs:", "urn:x-ogc:def:crs:"] {
        if let Some(path) = strip_prefix_ignoring_case(text, prefix) {
            return authority_version_name(path, ':');
        }
    }
    let (authority, name) = text.split_once(':')?;
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (plain(authority) && plain(name)).then_some((authority, name))
}

/// Splits `EPSG/0/25833` or `EPSG::25833`.
fn authority_version_name(path: &str, separator: char) -> Option<(&str, &str)> {
    let mut parts = path.split(separator);
    let (authority, _version, name) = (parts.next()?, parts.next()?, parts.next()?);
    (parts.next().is_none() && !authority.is_empty() && !name.is_empty()).then_some((authority, name))
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

fn definition(code: u32) -> String {
    if code == 0 { "OGC:CRS84".to_owned() } else { format!("EPSG:{code}") }
}

/// What PROJ's database says about a CRS.
#[derive(Clone)]
struct Facts {
    crs: Crs,
    title: String,
    /// Area of use in degrees.
    area: Option<Rect<f64>>,
}

/// Facts already looked up. Only CRSs that exist get in, so it is bounded by the register.
static KNOWN: RwLock<BTreeMap<u32, Facts>> = RwLock::new(BTreeMap::new());

fn facts(code: u32) -> Result<Facts, CrsError> {
    // A poisoned lock only means that another thread died while inserting a whole entry; the map is sound.
    if let Some(facts) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&code) {
        return Ok(facts.clone());
    }
    let facts = look_up(code)?;
    KNOWN.write().unwrap_or_else(PoisonError::into_inner).insert(code, facts.clone());
    Ok(facts)
}

fn look_up(code: u32) -> Result<Facts, CrsError> {
    let name = definition(code);
    cache::with_context(|context| {
        let object = context.create(&name).ok_or_else(|| {
            // Only an installation without its database fails on a code that certainly exists.
            match context.create("EPSG:4326") {
                Some(_) => CrsError::Unknown(name.clone()),
                None => CrsError::Proj(format!("its database is not readable: {}", context.fault())),
            }
        })?;
        let (title, area) = (object.name(), object.area_of_use());
        let directions = object.axis_directions();
        let order = match directions.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["east", "north"] => Some(AxisOrder::EastNorth),
            ["north", "east"] => Some(AxisOrder::NorthEast),
            _ => None,
        };
        match (order, object.horizontal()) {
            (Some(order), Some(geographic)) => Ok(Facts { crs: Crs { code, order, geographic }, title, area }),
            _ => Err(CrsError::NotHorizontal { name, title }),
        }
    })
}

#[cfg(test)]
mod name_tests;
#[cfg(test)]
mod tests;
