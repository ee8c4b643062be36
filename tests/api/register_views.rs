//! The tables that QGIS, reports and FME read.

use geokontor::collection::Catalogue;
use serde_json::json;
use sqlx::{Connection, PgConnection, Row};

use crate::support::{TestServer, declarations_with, hydrant};

#[tokio::test]
async fn a_view_shows_a_collection_with_typed_columns() {
    let server = TestServer::start().await;
    let properties = json!({ "ref": "H1", "flow_rate": 800, "flow_measured_on": "2024-05-31", "static_pressure": 4.5 });
    server.seed("hydrants", vec![hydrant(11.46, 53.8916, properties)]).await;
    let mut connection = PgConnection::connect(&server.app.config.database_url).await.expect("a connection");
    let sql = "SELECT kind, flow_rate, flow_measured_on, static_pressure, flow_class, updated_at, \
                      round(ST_X(geometry)::numeric, 3)::text AS east FROM register.hydrants";
    let row = sqlx::query(sql).fetch_one(&mut connection).await.expect("a row");
    assert_eq!(row.get::<String, _>("kind"), "pillar");
    assert_eq!(row.get::<i64, _>("flow_rate"), 800);
    assert_eq!(row.get::<chrono::NaiveDate, _>("flow_measured_on").to_string(), "2024-05-31");
    assert_eq!(row.get::<f64, _>("static_pressure"), 4.5);
    assert_eq!(row.get::<String, _>("flow_class"), "k48");
    assert_eq!(row.get::<chrono::DateTime<chrono::Utc>, _>("updated_at"), server.app.clock.now());
    assert_eq!(row.get::<String, _>("east"), "267397.361");
}

#[tokio::test]
async fn gis_programs_learn_kind_and_crs_of_a_view_and_people_the_meaning_of_its_columns() {
    let server = TestServer::start().await;
    let mut connection = PgConnection::connect(&server.app.config.database_url).await.expect("a connection");
    let sql = "SELECT type, srid FROM geometry_columns WHERE f_table_schema = 'register' AND f_table_name = 'hydrants'";
    let row = sqlx::query(sql).fetch_one(&mut connection).await.expect("a geometry column");
    assert_eq!((row.get::<String, _>("type"), row.get::<i32, _>("srid")), ("POINT".to_owned(), 25833));
    let sql = "SELECT col_description('register.hydrants'::regclass, attnum) FROM pg_attribute \
               WHERE attrelid = 'register.hydrants'::regclass AND attname = 'flow_rate'";
    let comment: String = sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a comment");
    assert_eq!(comment, "Durchfluss / Flow rate [l/min]");
}

#[tokio::test]
async fn a_database_user_cannot_store_a_geometry_of_another_crs() {
    let server = TestServer::start().await;
    let mut connection = PgConnection::connect(&server.app.config.database_url).await.expect("a connection");
    let sql = "INSERT INTO feature VALUES ('hydrants', gen_random_uuid(), 1, ST_Point(11, 54, 4326), '{}')";
    let refused = sqlx::query(sql).execute(&mut connection).await.expect_err("a check");
    assert!(refused.to_string().contains("check constraint"), "{refused}");
}

fn declared(hydrants: impl Fn(String) -> String) -> Catalogue {
    Catalogue::load(declarations_with(hydrants).path()).expect("the declarations")
}

const PLACE: &str = "[[properties]]\nname = \"place\"";

#[tokio::test]
async fn a_new_property_is_a_new_column_and_what_others_have_built_on_the_view_stays() {
    let server = TestServer::start().await;
    server.execute("CREATE VIEW places AS SELECT place, flow_rate FROM register.hydrants").await;
    server.execute("GRANT SELECT ON register.hydrants TO PUBLIC").await;
    let siren = "[[properties]]\nname = \"colour\"\ntitle = { de = \"Farbe\", en = \"Colour\" }\ntype = \"text\"\n\n";
    let catalogue = declared(|text| text.replace(PLACE, &format!("{siren}{PLACE}")));
    server.app.store.apply_declarations(&catalogue, server.app.district.time_zone).await.expect("the views follow");
    let mut connection = PgConnection::connect(&server.app.config.database_url).await.expect("a connection");
    let sql = "SELECT relacl IS NOT NULL FROM pg_class WHERE oid = 'register.hydrants'::regclass";
    let granted: bool = sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("an answer");
    assert!(granted, "rights stay, too");
    server.execute("SELECT colour FROM register.hydrants").await;
    server.execute("SELECT place FROM places").await;
}

#[tokio::test]
async fn a_view_that_others_have_built_on_is_never_dropped_and_the_start_says_what_is_in_the_way() {
    let server = TestServer::start().await;
    server.execute("CREATE VIEW places AS SELECT place FROM register.hydrants").await;
    let catalogue = declared(|text| {
        // Among the parts of the form, too.
        let text = text.replace("\"place\", \"municipality\"", "\"locality\", \"municipality\"");
        text.replace(PLACE, "[[properties]]\nname = \"locality\"")
    });
    let refused = server
        .app
        .store
        .apply_declarations(&catalogue, server.app.district.time_zone)
        .await
        .expect_err("a view in the way")
        .to_string();
    for named in ["register.hydrants", "(places)", "place goes"] {
        assert!(refused.contains(named), "{named}: {refused}");
    }
    server.execute("SELECT place FROM places").await;
    server.execute("DROP VIEW places").await;
    server.app.store.apply_declarations(&catalogue, server.app.district.time_zone).await.expect("the views follow");
    server.execute("SELECT locality FROM register.hydrants").await;
}

/// A pond that is an area.
fn pond() -> serde_json::Value {
    json!({ "type": "Feature", "properties": { "kind": "natural_pond" }, "geometry": { "type": "Polygon",
        "coordinates": [[[11.4,53.9],[11.41,53.9],[11.41,53.91],[11.4,53.9]]] } })
}

#[tokio::test]
async fn nobody_writes_through_a_view_past_the_journal() {
    let server = TestServer::start().await;
    server.seed("hydrants", vec![hydrant(11.46, 53.8916, json!({ "ref": "H1" }))]).await;
    server.seed("water_sources", vec![pond()]).await;
    let mut connection = PgConnection::connect(&server.app.config.database_url).await.expect("a connection");
    for sql in [
        "DELETE FROM register.hydrants",
        "UPDATE register.hydrants SET version = 7",
        "INSERT INTO register.hydrants (id, version) VALUES (gen_random_uuid(), 1)",
        "DELETE FROM register.water_sources_areas",
    ] {
        let sql = sqlx::AssertSqlSafe(sql);
        let refused = sqlx::raw_sql(sql).execute(&mut connection).await.expect_err("it can only be read");
        let error = refused.as_database_error().expect("the database says so");
        assert!(error.message().contains("can only be read"), "{error}");
        let hint = error.downcast_ref::<sqlx::postgres::PgDatabaseError>().hint().unwrap_or_default();
        assert!(hint.contains("/ogc/collections/"), "{hint}");
    }
    let sql = "SELECT count(*) FROM feature";
    let features: i64 = sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a number");
    assert_eq!(features, 2);
}

#[tokio::test]
async fn points_and_areas_of_one_collection_are_views_of_their_own() {
    let server = TestServer::start().await;
    server.seed("water_sources", vec![pond()]).await;
    let mut connection = PgConnection::connect(&server.app.config.database_url).await.expect("a connection");
    for (view, kind, count) in
        [("water_sources_areas", "POLYGON", 1), ("water_sources_points", "POINT", 0), ("water_sources", "GEOMETRY", 1)]
    {
        let sql = "SELECT type FROM geometry_columns WHERE f_table_schema = 'register' AND f_table_name = $1";
        let found: String = sqlx::query_scalar(sql).bind(view).fetch_one(&mut connection).await.expect("a column");
        assert_eq!(found, kind, "{view}");
        let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM register.{view}"));
        let found: i64 = sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a number");
        assert_eq!(found, count, "{view}");
    }
}
