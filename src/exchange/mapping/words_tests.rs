use serde_json::json;

use super::words::{date, parse_number, read};
use crate::collection::Catalogue;

fn hydrants() -> std::sync::Arc<crate::collection::Collection> {
    let catalogue =
        Catalogue::load(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data"))).expect("declarations");
    catalogue.get("hydrants").expect("hydrants").clone()
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
    let value =
        |name: &str, cell, unit| read(hydrants.property(name).expect("declared"), &cell, unit).expect("understood");
    for (text, flow) in [("800 l/min", 800), ("48 m³/h", 800), ("13 l/s", 780), ("1.200", 1200), ("ca. 96 cbm/h", 1600)]
    {
        assert_eq!(value("flow_rate", json!(text), None), Some(json!(flow)), "{text}");
    }
    assert_eq!(value("flow_rate", json!("48"), Some("m3/h")), Some(json!(800)));
    assert_eq!(value("flow_rate", json!(0), None), None);
    for text in ["DN 100", "100er", "DN100", "100 mm", "10 cm", "100"] {
        assert_eq!(value("main_diameter", json!(text), None), Some(json!(100)), "{text}");
    }
    assert_eq!(value("main_diameter", json!("unbekannt"), None), None);
    assert_eq!(value("static_pressure", json!("5,1 bar"), None), Some(json!(5.1)));
    assert!(read(hydrants.property("flow_rate").expect("declared"), &json!("12 gpm"), None).is_err());
}

#[test]
fn dates_years_codes_and_answers_are_understood() {
    let hydrants = hydrants();
    let value = |name: &str, cell| read(hydrants.property(name).expect("declared"), &cell, None).expect("understood");
    for text in ["2017/01/01", "01.01.2017", "2017", "2017-01-01", "2017-01-01T00:00:00"] {
        assert_eq!(date(text).map(|day| day.to_string()).as_deref(), Some("2017-01-01"), "{text}");
        assert_eq!(value("year_built", json!(text)), Some(json!(2017)), "{text}");
    }
    assert_eq!(value("kind", json!("überflurhydrant")), Some(json!("pillar")));
    assert_eq!(value("gate_valve", json!("---")), Some(json!(false)));
    assert_eq!(value("gate_valve", json!("Ja")), Some(json!(true)));
    assert_eq!(
        value("couplings", json!("1x100-2x65")),
        Some(json!([{"coupling":"storz_a","count":1},{"coupling":"storz_b","count":2}]))
    );
    assert_eq!(value("ref", json!(50318.0)), Some(json!("50318")));
    assert!(read(hydrants.property("kind").expect("declared"), &json!("Laterne"), None).is_err());
}
