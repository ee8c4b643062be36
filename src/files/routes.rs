//! `/api/files`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt;
use uuid::Uuid;

use super::add::NewFile;
use super::answers::{FileList, MayFile, ObjectFile, taken};
use super::change::{CAPTION, Change, Seen, caption};
use super::file::{File, action};
use super::store::{found, listed};
use super::{FileError, ObjectFiles, Refusal, Wrong, describe};
use crate::accounts::body::Body;
use crate::blobs::{BlobError, Sha256};
use crate::collection::{Collection, Medium};
use crate::http::answer::{bare, private};
use crate::http::body::{JSON_TYPES, check_coding, read_json};
use crate::http::etag::{IfMatch, of_content_hash};
use crate::http::{Ask, Gate, Needs, Operation, Parameters, Path, Problem, Routes, Wrong as WrongParameter};
use crate::identity::{Action, Caller, Subject};

/// What there is of a photo.
pub const SIZES: [&str; 3] = ["content", "screen", "thumbnail"];

/// Characters of a name.
pub const NAME: usize = 120;

/// Bytes of what is said of a file: all shapes that may be drawn on it.
const MOST_BYTES: usize = 1 << 20;

/// For as long as anybody wants: the address names content that never changes. With the cookie of somebody else it is asked for anew.
const KEEP: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");
const VARY: HeaderValue = HeaderValue::from_static("Authorization, Cookie");
/// Nothing that a file holds does anything in the name of this server.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'");
const OWN: HeaderValue = HeaderValue::from_static("same-origin");

type Shared = State<Arc<ObjectFiles>>;

impl FromRef<Arc<ObjectFiles>> for Gate {
    fn from_ref(domain: &Arc<ObjectFiles>) -> Self {
        domain.gate.clone()
    }
}

/// The routes of files.
pub fn add(routes: Routes<Arc<ObjectFiles>>) -> Routes<Arc<ObjectFiles>> {
    const ALL: &str = "/api/files";
    const ONE: &str = "/api/files/{file}";
    const CHANGES: Needs = Needs::OneOf(&[Action::Edit, Action::Inspect]);
    let (restored, content) = ("/api/files/{file}/restore", "/api/files/{file}/{size}");
    routes
        // Who sees which is declared; it may be everybody.
        .route(Operation::get("files", ALL, Needs::Nothing).described(describe::list), list)
        .route(Operation::post("file_add", ALL, CHANGES).described(describe::add), send)
        .route(Operation::patch("file_change", ONE, CHANGES).described(describe::change), change)
        .route(Operation::delete("file_remove", ONE, CHANGES).described(describe::remove), remove)
        .route(Operation::post("file_restore", restored, CHANGES).described(describe::restore), restore)
        .route(Operation::get("file_content", content, Needs::Nothing).described(describe::content), show)
}

async fn list(State(domain): Shared, caller: Caller, mut parameters: Parameters) -> Result<Response, Problem> {
    let (collection, object) = named(&mut parameters);
    let removed = match parameters.take("removed").as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            parameters.wrong("removed", &WrongParameter::Choice { words: &["true", "false"] });
            false
        }
    };
    parameters.finish()?;
    let target = domain.target(&caller, &collection, object.unwrap_or_default())?;
    let collection = &target.collection;
    let subject = Subject::of(collection).at(&target.spot);
    let may = |action| caller.may(action, &subject).is_ok();
    let is_shown = |file: &File| {
        let is_there = file.removed_at.is_none() || removed && may(file.changed_by());
        is_there && file.is_seen_by(&caller, collection)
    };
    // The public asks for every object that is looked at, and mostly sees none: that costs no question to the database.
    let class = caller.sees(collection);
    let sees_any = Medium::ALL.into_iter().any(|medium| collection.files.shows(medium, class));
    let found = match sees_any {
        true => listed(&domain.editor.spine.store, (&collection.name, target.id.0)).await?,
        false => Vec::new(),
    };
    let files = found.into_iter().filter(is_shown).map(|file| ObjectFile::of(file, collection)).collect();
    let may = MayFile { edit: may(Action::Edit), inspect: may(Action::Inspect) };
    Ok(private(Json(FileList { files, takes: taken(collection), may })))
}

async fn send(
    State(domain): Shared,
    caller: Caller,
    mut parameters: Parameters,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let (collection, object) = named(&mut parameters);
    let id = parameters.id("id");
    let defect = parameters.id("defect");
    // Who may not is told so before anything else of the request is looked at.
    if let Some(collection) = domain.collection(&caller, &collection) {
        caller.may(action(defect), &Subject::of(&collection))?;
    }
    if id.is_none() && parameters.text("id").is_none() {
        parameters.fault("id", &Wrong::IdMissing);
    }
    let kind = parameters.take("kind");
    let known = domain.collection(&caller, &collection);
    if let (Some(kind), Some(collection)) = (&kind, &known)
        && collection.files.all().all(|(_, terms)| terms.kinds.position(kind).is_none())
    {
        let codes = collection.files.all().flat_map(|(_, terms)| terms.kinds.codes());
        parameters.fault("kind", &Wrong::KindUnknown { known: codes.map(|code| code.code.clone()).collect() });
    }
    let name = parameters.take("name").unwrap_or_default();
    if name.chars().count() > NAME || name.chars().any(char::is_control) {
        parameters.fault("name", &Wrong::Name { most: NAME });
    }
    let text = parameters.take("caption").unwrap_or_default();
    let caption = caption(&text);
    if caption.is_none() {
        parameters.fault("caption", &Wrong::Caption { most: CAPTION });
    }
    parameters.finish()?;
    check_coding(&headers)?;
    let target = domain.target(&caller, &collection, object.unwrap_or_default())?;
    caller.may(action(defect), &Subject::of(&target.collection).at(&target.spot))?;
    let collection = target.collection.clone();
    let name = if name.trim().is_empty() { "–".to_owned() } else { name.trim().to_owned() };
    let caption = caption.filter(|text| !text.is_empty());
    let new = NewFile { id: id.unwrap_or_default(), target, defect, kind, name, caption };
    let (file, is_new) = domain.add(&caller, &new, body.into_data_stream()).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, private(Json(ObjectFile::of(file, &collection)))).into_response())
}

async fn change(
    State(domain): Shared,
    caller: Caller,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let body = Body::of(read_json(&headers, body, JSON_TYPES, MOST_BYTES).await?);
    let wanted = Change::read(body).map_err(FileError::Invalid)?;
    let file = domain.change(&caller, id, &seen(&headers), wanted).await?;
    shown(&domain, &caller, file)
}

async fn remove(State(domain): Shared, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    domain.remove(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn restore(State(domain): Shared, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let file = domain.restore(&caller, id).await?;
    shown(&domain, &caller, file)
}

fn shown(domain: &ObjectFiles, caller: &Caller, file: File) -> Result<Response, Problem> {
    let collection = domain.collection(caller, &file.collection).ok_or(Refusal::NoFile)?;
    Ok(private(Json(ObjectFile::of(file, &collection))))
}

/// `/api/files/{file}/{size}`: bytes, with all that keeps a browser from taking them for anything else.
async fn show(State(domain): Shared, Path((id, size)): Path<(Uuid, String)>, ask: Ask) -> Result<Response, Problem> {
    Parameters::parse(&ask.query).finish()?;
    let file = found(&domain.editor.spine.store, id).await?.ok_or(Refusal::NoFile)?;
    let target = domain.target(&ask.caller, &file.collection, file.object).map_err(|_| Refusal::NoFile)?;
    let hash = Some(&file).filter(|file| may_see(&ask.caller, &target.collection, &target.spot, file));
    let hash = hash.and_then(|file| hash_of(file, &size)).ok_or(Refusal::NoFile)?;
    let tag = of_content_hash(&hash.0);
    let mut response = bare(HttpBody::empty());
    if ask.has(&tag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        let content = domain.blobs.content(hash).await.map_err(FileError::from)?.ok_or(Refusal::NoFile)?;
        let bytes = content.bytes().await.map_err(FileError::from)?;
        let told = move |error: &BlobError| tracing::error!(%error, file = %id, "the content of a file cannot be sent");
        *response.body_mut() = HttpBody::from_stream(bytes.inspect_err(told));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(content.size));
        headers.extend(HeaderValue::from_str(&content.media).ok().map(|media| (header::CONTENT_TYPE, media)));
        headers.insert(header::CONTENT_DISPOSITION, disposition(&file));
    }
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag);
    headers.insert(header::CACHE_CONTROL, KEEP);
    headers.insert(header::VARY, VARY);
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert("cross-origin-resource-policy", OWN);
    Ok(response)
}

/// What was taken away is there for who may bring it back.
fn may_see(caller: &Caller, collection: &Collection, spot: &crate::identity::Spot, file: &File) -> bool {
    let may_change = || caller.may(file.changed_by(), &Subject::of(collection).at(spot)).is_ok();
    file.is_seen_by(caller, collection) && (file.removed_at.is_none() || may_change())
}

fn hash_of(file: &File, size: &str) -> Option<Sha256> {
    match size {
        "content" => Some(file.content),
        "screen" => Some(file.pictures?.screen),
        "thumbnail" => Some(file.pictures?.thumbnail),
        _ => None,
    }
}

/// A photo is shown; a document is saved under its name (RFC 6266), in letters that every browser takes.
fn disposition(file: &File) -> HeaderValue {
    if file.medium == Medium::Photo {
        return HeaderValue::from_static("inline");
    }
    let stem = file.name.strip_suffix(".pdf").or(file.name.strip_suffix(".PDF")).unwrap_or(&file.name);
    let name = percent_encoding::utf8_percent_encode(stem, percent_encoding::NON_ALPHANUMERIC);
    HeaderValue::from_str(&format!("attachment; filename=\"document.pdf\"; filename*=UTF-8''{name}.pdf"))
        .unwrap_or(HeaderValue::from_static("attachment"))
}

/// The collection and the object that are asked about, which must be named.
fn named(parameters: &mut Parameters) -> (String, Option<Uuid>) {
    let collection = parameters.take("collection");
    if collection.is_none() {
        parameters.fault("collection", &Wrong::CollectionMissing);
    }
    let object = parameters.id("object");
    if object.is_none() && parameters.text("object").is_none() {
        parameters.fault("object", &Wrong::IdMissing);
    }
    (collection.unwrap_or_default(), object)
}

/// The versions that `If-Match` names.
fn seen(headers: &HeaderMap) -> Seen {
    match IfMatch::of(headers) {
        IfMatch::Absent => Seen::Nothing,
        IfMatch::Any => Seen::Any,
        IfMatch::Tags(tags) => Seen::Versions(tags.iter().map(|tag| tag.version).collect()),
    }
}
