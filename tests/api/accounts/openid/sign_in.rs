//! Who is let in as whom.

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::provider::{Asked, CLIENT, Provider, SECRET};
use super::{LEAVE, OPEN, RETURN, office};
use crate::accounts::PASSWORD;
use crate::accounts::browser::code;

#[tokio::test]
async fn a_first_sign_in_makes_an_account_and_the_next_finds_it_whatever_the_address_is_by_then() {
    let provider = Provider::open().await;
    let office = office(&provider, OPEN).await;
    let mut browser = office.browser();
    let arrived = browser.through(&provider).await;
    assert_eq!((arrived.status, arrived.json()), (StatusCode::OK, json!({ "state": "signed_in" })));
    let account = browser.account().await;
    assert_eq!(account["name"], "Ina Moor");
    assert_eq!(account["mail"], "ina.moor@kreis.example");
    assert_eq!(account["identities"][0]["provider"], "kreis");
    assert_eq!((&account["role"], &account["factors"]["password"]), (&json!(null), &json!(null)));
    assert!(!browser.cookies.contains_key("__Host-geokontor-openid"), "the way back is taken once");

    provider.script().claims = json!({ "email": "ina.berg@kreis.example" });
    let mut elsewhere = office.browser();
    elsewhere.through(&provider).await;
    assert_eq!(elsewhere.account().await["id"], account["id"]);
    provider.script().claims = json!({ "sub": "ole", "email": "ole@kreis.example" });
    let mut other = office.browser();
    other.through(&provider).await;
    assert_ne!(other.account().await["id"], account["id"]);
}

#[tokio::test]
async fn whoever_came_through_a_provider_signs_out_there_too_unless_it_is_away() {
    let provider = Provider::open().await;
    let office = office(&provider, OPEN).await;
    let mut browser = office.browser();
    browser.through(&provider).await;
    let mut kept = browser.clone();
    let out = browser.post("/api/sign-out", json!({})).await;
    let location = out.json()["location"].as_str().expect("an address").to_owned();
    let asked = Asked::of(&location);
    assert!(location.starts_with(&format!("{}/logout?", provider.issuer())), "{location}");
    assert_eq!((asked.get("keep"), asked.get("client_id")), ("1", CLIENT));
    assert_eq!(asked.get("post_logout_redirect_uri"), "https://geo.example/");
    assert_eq!(asked.0.len(), 3, "nothing is told of the person: {location}");
    assert!(!kept.is_in().await, "the session has ended here, whatever becomes of the browser");

    browser.through(&provider).await;
    office.wait(2 * 3600);
    provider.script().is_down = true;
    let out = browser.post("/api/sign-out", json!({})).await;
    assert_eq!(out.status, StatusCode::OK, "what it said before still holds");
    assert!(!browser.is_in().await);

    provider.script().is_down = false;
    let mut local = office.signed_in("local@amt.example").await;
    assert_eq!(local.post("/api/sign-out", json!({})).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn without_an_account_nobody_is_let_in_and_is_told_so_in_their_language() {
    let provider = Provider::open().await;
    let office = office(&provider, "").await;
    let sentences = [("de", "gehört hier kein Konto"), ("en", "No account here belongs to this sign-in")];
    for (language, sentence) in sentences {
        let mut browser = office.browser();
        let answer = provider.approve(&browser.leave().await, office.now());
        let headers = [("sec-fetch-site", "same-origin"), ("accept-language", language)];
        let refused = browser.ask(Method::POST, RETURN, Some(answer), &headers).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.text().contains(sentence), "{}", refused.text());
        assert!(!browser.is_in().await);
    }
    assert_eq!(office.server.count("SELECT count(*) FROM account").await, 0);
}

#[tokio::test]
async fn an_address_finds_an_account_only_where_the_provider_is_trusted_and_has_verified_it() {
    for (more, claims, expected) in [
        (OPEN, json!({}), StatusCode::FORBIDDEN),
        ("trusts_mail = true\n", json!({ "email_verified": false }), StatusCode::FORBIDDEN),
        ("trusts_mail = true\n", json!({ "email_verified": null }), StatusCode::FORBIDDEN),
        ("trusts_mail = true\n", json!({}), StatusCode::OK),
    ] {
        let provider = Provider::open().await;
        let office = office(&provider, more).await;
        let mut holder = office.signed_in("ina.moor@kreis.example").await;
        provider.script().claims = claims.clone();
        let mut browser = office.browser();
        let arrived = browser.through(&provider).await;
        assert_eq!(arrived.status, expected, "{more}{claims}: {}", arrived.text());
        if expected == StatusCode::OK {
            assert_eq!(browser.account().await["id"], holder.account().await["id"]);
        }
        assert_eq!(office.server.count("SELECT count(*) FROM account").await, 1);
    }
}

#[tokio::test]
async fn a_disabled_account_stays_shut_and_an_erased_person_is_known_no_more() {
    let provider = Provider::open().await;
    let office = office(&provider, "trusts_mail = true\ncreates_accounts = true\n").await;
    let (mut administrator, _) = office.administrator("chief@amt.example").await;
    let mut browser = office.browser();
    browser.through(&provider).await;
    let id = browser.account().await["id"].as_str().expect("an id").to_owned();
    administrator.post(&format!("/api/accounts/{id}/disable"), json!({})).await;
    assert!(!browser.is_in().await);
    assert_eq!(office.browser().through(&provider).await.status, StatusCode::FORBIDDEN);
    provider.script().claims = json!({ "sub": "a second subject of the same person" });
    assert_eq!(office.browser().through(&provider).await.status, StatusCode::FORBIDDEN);

    provider.script().claims = json!({});
    administrator.send(Method::DELETE, &format!("/api/accounts/{id}"), None).await;
    assert_eq!(office.server.count("SELECT count(*) FROM openid_identity").await, 0);
    let mut anew = office.browser();
    anew.through(&provider).await;
    assert_ne!(anew.account().await["id"], id.as_str());
    let sql = "SELECT count(*) FROM record_change WHERE concat(before, after) ~ 'ina'";
    assert_eq!(office.server.count(sql).await, 0, "the journal knows nobody by their subject");
}

#[tokio::test]
async fn an_account_is_linked_by_its_holder_and_belongs_to_one_person_there() {
    let provider = Provider::open().await;
    let office = office(&provider, "").await;
    let mut ina = office.signed_in("ina@amt.example").await;
    assert_eq!(ina.link(&provider, "not the password").await.status, StatusCode::FORBIDDEN);
    let linked = ina.link(&provider, PASSWORD).await;
    assert_eq!((linked.status, linked.json()), (StatusCode::OK, json!({ "state": "linked" })));
    let mut browser = office.browser();
    browser.through(&provider).await;
    assert_eq!(browser.account().await["mail"], "ina@amt.example");

    let mut ole = office.signed_in("ole@amt.example").await;
    let taken = ole.link(&provider, PASSWORD).await;
    assert_eq!(taken.status, StatusCode::CONFLICT, "{}", taken.text());
    let unlinked = ina.send(Method::DELETE, "/api/account/identities/kreis", None).await;
    assert_eq!(unlinked.status, StatusCode::NO_CONTENT);
    assert_eq!(ina.account().await["identities"], json!([]));
    assert_eq!(office.browser().through(&provider).await.status, StatusCode::FORBIDDEN);
    let again = ina.send(Method::DELETE, "/api/account/identities/kreis", None).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_last_way_into_an_account_is_not_taken_away() {
    let provider = Provider::open().await;
    let office = office(&provider, OPEN).await;
    let mut browser = office.browser();
    browser.through(&provider).await;
    let refused = browser.send(Method::DELETE, "/api/account/identities/kreis", None).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    browser.post("/api/sign-out", json!({})).await;
    assert_eq!(browser.through(&provider).await.status, StatusCode::OK);
}

#[tokio::test]
async fn two_factors_shown_at_the_provider_count_where_the_district_says_so() {
    let provider = Provider::open().await;
    let more = "trusts_mail = true\nsecond_factor = { acr = ['high'], amr = ['otp'] }\n";
    let office = office(&provider, more).await;
    let (_, secret) = office.administrator("ina.moor@kreis.example").await;
    for claims in [json!({}), json!({ "acr": "low", "amr": ["pwd"] })] {
        provider.script().claims = claims;
        let mut browser = office.browser();
        assert_eq!(browser.through(&provider).await.json()["state"], "second_factor");
        assert!(!browser.is_in().await);
        office.wait(30);
        browser.post("/api/sign-in/second-factor", json!({ "code": code(&secret, office.now()) })).await;
        assert!(browser.is_in().await);
    }
    for claims in [json!({ "acr": "high" }), json!({ "amr": ["pwd", "otp"] })] {
        provider.script().claims = claims;
        let mut browser = office.browser();
        assert_eq!(browser.through(&provider).await.json()["state"], "signed_in");
        assert_eq!(browser.account().await["role"], "administrator");
    }
    assert_eq!(Asked::of(&office.browser().leave().await).get("acr_values"), "high");
}

#[tokio::test]
async fn what_the_token_leaves_out_is_asked_for_and_must_be_of_the_same_person() {
    let provider = Provider::open().await;
    let office = office(&provider, OPEN).await;
    let mut browser = office.browser();
    provider.script().claims = json!({ "name": null, "email": null, "email_verified": null });
    provider.script().user_info = Some(json!({ "sub": "somebody else", "email": "evil@kreis.example" }));
    assert_eq!(browser.through(&provider).await.status, StatusCode::UNAUTHORIZED);
    provider.script().user_info = Some(json!({ "sub": "ina", "name": "Ina Moor" }));
    let nameless = browser.through(&provider).await;
    assert_eq!(nameless.status, StatusCode::FORBIDDEN, "no account without an address: {}", nameless.text());
    provider.script().user_info = Some(json!({ "sub": "ina", "email": "ina@kreis.example" }));
    assert_eq!(browser.through(&provider).await.status, StatusCode::OK);
    assert_eq!(browser.account().await["name"], "ina", "whoever has no name is called as their address");
}

#[tokio::test]
async fn a_browser_is_sent_away_with_a_challenge_and_without_any_secret() {
    let provider = Provider::open().await;
    let office = office(&provider, "scopes = ['email', 'groups']\n").await;
    let mut browser = office.browser();
    let sent = browser.post(LEAVE, json!({})).await;
    let location = sent.json()["location"].as_str().expect("an address").to_owned();
    let asked = Asked::of(&location);
    assert_eq!((asked.get("response_type"), asked.get("client_id")), ("code", CLIENT));
    assert_eq!((asked.get("scope"), asked.get("code_challenge_method")), ("openid email groups", "S256"));
    assert_eq!(asked.get("redirect_uri"), "https://geo.example/sign-in/return/kreis");
    let cookie = browser.cookies["__Host-geokontor-openid"].clone();
    for secret in [SECRET, &cookie] {
        assert!(!location.contains(secret), "{location}");
    }
    let set = sent.header("set-cookie");
    assert!(set.contains("Max-Age=900; Secure; HttpOnly; SameSite=Lax") && set.contains("Path=/"), "{set}");
    let other = Asked::of(&office.browser().leave().await);
    for name in ["state", "nonce", "code_challenge"] {
        assert!(asked.get(name).len() >= 43, "{name}");
        assert_ne!(asked.get(name), other.get(name), "{name}");
    }
}
