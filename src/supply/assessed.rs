//! All buildings judged, and added up by municipality: what the map, the API and the report show.

use super::given::Given;
use super::ground::{Building, Ground};
use super::reach::{Link, Reach};
use super::settings::{Settings, Terms};
use super::verdict::{Choice, Judged, Verdict, judge};
use super::water::Outlet;
use crate::feature::FeatureId;

/// Buildings and people by verdict, in the order of [`Verdict::ALL`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub buildings: [u32; Verdict::ALL.len()],
    pub people: [u32; Verdict::ALL.len()],
}

impl Tally {
    fn add(&mut self, verdict: Verdict, people: u32) {
        self.buildings[verdict as usize] += 1;
        self.people[verdict as usize] += people;
    }
}

/// A moment of the registers, judged.
#[derive(Debug)]
pub struct Assessed {
    /// By building.
    pub verdicts: Vec<Verdict>,
    /// By municipality; the last one is of buildings that lie in none.
    pub tallies: Vec<Tally>,
    pub total: Tally,
}

/// What a building is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    pub ground: &'a Ground,
    pub outlets: &'a [Outlet],
    pub reach: &'a Reach,
    pub terms: &'a Terms,
}

/// A building whose verdict is another one without some points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// Its place among the buildings.
    pub building: usize,
    pub before: Verdict,
    pub after: Verdict,
}

impl Assessed {
    /// Judges every building.
    pub fn judge(scene: Scene<'_>) -> Self {
        let nowhere = scene.ground.municipalities.len();
        let (mut verdicts, mut choice) = (Vec::with_capacity(scene.ground.buildings.len()), Choice::default());
        let (mut tallies, mut total) = (vec![Tally::default(); nowhere + 1], Tally::default());
        for (nth, building) in scene.ground.buildings.iter().enumerate() {
            let Judged { verdict, .. } = scene.judge(building, nth, &|_| false, &mut choice);
            tallies[building.municipality().unwrap_or(nowhere)].add(verdict, building.people);
            total.add(verdict, building.people);
            verdicts.push(verdict);
        }
        Self { verdicts, tallies, total }
    }

    /// The buildings whose verdict changes if some objects fail: only those in reach of them are looked at.
    pub fn without(&self, scene: Scene<'_>, failed: &[FeatureId]) -> Vec<Lost> {
        let is_out: Vec<bool> = scene.outlets.iter().map(|outlet| failed.iter().any(|id| outlet.is(*id))).collect();
        let out = is_out.iter().enumerate().filter(|(_, is_out)| **is_out);
        let mut touched: Vec<u32> = out.flat_map(|(nth, _)| scene.reach.buildings(nth)).copied().collect();
        touched.sort_unstable();
        touched.dedup();
        let mut choice = Choice::default();
        let judged = touched.into_iter().map(|nth| {
            let nth = nth as usize;
            let gone = |outlet: u32| is_out[outlet as usize];
            let judged = scene.judge(&scene.ground.buildings[nth], nth, &gone, &mut choice);
            Lost { building: nth, before: self.verdicts[nth], after: judged.verdict }
        });
        judged.filter(|lost| lost.before != lost.after).collect()
    }
}

impl Scene<'_> {
    /// The verdict on a building without some points.
    pub fn judge(self, building: &Building, nth: usize, gone: &impl Fn(u32) -> bool, choice: &mut Choice) -> Judged {
        let there = self.reach.of(nth).iter().filter(|link| !gone(link.to));
        let points = there.map(|link: &Link| self.offered(link));
        judge(building.needs, self.terms, points, choice)
    }

    /// What a point in reach gives, and whose water it draws.
    pub fn offered(self, link: &Link) -> (Given, u32) {
        let outlet = &self.outlets[link.to as usize];
        (outlet.given, outlet.water)
    }
}

/// Litres a minute of a new tank of the size that the district looks for.
pub fn of_tank(settings: &Settings) -> u32 {
    settings.sustained(settings.tank)
}
