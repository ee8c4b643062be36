//! Everything with a name, changed feature by feature.
//!
//! A street is all addresses and roads that are called alike in one settlement of one municipality. A road does not say
//! where it belongs: it goes by the address nearest to it. A settlement is there as long as addresses name it.

use std::collections::HashMap;
use std::sync::Arc;

use super::entry::{Entry, House, Spelling, place_of};
use super::fold;
use super::house::HouseNumber;
use super::kind::Kind;
use super::places::Place;
use super::sources::{Address, Sources};
use super::words::Words;
use crate::collection::Frame;
use crate::coordinate::LonLat;
use crate::feature::FeatureId;
use crate::index::{Snapshot, Stored};

/// How far from a road the address may be that says where it belongs, metres.
const NEIGHBOURHOOD: f64 = 1_500.0;

const NOWHERE: u32 = u32::MAX;

/// Names and what they stand for.
#[derive(Debug, Default)]
pub struct Gazetteer {
    pub words: Words,
    entries: Vec<Option<Entry>>,
    areas: Vec<Area>,
    area_numbers: HashMap<Box<str>, u32>,
    /// Entries made of several features, by what makes them one.
    keys: HashMap<Box<str>, u32>,
    /// The entries a feature is part of: street and settlement, name and number of a road.
    features: HashMap<FeatureId, [u32; 2]>,
}

/// A municipality, as far as names need it.
#[derive(Debug, Default)]
pub struct Area {
    pub name: Box<str>,
    pub spelling: Spelling,
}

/// What a change is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    pub sources: &'a Sources,
    pub frame: Frame,
    /// The addresses, by which roads are told where they belong.
    pub addresses: Option<&'a Arc<Snapshot>>,
}

impl Gazetteer {
    /// All entries with their numbers.
    pub fn entries(&self) -> impl Iterator<Item = (u32, &Entry)> {
        self.entries.iter().enumerate().filter_map(|(number, entry)| entry.as_ref().map(|entry| (number as u32, entry)))
    }

    /// How many words and names there are, about.
    pub fn size(&self) -> usize {
        self.words.len() + self.entries.len()
    }

    /// An entry by number.
    pub fn entry(&self, number: u32) -> Option<&Entry> {
        self.entries.get(number as usize)?.as_ref()
    }

    /// The municipalities that are named anywhere.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// The number of a municipality by its key.
    pub fn area_of(&self, key: &str) -> Option<u32> {
        self.area_numbers.get(key).copied()
    }

    /// Brings the present state of a feature in; what was known of it before goes.
    pub fn put(&mut self, setting: Setting<'_>, collection: usize, id: FeatureId, now: Option<&Stored>) {
        self.remove(id);
        let Some(stored) = now else { return };
        let sources = setting.sources;
        if let Some(addresses) = sources.addresses.as_ref().filter(|it| it.source.position == collection) {
            self.put_address(id, &addresses.read(stored.row()), stored);
        } else if let Some(roads) = sources.roads.as_ref().filter(|it| it.source.position == collection) {
            let (name, reference) = roads.read(stored.row());
            self.put_road(setting, id, name, reference, stored);
        } else if let Some(municipalities) =
            sources.municipalities.as_ref().filter(|it| it.source.position == collection)
        {
            let [key, name, _] = municipalities.read(stored.row());
            let area = self.area(key);
            if let Some(it) = self.areas.get_mut(area as usize) {
                *it = Area { name: name.into(), spelling: Spelling::of(name, false, &mut self.words) };
            }
            let size = municipalities.population(stored.row()).unwrap_or_default();
            self.put_named(setting, Kind::Municipality, id, name, Some(area), stored, u32::try_from(size).unwrap_or(0));
        } else if let Some(register) = sources.registers.iter().find(|it| it.source.position == collection) {
            let area = register.municipality(stored.row());
            let area = (!area.is_empty()).then(|| self.area(area));
            self.put_named(setting, register.kind, id, register.name(stored.row()), area, stored, 0);
        }
    }

    /// Tells settlements where the middle of them is.
    pub fn locate(&mut self, places: &[Place], addresses: &Snapshot) {
        for place in places {
            let position = addresses.get(place.id).and_then(Stored::position);
            let area = self.area(&place.municipality);
            let entry = self.keys.get(settlement_key(area, &place.name).as_str());
            if let Some(at) = position
                && let Some(Some(entry)) = entry.and_then(|number| self.entries.get_mut(*number as usize))
            {
                entry.at = LonLat { lon: at.x, lat: at.y };
            }
        }
    }

    fn put_address(&mut self, id: FeatureId, address: &Address<'_>, stored: &Stored) {
        let Some(position) = stored.position() else { return };
        let at = LonLat { lon: position.x, lat: position.y };
        let area = self.area(address.municipality);
        // Villages without street names number their houses throughout.
        let street = if address.street.is_empty() { address.settlement } else { address.street };
        let mut parts = [NOWHERE; 2];
        if let Some(number) = self.street(Some(area), address, street) {
            parts[0] = number;
            if let Some(entry) = &mut self.entries[number as usize] {
                entry.near(address.postcode, &mut self.words);
                entry.near(address.post_town, &mut self.words);
                entry.extent.join(super::entry::Extent::point(at));
                if entry.houses.is_empty() && entry.lines.is_empty() {
                    entry.at = at;
                }
                if let Some(number) = HouseNumber::read(address.number, address.addition) {
                    entry.add_house(House { number, id, at: [at.lon as f32, at.lat as f32] });
                } else {
                    entry.lines.push(id);
                }
            }
        }
        if !address.settlement.is_empty() {
            let number = self.entry_of(settlement_key(area, address.settlement), Kind::Place, address.settlement);
            parts[1] = number;
            if let Some(entry) = &mut self.entries[number as usize] {
                entry.area = Some(area);
                entry.near(address.postcode, &mut self.words);
                entry.near(address.post_town, &mut self.words);
                entry.postcode = address.postcode.into();
                entry.extent.join(super::entry::Extent::point(at));
                if entry.size == 0 {
                    entry.at = at;
                }
                entry.size += 1;
            }
        }
        self.features.insert(id, parts);
    }

    /// The street of that name in an address' settlement.
    fn street(&mut self, area: Option<u32>, address: &Address<'_>, street: &str) -> Option<u32> {
        if street.is_empty() {
            return None;
        }
        let (place, name) = (fold::key(address.settlement), words_of(street));
        let key = format!("street|{}|{place}|{name}", area.unwrap_or(NOWHERE));
        let number = self.entry_of(key, Kind::Street, street);
        if let Some(entry) = &mut self.entries[number as usize]
            && entry.houses.is_empty()
            && entry.lines.is_empty()
        {
            entry.area = area;
            entry.settlement = address.settlement.into();
            entry.postcode = address.postcode.into();
            entry.post_town = address.post_town.into();
            entry.near(address.settlement, &mut self.words);
            entry.near(address.postcode, &mut self.words);
            entry.near(address.post_town, &mut self.words);
        }
        Some(number)
    }

    fn put_road(&mut self, setting: Setting<'_>, id: FeatureId, name: &str, reference: &str, stored: &Stored) {
        if name.is_empty() && reference.is_empty() {
            return;
        }
        let Some((at, extent)) = place_of(stored, &setting.frame) else { return };
        let neighbour = |addresses: &'_ Arc<Snapshot>| -> Option<Stored> {
            let middle = stored.shape.bounds()?.center();
            addresses.nearest_few(middle, 1, NEIGHBOURHOOD).first().map(|(_, stored)| (*stored).clone())
        };
        let neighbour = setting.addresses.and_then(neighbour).filter(|_| !name.is_empty());
        let told = setting.sources.addresses.as_ref().zip(neighbour.as_ref());
        let address = told.map_or(Address::NOWHERE, |(fields, stored)| fields.read(stored.row()));
        let mut parts = [NOWHERE; 2];
        if !name.is_empty() {
            let area = (!address.municipality.is_empty()).then(|| self.area(address.municipality));
            parts[0] = self.street(area, &address, name).unwrap_or(NOWHERE);
        }
        if !reference.is_empty() {
            parts[1] = self.entry_of(format!("road|{}", fold::key(reference)), Kind::Street, reference);
        }
        for part in parts {
            if let Some(Some(entry)) = self.entries.get_mut(part as usize) {
                if entry.lines.is_empty() {
                    entry.at = at;
                }
                entry.extent.join(extent);
                entry.lines.push(id);
            }
        }
        self.features.insert(id, parts);
    }

    #[expect(clippy::too_many_arguments, reason = "everything that is known of a feature with a name of its own")]
    fn put_named(
        &mut self,
        setting: Setting<'_>,
        kind: Kind,
        id: FeatureId,
        name: &str,
        area: Option<u32>,
        stored: &Stored,
        size: u32,
    ) {
        if name.is_empty() {
            return;
        }
        let Some((at, extent)) = place_of(stored, &setting.frame) else { return };
        let mut entry = Entry::new(kind, name, &mut self.words);
        (entry.area, entry.at, entry.extent, entry.size, entry.id) = (area, at, extent, size, Some(id));
        let number = self.entries.len() as u32;
        self.entries.push(Some(entry));
        self.features.insert(id, [number, NOWHERE]);
    }

    fn remove(&mut self, id: FeatureId) {
        let Some(parts) = self.features.remove(&id) else { return };
        for part in parts {
            let Some(place) = self.entries.get_mut(part as usize) else { continue };
            let Some(entry) = place else { continue };
            entry.houses.retain(|house| house.id != id);
            entry.lines.retain(|line| *line != id);
            let empty = match entry.kind {
                Kind::Street => entry.houses.is_empty() && entry.lines.is_empty(),
                Kind::Place => {
                    entry.size -= 1;
                    entry.size == 0
                }
                _ => true,
            };
            // Its number stays with its key; who comes back finds a new entry under it.
            if empty {
                *place = None;
            }
        }
    }

    fn entry_of(&mut self, key: String, kind: Kind, name: &str) -> u32 {
        let next = self.entries.len() as u32;
        let number = *self.keys.entry(key.into_boxed_str()).or_insert(next);
        if number == next {
            self.entries.push(None);
        }
        let words = &mut self.words;
        self.entries[number as usize].get_or_insert_with(|| Entry::new(kind, name, words));
        number
    }

    fn area(&mut self, key: &str) -> u32 {
        if let Some(number) = self.area_numbers.get(key) {
            return *number;
        }
        let number = self.areas.len() as u32;
        self.areas.push(Area::default());
        self.area_numbers.insert(key.into(), number);
        number
    }
}

fn settlement_key(area: u32, name: &str) -> String {
    format!("place|{area}|{name}")
}

/// Folded words with gaps, so that `An der B` and `Ander B` stay two.
fn words_of(name: &str) -> String {
    fold::tokens(name).into_iter().map(|token| token.text).collect::<Vec<_>>().join(" ")
}
