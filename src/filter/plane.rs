//! The district's plane, and how boxes and geometries of other CRSs come into it.

use geo::{BooleanOps, BoundingRect, Densify, Euclidean, Intersects, Length};
use geo_types::{
    Coord, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Polygon, Rect, coord,
};

use super::FilterError;
use super::place::Region;
use crate::collection::District;
use crate::feature::Geometry;
use crate::feature::crs::{Crs, CrsError, Transformer};
use crate::texts::Told;

/// The CRS of storage and index, and the part of the world it has to represent.
///
/// Literals are cut to that part before they are transformed: a box around the whole world has no image in a UTM zone,
/// yet what it says about a feature of the district is plain.
#[derive(Debug, Clone, Copy)]
pub struct DistrictPlane {
    crs: Crs,
    transformer: Transformer,
    /// Longitudes and latitudes.
    area: Rect<f64>,
}

/// How far the area reaches beyond the district, degrees: more than anything kept could lie outside of it.
const REACH: f64 = 2.0;

/// A straight edge in degrees is a curve in the plane: 0.01 degrees of latitude 54 bulge by a centimetre.
const STEP_DEGREES: f64 = 0.01;
/// The same between two projected systems.
const STEP_METRES: f64 = 1_000.0;
/// Positions an edge is refined to in all.
const MAX_STEPS: f64 = 10_000.0;

impl DistrictPlane {
    /// The plane of a district.
    pub fn new(district: &District) -> Self {
        // A degree of latitude has 111 km, one of longitude at least half of that anywhere in Germany.
        let reach = REACH + district.margin / 50_000.0;
        let (min, max) = (district.bounds.min(), district.bounds.max());
        let area = Rect::new(
            coord! { x: (min.x - reach).max(-180.0), y: (min.y - reach).max(-85.0) },
            coord! { x: (max.x + reach).min(180.0), y: (max.y + reach).min(85.0) },
        );
        Self { crs: district.crs, transformer: Transformer::new(Some(district.bounds)), area }
    }

    /// The CRS of storage and index.
    pub fn crs(&self) -> Crs {
        self.crs
    }

    /// The area in another CRS; `None` for a CRS made for another part of the world.
    fn area_in(&self, crs: Crs) -> Result<Option<Rect<f64>>, CrsError> {
        // Geographic systems differ by some hundred metres, which is nothing against the reach.
        if crs.is_geographic() { Ok(Some(self.area)) } else { self.transformer.bounds(Crs::CRS84, crs, self.area) }
    }

    /// A box of another CRS (x east, y north) in the plane; `None` when nothing of it lies near the district.
    pub(super) fn region(&self, from: Crs, given: Rect<f64>) -> Result<Option<Region>, CrsError> {
        if from == self.crs {
            return Ok(Some(Region::rect(given)));
        }
        let Some(area) = self.area_in(from)?.filter(|area| area.intersects(&given)) else {
            return Ok(None);
        };
        let (min, max) = (given.min(), given.max());
        let cut = Rect::new(
            coord! { x: min.x.max(area.min().x), y: min.y.max(area.min().y) },
            coord! { x: max.x.min(area.max().x), y: max.y.min(area.max().y) },
        );
        let outline = Outline::new(cut, step(from));
        let mut moved = outline.points.clone();
        match self.transformer.coords(from, self.crs, &mut moved) {
            Ok(()) => Ok(Some(outline.region(moved))),
            // The edge of the area may lie beyond a shift grid; there the enclosing box is as good as any answer.
            Err(CrsError::OutOfRange { .. }) => {
                self.transformer.bounds(from, self.crs, cut).map(|bounds| bounds.map(Region::rect))
            }
            Err(error) => Err(error),
        }
    }

    /// A geometry of another CRS (x east, y north) in the plane; an empty collection when nothing of it lies near the
    /// district.
    pub(super) fn geometry(&self, from: Crs, geometry: Geometry) -> Result<Geometry, FilterError> {
        if from == self.crs {
            return Ok(geometry);
        }
        let refused = |error: CrsError| FilterError::geometry(Told::verbatim(from.to_string()), &error);
        let Some(area) = self.area_in(from).map_err(refused)? else { return Ok(nothing()) };
        let mut moved = refined(cut(geometry, area), step(from));
        self.transformer.transform(from, self.crs, &mut moved).map_err(refused)?;
        Ok(moved)
    }
}

fn step(crs: Crs) -> f64 {
    if crs.is_geographic() { STEP_DEGREES } else { STEP_METRES }
}

/// Points along the edges of a box, counter-clockwise from its lower left corner, closed.
struct Outline {
    points: Vec<Coord>,
    /// Points along a horizontal and along a vertical edge.
    steps: (usize, usize),
}

impl Outline {
    fn new(bounds: Rect<f64>, step: f64) -> Self {
        let count = |length: f64| (length / step).ceil().clamp(1.0, MAX_STEPS / 4.0) as usize;
        let steps = (count(bounds.width()), count(bounds.height()));
        let (min, max) = (bounds.min(), bounds.max());
        let corners = [min, coord! { x: max.x, y: min.y }, max, coord! { x: min.x, y: max.y }, min];
        let mut points = Vec::with_capacity(2 * (steps.0 + steps.1) + 1);
        for (edge, steps) in corners.windows(2).zip([steps.0, steps.1, steps.0, steps.1]) {
            points.extend((0..steps).map(|step| edge[0] + (edge[1] - edge[0]) * (step as f64 / steps as f64)));
        }
        points.push(min);
        Self { points, steps }
    }

    /// The region of the transformed points. Its inner box lies within all four curved edges.
    fn region(&self, moved: Vec<Coord>) -> Region {
        let (across, up) = self.steps;
        let south = &moved[..=across];
        let east = &moved[across..=across + up];
        let north = &moved[across + up..=2 * across + up];
        let west = &moved[2 * across + up..];
        let max = |edge: &[Coord], of: fn(&Coord) -> f64| edge.iter().map(of).fold(f64::MIN, f64::max);
        let min = |edge: &[Coord], of: fn(&Coord) -> f64| edge.iter().map(of).fold(f64::MAX, f64::min);
        let lower = coord! { x: max(west, |c| c.x), y: max(south, |c| c.y) };
        let upper = coord! { x: min(east, |c| c.x), y: min(north, |c| c.y) };
        let inner = (lower.x < upper.x && lower.y < upper.y).then(|| Rect::new(lower, upper));
        Region::new(Polygon::new(LineString(moved), Vec::new()).into(), inner)
    }
}

/// The part of a geometry within an area.
fn cut(geometry: Geometry, area: Rect<f64>) -> Geometry {
    let within = |rect: Rect<f64>| {
        let corners = [rect.min(), rect.max()];
        corners.iter().all(|corner| area.intersects(corner))
    };
    if geometry.bounding_rect().is_some_and(within) {
        return geometry;
    }
    let cutter = area.to_polygon();
    match geometry {
        Geometry::Polygon(polygon) => cutter.intersection(&polygon).into(),
        Geometry::MultiPolygon(polygons) => MultiPolygon(vec![cutter]).intersection(&polygons).into(),
        Geometry::LineString(line) => cutter.clip(&MultiLineString(vec![line]), false).into(),
        Geometry::MultiLineString(lines) => cutter.clip(&lines, false).into(),
        Geometry::MultiPoint(points) => {
            MultiPoint(points.0.into_iter().filter(|point| cutter.intersects(point)).collect()).into()
        }
        Geometry::GeometryCollection(parts) => Geometry::GeometryCollection(GeometryCollection(
            parts.0.into_iter().map(|part| cut(part, area)).filter(|part| part.bounding_rect().is_some()).collect(),
        )),
        _ => nothing(),
    }
}

fn nothing() -> Geometry {
    Geometry::GeometryCollection(GeometryCollection(Vec::new()))
}

/// The geometry with positions along its long edges.
fn refined(geometry: Geometry, step: f64) -> Geometry {
    let step = step.max(length(&geometry) / MAX_STEPS);
    densified(geometry, step)
}

fn length(geometry: &Geometry) -> f64 {
    match geometry {
        Geometry::LineString(line) => Euclidean.length(line),
        Geometry::MultiLineString(lines) => lines.0.iter().map(|line| Euclidean.length(line)).sum(),
        Geometry::Polygon(polygon) => outline_length(polygon),
        Geometry::MultiPolygon(polygons) => polygons.0.iter().map(outline_length).sum(),
        Geometry::GeometryCollection(parts) => parts.0.iter().map(length).sum(),
        _ => 0.0,
    }
}

fn densified(geometry: Geometry, step: f64) -> Geometry {
    match geometry {
        Geometry::LineString(line) => Euclidean.densify(&line, step).into(),
        Geometry::MultiLineString(lines) => Euclidean.densify(&lines, step).into(),
        Geometry::Polygon(polygon) => Euclidean.densify(&polygon, step).into(),
        Geometry::MultiPolygon(polygons) => Euclidean.densify(&polygons, step).into(),
        Geometry::GeometryCollection(parts) => {
            let parts = parts.0.into_iter().map(|part| densified(part, step)).collect();
            Geometry::GeometryCollection(GeometryCollection(parts))
        }
        other => other,
    }
}

fn outline_length(polygon: &Polygon) -> f64 {
    std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(|ring| Euclidean.length(ring)).sum()
}
