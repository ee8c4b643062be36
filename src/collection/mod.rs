//! What the registers are: collections, their properties and code lists, declared in `data/` and nowhere else.
//!
//! Everything that depends on a property (validation, filters, schemas, tiles, forms, imports, exports) asks the
//! declaration. This module does no I/O but reading the declarations at start and knows neither database nor HTTP.
//!
//! In reading order: [`property`] (what is declared), [`timer`] (what the clock changes), [`approval`] (what takes a second person), [`files`] (photos and documents),
//! [`codelist`], [`declaration`] (from TOML, every fault with file and
//! line), [`catalogue`] (all collections of a server), [`validate`] (input → row, all faults at once), [`encode`]
//! (row → JSON), [`part`] (a collection cut by kinds of geometry), [`laying`] (what is reckoned with when hoses are laid), [`district`] (where the server works), [`frame`]
//! (between degrees and its plane), [`mod@locate`] (from a text to a place on earth, across datums).

mod approval;
pub mod catalogue;
mod codelist;
mod declaration;
pub mod district;
pub mod encode;
mod files;
mod frame;
pub mod laying;
pub mod locate;
mod part;
mod property;
mod reminding;
mod timer;
pub mod validate;

pub use approval::Approval;
pub use catalogue::{Catalogue, PartOf};
pub use codelist::{Code, CodeList, CodeRange, Need};
pub use declaration::Mistake;
pub use district::District;
pub use files::{FileTerms, Files, Medium};
pub use frame::Frame;
pub use laying::{Laying, NearestWater};
pub use part::Part;
pub use property::{Derivation, Presence, Property, PropertyKind, Visibility};
pub use reminding::Reminding;
pub use timer::{Moment, Timer};

use std::collections::HashMap;

use crate::feature::GeometryKind;
pub use crate::texts::{DeclarationFault, DeclarationFaults, Fault, Faults, Label, Language};

/// The owner of collections that are edited through the API and imported: the register itself.
pub const REGISTER: &str = "register";

/// A declared collection of features.
#[derive(Debug, Clone)]
pub struct Collection {
    /// The name in URLs, tables and tiles.
    pub name: String,
    /// Its place among the collections of the catalogue; a part has that of the whole.
    pub place: usize,
    /// The collection it is a part of.
    pub whole: Option<String>,
    pub title: Label,
    pub description: Label,
    /// Who knows that it exists. For everybody else it is like a name nobody has declared.
    pub visibility: Visibility,
    /// The domain that writes it, [`REGISTER`] unless another is named. Edits and imports write nothing else.
    pub owner: String,
    pub geometry: Vec<GeometryKind>,
    pub geometry_required: bool,
    /// First and last zoom at which tiles show the features.
    pub zooms: (u8, u8),
    /// In declaration order, at most [`crate::feature::row::MAX_PROPERTIES`]; public ones come first.
    pub properties: Vec<Property>,
    /// The number people call a feature by; unique within its municipality.
    pub reference: Option<usize>,
    /// What `datetime` filters on.
    pub temporal: Option<usize>,
    /// How forms show the properties in parts; those that no group names come last.
    pub groups: Vec<Group>,
    /// What the clock changes.
    pub timers: Vec<Timer>,
    /// Which edits take a second person.
    pub approval: Approval,
    /// Photos and documents that its objects may have.
    pub files: Files,
    /// A layer others keep (roads, buildings): not part of the fire-water register.
    pub reference_layer: bool,
    /// Where the collection is described for catalogues (ISO 19115, as ISO 19139 or a page).
    pub metadata_url: Option<String>,
    positions: HashMap<String, usize>,
    nulls: encode::Nulls,
}

/// Properties that people see together, under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub title: Label,
    /// Positions, in the order of a form.
    pub properties: Vec<usize>,
}

impl Collection {
    /// The position of a property by name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// A property by name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.position(name).map(|k| &self.properties[k])
    }

    /// The name it is declared by, which rights go by.
    pub fn declared_name(&self) -> &str {
        self.whole.as_deref().unwrap_or(&self.name)
    }

    /// What somebody of a class sees of it; `None` if not even that it exists.
    pub fn seen_by(&self, class: Visibility) -> Option<Visibility> {
        (class >= self.visibility).then_some(class)
    }

    /// True for a collection that is edited and imported; false for one that a workflow of its own writes.
    pub fn is_register(&self) -> bool {
        self.owner == REGISTER
    }

    /// The properties a caller may see, with their positions.
    pub fn visible(&self, to: Visibility) -> impl Iterator<Item = (usize, &Property)> {
        self.properties.iter().enumerate().filter(move |(_, property)| property.visibility <= to)
    }

    /// The same as a set: bit k for property k.
    pub fn visible_bits(&self, to: Visibility) -> u64 {
        self.visible(to).fold(0, |bits, (k, _)| bits | 1 << k)
    }

    /// The position of the property with a derivation.
    pub fn derived(&self, derivation: Derivation) -> Option<usize> {
        self.properties
            .iter()
            .position(|p| matches!(p.presence, Presence::Automatic(d) | Presence::Derived(d) if d == derivation))
    }
}
