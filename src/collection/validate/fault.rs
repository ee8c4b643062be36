//! What can be wrong with the values of a feature's properties.

use schemars::JsonSchema;
use serde::Serialize;

use crate::texts::{Tell, Told};

/// What can be wrong with a value, or with an object of them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum ValueFault<'a> {
    TooManyMembers { most: usize, collection: &'a str, properties: usize },
    UnknownProperty { collection: &'a str, name: &'a str, near: Option<&'a str> },
    Mandatory { name: &'a str },
    // Of another type; `found` is the JSON.
    NoText { found: String },
    NoWholeNumber { unit: Option<&'a str>, found: String },
    NoNumber { unit: Option<&'a str>, found: String },
    NoBoolean { found: String },
    NoDate { found: String },
    NoInstant { found: String },
    NoCode { found: String },
    NoSingleValue { found: String },
    NoList { found: String },
    NoObject { found: String },
    // Of the type, but not of the form.
    TooLong { most: usize },
    DigitsOnly,
    ControlCharacters,
    NotADate { text: &'a str },
    NotAnInstant { text: &'a str },
    Year,
    // Of the form, but not in the range.
    Range { minimum: f64, maximum: f64, unit: Option<&'a str> },
    Ahead { date: String, today: String },
    TooEarly { date: String, first: String },
    UnknownCode { code: &'a str, known: Vec<&'a str> },
    // Of lists, whose entries are counted from 0.
    TooManyEntries { most: usize },
    TooManyFields { entry: usize, most: usize },
    UnknownField { entry: usize, name: &'a str },
    MissingField { entry: usize, name: &'a str },
    InEntry { entry: usize, field: &'a str, reason: Told },
}

impl Tell for ValueFault<'_> {
    const FILE: &'static str = "values";
}
