//! Files: kept whole or not at all, once, and gone when nothing has them.

mod encrypted;

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::{Method, StatusCode, Uri};
use bytes::Bytes;
use futures_util::{Stream, TryStreamExt, stream};
use geokontor::blobs::{BlobError, Blobs, Bucket, BucketSettings, NewAttachment, PORTION, Received, SWEEP, Sweeper};
use geokontor::blobs::{attach, attachments, detach};
use geokontor::store::Transaction;
use geokontor::tls::Authorities;
use geokontor::work::jobs;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::Digest;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::{TestServer, until};

const CONTENTS: &str = "SELECT count(*) FROM content";
const PORTIONS: &str = "SELECT count(*) FROM content_portion";
const BLOBS: &str = "SELECT count(*) FROM blob";
const SWEEPS: &str = "SELECT count(*) FROM job WHERE queue = 'sweep'";

/// A picture of so many bytes, none of which follows from those before it.
fn picture(bytes: usize) -> Vec<u8> {
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut number = 1_u32;
    while picture.len() < bytes {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        picture.extend_from_slice(&number.to_le_bytes());
    }
    picture.truncate(bytes);
    picture
}

/// As a connection brings it: in pieces of an odd size.
fn sent(bytes: &[u8]) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::iter(bytes.chunks(48_611).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect::<Vec<_>>())
}

async fn received(blobs: &Blobs, bytes: &[u8]) -> Received {
    blobs.receive(sent(bytes)).await.expect("it is received")
}

async fn read(blobs: &Blobs, received: &Received) -> Vec<u8> {
    let content = blobs.content(received.sha256).await.expect("a database").expect("content");
    let portions: Vec<Bytes> = content.bytes().await.expect("a stream").try_collect().await.expect("all of it");
    assert!(blobs.bucket.is_some() || portions.iter().all(|portion| portion.len() <= PORTION));
    assert_eq!(content.size, portions.iter().map(Bytes::len).sum::<usize>() as u64);
    portions.concat()
}

async fn begin(server: &TestServer) -> Transaction {
    crate::operating::jobs::begin(&server.app.store).await
}

fn to(of: Uuid, name: &str) -> NewAttachment<'_> {
    NewAttachment { subject: "inspection", of, name }
}

/// Attaches content to something and commits.
async fn attached(server: &TestServer, received: &Received, of: Uuid, name: &str) -> Uuid {
    let mut transaction = begin(server).await;
    let id = attach(&mut transaction, received, &to(of, name)).await.expect("it is attached");
    transaction.commit().await.expect("a commit");
    id
}

/// Two days go by.
async fn sweep(server: &TestServer) {
    server.execute("UPDATE content SET begun_at = begun_at - interval '2 days'").await;
    server.execute("UPDATE blob SET created_at = created_at - interval '2 days'").await;
    server.execute("UPDATE job SET run_at = now() - interval '1 second' WHERE queue = 'sweep'").await;
    until("it is swept", async || {
        let due = "SELECT count(*) FROM job WHERE queue = 'sweep' AND run_at < now()";
        server.count(due).await == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_kept_in_portions_and_comes_back_as_it_was() {
    let server = TestServer::start().await;
    let blobs = &server.app.blobs;
    for bytes in [1, PORTION - 1, PORTION, PORTION + 1, 3 * PORTION + 17] {
        let picture = picture(bytes);
        let received = received(blobs, &picture).await;
        let hash: [u8; 32] = sha2::Sha256::digest(&picture).into();
        assert_eq!((received.sha256.0, received.size), (hash, bytes as u64));
        assert!(blobs.content(received.sha256).await.expect("a database").is_none(), "it is nobody's yet");
        let of = Uuid::now_v7();
        let id = attached(&server, &received, of, "Überflurhydrant.jpg").await;
        let kept = attachments(&server.app.store, "inspection", of).await.expect("a database").remove(0);
        assert_eq!((kept.id, kept.sha256, kept.name.as_str()), (id, received.sha256, "Überflurhydrant.jpg"));
        // It is what it is, not what it is called.
        assert_eq!(kept.media, if bytes < 8 { "application/octet-stream" } else { "image/png" });
        assert_eq!(read(blobs, &received).await, picture);
    }
    let largest = "SELECT max(octet_length(bytes))::bigint FROM content_portion";
    assert_eq!((server.count(PORTIONS).await, server.count(largest).await), (9, PORTION as i64));
    let told = "SELECT count(*) FROM record_change WHERE subject = 'attachment' AND after::text NOT LIKE '%hydrant%'";
    assert_eq!(server.count(told).await, 5, "the journal has each attachment, and no name");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_file_that_breaks_off_or_is_refused_nothing_stays() {
    let server = TestServer::start().await;
    let blobs = Blobs { most: 2 * PORTION as u64, ..server.app.blobs.clone() };
    let pieces = [Ok(Bytes::from(picture(PORTION + 5))), Err("the line is cut")];
    let broken = blobs.receive(stream::iter(pieces)).await.expect_err("it broke off");
    assert_eq!(broken.to_string(), "the file broke off: the line is cut");
    let large = blobs.receive(sent(&picture(2 * PORTION + 1))).await.expect_err("it is too large");
    assert_eq!(large.to_string(), "a file may have 2097152 bytes");
    let empty = blobs.receive(sent(&[])).await.expect_err("it is empty");
    assert!(matches!(empty, BlobError::Empty));
    assert_eq!((server.count(CONTENTS).await, server.count(PORTIONS).await), (0, 0));
    assert!(blobs.receive(sent(&picture(2 * PORTION))).await.is_ok(), "as large as one may be");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_in_the_middle_keeps_nothing_and_says_so() {
    let server = TestServer::start().await;
    let blobs = &server.app.blobs;
    let failing = stream::unfold(0, |number| {
        let server = &server;
        async move {
            if number == 2 {
                server.execute("ALTER TABLE content_portion RENAME TO away").await;
            }
            (number < 4).then(|| (Ok::<_, Infallible>(Bytes::from(picture(PORTION))), number + 1))
        }
    });
    let failed = blobs.receive(failing).await.expect_err("the store has failed");
    assert!(matches!(failed, BlobError::Store(_)), "{failed}");
    server.execute("ALTER TABLE away RENAME TO content_portion").await;
    assert_eq!((server.count(CONTENTS).await, server.count(PORTIONS).await), (0, 0));
    // Whoever sends it again is served.
    let received = received(blobs, &picture(PORTION)).await;
    attached(&server, &received, Uuid::now_v7(), "again.png").await;
    assert_eq!(read(blobs, &received).await, picture(PORTION));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_is_kept_once_and_goes_when_nothing_has_it() {
    let server = TestServer::start().await;
    let (store, blobs) = (&server.app.store, &server.app.blobs);
    let picture = picture(PORTION + 1);
    let (first, second) = (received(blobs, &picture).await, received(blobs, &picture).await);
    let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
    let kept = [attached(&server, &first, one, "a.png").await, attached(&server, &second, other, "b.png").await];
    assert_eq!((server.count(BLOBS).await, server.count(CONTENTS).await), (1, 2));
    sweep(&server).await;
    assert_eq!((server.count(BLOBS).await, server.count(CONTENTS).await, server.count(PORTIONS).await), (1, 1, 2));
    assert_eq!(server.count(SWEEPS).await, 0, "nothing is left that may have to be swept");
    assert_eq!(read(blobs, &second).await, picture);

    for (n, id) in kept.into_iter().enumerate() {
        let mut transaction = begin(&server).await;
        assert!(detach(&mut transaction, id).await.expect("a database"));
        assert!(!detach(&mut transaction, id).await.expect("a database"), "it is gone");
        transaction.commit().await.expect("a commit");
        sweep(&server).await;
        assert_eq!(server.count(BLOBS).await, 1 - n as i64);
    }
    assert!(attachments(store, "inspection", one).await.expect("a database").is_empty());
    assert_eq!((server.count(CONTENTS).await, server.count(PORTIONS).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_committed_is_visible_to_nobody_and_swept() {
    let server = TestServer::start().await;
    let blobs = &server.app.blobs;
    let received = received(blobs, &picture(100)).await;
    let of = Uuid::now_v7();
    let mut transaction = begin(&server).await;
    attach(&mut transaction, &received, &to(of, "plan.png")).await.expect("it is attached");
    drop(transaction);
    assert!(blobs.content(received.sha256).await.expect("a database").is_none());
    for name in ["", "a\nb", &"x".repeat(201)] {
        let mut transaction = begin(&server).await;
        let refused = attach(&mut transaction, &received, &to(of, name)).await.expect_err("a bad name");
        assert!(matches!(refused, BlobError::Name), "{name}: {refused}");
    }
    // Half a day later it may be swept any time, so it is attached no more.
    server.execute("UPDATE content SET begun_at = now() - interval '13 hours'").await;
    let mut transaction = begin(&server).await;
    let late = attach(&mut transaction, &received, &to(of, "plan.png")).await.expect_err("too late");
    assert!(matches!(late, BlobError::Late), "{late}");
    drop(transaction);
    server.execute("UPDATE job SET run_at = now() - interval '1 second' WHERE queue = 'sweep'").await;
    let again = format!("SELECT count(*) FROM job WHERE queue = '{SWEEP}' AND run_at > now()");
    until("it is looked at again later", async || server.count(&again).await == 1).await;
    assert_eq!(server.count(CONTENTS).await, 1, "it has a day");
    sweep(&server).await;
    assert_eq!((server.count(CONTENTS).await, server.count(SWEEPS).await), (0, 0));
}

/// The server keeps files in this bucket, and sweeps it.
fn in_bucket(server: &TestServer, bucket: Bucket, stop: &CancellationToken) -> Blobs {
    let blobs = Blobs { bucket: Some(bucket), ..server.app.blobs.clone() };
    jobs::start(&server.app.store, vec![Arc::new(Sweeper(blobs.clone()))], stop);
    blobs
}

/// The workers of the server itself, which knows of no bucket, have ended.
async fn idle(server: &TestServer) {
    server.app.stop.cancel();
    until("nobody works", async || Arc::strong_count(&server.app.handlers[1]) == 1).await;
}

/// What holds for a bucket, whoever has it.
async fn is_kept_once_and_swept(server: &TestServer, blobs: &Blobs) {
    for bytes in [1, 5 * PORTION, 11 * PORTION + 3] {
        let picture = picture(bytes);
        let (one, again) = (received(blobs, &picture).await, received(blobs, &picture).await);
        let mut transaction = begin(server).await;
        for (n, received) in [&one, &again].into_iter().enumerate() {
            let name = format!("{n}.png");
            attach(&mut transaction, received, &to(Uuid::now_v7(), &name)).await.expect("it is attached");
        }
        transaction.commit().await.expect("a commit");
        assert_eq!(read(blobs, &again).await, picture);
        sweep(server).await;
        assert_eq!(read(blobs, &one).await, picture, "the second content is swept, the first stays");
    }
    assert_eq!((server.count(CONTENTS).await, server.count(PORTIONS).await), (3, 0));
    server.execute("DELETE FROM attachment").await;
    let last = received(blobs, &picture(1)).await;
    assert_eq!(last.size, 1);
    sweep(server).await;
    assert_eq!((server.count(BLOBS).await, server.count(CONTENTS).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_keeps_files_as_the_database_does_and_what_lies_in_either_is_read() {
    let server = TestServer::start().await;
    let before = received(&server.app.blobs, &picture(PORTION + 7)).await;
    idle(&server).await;
    attach_unseen(&server, &before).await;
    let stop = CancellationToken::new();
    let objects = Arc::new(InMemory::new());
    let blobs = in_bucket(&server, Bucket::within(objects.clone(), "district/files"), &stop);
    assert_eq!(read(&blobs, &before).await, picture(PORTION + 7), "it lies in the database since before");
    server.execute("DELETE FROM attachment").await;
    sweep(&server).await;
    is_kept_once_and_swept(&server, &blobs).await;
    let left: Vec<_> = objects.list(None).try_collect().await.expect("a list");
    assert_eq!(left, [], "objects go with their rows");
    // An object that somebody else has removed is told, not taken for an empty file.
    let lost = received(&blobs, &picture(100)).await;
    attach_unseen(&server, &lost).await;
    let all: Vec<_> = objects.list(None).try_collect().await.expect("a list");
    objects.delete(&all[0].location).await.expect("it is gone");
    let content = blobs.content(lost.sha256).await.expect("a database").expect("content");
    assert!(matches!(content.bytes().await.err(), Some(BlobError::Bucket(_))));
    let nowhere = Blobs { bucket: None, ..blobs.clone() }.content(lost.sha256).await.expect("a database");
    assert!(matches!(nowhere.expect("content").bytes().await.err(), Some(BlobError::NoBucket)));
    stop.cancel();
}

/// On a server that follows no longer: nobody waits until it is shown.
async fn attach_unseen(server: &TestServer, received: &Received) {
    let mut transaction = begin(server).await;
    attach(&mut transaction, received, &to(Uuid::now_v7(), "a.png")).await.expect("it is attached");
    transaction.commit().await.expect("a commit");
}

/// A store that takes an upload and its first part and refuses the next.
fn store_that_fails(parts: Arc<AtomicUsize>) -> Router {
    let answer = move |method: Method, uri: Uri| async move {
        let begun = "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>";
        match method {
            Method::POST if uri.query().is_some_and(|query| query.starts_with("uploads")) => {
                (StatusCode::OK, [("etag", "1")], begun)
            }
            Method::PUT if parts.fetch_add(1, Ordering::SeqCst) == 0 => (StatusCode::OK, [("etag", "1")], ""),
            Method::DELETE => (StatusCode::NO_CONTENT, [("etag", "1")], ""),
            _ => (StatusCode::FORBIDDEN, [("etag", "1")], "<Error><Code>QuotaExceeded</Code></Error>"),
        }
    };
    Router::new().fallback(answer)
}

fn settings(endpoint: Option<String>) -> BucketSettings {
    let (url, key, secret) = ("s3://files/district".to_owned(), "key".to_owned(), "s3cret".to_owned());
    BucketSettings { url, endpoint, region: None, key, secret, authorities: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_fails_in_the_middle_keeps_nothing_and_says_so_without_its_secret() {
    let server = TestServer::start().await;
    let parts = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let settings = settings(Some(format!("http://{}", listener.local_addr().expect("an address"))));
    let store = store_that_fails(parts.clone());
    tokio::spawn(async move { axum::serve(listener, store).await });
    assert!(!format!("{settings:?}").contains("s3cret"));
    let bucket = Bucket::of(&settings).expect("a bucket");
    let blobs = Blobs { bucket: Some(bucket), ..server.app.blobs.clone() };
    let failed = blobs.receive(sent(&picture(16 * PORTION))).await.expect_err("the store has failed");
    assert!(matches!(failed, BlobError::Bucket(_)) && !failed.to_string().contains("s3cret"), "{failed}");
    assert!(parts.load(Ordering::SeqCst) > 1, "it failed in the middle");
    assert_eq!((server.count(CONTENTS).await, server.count(BLOBS).await), (0, 0));
}

/// Against the store that `scripts/conformance` starts; nothing without one.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_of_others_that_speaks_s3_keeps_files() {
    let Ok(endpoint) = std::env::var("GEOKONTOR_S3") else { return };
    let server = TestServer::start().await;
    idle(&server).await;
    let authorities = std::env::var_os("GEOKONTOR_S3_CA").map(PathBuf::from);
    let authorities = authorities.map(|path| Authorities::read(&path).expect("certificates"));
    let settings = BucketSettings { authorities, ..settings(Some(endpoint)) };
    let stop = CancellationToken::new();
    let blobs = in_bucket(&server, Bucket::of(&settings).expect("a bucket"), &stop);
    is_kept_once_and_swept(&server, &blobs).await;
    stop.cancel();
}
