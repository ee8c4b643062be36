//! What the sheet tells, read from the answer of `/api/firewater/nearest`.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::collection::Language;
use crate::coordinate::LonLat;

/// The answer.
#[derive(Debug, Deserialize)]
pub struct Water {
    pub at: Place,
    pub radius: f64,
    pub road_network: bool,
    pub sources: Vec<Source>,
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
    #[serde(rename = "ref")]
    pub reference: Option<String>,
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

    /// Whether nobody has measured or calculated the flow (data/codelists/flow_method.toml; web/src/water/amount.ts says
    /// the same to crews).
    pub fn is_guessed(&self) -> bool {
        self.flow_method.as_ref().is_some_and(|method| matches!(method.code.as_str(), "estimated" | "rule_of_thumb"))
    }
}
