//! What is not public is neither shown nor told about.

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::support::{Reply, TestServer, Token, hydrant};

const ITEMS: &str = "/ogc/collections/hydrants/items";

#[tokio::test]
async fn the_public_sees_no_staff_property_by_any_door() {
    let server = TestServer::start().await;
    let id = server.seed("hydrants", vec![hydrant(11.4, 53.89, json!({ "remark": "Schieber klemmt" }))]).await[0];
    let item = format!("{ITEMS}/{id}");
    for path in [
        ITEMS,
        &item,
        &format!("{item}?f=html"),
        &format!("{ITEMS}?crs=EPSG:25833"),
        "/ogc/collections/hydrants/schema",
        "/ogc/collections/hydrants/queryables",
    ] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        assert!(!reply.text().contains("remark") && !reply.text().contains("klemmt"), "{path}");
    }
    // Records of upkeep have remarks of their own.
    for path in ["/ogc/api", "/api/openapi.json"] {
        let document = server.get(path).await.json();
        let members = |pointer: &str| document.pointer(pointer).and_then(Json::as_object).expect("members").iter();
        let schemas = members("/components/schemas").filter(|(name, _)| name.starts_with("hydrants_"));
        let paths = members("/paths").filter(|(path, _)| path.contains("/collections/hydrants/"));
        let mut described = schemas.chain(paths).peekable();
        assert!(described.peek().is_some(), "{path}");
        assert!(described.all(|(_, described)| !described.to_string().contains("remark")), "{path}");
    }
    for query in ["remark=x", "filter=remark%20IS%20NULL", "sortby=remark", "properties=remark"] {
        let hidden = server.get(&format!("{ITEMS}?{query}")).await;
        assert_eq!(hidden.status, StatusCode::BAD_REQUEST, "{query}");
        let missing = server.get(&format!("{ITEMS}?{}", query.replace("remark", "reward"))).await;
        let told = |reply: &Reply| {
            let mut problem = reply.json();
            problem["request_id"].take();
            problem.to_string()
        };
        assert_eq!(told(&hidden).replace("remark", "reward"), told(&missing), "a refusal tells nothing: {query}");
    }
}

#[tokio::test]
async fn staff_see_all_and_their_answers_stay_private() {
    let server = TestServer::start().await;
    server.seed("hydrants", vec![hydrant(11.4, 53.89, json!({ "remark": "Schieber klemmt" }))]).await;
    let token = server.token("reader", None, None).await;
    let public = server.get(ITEMS).await;
    let staff = server.send(Method::GET, ITEMS, Token::Secret(&token), &[], None).await;
    assert_eq!(staff.json()["features"][0]["properties"]["remark"], "Schieber klemmt");
    assert_eq!(staff.header("cache-control"), "private, no-cache");
    assert_ne!(staff.header("etag"), public.header("etag"));
    let headers = [("if-none-match", public.header("etag"))];
    let again = server.send(Method::GET, ITEMS, Token::Secret(&token), &headers, None).await;
    assert_eq!(again.status, StatusCode::OK, "the public's tag is not staff's");
    let elsewhere = server.token("reader", Some(&["roads"]), None).await;
    let limited = server.send(Method::GET, ITEMS, Token::Secret(&elsewhere), &[], None).await;
    assert_eq!(limited.text(), public.text());
}

#[tokio::test]
async fn a_token_that_is_none_is_an_error_and_not_anonymous() {
    let server = TestServer::start().await;
    let reply = server.send(Method::GET, ITEMS, Token::Secret("gk_nonsense"), &[], None).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert_eq!(reply.header("www-authenticate"), "Bearer");
}
