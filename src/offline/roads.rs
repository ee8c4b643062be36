//! The network along which hoses are laid, for a device that reckons their ways itself.
//!
//! ```json
//! {"format":1,"road_within":150.0,"detour":1.4,"nodes":3,
//!  "from":[0,0],"to":[1,1],"points":[2,3],"x":[114000000,812,-3,0,95],"y":[538000000,0,41,7,-2]}
//! ```
//!
//! One entry of `from`, `to` and `points` a stretch of road between two junctions: its first junction as the difference
//! from the last one of the stretch before, its last as the difference from its first, and how many points it has, both
//! ends counted. The points of all stretches stand in `x` and `y`, in ten-millionths of a degree, each the difference from
//! the one before. Lengths are those of the lines and are not told.
//!
//! Junctions are numbered as this process has met them. Another node may number otherwise, and its file has another tag:
//! a device keeps the tag of what it got.

use serde_json::json;

use super::register::FORMAT;
use crate::collection::District;
use crate::feature::crs::{Crs, CrsError};
use crate::firewater::network::Network;

/// Units of coordinates in a degree.
const UNITS: f64 = 1e7;

/// The file.
///
/// # Errors
/// When roads have no coordinates in degrees, which those in the index have.
pub fn write(network: &Network, district: &District) -> Result<Vec<u8>, CrsError> {
    let graph = network.graph();
    let (mut from, mut to, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    let (mut points, mut last) = (Vec::new(), 0);
    for (number, edge) in (0_u32..).zip(graph.edges()) {
        let [a, b] = edge.nodes.map(i64::from);
        from.push(a - last);
        to.push(b - a);
        last = b;
        let before = points.len();
        graph.stretch(number, 0.0, edge.length, &mut points);
        counts.push(points.len() - before);
    }
    let frame = district.frame();
    frame.transformer.coords(frame.crs, Crs::CRS84, &mut points)?;
    let file = json!({
        "format": FORMAT,
        "road_within": district.laying.road_within,
        "detour": district.laying.detour,
        "nodes": graph.nodes(),
        "from": from,
        "to": to,
        "points": counts,
        "x": differences(points.iter().map(|point| point.x)),
        "y": differences(points.iter().map(|point| point.y)),
    });
    Ok(file.to_string().into_bytes())
}

/// In units, each from the one before.
#[expect(clippy::cast_possible_truncation, reason = "degrees in units have ten digits")]
fn differences(degrees: impl Iterator<Item = f64>) -> Vec<i64> {
    let mut last = 0;
    degrees
        .map(|degrees| {
            let now = (degrees * UNITS).round() as i64;
            now - std::mem::replace(&mut last, now)
        })
        .collect()
}

/// Another one for other roads.
pub fn fingerprint(network: &Network) -> u64 {
    network.graph().edges().iter().fold(0, |sum: u64, edge| {
        let ends = u64::from(edge.nodes[0]) << 32 | u64::from(edge.nodes[1]);
        sum.rotate_left(5).wrapping_add(ends ^ edge.length.to_bits())
    })
}
