//! The `bbox` parameter (OGC 17-069r4, 7.15.3; with `bbox-crs`, OGC 18-058r1, 7.3).

use std::str::FromStr;

use geo_types::{Rect, coord};

use super::place::Region;
use super::{DistrictPlane, FilterError, Matter};
use crate::feature::Shape;
use crate::feature::crs::{AxisOrder, Crs, CrsError};

/// A box as it was written: lower and upper corner in the axis order of its CRS, heights dropped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bbox {
    lower: [f64; 2],
    upper: [f64; 2],
}

impl FromStr for Bbox {
    type Err = FilterError;

    /// Reads 4 numbers, or 6 with heights.
    fn from_str(text: &str) -> Result<Self, FilterError> {
        let numbers: Result<Vec<f64>, FilterError> = text
            .split(',')
            .take(7)
            .map(|number| {
                let read: Option<f64> = number.trim().parse().ok().filter(|number: &f64| number.is_finite());
                read.ok_or_else(|| FilterError::bbox(&Matter::NotANumber { text: super::time::shown(number) }))
            })
            .collect();
        Self::from_numbers(&numbers?)
    }
}

impl Bbox {
    /// A box of 4 numbers, or 6 with heights.
    pub(super) fn from_numbers(numbers: &[f64]) -> Result<Self, FilterError> {
        match *numbers {
            [a, b, c, d] | [a, b, _, c, d, _] => Ok(Self { lower: [a, b], upper: [c, d] }),
            _ => Err(FilterError::bbox(&Matter::CountOfNumbers { count: numbers.len() })),
        }
    }

    /// The box in the district's CRS.
    pub fn in_district(self, crs: Crs, plane: &DistrictPlane) -> Result<BboxFilter, FilterError> {
        let refused = |error: CrsError| FilterError::bbox(&error);
        let mut regions = Vec::with_capacity(2);
        for rect in self.rects(crs)? {
            regions.extend(plane.region(crs, rect).map_err(refused)?);
        }
        Ok(BboxFilter { regions })
    }

    /// One box, or two when it crosses the antimeridian; x east, y north.
    fn rects(self, crs: Crs) -> Result<Vec<Rect<f64>>, FilterError> {
        let ([west, south], [east, north]) = match crs.axis_order() {
            AxisOrder::EastNorth => (self.lower, self.upper),
            AxisOrder::NorthEast => ([self.lower[1], self.lower[0]], [self.upper[1], self.upper[0]]),
        };
        if south > north {
            let north_first = crs.axis_order() == AxisOrder::NorthEast;
            return Err(FilterError::bbox(&Matter::NorthOf { south, north, north_first }));
        }
        let rect = |west, east| Rect::new(coord! { x: west, y: south }, coord! { x: east, y: north });
        if west <= east {
            Ok(vec![rect(west, east)])
        } else if crs.is_geographic() {
            Ok(vec![rect(west, 180.0_f64.max(west)), rect((-180.0_f64).min(east), east)])
        } else {
            Err(FilterError::bbox(&Matter::EastOf { west, east }))
        }
    }
}

/// A box in the district's CRS: the part near the district, with its curved edges.
#[derive(Debug, Clone)]
pub struct BboxFilter {
    regions: Vec<Region>,
}

impl BboxFilter {
    /// Boxes that hold everything that matches, for the index; none when nothing near the district can match.
    pub fn windows(&self) -> impl Iterator<Item = Rect<f64>> {
        self.regions.iter().filter_map(Region::bounds)
    }

    /// Whether the shape meets the box. A feature without a geometry always does, as the standard has it; no window
    /// will find it.
    #[inline]
    pub fn matches(&self, shape: &Shape) -> bool {
        self.regions.iter().any(|region| region.meets(shape)) || matches!(shape, Shape::Absent)
    }

    pub(super) fn into_regions(self) -> Vec<Region> {
        self.regions
    }
}
