//! The operations of files in the words of OpenAPI.

use serde_json::{Value as Json, json};

use super::along::MOST_METRES;
use super::along::answers::DevicePhotoList;
use super::answers::{FileList, ObjectFile};
use super::change::CAPTION;
use super::notes::MOST_NOTES;
use super::routes::{NAME, SIZES};
use crate::http::schema::or_null;
use crate::http::spec::{
    Context, Spec, binary, closed_object, done, in_path, in_query, needed, number, reference, string, word_in_path,
};

/// The tag of these operations.
const TAG: &str = "Files";

fn spec(summary: &str) -> Spec {
    Spec::new(TAG, summary)
}

fn uuid() -> Json {
    json!({ "type": "string", "format": "uuid" })
}

fn object(spec: Spec) -> Spec {
    spec.parameter(needed("collection", "The collection of the object", string())).parameter(needed(
        "object",
        "The object",
        uuid(),
    ))
}

fn one(summary: &str) -> Spec {
    spec(summary).parameter(in_path("file", uuid()))
}

pub fn list(_: &Context<'_>) -> Spec {
    let removed = "With those that were taken away and can be brought back, for who may do that";
    object(spec("The photos and documents of an object, and of its defects"))
        .parameter(in_query("removed", removed, json!({ "type": "boolean", "default": false })))
        .gives::<FileList>("200", "Those that the caller sees")
        .refused("400", "Invalid")
        .refuses("404", "There is no such object, or its collection takes no files")
}

pub fn add(_: &Context<'_>) -> Spec {
    let content = "The body is the file, and is judged by its content alone: JPEG, PNG, WebP, HEIC where this server reads it, or \
                   PDF. Of a photo only pixels are kept, turned as they are to be seen, at most 4,000 a side; a document is kept as it \
                   is. The id is chosen by whoever sends it. Sent again, it is answered as it is now, with 200, and nothing is kept \
                   twice.";
    let text = |most: usize| json!({ "type": "string", "maxLength": most });
    let kind = "A code of the list that is declared for photos, or documents, of the collection";
    object(spec("Add a photo or a document to an object").explained(content))
        .parameter(needed("id", "The id that it gets", uuid()))
        .parameter(in_query("defect", "The defect of the object that it shows", uuid()))
        .parameter(in_query("kind", kind, string()))
        .parameter(in_query("name", "What it is called", text(NAME)))
        .parameter(in_query("caption", "What is to be seen", text(CAPTION)))
        .body("application/octet-stream", &binary())
        .gives::<ObjectFile>("201", "The file")
        .gives::<ObjectFile>("200", "It was added before")
        .refused("400", "Invalid")
        .refuses("404", "There is no such object, or its collection takes no files")
        .refuses("409", "Another file has the id, or so many are there already")
        .refuses("413", "It has too many bytes or pixels")
        .refuses("415", "It is none of what is taken")
}

pub fn change(_: &Context<'_>) -> Spec {
    let notes = json!({ "type": "array", "items": reference("schemas", "PhotoNote"), "maxItems": MOST_NOTES });
    let members = json!({
        "kind": string(), "caption": { "type": "string", "maxLength": CAPTION }, "notes": notes,
        "before": or_null(uuid()), "behind": or_null(uuid()),
    });
    let if_match = json!({ "name": "If-Match", "in": "header", "required": true, "schema": string(),
                           "description": "The version of the file that was seen, in quotes" });
    let order = "before and behind name another file of the object beside which it is to stand.";
    one("Say what a file shows, draw on it, or give it another place; what is not said stays")
        .explained(order)
        .parameter(if_match)
        .takes("FileChange", closed_object(&[], &members))
        .gives::<ObjectFile>("200", "As it is now")
        .refused("400", "Invalid")
        .refuses("404", "There is no such file")
        .refuses("409", "It was taken away")
        .refuses("412", "It has been changed since")
        .refuses("428", "If-Match is missing")
}

pub fn remove(_: &Context<'_>) -> Spec {
    one("Take a file away; it can be brought back for a while")
        .answers("204", done())
        .refuses("404", "There is no such file")
}

pub fn restore(_: &Context<'_>) -> Spec {
    one("Bring back a file that was taken away")
        .gives::<ObjectFile>("200", "As it is now")
        .refuses("404", "There is no such file, or it is forgotten")
        .refuses("409", "So many others are there by now")
}

pub fn along(_: &Context<'_>) -> Spec {
    let around = "With lat and radius, only what lies around that place";
    spec("The photos of objects that a device may take along, with the bytes of their pictures")
        .parameter(number("lon", around, -180.0, 180.0))
        .parameter(number("lat", "With lon and radius", -90.0, 90.0))
        .parameter(number("radius", "Metres", 0.0, MOST_METRES))
        .gives::<DevicePhotoList>("200", "Those that the caller sees")
        .refused("400", "Invalid")
}

pub fn content(_: &Context<'_>) -> Spec {
    one("The content of a file, or a picture of it")
        .explained("content is what is kept; screen and thumbnail are smaller pictures of a photo. What is there never changes.")
        .parameter(word_in_path("size", &SIZES))
        .found("A photo", "image/jpeg", &binary())
        .found("A photo", "image/png", &binary())
        .found("A document, to be saved", "application/pdf", &binary())
        .refused("400", "Invalid")
        .refuses("404", "There is no such file")
}
