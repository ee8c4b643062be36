//! Where the numbers of a map stand: close to their water, with a line to it, and nothing of it hidden by another number.
//!
//! Each number in turn takes the place that costs least among some rings around its water. Points of the page throughout.

use super::badge::RADIUS;

/// From the water to the nearest places, and from ring to ring.
const AWAY: f32 = 13.0;
const STEP: f32 = 7.0;
const RINGS: u8 = 14;
const DIRECTIONS: u8 = 16;

// What a place costs beside its distance from the water. Two numbers on each other cannot be read at all.
const ON_A_NUMBER: f32 = 10_000.0;
const ON_WATER: f32 = 200.0;
const ON_SOMETHING: f32 = 120.0;
const ON_A_LINE: f32 = 60.0;
const CROSSING: f32 = 25.0;

type Point = [f32; 2];

/// What numbers keep off: left, top, right, bottom.
pub type Obstacle = [f32; 4];

/// A place for the number of each water, in their order, within a room of a width and height.
pub fn placed(waters: &[Point], obstacles: &[Obstacle], room: Point) -> Vec<Point> {
    let mut discs: Vec<Point> = Vec::with_capacity(waters.len());
    for (nth, water) in waters.iter().enumerate() {
        let cost = |away: f32, disc: &Point| {
            let earlier = waters.iter().zip(&discs);
            let others = waters.iter().enumerate().filter(|(other, _)| *other != nth).map(|(_, other)| other);
            let mut cost = away;
            cost += ON_WATER * count(others, |other| distance(**other, *disc) < RADIUS + 2.5);
            cost += ON_SOMETHING * count(obstacles.iter(), |obstacle| off(**obstacle, *disc) < RADIUS);
            for (their_water, their_disc) in earlier {
                let lines = [[*water, *disc], [*their_water, *their_disc]];
                let gap = distance(*disc, *their_disc);
                // The nearer, the worse: where there is no room left, the least bad place is found.
                cost += if gap < 2.0 * RADIUS + 1.0 { ON_A_NUMBER * (2.0 - gap / (2.0 * RADIUS + 1.0)) } else { 0.0 };
                let covered =
                    off_line(lines[0], *their_disc) < RADIUS + 1.0 || off_line(lines[1], *disc) < RADIUS + 1.0;
                cost += if covered { ON_A_LINE } else { 0.0 };
                cost += if cross(lines[0], lines[1]) { CROSSING } else { 0.0 };
            }
            cost
        };
        let inside = |disc: &Point| (0..2).all(|k| disc[k] >= RADIUS + 1.0 && disc[k] <= room[k] - RADIUS - 1.0);
        let places = around(*water).filter(|(_, disc)| inside(disc)).map(|(away, disc)| (cost(away, &disc), disc));
        let best = places.min_by(|a, b| a.0.total_cmp(&b.0));
        discs.push(best.map_or(*water, |(_, disc)| disc));
    }
    discs
}

/// The places that a number may take with how far away they are, the nearest first.
fn around([x, y]: Point) -> impl Iterator<Item = (f32, Point)> {
    let turns = (0..RINGS).flat_map(|ring| (0..DIRECTIONS).map(move |direction| (ring, direction)));
    turns.map(move |(ring, direction)| {
        // The first is to the upper right, where a reader looks for a number.
        let angle = f32::from(direction) * std::f32::consts::TAU / f32::from(DIRECTIONS) - 0.6;
        let (sin, cos) = angle.sin_cos();
        let away = AWAY + STEP * f32::from(ring);
        (away, [x + cos * away, y + sin * away])
    })
}

fn count<T>(all: impl Iterator<Item = T>, is: impl Fn(&T) -> bool) -> f32 {
    all.filter(is).fold(0.0, |count, _| count + 1.0)
}

fn distance(a: Point, b: Point) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// How far a point is from an obstacle.
fn off([left, top, right, bottom]: Obstacle, [x, y]: Point) -> f32 {
    (left - x).max(x - right).max(0.0).hypot((top - y).max(y - bottom).max(0.0))
}

/// How far a point is from a line between two others.
fn off_line([a, b]: [Point; 2], point: Point) -> f32 {
    let along = [b[0] - a[0], b[1] - a[1]];
    let length = along[0].mul_add(along[0], along[1] * along[1]).max(f32::MIN_POSITIVE);
    let part = ((point[0] - a[0]) * along[0] + (point[1] - a[1]) * along[1]) / length;
    let part = part.clamp(0.0, 1.0);
    distance(point, [a[0] + along[0] * part, a[1] + along[1] * part])
}

fn cross([a, b]: [Point; 2], [c, d]: [Point; 2]) -> bool {
    let side = |p: Point, q: Point, r: Point| (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Point = [523.0, 250.0];

    /// Twenty waters on a patch of so many points around a place.
    fn crowd([x, y]: Point, spread: f32) -> Vec<Point> {
        let step = |nth: u8, turn: f32| (f32::from(nth) * turn).fract() - 0.5;
        (0..20).map(|nth| [x + spread * step(nth, 0.618_034), y + spread * step(nth, 0.754_878)]).collect()
    }

    fn closest(discs: &[Point]) -> f32 {
        let pairs = discs.iter().enumerate().flat_map(|(nth, a)| discs[..nth].iter().map(move |b| distance(*a, *b)));
        pairs.fold(f32::INFINITY, f32::min)
    }

    #[test]
    fn a_number_stands_close_to_its_water_if_nothing_is_in_the_way() {
        let disc = placed(&[[100.0, 100.0]], &[], ROOM)[0];
        assert!((distance(disc, [100.0, 100.0]) - AWAY).abs() < 0.1 && disc[0] > 100.0 && disc[1] < 100.0, "{disc:?}");
    }

    #[test]
    fn numbers_of_a_crowd_stand_apart_and_on_the_map_wherever_it_is() {
        for (middle, spread) in
            [([260.0, 125.0], 30.0), ([260.0, 125.0], 90.0), ([10.0, 10.0], 18.0), ([515.0, 240.0], 15.0)]
        {
            let discs = placed(&crowd(middle, spread), &[], ROOM);
            assert!(closest(&discs) >= 2.0 * RADIUS, "{middle:?} {spread}: {}", closest(&discs));
            let is_inside = |disc: &Point| (0..2).all(|k| disc[k] > RADIUS && disc[k] < ROOM[k] - RADIUS);
            assert!(discs.iter().all(is_inside), "{middle:?} {spread}: {discs:?}");
        }
    }

    #[test]
    fn no_number_hides_the_incident_or_other_water() {
        let (waters, incident) = (crowd([260.0, 125.0], 120.0), [250.0, 100.0, 270.0, 125.0]);
        let discs = placed(&waters, &[incident], ROOM);
        for (nth, disc) in discs.iter().enumerate() {
            assert!(off(incident, *disc) >= RADIUS, "{nth}: {disc:?}");
            let hidden = waters.iter().filter(|water| distance(**water, *disc) < RADIUS).count();
            assert_eq!(hidden, 0, "{nth}: {disc:?}");
        }
    }
}
