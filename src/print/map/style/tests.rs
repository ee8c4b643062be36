use super::*;
use crate::texts::{Language, english, in_language};
use crate::tiles::mvt::Tile;

/// A style of one layer.
fn style_with(layer: &str) -> Result<Style, StyleFaults> {
    Style::read(&format!(r#"{{"version": 8, "sources": {{"base": {{"type": "vector"}}}}, "layers": [{layer}]}}"#))
}

/// A line layer with a width.
fn width(expression: &str) -> Result<Property, String> {
    let layer = format!(
        r#"{{"id": "roads", "type": "line", "source": "base", "source-layer": "roads",
            "paint": {{"line-width": {expression}}}}}"#
    );
    let said = |StyleFault { layer, property, told }| format!("layer '{layer}', {property}: {}", english(told));
    let mut style = style_with(&layer).map_err(|faults| faults.0.into_iter().map(said).collect::<String>())?;
    match style.layers.remove(0).kind {
        Kind::Line(line) => Ok(line.width),
        other => Err(format!("{other:?}")),
    }
}

/// The width of a road of class "primary" with 2 lanes, at a zoom.
fn width_at(expression: &str, zoom: f64) -> f32 {
    let bytes = road();
    let tile = Tile::decode(&bytes).expect("valid");
    let feature = tile.layers[0].features().next();
    width(expression).expect("valid").number(Context { zoom, feature })
}

fn block(number: u8, payload: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2, u8::try_from(payload.len()).expect("short")][..], payload].concat()
}

fn road() -> Vec<u8> {
    let feature = [block(2, &[0, 0, 1, 1]), vec![0x18, 2], block(4, &[9, 0, 0, 10, 8, 8])].concat();
    let layer = [
        block(1, b"roads"),
        block(2, &feature),
        block(3, b"class"),
        block(3, b"lanes"),
        block(4, &block(1, b"primary")),
        block(4, &[0x28, 2]),
    ];
    block(3, &layer.concat())
}

#[test]
fn expressions_have_the_values_that_maplibre_gives_them() {
    for (expression, zoom, expected) in [
        ("3", 0.0, 3.0),
        (r#"["get", "lanes"]"#, 0.0, 2.0),
        (r#"["get", "missing"]"#, 0.0, 1.0),
        (r#"["match", ["get", "class"], ["primary", "trunk"], 7, 2]"#, 0.0, 7.0),
        (r#"["match", ["get", "class"], "track", 7, 2]"#, 0.0, 2.0),
        (r#"["case", ["==", ["get", "lanes"], 2], 4, 5]"#, 0.0, 4.0),
        (r#"["case", ["all", ["has", "lanes"], ["!", ["has", "class"]]], 4, 5]"#, 0.0, 5.0),
        (r#"["case", ["in", ["get", "class"], ["literal", ["primary", "x"]]], 4, 5]"#, 0.0, 4.0),
        (r#"["case", ["in", "rim", ["get", "class"]], 4, 5]"#, 0.0, 4.0),
        (r#"["case", [">=", ["zoom"], 12], 4, 5]"#, 12.0, 4.0),
        (r#"["step", ["zoom"], 1, 10, 2, 12, 3]"#, 9.9, 1.0),
        (r#"["step", ["zoom"], 1, 10, 2, 12, 3]"#, 12.0, 3.0),
        (r#"["interpolate", ["linear"], ["zoom"], 10, 1, 20, 11]"#, 15.0, 6.0),
        (r#"["interpolate", ["linear"], ["zoom"], 10, 1, 20, 11]"#, 25.0, 11.0),
        (r#"["interpolate", ["exponential", 2], ["zoom"], 10, 0, 12, 3]"#, 11.0, 1.0),
        (r#"["+", 1, ["*", 2, ["get", "lanes"]], ["-", 3, 1]]"#, 0.0, 7.0),
        (r#"["/", 1, 0]"#, 0.0, 1.0),
        (r#"["to-number", "2.5"]"#, 0.0, 2.5),
        (r#"["coalesce", ["get", "missing"], ["get", "lanes"]]"#, 0.0, 2.0),
        (r#"["case", ["==", ["geometry-type"], "LineString"], 8, 9]"#, 0.0, 8.0),
        (r#"["case", ["==", ["upcase", ["concat", ["get", "class"], ["to-string", 1]]], "PRIMARY1"], 8, 9]"#, 0.0, 8.0),
    ] {
        assert_eq!(width_at(expression, zoom), expected, "{expression}");
    }
}

#[test]
fn what_cannot_be_drawn_is_refused_with_layer_and_property() {
    for (expression, said) in [
        (r#"["sqrt", 2]"#, r#"layer 'roads', paint/line-width: "sqrt": no operator"#),
        (r#"["+", 1, ["sqrt", 2]]"#, r#""sqrt": no operator"#),
        (r#"["match", ["get", "class"], "a", "wide", 2]"#, "a number is expected, not \"wide\""),
        (r#"["step", ["zoom"], 1, 10, 2, 10, 3]"#, "stops must rise"),
        (r#"["interpolate", ["cubic-bezier", 0, 0, 1, 1], ["zoom"], 1, 2]"#, "[\"linear\"] or"),
        (r#"["case", true]"#, "conditions with values"),
        (r#"["get"]"#, "the name of a property is expected"),
        ("\"5\"", "a number is expected"),
    ] {
        let fault = width(expression).expect_err(expression);
        assert!(fault.contains(said), "{fault}");
    }
    let deep = format!("{}1{}", r#"["+", 1, "#.repeat(60), "]".repeat(60));
    assert!(width(&deep).expect_err("deep").contains("within each other"));
}

#[test]
fn every_fault_of_a_style_is_told_at_once() {
    let faults = Style::read(
        r#"{"version": 8, "sources": {"base": {}}, "layers": [
            {"id": "a", "type": "heatmap", "source": "base"},
            {"id": "b", "type": "fill", "source": "gone", "source-layer": "x", "paint": {"fill-pattern": "x"}},
            {"id": "c", "type": "line", "source": "base", "minzoom": 99, "paint": {"line-color": "@road"}},
            {"id": "d", "type": "symbol", "source": "base", "source-layer": "x", "layout": {"text-field": "{name}"}}
        ]}"#,
    )
    .expect_err("faults");
    let told: Vec<_> = faults.0.iter().map(|fault| (fault.layer.as_str(), fault.property.as_str())).collect();
    let expected = [
        ("a", "type"),
        ("b", "source"),
        ("b", "paint/fill-pattern"),
        ("c", "paint/line-color"),
        ("c", "source-layer"),
        ("c", "minzoom"),
        ("d", "layout/text-field"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_cannot_be_drawn_is_told_in_both_languages_with_the_innermost_operator() {
    for (expression, german, english) in [
        (
            r#"["case", ["has", "lanes"], ["+", 1, "x"], 2]"#,
            "„+“: erwartet wird eine Zahl, nicht \"x\"",
            "\"+\": a number is expected, not \"x\"",
        ),
        (
            r#"["interpolate", ["linear"], ["zoom"], 9, 1, 8, 2]"#,
            "„interpolate“: Stützstellen müssen steigen",
            "\"interpolate\": stops must rise",
        ),
        ("true", "erwartet wird eine Zahl, nicht true", "a number is expected, not true"),
    ] {
        let faults = parse::parse(&serde_json::from_str(expression).expect("JSON"), parse::Wanted::Number);
        let told = Told::of(&faults.expect_err("a fault"));
        assert_eq!(in_language(told.clone(), Language::De), german);
        assert_eq!(in_language(told, Language::En), english);
    }
}

#[test]
fn hidden_layers_are_checked_and_left_out() {
    let hidden = r#"{"id": "a", "type": "background", "layout": {"visibility": "none"}}"#;
    assert_eq!(style_with(hidden).expect("valid").layers.len(), 0);
    let wrong =
        r#"{"id": "a", "type": "background", "layout": {"visibility": "none"}, "paint": {"background-color": 3}}"#;
    assert!(style_with(wrong).is_err());
}
