//! Field and forest tracks: they start at a road, wander, and end where they meet the next one.

use geo_types::Coord;

use super::dice::{Dice, Subject};
use super::grid::SegmentGrid;
use super::land::Land;
use super::plane::{Line, Shape, along, angle_of, direction, distance, left, length};
use super::roads::{Road, Way};

const STEP: f64 = 28.0;

/// What tracks run through and into.
pub(super) struct Fields<'a> {
    pub(super) seed: u64,
    pub(super) land: &'a Land<'a>,
    pub(super) lakes: &'a [Shape],
    /// Built-up circles that tracks stay out of.
    pub(super) towns: &'a [(Coord<f64>, f64)],
}

impl Fields<'_> {
    /// Tracks off the given lines, added to the grid as they are drawn.
    pub(super) fn draw(&self, starts: &[Line], grid: &mut SegmentGrid, first_owner: u32) -> Vec<Road> {
        let mut tracks = Vec::new();
        for (number, start) in starts.iter().enumerate() {
            let mut dice = Dice::new(self.seed, Subject::Track, number as u64);
            let metres = length(start);
            let wanted = (metres / 1100.0 + dice.unit()) as usize;
            for _ in 0..wanted.min(4) {
                let (from, forward) = along(start, metres * dice.range(0.1, 0.9));
                let heading = angle_of(left(forward) * dice.sign()) + dice.range(-0.4, 0.4);
                if let Some(line) = self.walk(&mut dice, from, heading, grid) {
                    grid.add(&line, first_owner + tracks.len() as u32);
                    tracks.push(Road { line, way: Way::Track, reference: None });
                }
            }
        }
        tracks
    }

    fn walk(&self, dice: &mut Dice, from: Coord<f64>, start: f64, grid: &SegmentGrid) -> Option<Line> {
        let mut heading = start;
        let mut line = vec![from];
        let wanted = dice.range(500.0, 2600.0);
        let mut bend = 0.0;
        while (line.len() as f64) * STEP < wanted {
            bend = bend * 0.7 + dice.bell() * 0.05;
            // Field tracks run straight and turn at corners.
            heading += if dice.chance(0.03) { dice.sign() * dice.range(0.5, 1.2) } else { bend };
            let last = *line.last()?;
            let next = last + direction(heading) * STEP;
            // The first step leaves the road it starts on.
            let probe = if line.len() == 1 { last + direction(heading) * 3.0 } else { last + direction(heading) * 0.5 };
            if let Some((meeting, _)) = grid.crossed(probe, next) {
                line.push(meeting);
                return (length(&line) > 220.0).then_some(line);
            }
            if self.blocked(next) {
                break;
            }
            line.push(next);
        }
        // Beside a road it would run along is no end for a track.
        let end = *line.last()?;
        (length(&line) > 300.0 && dice.chance(0.5) && !grid.occupied(end, 60.0, None)).then_some(line)
    }

    fn blocked(&self, p: Coord<f64>) -> bool {
        self.land.municipality(p).is_none()
            || self.towns.iter().any(|(centre, radius)| distance(*centre, p) < *radius)
            || self.lakes.iter().any(|lake| lake.near(p, 25.0))
    }
}
