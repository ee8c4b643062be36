//! The alarm sheet.

use std::io::Write;
use std::process::{Command, Stdio};

use axum::http::Method;
use serde_json::{Value as Json, json};

use super::{checked, feature};
use crate::files::photo;
use crate::support::{Reply, TestServer, Token, hydrant};

const PATH: &str = "/api/firewater/alarm-sheet.pdf";

/// How many pages a PDF has, and whether it says to be made for archives.
fn read(reply: &Reply) -> (usize, bool) {
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("content-type"), "application/pdf");
    assert!(reply.body.starts_with(b"%PDF-"));
    let text = reply.text();
    let pages = text.matches("/Type/Page").count() + text.matches("/Type /Page").count();
    // The tree of pages is called so, too.
    let trees = text.matches("/Type/Pages").count() + text.matches("/Type /Pages").count();
    (pages - trees, text.contains("pdfaid:part"))
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The text of a PDF, where the program that reads it is installed.
fn printed(reply: &Reply) -> Option<String> {
    let mut program = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    program.stdin.take()?.write_all(&reply.body).ok()?;
    let output = program.wait_with_output().ok()?;
    String::from_utf8(output.stdout).ok()
}

async fn village() -> TestServer {
    let server = TestServer::start().await;
    let with = |reference: &str, status: &str, more: Json| {
        let mut properties = checked(reference, status);
        more.as_object().into_iter().flatten().for_each(|(name, value)| properties[name] = value.clone());
        properties
    };
    let guessed = json!({ "kind": "underground", "flow_rate": 400, "flow_method": "rule_of_thumb" });
    server
        .seed(
            "hydrants",
            vec![
                hydrant(11.4601, 53.8916, with("H1", "ready", json!({ "flow_rate": 1600, "main_diameter": 150 }))),
                hydrant(11.4620, 53.8920, with("H2", "out_of_service", json!({ "status_reason": "Schaft gebrochen" }))),
                hydrant(11.4610, 53.8910, with("H3", "restricted", guessed)),
            ],
        )
        .await;
    server
}

#[tokio::test]
async fn the_sheet_is_one_page_for_archives_with_what_a_crew_needs_in_words() {
    let server = village().await;
    let text = encoded("B3 Wohnungsbrand, Mühlenstraße 5, Übungsdorf");
    let reply = server.get(&format!("{PATH}?at=32U+PE+61655+74265&text={text}&lang=de")).await;
    assert_eq!(read(&reply), (1, true));
    let Some(words) = printed(&reply) else { return };
    for word in [
        "B3 Wohnungsbrand, Mühlenstraße 5, Übungsdorf",
        "32U PE 61655 74265",
        "53,89160° N 11,46000° O",
        "01.06.2026 12:00 Uhr",
        "H1 · Überflurhydrant",
        "1600 l/min",
        "DN 150",
        "≈ 400 l/min",
        "AUSSER BETRIEB",
        "Schaft gebrochen",
        "Standrohr",
        "Stand 01.05.2026",
    ] {
        assert!(words.contains(word), "'{word}' is not in\n{words}");
    }
    let english = server.get_with(&format!("{PATH}?lon=11.46&lat=53.8916"), &[("accept-language", "en")]).await;
    read(&english);
    assert!(printed(&english).is_some_and(|words| words.contains("OUT OF SERVICE")));
    let unasked = server.get(&format!("{PATH}?lon=11.46&lat=53.8916")).await;
    assert!(
        printed(&unasked).is_some_and(|words| words.contains("AUSSER BETRIEB")),
        "alarm software names no language"
    );
}

#[tokio::test]
async fn whatever_is_asked_is_one_page() {
    let server = village().await;
    let many = (0..50).map(|n| {
        let place = (11.47 + f64::from(n % 10) * 4e-4, 53.893 + f64::from(n / 10) * 4e-4);
        hydrant(place.0, place.1, json!({ "ref": format!("Ölmühle {n}"), "access_note": "hinter dem Tor ".repeat(20) }))
    });
    server.seed("hydrants", many.collect()).await;
    let long = encoded(&"Großbrand ".repeat(500));
    let wide = encoded(&"W".repeat(900));
    let odd = encoded("火事 🔥 \u{0}\u{7}\u{202e}x\n<b>&amp;</b>");
    for query in [
        "lon=11.472&lat=53.8935&limit=50",
        "lon=11.472&lat=53.8935&limit=1",
        "lon=11.472&lat=53.8935&radius=0",
        "lon=9.0&lat=48.0",
        "lon=-70&lat=-54",
        &format!("lon=11.46&lat=53.8916&text={long}"),
        &format!("lon=11.46&lat=53.8916&text={wide}"),
        &format!("lon=11.46&lat=53.8916&text={odd}&lang=en"),
    ] {
        let reply = server.get(&format!("{PATH}?{query}")).await;
        assert_eq!(read(&reply), (1, true), "{query}");
    }
}

#[tokio::test]
async fn a_place_the_register_knows_nothing_of_is_said_to_be_one() {
    let server = village().await;
    for (place, is_outside) in [("lon=11.46&lat=53.8916", false), ("lon=9.9&lat=53.5", true), ("lon=9&lat=89.9", true)]
    {
        for (language, words) in [("de", "außerhalb des Gebiets"), ("en", "outside the area")] {
            let reply = server.get(&format!("{PATH}?{place}&lang={language}")).await;
            assert_eq!(read(&reply), (1, true), "{place}");
            let told = printed(&reply).map(|text| text.contains(words));
            assert_eq!(told.unwrap_or(is_outside), is_outside, "{place} {language}");
        }
    }
}

#[tokio::test]
async fn outside_the_sheet_says_how_far_and_in_which_direction_the_register_begins() {
    let server = village().await;
    let ring = json!([[[11.0, 53.8], [11.6, 53.8], [11.6, 54.0], [11.0, 54.0], [11.0, 53.8]]]);
    let lossow = json!({ "name": "Lossow", "key": "13074090" });
    server.seed("municipalities", vec![feature(json!({ "type": "Polygon", "coordinates": ring }), lossow)]).await;
    // Half a degree of longitude to the west of its middle.
    let sheet = async |language: &str| {
        let reply = server.get(&format!("{PATH}?lon=10.5001&lat=53.9&lang={language}")).await;
        assert_eq!(read(&reply), (1, true));
        printed(&reply)
    };
    let (Some(german), Some(english)) = (sheet("de").await, sheet("en").await) else { return };
    assert!(german.contains("Grenze des Gebiets: 32,9 km in Richtung O"), "{german}");
    assert!(english.contains("Border of the area: 32.9 km to the E"), "{english}");
    assert_eq!(german.matches("32,9 km").count(), 2, "in the head and on the map");
}

#[tokio::test]
async fn bad_input_is_refused_with_every_fault() {
    let server = TestServer::start().await;
    for (query, pointers) in [
        (String::new(), vec!["at"]),
        ("?at=nowhere&lang=fr&limit=0".to_owned(), vec!["at", "limit", "lang"]),
        ("?lon=11.46&lat=53.89&by=road".to_owned(), vec!["by"]),
        ("?lon=11.46&lat=53.89&radius=-1".to_owned(), vec!["radius"]),
    ] {
        let reply = server.get(&format!("{PATH}{query}")).await;
        assert_eq!(reply.status, 400, "{query}: {}", reply.text());
        assert_eq!(reply.pointers(), pointers, "{query}: {}", reply.text());
    }
}

#[tokio::test]
async fn the_sheet_of_the_public_holds_no_staff_property() {
    let server = TestServer::start().await;
    let pond = feature(
        json!({"type": "Point", "coordinates": [11.4601, 53.8916]}),
        json!({ "ref": "P1", "kind": "natural_pond", "usable_volume": 120, "inexhaustible": true }),
    );
    server.seed("water_sources", vec![pond]).await;
    let reader = server.token("reader", None, None).await;
    let path = format!("{PATH}?lon=11.46&lat=53.8916&lang=de");
    let (public, staff) =
        (server.get(&path).await, server.send(Method::GET, &path, Token::Secret(&reader), &[], None).await);
    assert_eq!((read(&public).0, read(&staff).0), (1, 1));
    assert_eq!(public.header("cache-control"), "private, no-cache");
    let nearest = server.get("/api/firewater/nearest?lon=11.46&lat=53.8916").await.json();
    let (Some(words), told) = (printed(&public), &nearest["sources"][0]) else { return };
    // The sheet says what the public answer says, and no more.
    assert_eq!(words.contains("120 m³"), told["usable_volume"] == 120.0, "{told}\n{words}");
    assert!(words.contains("P1") && words.contains("Saugschlauch"), "{words}");
}

#[tokio::test]
async fn a_class_is_told_in_litres_a_lake_by_its_name_and_numbers_are_those_of_the_answer() {
    let server = village().await;
    let lake = feature(
        json!({"type": "Point", "coordinates": [11.4625, 53.8930]}),
        json!({ "ref": "L1", "kind": "lake", "name": "Lönersee" }),
    );
    server.seed("water_sources", vec![lake]).await;
    let place = "lon=11.46&lat=53.8916";
    let nearest = server.get(&format!("/api/firewater/nearest?{place}")).await.json();
    let sheet = server.get(&format!("{PATH}?{place}&lang=de")).await;
    assert_eq!(read(&sheet), (1, true));
    let Some(words) = printed(&sheet) else { return };
    for (nth, source) in nearest["sources"].as_array().expect("sources").iter().enumerate() {
        let reference = source["ref"].as_str().expect("a number");
        let line = words.lines().find(|line| line.contains(&format!("{reference} · "))).expect("its line");
        assert!(line.trim_start().starts_with(&(nth + 1).to_string()), "{reference} is not {}:\n{words}", nth + 1);
    }
    assert!(words.contains("Lönersee · L1 · See") && words.contains("unerschöpflich"), "{words}");
    assert!(!words.contains("m³/h"), "{words}");
}

#[tokio::test]
async fn of_many_sources_those_out_of_service_keep_their_place_on_the_page() {
    let server = TestServer::start().await;
    let at = |metres: i32| 11.46 + f64::from(metres) * 1.53e-5;
    let ready = (0..40).map(|n| hydrant(at(n), 53.8916, checked(&format!("W{n}"), "ready")));
    let closed = (0..5).map(|n| hydrant(at(n), 53.8917, checked(&format!("X{n}"), "out_of_service")));
    server.seed("hydrants", ready.chain(closed).collect()).await;
    let sheet = server.get(&format!("{PATH}?lon=11.46&lat=53.8916&limit=12")).await;
    assert_eq!(read(&sheet), (1, true));
    let Some(words) = printed(&sheet) else { return };
    let listed = |reference: &str| words.matches(reference).count();
    assert_eq!((listed("X0 · "), listed("X4 · ")), (1, 1), "{words}");
    assert!(words.contains("W14 · ") && !words.contains("W15 · "), "{words}");
}

#[tokio::test]
async fn the_sheet_names_the_address_and_what_is_not_known_of_it() {
    let server = village().await;
    let house = |number: &str, lon: f64, lat: f64| {
        let properties =
            json!({ "street": "Mühlenstraße", "house_number": number, "place": "Lossow", "postcode": "19205" });
        feature(json!({"type": "Point", "coordinates": [lon, lat]}), properties)
    };
    let houses = vec![house("5", 11.4601, 53.8917), house("7", 11.4604, 53.8919), house("90", 11.4700, 53.8960)];
    server.seed("addresses", houses).await;
    let sheet = async |at: &str| server.get(&format!("{PATH}?at={}&lang=de", encoded(at))).await;
    let near = sheet("53,89161 11,46008").await;
    assert_eq!(read(&near), (1, true));
    let (street, house) = (sheet("Mühlenstraße, Lossow").await, sheet("Mühlenstraße 5, Lossow").await);
    assert_eq!((read(&street).0, read(&house).0), (1, 1));
    let (Some(near), Some(street), Some(house)) = (printed(&near), printed(&street), printed(&house)) else { return };
    assert!(near.contains("bei Mühlenstraße 5") && near.contains("Lossow"), "{near}");
    assert!(street.contains("NUR DIE STRASSE IST BEKANNT") && street.contains("Hausnummer erfragen"), "{street}");
    assert_eq!(street.matches("Mühlenstraße").count(), 2, "in the head and on the map:\n{street}");
    assert!(!street.contains("° N") && street.contains("≈ "), "nothing is as exact as the sheet would be:\n{street}");
    assert!(
        house.contains("Mühlenstraße 5") && house.contains("UTMREF 32U PE") && !house.contains("BEKANNT"),
        "{house}"
    );
}

/// The map of a sheet, which lies in the file as it was drawn.
fn map_of(reply: &Reply) -> image::RgbImage {
    let start = reply.body.windows(3).position(|bytes| bytes == [0xff, 0xd8, 0xff]).expect("a JPEG");
    image::load_from_memory_with_format(&reply.body[start..], image::ImageFormat::Jpeg).expect("a map").to_rgb8()
}

#[tokio::test]
async fn houses_are_numbered_on_the_map_of_a_sheet_and_ways_are_part_of_its_ground() {
    let server = village().await;
    let line =
        json!({"type": "LineString", "coordinates": [[11.4590, 53.8914], [11.4601, 53.8916], [11.4625, 53.8921]]});
    let road = feature(line, json!({ "class": "residential", "name": "Dorfstraße" }));
    server.seed("roads", vec![road]).await;
    // From a few houses off, and from so far that all must be drawn at less than zoom 16.
    let path = |lon: &str| format!("{PATH}?lon={lon}&lat=53.8917&lang=de");
    let paths = [path("11.4600"), path("11.4550")];
    let without = [map_of(&server.get(&paths[0]).await), map_of(&server.get(&paths[1]).await)];
    let houses =
        [("5", 11.4595, 53.8919), ("7", 11.4606, 53.8913), ("9", 11.4612, 53.8922)].map(|(number, lon, lat)| {
            let place =
                json!({ "street": "Dorfstraße", "house_number": number, "place": "Lossow", "postcode": "19205" });
            feature(json!({"type": "Point", "coordinates": [lon, lat]}), place)
        });
    server.seed("addresses", houses.into()).await;
    let differs = |(one, other): (&image::Rgb<u8>, &image::Rgb<u8>)| (0..3).any(|k| one[k].abs_diff(other[k]) > 60);
    for (path, without) in paths.iter().zip(without) {
        let with = map_of(&server.get(path).await);
        assert_eq!(without.dimensions(), with.dimensions());
        let changed = without.pixels().zip(with.pixels()).filter(|pair| differs(*pair)).count();
        assert!(changed > 60, "{changed} pixels of house numbers: {path}");
        let blue = with.pixels().filter(|pixel| pixel[2] > 90 && pixel[0] < 70 && pixel[1] < 100).count();
        assert!(blue > 200 || *path != paths[0], "{blue} pixels of the way to the water");
    }
}

/// How many pictures a PDF has.
fn pictures(reply: &Reply) -> usize {
    read(reply);
    let text = reply.text();
    text.matches("/Subtype/Image").count() + text.matches("/Subtype /Image").count()
}

/// Adds a photo to a hydrant, with every shape drawn on it.
async fn photographed(server: &TestServer, token: &str, hydrant: &str, number: u8) {
    let id = uuid::Uuid::now_v7();
    let path = format!("/api/files?collection=hydrants&object={hydrant}&id={id}");
    let token = Token::Secret(token);
    let made = server.send_bytes(Method::POST, &path, token, &[], photo(600, 400, number)).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let notes = json!([
        { "shape": "arrow", "from": [0.1, 0.1], "to": [0.5, 0.5] }, { "shape": "circle", "from": [0.2, 0.2], "to": [0.4, 0.4] },
        { "shape": "line", "points": [[0.1, 0.9], [0.5, 0.8], [0.9, 0.9]] },
        { "shape": "text", "at": [0.9, 0.5], "text": "Schieber 中文" },
    ]);
    let headers = [("if-match", "*"), ("content-type", "application/json")];
    let (path, wanted) = (format!("/api/files/{id}"), json!({ "notes": notes }));
    let drawn = server.send(Method::PATCH, &path, token, &headers, Some(&wanted)).await;
    assert_eq!(drawn.status, 200, "{}", drawn.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_photos_of_the_nearest_usable_water_are_on_the_sheet_of_who_may_see_them() {
    let server = village().await;
    let near = server.get("/api/firewater/nearest?lon=11.46&lat=53.8916").await.json();
    let editor = server.token("editor", None, None).await;
    for (number, source) in near["sources"].as_array().expect("sources").iter().enumerate() {
        photographed(&server, &editor, source["id"].as_str().expect("an id"), number as u8).await;
    }
    let path = format!("{PATH}?lon=11.46&lat=53.8916");
    let crew = server.token("crew", None, None).await;
    let public = pictures(&server.get(&path).await);
    let seen = server.send(Method::GET, &path, Token::Secret(&crew), &[], None).await;
    assert_eq!(pictures(&seen) - public, 2, "two can be used, and nobody has to find the third");
    // A full table leaves no room beside a map that can be read.
    let many = (0..12).map(|n| hydrant(11.4602 + 0.0001 * f64::from(n), 53.8916, checked(&format!("V{n}"), "ready")));
    server.seed("hydrants", many.collect()).await;
    let path = format!("{path}&limit=12");
    let full = server.send(Method::GET, &path, Token::Secret(&crew), &[], None).await;
    assert_eq!(pictures(&full), pictures(&server.get(&path).await));
}
