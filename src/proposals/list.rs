//! Which proposals an answer lists.

use std::sync::Arc;

use uuid::Uuid;

use super::Proposals;
use crate::editing::proposals::{Docket, Proposal, State};
use crate::feature::FeatureId;
use crate::identity::Caller;

/// What is asked for.
#[derive(Debug, Default)]
pub struct Asked {
    pub collection: Option<String>,
    pub feature: Option<FeatureId>,
    pub state: Option<State>,
    /// Those made before this one.
    pub before: Option<Uuid>,
    pub limit: usize,
}

impl Asked {
    fn fits(&self, proposal: &Proposal) -> bool {
        let is_about = |collection: &str, feature: FeatureId| {
            self.collection.as_deref().is_none_or(|wanted| wanted == collection)
                && self.feature.is_none_or(|wanted| wanted == feature)
        };
        self.state.is_none_or(|state| proposal.state == state)
            && proposal.edits.iter().any(|edit| is_about(&edit.collection, edit.feature))
    }
}

impl Proposals {
    /// Those of the proposals asked for that the caller may see, the newest first, and whether there are more.
    pub(super) fn listed(&self, caller: &Caller, asked: &Asked) -> (Vec<Arc<Proposal>>, bool) {
        let Some(docket) = self.docket() else { return (Vec::new(), false) };
        let places = self.editor.whereabouts.now();
        let all = docket.before(asked.before).into_iter().filter(|one| asked.fits(one));
        let mut seen: Vec<_> = all.filter(|one| docket.may_see(caller, one, &places)).take(asked.limit + 1).collect();
        let more = seen.len() > asked.limit;
        seen.truncate(asked.limit);
        (seen, more)
    }

    /// A proposal that the caller may see.
    pub(super) fn seen(&self, caller: &Caller, id: Uuid) -> Option<Arc<Proposal>> {
        let docket = self.docket()?;
        docket.get(id).filter(|one| docket.may_see(caller, one, &self.editor.whereabouts.now()))
    }

    fn docket(&self) -> Option<&Docket> {
        Some(&self.editor.letters.as_ref()?.docket)
    }
}
