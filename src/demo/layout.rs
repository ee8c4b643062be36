//! What a laid-out settlement consists of: streets, gates where roads arrive, spots kept free.

use geo_types::Coord;

use super::network::Class;
use super::plane::Line;

/// How a street is built up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Build {
    /// Houses wall to wall.
    Core,
    /// Houses in gardens.
    Detached,
    /// Long blocks of flats.
    Blocks,
    /// Shops and halls.
    Trade,
    /// Farmhouses, cottages, barns behind.
    Rural,
    /// Small houses for guests.
    Holiday,
    /// An avenue without houses.
    Bare,
}

/// One named street of a settlement.
pub(super) struct Street {
    pub(super) line: Line,
    pub(super) name: String,
    pub(super) settlement: usize,
    /// None is a residential street.
    pub(super) class: Option<Class>,
    pub(super) reference: Option<String>,
    pub(super) build: Build,
    /// Gates of the settlement at which this street goes on as a road.
    pub(super) gates: Vec<usize>,
    /// Nominal diameter of the main below, in mm.
    pub(super) main: i64,
    pub(super) dead_end: bool,
    /// Hydrants on it and the number of the first one within the municipality.
    pub(super) hydrants: u32,
    pub(super) first_hydrant: u32,
}

impl Street {
    pub(super) fn new(line: Line, name: String, settlement: usize, build: Build) -> Self {
        Street {
            line,
            name,
            settlement,
            class: None,
            reference: None,
            build,
            gates: Vec::new(),
            main: 100,
            dead_end: false,
            hydrants: 0,
            first_hydrant: 0,
        }
    }

    /// Width of the carriageway in metres.
    pub(super) fn width(&self) -> f64 {
        match (self.class, self.build) {
            (Some(Class::Primary), _) => 7.0,
            (Some(Class::Secondary), _) => 6.0,
            (_, Build::Trade) => 6.5,
            (_, Build::Blocks) => 5.5,
            (Some(_), _) => 5.5,
            (None, Build::Rural | Build::Bare | Build::Holiday) => 4.0,
            (None, Build::Core | Build::Detached) => 5.0,
        }
    }
}

/// Where a road may enter: a point and the direction away from the settlement.
pub(super) struct Gate {
    pub(super) point: Coord<f64>,
    pub(super) outward: f64,
}

/// Something with a place of its own that houses keep clear of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Use {
    Church,
    Manor,
    Pond,
    /// Grass in the middle of the village.
    Green,
    /// A tank, a well: a point.
    Works,
    School,
    Kindergarten,
    TownHall,
    FireStation,
    Hospital,
}

/// A kept spot and the street it belongs to (an index into the settlement's streets).
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) what: Use,
    pub(super) at: Coord<f64>,
    pub(super) axis: f64,
    pub(super) radius: f64,
    pub(super) street: usize,
}

/// A settlement on the ground.
#[derive(Default)]
pub(super) struct Layout {
    pub(super) streets: Vec<Street>,
    pub(super) gates: Vec<Gate>,
    pub(super) spots: Vec<Spot>,
}

impl Layout {
    /// Adds a gate and tells the street that it goes on there.
    pub(super) fn gate(&mut self, street: Option<usize>, point: Coord<f64>, outward: f64) {
        if let Some(street) = street {
            let number = self.gates.len();
            self.streets[street].gates.push(number);
        }
        self.gates.push(Gate { point, outward });
    }

    /// Whether every point of a new line keeps its distance from all streets; its first and last
    /// 50 m may touch, they are the mouths.
    pub(super) fn clear(&self, line: &[Coord<f64>], apart: f64) -> bool {
        let mouths = [line.first(), line.last()];
        line.iter().all(|p| {
            mouths.iter().flatten().any(|mouth| super::plane::distance(**mouth, *p) < apart + 5.0)
                || self.streets.iter().all(|s| super::plane::line_distance(*p, &s.line) > apart)
        })
    }
}
