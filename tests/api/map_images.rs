//! `/map/image.png` and raster tiles: maps as pictures.

use axum::http::StatusCode;
use image::RgbaImage;
use serde_json::{Value as Json, json};

use crate::support::{TestServer, hydrant};

const PLACE: &str = "center=11.42,53.89&zoom=16&width=300&height=200";

fn picture(body: &[u8]) -> RgbaImage {
    image::load_from_memory(body).expect("an image").to_rgba8()
}

/// How many pixels differ within a distance of the middle.
fn changed(left: &RgbaImage, right: &RgbaImage, reach: u32) -> usize {
    let (x, y) = (left.width() / 2, left.height() / 2);
    let near = |at: u32, middle: u32| at.abs_diff(middle) <= reach;
    let pixels = left.enumerate_pixels().filter(|(px, py, _)| near(*px, x) && near(*py, y));
    pixels.filter(|(px, py, pixel)| right.get_pixel(*px, *py) != *pixel).count()
}

#[tokio::test]
async fn a_map_image_has_the_size_the_format_and_the_pixel_ratio_asked_for() {
    let server = TestServer::start().await;
    for (path, media, size) in [
        (format!("/map/image.png?{PLACE}"), "image/png", (300, 200)),
        (format!("/map/image.jpg?{PLACE}&quality=60&style=night"), "image/jpeg", (300, 200)),
        (format!("/map/image.webp?{PLACE}&ratio=2"), "image/webp", (600, 400)),
        ("/map/image.png?at=53.891%2011.42&scale=5000&dpi=192&width=100&height=50".to_owned(), "image/png", (200, 100)),
        (
            "/map/image.png?bbox=11.4,53.88,11.44,53.9&width=80&height=60&furniture=all".to_owned(),
            "image/png",
            (80, 60),
        ),
        (
            "/map/image.png?bbox=658500,5974000,659500,5975000&bbox-crs=EPSG:25832&crs=EPSG:25833&width=64&height=64"
                .to_owned(),
            "image/png",
            (64, 64),
        ),
    ] {
        let reply = server.get(&path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", String::from_utf8_lossy(&reply.body));
        assert_eq!(reply.headers["content-type"], media);
        assert_eq!(picture(&reply.body).dimensions(), size, "{path}");
    }
}

#[tokio::test]
async fn an_edit_is_on_the_next_image_and_its_tag_is_another() {
    let server = TestServer::start().await;
    let path = format!("/map/image.png?{PLACE}");
    let before = server.get(&path).await;
    let tag = before.headers["etag"].to_str().expect("a tag").to_owned();
    let known = server.get_with(&path, &[("if-none-match", &tag)]).await;
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
    // Far away: not in the picture, so the picture is the same.
    server.seed("hydrants", vec![hydrant(11.6, 53.89, json!({}))]).await;
    assert_eq!(server.get_with(&path, &[("if-none-match", &tag)]).await.status, StatusCode::NOT_MODIFIED);
    server.seed("hydrants", vec![hydrant(11.42, 53.89, json!({}))]).await;
    let after = server.get_with(&path, &[("if-none-match", &tag)]).await;
    assert_eq!(after.status, StatusCode::OK);
    let (before, after) = (picture(&before.body), picture(&after.body));
    assert!(changed(&before, &after, 8) > 100, "the hydrant's symbol");
}

#[tokio::test]
async fn a_raster_tile_shows_an_edit_and_is_unchanged_elsewhere() {
    let server = TestServer::start().await;
    // The tiles of zoom 17 that hold 11.42, 53.89, and one far from it.
    let (here, far) = ("/tiles/map/17/69693/42152.png", "/tiles/map/17/69800/42152.png");
    let (before, elsewhere) = (server.get(here).await, server.get(far).await);
    assert_eq!(picture(&before.body).dimensions(), (256, 256));
    server.seed("hydrants", vec![hydrant(11.42, 53.89, json!({}))]).await;
    let tag = |reply: &crate::support::Reply| reply.headers["etag"].clone();
    let after = server.get(here).await;
    assert_ne!(tag(&before), tag(&after));
    assert_eq!(tag(&elsewhere), tag(&server.get(far).await));
    let known = server.get_with(here, &[("if-none-match", tag(&after).to_str().expect("text"))]).await;
    assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    let fine = server.get("/tiles/base/17/69693/42152@2x.webp?style=night").await;
    assert_eq!(picture(&fine.body).dimensions(), (512, 512));
    let alone = picture(&server.get("/tiles/firewater/17/69693/42152.png").await.body);
    let clear = alone.pixels().filter(|pixel| pixel.0[3] == 0).count();
    assert!((50_000..65_500).contains(&clear), "{clear} of 65536 pixels are clear around the hydrant");
}

#[tokio::test]
async fn raster_tiles_that_are_not_there_are_not_found() {
    let server = TestServer::start().await;
    for path in ["/tiles/nothing/3/1/1.png", "/tiles/map/3/8/1.png", "/tiles/map/99/1/1.png", "/tiles/map/3/-1/1.webp"]
    {
        assert_eq!(server.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(server.get("/tiles/map/0/0/0.png").await.status, StatusCode::OK);
    assert_eq!(server.get("/tiles/map/3/1/1.png?style=dusk").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn everything_wrong_with_a_request_for_an_image_is_said_at_once() {
    let server = TestServer::start().await;
    let query =
        "width=100000&height=0&ratio=9&style=dusk&layers=hydrants,lakes&marker=11&furniture=north&colour=red&quality=5";
    let reply = server.get(&format!("/map/image.png?{query}")).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    let problem: Json = serde_json::from_slice(&reply.body).expect("a problem");
    let mut named: Vec<&str> =
        problem["errors"].as_array().expect("errors").iter().filter_map(|error| error["pointer"].as_str()).collect();
    named.sort_unstable();
    let expected =
        ["center", "colour", "furniture", "height", "layers", "marker", "quality", "ratio", "style", "width"];
    assert_eq!(named, expected);
}

#[tokio::test]
async fn no_map_is_drawn_of_what_makes_no_sense() {
    let server = TestServer::start().await;
    for query in [
        "",
        "center=11.4",
        "center=11.4,95",
        "center=11.4,53.9&zoom=-1",
        "center=11.4,53.9&zoom=NaN",
        "center=11.4,53.9&zoom=12&scale=5000",
        "center=11.4,53.9&at=11.4,53.9",
        "at=nowhere",
        "bbox=11,53,12",
        "bbox=12,53,11,54",
        "bbox=1e300,53,1e301,54",
        "bbox=11,53,12,54&zoom=3",
        "bbox=11,53,12,54&bbox-crs=EPSG:4258",
        "bbox=11,53,12,54&crs=EPSG:31468",
        "center=11.4,53.9&width=4096&height=4096&ratio=2",
        "center=11.4,53.9&width=1.5",
        "center=11.4,53.9&ratio=2&dpi=300",
        "center=11.4,53.9&layers=lakes",
    ] {
        let reply = server.get(&format!("/map/image.png?{query}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(reply.headers["content-type"], "application/problem+json");
    }
    let markers = "&marker=11.4,53.9".repeat(51);
    assert_eq!(server.get(&format!("/map/image.png?{PLACE}{markers}")).await.status, StatusCode::BAD_REQUEST);
}
