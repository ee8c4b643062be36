//! Where clients begin: the landing page and what it conforms to.

use std::sync::Arc;

use axum::extract::State;
use maud::html;
use serde_json::json;

use super::link::{Link, OPENAPI_3_0, link, self_and_alternate};
use super::page::{Step, page, word};
use super::tiles;
use crate::filter;
use crate::http::answer::{HTML, JSON};
use crate::http::spec::PAGE;
use crate::http::{Answer, Ask, Format, Problem};
use crate::ogc::Ogc;

/// The conformance classes of the OGC APIs that are met; those of CQL2 stand in [`filter::CONFORMANCE`],
/// those of tiles in [`tiles::CONFORMANCE`].
const CONFORMANCE: [&str; 21] = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-timestamps",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/core-roles-features",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/returnables-and-receivables",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/sortables",
];

/// `/ogc`
pub async fn landing(State(ogc): State<Arc<Ogc>>, ask: Ask) -> Result<Answer, Problem> {
    let format = ask.only_format()?;
    let title = format!("{} – Geokontor", ogc.district.name);
    let description = word(
        ask.language,
        "Das Löschwasserverzeichnis des Landkreises: Hydranten, Löschwasserstellen, Saugstellen und die Karten dazu.",
        "The fire-water register of the district: hydrants, water sources, suction points and the layers around them.",
    );
    let body = match format {
        Format::Json => {
            let document = json!({ "title": title, "description": description, "links": links(&ask, format) });
            document.to_string().into_bytes()
        }
        Format::Html => {
            let entries = [
                ("/map", word(ask.language, "Die Karte für Einsatzkräfte", "The map for crews")),
                ("/ogc/collections?f=html", word(ask.language, "Die Sammlungen", "The collections")),
                ("/api", word(ask.language, "Die Schnittstelle ausprobieren", "Try the API")),
                ("/ogc/conformance?f=html", word(ask.language, "Erfüllte Normen", "Standards met")),
            ];
            let content = html! {
                p { (description) }
                ul { @for (href, title) in entries { li { a href=(ask.url(href)) { (title) } } } }
            };
            page(&ask, &title, &[], &content)
        }
    };
    Ok(Answer::document(&ask, media(format), body))
}

fn links(ask: &Ask, format: Format) -> Vec<Link> {
    let mut links = Vec::from(self_and_alternate(ask, format, JSON));
    let at = |path: &str| ask.url(path);
    links.extend([
        link(at("/ogc/api"), "service-desc", OPENAPI_3_0, "The API as OpenAPI 3.0"),
        link(
            at("/api/openapi.json"),
            "service-desc",
            "application/vnd.oai.openapi+json;version=3.1",
            "The API as OpenAPI 3.1",
        ),
        link(at("/api"), "service-doc", PAGE, "The API, to be tried out"),
        link(at("/ogc/conformance"), "conformance", JSON, "Conformance classes"),
        link(at("/ogc/conformance"), "http://www.opengis.net/def/rel/ogc/1.0/conformance", JSON, "Conformance classes"),
        link(at("/ogc/collections"), "data", JSON, "The collections"),
        link(at("/ogc/collections"), "http://www.opengis.net/def/rel/ogc/1.0/data", JSON, "The collections"),
    ]);
    links.extend(tiles::links_of_dataset(ask));
    links
}

/// `/ogc/conformance`
pub async fn conformance(ask: Ask) -> Result<Answer, Problem> {
    let format = ask.only_format()?;
    let classes: Vec<&str> = CONFORMANCE.into_iter().chain(filter::CONFORMANCE).chain(tiles::CONFORMANCE).collect();
    let body = match format {
        Format::Json => {
            let links = self_and_alternate(&ask, format, JSON);
            json!({ "conformsTo": classes, "links": links }).to_string().into_bytes()
        }
        Format::Html => {
            let title = word(ask.language, "Erfüllte Normen", "Standards met");
            let content = html! { ul { @for class in classes { li { code { (class) } } } } };
            page(&ask, title, &[] as &[Step<'_>], &content)
        }
    };
    Ok(Answer::document(&ask, media(format), body))
}

/// The media type of a document without one of its own.
pub fn media(format: Format) -> &'static str {
    match format {
        Format::Json => JSON,
        Format::Html => HTML,
    }
}
