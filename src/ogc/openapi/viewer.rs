//! The page on which people try the API: Swagger UI (Apache-2.0), embedded in the binary as its archive.

use std::io::Read;
use std::sync::LazyLock;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::read::DeflateDecoder;
use maud::{DOCTYPE, html};

use crate::http::answer::HTML;
use crate::http::{Absent, Answer, Ask, Path, Problem};

/// What starts the viewer, and mends what of it is not accessible; files of their own, so that the page needs no script
/// within.
const START: &str = include_str!("viewer/start.js");
const MENDED: &str = include_str!("viewer/mended.css");

/// `/api`
pub async fn page(ask: Ask) -> Answer {
    let page = html! {
        (DOCTYPE)
        html lang=(ask.language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "API – Geokontor" }
                link rel="stylesheet" href="api/viewer/swagger-ui.css";
                link rel="stylesheet" href="api/viewer/mended.css";
            }
            body {
                main id="api" {}
                noscript { p { a href="api/openapi.json" { "OpenAPI" } } }
                script src="api/viewer/swagger-ui-bundle.js" {}
                script src="api/viewer/start.js" {}
            }
        }
    };
    Answer::document(&ask, HTML, page.into_string())
}

/// `/api/viewer/{file}`
pub async fn file(Path(name): Path<String>) -> Result<Response, Problem> {
    static STYLE: LazyLock<Option<Bytes>> = LazyLock::new(|| unpacked("/dist/swagger-ui.css"));
    static SCRIPT: LazyLock<Option<Bytes>> = LazyLock::new(|| unpacked("/dist/swagger-ui-bundle.js"));
    let (media, bytes) = match name.as_str() {
        "swagger-ui.css" => ("text/css; charset=utf-8", STYLE.clone()),
        "swagger-ui-bundle.js" => ("text/javascript; charset=utf-8", SCRIPT.clone()),
        "mended.css" => ("text/css; charset=utf-8", Some(Bytes::from_static(MENDED.as_bytes()))),
        "start.js" => ("text/javascript; charset=utf-8", Some(Bytes::from_static(START.as_bytes()))),
        _ => ("", None),
    };
    let bytes = bytes.ok_or_else(|| Problem::not_found(&Absent::ViewerFile { name: &name }))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
    ];
    Ok((headers, bytes).into_response())
}

/// The content of the entry of the archive whose name has this end.
fn unpacked(end: &str) -> Option<Bytes> {
    let (packed, size) = packed(utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED, end)?;
    let mut bytes = Vec::with_capacity(size);
    DeflateDecoder::new(packed).read_to_end(&mut bytes).ok()?;
    Some(bytes.into())
}

/// The deflated bytes of an entry and its size, by way of the archive's directory (APPNOTE.TXT of PKWARE, 4.3.12).
fn packed<'a>(archive: &'a [u8], end: &str) -> Option<(&'a [u8], usize)> {
    const END_OF_DIRECTORY: &[u8] = b"PK\x05\x06";
    const ENTRY: usize = 46;
    const LOCAL: usize = 30;
    let short = |at: usize| Some(usize::from(u16::from_le_bytes(archive.get(at..at + 2)?.try_into().ok()?)));
    let long = |at: usize| Some(u32::from_le_bytes(archive.get(at..at + 4)?.try_into().ok()?) as usize);
    let last = archive.windows(4).rposition(|window| window == END_OF_DIRECTORY)?;
    let mut at = long(last + 16)?;
    for _ in 0..short(last + 10)? {
        let (name, extra, comment) = (short(at + 28)?, short(at + 30)?, short(at + 32)?);
        if archive.get(at + ENTRY..at + ENTRY + name)?.ends_with(end.as_bytes()) && short(at + 10)? == 8 {
            let local = long(at + 42)?;
            let start = local + LOCAL + short(local + 26)? + short(local + 28)?;
            return Some((archive.get(start..start + long(at + 20)?)?, long(at + 24)?));
        }
        at += ENTRY + name + extra + comment;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_of_the_viewer_are_in_the_binary() {
        let script = unpacked("/dist/swagger-ui-bundle.js").expect("the script");
        assert!(script.len() > 1_000_000);
        assert!(String::from_utf8_lossy(&script).contains("SwaggerUIBundle"));
        assert!(unpacked("/dist/swagger-ui.css").is_some());
        assert!(unpacked("/dist/no-such-file").is_none());
    }
}
