//! A store that is asked over HTTPS, with a certificate that an authority of the district's own has signed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use geokontor::blobs::{BlobError, Blobs, Bucket, BucketSettings, PORTION};
use geokontor::texts::{Language, Texts, Told};
use geokontor::tls::Authorities;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::{BLOBS, CONTENTS, picture, sent, settings, store_that_fails};
use crate::support::{TestServer, certified};

/// Connections over TLS to a store on this machine.
struct Encrypted(TcpListener, TlsAcceptor);

impl axum::serve::Listener for Encrypted {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, address)) = self.0.accept().await else { continue };
            // Whoever does not trust the certificate ends here.
            if let Ok(stream) = self.1.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_whose_certificate_the_district_has_signed_itself_is_trusted_where_that_is_configured() {
    let server = TestServer::start().await;
    let asked = Arc::new(AtomicUsize::new(0));
    let (authority, acceptor) = certified();
    let listener = Encrypted(TcpListener::bind("127.0.0.1:0").await.expect("a port"), acceptor);
    let stranger = settings(Some(format!("https://{}", listener.0.local_addr().expect("an address"))));
    let store = store_that_fails(asked.clone());
    tokio::spawn(async move { axum::serve(listener, store).await });
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("district.pem");
    for (content, reason) in [(None, "no such file"), (Some("nothing"), "there is no certificate in")] {
        content.inspect(|content| std::fs::write(&path, content).expect("a file"));
        let refused = Authorities::read(&path).expect_err("a bad file");
        let refused = Texts::built_in().sentence(&Told::of(&refused), Language::En);
        assert!(refused.contains("district.pem") && refused.contains(reason), "{refused}");
    }
    std::fs::write(&path, authority).expect("a file");
    let authorities = Some(Authorities::read(&path).expect("a certificate"));
    let trusting = BucketSettings { authorities, ..stranger.clone() };
    for (settings, is_asked) in [(stranger, false), (trusting, true)] {
        let bucket = Bucket::of(&settings).expect("a bucket");
        let blobs = Blobs { bucket: Some(bucket), ..server.app.blobs.clone() };
        let failed =
            blobs.receive(sent(&picture(16 * PORTION))).await.expect_err("one is not trusted, the other fails");
        assert!(matches!(failed, BlobError::Bucket(_)), "{failed}");
        assert_eq!(asked.load(Ordering::SeqCst) > 0, is_asked);
    }
    assert_eq!((server.count(CONTENTS).await, server.count(BLOBS).await), (0, 0));
}
