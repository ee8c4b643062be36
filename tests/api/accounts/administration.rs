use axum::http::{Method, StatusCode};
use serde_json::json;

use super::browser::secret;
use super::{Office, PASSWORD};
use crate::support::Token;

#[tokio::test]
async fn an_administrator_invites_and_sends_away() {
    let office = Office::open().await;
    let (mut administrator, _) = office.administrator("a@amt.example").await;
    let made = administrator.post("/api/accounts", json!({ "mail": "B@amt.example", "name": "Bodo Beispiel" })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let twice = administrator.post("/api/accounts", json!({ "mail": "b@amt.example", "name": "Bodo" })).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    let link = secret(made.json()["link"].as_str().expect("a link"));
    let mut invited = office.browser();
    invited.post("/api/links/password", json!({ "link": link, "password": PASSWORD })).await;
    assert_eq!(invited.sign_in("b@amt.example", PASSWORD).await.json()["state"], "signed_in");
    assert_eq!(invited.get("/api/accounts").await.status, StatusCode::FORBIDDEN);
    assert_eq!(office.server.count("SELECT count(*) FROM mail WHERE template = 'invitation'").await, 2);

    let path = format!("/api/accounts/{}", made.json()["id"].as_str().expect("an id"));
    assert_eq!(administrator.post(&format!("{path}/disable"), json!({})).await.status, StatusCode::NO_CONTENT);
    assert!(!invited.is_in().await);
    assert_eq!(invited.sign_in("b@amt.example", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    administrator.post(&format!("{path}/enable"), json!({})).await;
    assert_eq!(invited.sign_in("b@amt.example", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_last_administrator_stays_and_tokens_administer_no_accounts() {
    let office = Office::open().await;
    let (mut administrator, _) = office.administrator("a@amt.example").await;
    let id = administrator.get("/api/account").await.json()["id"].as_str().expect("an id").to_owned();
    for (method, path) in
        [(Method::POST, format!("/api/accounts/{id}/disable")), (Method::DELETE, format!("/api/accounts/{id}"))]
    {
        assert_eq!(administrator.send(method, &path, None).await.status, StatusCode::CONFLICT);
    }
    let token = office.server.token("administrator", None, None).await;
    let reply = office.server.send(Method::GET, "/api/accounts", Token::Secret(&token), &[], None).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_journal_knows_nothing_of_a_person_and_an_erased_one_is_nowhere() {
    let office = Office::open().await;
    let (mut administrator, _) = office.administrator("admin@amt.example").await;
    let mut person = office.signed_in("wiebke.wandel@amt.example").await;
    person.send(Method::PATCH, "/api/account", Some(json!({ "name": "Wiebke Wandel" }))).await;
    person.enrol().await;
    let journal = "SELECT count(*) FROM record_change \
                   WHERE concat(before, after) ILIKE ANY (ARRAY['%wiebke%', '%wandel%', '%muster%', '%argon%'])";
    assert_eq!(office.server.count(journal).await, 0);
    let changesets = "SELECT count(*) FROM changeset WHERE concat(reason, source) ILIKE '%wandel%'";
    assert_eq!(office.server.count(changesets).await, 0);

    let id = person.get("/api/account").await.json()["id"].as_str().expect("an id").to_owned();
    let erased = administrator.send(Method::DELETE, &format!("/api/accounts/{id}"), None).await;
    assert_eq!(erased.status, StatusCode::NO_CONTENT, "{}", erased.text());
    assert!(!person.is_in().await);
    for (table, text) in
        [("actor", "label"), ("account", "mail"), ("session", "browser"), ("link", "mail"), ("mail", "recipient")]
    {
        let sql = format!("SELECT count(*) FROM {table} WHERE {text} ILIKE '%wandel%'");
        assert_eq!(office.server.count(&sql).await, 0, "{table}");
    }
    let kept = format!("SELECT count(*) FROM credential WHERE account = '{id}'");
    assert_eq!(office.server.count(&kept).await, 0);
    assert_eq!(office.server.count("SELECT count(*) FROM actor WHERE label LIKE 'gelöschtes Konto %'").await, 1);
    assert_eq!(administrator.get("/api/accounts").await.json()["accounts"].as_array().map(Vec::len), Some(1));
}
