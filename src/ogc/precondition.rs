//! What the headers of a change say about the version its author has seen.

use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};

use crate::editing::Precondition;
use crate::http::etag::IfMatch;

/// From `If-Match`, or else `If-Unmodified-Since`. `current` is the version known here: of several tags the one that fits it
/// is taken, and the database decides. A tag of another `edition` matches nothing: the database may have gone back since, and
/// the version be another state's.
pub fn of(headers: &HeaderMap, current: Option<i64>, edition: u32) -> Precondition {
    let tags = match IfMatch::of(headers) {
        IfMatch::Any => return Precondition::Any,
        IfMatch::Absent => return unmodified_since(headers).unwrap_or(Precondition::Missing),
        IfMatch::Tags(tags) => tags,
    };
    let mut versions = tags.iter().filter(|tag| tag.is_of(edition)).map(|tag| tag.version);
    let fits = versions.clone().find(|version| Some(*version) == current);
    fits.or_else(|| versions.next()).map_or(Precondition::Never, Precondition::Version)
}

/// The second at which the state was made that the author has seen: `If-Unmodified-Since` (RFC 9110, 13.1.4). What is no
/// date is as if it were not there.
fn unmodified_since(headers: &HeaderMap) -> Option<Precondition> {
    let text = headers.get(header::IF_UNMODIFIED_SINCE)?.to_str().ok()?;
    let at = DateTime::parse_from_rfc2822(text.trim()).ok()?;
    Some(Precondition::UnmodifiedSince(at.with_timezone(&Utc)))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn if_match(value: &'static str) -> Precondition {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_MATCH, HeaderValue::from_static(value));
        of(&headers, Some(7), 0)
    }

    #[test]
    fn if_match_names_the_version_behind_a_strong_tag_of_any_representation() {
        assert_eq!(if_match("\"7-pj84-00000000\""), Precondition::Version(7));
        assert_eq!(if_match("\"7-sj25833-00000000-gzip\""), Precondition::Version(7));
        assert_eq!(if_match("\"3-pj84-0\", \"7-pj84-0\""), Precondition::Version(7));
        assert_eq!(if_match("\"3-pj84-0\""), Precondition::Version(3));
        assert_eq!(if_match("\"3\""), Precondition::Version(3), "as history names it");
        assert_eq!(if_match("*"), Precondition::Any);
        assert_eq!(if_match("W/\"7-pj84-0\""), Precondition::Never);
        assert_eq!(if_match("\"7-pj84-00000001\""), Precondition::Never, "of another database or other declarations");
        assert_eq!(if_match("seven"), Precondition::Never);
        assert_eq!(of(&HeaderMap::new(), Some(7), 0), Precondition::Missing);
    }

    #[test]
    fn a_time_stands_for_the_state_that_was_made_in_its_second() {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_UNMODIFIED_SINCE, HeaderValue::from_static("Mon, 01 Jun 2026 10:00:00 GMT"));
        let since = "2026-06-01T10:00:00Z".parse::<DateTime<Utc>>().expect("an instant");
        assert_eq!(of(&headers, Some(7), 0), Precondition::UnmodifiedSince(since));
    }
}
