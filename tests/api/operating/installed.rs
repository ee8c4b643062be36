//! A district that has been running for a while gets a new version: nothing is lost.

use geokontor::identity::Secret;
use geokontor::identity::store::tokens;
use geokontor::store::history::{Listed, Past, Wanted};

use super::tokens::recognised;
use super::{create, node};
use crate::support::Database;

/// Written by the version that had registers and tokens and nothing else.
const FIRST: &str = include_str!("../../fixtures/installed/first.sql");

#[tokio::test]
async fn a_database_of_the_first_schema_keeps_features_history_and_tokens() {
    let database = Database::new().await;
    database.execute(FIRST).await;
    let secret = Secret::random();
    let hash: String = secret.hash().iter().map(|byte| format!("{byte:02x}")).collect();
    database.execute(&format!("UPDATE public.token SET hash = '\\x{hash}' WHERE name = 'Kreis 4'")).await;

    let server = node(&database.url).await;
    assert_eq!(super::shown(&server), ["H1", "H9"]);
    assert_eq!(recognised(&server, &secret.reveal()).await.as_deref(), Ok("Kreis 4"));

    let past = Past { collections: vec!["hydrants".to_owned()], records: false };
    let history = server.store.changesets(&past, &Wanted::default(), i64::MAX, 100).await.expect("changesets");
    let told: Vec<(i64, &str, &str, &str)> = history
        .iter()
        .map(|Listed { summary: one, .. }| (one.id, one.kind.as_str(), one.actor.as_str(), one.reason.as_str()))
        .collect();
    let expected = [
        (11, "import", "command line", "walk of October"),
        (10, "undo", "Kreis 4", "made twice"),
        (9, "edit", "Kreis 3", "OGC API edit"),
        (8, "edit", "Kreis 3", "flow measured"),
        (7, "edit", "Kreis 3", "OGC API edit"),
        (6, "edit", "Kreis 3", "OGC API edit"),
        (5, "edit", "Kreis 3", "OGC API edit"),
    ];
    assert_eq!(told, expected);

    let kept = tokens(&server.store).await.expect("tokens");
    let names: Vec<(&str, bool)> = kept.iter().map(|token| (token.name.as_str(), token.revoked_at.is_some())).collect();
    let all = [
        ("Amt Lossow", false),
        ("Kreis", false),
        ("Alt", true),
        ("Kreis 2", false),
        ("Kreis 3", false),
        ("Kreis 4", false),
    ];
    assert_eq!(names, all);
    let journalled =
        "SELECT count(*) FROM record_change WHERE subject = 'token' AND version = 1 AND operation = 'create'";
    assert_eq!(database.count(journalled).await, 6);

    create(&server, "H10").await.expect("and it goes on");
    assert_eq!(super::shown(&server), ["H1", "H10", "H9"]);
}
