//! Remarks in English.

use super::{Holder, What, decimal, labels, measure, said};
use crate::collection::{Language, Property};
use crate::editing::{Hint, Outside};
use crate::feature::GeometryKind;

const EN: Language = Language::En;

/// Where it is: the property by its label, the column and the value as the file has them.
pub fn place(label: Option<&str>, column: Option<&str>, value: Option<&str>) -> String {
    let cell = match (column, value) {
        (Some(column), Some(value)) => format!("column '{column}', value '{value}'"),
        (Some(column), None) => format!("column '{column}'"),
        (None, Some(value)) => format!("value '{value}'"),
        (None, None) => return label.unwrap_or_default().to_owned(),
    };
    label.map_or_else(|| cell.clone(), |label| format!("{label} ({cell})"))
}

/// What is the matter.
pub fn sentence(what: &What, property: Option<&Property>) -> String {
    let value = |json: &serde_json::Value| property.map_or_else(String::new, |property| said(property, json, EN));
    match what {
        What::NoNumber { unit: Some(unit) } => format!("not a number in {unit}"),
        What::NoNumber { unit: None } => "not a number".to_owned(),
        What::UnknownUnit { given, wanted: Some(wanted) } => format!("'{given}' is no unit known here for {wanted}"),
        What::UnknownUnit { given, wanted: None } => format!("'{given}' is no unit of a plain number"),
        What::Words => "words beside the number may change what it says".to_owned(),
        What::State => "this tells the state of the object, not a value; check its status".to_owned(),
        What::NoDate => "not a date such as 2024-05-31, 31.05.2024 or May 2024".to_owned(),
        What::NoInstant => "not a point in time such as 2024-05-31T12:00:00Z".to_owned(),
        What::NeitherYesNorNo => "neither yes nor no".to_owned(),
        What::UnknownCode { list } => format!("not one of {}", labels(list, EN)),
        What::NoList => "not a list: JSON, or 2xB-1xA for couplings".to_owned(),
        What::NoResult => {
            "a formula without a result in the file: open it in the office program, save it and send it again"
                .to_owned()
        }
        What::MoreThan { taken } => format!("taken as the least value, {}", unit_of(property, *taken)),
        What::Rounded { taken } => format!("rounded to {}", unit_of(property, *taken)),
        What::FirstOfMonth { taken } => format!("the day is not given; taken as the first of the month, {taken}"),
        What::FirstOfYear { taken } => format!("the day is not given; taken as the first of the year, {taken}"),
        What::DayFirst { taken } => format!("day and month may be the other way round; taken as {taken}"),
        What::Missing => "mandatory, and missing".to_owned(),
        What::Outside { least, most, unit } => {
            format!("must lie between {} and {}", decimal(*least, EN), measure(*most, unit.as_deref(), EN))
        }
        What::NotWhole => "must be a whole number".to_owned(),
        What::TooEarly { first } => format!("too early, {first} is the first day that counts"),
        What::Future => "lies ahead of today".to_owned(),
        What::TooLong { most } => format!("longer than {most} characters"),
        What::DigitsOnly => "must consist of digits".to_owned(),
        What::ControlCharacters => "holds control characters".to_owned(),
        What::WrongType => "not a value of this kind".to_owned(),
        What::UnknownMunicipality => {
            "the district has no municipality with this key; leave it out, and it is taken from the position".to_owned()
        }
        What::Contradiction { columns } => {
            format!("the columns {} contradict each other; nothing is recorded", columns.join(", "))
        }
        What::NoKey { columns } => {
            format!("{} is empty: the object will not be recognised by its key", columns.join(", "))
        }
        What::Unreadable { reason } => reason.en.clone(),
        other => about_places(other).unwrap_or_else(|| about_objects(other, value)),
    }
}

fn unit_of(property: Option<&Property>, number: f64) -> String {
    measure(number, property.and_then(|property| property.unit.as_deref()), EN)
}

fn about_places(what: &What) -> Option<String> {
    Some(match what {
        What::NoGeometry => "the row has no position".to_owned(),
        What::NoPosition => {
            "not a position that can be read: degrees (53.8916 11.4600, 53° 53.496' N 11° 27.600' E), UTMREF, easting and \
             northing, WKT or GeoJSON"
                .to_owned()
        }
        What::NoGeometryText => "the geometry cannot be read".to_owned(),
        What::LostLetters => {
            "letters are missing (\u{fffd}): they were lost before the file was made, or a wrong encoding was chosen"
                .to_owned()
        }
        What::CentreOnly => {
            "the file has only the centre of this way or area; taken as a point (out geom brings the outline)".to_owned()
        }
        What::CoarsePosition { cell_m } => format!("names a square {cell_m} m wide; its middle was taken"),
        What::Unlocated => "the CRS of this position is not known; say which it is with --crs".to_owned(),
        What::GeometryKind { found, wanted } => {
            let wanted: Vec<&str> = wanted.iter().map(|kind| kind.name()).collect();
            format!("the geometry must be a {}, not {}", wanted.join(" or a "), found.map_or("this kind", GeometryKind::name))
        }
        What::InvalidGeometry { reason } => reason.en.clone(),
        What::OutsideDistrict(Outside { at, hint }) => {
            let at = at.map_or_else(String::new, |at| format!(" ({:.5} {:.5})", at.y, at.x));
            let hint = match hint {
                Hint::None => "",
                Hint::Nought => "; 0/0 usually means that no position was recorded",
                Hint::Swapped => "; with its axes swapped it would lie inside, is the order right?",
            };
            format!("the position{at} lies outside the district{hint}")
        }
        _ => return None,
    })
}

fn about_objects(what: &What, value: impl Fn(&serde_json::Value) -> String) -> String {
    let show = |json: &Option<serde_json::Value>| json.as_ref().map_or_else(|| "nothing".to_owned(), &value);
    match what {
        What::Repeated { line } => format!("the object stands on line {line} already"),
        What::Denied { reason } => format!("not allowed: {}", reason.en),
        What::Deleted { id } => format!("feature {id} has been deleted here; restore it instead"),
        What::Suspect { id, distance } => {
            format!("perhaps feature {id}, {distance:.1} m away; --accept-duplicates takes it as another one")
        }
        What::NumberTaken { number, by } => {
            format!("the number '{number}' is taken in this municipality by {}", holder(*by))
        }
        What::NumberKept { number, by } => {
            format!("the number '{number}' is taken by {}; it is kept among the external ids", holder(*by))
        }
        What::Moved { by } => format!("moved by {by:.0} m"),
        What::LeftByHand => "left out by hand".to_owned(),
        What::Conflict(sides) => {
            format!("changed here to {}, by the supplier to {}; ours is kept", show(&sides.ours), show(&sides.theirs))
        }
        What::PlaceConflict => "the place was changed here too; ours is kept".to_owned(),
        What::TestedTwice { line } => format!("line {line} has a test of the same object on the same day"),
        What::Twin { of, distance, same: true } => {
            format!("perhaps the same as {}, of the same kind and only {distance:.1} m away", holder(*of))
        }
        What::Twin { of, distance, same: false } => {
            format!("a twin of {}, of the same kind and {distance:.1} m away", holder(*of))
        }
        What::InList { entry, field, what } => {
            let field = field.as_ref().map_or_else(String::new, |label| format!(", {}", label.in_language(EN)));
            format!("entry {entry}{field}: {}", sentence(what, None))
        }
        What::Other { message } | What::Implausible { message, .. } => message.en.clone(),
        _ => String::new(),
    }
}

fn holder(by: Holder) -> String {
    match by {
        Holder::Feature(id) => format!("feature {id}"),
        Holder::Line(line) => format!("line {line}"),
    }
}
