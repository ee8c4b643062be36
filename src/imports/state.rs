//! The states of an import, and what leads from one to another.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The file is being looked at.
    Examining,
    /// It is known what the file holds, or why it cannot be read: somebody has to choose.
    Examined,
    /// It is being worked out what would become of every row.
    Previewing,
    /// That is known.
    Previewed,
    /// It is being written.
    Committing,
    /// It is done.
    Committed,
}

impl State {
    pub const ALL: [Self; 6] =
        [Self::Examining, Self::Examined, Self::Previewing, Self::Previewed, Self::Committing, Self::Committed];

    /// The word in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Examining => "examining",
            Self::Examined => "examined",
            Self::Previewing => "previewing",
            Self::Previewed => "previewed",
            Self::Committing => "committing",
            Self::Committed => "committed",
        }
    }

    /// By its word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Does the server work on it?
    pub fn is_working(self) -> bool {
        matches!(self, Self::Examining | Self::Previewing | Self::Committing)
    }

    /// Where it stands once the server has done its work, well or not.
    pub fn after(self, well: bool) -> Self {
        match (self, well) {
            (Self::Examining, _) | (Self::Previewing, false) => Self::Examined,
            (Self::Previewing, true) | (Self::Committing, false) => Self::Previewed,
            (Self::Committing, true) => Self::Committed,
            (rest, _) => rest,
        }
    }

    /// May people go on to `next`? Whatever is written stays written, and nobody changes what is being written.
    pub fn allows(self, next: Self) -> bool {
        match next {
            Self::Examining => !matches!(self, Self::Committing | Self::Committed),
            Self::Previewing => !matches!(self, Self::Examining | Self::Committing | Self::Committed),
            Self::Committing => self == Self::Previewed,
            Self::Examined | Self::Previewed | Self::Committed => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_looked_at_is_written_and_what_is_written_stays() {
        let to_writing: Vec<State> = State::ALL.into_iter().filter(|from| from.allows(State::Committing)).collect();
        assert_eq!(to_writing, [State::Previewed]);
        assert!(State::ALL.into_iter().all(|next| !State::Committed.allows(next) && !State::Committing.allows(next)));
    }

    #[test]
    fn whatever_the_server_works_on_comes_to_a_state_in_which_people_can_go_on() {
        for state in State::ALL.into_iter().filter(|state| state.is_working()) {
            for well in [true, false] {
                let after = state.after(well);
                assert!(!after.is_working(), "{state:?}");
                assert!(after == State::Committed || after.allows(State::Previewing), "{state:?}");
            }
        }
    }

    #[test]
    fn every_state_is_found_by_its_word() {
        assert!(State::ALL.into_iter().all(|state| State::named(state.name()) == Some(state)));
        assert_eq!(State::named("done"), None);
    }
}
