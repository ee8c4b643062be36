use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::{SUPPLIER, clerk, commit, committed, counted, hydrants, mapping, previewed, rested, rows, sent};
use crate::organisations::District;

#[tokio::test]
async fn a_file_is_looked_at_mapped_previewed_written_and_undone() {
    let district = District::open().await;
    let mut clerk = clerk(&district).await;
    let import = sent(&mut clerk, "lieferung.csv", SUPPLIER).await;
    assert_eq!(import["state"], "examined", "{import}");
    let file = &import["file"];
    let names: Vec<&str> =
        file["columns"].as_array().expect("columns").iter().map(|one| one["name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["Nr", "Art", "Nennw.", "x", "y", "Bemerkung"]);
    assert_eq!(file["columns"][1]["values"], json!([{ "value": "UFH", "count": 2 }, { "value": "OFH", "count": 1 }]));
    assert_eq!((&file["rows"], &file["first"][0]["cells"]["Bemerkung"]), (&json!(3), &json!("am Zaun")));
    // What a name says is proposed; nothing is written by looking.
    let proposed = &import["settings"]["mapping"];
    assert_eq!(proposed["properties"][0]["property"], "remark", "{import}");
    assert_eq!((&proposed["x"], &proposed["y"]), (&json!("x"), &json!("y")));
    let path = format!("/api/imports/{}", import["id"].as_str().expect("an id"));
    let sample = clerk.post(&format!("{path}/sample"), json!({ "mapping": mapping() })).await.json();
    assert_eq!((&sample["crs"], &sample["places"][0]["line"]), (&json!("EPSG:4326"), &json!(2)), "{sample}");

    let import = previewed(&mut clerk, &import, mapping()).await;
    assert_eq!(import["state"], "previewed", "{import}");
    assert_eq!(counted(&import), "2 new, 1 error");
    assert_eq!(hydrants(&mut clerk).await, 2);
    let new = &rows(&mut clerk, &import, "status=new").await[0];
    let said = |property: &str, after: Json| {
        let changes = new["changes"].as_array().expect("changes");
        changes
            .iter()
            .any(|change| change["property"] == property && change["after"] == after && change["before"].is_null())
    };
    assert!(said("kind", json!("pillar")) && said("remark", json!("am Zaun")), "{new}");
    let faulty = rows(&mut clerk, &import, "status=error").await;
    assert!(faulty[0]["faults"][0]["text"].as_str().expect("a text").contains("municipality 13074002"), "{faulty:?}");
    let warned = rows(&mut clerk, &import, "warned=true&text=8O").await;
    assert_eq!((&warned[0]["warnings"][0]["column"], &warned[0]["cells"]["Nennw."]), (&json!("Nennw."), &json!("8O")));

    let import = committed(&mut clerk, &import).await;
    assert_eq!((&import["state"], counted(&import).as_str()), (&json!("committed"), "2 new, 1 error"), "{import}");
    assert_eq!(hydrants(&mut clerk).await, 4);
    let report = clerk.get(&format!("{path}/report")).await;
    assert_eq!((report.status, &report.body[..2]), (StatusCode::OK, &b"PK"[..]));
    let wanted = json!({ "version": import["version"], "reason": "falsche Datei" });
    let undone = clerk.post(&format!("{path}/undo"), wanted.clone()).await;
    assert_eq!((undone.status, &undone.json()["undone"]), (StatusCode::OK, &json!(true)), "{}", undone.text());
    assert_eq!(clerk.post(&format!("{path}/undo"), wanted).await.status, StatusCode::CONFLICT, "once");
    assert_eq!(hydrants(&mut clerk).await, 2);
    // Whoever is done with it takes it away; what it has written is the register's.
    assert_eq!(clerk.send(Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(clerk.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_next_file_of_a_supplier_is_mapped_as_the_last_one_was() {
    let district = District::open().await;
    let mut clerk = clerk(&district).await;
    let import = sent(&mut clerk, "lieferung.csv", SUPPLIER).await;
    let import = previewed(&mut clerk, &import, mapping()).await;
    committed(&mut clerk, &import).await;
    let next = SUPPLIER.replace("am Zaun", "am Tor");
    let import = sent(&mut clerk, "lieferung%202027.csv", next).await;
    let proposed = &import["settings"]["mapping"];
    assert_eq!((&proposed["supplier"], &proposed["key"]), (&json!("Wasserwerk"), &mapping()["key"]), "{import}");
    let import = previewed(&mut clerk, &import, proposed.clone()).await;
    assert_eq!(counted(&import), "1 changed, 1 unchanged, 1 error");
    let changed = &rows(&mut clerk, &import, "status=changed").await[0]["changes"];
    assert_eq!(*changed, json!([{ "property": "remark", "before": "am Zaun", "after": "am Tor" }]));
}

#[tokio::test]
async fn nothing_is_written_but_what_was_looked_at() {
    let district = District::open().await;
    let mut clerk = clerk(&district).await;
    let import = sent(&mut clerk, "lieferung.csv", SUPPLIER).await;
    let import = previewed(&mut clerk, &import, mapping()).await;
    let import = committed(&mut clerk, &import).await;
    assert_eq!(import["state"], "committed");
    let again = sent(&mut clerk, "lieferung.csv", SUPPLIER.replace("am Zaun", "am Tor")).await;
    let again = previewed(&mut clerk, &again, mapping()).await;
    // Somebody edits the object between the look and the import.
    let all = clerk.get("/ogc/collections/hydrants/items?filter=remark='am%20Zaun'").await.json();
    let path = format!("/ogc/collections/hydrants/items/{}", all["features"][0]["id"].as_str().expect("an id"));
    let headers =
        [("sec-fetch-site", "same-origin"), ("if-match", "*"), ("content-type", "application/merge-patch+json")];
    let patch = Some(json!({ "properties": { "remark": "am Graben" } }));
    assert!(clerk.ask(Method::PATCH, &path, patch, &headers).await.status.is_success());

    let (status, begun) = commit(&mut clerk, &again).await;
    assert_eq!(status, StatusCode::OK, "{begun}");
    let now = rested(&mut clerk, &begun).await;
    // The preview is worked out anew, and shows both sides.
    assert_eq!(
        (&now["state"], counted(&now).as_str()),
        (&json!("previewed"), "1 unchanged, 1 conflict, 1 error"),
        "{now}"
    );
    assert!(now["problem"].as_str().expect("a problem").contains("has changed"), "{now}");
    let conflict = &rows(&mut clerk, &now, "status=conflict").await[0];
    assert_eq!(conflict["faults"][0]["sides"], json!(["am Graben", "am Tor"]), "{conflict}");
    assert_eq!(clerk.get(&path).await.json()["properties"]["remark"], "am Graben");
}

#[tokio::test]
async fn a_file_of_several_tables_asks_which_and_reads_the_one_that_is_named() {
    let district = District::open().await;
    let mut clerk = clerk(&district).await;
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("lieferung.xlsx");
    for (name, x) in [("Nord", 11.351), ("Süd", 11.352)] {
        let table = folder.path().join("rows.csv");
        let rows = format!("Form,lon,lat\nÜberflurhydrant,{x},53.851\nUnterflurhydrant,{x},53.852\n");
        std::fs::write(&table, rows).expect("written");
        let mut made = std::process::Command::new("ogr2ogr");
        made.args(["-f", "XLSX", "-nln", name]).args(book.exists().then_some("-update")).arg(&book).arg(&table);
        assert!(made.status().expect("ogr2ogr runs").success());
    }
    let import = sent(&mut clerk, "lieferung.xlsx", std::fs::read(&book).expect("read")).await;
    let layers: Vec<&str> = import["file"]["layers"]
        .as_array()
        .expect("layers")
        .iter()
        .map(|layer| layer["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(layers, ["Nord", "Süd"], "{import}");
    assert!(import["file"]["failure"].is_string(), "{import}");
    let path = format!("/api/imports/{}/settings", import["id"].as_str().expect("an id"));
    let chosen = clerk.send(Method::PUT, &path, Some(json!({ "version": import["version"], "layer": "Süd" }))).await;
    let import = rested(&mut clerk, &chosen.json()).await;
    assert_eq!((&import["file"]["failure"], &import["file"]["rows"]), (&Json::Null, &json!(2)), "{import}");
    // Nothing is called so; but its words are those of one code list.
    let kind = json!([{ "property": "kind", "columns": ["Form"] }]);
    assert_eq!(import["settings"]["mapping"]["properties"], kind, "{import}");
}
