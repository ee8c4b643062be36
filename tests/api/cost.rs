//! The dearest question that is known of every door which is open to anybody. What it costs is counted in steps, not in
//! time. Shapes that are dear to compare have tests beside the code that counts them.

use axum::http::StatusCode;
use geokontor::demo::load::{Ground, load};
use geokontor::work::Kind;
use geokontor::work::effort::{MILLISECOND, MOST};

use crate::support::{Reply, TestServer, declarations, until_shown};

/// Pixels of the largest image, and the steps of each.
const IMAGE: u64 = 4096 * 4096 * 2;

/// A server with a small part of the invented district.
async fn district() -> TestServer {
    let server = TestServer::configured(declarations(), |config| config.maximum_limit = 10_000).await;
    let app = &server.app;
    let ground = Ground { district: app.district.clone(), catalogue: app.catalogue.clone() };
    let now = app.clock.now();
    let plan = ground.plan(7, 300, now).expect("a plan");
    let loading = load(&app.store, &ground, &plan, now, false, |_| {}).await;
    let objects = loading.expect("the district is loaded").expect("it was empty");
    until_shown(app, objects).await;
    server
}

fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{path}?{query}")
}

/// A line that crosses itself everywhere.
fn star() -> String {
    let angle = |nth: u32| std::f64::consts::TAU * f64::from(nth) * 500.0 / 1_001.0;
    let place = |at: f64| format!("{:.4} {:.4}", 11.4 + 0.3 * at.cos(), 53.9 + 0.15 * at.sin());
    let places: Vec<String> = (0..=1_001).map(|nth| place(angle(nth))).collect();
    format!("LINESTRING({})", places.join(","))
}

/// Answered, or refused as asking for too much.
fn assert_bounded(reply: &Reply, question: &str) {
    let is_refused = reply.status == StatusCode::BAD_REQUEST && reply.text().contains("too-costly");
    assert!(reply.status == StatusCode::OK || is_refused, "{question}: {} {}", reply.status, reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dearest_filters_and_orders_of_every_collection_are_answered_or_refused() {
    let server = district().await;
    let texts = [
        ["ACCENTI(CASEI(id)) LIKE ACCENTI('%ä%e%i%x')"; 200].join(" OR "),
        format!("id LIKE '%{}x'", "_".repeat(8_000)),
    ];
    let star = format!("S_CROSSES(geometry, {})", star());
    for collection in server.app.catalogue.collections() {
        let path = format!("/ogc/collections/{}/items", collection.name);
        for filter in texts.iter().chain([&star]) {
            let reply = server.get(&address(&path, &[("limit", "10000"), ("filter", filter)])).await;
            assert_bounded(&reply, &filter[..30]);
        }
        let sortables = server.get(&format!("/ogc/collections/{}/sortables", collection.name)).await.json();
        let names = sortables["properties"].as_object().expect("properties").keys();
        let order: Vec<String> = names.take(8).map(|name| format!("-{name}")).collect();
        for format in ["json", "html"] {
            let question = [("limit", "10000"), ("sortby", &*order.join(",")), ("f", format)];
            assert_bounded(&server.get(&address(&path, &question)).await, &collection.name);
        }
        let crs = "http://www.opengis.net/def/crs/EPSG/0/31468";
        assert_bounded(&server.get(&address(&path, &[("limit", "10000"), ("crs", crs)])).await, &collection.name);
    }
    assert!(server.app.ogc.work.dearest(Kind::Answer) <= MOST);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_searches_leave_the_threads_that_answer_and_cost_little() {
    let server = district().await;
    let texts = [
        "haupt dorf muehl kirch schul bahn garten wiesen linden birken ahorn eichen buchen tannen fichten weg",
        "a b c d e f g h i j k l m n o p",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
        "ecke hauptstrasxe dorfstrasxe mühlenstrasxe kirchstrasxe schulstrasxe",
    ];
    for text in texts {
        assert_eq!(server.get(&address("/api/search", &[("q", text), ("limit", "50")])).await.status, StatusCode::OK);
        for path in ["/api/firewater/nearest", "/api/firewater/alarm-sheet.pdf", "/map/image.png"] {
            assert_eq!(
                server.get(&address(path, &[("at", text)])).await.status,
                StatusCode::BAD_REQUEST,
                "{path} {text}"
            );
        }
    }
    let steps = texts.map(|text| server.app.search.lookup.steps(text)).into_iter().max().unwrap_or_default();
    assert!(steps < 100 * MILLISECOND, "{steps} steps");
    for kind in [Kind::Answer, Kind::Sheet, Kind::Image] {
        let dearest = server.app.ogc.work.dearest(kind);
        assert!((MILLISECOND..100 * MILLISECOND).contains(&dearest), "{kind:?}: {dearest} steps");
    }
    let far = [("lon", "11.46"), ("lat", "53.89"), ("radius", "50000"), ("limit", "100"), ("geometry", "route")];
    assert_eq!(server.get(&address("/api/firewater/nearest", &far)).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn sheets_are_answered_while_others_ask_for_more_images_than_can_be_drawn() {
    let server = district().await;
    let image = |nth: usize| {
        let zoom = (12 + nth % 3).to_string();
        address("/map/image.jpg", &[("width", "2048"), ("height", "1024"), ("center", "11.46,53.89"), ("zoom", &zoom)])
    };
    let images = (0..40).map(async |nth| server.get(&image(nth)).await.status);
    let sheets = async {
        let mut statuses = Vec::new();
        for nth in 0..3 {
            let lon = format!("11.4{nth}");
            let sheet = address("/api/firewater/alarm-sheet.pdf", &[("lon", &lon), ("lat", "53.89")]);
            statuses.push(server.get(&sheet).await.status);
        }
        statuses
    };
    let (images, sheets) = tokio::join!(futures_util::future::join_all(images), sheets);
    assert_eq!(sheets, [StatusCode::OK; 3]);
    assert!(images.contains(&StatusCode::OK) && images.contains(&StatusCode::SERVICE_UNAVAILABLE), "{images:?}");
    assert!((1..=IMAGE).contains(&server.app.ogc.work.dearest(Kind::Image)));
}
