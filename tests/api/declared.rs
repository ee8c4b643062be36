//! A register that somebody declares: what the documents show, and not a line of code for it.

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::support::{TestServer, Token, declarations_with};

const DOCUMENT: &str = include_str!("../../docs/data.md");
const ITEMS: &str = "/ogc/collections/aed/items";

/// The declaration that docs/data.md shows.
fn example() -> &'static str {
    let (_, from) = DOCUMENT.split_once("```toml\n# data/collections/aed.toml\n").expect("the example");
    from.split_once("```").expect("its end").0
}

fn defibrillator(properties: Json) -> Json {
    let geometry = json!({ "type": "Point", "coordinates": [11.45, 53.89] });
    json!({ "type": "Feature", "geometry": geometry, "properties": properties })
}

#[tokio::test]
async fn the_register_of_the_documents_works_by_its_declaration_alone() {
    let data = declarations_with(|text| text);
    std::fs::write(data.path().join("collections/aed.toml"), example()).expect("a declaration");
    let server = TestServer::start_with(data.path().to_owned()).await;
    let editor = server.token("editor", None, None).await;
    let german = [("accept-language", "de")];

    // What a form and a list are made of.
    let schema = server.get_with("/ogc/collections/aed/schema", &german).await.json();
    assert_eq!(schema["title"], "Defibrillatoren");
    let device = json!({ "title": "Gerät", "properties": ["ref", "electrodes_until", "lifecycle"] });
    assert_eq!(schema["x-geokontor-groups"][0], device, "without what is not for everybody");
    let options = server.send(Method::OPTIONS, ITEMS, Token::Secret(&editor), &[], None).await;
    assert!(options.header("geokontor-properties").contains("electrodes_until"));

    // Checks and rights.
    let headers = [("content-type", "application/geo+json")];
    let add =
        async |token: Token<'_>, feature: Json| server.send(Method::POST, ITEMS, token, &headers, Some(&feature)).await;
    let whole = json!({ "ref": "A1", "location_note": "Foyer", "indoor": true, "contact": "Bauhof" });
    let nobody = add(Token::Nobody, defibrillator(whole.clone())).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    let wrong = add(Token::Secret(&editor), defibrillator(json!({ "indoor": "yes", "colour": "green" }))).await;
    let mut pointers = wrong.pointers();
    pointers.sort();
    assert_eq!(pointers, ["/properties/colour", "/properties/indoor", "/properties/location_note"]);
    let made = add(Token::Secret(&editor), defibrillator(whole)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let id = made.json()["id"].as_str().expect("an id").to_owned();

    // Read by every door.
    let found = server.get(&format!("{ITEMS}?filter=indoor%20%3D%20true")).await.json();
    assert_eq!(found["features"][0]["properties"]["location_note"], "Foyer");
    assert_eq!(found["features"][0]["properties"].get("contact"), None);
    assert_eq!(server.get("/tiles/aed/8/136/82").await.status, StatusCode::OK);
    let history = format!("{ITEMS}/{id}/history");
    let history = server.send(Method::GET, &history, Token::Secret(&editor), &[], None).await.json();
    assert_eq!(history["versions"][0]["operation"], "create");
    assert_eq!(server.count("SELECT count(*) FROM register.aed WHERE indoor").await, 1);
}
