use super::*;
use crate::filter::CONFORMANCE;

/// The OGC's own examples (opengeospatial/ogcapi-features, cql2/standard/schema/examples).
fn examples(encoding: &str) -> Option<Vec<(String, String)>> {
    let folder = std::path::PathBuf::from(std::env::var_os("GEOKONTOR_ORACLES")?).join("cql2/examples").join(encoding);
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the examples").map(|e| e.expect("a file").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "txt" || ending == "json"));
    files.sort();
    let stem = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
    Some(files.iter().map(|path| (stem(path), std::fs::read_to_string(path).expect("an example"))).collect())
}

#[test]
fn every_example_of_the_standard_is_read_and_says_the_same_in_both_encodings() {
    let (Some(texts), Some(jsons)) = (examples("text"), examples("json")) else { return };
    let mut pairs = 0;
    for (name, json) in &jsons {
        let from_json = Filter::parse(Language::Json, json).unwrap_or_else(|error| panic!("{name}.json: {error}"));
        if let Some((_, text)) = texts.iter().find(|(other, _)| other == name) {
            let from_text = Filter::parse(Language::Text, text).unwrap_or_else(|error| panic!("{name}.txt: {error}"));
            assert_eq!(from_text, from_json, "{name}");
            pairs += 1;
        }
    }
    for (name, text) in &texts {
        Filter::parse(Language::Text, text).unwrap_or_else(|error| panic!("{name}.txt: {error}"));
    }
    assert_eq!((texts.len(), jsons.len(), pairs), (120, 109, 109));
}

#[test]
fn the_other_spellings_of_an_example_mean_the_same() {
    let Some(texts) = examples("text") else { return };
    let read = |name: &str| {
        let (_, text) = texts.iter().find(|(other, _)| other == name).expect("an example");
        Filter::parse(Language::Text, text).expect("a filter")
    };
    let mut compared = 0;
    for (name, _) in texts.iter().filter(|(name, _)| name.contains("-alt")) {
        assert_eq!(read(name), read(name.split('-').next().expect("a name")), "{name}");
        compared += 1;
    }
    assert_eq!(compared, 11);
}

#[test]
fn both_encodings_compile_to_the_same_answers() {
    for (text, json) in [
        (
            "flow_rate > 800 AND kind = 'pillar'",
            r#"{"op":"and","args":[{"op":">","args":[{"property":"flow_rate"},800]},{"op":"=","args":[{"property":"kind"},"pillar"]}]}"#,
        ),
        ("street LIKE '%ark%'", r#"{"op":"like","args":[{"property":"street"},"%ark%"]}"#),
        (
            "flow_rate NOT BETWEEN 300 AND 900",
            r#"{"op":"not","args":[{"op":"between","args":[{"property":"flow_rate"},300,900]}]}"#,
        ),
        (
            "T_DURING(status_as_of, INTERVAL('2024-03-01', '..'))",
            r#"{"op":"t_during","args":[{"property":"status_as_of"},{"interval":["2024-03-01",".."]}]}"#,
        ),
        (
            "S_INTERSECTS(geometry, BBOX(11.1, 53.82, 11.36, 53.95))",
            r#"{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[11.1,53.82,11.36,53.95]}]}"#,
        ),
        (
            "S_WITHIN(geometry, POLYGON((11 53.8, 11.4 53.8, 11.4 54, 11 53.8)))",
            r#"{"op":"s_within","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[[[11,53.8],[11.4,53.8],[11.4,54],[11,53.8]]]}]}"#,
        ),
        (
            "updated_at = TIMESTAMP('2024-05-01T10:00:00Z')",
            r#"{"op":"=","args":[{"property":"updated_at"},{"timestamp":"2024-05-01T10:00:00Z"}]}"#,
        ),
        ("kind IS NULL", r#"{"op":"isNull","args":[{"property":"kind"}]}"#),
    ] {
        let from_text = Filter::parse(Language::Text, text).expect("text");
        let from_json = Filter::parse(Language::Json, json).unwrap_or_else(|error| panic!("{json}: {error}"));
        assert_eq!(from_text, from_json);
        let predicate = from_json.compile(hydrants(), Crs::CRS84, &plane(), Visibility::Staff).expect("a predicate");
        let other = compiled(text).expect("a predicate");
        assert!(REGISTER.iter().all(|h| predicate.matches(&h.subject()) == other.matches(&h.subject())));
    }
}

#[test]
fn conformance_classes_are_named_once_and_by_uri() {
    let unique: std::collections::HashSet<_> = CONFORMANCE.iter().collect();
    assert_eq!(unique.len(), CONFORMANCE.len());
    assert!(CONFORMANCE.iter().all(|class| class.starts_with("http://www.opengis.net/spec/cql2/1.0/conf/")));
}
