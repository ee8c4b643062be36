//! Bad input: files that lie, break off or are too much, and questions that are wrong.

use axum::http::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::{DOCUMENT, Office, path, photo};
use crate::support::{TestServer, Token, declarations_with};

/// Everything that a file could leave behind.
const LEFT: &str = "SELECT (SELECT count(*) FROM object_file) + (SELECT count(*) FROM attachment) + (SELECT count(*) FROM blob) \
                    + (SELECT count(*) FROM content) + (SELECT count(*) FROM record_change WHERE subject IN ('object_file', 'attachment'))";

/// A PNG whose head says that it has 200 megapixels, with the sum that belongs to it.
fn enormous() -> Vec<u8> {
    let mut head = b"IHDR".to_vec();
    head.extend(20_000_u32.to_be_bytes());
    head.extend(10_000_u32.to_be_bytes());
    head.extend([8, 2, 0, 0, 0]);
    let mut sum = flate2::Crc::new();
    sum.update(&head);
    [&b"\x89PNG\r\n\x1a\n\0\0\0\x0d"[..], &head, &sum.sum().to_be_bytes(), b"\0\0\0\0IDAT\x35\xaf\x06\x1e"].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_photo_or_document_is_refused_with_a_reason_and_nothing_of_it_stays() {
    let office = Office::open().await;
    let jpeg = photo(64, 64, 1);
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><script>alert(1)</script></svg>";
    for (bytes, status, word) in [
        (&svg[..], StatusCode::UNSUPPORTED_MEDIA_TYPE, "JPEG"),
        (b"<!DOCTYPE html><script>alert(1)</script>", StatusCode::UNSUPPORTED_MEDIA_TYPE, "JPEG"),
        (b"GIF89a\x01\0\x01\0\0\0\0;", StatusCode::UNSUPPORTED_MEDIA_TYPE, "JPEG"),
        (b"PK\x03\x04", StatusCode::UNSUPPORTED_MEDIA_TYPE, "JPEG"),
        (&enormous(), StatusCode::PAYLOAD_TOO_LARGE, "200"),
        (&jpeg[..jpeg.len() / 2], StatusCode::BAD_REQUEST, "damaged"),
        (&DOCUMENT[..20], StatusCode::BAD_REQUEST, "damaged"),
        (&[DOCUMENT, b"PK\x05\x06"].concat(), StatusCode::BAD_REQUEST, "damaged"),
        (b"", StatusCode::BAD_REQUEST, "empty"),
    ] {
        // What its sender says of it is no reason to take it.
        let headers = [("content-type", "image/jpeg"), ("accept-language", "en")];
        let (address, token) = (office.address("&name=photo.jpg").0, Token::Secret(&office.token));
        let reply = office.server.send_bytes(Method::POST, &address, token, &headers, bytes.to_vec()).await;
        assert_eq!(reply.status, status, "{}: {}", String::from_utf8_lossy(bytes), reply.text());
        assert!(reply.text().contains(word), "{}", reply.text());
    }
    let packed = [("content-encoding", "gzip")];
    let token = Token::Secret(&office.token);
    let reply = office.server.send_bytes(Method::POST, &office.address("").0, token, &packed, jpeg.clone()).await;
    assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(office.server.count(LEFT).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_what_its_content_says_whatever_it_is_called() {
    let office = Office::open().await;
    let file = office.added("&name=photo.jpg", DOCUMENT).await;
    assert_eq!((&file["medium"], &file["kind"]), (&json!("document"), &json!("plan")));
    let file = office.added("&name=plan.pdf", &photo(64, 64, 1)).await;
    assert_eq!((&file["medium"], &file["kind"]), (&json!("photo"), &json!("near")));
    // A photo is none of the kinds of a document.
    let reply = office.send(&office.token, &office.address("&kind=agreement").0, &photo(64, 64, 2)).await;
    assert_eq!((reply.status, reply.pointers()), (StatusCode::BAD_REQUEST, vec!["kind".to_owned()]));
    // And a photo that is something else, too, is nothing but a photo.
    let both = [&photo(64, 64, 3)[..], b"PK\x03\x04<script>alert(1)</script>"].concat();
    let file = office.added("", &both).await;
    let kept = office.get(&format!("{}/content", path(&file))).await;
    assert!(!kept.body.windows(6).any(|window| window == b"script"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_more_bytes_than_are_declared_is_refused() {
    let folder = declarations_with(|text| text.replace("megabytes = 25", "megabytes = 1"));
    let office = Office::with(TestServer::start_with(folder.path().to_owned()).await).await;
    let large = [&DOCUMENT[..9], &vec![b' '; 1 << 20], &DOCUMENT[9..]].concat();
    let reply = office.send(&office.token, &office.address("").0, &large).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", reply.text());
    assert_eq!(office.server.count(LEFT).await, 0);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_question_is_told_at_once() {
    let office = Office::open().await;
    let path = format!(
        "/api/files?collection=hydrants&object=7&id=x&kind=selfie&name={}&caption=a%0Ab&defect=1&size=9",
        "x".repeat(121)
    );
    let mut pointers = office.send(&office.token, &path, b"").await.pointers();
    pointers.sort_unstable();
    assert_eq!(pointers, ["caption", "defect", "id", "kind", "name", "object", "size"]);
    let mut pointers = office.send(&office.token, "/api/files", b"").await.pointers();
    pointers.sort_unstable();
    assert_eq!(pointers, ["collection", "id", "object"]);
    let nobody = Uuid::now_v7();
    for path in [
        format!("/api/files?collection=hydrants&object={nobody}"),
        format!("/api/files?collection=no_such&object={nobody}"),
        format!("/api/files/{nobody}/content"),
        "/api/files/7/content".to_owned(),
        format!("/api/files/{nobody}/..%2Fcontent"),
    ] {
        assert_eq!(office.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_with_a_change_is_told_at_once_and_only_photos_are_drawn_on() {
    let office = Office::open().await;
    let (picture, document) = (office.added("", &photo(64, 64, 1)).await, office.added("", DOCUMENT).await);
    let wanted = json!({
        "caption": "a\nb", "notes": [{ "shape": "arrow", "from": [0, 0], "to": [2, 2] }], "colour": "red",
        "before": document["id"], "behind": document["id"],
    });
    let mut pointers = office.change(Method::PATCH, &path(&picture), Some(&wanted)).await.pointers();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/behind", "/caption", "/colour", "/notes"]);
    let notes = json!([{ "shape": "arrow", "from": [0, 0], "to": [1, 1] }]);
    let wanted = json!({ "kind": "near", "notes": notes, "before": Uuid::now_v7() });
    let mut pointers = office.change(Method::PATCH, &path(&document), Some(&wanted)).await.pointers();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/before", "/kind", "/notes"]);
    for body in [json!(null), json!([]), json!(7)] {
        let reply = office.change(Method::PATCH, &path(&picture), Some(&body)).await;
        assert!(reply.status.is_success() || reply.status == StatusCode::BAD_REQUEST, "{body}: {}", reply.text());
    }
    let nasty = "<img src=x onerror=alert(1)>=HYPERLINK(\"http://evil\")";
    let reply = office.change(Method::PATCH, &path(&picture), Some(&json!({ "caption": nasty }))).await;
    assert_eq!((reply.json()["caption"].as_str(), reply.header("content-type")), (Some(nasty), "application/json"));
}
