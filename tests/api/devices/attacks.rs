//! What is tried with codes, PINs and stolen cookies.

use axum::http::{Method, StatusCode};
use geokontor::identity::devices::EnrolmentCode;
use serde_json::json;

use super::{PIN, Station, device, enrol, enrolled, fire_service, listed};
use crate::accounts::{Browser, PASSWORD};
use crate::events::Listener;
use crate::support::{Reply, Token, hydrant};

#[tokio::test]
async fn a_code_enrols_once_and_not_after_its_time() {
    let station = Station::open().await;
    let mut administrator = station.administrator().await;
    let service = fire_service(&mut administrator, "FF Lossow").await;
    let (_, code) = device(&mut administrator, &service, "LF 10").await;
    let (mut first, mut second) = (station.office.browser(), station.office.browser());
    assert_eq!(enrol(&mut first, &code).await, StatusCode::CREATED);
    assert_eq!(enrol(&mut second, &code).await, StatusCode::FORBIDDEN);
    assert_eq!(second.cookies.len(), 0);
    assert_eq!(first.get("/api/enrolment").await.status, StatusCode::OK);

    let (id, late) = device(&mut administrator, &service, "TLF").await;
    station.office.wait(86_400);
    assert_eq!(enrol(&mut second, &late).await, StatusCode::FORBIDDEN);
    let mut administrator = station.office.administrator("b@kreis.example").await.0;
    let states: Vec<_> = listed(&mut administrator).await.iter().map(|one| one["state"].clone()).collect();
    assert_eq!(states, ["enrolled", "code_expired"]);
    let (_, revoked) = device(&mut administrator, &service, "ELW").await;
    let told = listed(&mut administrator).await;
    let elw =
        told.iter().find(|one| one["name"] == "ELW").expect("the third")["id"].as_str().expect("an id").to_owned();
    assert_ne!(elw, id);
    administrator.send(Method::DELETE, &format!("/api/devices/{elw}"), None).await;
    assert_eq!(enrol(&mut second, &revoked).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn of_many_who_use_a_code_at_once_one_is_enrolled() {
    let station = Station::open().await;
    let mut administrator = station.administrator().await;
    let service = fire_service(&mut administrator, "FF Lossow").await;
    let (_, code) = device(&mut administrator, &service, "LF 10").await;
    let mut tablets: Vec<Browser<'_>> = (0..8).map(|_| station.office.browser()).collect();
    let tried = futures_util::future::join_all(tablets.iter_mut().map(|tablet| enrol(tablet, &code))).await;
    assert_eq!(tried.iter().filter(|status| **status == StatusCode::CREATED).count(), 1, "{tried:?}");
}

/// A code, right or wrong, from an address.
async fn guess(station: &Station, from: &str, code: &str) -> Reply {
    let body = json!({ "code": code, "pin": PIN }).to_string().into_bytes();
    let headers = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
    station.office.server.ask_from(from, Method::POST, "/api/enrolment", Token::Nobody, &headers, body).await
}

#[tokio::test]
async fn whoever_guesses_at_codes_is_slowed_down_and_others_are_not() {
    let station = Station::open().await;
    let mut administrator = station.administrator().await;
    let service = fire_service(&mut administrator, "FF Lossow").await;
    let (_, code) = device(&mut administrator, &service, "LF 10").await;
    let mut tried = 0;
    for _ in 0..200 {
        let guessed = guess(&station, "192.0.2.1", &EnrolmentCode::random().reveal()).await;
        tried += usize::from(guessed.status == StatusCode::FORBIDDEN);
        station.office.wait(1);
    }
    // Without a pause, and then after one, two, four … seconds.
    assert!((10..=14).contains(&tried), "{tried} of 200 guesses were looked at");
    let refused = guess(&station, "192.0.2.1", &code).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "the right one is not looked at either");
    assert!(refused.header("retry-after").parse::<u32>().expect("seconds") > 10);
    assert_eq!(guess(&station, "192.0.2.2", &code).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_pin_is_kept_as_argon2id_and_guessed_at_slowly() {
    let station = Station::open().await;
    let mut administrator = station.administrator().await;
    let service = fire_service(&mut administrator, "FF Lossow").await;
    let (_, code) = device(&mut administrator, &service, "LF 10").await;
    let mut tablet = station.office.browser();
    for bad in ["", "123", "123456789", "12ab", "1111", "1234"] {
        let refused = tablet.post("/api/enrolment", json!({ "code": code, "pin": bad })).await;
        assert_eq!((refused.status, refused.pointers()), (StatusCode::BAD_REQUEST, vec!["/pin".to_owned()]), "{bad}");
    }
    assert_eq!(enrol(&mut tablet, &code).await, StatusCode::CREATED);
    assert_eq!(station.office.server.count("SELECT count(*) FROM device WHERE pin LIKE '$argon2id$%'").await, 1);
    let told = "SELECT count(*) FROM record_change WHERE after::text LIKE '%argon2id%' OR after::text LIKE '%10-43%'";
    assert_eq!(station.office.server.count(told).await, 0, "the journal has neither PIN nor name");

    let right = tablet.post("/api/enrolment/pin", json!({ "pin": PIN })).await;
    assert_eq!(right.status, StatusCode::NO_CONTENT);
    let mut looked_at = 0;
    for n in 0..300 {
        let guessed = tablet.post("/api/enrolment/pin", json!({ "pin": format!("9{n:03}") })).await;
        looked_at += usize::from(guessed.status == StatusCode::FORBIDDEN);
        station.office.wait(1);
    }
    assert!((10..=14).contains(&looked_at), "{looked_at} of 300 guesses were looked at");
    let mut stranger = station.office.browser();
    let nobody = stranger.post("/api/enrolment/pin", json!({ "pin": PIN })).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_stolen_cookie_is_worth_nothing_once_the_tablet_is_revoked_and_its_stream_ends() {
    let station = Station::open().await;
    let mut administrator = station.administrator().await;
    let service = fire_service(&mut administrator, "FF Lossow").await;
    let (tablet, id) = enrolled(&station, &mut administrator, &service).await;
    let mut thief = tablet.clone();
    let cookie = format!("__Host-geokontor-device={}", tablet.cookies["__Host-geokontor-device"]);
    let headers = [("cookie", cookie.as_str())];
    let server = &station.office.server;
    let mut stream = Listener::open_with(&server.app, "/api/events", &headers).await;
    server.seed("hydrants", vec![hydrant(11.41, 53.89, json!({}))]).await;
    assert!(stream.says("event: change").await);

    administrator.send(Method::DELETE, &format!("/api/devices/{id}"), None).await;
    server.seed("hydrants", vec![hydrant(11.42, 53.89, json!({}))]).await;
    assert!(stream.says("your rights have changed").await);
    assert!(!stream.says("event").await, "the stream is at its end");
    assert_eq!(thief.get(&station.item()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(server.get_with("/api/device/register", &headers).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_tablet_changes_nothing_and_administers_nobody_whatever_its_role_says() {
    let station = Station::open().await;
    let mut administrator = station.administrator().await;
    let service = fire_service(&mut administrator, "FF Lossow").await;
    let (mut tablet, id) = enrolled(&station, &mut administrator, &service).await;
    let patch = Some(json!({ "properties": { "ref": "H2" } }));
    let merge =
        [("sec-fetch-site", "same-origin"), ("if-match", "*"), ("content-type", "application/merge-patch+json")];
    let refused = tablet.ask(Method::PATCH, &station.item(), patch, &merge).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text().contains("Tablet liest") || refused.text().contains("tablet reads"), "{}", refused.text());
    for (method, path, status) in [
        (Method::DELETE, station.item(), StatusCode::FORBIDDEN),
        (Method::GET, format!("{}/history", station.item()), StatusCode::FORBIDDEN),
        (Method::GET, "/api/devices".to_owned(), StatusCode::UNAUTHORIZED),
        (Method::DELETE, format!("/api/devices/{id}"), StatusCode::UNAUTHORIZED),
        (Method::POST, "/api/tokens".to_owned(), StatusCode::UNAUTHORIZED),
        (Method::GET, "/api/account".to_owned(), StatusCode::UNAUTHORIZED),
        (Method::GET, "/api/jobs".to_owned(), StatusCode::FORBIDDEN),
    ] {
        let answered = tablet.ask(method.clone(), &path, Some(json!({})), &merge).await;
        assert_eq!(answered.status, status, "{method} {path}: {}", answered.text());
    }
    // A page of somebody else makes it sign nobody off.
    let lured = tablet.ask(Method::DELETE, "/api/enrolment", None, &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(lured.status, StatusCode::FORBIDDEN);
    assert_eq!(tablet.get("/api/enrolment").await.status, StatusCode::OK);
    // Whoever signs in on it is a person there, and the tablet again afterwards.
    tablet.get("/api/enrolment").await;
    let link = station.office.invite("p@amt.example", false).await;
    tablet.post("/api/links/password", json!({ "link": link, "password": PASSWORD })).await;
    tablet.sign_in("p@amt.example", PASSWORD).await;
    assert!(tablet.is_in().await);
    tablet.post("/api/sign-out", json!({})).await;
    assert_eq!(station.seen_by(&mut tablet).await["crew_note"], "key at the pub");
}

#[tokio::test]
async fn whoever_administers_one_organisation_sees_and_ends_no_tablets_of_another() {
    let station = Station::open().await;
    let mut administrator = station.administrator().await;
    station.office.server.seed("municipalities", vec![crate::support::municipality("13074001", 11.3)]).await;
    let new = json!({ "name": "Amt Lossow", "kind": "amt", "municipalities": ["13074001"] });
    let amt = administrator.post("/api/organisations", new).await.json()["id"].clone();
    let service = fire_service(&mut administrator, "FF Kreis").await;
    let (id, code) = device(&mut administrator, &service, "LF 10").await;

    let invited = json!({ "mail": "v@amt.example", "name": "V", "organisation": amt, "role": "administrator" });
    let made = administrator.post("/api/accounts", invited).await;
    let link = crate::accounts::secret(made.json()["link"].as_str().expect("a link"));
    let mut clerk = station.office.browser();
    clerk.post("/api/links/password", json!({ "link": link, "password": PASSWORD })).await;
    clerk.sign_in("v@amt.example", PASSWORD).await;
    clerk.enrol().await;
    assert_eq!(clerk.get("/api/devices").await.json()["devices"], json!([]));
    let one = format!("/api/devices/{id}");
    let wanted = json!({ "name": "mine", "organisation": service });
    for (method, path, body) in [
        (Method::DELETE, one.clone(), None),
        (Method::PATCH, one.clone(), Some(json!({ "name": "mine" }))),
        (Method::POST, format!("{one}/code"), Some(json!({}))),
        (Method::POST, "/api/devices".to_owned(), Some(wanted)),
    ] {
        assert_eq!(clerk.send(method, &path, body).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    // An Amt has no crews.
    let wanted = json!({ "name": "mine", "organisation": amt });
    let refused = clerk.post("/api/devices", wanted).await;
    assert_eq!((refused.status, refused.pointers()), (StatusCode::BAD_REQUEST, vec!["/organisation".to_owned()]));
    assert_eq!(enrol(&mut station.office.browser(), &code).await, StatusCode::CREATED);
}
