//! Coordinates in other reference systems (Part 2).

use axum::http::StatusCode;
use serde_json::Value as Json;

use crate::support::TestServer;

const ITEMS: &str = "/ogc/collections/hydrants/items";

fn coordinates(feature: &Json) -> [f64; 2] {
    serde_json::from_value(feature["geometry"]["coordinates"].clone()).expect("a position")
}

#[tokio::test]
async fn features_come_in_every_announced_crs_in_the_authority_s_axis_order() {
    let server = TestServer::start().await;
    let id = server.seed_hydrants(1).await[0];
    // By `cs2cs EPSG:4326 EPSG:…` of PROJ 9.1.1 for 53.89 N 11.40 E.
    let expected = [
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", [11.4, 53.89], 1e-7),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", [53.89, 11.4], 1e-7),
        ("http://www.opengis.net/def/crs/EPSG/0/4258", [53.89, 11.4], 1e-7),
        ("http://www.opengis.net/def/crs/EPSG/0/3857", [1_269_042.195, 7_149_351.074], 0.002),
        ("http://www.opengis.net/def/crs/EPSG/0/25832", [657_719.294, 5_973_952.450], 0.002),
        ("http://www.opengis.net/def/crs/EPSG/0/25833", [263_447.474, 5_977_290.308], 0.002),
        ("http://www.opengis.net/def/crs/EPSG/0/5650", [33_263_447.474, 5_977_290.308], 0.002),
    ];
    for (crs, position, tolerance) in expected {
        for path in [format!("{ITEMS}?crs={crs}"), format!("{ITEMS}/{id}?crs={crs}")] {
            let reply = server.get(&path).await;
            assert_eq!(reply.status, StatusCode::OK, "{path}");
            assert_eq!(reply.header("content-crs"), format!("<{crs}>"));
            let json = reply.json();
            let feature = if json["type"] == "Feature" { &json } else { &json["features"][0] };
            let found = coordinates(feature);
            for axis in 0..2 {
                assert!((found[axis] - position[axis]).abs() < tolerance, "{crs}: {found:?} is not {position:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_crs_beyond_the_list_is_taken_if_proj_knows_it() {
    let server = TestServer::start().await;
    server.seed_hydrants(1).await;
    let reply = server.get(&format!("{ITEMS}?crs=http://www.opengis.net/def/crs/EPSG/0/31468")).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let [northing, easting] = coordinates(&reply.json()["features"][0]);
    assert!(northing > 5_900_000.0 && easting > 4_400_000.0, "northing first: {northing} {easting}");
}

#[tokio::test]
async fn a_crs_that_is_none_is_refused_wherever_it_stands() {
    let server = TestServer::start().await;
    for name in ["crs", "bbox-crs", "filter-crs"] {
        for crs in ["http://www.opengis.net/def/crs/EPSG/0/999999", "WGS84", "http://www.opengis.net/def/crs/0/unknown"]
        {
            let reply = server.get(&format!("{ITEMS}?{name}={crs}")).await;
            assert_eq!((reply.status, reply.pointers()), (StatusCode::BAD_REQUEST, vec![name.to_owned()]), "{crs}");
        }
    }
}
