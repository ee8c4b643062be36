//! A large load, and what others can do meanwhile.

use std::time::Duration;

use geokontor::editing::{Edit, Operation};
use geokontor::feature::crs::Crs;
use geokontor::identity::Caller;
use geokontor::store::Transaction;
use geokontor::store::actors::Actor;
use geokontor::store::bulk::BulkWriter;
use geokontor::store::features::REGISTER;
use geokontor::store::transaction::NewChangeset;
use serde_json::json;

use super::ground::Ground;
use super::{How, counted, features, import_text};

/// More than a statement is tried before PostgreSQL thinks of a plan for all cases.
const OFTEN: usize = 12;

async fn begun(ground: &Ground) -> Transaction {
    let changeset = NewChangeset {
        actor: Actor::system("test"),
        domain: REGISTER,
        kind: "import",
        reason: "a large load".to_owned(),
        source: None,
        undoes: None,
    };
    ground.app.editor.spine.store.begin(&changeset).await.expect("begun")
}

/// Creates an address and changes it, by the way of any edit.
async fn edit_an_address(ground: &Ground, nth: usize) {
    let caller = Caller::operator("Amt");
    let feature = json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [11.46, 53.89] },
        "properties": { "street": "Am Dom", "house_number": nth.to_string() } });
    let create = Edit { collection: "addresses".into(), operation: Operation::Create { feature } };
    let editor = &ground.app.editor;
    let made = editor.commit(&caller, "new", Crs::CRS84, vec![create]).await.expect("created");
    let made = made.made().expect("an operator waits for nobody");
    let id = made.features[0].0;
    let patch = json!({ "properties": { "house_number_addition": "a" } });
    let precondition = geokontor::editing::Precondition::Any;
    let patch = Edit { collection: "addresses".into(), operation: Operation::Patch { id, precondition, patch } };
    editor.commit(&caller, "changed", Crs::CRS84, vec![patch]).await.expect("changed");
}

#[tokio::test]
async fn reads_and_writes_of_other_collections_go_on_while_a_large_load_builds_its_index_at_last() {
    let ground = Ground::start().await;
    edit_an_address(&ground, 0).await;
    let mut load = begun(&ground).await;
    assert!(load.index_later("hydrants").await.expect("asked"), "the collection is empty and nobody reads it");
    let mut writer = BulkWriter::new("hydrants");
    let id = uuid::Uuid::now_v7();
    writer.create(&mut load, id, None, br#"{"kind":"pillar"}"#).await.expect("written");
    let meanwhile = async {
        for nth in 1..OFTEN {
            edit_an_address(&ground, nth).await;
            assert_eq!(features(&ground, "addresses").len(), nth + 1);
            assert!(features(&ground, "hydrants").is_empty());
        }
        // Another import, too.
        let how = How { collection: Some("roads"), ..How::default() };
        let road = r#"{"type":"Feature","geometry":{"type":"LineString","coordinates":[[11.4,53.9],[11.41,53.9]]},"properties":{"name":"Am Dom"}}"#;
        assert_eq!(counted(import_text(&ground, "a.geojson", road, how).await.counts), "1 new");
    };
    tokio::time::timeout(Duration::from_secs(60), meanwhile).await.expect("nobody waits for the load");
    writer.finish(&mut load).await.expect("written");
    load.index_at_last("hydrants").await.expect("built");
    let committed = load.commit().await.expect("committed");
    ground.app.index.wait_for(committed.transaction).await.expect("seen");
    assert_eq!(features(&ground, "hydrants").len(), 1);
    let built = "SELECT count(*) FROM pg_indexes WHERE indexname = 'feature_hydrants_geometry'";
    assert_eq!(ground.count(built).await, 1);
}

#[tokio::test]
async fn a_load_does_not_queue_everybody_behind_somebody_who_reads_the_table() {
    let ground = Ground::start().await;
    // An open window of QGIS: it has read the view and has not let go.
    let mut reader = ground.app.editor.spine.store.reading().await.expect("a transaction");
    let collection = ground.app.catalogue.get("hydrants").expect("declared");
    reader.keys(collection, |_| ()).await.expect("read");
    let mut load = begun(&ground).await;
    assert!(!load.index_later("hydrants").await.expect("asked"), "the lock is not to be had");
    let mut writer = BulkWriter::new("hydrants");
    writer.create(&mut load, uuid::Uuid::now_v7(), None, br#"{"kind":"pillar"}"#).await.expect("written");
    writer.finish(&mut load).await.expect("written");
    let committed = load.commit().await.expect("committed");
    ground.app.index.wait_for(committed.transaction).await.expect("seen");
    assert_eq!(features(&ground, "hydrants").len(), 1);
    reader.end().await.expect("ended");
}
