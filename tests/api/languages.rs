//! What is wrong is told in the language of whoever asks, at every door.

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::support::{Reply, TestServer, Token, hydrant};

const GERMAN: (&str, &str) = ("accept-language", "de-DE,de;q=0.9,en;q=0.8");

/// A request, its status, and words of what is told in German and in English.
type Door<'a> = (&'a str, u16, &'a str, &'a str);

fn told(reply: &Reply) -> String {
    let problem = reply.json();
    let faults = problem["errors"].as_array().cloned().unwrap_or_default();
    let messages = faults.iter().filter_map(|fault| fault["message"].as_str());
    let all = [problem["title"].as_str(), problem["detail"].as_str()].into_iter().flatten().chain(messages);
    all.collect::<Vec<_>>().join(" | ")
}

async fn sent(server: &TestServer, method: Method, path: &str, token: Token<'_>, body: &Json) -> Reply {
    let headers = [("content-type", "application/json"), GERMAN];
    server.send(method, path, token, &headers, Some(body)).await
}

#[tokio::test]
async fn every_door_tells_what_is_wrong_in_the_language_that_was_asked_for() {
    let server = TestServer::start().await;
    let items = "/ogc/collections/hydrants/items";
    let doors: Vec<Door<'_>> = vec![
        ("/nowhere", 404, "Unter dieser Adresse gibt es nichts", "There is nothing at this address"),
        ("/ogc/collections/lamps", 404, "Es gibt keine Sammlung „lamps“", "There is no collection 'lamps'"),
        ("/ogc/collections/hydrants/items/x", 404, "hat kein Objekt „x“", "has no feature 'x'"),
        ("/ogc/collections/hydrants/items?filter=kind%20=%201", 400, "ein Code und eine Zahl", "a code and a number"),
        ("/ogc/collections/hydrants/items?filter=kind%20=", 400, "ab Zeichen 7 nicht lesbar", "at character 7"),
        ("/ogc/collections/hydrants/items?bbox=1,2", 400, "2 Zahlen angegeben", "there are 2 numbers"),
        ("/ogc/collections/hydrants/items?datetime=soon", 400, "kein Datum", "not a date"),
        ("/ogc/collections/hydrants/items?crs=EPSG:1", 400, "nicht bekannt", "not a known"),
        ("/ogc/collections/hydrants/items?sortby=geometry", 400, "hat keine Reihenfolge", "has no order"),
        (
            "/ogc/collections/hydrants/items?flow_rate=x",
            400,
            "flow_rate: erwartet wird eine ganze",
            "flow_rate: a whole",
        ),
        ("/ogc/collections/hydrants/items?next=x", 400, "hier beginnt keine Seite", "not where a page"),
        ("/ogc/collections/hydrants/items?f=xml", 400, "„xml“ gibt es nicht", "there is no 'xml'"),
        ("/ogc/tileMatrixSets/Moon", 404, "kein Kachelraster „Moon“", "no tile matrix set 'Moon'"),
        ("/tiles/moon", 404, "keinen Kachelsatz „moon“", "no tileset 'moon'"),
        ("/tiles/firewater/99/0/0", 404, "die Ebene „99“ nicht", "has no level '99'"),
        ("/api/events?collections=lamps", 400, "„lamps“ gibt es nicht", "there is no 'lamps'"),
        ("/api/device/changes", 400, "Stand fehlt", "say since when"),
        ("/api/search?lon=11", 400, "lon und lat gehören zusammen", "lon and lat go together"),
        (
            "/api/firewater/nearest?at=Nirgendwo%207",
            400,
            "weder Adresse noch Koordinate",
            "no address and no coordinate",
        ),
        ("/api/firewater/nearest?at=53.9", 400, "zum Beispiel", "for example"),
        ("/map/image.png?width=0", 400, "von Pixeln", "of pixels"),
        ("/ogc/api?f=xml", 400, "„xml“ gibt es nicht", "'xml' is not offered"),
    ];
    for (path, status, german, english) in doors {
        let (de, en) = (server.get_with(path, &[GERMAN]).await, server.get(path).await);
        assert_eq!((de.status.as_u16(), en.status.as_u16()), (status, status), "{path}: {}", de.text());
        assert_eq!((de.header("content-language"), en.header("content-language")), ("de", "en"), "{path}");
        assert!(de.header("vary").contains("Accept-Language"), "{path}: {}", de.header("vary"));
        assert!(told(&de).contains(german), "{path}: {}", told(&de));
        assert!(told(&en).contains(english), "{path}: {}", told(&en));
    }
    let denied = sent(&server, Method::POST, items, Token::Nobody, &hydrant(11.4, 53.8, json!({}))).await;
    assert_eq!(denied.status, StatusCode::UNAUTHORIZED);
    assert!(told(&denied).contains("Anmeldung erforderlich | Dafür ist ein API-Token nötig"), "{}", told(&denied));
    let wrong = sent(&server, Method::PUT, "/ogc", Token::Nobody, &json!({})).await;
    assert!(told(&wrong).contains("Methode nicht erlaubt"), "{}", told(&wrong));
}

#[tokio::test]
async fn every_fault_of_an_edit_is_told_in_german_with_german_numbers() {
    let server = TestServer::start().await;
    let token = server.token("administrator", None, None).await;
    let token = Token::Secret(&token);
    let wrong = json!({
        "flow_rate": -1, "static_pressure": 99.5, "kind": "lamp", "status_as_of": "2999-01-01", "flw_rate": 1, "street": 7,
    });
    let refused =
        sent(&server, Method::POST, "/ogc/collections/hydrants/items", token, &hydrant(0.0, 0.0, wrong)).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let said = told(&refused);
    for words in [
        "Die Eingabe enthält Fehler",
        "der Wert muss zwischen",
        "„lamp“ ist keiner der Codes",
        "liegt nach dem heutigen Tag",
        "hat kein Merkmal „flw_rate“; ist „flow_rate“ gemeint?",
        "erwartet wird ein Text, nicht 7",
        "liegt außerhalb des Kreises; 0/0 heißt meist",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let edits = json!({ "reason": "", "edits": [{ "collection": "hydrants", "operation": "paint" }], "more": 1 });
    let refused = sent(&server, Method::POST, "/api/changesets", token, &edits).await;
    let said = told(&refused);
    for words in ["bitte einen Grund angeben", "keines von create, replace, patch, delete", "ist hier nicht bekannt"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let undo = sent(&server, Method::POST, "/api/changesets/999/undo", token, &json!({ "reason": "Versehen" })).await;
    assert!(told(&undo).contains("keinen Änderungssatz 999"), "{}", told(&undo));
}
