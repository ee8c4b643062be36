//! Spatial tests: literals are checked and brought into the district's plane once, here.

use geo::CoordsIter;
use geo::MapCoordsInPlace;
use geo_types::{GeometryCollection, MultiPolygon};

use super::{Compiler, exactly, operand::describe};
use crate::feature::Geometry;
use crate::feature::geometry::{GeometryError, check_literal};
use crate::filter::ast::{Function, Node, Relation};
use crate::filter::bbox::Bbox;
use crate::filter::place::{Region, Spatial, literals};
use crate::filter::predicate::Test;
use crate::filter::scope::Named;
use crate::filter::{FilterError, Matter};
use crate::texts::Told;

/// Positions of all literals of a filter: more than any border needs.
const MAX_POSITIONS: usize = 5_000;
/// Places where the edges of literals that are compared with each other may meet.
const MAX_CROSSINGS: usize = 10_000;
/// Steps of all such comparisons in a filter. They are done where the filter is read, which keeps others waiting.
pub(super) const COMPARING_LITERALS: u64 = 500 * MAX_CROSSINGS as u64;

/// One side of a spatial test.
enum Side {
    Feature,
    Literal(Region),
}

impl Compiler<'_> {
    /// `relation(a, b)`.
    pub(super) fn spatial(
        &self,
        relation: Relation,
        function: &Function,
        operands: &[Node],
    ) -> Result<Test, FilterError> {
        let [a, b] = exactly(function, operands)?;
        Ok(match (self.side(a, function)?, self.side(b, function)?) {
            (Side::Feature, Side::Literal(region)) => spatial(relation, Some(region)),
            (Side::Literal(region), Side::Feature) => spatial(exchanged(relation), Some(region)),
            (Side::Feature, Side::Feature) => spatial(relation, None),
            (Side::Literal(a), Side::Literal(b)) => {
                let truth = literals(relation, &a, &b, &self.effort);
                let too_large = FilterError::TooLarge { what: Told::of(&Matter::Crossings), limit: MAX_CROSSINGS };
                Test::Constant(Some(truth.ok_or(too_large)?))
            }
        })
    }

    fn side(&self, node: &Node, function: &Function) -> Result<Side, FilterError> {
        match node {
            Node::Property(name) => match self.scope.find(name)? {
                Named::Geometry => Ok(Side::Feature),
                _ => Err(FilterError::mismatch(function.name(), &Matter::NameNoGeometry { name })),
            },
            Node::Geometry(geometry) => self.literal(geometry, function).map(Side::Literal),
            Node::Bbox(numbers) => self.bbox(numbers, function).map(Side::Literal),
            Node::Apply(Function::Other(name), _) => Err(super::unknown_function(name)),
            other => Err(FilterError::mismatch(function.name(), &Matter::NoGeometry { found: describe(other) })),
        }
    }

    fn literal(&self, geometry: &Geometry, function: &Function) -> Result<Region, FilterError> {
        self.positions.set(self.positions.get() + geometry.coords_count());
        if self.positions.get() > MAX_POSITIONS {
            return Err(FilterError::TooLarge { what: Told::of(&Matter::Positions), limit: MAX_POSITIONS });
        }
        let refused = |error: GeometryError| FilterError::geometry(Told::verbatim(function.name()), &error);
        let mut geometry = geometry.clone();
        geometry.map_coords_in_place(|coord| self.crs.reorder(coord));
        check_literal(&geometry).map_err(refused)?;
        self.plane.geometry(self.crs, geometry).map(|geometry| Region::new(geometry, None))
    }

    fn bbox(&self, numbers: &[f64], function: &Function) -> Result<Region, FilterError> {
        let in_place = |error: FilterError| match error {
            FilterError::Bbox { message } => {
                FilterError::geometry(&Matter::BboxIn { function: function.name() }, message)
            }
            other => other,
        };
        let regions = Bbox::from_numbers(numbers)
            .and_then(|bbox| bbox.in_district(self.crs, self.plane))
            .map_err(in_place)?
            .into_regions();
        Ok(match <[Region; 1]>::try_from(regions) {
            Ok([region]) => region,
            Err(regions) => Region::new(together(&regions), None),
        })
    }
}

/// Both halves of a box across the antimeridian, or nothing.
fn together(regions: &[Region]) -> Geometry {
    let polygons: Option<Vec<_>> = regions
        .iter()
        .map(|region| if let Geometry::Polygon(polygon) = region.geometry() { Some(polygon.clone()) } else { None })
        .collect();
    match polygons {
        Some(polygons) if !polygons.is_empty() => MultiPolygon(polygons).into(),
        _ => Geometry::GeometryCollection(GeometryCollection(
            regions.iter().map(|region| region.geometry().clone()).collect(),
        )),
    }
}

fn spatial(relation: Relation, region: Option<Region>) -> Test {
    Test::Spatial(Box::new(Spatial { relation, region }))
}

/// The relation that holds for exchanged geometries.
fn exchanged(relation: Relation) -> Relation {
    match relation {
        Relation::Within => Relation::Contains,
        Relation::Contains => Relation::Within,
        symmetric => symmetric,
    }
}
