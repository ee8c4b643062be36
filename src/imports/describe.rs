//! The operations of imports in the words of OpenAPI.

use serde_json::{Value as Json, json};

use super::answers::{FileImport, ImportList, ImportPlaces, ImportRows, ImportSample};
use super::routes::{DECISIONS, MOST_ROWS, STATUSES, USUAL_ROWS};
use crate::http::schema::or_null;
use crate::http::spec::{
    Context, Spec, answer, binary, closed_object, done, in_query, limit, needed, number, object, string, text,
};

/// The tag of these operations.
const TAG: &str = "Imports";
/// That of a register that is checked out (OGC 12-128r18).
pub const GPKG: &str = "application/geopackage+sqlite3";
/// The media type of the report.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn spec(summary: &str) -> Spec {
    Spec::new(TAG, summary)
}

/// An operation on an import of one's own.
fn own(summary: &str) -> Spec {
    spec(summary).refuses("404", "One has no such import")
}

/// A decision about what was looked at.
fn decided(summary: &str) -> Spec {
    own(summary)
        .gives::<FileImport>("200", "The import as it is now")
        .refused("400", "Invalid")
        .refuses("409", "Somebody has decided anew meanwhile, or it is not the time for it")
}

fn version() -> Json {
    json!({ "type": "integer", "description": "Of the import that was looked at" })
}

fn settings() -> serde_json::Map<String, Json> {
    let settings = json!({
        "layer": or_null(string()),
        "encoding": or_null(string()),
        "crs": or_null(string()),
        "mapping": or_null(object()),
        "accept_duplicates": { "type": "boolean" },
    });
    settings.as_object().cloned().unwrap_or_default()
}

/// `/api/imports`
pub fn imports(_: &Context<'_>) -> Spec {
    spec("One's own imports, the newest first").gives::<ImportList>("200", "The imports")
}

pub fn create(_: &Context<'_>) -> Spec {
    spec("Send a file to be imported")
        .explained("The file is the body, as it is. It is looked at at once; nothing is written before that is wanted.")
        .parameter(needed("collection", "The register its rows belong to", string()))
        .parameter(needed("name", "The name of the file with its ending, which says what it is", string()))
        .body("application/octet-stream", &binary())
        .gives::<FileImport>("201", "The import")
        .refused("400", "Invalid")
        .refuses("409", "One has as many imports as one may have")
        .refuses("413", "The file is too large")
}

/// `/api/checkouts`
pub fn checkout(_: &Context<'_>) -> Spec {
    spec("A register as a GeoPackage, to be edited elsewhere")
        .explained(
            "Sent back as an import, what was changed is merged field by field with what others have changed since.",
        )
        .parameter(needed("collection", "The register", string()))
        .answers("200", answer("The objects with id and version", GPKG, &binary()))
        .refused("400", "Invalid")
}

/// `/api/imports/{import}`
pub fn import(_: &Context<'_>) -> Spec {
    own("An import").gives::<FileImport>("200", "The import").refused("400", "Invalid")
}

pub fn delete(_: &Context<'_>) -> Spec {
    own("Remove an import and its file; what it has written stays")
        .answers("204", done())
        .refuses("409", "It is being written")
}

/// `/api/imports/{import}/settings`
pub fn choose(_: &Context<'_>) -> Spec {
    let mut members = settings();
    members.insert("version".to_owned(), version());
    decided("Say how the file is to be understood, and have it worked out what would become of its rows")
        .takes("ImportChoice", closed_object(&["version"], &Json::Object(members)))
}

/// `/api/imports/{import}/sample`
pub fn sample(_: &Context<'_>) -> Spec {
    own("Where the first rows would lie")
        .takes("ImportPlacing", closed_object(&[], &Json::Object(settings())))
        .gives::<ImportSample>("200", "The places of the first rows")
        .refused("400", "Invalid")
        .refuses("409", "The file was not looked at yet")
}

/// `/api/imports/{import}/rows`
pub fn rows(_: &Context<'_>) -> Spec {
    own("What would become of the rows")
        .parameter(text("status", &format!("Only rows of these, with commas between: {}", STATUSES.join(", "))))
        .parameter(in_query("warned", "Only rows with something worth a look", json!({ "type": "boolean" })))
        .parameter(text("text", "Only rows in which this stands"))
        .parameter(number("after", "Only rows behind this one", 0.0, f64::from(i32::MAX)))
        .parameter(limit(MOST_ROWS, USUAL_ROWS))
        .gives::<ImportRows>("200", "The rows")
        .refused("400", "Invalid")
}

/// `/api/imports/{import}/places`
pub fn places(_: &Context<'_>) -> Spec {
    own("Where all rows lie").gives::<ImportPlaces>("200", "The places").refused("400", "Invalid")
}

/// `/api/imports/{import}/rows/{row}`
pub fn mend(_: &Context<'_>) -> Spec {
    let cells = json!({ "type": "object", "description": "What cells hold instead, by column" });
    let decision = or_null(json!({ "type": "string", "enum": DECISIONS }));
    let members = json!({ "version": version(), "cells": or_null(cells), "decision": decision });
    decided("Put cells of a row right, or decide what becomes of it")
        .takes("RowMending", closed_object(&["version"], &members))
}

/// `/api/imports/{import}/decisions`
pub fn decide(_: &Context<'_>) -> Spec {
    let members = json!({
        "version": version(),
        "status": { "type": "string", "enum": ["duplicate", "conflict", "error"] },
        "decision": { "type": "string", "enum": DECISIONS },
    });
    decided("Decide what becomes of all rows of a kind")
        .takes("RowsDecision", closed_object(&["version", "status", "decision"], &members))
}

/// `/api/imports/{import}/commit`
pub fn commit(_: &Context<'_>) -> Spec {
    let members = json!({ "version": version(), "reason": string() });
    decided("Write what was looked at").takes("ImportCommit", closed_object(&["version", "reason"], &members))
}

/// `/api/imports/{import}/undo`
pub fn undo(_: &Context<'_>) -> Spec {
    let members = json!({ "version": version(), "reason": string() });
    decided("Take back what was written, if nobody has touched it since")
        .takes("ImportUndo", closed_object(&["version", "reason"], &members))
}

/// `/api/imports/{import}/report`
pub fn report(_: &Context<'_>) -> Spec {
    own("What became of every row, as a workbook")
        .answers("200", answer("The workbook, with the rows of the file", XLSX, &binary()))
        .refused("400", "Invalid")
}
