//! What is kept of a file, and who sees it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Note;
use crate::blobs::Sha256;
use crate::collection::{Collection, Medium, Visibility};
use crate::identity::{Action, Caller};

/// A file of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    pub id: Uuid,
    pub version: i64,
    pub collection: String,
    pub object: Uuid,
    /// The defect that it shows, where it is not of the object alone.
    pub defect: Option<Uuid>,
    pub medium: Medium,
    /// A code of the list that is declared for the medium.
    pub kind: String,
    /// What its sender calls it.
    pub name: String,
    pub caption: Option<String>,
    /// Drawn over it.
    pub notes: Vec<Note>,
    /// Its place among those of the object; the first is shown where there is room for one.
    pub place: f64,
    /// The pictures of a photo.
    pub pictures: Option<Pictures>,
    pub media: String,
    /// Bytes of what is kept.
    pub size: u64,
    pub content: Sha256,
    pub added_at: DateTime<Utc>,
    pub removed_at: Option<DateTime<Utc>>,
}

/// What was made of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pictures {
    /// Pixels of what is kept.
    pub width: u32,
    pub height: u32,
    pub screen: Sha256,
    pub thumbnail: Sha256,
}

impl File {
    /// Whether a caller may see it: what is found at an object as those who keep it, the rest as the collection declares.
    pub fn is_seen_by(&self, caller: &Caller, collection: &Collection) -> bool {
        if self.defect.is_some() {
            return caller.may_read_past(collection).is_ok();
        }
        // Of a medium that is not declared any more nobody else was meant to see anything.
        let class = caller.sees(collection);
        collection.files.shows(self.medium, class) || class == Some(Visibility::Staff)
    }

    /// What somebody must be allowed to do at its object to change it.
    pub fn changed_by(&self) -> Action {
        action(self.defect)
    }
}

/// What somebody must be allowed to do at an object to add to it: files of its own, or of a defect.
pub fn action(defect: Option<Uuid>) -> Action {
    if defect.is_some() { Action::Inspect } else { Action::Edit }
}
