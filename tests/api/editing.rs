//! POST, PUT, PATCH, DELETE and OPTIONS (Part 4).

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::support::{Reply, TestServer, Token, hydrant, municipality};

const ITEMS: &str = "/ogc/collections/hydrants/items";
const GEOJSON: (&str, &str) = ("content-type", "application/geo+json");
const PATCH: (&str, &str) = ("content-type", "application/merge-patch+json");

async fn post(server: &TestServer, token: Token<'_>, headers: &[(&str, &str)], body: &Json) -> Reply {
    server.send(Method::POST, ITEMS, token, &[&[GEOJSON], headers].concat(), Some(body)).await
}

#[tokio::test]
async fn a_feature_is_created_read_changed_and_deleted() {
    let server = TestServer::start().await;
    let secret = server.token("editor", None, None).await;
    let token = Token::Secret(&secret);
    let made = post(&server, token, &[], &hydrant(11.4, 53.89, json!({ "flow_rate": 800 }))).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let location = made.header("location").to_owned();
    let seen = server.send(Method::GET, &location, token, &[], None).await;
    assert_eq!(seen.header("etag"), made.header("etag"), "the tag of the answer is good for If-Match");
    assert_eq!(seen.json()["properties"]["flow_class"], "k48", "the server derives the class");

    let headers = [PATCH, ("if-match", made.header("etag"))];
    let body = json!({ "properties": { "flow_rate": 1600, "place": "Bobitz" } });
    let patched = server.send(Method::PATCH, &location, token, &headers, Some(&body)).await;
    assert_eq!(patched.status, StatusCode::OK, "{}", patched.text());
    assert_eq!(patched.json()["properties"]["flow_class"], "k96");
    assert_ne!(patched.header("etag"), made.header("etag"));
    let unset = json!({ "properties": { "place": null } });
    let headers = [PATCH, ("if-match", patched.header("etag"))];
    let patched = server.send(Method::PATCH, &location, token, &headers, Some(&unset)).await;
    assert!(patched.json()["properties"]["place"].is_null());

    let headers = [GEOJSON, ("if-match", patched.header("etag"))];
    let whole = hydrant(11.41, 53.9, json!({ "ref": "new" }));
    let replaced = server.send(Method::PUT, &location, token, &headers, Some(&whole)).await;
    assert_eq!(replaced.status, StatusCode::OK, "{}", replaced.text());
    assert_eq!(replaced.json()["geometry"]["coordinates"], json!([11.41, 53.9]));
    assert!(replaced.json()["properties"]["flow_rate"].is_null(), "what is not said is not kept");
    let read_back = server.send(Method::GET, &location, token, &[], None).await;
    let headers = [GEOJSON, ("if-match", read_back.header("etag"))];
    let same = server.send(Method::PUT, &location, token, &headers, Some(&read_back.json())).await;
    assert_eq!(same.status, StatusCode::OK, "what was read can be written back: {}", same.text());

    let headers = [("if-match", same.header("etag"))];
    let deleted = server.send(Method::DELETE, &location, token, &headers, None).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    assert!(deleted.header("geokontor-changeset").parse::<i64>().is_ok());
    assert_eq!(server.get(&location).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_edit_is_seen_by_the_next_read_everywhere() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    for n in 1..=5 {
        let made = post(&server, Token::Secret(&token), &[], &hydrant(11.4, 53.89, json!({}))).await;
        assert_eq!(made.status, StatusCode::CREATED);
        assert_eq!(server.get(&format!("{ITEMS}?bbox=11.39,53.88,11.41,53.9")).await.json()["numberMatched"], n);
    }
}

#[tokio::test]
async fn coordinates_come_in_the_crs_that_is_named() {
    let server = TestServer::start().await;
    let secret = server.token("editor", None, None).await;
    let token = Token::Secret(&secret);
    for (crs, x, y) in [
        ("<http://www.opengis.net/def/crs/EPSG/0/25833>", 263_000.0, 5_977_000.0),
        ("<http://www.opengis.net/def/crs/EPSG/0/4326>", 53.89, 11.4),
    ] {
        let made = post(&server, token, &[("content-crs", crs)], &hydrant(x, y, json!({}))).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let id = made.json()["id"].as_str().expect("an id").to_owned();
        let name = crs.trim_matches(['<', '>']);
        let read = server.get(&format!("{ITEMS}/{id}?crs={name}")).await.json();
        let position: [f64; 2] = serde_json::from_value(read["geometry"]["coordinates"].clone()).expect("a position");
        assert!((position[0] - x).abs() < 0.01 && (position[1] - y).abs() < 0.01, "{crs}: {position:?}");
    }
    let unknown = post(&server, token, &[("content-crs", "<EPSG:1>")], &hydrant(11.4, 53.89, json!({}))).await;
    assert_eq!((unknown.status, unknown.pointers()), (StatusCode::BAD_REQUEST, vec!["Content-Crs".to_owned()]));
}

#[tokio::test]
async fn without_if_match_an_edit_is_refused_and_with_an_old_one_too() {
    let server = TestServer::start().await;
    let id = server.seed_hydrants(1).await[0];
    let secret = server.token("editor", None, None).await;
    let token = Token::Secret(&secret);
    let item = format!("{ITEMS}/{id}");
    let body = json!({ "properties": { "place": "Bobitz" } });
    let send = async |headers: &[(&str, &str)]| {
        server.send(Method::PATCH, &item, token, &[&[PATCH], headers].concat(), Some(&body)).await
    };
    assert_eq!(send(&[]).await.status, StatusCode::PRECONDITION_REQUIRED);
    for stale in ["\"7-pj84-00000000\"", "W/\"1-pj84-00000000\"", "\"abc\""] {
        assert_eq!(send(&[("if-match", stale)]).await.status, StatusCode::PRECONDITION_FAILED, "{stale}");
    }
    let public = server.get(&item).await;
    assert_eq!(
        send(&[("if-match", public.header("etag"))]).await.status,
        StatusCode::OK,
        "any representation's tag will do"
    );
    assert_eq!(send(&[("if-match", "*")]).await.status, StatusCode::OK);
    let gone = format!("{ITEMS}/0190a5c2-7b1e-7c3a-9f10-2f6f0d1c9a11");
    let reply = server.send(Method::DELETE, &gone, token, &[("if-match", "*")], None).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    let reply = server.send(Method::DELETE, &gone, token, &[("if-match", "\"1-pj84-0\"")], None).await;
    assert_eq!(reply.status, StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn of_two_writers_on_one_feature_one_wins_and_the_other_is_told() {
    let server = TestServer::start().await;
    let id = server.seed_hydrants(1).await[0];
    let token = server.token("editor", None, None).await;
    let item = format!("{ITEMS}/{id}");
    let tag = server.get(&item).await.header("etag").to_owned();
    let write = async |place: &str| {
        let body = json!({ "properties": { "place": place } });
        server.send(Method::PATCH, &item, Token::Secret(&token), &[PATCH, ("if-match", &tag)], Some(&body)).await.status
    };
    let (first, second) = tokio::join!(write("Bobitz"), write("Gägelow"));
    let mut both = [first, second];
    both.sort();
    assert_eq!(both, [StatusCode::OK, StatusCode::PRECONDITION_FAILED]);
}

#[tokio::test]
async fn who_may_not_write_is_told_so_before_the_input_is_looked_at() {
    let server = TestServer::start().await;
    let nonsense = json!({ "type": "nonsense" });
    assert_eq!(post(&server, Token::Nobody, &[], &nonsense).await.status, StatusCode::UNAUTHORIZED);
    let reader = server.token("reader", None, None).await;
    assert_eq!(post(&server, Token::Secret(&reader), &[], &nonsense).await.status, StatusCode::FORBIDDEN);
    let roads_only = server.token("editor", Some(&["roads"]), None).await;
    assert_eq!(post(&server, Token::Secret(&roads_only), &[], &nonsense).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_editor_writes_in_the_own_area_only_and_options_say_so() {
    let server = TestServer::start().await;
    server.seed("municipalities", vec![municipality("13074001", 11.3), municipality("13074002", 11.4)]).await;
    let secret = server.token("editor", None, Some(&["13074001"])).await;
    let token = Token::Secret(&secret);
    assert_eq!(post(&server, token, &[], &hydrant(11.35, 53.85, json!({}))).await.status, StatusCode::CREATED);
    let outside = post(&server, token, &[], &hydrant(11.45, 53.85, json!({}))).await;
    assert_eq!(outside.status, StatusCode::FORBIDDEN, "{}", outside.text());
    let theirs = server.seed("hydrants", vec![hydrant(11.45, 53.86, json!({}))]).await[0];
    let ours = server.seed("hydrants", vec![hydrant(11.36, 53.86, json!({}))]).await[0];
    let pull = json!({ "geometry": { "type": "Point", "coordinates": [11.35, 53.86] } });
    let item = format!("{ITEMS}/{theirs}");
    let pulled = server.send(Method::PATCH, &item, token, &[PATCH, ("if-match", "*")], Some(&pull)).await;
    assert_eq!(pulled.status, StatusCode::FORBIDDEN, "nor is anything pulled over the border");
    let deleted = server.send(Method::DELETE, &item, token, &[("if-match", "*")], None).await;
    assert_eq!(deleted.status, StatusCode::FORBIDDEN);
    let allowed = async |path: &str, token: Token<'_>| {
        let reply = server.send(Method::OPTIONS, path, token, &[], None).await;
        reply.header("allow").to_owned()
    };
    assert_eq!(allowed(&item, token).await, "GET, HEAD, OPTIONS");
    assert_eq!(allowed(&format!("{ITEMS}/{ours}"), token).await, "GET, HEAD, OPTIONS, PUT, PATCH, DELETE");
    assert_eq!(allowed(ITEMS, token).await, "GET, HEAD, OPTIONS, POST");
    assert_eq!(allowed(ITEMS, Token::Nobody).await, "GET, HEAD, OPTIONS");
}

#[tokio::test]
async fn options_name_the_properties_that_a_caller_may_change_there() {
    let server = TestServer::start().await;
    server.seed("municipalities", vec![municipality("13074001", 11.3), municipality("13074002", 11.4)]).await;
    let ours = server.seed("hydrants", vec![hydrant(11.36, 53.86, json!({}))]).await[0];
    let theirs = server.seed("hydrants", vec![hydrant(11.45, 53.86, json!({}))]).await[0];
    let warden = server.token("warden", None, Some(&["13074001"])).await;
    let editor = server.token("editor", None, None).await;
    let changeable = async |path: &str, secret: &str| {
        let reply = server.send(Method::OPTIONS, path, Token::Secret(secret), &[], None).await;
        reply.headers.get("geokontor-properties").map(|names| names.to_str().expect("a text").to_owned())
    };
    let of_wardens = "operational_status, status_as_of, status_reason, flow_method, flow_measured_on";
    let named = changeable(&format!("{ITEMS}/{ours}"), &warden).await.expect("what a warden may change");
    assert!(named.starts_with(of_wardens) && !named.contains("geometry"), "{named}");
    assert_eq!(changeable(ITEMS, &warden).await, Some(named), "somewhere");
    assert_eq!(changeable(&format!("{ITEMS}/{theirs}"), &warden).await, None, "nothing beyond the own area");
    let all = changeable(&format!("{ITEMS}/{theirs}"), &editor).await.expect("what an editor may change");
    assert!(all.starts_with("ref, kind, ") && all.ends_with(", geometry"), "{all}");
}

#[tokio::test]
async fn an_edit_of_one_feature_tells_what_is_hardly_so_of_it() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let odd = hydrant(11.4, 53.89, json!({ "main_diameter": 70 }));
    let made = post(&server, Token::Secret(&token), &[], &odd).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let told = made.json()["warnings"].clone();
    let pointers: Vec<&str> =
        told.as_array().expect("warnings").iter().filter_map(|warning| warning["pointer"].as_str()).collect();
    assert!(pointers.contains(&"/properties/main_diameter"), "{told}");
    let plain = post(&server, Token::Secret(&token), &[], &hydrant(11.42, 53.89, json!({}))).await;
    assert!(plain.json().get("warnings").is_none(), "{}", plain.text());
}

#[tokio::test]
async fn a_reason_in_utf_8_reaches_the_journal() {
    let server = TestServer::start().await;
    let secret = server.token("editor", None, None).await;
    let token = Token::Secret(&secret);
    let made =
        post(&server, token, &[("geokontor-reason", "Pr%C3%BCfung%202026")], &hydrant(11.4, 53.89, json!({}))).await;
    let history = server.send(Method::GET, &format!("{}/history", made.header("location")), token, &[], None).await;
    assert_eq!(history.json()["versions"][0]["reason"], "Prüfung 2026");
    let plain = post(&server, token, &[], &hydrant(11.4, 53.89, json!({}))).await;
    let history = server.send(Method::GET, &format!("{}/history", plain.header("location")), token, &[], None).await;
    assert_eq!(history.json()["versions"][0]["reason"], "OGC API edit");
    let bad = post(&server, token, &[("geokontor-reason", "%FF")], &hydrant(11.4, 53.89, json!({}))).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_id_of_a_feature_cannot_be_changed() {
    let server = TestServer::start().await;
    let id = server.seed_hydrants(1).await[0];
    let secret = server.token("editor", None, None).await;
    let body = json!({ "id": "0190a5c2-7b1e-7c3a-9f10-2f6f0d1c9a11" });
    let headers = [PATCH, ("if-match", "*")];
    let reply =
        server.send(Method::PATCH, &format!("{ITEMS}/{id}"), Token::Secret(&secret), &headers, Some(&body)).await;
    assert_eq!((reply.status, reply.pointers()), (StatusCode::BAD_REQUEST, vec!["/id".to_owned()]));
}

#[tokio::test]
async fn a_feature_that_is_moved_takes_the_municipality_it_comes_to_unless_somebody_has_set_another() {
    let server = TestServer::start().await;
    let keys = [("13074001", 11.3), ("13074002", 11.4), ("13074003", 11.5)];
    server.seed("municipalities", keys.map(|(key, west)| municipality(key, west)).to_vec()).await;
    let secret = server.token("editor", None, None).await;
    let token = Token::Secret(&secret);
    let filled_in = server.seed("hydrants", vec![hydrant(11.35, 53.85, json!({}))]).await[0];
    let set = server.seed("hydrants", vec![hydrant(11.36, 53.85, json!({ "municipality": "13074003" }))]).await[0];
    let headers = [PATCH, ("if-match", "*")];
    let east = json!({ "geometry": { "type": "Point", "coordinates": [11.45, 53.85] } });
    for (id, before, after) in [(filled_in, "13074001", "13074002"), (set, "13074003", "13074003")] {
        let item = format!("{ITEMS}/{id}");
        assert_eq!(server.get(&item).await.json()["properties"]["municipality"], before);
        let moved = server.send(Method::PATCH, &item, token, &headers, Some(&east)).await;
        assert_eq!(moved.status, StatusCode::OK, "{}", moved.text());
        assert_eq!(moved.json()["properties"]["municipality"], after);
    }
}

#[tokio::test]
async fn what_a_declaration_has_dropped_does_not_stand_in_the_way_of_a_patch() {
    let server = TestServer::start().await;
    let id = server.seed_hydrants(1).await[0];
    let sql = "UPDATE feature SET properties = properties || '{\"colour\": \"red\"}'";
    server.execute(sql).await;
    let token = server.token("editor", None, None).await;
    let path = format!("/ogc/collections/hydrants/items/{id}");
    let headers = [("content-type", "application/merge-patch+json"), ("if-match", "*")];
    let patch = json!({ "properties": { "place": "Bobitz" } });
    let reply = server.send(Method::PATCH, &path, Token::Secret(&token), &headers, Some(&patch)).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert_eq!(server.get(&path).await.json()["properties"]["place"], "Bobitz");
}

#[tokio::test]
async fn a_municipality_that_is_named_must_be_one_of_the_district_and_of_the_editors_area() {
    let server = TestServer::start().await;
    let stranger = json!({ "municipality": "99999999" });
    let without = server.seed("hydrants", vec![hydrant(11.35, 53.85, stranger.clone())]).await[0];
    server.seed("municipalities", vec![municipality("13074001", 11.3), municipality("13074002", 11.4)]).await;
    let (all, one) =
        (server.token("editor", None, None).await, server.token("editor", None, Some(&["13074001"])).await);
    let refused = post(&server, Token::Secret(&all), &[], &hydrant(11.35, 53.85, stranger)).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (StatusCode::BAD_REQUEST, vec!["/properties/municipality".into()])
    );
    let foreign = json!({ "municipality": "13074002" });
    let made = post(&server, Token::Secret(&all), &[], &hydrant(11.35, 53.86, foreign.clone())).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let denied = post(&server, Token::Secret(&one), &[], &hydrant(11.35, 53.87, foreign.clone())).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN, "{}", denied.text());
    let headers = [PATCH, ("if-match", "*")];
    let item = format!("{ITEMS}/{without}");
    let pulled = json!({ "properties": foreign });
    let denied = server.send(Method::PATCH, &item, Token::Secret(&one), &headers, Some(&pulled)).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN, "{}", denied.text());

    let place = json!({ "properties": { "place": "Bobitz" } });
    let kept = server.send(Method::PATCH, made.header("location"), Token::Secret(&one), &headers, Some(&place)).await;
    assert_eq!(kept.status, StatusCode::OK, "what somebody else has named stays: {}", kept.text());
    assert_eq!(kept.json()["properties"]["municipality"], "13074002");
    let mended = server.send(Method::PATCH, &item, Token::Secret(&one), &headers, Some(&place)).await;
    assert_eq!(mended.status, StatusCode::OK, "{}", mended.text());
    assert_eq!(mended.json()["properties"]["municipality"], "13074001", "one that there is no more is filled in anew");
}

#[tokio::test]
async fn an_edit_that_says_nothing_new_leaves_version_and_journal_as_they_are() {
    let server = TestServer::start().await;
    let id = server.seed_hydrants(1).await[0];
    let secret = server.token("editor", None, None).await;
    let token = Token::Secret(&secret);
    let item = format!("{ITEMS}/{id}");
    let read = server.send(Method::GET, &item, token, &[], None).await;
    let tag = read.header("etag");
    for patch in [json!({}), json!({ "properties": { "ref": "H0", "place": null } }), json!({ "type": "Feature" })] {
        let same = server.send(Method::PATCH, &item, token, &[PATCH, ("if-match", tag)], Some(&patch)).await;
        assert_eq!((same.status, same.header("etag")), (StatusCode::OK, tag), "{patch}: {}", same.text());
        assert_eq!(same.header("geokontor-changeset"), "", "{patch}");
    }
    let same = server.send(Method::PUT, &item, token, &[GEOJSON, ("if-match", tag)], Some(&read.json())).await;
    assert_eq!((same.status, same.header("etag")), (StatusCode::OK, tag), "{}", same.text());
    let stale = server.send(Method::PATCH, &item, token, &[PATCH, ("if-match", "\"7-\"")], Some(&json!({}))).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let history = server.send(Method::GET, &format!("{item}/history"), token, &[], None).await;
    assert_eq!(history.json()["versions"].as_array().map(Vec::len), Some(1));
    let another = json!({ "type": "X" });
    let refused = server.send(Method::PATCH, &item, token, &[PATCH, ("if-match", tag)], Some(&another)).await;
    assert_eq!((refused.status, refused.pointers()), (StatusCode::BAD_REQUEST, vec!["/type".to_owned()]));
}

#[tokio::test]
async fn a_time_may_stand_for_the_state_that_was_read() {
    let server = TestServer::start().await;
    let id = server.seed_hydrants(1).await[0];
    let token = server.token("editor", None, None).await;
    let item = format!("{ITEMS}/{id}");
    let send = async |headers: &[(&str, &str)], place: &str| {
        let body = json!({ "properties": { "place": place } });
        server.send(Method::PATCH, &item, Token::Secret(&token), &[&[PATCH], headers].concat(), Some(&body)).await
    };
    // The test's clock stands at the second in which the hydrant was made.
    let (before, then) = ("Mon, 01 Jun 2026 09:59:59 GMT", "Mon, 01 Jun 2026 10:00:00 GMT");
    let stale = send(&[("if-unmodified-since", before)], "Bobitz").await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(send(&[("if-unmodified-since", "yesterday")], "Bobitz").await.status, StatusCode::PRECONDITION_REQUIRED);
    let both = send(&[("if-match", "\"9-\""), ("if-unmodified-since", then)], "Bobitz").await;
    assert_eq!(both.status, StatusCode::PRECONDITION_FAILED, "the tag says it better");
    assert_eq!(send(&[("if-unmodified-since", then)], "Bobitz").await.status, StatusCode::OK);
    let read = server.get(&item).await;
    assert_eq!(read.header("last-modified"), "", "within its second a state cannot be told from the next");
}

#[tokio::test]
async fn of_a_deleted_feature_no_version_is_made_up() {
    let server = TestServer::start().await;
    let id = server.seed_hydrants(1).await[0];
    let token = server.token("editor", None, None).await;
    let item = format!("{ITEMS}/{id}");
    let tag = server.get(&item).await.header("etag").to_owned();
    let delete = async || server.send(Method::DELETE, &item, Token::Secret(&token), &[("if-match", &tag)], None).await;
    assert_eq!(delete().await.status, StatusCode::NO_CONTENT);
    let again = delete().await;
    assert_eq!(again.status, StatusCode::PRECONDITION_FAILED);
    let detail = again.json()["detail"].as_str().unwrap_or_default().to_owned();
    assert!(detail.contains("deleted") && !detail.contains("version"), "{detail}");
}
