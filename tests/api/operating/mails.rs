//! Mails, and mail servers that are down, busy, rude or cut off.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use geokontor::feature::crs::Crs;
use geokontor::mail::store::{MailState, outbox};
use geokontor::mail::{NewMail, PATIENCE, Relay, Sender, Templates, post};
use geokontor::store::Store;
use geokontor::texts::Language;
use geokontor::tls::Authorities;
use geokontor::work::jobs::{self, Patience};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, split};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::jobs::begin;
use crate::support::{Database, certified, until};

/// What a mail server does with the next mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Take,
    /// 451 to the recipient.
    Later,
    /// 550 to the recipient.
    Refuse,
    /// 452 to the whole mail.
    Full,
    /// Takes the mail and is gone before it says so.
    Cut,
    /// Says so after a while.
    Slow,
}

/// Whether connections are encrypted.
#[derive(Clone, Default)]
enum Encryption {
    #[default]
    None,
    /// From their first byte on (RFC 8314).
    Whole(TlsAcceptor),
    /// After STARTTLS (RFC 3207).
    Offered(TlsAcceptor),
}

/// A connection, encrypted or not.
trait Connection: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Connection for T {}

/// A mail server on this machine (RFC 5321), as far as one mail needs it.
#[derive(Clone, Default)]
pub struct MailServer {
    encryption: Encryption,
    /// What is done with the next mails; those after are taken.
    manners: Arc<Mutex<VecDeque<Manner>>>,
    taken: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    pub fn listen(&self, address: SocketAddr) -> (SocketAddr, tokio::task::AbortHandle) {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_reuseaddr(true).expect("an option");
        socket.bind(address).expect("an address");
        let listener = socket.listen(16).expect("a listener");
        let address = listener.local_addr().expect("an address");
        (address, tokio::spawn(self.clone().serve(listener)).abort_handle())
    }

    async fn serve(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            let server = self.clone();
            tokio::spawn(async move { drop(server.talk(stream).await) });
        }
    }

    async fn talk(self, stream: TcpStream) -> std::io::Result<()> {
        let stream: Box<dyn Connection> = match &self.encryption {
            Encryption::Whole(acceptor) => Box::new(acceptor.accept(stream).await?),
            _ => Box::new(stream),
        };
        let (read, mut write) = split(stream);
        let mut lines = BufReader::new(read).lines();
        let mut is_encrypted = !matches!(self.encryption, Encryption::Offered(_));
        write.write_all(b"220 mail.example.org ESMTP\r\n").await?;
        let mut manner = Manner::Take;
        while let Some(line) = lines.next_line().await? {
            let command = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let reply = match (command.as_str(), manner) {
                ("EHLO", _) if !is_encrypted => "250-mail.example.org\r\n250 STARTTLS",
                ("STARTTLS", _) => {
                    write.write_all(b"220 go on\r\n").await?;
                    let Encryption::Offered(acceptor) = &self.encryption else { return Ok(()) };
                    let plain = lines.into_inner().into_inner().unsplit(write);
                    let stream: Box<dyn Connection> = Box::new(acceptor.accept(plain).await?);
                    let (read, rest) = split(stream);
                    (lines, write, is_encrypted) = (BufReader::new(read).lines(), rest, true);
                    continue;
                }
                ("EHLO", _) => "250-mail.example.org\r\n250 8BITMIME",
                ("MAIL", _) => {
                    manner = self.manners.lock().expect("a lock").pop_front().unwrap_or(Manner::Take);
                    "250 ok"
                }
                ("RCPT", Manner::Later) => "451 greylisted",
                ("RCPT", Manner::Refuse) => "550 no such user",
                ("DATA", _) => {
                    write.write_all(b"354 go on\r\n").await?;
                    let mut mail = String::new();
                    while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                        mail.push_str(&line);
                        mail.push('\n');
                    }
                    match manner {
                        Manner::Full => "452 no room",
                        Manner::Cut => {
                            self.taken.lock().expect("a lock").push(mail);
                            return Ok(());
                        }
                        _ => {
                            if manner == Manner::Slow {
                                tokio::time::sleep(Duration::from_secs(1)).await;
                            }
                            self.taken.lock().expect("a lock").push(mail);
                            "250 taken"
                        }
                    }
                }
                ("QUIT", _) => "221 bye",
                _ => "250 ok",
            };
            write.write_all(format!("{reply}\r\n").as_bytes()).await?;
        }
        Ok(())
    }

    /// The mails it has taken, in their order.
    pub fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("a lock").clone()
    }

    fn will(&self, manners: &[Manner]) {
        self.manners.lock().expect("a lock").extend(manners);
    }
}

/// A database, a mail server, and somebody who sends mails from the one to the other.
struct Post {
    database: Database,
    store: Store,
    server: MailServer,
    address: SocketAddr,
    listening: tokio::task::AbortHandle,
    _stopped: tokio_util::sync::DropGuard,
}

impl Post {
    async fn open() -> Self {
        Self::at(MailServer::default(), "smtp", None).await
    }

    /// One that sends to a server by a scheme, and trusts authorities.
    async fn at(server: MailServer, scheme: &str, authorities: Option<&Authorities>) -> Self {
        let tls = if matches!(server.encryption, Encryption::None) { "?tls=none" } else { "" };
        let database = Database::new().await;
        let store = Store::connect(&database.url, Crs::UTM33, Duration::from_secs(60)).await.expect("a database");
        store.migrate().await.expect("the schema");
        let (address, listening) = server.listen("127.0.0.1:0".parse().expect("an address"));
        let texts = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/texts");
        let url = format!("{scheme}://{address}{tls}");
        let relay = Relay::new(&url, "Landkreis <geo@example.org>", authorities).expect("a relay");
        let sender = Sender {
            store: store.clone(),
            templates: Arc::new(Templates::load(&texts).expect("the texts")),
            relay,
            patience: Patience { first: Duration::from_millis(50), most: Duration::from_millis(200), ..PATIENCE },
        };
        let stop = CancellationToken::new();
        jobs::start(&store, vec![Arc::new(sender)], &stop);
        Self { database, store, server, address, listening, _stopped: stop.drop_guard() }
    }

    async fn post(&self, name: &str) -> Uuid {
        post_mail(&self.store, name).await
    }

    async fn state(&self, id: Uuid) -> MailState {
        let mails = outbox(&self.store, 100).await.expect("the outbox");
        mails.into_iter().find(|mail| mail.id == id).expect("the mail").state
    }

    async fn until_state(&self, id: Uuid, state: MailState) {
        until(&format!("the mail is {state:?}"), async || self.state(id).await == state).await;
    }
}

/// Commits a mail to somebody of that name.
pub async fn post_mail(store: &Store, name: &str) -> Uuid {
    let mut transaction = begin(store).await;
    let mail = NewMail {
        template: "password-reset",
        to: "erika@amt-lossow.de".parse().expect("an address"),
        account: None,
        language: Language::De,
        params: json!({ "name": name, "district": "Landkreis", "hours": 2, "link": "https://geo.example/s3cret" }),
    };
    let id = post(&mut transaction, &mail).await.expect("a mail");
    transaction.commit().await.expect("a commit");
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_sent_once_the_change_is_committed_and_what_it_said_is_forgotten() {
    let post = Post::open().await;
    let id = post.post("Erika Müller").await;
    post.until_state(id, MailState::Sent).await;
    let taken = post.server.taken();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].contains("To: erika@amt-lossow.de") && taken[0].contains(&format!("<{id}@example.org>")));
    let secrets = "SELECT count(*) FROM mail WHERE params::text LIKE '%s3cret%'";
    assert_eq!(post.database.count(secrets).await, 0);
    assert_eq!(post.database.count("SELECT count(*) FROM job").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_mail_server_is_down_mails_wait_and_each_is_sent_once_it_is_back() {
    let post = Post::open().await;
    post.listening.abort();
    until("nobody listens", async || TcpStream::connect(post.address).await.is_err()).await;
    let mut ids = Vec::new();
    for n in 0..10 {
        ids.push(post.post(&format!("Nr. {n}")).await);
    }
    until("it was tried", async || post.database.count("SELECT sum(attempts) FROM job").await >= 12).await;
    for id in &ids {
        assert_eq!(post.state(*id).await, MailState::Waiting, "nothing was handed over");
    }
    let _back = post.server.listen(post.address);
    for id in &ids {
        post.until_state(*id, MailState::Sent).await;
    }
    let taken = post.server.taken();
    let with = |id: &Uuid| taken.iter().filter(|mail| mail.contains(&id.to_string())).count();
    assert!(ids.iter().all(|id| with(id) == 1), "each once");
    assert_eq!(taken.len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_busy_full_or_slow_gets_the_mail_again_and_once() {
    let post = Post::open().await;
    post.server.will(&[Manner::Later, Manner::Full, Manner::Slow]);
    let id = post.post("Erika").await;
    post.until_state(id, MailState::Sent).await;
    assert_eq!(post.server.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_refused_for_good_is_not_tried_again_until_somebody_says_so() {
    let post = Post::open().await;
    post.server.will(&[Manner::Refuse]);
    let id = post.post("Erika").await;
    post.until_state(id, MailState::Failed).await;
    let mail = outbox(&post.store, 1).await.expect("the outbox").remove(0);
    assert!(mail.attempts == Some(1) && mail.error.as_deref().is_some_and(|error| error.contains("550")), "{mail:?}");
    assert!(post.store.retry_job(mail.job.expect("a job")).await.expect("a retry"));
    post.until_state(id, MailState::Sent).await;
    post.server.will(&[Manner::Refuse]);
    let other = post.post("Max").await;
    post.until_state(other, MailState::Failed).await;
    let failed = outbox(&post.store, 1).await.expect("the outbox").remove(0);
    assert!(post.store.discard_job(failed.job.expect("a job")).await.expect("a discard"));
    assert_eq!(post.state(other).await, MailState::Discarded);
    assert_eq!(post.server.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_may_have_arrived_is_sent_again_under_the_same_message_id() {
    let post = Post::open().await;
    post.server.will(&[Manner::Cut]);
    let id = post.post("Erika").await;
    post.until_state(id, MailState::Sent).await;
    let taken = post.server.taken();
    let ids: Vec<&str> =
        taken.iter().filter_map(|mail| mail.lines().find(|line| line.starts_with("Message-ID"))).collect();
    let expected = format!("Message-ID: <{id}@example.org>");
    assert_eq!(ids, [&expected, &expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_whose_certificate_the_district_has_signed_itself_is_trusted_where_that_is_configured() {
    let (authority, acceptor) = certified();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("district.pem");
    std::fs::write(&path, authority).expect("a file");
    let authorities = Authorities::read(&path).expect("a certificate");
    for (scheme, encryption) in
        [("smtps", Encryption::Whole(acceptor.clone())), ("smtp", Encryption::Offered(acceptor))]
    {
        let server = || MailServer { encryption: encryption.clone(), ..MailServer::default() };
        let stranger = Post::at(server(), scheme, None).await;
        let id = stranger.post("Erika").await;
        until("it was tried", async || stranger.database.count("SELECT sum(attempts) FROM job").await >= 2).await;
        assert_eq!(stranger.state(id).await, MailState::Waiting, "nothing is handed to somebody who is not known");
        let mail = outbox(&stranger.store, 1).await.expect("the outbox").remove(0);
        assert!(mail.error.as_deref().is_some_and(|error| error.contains("UnknownIssuer")), "{scheme}: {mail:?}");
        assert!(stranger.server.taken().is_empty());

        let post = Post::at(server(), scheme, Some(&authorities)).await;
        let id = post.post("Erika").await;
        post.until_state(id, MailState::Sent).await;
        assert_eq!(post.server.taken().len(), 1, "{scheme}");
    }
}
