//! A server of its own for every test: its own database, a clock that stands, tokens, and features made through the editor.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::Response;
use chrono::{DateTime, Utc};
use geokontor::clock::Clock;
use geokontor::collection::{Catalogue, District};
use geokontor::config::Config;
use geokontor::editing::EditError;
use geokontor::editing::{Edit, Operation};
use geokontor::feature::FeatureId;
use geokontor::feature::crs::Crs;
use geokontor::http::limit::Allowances;
use geokontor::http::line::Line;
use geokontor::identity::store::{IDENTITY, NewToken, create_token};
use geokontor::identity::{Caller, Secret};
use geokontor::server::{self, Server};
use geokontor::spine::Purpose;
use geokontor::tiles::{Cartography, Tilesets};
use serde_json::{Value as Json, json};
use tower::ServiceExt;

use super::{Database, until};

/// When every test happens.
pub const NOW: &str = "2026-06-01T10:00:00Z";

/// A server in this process.
pub struct TestServer {
    pub app: Arc<Server>,
    router: Router,
    /// Dropped after the server.
    database: Database,
}

/// Which rights a request has.
#[derive(Clone, Copy)]
pub enum Token<'a> {
    Nobody,
    Secret(&'a str),
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header of text"))
    }

    /// The pointers of the faults in a problem.
    pub fn pointers(&self) -> Vec<String> {
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["pointer"].as_str().expect("a pointer").to_owned()).collect()
    }

    /// The ids of the features in a collection.
    pub fn ids(&self) -> Vec<String> {
        let features = self.json()["features"].as_array().cloned().unwrap_or_default();
        features.iter().map(|feature| feature["id"].as_str().expect("an id").to_owned()).collect()
    }

    /// The address of a link.
    pub fn link(&self, rel: &str) -> Option<String> {
        let links = self.json()["links"].as_array().cloned().unwrap_or_default();
        links.iter().find(|link| link["rel"] == rel).and_then(|link| link["href"].as_str()).map(str::to_owned)
    }
}

/// The declarations of this checkout.
pub fn declarations() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data")
}

/// The same with the hydrants' changed, in a folder that goes with the value.
pub fn declarations_with(hydrants: impl Fn(String) -> String) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for part in ["calendars", "checklists", "collections", "codelists", "roles", "texts/faults", "texts/mail"] {
        std::fs::create_dir_all(folder.path().join(part)).expect("a folder");
        for entry in std::fs::read_dir(declarations().join(part)).expect("declarations").flatten() {
            let text = std::fs::read_to_string(entry.path()).expect("a declaration");
            let text = if entry.file_name() == "hydrants.toml" { hydrants(text) } else { text };
            std::fs::write(folder.path().join(part).join(entry.file_name()), text).expect("a copy");
        }
    }
    folder
}

impl TestServer {
    /// Starts a server on an empty database.
    pub async fn start() -> Self {
        Self::start_with(declarations()).await
    }

    /// The same with declarations of one's own.
    pub async fn start_with(data: PathBuf) -> Self {
        Self::configured(data, |_| {}).await
    }

    /// The same with a configuration of one's own.
    pub async fn configured(data: PathBuf, configure: impl FnOnce(&mut Config)) -> Self {
        let clock = Clock::standing_at(NOW.parse::<DateTime<Utc>>().expect("an instant"));
        Self::timed(data, clock, configure).await
    }

    /// The same with a clock of one's own.
    pub async fn timed(data: PathBuf, clock: Clock, configure: impl FnOnce(&mut Config)) -> Self {
        let database = Database::new().await;
        let mut config = Config {
            database_url: database.url.clone(),
            district: declarations().join("district.toml"),
            data,
            public_url: Some("https://geo.example".to_owned()),
            // A debug build hashes slowly.
            password_memory: 64,
            password_rounds: 1,
            body_limit: 1_000_000,
            program: env!("CARGO_BIN_EXE_geokontor").into(),
            maximum_limit: 1_000,
            // The clock stands, and jobs go by the database's.
            imports_kept: Duration::from_secs(100 * 365 * 86_400),
            // The clock stands, and nobody would ever have waited long enough.
            allowances: Allowances::UNLIMITED,
            // A debug build beside other tests decides nothing.
            sheet_patience: Duration::from_secs(240),
            request_timeout: Duration::from_secs(240),
            ..Config::default()
        };
        configure(&mut config);
        Self::on(config, clock, database).await
    }

    async fn on(config: Config, clock: Clock, database: Database) -> Self {
        let district = District::load(&config.district).expect("the district");
        let catalogue = Catalogue::load(&config.data).expect("the declarations");
        let tilesets = Tilesets::load(&config.tiles, &catalogue).expect("the tilesets");
        let cartography =
            Cartography::load(&config.tiles, &config.map_ground, &tilesets, &catalogue).expect("the cartography");
        let app =
            Server::start(config, district, catalogue, tilesets, cartography, clock).await.expect("the server starts");
        while !app.is_ready() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Self { router: server::router(&app), app, database }
    }

    /// A new token; what the header needs.
    pub async fn token(&self, role: &'static str, collections: Option<&[&str]>, area: Option<&[&str]>) -> String {
        let secret = Secret::random();
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let token = NewToken {
            name: format!("{role} {}", uuid::Uuid::now_v7().simple()),
            hash: secret.hash(),
            role: role.to_owned(),
            collections: collections.map(owned),
            area: area.map(owned),
            ..NewToken::default()
        };
        keep_token(&self.app, &token).await;
        secret.reveal()
    }

    /// Makes features through the editor and gives their ids.
    pub async fn seed(&self, collection: &str, features: Vec<Json>) -> Vec<FeatureId> {
        let edits = features
            .into_iter()
            .map(|feature| Edit { collection: collection.to_owned(), operation: Operation::Create { feature } })
            .collect();
        let caller = Caller::operator("test");
        let outcome = self.app.editor.commit(&caller, "seed", Crs::CRS84, edits).await.expect("the seed is taken");
        let outcome = outcome.made().expect("an operator waits for nobody");
        outcome.features.into_iter().map(|(id, _)| id).collect()
    }

    /// Hydrants in a row from west to east along latitude 53.89, a hundredth of a degree apart.
    pub async fn seed_hydrants(&self, count: usize) -> Vec<FeatureId> {
        let features = (0..count).map(|n| hydrant(11.4 + 0.01 * n as f64, 53.89, json!({ "ref": format!("H{n}") })));
        self.seed("hydrants", features.collect()).await
    }

    /// Does to the database what no request would.
    pub async fn execute(&self, sql: &str) {
        self.database.execute(sql).await;
    }

    /// Does several things at the same moment, none of which writes to a table before all have looked at it.
    pub async fn meeting<T>(&self, table: &str, count: i64, things: impl Future<Output = T>) -> T {
        self.database.meeting(table, count, things).await
    }

    /// A number the database counts.
    pub async fn count(&self, sql: &str) -> i64 {
        self.database.count(sql).await
    }

    /// A text that is in the database.
    pub async fn text(&self, sql: &str) -> String {
        self.database.text(sql).await
    }

    /// Only the status of an answer: some have no end.
    pub async fn status(
        &self,
        method: Method,
        path: &str,
        token: Token<'_>,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> StatusCode {
        self.answer(method, path, token, headers, body).await.status()
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, Token::Nobody, &[], None).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(Method::GET, path, Token::Nobody, headers, None).await
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        token: Token<'_>,
        headers: &[(&str, &str)],
        body: Option<&Json>,
    ) -> Reply {
        let bytes = body.map_or_else(Vec::new, |body| body.to_string().into_bytes());
        self.send_bytes(method, path, token, headers, bytes).await
    }

    pub async fn send_bytes(
        &self,
        method: Method,
        path: &str,
        token: Token<'_>,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Reply {
        read(self.answer(method, path, token, headers, body).await).await
    }

    /// The same from an address, as a connection brings it.
    pub async fn ask_from(
        &self,
        peer: &str,
        method: Method,
        path: &str,
        token: Token<'_>,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Reply {
        let mut request = request(method, path, token, headers, body);
        request.extensions_mut().insert(Line::new(peer.parse().expect("an address")));
        read(self.router.clone().oneshot(request).await.expect("an answer")).await
    }

    async fn answer(
        &self,
        method: Method,
        path: &str,
        token: Token<'_>,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Response {
        let request = request(method, path, token, headers, body);
        self.router.clone().oneshot(request).await.expect("an answer")
    }
}

fn request(method: Method, path: &str, token: Token<'_>, headers: &[(&str, &str)], body: Vec<u8>) -> Request<Body> {
    let path = path.strip_prefix("https://geo.example").unwrap_or(path);
    let mut request = Request::builder().method(method).uri(path);
    if let Token::Secret(secret) = token {
        request = request.header("authorization", format!("Bearer {secret}"));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body)).expect("a request")
}

async fn read(response: Response) -> Reply {
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a whole body").to_vec();
    Reply { status: parts.status, headers: parts.headers, body }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.app.stop.cancel();
    }
}

/// A hydrant with the properties that must be there and some more.
pub fn hydrant(lon: f64, lat: f64, more: Json) -> Json {
    let mut properties = json!({ "kind": "pillar", "operational_status": "ready" });
    for (name, value) in more.as_object().into_iter().flatten() {
        properties[name] = value.clone();
    }
    json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [lon, lat] }, "properties": properties })
}

/// A municipality a tenth of a degree wide.
pub fn municipality(key: &str, west: f64) -> Json {
    let east = west + 0.1;
    json!({
        "type": "Feature",
        "geometry": { "type": "Polygon", "coordinates": [[[west, 53.8], [east, 53.8], [east, 53.95], [west, 53.95], [west, 53.8]]] },
        "properties": { "key": key, "name": format!("Gemeinde {key}") },
    })
}

/// Keeps a token; the server knows it when this returns.
pub async fn keep_token(server: &Server, token: &NewToken) {
    let (spine, caller) = (&server.editor.spine, Caller::operator("test"));
    let purpose = Purpose { domain: IDENTITY, kind: "create-token", reason: "a test".to_owned(), undoes: None };
    let mut transaction = spine.begin(&caller, purpose).await.expect("a transaction");
    create_token(&mut transaction, token).await.expect("a database").expect("a name that is free");
    spine.commit::<EditError>(transaction).await.expect("a token is kept");
}

/// Waits until a server shows so many features in all; a large load comes in portions.
pub async fn until_shown(server: &Server, objects: usize) {
    let collections = server.catalogue.collections().len();
    let shown = || (0..collections).map(|position| server.index.snapshot(position).len()).sum::<usize>();
    until("everything is shown", async || shown() == objects).await;
}
