//! Results as clients get them.

use schemars::JsonSchema;
use serde::Serialize;

use super::crossing;
use super::entry::{Entry, Extent, place_of};
use super::find::{Asked, Candidate, Found};
use super::fold;
use super::gazetteer::Gazetteer;
use super::kind::{Kind, Kinds};
use super::sources::{Sources, WaterCollection};
use crate::collection::{Collection, Language};
use crate::coordinate::{Certainty, LonLat};
use crate::feature::FeatureId;
use crate::index::{Index, Snapshot, Stored};

/// One result of `/api/search`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Hit {
    pub kind: Kind,
    /// `Hauptstraße 12, 19205 Gadebusch`
    pub label: String,
    /// What tells it from others of the same label; null when there is nothing more to say.
    pub detail: Option<String>,
    /// Degrees, to a centimetre.
    pub lon: f64,
    pub lat: f64,
    /// West, south, east, north, where it is no single place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bbox: Option<[f64; 4]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<uuid::Uuid>")]
    pub id: Option<FeatureId>,
    /// Found as it is written: no slip, no word that fits nothing, the whole name, the very house number.
    pub exact: bool,
    /// True if it is right as far as it is written: the last word is not finished, or the name goes on.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub begun: bool,
    /// The question says its settlement.
    #[serde(skip)]
    pub in_settlement: bool,
    /// How sure it is that somebody who calls for help there is there.
    #[serde(flatten)]
    pub certainty: Certainty,
}

/// What results are told with.
#[derive(Debug, Clone, Copy)]
pub struct Teller<'a> {
    pub sources: &'a Sources,
    pub index: &'a Index,
    pub gazetteer: &'a Gazetteer,
    pub asked: &'a Asked,
    /// What the caller may know of.
    pub open: Kinds,
    /// Up to so many metres an object is one place.
    pub accuracy: f64,
    pub language: Language,
}

impl Teller<'_> {
    /// A candidate as a hit; `None` if it has gone meanwhile.
    pub fn hit(&self, candidate: &Candidate) -> Option<Hit> {
        let mut hit = match candidate.what {
            Found::Entry(number) => self.entry(self.gazetteer.entry(number)?)?,
            Found::House(street, id) => self.house(self.gazetteer.entry(street)?, id)?,
            Found::Crossing(one, other, at) => {
                self.crossing(self.gazetteer.entry(one)?, self.gazetteer.entry(other)?, at)
            }
            Found::Reference(number, id) => {
                let register = self.sources.registers.get(number)?;
                let snapshot = self.index.snapshot(register.source.position);
                self.object(register, &snapshot, snapshot.get(id)?, true)?
            }
        };
        (hit.exact, hit.begun) = (candidate.exact, candidate.begun);
        hit.in_settlement = self.says_settlement(candidate);
        if let Found::House(street, _) = candidate.what
            && candidate.nearby
        {
            // The house that was asked for may be anywhere along the street.
            let (street, at) = (self.gazetteer.entry(street)?, LonLat { lon: hit.lon, lat: hit.lat });
            hit.certainty = Certainty::Street(self.at_least(street.reach(at)));
        }
        Some(hit)
    }

    fn entry(&self, entry: &Entry) -> Option<Hit> {
        let register = self.sources.registers.iter().find(|register| register.kind == entry.kind);
        if let Some(register) = register {
            let snapshot = self.index.snapshot(register.source.position);
            let mut hit = self.object(register, &snapshot, snapshot.get(entry.id?)?, false)?;
            let reference = std::mem::replace(&mut hit.label, entry.name.to_string());
            hit.detail = joined([Some(reference), hit.detail.take()].into_iter().flatten());
            return Some(hit);
        }
        let at = entry.middle();
        let (label, detail) = match entry.kind {
            Kind::Street => (with_town(&entry.name, &entry.postcode, &entry.post_town), self.around(entry)),
            Kind::Municipality => (entry.name.to_string(), self.office(entry)),
            _ => (
                entry.name.to_string(),
                self.area_name(entry.area).filter(|area| *area != &*entry.name).map(str::to_owned),
            ),
        };
        let source = self.sources.municipalities.as_ref().filter(|_| entry.kind == Kind::Municipality);
        let certainty = match entry.kind {
            Kind::Street => Certainty::Street(self.at_least(entry.reach(at))),
            _ => Certainty::Settlement(self.at_least(entry.reach(at))),
        };
        Some(Hit {
            kind: entry.kind,
            label,
            detail,
            lon: rounded(at.lon),
            lat: rounded(at.lat),
            bbox: Some(entry.extent.0.map(|degrees| (f64::from(degrees) * 1e5).round() / 1e5)),
            collection: source.map(|it| it.source.collection.name.clone()),
            id: entry.id.filter(|_| source.is_some()),
            exact: true,
            begun: false,
            in_settlement: false,
            certainty,
        })
    }

    /// Metres around a street or a settlement: one of which a single house is recorded is no point all the same.
    fn at_least(&self, reach: f64) -> f64 {
        reach.max(self.accuracy)
    }

    fn house(&self, street: &Entry, id: FeatureId) -> Option<Hit> {
        let addresses = self.sources.addresses.as_ref()?;
        let snapshot = self.index.snapshot(addresses.source.position);
        let stored = snapshot.get(id)?;
        let (address, at) = (addresses.read(stored.row()), stored.position()?);
        Some(Hit {
            kind: Kind::Address,
            label: with_town(&address.line(), address.postcode, address.post_town),
            detail: self.around(street),
            lon: rounded(at.x),
            lat: rounded(at.y),
            bbox: None,
            collection: Some(addresses.source.collection.name.clone()),
            id: Some(id),
            exact: true,
            begun: false,
            in_settlement: false,
            certainty: Certainty::Exact,
        })
    }

    /// `Hauptstraße / Bahnhofstraße, 19205 Gadebusch`
    fn crossing(&self, one: &Entry, other: &Entry, at: [i32; 2]) -> Hit {
        let [lon, lat] = at.map(|units| f64::from(units) / crossing::UNITS);
        Hit {
            kind: Kind::Crossing,
            label: with_town(&format!("{} / {}", one.name, other.name), &one.postcode, &one.post_town),
            detail: self.around(one),
            lon,
            lat,
            bbox: None,
            collection: None,
            id: None,
            exact: true,
            begun: false,
            in_settlement: false,
            certainty: Certainty::Exact,
        }
    }

    /// Whether the question says the settlement of a street or house.
    fn says_settlement(&self, candidate: &Candidate) -> bool {
        match candidate.what {
            Found::Entry(number) | Found::House(number, _) | Found::Crossing(number, ..) => {
                self.gazetteer.entry(number).is_some_and(|entry| self.asked.says(&fold::tokens(&entry.settlement)))
            }
            Found::Reference(..) => false,
        }
    }

    /// An object under its number; `says_name` where it has a name and is not called by that.
    fn object(&self, register: &WaterCollection, snapshot: &Snapshot, stored: &Stored, says_name: bool) -> Option<Hit> {
        let row = stored.row();
        let (at, extent) = place_of(stored, &snapshot.frame())?;
        let name = register.name(row);
        let area = self.gazetteer.area_of(register.municipality(row));
        let kind = register.code.and_then(|code| self.word(snapshot.collection(), code, stored));
        let parts =
            [kind, (says_name && !name.is_empty()).then(|| name.to_owned()), self.area_name(area).map(str::to_owned)];
        Some(Hit {
            kind: register.kind,
            label: register.reference(row).to_owned(),
            detail: joined(parts.into_iter().flatten()),
            lon: rounded(at.lon),
            lat: rounded(at.lat),
            bbox: (extent != Extent::point(at))
                .then(|| extent.0.map(|degrees| (f64::from(degrees) * 1e5).round() / 1e5)),
            collection: Some(register.source.collection.name.clone()),
            id: Some(stored.id),
            exact: true,
            begun: false,
            in_settlement: false,
            certainty: Certainty::within(extent.reach(at), self.accuracy),
        })
    }

    fn word(&self, collection: &Collection, position: usize, stored: &Stored) -> Option<String> {
        let codes = collection.properties.get(position)?.codes()?;
        Some(codes.label(stored.row().get(position).as_code()?, self.language).to_owned())
    }

    /// The settlement and the municipality of a street, as far as its label does not say them.
    fn around(&self, street: &Entry) -> Option<String> {
        let town: &str = &street.post_town;
        let settlement = Some(&*street.settlement).filter(|name| !name.is_empty() && *name != town);
        let area = self.area_name(street.area).filter(|name| *name != town && Some(*name) != settlement);
        joined(settlement.into_iter().chain(area).map(str::to_owned))
    }

    fn area_name(&self, area: Option<u32>) -> Option<&str> {
        if !self.open.has(Kind::Municipality) {
            return None;
        }
        self.gazetteer.areas().get(area? as usize).map(|area| &*area.name).filter(|name| !name.is_empty())
    }

    fn office(&self, entry: &Entry) -> Option<String> {
        let municipalities = self.sources.municipalities.as_ref()?;
        let snapshot = self.index.snapshot(municipalities.source.position);
        let [_, name, office] = municipalities.read(snapshot.get(entry.id?)?.row());
        (!office.is_empty() && office != name).then(|| office.to_owned())
    }
}

/// `Hauptstraße 12, 19205 Gadebusch`, or less where less is recorded.
fn with_town(line: &str, postcode: &str, town: &str) -> String {
    let town = [postcode, town].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    if town.is_empty() { line.to_owned() } else { format!("{line}, {town}") }
}

fn joined(parts: impl Iterator<Item = String>) -> Option<String> {
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn rounded(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}
