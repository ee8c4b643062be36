//! What is worth a look in a row that may be taken all the same.

use crate::collection::Collection;
use crate::feature::{Row, Value};

/// Nominal diameters of German networks, mm.
const DIAMETERS: [i64; 16] = [50, 65, 80, 100, 125, 150, 200, 250, 300, 400, 500, 600, 700, 800, 1000, 1200];
/// Mains below this do not feed a hydrant well (DIN EN 14384 and 14339 begin here), mm.
const SMALLEST_MAIN: i64 = 80;
/// What a pump can lift, metres (DIN 14230).
const SUCTION_HEAD: f64 = 7.5;
/// A pond of DIN 14210 holds at least this, m³.
const POND: f64 = 1000.0;

/// The warnings about the values of a row.
pub fn of(collection: &Collection, row: Row<'_>) -> Vec<String> {
    let get = |name: &str| collection.position(name).map_or(Value::Null, |k| row.get(k));
    let number = |name: &str| match get(name) {
        Value::Integer(value) => Some(value as f64),
        Value::Number(value) => Some(value),
        _ => None,
    };
    let mut warnings = Vec::new();
    let mut warn = |text: String| warnings.push(text);
    for name in ["hydrant_diameter", "main_diameter"] {
        if let Some(diameter) = get(name).as_integer().filter(|diameter| !DIAMETERS.contains(diameter)) {
            warn(format!("{name}: DN {diameter} is no usual nominal diameter"));
        }
    }
    if let Some(main) = get("main_diameter").as_integer().filter(|main| *main < SMALLEST_MAIN) {
        warn(format!("main_diameter: DN {main} is small for a main that feeds a hydrant"));
    }
    if collection.position("static_pressure").is_some() && !get("flow_rate").is_null() {
        if get("static_pressure").is_null() && get("flow_pressure").is_null() {
            warn("flow_rate: a flow without a pressure".to_owned());
        }
        if get("flow_measured_on").is_null() {
            warn("flow_rate: a flow without a date".to_owned());
        }
    }
    if let Some(head) = number("suction_head").filter(|head| *head > SUCTION_HEAD) {
        warn(format!("suction_head: {head} m cannot be lifted; the limit is {SUCTION_HEAD} m"));
    }
    let is = |name: &str, code: &str| {
        collection.property(name).and_then(|p| p.codes()).is_some_and(|list| get(name).as_code() == list.position(code))
    };
    let is_norm_pond = get("kind").as_code().is_some() && is("kind", "pond_din14210")
        || get("standard").as_code().is_some() && is("standard", "din_14210");
    if is_norm_pond && let Some(volume) = number("total_volume").filter(|volume| *volume < POND) {
        warn(format!("total_volume: {volume} m³ is less than DIN 14210 asks of a pond"));
    }
    warnings
}
