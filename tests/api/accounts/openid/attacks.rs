//! What somebody tries who is not the person, or not the provider; and providers that fail.

use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use super::provider::{CLIENT, Provider, SECRET, Signature};
use super::{LEAVE, OPEN, RETURN, office};
use crate::accounts::PASSWORD;

#[tokio::test]
async fn an_answer_is_worth_nothing_in_another_browser_twice_or_too_late() {
    let provider = Provider::open().await;
    let office = office(&provider, OPEN).await;
    // A victim is led to the attacker's answer: nobody is signed in to an account of somebody else's.
    let mut attacker = office.browser();
    let answer = provider.approve(&attacker.leave().await, office.now());
    let mut victim = office.browser();
    assert_eq!(victim.post(RETURN, answer.clone()).await.status, StatusCode::UNAUTHORIZED);
    let begun = victim.leave().await;
    assert_eq!(victim.post(RETURN, answer.clone()).await.status, StatusCode::UNAUTHORIZED);
    // What the victim has begun is not ended by that.
    let own = provider.approve(&begun, office.now());
    let mut thief = victim.clone();
    assert_eq!(victim.post(RETURN, own.clone()).await.status, StatusCode::OK);
    provider.approve(&begun, office.now());
    assert_eq!(thief.post(RETURN, own).await.status, StatusCode::UNAUTHORIZED, "each is taken once");

    let mut late = office.browser();
    let location = late.leave().await;
    office.wait(15 * 60);
    let answer = provider.approve(&location, office.now());
    let refused = late.post(RETURN, answer).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.text().contains("has expired"), "{}", refused.text());
}

#[tokio::test]
async fn what_was_begun_to_link_an_account_ends_in_no_other() {
    let provider = Provider::open().await;
    let office = office(&provider, OPEN).await;
    let mut ina = office.signed_in("ina@amt.example").await;
    let sent = ina.post("/api/account/identities/kreis", json!({ "password": PASSWORD })).await;
    let answer = provider.approve(sent.json()["location"].as_str().expect("an address"), office.now());
    ina.post("/api/sign-out", json!({})).await;
    assert_eq!(ina.post(RETURN, answer).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(office.server.count("SELECT count(*) FROM openid_identity").await, 0);
}

#[tokio::test]
async fn a_token_that_is_not_for_us_of_now_and_from_there_lets_nobody_in() {
    let provider = Provider::open().await;
    let office = office(&provider, OPEN).await;
    let now = office.now();
    let lies: Vec<(Signature, Json)> = vec![
        (Signature::Sound, json!({ "nonce": "of another sign-in" })),
        (Signature::Sound, json!({ "nonce": null })),
        (Signature::Sound, json!({ "iss": "https://evil.example" })),
        (Signature::Sound, json!({ "iss": format!("{}/", provider.issuer()) })),
        (Signature::Sound, json!({ "aud": "another client" })),
        (Signature::Sound, json!({ "aud": [] })),
        (Signature::Sound, json!({ "aud": [CLIENT, "another client"] })),
        (Signature::Sound, json!({ "azp": "another client" })),
        (Signature::Sound, json!({ "exp": now })),
        (Signature::Sound, json!({ "exp": null })),
        (Signature::Sound, json!({ "sub": null })),
        (Signature::Sound, json!({ "sub": "" })),
        (Signature::OfAnother, json!({})),
        (Signature::Broken, json!({})),
        (Signature::None, json!({})),
        (Signature::Shared(CLIENT), json!({})),
        (Signature::Shared(SECRET), json!({})),
        (Signature::Shared(""), json!({})),
    ];
    for (nth, (signature, claims)) in lies.into_iter().enumerate() {
        provider.says(signature, &claims);
        let mut browser = office.browser();
        let arrived = browser.through(&provider).await;
        assert_eq!(arrived.status, StatusCode::UNAUTHORIZED, "{nth} {claims}: {}", arrived.text());
        assert!(arrived.text().contains("did not pass the checks"), "{nth}: {}", arrived.text());
        assert!(!browser.is_in().await, "{nth} {claims}");
    }
    assert_eq!(office.server.count("SELECT count(*) FROM account").await, 0);
    provider.says(Signature::Sound, &json!({}));
    assert_eq!(office.browser().through(&provider).await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_issuer_that_answers_and_a_code_of_somebody_else_let_nobody_in() {
    let provider = Provider::open().await;
    let office = office(&provider, OPEN).await;
    for issuer in [json!("https://evil.example"), json!(null)] {
        let mut browser = office.browser();
        let mut answer = provider.approve(&browser.leave().await, office.now());
        answer["iss"] = issuer;
        if answer["iss"].is_null() {
            answer.as_object_mut().expect("an object").remove("iss");
        }
        assert_eq!(browser.post(RETURN, answer).await.status, StatusCode::UNAUTHORIZED);
    }
    // The code belongs to what another browser was sent away with: the verifier does not fit.
    let (mut thief, mut victim) = (office.browser(), office.browser());
    let own = thief.leave().await;
    let state = provider.approve(&own, office.now())["state"].clone();
    let mut stolen = provider.approve(&victim.leave().await, office.now());
    stolen["state"] = state;
    assert_eq!(thief.post(RETURN, stolen).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn whoever_says_no_at_the_provider_is_told_so_and_other_errors_are_not_repeated() {
    let provider = Provider::open().await;
    let office = office(&provider, OPEN).await;
    for (error, sentence) in
        [("access_denied", "was cancelled"), ("<script>alert(1)</script>", "did not pass the checks")]
    {
        let mut browser = office.browser();
        let answer = provider.approve(&browser.leave().await, office.now());
        let answer = json!({ "error": error, "state": answer["state"], "iss": answer["iss"] });
        let refused = browser.post(RETURN, answer).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert!(refused.text().contains(sentence) && !refused.text().contains("script"), "{}", refused.text());
    }
}

#[tokio::test]
async fn a_new_key_of_the_provider_is_fetched_once_a_minute_and_no_oftener() {
    let provider = Provider::open().await;
    let office = office(&provider, OPEN).await;
    assert_eq!(office.browser().through(&provider).await.status, StatusCode::OK);
    assert_eq!(provider.script().keys_asked, 1);
    provider.script().key = "second".to_owned();
    assert_eq!(office.browser().through(&provider).await.status, StatusCode::OK, "it signs with a new key");
    assert_eq!(provider.script().keys_asked, 2);

    provider.script().publishes = false;
    for n in 0..5 {
        provider.script().key = format!("invented {n}");
        assert_eq!(office.browser().through(&provider).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(provider.script().keys_asked, 2, "invented names fetch nothing");
    office.wait(60);
    assert_eq!(office.browser().through(&provider).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(provider.script().keys_asked, 3);
}

#[tokio::test]
async fn a_provider_that_is_away_keeps_nobody_out_who_has_a_password() {
    let provider = Provider::open().await;
    provider.script().is_down = true;
    let office = office(&provider, OPEN).await;
    for _ in 0..3 {
        let away = office.browser().post(LEAVE, json!({})).await;
        assert_eq!((away.status, away.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "30"));
        assert_eq!(away.json()["type"], "urn:geokontor:problem:provider-unavailable");
        assert!(away.text().contains("sign in with mail address and password"), "{}", away.text());
    }
    assert!(office.signed_in("ina@amt.example").await.is_in().await);

    provider.script().is_down = false;
    office.wait(5);
    let mut browser = office.browser();
    let answer = provider.approve(&browser.leave().await, office.now());
    provider.script().is_down = true;
    let away = browser.post(RETURN, answer).await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE, "{}", away.text());
    provider.script().is_down = false;
    assert_eq!(browser.through(&provider).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_provider_that_says_too_much_or_what_cannot_be_is_not_believed() {
    let lies = [
        json!({ "issuer": "https://evil.example" }),
        json!({ "authorization_endpoint": "http://evil.example/authorize" }),
        json!({ "authorization_endpoint": "javascript:alert(1)" }),
        json!({ "jwks_uri": "http://192.0.2.1/keys" }),
        json!({ "jwks_uri": "file:///etc/passwd" }),
        json!({ "token_endpoint": 7 }),
    ];
    for metadata in lies {
        let provider = Provider::open().await;
        provider.script().metadata = metadata.clone();
        let office = office(&provider, OPEN).await;
        let away = office.browser().post(LEAVE, json!({})).await;
        assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE, "{metadata}: {}", away.text());
    }
    let provider = Provider::open().await;
    provider.script().padding = 2 << 20;
    let office = office(&provider, OPEN).await;
    assert_eq!(office.browser().post(LEAVE, json!({})).await.status, StatusCode::SERVICE_UNAVAILABLE);
    provider.script().padding = 1 << 19;
    office.wait(5);
    assert_eq!(office.browser().post(LEAVE, json!({})).await.status, StatusCode::OK);
}

#[tokio::test]
async fn faults_of_the_declaration_keep_the_server_from_starting_and_name_their_line() {
    use geokontor::accounts::Providers;
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::open().await;
    let path = provider.declared_in(folder.path(), "creates_acounts = true\n");
    let fault = Providers::load(Some(&path)).expect_err("a fault").to_string();
    assert!(fault.contains("openid.toml:7: unknown field `creates_acounts`"), "{fault}");
}
