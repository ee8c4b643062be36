//! Finds the cheapest test for operands whose types are known.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use super::operand::Operand;
use crate::collection::CodeList;
use crate::feature::FeatureId;
use crate::filter::ast::Comparison;
use crate::filter::fold::Fold;
use crate::filter::like::Pattern;
use crate::filter::operand::{Clock, Number, Text};
use crate::filter::predicate::{CodeSet, Test};
use crate::filter::time::{Scale, read_moment};
use crate::filter::{FilterError, Matter};
use crate::work::Effort;

/// `a op b`.
pub(super) fn compare(comparison: Comparison, a: Operand, b: Operand) -> Result<Test, FilterError> {
    match (a, b) {
        (Operand::Number(a), Operand::Number(b)) => Ok(Test::Numbers(comparison, a, b)),
        (Operand::Boolean(a), Operand::Boolean(b)) => Ok(Test::Booleans(comparison, Box::new((a, b)))),
        (Operand::Text(a), Operand::Text(b)) => texts(comparison, a, b),
        (Operand::Clock(a), Operand::Clock(b)) => Ok(clocks(comparison, a, b)),
        // Without DATE or TIMESTAMP around it a text beside a time is read as one.
        (Operand::Clock(a), Operand::Text(Text::Literal(text))) => {
            Ok(clocks(comparison, a, Clock::Literal(read_moment(&text)?)))
        }
        (Operand::Text(Text::Literal(text)), Operand::Clock(b)) => {
            Ok(clocks(comparison, Clock::Literal(read_moment(&text)?), b))
        }
        (a, b) => Err(mismatch(comparison_name(comparison), &a, &b)),
    }
}

fn mismatch(place: &str, a: &Operand, b: &Operand) -> FilterError {
    let quotes = matches!((a, b), (Operand::Number(_), Operand::Text(_)) | (Operand::Text(_), Operand::Number(_)));
    FilterError::mismatch(place, &Matter::NotCompared { a: a.type_name(), b: b.type_name(), quotes })
}

fn comparison_name(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn clocks(comparison: Comparison, a: Clock, b: Clock) -> Test {
    let scale = if a.is_date() && b.is_date() { Scale::Days } else { Scale::Micros };
    Test::Clocks(comparison, scale, a, b)
}

fn texts(comparison: Comparison, a: Text, b: Text) -> Result<Test, FilterError> {
    Ok(match (a, b) {
        (Text::Code(k, list), Text::Literal(code)) => code_position(comparison, k, &list, &code)?,
        (Text::Literal(code), Text::Code(k, list)) => code_position(comparison.exchanged(), k, &list, &code)?,
        (Text::Code(a, list), Text::Code(b, other)) if Arc::ptr_eq(&list, &other) => Test::CodePair(comparison, a, b),
        (Text::Id, Text::Literal(text)) => id_equals(comparison, Text::Id, text),
        (Text::Literal(text), Text::Id) => id_equals(comparison.exchanged(), Text::Id, text),
        (Text::Literal(a), Text::Literal(b)) => Test::Constant(Some(comparison.holds(a.cmp(&b)))),
        (a, Text::Literal(literal)) => match a.code() {
            Some((k, list, fold)) => codes_where(k, list, fold, |code| comparison.holds(code.cmp(&*literal))),
            None => Test::Texts(comparison, a, Text::Literal(literal)),
        },
        (literal @ Text::Literal(_), b) => return texts(comparison.exchanged(), b, literal),
        (a, b) => Test::Texts(comparison, a, b),
    })
}

/// A code property beside a code: an order is that of the list, as it is in sorting.
fn code_position(comparison: Comparison, k: usize, list: &CodeList, code: &str) -> Result<Test, FilterError> {
    let wanted = usize::from(position(list, code)?);
    let positions = (0..list.codes().len()).filter(|position| comparison.holds(position.cmp(&wanted)));
    Ok(Test::Codes(k, CodeSet::collect(positions)))
}

fn position(list: &CodeList, code: &str) -> Result<u16, FilterError> {
    list.position(code).ok_or_else(|| FilterError::UnknownCode {
        code: crate::filter::time::shown(code),
        list: list.name.clone(),
        known: list.codes().iter().map(|code| code.code.clone()).collect(),
    })
}

/// The codes whose word, folded, passes.
fn codes_where(k: usize, list: &CodeList, fold: Fold, passes: impl Fn(&str) -> bool) -> Test {
    let codes = list.codes().iter().enumerate();
    let positions = codes.filter(|(_, code)| passes(&fold.apply(Cow::Borrowed(&code.code)))).map(|(k, _)| k);
    Test::Codes(k, CodeSet::collect(positions))
}

/// An id beside a text. A text that is no id equals none, which is no mistake of the filter.
fn id_equals(comparison: Comparison, id: Text, text: Box<str>) -> Test {
    match (comparison, text.parse::<FeatureId>()) {
        (Comparison::Equal, Ok(id)) => Test::Ids(vec![id]),
        (Comparison::NotEqual, Ok(id)) => Test::Not(Box::new(Test::Ids(vec![id]))),
        _ => Test::Texts(comparison, id, Text::Literal(text)),
    }
}

/// `value LIKE pattern`.
pub(super) fn like(value: Operand, pattern: Operand) -> Result<Test, FilterError> {
    let Operand::Text(Text::Literal(pattern)) = pattern else {
        return Err(FilterError::mismatch("like", &Matter::Pattern));
    };
    let Operand::Text(text) = value else {
        return Err(FilterError::mismatch("like", &Matter::OnlyTexts { found: value.type_name() }));
    };
    let pattern = Pattern::new(&pattern);
    Ok(match text.code() {
        Some((k, list, fold)) => codes_where(k, list, fold, |code| pattern.fits(code, &Effort::new())),
        None => Test::Like(text, pattern),
    })
}

/// `value IN (entries)`. The value is made anew for every entry that has to be compared one by one.
pub(super) fn one_of(
    value: impl Fn() -> Result<Operand, FilterError>,
    entries: Vec<Operand>,
) -> Result<Test, FilterError> {
    match (value()?, literals(&entries)) {
        (Operand::Number(number), Some(Literals::Numbers(mut list))) => {
            list.sort_by(f64::total_cmp);
            Ok(Test::NumberIn(number, list))
        }
        (Operand::Text(Text::Code(k, list)), Some(Literals::Texts(codes))) => {
            let positions: Result<Vec<usize>, FilterError> =
                codes.iter().map(|code| position(&list, code).map(usize::from)).collect();
            Ok(Test::Codes(k, CodeSet::collect(positions?.into_iter())))
        }
        (Operand::Text(Text::Id), Some(Literals::Texts(texts))) => {
            let mut ids: Vec<FeatureId> = texts.iter().filter_map(|text| text.parse().ok()).collect();
            ids.sort_unstable();
            Ok(Test::Ids(ids))
        }
        (Operand::Text(text), Some(Literals::Texts(mut list))) => {
            list.sort_unstable();
            Ok(match text.code() {
                Some((k, codes, fold)) => {
                    let among = |code: &str| list.iter().any(|entry| (**entry).cmp(code) == Ordering::Equal);
                    codes_where(k, codes, fold, among)
                }
                None => Test::TextIn(text, list),
            })
        }
        _ => {
            let tests: Result<Vec<Test>, FilterError> =
                entries.into_iter().map(|entry| compare(Comparison::Equal, value()?, entry)).collect();
            tests.map(Test::Any)
        }
    }
}

/// A list of literals of one type.
enum Literals {
    Numbers(Vec<f64>),
    Texts(Vec<Box<str>>),
}

fn literals(entries: &[Operand]) -> Option<Literals> {
    let numbers: Option<Vec<f64>> = entries
        .iter()
        // Adding zero turns -0 into 0, which the total order would tell apart.
        .map(|entry| if let Operand::Number(Number::Literal(number)) = entry { Some(number + 0.0) } else { None })
        .collect();
    if let Some(numbers) = numbers {
        return Some(Literals::Numbers(numbers));
    }
    let texts: Option<Vec<Box<str>>> = entries
        .iter()
        .map(|entry| if let Operand::Text(Text::Literal(text)) = entry { Some(text.clone()) } else { None })
        .collect();
    texts.map(Literals::Texts)
}
