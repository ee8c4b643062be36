//! What is told of a situation: from its numbers to answers.

use std::collections::HashSet;

use super::Supply;
use super::answers::{
    SupplyChange, SupplyCount, SupplyDemand, SupplyFailed, SupplyLoss, SupplyNeeds, SupplyOfMunicipality,
    SupplyOfPlace, SupplyPlaces, SupplyPoint, SupplySettings, SupplySite, SupplySummary, SupplyTally, SupplyWithout,
};
use super::assessed::{Tally, of_tank};
use super::given::ANY;
use super::places::Site;
use super::reach::{Link, Start};
use super::settings::{BUILDINGS, FUNCTION, Needs};
use super::situation::Situation;
use super::verdict::{Choice, Judged, Verdict, judge};
use super::water::Outlet;
use super::words::{Why, tenths};
use crate::coordinate::{LonLat, Precision, Utmref, format};
use crate::feature::FeatureId;
use crate::firewater::network::graph::between;
use crate::identity::Caller;
use crate::texts::Label;
use geo_types::Coord;

/// What is judged by itself.
struct Judging<'a> {
    building: Option<FeatureId>,
    at: Coord,
    needs: Needs,
    people: u32,
    /// What is in reach, the nearest first.
    links: &'a [Link],
}

impl Supply {
    /// All of it, added up.
    pub fn summary(&self, situation: &Situation) -> SupplySummary {
        let assessed = &situation.assessed;
        let municipalities = situation.ground.municipalities.iter().zip(&assessed.tallies);
        let elsewhere = assessed.tallies.last().copied().unwrap_or_default();
        SupplySummary {
            settings: self.settings(situation),
            day: situation.today,
            total: tally(&assessed.total),
            municipalities: municipalities
                .map(|(it, of)| SupplyOfMunicipality {
                    key: it.key.clone(),
                    name: it.name.clone(),
                    population: it.population,
                    tally: tally(of),
                })
                .collect(),
            elsewhere: tally(&elsewhere),
            points: situation.outlets.len(),
        }
    }

    fn settings(&self, situation: &Situation) -> SupplySettings {
        let settings = situation.settings();
        let demand = |it: &super::settings::Demand| SupplyDemand {
            name: it.name.clone(),
            title: it.title.clone(),
            flow: tenths(it.flow),
        };
        SupplySettings {
            title: settings.title.clone(),
            source: settings.source.clone(),
            reach: settings.terms.reach,
            measured_by: settings.terms.by,
            road_network: situation.network().is_some(),
            most_points: settings.terms.most,
            least_flow: tenths(settings.terms.least),
            hours: settings.terms.hours,
            tank_volume: settings.tank,
            demands: settings.demands.iter().map(demand).collect(),
        }
    }

    /// A building, as if some objects had failed.
    pub fn of_building(&self, situation: &Situation, nth: usize, failed: &[FeatureId]) -> SupplyOfPlace {
        let building = &situation.ground.buildings[nth];
        let links = situation.scene().reach.of(nth);
        let (building, at, needs, people) = (Some(building.id), building.at, building.needs, building.people);
        self.judged(situation, &Judging { building, at, needs, people, links }, failed)
    }

    /// A place where something stands or is planned that needs so much, litres a minute.
    pub fn of_place(&self, situation: &Situation, at: Coord, needs: u32, failed: &[FeatureId]) -> SupplyOfPlace {
        let ways = situation.ways();
        let mut start = Start::new(ways, at);
        let scale = ways.scales.at(at);
        let mut links = Vec::new();
        for (outlet, nth) in situation.outlets.iter().zip(0..) {
            if between(at, outlet.at) * scale > ways.terms.reach {
                continue;
            }
            let snap = ways.network.and_then(|network| network.snap(outlet.at, ways.laying.road_within));
            links.extend(start.to(outlet.at, snap.as_ref(), scale).map(|metres| Link { to: nth, metres }));
        }
        links.sort_by(|one, other| one.metres.total_cmp(&other.metres));
        let needs = Needs::Flow { least: needs, most: needs };
        self.judged(situation, &Judging { building: None, at, needs, people: 0, links: &links }, failed)
    }

    fn judged(&self, situation: &Situation, it: &Judging<'_>, failed: &[FeatureId]) -> SupplyOfPlace {
        let scene = situation.scene();
        let has_failed = |link: &Link| failed.iter().any(|id| scene.outlets[link.to as usize].is(*id));
        let there: Vec<&Link> = it.links.iter().filter(|link| !has_failed(link)).collect();
        let mut choice = Choice::default();
        let offered = there.iter().map(|link| scene.offered(link));
        let Judged { verdict, sure, possible } = judge(it.needs, scene.terms, offered, &mut choice);
        let counted: HashSet<u32> = choice.places().map(|nth| there[nth].to).collect();
        let point = |link: &Link| {
            let outlet = &scene.outlets[link.to as usize];
            self.point(situation, outlet, link.metres, (counted.contains(&link.to), has_failed(link)))
        };
        let why = Why::of_building(verdict, it.needs, (sure, possible), scene.terms.reach);
        let place = self.on_earth(it.at);
        let (needs, missing) = match it.needs {
            Needs::Nothing => (None, 0),
            Needs::Flow { least, most } => {
                (Some(SupplyNeeds { least: tenths(least), most: tenths(most) }), most.saturating_sub(sure))
            }
        };
        SupplyOfPlace {
            building: it.building.map(|id| id.0),
            lon: place.lon,
            lat: place.lat,
            function: it.building.and_then(|id| self.code_of(BUILDINGS, id, FUNCTION)),
            people: it.people,
            verdict,
            words: self.texts.label(&(&why).into()),
            needs,
            sure: tenths(sure),
            missing: tenths(missing),
            points: it.links.iter().map(point).collect(),
        }
    }

    fn point(
        &self,
        situation: &Situation,
        outlet: &Outlet,
        metres: f32,
        (counts, failed): (bool, bool),
    ) -> SupplyPoint {
        let collection = &self.index.catalogue().collections()[outlet.collection];
        let why = Why::of_point(outlet.given, counts, situation.settings().terms.least);
        let place = self.on_earth(outlet.at);
        SupplyPoint {
            collection: collection.name.clone(),
            id: outlet.id.0,
            reference: self.reference(outlet),
            kind: self.code_of(&collection.name, outlet.id, "kind"),
            lon: place.lon,
            lat: place.lat,
            metres: (f64::from(metres) * 10.0).round() / 10.0,
            gives: (outlet.given.possible != ANY).then(|| tenths(outlet.given.possible)),
            counts,
            because: outlet.given.because,
            words: self.texts.label(&(&why).into()),
            failed,
        }
    }

    /// The number of a point, as it is now.
    fn reference(&self, outlet: &Outlet) -> Option<String> {
        let snapshot = self.index.snapshot(outlet.collection);
        let k = snapshot.collection().reference?;
        Some(snapshot.get(outlet.id)?.row().get(k).as_text()?.to_owned())
    }

    /// The label of a code of a feature, as it is now.
    fn code_of(&self, collection: &str, id: FeatureId, property: &str) -> Option<Label> {
        let snapshot = self.index.snapshot_of(collection)?;
        let k = snapshot.collection().position(property)?;
        let code = snapshot.get(id)?.row().get(k).as_code()?;
        let codes = snapshot.collection().properties[k].codes()?.codes();
        codes.get(usize::from(code)).map(|code| code.label.clone())
    }

    /// What is lost without some objects.
    pub fn without(&self, situation: &Situation, failed: &[FeatureId]) -> SupplyWithout {
        let lost = situation.assessed.without(situation.scene(), failed);
        let (mut gone, mut doubtful, mut buildings) = (SupplyLoss::default(), SupplyLoss::default(), Vec::new());
        for change in lost {
            let building = &situation.ground.buildings[change.building];
            let loss = match change.after {
                after if after.is_gap() && !change.before.is_gap() => Some(&mut gone),
                Verdict::Unknown => Some(&mut doubtful),
                _ => None,
            };
            if let Some(loss) = loss {
                loss.buildings += 1;
                loss.people += building.people;
            }
            let place = self.on_earth(building.at);
            buildings.push(SupplyChange {
                id: building.id.0,
                lon: place.lon,
                lat: place.lat,
                before: change.before,
                after: change.after,
                people: building.people,
            });
        }
        let out = situation.outlets.iter().filter(|outlet| failed.iter().any(|id| outlet.is(*id)));
        let without = out.map(|outlet| {
            let place = self.on_earth(outlet.at);
            SupplyFailed {
                collection: self.index.catalogue().collections()[outlet.collection].name.clone(),
                id: outlet.id.0,
                reference: self.reference(outlet),
                lon: place.lon,
                lat: place.lat,
            }
        });
        SupplyWithout { without: without.collect(), lost: gone, doubtful, buildings }
    }

    /// Places for tanks, for somebody who may see this much of addresses.
    pub fn places(&self, situation: &Situation, sites: &[Site], caller: &Caller) -> SupplyPlaces {
        let settings = situation.settings();
        let open = self.search.lookup.open_to(|collection| caller.sees(collection));
        let (mut buildings, mut people) = (0, 0);
        let places = sites.iter().zip(1..).map(|(site, rank)| {
            (buildings, people) = (buildings + site.buildings, people + site.people);
            let place = self.on_earth(site.at);
            let near = self.search.lookup.near(&self.index, place, site.at, open);
            SupplySite {
                rank,
                lon: place.lon,
                lat: place.lat,
                utmref: self.utmref(place),
                near: near.map(|near| [near.label, near.settlement].join(", ").trim_end_matches(", ").to_owned()),
                municipality: site.municipality.map(|nth| situation.ground.municipalities[nth].name.clone()),
                buildings: site.buildings,
                people: site.people,
                buildings_so_far: buildings,
                people_so_far: people,
            }
        });
        let places = places.collect();
        SupplyPlaces { tank_volume: settings.tank, tank_flow: tenths(of_tank(settings)), places }
    }

    /// Degrees of a place of the register, of which each has some: it was brought there from degrees.
    fn on_earth(&self, at: Coord) -> LonLat {
        let place = self.district.frame().on_earth(at).unwrap_or(LonLat { lon: f64::NAN, lat: f64::NAN });
        // A centimetre.
        let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
        LonLat { lon: rounded(place.lon), lat: rounded(place.lat) }
    }

    fn utmref(&self, place: LonLat) -> Option<String> {
        let written = match self.district.utmref_zone {
            Some(zone) => Utmref::in_zone(place, zone, Precision::M1).map(|utmref| {
                let mut out = Vec::new();
                utmref.write(&mut out);
                String::from_utf8_lossy(&out).into_owned()
            }),
            None => format::utmref(place, Precision::M1),
        };
        written.ok()
    }
}

fn tally(of: &Tally) -> SupplyTally {
    SupplyTally { buildings: count(of.buildings), people: count(of.people) }
}

fn count([supplied, too_little, none, unknown, exempt]: [u32; Verdict::ALL.len()]) -> SupplyCount {
    SupplyCount { supplied, too_little, none, unknown, exempt }
}
