//! Signs that lead to hydrants: where they hang, and the metres written on them.

use geo_types::{Geometry, Point};

use super::DemoFeature;
use super::dice::{Dice, Subject};
use super::hydrants::Hydrant;
use super::plane::{angle_of, left, rounded};
use super::rows::{Row, day_before, tenth};
use super::skeleton::Skeleton;

/// The sign of a hydrant, if it has one on record.
///
/// A sign hangs at the edge of the street and faces it. `offset_ahead` runs from the sign towards
/// the street, left and right as seen by someone who faces the sign.
pub(super) fn sign(skeleton: &Skeleton, it: &Hydrant) -> Option<DemoFeature> {
    let street = &skeleton.streets[it.street];
    let municipality = skeleton.municipality_of(street);
    let mut dice = Dice::new(skeleton.seed, Subject::Sign, it.stream());
    let dice = &mut dice;
    if it.kind == "pillar" || !dice.chance(0.2 + municipality.care * 0.5) {
        return None;
    }
    let facing = left(it.forward) * -it.side;
    let fence = street.width() / 2.0 + dice.range(2.0, 4.5);
    // DIN 4066: at most ten metres from the object.
    let ahead = tenth((fence - it.aside).clamp(0.4, 8.5));
    let along = tenth(dice.bell() * 2.4);
    let viewer_left = left(facing * -1.0);
    let at = it.at - facing * ahead - viewer_left * along;

    let mut row = Row::new();
    row.set("subject", "hydrant");
    row.set("object_ref", it.reference(skeleton));
    row.set(
        "condition",
        dice.weighted(&[
            (70.0, "good"),
            (16.0, "unknown"),
            (5.0, "overgrown"),
            (4.0, "damaged"),
            (3.0, "illegible"),
            (2.0, "missing"),
        ]),
    );
    row.maybe(dice, 0.5, "condition_as_of", |dice| day_before(dice, skeleton.today, 8.0));
    row.set("lifecycle", "existing");
    row.maybe(dice, 0.5, "mounted_on", |dice| {
        dice.weighted(&[(4.0, "wall"), (3.0, "fence"), (3.0, "post"), (1.5, "lamp_post")])
    });
    let (side, metres) = if along >= 0.0 { ("links", along) } else { ("rechts", -along) };
    row.maybe(dice, 0.6, "inscription", |_| {
        format!("H {} {side} {metres:.1} vor {ahead:.1}", it.main).replace('.', ",")
    });
    row.set("diameter", it.main);
    row.set(if along >= 0.0 { "offset_left" } else { "offset_right" }, metres);
    row.set("offset_ahead", ahead);
    row.maybe(dice, 0.7, "bearing", |_| bearing(angle_of(facing)));
    row.set("street", street.name.as_str());
    // Real registers have signs nobody has surveyed. The demo has none: OGC's conformance suite takes for granted that
    // every feature has a geometry.
    let geometry = Some(Geometry::Point(Point(rounded(at))));
    Some(DemoFeature { collection: "hydrant_signs", geometry, properties: row.done() })
}

/// Degrees clockwise from north for a mathematical angle.
fn bearing(angle: f64) -> i64 {
    ((90.0 - angle.to_degrees()).round() as i64).rem_euclid(360)
}
