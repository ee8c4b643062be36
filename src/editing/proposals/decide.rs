//! What becomes of a proposal. Approved, it is made in the transaction that says so, under the checks of any edit.

use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;

use super::merge::conflicts;
use super::store::{self, decide, to_decide};
use super::{Decision, DecisionError, Docket, Letters, PROPOSALS, Proposal, ProposalRefusal, ProposedEdit};
use crate::collection::{Collection, Fault, Faults};
use crate::editing::changeset::write;
use crate::editing::compare::Packed;
use crate::editing::plan::{Planner, Target};
use crate::editing::refusal::{ChangesetError, Refusals, Stand};
use crate::editing::terms::EditTerms;
use crate::editing::{Editor, Places, numbers};
use crate::identity::{Caller, Denied};
use crate::spine::Purpose;
use crate::store::Transaction;
use crate::store::features::REGISTER;
use crate::texts::Label;

impl Editor {
    /// Makes what a proposal wants. What others have changed meanwhile stays where it is something else.
    ///
    /// # Errors
    /// Where the same has been changed meanwhile, what is proposed can no longer be, or somebody else should decide; the
    /// proposal stays open.
    pub async fn approve(
        &self,
        caller: &Caller,
        id: Uuid,
        answer: Option<&str>,
    ) -> Result<Arc<Proposal>, DecisionError> {
        let (letters, seen) = self.seen(caller, id)?;
        let edits = store::edits(&self.spine.store, id).await?;
        let words = store::words(&self.spine.store, &[id]).await?.remove(&id).ok_or(ProposalRefusal::NoProposal)?;
        let purpose = Purpose { domain: REGISTER, kind: "approve", reason: words.reason.clone(), undoes: None };
        let mut transaction = self.spine.begin(caller, purpose).await?;
        let places = self.whereabouts.now();
        let open = locked(&mut transaction, seen.id, Decision::Approve).await?;
        may(&letters.docket, caller, &open, Decision::Approve, &places)?;
        self.make_of(caller, &mut transaction, &edits).await?;
        let changeset = Some(transaction.changeset());
        let decided = decided(&mut transaction, &open, (Decision::Approve, answer), changeset).await?;
        letters.decided(&mut transaction, &decided, &edits, (answer, &words)).await?;
        self.spine.commit::<DecisionError>(transaction).await?;
        Ok(Arc::new(decided))
    }

    /// Leaves things as they are, for a reason that its author is told.
    ///
    /// # Errors
    /// Where somebody else should decide, or has.
    pub async fn refuse(&self, caller: &Caller, id: Uuid, reason: &str) -> Result<Arc<Proposal>, DecisionError> {
        self.close(caller, id, Decision::Refuse, Some(reason)).await
    }

    /// Takes one's own proposal back.
    ///
    /// # Errors
    /// Where it is somebody else's, or was decided.
    pub async fn withdraw(
        &self,
        caller: &Caller,
        id: Uuid,
        reason: Option<&str>,
    ) -> Result<Arc<Proposal>, DecisionError> {
        self.close(caller, id, Decision::Withdraw, reason).await
    }

    async fn close(
        &self,
        caller: &Caller,
        id: Uuid,
        decision: Decision,
        answer: Option<&str>,
    ) -> Result<Arc<Proposal>, DecisionError> {
        let (letters, seen) = self.seen(caller, id)?;
        let words = store::words(&self.spine.store, &[id]).await?.remove(&id).ok_or(ProposalRefusal::NoProposal)?;
        let edits = store::edits(&self.spine.store, id).await?;
        let kind = if decision == Decision::Refuse { "refuse" } else { "withdraw" };
        let reason = answer.unwrap_or(kind).to_owned();
        let purpose = Purpose { domain: PROPOSALS, kind, reason, undoes: None };
        let mut transaction = self.spine.begin(caller, purpose).await?;
        let open = locked(&mut transaction, seen.id, decision).await?;
        may(&letters.docket, caller, &open, decision, &self.whereabouts.now())?;
        let decided = decided(&mut transaction, &open, (decision, answer), None).await?;
        if decision == Decision::Refuse {
            letters.decided(&mut transaction, &decided, &edits, (answer, &words)).await?;
        }
        self.spine.commit::<DecisionError>(transaction).await?;
        Ok(Arc::new(decided))
    }

    /// A proposal the caller may know of.
    fn seen(&self, caller: &Caller, id: Uuid) -> Result<(&Letters, Arc<Proposal>), DecisionError> {
        let letters = self.letters.as_deref().ok_or(ProposalRefusal::NoProposal)?;
        let known = letters.docket.get(id).ok_or(ProposalRefusal::NoProposal)?;
        if letters.docket.may_see(caller, &known, &self.whereabouts.now()) {
            Ok((letters, known))
        } else {
            Err(ProposalRefusal::NoProposal.into())
        }
    }

    /// Writes the edits of a proposal over what is there now.
    async fn make_of(
        &self,
        caller: &Caller,
        transaction: &mut Transaction,
        edits: &[ProposedEdit],
    ) -> Result<(), DecisionError> {
        let preparer = self.preparer();
        let targets: BTreeSet<Target> = edits.iter().map(|it| (it.collection.clone(), it.feature)).collect();
        let states = transaction.lock(&targets).await?;
        let crs = preparer.frame().crs;
        let mut planner = Planner::new(EditTerms { caller, crs, preparer, approving: true }, states);
        let mut steps = Vec::with_capacity(edits.len());
        let (mut refusals, mut faults) = (Refusals::default(), Faults::default());
        for (n, edit) in edits.iter().enumerate() {
            let collection = self.collection(caller, &edit.collection)?;
            let stands_against = outdated(&planner, &collection, edit, n);
            if !stands_against.is_empty() {
                faults.append(stands_against);
                continue;
            }
            match planner.adopt(collection, edit, Stand::Nth(n)) {
                Ok(step) => steps.push(step),
                Err(more) => refusals.extend(more),
            }
            tokio::task::consume_budget().await;
        }
        if !faults.is_empty() {
            return Err(DecisionError::Conflict(faults));
        }
        numbers::reserve(transaction, &steps).await?;
        refusals.extend(numbers::taken(transaction, &steps, |_| false).await?);
        if !refusals.is_empty() {
            return Err(ChangesetError::Refused(refusals.all).into());
        }
        Ok(write(transaction, &steps).await?)
    }
}

/// What has become of a feature since the proposal was made that it would undo.
fn outdated(planner: &Planner<'_>, collection: &Collection, edit: &ProposedEdit, n: usize) -> Faults {
    let id = edit.feature;
    let of_all = |code, told: &ProposalRefusal| Fault::new(format!("/edits/{n}"), code, told).into();
    let now = planner.state(&(edit.collection.clone(), id));
    let (now, before) = match (now, &edit.before) {
        (Some(now), Some(before)) => (now, Packed::new(collection, before.clone())),
        (None, Some(_)) => return of_all("deleted", &ProposalRefusal::Gone { id }),
        (Some(_), None) => return of_all("exists", &ProposalRefusal::There { id }),
        (None, None) => return Faults::default(),
    };
    let fields = conflicts(collection, &before, edit.after.as_ref(), now, planner.places());
    let fault = |name: String| {
        let field = collection.property(&name).map(|property| property.title.clone());
        let field = field.unwrap_or_else(|| Label::new("Lage", "Position"));
        Fault::new(format!("/edits/{n}/fields/{name}"), "conflict", &ProposalRefusal::Changed { field })
    };
    fields.into_iter().map(fault).collect::<Vec<_>>().into()
}

/// The proposal as nobody else decides about it now.
async fn locked(transaction: &mut Transaction, id: Uuid, decision: Decision) -> Result<Proposal, DecisionError> {
    let proposal = to_decide(transaction, id).await?.ok_or(ProposalRefusal::NoProposal)?;
    match proposal.state.after(decision) {
        Some(_) => Ok(proposal),
        None => Err(ProposalRefusal::Decided { state: proposal.state.name() }.into()),
    }
}

fn may(
    docket: &Docket,
    caller: &Caller,
    proposal: &Proposal,
    decision: Decision,
    places: &Places,
) -> Result<(), DecisionError> {
    match (decision, docket.is_own(caller, proposal)) {
        (Decision::Withdraw, true) => Ok(()),
        (Decision::Withdraw, false) => Err(ProposalRefusal::NotOwn.into()),
        (Decision::Approve | Decision::Refuse, true) => Err(ProposalRefusal::Own.into()),
        // It takes eyes, and a program has none.
        (Decision::Approve | Decision::Refuse, false) if caller.person().is_none() => Err(Denied::NotSignedIn.into()),
        (Decision::Approve | Decision::Refuse, false) => Ok(docket.may_decide(caller, proposal, places)?),
    }
}

async fn decided(
    transaction: &mut Transaction,
    open: &Proposal,
    (decision, answer): (Decision, Option<&str>),
    changeset: Option<i64>,
) -> Result<Proposal, DecisionError> {
    let state = open.state.after(decision).unwrap_or(open.state);
    Ok(decide(transaction, open, (state, answer), changeset).await?)
}
