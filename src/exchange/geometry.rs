//! The geometry of a row: read from what the row has, brought to the district's CRS and to the kind the collection wants.

use std::str::FromStr;

use geo::{CoordsIter, MapCoords};
use geo_types::{Coord, Point};

use super::locate::Located;
use super::mapping::Mapped;
use crate::collection::{Collection, Frame};
use crate::feature::geometry::read_wkb;
use crate::feature::{Geometry, GeometryKind};

/// The geometry as the row has it: WKB of its own, well-known text or a pair of columns; `None` without any.
pub fn read(wkb: &[u8], mapped: &Mapped) -> Option<Result<Geometry, String>> {
    if !wkb.is_empty() {
        return Some(read_wkb(wkb).map_err(|error| error.to_string()));
    }
    if let Some(wkt) = &mapped.wkt {
        return Some(read_wkt(wkt).ok_or_else(|| "the well-known text is not valid".to_owned()));
    }
    mapped.point.map(|point| Ok(Geometry::Point(Point(point))))
}

/// The pair by which the CRS of a file is found: the first of the geometry as it stands.
pub fn first_coord(wkb: &[u8], mapped: &Mapped) -> Option<Coord> {
    read(wkb, mapped)?.ok()?.coords_iter().next()
}

/// Brings a geometry to the district.
pub fn place(mut geometry: Geometry, located: &Located, frame: Frame) -> Result<Geometry, String> {
    if located.swapped_axes {
        geometry = geometry.map_coords(|at| Coord { x: at.y, y: at.x });
    }
    frame.transformer.transform(located.crs, frame.crs, &mut geometry).map_err(|error| error.to_string())?;
    Ok(geometry)
}

/// A collection of one part as that part, where the register wants single ones: Shapefiles and OSM know only the former.
pub fn fitting(geometry: Geometry, collection: &Collection) -> Geometry {
    let wants = |kind| collection.geometry.contains(&kind);
    match geometry {
        Geometry::MultiPoint(mut many) if !wants(GeometryKind::MultiPoint) && many.0.len() == 1 => {
            many.0.remove(0).into()
        }
        Geometry::MultiLineString(mut many) if !wants(GeometryKind::MultiLineString) && many.0.len() == 1 => {
            many.0.remove(0).into()
        }
        Geometry::MultiPolygon(mut many) if !wants(GeometryKind::MultiPolygon) && many.0.len() == 1 => {
            many.0.remove(0).into()
        }
        other => other,
    }
}

fn read_wkt(text: &str) -> Option<Geometry> {
    // PostGIS and QGIS write the SRID in front.
    let plain = text.split_once(';').map_or(text, |(_, rest)| rest);
    wkt::Wkt::from_str(plain.trim()).ok().and_then(|wkt| wkt.try_into().ok())
}
