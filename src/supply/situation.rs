//! The situation of a moment: everything judged as the registers are now.
//!
//! What has not changed is taken over from the situation before: after an inspection or an outage only the verdicts are made
//! anew, after a new hydrant the ways to it and all others, after an import of buildings everything.

use std::sync::Arc;

use chrono::NaiveDate;

use super::assessed::{Assessed, Scene};
use super::ground::Ground;
use super::reach::{Reach, Scales, Ways};
use super::settings::{BUILDINGS, Settings};
use super::water::{Outlet, outlets};
use crate::collection::{Frame, Laying};
use crate::firewater::network::Network;
use crate::firewater::{COLLECTIONS, Register};
use crate::index::{Index, Snapshot};
use crate::work::{Effort, Ended};

const MUNICIPALITIES: &str = "municipalities";

/// What a situation is made of.
#[derive(Debug, Clone)]
pub struct Sources {
    buildings: Option<Arc<Snapshot>>,
    municipalities: Option<Arc<Snapshot>>,
    waters: Vec<Arc<Snapshot>>,
    network: Option<Arc<Network>>,
    today: NaiveDate,
}

/// What can be told apart of [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    ground: [u64; 2],
    waters: [u64; COLLECTIONS.len()],
    /// Where the network lies in memory, which it does as long as the situation holds it.
    network: usize,
    today: NaiveDate,
}

impl Sources {
    /// As they are now.
    pub fn now(index: &Index, network: Option<Arc<Network>>, today: NaiveDate) -> Self {
        Self {
            buildings: index.snapshot_of(BUILDINGS),
            municipalities: index.snapshot_of(MUNICIPALITIES),
            waters: COLLECTIONS.iter().filter_map(|name| index.snapshot_of(name)).collect(),
            network,
            today,
        }
    }

    fn key(&self) -> Key {
        let content = |snapshot: &Option<Arc<Snapshot>>| snapshot.as_ref().map_or(0, |it| it.fingerprint());
        let mut waters = [0; COLLECTIONS.len()];
        self.waters.iter().zip(&mut waters).for_each(|(snapshot, content)| *content = snapshot.fingerprint());
        Key {
            ground: [content(&self.buildings), content(&self.municipalities)],
            waters,
            network: self.network.as_ref().map_or(0, |network| Arc::as_ptr(network) as usize),
            today: self.today,
        }
    }
}

/// What is reckoned with.
#[derive(Debug, Clone)]
pub struct Rules {
    pub settings: Arc<Settings>,
    pub register: Arc<Register>,
    pub laying: Laying,
    pub frame: Frame,
}

/// A moment of the registers, judged, with all that it was judged by.
#[derive(Debug)]
pub struct Situation {
    key: Key,
    network: Option<Arc<Network>>,
    rules: Rules,
    pub ground: Arc<Ground>,
    pub outlets: Vec<Outlet>,
    reach: Arc<Reach>,
    scales: Arc<Scales>,
    pub assessed: Assessed,
    /// The day for which it holds.
    pub today: NaiveDate,
}

impl Situation {
    /// True if it is what would be made of these.
    pub fn is_of(&self, sources: &Sources) -> bool {
        self.key == sources.key()
    }

    /// The situation of some sources; what of the one before still holds is taken over.
    ///
    /// # Errors
    /// Nobody waits for it any more.
    pub fn of(rules: &Rules, sources: &Sources, before: Option<&Self>, effort: &Effort) -> Result<Self, Ended> {
        let key = sources.key();
        let network = sources.network.as_deref();
        let same_ground = |it: &&Self| it.key.ground == key.ground && it.key.network == key.network;
        let ground = match before.filter(same_ground) {
            Some(before) => before.ground.clone(),
            None => Arc::new(ground(rules, sources, network)),
        };
        effort.check()?;
        let outlets = outlets(&rules.register, &rules.settings, &sources.waters, network, sources.today);
        let same_places = |it: &&Self| {
            Arc::ptr_eq(&it.ground, &ground)
                && it.outlets.len() == outlets.len()
                && it.outlets.iter().zip(&outlets).all(|(one, other)| one.at == other.at)
        };
        let (scales, reach) = match before.filter(same_places) {
            Some(before) => (before.scales.clone(), before.reach.clone()),
            None => {
                let places = outlets.iter().map(|outlet| outlet.at);
                let places = places.chain(ground.buildings.iter().map(|building| building.at));
                let scales = Scales::around(places, rules.frame);
                let terms = &rules.settings.terms;
                let ways = Ways { ground: &ground, network, laying: &rules.laying, terms, scales: &scales };
                let reach = Reach::measure(ways, &outlets, effort)?;
                (Arc::new(scales), Arc::new(reach))
            }
        };
        let scene = Scene { ground: &ground, outlets: &outlets, reach: &reach, terms: &rules.settings.terms };
        let assessed = Assessed::judge(scene);
        let (network, today) = (sources.network.clone(), sources.today);
        Ok(Self { key, network, rules: rules.clone(), ground, outlets, reach, scales, assessed, today })
    }

    /// What its buildings are judged by.
    pub fn scene(&self) -> Scene<'_> {
        let terms = &self.rules.settings.terms;
        Scene { ground: &self.ground, outlets: &self.outlets, reach: &self.reach, terms }
    }

    /// What its metres are measured with.
    pub fn ways(&self) -> Ways<'_> {
        Ways {
            ground: &self.ground,
            network: self.network.as_deref(),
            laying: &self.rules.laying,
            terms: &self.rules.settings.terms,
            scales: &self.scales,
        }
    }

    /// By what it was judged.
    pub fn settings(&self) -> &Settings {
        &self.rules.settings
    }

    /// The roads it was measured along.
    pub fn network(&self) -> Option<&Arc<Network>> {
        self.network.as_ref()
    }
}

fn ground(rules: &Rules, sources: &Sources, network: Option<&Network>) -> Ground {
    let Some(buildings) = &sources.buildings else { return Ground::none() };
    let within = rules.laying.road_within;
    Ground::new(&rules.settings, (buildings, sources.municipalities.as_deref()), network, within)
}
