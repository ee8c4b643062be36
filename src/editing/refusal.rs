//! What is wrong with the edits of an input: every reason, each with its place.

use super::{EditError, Operation};
use crate::collection::Faults;
use crate::store::StoreError;

/// Where an edit stands in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// It is all of it: the body is the feature, or the patch.
    Alone,
    /// Among the edits of a changeset.
    Nth(usize),
}

impl Stand {
    /// Where the feature or the patch stands; of a deletion, which has none, the edit.
    pub fn body(self, operation: &Operation) -> String {
        match operation {
            Operation::Create { .. } | Operation::Replace { .. } => self.member("feature"),
            Operation::Patch { .. } => self.member("patch"),
            Operation::Delete { .. } => self.member(""),
        }
    }

    /// A reason that concerns a member of the edit, or with an empty name the edit as such.
    pub fn refusal(self, member: &str, error: EditError) -> Refusal {
        Refusal { pointer: self.member(member), error }
    }

    /// A member of the edit, or with an empty name the edit, as a pointer into the input.
    pub fn member(self, name: &str) -> String {
        match self {
            Self::Alone => String::new(),
            Self::Nth(n) if name.is_empty() => format!("/edits/{n}"),
            Self::Nth(n) => format!("/edits/{n}/{name}"),
        }
    }
}

/// One reason why edits are not made.
#[derive(Debug)]
pub struct Refusal {
    /// Where in the input, as a JSON pointer. The faults of an [`EditError::Invalid`] have places of their own.
    pub pointer: String,
    pub error: EditError,
}

impl Refusal {
    /// Faults of the input.
    pub fn faults(faults: impl Into<Faults>) -> Self {
        Self { pointer: String::new(), error: EditError::Invalid(faults.into()) }
    }
}

/// The reasons of many edits: all of them, but of faults that nobody will be told only the number.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    pub all: Vec<Refusal>,
    /// How many faults they tell.
    told: usize,
}

impl Refusals {
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

impl Extend<Refusal> for Refusals {
    fn extend<I: IntoIterator<Item = Refusal>>(&mut self, refusals: I) {
        for mut refusal in refusals {
            if let EditError::Invalid(faults) = &mut refusal.error {
                let before = self.told;
                self.told += faults.told().len();
                if before >= Faults::MOST_TOLD {
                    *faults = faults.counted();
                }
            }
            self.all.push(refusal);
        }
    }
}

/// Why a changeset is not made. Nothing of it is stored, but where [`EditError::Lagging`] says the opposite.
#[derive(Debug)]
pub enum ChangesetError {
    /// Everything that is wrong with it; never empty.
    Refused(Vec<Refusal>),
    /// Nobody's fault who wrote it.
    Failed(EditError),
}

impl ChangesetError {
    /// The reason that comes first, for an input of one edit.
    pub(super) fn into_first(self) -> EditError {
        match self {
            Self::Failed(error) => error,
            Self::Refused(refusals) => match refusals.into_iter().next() {
                Some(first) => first.error,
                None => EditError::Invalid(Faults::default()),
            },
        }
    }
}

impl From<EditError> for ChangesetError {
    fn from(error: EditError) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for ChangesetError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}
