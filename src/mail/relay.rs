//! The mail server that takes our mails (SMTP, RFC 5321, by `lettre`).

use std::fmt;
use std::sync::{Arc, OnceLock};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransportBuilder, Error};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::address::Address;
use super::templates::Text;
use crate::texts::Tell;
use crate::tls::Authorities;

/// Tells mail programs not to answer (RFC 3834).
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// Where mails are given to, and in whose name. Holds a password and shows none.
#[derive(Clone)]
pub struct Relay {
    settings: AsyncSmtpTransportBuilder,
    /// Made when the first mail is sent: it keeps connections, which only a runtime can, and settings are read without one.
    transport: Arc<OnceLock<AsyncSmtpTransport<Tokio1Executor>>>,
    from: Mailbox,
    /// For people, without a password.
    place: String,
}

/// What is wrong with how a mail server is configured. The URL holds a password and is never repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum RelayFault {
    NoSender {
        text: String,
    },
    SenderNotPlain,
    NoMailUrl,
    /// Authorities for a connection that is not encrypted.
    NothingEncrypted,
    AuthoritiesRefused {
        error: String,
    },
}

impl Tell for RelayFault {
    const FILE: &'static str = "configuration";
}

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Untaken {
    /// Not now (a reply 4xx); nothing was taken.
    #[error("the mail server takes it later: {0}")]
    Later(Error),
    /// Never (a reply 5xx); nothing was taken.
    #[error("the mail server refuses it: {0}")]
    Never(Error),
    /// The answer was lost: the mail may have been taken.
    #[error("the mail server was lost while it took the mail: {0}")]
    Unknown(Error),
}

impl Relay {
    /// A mail server by its URL: `smtps://user:password@host`, or `smtp://…` with STARTTLS, which `?tls=none` and
    /// `?tls=opportunistic` do without. `from` is an address with or without a name before it. Its certificate may also be of
    /// one of the `authorities`.
    ///
    /// # Errors
    /// What is wrong with any of them, without the password.
    pub fn new(url: &str, from: &str, authorities: Option<&Authorities>) -> Result<Self, RelayFault> {
        let from: Mailbox = from.parse().map_err(|_| RelayFault::NoSender { text: from.to_owned() })?;
        if !from.email.to_string().is_ascii()
            || from.name.as_deref().is_some_and(|name| name.contains(char::is_control))
        {
            return Err(RelayFault::SenderNotPlain);
        }
        let url_with_tls = with_tls(url);
        let settings = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url_with_tls);
        let mut settings = settings.map_err(|_| RelayFault::NoMailUrl)?;
        let place = url.rsplit_once('@').map_or(url, |(_, place)| place);
        let place = place.split_once("://").map_or(place, |(_, place)| place);
        let place = place.split(['?', '/']).next().unwrap_or_default().to_owned();
        if let Some(authorities) = authorities {
            settings = settings.tls(trusting(authorities, &url_with_tls, &place)?);
        }
        Ok(Self { settings, transport: Arc::default(), from, place })
    }

    /// Host and port, for people.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// A mail as it is sent. Its Message-ID is made of its number, so that it is the same however often it is sent.
    ///
    /// # Errors
    /// What keeps it from being a mail.
    pub(super) fn message(&self, id: Uuid, to: &Address, text: Text) -> Result<Message, lettre::error::Error> {
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.to_lettre()))
            .subject(text.subject)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(text.body)
    }

    fn transport(&self) -> &AsyncSmtpTransport<Tokio1Executor> {
        self.transport.get_or_init(|| self.settings.clone().build())
    }

    /// Makes sure that the mail server is there and lets us in; no mail is given to it yet.
    ///
    /// # Errors
    /// Why not.
    pub(super) async fn reach(&self) -> Result<(), Error> {
        self.transport().test_connection().await.map(drop)
    }

    /// Gives a mail to the mail server.
    ///
    /// # Errors
    /// Whether it was refused, or may have been taken all the same.
    pub(super) async fn send(&self, message: Message) -> Result<(), Untaken> {
        match self.transport().send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(Untaken::Never(error)),
            Err(error) if error.is_transient() => Err(Untaken::Later(error)),
            Err(error) => Err(Untaken::Unknown(error)),
        }
    }
}

/// Passwords go through TLS unless somebody says otherwise.
fn with_tls(url: &str) -> String {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    let says_it = pairs.iter().any(|pair| pair.starts_with("tls="));
    let kept = pairs.into_iter().filter(|pair| *pair != "tls=none");
    let added = (!says_it && base.starts_with("smtp://")).then_some("tls=required");
    let query = kept.chain(added).collect::<Vec<_>>().join("&");
    if query.is_empty() { base.to_owned() } else { format!("{base}?{query}") }
}

/// Encryption as a URL says, with a server whose certificate may be of one of the authorities.
fn trusting(authorities: &Authorities, url: &str, place: &str) -> Result<Tls, RelayFault> {
    let encryption: fn(TlsParameters) -> Tls = match url.split_once("://") {
        Some(("smtps", _)) => Tls::Wrapper,
        Some((_, rest)) if rest.contains("tls=required") => Tls::Required,
        Some((_, rest)) if rest.contains("tls=opportunistic") => Tls::Opportunistic,
        _ => return Err(RelayFault::NothingEncrypted),
    };
    let refused = |error: Error| RelayFault::AuthoritiesRefused { error: error.to_string() };
    let host = place.rsplit_once(':').map_or(place, |(host, port)| if port.ends_with(']') { place } else { host });
    let certificates = Certificate::from_pem(authorities.pem()).map_err(refused)?;
    let parameters = TlsParameters::builder(host.trim_matches(['[', ']']).to_owned());
    Ok(encryption(parameters.add_root_certificate(certificates).build_rustls().map_err(refused)?))
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Relay({})", self.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_go_through_tls_unless_somebody_says_otherwise() {
        for (url, told) in [
            ("smtp://a@mail.example.org", "smtp://a@mail.example.org?tls=required"),
            ("smtp://mail.example.org?tls=none", "smtp://mail.example.org"),
            ("smtp://mail.example.org?tls=opportunistic", "smtp://mail.example.org?tls=opportunistic"),
            ("smtps://mail.example.org", "smtps://mail.example.org"),
        ] {
            assert_eq!(with_tls(url), told);
        }
    }

    #[test]
    fn a_relay_shows_no_password_and_says_what_is_wrong_without_it() {
        let relay = Relay::new("smtps://gk:hunter2@mail.example.org:465", "Landkreis <geo@example.org>", None)
            .expect("a relay");
        assert_eq!(format!("{relay:?}"), "Relay(mail.example.org:465)");
        for (url, from) in [
            ("http://gk:hunter2@mail", "geo@example.org"),
            ("hunter2", "geo@example.org"),
            ("smtp://mail.example.org", "nobody"),
            ("smtp://mail.example.org", "A\r\nBcc: x@y.de <geo@example.org>"),
        ] {
            let fault = Relay::new(url, from, None).expect_err("a fault");
            assert!(!format!("{fault:?}").contains("hunter2"), "{fault:?}");
        }
    }

    #[test]
    fn a_mail_has_one_recipient_its_own_number_and_headers_of_one_line() {
        let relay = Relay::new("smtps://mail.example.org", "Landkreis <geo@example.org>", None).expect("a relay");
        let to = "erika@amt-lossow.de".parse().expect("an address");
        let text =
            Text { subject: "Kreis: Straße\r\nBcc: all@example.org".to_owned(), body: "a\r\n.\r\nb".to_owned() };
        let message = relay.message(Uuid::from_u128(7), &to, text).expect("a mail");
        let sent = String::from_utf8(message.formatted()).expect("text");
        let head = sent.split("\r\n\r\n").next().expect("a head");
        assert!(head.contains("Message-ID: <00000000-0000-0000-0000-000000000007@example.org>"), "{head}");
        assert!(head.contains("Auto-Submitted: auto-generated"), "{head}");
        assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{head}");
        assert_eq!(message.envelope().to().len(), 1);
    }
}
