//! Which representation a client gets: by the parameter `f`, else by `Accept`.

use axum::http::{HeaderMap, HeaderValue, header};

use super::{Parameters, Problem, ProblemKind, Trouble, Wrong};
use crate::collection::Language;

/// The two forms of every resource: for programs and for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    Html,
}

impl Format {
    /// The word in the parameter `f`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Html => "html",
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Json => Self::Html,
            Self::Html => Self::Json,
        }
    }

    /// Takes `f` from the parameters, and what the client accepts when it is not there.
    pub fn choose(query: &mut Parameters, accept: Option<&HeaderValue>) -> Result<Self, Problem> {
        match query.take("f").as_deref() {
            Some("json" | "geojson") => Ok(Self::Json),
            Some("html") => Ok(Self::Html),
            Some(other) => {
                query.wrong("f", &Wrong::NotOffered { word: other, offered: &["json", "html"] });
                // The fault is reported with the others; the format of an error is always JSON.
                Ok(Self::Json)
            }
            None => accepted(accept),
        }
    }
}

fn accepted(accept: Option<&HeaderValue>) -> Result<Format, Problem> {
    let Some(accept) = accept.and_then(|accept| accept.to_str().ok()).filter(|accept| !accept.trim().is_empty()) else {
        return Ok(Format::Json);
    };
    let mut best: Option<(Format, f32)> = None;
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.filter_map(|part| part.strip_prefix("q=")).find_map(|q| q.parse().ok()).unwrap_or(1.0);
        let format = match media.as_str() {
            "text/html" | "application/xhtml+xml" | "text/*" => Format::Html,
            "*/*" | "application/*" | "application/json" => Format::Json,
            other if other.ends_with("+json") => Format::Json,
            _ => continue,
        };
        if weight > 0.0 && best.is_none_or(|(_, known)| weight > known) {
            best = Some((format, weight));
        }
    }
    let refused = || Problem::of(ProblemKind::NotAcceptable, &Trouble::NoRepresentation);
    best.map(|(format, _)| format).ok_or_else(refused)
}

/// The language for people: German for those whose browser asks for it before English, English for all others.
pub fn language(headers: &HeaderMap) -> Language {
    language_of(headers.get(header::ACCEPT_LANGUAGE))
}

/// The same from the header `Accept-Language` alone.
pub fn language_of(accepted: Option<&HeaderValue>) -> Language {
    let Some(wanted) = accepted.and_then(|value| value.to_str().ok()) else {
        return Language::En;
    };
    let mut best = (Language::En, 0.0_f32);
    for range in wanted.split(',') {
        let (tag, weight) = match range.split_once(";q=") {
            Some((tag, weight)) => (tag, weight.trim().parse().unwrap_or(0.0)),
            None => (range, 1.0),
        };
        let tag = tag.trim().to_ascii_lowercase();
        let language = match tag.split('-').next() {
            Some("de") => Language::De,
            Some("en") => Language::En,
            _ => continue,
        };
        if weight > best.1 {
            best = (language, weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_accept(accept: &'static str) -> Option<Format> {
        accepted(Some(&HeaderValue::from_static(accept))).ok()
    }

    #[test]
    fn a_browser_gets_a_page_and_a_program_gets_json() {
        assert_eq!(by_accept("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), Some(Format::Html));
        assert_eq!(by_accept("application/geo+json, application/json;q=0.9"), Some(Format::Json));
        assert_eq!(by_accept("*/*"), Some(Format::Json));
        assert_eq!(by_accept("text/html;q=0.2, application/json"), Some(Format::Json));
        assert_eq!(by_accept("image/png"), None);
    }

    #[test]
    fn german_is_spoken_with_those_who_ask_for_it_first() {
        let asked = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(value));
            language(&headers)
        };
        assert_eq!(asked("de-DE,de;q=0.9,en;q=0.8"), Language::De);
        assert_eq!(asked("en-GB,en;q=0.9,de;q=0.8"), Language::En);
        assert_eq!(asked("fr"), Language::En);
        assert_eq!(language(&HeaderMap::new()), Language::En);
    }
}
