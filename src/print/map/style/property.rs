//! One property of a layer: an expression, and what holds where it has no value.

use std::borrow::Cow;

use super::expression::Expression;
use super::{Colour, Context, Value};

/// A property of a layer.
#[derive(Debug, Clone)]
pub struct Property {
    expression: Expression,
    otherwise: Value<'static>,
    /// True if the value is the same for all features.
    pub is_constant: bool,
    /// True if the style gives it.
    pub is_given: bool,
}

impl Property {
    /// A property with its default; without an expression it is always the default.
    pub fn new(expression: Option<Expression>, otherwise: Value<'static>) -> Self {
        let is_given = expression.is_some();
        let expression = expression.unwrap_or_else(|| Expression::Literal(otherwise.clone()));
        let is_constant = expression.is_constant_over_features();
        Self { expression, otherwise, is_constant, is_given }
    }

    /// The number; 0 if even the default is none.
    pub fn number(&self, context: Context<'_>) -> f32 {
        number(&self.expression.evaluate(context)).or_else(|| number(&self.otherwise)).unwrap_or_default()
    }

    /// The colour; [`Colour::NONE`] if even the default is none.
    pub fn colour(&self, context: Context<'_>) -> Colour {
        match (self.expression.evaluate(context), &self.otherwise) {
            (Value::Colour(colour), _) => colour,
            // A text that a tile brings may name a colour.
            (Value::Text(text), _) => text.parse().unwrap_or(Colour::NONE),
            (_, Value::Colour(colour)) => *colour,
            _ => Colour::NONE,
        }
    }

    /// The truth; false where there is no value.
    pub fn flag(&self, context: Context<'_>) -> bool {
        self.expression.holds(context)
    }

    /// The text; empty if there is none.
    pub fn text<'v>(&'v self, context: Context<'v>) -> Cow<'v, str> {
        match self.expression.evaluate(context) {
            Value::Text(text) => text,
            Value::Null => Cow::Borrowed(""),
            other => Cow::Owned(other.to_text().into_owned()),
        }
    }

    /// The numbers of a list.
    pub fn numbers(&self, context: Context<'_>) -> Vec<f32> {
        let of = |value: &Value<'_>| match value {
            Value::List(values) => Some(values.iter().filter_map(number).collect()),
            _ => None,
        };
        of(&self.expression.evaluate(context)).or_else(|| of(&self.otherwise)).unwrap_or_default()
    }

    /// The two numbers of a list of two.
    pub fn pair(&self, context: Context<'_>) -> [f32; 2] {
        match self.numbers(context).as_slice() {
            [x, y] => [*x, *y],
            _ => [0.0, 0.0],
        }
    }

    /// The texts of a list.
    pub fn texts(&self, context: Context<'_>) -> Vec<String> {
        match self.expression.evaluate(context) {
            Value::List(values) => values.iter().map(|value| value.to_text().into_owned()).collect(),
            _ => Vec::new(),
        }
    }
}

fn number(value: &Value<'_>) -> Option<f32> {
    if let Value::Number(number) = value { Some(*number as f32) } else { None }
}
