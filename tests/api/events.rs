//! `/api/events`: who is told what, and that nobody misses anything, whatever breaks.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{Method, Request, StatusCode};
use futures_util::StreamExt;
use geokontor::clock::Clock;
use geokontor::collection::{Catalogue, District};
use geokontor::config::Config;
use geokontor::server::{self, Server};
use geokontor::tiles::{Cartography, Tilesets};
use serde_json::{Value as Json, json};
use tower::ServiceExt;

use crate::support::{TestServer, Token, hydrant, until};

/// One event as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub name: String,
    pub id: Option<String>,
    pub data: Json,
}

/// A client that reads events as browsers do.
pub struct Listener {
    stream: BodyDataStream,
    text: String,
    /// What a browser would send as `Last-Event-ID`.
    pub last_id: String,
}

impl Listener {
    pub async fn open(app: &Arc<Server>, path: &str, last_id: Option<&str>) -> Self {
        let headers: Vec<(&str, &str)> = last_id.map(|id| ("last-event-id", id)).into_iter().collect();
        Self::open_with(app, path, &headers).await
    }

    pub async fn open_with(app: &Arc<Server>, path: &str, headers: &[(&str, &str)]) -> Self {
        let mut request = Request::builder().uri(path).header("accept-encoding", "gzip");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let last_id = headers.iter().find(|(name, _)| *name == "last-event-id");
        let request = request.body(Body::empty()).expect("a request");
        let response = server::router(app).oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(!response.headers().contains_key("content-encoding"));
        let mut listener =
            Self { stream: response.into_body().into_data_stream(), text: String::new(), last_id: String::new() };
        if last_id.is_none() {
            // The greeting says from where to go on.
            assert_eq!(listener.block().await.map(|block| block.contains("retry:")), Some(true));
        }
        listener
    }

    /// The next block of lines; `None` at the end.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                if let Some(id) = block.lines().find_map(|line| line.strip_prefix("id: ")) {
                    id.clone_into(&mut self.last_id);
                }
                return Some(block);
            }
            let bytes =
                tokio::time::timeout(Duration::from_secs(120), self.stream.next()).await.expect("some bytes")?;
            self.text.push_str(std::str::from_utf8(&bytes.expect("bytes")).expect("text"));
        }
    }

    /// Reads until the stream has said something; false at its end.
    pub async fn says(&mut self, what: &str) -> bool {
        while let Some(block) = self.block().await {
            if block.contains(what) {
                return true;
            }
        }
        false
    }

    /// The next event; `None` at the end.
    async fn event(&mut self) -> Option<Event> {
        loop {
            let block = self.block().await?;
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            if let Some(data) = field("data: ") {
                let data = serde_json::from_str(&data).expect("JSON");
                return Some(Event { name: field("event: ").expect("a name"), id: field("id: "), data });
            }
        }
    }

    pub async fn next(&mut self) -> Event {
        self.event().await.expect("an event")
    }
}

/// Another node on the same database.
pub async fn another_node(server: &TestServer) -> Arc<Server> {
    let config = Config { database_url: server.app.config.database_url.clone(), ..server.app.config.clone() };
    let district = District::load(&config.district).expect("a district");
    let catalogue = Catalogue::load(&config.data).expect("declarations");
    let tilesets = Tilesets::load(&config.tiles, &catalogue).expect("the tilesets");
    let cartography =
        Cartography::load(&config.tiles, &config.map_ground, &tilesets, &catalogue).expect("the cartography");
    let app = Server::start(config, district, catalogue, tilesets, cartography, Clock::system()).await.expect("a node");
    until("the node is ready", async || app.is_ready()).await;
    app
}

async fn create(server: &TestServer, lon: f64, more: Json) -> String {
    server.seed("hydrants", vec![hydrant(lon, 53.89, more)]).await[0].to_string()
}

async fn rename(server: &TestServer, token: &str, id: &str, body: Json) {
    let path = format!("/ogc/collections/hydrants/items/{id}");
    let headers = [("content-type", "application/merge-patch+json"), ("if-match", "*")];
    let reply = server.send(Method::PATCH, &path, Token::Secret(token), &headers, Some(&body)).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
}

#[tokio::test]
async fn an_event_says_what_changed_where_and_which_tiles_show_it_and_no_property() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let mut listener = Listener::open(&server.app, "/api/events", None).await;
    let id = create(&server, 11.4, json!({ "ref": "H1", "manufacturer": "Secret Works" })).await;
    let created = listener.next().await;
    assert_eq!((created.name.as_str(), &created.data["action"]), ("change", &json!("created")));
    assert_eq!((&created.data["collection"], &created.data["id"]), (&json!("hydrants"), &json!(id)));
    assert_eq!((&created.data["version"], &created.data["before"]), (&json!(1), &Json::Null));
    let after: Vec<f64> = serde_json::from_value(created.data["after"].clone()).expect("a box");
    assert!((after[0] - 11.4).abs() < 1e-5 && (after[3] - 53.89).abs() < 1e-5, "{after:?}");
    let tiles = created.data["tiles"]["firewater"].as_array().expect("tiles");
    assert!(tiles.iter().any(|tile| tile[0] == 0) && tiles.iter().any(|tile| tile[0] == 16), "{tiles:?}");
    assert!(created.data["tiles"].get("hydrants").is_some());
    // Names of streets keep clear of it.
    let base = created.data["tiles"]["base"].as_array().expect("tiles");
    assert!(base.iter().all(|tile| tile[0].as_u64() >= Some(14)), "{base:?}");
    rename(&server, &token, &id, json!({ "properties": { "manufacturer": "Other Works" } })).await;
    let updated = listener.next().await;
    assert_eq!((&updated.data["action"], &updated.data["version"]), (&json!("updated"), &json!(2)));
    assert_eq!(updated.data["tiles"].get("base"), None, "it has not moved");
    assert!(!updated.data.to_string().contains("Works") && !created.data.to_string().contains("Works"));
    let path = format!("/ogc/collections/hydrants/items/{id}");
    server.send(Method::DELETE, &path, Token::Secret(&token), &[("if-match", "*")], None).await;
    let deleted = listener.next().await;
    assert_eq!((&deleted.data["action"], &deleted.data["after"]), (&json!("deleted"), &Json::Null));
    assert_eq!(deleted.data["before"], created.data["after"]);
}

#[tokio::test]
async fn a_stream_is_told_of_its_collections_and_its_box_and_of_what_leaves_it() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let mut west = Listener::open(&server.app, "/api/events?bbox=11.3,53.8,11.45,54", None).await;
    let mut roads =
        Listener::open(&server.app, "/api/events?collections=roads,hydrants&bbox=11.5,53.8,11.6,54", None).await;
    let inside = create(&server, 11.4, json!({})).await;
    create(&server, 11.7, json!({})).await;
    let moved = json!({ "geometry": { "type": "Point", "coordinates": [11.55, 53.89] } });
    rename(&server, &token, &inside, moved).await;
    assert_eq!(west.next().await.data["action"], "created");
    assert_eq!(west.next().await.data["version"], 2);
    let arrived = roads.next().await;
    assert_eq!((&arrived.data["id"], &arrived.data["version"]), (&json!(inside), &json!(2)));
    let bad = server.get("/api/events?collections=roads,nothing&bbox=1,2&colour=red").await;
    assert_eq!(
        (bad.status, bad.pointers()),
        (StatusCode::BAD_REQUEST, ["collections", "bbox", "colour"].map(str::to_owned).to_vec(),)
    );
}

#[tokio::test]
async fn a_client_goes_on_where_it_was_on_any_node_and_after_a_restart() {
    let server = TestServer::start().await;
    let mut listener = Listener::open(&server.app, "/api/events", None).await;
    create(&server, 11.4, json!({ "ref": "A" })).await;
    let first = listener.next().await;
    let id = first.id.clone().expect("an id");
    drop(listener);
    let missed = [create(&server, 11.41, json!({})).await, create(&server, 11.42, json!({})).await];
    // A node that was not there when it happened knows it from the journal, one that was there from memory.
    let restarted = another_node(&server).await;
    for app in [&server.app, &restarted] {
        let mut again = Listener::open(app, "/api/events", Some(&id)).await;
        for expected in &missed {
            assert_eq!(again.next().await.data["id"], json!(expected));
        }
    }
    // What was told is not told again, whichever node is asked.
    let mut there = Listener::open(&restarted, "/api/events", Some(&id)).await;
    let third = create(&server, 11.43, json!({})).await;
    for expected in missed.iter().chain([&third]) {
        assert_eq!(there.next().await.data["id"], json!(expected));
    }
    let mut here = Listener::open(&server.app, "/api/events", Some(&there.last_id)).await;
    let fourth = create(&server, 11.44, json!({})).await;
    assert_eq!(here.next().await.data["id"], json!(fourth));
    assert_eq!(there.next().await.data["id"], json!(fourth));
    restarted.stop.cancel();
}

#[tokio::test]
async fn an_id_that_is_none_or_too_old_is_answered_by_a_reset() {
    let server = TestServer::start().await;
    let mut listener = Listener::open(&server.app, "/api/events", None).await;
    create(&server, 11.4, json!({})).await;
    let id = listener.next().await.id.expect("an id");
    let mut lost = Listener::open(&server.app, "/api/events", Some("yesterday")).await;
    assert_eq!(lost.next().await.name, "reset");
    let mut foreign = Listener::open(&server.app, "/api/events", Some("900000000000:900000000000:")).await;
    assert_eq!(foreign.next().await.name, "reset");
    // More at once than is told one by one.
    server.seed("hydrants", (0..1_001).map(|n| hydrant(11.4 + f64::from(n) * 1e-5, 53.9, json!({}))).collect()).await;
    let flooded = listener.next().await;
    assert_eq!((flooded.name.as_str(), &flooded.data["collections"]), ("reset", &json!(["hydrants"])));
    let restarted = another_node(&server).await;
    let mut old = Listener::open(&restarted, "/api/events", Some(&id)).await;
    let reset = old.next().await;
    assert_eq!(reset.name, "reset");
    let mut current = Listener::open(&restarted, "/api/events", reset.id.as_deref()).await;
    let next = create(&server, 11.45, json!({})).await;
    assert_eq!(current.next().await.data["id"], json!(next));
    restarted.stop.cancel();
}

#[tokio::test]
async fn who_does_not_read_is_let_go_and_misses_nothing_when_it_comes_back() {
    const EDITS: usize = 300;
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let id = create(&server, 11.4, json!({})).await;
    let mut slow = Listener::open(&server.app, "/api/events", None).await;
    let mut attentive = Listener::open(&server.app, "/api/events", None).await;
    for nth in 0..EDITS {
        rename(&server, &token, &id, json!({ "properties": { "ref": nth.to_string() } })).await;
        attentive.next().await;
    }
    let mut heard = 0;
    while slow.event().await.is_some() {
        heard += 1;
    }
    assert!(heard < EDITS, "a reader that is {EDITS} behind was kept");
    let mut back = Listener::open(&server.app, "/api/events", Some(&slow.last_id)).await;
    for nth in heard..EDITS {
        assert_eq!(back.next().await.data["version"], json!(nth + 2));
    }
}

#[tokio::test]
async fn a_thousand_streams_hear_of_a_change_and_one_too_many_is_sent_away() {
    let server = TestServer::start().await;
    let most = 1_000;
    let streams = server.app.events.streams.clone();
    streams.forget_permits(streams.available_permits() - most);
    let mut listeners = Vec::with_capacity(most);
    for _ in 0..most {
        listeners.push(Listener::open(&server.app, "/api/events", None).await);
    }
    let refused = server.get("/api/events").await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "30"));
    let id = create(&server, 11.4, json!({})).await;
    for listener in &mut listeners {
        assert_eq!(listener.next().await.data["id"], json!(id));
    }
    // Who is gone makes room.
    listeners.truncate(most - 1);
    drop(Listener::open(&server.app, "/api/events", None).await);
    // A server that stops ends its streams.
    server.app.events.closing.cancel();
    for mut listener in listeners {
        assert_eq!(listener.event().await, None);
    }
    assert_eq!(streams.available_permits(), most);
}

/// The JSON Schema that the description gives for the data of an event.
fn described<'d>(document: &'d Json, name: &str) -> &'d Json {
    let answer = &document["paths"]["/api/events"]["get"]["responses"]["200"];
    let kinds = answer["content"]["text/event-stream"]["schema"]["items"]["oneOf"].as_array().expect("kinds of events");
    let kind = kinds.iter().find(|kind| kind["properties"]["event"]["const"] == name).expect(name);
    &kind["properties"]["data"]["contentSchema"]
}

/// Holds a value to the few words of JSON Schema that the description uses.
fn fits(schema: &Json, value: &Json) -> bool {
    let is = |kind: &Json| match kind.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64(),
        Some("number") => value.is_number(),
        Some("null") => value.is_null(),
        _ => false,
    };
    let kinds = schema["type"].as_array().map_or_else(|| vec![schema["type"].clone()], Clone::clone);
    let listed = schema["enum"].as_array().is_none_or(|listed| listed.contains(value));
    let items = value.as_array().into_iter().flatten().all(|item| fits(&schema["items"], item));
    let members = value.as_object().into_iter().flatten().all(|(name, member)| match &schema["properties"][name] {
        Json::Null => fits(&schema["additionalProperties"], member),
        known => fits(known, member),
    });
    let required = schema["required"].as_array().into_iter().flatten();
    let complete = required.filter_map(Json::as_str).all(|name| value.get(name).is_some());
    kinds.iter().any(is) && listed && items && members && complete
}

#[tokio::test]
async fn events_are_what_their_description_says() {
    let server = TestServer::start().await;
    let document = server.get("/api/openapi.json").await.json();
    let mut listener = Listener::open(&server.app, "/api/events", None).await;
    server.seed_hydrants(1).await;
    let change = listener.next().await;
    assert!(fits(described(&document, &change.name), &change.data), "{change:?}");
    let mut late = Listener::open(&server.app, "/api/events", Some("nothing")).await;
    let reset = late.next().await;
    assert_eq!(reset.name, "reset");
    assert!(fits(described(&document, &reset.name), &reset.data), "{reset:?}");
}
