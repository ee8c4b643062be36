//! What is searched in each collection, and who may search it.
//!
//! Worked out once, when the server starts. Whoever may not see one of the properties that a collection is searched by
//! does not find its features: a hit would tell what they may not read.

use std::sync::Arc;

use super::kind::{Kind, Kinds};
use crate::collection::{Catalogue, Collection, Visibility};
use crate::feature::Row;

/// The collections that are searched; those the catalogue lacks are not.
#[derive(Debug)]
pub struct Sources {
    pub addresses: Option<Addresses>,
    pub roads: Option<Roads>,
    pub municipalities: Option<Municipalities>,
    pub registers: Vec<WaterCollection>,
}

/// A collection and who may search it.
#[derive(Debug, Clone)]
pub struct Source {
    pub collection: Arc<Collection>,
    /// Its place in the catalogue.
    pub position: usize,
    needs: Visibility,
}

/// Positions of properties; `None` for those a declaration lacks.
#[derive(Debug)]
pub struct Addresses {
    pub source: Source,
    street: Option<usize>,
    number: Option<usize>,
    addition: Option<usize>,
    postcode: Option<usize>,
    post_town: Option<usize>,
    place: Option<usize>,
    municipality: Option<usize>,
}

#[derive(Debug)]
pub struct Roads {
    pub source: Source,
    name: Option<usize>,
    reference: Option<usize>,
}

#[derive(Debug)]
pub struct Municipalities {
    pub source: Source,
    key: Option<usize>,
    name: Option<usize>,
    office: Option<usize>,
    population: Option<usize>,
}

/// A collection of the fire-water register.
#[derive(Debug)]
pub struct WaterCollection {
    pub source: Source,
    pub kind: Kind,
    reference: Option<usize>,
    name: Option<usize>,
    pub code: Option<usize>,
    municipality: Option<usize>,
}

/// The texts of an address; empty where nothing is recorded.
#[derive(Debug, Clone, Copy)]
pub struct Address<'a> {
    pub street: &'a str,
    pub number: &'a str,
    pub addition: &'a str,
    pub postcode: &'a str,
    pub post_town: &'a str,
    /// What its settlement is called: the place, or the post town where none is recorded.
    pub settlement: &'a str,
    pub municipality: &'a str,
}

impl Address<'_> {
    /// `Fasanengasse 7`; in villages without street names `Grürnitz 7`.
    pub fn line(&self) -> String {
        let name = if self.street.is_empty() { self.settlement } else { self.street };
        [name, " ", self.number, self.addition].concat()
    }

    /// An address that says nothing.
    pub const NOWHERE: Self =
        Self { street: "", number: "", addition: "", postcode: "", post_town: "", settlement: "", municipality: "" };
}

/// The collections of the register and what people call their features.
const REGISTERS: [(&str, Kind); 3] =
    [("hydrants", Kind::Hydrant), ("water_sources", Kind::WaterSource), ("suction_points", Kind::SuctionPoint)];

fn text(row: Row<'_>, position: Option<usize>) -> &str {
    position.and_then(|position| row.get(position).as_text()).unwrap_or_default()
}

impl Source {
    fn new(catalogue: &Catalogue, name: &str, searched: &[Option<usize>]) -> Option<Self> {
        let collection = catalogue.get(name)?;
        let seen_by = |property: &Option<usize>| Some(collection.properties.get((*property)?)?.visibility);
        let needs = searched.iter().filter_map(seen_by).max().unwrap_or_default();
        Some(Self { collection: collection.clone(), position: collection.place, needs })
    }

    fn open_to(&self, sees: &impl Fn(&Collection) -> Option<Visibility>) -> bool {
        sees(&self.collection) >= Some(self.needs)
    }
}

impl Sources {
    /// What is searched of a catalogue.
    pub fn new(catalogue: &Catalogue) -> Self {
        let registers = REGISTERS.iter().filter_map(|(name, kind)| WaterCollection::new(catalogue, name, *kind));
        Self {
            addresses: Addresses::new(catalogue),
            roads: Roads::new(catalogue),
            municipalities: Municipalities::new(catalogue),
            registers: registers.collect(),
        }
    }

    /// True for collections whose changes matter here.
    pub fn follows(&self, collection: usize) -> bool {
        let layers = [
            self.addresses.as_ref().map(|it| &it.source),
            self.roads.as_ref().map(|it| &it.source),
            self.municipalities.as_ref().map(|it| &it.source),
        ];
        let registers = self.registers.iter().map(|it| &it.source);
        layers.into_iter().flatten().chain(registers).any(|source| source.position == collection)
    }

    /// What somebody may find who may see so much of each collection. A street is made of roads and addresses, so both
    /// must be open for it.
    pub fn open_to(&self, sees: impl Fn(&Collection) -> Option<Visibility>) -> Kinds {
        let open = |source: Option<&Source>| source.is_none_or(|source| source.open_to(&sees));
        let addresses = open(self.addresses.as_ref().map(|it| &it.source));
        let roads = open(self.roads.as_ref().map(|it| &it.source));
        let municipalities = open(self.municipalities.as_ref().map(|it| &it.source));
        let layers = [
            (Kind::Coordinate, true),
            (Kind::Address, addresses),
            (Kind::Place, addresses),
            (Kind::Street, addresses && roads),
            (Kind::Crossing, addresses && roads),
            (Kind::Municipality, municipalities),
        ];
        let registers = self.registers.iter().map(|it| (it.kind, open(Some(&it.source))));
        let open = layers.into_iter().chain(registers).filter(|(_, open)| *open);
        open.fold(Kinds::none(), |kinds, (kind, _)| kinds.with(kind))
    }
}

impl Addresses {
    /// Where addresses say what; `None` in a catalogue without them.
    fn new(catalogue: &Catalogue) -> Option<Self> {
        let collection: &Collection = catalogue.get("addresses")?;
        let names =
            ["street", "house_number", "house_number_addition", "postcode", "post_town", "place", "municipality"];
        let at = names.map(|name| collection.position(name));
        let source = Source::new(catalogue, "addresses", &at)?;
        let [street, number, addition, postcode, post_town, place, municipality] = at;
        Some(Self { source, street, number, addition, postcode, post_town, place, municipality })
    }

    /// The texts of an address.
    pub fn read<'a>(&self, row: Row<'a>) -> Address<'a> {
        let (place, post_town) = (text(row, self.place), text(row, self.post_town));
        Address {
            street: text(row, self.street),
            number: text(row, self.number),
            addition: text(row, self.addition),
            postcode: text(row, self.postcode),
            post_town,
            settlement: if place.is_empty() { post_town } else { place },
            municipality: text(row, self.municipality),
        }
    }
}

impl Roads {
    fn new(catalogue: &Catalogue) -> Option<Self> {
        let collection = catalogue.get("roads")?;
        let at = ["name", "ref"].map(|name| collection.position(name));
        let source = Source::new(catalogue, "roads", &at)?;
        let [name, reference] = at;
        Some(Self { source, name, reference })
    }

    /// Name and number of a road.
    pub fn read<'a>(&self, row: Row<'a>) -> (&'a str, &'a str) {
        (text(row, self.name), text(row, self.reference))
    }
}

impl Municipalities {
    fn new(catalogue: &Catalogue) -> Option<Self> {
        let collection = catalogue.get("municipalities")?;
        let at = ["key", "name", "office", "population"].map(|name| collection.position(name));
        let source = Source::new(catalogue, "municipalities", &at)?;
        let [key, name, office, population] = at;
        Some(Self { source, key, name, office, population })
    }

    /// Key, name and office of a municipality.
    pub fn read<'a>(&self, row: Row<'a>) -> [&'a str; 3] {
        [self.key, self.name, self.office].map(|position| text(row, position))
    }

    /// How many people live there.
    pub fn population(&self, row: Row<'_>) -> Option<i64> {
        row.get(self.population?).as_integer()
    }
}

impl WaterCollection {
    fn new(catalogue: &Catalogue, name: &str, kind: Kind) -> Option<Self> {
        let collection = catalogue.get(name)?;
        let at = ["name", "kind", "municipality"].map(|name| collection.position(name));
        let reference = collection.reference;
        let source = Source::new(catalogue, name, &[reference, at[0], at[1], at[2]])?;
        let [name, code, municipality] = at;
        Some(Self { source, kind, reference, name, code, municipality })
    }

    /// The number people call a feature by.
    pub fn reference<'a>(&self, row: Row<'a>) -> &'a str {
        text(row, self.reference)
    }

    /// Whether its features may have names.
    pub fn has_names(&self) -> bool {
        self.name.is_some()
    }

    /// The name of the water.
    pub fn name<'a>(&self, row: Row<'a>) -> &'a str {
        text(row, self.name)
    }

    /// The key of the municipality it lies in.
    pub fn municipality<'a>(&self, row: Row<'a>) -> &'a str {
        text(row, self.municipality)
    }
}
