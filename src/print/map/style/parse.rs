//! Expressions read from JSON. The type that a property wants travels down to the constants, so that a wrong one is found
//! here and a text that means a colour becomes one.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::expression::{Comparison, Expression, Operator};
use super::{Colour, Value};

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
/// What is wrong, in words.
pub fn parse(json: &Json, wanted: Wanted) -> Result<Expression, String> {
    read(json, wanted, 0)
}

fn read(json: &Json, wanted: Wanted, depth: usize) -> Result<Expression, String> {
    if depth > MAX_DEPTH {
        return Err(format!("more than {MAX_DEPTH} expressions within each other"));
    }
    match json {
        Json::Array(parts) => match parts.first() {
            // In a list that is wanted as such the first text may be no operator.
            Some(Json::String(operator)) if !is_plain_list(operator, wanted) => {
                call(operator, &parts[1..], wanted, depth + 1).map_err(|message| in_operator(operator, message))
            }
            _ => constant(json, wanted).map(Expression::Literal),
        },
        _ => constant(json, wanted).map(Expression::Literal),
    }
}

fn in_operator(operator: &str, message: String) -> String {
    if message.starts_with('"') { message } else { format!("\"{operator}\": {message}") }
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

fn call(operator: &str, arguments: &[Json], wanted: Wanted, depth: usize) -> Result<Expression, String> {
    let all = |wanted| arguments.iter().map(|argument| read(argument, wanted, depth)).collect::<Result<Vec<_>, _>>();
    let one = |wanted| match arguments {
        [argument] => read(argument, wanted, depth).map(Box::new),
        _ => Err(format!("one argument is expected, not {}", arguments.len())),
    };
    let two = |wanted| match arguments {
        [left, right] => Ok(Box::new([read(left, wanted, depth)?, read(right, wanted, depth)?])),
        _ => Err(format!("two arguments are expected, not {}", arguments.len())),
    };
    Ok(match operator {
        "literal" => match arguments {
            [value] => Expression::Literal(constant(value, wanted)?),
            _ => return Err("one argument is expected".to_owned()),
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
                .ok_or("conditions with values and a last value are expected")?;
            let pair = |pair: &[Json]| Ok((read(&pair[0], Wanted::Bool, depth)?, read(&pair[1], wanted, depth)?));
            let arms = arms.chunks(2).map(pair).collect::<Result<_, String>>()?;
            Expression::Case { arms, otherwise: Box::new(read(otherwise, wanted, depth)?) }
        }
        "step" => {
            let [input, first, rest @ ..] = arguments else {
                return Err("an input and values are expected".to_owned());
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
        _ => return Err("no operator that can be drawn, or not with these arguments".to_owned()),
    })
}

fn name(arguments: &[Json]) -> Result<Box<str>, String> {
    match arguments {
        [Json::String(name)] => Ok(name.as_str().into()),
        _ => Err("the name of a property is expected".to_owned()),
    }
}

fn matching(arguments: &[Json], wanted: Wanted, depth: usize) -> Result<Expression, String> {
    let [input, rest @ .., otherwise] = arguments else {
        return Err("an input and a last value are expected".to_owned());
    };
    if rest.len() < 2 || !rest.len().is_multiple_of(2) {
        return Err("labels with values are expected".to_owned());
    }
    let arm = |pair: &[Json]| {
        let labels = match &pair[0] {
            Json::Array(labels) => labels.iter().map(|label| constant(label, Wanted::Any)).collect::<Result<_, _>>()?,
            label => vec![constant(label, Wanted::Any)?],
        };
        Ok((labels, read(&pair[1], wanted, depth)?))
    };
    let arms = rest.chunks(2).map(arm).collect::<Result<_, String>>()?;
    let input = Box::new(read(input, Wanted::Any, depth)?);
    Ok(Expression::Match { input, arms, otherwise: Box::new(read(otherwise, wanted, depth)?) })
}

fn interpolation(arguments: &[Json], wanted: Wanted, depth: usize) -> Result<Expression, String> {
    let [kind, input, rest @ ..] = arguments else { return Err("a kind and an input are expected".to_owned()) };
    let base = match kind.as_array().map(Vec::as_slice) {
        Some([Json::String(kind)]) if kind == "linear" => 1.0,
        Some([Json::String(kind), base]) if kind == "exponential" => {
            base.as_f64().filter(|base| *base > 0.0).ok_or("a base above 0 is expected")?
        }
        _ => return Err("[\"linear\"] or [\"exponential\", base] is expected".to_owned()),
    };
    if !matches!(wanted, Wanted::Number | Wanted::Colour | Wanted::Numbers(_)) {
        return Err("between such values there is nothing".to_owned());
    }
    let stops = stops(rest, wanted, depth)?;
    Ok(Expression::Interpolate { input: Box::new(read(input, Wanted::Number, depth)?), base, stops })
}

/// Pairs of a number and a value, the numbers rising.
fn stops(pairs: &[Json], wanted: Wanted, depth: usize) -> Result<Vec<(f64, Expression)>, String> {
    if pairs.is_empty() || !pairs.len().is_multiple_of(2) {
        return Err("stops with values are expected".to_owned());
    }
    let stop = |pair: &[Json]| {
        let at = pair[0].as_f64().ok_or("a stop must be a number")?;
        Ok((at, read(&pair[1], wanted, depth)?))
    };
    let stops: Vec<_> = pairs.chunks(2).map(stop).collect::<Result<_, String>>()?;
    if stops.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        return Err("stops must rise".to_owned());
    }
    Ok(stops)
}

/// A constant of the wanted type.
fn constant(json: &Json, wanted: Wanted) -> Result<Value<'static>, String> {
    let text = |text: &str| Value::Text(Cow::Owned(text.to_owned()));
    let items = |wanted| match json {
        Json::Array(items) => items.iter().map(|item| constant(item, wanted)).collect::<Result<Vec<_>, _>>(),
        _ => Err(format!("a list is expected, not {json}")),
    };
    match (wanted, json) {
        (Wanted::Any, Json::Null) => Ok(Value::Null),
        (Wanted::Any | Wanted::Bool, Json::Bool(value)) => Ok(Value::Bool(*value)),
        (Wanted::Any | Wanted::Number, Json::Number(number)) => {
            number.as_f64().map(Value::Number).ok_or_else(|| format!("{number} is too large"))
        }
        (Wanted::Any | Wanted::Text, Json::String(value)) => Ok(text(value)),
        (Wanted::Any, Json::Array(_)) => items(Wanted::Any).map(Value::List),
        (Wanted::Colour, Json::String(value)) => {
            value.parse::<Colour>().map(Value::Colour).map_err(|error| error.to_string())
        }
        (Wanted::Word(words), Json::String(word)) if words.contains(&word.as_str()) => Ok(text(word)),
        (Wanted::Word(words), _) => Err(format!("one of {} is expected, not {json}", words.join(", "))),
        (Wanted::Words(words), _) => items(Wanted::Word(words)).map(Value::List),
        (Wanted::Texts, _) => items(Wanted::Text).map(Value::List),
        (Wanted::Numbers(count), _) => {
            let numbers = items(Wanted::Number)?;
            if count != 0 && numbers.len() != count {
                return Err(format!("{count} numbers are expected, not {}", numbers.len()));
            }
            Ok(Value::List(numbers))
        }
        (Wanted::Bool, _) => Err(format!("true or false is expected, not {json}")),
        (Wanted::Number, _) => Err(format!("a number is expected, not {json}")),
        (Wanted::Text, _) => Err(format!("a text is expected, not {json}")),
        (Wanted::Colour, _) => Err(format!("a colour is expected, not {json}")),
        (Wanted::Any, Json::Object(_)) => Err("an object is no value".to_owned()),
    }
}
