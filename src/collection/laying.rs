//! What a district reckons with when hoses are laid: sections `[hose]` and `[nearest_water]` of its file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Mistake;

/// What a district reckons with. Whoever says nothing gets what most German districts would say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "HoseSettings")]
pub struct Laying {
    /// Length of a B hose, metres.
    pub length: f64,
    /// Factor on the distance for bends, obstacles and burst hoses.
    pub reserve: f64,
    /// Up to this many metres an engine stands at the water and no line is laid.
    pub at_hand: f64,
    /// Classes of roads on which no hose is laid.
    pub avoid: Vec<String>,
    /// How far from a road a place may lie to be reached by it, metres.
    pub road_within: f64,
    /// What a straight line is taken times to be ranked among ways by road where there is none.
    pub detour: f64,
}

impl Default for Laying {
    fn default() -> Self {
        Self {
            length: 20.0,
            reserve: 1.3,
            at_hand: 100.0,
            avoid: vec!["motorway".to_owned(), "trunk".to_owned()],
            road_within: 150.0,
            detour: 1.5,
        }
    }
}

impl Laying {
    /// What cannot be reckoned with.
    pub fn faults(&self) -> Vec<Mistake<'static>> {
        outside([
            ("hose.length", self.length, (1.0, 1_000.0), true),
            ("hose.reserve", self.reserve, (1.0, 10.0), false),
            ("hose.at_hand", self.at_hand, (0.0, 1_000.0), true),
            ("hose.road_within", self.road_within, (1.0, 1_000.0), true),
            ("hose.detour", self.detour, (1.0, 10.0), false),
        ])
    }

    /// B hoses for so many metres: without and with reserve.
    #[expect(clippy::cast_possible_truncation, reason = "metres on earth")]
    pub fn hoses(&self, metres: f64) -> (i64, i64) {
        // A little less, so that 400 m are not 21 hoses for an error of rounding.
        let pieces = |metres: f64| (metres / self.length - 1e-5).ceil().max(0.0) as i64;
        (pieces(metres), pieces(metres * self.reserve))
    }
}

/// What the answer to "where is water?" holds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "NearestWaterSettings")]
pub struct NearestWater {
    /// Usable sources where a request names no limit. List, map and sheet ask without one, so their numbers agree.
    pub limit: usize,
    /// Metres in a straight line up to which every usable source is told, however far it is by road.
    pub always_within: f64,
    /// Sources that never run dry, told even if they are farther than the others.
    pub unlimited: usize,
}

impl Default for NearestWater {
    fn default() -> Self {
        Self { limit: 8, always_within: 75.0, unlimited: 2 }
    }
}

impl NearestWater {
    /// What cannot be answered with.
    pub fn faults(&self) -> Vec<Mistake<'static>> {
        outside([
            // So many fit on a sheet.
            ("nearest_water.limit", self.limit as f64, (1.0, 12.0), false),
            ("nearest_water.always_within", self.always_within, (0.0, 300.0), true),
            ("nearest_water.unlimited", self.unlimited as f64, (0.0, 10.0), false),
        ])
    }
}

/// Of settings by name with their range, and whether they are metres: those that lie outside.
fn outside<const N: usize>(settings: [(&'static str, f64, (f64, f64), bool); N]) -> Vec<Mistake<'static>> {
    let outside = settings.into_iter().filter(|(_, value, (least, most), _)| !(least..=most).contains(&value));
    outside.map(|(name, _, (least, most), metres)| Mistake::Between { name, least, most, metres }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hoses_are_whole_and_cover_the_way_with_the_reserve() {
        let laying = Laying::default();
        assert_eq!(laying.hoses(300.0), (15, 20));
        assert_eq!(laying.hoses(0.0), (0, 0));
        assert_eq!(laying.hoses(0.1), (1, 1));
        assert_eq!(laying.hoses(400.0), (20, 26));
        let long = Laying { length: 22.0, reserve: 1.0, ..laying };
        assert_eq!(long.hoses(20.0 * 1.1 * 10.0), (10, 10));
    }
}
