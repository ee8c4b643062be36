//! The pages of the audiences.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{DOCTYPE, html};
use serde_json::json;

use super::Pages;
use super::files;
use crate::collection::District;
use crate::http::answer::HTML;
use crate::http::{Answer, Ask, Format, Parameters, layers};

/// Where the page wants to be told what only the server knows.
const BOOT: &str = "<!--boot-->";
const LANGUAGE: &str = "<html lang=\"de\"";

/// `/`: the portal for browsers. Programs, which do not ask for HTML, are sent to the landing page of the OGC API, as
/// everybody is where the web part is not built.
pub async fn portal(State(pages): State<Arc<Pages>>, ask: Ask) -> Response {
    let is_browser = ask.format(&mut Parameters::parse(&ask.query)).is_ok_and(|format| format == Format::Html);
    if !is_browser || files::read("portal.html").is_none() {
        // Relative, so that it holds behind a path of a proxy.
        return ([(header::VARY, "Accept")], Redirect::temporary("ogc")).into_response();
    }
    page(&pages, &ask, "portal.html", &[])
}

/// `/sign-in`, `/sign-in/return/{provider}` and `/account`: the way in, the way back from a provider, what links of mails open, and
/// one's own account. The pages hold nothing of anybody
/// and ask the API who is signed in.
pub async fn account(State(pages): State<Arc<Pages>>, ask: Ask) -> Response {
    page(&pages, &ask, "account.html", &[])
}

/// `/administration`: for those who say who may do what, which the API behind it holds.
pub async fn administration(State(pages): State<Arc<Pages>>, ask: Ask) -> Response {
    page(&pages, &ask, "administration.html", &[])
}

/// `/desk` and everything below it: where registers are maintained. The page holds nothing of anybody; the API behind it says
/// who may change what.
pub async fn desk(State(pages): State<Arc<Pages>>, ask: Ask) -> Response {
    page(&pages, &ask, "desk.html", &[])
}

/// `/map/tablet`: where the tablet of a vehicle is enrolled and asks for its PIN. Below `/map`, so that the service worker of
/// the crew map has it.
pub async fn tablet(State(pages): State<Arc<Pages>>, ask: Ask) -> Response {
    page(&pages, &ask, "tablet.html", &[])
}

/// `/tablet`: the same, for whoever types it in.
pub async fn to_tablet() -> Redirect {
    Redirect::temporary("map/tablet")
}

/// `/map`: the crew map. Its parameters (`at`, `text`, `lang`) are read by the page itself, and unknown ones are left
/// alone: alarm programs append what they like, and a crew must get its map.
pub async fn crew_map(State(pages): State<Arc<Pages>>, ask: Ask) -> Response {
    page(&pages, &ask, "crew.html", &[])
}

/// `/embed`: the map for other homepages. Browsers show it in pages of this server and of the configured origins alone.
pub async fn embedded_map(State(pages): State<Arc<Pages>>, ask: Ask) -> Response {
    page(&pages, &ask, "embed.html", &pages.embed_origins)
}

/// `/embed.js`: the element `<geokontor-map>`, which frames `/embed`.
pub async fn element() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
    ];
    (headers, include_str!("embed.js")).into_response()
}

/// A page of the build with what the server knows written into it; `framed_by` are origins whose pages may frame it.
fn page(pages: &Pages, ask: &Ask, file: &str, framed_by: &[String]) -> Response {
    let built = files::read(file).and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    let Some(html) = built else { return not_built() };
    let scripts = files::read("scripts.txt").and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    let page = html.replacen(LANGUAGE, &format!("<html lang=\"{}\"", ask.language.tag()), 1).replacen(
        BOOT,
        &boot(&pages.district),
        1,
    );
    let hashes = hashes_of(scripts.as_deref().unwrap_or_default(), file);
    let policy = layers::policy_of_page(&pages.ground_origins, hashes, framed_by);
    let mut response = Answer::document(ask, HTML, page).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// The hashes of the scripts within a page; each line of `scripts.txt` names a page before its own.
fn hashes_of<'a>(scripts: &'a str, file: &str) -> &'a str {
    let lines = scripts.lines().filter_map(|line| line.split_once(' '));
    lines.filter(|(page, _)| *page == file).map(|(_, hashes)| hashes).next().unwrap_or_default()
}

/// What the page is told: data, which the policy lets through as it is never run.
fn boot(district: &District) -> String {
    let (south_west, north_east) = (district.bounds.min(), district.bounds.max());
    let bounds = [south_west.x, south_west.y, north_east.x, north_east.y];
    let (name, accuracy, zone) = (&district.name, district.position_accuracy, district.time_zone.name());
    let district = json!({ "name": name, "bounds": bounds, "position_accuracy_m": accuracy, "time_zone": zone });
    let boot = json!({ "district": district }).to_string();
    // The only way out of a script element is its end tag.
    format!("<script type=\"application/json\" id=\"boot\">{}</script>", boot.replace('<', "\\u003c"))
}

/// A program that was built without the web part says so and how to get it.
fn not_built() -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { "The web part is not built – Geokontor" } }
            body {
                main {
                    h1 { "The web part is not built" }
                    p { "This program was built without it. Build it, then build the program again:" }
                    pre { "scripts/setup\nscripts/web\ncargo build" }
                    p { code { "make run" } " does all of it. The data is there all the same: " a href="ogc" { "OGC API" } "." }
                }
            }
        }
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(HTML)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::SERVICE_UNAVAILABLE, headers, page.into_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_page_runs_its_own_scripts_and_those_of_no_other() {
        let scripts = "crew.html 'sha256-a' 'sha256-b'\nportal.html\nembed.html 'sha256-c'\n";
        assert_eq!(hashes_of(scripts, "crew.html"), "'sha256-a' 'sha256-b'");
        assert_eq!(hashes_of(scripts, "embed.html"), "'sha256-c'");
        assert_eq!(hashes_of(scripts, "portal.html"), "");
        assert_eq!(hashes_of("", "crew.html"), "");
    }

    #[test]
    fn nothing_in_a_districts_name_ends_the_block_it_stands_in() {
        let mut district = District::load(Path::new("data/district.toml")).expect("the district");
        district.name = "</script><script>alert(1)</script>".to_owned();
        let block = boot(&district);
        assert_eq!(block.matches("</script>").count(), 1);
        let json = &block[block.find('{').expect("its data")..block.len() - "</script>".len()];
        let read: serde_json::Value = serde_json::from_str(json).expect("its data");
        assert_eq!(read["district"]["name"], district.name);
        assert_eq!(read["district"]["bounds"][0], 10.70);
    }
}
