//! Entity tags (RFC 9110, 8.8.3): of a feature strong, of what is made from many features weak.
//!
//! A tag begins with what it is about (a feature's version, a collection's last change), so that `If-Match` can be turned
//! into a version; what follows tells representations of the same state apart. A layer that compresses adds its coding to
//! the end (`…-gzip"`), which is overlooked when tags come back.

use std::fmt::Write;

use axum::http::{HeaderMap, HeaderValue, header};
use chrono::{DateTime, Utc};

use super::Format;
use crate::collection::{Language, Visibility};
use crate::feature::crs::Crs;

/// What makes two answers about the same state differ.
#[derive(Debug, Clone, Copy)]
pub struct Representation {
    pub format: Format,
    pub visibility: Visibility,
    pub crs: Crs,
    pub language: Language,
    /// Of declarations and database, see [`crate::ogc::Ogc::tag_edition`].
    pub edition: u32,
}

/// What `If-Match` says of the state that the author of a change has seen (RFC 9110, 13.1.1).
#[derive(Debug, PartialEq, Eq)]
pub enum IfMatch<'a> {
    Absent,
    /// `*`: whatever it is now.
    Any,
    /// Those of the tags that name a version; a weak tag never matches, nor does one that is not ours.
    Tags(Vec<Seen<'a>>),
}

/// A version that a tag names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen<'a> {
    pub version: i64,
    /// A bare version, as history names it, has none.
    edition: Option<&'a str>,
}

impl Seen<'_> {
    /// Whether the tag is of this edition, or of none.
    pub fn is_of(&self, edition: u32) -> bool {
        self.edition.is_none_or(|own| u32::from_str_radix(own, 16) == Ok(edition))
    }
}

impl<'a> IfMatch<'a> {
    /// Reads the header.
    pub fn of(headers: &'a HeaderMap) -> Self {
        if !headers.contains_key(header::IF_MATCH) {
            return Self::Absent;
        }
        let values = headers.get_all(header::IF_MATCH).iter();
        let tags = values.flat_map(|value| value.to_str().unwrap_or_default().split(','));
        let tags: Vec<&str> = tags.map(str::trim).collect();
        if tags.contains(&"*") {
            return Self::Any;
        }
        let seen = |tag: &'a str| {
            let mut parts = tag.strip_prefix('"')?.split(['-', '"']);
            Some(Seen { version: parts.next()?.parse().ok()?, edition: parts.nth(1) })
        };
        Self::Tags(tags.into_iter().filter_map(seen).collect())
    }
}

/// The tag of one feature at a version.
pub fn of_version(version: i64, representation: Representation) -> HeaderValue {
    tag("\"", version, representation)
}

/// The weak tag of an answer made from a collection with this fingerprint.
pub fn of_content(fingerprint: u64, representation: Representation) -> HeaderValue {
    tag("W/\"", fingerprint, representation)
}

/// The weak tag of a document, from its bytes.
pub fn of_bytes(bytes: &[u8]) -> HeaderValue {
    use sha2::{Digest, Sha256};
    let mut text = "W/\"".to_owned();
    for byte in &Sha256::digest(bytes)[..8] {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.push('"');
    header_value(&text)
}

/// The strong tag of a file, from the SHA-256 of its bytes.
pub fn of_content_hash(hash: &[u8; 32]) -> HeaderValue {
    let mut text = "\"".to_owned();
    for byte in &hash[..8] {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.push('"');
    header_value(&text)
}

/// The strong tag of the same content in a content coding.
pub fn in_coding(tag: &HeaderValue, coding: &str) -> HeaderValue {
    match tag.to_str().ok().and_then(|tag| tag.strip_suffix('"')) {
        Some(open) => header_value(&format!("{open}-{coding}\"")),
        None => tag.clone(),
    }
}

fn tag(open: &str, number: impl std::fmt::Display, representation: Representation) -> HeaderValue {
    let Representation { format, visibility, crs, language, edition } = representation;
    let who = match visibility {
        Visibility::Public => 'p',
        Visibility::Crew => 'c',
        Visibility::Staff => 's',
    };
    let form = match (format, language) {
        (Format::Json, _) => 'j',
        (Format::Html, Language::De) => 'd',
        (Format::Html, Language::En) => 'e',
    };
    header_value(&format!("{open}{number}-{who}{form}{}-{edition:08x}\"", crs.epsg().unwrap_or(84)))
}

/// Tags are ASCII by construction.
fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// True if the client says it has what the tag stands for: `If-None-Match`, compared weakly.
pub fn is_known(if_none_match: &[HeaderValue], tag: &HeaderValue) -> bool {
    let Ok(tag) = tag.to_str() else { return false };
    let wanted = opaque(tag);
    if_none_match
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || opaque(known) == wanted)
}

/// A tag without weakness, quotes and coding.
fn opaque(tag: &str) -> &str {
    let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
    ["-gzip", "-br", "-zstd", "-deflate"].iter().find_map(|coding| tag.strip_suffix(coding)).unwrap_or(tag)
}

/// `Last-Modified` for a state, once it can be told from every later one: times have seconds, so within the second in
/// which it was made another state might follow with the same (RFC 9110, 8.8.2.2).
pub fn last_modified(made: DateTime<Utc>, now: DateTime<Utc>) -> Option<HeaderValue> {
    let is_over = now.timestamp() > made.timestamp();
    let text = made.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    is_over.then(|| HeaderValue::from_str(&text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_once_its_second_is_over() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        let made = at("2026-06-01T10:00:00.7Z");
        assert_eq!(last_modified(made, at("2026-06-01T10:00:00.9Z")), None);
        let told = last_modified(made, at("2026-06-01T10:00:01Z")).expect("a time");
        assert_eq!(told, "Mon, 01 Jun 2026 10:00:00 GMT");
    }

    #[test]
    fn if_none_match_overlooks_weakness_and_coding_but_not_the_representation() {
        let mut representation = Representation {
            format: Format::Json,
            visibility: Visibility::Public,
            crs: Crs::CRS84,
            language: Language::De,
            edition: 1,
        };
        let tag = of_content(9, representation);
        let known = |text| is_known(&[HeaderValue::from_static(text)], &tag);
        assert!(known("W/\"9-pj84-00000001\""));
        assert!(known("\"1\", \"9-pj84-00000001-br\""));
        assert!(known("*"));
        assert!(!known("W/\"8-pj84-00000001\""));
        representation.visibility = Visibility::Staff;
        assert!(!is_known(std::slice::from_ref(&tag), &of_content(9, representation)));
    }
}
