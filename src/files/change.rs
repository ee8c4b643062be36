//! A file is described otherwise, moved among the others, drawn on, taken away and brought back.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::file::File;
use super::purge::FORGET;
use super::store::{change, file, files_of, found};
use super::target::Target;
use super::{FileError, Note, ObjectFiles, Refusal, Wrong, notes};
use crate::accounts::body::Body;
use crate::collection::Medium;
use crate::identity::{Caller, Subject};
use crate::store::Transaction;
use crate::store::jobs::NewJob;
use crate::texts::Faults;

/// Characters of a caption.
pub const CAPTION: usize = 300;

/// What of a file is to be otherwise.
#[derive(Debug, Default)]
pub struct Change {
    pub kind: Option<String>,
    /// Empty for none.
    pub caption: Option<String>,
    pub notes: Option<Vec<Note>>,
    pub side: Option<Side>,
}

/// Beside which other file it is to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Before(Uuid),
    Behind(Uuid),
}

/// The states of a file that its author has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    Nothing,
    Any,
    Versions(Vec<i64>),
}

impl Seen {
    fn check(&self, version: i64) -> Result<(), Refusal> {
        match self {
            Self::Nothing => Err(Refusal::VersionMissing),
            Self::Versions(seen) if !seen.contains(&version) => Err(Refusal::Stale),
            Self::Any | Self::Versions(_) => Ok(()),
        }
    }
}

/// A caption as it is kept; `None` if it is no text of one line.
pub fn caption(text: &str) -> Option<String> {
    let fits = text.chars().count() <= CAPTION && !text.chars().any(char::is_control);
    fits.then(|| text.trim().to_owned())
}

impl Change {
    /// Reads what is sent.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn read(mut body: Body) -> Result<Self, Faults> {
        let kind = body.optional_text("kind");
        let sent = body.optional_text("caption");
        let caption = sent.as_deref().map(caption);
        if caption == Some(None) {
            body.wrong("caption", "text", &Wrong::Caption { most: CAPTION });
        }
        let drawn = body.json("notes").map(notes::read);
        if let Some(Err(wrong)) = &drawn {
            body.wrong("notes", "notes", wrong);
        }
        let (before, behind) = (body.id("before"), body.id("behind"));
        if before.is_some() && behind.is_some() {
            body.wrong("behind", "both", &Wrong::BothSides);
        }
        body.finish()?;
        let side = before.map(Side::Before).or(behind.map(Side::Behind));
        Ok(Self { kind, caption: caption.flatten(), notes: drawn.and_then(Result::ok), side })
    }
}

impl ObjectFiles {
    /// Changes what is said of a file.
    ///
    /// # Errors
    /// It is not there, was taken away, or has been changed since; the caller may not there; the database's.
    pub async fn change(&self, caller: &Caller, id: Uuid, seen: &Seen, wanted: Change) -> Result<File, FileError> {
        let (mut transaction, before, target) = self.open(caller, id, "change-file").await?;
        if before.removed_at.is_some() {
            return Err(Refusal::Removed.into());
        }
        seen.check(before.version)?;
        let mut body = Body::of(json!({}));
        let terms = target.collection.files.of(before.medium);
        if let Some(terms) =
            terms.filter(|terms| wanted.kind.as_ref().is_some_and(|kind| terms.kinds.position(kind).is_none()))
        {
            let known = terms.kinds.codes().iter().map(|code| code.code.clone()).collect();
            body.wrong("kind", "code", &Wrong::KindUnknown { known });
        }
        if wanted.notes.is_some() && before.medium != Medium::Photo {
            body.wrong("notes", "medium", &Wrong::NoPhoto);
        }
        let place = match wanted.side {
            Some(side) => place(&mut transaction, &before, side).await?,
            None => Some(before.place),
        };
        if place.is_none() {
            body.wrong(
                if matches!(wanted.side, Some(Side::Before(_))) { "before" } else { "behind" },
                "file",
                &Wrong::NoNeighbour,
            );
        }
        let place = body.finish_with(place)?;
        let caption =
            wanted.caption.map_or_else(|| before.caption.clone(), |text| Some(text).filter(|text| !text.is_empty()));
        let after = File {
            version: before.version + 1,
            kind: wanted.kind.unwrap_or_else(|| before.kind.clone()),
            caption,
            notes: wanted.notes.unwrap_or_else(|| before.notes.clone()),
            place,
            ..before.clone()
        };
        self.finish(transaction, &before, after).await
    }

    /// Takes a file away, until it is brought back or forgotten. Taken away twice it is taken away.
    ///
    /// # Errors
    /// It is not there, or the caller may not there; the database's.
    pub async fn remove(&self, caller: &Caller, id: Uuid) -> Result<(), FileError> {
        let (mut transaction, before, _) = self.open(caller, id, "remove-file").await?;
        if before.removed_at.is_some() {
            return Ok(());
        }
        let at = transaction.at();
        let after = File { version: before.version + 1, removed_at: Some(at), ..before.clone() };
        let (key, run_at) = (Some(id.to_string()), Some(at + delta(self.kept)));
        transaction.enqueue(&NewJob { queue: FORGET, key, payload: json!({ "file": id }), run_at }).await?;
        self.finish(transaction, &before, after).await.map(drop)
    }

    /// Brings back a file that was taken away.
    ///
    /// # Errors
    /// It is not there or forgotten, the object has as many others by now, or the caller may not there; the database's.
    pub async fn restore(&self, caller: &Caller, id: Uuid) -> Result<File, FileError> {
        let (mut transaction, before, target) = self.open(caller, id, "restore-file").await?;
        if before.removed_at.is_none() {
            return Ok(before);
        }
        let others = files_of(transaction.connection(), (&before.collection, before.object)).await?;
        let same = others
            .iter()
            .filter(|one| one.removed_at.is_none() && one.medium == before.medium && one.defect == before.defect);
        let most = target.collection.files.of(before.medium).map_or(u32::MAX, |terms| terms.most);
        if same.count() >= most as usize {
            return Err(Refusal::TooMany { most }.into());
        }
        let after = File { version: before.version + 1, removed_at: None, ..before.clone() };
        self.finish(transaction, &before, after).await
    }

    /// A file that is to be changed, with its object locked.
    async fn open(
        &self,
        caller: &Caller,
        id: Uuid,
        kind: &'static str,
    ) -> Result<(Transaction, File, Target), FileError> {
        let seen = found(&self.editor.spine.store, id).await?.ok_or(Refusal::NoFile)?;
        let collection = self.collection(caller, &seen.collection).ok_or(Refusal::NoFile)?;
        caller.may(seen.changed_by(), &Subject::of(&collection))?;
        let target = self.target(caller, &seen.collection, seen.object)?;
        let mut transaction = self.begin(caller, kind, &kind.replace('-', " ")).await?;
        self.lock(&mut transaction, caller, seen.changed_by(), &target).await?;
        let before = file(transaction.connection(), id).await?.ok_or(Refusal::NoFile)?;
        Ok((transaction, before, target))
    }

    async fn finish(&self, mut transaction: Transaction, before: &File, after: File) -> Result<File, FileError> {
        change(&mut transaction, before, &after).await?;
        self.editor.spine.commit::<FileError>(transaction).await?;
        Ok(after)
    }
}

/// A place between a file of the object and the one on its other side; `None` if there is no such file.
async fn place(transaction: &mut Transaction, of: &File, side: Side) -> Result<Option<f64>, FileError> {
    let mut others = files_of(transaction.connection(), (&of.collection, of.object)).await?;
    others.retain(|one| one.id != of.id);
    let (beside, is_before) = match side {
        Side::Before(id) => (id, true),
        Side::Behind(id) => (id, false),
    };
    let Some(nth) = others.iter().position(|one| one.id == beside) else { return Ok(None) };
    let at = others[nth].place;
    let next = if is_before { nth.checked_sub(1).map(|nth| &others[nth]) } else { others.get(nth + 1) };
    let outside = if is_before { at - 1.0 } else { at + 1.0 };
    Ok(Some(next.map_or(outside, |next| f64::midpoint(at, next.place))))
}

fn delta(of: Duration) -> TimeDelta {
    TimeDelta::from_std(of).unwrap_or(TimeDelta::MAX)
}
