//! `/tiles`: what a map library gets, that no edit leaves an old tile behind, and that no other tile is made again.

mod addresses;
mod compared;
mod fresh;
mod tilesets;

use geo_types::Coord;

use crate::support::TestServer;

/// The tile of the web's grid that holds a place in degrees.
pub fn tile_at(z: u8, lon: f64, lat: f64) -> (u32, u32) {
    let tiles = f64::from(1_u32 << z);
    let place =
        Coord { x: (lon + 180.0) / 360.0, y: (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 };
    ((place.x * tiles) as u32, (place.y * tiles) as u32)
}

/// The address of the tile of a tileset that holds a place.
fn address(tileset: &str, z: u8, lon: f64, lat: f64) -> String {
    let (x, y) = tile_at(z, lon, lat);
    format!("/tiles/{tileset}/{z}/{x}/{y}")
}

/// True if the tile there holds a feature whose property has this text.
async fn shows(server: &TestServer, address: &str, layer: &str, property: &str, text: &str) -> bool {
    let tile = server.get(address).await.body;
    let tile = geokontor::tiles::mvt::Tile::decode(&tile).expect("a tile");
    tile.layer(layer).is_some_and(|layer| {
        layer.features().any(|feature| feature.property(property).and_then(|value| value.text()) == Some(text))
    })
}
