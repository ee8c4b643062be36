//! How the server is run: its layers, its health, its tokens, and what it does when something breaks.

mod backup;
mod breaking;
mod cluster;
mod commands;
mod cursor;
mod followers;
mod installed;
pub mod jobs;
mod killing;
mod kills;
mod layers;
mod mails;
mod nodes;
mod passing;
mod process;
mod promoting;
mod proxy;
mod readers;
mod settling;
mod streams;
mod synchronous;
mod tokens;
mod unread;

use std::path::Path;
use std::sync::Arc;

use geokontor::clock::Clock;
use geokontor::collection::{Catalogue, District};
use geokontor::config::Config;
use geokontor::editing::{Edit, EditError, EditOutcome, Operation, Precondition};
use geokontor::feature::FeatureId;
use geokontor::feature::crs::Crs;
use geokontor::identity::Caller;
use geokontor::server::Server;
use geokontor::tiles::{Cartography, Tilesets};
use serde_json::json;

use crate::support::until;

/// The configuration of a test: the declarations of this checkout and a database of its own.
fn config(url: &str) -> Config {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    Config { database_url: url.to_owned(), district: data.join("district.toml"), data, ..Config::default() }
}

/// A node that has not begun to load.
async fn prepared(config: Config) -> Arc<Server> {
    let district = District::load(&config.district).expect("a district");
    let catalogue = Catalogue::load(&config.data).expect("declarations");
    let tilesets = Tilesets::load(&config.tiles, &catalogue).expect("the tilesets");
    let cartography =
        Cartography::load(&config.tiles, &config.map_ground, &tilesets, &catalogue).expect("the cartography");
    Server::prepare(config, district, catalogue, tilesets, cartography, Clock::system()).await.expect("a node")
}

/// A node whose registers are loaded.
async fn node(url: &str) -> Arc<Server> {
    let app = prepared(config(url)).await;
    app.follow();
    until("the registers are loaded", async || app.is_ready()).await;
    app
}

async fn create(app: &Server, name: &str) -> Result<EditOutcome, EditError> {
    let feature = json!({
        "type": "Feature",
        "geometry": { "type": "Point", "coordinates": [11.46, 53.89] },
        "properties": { "kind": "underground", "operational_status": "ready", "ref": name },
    });
    commit(app, Operation::Create { feature }).await
}

async fn rename(app: &Server, id: FeatureId, name: &str) -> Result<EditOutcome, EditError> {
    let patch = json!({ "properties": { "ref": name } });
    commit(app, Operation::Patch { id, precondition: Precondition::Any, patch }).await
}

async fn commit(app: &Server, operation: Operation) -> Result<EditOutcome, EditError> {
    let edit = Edit { collection: "hydrants".to_owned(), operation };
    let done = app.editor.commit(&Caller::operator("test"), "a test", Crs::CRS84, vec![edit]).await;
    done.map(|done| done.made().expect("an operator waits for nobody"))
}

/// The numbers of the hydrants a node shows, sorted.
fn shown(app: &Server) -> Vec<String> {
    let snapshot = app.index.snapshot_of("hydrants").expect("hydrants");
    let name = snapshot.collection().position("ref").expect("a property");
    let mut names: Vec<String> =
        snapshot.iter().filter_map(|stored| stored.row().get(name).as_text().map(str::to_owned)).collect();
    names.sort();
    names
}
