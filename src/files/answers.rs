//! Files as they are answered.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::{File, Note};
use crate::collection::{Collection, FileTerms, Medium, Visibility};
use crate::texts::Label;

/// The files of an object, as far as the caller sees them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FileList {
    /// In their order: the first photo is shown where there is room for one.
    pub files: Vec<ObjectFile>,
    /// What the collection takes.
    pub takes: Vec<Taken>,
    pub may: MayFile,
}

/// What the caller may do with files of the object.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct MayFile {
    /// Add, change and take away those of the object.
    pub edit: bool,
    /// The same with those of its defects.
    pub inspect: bool,
}

/// The terms of one medium.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FileTerms")]
pub struct Taken {
    pub medium: Medium,
    /// What a file may be; the first is meant where nothing is said.
    pub kinds: Vec<FileKind>,
    /// Files that an object may have.
    pub most: u32,
    /// Bytes that a file may have.
    pub most_bytes: u64,
    /// Who sees them.
    #[schemars(schema_with = "classes")]
    pub visibility: &'static str,
}

/// A word, and what it is called.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FileKind {
    pub code: String,
    pub title: Label,
}

/// A photo or document of an object.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ObjectFile {
    pub id: Uuid,
    pub version: i64,
    /// The defect that it shows, where it is not of the object alone.
    pub defect: Option<Uuid>,
    pub medium: Medium,
    /// What it shows or is, and what that is called.
    pub kind: String,
    pub kind_title: Label,
    /// What its sender calls it.
    pub name: String,
    pub caption: Option<String>,
    /// Drawn over it.
    pub notes: Vec<Note>,
    pub media_type: String,
    /// Bytes of what is kept.
    pub size: u64,
    /// Pixels of a photo.
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// Where its content is; of a photo also for a screen and for a list. What is there never changes.
    pub content: String,
    pub screen: Option<String>,
    pub thumbnail: Option<String>,
    pub added_at: DateTime<Utc>,
    /// When it was taken away; it can be brought back for a while.
    pub removed_at: Option<DateTime<Utc>>,
}

impl ObjectFile {
    /// As it is answered.
    pub fn of(file: File, collection: &Collection) -> Self {
        let address = |size| format!("/api/files/{}/{size}", file.id);
        let picture = |size| file.pictures.map(|_| address(size));
        Self {
            kind_title: title(collection.files.of(file.medium), &file.kind),
            width: file.pictures.map(|pictures| pictures.width),
            height: file.pictures.map(|pictures| pictures.height),
            content: address("content"),
            screen: picture("screen"),
            thumbnail: picture("thumbnail"),
            id: file.id,
            version: file.version,
            defect: file.defect,
            medium: file.medium,
            kind: file.kind,
            name: file.name,
            caption: file.caption,
            notes: file.notes,
            media_type: file.media,
            size: file.size,
            added_at: file.added_at,
            removed_at: file.removed_at,
        }
    }
}

/// What a code is called; itself if it is not declared any more.
fn title(terms: Option<&FileTerms>, code: &str) -> Label {
    let known = terms.and_then(|terms| terms.kinds.codes().iter().find(|known| known.code == code));
    known.map_or_else(|| Label::new(code, code), |known| known.label.clone())
}

/// The terms of a collection.
pub fn taken(collection: &Collection) -> Vec<Taken> {
    let kinds = |terms: &FileTerms| {
        let codes = terms.kinds.codes().iter();
        codes.map(|code| FileKind { code: code.code.clone(), title: code.label.clone() }).collect()
    };
    let taken = |(medium, terms): (Medium, &FileTerms)| Taken {
        medium,
        kinds: kinds(terms),
        most: terms.most,
        most_bytes: terms.bytes,
        visibility: terms.visibility.name(),
    };
    collection.files.all().map(taken).collect()
}

fn classes(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "enum": Visibility::ALL.map(Visibility::name) })
}
