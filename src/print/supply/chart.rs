//! The district on a page: municipalities, and a sign for the buildings of each square kilometre.

use std::collections::BTreeMap;

use geo_types::{Coord, Geometry, LineString, Rect};

use crate::feature::Shape;
use crate::index::Snapshot;
use crate::print::sheet::pen::{BLACK, GREY, Pen, circle, polygon, rectangle};
use crate::supply::situation::Situation;
use crate::supply::verdict::Verdict;

const SQUARE_M: f64 = 1_000.0;
/// After Okabe and Ito: told apart in every kind of colour blindness.
const BLUE: [u8; 3] = [0, 114, 178];
const ORANGE: [u8; 3] = [217, 122, 0];
const RED: [u8; 3] = [179, 38, 30];
/// Half of a sign, points.
const SIGN: f32 = 2.3;

/// The verdicts that have a sign, in the order of the legend.
pub const SIGNS: [Verdict; 4] = [Verdict::Supplied, Verdict::TooLittle, Verdict::None, Verdict::Unknown];

/// Draws a sign around a point: a dot, a triangle, a square with a cross, a ring.
pub fn sign(pen: &mut Pen<'_, '_>, verdict: Verdict, [x, y]: [f32; 2], size: f32) {
    match verdict {
        Verdict::Supplied => {
            if let Some(dot) = circle([x, y], size * 0.6) {
                pen.fill(&dot, BLUE, 1.0);
            }
        }
        Verdict::TooLittle => {
            if let Some(triangle) = polygon(&[[x, y - size], [x + size, y + size], [x - size, y + size]]) {
                pen.fill(&triangle, ORANGE, 1.0);
            }
        }
        Verdict::None => {
            if let Some(square) = rectangle([x - size, y - size, size * 2.0, size * 2.0]) {
                pen.fill(&square, RED, 1.0);
            }
            let white = [255, 255, 255];
            pen.line(&[[x - size, y - size], [x + size, y + size]], size * 0.3, white, None);
            pen.line(&[[x - size, y + size], [x + size, y - size]], size * 0.3, white, None);
        }
        Verdict::Unknown | Verdict::Exempt => {
            if let Some(ring) = circle([x, y], size * 0.7) {
                pen.stroke(&ring, size * 0.3, GREY, None);
            }
        }
    }
}

/// Draws the district into a frame: left, top, width, height.
pub fn draw(
    pen: &mut Pen<'_, '_>,
    situation: &Situation,
    municipalities: Option<&Snapshot>,
    [left, top, width, height]: [f32; 4],
) {
    let Some(extent) = extent(situation, municipalities) else { return };
    let scale = (f64::from(width) / extent.width()).min(f64::from(height) / extent.height());
    let aside = (f64::from(width) - extent.width() * scale) / 2.0;
    #[expect(clippy::cast_possible_truncation, reason = "points of a page")]
    let at = |place: Coord| -> [f32; 2] {
        let x = aside + (place.x - extent.min().x) * scale;
        let y = (extent.max().y - place.y) * scale;
        [left + x as f32, top + y as f32]
    };
    for ring in municipalities.map(rings).unwrap_or_default() {
        let points: Vec<[f32; 2]> = thinned(&ring, 0.4 / scale).into_iter().map(at).collect();
        pen.line(&points, 0.4, BLACK, None);
    }
    for ((row, column), verdict) in squares(situation) {
        let middle = Coord { x: (column as f64 + 0.5) * SQUARE_M, y: (row as f64 + 0.5) * SQUARE_M };
        sign(pen, verdict, at(middle), SIGN);
    }
}

/// The worst that is sure of each square kilometre: no water before too little before what is not known.
fn squares(situation: &Situation) -> BTreeMap<(i64, i64), Verdict> {
    let rank = |verdict: Verdict| match verdict {
        Verdict::None => 3,
        Verdict::TooLittle => 2,
        Verdict::Unknown => 1,
        Verdict::Supplied | Verdict::Exempt => 0,
    };
    let mut all: BTreeMap<(i64, i64), Verdict> = BTreeMap::new();
    for (building, verdict) in situation.ground.buildings.iter().zip(&situation.assessed.verdicts) {
        if *verdict == Verdict::Exempt {
            continue;
        }
        #[expect(clippy::cast_possible_truncation, reason = "metres of a plane; far ones saturate")]
        let square = ((building.at.y / SQUARE_M).floor() as i64, (building.at.x / SQUARE_M).floor() as i64);
        let known = all.entry(square).or_insert(*verdict);
        if rank(*verdict) > rank(*known) {
            *known = *verdict;
        }
    }
    all
}

fn extent(situation: &Situation, municipalities: Option<&Snapshot>) -> Option<Rect<f64>> {
    let own = municipalities.and_then(Snapshot::extent);
    let places = situation.ground.buildings.iter().map(|building| Rect::new(building.at, building.at));
    let all = places.chain(own).reduce(|one, other| {
        let min = Coord { x: one.min().x.min(other.min().x), y: one.min().y.min(other.min().y) };
        let max = Coord { x: one.max().x.max(other.max().x), y: one.max().y.max(other.max().y) };
        Rect::new(min, max)
    })?;
    // A single building is no map.
    let around = Coord { x: SQUARE_M, y: SQUARE_M };
    Some(Rect::new(all.min() - around, all.max() + around))
}

fn rings(snapshot: &Snapshot) -> Vec<LineString> {
    let mut rings = Vec::new();
    for stored in snapshot.by_id(None) {
        let Shape::Other(geometry) = &stored.shape else { continue };
        match &**geometry {
            Geometry::Polygon(polygon) => rings.push(polygon.exterior().clone()),
            Geometry::MultiPolygon(polygons) => rings.extend(polygons.iter().map(|it| it.exterior().clone())),
            _ => {}
        }
    }
    rings
}

/// A line without points that could not be told from the one before.
fn thinned(line: &LineString, metres: f64) -> Vec<Coord> {
    let mut kept: Vec<Coord> = Vec::new();
    for point in &line.0 {
        if kept.last().is_none_or(|last| (last.x - point.x).hypot(last.y - point.y) >= metres) {
            kept.push(*point);
        }
    }
    kept.extend(line.0.last());
    kept
}
