//! The gap map: buildings by verdict as vector tiles.
//!
//! Near, each footprint with its verdict; far, squares with how many buildings of each verdict are in them, because a single one
//! could not be seen. Buildings that are not judged are not drawn.

use std::collections::BTreeMap;

use geo_types::{Coord, coord};

use super::settings::BUILDINGS;
use super::situation::Situation;
use super::verdict::Verdict;
use crate::feature::{FeatureId, Shape};
use crate::index::Index;
use crate::tiles::{Atlas, Overlay, TileId, Word};

/// The layer of the tiles.
pub const LAYER: &str = "supply";
/// From this zoom on buildings are drawn by themselves.
const SINGLE: u8 = 13;
/// So many squares lie side by side in a tile below that.
const ACROSS: f64 = 32.0;
/// Once around the earth where the districts of the north lie, metres.
const WORLD_M: f64 = 24_000_000.0;

/// A tile of a situation.
pub fn tile(situation: &Situation, index: &Index, atlas: &Atlas, tile: TileId) -> Vec<u8> {
    Overlay::drawn(atlas, tile, LAYER, |overlay| {
        if tile.z >= SINGLE {
            buildings(situation, index, overlay);
        } else {
            squares(situation, tile.z, overlay);
        }
    })
}

fn buildings(situation: &Situation, index: &Index, overlay: &mut Overlay<'_>) {
    let Some(snapshot) = index.snapshot_of(BUILDINGS) else { return };
    let mut seen: Vec<FeatureId> = Vec::new();
    snapshot.window(overlay.window(), |stored| seen.push(stored.id));
    // The same contents give the same bytes.
    seen.sort_unstable();
    for id in seen {
        let Some(nth) = situation.ground.position(id) else { continue };
        let verdict = situation.assessed.verdicts[nth];
        let Some(stored) = snapshot.get(id).filter(|_| verdict != Verdict::Exempt) else { continue };
        let name = id.to_string();
        let words = [("verdict", Word::Text(verdict.name())), ("id", Word::Text(&name))];
        match &stored.shape {
            Shape::Other(geometry) => overlay.shape(geometry, &words),
            Shape::Point(at) => overlay.point(*at, &words),
            Shape::Absent => {}
        }
    }
}

fn squares(situation: &Situation, zoom: u8, overlay: &mut Overlay<'_>) {
    let window = overlay.window();
    let (low, high) = (window.min(), window.max());
    // Of a zoom alone, so that neighbouring tiles have the same squares.
    let size = (WORLD_M / f64::from(zoom).exp2() / ACROSS).log2().ceil().exp2();
    #[expect(clippy::cast_possible_truncation, reason = "metres of a plane; far ones saturate")]
    let square = |at: Coord| ((at.y / size).floor() as i64, (at.x / size).floor() as i64);
    let mut counts: BTreeMap<(i64, i64), [i64; Verdict::ALL.len()]> = BTreeMap::new();
    for (building, verdict) in situation.ground.buildings.iter().zip(&situation.assessed.verdicts) {
        let inside = (low.x..=high.x).contains(&building.at.x) && (low.y..=high.y).contains(&building.at.y);
        if inside && *verdict != Verdict::Exempt {
            counts.entry(square(building.at)).or_default()[*verdict as usize] += 1;
        }
    }
    for ((row, column), count) in counts {
        let middle = coord! { x: (column as f64 + 0.5) * size, y: (row as f64 + 0.5) * size };
        let of = |verdict: Verdict| Word::Number(count[verdict as usize]);
        let gaps = count[Verdict::None as usize] + count[Verdict::TooLittle as usize];
        let most = [Verdict::Supplied, Verdict::TooLittle, Verdict::None, Verdict::Unknown]
            .into_iter()
            .max_by_key(|verdict| count[*verdict as usize])
            .unwrap_or(Verdict::Unknown);
        overlay.point(
            middle,
            &[
                ("verdict", Word::Text(most.name())),
                ("supplied", of(Verdict::Supplied)),
                ("too_little", of(Verdict::TooLittle)),
                ("none", of(Verdict::None)),
                ("unknown", of(Verdict::Unknown)),
                ("gaps", Word::Number(gaps)),
                ("all", Word::Number(count.iter().sum())),
            ],
        );
    }
}
