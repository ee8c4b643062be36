//! Which photos and documents the objects of a collection may have, and who sees them.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::{CodeList, Visibility};

/// What kind of file something is, as its content says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "FileMedium")]
pub enum Medium {
    Photo,
    Document,
}

impl Medium {
    pub const ALL: [Self; 2] = [Self::Photo, Self::Document];

    /// The word in the database and in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Document => "document",
        }
    }

    /// The medium of a word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|medium| medium.name() == name)
    }
}

/// What a collection says of files; none are taken of a medium it does not declare.
#[derive(Debug, Clone, Default)]
pub struct Files {
    pub photos: Option<FileTerms>,
    pub documents: Option<FileTerms>,
}

/// The terms of one medium.
#[derive(Debug, Clone)]
pub struct FileTerms {
    /// What a photo shows, or what a document is.
    pub kinds: Arc<CodeList>,
    /// Files that an object may have.
    pub most: u32,
    /// Bytes that a file may have when it is sent.
    pub bytes: u64,
    /// Who sees them, of those who see the object.
    pub visibility: Visibility,
}

impl Files {
    /// The terms of a medium.
    pub fn of(&self, medium: Medium) -> Option<&FileTerms> {
        match medium {
            Medium::Photo => self.photos.as_ref(),
            Medium::Document => self.documents.as_ref(),
        }
    }

    /// The media that are taken, with their terms.
    pub fn all(&self) -> impl Iterator<Item = (Medium, &FileTerms)> {
        Medium::ALL.into_iter().filter_map(|medium| Some((medium, self.of(medium)?)))
    }

    /// Whether those of a medium are shown to a class that sees the collection.
    pub fn shows(&self, medium: Medium, class: Option<Visibility>) -> bool {
        self.of(medium).zip(class).is_some_and(|(terms, class)| class >= terms.visibility)
    }

    /// Bytes of the largest file that is taken; `None` where none is.
    pub fn largest(&self) -> Option<u64> {
        self.all().map(|(_, terms)| terms.bytes).max()
    }
}
