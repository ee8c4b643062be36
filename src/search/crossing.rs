//! Where two streets meet: `Ecke Hauptstraße Bahnhofstraße`, `Hauptstr. / Bahnhofstr. Gadebusch`.
//!
//! Asked for only when no single name has all the words. Two streets that have them between them are looked at along
//! their roads.

use geo::{CoordsIter, Distance, Euclidean};
use geo_types::{Coord, LineString, MultiLineString, Point};

use super::entry::{Entry, Extent};
use super::find::{Asked, Candidate, Found, Question};
use super::gazetteer::Gazetteer;
use super::kind::Kind;
use super::role::Role;
use super::sources::Sources;
use crate::coordinate::LonLat;
use crate::feature::{Geometry, Shape};
use crate::index::{Index, Snapshot};

/// Streets that are looked at, and pairs of neighbours whose roads are.
const MOST_STREETS: usize = 128;
const MOST_PAIRS: usize = 48;
/// Positions of a street's roads that are compared.
const MOST_POSITIONS: usize = 200;
/// Roads this near to one another meet, metres: in some data they do not end on one another.
pub(super) const MEETS_M: f64 = 8.0;

/// Units of the place of a crossing in a degree.
pub const UNITS: f64 = 1e7;

/// A street whose whole name is in the question.
struct Named {
    number: u32,
    own: u32,
    around: u32,
}

impl Asked {
    /// The crossings that a question names; where the streets it names do not meet, the streets.
    pub fn crossings(
        &self,
        index: &Index,
        sources: &Sources,
        gazetteer: &Gazetteer,
        question: &Question,
    ) -> Vec<Candidate> {
        if !question.kinds.has(Kind::Crossing) {
            return Vec::new();
        }
        let streets = self.named_streets(gazetteer);
        let needed = self.bits(|word| word.role == Role::Needed && word.token.number.is_none());
        let (mut found, mut apart, mut looked_at) = (Vec::new(), Vec::new(), 0);
        for (nth, one) in streets.iter().enumerate() {
            for other in &streets[nth + 1..] {
                let is_pair = one.own & !other.own != 0 && other.own & !one.own != 0;
                // The town must be that of both.
                if !is_pair || (one.own | other.own | (one.around & other.around)) & needed != needed {
                    continue;
                }
                let pair = [one.number, other.number].map(|number| gazetteer.entry(number));
                let [Some(first), Some(second)] = pair else { continue };
                let (pair, first, second) = match in_order(first, second) {
                    true => ((one.number, other.number), first, second),
                    false => ((other.number, one.number), second, first),
                };
                // Every village has its Hauptstraße: only those that lie at one another are worth a look at their roads.
                let have_roads = !first.lines.is_empty() && !second.lines.is_empty();
                let may_meet = have_roads && looked_at < MOST_PAIRS && first.extent.widened().meets(second.extent);
                looked_at += usize::from(may_meet);
                match may_meet.then(|| meeting(index, sources, first, second)).flatten() {
                    Some(at) => found.push(crossing(question, pair, at)),
                    None if first.area == second.area => apart.extend([pair.0, pair.1].map(street)),
                    None => {}
                }
            }
        }
        if found.is_empty() {
            apart.sort_unstable_by_key(|candidate: &Candidate| candidate.what);
            apart.dedup_by_key(|candidate| candidate.what);
            return apart;
        }
        found
    }

    fn named_streets(&self, gazetteer: &Gazetteer) -> Vec<Named> {
        let streets = gazetteer.entries().filter(|(_, entry)| entry.kind == Kind::Street);
        let named = streets.filter_map(|(number, entry)| {
            let fit = self.fit(gazetteer, entry, usize::MAX)?;
            (fit.complete && fit.own != 0).then_some(Named { number, own: fit.own, around: fit.around })
        });
        named.take(MOST_STREETS).collect()
    }
}

fn crossing(question: &Question, (one, other): (u32, u32), at: LonLat) -> Candidate {
    let units = [at.lon, at.lat].map(|degrees| (degrees * UNITS).round() as i32);
    let score = 0.4 + question.distance(Extent::point(at));
    Candidate { score, exact: true, begun: false, nearby: false, loose: 0, what: Found::Crossing(one, other, units) }
}

/// Whether a crossing names these in this order, which is the same on every node.
pub(super) fn in_order(one: &Entry, other: &Entry) -> bool {
    (&one.name, &one.settlement) <= (&other.name, &other.settlement)
}

/// A street of a crossing that is not there.
fn street(number: u32) -> Candidate {
    Candidate { score: 1.5, exact: false, begun: false, nearby: false, loose: 0, what: Found::Entry(number) }
}

/// The place where the roads of two streets meet.
fn meeting(index: &Index, sources: &Sources, one: &Entry, other: &Entry) -> Option<LonLat> {
    let roads = sources.roads.as_ref()?;
    let snapshot = index.snapshot(roads.source.position);
    let at = meeting_of(&lines(&snapshot, one), &lines(&snapshot, other))?;
    snapshot.frame().on_earth(at).ok()
}

/// The roads of a street, as far as they are looked at.
pub(super) fn lines(roads: &Snapshot, street: &Entry) -> MultiLineString {
    let mut left = MOST_POSITIONS;
    let shapes = street.lines.iter().filter_map(|id| Some(&roads.get(*id)?.shape));
    shapes.flat_map(lines_of).take_while(|line| take(&mut left, line.0.len())).cloned().collect()
}

/// The position of either street that is nearest to the other one, if they meet.
pub(super) fn meeting_of(one: &MultiLineString, other: &MultiLineString) -> Option<Coord> {
    let apart = |lines: &MultiLineString, at: Coord| (Euclidean.distance(&Point(at), lines), at);
    let of_one = one.coords_iter().map(|at| apart(other, at));
    let of_other = other.coords_iter().map(|at| apart(one, at));
    let (apart, at) = of_one.chain(of_other).min_by(|a, b| a.0.total_cmp(&b.0))?;
    (apart <= MEETS_M).then_some(at)
}

/// Whether there is room for so many positions, which is then taken.
fn take(left: &mut usize, positions: usize) -> bool {
    let fits = *left >= positions;
    *left = left.saturating_sub(positions);
    fits
}

fn lines_of(shape: &Shape) -> &[LineString] {
    match shape {
        Shape::Other(geometry) => match geometry.as_ref() {
            Geometry::LineString(line) => std::slice::from_ref(line),
            Geometry::MultiLineString(lines) => &lines.0,
            _ => &[],
        },
        Shape::Point(_) | Shape::Absent => &[],
    }
}
