//! `/api/device` and archives of tilesets: what a device takes along, and that following it leaves nothing out.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::support::{Reply, TestServer, Token, declarations, hydrant, until};

const PLACE: (f64, f64) = (11.4, 53.89);

async fn edit(server: &TestServer, token: &str, method: Method, id: &str, body: Option<Json>) {
    let path = format!("/ogc/collections/hydrants/items/{id}");
    let headers = [("content-type", "application/merge-patch+json"), ("if-match", "*")];
    let reply = server.send(method, &path, Token::Secret(token), &headers, body.as_ref()).await;
    assert!(reply.status.is_success(), "{}", reply.text());
}

async fn cursor(server: &TestServer) -> String {
    server.get("/api/device/manifest").await.json()["cursor"].as_str().expect("a cursor").to_owned()
}

async fn changes(server: &TestServer, since: &str) -> Reply {
    let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("since", since).finish();
    server.get(&format!("/api/device/changes?{query}")).await
}

/// The values of a column, of all collections of an answer.
fn column(answer: &Json, name: &str) -> Vec<Json> {
    let collections = answer["collections"].as_array().expect("collections");
    let columns = collections.iter().filter_map(|collection| {
        let values = collection.get(name).or_else(|| collection["columns"].get(name));
        values.and_then(Json::as_array)
    });
    columns.flatten().cloned().collect()
}

#[tokio::test]
async fn the_manifest_names_every_part_with_its_size_and_tag() {
    let server = TestServer::start().await;
    server.seed_hydrants(50).await;
    let manifest = server.get("/api/device/manifest").await.json();
    let parts = manifest["parts"].as_array().expect("parts");
    let names: Vec<&str> = parts.iter().filter_map(|part| part["name"].as_str()).collect();
    assert_eq!(names, ["register", "search", "map"]);
    for part in &parts[..2] {
        let file = server.get_with(part["url"].as_str().expect("an address"), &[("accept-encoding", "gzip")]).await;
        assert_eq!(json!(file.body.len()), part["bytes"]);
        let tag = file.header("etag").replace("-gzip\"", "\"");
        assert_eq!(json!(tag), part["etag"]);
        let known = server.get_with(part["url"].as_str().expect("an address"), &[("if-none-match", &tag)]).await;
        assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    }
    assert_eq!(server.get("/api/device/manifest?x=1").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_roads_travel_where_there_are_some_and_are_others_when_they_have_changed() {
    let server = TestServer::start().await;
    assert_eq!(server.get("/api/device/roads").await.status, StatusCode::NOT_FOUND);
    let street = |lat: f64| {
        let coordinates = json!([[11.46, lat], [11.465, lat], [11.47, lat + 0.001]]);
        let geometry = json!({ "type": "LineString", "coordinates": coordinates });
        json!({ "type": "Feature", "geometry": geometry, "properties": { "class": "residential" } })
    };
    let edges = || server.app.roads.network().map_or(0, |network| network.graph().edges().len());
    server.seed("roads", vec![street(53.89)]).await;
    until("the network is built", async || edges() == 1).await;
    let part = async || {
        let manifest = server.get("/api/device/manifest").await.json();
        let parts = manifest["parts"].as_array().expect("parts");
        parts.iter().find(|part| part["name"] == "roads").cloned().expect("the roads")
    };
    let first = part().await;
    let file = server.get("/api/device/roads").await.json();
    assert_eq!(
        (&file["nodes"], &file["from"], &file["to"], &file["points"]),
        (&json!(2), &json!([0]), &json!([1]), &json!([3]),)
    );
    assert_eq!((&file["x"], &file["y"]), (&json!([114_600_000, 50_000, 50_000]), &json!([538_900_000, 0, 10_000])));

    server.seed("roads", vec![street(53.90)]).await;
    until("the network has both", async || edges() == 2).await;
    assert_ne!(part().await["etag"], first["etag"]);
    assert_eq!(server.get("/api/device/roads").await.json()["points"], json!([3, 3]));
}

#[tokio::test]
async fn a_copy_that_follows_is_told_of_every_change_once() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let (lon, lat) = PLACE;
    let seeded = vec![hydrant(lon, lat, json!({ "ref": "STAYS" })), hydrant(lon + 0.01, lat, json!({ "ref": "GOES" }))];
    let ids = server.seed("hydrants", seeded).await;
    let since = cursor(&server).await;
    let nothing = changes(&server, &since).await.json();
    assert_eq!((&nothing["deleted"], &nothing["collections"]), (&json!([]), &json!([])));
    let patch = json!({ "properties": { "operational_status": "out_of_service" } });
    edit(&server, &token, Method::PATCH, &ids[0].to_string(), Some(patch)).await;
    edit(&server, &token, Method::DELETE, &ids[1].to_string(), None).await;
    server.seed("hydrants", vec![hydrant(lon, lat + 0.01, json!({ "ref": "COMES" }))]).await;
    let told = changes(&server, &since).await.json();
    assert_eq!(told["deleted"][0]["id"], json!(ids[1]));
    let mut refs = column(&told, "ref");
    refs.sort_by_key(Json::to_string);
    assert_eq!(refs, [json!("COMES"), json!("STAYS")]);
    assert!(column(&told, "id").contains(&json!(ids[0])));
    let next = told["cursor"].as_str().expect("a cursor");
    let after = changes(&server, next).await.json();
    assert_eq!((&after["deleted"], &after["collections"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn what_is_older_than_the_memory_of_a_node_comes_from_the_journal() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let (lon, lat) = PLACE;
    let many = |count: u32| -> Vec<Json> {
        (0..count).map(|nth| hydrant(lon + f64::from(nth) * 1e-5, lat, json!({}))).collect()
    };
    let ids = server.seed("hydrants", many(3)).await;
    let since = cursor(&server).await;
    // More at once than is told one by one: the hub keeps only that it happened.
    server.seed("hydrants", many(1_200)).await;
    edit(&server, &token, Method::DELETE, &ids[0].to_string(), None).await;
    let told = changes(&server, &since).await.json();
    assert_eq!(told["collections"][0]["count"], json!(1_200));
    assert_eq!(told["deleted"][0]["id"], json!(ids[0]));
}

#[tokio::test]
async fn who_cannot_be_brought_up_to_date_is_sent_for_a_new_copy() {
    let server = TestServer::start().await;
    server.seed_hydrants(2).await;
    let since = cursor(&server).await;
    let mut parts: Vec<String> = since.splitn(3, '.').map(str::to_owned).collect();
    let foreign = format!("{}.{}.900000000:900000000:", parts[0], parts[1]);
    assert_eq!(changes(&server, &foreign).await.status, StatusCode::GONE, "a journal this server does not follow");
    parts[1] = "00000000".to_owned();
    assert_eq!(changes(&server, &parts.join(".")).await.status, StatusCode::GONE, "other declarations");
    for bad in ["", "x", "0.zz.1:1:", "0.00000000.5:1:", "0.00000000"] {
        assert_eq!(changes(&server, bad).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    assert_eq!(server.get("/api/device/changes").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_public_copy_holds_nothing_for_staff_and_does_not_follow_as_staff() {
    let server = TestServer::start().await;
    let token = server.token("reader", None, None).await;
    let (lon, lat) = PLACE;
    server
        .seed("hydrants", vec![hydrant(lon, lat, json!({ "ref": "A", "remark": "Schlüssel bei Frau Petersen" }))])
        .await;
    let public = server.get("/api/device/register").await;
    assert!(!public.text().contains("Petersen"));
    assert_eq!(public.header("cache-control"), "no-cache");
    let own = server.send(Method::GET, "/api/device/register", Token::Secret(&token), &[], None).await;
    assert!(own.text().contains("Petersen"));
    assert_eq!(own.header("cache-control"), "private, no-cache");
    assert_ne!(own.header("etag"), public.header("etag"));
    let since = cursor(&server).await;
    let path = format!("/api/device/changes?since={since}");
    let as_staff = server.send(Method::GET, &path, Token::Secret(&token), &[], None).await;
    assert_eq!(as_staff.status, StatusCode::GONE);
}

/// The archive of a tileset, once it has been made.
async fn archive(server: &TestServer, headers: &[(&str, &str)]) -> Reply {
    let patience = tokio::time::Instant::now() + Duration::from_secs(60);
    loop {
        let reply = server.get_with("/tiles/hydrants.pmtiles", headers).await;
        if reply.status != StatusCode::SERVICE_UNAVAILABLE {
            return reply;
        }
        assert!(!reply.header("retry-after").is_empty());
        assert!(tokio::time::Instant::now() < patience, "the archive is made in a minute");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn an_archive_is_sent_whole_or_in_pieces_that_fit_together() {
    let server = TestServer::start().await;
    let (lon, lat) = PLACE;
    server.seed("hydrants", vec![hydrant(lon, lat, json!({ "ref": "A" }))]).await;
    let whole = archive(&server, &[]).await;
    assert_eq!((whole.status, &whole.body[..7]), (StatusCode::OK, &b"PMTiles"[..]));
    let tag = whole.header("etag").to_owned();
    let mut joined = Vec::new();
    for start in (0..whole.body.len()).step_by(5_000) {
        let range = format!("bytes={start}-{}", start + 4_999);
        let piece = archive(&server, &[("range", &range), ("if-range", &tag)]).await;
        assert_eq!(piece.status, StatusCode::PARTIAL_CONTENT);
        assert_eq!(piece.header("content-range").split('/').next_back(), Some(whole.body.len().to_string().as_str()));
        joined.extend(piece.body);
    }
    assert!(joined == whole.body);
    let other = archive(&server, &[("range", "bytes=0-9"), ("if-range", "\"other\"")]).await;
    assert_eq!((other.status, other.body.len()), (StatusCode::OK, whole.body.len()));
    let beyond = archive(&server, &[("range", "bytes=999999999-")]).await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(archive(&server, &[("if-none-match", &tag)]).await.status, StatusCode::NOT_MODIFIED);
    assert_eq!(server.get("/tiles/nothing.pmtiles").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_archive_that_is_declared_is_served_as_a_tileset() {
    let server = TestServer::start().await;
    let (lon, lat) = PLACE;
    server.seed("hydrants", vec![hydrant(lon, lat, json!({ "ref": "A" }))]).await;
    let whole = archive(&server, &[]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let tiles = declarations().with_file_name("tiles");
    std::fs::copy(tiles.join("tilesets.toml"), folder.path().join("tilesets.toml")).expect("a copy");
    std::fs::write(folder.path().join("theirs.pmtiles"), &whole.body).expect("an archive");
    let mut text = std::fs::read_to_string(folder.path().join("tilesets.toml")).expect("the file");
    text.push_str(
        "\n[[archives]]\nname = \"theirs\"\ntitle = { de = \"Fremd\", en = \"Foreign\" }\nfile = \"theirs.pmtiles\"\n",
    );
    std::fs::write(folder.path().join("tilesets.toml"), text).expect("the file");
    for part in ["styles", "symbols", "fonts"] {
        std::os::unix::fs::symlink(tiles.join(part), folder.path().join(part)).expect("a link");
    }
    let path = folder.path().to_owned();
    let second = TestServer::configured(declarations(), |config| config.tiles = path).await;
    let document = second.get("/tiles/theirs").await.json();
    assert_eq!(document["tilejson"], "3.0.0");
    assert_eq!(document["vector_layers"][0]["id"], "hydrants");
    let (x, y) = crate::tiles::tile_at(14, lon, lat);
    let tile = second.get(&format!("/tiles/theirs/14/{x}/{y}")).await;
    let own = server.get(&format!("/tiles/hydrants/14/{x}/{y}")).await;
    assert!(!tile.body.is_empty() && tile.body == own.body);
    let known = second.get_with(&format!("/tiles/theirs/14/{x}/{y}"), &[("if-none-match", tile.header("etag"))]).await;
    assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    assert_eq!(second.get("/tiles/theirs.pmtiles").await.body.len(), whole.body.len());
    assert_eq!(second.get("/tiles/theirs/99/0/0").await.status, StatusCode::NOT_FOUND);
}
