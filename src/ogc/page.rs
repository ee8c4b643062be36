//! The pages for people: plain HTML, rendered here, without scripts.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use crate::collection::Language;
use crate::http::Ask;

/// A word in the language of the page.
pub fn word<'a>(language: Language, de: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::De => de,
        Language::En => en,
    }
}

/// One step of the way from the start to the page.
pub struct Step<'a> {
    pub title: &'a str,
    /// Begins with a slash.
    pub href: String,
}

/// A whole page around its content. `way` leads to the page, itself not included.
pub fn page(ask: &Ask, title: &str, way: &[Step<'_>], content: &Markup) -> Vec<u8> {
    let language = ask.language;
    let start = word(language, "Start", "Start");
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – Geokontor" }
                link rel="stylesheet" href=(ask.url("/ogc/style.css"));
                link rel="alternate" type="application/json" href=(ask.this_with(&[("f", "json")]));
            }
            body {
                header {
                    nav aria-label=(word(language, "Weg", "Breadcrumb")) {
                        ol {
                            li { a href=(ask.url("/ogc")) { (start) } }
                            @for step in way { li { "› " a href=(ask.url(&step.href)) { (step.title) } } }
                        }
                    }
                }
                main { h1 { (title) } (content) }
                footer {
                    a href=(ask.this_with(&[("f", "json")])) { (word(language, "Diese Seite als JSON", "This page as JSON")) }
                }
            }
        }
    }
    .into_string()
    .into_bytes()
}

/// A table that may be wider than the page: then it is moved by itself, by keyboard too.
pub fn wide_table(label: &str, content: &Markup) -> Markup {
    html! { div.table role="region" tabindex="0" aria-label=(label) { table { (content) } } }
}

/// The stylesheet of all pages.
pub async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
    ];
    (headers, include_str!("style.css")).into_response()
}
