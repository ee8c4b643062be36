//! What people write into cells, brought to what the declaration asks for: yes and no, codes by their labels, couplings as
//! "2xB", and by way of [`super::numbers`] and [`super::dates`] numbers with commas and units, and days. The validation
//! afterwards sees clean values only.

use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDateTime};
use serde_json::{Value as Json, json};

use super::dates::{self, Day, Sure};
use super::numbers::{self, Measured};
use crate::collection::{CodeList, Property, PropertyKind};
use crate::exchange::guard;
use crate::exchange::remark::What;

/// What is known of a column besides its cells.
#[derive(Debug, Clone, Copy, Default)]
pub struct Habit<'a> {
    /// The unit of numbers that come without one.
    pub unit: Option<&'a str>,
    /// `03/04/2024` is the fourth of March.
    pub month_first: bool,
}

/// A cell as it is understood.
#[derive(Debug, Default)]
pub struct Understood {
    /// `None` where nothing is recorded.
    pub value: Option<Json>,
    /// What had to be assumed.
    pub note: Option<What>,
}

impl From<Option<Json>> for Understood {
    fn from(value: Option<Json>) -> Self {
        Self { value, note: None }
    }
}

/// What people put into a cell to say that they have nothing to put there, small letters.
const NOTHING: [&str; 36] = [
    "---",
    "--",
    "-",
    "–",
    "—",
    "?",
    "??",
    "/",
    "./.",
    "unbekannt",
    "unbek.",
    "unknown",
    "nicht bekannt",
    "null",
    "<null>",
    "(null)",
    "nan",
    "none",
    "n/a",
    "n.a.",
    "na",
    "#nv",
    "#n/a",
    "k.a.",
    "k. a.",
    "k.a",
    "ka",
    "keine angabe",
    "keine angaben",
    "ohne angabe",
    "o.a.",
    "o. a.",
    "unset",
    "nicht gemessen",
    "nicht ermittelt",
    "fehlt",
];
/// Further words for "none" in columns that hold a number or key.
const NO_KEY: [&str; 6] = ["ohne", "ohne nummer", "ohne nr.", "ohne nr", "keine", "o.nr."];

/// Words by which people tell the state of an object where a value belongs.
const STATE: [&str; 27] = [
    "kein wasser",
    "ohne wasser",
    "wasserlos",
    "trocken",
    "versiegt",
    "leer",
    "defekt",
    "kaputt",
    "außer betrieb",
    "ausser betrieb",
    "a.b.",
    "gesperrt",
    "stillgelegt",
    "abgestellt",
    "abgesperrt",
    "abgebaut",
    "eingefroren",
    "nicht nutzbar",
    "nicht benutzbar",
    "nicht betriebsbereit",
    "unbrauchbar",
    "no water",
    "out of order",
    "out of service",
    "broken",
    "disused",
    "dried up",
];

/// The value of a cell for a property. A cell of which nobody can say what it means is an error, never a guess.
pub fn read(property: &Property, cell: &Json, habit: Habit<'_>) -> Result<Understood, What> {
    let text = match cell {
        Json::Null => return Ok(Understood::default()),
        Json::String(text) => text.trim(),
        _ => "",
    };
    if cell.is_string() && (text.is_empty() || is_nothing(property, text)) {
        return Ok(Understood::default());
    }
    match &property.kind {
        PropertyKind::Text { .. } => Ok(plain_text(cell).into()),
        PropertyKind::Integer { .. } | PropertyKind::Number { .. } => {
            number(property, cell, text, habit).map_err(|what| or_state(what, text))
        }
        PropertyKind::Boolean => boolean(cell).map(|value| Some(value.into()).into()),
        PropertyKind::Date { .. } => date(cell, text, habit).map_err(|what| or_state(what, text)),
        PropertyKind::Instant => instant(text).map(|value| Some(value).into()),
        PropertyKind::Code(list) => code(list, cell).map(|value| Some(value).into()),
        PropertyKind::List(fields) => list(fields, cell).map(Into::into),
    }
}

/// True for a word that says that an object has no number or key.
pub fn is_no_key(text: &str) -> bool {
    let plain = text.trim().to_lowercase();
    NOTHING.contains(&plain.as_str()) || NO_KEY.contains(&plain.as_str()) || plain.bytes().all(|byte| byte == b'0')
}

fn is_nothing(property: &Property, text: &str) -> bool {
    let plain = text.to_lowercase();
    match property.kind {
        PropertyKind::Boolean => matches!(plain.as_str(), "unbekannt" | "unknown" | "?" | "k.a." | "keine angabe"),
        PropertyKind::Code(_) | PropertyKind::List(_) => {
            matches!(plain.as_str(), "---" | "-" | "--" | "k.a." | "k. a.")
        }
        PropertyKind::Text { .. } => guard::is_nothing(text),
        _ => NOTHING.contains(&plain.as_str()),
    }
}

/// A cell that is no value may tell the state of the object.
fn or_state(what: What, text: &str) -> What {
    let plain = text.to_lowercase();
    if STATE.iter().any(|words| plain.contains(words)) { What::State } else { what }
}

fn plain_text(cell: &Json) -> Option<Json> {
    Some(match cell {
        // Lines may end in two characters; one is enough for us.
        Json::String(text) => Json::String(text.trim().replace("\r\n", "\n").replace('\r', "\n")),
        // A number as a program that knows no texts writes it: 50318.0 is 50318.
        Json::Number(number) => match number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 9e15) {
            Some(whole) => (whole as i64).to_string().into(),
            None => number.to_string().into(),
        },
        other => other.to_string().into(),
    })
}

/// A number in the unit of the property and no finer than the property holds it.
fn number(property: &Property, cell: &Json, text: &str, habit: Habit<'_>) -> Result<Understood, What> {
    let is_year = matches!(property.kind, PropertyKind::Integer { minimum: 1000.., maximum: ..=9999 });
    if is_year && let Some(day) = dates::read(text, habit.month_first) {
        return Ok(Some(day.date.year().into()).into());
    }
    let thousands = !matches!(property.kind, PropertyKind::Number { decimals: 3.., .. });
    let measured = match (cell, cell.as_f64()) {
        (_, Some(number)) => numbers::bare(property, number, habit.unit)?,
        (Json::String(_), _) => numbers::measured(property, text, habit.unit, thousands)?,
        _ => return Err(What::NoNumber { unit: property.unit.clone() }),
    };
    match property.kind {
        // Nobody has a flow or a diameter of zero: the cell was left as the program made it.
        PropertyKind::Integer { minimum: 1.., .. } if measured.number == 0.0 && property.unit.is_some() => {
            Ok(None.into())
        }
        PropertyKind::Integer { .. } => whole(property, measured),
        PropertyKind::Number { minimum, .. } if measured.number == 0.0 && minimum > 0.0 => Ok(None.into()),
        PropertyKind::Number { decimals, .. } => {
            let scale = 10_f64.powi(i32::from(decimals));
            Ok(Understood { value: Some(json!((measured.number * scale).round() / scale)), note: measured.note })
        }
        _ => Err(What::WrongType),
    }
}

/// A whole number. What was converted is rounded without a word, and what was measured with one; half a piece is none.
fn whole(property: &Property, measured: Measured) -> Result<Understood, What> {
    let Measured { number, converted, note } = measured;
    let rounded = number.round();
    if rounded.abs() > 9e15 {
        return Err(What::NoNumber { unit: property.unit.clone() });
    }
    let is_whole = (number - rounded).abs() < 1e-9;
    if !is_whole && !converted && property.unit.is_none() {
        return Err(What::NotWhole);
    }
    let note = note.or_else(|| (!is_whole && !converted).then_some(What::Rounded { taken: rounded }));
    Ok(Understood { value: Some(json!(rounded as i64)), note })
}

fn boolean(cell: &Json) -> Result<bool, What> {
    let text = match cell {
        Json::Bool(value) => return Ok(*value),
        Json::String(text) => text.trim().to_lowercase(),
        other => other.to_string(),
    };
    match text.as_str() {
        "ja" | "j" | "yes" | "y" | "true" | "t" | "wahr" | "w" | "1" | "x" | "vorhanden" => Ok(true),
        "nein" | "n" | "no" | "false" | "f" | "falsch" | "0" | "---" | "--" | "-" | "nicht vorhanden" => Ok(false),
        _ => Err(What::NeitherYesNorNo),
    }
}

/// A day; of a month or year alone its first, which is told.
fn date(cell: &Json, text: &str, habit: Habit<'_>) -> Result<Understood, What> {
    let day = match cell.as_f64() {
        // The day number of a spreadsheet, perhaps with a time; or a year.
        Some(number) => {
            dates::serial(number.floor() as i64).or_else(|| dates::read(&cell.to_string(), habit.month_first))
        }
        None => dates::read(text, habit.month_first),
    };
    let Day { date, sure } = day.ok_or(What::NoDate)?;
    let note = match sure {
        Sure::Exact => None,
        Sure::Month => Some(What::FirstOfMonth { taken: date }),
        Sure::Year => Some(What::FirstOfYear { taken: date }),
        Sure::Order => Some(What::DayFirst { taken: date }),
    };
    Ok(Understood { value: Some(date.to_string().into()), note })
}

fn instant(text: &str) -> Result<Json, What> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Ok(instant.to_rfc3339().into());
    }
    let naive = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y/%m/%d %H:%M:%S%.f", "%d.%m.%Y %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .or_else(|| dates::read(text, false).and_then(|day| day.date.and_hms_opt(0, 0, 0)));
    naive.map(|instant| instant.and_utc().to_rfc3339().into()).ok_or(What::NoInstant)
}

/// A code by itself or by one of its labels, whatever the case.
pub fn code(list: &Arc<CodeList>, cell: &Json) -> Result<Json, What> {
    let text = match plain_text(cell) {
        Some(Json::String(text)) => text,
        _ => String::new(),
    };
    if list.position(&text).is_some() {
        return Ok(text.into());
    }
    let plain = text.to_lowercase();
    let is_meant = |code: &&crate::collection::Code| {
        code.code == plain || code.label.de.to_lowercase() == plain || code.label.en.to_lowercase() == plain
    };
    match list.codes().iter().find(is_meant) {
        Some(code) => Ok(code.code.clone().into()),
        None => Err(What::UnknownCode { list: list.clone() }),
    }
}

fn list(fields: &[Property], cell: &Json) -> Result<Option<Json>, What> {
    let text = match cell {
        Json::Array(items) if items.is_empty() => return Ok(None),
        Json::String(text) => text.trim(),
        other => return Ok(Some(other.clone())),
    };
    if text.starts_with('[') {
        return serde_json::from_str(text).map(Some).map_err(|_| What::NoList);
    }
    match counted(fields, text) {
        Some(items) => Ok(Some(Json::Array(items))),
        None => Err(What::NoList),
    }
}

/// "1x100-2x65", "2xB; 1xA", "B, C": how many of what, as utilities and French registers write couplings.
fn counted(fields: &[Property], text: &str) -> Option<Vec<Json>> {
    let list = fields.iter().find(|field| field.name == "coupling")?.codes()?;
    let mut items: Vec<Json> = Vec::new();
    for part in text.split(['-', ';', ',', '+', '/', '_']).map(str::trim).filter(|part| !part.is_empty()) {
        let lower = part.to_lowercase();
        let (count, what) = match lower.split_once(['x', '×', '*']) {
            Some((count, what)) => (count.trim().parse::<u32>().ok()?, what.trim()),
            None => (1, lower.as_str()),
        };
        let what = what.trim_start_matches("storz").trim();
        let known = match what {
            "a" | "110" | "100" => "storz_a",
            "b" | "75" | "70" | "65" => "storz_b",
            "c" | "52" | "45" | "40" => "storz_c",
            "d" | "25" => "storz_d",
            "f" | "150" => "storz_f",
            other => other,
        };
        let code = if list.position(known).is_some() { json!(known) } else { code(list, &json!(what)).ok()? };
        match items.iter_mut().find(|item| item["coupling"] == code) {
            Some(item) => item["count"] = json!(item["count"].as_u64().unwrap_or_default() + u64::from(count)),
            None => items.push(json!({ "coupling": code, "count": count })),
        }
    }
    (!items.is_empty()).then_some(items)
}
