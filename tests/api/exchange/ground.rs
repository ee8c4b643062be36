//! An application on a database of its own, in a district of the test's choosing.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use geokontor::clock::Clock;
use geokontor::collection::{Catalogue, District};
use geokontor::config::{Config, Overrides};
use geokontor::server::Server;
use geokontor::tiles::{Cartography, Tilesets};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection};

const DEFAULT_URL: &str = "postgres:///geokontor?host=/var/lib/geokontor/cluster-test/socket&port=5432&user=geokontor";
const TEMPLATE: &str = "geokontor_template";

/// What a test works on.
pub struct Ground {
    pub app: Arc<Server>,
    database: String,
}

fn server_url() -> String {
    std::env::var("TEST_DATABASE_URL").unwrap_or_else(|_| DEFAULT_URL.to_owned())
}

async fn administer(sql: String) {
    let options = PgConnectOptions::from_str(&server_url()).expect("a database address");
    let mut connection = PgConnection::connect_with(&options).await.expect("the test cluster runs");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("a database is made or dropped");
}

impl Ground {
    /// The district of the repository.
    pub async fn start() -> Self {
        let district = super::data().join("district.toml");
        Self::on(District::load(&district).expect("the district")).await
    }

    /// A district that is only a box (west, south, east, north), in UTM 32.
    pub async fn in_box(bounds: [f64; 4]) -> Self {
        let folder = super::scratch();
        let file = folder.path().join("district.toml");
        let text = format!(
            "name = \"Test\"\nmunicipality_prefix = \"0\"\ncrs = \"EPSG:25832\"\nbounds = {bounds:?}\nmargin = 2000\n\
             import_crs = [\"EPSG:25832\", \"EPSG:4326\", \"EPSG:31467\"]\n"
        );
        std::fs::write(&file, text).expect("written");
        Self::on(District::load(&file).expect("the district")).await
    }

    async fn on(district: District) -> Self {
        let database = format!("test_{}", uuid::Uuid::now_v7().simple());
        administer(format!("CREATE DATABASE {database} TEMPLATE {TEMPLATE}")).await;
        let url = server_url();
        let (head, tail) = url.split_once('?').unwrap_or((&url, ""));
        let (host, _) = head.rsplit_once('/').expect("a database in the address");
        let mut config = configuration();
        config.database_url = format!("{host}/{database}?{tail}");
        let catalogue = Catalogue::load(&super::data()).expect("the declarations");
        let tilesets = Tilesets::load(&config.tiles, &catalogue).expect("the tilesets");
        let cartography =
            Cartography::load(&config.tiles, &config.map_ground, &tilesets, &catalogue).expect("the cartography");
        let clock = Clock::standing_at("2026-06-01T10:00:00Z".parse().expect("an instant"));
        let app =
            Server::start(config, district, catalogue, tilesets, cartography, clock).await.expect("the server starts");
        while !app.is_ready() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Self { app, database }
    }

    /// A number from the database.
    pub async fn count(&self, sql: &str) -> i64 {
        let options = PgConnectOptions::from_str(&self.app.config.database_url).expect("a database address");
        let mut connection = PgConnection::connect_with(&options).await.expect("the database answers");
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await.expect("a number")
    }
}

/// Some configuration; only database and data are looked at here.
fn configuration() -> Config {
    let folder = super::scratch();
    let file = folder.path().join("geokontor.toml");
    let text = format!("database_url = \"postgres:///nowhere\"\ndata = {:?}\n", super::data());
    std::fs::write(&file, text).expect("written");
    Config::load(&Overrides { file: Some(Path::new(&file).to_owned()), listen: None }).expect("a configuration")
}

impl Drop for Ground {
    fn drop(&mut self) {
        self.app.stop.cancel();
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.database);
        // The runtime of the test is on its way out; dropping needs one of its own.
        let dropped = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(administer(sql));
        });
        let _ = dropped.join();
    }
}
