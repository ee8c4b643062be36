//! The geometry of a row: read from what the row has, brought to the district's CRS and to the kind the collection wants.

use geo::{CoordsIter, MapCoords};
use geo_types::Coord;

use super::locate::Located;
use super::mapping::{Mapped, Position};
use super::remark::{What, geometry_fault};
use crate::collection::{Collection, Frame, Label};
use crate::feature::crs::CrsError;
use crate::feature::geometry::read_wkb;
use crate::feature::{Geometry, GeometryKind};

/// The geometry as the row has it, of its own or by its cells; `None` without any.
pub fn read(wkb: &[u8], mapped: &Mapped) -> Option<Result<Position, What>> {
    if wkb.is_empty() {
        return mapped.position.clone().map(Ok);
    }
    let geometry = read_wkb(wkb).map_err(|error| What::InvalidGeometry { reason: geometry_fault(&error.fault) });
    Some(geometry.map(|geometry| Position { geometry, crs: None, cell_m: None }))
}

/// The pair by which the CRS of a file is found: the first of the geometry as it stands, unless that tells its CRS itself.
pub fn first_coord(wkb: &[u8], mapped: &Mapped) -> Option<Coord> {
    read(wkb, mapped)?.ok().filter(|position| position.crs.is_none())?.geometry.coords_iter().next()
}

/// Brings a geometry to the district.
pub fn place(position: Position, located: Option<&Located>, frame: Frame) -> Result<Geometry, What> {
    let mut geometry = position.geometry;
    let crs = match (position.crs, located) {
        (Some(crs), _) => crs,
        (None, None) => return Err(What::Unlocated),
        (None, Some(located)) => {
            if located.swapped_axes {
                geometry = geometry.map_coords(|at| Coord { x: at.y, y: at.x });
            }
            located.crs
        }
    };
    let moved = frame.transformer.transform(crs, frame.crs, &mut geometry);
    let out_of_range = |error: CrsError| Label::new(error.german(), error.to_string());
    moved.map(|()| geometry).map_err(|error| What::InvalidGeometry { reason: out_of_range(error) })
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
        Geometry::GeometryCollection(mut parts) if parts.0.len() == 1 => fitting(parts.0.remove(0), collection),
        Geometry::MultiPolygon(mut many) if !wants(GeometryKind::MultiPolygon) && many.0.len() == 1 => {
            many.0.remove(0).into()
        }
        other => other,
    }
}
