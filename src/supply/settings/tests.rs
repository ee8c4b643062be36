use super::*;

fn load(change: impl Fn(String) -> String) -> Result<Settings, DeclarationFaults> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let catalogue = Catalogue::load(&data).expect("the declarations");
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(data.join("supply/w405.toml")).expect("the settings");
    std::fs::create_dir(folder.path().join("supply")).expect("a folder");
    std::fs::write(folder.path().join("supply/w405.toml"), change(text)).expect("a file");
    Settings::named(folder.path(), "w405", &catalogue)
}

fn function(code: &str) -> Option<u16> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let catalogue = Catalogue::load(&data).expect("the declarations");
    catalogue.get(BUILDINGS).and_then(|it| it.property(FUNCTION)?.codes()?.position(code))
}

#[test]
fn without_a_file_the_built_in_terms_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let catalogue = Catalogue::load(&data).expect("the declarations");
    let settings = Settings::named(folder.path(), W405, &catalogue).expect("the built-in terms");
    assert_eq!(settings.terms_in_short(), load(|text| text).expect("the settings").terms_in_short());
    assert!(Settings::named(folder.path(), "another", &catalogue).is_err(), "what was named must be there");
}

#[test]
fn a_building_needs_what_its_use_and_storeys_say() {
    let settings = load(|text| text).expect("the settings");
    let needs = |code: &str, storeys| settings.needs(function(code), storeys);
    let exactly = |flow| Needs::Flow { least: flow, most: flow };
    assert_eq!(needs("residential", Some(3)), exactly(800), "48 m³/h");
    assert_eq!(needs("residential", Some(4)), exactly(1_600), "96 m³/h");
    assert_eq!(needs("school", None), exactly(1_600));
    assert_eq!(needs("hospital", Some(9)), exactly(3_200), "192 m³/h");
    assert_eq!(needs("garage", None), Needs::Nothing);
}

#[test]
fn a_building_whose_use_is_not_known_needs_something_between_two_flows() {
    let settings = load(|text| text).expect("the settings");
    assert_eq!(settings.needs(function("residential"), None), Needs::Flow { least: 800, most: 1_600 });
    assert_eq!(settings.needs(None, Some(1)), Needs::Flow { least: 800, most: 3_200 });
    assert_eq!(settings.needs(function("other"), None), Needs::Flow { least: 800, most: 3_200 });
}

#[test]
fn every_mistake_of_the_file_is_told_with_its_line() {
    let wrong = load(|text| {
        text.replace("metres = 300", "metres = -1")
            .replace("rule_of_thumb", "guessed")
            .replace("out_of_service", "broken")
            .replace("\"industrial\"", "\"garage\", \"castle\"")
            .replace("name = \"large\"", "name = \"small\"")
    });
    let told: Vec<String> = wrong.expect_err("mistakes").0.iter().map(ToString::to_string).collect();
    for part in ["reach.metres", "guessed", "broken", "castle", "garage", "'small'"] {
        assert!(told.iter().any(|line| line.contains(part)), "{part} is not in {told:#?}");
    }
    assert_eq!(told.len(), 6, "{told:#?}");
}
