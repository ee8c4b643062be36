//! What people write into cells, brought to what the declaration asks for: numbers with commas and units, dates, yes and
//! no, codes by their labels, couplings as "2xB". The validation afterwards sees clean values only.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};
use serde_json::{Value as Json, json};

use crate::collection::{CodeList, Property, PropertyKind};

/// Why a cell cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    pub code: &'static str,
    pub message: String,
}

fn unclear(code: &'static str, message: impl Into<String>) -> Unclear {
    Unclear { code, message: message.into() }
}

/// The value of a cell for a property, or `None` where nothing is recorded. `unit` is that of numbers without one.
pub fn read(property: &Property, cell: &Json, unit: Option<&str>) -> Result<Option<Json>, Unclear> {
    let text = match cell {
        Json::Null => return Ok(None),
        Json::String(text) => text.trim(),
        _ => "",
    };
    if cell.is_string() && (text.is_empty() || is_nothing(property, text)) {
        return Ok(None);
    }
    match &property.kind {
        PropertyKind::Text { .. } => Ok(plain_text(cell)),
        PropertyKind::Integer { minimum, maximum } => {
            if let Some(year) = date(text).filter(|_| *minimum >= 1000 && *maximum <= 9999) {
                return Ok(Some(year.year().into()));
            }
            let Some(number) = number(property, cell, unit, true)? else { return Ok(None) };
            if number == 0.0 && *minimum > 0 && property.unit.is_some() {
                // Nobody has a flow or a diameter of zero: the cell was left as the program made it.
                return Ok(None);
            }
            Ok(Some(if number.fract().abs() < 1e-9 { json!(number as i64) } else { json!(number) }))
        }
        PropertyKind::Number { minimum, decimals, .. } => {
            let Some(number) = number(property, cell, unit, *decimals < 3)? else { return Ok(None) };
            Ok((number != 0.0 || *minimum <= 0.0).then(|| json!(number)))
        }
        PropertyKind::Boolean => boolean(cell).map(|value| Some(value.into())),
        PropertyKind::Date { .. } => match date(text) {
            Some(date) => Ok(Some(date.to_string().into())),
            None if cell.is_i64() => read(property, &Json::String(cell.to_string()), unit),
            None => Err(unclear("format", format!("'{}' is no date: 2024-05-31, 31.05.2024 or 2024 is", shown(cell)))),
        },
        PropertyKind::Instant => instant(text).map(Some),
        PropertyKind::Code(list) => code(list, cell).map(Some),
        PropertyKind::List(fields) => list(fields, cell),
    }
}

/// What people put into a cell to say that they have nothing to put there.
fn is_nothing(property: &Property, text: &str) -> bool {
    let plain = text.to_lowercase();
    match property.kind {
        PropertyKind::Boolean => matches!(plain.as_str(), "unbekannt" | "unknown" | "?"),
        PropertyKind::Code(_) | PropertyKind::List(_) => matches!(plain.as_str(), "---" | "-" | "--"),
        PropertyKind::Text { .. } => matches!(plain.as_str(), "---" | "null" | "<null>"),
        _ => matches!(
            plain.as_str(),
            "---" | "-" | "--" | "?" | "unbekannt" | "unknown" | "null" | "<null>" | "n/a" | "k.a." | "unset"
        ),
    }
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

fn shown(cell: &Json) -> String {
    match cell {
        Json::String(text) => text.chars().take(40).collect(),
        other => other.to_string().chars().take(40).collect(),
    }
}

/// A number in the unit of the property.
fn number(property: &Property, cell: &Json, unit: Option<&str>, thousands: bool) -> Result<Option<f64>, Unclear> {
    let (number, written) = match cell {
        Json::Number(number) => (number.as_f64(), String::new()),
        Json::String(text) => split_number(text, thousands),
        _ => (None, String::new()),
    };
    let wanted = property.unit.as_deref();
    let Some(number) = number else {
        let in_unit = wanted.map_or_else(String::new, |unit| format!(" in {unit}"));
        return Err(unclear("type", format!("'{}' is no number{in_unit}", shown(cell))));
    };
    let given = if written.is_empty() { unit.unwrap_or_default().to_lowercase() } else { written };
    match factor(&given, wanted) {
        // 48 m³/h are 800 l/min, not 799.9999…
        Some(factor) if factor != 1.0 => Ok(Some((number * factor * 1000.0).round() / 1000.0)),
        Some(_) => Ok(Some(number)),
        None => Err(unclear(
            "unit",
            format!("'{given}' in '{}' is no unit known here for {}", shown(cell), wanted.unwrap_or("a plain number")),
        )),
    }
}

/// By what a number in `given` is multiplied to be one in `wanted`; `None` if nothing is known of it.
fn factor(given: &str, wanted: Option<&str>) -> Option<f64> {
    let same = |unit: &str| match unit {
        "m³/h" | "cbm/h" | "m3/std" | "m³/std" => "m3/h".to_owned(),
        "l/sec" | "l/sek" => "l/s".to_owned(),
        "lpm" | "l/m" | "ltr/min" | "liter/min" | "l/min." => "l/min".to_owned(),
        "m³" | "cbm" | "kubikmeter" => "m3".to_owned(),
        "km²" => "km2".to_owned(),
        "liter" | "ltr" => "l".to_owned(),
        other => other.to_lowercase(),
    };
    let given = same(given);
    let wanted = wanted.map(same).unwrap_or_default();
    if given.is_empty() || given == wanted {
        return Some(1.0);
    }
    Some(match (given.as_str(), wanted.as_str()) {
        ("m3/h", "l/min") => 1000.0 / 60.0,
        ("l/s", "l/min") => 60.0,
        ("l/min", "m3/h") => 0.06,
        ("dn" | "er" | "ø", "mm") => 1.0,
        ("cm", "mm") => 10.0,
        ("m", "mm") => 1000.0,
        ("zoll" | "\"", "mm") => 25.4,
        ("mbar", "bar") => 0.001,
        ("kpa", "bar") => 0.01,
        ("l", "m3") => 0.001,
        ("cm", "m") => 0.01,
        ("km", "m") => 1000.0,
        ("kg", "t") => 0.001,
        ("min", "h") => 1.0 / 60.0,
        ("m2", "km2") => 1e-6,
        _ => return None,
    })
}

/// The number in a text and the unit around it, in small letters.
fn split_number(text: &str, thousands: bool) -> (Option<f64>, String) {
    let lower = text.trim().to_lowercase();
    let rest = ["ca.", "ca", "ungefähr", "~", "≈"]
        .iter()
        .find_map(|word| lower.strip_prefix(word))
        .unwrap_or(&lower)
        .trim_start();
    let Some(start) = rest.find(|c: char| c.is_ascii_digit()) else { return (None, lower) };
    let start = if rest[..start].ends_with(['-', '−']) {
        start - if rest[..start].ends_with('-') { 1 } else { '−'.len_utf8() }
    } else {
        start
    };
    let after = &rest[start..];
    let end = after
        .char_indices()
        .find(|(i, c)| {
            let next_is_digit = after[i + c.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
            let inside = c.is_ascii_digit()
                || (*i == 0 && matches!(c, '-' | '−'))
                || (matches!(c, '.' | ',' | '\'' | ' ' | '\u{a0}') && next_is_digit);
            !inside
        })
        .map_or(after.len(), |(i, _)| i);
    let before = rest[..start].trim().trim_end_matches('.').trim();
    let unit = after[end..].trim_start_matches(['.', ',']).trim();
    // A unit before and one after is "DN 100 mm".
    let unit = if unit.is_empty() || unit == "-" { before } else { unit };
    (parse_number(&after[..end], thousands), unit.to_owned())
}

/// A number as Germans and programs write it. With `thousands`, a point or comma before exactly three digits groups.
pub fn parse_number(text: &str, thousands: bool) -> Option<f64> {
    let text: String = text.trim().replace('−', "-").chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\'')).collect();
    let separators: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
    let Some(&(last, kind)) = separators.last() else { return text.parse().ok() };
    let mixed = separators.iter().any(|(_, other)| *other != kind);
    let whole = text[..last].trim_start_matches('-');
    let grouping = !mixed
        && (separators.len() > 1
            || (thousands && text.len() - last - 1 == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0')));
    let mut plain = String::with_capacity(text.len());
    for (i, c) in text.char_indices() {
        match c {
            '.' | ',' if !grouping && i == last => plain.push('.'),
            '.' | ',' => {}
            c => plain.push(c),
        }
    }
    plain.parse().ok()
}

fn boolean(cell: &Json) -> Result<bool, Unclear> {
    let text = match cell {
        Json::Bool(value) => return Ok(*value),
        Json::String(text) => text.trim().to_lowercase(),
        other => other.to_string(),
    };
    match text.as_str() {
        "ja" | "j" | "yes" | "y" | "true" | "t" | "wahr" | "w" | "1" | "x" | "vorhanden" => Ok(true),
        "nein" | "n" | "no" | "false" | "f" | "falsch" | "0" | "---" | "--" | "-" | "nicht vorhanden" => Ok(false),
        _ => Err(unclear("type", format!("'{}' is neither yes nor no", shown(cell)))),
    }
}

/// A day; of a year alone its first.
pub fn date(text: &str) -> Option<NaiveDate> {
    const FORMS: [&str; 6] = ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%Y%m%d"];
    let text = text.trim();
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text.len() < 4 {
        return None;
    }
    if text.len() == 4 {
        let year: i32 = text.parse().ok()?;
        return NaiveDate::from_ymd_opt(year, 1, 1).filter(|_| (1700..=2200).contains(&year));
    }
    // A time after the day says nothing more.
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    FORMS
        .iter()
        .filter(|form| form.len() <= day.len())
        .find_map(|form| NaiveDate::parse_from_str(day, form).ok())
        .filter(|day| (1700..2700).contains(&day.year()))
}

fn instant(text: &str) -> Result<Json, Unclear> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Ok(instant.to_rfc3339().into());
    }
    let naive = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y/%m/%d %H:%M:%S%.f", "%d.%m.%Y %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .or_else(|| date(text).and_then(|day| day.and_hms_opt(0, 0, 0)));
    match naive {
        Some(instant) => Ok(instant.and_utc().to_rfc3339().into()),
        None => Err(unclear("format", format!("'{text}' is no point in time such as 2024-05-31T12:00:00Z"))),
    }
}

/// A code by itself or by one of its labels, whatever the case.
pub fn code(list: &CodeList, cell: &Json) -> Result<Json, Unclear> {
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
        None => {
            let known: Vec<&str> = list.codes().iter().map(|code| code.code.as_str()).collect();
            Err(unclear("unknown-code", format!("'{text}' is not one of {}", known.join(", "))))
        }
    }
}

fn list(fields: &[Property], cell: &Json) -> Result<Option<Json>, Unclear> {
    let text = match cell {
        Json::Array(items) if items.is_empty() => return Ok(None),
        Json::String(text) => text.trim(),
        other => return Ok(Some(other.clone())),
    };
    if text.starts_with('[') {
        return serde_json::from_str(text)
            .map(Some)
            .map_err(|error| unclear("type", format!("the list cannot be read: {error}")));
    }
    match counted(fields, text) {
        Some(items) => Ok(Some(Json::Array(items))),
        None => Err(unclear("type", format!("'{}' is no list: JSON, or 2xB-1xA for couplings", shown(cell)))),
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
