//! What people try who may not, or mean no good.

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{Office, but};
use crate::operations::matrix::revoke;
use crate::support::{NOW, TestServer, Token, hydrant, municipality};

const RECORDS: &str =
    "SELECT (SELECT count(*) FROM inspection) + (SELECT count(*) FROM defect) + (SELECT count(*) FROM outage)";

/// Two municipalities with a hydrant in each; the office's own is in the first.
async fn district() -> (Office, String) {
    let server = TestServer::start().await;
    server.seed("municipalities", vec![municipality("13074001", 11.35), municipality("13074002", 11.45)]).await;
    let there = server.seed("hydrants", vec![hydrant(11.5, 53.89, json!({}))]).await[0].to_string();
    (Office::with(server).await, there)
}

#[tokio::test]
async fn nobody_records_anything_beyond_their_area_nor_changes_what_was_recorded_there() {
    let (office, there) = district().await;
    let defect = office.recorded("/api/defects", &but(office.defect(), "object", json!(there))).await;
    let outage = office.recorded("/api/outages", &but(office.outage("2026-05-01", None), "object", json!(there))).await;
    let own = office.server.token("maintainer", None, Some(&["13074001"])).await;
    let refused = async |method: Method, path: &str, body: &Json| {
        let reply = office.send_as(&own, method, path, Some(body)).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}: {}", reply.text());
    };
    for (path, body) in [
        ("/api/inspections", office.check()),
        ("/api/defects", office.defect()),
        ("/api/outages", office.outage("2026-05-01", None)),
    ] {
        let reply = office.send_as(&own, Method::POST, path, Some(&body)).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{path} in the own area: {}", reply.text());
        // What else is wrong is not told to who may not.
        refused(Method::POST, path, &but(but(body, "object", json!(there)), "id", json!("7"))).await;
    }
    let (defect, outage) = (defect["id"].as_str().expect("an id"), outage["id"].as_str().expect("an id"));
    refused(Method::PATCH, &format!("/api/defects/{defect}"), &json!({})).await;
    refused(Method::POST, &format!("/api/defects/{defect}/resolution"), &json!({ "resolution": "repaired" })).await;
    refused(Method::POST, &format!("/api/outages/{outage}/end"), &json!({})).await;
}

#[tokio::test]
async fn who_may_not_record_is_refused_and_who_may_not_read_learns_nothing() {
    let office = Office::open().await;
    office.recorded("/api/defects", &but(office.defect(), "remark", json!("Schlüssel liegt im Rathaus"))).await;
    let (reader, crew) =
        (office.server.token("reader", None, None).await, office.server.token("crew", None, None).await);
    let roads = office.server.token("editor", Some(&["roads"]), None).await;
    for token in [&reader, &crew, &roads] {
        for (path, body) in [("/api/inspections", office.check()), ("/api/outages", office.outage("2026-06-01", None))]
        {
            assert_eq!(office.send_as(token, Method::POST, path, Some(&body)).await.status, StatusCode::FORBIDDEN);
        }
    }
    let status = format!("/api/upkeep/hydrants/{}", office.hydrant);
    for path in ["/api/defects", "/api/inspections", "/api/outages", "/api/checklists", "/api/upkeep/due", &status] {
        let nobody = office.server.get(path).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{path}");
        for token in [&crew, &roads] {
            let reply = office.send_as(token, Method::GET, path, None).await;
            let (text, hydrant) = (reply.text(), &office.hydrant);
            assert!(!text.contains("Rathaus") && !text.contains(hydrant.as_str()), "{path}: {text}");
        }
        assert_eq!(office.send_as(&reader, Method::GET, path, None).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_token_that_was_revoked_records_nothing_more() {
    let office = Office::open().await;
    let name = office.server.app.directory.caller(&office.token.parse().expect("a secret"), NOW.parse().expect("now"));
    revoke(&office.server, name.expect("a caller").name()).await;
    assert_eq!(office.post("/api/inspections", &office.check()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(office.server.count(RECORDS).await, 0);
}

#[tokio::test]
async fn another_objects_record_is_not_answered_for_an_id_that_is_taken() {
    let (office, there) = district().await;
    let theirs = but(but(office.check(), "object", json!(there)), "remark", json!("geheim"));
    office.recorded("/api/inspections", &theirs).await;
    let own = office.server.token("maintainer", None, Some(&["13074001"])).await;
    let same_id = but(office.check(), "id", theirs["id"].clone());
    let reply = office.send_as(&own, Method::POST, "/api/inspections", Some(&same_id)).await;
    assert_eq!(reply.status, StatusCode::CONFLICT);
    assert!(!reply.text().contains("geheim") && !reply.text().contains(&there), "{}", reply.text());
}

#[tokio::test]
async fn html_and_formulas_in_remarks_stay_text_and_leave_the_register_alone() {
    let office = Office::open().await;
    let nasty = "<img src=x onerror=alert(1)>=HYPERLINK(\"http://evil\")\n{{ 7 * 7 }}";
    let recorded = office.recorded("/api/inspections", &but(office.failed(&["water"]), "remark", json!(nasty))).await;
    assert_eq!(recorded["inspection"]["remark"], nasty);
    office.recorded("/api/defects", &but(office.defect(), "remark", json!(nasty))).await;
    let told = office.get(&format!("/api/upkeep/hydrants/{}", office.hydrant)).await;
    assert_eq!(told.header("content-type"), "application/json");
    assert!(!told.json()["status"]["words"]["de"].as_str().expect("words").contains("onerror"));
    for path in [
        format!("/ogc/collections/hydrants/items/{}", office.hydrant),
        "/api/firewater/nearest?lon=11.4&lat=53.89".to_owned(),
    ] {
        assert!(!office.get(&path).await.text().contains("onerror"), "{path}");
    }
}

#[tokio::test]
async fn what_is_too_large_or_no_input_at_all_is_refused() {
    let office = Office::open().await;
    let long = "x".repeat(2_001);
    for (path, body) in [
        ("/api/inspections", office.check()),
        ("/api/defects", office.defect()),
        ("/api/outages", office.outage("2026-06-01", None)),
    ] {
        let reply = office.post(path, &but(body.clone(), "remark", json!(long))).await;
        assert_eq!((reply.status, reply.pointers()), (StatusCode::BAD_REQUEST, vec!["/remark".to_owned()]));
        let reply = office.post(path, &but(body.clone(), "remark", json!("bell\u{7}"))).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        let huge = office.post(path, &but(body, "remark", json!("x".repeat(100_000)))).await;
        assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
        for nothing in [json!(null), json!([]), json!(7), json!({}), json!({ "collection": 5, "object": [] })] {
            assert_eq!(office.post(path, &nothing).await.status, StatusCode::BAD_REQUEST, "{nothing}");
        }
    }
    let many: serde_json::Map<String, Json> = (0..3_000).map(|n| (format!("i{n}"), json!("ok"))).collect();
    let reply = office.post("/api/inspections", &but(office.check(), "answers", json!(many))).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert!(reply.body.len() < 200_000, "{} bytes", reply.body.len());
    assert_eq!(office.server.count(RECORDS).await, 0);
}

#[tokio::test]
async fn objects_and_records_that_are_not_there_are_not_there() {
    let office = Office::open().await;
    let nobody = Uuid::now_v7();
    for body in [
        but(office.check(), "object", json!(nobody)),
        but(office.check(), "collection", json!("roads")),
        but(office.check(), "collection", json!("no_such")),
        but(office.check(), "collection", json!("'; DROP TABLE inspection; --")),
    ] {
        assert_eq!(office.post("/api/inspections", &body).await.status, StatusCode::BAD_REQUEST, "{body}");
    }
    for path in [
        format!("/api/upkeep/hydrants/{nobody}"),
        format!("/api/upkeep/roads/{}", office.hydrant),
        "/api/upkeep/hydrants/7".to_owned(),
        format!("/api/inspections?collection=hydrants&object={nobody}"),
    ] {
        assert_eq!(office.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let how = json!({ "resolution": "repaired" });
    assert_eq!(office.post(&format!("/api/defects/{nobody}/resolution"), &how).await.status, StatusCode::NOT_FOUND);
    assert_eq!(office.post(&format!("/api/outages/{nobody}/end"), &json!({})).await.status, StatusCode::NOT_FOUND);
    let path = format!("/ogc/collections/hydrants/items/{}", office.hydrant);
    let gone =
        office.server.send(Method::DELETE, &path, Token::Secret(&office.token), &[("if-match", "*")], None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(office.post("/api/inspections", &office.check()).await.status, StatusCode::BAD_REQUEST, "it is deleted");
}
