//! Where a new tank would help most.
//!
//! A place is on a road before a building that lacks water: a tank has to be driven to. The first is the one that supplies
//! most buildings, or most people; the next the one that then adds most, and so on. Where each building is helped by one tank, this
//! greedy rule covers at least 63 % of what the best choice would (Nemhauser, Wolsey, Fisher 1978); buildings that need two are
//! helped when both are there, so a later place may add more than the one before it.

use geo_types::Coord;

use super::assessed::{Assessed, Scene, of_tank};
use super::reach::Ways;
use super::settings::{Needs, Settings};
use super::verdict::Choice;
use crate::work::{Effort, Ended};

/// Of places nearer to one another, one is looked at, metres.
const APART_M: f64 = 50.0;

/// What counts as most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gain {
    Buildings,
    People,
}

/// A place for a tank.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    pub at: Coord,
    /// Buildings it would supply that those before it would not.
    pub buildings: u32,
    pub people: u32,
    /// The building with most people among them, by its place: where it is.
    pub municipality: Option<usize>,
}

/// A building without the water it needs, and what it has.
struct Thirsty {
    building: u32,
    needed: u32,
    /// What the points give that count.
    has: Choice,
    /// Tanks in reach so far.
    tanks: usize,
    is_supplied: bool,
}

/// The best places, the best first, at most so many. None is told that supplies nobody.
///
/// # Errors
/// Nobody waits for them any more.
pub fn best(
    scene: Scene<'_>,
    (assessed, settings): (&Assessed, &Settings),
    ways: Ways<'_>,
    (count, gain): (usize, Gain),
    effort: &Effort,
) -> Result<Vec<Site>, Ended> {
    let mut thirsty = thirsty(scene, assessed);
    let of_building: std::collections::HashMap<u32, usize> =
        thirsty.iter().enumerate().map(|(nth, it)| (it.building, nth)).collect();
    let sites = candidates(scene, &thirsty, ways);
    // The buildings in reach of each place, by their places among the thirsty.
    let mut reached: Vec<Vec<u32>> = Vec::with_capacity(sites.len());
    for (nth, at) in sites.iter().enumerate() {
        let mut near = Vec::new();
        ways.from(*at, |building, _| near.extend(of_building.get(&building).map(|at| *at as u32)));
        reached.push(near);
        if nth % 64 == 0 {
            effort.check()?;
        }
    }
    let tank = of_tank(settings);
    let weight = |it: &Thirsty| match gain {
        Gain::Buildings => 1,
        Gain::People => scene.ground.buildings[it.building as usize].people,
    };
    let mut chosen = Vec::new();
    while chosen.len() < count {
        effort.check()?;
        let is_helped: Vec<bool> = thirsty.iter().map(|it| it.is_helped(tank, scene.terms.most)).collect();
        let worth = |near: &Vec<u32>| -> (u32, u32) {
            let helped = near.iter().map(|nth| *nth as usize).filter(|nth| is_helped[*nth]);
            helped.fold((0, 0), |(weights, buildings), nth| (weights + weight(&thirsty[nth]), buildings + 1))
        };
        let best = reached.iter().map(worth).enumerate().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
        let Some((at, (weights, _))) = best.filter(|(_, (weights, _))| *weights > 0) else { break };
        debug_assert!(weights > 0);
        chosen.push(site(
            scene,
            sites[at],
            reached[at].iter().map(|nth| *nth as usize).filter(|nth| is_helped[*nth]).map(|nth| thirsty[nth].building),
        ));
        for nth in &reached[at] {
            let it = &mut thirsty[*nth as usize];
            it.is_supplied |= is_helped[*nth as usize];
            it.tanks += 1;
        }
    }
    Ok(chosen)
}

impl Thirsty {
    /// Would one tank more supply it?
    fn is_helped(&self, tank: u32, most: Option<usize>) -> bool {
        !self.is_supplied && self.has.sum_with(&vec![tank; self.tanks + 1], most) >= self.needed
    }
}

fn thirsty(scene: Scene<'_>, assessed: &Assessed) -> Vec<Thirsty> {
    let lacking = assessed.verdicts.iter().zip(0..).filter(|(verdict, _)| verdict.is_gap());
    let each = lacking.map(|(_, building)| {
        let (mut has, nth) = (Choice::default(), building as usize);
        scene.judge(&scene.ground.buildings[nth], nth, &|_| false, &mut has);
        let needed = match scene.ground.buildings[nth].needs {
            Needs::Nothing => 0,
            Needs::Flow { most, .. } => most,
        };
        Thirsty { building, needed, has, tanks: 0, is_supplied: false }
    });
    each.collect()
}

/// The places before the buildings, on the road; one of those that are near one another.
fn candidates(scene: Scene<'_>, thirsty: &[Thirsty], ways: Ways<'_>) -> Vec<Coord> {
    let mut squares = std::collections::HashSet::new();
    let place = |it: &Thirsty| {
        let building = &scene.ground.buildings[it.building as usize];
        let Some((network, snap)) = ways.network.zip(building.snap) else { return building.at };
        let mut on_road = Vec::with_capacity(2);
        network.graph().stretch(snap.edge, snap.along, snap.along, &mut on_road);
        on_road.first().copied().unwrap_or(building.at)
    };
    #[expect(clippy::cast_possible_truncation, reason = "metres of a plane; far ones saturate")]
    let square = |at: &Coord| ((at.x / APART_M).floor() as i64, (at.y / APART_M).floor() as i64);
    thirsty.iter().map(place).filter(|at| squares.insert(square(at))).collect()
}

fn site(scene: Scene<'_>, at: Coord, helped: impl Iterator<Item = u32>) -> Site {
    let (mut buildings, mut people, mut municipality) = (0, 0, None);
    for nth in helped {
        let building = &scene.ground.buildings[nth as usize];
        buildings += 1;
        people += building.people;
        municipality = municipality.or(building.municipality());
    }
    Site { at, buildings, people, municipality }
}
