//! What is wrong with a coordinate, in German.

use super::error::{COMMAS, DEGREES, GAUSS_KRUEGER, MINUTES, ParseError, SECONDS, UTM, UTMREF};

impl ParseError {
    /// The message for people who read German; `to_string` is the one in English.
    pub fn german(&self) -> String {
        match self {
            Self::Empty => format!("Es fehlt eine Koordinate, zum Beispiel {DEGREES}"),
            Self::TooLong => format!("Der Text ist zu lang für eine Koordinate; schreiben Sie zum Beispiel {DEGREES}"),
            Self::Character(c) => format!("„{c}“ gehört in keine Koordinate; schreiben Sie zum Beispiel {DEGREES}"),
            Self::Word(word) => {
                format!("„{word}“ ist nicht bekannt; schreiben Sie zum Beispiel {DEGREES} oder {UTMREF}")
            }
            Self::Commas(text) => {
                format!(
                    "Die Kommas in „{text}“ sind mehrdeutig; trennen Sie die Zahlen durch ein Leerzeichen: {COMMAS}"
                )
            }
            Self::Count(count) => {
                format!("{count} Zahlen ergeben keine Koordinate; schreiben Sie zum Beispiel {DEGREES} oder {MINUTES}")
            }
            Self::Directions => {
                format!("Entweder beide Zahlen oder keine brauchen eine Richtung (N, S, O, W), zum Beispiel {DEGREES}")
            }
            Self::SameAxis(axis) => {
                let axis = axis_called(axis);
                format!("Beide Zahlen sind als {axis} bezeichnet; schreiben Sie zum Beispiel {DEGREES}")
            }
            Self::Sign => {
                format!("Ein Minus passt nicht zu Richtung oder Minuten; schreiben Sie zum Beispiel {DEGREES}")
            }
            Self::Fraction => format!("Nur der letzte Teil darf Nachkommastellen haben, zum Beispiel {MINUTES}"),
            Self::Marks => format!("Die Zeichen °, ' und \" stehen in dieser Reihenfolge, zum Beispiel {SECONDS}"),
            Self::Sixty { value, .. } => {
                format!("Minuten und Sekunden sind kleiner als 60, nicht {value}; zum Beispiel {SECONDS}")
            }
            Self::OutOfRange { axis, value } => {
                format!("{} {value}° gibt es nicht; schreiben Sie zum Beispiel {DEGREES}", axis_called(axis))
            }
            Self::Order => format!("Die Reihenfolge der Zahlen ist unklar; schreiben Sie Buchstaben dazu: {DEGREES}"),
            Self::Metres => {
                format!(
                    "Rechts- und Hochwert passen in keine Zone; schreiben Sie zum Beispiel {UTM} oder {GAUSS_KRUEGER}"
                )
            }
            Self::ZoneMissing => format!("Die UTM-Zone fehlt; schreiben Sie zum Beispiel {UTM}"),
            Self::Zone(zone) => format!("Eine UTM-Zone {zone} gibt es nicht; schreiben Sie zum Beispiel {UTM}"),
            Self::Band { band, northing } => {
                format!("Der Hochwert {northing} m liegt nicht im Band {band}; schreiben Sie zum Beispiel {UTM}")
            }
            Self::Coarse => {
                "Zwei so grobe Zahlen sind kein Einsatzort; nötig sind drei Nachkommastellen der Grade oder \
                             eine der Minuten, etwa 53.892 N 11.460 E"
                    .to_owned()
            }
            Self::CoarseSquare { reference, cell_m } => format!(
                "{reference} ist ein Quadrat von {} km; nötig sind je drei Ziffern für Ost und Nord, etwa {UTMREF}",
                cell_m / 1_000
            ),
            Self::GeoUri(text) => format!("„{text}“ ist keine geo-Adresse in WGS 84, zum Beispiel geo:53.8916,11.46"),
            Self::System(code) => {
                format!(
                    "Koordinaten in EPSG:{code} werden hier nicht gelesen; schreiben Sie zum Beispiel {UTM} oder {DEGREES}"
                )
            }
            Self::Link => "Der Link nennt keinen Ort; öffnen Sie ihn und kopieren Sie die Koordinate".to_owned(),
            Self::ShortLink => {
                "Ein Kurzlink sagt nicht, wohin er führt; öffnen Sie ihn und kopieren Sie die Koordinate \
                                oder den langen Link"
                    .to_owned()
            }
            Self::What3Words => {
                "what3words lässt sich ohne dessen Dienst nicht lesen; fragen Sie nach einer Adresse oder \
                                 Koordinate"
                    .to_owned()
            }
            Self::Utmref(_) => format!("Die UTMREF ist nicht lesbar; schreiben Sie zum Beispiel {UTMREF}"),
        }
    }
}

fn axis_called(axis: &str) -> &'static str {
    if axis == "latitude" { "Breite" } else { "Länge" }
}
