//! The `bbox` parameter (OGC 17-069r4, 7.15.3; with `bbox-crs`, OGC 18-058r1, 7.3).

use std::str::FromStr;

use geo_types::{Rect, coord};

use super::place::Region;
use super::{FilterError, Frame};
use crate::feature::Shape;
use crate::feature::crs::{AxisOrder, Crs};

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
                read.ok_or_else(|| {
                    FilterError::Bbox(format!("'{}' is not a number; {EXAMPLE}", super::time::shown(number)))
                })
            })
            .collect();
        Self::from_numbers(&numbers?)
    }
}

const EXAMPLE: &str = "a box is 4 numbers such as 11.2,53.8,11.6,54.0 (west, south, east, north), or 6 with heights";

impl Bbox {
    /// A box of 4 numbers, or 6 with heights.
    pub(super) fn from_numbers(numbers: &[f64]) -> Result<Self, FilterError> {
        match *numbers {
            [a, b, c, d] | [a, b, _, c, d, _] => Ok(Self { lower: [a, b], upper: [c, d] }),
            _ => Err(FilterError::Bbox(format!("there are {} numbers; {EXAMPLE}", count(numbers)))),
        }
    }

    /// The box in the district's CRS.
    pub fn in_district(self, crs: Crs, frame: &Frame) -> Result<BboxFilter, FilterError> {
        let refused = |error: crate::feature::crs::CrsError| FilterError::Bbox(error.to_string());
        let mut regions = Vec::with_capacity(2);
        for rect in self.rects(crs)? {
            regions.extend(frame.region(crs, rect).map_err(refused)?);
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
            let order = match crs.axis_order() {
                AxisOrder::EastNorth => "the south comes before the north",
                AxisOrder::NorthEast => "the axes of this CRS are north, east: south, west, north, east",
            };
            return Err(FilterError::Bbox(format!("{south} lies north of {north}; {order}")));
        }
        let rect = |west, east| Rect::new(coord! { x: west, y: south }, coord! { x: east, y: north });
        if west <= east {
            Ok(vec![rect(west, east)])
        } else if crs.is_geographic() {
            Ok(vec![rect(west, 180.0_f64.max(west)), rect((-180.0_f64).min(east), east)])
        } else {
            Err(FilterError::Bbox(format!(
                "{west} lies east of {east}; only a box in degrees may cross the antimeridian"
            )))
        }
    }
}

fn count(numbers: &[f64]) -> String {
    if numbers.len() > 6 { "more than 6".to_owned() } else { numbers.len().to_string() }
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
