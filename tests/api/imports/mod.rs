//! Files that offices import from the desk: sent, looked at, mended, written, undone.

mod attacks;
mod checked_out;
mod mended;
mod steps;

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::accounts::Browser;
use crate::organisations::{District, HERE, amt, make};
use crate::support::until;

/// A file of a supplier with own names and words: a good row, one in another office's area, one with a typing error.
const SUPPLIER: &str = "Nr;Art;Nennw.;x;y;Bemerkung\n\
    1;OFH;100;11.351;53.851;am Zaun\n\
    2;UFH;80;11.451;53.851;\n\
    3;UFH;8O;11.352;53.852;\n";

/// Sends a file, and waits until the server has looked at it.
pub async fn sent(by: &mut Browser<'_>, name: &str, bytes: impl Into<Vec<u8>>) -> Json {
    let made = by.upload(&format!("/api/imports?collection=hydrants&name={name}"), bytes).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    rested(by, &made.json()).await
}

/// The import once the server has done its work.
async fn rested(by: &mut Browser<'_>, import: &Json) -> Json {
    let path = format!("/api/imports/{}", import["id"].as_str().expect("an id"));
    let mut now = Json::Null;
    until("the step is done", async || {
        let answer = by.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        now = answer.json();
        !["examining", "previewing", "committing"].contains(&now["state"].as_str().expect("a state"))
    })
    .await;
    now
}

/// How the columns of [`SUPPLIER`] are meant.
fn mapping() -> Json {
    json!({
        "supplier": "Wasserwerk",
        "key": { "system": "wasserwerk", "columns": ["Nr"] },
        "properties": [
            { "property": "kind", "columns": ["Art"], "words": { "pillar": ["OFH"], "underground": ["UFH"] } },
            { "property": "main_diameter", "columns": ["Nennw."] },
            { "property": "remark", "columns": ["Bemerkung"] },
        ],
    })
}

/// Says how the file is meant, and waits for the preview.
pub async fn previewed(by: &mut Browser<'_>, import: &Json, mapping: Json) -> Json {
    let path = format!("/api/imports/{}/settings", import["id"].as_str().expect("an id"));
    let chosen = json!({ "version": import["version"], "mapping": mapping });
    let answer = by.send(Method::PUT, &path, Some(chosen)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    rested(by, &answer.json()).await
}

async fn rows(by: &mut Browser<'_>, import: &Json, query: &str) -> Vec<Json> {
    let answer = by.get(&format!("/api/imports/{}/rows?{query}", import["id"].as_str().expect("an id"))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()["rows"].as_array().expect("rows").clone()
}

/// Writes it, and waits until that is done.
async fn committed(by: &mut Browser<'_>, import: &Json) -> Json {
    let answer = commit(by, import).await;
    assert_eq!(answer.0, StatusCode::OK, "{}", answer.1);
    rested(by, &answer.1).await
}

async fn commit(by: &mut Browser<'_>, import: &Json) -> (StatusCode, Json) {
    let path = format!("/api/imports/{}/commit", import["id"].as_str().expect("an id"));
    let wanted = json!({ "version": import["version"], "reason": "Lieferung 2026" });
    let answer = by.post(&path, wanted).await;
    (answer.status, answer.json())
}

/// How many rows became what, those that are not zero.
fn counted(import: &Json) -> String {
    let counts = &import["summary"]["counts"];
    let names = ["new", "changed", "unchanged", "duplicate", "conflict", "error", "skipped"];
    let some = names.iter().filter(|name| counts[**name] != 0).map(|name| format!("{} {name}", counts[*name]));
    some.collect::<Vec<_>>().join(", ")
}

/// An editor of the office in whose area the first hydrant lies.
async fn clerk(district: &District) -> Browser<'_> {
    let mut administrator = district.administrator().await;
    let office = make(&mut administrator, amt("Amt Lossow", HERE)).await;
    district.member(&mut administrator, "c@lossow.example", &office, "editor").await.0
}

/// Numbers of the hydrants that are there.
async fn hydrants(by: &mut Browser<'_>) -> usize {
    let answer = by.get("/ogc/collections/hydrants/items?limit=1000").await.json();
    answer["features"].as_array().expect("features").len()
}
