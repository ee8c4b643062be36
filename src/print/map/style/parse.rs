//! Expressions read from JSON. The type that a property wants travels down to the constants, so that a wrong one is found
//! here and a text that means a colour becomes one.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::expression::{Comparison, Expression, Operator};
use super::{Colour, Undrawable, Value};

/// Deeper expressions than this are refused: reading and evaluating go down with them.
const MAX_DEPTH: usize = 40;

/// The type a property wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Any,
    Bool,
    Number,
    Text,
    Colour,
    /// Numbers, as many as said; 0 for any number of them.
    Numbers(usize),
    Texts,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Several of these words.
    Words(&'static [&'static str]),
}

/// Reads an expression or a constant.
///
/// # Errors
/// What is wrong.
pub fn parse(json: &Json, wanted: Wanted) -> Result<Expression, Undrawable> {
    read(json, wanted, 0)
}

fn read(json: &Json, wanted: Wanted, depth: usize) -> Result<Expression, Undrawable> {
    if depth > MAX_DEPTH {
        return Err(Undrawable::TooDeep { most: MAX_DEPTH });
    }
    match json {
        Json::Array(parts) => match parts.first() {
            // In a list that is wanted as such the first text may be no operator.
            Some(Json::String(operator)) if !is_plain_list(operator, wanted) => {
                call(operator, &parts[1..], wanted, depth + 1).map_err(|fault| fault.in_operator(operator))
            }
            _ => constant(json, wanted).map(Expression::Literal),
        },
        _ => constant(json, wanted).map(Expression::Literal),
    }
}

fn is_plain_list(first: &str, wanted: Wanted) -> bool {
    match wanted {
        Wanted::Texts => !OPERATORS.contains(&first),
        Wanted::Words(words) => words.contains(&first),
        _ => false,
    }
}

const OPERATORS: [&str; 28] = [
    "literal",
    "get",
    "has",
    "zoom",
    "geometry-type",
    "match",
    "case",
    "step",
    "interpolate",
    "coalesce",
    "concat",
    "to-string",
    "to-number",
    "upcase",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "all",
    "any",
    "!",
    "in",
    "+",
    "-",
    "*",
    "/",
];

fn call(operator: &str, arguments: &[Json], wanted: Wanted, depth: usize) -> Result<Expression, Undrawable> {
    let all = |wanted| arguments.iter().map(|argument| read(argument, wanted, depth)).collect::<Result<Vec<_>, _>>();
    let one = |wanted| match arguments {
        [argument] => read(argument, wanted, depth).map(Box::new),
        _ => Err(Undrawable::OneArgument { count: arguments.len() }),
    };
    let two = |wanted| match arguments {
        [left, right] => Ok(Box::new([read(left, wanted, depth)?, read(right, wanted, depth)?])),
        _ => Err(Undrawable::TwoArguments { count: arguments.len() }),
    };
    Ok(match operator {
        "literal" => match arguments {
            [value] => Expression::Literal(constant(value, wanted)?),
            _ => return Err(Undrawable::OneArgument { count: arguments.len() }),
        },
        "get" => Expression::Get(name(arguments)?),
        "has" => Expression::Has(name(arguments)?),
        "zoom" if arguments.is_empty() => Expression::Zoom,
        "geometry-type" if arguments.is_empty() => Expression::GeometryType,
        "match" => matching(arguments, wanted, depth)?,
        "case" => {
            let (otherwise, arms) = arguments
                .split_last()
                .filter(|(_, arms)| arms.len() >= 2 && arms.len() % 2 == 0)
                .ok_or(Undrawable::NoConditions)?;
            let pair = |pair: &[Json]| Ok((read(&pair[0], Wanted::Bool, depth)?, read(&pair[1], wanted, depth)?));
            let arms = arms.chunks(2).map(pair).collect::<Result<_, Undrawable>>()?;
            Expression::Case { arms, otherwise: Box::new(read(otherwise, wanted, depth)?) }
        }
        "step" => {
            let [input, first, rest @ ..] = arguments else {
                return Err(Undrawable::NoSteps);
            };
            let stops = stops(rest, wanted, depth)?;
            let input = Box::new(read(input, Wanted::Number, depth)?);
            Expression::Step { input, first: Box::new(read(first, wanted, depth)?), stops }
        }
        "interpolate" => interpolation(arguments, wanted, depth)?,
        "coalesce" => Expression::Coalesce(all(wanted)?),
        "concat" => Expression::Concat(all(Wanted::Any)?),
        "to-string" => Expression::ToString(one(Wanted::Any)?),
        "to-number" => Expression::ToNumber(all(Wanted::Any)?),
        "upcase" => Expression::Upcase(one(Wanted::Text)?),
        "all" => Expression::All(all(Wanted::Bool)?),
        "any" => Expression::Any(all(Wanted::Bool)?),
        "!" => Expression::Not(one(Wanted::Bool)?),
        "in" => Expression::In(two(Wanted::Any)?),
        "+" => Expression::Arithmetic(Operator::Add, all(Wanted::Number)?),
        "*" => Expression::Arithmetic(Operator::Multiply, all(Wanted::Number)?),
        "-" if arguments.len() == 1 => Expression::Arithmetic(Operator::Subtract, all(Wanted::Number)?),
        "-" => Expression::Arithmetic(Operator::Subtract, two(Wanted::Number)?.to_vec()),
        "/" => Expression::Arithmetic(Operator::Divide, two(Wanted::Number)?.to_vec()),
        "==" => Expression::Compare(Comparison::Equal, two(Wanted::Any)?),
        "!=" => Expression::Compare(Comparison::NotEqual, two(Wanted::Any)?),
        "<" => Expression::Compare(Comparison::Less, two(Wanted::Any)?),
        "<=" => Expression::Compare(Comparison::AtMost, two(Wanted::Any)?),
        ">" => Expression::Compare(Comparison::Greater, two(Wanted::Any)?),
        ">=" => Expression::Compare(Comparison::AtLeast, two(Wanted::Any)?),
        _ => return Err(Undrawable::NoOperator),
    })
}

fn name(arguments: &[Json]) -> Result<Box<str>, Undrawable> {
    match arguments {
        [Json::String(name)] => Ok(name.as_str().into()),
        _ => Err(Undrawable::NoName),
    }
}

fn matching(arguments: &[Json], wanted: Wanted, depth: usize) -> Result<Expression, Undrawable> {
    let [input, rest @ .., otherwise] = arguments else {
        return Err(Undrawable::NoInput);
    };
    if rest.len() < 2 || !rest.len().is_multiple_of(2) {
        return Err(Undrawable::NoLabels);
    }
    let arm = |pair: &[Json]| {
        let labels = match &pair[0] {
            Json::Array(labels) => labels.iter().map(|label| constant(label, Wanted::Any)).collect::<Result<_, _>>()?,
            label => vec![constant(label, Wanted::Any)?],
        };
        Ok((labels, read(&pair[1], wanted, depth)?))
    };
    let arms = rest.chunks(2).map(arm).collect::<Result<_, Undrawable>>()?;
    let input = Box::new(read(input, Wanted::Any, depth)?);
    Ok(Expression::Match { input, arms, otherwise: Box::new(read(otherwise, wanted, depth)?) })
}

fn interpolation(arguments: &[Json], wanted: Wanted, depth: usize) -> Result<Expression, Undrawable> {
    let [kind, input, rest @ ..] = arguments else { return Err(Undrawable::NoInterpolation) };
    let base = match kind.as_array().map(Vec::as_slice) {
        Some([Json::String(kind)]) if kind == "linear" => 1.0,
        Some([Json::String(kind), base]) if kind == "exponential" => {
            base.as_f64().filter(|base| *base > 0.0).ok_or(Undrawable::NoBase)?
        }
        _ => return Err(Undrawable::NoKindOfInterpolation),
    };
    if !matches!(wanted, Wanted::Number | Wanted::Colour | Wanted::Numbers(_)) {
        return Err(Undrawable::NothingBetween);
    }
    let stops = stops(rest, wanted, depth)?;
    Ok(Expression::Interpolate { input: Box::new(read(input, Wanted::Number, depth)?), base, stops })
}

/// Pairs of a number and a value, the numbers rising.
fn stops(pairs: &[Json], wanted: Wanted, depth: usize) -> Result<Vec<(f64, Expression)>, Undrawable> {
    if pairs.is_empty() || !pairs.len().is_multiple_of(2) {
        return Err(Undrawable::NoStops);
    }
    let stop = |pair: &[Json]| {
        let at = pair[0].as_f64().ok_or(Undrawable::StopNotANumber)?;
        Ok((at, read(&pair[1], wanted, depth)?))
    };
    let stops: Vec<_> = pairs.chunks(2).map(stop).collect::<Result<_, Undrawable>>()?;
    if stops.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        return Err(Undrawable::StopsFall);
    }
    Ok(stops)
}

/// A constant of the wanted type.
fn constant(json: &Json, wanted: Wanted) -> Result<Value<'static>, Undrawable> {
    let text = |text: &str| Value::Text(Cow::Owned(text.to_owned()));
    let given = || json.to_string();
    let items = |wanted| match json {
        Json::Array(items) => items.iter().map(|item| constant(item, wanted)).collect::<Result<Vec<_>, _>>(),
        _ => Err(Undrawable::NoList { given: given() }),
    };
    match (wanted, json) {
        (Wanted::Any, Json::Null) => Ok(Value::Null),
        (Wanted::Any | Wanted::Bool, Json::Bool(value)) => Ok(Value::Bool(*value)),
        (Wanted::Any | Wanted::Number, Json::Number(number)) => {
            number.as_f64().map(Value::Number).ok_or_else(|| Undrawable::TooLarge { given: given() })
        }
        (Wanted::Any | Wanted::Text, Json::String(value)) => Ok(text(value)),
        (Wanted::Any, Json::Array(_)) => items(Wanted::Any).map(Value::List),
        (Wanted::Colour, Json::String(value)) => {
            value.parse::<Colour>().map(Value::Colour).map_err(|_| Undrawable::NotAColour { given: given() })
        }
        (Wanted::Word(words), Json::String(word)) if words.contains(&word.as_str()) => Ok(text(word)),
        (Wanted::Word(words), _) => Err(Undrawable::NoneOf { words: words.to_vec(), given: given() }),
        (Wanted::Words(words), _) => items(Wanted::Word(words)).map(Value::List),
        (Wanted::Texts, _) => items(Wanted::Text).map(Value::List),
        (Wanted::Numbers(count), _) => {
            let numbers = items(Wanted::Number)?;
            if count != 0 && numbers.len() != count {
                return Err(Undrawable::NotSoManyNumbers { wanted: count, count: numbers.len() });
            }
            Ok(Value::List(numbers))
        }
        (Wanted::Bool, _) => Err(Undrawable::NotABoolean { given: given() }),
        (Wanted::Number, _) => Err(Undrawable::NotANumber { given: given() }),
        (Wanted::Text, _) => Err(Undrawable::NotAText { given: given() }),
        (Wanted::Colour, _) => Err(Undrawable::NotAColour { given: given() }),
        (Wanted::Any, Json::Object(_)) => Err(Undrawable::Object),
    }
}
