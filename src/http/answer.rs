//! An answer to a read, with the headers every cache and client needs.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::{Ask, etag};
use crate::collection::{Language, Visibility};
use crate::feature::crs::Crs;

/// The header that names the CRS of a body (OGC 18-058r1, 7.6).
pub const CONTENT_CRS: HeaderName = HeaderName::from_static("content-crs");

/// A page.
pub const HTML: &str = "text/html; charset=utf-8";
/// A document without a media type of its own.
pub const JSON: &str = "application/json";
/// Features.
pub const GEOJSON: &str = "application/geo+json";
/// JSON Schema.
pub const SCHEMA: &str = "application/schema+json";

/// An answer about persons, or about the insides of a server, that nobody keeps (RFC 9111, 5.2.2.5).
pub fn private(body: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], body).into_response()
}

/// What is sent back.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    media: &'static str,
    body: Bytes,
    tag: Option<HeaderValue>,
    visibility: Visibility,
    crs: Option<Crs>,
    language: Option<Language>,
    next: Option<HeaderValue>,
    last_modified: Option<HeaderValue>,
}

impl Answer {
    /// A document everybody may see, in words of the caller's language. It is tagged by its bytes.
    pub fn document(ask: &Ask, media: &'static str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let tag = etag::of_bytes(&body);
        Self::new(media, body).in_language(ask.language).tagged(ask, tag)
    }

    /// An answer everybody may see.
    pub fn new(media: &'static str, body: impl Into<Bytes>) -> Self {
        let (status, body, visibility) = (StatusCode::OK, body.into(), Visibility::Public);
        Self { status, media, body, tag: None, visibility, crs: None, language: None, next: None, last_modified: None }
    }

    /// 304 without a body: the client has it.
    pub fn not_modified(tag: HeaderValue) -> Self {
        let mut answer = Self::new(JSON, Bytes::new());
        answer.status = StatusCode::NOT_MODIFIED;
        answer.tag = Some(tag);
        answer
    }

    /// With another status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// With a tag; becomes 304 if the client has it.
    #[must_use]
    pub fn tagged(mut self, ask: &Ask, tag: HeaderValue) -> Self {
        if ask.has(&tag) {
            self.status = StatusCode::NOT_MODIFIED;
            self.body = Bytes::new();
        }
        self.tag = Some(tag);
        self
    }

    /// With a tag that was compared before the work.
    #[must_use]
    pub fn with_tag(mut self, tag: HeaderValue) -> Self {
        self.tag = Some(tag);
        self
    }

    /// Made for those who may see this much.
    #[must_use]
    pub fn seen_by(mut self, visibility: Visibility) -> Self {
        self.visibility = visibility;
        self
    }

    /// Coordinates are in this CRS.
    #[must_use]
    pub fn in_crs(mut self, crs: Crs) -> Self {
        self.crs = Some(crs);
        self
    }

    /// There is a next page at this address (RFC 8288; 17-069r4, 7.14.1 wants links in the header, too).
    #[must_use]
    pub fn followed_by(mut self, href: &str) -> Self {
        self.next = HeaderValue::from_str(&format!("<{href}>; rel=\"next\"")).ok();
        self
    }

    /// Made at a time that `Last-Modified` may name, see [`etag::last_modified`].
    #[must_use]
    pub fn last_modified(mut self, at: Option<HeaderValue>) -> Self {
        self.last_modified = at;
        self
    }

    /// Words are in this language.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }
}

/// A body with room for the headers that an answer gets on its way out: a map of headers that grows is made anew.
pub fn bare(body: impl Into<Body>) -> Response {
    const HEADERS: usize = 12;
    let mut response = Response::new(body.into());
    response.headers_mut().reserve(HEADERS);
    response
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = bare(self.body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if self.status != StatusCode::NOT_MODIFIED {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media));
        }
        headers.extend(self.tag.map(|tag| (header::ETAG, tag)));
        // Caches may keep it but must ask each time: an edit is to be seen at once.
        headers.insert(header::CACHE_CONTROL, cache_control(self.visibility));
        headers.insert(header::VARY, HeaderValue::from_static("Authorization, Cookie, Accept, Accept-Encoding"));
        if let Some(language) = self.language {
            let vary = "Authorization, Cookie, Accept, Accept-Encoding, Accept-Language";
            headers.insert(header::VARY, HeaderValue::from_static(vary));
            headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        }
        headers.extend(self.last_modified.map(|at| (header::LAST_MODIFIED, at)));
        headers.extend(self.next.map(|next| (header::LINK, next)));
        headers.extend(self.crs.and_then(content_crs).map(|crs| (CONTENT_CRS, crs)));
        response
    }
}

/// `Cache-Control` for what a caller may see.
pub fn cache_control(visibility: Visibility) -> HeaderValue {
    HeaderValue::from_static(match visibility {
        Visibility::Public => "no-cache",
        Visibility::Crew | Visibility::Staff => "private, no-cache",
    })
}

/// The value of `Content-Crs`: the CRS in angle brackets.
pub fn content_crs(crs: Crs) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("<{}>", crs.uri())).ok()
}
