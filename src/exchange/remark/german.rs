//! Remarks in German, as an office would write them.

use chrono::NaiveDate;

use super::{Holder, What, decimal, labels, measure, said};
use crate::collection::{Language, Property};
use crate::editing::{Hint, Outside};
use crate::feature::GeometryKind;

const DE: Language = Language::De;

/// Where it is: the property by its label, the column and the value as the file has them.
pub fn place(label: Option<&str>, column: Option<&str>, value: Option<&str>) -> String {
    let cell = match (column, value) {
        (Some(column), Some(value)) => format!("Spalte „{column}“, Wert „{value}“"),
        (Some(column), None) => format!("Spalte „{column}“"),
        (None, Some(value)) => format!("Wert „{value}“"),
        (None, None) => return label.unwrap_or_default().to_owned(),
    };
    label.map_or_else(|| cell.clone(), |label| format!("{label} ({cell})"))
}

/// What is the matter.
pub fn sentence(what: &What, property: Option<&Property>) -> String {
    let value = |json: &serde_json::Value| property.map_or_else(String::new, |property| said(property, json, DE));
    match what {
        What::NoNumber { unit: Some(unit) } => format!("keine Zahl in {unit}"),
        What::NoNumber { unit: None } => "keine Zahl".to_owned(),
        What::UnknownUnit { given, wanted: Some(wanted) } => {
            format!("„{given}“ ist keine Einheit, die sich in {wanted} umrechnen lässt")
        }
        What::UnknownUnit { given, wanted: None } => format!("„{given}“ passt nicht zu einer Zahl ohne Einheit"),
        What::Words => "Wörter neben der Zahl können ihren Sinn ändern".to_owned(),
        What::State => "das beschreibt den Zustand und ist kein Wert; bitte den Betriebszustand prüfen".to_owned(),
        What::NoDate => "kein Datum wie 31.05.2024, 2024-05-31 oder Mai 2024".to_owned(),
        What::NoInstant => "kein Zeitpunkt wie 2024-05-31T12:00:00Z".to_owned(),
        What::NeitherYesNorNo => "weder ja noch nein".to_owned(),
        What::UnknownCode { list } => format!("nicht vorgesehen; möglich sind {}", labels(list, DE)),
        What::NoList => "keine Liste: JSON, bei Abgängen auch 2xB-1xA".to_owned(),
        What::NoResult => {
            "Formel ohne Ergebnis in der Datei: bitte im Office-Programm öffnen, speichern und noch einmal senden"
                .to_owned()
        }
        What::MoreThan { taken } => format!("als Mindestwert übernommen: {}", unit_of(property, *taken)),
        What::Rounded { taken } => format!("gerundet auf {}", unit_of(property, *taken)),
        What::FirstOfMonth { taken } => {
            format!("der Tag fehlt; übernommen als Monatserster, {}", day(*taken))
        }
        What::FirstOfYear { taken } => format!("der Tag fehlt; übernommen als Jahresanfang, {}", day(*taken)),
        What::DayFirst { taken } => {
            format!("Tag und Monat können vertauscht sein; übernommen als {}", day(*taken))
        }
        What::Missing => "Pflichtangabe fehlt".to_owned(),
        What::Outside { least, most, unit } => {
            format!("muss zwischen {} und {} liegen", decimal(*least, DE), measure(*most, unit.as_deref(), DE))
        }
        What::NotWhole => "muss eine ganze Zahl sein".to_owned(),
        What::TooEarly { first } => format!("zu früh; der erste Tag, der zählt, ist der {}", day(*first)),
        What::Future => "liegt in der Zukunft".to_owned(),
        What::TooLong { most } => format!("länger als {most} Zeichen"),
        What::DigitsOnly => "darf nur aus Ziffern bestehen".to_owned(),
        What::ControlCharacters => "enthält Steuerzeichen".to_owned(),
        What::WrongType => "kein Wert dieser Art".to_owned(),
        What::UnknownMunicipality => {
            "der Kreis hat keine Gemeinde mit diesem Schlüssel; ohne Angabe wird sie aus der Lage bestimmt".to_owned()
        }
        What::Contradiction { columns } => {
            format!("die Spalten {} widersprechen einander; nichts übernommen", columns.join(", "))
        }
        What::NoKey { columns } => {
            format!("{} ist leer: das Objekt wird nicht an seinem Schlüssel wiedererkannt", columns.join(", "))
        }
        What::Unreadable { reason } => format!("die Zeile ist nicht lesbar: {}", reason.de),
        other => about_places(other).unwrap_or_else(|| about_objects(other, value)),
    }
}

fn unit_of(property: Option<&Property>, number: f64) -> String {
    measure(number, property.and_then(|property| property.unit.as_deref()), DE)
}

fn day(date: NaiveDate) -> String {
    date.format("%d.%m.%Y").to_string()
}

fn about_places(what: &What) -> Option<String> {
    Some(match what {
        What::NoGeometry => "die Zeile hat keine Lage".to_owned(),
        What::NoPosition => {
            "keine lesbare Koordinate: Grad (53,8916 11,4600 oder 53° 53,496' N 11° 27,600' O), UTMREF, \
                             Rechts- und Hochwert, WKT oder GeoJSON"
                .to_owned()
        }
        What::NoGeometryText => "die Geometrie ist nicht lesbar".to_owned(),
        What::LostLetters => {
            "Buchstaben fehlen (\u{fffd}): Sie gingen schon vor dieser Datei verloren, oder die Zeichenkodierung ist falsch gewählt"
                .to_owned()
        }
        What::CentreOnly => {
            "die Datei hat von diesem Weg oder dieser Fläche nur den Mittelpunkt; als Punkt übernommen (out geom bringt den Umriss)"
                .to_owned()
        }
        What::CoarsePosition { cell_m } => {
            format!("bezeichnet ein Quadrat von {cell_m} m Breite; übernommen wurde dessen Mitte")
        }
        What::Unlocated => "das Koordinatensystem dieser Lage ist nicht bekannt; --crs legt es fest".to_owned(),
        What::GeometryKind { found, wanted } => {
            let wanted: Vec<&str> = wanted.iter().map(|kind| kind.german()).collect();
            format!("die Geometrie muss {} sein, nicht {}", wanted.join(" oder "), found.map_or("diese Art", GeometryKind::german))
        }
        What::InvalidGeometry { reason } => reason.de.clone(),
        What::OutsideDistrict(Outside { at, hint }) => {
            let at = at.map_or_else(String::new, |at| format!(" ({:.5} {:.5})", at.y, at.x).replace('.', ","));
            let hint = match hint {
                Hint::None => "",
                Hint::Nought => "; 0/0 heißt meist, dass keine Lage erfasst wurde",
                Hint::Swapped => "; mit vertauschten Achsen läge sie darin: stimmt die Reihenfolge?",
            };
            format!("die Lage{at} ist außerhalb des Kreises{hint}")
        }
        _ => return None,
    })
}

fn about_objects(what: &What, value: impl Fn(&serde_json::Value) -> String) -> String {
    let show = |json: &Option<serde_json::Value>| {
        json.as_ref().map_or_else(|| "leer".to_owned(), |json| format!("„{}“", value(json)))
    };
    match what {
        What::Repeated { line } => format!("das Objekt steht schon in Zeile {line}"),
        What::Denied { reason } => format!("nicht erlaubt: {}", reason.de),
        What::Deleted { id } => format!("Objekt {id} wurde hier gelöscht; bitte stattdessen wiederherstellen"),
        What::Suspect { id, distance } => format!(
            "vielleicht Objekt {id}, {} m entfernt; --accept-duplicates übernimmt es als weiteres",
            metres(*distance)
        ),
        What::NumberTaken { number, by } => {
            format!("die Nummer „{number}“ ist in dieser Gemeinde vergeben an {}", holder(*by))
        }
        What::NumberKept { number, by } => {
            format!("die Nummer „{number}“ ist vergeben an {}; sie bleibt als Fremdschlüssel erhalten", holder(*by))
        }
        What::Moved { by } => format!("um {by:.0} m verschoben"),
        What::LeftByHand => "von Hand ausgelassen".to_owned(),
        What::Conflict(sides) => {
            format!(
                "hier geändert in {}, vom Lieferanten in {}; unser Wert bleibt",
                show(&sides.ours),
                show(&sides.theirs)
            )
        }
        What::PlaceConflict => "die Lage wurde auch hier geändert; unsere bleibt".to_owned(),
        What::TestedTwice { line } => format!("Zeile {line} hat eine Messung desselben Objekts vom selben Tag"),
        What::Twin { of, distance, same: true } => {
            format!("vielleicht dasselbe wie {}: gleiche Art, nur {} m entfernt", holder(*of), metres(*distance))
        }
        What::Twin { of, distance, same: false } => {
            format!("Zwilling von {}: gleiche Art, {} m entfernt", holder(*of), metres(*distance))
        }
        What::InList { entry, field, what } => {
            let field = field.as_ref().map_or_else(String::new, |label| format!(", {}", label.in_language(DE)));
            format!("Eintrag {entry}{field}: {}", sentence(what, None))
        }
        What::Other { message } | What::Implausible { message, .. } => message.de.clone(),
        _ => String::new(),
    }
}

fn metres(distance: f64) -> String {
    format!("{distance:.1}").replace('.', ",")
}

fn holder(by: Holder) -> String {
    match by {
        Holder::Feature(id) => format!("Objekt {id}"),
        Holder::Line(line) => format!("Zeile {line}"),
    }
}
