//! The value of an expression for a feature at a zoom.
//!
//! What has no value (a property that is missing, a number made of a text that is none) is null here; the property then
//! takes its default, as MapLibre does.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::Value;
use super::expression::{Comparison, Expression, Operator};
use crate::tiles::mvt::{self, Feature};

/// What an expression may ask for.
#[derive(Debug, Clone, Copy)]
pub struct Context<'c> {
    pub zoom: f64,
    /// `None`: only values that are the same for all features can be asked for.
    pub feature: Option<Feature<'c, 'c>>,
}

impl Expression {
    /// The expression's value; [`Value::Null`] where it has none.
    pub fn evaluate<'v>(&'v self, context: Context<'v>) -> Value<'v> {
        match self {
            Expression::Literal(value) => value.borrowed(),
            Expression::Get(name) => {
                context.feature.and_then(|feature| feature.property(name)).map_or(Value::Null, Value::from)
            }
            Expression::Has(name) => Value::Bool(context.feature.is_some_and(|f| f.property(name).is_some())),
            Expression::Zoom => Value::Number(context.zoom),
            Expression::GeometryType => geometry_type(context),
            Expression::Match { input, arms, otherwise } => {
                let input = input.evaluate(context);
                let arm = arms.iter().find(|(labels, _)| labels.contains(&input));
                arm.map_or(&**otherwise, |(_, arm)| arm).evaluate(context)
            }
            Expression::Case { arms, otherwise } => {
                let arm = arms.iter().find(|(condition, _)| condition.holds(context));
                arm.map_or(&**otherwise, |(_, arm)| arm).evaluate(context)
            }
            Expression::Step { input, first, stops } => match input.number(context) {
                Some(input) => {
                    let stop = stops.iter().rev().find(|(from, _)| *from <= input);
                    stop.map_or(&**first, |(_, stop)| stop).evaluate(context)
                }
                None => Value::Null,
            },
            Expression::Interpolate { input, base, stops } => {
                input.number(context).map_or(Value::Null, |input| interpolate(input, *base, stops, context))
            }
            Expression::Coalesce(parts) => {
                let mut values = parts.iter().map(|part| part.evaluate(context));
                values.find(|value| *value != Value::Null).unwrap_or(Value::Null)
            }
            Expression::Concat(parts) => {
                let text: String = parts.iter().map(|part| part.evaluate(context).to_text().into_owned()).collect();
                Value::Text(Cow::Owned(text))
            }
            Expression::ToString(part) => match part.evaluate(context) {
                Value::Text(text) => Value::Text(text),
                other => Value::Text(Cow::Owned(other.to_text().into_owned())),
            },
            Expression::ToNumber(parts) => {
                parts.iter().find_map(|part| to_number(&part.evaluate(context))).map_or(Value::Null, Value::Number)
            }
            Expression::Upcase(part) => match part.evaluate(context) {
                Value::Text(text) => Value::Text(Cow::Owned(text.to_uppercase())),
                _ => Value::Null,
            },
            Expression::Compare(comparison, pair) => {
                Value::Bool(compare(*comparison, &pair[0].evaluate(context), &pair[1].evaluate(context)))
            }
            Expression::All(parts) => Value::Bool(parts.iter().all(|part| part.holds(context))),
            Expression::Any(parts) => Value::Bool(parts.iter().any(|part| part.holds(context))),
            Expression::Not(part) => Value::Bool(!part.holds(context)),
            Expression::In(pair) => Value::Bool(match (pair[0].evaluate(context), pair[1].evaluate(context)) {
                (needle, Value::List(values)) => values.contains(&needle),
                (needle, Value::Text(text)) => text.contains(&*needle.to_text()),
                _ => false,
            }),
            Expression::Arithmetic(operator, parts) => arithmetic(*operator, parts, context),
        }
    }

    /// True if the value is `true`.
    pub fn holds(&self, context: Context<'_>) -> bool {
        self.evaluate(context) == Value::Bool(true)
    }

    fn number(&self, context: Context<'_>) -> Option<f64> {
        if let Value::Number(number) = self.evaluate(context) { Some(number) } else { None }
    }
}

fn geometry_type(context: Context<'_>) -> Value<'static> {
    context.feature.map_or(Value::Null, |feature| {
        Value::Text(Cow::Borrowed(match feature.geometry().kind {
            mvt::Kind::Point => "Point",
            mvt::Kind::Line => "LineString",
            mvt::Kind::Polygon => "Polygon",
        }))
    })
}

fn to_number(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Null => Some(0.0),
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        Value::Number(number) => Some(*number),
        Value::Text(text) => text.trim().parse().ok(),
        Value::Colour(_) | Value::List(_) => None,
    }
}

fn compare(comparison: Comparison, left: &Value<'_>, right: &Value<'_>) -> bool {
    match comparison {
        Comparison::Equal => return left == right,
        Comparison::NotEqual => return left != right,
        _ => {}
    }
    let order = match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(right),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        _ => None,
    };
    match (comparison, order) {
        (_, None) => false,
        (Comparison::Less, Some(order)) => order == Ordering::Less,
        (Comparison::AtMost, Some(order)) => order != Ordering::Greater,
        (Comparison::Greater, Some(order)) => order == Ordering::Greater,
        (_, Some(order)) => order != Ordering::Less,
    }
}

fn arithmetic(operator: Operator, parts: &[Expression], context: Context<'_>) -> Value<'static> {
    let mut numbers = parts.iter().map(|part| part.number(context));
    let Some(Some(first)) = numbers.next() else { return Value::Null };
    if operator == Operator::Subtract && parts.len() == 1 {
        return Value::Number(-first);
    }
    let combined = numbers.try_fold(first, |left, right| {
        right.map(|right| match operator {
            Operator::Add => left + right,
            Operator::Subtract => left - right,
            Operator::Multiply => left * right,
            Operator::Divide => left / right,
        })
    });
    combined.filter(|number| number.is_finite()).map_or(Value::Null, Value::Number)
}

fn interpolate<'v>(input: f64, base: f64, stops: &'v [(f64, Expression)], context: Context<'v>) -> Value<'v> {
    let above = stops.partition_point(|(at, _)| *at <= input);
    if above == 0 {
        return stops[0].1.evaluate(context);
    }
    let (from, low) = &stops[above - 1];
    let Some((to, high)) = stops.get(above) else { return low.evaluate(context) };
    // MapLibre style specification, "interpolate": the base says how fast the value grows.
    let part = if (base - 1.0).abs() < 1e-9 {
        (input - from) / (to - from)
    } else {
        (base.powf(input - from) - 1.0) / (base.powf(to - from) - 1.0)
    };
    mix(low.evaluate(context), high.evaluate(context), part)
}

fn mix<'v>(low: Value<'v>, high: Value<'v>, part: f64) -> Value<'v> {
    match (low, high) {
        (Value::Number(low), Value::Number(high)) => Value::Number(low + (high - low) * part),
        (Value::Colour(low), Value::Colour(high)) => Value::Colour(low.towards(high, part as f32)),
        (Value::List(low), Value::List(high)) if low.len() == high.len() => {
            Value::List(low.into_iter().zip(high).map(|(low, high)| mix(low, high, part)).collect())
        }
        _ => Value::Null,
    }
}
