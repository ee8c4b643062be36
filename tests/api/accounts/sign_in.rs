use axum::http::{Method, StatusCode};
use serde_json::json;

use super::browser::code;
use super::{Office, PASSWORD};
use crate::support::declarations_with;

#[tokio::test]
async fn an_invitation_leads_by_password_and_authenticator_to_an_account() {
    let office = Office::open().await;
    let link = office.invite("Erika@Amt.example", true).await;
    let mut browser = office.browser();
    let opened = browser.post("/api/links/open", json!({ "link": link })).await;
    assert_eq!((opened.status, &opened.json()["purpose"]), (StatusCode::OK, &json!("invitation")));
    assert_eq!(opened.json()["mail"], "erika@amt.example");
    let weak = browser.post("/api/links/password", json!({ "link": link, "password": "mustermann 1" })).await;
    assert_eq!((weak.status, weak.pointers()), (StatusCode::BAD_REQUEST, vec!["/password".to_owned()]));
    let set = browser.post("/api/links/password", json!({ "link": link, "password": PASSWORD })).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text());

    // An administrator without a second factor is not in yet.
    assert_eq!(browser.sign_in("erika@amt.example", PASSWORD).await.json()["state"], "enrolment");
    assert!(!browser.is_in().await);
    let secret = browser.enrol().await;
    let account = browser.get("/api/account").await.json();
    assert_eq!((&account["name"], &account["role"]), (&json!("Erika Mustermann"), &json!("administrator")));
    assert_eq!(account["factors"]["recovery_codes"], 10);

    // Next time the code is asked for, on whatever node and browser.
    let mut elsewhere = office.browser();
    assert_eq!(elsewhere.sign_in("erika@amt.example", PASSWORD).await.json()["state"], "second_factor");
    assert!(!elsewhere.is_in().await);
    office.wait(30);
    let shown = elsewhere.post("/api/sign-in/second-factor", json!({ "code": code(&secret, office.now()) })).await;
    assert_eq!(shown.json()["state"], "signed_in", "{}", shown.text());
    assert!(elsewhere.is_in().await);
}

#[tokio::test]
async fn a_recovery_code_opens_once() {
    let office = Office::open().await;
    let (mut browser, _) = office.administrator("a@amt.example").await;
    let codes = browser.post("/api/account/recovery-codes", json!({ "password": PASSWORD })).await.json();
    let code = codes["recovery_codes"][0].as_str().expect("a code").to_uppercase();
    for expected in [StatusCode::OK, StatusCode::UNAUTHORIZED] {
        let mut elsewhere = office.browser();
        elsewhere.sign_in("a@amt.example", PASSWORD).await;
        let shown = elsewhere.post("/api/sign-in/second-factor", json!({ "code": code })).await;
        assert_eq!(shown.status, expected, "{}", shown.text());
    }
    assert_eq!(browser.get("/api/account").await.json()["factors"]["recovery_codes"], 9);
}

#[tokio::test]
async fn unknown_addresses_wrong_passwords_and_disabled_accounts_are_answered_alike() {
    let office = Office::open().await;
    office.signed_in("known@amt.example").await;
    office.signed_in("gone@amt.example").await;
    office.server.execute("UPDATE account SET disabled_at = now() WHERE mail = 'gone@amt.example'").await;
    let mut bodies = Vec::new();
    for (mail, password) in
        [("known@amt.example", "another password"), ("nobody@amt.example", PASSWORD), ("gone@amt.example", PASSWORD)]
    {
        let reply = office.browser().sign_in(mail, password).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        let mut body = reply.json();
        body["request_id"] = json!(null);
        bodies.push(body);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
}

#[tokio::test]
async fn everybody_may_be_asked_for_a_second_factor() {
    use geokontor::config::SecondFactor;
    let office = Office::configured(|config| config.second_factor = SecondFactor::Everybody).await;
    let link = office.invite("a@amt.example", false).await;
    let mut browser = office.browser();
    browser.post("/api/links/password", json!({ "link": link, "password": PASSWORD })).await;
    assert_eq!(browser.sign_in("a@amt.example", PASSWORD).await.json()["state"], "enrolment");
    browser.enrol().await;
    let removed = browser.send(Method::DELETE, "/api/account/totp", Some(json!({ "password": PASSWORD }))).await;
    assert_eq!(removed.status, StatusCode::FORBIDDEN, "{}", removed.text());
}

#[tokio::test]
async fn a_role_may_ask_for_a_second_factor_without_administering() {
    let folder = declarations_with(|hydrants| hydrants);
    let path = folder.path().join("roles/warden.toml");
    let text = std::fs::read_to_string(&path).expect("a role");
    std::fs::write(&path, format!("second_factor = true\n{text}")).expect("a role");
    let office = Office::configured(|config| config.data = folder.path().to_owned()).await;
    let (mut administrator, _) = office.administrator("admin@amt.example").await;
    let mut person = office.signed_in("a@amt.example").await;
    let account = person.get("/api/account").await.json()["id"].clone();
    let new = json!({ "name": "Feuerwehr Lossow", "kind": "fire_service" });
    let organisation = administrator.post("/api/organisations", new).await.json()["id"].clone();
    let mut give = async |role: &str| {
        let role = json!({ "account": account, "organisation": organisation, "role": role });
        let given = administrator.post("/api/memberships", role).await;
        assert_eq!(given.status, StatusCode::CREATED, "{}", given.text());
        given.json()["id"].as_str().expect("an id").to_owned()
    };
    give("reader").await;
    assert!(person.is_in().await, "this one asks for none");
    let warden = give("warden").await;
    assert!(!person.is_in().await, "the session was begun with less");
    assert_eq!(person.sign_in("a@amt.example", PASSWORD).await.json()["state"], "enrolment");
    person.enrol().await;
    let german = [("accept-language", "de"), ("sec-fetch-site", "same-origin")];
    let own = person.ask(Method::GET, "/api/account", None, &german).await;
    assert_eq!(own.json()["factors"]["required"], true);
    assert!(own.text().contains("Wer diese Rolle hat, meldet sich mit einem zweiten Faktor an."), "{}", own.text());
    let password = json!({ "password": PASSWORD });
    let removed = person.send(Method::DELETE, "/api/account/totp", Some(password.clone())).await;
    assert_eq!(removed.status, StatusCode::FORBIDDEN, "{}", removed.text());

    administrator.send(Method::DELETE, &format!("/api/memberships/{warden}"), None).await;
    let removed = person.send(Method::DELETE, "/api/account/totp", Some(password)).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{}", removed.text());
}

#[tokio::test]
async fn every_fault_of_what_is_sent_is_named() {
    let office = Office::open().await;
    let reply = office.browser().post("/api/sign-in", json!({ "mail": "nobody", "extra": 1 })).await;
    let mut pointers = reply.pointers();
    pointers.sort();
    assert_eq!(pointers, ["/extra", "/mail", "/password"], "{}", reply.text());
}
