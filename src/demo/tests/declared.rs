//! Every value satisfies the declarations in `data/`.

use std::collections::HashMap;
use std::path::Path;

use geo_types::Geometry;
use serde_json::Value;

use super::{district, plan};

fn read(directory: &str, name: &str) -> toml::Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(directory).join(format!("{name}.toml"));
    std::fs::read_to_string(&path).unwrap().parse().unwrap()
}

fn text<'a>(of: &'a toml::Value, key: &str) -> Option<&'a str> {
    of.get(key).and_then(toml::Value::as_str)
}

fn number(of: &toml::Value, key: &str) -> Option<f64> {
    let value = of.get(key)?;
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
}

/// What is wrong with a value, if anything.
fn fault(declared: &toml::Value, value: &Value) -> Option<String> {
    let wrong = |why: &str| Some(format!("{why}: {value}"));
    match text(declared, "type").unwrap() {
        "text" => {
            let Some(given) = value.as_str() else {
                return wrong("no text");
            };
            let longest = declared.get("max_length").and_then(toml::Value::as_integer).unwrap() as usize;
            let digits = text(declared, "pattern") != Some("digits") || given.chars().all(|c| c.is_ascii_digit());
            if given.is_empty() || given.chars().count() > longest || !digits {
                wrong("length or pattern")
            } else {
                None
            }
        }
        "code" => {
            let list = read("codelists", text(declared, "codes").unwrap());
            let codes = list["codes"].as_array().unwrap();
            if codes.iter().any(|code| text(code, "code") == value.as_str()) { None } else { wrong("unknown code") }
        }
        kind @ ("integer" | "number") => {
            let Some(given) = value.as_f64() else {
                return wrong("no number");
            };
            let scale = 10f64.powi(number(declared, "decimals").unwrap_or(0.0) as i32);
            let exact = ((given * scale).round() - given * scale).abs() < 1e-6 && (kind == "number" || value.is_i64());
            let low = number(declared, "minimum").is_none_or(|least| given >= least);
            let high = number(declared, "maximum").is_none_or(|most| given <= most);
            if exact && low && high { None } else { wrong("range or decimals") }
        }
        "boolean" => {
            if value.is_boolean() {
                None
            } else {
                wrong("no boolean")
            }
        }
        "date" => {
            let day = value.as_str().and_then(|day| day.parse::<chrono::NaiveDate>().ok());
            if day.is_some_and(|day| day <= plan(1, 1).today) { None } else { wrong("no past date") }
        }
        "list" => {
            let fields = declared["fields"].as_array().unwrap();
            value
                .as_array()
                .unwrap()
                .iter()
                .find_map(|entry| fields.iter().find_map(|field| fault(field, &entry[text(field, "name").unwrap()])))
        }
        other => wrong(other),
    }
}

#[test]
fn every_value_satisfies_its_declaration() {
    let mut declarations: HashMap<&str, toml::Table> = HashMap::new();
    // The same value of the same property is only judged once: code lists are read from disk.
    let mut judged = std::collections::HashSet::new();
    for feature in district() {
        let declared =
            declarations.entry(feature.collection).or_insert_with(|| read("collections", feature.collection));
        let properties = declared["properties"].as_array().unwrap();
        for (name, value) in &feature.properties {
            if !judged.insert((feature.collection, name.clone(), value.to_string())) {
                continue;
            }
            let property = properties.iter().find(|property| text(property, "name") == Some(name));
            let property = property.unwrap_or_else(|| panic!("{} has no {name}", feature.collection));
            assert!(
                !matches!(text(property, "presence"), Some("automatic" | "derived")),
                "{name} is not for us to set"
            );
            assert_eq!(fault(property, value), None, "{} {name}", feature.collection);
        }
        for property in properties.iter().filter(|property| text(property, "presence") == Some("mandatory")) {
            let name = text(property, "name").unwrap();
            assert!(feature.properties.contains_key(name), "{} without {name}", feature.collection);
        }
        let shape = match &feature.geometry {
            None => {
                assert_eq!(declared.get("geometry_required").and_then(toml::Value::as_bool), Some(false));
                continue;
            }
            Some(Geometry::Point(_)) => "point",
            Some(Geometry::LineString(_)) => "linestring",
            Some(Geometry::Polygon(_)) => "polygon",
            other => panic!("{other:?}"),
        };
        assert!(declared["geometry"].as_array().unwrap().iter().any(|allowed| allowed.as_str() == Some(shape)));
    }
}
