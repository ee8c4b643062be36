//! What a mistake in a declaration is answered with.

use super::*;

fn faults(name: &str, text: &str) -> Vec<String> {
    match read_collection("ponds.toml", name, text, &CodeLists::new()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.0.iter().map(ToString::to_string).collect(),
    }
}

const HEAD: &str = r#"title = { de = "Teiche", en = "Ponds" }
description = { de = "Teiche", en = "Ponds" }
geometry = ["point"]
zooms = [10, 20]
order = 1
"#;

#[test]
fn every_mistake_of_a_file_is_told_with_its_line() {
    let text = format!(
        "{HEAD}reference = \"number\"\n\n[[properties]]\nname = \"Depth\"\ntitle = {{ de = \"Tiefe\", en = \"Depth\" }}\n\
             type = \"number\"\nminimum = 9\nmaximum = 1\n\n[[properties]]\nname = \"kind\"\n\
             title = {{ de = \"Art\", en = \"Kind\" }}\ntype = \"code\"\ncodes = \"pond_kind\"\n"
    );
    assert_eq!(
        faults("ponds", &text),
        [
            "ponds.toml:9: 'Depth' is not a snake_case name",
            "ponds.toml:9: the minimum is above the maximum",
            "ponds.toml:19: there is no code list 'pond_kind'",
            "ponds.toml:6: there is no property 'number'",
        ]
    );
}

#[test]
fn a_key_that_means_nothing_is_a_mistake() {
    let text = format!("{HEAD}colour = \"blue\"\nproperties = []\n");
    assert!(faults("ponds", &text)[0].starts_with("ponds.toml:6: unknown field `colour`"));
}

#[test]
fn names_that_would_not_do_in_sql_json_or_addresses_are_refused() {
    let text = format!("{HEAD}properties = []\n");
    assert_eq!(faults("ponds", &text), Vec::<String>::new());
    assert!(faults("Fire-ponds", &text)[0].contains("not snake_case"));
    let reserved = format!(
        "{HEAD}[[properties]]\nname = \"limit\"\ntitle = {{ de = \"Grenze\", en = \"Limit\" }}\ntype = \"text\"\n"
    );
    assert_eq!(
        faults("ponds", &reserved),
        ["ponds.toml:7: 'limit' has a meaning of its own and cannot name a property"]
    );
    let codes = "title = { de = \"Art\", en = \"Kind\" }\ncodes = [{ code = 'o\"ther', de = \"a\", en = \"a\" }]\n";
    assert!(read_code_list("k.toml", "k", codes).is_err());
}

#[test]
fn staff_properties_stand_behind_public_ones() {
    let property = |name: &str, visibility: &str| {
        format!(
            "[[properties]]\nname = \"{name}\"\ntitle = {{ de = \"a\", en = \"a\" }}\ntype = \"text\"\nvisibility = \"{visibility}\"\n"
        )
    };
    let text = format!("{HEAD}{}{}", property("remark", "staff"), property("place", "public"));
    assert_eq!(
        faults("ponds", &text),
        ["ponds.toml:12: public properties come before those for crews, and these before staff ones: move 'place' up"]
    );
}

#[test]
fn the_address_of_metadata_is_one_that_a_link_can_hold() {
    let declared = |url: &str| faults("ponds", &format!("{HEAD}metadata_url = \"{url}\"\nproperties = []\n"));
    assert_eq!(declared("https://geo.example/csw?id=7"), Vec::<String>::new());
    for url in ["geo.example/csw", "https://", "https://geo.example/a b", "javascript:alert(1)"] {
        let told = ["ponds.toml:6: the metadata's address begins with https:// or http:// and has no blanks"];
        assert_eq!(declared(url), told, "{url}");
    }
}

#[test]
fn the_earliest_day_is_a_day() {
    let declared = |day: &str| {
        let property = "name = \"seen_on\"\ntitle = { de = \"Gesehen am\", en = \"Seen on\" }\ntype = \"date\"\n";
        faults("ponds", &format!("{HEAD}[[properties]]\n{property}earliest = \"{day}\"\n"))
    };
    assert_eq!(declared("1950-01-01"), Vec::<String>::new());
    for day in ["1950", "0000-01-01", "1950-02-30"] {
        assert_eq!(declared(day), [format!("ponds.toml:10: '{day}' is not a day such as 1950-01-01")]);
    }
}

#[test]
fn a_kind_tells_what_is_needed_by_words_that_are_known_and_never_something_and_nothing() {
    let read = |needs: &str| {
        let text = format!(
            "title = {{ de = \"Art\", en = \"Kind\" }}\n\
             codes = [{{ code = \"pond\", de = \"Teich\", en = \"Pond\", needs = [{needs}] }}]\n"
        );
        match read_code_list("pond_kind.toml", "pond_kind", &text) {
            Ok(list) => Ok(list.codes()[0].needs.clone()),
            Err(faults) => Err(faults.0[0].to_string()),
        }
    };
    assert_eq!(read("\"standpipe\", \"key_underground\""), Ok(vec![Need::Standpipe, Need::KeyUnderground]));
    assert_eq!(read(""), Ok(vec![]), "unknown");
    let both = read("\"none\", \"suction_hose\"").expect_err("a fault");
    assert!(both.ends_with("the code 'pond' needs something and 'none'"), "{both}");
    assert!(read("\"crane\"").expect_err("a fault").contains("unknown word `crane`"));
}

#[test]
fn a_group_names_properties_that_there_are_and_each_property_once() {
    let told = faults(
        "ponds",
        &format!(
            "{HEAD}[[properties]]\nname = \"depth\"\ntitle = {{ de = \"Tiefe\", en = \"Depth\" }}\ntype = \"number\"\n\
             [[groups]]\ntitle = {{ de = \"Maße\", en = \"Size\" }}\nproperties = [\"depth\", \"width\"]\n\
             [[groups]]\ntitle = {{ de = \"Wasser\", en = \"Water\" }}\nproperties = [\"depth\"]\n"
        ),
    );
    let told: Vec<_> = told.iter().filter_map(|fault| Some(fault.split_once(": ")?.1)).collect();
    assert_eq!(told, ["there is no property 'width'", "'depth' is in a group already"]);
}

#[test]
fn a_timer_names_a_moment_to_come_and_states_that_fit() {
    let property = |name: &str, more: &str| {
        format!("[[properties]]\nname = \"{name}\"\ntitle = {{ de = \"Tiefe\", en = \"Depth\" }}\n{more}\n")
    };
    let properties = [
        property("dry", "type = \"boolean\"\npresence = \"mandatory\""),
        property("dry_until", "type = \"date\""),
        property("seen_on", "type = \"date\"\npast = true"),
        property("depth", "type = \"number\""),
    ];
    let properties = properties.concat();
    let timer = |timer: &str| faults("ponds", &format!("{HEAD}{properties}\n[[timers]]\nreason = \"over\"\n{timer}\n"));
    let told = |timer_text: &str| {
        let told = timer(timer_text);
        told.iter().map(|fault| fault.split_once(": ").expect("a place").1.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told("at = \"dry_until\"\nset = { dry = false }\nclear = [\"depth\"]"), Vec::<String>::new());
    let mut wrong = told("at = \"seen_on\"\nset = { dry = \"no\", depth = 1.0 }\nclear = [\"dry\", \"colour\"]");
    assert!(wrong.pop().is_some_and(|last| last.starts_with("the value does not fit")), "{wrong:?}");
    assert_eq!(
        wrong,
        [
            "'seen_on' is not an optional date or instant that may lie ahead",
            "'dry' is not optional",
            "there is no property 'colour'",
            "'depth' is not a code or boolean that is given",
        ]
    );
    let twice = "at = \"dry_until\"\nset = { dry = false }\n";
    assert_eq!(told(&format!("{twice}[[timers]]\nreason = \"over\"\n{twice}")), ["a moment has one timer"]);
}

#[test]
fn an_approval_says_what_it_is_for_in_values_that_there_are() {
    let property = |name: &str, kind: &str| {
        format!("[[properties]]\nname = \"{name}\"\ntitle = {{ de = \"Tiefe\", en = \"Depth\" }}\ntype = \"{kind}\"\n")
    };
    let properties = [property("dry", "boolean"), property("depth", "number")].concat();
    let told = |approval: &str| {
        let told = faults("ponds", &format!("{HEAD}\n[approval]\n{approval}\n{properties}"));
        told.iter().map(|fault| fault.split_once(": ").expect("a place").1.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told("delete = true\nmove_over = 25\nset = { dry = [true] }"), Vec::<String>::new());
    assert_eq!(told("delete = false"), ["this does not say what needs an approval: give delete, move_over or set"]);
    assert_eq!(told("move_over = -1"), ["move_over lies between 0 and 100000 metres"]);
    assert_eq!(
        told("set = { dry = [], depth = [1.0], colour = [true] }"),
        [
            "there is no property 'colour'",
            "'depth' is not a code or boolean that is given",
            "the values of 'dry' that need an approval are missing",
        ]
    );
    assert!(told("set = { dry = [\"no\"] }")[0].starts_with("the value does not fit"));
    assert!(told("moves = 25")[0].starts_with("unknown field `moves`"));
}

#[test]
fn photos_and_documents_are_of_kinds_that_there_are_and_of_a_bounded_number_and_size() {
    let property = "[[properties]]\nname = \"dry\"\ntitle = { de = \"Trocken\", en = \"Dry\" }\ntype = \"boolean\"\n";
    let told = |files: &str| faults("ponds", &format!("{HEAD}\n{files}\n{property}"));
    assert_eq!(told(""), Vec::<String>::new());
    let photos = "[photos]\nkinds = \"pond_photo\"\nmost = 0\nmegabytes = 51\nvisibility = \"crew\"";
    assert_eq!(
        told(photos),
        [
            "ponds.toml:9: most lies between 1 and 100",
            "ponds.toml:10: megabytes lies between 1 and 50",
            "ponds.toml:8: there is no code list 'pond_photo'",
        ]
    );
    assert!(told("[documents]\nkinds = \"plan\"\nmost = 3\nmegabytes = 9")[0].contains("missing field `visibility`"));
    let police = "[photos]\nvisibility = \"police\"\nkinds = \"plan\"\nmost = 3\nmegabytes = 9";
    assert_eq!(told(police), ["ponds.toml:8: unknown word `police`, expected public, crew or staff"]);
}
