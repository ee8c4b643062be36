//! Links between resources (RFC 8288), as every JSON answer lists them.

use serde::Serialize;

use crate::http::answer::{GEOJSON, JSON, SCHEMA};
use crate::http::spec::PAGE;
use crate::http::{Ask, Format};

/// Relation of the queryables (19-079r2, 6.2.3).
pub const QUERYABLES: &str = "http://www.opengis.net/def/rel/ogc/1.0/queryables";
/// Relation of the sortables (Part 8, draft).
pub const SORTABLES: &str = "http://www.opengis.net/def/rel/ogc/1.0/sortables";
/// Relation of the schema (23-058r2, 7.2).
pub const SCHEMA_OF: &str = "http://www.opengis.net/def/rel/ogc/1.0/schema";
/// Relation of the same schema in GeoJSON's places. Registered in small letters, and no case is to be told apart (RFC 8288,
/// 2.1.1); GDAL 3.6 knows it so.
const DESCRIBED_BY: &str = "describedBy";
/// Type of the OpenAPI 3.1 document.
pub const OPENAPI_3_1: &str = "application/vnd.oai.openapi+json;version=3.1";
/// Type of the OpenAPI 3.0 document; the conformance suite compares it letter by letter.
pub const OPENAPI_3_0: &str = "application/vnd.oai.openapi+json;version=3.0";

/// One link.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    href: String,
    rel: &'static str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    media: Option<&'static str>,
    title: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    templated: bool,
}

impl Link {
    /// The same link with an address that has places to fill (RFC 6570).
    pub fn templated(self) -> Self {
        Self { templated: true, ..self }
    }

    /// The same link to something that comes in several types.
    pub fn of_any_type(self) -> Self {
        Self { media: None, ..self }
    }
}

/// A link to an address.
pub fn link(href: String, rel: &'static str, media: &'static str, title: &'static str) -> Link {
    Link { href, rel, media: Some(media), title, templated: false }
}

/// `self` in the format that is being answered and `alternate` in the other one.
pub fn self_and_alternate(ask: &Ask, format: Format, json_type: &'static str) -> [Link; 2] {
    let media = |format| if format == Format::Json { json_type } else { PAGE };
    let other = format.other();
    [
        link(ask.this(), "self", media(format), "This document"),
        link(ask.this_with(&[("f", other.name())]), "alternate", media(other), alternate_title(other)),
    ]
}

fn alternate_title(format: Format) -> &'static str {
    match format {
        Format::Json => "This document as JSON",
        Format::Html => "This document as HTML",
    }
}

/// What a collection or a part of one leads to, but itself.
pub fn of_collection(ask: &Ask, name: &str) -> Vec<Link> {
    let at = |rest: &str| ask.url(&format!("/ogc/collections/{name}{rest}"));
    vec![
        link(at("/items"), "items", GEOJSON, "The features as GeoJSON"),
        link(at("/items?f=html"), "items", PAGE, "The features as HTML"),
        link(at("/queryables"), QUERYABLES, SCHEMA, "What filters may name"),
        link(at("/sortables"), SORTABLES, SCHEMA, "What sortby may name"),
        link(at("/schema"), SCHEMA_OF, SCHEMA, "What the features hold"),
        link(at("/schema/geojson"), DESCRIBED_BY, SCHEMA, "What the features hold, as GeoJSON has it"),
        link(ask.url("/ogc"), "root", JSON, "The API"),
    ]
}
