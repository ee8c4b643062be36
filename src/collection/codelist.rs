//! Code lists: the closed vocabularies of the registers.

use std::collections::HashMap;

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

    /// What people call the code at a position.
    pub fn label(&self, position: u16, language: Language) -> &str {
        self.codes.get(usize::from(position)).map_or("", |code| code.label.in_language(language))
    }
}
