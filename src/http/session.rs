//! The cookie of a session, and from where it may be sent.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use super::{Gate, Problem, ProblemKind};
use crate::identity::Bits;

/// The cookie that holds the secret of a session. The prefix makes browsers take it from this host alone, encrypted, and for
/// every address (RFC 6265bis, 4.1.3.2).
pub const SESSION: &str = "__Host-geokontor";
/// The cookie by which a browser is known in which somebody has signed in before.
pub const BROWSER: &str = "__Host-geokontor-browser";
/// The cookie of a browser that was sent to a provider of sign-ins and has not come back.
pub const ATTEMPT: &str = "__Host-geokontor-openid";

/// The cookie of a browser whose authenticator was asked for a passkey and has not answered.
pub const PASSKEY: &str = "__Host-geokontor-passkey";
/// The cookie that holds the secret of a tablet in a vehicle.
pub const DEVICE: &str = "__Host-geokontor-device";
/// The mark beside it, which the pages on the tablet read: they ask for the PIN.
pub const TABLET: &str = "__Host-geokontor-tablet";

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// The secret in a cookie. What is not one of ours counts as none.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<Bits> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).and_then(|(_, value)| value.parse().ok())
}

/// Sets a cookie that lasts for so many seconds; `None` takes it away.
pub fn set_cookie(name: &str, bits: Option<&Bits>, seconds: u64) -> (HeaderName, HeaderValue) {
    let (value, seconds) = bits.map_or_else(|| (String::new(), 0), |bits| (bits.reveal(), seconds));
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax");
    let mut value = HeaderValue::from_str(&text).expect("names and secrets are of letters that fit into headers");
    value.set_sensitive(true);
    (header::SET_COOKIE, value)
}

/// Sets a cookie that pages may read and that says nothing but that it is there; `0` seconds take it away.
pub fn set_mark(name: &str, seconds: u64) -> (HeaderName, HeaderValue) {
    let value = if seconds == 0 { "" } else { "1" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; Secure; SameSite=Lax");
    (header::SET_COOKIE, HeaderValue::from_str(&text).expect("names are of letters that fit into headers"))
}

/// Is a person opening an address, in which case no page of ours has asked?
pub fn is_navigation(headers: &HeaderMap) -> bool {
    headers.get(FETCH_MODE).is_some_and(|mode| mode == "navigate")
}

/// May a request that changes something act for whoever the browser's cookie names? Only if a page of this server sends it:
/// browsers say so (Fetch Metadata), older ones name the page's origin.
///
/// # Errors
/// 403 for every other page.
pub fn check_site(method: &Method, headers: &HeaderMap, gate: &Gate) -> Result<(), Problem> {
    if method.is_safe() || is_our_page(headers, gate) {
        return Ok(());
    }
    Err(Problem::of(ProblemKind::Forbidden, &super::Trouble::OtherSite))
}

/// As [`check_site`] where no cookie is needed: programs, which name no page, are let through.
///
/// # Errors
/// 403 for pages of others.
pub fn check_page(headers: &HeaderMap, gate: &Gate) -> Result<(), Problem> {
    let is_page = headers.contains_key(FETCH_SITE) || headers.contains_key(header::ORIGIN);
    if is_page { check_site(&Method::POST, headers, gate) } else { Ok(()) }
}

fn is_our_page(headers: &HeaderMap, gate: &Gate) -> bool {
    if let Some(site) = headers.get(FETCH_SITE) {
        return site == "same-origin";
    }
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else { return false };
    match (gate.public_url(), text(header::HOST)) {
        (Some(own), _) => origin.eq_ignore_ascii_case(own),
        (None, Some(host)) => origin.strip_prefix("http://").is_some_and(|named| named.eq_ignore_ascii_case(host)),
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_written_for_this_host_alone() {
        let bits = Bits::random();
        let (name, value) = set_cookie(SESSION, Some(&bits), 60);
        let text = value.to_str().expect("a header");
        assert_eq!(name, "set-cookie");
        assert!(
            text.ends_with("; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax") && !text.contains("Domain"),
            "{text}"
        );
        let pair = text.split(';').next().expect("a pair");
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "theme=dark; __Host-geokontor-browser=x".parse().expect("a header"));
        headers.append(header::COOKIE, pair.parse().expect("a header"));
        assert_eq!(cookie(&headers, SESSION), Some(bits));
        assert_eq!(cookie(&headers, BROWSER), None);
    }
}
