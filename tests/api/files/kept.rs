//! What is kept, how it is given, and what becomes of it.

use axum::http::{Method, StatusCode};
use image::GenericImageView;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{DOCUMENT, Office, ids, path, photo};
use crate::support::{TestServer, Token, declarations_with, hydrant, until};

const FILES: &str = "SELECT count(*) FROM object_file";
const ATTACHMENTS: &str = "SELECT count(*) FROM attachment";

fn size(picture: &[u8]) -> (u32, u32) {
    image::load_from_memory(picture).expect("a picture").dimensions()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_given_in_three_sizes_that_are_kept_by_who_may_see_it() {
    let office = Office::open().await;
    let file = office.added("&kind=surroundings&name=IMG_0815.jpg&caption=Vom+Feldweg", &photo(2_000, 1_000, 1)).await;
    assert_eq!(file["medium"], "photo");
    assert_eq!((&file["kind"], &file["kind_title"]["de"]), (&json!("surroundings"), &json!("Umgebung")));
    assert_eq!((&file["name"], &file["caption"]), (&json!("IMG_0815.jpg"), &json!("Vom Feldweg")));
    assert_eq!(
        (&file["width"], &file["height"], &file["media_type"]),
        (&json!(2_000), &json!(1_000), &json!("image/jpeg"))
    );
    assert_eq!(office.listed().await, vec![file.clone()]);
    for (of, wanted) in [("content", (2_000, 1_000)), ("screen", (1_600, 800)), ("thumbnail", (320, 160))] {
        let reply = office.get(file[of].as_str().expect("an address")).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!((reply.header("content-type"), size(&reply.body)), ("image/jpeg", wanted));
        assert_eq!(reply.header("content-length"), reply.body.len().to_string());
        assert_eq!(reply.header("cache-control"), "private, max-age=31536000, immutable");
        assert_eq!(reply.header("vary"), "Authorization, Cookie");
        assert_eq!(reply.header("content-security-policy"), "default-src 'none'; sandbox; frame-ancestors 'none'");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        let known = [("if-none-match", reply.header("etag"))];
        let again = office.server.send(
            Method::GET,
            file[of].as_str().expect("an address"),
            Token::Secret(&office.token),
            &known,
            None,
        );
        let again = again.await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    }
    let none = office.get(&format!("{}/original", path(&file))).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_kept_as_it_is_and_never_shown_in_a_page_of_this_server() {
    let office = Office::open().await;
    let file = office.added("&kind=record&name=Pr%C3%BCfung+%22A%22%3B.pdf", DOCUMENT).await;
    assert_eq!((&file["medium"], &file["media_type"]), (&json!("document"), &json!("application/pdf")));
    assert_eq!((&file["screen"], &file["thumbnail"], &file["width"]), (&Json::Null, &Json::Null, &Json::Null));
    let reply = office.get(file["content"].as_str().expect("an address")).await;
    assert_eq!((reply.header("content-type"), reply.body.as_slice()), ("application/pdf", DOCUMENT));
    let disposition = "attachment; filename=\"document.pdf\"; filename*=UTF-8''Pr%C3%BCfung%20%22A%22%3B.pdf";
    assert_eq!(reply.header("content-disposition"), disposition);
    assert_eq!(reply.header("content-security-policy"), "default-src 'none'; sandbox; frame-ancestors 'none'");
    for size in ["screen", "thumbnail"] {
        assert_eq!(office.get(&format!("{}/{size}", path(&file))).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_sent_again_or_at_the_same_moment_is_there_once() {
    let office = Office::open().await;
    let (address, id) = office.address("&caption=Erste");
    let (jpeg, token) = (photo(400, 300, 1), &office.token);
    let both = async {
        let (one, other) = tokio::join!(office.send(token, &address, &jpeg), office.send(token, &address, &jpeg));
        [one, other]
    };
    let mut told = both.await.map(|reply| {
        assert_eq!(reply.json()["id"], json!(id), "{}", reply.text());
        reply.status
    });
    told.sort_unstable();
    assert_eq!(told, [StatusCode::OK, StatusCode::CREATED]);
    // The content is not asked for any more.
    let again = office.send(token, &address, b"").await;
    assert_eq!((again.status, &again.json()["caption"]), (StatusCode::OK, &json!("Erste")));
    assert_eq!((office.server.count(FILES).await, office.server.count(ATTACHMENTS).await), (1, 2));
    let other = office.server.seed("hydrants", vec![hydrant(11.41, 53.89, json!({}))]).await[0];
    let address = format!("/api/files?collection=hydrants&object={other}&id={id}");
    assert_eq!(office.send(token, &address, &jpeg).await.status, StatusCode::CONFLICT, "another object's");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_a_photo_what_is_drawn_on_it_and_its_place_change_as_somebody_saw_them() {
    let office = Office::open().await;
    let mut files = Vec::new();
    for number in 1..=3 {
        files.push(office.added("", &photo(64, 64, number)).await);
    }
    let [first, second, third] = [0, 1, 2].map(|n| files[n]["id"].as_str().expect("an id").to_owned());
    assert_eq!(ids(&office.listed().await), [&*first, &second, &third]);
    let notes = json!([{ "shape": "arrow", "from": [0.1, 0.2], "to": [0.5, 0.5] }, { "shape": "text", "at": [0.1, 0.1], "text": "Schieber" }]);
    let wanted = json!({ "kind": "sign", "caption": "Am Zaun", "notes": notes, "before": first });
    let reply = office.change(Method::PATCH, &path(&files[2]), Some(&wanted)).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let changed = reply.json();
    assert_eq!((&changed["kind"], &changed["caption"], &changed["notes"]), (&json!("sign"), &json!("Am Zaun"), &notes));
    assert_eq!(ids(&office.listed().await), [&*third, &first, &second]);
    let reply = office.change(Method::PATCH, &path(&files[2]), Some(&json!({ "behind": first, "caption": "" }))).await;
    assert_eq!((&reply.json()["caption"], &reply.json()["notes"]), (&Json::Null, &notes));
    assert_eq!(ids(&office.listed().await), [&*first, &third, &second]);
    // What somebody has not seen is not written over.
    let send = async |headers: &[(&str, &str)]| {
        let headers = [&[("content-type", "application/json")], headers].concat();
        let body = json!({ "caption": "Neu" });
        office
            .server
            .send(Method::PATCH, &path(&files[2]), Token::Secret(&office.token), &headers, Some(&body))
            .await
            .status
    };
    assert_eq!(send(&[]).await, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(send(&[("if-match", "\"1\"")]).await, StatusCode::PRECONDITION_FAILED);
    assert_eq!(send(&[("if-match", "\"3\"")]).await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_away_comes_back_until_it_is_forgotten_with_its_content() {
    let office = Office::open().await;
    let file = office.added("", &photo(500, 500, 1)).await;
    let own = path(&file);
    assert_eq!(office.change(Method::DELETE, &own, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(office.change(Method::DELETE, &own, None).await.status, StatusCode::NO_CONTENT, "it is away");
    assert!(office.listed().await.is_empty());
    let changed = office.change(Method::PATCH, &own, Some(&json!({ "caption": "x" }))).await;
    assert_eq!(changed.status, StatusCode::CONFLICT);
    let away = office.listed_by(&office.token, "&removed=true").await;
    assert!(away[0]["removed_at"].is_string());
    assert_eq!(office.get(&format!("{own}/thumbnail")).await.status, StatusCode::OK, "who may bring it back sees it");
    let reader = office.server.token("reader", None, None).await;
    assert!(office.listed_by(&reader, "&removed=true").await.is_empty());
    assert_eq!(office.get_as(&reader, &format!("{own}/thumbnail")).await.status, StatusCode::NOT_FOUND);
    let back = office.change(Method::POST, &format!("{own}/restore"), None).await;
    assert_eq!((back.status, &back.json()["removed_at"]), (StatusCode::OK, &Json::Null));
    assert_eq!(ids(&office.listed().await), [file["id"].as_str().expect("an id")]);
    // The job of the first removal finds it there.
    office.server.execute("UPDATE job SET run_at = now() - interval '1 second' WHERE queue = 'forget-file'").await;
    let waits = "SELECT count(*) FROM job WHERE queue = 'forget-file'";
    until("the job is done", async || office.server.count(waits).await == 0).await;
    assert_eq!(office.server.count(FILES).await, 1);
    office.change(Method::DELETE, &own, None).await;
    office.server.execute("UPDATE object_file SET removed_at = removed_at - interval '31 days'").await;
    office.server.execute("UPDATE job SET run_at = now() - interval '1 second' WHERE queue = 'forget-file'").await;
    until("it is forgotten", async || office.server.count(FILES).await == 0).await;
    assert_eq!(office.server.count(ATTACHMENTS).await, 0);
    assert_eq!(office.change(Method::POST, &format!("{own}/restore"), None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_has_every_change_of_a_file_and_nothing_that_people_typed_or_drew() {
    let office = Office::open().await;
    let file = office.added("&name=Herr+Meier.jpg&caption=Bei+Meiers", &photo(64, 64, 1)).await;
    let notes = json!([{ "shape": "text", "at": [0, 0], "text": "Meier" }]);
    office.change(Method::PATCH, &path(&file), Some(&json!({ "notes": notes }))).await;
    office.change(Method::DELETE, &path(&file), None).await;
    let told = "SELECT count(*) FROM record_change WHERE subject = 'object_file'";
    assert_eq!(office.server.count(told).await, 3);
    let named = "SELECT count(*) FROM record_change r JOIN changeset c ON c.id = r.changeset \
                 WHERE r.before::text LIKE '%Meier%' OR r.after::text LIKE '%Meier%' OR c.reason LIKE '%Meier%'";
    assert_eq!(office.server.count(named).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_has_no_more_files_than_are_declared_and_a_removed_one_makes_room() {
    let few = |text: String| text.replace("most = 12", "most = 2");
    let folder = declarations_with(few);
    let office = Office::with(TestServer::start_with(folder.path().to_owned()).await).await;
    let first = office.added("", &photo(64, 64, 1)).await;
    office.added("", &photo(64, 64, 2)).await;
    let third = office.send(&office.token, &office.address("").0, &photo(64, 64, 3)).await;
    assert_eq!(third.status, StatusCode::CONFLICT, "{}", third.text());
    office.added("", DOCUMENT).await;
    office.change(Method::DELETE, &path(&first), None).await;
    office.added("", &photo(64, 64, 3)).await;
    let back = office.change(Method::POST, &format!("{}/restore", path(&first)), None).await;
    assert_eq!(back.status, StatusCode::CONFLICT, "{}", back.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collection_that_declares_no_files_takes_none() {
    let none = |text: String| {
        let (before, rest) = text.split_once("[photos]").expect("photos");
        format!("{before}{}", &rest[rest.find("[[properties]]").expect("properties")..])
    };
    let folder = declarations_with(none);
    let office = Office::with(TestServer::start_with(folder.path().to_owned()).await).await;
    let reply = office.send(&office.token, &office.address("").0, &photo(64, 64, 1)).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND, "{}", reply.text());
    let unknown = format!("/api/files?collection=roads&object={}", Uuid::now_v7());
    assert_eq!(office.get(&unknown).await.status, StatusCode::NOT_FOUND);
}
