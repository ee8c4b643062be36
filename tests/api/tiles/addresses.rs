//! Which addresses have a tile.

use axum::http::{Method, StatusCode};

use super::address;
use crate::support::{TestServer, Token};

#[tokio::test]
async fn what_is_no_tile_is_not_found_and_never_a_failure() {
    let server = TestServer::start().await;
    for path in [
        "/tiles/nothing",
        "/tiles/nothing/1/0/0",
        "/tiles/firewater/21/0/0",
        "/tiles/firewater/9999999999/0/0",
        "/tiles/firewater/99999999999999999999999999/0/0",
        "/tiles/firewater/-1/0/0",
        "/tiles/firewater/1/2/0",
        "/tiles/firewater/1/0/2",
        "/tiles/firewater/1/-1/0",
        "/tiles/firewater/1/0/0.5",
        "/tiles/firewater/1/0/0.exe",
        "/tiles/firewater/x/y/z",
        "/tiles/firewater/1/0",
        "/tiles/firewater/1/0/0/0",
        "/tiles/firewater/",
        "/tiles/firewater/1/0/%ff",
        "/ogc/tiles/WorldCRS84Quad",
        "/ogc/tiles/WorldCRS84Quad/0/0/0",
        "/ogc/tiles/gdi_de_25832/16/0/0",
        "/ogc/tiles/WebMercatorQuad/0/1/0",
        "/ogc/tiles/gdi_de_25833/15/0/0",
        "/ogc/collections/nothing/tiles",
        "/ogc/tileMatrixSets/nothing",
    ] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}: {}", reply.text());
        assert_eq!(reply.header("content-type"), "application/problem+json", "{path}");
    }
    let reply = server.get("/tiles/firewater/1/0/0?colour=red").await;
    assert_eq!((reply.status, reply.pointers()), (StatusCode::BAD_REQUEST, vec!["colour".to_owned()]));
}

#[tokio::test]
async fn a_tile_where_nothing_is_has_no_bytes() {
    let server = TestServer::start().await;
    for path in ["/tiles/firewater/3/0/0", "/tiles/hydrants/20/1048575/1048575.mvt"] {
        let reply = server.get_with(path, &[("accept-encoding", "gzip")]).await;
        assert_eq!((reply.status, reply.body.len()), (StatusCode::OK, 0), "{path}");
        assert_eq!(reply.header("content-type"), "application/vnd.mapbox-vector-tile");
        assert_eq!(reply.header("content-encoding"), "");
    }
}

#[tokio::test]
async fn a_tile_comes_in_the_best_coding_the_client_takes_and_is_not_sent_twice() {
    let server = TestServer::start().await;
    server.seed_hydrants(5).await;
    let path = address("firewater", 8, 11.4, 53.89);
    let plain = server.get(&path).await;
    assert_eq!(plain.header("access-control-allow-origin"), "*");
    assert_eq!(plain.header("cache-control"), "no-cache");
    let tag = plain.header("etag").to_owned();
    for (accepted, coding) in [
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "gzip"),
        ("gzip;q=0.5, br", "br"),
        ("zstd;q=0.9, gzip;q=1.0, br;q=0", "gzip"),
        ("gzip, zstd", "gzip"),
        ("identity", ""),
        ("gzip;q=0", ""),
    ] {
        let reply = server.get_with(&path, &[("accept-encoding", accepted)]).await;
        assert_eq!(reply.header("content-encoding"), coding, "{accepted}");
        let suffix = if coding.is_empty() { String::new() } else { format!("-{coding}") };
        assert_eq!(reply.header("etag"), format!("{}{suffix}\"", tag.trim_end_matches('"')), "{accepted}");
        let known = reply.header("etag").to_owned();
        let again = server.get_with(&path, &[("accept-encoding", accepted), ("if-none-match", &known)]).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{accepted}");
        assert_eq!(again.header("etag"), known);
    }
    let head = server.send(Method::HEAD, &path, Token::Nobody, &[], None).await;
    assert_eq!((head.status, head.body.len(), head.header("etag")), (StatusCode::OK, 0, tag.as_str()));
}
