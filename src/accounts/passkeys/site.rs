//! Whom passkeys are for: the name of this server, as browsers see it.

use webauthn_rs::prelude::{Url, Webauthn, WebauthnBuilder};

/// The relying party (WebAuthn 3, 5.1.2): a passkey made for it answers to no other, so it changes with the server's address,
/// and with it all passkeys end.
#[derive(Debug)]
pub struct Site {
    pub(super) webauthn: Webauthn,
    origin: String,
}

impl Site {
    /// That of the address people reach the server by. Without one the server is reached from its own machine alone, which is
    /// called `localhost` there. `None` for an address without a name: browsers make passkeys for names only.
    pub fn of(public_url: Option<&str>, listen: &str, name: &str) -> Option<Self> {
        let port = || listen.rsplit(':').next().unwrap_or_default();
        let address = public_url.map_or_else(|| format!("http://localhost:{}", port()), str::to_owned);
        let url = Url::parse(&address).ok()?;
        let webauthn = WebauthnBuilder::new(url.domain()?, &url).ok()?.rp_name(name).build().ok()?;
        Some(Self { webauthn, origin: url.origin().ascii_serialization() })
    }

    /// Where passkeys work: the beginning of every address of this server.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_is_the_name_people_reach_the_server_by() {
        let origin = |public_url, listen| Site::of(public_url, listen, "Kreis").map(|site| site.origin().to_owned());
        assert_eq!(origin(Some("https://geo.example"), "127.0.0.1:8080").as_deref(), Some("https://geo.example"));
        let behind = origin(Some("https://geo.example:8443/karten"), "[::]:80");
        assert_eq!(behind.as_deref(), Some("https://geo.example:8443"));
        assert_eq!(origin(None, "127.0.0.1:8080").as_deref(), Some("http://localhost:8080"));
        assert_eq!(origin(None, "[::1]:8080").as_deref(), Some("http://localhost:8080"));
        for nameless in ["https://192.0.2.7", "https://[2001:db8::7]:8443", "no address"] {
            assert_eq!(origin(Some(nameless), "127.0.0.1:8080"), None, "{nameless}");
        }
    }
}
