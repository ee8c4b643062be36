//! The words of the sheet.

use super::content::Certainty;
use crate::collection::Language;

/// Words in one language.
#[derive(Debug)]
pub struct Words {
    pub sheet: &'static str,
    pub untitled: &'static str,
    pub made: &'static str,
    pub hour: &'static str,
    pub open_map: &'static str,
    pub columns: [&'static str; 8],
    pub none: &'static str,
    pub none_hint: &'static str,
    pub outside: &'static str,
    pub unlimited: &'static str,
    pub unknown_flow: &'static str,
    /// Before the nearest address.
    pub near: &'static str,
    /// Before the states of badges.
    pub legend: &'static str,
    /// What is shown faintly.
    pub faded: &'static str,
    pub as_of: &'static str,
    /// Before the last day of a state.
    pub until: &'static str,
    pub never_confirmed: &'static str,
    pub pump: &'static str,
    pub pumps: &'static str,
    pub straight_only: &'static str,
    pub by_road: &'static str,
    pub north: &'static str,
    pub data_of: &'static str,
    /// From north clockwise.
    pub directions: [&'static str; 8],
    language: Language,
}

const DE: Words = Words {
    sheet: "ALARMBLATT LÖSCHWASSER",
    untitled: "Löschwasser am Einsatzort",
    made: "Erstellt",
    hour: " Uhr",
    open_map: "Karte öffnen",
    columns: ["Nr.", "Wasser", "Weg", "Luftlinie", "B-Schläuche", "Liefert", "Zustand", "Nötig"],
    none: "Kein Löschwasser im Register im Umkreis von",
    none_hint: "Das heißt nicht, dass es dort keines gibt. Gewässer und Zisternen prüfen, Wasser mitführen.",
    outside: "Der Ort liegt außerhalb des Gebiets dieses Registers.",
    unlimited: "unerschöpflich",
    unknown_flow: "unbekannt",
    near: "bei",
    legend: "Nummern:",
    faded: "blass: weitere Entnahmestellen",
    as_of: "Stand",
    until: "bis",
    never_confirmed: "nie bestätigt",
    pump: "Pumpe",
    pumps: "Pumpen",
    straight_only: "Kein Straßennetz geladen: nur Luftlinie, der Weg ist länger.",
    by_road: "Weg: Schlauchleitung entlang von Straßen und Wegen; – kein Weg bekannt, Schläuche dann nach Luftlinie.",
    north: "Norden ist oben.",
    data_of: "Register-Stand",
    directions: ["N", "NO", "O", "SO", "S", "SW", "W", "NW"],
    language: Language::De,
};

const EN: Words = Words {
    sheet: "ALARM SHEET FIRE WATER",
    untitled: "Water near the incident",
    made: "Made",
    hour: "",
    open_map: "Open the map",
    columns: ["No.", "Water", "Way", "Straight", "B hoses", "Yields", "State", "Needs"],
    none: "No water in the register within",
    none_hint: "That does not mean that there is none. Look for open water and tanks, bring water along.",
    outside: "The place lies outside the area of this register.",
    unlimited: "unlimited",
    unknown_flow: "unknown",
    near: "near",
    legend: "Numbers:",
    faded: "faint: other sources",
    as_of: "as of",
    until: "until",
    never_confirmed: "never confirmed",
    pump: "pump",
    pumps: "pumps",
    straight_only: "No road network is loaded: straight lines only, the way is longer.",
    by_road: "Way: line of hoses along roads and paths; – no way is known, hoses then by the straight line.",
    north: "North is up.",
    data_of: "Register as of",
    directions: ["N", "NE", "E", "SE", "S", "SW", "W", "NW"],
    language: Language::En,
};

/// The words of a language.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::De => &DE,
        Language::En => &EN,
    }
}

impl Words {
    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// What a status is called.
    pub fn status(&self, code: &str) -> &'static str {
        match (code, self.language) {
            ("ready", Language::De) => "einsatzbereit",
            ("ready", Language::En) => "ready",
            ("restricted", Language::De) => "eingeschränkt",
            ("restricted", Language::En) => "restricted",
            ("out_of_service", Language::De) => "AUSSER BETRIEB",
            ("out_of_service", Language::En) => "OUT OF SERVICE",
            (_, Language::De) => "ungeprüft",
            (_, Language::En) => "not verified",
        }
    }

    /// What is not known of the place of an incident, and what to ask the caller.
    pub fn unsure(&self, certainty: Certainty, radius: Option<f64>) -> Option<String> {
        let around = radius.map_or_else(String::new, |radius| format!(" (± {})", self.metres(radius)));
        let words = match (certainty, self.language) {
            (Certainty::Exact, _) => return None,
            (Certainty::Street, Language::De) => ("NUR DIE STRASSE IST BEKANNT", "Hausnummer erfragen"),
            (Certainty::Street, Language::En) => ("ONLY THE STREET IS KNOWN", "ask for the house number"),
            (Certainty::Settlement, Language::De) => ("NUR DER ORT IST BEKANNT", "Straße und Hausnummer erfragen"),
            (Certainty::Settlement, Language::En) => ("ONLY THE VILLAGE IS KNOWN", "ask for street and number"),
            (_, Language::De) => ("UNGENAUER STANDORT", "Lage erfragen"),
            (_, Language::En) => ("INEXACT PLACE", "ask where it is"),
        };
        Some(format!("{}{around}: {}", words.0, words.1))
    }

    /// How far a place lies from the area of the register, and in which direction that is.
    pub fn way_in(&self, (metres, bearing): (f64, f64)) -> String {
        let (metres, direction) = (self.metres(metres), self.direction(bearing));
        match self.language {
            Language::De => format!("Grenze des Gebiets: {metres} in Richtung {direction}"),
            Language::En => format!("Border of the area: {metres} to the {direction}"),
        }
    }

    /// What has to be carried.
    pub fn need(&self, code: &str) -> &'static str {
        match (code, self.language) {
            ("standpipe", Language::De) => "Standrohr",
            ("standpipe", Language::En) => "standpipe",
            ("key_underground", Language::De) => "Schlüssel C",
            ("key_underground", Language::En) => "key C",
            ("key_pillar", Language::De) => "Schlüssel B",
            ("key_pillar", Language::En) => "key B",
            ("suction_hose", Language::De) => "Saugschlauch",
            ("suction_hose", Language::En) => "suction hose",
            ("none", Language::De) => "nichts",
            ("none", Language::En) => "nothing",
            (_, Language::De) => "unbekannt",
            (_, Language::En) => "unknown",
        }
    }

    /// The direction of a bearing in degrees.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an eighth of a circle")]
    pub fn direction(&self, bearing: f64) -> &'static str {
        self.directions[((bearing / 45.0).round().rem_euclid(8.0) as usize).min(7)]
    }

    /// Metres as crews say them: whole ones, and from ten kilometres kilometres.
    pub fn metres(&self, metres: f64) -> String {
        if metres < 9_999.5 {
            return format!("{:.0} m", metres);
        }
        format!("{} km", self.decimal(format!("{:.1}", metres / 1_000.0)))
    }

    /// Metres from a place that is not known exactly: hundreds of them.
    pub fn about(&self, metres: f64) -> String {
        format!("≈ {}", self.metres(((metres / 100.0).round() * 100.0).max(100.0)))
    }

    /// A number with the comma or point of the language.
    pub fn decimal(&self, number: String) -> String {
        match self.language {
            Language::De => number.replace('.', ","),
            Language::En => number,
        }
    }

    /// The fine print on what was reckoned with.
    pub fn reckoned(&self, length: f64, reserve: f64) -> String {
        let percent = ((reserve - 1.0) * 100.0).round();
        match self.language {
            Language::De => format!(
                "B-Schläuche zu {length} m mit {percent} % Reserve; Pumpen für 800 l/min in einer B-Leitung bei ebenem Gelände, \
                 die am Wasser mitgezählt."
            ),
            Language::En => format!(
                "B hoses of {length} m with {percent} % in reserve; pumps for 800 l/min in one B line on level ground, that at \
                 the water included."
            ),
        }
    }
}
