use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::{SUPPLIER, clerk, commit, committed, counted, hydrants, mapping, previewed, rows, sent};
use crate::accounts::Browser;
use crate::organisations::District;

/// Puts something right in a row; the import as it is then.
async fn mend(by: &mut Browser<'_>, import: &Json, row: &Json, what: Json) -> Json {
    let path = format!("/api/imports/{}/rows/{}", import["id"].as_str().expect("an id"), row["number"]);
    let mut body = what;
    body["version"] = import["version"].clone();
    let answer = by.send(Method::PUT, &path, Some(body)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn a_cell_that_was_put_right_is_imported_and_the_file_stays_as_it_is() {
    let district = District::open().await;
    let mut clerk = clerk(&district).await;
    let import = sent(&mut clerk, "lieferung.csv", SUPPLIER).await;
    let import = previewed(&mut clerk, &import, mapping()).await;
    let wrong = rows(&mut clerk, &import, "status=new&text=8O").await;
    let stale = mend(&mut clerk, &import, &wrong[0], json!({ "cells": { "Nennw.": "80" } })).await;
    assert_eq!(stale["stale"], true);
    // Nobody writes what was worked out before.
    assert_eq!(commit(&mut clerk, &stale).await.0, StatusCode::CONFLICT);
    let import = previewed(&mut clerk, &stale, mapping()).await;
    assert_eq!((counted(&import).as_str(), &import["stale"]), ("2 new, 1 error", &json!(false)));
    let row = rows(&mut clerk, &import, "text=%2280%22&status=new").await;
    assert!(row.is_empty(), "nothing is said of it any more: {row:?}");
    let import = committed(&mut clerk, &import).await;
    assert_eq!((&import["state"], hydrants(&mut clerk).await), (&json!("committed"), 4), "{import}");
    let found = clerk.get("/ogc/collections/hydrants/items?filter=main_diameter=80").await.json();
    assert_eq!(found["numberMatched"], 1, "{found}");
}

#[tokio::test]
async fn duplicates_and_conflicts_are_decided_row_by_row_or_all_at_once() {
    let district = District::open().await;
    let mut clerk = clerk(&district).await;
    // A hydrant lies at 11.35, 53.85 already; nothing says that it is this one.
    let rows_of = |remark: &str| format!("Nr;Art;x;y;Bemerkung\n7;OFH;11.35000;53.85001;{remark}\n");
    let import = sent(&mut clerk, "a.csv", rows_of("neu")).await;
    let mapping = || {
        let mut mapping = mapping();
        mapping["properties"] = json!([mapping["properties"][0].clone(), mapping["properties"][2].clone()]);
        mapping
    };
    let import = previewed(&mut clerk, &import, mapping()).await;
    assert_eq!(counted(&import), "1 duplicate");
    let row = rows(&mut clerk, &import, "status=duplicate").await.remove(0);
    let stale = mend(&mut clerk, &import, &row, json!({ "decision": "same" })).await;
    let same = previewed(&mut clerk, &stale, mapping()).await;
    assert_eq!(counted(&same), "1 changed");
    let all = format!("/api/imports/{}/decisions", same["id"].as_str().expect("an id"));
    let refused = clerk.post(&all, json!({ "version": same["version"], "status": "new", "decision": "leave" })).await;
    assert_eq!((refused.status, refused.pointers()), (StatusCode::BAD_REQUEST, vec!["/status".to_owned()]));
    let same = committed(&mut clerk, &same).await;
    assert_eq!((&same["state"], hydrants(&mut clerk).await), (&json!("committed"), 2), "{same}");

    // The office writes something else, then the supplier does: a conflict, for the office to decide.
    let path = format!("/ogc/collections/hydrants/items/{}", district.here);
    let headers =
        [("sec-fetch-site", "same-origin"), ("if-match", "*"), ("content-type", "application/merge-patch+json")];
    let patch = Some(json!({ "properties": { "remark": "am Graben" } }));
    assert!(clerk.ask(Method::PATCH, &path, patch, &headers).await.status.is_success());
    let import = sent(&mut clerk, "b.csv", rows_of("am Tor")).await;
    let import = previewed(&mut clerk, &import, mapping()).await;
    assert_eq!(counted(&import), "1 conflict");
    let all = format!("/api/imports/{}/decisions", import["id"].as_str().expect("an id"));
    let theirs = json!({ "version": import["version"], "status": "conflict", "decision": "theirs" });
    let decided = clerk.post(&all, theirs).await;
    assert_eq!(decided.status, StatusCode::OK, "{}", decided.text());
    let import = previewed(&mut clerk, &decided.json(), mapping()).await;
    assert_eq!(counted(&import), "1 changed");
    let import = committed(&mut clerk, &import).await;
    assert_eq!(import["state"], "committed", "{import}");
    assert_eq!(clerk.get(&path).await.json()["properties"]["remark"], "am Tor");
}
