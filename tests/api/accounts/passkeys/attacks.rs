//! What somebody tries with passkeys that are not theirs, or not what they say.

use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};

use super::authenticator::Authenticator;
use super::{ALONE, OWN, Office, PASSWORD, SECOND};

#[tokio::test]
async fn an_answer_for_another_site_from_another_page_or_without_unlocking_opens_nothing() {
    let office = Office::open().await;
    let (_, mut authenticator) = office.with_passkey("a@amt.example").await;
    let changes: [fn(&mut Authenticator); 6] = [
        |one| one.origin = "https://geo.example.evil.example".to_owned(),
        |one| one.origin = "http://geo.example".to_owned(),
        |one| one.origin = "https://geo.example:8443".to_owned(),
        |one| one.site = "evil.example".to_owned(),
        |one| one.verified = false,
        |one| one.count = 0,
    ];
    for (nth, change) in changes.into_iter().enumerate() {
        for path in [ALONE, SECOND] {
            office.wait(3_600);
            let mut browser = office.half_in("a@amt.example").await;
            let question = browser.asked(path, json!({})).await;
            let (origin, site, count) = (authenticator.origin.clone(), authenticator.site.clone(), authenticator.count);
            authenticator.count += 1;
            change(&mut authenticator);
            let shown = browser.answer(path, authenticator.show(&question)).await;
            assert_eq!(shown.status, StatusCode::UNAUTHORIZED, "change {nth} at {path}: {}", shown.text());
            assert!(!browser.is_in().await);
            (authenticator.origin, authenticator.site) = (origin, site);
            (authenticator.count, authenticator.verified) = (count, true);
        }
    }
    let mut unchanged = office.browser();
    assert_eq!(unchanged.show_passkey(ALONE, &mut authenticator).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_copy_of_a_passkey_is_told_by_its_count() {
    let office = Office::open().await;
    let (_, mut authenticator) = office.with_passkey("a@amt.example").await;
    for path in [ALONE, SECOND] {
        assert_eq!(
            office.half_in("a@amt.example").await.show_passkey(path, &mut authenticator).await.status,
            StatusCode::OK
        );
        // The copy was made before, and has counted less.
        for back in [0, 1] {
            let mut thief = office.half_in("a@amt.example").await;
            let question = thief.asked(path, json!({})).await;
            let count = authenticator.count;
            authenticator.count -= back;
            let shown = thief.answer(path, authenticator.show(&question)).await;
            assert_eq!(shown.status, StatusCode::UNAUTHORIZED, "{back} back at {path}");
            authenticator.count = count;
        }
    }
    // Of two that are asked before either answers, only one is taken.
    let (mut holder, mut thief) = (office.half_in("a@amt.example").await, office.half_in("a@amt.example").await);
    let questions = [holder.asked(SECOND, json!({})).await, thief.asked(SECOND, json!({})).await];
    authenticator.count += 1;
    let answers = questions.map(|question| authenticator.show(&question));
    assert_eq!(holder.answer(SECOND, answers[0].clone()).await.status, StatusCode::OK);
    assert_eq!(thief.answer(SECOND, answers[1].clone()).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn one_that_does_not_count_is_taken_again_and_again() {
    let office = Office::open().await;
    let (mut browser, mut authenticator) = (office.signed_in("a@amt.example").await, Authenticator::new());
    authenticator.count = 0;
    assert_eq!(browser.add_passkey(&mut authenticator, "Schlüsselbund").await.status, StatusCode::OK);
    for _ in 0..3 {
        let mut elsewhere = office.browser();
        let question = elsewhere.asked(ALONE, json!({})).await;
        assert_eq!(elsewhere.answer(ALONE, authenticator.show(&question)).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn an_answer_is_taken_once_in_its_browser_its_session_and_its_time() {
    let office = Office::open().await;
    let (_, mut authenticator) = office.with_passkey("a@amt.example").await;
    authenticator.count = 100;
    let mut browser = office.browser();
    let question = browser.asked(ALONE, json!({})).await;
    let (answer, before) = (authenticator.show(&question), browser.clone());
    assert_eq!(browser.answer(ALONE, answer.clone()).await.status, StatusCode::OK);
    assert_eq!(before.clone().answer(ALONE, answer.clone()).await.status, StatusCode::UNAUTHORIZED, "replayed");

    // In a browser that was asked nothing, or something else.
    authenticator.count += 1;
    assert_eq!(office.browser().answer(ALONE, authenticator.show(&question)).await.status, StatusCode::UNAUTHORIZED);
    let mut other = office.browser();
    let another = other.asked(ALONE, json!({})).await;
    assert_eq!(other.answer(ALONE, authenticator.show(&question)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        other.answer(ALONE, authenticator.show(&another)).await.status,
        StatusCode::UNAUTHORIZED,
        "it had one try"
    );

    // What was asked for one way in opens no other.
    let mut half = office.half_in("a@amt.example").await;
    let question = half.asked(SECOND, json!({})).await;
    assert_eq!(half.answer(ALONE, authenticator.show(&question)).await.status, StatusCode::UNAUTHORIZED);
    // Nor in another session of the same browser.
    let question = half.asked(SECOND, json!({})).await;
    half.sign_in("a@amt.example", PASSWORD).await;
    assert_eq!(half.answer(SECOND, authenticator.show(&question)).await.status, StatusCode::UNAUTHORIZED);

    let mut late = office.browser();
    let question = late.asked(ALONE, json!({})).await;
    office.wait(301);
    assert_eq!(late.answer(ALONE, authenticator.show(&question)).await.status, StatusCode::UNAUTHORIZED);
    office.browser().asked(ALONE, json!({})).await;
    assert_eq!(office.server.count("SELECT count(*) FROM passkey_ceremony").await, 1, "the late ones are forgotten");
}

#[tokio::test]
async fn a_passkey_opens_the_account_it_was_made_for_and_no_other() {
    let office = Office::open().await;
    let (_, mut authenticator) = office.with_passkey("a@amt.example").await;
    let (mut victim, _) = office.with_passkey("b@amt.example").await;
    let id: String = victim.get("/api/account").await.json()["id"].as_str().expect("an id").to_owned();

    // As the second factor of somebody else, whose password is known.
    let shown = office.half_in("b@amt.example").await.show_passkey(SECOND, &mut authenticator).await;
    assert_eq!(shown.status, StatusCode::UNAUTHORIZED);
    // A challenge of somebody else.
    let (mut own, mut foreign) = (office.half_in("a@amt.example").await, office.half_in("b@amt.example").await);
    let question = foreign.asked(SECOND, json!({})).await;
    own.asked(SECOND, json!({})).await;
    authenticator.count += 1;
    assert_eq!(own.answer(SECOND, authenticator.show(&question)).await.status, StatusCode::UNAUTHORIZED);
    // Alone, with the name of somebody else.
    let user = std::mem::replace(&mut authenticator.user, id.parse::<uuid::Uuid>().expect("an id").as_bytes().to_vec());
    let mut browser = office.browser();
    assert_eq!(browser.show_passkey(ALONE, &mut authenticator).await.status, StatusCode::UNAUTHORIZED);
    authenticator.user = user;
    // Made known to a second account.
    let taken = victim.add_passkey(&mut authenticator, "geliehen").await;
    assert_eq!(taken.status, StatusCode::CONFLICT, "{}", taken.text());
    // Renamed or removed by others.
    let listed = victim.passkeys().await[0]["id"].as_str().expect("an id").to_owned();
    let mut other = office.signed_in("c@amt.example").await;
    let password = json!({ "password": PASSWORD });
    let path = format!("{OWN}/{listed}");
    assert_eq!(other.send(Method::DELETE, &path, Some(password)).await.status, StatusCode::NOT_FOUND);
    let renamed = other.send(Method::PATCH, &path, Some(json!({ "name": "x" }))).await;
    assert_eq!(renamed.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_signature_of_another_key_is_none() {
    let office = Office::open().await;
    let (_, authenticator) = office.with_passkey("a@amt.example").await;
    let mut forged = Authenticator::new();
    (forged.handle, forged.user) = (authenticator.handle.clone(), authenticator.user.clone());
    assert_eq!(office.browser().show_passkey(ALONE, &mut forged).await.status, StatusCode::UNAUTHORIZED);
    let shown = office.half_in("a@amt.example").await.show_passkey(SECOND, &mut forged).await;
    assert_eq!(shown.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn passkeys_of_disabled_and_erased_accounts_are_answered_like_unknown_ones() {
    let office = Office::open().await;
    let (mut administrator, _) = office.administrator("admin@amt.example").await;
    let mut bodies = Vec::new();
    for action in ["disable", "erase", "none"] {
        let (mut browser, mut authenticator) = office.with_passkey(&format!("{action}@amt.example")).await;
        let id = browser.get("/api/account").await.json()["id"].as_str().expect("an id").to_owned();
        let mut half = office.half_in(&format!("{action}@amt.example")).await;
        let question = half.asked(SECOND, json!({})).await;
        match action {
            "disable" => drop(administrator.post(&format!("/api/accounts/{id}/disable"), json!({})).await),
            "erase" => drop(administrator.send(Method::DELETE, &format!("/api/accounts/{id}"), None).await),
            _ => {
                let user = authenticator.user.clone();
                authenticator = Authenticator::new();
                authenticator.user = user;
            }
        }
        authenticator.count += 1;
        assert_eq!(
            half.answer(SECOND, authenticator.show(&question)).await.status,
            StatusCode::UNAUTHORIZED,
            "{action}"
        );
        let shown = office.browser().show_passkey(ALONE, &mut authenticator).await;
        assert_eq!(shown.status, StatusCode::UNAUTHORIZED, "{action}");
        let mut body = shown.json();
        body["request_id"] = json!(null);
        bodies.push(body);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
    let kept = "SELECT count(*) FROM credential JOIN account ON account.id = credential.account \
                WHERE erased_at IS NOT NULL";
    assert_eq!(office.server.count(kept).await, 0);
}

#[tokio::test]
async fn nobody_adds_a_passkey_with_a_session_alone_nor_with_half_a_sign_in() {
    let office = Office::open().await;
    let mut thief = office.signed_in("a@amt.example").await;
    for body in [json!({}), json!({ "password": "a guess at it" })] {
        assert_eq!(thief.post(OWN, body).await.status, StatusCode::FORBIDDEN);
    }
    let (mut browser, _) = office.with_passkey("b@amt.example").await;
    let mut half = office.half_in("b@amt.example").await;
    for body in [json!({}), json!({ "password": PASSWORD })] {
        let asked = half.post(OWN, body).await;
        assert_eq!(asked.status, StatusCode::CONFLICT, "{}", asked.text());
    }
    assert_eq!(half.post("/api/account/totp", json!({})).await.status, StatusCode::CONFLICT);
    // What the holder was asked, somebody else does not answer.
    let question = browser.asked(OWN, json!({ "password": PASSWORD })).await;
    let made = json!({ "name": "fremd", "credential": Authenticator::new().make(&question) });
    let mut other = office.signed_in("c@amt.example").await;
    other.cookies.insert("__Host-geokontor-passkey".to_owned(), browser.cookies["__Host-geokontor-passkey"].clone());
    let kept = other.send(Method::PUT, OWN, Some(made.clone())).await;
    assert_eq!(kept.status, StatusCode::UNAUTHORIZED, "{}", kept.text());
    assert_eq!(browser.send(Method::PUT, OWN, Some(made)).await.status, StatusCode::UNAUTHORIZED, "it had one try");
    // Pages of others ask and answer nothing.
    for (method, path) in [(Method::POST, ALONE), (Method::PUT, ALONE), (Method::POST, OWN), (Method::PUT, SECOND)] {
        let foreign = [("sec-fetch-site", "cross-site")];
        let reply = browser.ask(method, path, Some(json!({})), &foreign).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn answers_cannot_be_tried_without_end() {
    let office = Office::open().await;
    office.with_passkey("a@amt.example").await;
    let mut tried = 0;
    for _ in 0..30 {
        let mut thief = office.half_in("a@amt.example").await;
        match thief.show_passkey(SECOND, &mut Authenticator::new()).await.status {
            StatusCode::UNAUTHORIZED => tried += 1,
            status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
        }
    }
    assert!(tried <= 5, "{tried} were tried");
}

#[tokio::test]
async fn whoever_administers_takes_lost_passkeys_away() {
    let office = Office::open().await;
    let (mut administrator, _) = office.administrator("admin@amt.example").await;
    let (mut loser, mut authenticator) = office.with_passkey("a@amt.example").await;
    let id = loser.get("/api/account").await.json()["id"].as_str().expect("an id").to_owned();
    let reset = administrator.post(&format!("/api/accounts/{id}/factor-reset"), json!({})).await;
    assert_eq!(reset.status, StatusCode::OK, "{}", reset.text());
    assert!(!loser.is_in().await);
    let shown = office.browser().show_passkey(ALONE, &mut authenticator).await;
    assert_eq!(shown.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_journal_and_the_log_of_changes_know_nothing_of_a_passkey() {
    let office = Office::open().await;
    let (mut browser, mut authenticator) = office.with_passkey("a@amt.example").await;
    browser.show_passkey(ALONE, &mut authenticator).await;
    let handle = URL_SAFE_NO_PAD.encode(&authenticator.handle);
    let journal = format!(
        "SELECT count(*) FROM record_change WHERE concat(before, after) ILIKE ANY (ARRAY['%diensthandy%', '%{handle}%'])"
    );
    assert_eq!(office.server.count(&journal).await, 0);
}

#[tokio::test]
async fn rubbish_is_no_passkey() {
    let office = Office::open().await;
    let (mut browser, authenticator) = office.with_passkey("a@amt.example").await;
    let question = browser.asked(OWN, json!({ "password": PASSWORD })).await;
    let good = Authenticator::new().make(&question);
    let texts = ["", "A", "AAAA", "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVkBAA", "////", "ä"];
    let members = ["attestationObject", "clientDataJSON", "authenticatorData", "signature", "userHandle"];
    for text in texts {
        for member in members {
            let question = browser.asked(OWN, json!({ "password": PASSWORD })).await;
            let mut made = Authenticator::new().make(&question);
            made["response"][member] = json!(text);
            made["response"]["attestationObject"] = match member {
                "attestationObject" => json!(text),
                _ => json!(cut(&good["response"]["attestationObject"], text.len())),
            };
            let kept = browser.send(Method::PUT, OWN, Some(json!({ "name": "x", "credential": made }))).await;
            assert!(kept.status.is_client_error(), "{member} {text}: {}", kept.text());
            let mut attacker = office.browser();
            let question = attacker.asked(ALONE, json!({})).await;
            let mut shown = authenticator.show(&question);
            shown["response"][member] = json!(text);
            shown["rawId"] = json!(text);
            let shown = attacker.answer(ALONE, shown).await;
            assert!(shown.status.is_client_error(), "{member} {text}: {}", shown.text());
        }
    }
    for credential in [json!(null), json!([]), json!("x"), json!({}), json!({ "id": 1 })] {
        assert_eq!(office.browser().answer(ALONE, credential).await.pointers(), ["/credential"]);
    }
}

/// A text without its last characters.
fn cut(text: &Json, by: usize) -> String {
    let text = text.as_str().expect("a text");
    text[..text.len() - 4 * (by + 1)].to_owned()
}
