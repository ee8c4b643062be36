//! What somebody may do, worked out when they are let in: asked a million times, it is array look-ups.

use std::sync::Arc;

use super::action::Actions;
use super::roles::{Able, Role};
use super::subject::{Place, Subject};
use super::{Action, Area};
use crate::collection::Visibility;
use crate::texts::Label;

/// What the roles of somebody come to.
#[derive(Debug, Clone, Default)]
pub struct Power {
    /// What is seen of each collection, by its place in the catalogue.
    pub(super) sees: Box<[Visibility]>,
    pub(super) given: Vec<Given>,
    /// Which roles allow what, to be named to whoever may not.
    pub(super) able: Arc<Able>,
}

/// One grant of a role in an area.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub role: Arc<Role>,
    pub actions: Actions,
    /// By place of the collection: bit k for property k that may be changed; 0 where the grant is not for the collection.
    pub on: Arc<[u64]>,
    /// Whether geometries may be changed.
    pub geometry: bool,
    /// `None`: the whole district.
    pub area: Option<Arc<Area>>,
}

/// What is missing for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lack {
    Action,
    Collection,
    /// Where the action is allowed: municipality keys, and whether there are outlines.
    Area(Vec<String>, bool),
    /// The properties that may not be changed, as bits; the geometry.
    Fields(u64, bool),
}

impl Given {
    fn on(&self, place: usize) -> u64 {
        self.on.get(place).copied().unwrap_or_default()
    }

    fn reaches(&self, place: Place<'_>) -> bool {
        match (&self.area, place) {
            (None, _) | (_, Place::Somewhere) => true,
            (Some(area), Place::At(spot)) => area.covers(spot),
            (Some(area), Place::Throughout(other)) => area.holds(other),
            (Some(_), Place::Everywhere) => false,
        }
    }
}

impl Power {
    /// The sum of several.
    pub fn sum<'a>(powers: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        for power in powers {
            if sum.sees.len() < power.sees.len() {
                let mut sees = sum.sees.to_vec();
                sees.resize(power.sees.len(), Visibility::Public);
                sum.sees = sees.into();
            }
            sum.sees.iter_mut().zip(&power.sees).for_each(|(sum, class)| *sum = (*sum).max(*class));
            sum.given.extend(power.given.iter().cloned());
            sum.able.clone_from(&power.able);
        }
        sum
    }

    /// True if it allows nothing that everybody may not.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// What is seen of the collection at a place of the catalogue.
    pub fn class(&self, place: usize) -> Visibility {
        self.sees.get(place).copied().unwrap_or_default()
    }

    /// Is it allowed? Each step asks what is left of the grants, so that what is told is what is missing.
    pub(super) fn allows(&self, action: Action, subject: &Subject<'_>) -> Result<(), Lack> {
        let mut rest: Vec<&Given> = self.given.iter().filter(|given| given.actions.has(action)).collect();
        if rest.is_empty() {
            return Err(Lack::Action);
        }
        let on = |given: &Given| match (subject.collection, subject.place) {
            (Some(collection), _) => given.on(collection.place),
            // What is about nothing in particular is about everything.
            (None, Place::Everywhere) if given.on.contains(&0) => 0,
            (None, _) => u64::MAX,
        };
        rest.retain(|given| on(given) != 0);
        if rest.is_empty() {
            return Err(Lack::Collection);
        }
        let areas: Vec<Arc<Area>> = rest.iter().filter_map(|given| given.area.clone()).collect();
        rest.retain(|given| given.reaches(subject.place));
        if rest.is_empty() {
            let keys = areas.iter().flat_map(|area| area.municipalities().iter().cloned()).collect();
            return Err(Lack::Area(keys, areas.iter().any(|area| area.has_outline())));
        }
        let properties = subject.fields.properties & !rest.iter().fold(0, |bits, given| bits | on(given));
        let geometry = subject.fields.geometry && !rest.iter().any(|given| given.geometry);
        if properties != 0 || geometry { Err(Lack::Fields(properties, geometry)) } else { Ok(()) }
    }

    /// Is everything that another one allows allowed by this one? Nobody gives away more than they have.
    pub fn holds(&self, other: &Self) -> bool {
        let sees = other.sees.iter().enumerate().all(|(place, class)| self.class(place) >= *class);
        sees && other.given.iter().all(|given| Action::ALL.into_iter().all(|action| self.holds_one(given, action)))
    }

    fn holds_one(&self, other: &Given, action: Action) -> bool {
        if !other.actions.has(action) {
            return true;
        }
        let place = other.area.as_deref().map_or(Place::Everywhere, Place::Throughout);
        let mine = self.given.iter().filter(|given| given.actions.has(action) && given.reaches(place));
        let mine: Vec<&Given> = mine.collect();
        let held = |(place, wanted): (usize, &u64)| {
            let on = mine.iter().filter(|given| given.on(place) != 0);
            let (bits, geometry) =
                on.fold((0, false), |(bits, geometry), given| (bits | given.on(place), geometry || given.geometry));
            *wanted == 0 || (wanted & !bits == 0 && (geometry || !other.geometry))
        };
        !mine.is_empty() && other.on.iter().enumerate().all(held)
    }

    /// The titles of the roles it is made of.
    pub(super) fn roles(&self) -> Vec<Label> {
        let mut roles: Vec<Label> = Vec::new();
        for given in &self.given {
            if !roles.contains(&given.role.title) {
                roles.push(given.role.title.clone());
            }
        }
        roles
    }
}
