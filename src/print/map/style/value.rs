//! What expressions compute with.

use std::borrow::Cow;

use super::Colour;
use crate::tiles::mvt;

/// A value of an expression. Texts are borrowed from the style or the tile where they can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'v> {
    Null,
    Bool(bool),
    Number(f64),
    Text(Cow<'v, str>),
    Colour(Colour),
    List(Vec<Value<'v>>),
}

impl Value<'_> {
    /// As `to-string` writes it: numbers without needless decimals, nothing for null.
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Value::Null => Cow::Borrowed(""),
            Value::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Value::Number(value) => Cow::Owned(value.to_string()),
            Value::Text(text) => Cow::Borrowed(text),
            Value::Colour(colour) => {
                let [red, green, blue, _] = colour.bytes();
                Cow::Owned(format!("rgba({red},{green},{blue},{})", colour.0[3]))
            }
            Value::List(values) => {
                let texts: Vec<_> = values.iter().map(Value::to_text).collect();
                Cow::Owned(texts.join(","))
            }
        }
    }

    /// The same value with texts of its own.
    pub fn owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(value),
            Value::Number(value) => Value::Number(value),
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Colour(colour) => Value::Colour(colour),
            Value::List(values) => Value::List(values.into_iter().map(Value::owned).collect()),
        }
    }

    /// The same value, its texts borrowed from this one.
    pub fn borrowed(&self) -> Value<'_> {
        match self {
            Value::Text(text) => Value::Text(Cow::Borrowed(text)),
            Value::List(values) => Value::List(values.iter().map(Value::borrowed).collect()),
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(*value),
            Value::Number(value) => Value::Number(*value),
            Value::Colour(colour) => Value::Colour(*colour),
        }
    }
}

impl<'v> From<mvt::Value<'v>> for Value<'v> {
    fn from(value: mvt::Value<'v>) -> Self {
        match value {
            mvt::Value::Text(text) => Value::Text(Cow::Borrowed(text)),
            mvt::Value::Bool(value) => Value::Bool(value),
            // Numbers of a style are doubles, as in a browser.
            mvt::Value::Float(value) => Value::Number(value),
            mvt::Value::Integer(value) => Value::Number(value as f64),
            mvt::Value::Unsigned(value) => Value::Number(value as f64),
        }
    }
}
