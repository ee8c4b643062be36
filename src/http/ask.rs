//! What every read needs to know of a request.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};

use super::{Format, Gate, Parameters, Problem, etag, negotiate};
use crate::collection::Language;
use crate::identity::Caller;

/// Who asks for what, in which language, and what they have already.
#[derive(Debug, Clone)]
pub struct Ask {
    pub caller: Caller,
    /// Scheme and host, without a slash at the end; what links begin with.
    pub base: String,
    pub path: String,
    /// After `?`, as it was sent.
    pub query: String,
    pub language: Language,
    accept: Option<HeaderValue>,
    if_none_match: Vec<HeaderValue>,
}

impl Ask {
    /// The format the client wants; takes `f`.
    pub fn format(&self, query: &mut Parameters) -> Result<Format, Problem> {
        Format::choose(query, self.accept.as_ref())
    }

    /// The format, where there are no parameters but `f`.
    pub fn only_format(&self) -> Result<Format, Problem> {
        let mut query = Parameters::parse(&self.query);
        let format = self.format(&mut query)?;
        query.finish()?;
        Ok(format)
    }

    /// True if the client has what the tag stands for.
    pub fn has(&self, tag: &HeaderValue) -> bool {
        etag::is_known(&self.if_none_match, tag)
    }

    /// A full address from one that begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// This very address with other values of some parameters; an empty value removes the parameter.
    pub fn this_with(&self, changes: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form_urlencoded::parse(self.query.as_bytes()) {
            if changes.iter().all(|(changed, _)| *changed != name) {
                query.append_pair(&name, &value);
            }
        }
        for (name, value) in changes.iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{}{mark}{query}", self.base, self.path)
    }

    /// This very address.
    pub fn this(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        format!("{}{}{mark}{}", self.base, self.path, self.query)
    }
}

impl<S> FromRequestParts<S> for Ask
where
    S: Send + Sync,
    Gate: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let gate = Gate::from_ref(state);
        Ok(Self {
            caller: super::caller::of(&parts.method, &parts.headers, &gate)?,
            base: base(&gate, parts),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            language: negotiate::language(&parts.headers),
            accept: accept(&parts.headers),
            if_none_match: parts.headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect(),
        })
    }
}

/// Several lines of `Accept` are one list.
fn accept(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut lines = headers.get_all(header::ACCEPT).iter();
    let first = lines.next()?;
    let mut joined: Option<Vec<u8>> = None;
    for line in lines {
        let joined = joined.get_or_insert_with(|| first.as_bytes().to_vec());
        joined.push(b',');
        joined.extend_from_slice(line.as_bytes());
    }
    joined.map_or_else(|| Some(first.clone()), |joined| HeaderValue::from_bytes(&joined).ok())
}

/// The configured address; without one, the host the client speaks to.
fn base(gate: &Gate, parts: &Parts) -> String {
    if let Some(url) = gate.public_url() {
        return url.to_owned();
    }
    let host = parts
        .uri
        .authority()
        .map(|authority| authority.as_str())
        .or_else(|| parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()))
        // It ends up in links of pages and documents: only what a host can look like.
        .filter(|host| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte)))
        .filter(|host| !host.is_empty())
        .unwrap_or(gate.listen());
    format!("http://{host}")
}
