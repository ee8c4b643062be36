//! Tokens from the command line to the running server.

use axum::extract::FromRequestParts;
use axum::http::{Request, StatusCode, header};
use chrono::{TimeDelta, Utc};
use geokontor::identity::store::NewToken;
use geokontor::identity::{Caller, Secret};
use geokontor::server::Server;
use std::sync::Arc;

use super::node;
use super::process::geokontor;
use crate::support::{Database, keep_token, until};

/// The name a token has for the server, or the status it is refused with.
pub async fn recognised(app: &Arc<Server>, token: &str) -> Result<String, StatusCode> {
    let request =
        Request::get("/").header(header::AUTHORIZATION, format!("Bearer {token}")).body(()).expect("a request");
    let caller = Caller::from_request_parts(&mut request.into_parts().0, &app.ogc).await;
    caller.map(|caller| caller.name().to_owned()).map_err(|problem| problem.kind.status())
}

#[tokio::test]
async fn a_token_made_on_the_command_line_is_known_until_it_is_revoked_there() {
    let database = Database::new().await;
    let app = node(&database.url).await;
    let made =
        geokontor(&database.url, &["token", "create", "--name", "amt", "--role", "editor", "--area", "13074012"]);
    assert!(made.status.success());
    let token = String::from_utf8(made.stdout).expect("text").trim().to_owned();
    until("the token is known", async || recognised(&app, &token).await == Ok("amt".to_owned())).await;
    let list = geokontor(&database.url, &["token", "list"]);
    let list = String::from_utf8(list.stdout).expect("text");
    assert_eq!(list, "amt\teditor\tall collections\t13074012\tunlimited\n");
    assert!(geokontor(&database.url, &["token", "revoke", "--name", "amt"]).status.success());
    until("the token is refused", async || recognised(&app, &token).await == Err(StatusCode::UNAUTHORIZED)).await;
    let again = geokontor(&database.url, &["token", "revoke", "--name", "amt"]);
    assert_eq!(again.status.code(), Some(1));
}

#[tokio::test]
async fn the_database_holds_a_hash_and_not_the_token() {
    let database = Database::new().await;
    let made = geokontor(&database.url, &["token", "create", "--name", "amt", "--role", "reader"]);
    let token = String::from_utf8(made.stdout).expect("text").trim().to_owned();
    let digits = token.strip_prefix("gk_").expect("a token");
    let held = "SELECT count(*) FROM token t WHERE strpos(t::text, ";
    assert_eq!(database.count(&format!("{held} '{digits}') > 0")).await, 0);
    let hash: String =
        token.parse::<Secret>().expect("a token").hash().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(database.count(&format!("{held} '{hash}') > 0")).await, 1);
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let database = Database::new().await;
    let app = node(&database.url).await;
    let mut secrets = Vec::new();
    for (name, hours) in [("past", -1), ("future", 1)] {
        let secret = Secret::random();
        let expires_at = Some(Utc::now() + TimeDelta::hours(hours));
        let (name, hash) = (name.to_owned(), secret.hash());
        let token = NewToken { name, hash, role: "reader".to_owned(), expires_at, ..NewToken::default() };
        keep_token(&app, &token).await;
        secrets.push(secret.reveal());
    }
    assert!(recognised(&app, &secrets[1]).await.is_ok());
    assert_eq!(recognised(&app, &secrets[0]).await, Err(StatusCode::UNAUTHORIZED));
}

#[tokio::test]
async fn a_revocation_is_noticed_although_the_listening_connection_was_lost() {
    let database = Database::new().await;
    let app = node(&database.url).await;
    let made = geokontor(&database.url, &["token", "create", "--name", "amt", "--role", "reader"]);
    let token = String::from_utf8(made.stdout).expect("text").trim().to_owned();
    until("the token is known", async || recognised(&app, &token).await.is_ok()).await;
    // The notification falls into the gap.
    database.execute(super::breaking::CUT).await;
    assert!(geokontor(&database.url, &["token", "revoke", "--name", "amt"]).status.success());
    until("the token is refused", async || recognised(&app, &token).await.is_err()).await;
}
