//! What could not be done at once becomes a proposal.

use std::sync::Arc;

use geo::InteriorPoint;

use super::merge::fields_between;
use super::store::create;
use super::{Operation, Outline, PROPOSALS, Proposal, ProposedEdit};
use crate::collection::Collection;
use crate::editing::approval::Net;
use crate::editing::compare::{Packed, packed};
use crate::editing::{EditError, Editor, Places};
use crate::feature::{Geometry, Row};
use crate::identity::Caller;
use crate::spine::Purpose;

/// Edits that wait, and why they are made.
#[derive(Debug)]
pub struct Wanted<'a> {
    pub reason: &'a str,
    pub edits: &'a [Net<'a>],
}

impl Editor {
    /// Keeps a proposal instead of making its edits, and writes to those who may decide.
    ///
    /// # Errors
    /// [`EditError::CannotWait`] where nobody keeps proposals; the database's.
    pub(in crate::editing) async fn propose(
        &self,
        caller: &Caller,
        wanted: &Wanted<'_>,
    ) -> Result<Arc<Proposal>, EditError> {
        let Some(letters) = &self.letters else { return Err(EditError::CannotWait) };
        let places = self.whereabouts.now();
        let edits: Vec<_> = wanted.edits.iter().map(|net| outlined(net, &places)).collect();
        let purpose = Purpose { domain: PROPOSALS, kind: "propose", reason: wanted.reason.to_owned(), undoes: None };
        let mut transaction = self.spine.begin(caller, purpose).await?;
        let proposal = create(&mut transaction, wanted.reason, &edits).await?;
        letters.made(&mut transaction, &proposal, wanted.edits, (wanted.reason, &places)).await?;
        self.spine.commit::<EditError>(transaction).await?;
        Ok(Arc::new(proposal))
    }
}

fn outlined(net: &Net<'_>, places: &Places) -> (Outline, ProposedEdit) {
    let Net { collection, id, before, after } = net;
    let operation = match (before, after) {
        (None, _) => Operation::Create,
        (Some(_), Some(_)) => Operation::Update,
        (Some(_), None) => Operation::Delete,
    };
    let fields = match (before, after) {
        (Some(before), Some(after)) => {
            fields_between(collection, &Packed::new(collection, (*before).clone()), after, places)
        }
        (None, Some(after)) => recorded(collection, Row::new(&packed(collection, after))),
        (_, None) => Vec::new(),
    };
    let point = |geometry: Option<&Geometry>| geometry.and_then(InteriorPoint::interior_point).map(|at| at.0.into());
    let outline = Outline {
        collection: collection.name.clone(),
        feature: *id,
        version: before.map(|state| state.version),
        operation,
        fields,
        from: before.and_then(|state| point(state.geometry.as_ref())),
        to: after.and_then(|state| point(state.geometry.as_ref())),
    };
    let (before, after) = (before.cloned(), after.cloned());
    (outline, ProposedEdit { collection: collection.name.clone(), feature: *id, before, after })
}

/// The properties that a new feature has, and its place.
fn recorded(collection: &Collection, row: Row<'_>) -> Vec<String> {
    let written = collection.properties.iter().enumerate().filter(|(_, property)| property.is_writable());
    let recorded = written.filter(|(k, _)| !row.get(*k).is_null()).map(|(_, property)| property.name.clone());
    recorded.chain(["geometry".to_owned()]).collect()
}
