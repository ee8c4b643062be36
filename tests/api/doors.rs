//! Every door, asked by everybody, on a catalogue with a collection that is hidden, a property that is, and one that another
//! domain writes. What is hidden is in no byte of any answer, and asking for it by name is like asking for a name that nobody
//! has declared.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use futures_util::StreamExt;
use geokontor::collection::Visibility;
use geokontor::feature::FeatureId;
use geokontor::server;
use serde_json::{Value as Json, json};
use tower::ServiceExt;

use crate::support::{Reply, TestServer, Token, declarations_with, hydrant};

/// In the name, the labels and every value of what is hidden; nowhere else.
const MARK: &str = "zornmarke";
const HIDDEN: &str = "zornmarke_ponds";
/// A name of as many letters that nobody has declared.
const NOBODYS: &str = "sternfall_ponds";
/// Of a property for crews and one for staff.
const CREW_MARK: &str = "gelbmarke";
const STAFF_MARK: &str = "rotmarke";
const PLACE: (f64, f64) = (11.41, 53.89);
/// The tile of zoom 14 in which it lies.
const TILE: (u32, u32, u32) = (14, 8711, 5269);

struct Doors {
    server: TestServer,
    hidden: FeatureId,
    open: FeatureId,
    /// The changeset that made the hidden feature.
    changeset: String,
    _data: tempfile::TempDir,
}

impl Doors {
    async fn open(visibility: Visibility) -> Self {
        let property = |name: &str, class: &str, mark: &str| {
            format!(
                "\n[[properties]]\nname = \"{name}\"\nvisibility = \"{class}\"\ntype = \"text\"\n\
                 title = {{ de = \"{mark}\", en = \"{mark}\" }}\n"
            )
        };
        let data = declarations_with(|hydrants| {
            // Documents are for staff, too.
            let first = hydrants.find("[[properties]]").expect("properties");
            let staff = first + hydrants[first..].find("visibility = \"staff\"").expect("staff properties");
            let before = hydrants[..staff].rfind("[[properties]]").expect("a property");
            let (public, rest) = hydrants.split_at(before);
            let crew = property(&format!("{CREW_MARK}_note"), "crew", CREW_MARK);
            format!("{public}{crew}\n{rest}{}", property(&format!("{STAFF_MARK}_note"), "staff", STAFF_MARK))
        });
        let collection = |order: u32, head: &str, mark: &str| {
            format!(
                "title = {{ de = \"{mark}\", en = \"{mark}\" }}\ndescription = {{ de = \"{mark}\", en = \"{mark}\" }}\n\
                 geometry = [\"point\", \"polygon\"]\nzooms = [0, 20]\norder = {order}\n{head}\n\
                 [[properties]]\nname = \"{mark}_name\"\ntype = \"text\"\ntitle = {{ de = \"{mark}\", en = \"{mark}\" }}\n"
            )
        };
        let write = |name: &str, text: String| {
            std::fs::write(data.path().join(format!("collections/{name}.toml")), text).expect("a declaration");
        };
        write(HIDDEN, collection(1, &format!("visibility = \"{}\"", visibility.name()), MARK));
        write("closures", collection(99, "owner = \"roadworks\"", "closed"));
        let server = TestServer::start_with(data.path().to_owned()).await;
        let feature = json!({
            "type": "Feature", "geometry": { "type": "Point", "coordinates": [PLACE.0, PLACE.1] },
            "properties": { format!("{MARK}_name"): format!("{MARK} am Wald") },
        });
        let hidden = server.seed(HIDDEN, vec![feature]).await[0];
        let notes = json!({
            "ref": "H1", format!("{CREW_MARK}_note"): CREW_MARK, format!("{STAFF_MARK}_note"): STAFF_MARK,
        });
        let open = server.seed("hydrants", vec![hydrant(PLACE.0, PLACE.1, notes)]).await[0];
        let history = server.app.store.feature_history(HIDDEN, hidden).await.expect("a history");
        let changeset = history[0].changeset.id.to_string();
        Self { server, hidden, open, changeset, _data: data }
    }

    /// Everything that is described, with what stands in braces filled in so that it leads to what is hidden, and the doors
    /// that take parameters.
    async fn addresses(&self) -> Vec<String> {
        let document = self.server.get("/api/openapi.json").await.json();
        let described = document["paths"].as_object().expect("paths");
        let (z, x, y) = TILE;
        let mut addresses: Vec<String> = Vec::new();
        for path in described.iter().filter(|(_, item)| item.get("get").is_some()).map(|(path, _)| path) {
            if path == "/api/events" || path.ends_with(".pmtiles") {
                continue;
            }
            let filled = path
                .replace("/collections/hydrants", &format!("/collections/{HIDDEN}"))
                .replace("{collection}", HIDDEN)
                .replace("{collectionId}", HIDDEN)
                .replace("{tileset}", HIDDEN)
                .replace("{grid}", "WebMercatorQuad")
                .replace("{tileMatrixSetId}", "WebMercatorQuad")
                .replace("{tileMatrix}/{tileRow}/{tileCol}", &format!("{z}/{y}/{x}"))
                .replace("{z}/{x}/{y}", &format!("{z}/{x}/{y}"));
            let id = if filled.contains("changesets") { self.changeset.clone() } else { self.hidden.to_string() };
            let filled = filled.replace("{id}", &id).replace("{featureId}", &id).replace("{object}", &id);
            addresses.push(filled.split('{').next().unwrap_or_default().to_owned());
        }
        let (lon, lat) = PLACE;
        let around = format!("lon={lon}&lat={lat}");
        addresses.extend([
            format!("/api/search?q={MARK}"),
            format!("/api/search?q={MARK}+am+Wald"),
            format!("/api/firewater/nearest?{around}"),
            format!("/api/firewater/nearest?at={MARK}").replace(MARK, "Zorn"),
            "/ogc?f=html".to_owned(),
            "/ogc/collections?f=html".to_owned(),
            "/ogc/collections/hydrants/items".to_owned(),
            "/ogc/collections/hydrants/items?f=html".to_owned(),
            format!("/ogc/collections/hydrants/items/{}", self.open),
            format!("/ogc/collections/hydrants/items/{}?f=html", self.open),
            format!("/ogc/collections/hydrants/items/{}", self.hidden),
            format!("/ogc/collections/hydrants/items/{}/history", self.open),
            "/ogc/collections/hydrants/schema".to_owned(),
            "/ogc/collections/hydrants/queryables".to_owned(),
            "/ogc/collections/hydrants/sortables".to_owned(),
            "/ogc/tiles/WebMercatorQuad?f=tilejson".to_owned(),
            "/ogc/collections/hydrants/tiles/WebMercatorQuad?f=tilejson".to_owned(),
            format!("/ogc/collections/hydrants/tiles/WebMercatorQuad/{z}/{y}/{x}"),
            format!("/tiles/hydrants/{z}/{x}/{y}"),
            format!("/tiles/firewater/{z}/{x}/{y}"),
            "/tiles/hydrants".to_owned(),
            "/tiles/nothing".to_owned(),
            "/map/styles/day.json".to_owned(),
            "/api/device/register".to_owned(),
            "/api/device/search".to_owned(),
            "/api/device/roads".to_owned(),
            "/api/changesets?limit=1000".to_owned(),
            format!("/api/changesets/{}", self.changeset),
            format!("/ogc/collections/{HIDDEN}_points/items"),
            format!("/ogc/collections/{HIDDEN}_areas"),
            format!("/ogc/collections/{HIDDEN}/items?f=html"),
            format!("/ogc/collections/{HIDDEN}/items/{}/history", self.hidden),
            format!("/ogc/collections/{HIDDEN}/tiles/WebMercatorQuad?f=tilejson"),
            format!("/tiles/{HIDDEN}"),
            format!("/tiles/{HIDDEN}.pmtiles"),
            format!("/tiles/{HIDDEN}/{z}/{x}/{y}.png"),
            format!("/api/history/{HIDDEN}?at=2026-06-02T00:00:00Z"),
            "/api/history/hydrants?at=2026-06-02T00:00:00Z".to_owned(),
        ]);
        addresses.sort();
        addresses.dedup();
        addresses
    }

    /// Everything an answer says, without what differs by chance.
    async fn said(
        &self,
        method: &Method,
        address: &str,
        token: Token<'_>,
        body: Option<&Json>,
    ) -> (StatusCode, String) {
        let headers = [("if-match", "*"), ("content-type", "application/json")];
        let reply: Reply = self.server.send(method.clone(), address, token, &headers, body).await;
        let mut headers: Vec<String> = reply.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
        headers.retain(|line| !line.starts_with("x-request-id") && !line.starts_with("content-length"));
        headers.sort();
        let text = match serde_json::from_slice::<Json>(&reply.body) {
            Ok(mut json) if json.get("request_id").is_some() => {
                json["request_id"].take();
                json.to_string()
            }
            _ => reply.text(),
        };
        (reply.status, format!("{}\n{text}", headers.join("\n")))
    }

    /// Asks for the hidden by its name and for a name nobody has declared: both are told the same, which is all of it.
    async fn is_like_nobodys(&self, method: &Method, address: &str, token: Token<'_>, body: Option<&Json>) {
        let other = |text: &str| text.replace(HIDDEN, NOBODYS);
        let twin = body.map(|body| serde_json::from_str::<Json>(&other(&body.to_string())).expect("JSON"));
        let (status, said) = self.said(method, address, token, body).await;
        let (expected, nobodys) = self.said(method, &other(address), token, twin.as_ref()).await;
        assert_eq!((status, other(&said)), (expected, nobodys), "{method} {address}");
        assert!(!status.is_success(), "{method} {address}: {said}");
    }
}

#[tokio::test]
async fn what_is_hidden_is_in_no_byte_of_any_answer_to_whom_it_is_hidden_from() {
    let doors = Doors::open(Visibility::Staff).await;
    let elsewhere = doors.server.token("reader", Some(&["roads"]), None).await;
    let addresses = doors.addresses().await;
    assert!(addresses.len() > 60, "{}", addresses.len());
    for token in [Token::Nobody, Token::Secret(&elsewhere)] {
        for address in &addresses {
            if address.contains(HIDDEN) {
                doors.is_like_nobodys(&Method::GET, address, token, None).await;
                doors.is_like_nobodys(&Method::HEAD, address, token, None).await;
                continue;
            }
            let (status, said) = doors.said(&Method::GET, address, token, None).await;
            assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{address}: {said}");
            let hidden = doors.hidden.to_string();
            let said = if address.contains(&hidden) { said.replace(&hidden, "") } else { said };
            let said = if address.contains(MARK) { said.replace(&format!("\"{MARK}"), "") } else { said };
            for mark in [MARK, CREW_MARK, STAFF_MARK, &hidden] {
                assert!(!said.contains(mark), "{address} tells of {mark}: {said}");
            }
        }
    }
}

#[tokio::test]
async fn whoever_may_see_it_finds_it_behind_every_door() {
    let doors = Doors::open(Visibility::Staff).await;
    let staff = doors.server.token("reader", None, None).await;
    for (address, mark) in [
        ("/ogc/collections", MARK),
        ("/ogc/collections/hydrants/items", STAFF_MARK),
        ("/ogc/collections/hydrants/items", CREW_MARK),
        ("/api/device/register", STAFF_MARK),
        ("/tiles/hydrants", STAFF_MARK),
        ("/tiles/hydrants/14/8711/5269", CREW_MARK),
    ] {
        let (status, said) = doors.said(&Method::GET, address, Token::Secret(&staff), None).await;
        assert!(status.is_success() && said.contains(mark), "{address}: {said}");
    }
    for address in doors.addresses().await.iter().filter(|address| address.contains(HIDDEN)) {
        // Pictures and archives show what everybody sees; the past is asked for with a time; what is in service or not is known
        // of what has check lists.
        if address == &format!("/api/history/{HIDDEN}")
            || address.starts_with("/api/upkeep/")
            || address.ends_with(".png")
            || address.ends_with(".pmtiles")
            || address.ends_with(".jpg")
            || address.ends_with(".webp")
        {
            continue;
        }
        let (status, said) = doors.said(&Method::GET, address, Token::Secret(&staff), None).await;
        assert!(status.is_success(), "{address}: {status} {said}");
    }
}

#[tokio::test]
async fn nothing_is_written_where_nothing_may_be_known() {
    let doors = Doors::open(Visibility::Staff).await;
    let elsewhere = doors.server.token("administrator", Some(&["hydrants"]), None).await;
    let feature = hydrant(PLACE.0, PLACE.1, json!({}));
    let items = format!("/ogc/collections/{HIDDEN}/items");
    let item = format!("{items}/{}", doors.hidden);
    let restoration = json!({ "version": 1, "reason": "x" });
    let edit = json!({ "collection": HIDDEN, "operation": "create", "feature": feature });
    let changeset = json!({ "reason": "x", "edits": [edit] });
    for token in [Token::Nobody, Token::Secret(&elsewhere)] {
        for (method, address, body) in [
            (Method::POST, items.as_str(), Some(&feature)),
            (Method::PUT, &item, Some(&feature)),
            (Method::PATCH, &item, Some(&feature)),
            (Method::DELETE, &item, None),
            (Method::OPTIONS, &items, None),
            (Method::OPTIONS, &item, None),
            (Method::POST, &format!("{item}/restore"), Some(&restoration)),
            (Method::POST, "/api/changesets", Some(&changeset)),
        ] {
            doors.is_like_nobodys(&method, address, token, body).await;
        }
    }
    let undo = |number: &str| format!("/api/changesets/{number}/undo");
    let token = Token::Secret(&elsewhere);
    let reason = json!({ "reason": "x" });
    let (_, hidden) = doors.said(&Method::POST, &undo(&doors.changeset), token, Some(&reason)).await;
    let (_, nobodys) = doors.said(&Method::POST, &undo("987654"), token, Some(&reason)).await;
    assert_eq!(hidden.replace(&format!("changeset {}", doors.changeset), "changeset 987654"), nobodys);
}

#[tokio::test]
async fn a_stream_of_events_tells_nothing_of_what_is_hidden() {
    let doors = Doors::open(Visibility::Crew).await;
    let staff = doors.server.token("reader", None, None).await;
    let listen = async |token: Option<&str>| {
        let request = Request::builder().uri("/api/events");
        let request = match token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        let app = &doors.server.app;
        let answer =
            server::router(app).oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        answer.into_body().into_data_stream()
    };
    let (mut public, mut insider) = (listen(None).await, listen(Some(&staff)).await);
    let pond =
        json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [11.4, 53.9] }, "properties": {} });
    let made = doors.server.seed(HIDDEN, vec![pond]).await[0].to_string();
    doors.server.seed("hydrants", vec![hydrant(11.4, 53.9, json!({ "ref": "H2" }))]).await;
    for (stream, sees) in [(&mut public, false), (&mut insider, true)] {
        let mut text = String::new();
        // What is changed last comes last.
        while !text.contains("\"hydrants\"") {
            let bytes = tokio::time::timeout(Duration::from_secs(60), stream.next()).await.expect("in time");
            text.push_str(std::str::from_utf8(&bytes.expect("more").expect("bytes")).expect("text"));
        }
        assert_eq!((text.contains(MARK), text.contains(&made)), (sees, sees), "{text}");
    }
    let named = doors.server.get(&format!("/api/events?collections={HIDDEN}")).await;
    let nobodys = doors.server.get(&format!("/api/events?collections={NOBODYS}")).await;
    assert_eq!((named.status, nobodys.status), (StatusCode::BAD_REQUEST, StatusCode::BAD_REQUEST));
    let mut told = [named, nobodys].map(|reply| reply.json());
    told.iter_mut().for_each(|told| drop(told["request_id"].take()));
    assert_eq!(told[0].to_string().replace(HIDDEN, NOBODYS), told[1].to_string());
}

#[tokio::test]
async fn a_collection_of_another_domain_is_read_by_all_and_edited_by_nobody() {
    let doors = Doors::open(Visibility::Staff).await;
    let token = doors.server.token("administrator", None, None).await;
    let feature =
        json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [11.4, 53.9] }, "properties": {} });
    assert!(doors.server.get("/ogc/collections/closures/items").await.status.is_success());
    let edit = json!({ "collection": "closures", "operation": "create", "feature": feature });
    for (address, body) in [
        ("/ogc/collections/closures/items", feature.clone()),
        ("/api/changesets", json!({ "reason": "x", "edits": [edit] })),
    ] {
        let headers = [("content-type", "application/json")];
        let reply = doors.server.send(Method::POST, address, Token::Secret(&token), &headers, Some(&body)).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{}", reply.text());
        assert!(reply.text().contains("written by roadworks alone"), "{}", reply.text());
    }
    let items =
        doors.server.send(Method::OPTIONS, "/ogc/collections/closures/items", Token::Secret(&token), &[], None).await;
    assert_eq!(items.header("allow"), "GET, HEAD, OPTIONS");
    let operator = geokontor::identity::Caller::operator("test");
    let edit = geokontor::editing::Edit {
        collection: "closures".to_owned(),
        operation: geokontor::editing::Operation::Create { feature },
    };
    let refused = doors.server.app.editor.commit(&operator, "x", geokontor::feature::crs::Crs::CRS84, vec![edit]).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("roadworks")));
}
