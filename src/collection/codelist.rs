//! Code lists: the closed vocabularies of the registers.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Label, Language};

/// A closed list of codes, in the order in which people should see them.
#[derive(Debug)]
pub struct CodeList {
    /// The file's name without its ending.
    pub name: String,
    pub title: Label,
    codes: Vec<Code>,
    positions: HashMap<String, u16>,
}

/// One code and what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub code: String,
    pub label: Label,
    pub range: CodeRange,
    /// What has to be carried to what is of this kind before it can be used, in the order in which it is reached for; empty
    /// where the kind does not tell.
    pub needs: Vec<Need>,
}

/// A piece of kit, or that none is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    KeyPillar,
    KeyUnderground,
    Standpipe,
    SuctionHose,
    None,
}

/// The numbers a code stands for, where it is a class of some: in the unit of what is classed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CodeRange {
    pub at_least: Option<i64>,
    pub below: Option<i64>,
}

impl CodeRange {
    /// Whether no number can be in the class.
    pub fn is_empty(self) -> bool {
        self.at_least.zip(self.below).is_some_and(|(least, below)| least >= below)
    }

    /// Whether a number falls into the class. One that is no class holds none.
    pub fn holds(self, number: i64) -> bool {
        let is_class = self.at_least.is_some() || self.below.is_some();
        is_class && self.at_least.is_none_or(|least| number >= least) && self.below.is_none_or(|below| number < below)
    }
}

impl CodeList {
    /// A list of codes. Fails with the code that stands in it twice.
    pub fn new(name: String, title: Label, codes: Vec<Code>) -> Result<Self, String> {
        let mut positions = HashMap::with_capacity(codes.len());
        for (position, code) in codes.iter().enumerate() {
            if positions.insert(code.code.clone(), position as u16).is_some() {
                return Err(code.code.clone());
            }
        }
        Ok(Self { name, title, codes, positions })
    }

    /// All codes in order.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// The position of a code, the form in which rows keep it.
    pub fn position(&self, code: &str) -> Option<u16> {
        self.positions.get(code).copied()
    }

    /// The code at a position; empty for a position the list does not have.
    pub fn code(&self, position: u16) -> &str {
        self.codes.get(usize::from(position)).map_or("", |code| &code.code)
    }

    /// The code of the class that a number falls into.
    pub fn class_of(&self, number: i64) -> Option<&str> {
        self.codes.iter().find(|code| code.range.holds(number)).map(|code| code.code.as_str())
    }

    /// What people call the code at a position.
    pub fn label(&self, position: u16, language: Language) -> &str {
        self.codes.get(usize::from(position)).map_or("", |code| code.label.in_language(language))
    }
}
