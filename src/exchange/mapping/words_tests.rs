use serde_json::{Value as Json, json};

use super::numbers::parse_number;
use super::words::{Habit, read};
use crate::collection::{Catalogue, Collection, Language};
use crate::exchange::remark::Remark;

fn hydrants() -> std::sync::Arc<Collection> {
    let catalogue =
        Catalogue::load(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data"))).expect("declarations");
    catalogue.get("hydrants").expect("hydrants").clone()
}

/// The value of a cell and what was remarked, in English.
fn told(
    collection: &Collection,
    name: &str,
    cell: &Json,
    unit: Option<&str>,
) -> Result<(Option<Json>, Option<String>), String> {
    let k = collection.position(name).expect("declared");
    let text = |what| Remark::of(Some(k), what).text(collection, Language::En);
    match read(&collection.properties[k], cell, Habit { unit, month_first: false }) {
        Ok(understood) => Ok((understood.value, understood.note.map(text))),
        Err(what) => Err(text(what)),
    }
}

/// A value that is taken without a word.
fn value(collection: &Collection, name: &str, cell: Json, unit: Option<&str>) -> Option<Json> {
    let (value, note) = told(collection, name, &cell, unit).unwrap_or_else(|what| panic!("{cell}: {what}"));
    assert_eq!(note, None, "{cell}");
    value
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let cases = [
        ("5,1", 5.1),
        ("1.200", 1200.0),
        ("1,200", 1200.0),
        ("1.200,5", 1200.5),
        ("0.125", 0.125),
        ("12.50", 12.5),
        ("1 200", 1200.0),
        ("1.234.567", 1_234_567.0),
        ("-3,5", -3.5),
        ("1,2e+03", 1200.0),
    ];
    for (text, number) in cases {
        assert_eq!(parse_number(text, true), Some(number), "{text}");
    }
    assert_eq!(parse_number("53,891", false), Some(53.891));
    assert_eq!(parse_number("viel", true), None);
}

#[test]
fn flows_and_diameters_come_with_any_unit_and_zero_is_nothing() {
    let hydrants = hydrants();
    let value = |name: &str, cell, unit| value(&hydrants, name, cell, unit);
    for (text, flow) in [
        ("800 l/min", 800),
        ("48 m³/h", 800),
        ("13 l/s", 780),
        ("1.200", 1200),
        ("ca. 96 cbm/h", 1600),
        ("96 m³ / h", 1600),
        ("1600 Liter pro Minute", 1600),
        ("50 m³/h", 833),
        ("1,6E+03", 1600),
    ] {
        assert_eq!(value("flow_rate", json!(text), None), Some(json!(flow)), "{text}");
    }
    assert_eq!(value("flow_rate", json!("48"), Some("m3/h")), Some(json!(800)));
    assert_eq!(value("flow_rate", json!(50.0), Some("m³/h")), Some(json!(833)));
    assert_eq!(value("flow_rate", json!(0), None), None);
    for text in
        ["DN 100", "100er", "DN100", "100 mm", "10 cm", "100", "Ø 100", "DN 100 mm", "NW 100", "Nennweite Leitung: 100"]
    {
        assert_eq!(value("main_diameter", json!(text), None), Some(json!(100)), "{text}");
    }
    assert_eq!(value("main_diameter", json!("4\""), None), Some(json!(102)));
    for text in ["unbekannt", "k.A.", "-", "keine Angabe", "n/a"] {
        assert_eq!(value("main_diameter", json!(text), None), None, "{text}");
    }
    assert_eq!(value("static_pressure", json!("5,1 bar"), None), Some(json!(5.1)));
    assert_eq!(value("static_pressure", json!("450 kPa"), None), Some(json!(4.5)));
}

#[test]
fn words_that_change_nothing_are_passed_over_and_any_other_makes_a_cell_unclear() {
    let hydrants = hydrants();
    for text in [
        "ca. 800",
        "~800 l/min",
        "mind. 800 l/min",
        "≥ 800",
        ">= 800 l/min",
        "min. 800",
        "rund 800",
        "ab 800 l/min",
        "Q = 800 l/min",
        "800+",
        "800 (ca.)",
    ] {
        assert_eq!(value(&hydrants, "flow_rate", json!(text), None), Some(json!(800)), "{text}");
    }
    let unclear = [
        "< 800 l/min",
        "<800",
        "unter 48 m³/h",
        "weniger als 48 m³/h",
        "≤ 800 l/min",
        "früher 800 l/min",
        "bis 800 l/min",
        "bis zu 800",
        "max. 800",
        "reicht nicht für 800 l/min",
        "nicht 800",
        "400-800 l/min",
        "400 bis 800",
        "800/1600",
        "800 l/min nicht erreicht",
        "800 l/min bei 2 bar",
        "Soll 800",
        "800 l/min (alt)",
        "2 x 400",
        "100 80",
        "12 gpm",
    ];
    for text in unclear {
        assert!(told(&hydrants, "flow_rate", &json!(text), None).is_err(), "{text}");
    }
    for (name, text) in [
        ("main_diameter", "kleiner DN 80 mm"),
        ("main_diameter", "DN 80/100"),
        ("static_pressure", "unter 2 bar"),
        ("year_built", "vor 1950"),
        ("year_built", "mind. 1950"),
        ("count", "1,5"),
    ] {
        assert!(told(&hydrants, name, &json!(text), None).is_err(), "{name} {text}");
    }
    for text in ["kein Wasser, Soll 800 l/min", "trocken", "außer Betrieb (800)", "defekt"] {
        let what = told(&hydrants, "flow_rate", &json!(text), None).expect_err(text);
        assert!(what.contains("check its status"), "{text}: {what}");
    }
    let (taken, note) = told(&hydrants, "flow_rate", &json!("über 800 l/min"), None).expect("taken");
    assert!(taken == Some(json!(800)) && note.is_some_and(|note| note.contains("least value, 800 l/min")));
}

#[test]
fn numbers_are_no_finer_than_their_property() {
    let hydrants = hydrants();
    assert_eq!(value(&hydrants, "static_pressure", json!(4.56), None), Some(json!(4.6)));
    assert_eq!(value(&hydrants, "inner_diameter", json!("4\""), None), Some(json!(101.6)));
    let (taken, note) = told(&hydrants, "flow_rate", &json!(833.33), None).expect("taken");
    assert_eq!((taken, note.as_deref()), (Some(json!(833)), Some("Flow rate: rounded to 833 l/min")));
}

#[test]
fn dates_years_codes_and_answers_are_understood() {
    let hydrants = hydrants();
    let value = |name: &str, cell| value(&hydrants, name, cell, None);
    for text in ["2017/01/01", "01.01.2017", "2017", "2017-01-01", "2017-01-01T00:00:00", "Januar 2017"] {
        assert_eq!(value("year_built", json!(text)), Some(json!(2017)), "{text}");
    }
    assert_eq!(value("status_as_of", json!("01.05.24")), Some(json!("2024-05-01")));
    assert_eq!(value("status_as_of", json!(45413)), Some(json!("2024-05-01")));
    let (taken, note) = told(&hydrants, "status_as_of", &json!("Mai 2024"), None).expect("taken");
    assert!(taken == Some(json!("2024-05-01")) && note.is_some_and(|note| note.contains("first of the month")));
    assert_eq!(value("kind", json!("überflurhydrant")), Some(json!("pillar")));
    assert_eq!(value("gate_valve", json!("---")), Some(json!(false)));
    assert_eq!(value("gate_valve", json!("Ja")), Some(json!(true)));
    assert_eq!(
        value("couplings", json!("1x100-2x65")),
        Some(json!([{"coupling":"storz_a","count":1},{"coupling":"storz_b","count":2}]))
    );
    assert_eq!(value("ref", json!(50318.0)), Some(json!("50318")));
    let what = told(&hydrants, "kind", &json!("Laterne"), None).expect_err("no kind");
    assert!(what.contains("Pillar") && !what.contains("pillar,"), "{what}");
}
