//! What the sheet tells, read from the answer of `/api/firewater/nearest`.

use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use crate::collection::Language;
use crate::coordinate::{LonLat, geodesic};

/// Sources that leave room for a map on the page.
const MOST: usize = 20;

/// The answer.
#[derive(Debug, Deserialize)]
pub struct Water {
    pub at: Incident,
    pub radius: f64,
    pub road_network: bool,
    pub sources: Vec<Source>,
    /// The register knows nothing of the place.
    #[serde(skip)]
    pub is_outside: bool,
    /// Of a place outside: where the area of the register begins, as far as that is known.
    #[serde(skip)]
    pub border: Option<LonLat>,
}

impl Water {
    /// What an answer says, as far as it fits on a page. Each source keeps the number it has in every list; the farthest
    /// usable ones are left out, for what is out of service must be told.
    ///
    /// # Errors
    /// Text that is no answer.
    pub fn read(answer: &[u8]) -> Result<Self, serde_json::Error> {
        let mut water: Self = serde_json::from_slice(answer)?;
        for (nth, source) in water.sources.iter_mut().enumerate() {
            source.number = nth + 1;
        }
        let closed = water.sources.iter().filter(|source| !source.usable).count();
        let mut room = MOST.saturating_sub(closed);
        water.sources.retain(|source| {
            let fits = !source.usable || room > 0;
            room -= usize::from(source.usable && fits);
            fits
        });
        water.sources.truncate(MOST);
        Ok(water)
    }

    /// Whether all there is to show is where the place lies from the area of the register.
    pub fn is_far_outside(&self) -> bool {
        self.is_outside && self.sources.is_empty()
    }

    /// Metres to the area of the register, and the bearing in which it lies.
    pub fn way_in(&self) -> Option<(f64, f64)> {
        self.border.map(|border| geodesic::distance_and_bearing(self.at.position(), border))
    }
}

/// Where help is needed, and how sure that is.
#[derive(Debug, Deserialize)]
pub struct Incident {
    pub lon: f64,
    pub lat: f64,
    pub utmref: Option<String>,
    #[serde(default)]
    pub certainty: Certainty,
    /// Metres around the place in which it may be, where it is not exact.
    #[serde(default)]
    pub radius: Option<f64>,
    #[serde(default)]
    pub near: Option<Address>,
    /// What an address was understood as.
    #[serde(default)]
    pub matched: Option<String>,
}

/// How a place is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    #[default]
    Exact,
    Street,
    Settlement,
    Coarse,
    Position,
}

/// The nearest address.
#[derive(Debug, Deserialize)]
pub struct Address {
    pub label: String,
    #[serde(default)]
    pub settlement: Option<String>,
    #[serde(default)]
    pub municipality: Option<String>,
}

impl Address {
    /// Street and number, village, municipality; a name that says the same once is said once.
    pub fn words(&self) -> String {
        let mut parts = vec![self.label.as_str()];
        for name in [&self.settlement, &self.municipality].into_iter().flatten() {
            if !parts.iter().any(|part| part.contains(name.as_str())) {
                parts.push(name);
            }
        }
        parts.join(", ")
    }
}

impl Incident {
    /// Longitude and latitude.
    pub fn position(&self) -> LonLat {
        LonLat { lon: self.lon, lat: self.lat }
    }

    /// The street, where no more than that is known.
    pub fn street(&self) -> Option<&str> {
        let matched = self.matched.as_deref().filter(|_| self.certainty == Certainty::Street)?;
        matched.split(',').next().map(str::trim).filter(|street| !street.is_empty())
    }

    /// Whether somebody who goes there arrives at the incident.
    pub fn is_exact(&self) -> bool {
        self.certainty == Certainty::Exact
    }
}

/// A place.
#[derive(Debug, Deserialize)]
pub struct Place {
    pub lon: f64,
    pub lat: f64,
    pub utmref: Option<String>,
}

impl Place {
    /// Longitude and latitude.
    pub fn position(&self) -> LonLat {
        LonLat { lon: self.lon, lat: self.lat }
    }
}

/// A source of water.
#[derive(Debug, Deserialize)]
pub struct Source {
    /// In the answer, from one: the same on map, table and screens.
    #[serde(skip)]
    pub number: usize,
    pub id: Uuid,
    pub collection: String,
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// What people call a lake or a pond.
    pub name: Option<String>,
    pub kind: Coded,
    pub distance: f64,
    pub bearing: f64,
    pub route: Option<Route>,
    pub needs: Vec<String>,
    pub unlimited: bool,
    pub usable: bool,
    pub status: String,
    pub status_reason: Option<String>,
    pub status_as_of: Option<NaiveDate>,
    /// Last day on which the state holds.
    pub status_until: Option<NaiveDate>,
    pub flow_class: Option<Coded>,
    pub flow_rate: Option<i64>,
    pub flow_method: Option<Coded>,
    pub main_diameter: Option<i64>,
    pub usable_volume: Option<f64>,
    pub access_note: Option<String>,
    pub position: Place,
}

/// A way along roads.
#[derive(Debug, Deserialize)]
pub struct Route {
    pub distance: f64,
    pub hoses_reserve: i64,
    pub geometry: Option<Line>,
}

/// The turns of a way.
#[derive(Debug, Deserialize)]
pub struct Line {
    pub coordinates: Vec<[f64; 2]>,
}

/// A code with its labels.
#[derive(Debug, Deserialize)]
pub struct Coded {
    pub code: String,
    /// Bounds of a class of flows, l/min.
    pub at_least: Option<i64>,
    pub below: Option<i64>,
    #[serde(flatten)]
    label: Words,
}

#[derive(Debug, Deserialize)]
struct Words {
    de: String,
    en: String,
}

impl Coded {
    /// The label in one language.
    pub fn label(&self, language: Language) -> &str {
        match language {
            Language::De => &self.label.de,
            Language::En => &self.label.en,
        }
    }
}

impl Source {
    /// Metres by road, or straight where no way is known.
    pub fn metres(&self) -> f64 {
        self.route.as_ref().map_or(self.distance, |route| route.distance)
    }

    /// Whether nobody has measured or calculated the flow (data/codelists/flow_method.toml; web/src/crew/water/amount.ts says
    /// the same to crews).
    pub fn is_guessed(&self) -> bool {
        self.flow_method.as_ref().is_some_and(|method| matches!(method.code.as_str(), "estimated" | "rule_of_thumb"))
    }
}
