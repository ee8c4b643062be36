//! What the description of every collection is made of: parameters, headers, answers, common schemas.

use serde_json::{Map, Value as Json, json};

use crate::feature::crs::Crs;
use crate::http::spec::reference;
use crate::ogc::Ogc;
use crate::ogc::crs::offered;

/// Something that can be seen, without control characters.
const ONE_LINE: &str = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$";

/// A CRS as OGC API Features Part 4 has it in headers. Other names of one are taken, too.
const CRS_IN_BRACKETS: &str = r"^<http://www\.opengis\.net/def/crs/(EPSG/0/[1-9][0-9]{3,4}|OGC/1\.3/CRS84)>$";

/// Parameters that several operations share. Their shapes for `limit`, `bbox` and `datetime` are prescribed
/// (17-069r4, 7.15).
pub fn parameters(ogc: &Ogc) -> Json {
    let (default, most) = (ogc.page_limits.default, ogc.page_limits.maximum);
    let query = |name: &str, description: &str, schema: Json| {
        json!({ "name": name, "in": "query", "required": false, "description": description, "schema": schema,
                "style": "form", "explode": false })
    };
    let text = || json!({ "type": "string" });
    let crs = || crs_schema(ogc);
    json!({
        "limit": query("limit", "Features of a page; more than the maximum are not given at once",
            json!({ "type": "integer", "minimum": 1, "maximum": most, "default": default })),
        "bbox": query("bbox", "Only features that meet this box: west, south, east, north in the axis order of bbox-crs",
            json!({ "type": "array", "minItems": 4, "maxItems": 6, "items": { "type": "number" } })),
        "bbox-crs": query("bbox-crs", "CRS of bbox", crs()),
        "datetime": query("datetime", "Only features of this time: an instant, a day, or an interval such as 2026-01-01/..",
            text()),
        "crs": query("crs", "CRS of the coordinates in the answer", crs()),
        "filter": query("filter", "A CQL2 expression over the queryables", text()),
        "filter-lang": query("filter-lang", "Encoding of filter",
            json!({ "type": "string", "enum": ["cql2-text", "cql2-json", "cql-text"], "default": "cql2-text" })),
        "filter-crs": query("filter-crs", "CRS of coordinates in filter", crs()),
        "next": query("next", "Where the page begins; comes with the link next", text()),
        "f": query("f", "Format, if not by Accept", json!({ "type": "string", "enum": ["json", "html"] })),
        "f-json": query("f", "Format; there is one", json!({ "type": "string", "enum": ["json"] })),
        "id": { "name": "id", "in": "path", "required": true, "description": "Id of the feature",
                "schema": { "type": "string", "format": "uuid" } },
        "If-Match": { "name": "If-Match", "in": "header", "required": false,
                "description": "ETag of the feature as it was read; 412 if it has been changed since, 428 if there is neither \
                                this nor If-Unmodified-Since",
                "schema": text() },
        "If-Unmodified-Since": { "name": "If-Unmodified-Since", "in": "header", "required": false,
                "description": "Last-Modified of the feature as it was read, for clients that keep no ETag",
                "schema": text(), "example": "Mon, 01 Jun 2026 10:00:00 GMT" },
        "Content-Crs": { "name": "Content-Crs", "in": "header", "required": false,
                "description": "CRS of the coordinates in the body, in angle brackets; CRS84 without it",
                "schema": { "type": "string", "pattern": CRS_IN_BRACKETS },
                "example": "<http://www.opengis.net/def/crs/EPSG/0/25833>" },
        "Geokontor-Reason": { "name": "Geokontor-Reason", "in": "header", "required": false,
                "description": "Why; kept in the journal. UTF-8, percent-encoded",
                "schema": { "type": "string", "minLength": 1 } },
    })
}

/// The CRSs that are announced. More are understood: any that PROJ can reach with a stated accuracy.
pub fn crs_schema(ogc: &Ogc) -> Json {
    let announced: Vec<String> = offered(&ogc.district).into_iter().map(Crs::uri).collect();
    json!({ "type": "string", "enum": announced, "default": Crs::CRS84.uri() })
}

/// Headers of answers.
pub fn headers() -> Json {
    json!({
        "ETag": { "description": "What the answer is a state of; for If-None-Match, and of one feature for If-Match",
                  "schema": { "type": "string" } },
        "Last-Modified": { "description": "When the state was made, once the second is over; for If-Unmodified-Since",
                           "schema": { "type": "string" } },
        "Geokontor-Changeset": { "description": "Number of the changeset; none if nothing had to be changed",
                                 "schema": { "type": "integer" } },
        "Content-Crs": { "description": "CRS of the coordinates, in angle brackets", "schema": { "type": "string" } },
    })
}

/// Answers that several operations share.
pub fn responses() -> Json {
    let problem = |description: &str| {
        json!({ "description": description,
                "content": { "application/problem+json": { "schema": reference("schemas", "problem") } } })
    };
    let mut too_many = problem("Such requests came too often from this caller, or from this address; see Retry-After");
    let seconds = json!({ "type": "integer", "minimum": 1 });
    too_many["headers"] =
        json!({ "Retry-After": { "description": "Seconds until the next is taken", "schema": seconds } });
    json!({
        "Invalid": problem("The request has faults; every one is named"),
        "Unauthenticated": problem("A token is needed, or the one sent is not valid"),
        "Forbidden": problem("The token does not allow this here"),
        "NotFound": problem("There is no such thing"),
        "NotAcceptable": problem("No such representation"),
        "Conflict": problem("What is there now does not allow it: a number that is taken, a change made meanwhile"),
        "Lagging": problem("It is stored, but not to be seen yet"),
        "Stale": problem("The feature has been changed since it was read"),
        "TooLarge": problem("The body is too large"),
        "MediaType": problem("The type of the body is not taken"),
        "PreconditionRequired": problem("If-Match and If-Unmodified-Since are missing"),
        "TooManyRequests": too_many,
        "Unavailable": problem("The database is not available; reading goes on"),
        "Busy": problem("The registers are being loaded, or too many requests are under way; see Retry-After"),
    })
}

/// A GeoJSON geometry (RFC 7946): what stands in its coordinates goes by its type.
fn geometry(ogc: &Ogc) -> Json {
    let list = |items: &Json, least: u8| json!({ "type": "array", "minItems": least, "items": items });
    let centre = ogc.district.bounds.center();
    let example = [centre.x, centre.y].map(|degrees| (degrees * 1e4).round() / 1e4);
    let position = json!({
        "type": "array", "minItems": 2, "maxItems": 4, "items": { "type": "number" }, "example": example,
    });
    let (line, ring) = (list(&position, 2), list(&position, 4));
    let polygon = list(&ring, 1);
    let of = |kind: &str, coordinates: &Json| {
        json!({
            "type": "object", "required": ["type", "coordinates"],
            "properties": { "type": { "type": "string", "enum": [kind] }, "coordinates": coordinates },
        })
    };
    json!({ "oneOf": [
        of("Point", &position), of("MultiPoint", &list(&position, 1)), of("LineString", &line),
        of("MultiLineString", &list(&line, 1)), of("Polygon", &polygon), of("MultiPolygon", &list(&polygon, 1)),
    ] })
}

/// Schemas that are no collection's.
pub fn schemas(ogc: &Ogc) -> Map<String, Json> {
    let text = || json!({ "type": "string" });
    let link = json!({
        "type": "object", "required": ["href", "rel"],
        "properties": { "href": text(), "rel": text(), "type": text(), "title": text() },
    });
    let links = json!({ "type": "array", "items": reference("schemas", "link") });
    let problem = json!({
        "type": "object", "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text(), "title": text(), "status": { "type": "integer" }, "detail": text(), "request_id": text(),
            "errors": { "type": "array", "description": "What is wrong, and where; the first of many", "items": {
                "type": "object", "properties": { "pointer": text(), "code": text(), "message": text() } } },
            "errors_total": { "type": "integer", "description": "How many there are, where not all of them are told" },
        },
    });
    let collection = json!({
        "type": "object", "required": ["id", "links"],
        "properties": {
            "id": text(), "title": text(), "description": text(), "itemType": text(), "storageCrs": text(),
            "extent": { "type": "object" }, "crs": { "type": "array", "items": text() }, "links": links.clone(),
        },
    });
    let document = |properties: Json| json!({ "type": "object", "properties": properties });
    let entries = [
        ("link", link),
        ("problem", problem),
        ("geometry", geometry(ogc)),
        ("collection", collection),
        ("landing", document(json!({ "title": text(), "description": text(), "links": links.clone() }))),
        (
            "conformance",
            document(json!({ "conformsTo": { "type": "array", "items": text() }, "links": links.clone() })),
        ),
        (
            "collections",
            document(json!({
            "links": links, "crs": { "type": "array", "items": text() }, "collections": { "type": "array", "items": reference("schemas", "collection") } })),
        ),
        ("changes", changes(ogc)),
        ("reason", json!({ "type": "string", "minLength": 1, "maxLength": 500, "pattern": ONE_LINE })),
    ];
    entries.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// What the body of a changeset, and a changeset in answers, look like.
fn changes(ogc: &Ogc) -> Json {
    let collections: Vec<&str> = super::public(ogc).map(|one| one.name.as_str()).collect();
    let id = json!({ "type": "string", "format": "uuid" });
    let version = json!({
        "description": "The version that was read, or \"*\" for any; 412 if it is another now, 428 without",
        "oneOf": [{ "type": "integer" }, { "type": "string", "enum": ["*"] }],
    });
    let feature = json!({ "type": "object", "description": "A GeoJSON Feature" });
    let patch = json!({ "type": "object", "description": "A JSON merge patch (RFC 7396)" });
    let edit = |operation: &str, members: &[(&str, &Json)]| {
        let mut properties = json!({
            "collection": { "type": "string", "enum": collections },
            "operation": { "type": "string", "enum": [operation] },
        });
        for (name, schema) in members {
            properties[*name] = (*schema).clone();
        }
        let needed = members.iter().map(|(name, _)| *name).filter(|name| *name != "version");
        let required: Vec<&str> = ["collection", "operation"].into_iter().chain(needed).collect();
        json!({ "type": "object", "required": required, "additionalProperties": false, "properties": properties })
    };
    let edit = json!({ "oneOf": [
        edit("create", &[("feature", &feature)]),
        edit("replace", &[("id", &id), ("version", &version), ("feature", &feature)]),
        edit("patch", &[("id", &id), ("version", &version), ("patch", &patch)]),
        edit("delete", &[("id", &id), ("version", &version)]),
    ] });
    json!({
        "type": "object", "required": ["reason", "edits"], "additionalProperties": false,
        "properties": {
            "reason": reference("schemas", "reason"),
            "crs": crs_schema(ogc),
            "edits": { "type": "array", "minItems": 1, "maxItems": 1000, "items": edit },
        },
    })
}
