//! What a compiled filter compares: typed expressions over property positions. `None` is SQL's NULL.

use std::borrow::Cow;
use std::sync::Arc;

use super::Subject;
use super::ast::Arithmetic;
use super::fold::Fold;
use super::time::{Moment, OPEN_END, OPEN_START, Scale, Span};
use crate::collection::CodeList;
use crate::feature::{Row, Value};

/// A number. Integers are compared as 64-bit floats, exact up to 2^53.
#[derive(Debug)]
pub(super) enum Number {
    Literal(f64),
    Property(usize),
    Binary(Arithmetic, Box<(Number, Number)>),
}

impl Number {
    pub(super) fn value(&self, row: Row<'_>) -> Option<f64> {
        match self {
            Self::Literal(number) => Some(*number),
            Self::Property(k) => match row.get(*k) {
                Value::Integer(integer) => Some(integer as f64),
                Value::Number(number) => Some(number),
                _ => None,
            },
            Self::Binary(operator, operands) => calculate(*operator, operands.0.value(row)?, operands.1.value(row)?),
        }
    }
}

/// The result of an operation; nothing where it has none, such as a division by zero.
fn calculate(operator: Arithmetic, a: f64, b: f64) -> Option<f64> {
    let result = match operator {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide => a / b,
        Arithmetic::Remainder => a % b,
        Arithmetic::IntegerDivide => (a / b).trunc(),
        Arithmetic::Power => a.powf(b),
    };
    result.is_finite().then_some(result)
}

/// A text.
#[derive(Debug)]
pub(super) enum Text {
    Literal(Box<str>),
    Property(usize),
    /// A code by its word.
    Code(usize, Arc<CodeList>),
    /// The id of the feature.
    Id,
    Folded(Fold, Box<Text>),
}

impl Text {
    pub(super) fn value<'s, 'a: 's>(&'s self, subject: &Subject<'a>) -> Option<Cow<'s, str>> {
        match self {
            Self::Literal(text) => Some(Cow::Borrowed(text)),
            Self::Property(k) => subject.row.get(*k).as_text().map(Cow::Borrowed),
            Self::Code(k, list) => subject.row.get(*k).as_code().map(|position| Cow::Borrowed(list.code(position))),
            Self::Id => Some(Cow::Owned(subject.id.to_string())),
            Self::Folded(fold, text) => text.value(subject).map(|text| fold.apply(text)),
        }
    }

    /// The code property this text depends on and nothing else, with the folds on top of it.
    pub(super) fn code(&self) -> Option<(usize, &Arc<CodeList>, Fold)> {
        match self {
            Self::Code(k, list) => Some((*k, list, Fold::default())),
            Self::Folded(fold, text) => text.code().map(|(k, list, inner)| (k, list, inner.and(*fold))),
            _ => None,
        }
    }
}

/// A date or a point in time.
#[derive(Debug, Clone, Copy)]
pub(super) enum Clock {
    Literal(Moment),
    Date(usize),
    Instant(usize),
}

impl Clock {
    /// Whether it is never finer than a day.
    pub(super) fn is_date(self) -> bool {
        matches!(self, Self::Date(_) | Self::Literal(Moment::Date(_)))
    }

    pub(super) fn span(self, row: Row<'_>, scale: Scale) -> Option<Span> {
        match self {
            Self::Literal(moment) => Some(moment.span(scale)),
            Self::Date(k) => row.get(k).as_date().map(|date| Span::of_date(date, scale)),
            Self::Instant(k) => row.get(k).as_instant().map(Span::of_instant),
        }
    }
}

/// A moment or an interval; an end that is missing is open.
#[derive(Debug)]
pub(super) enum Period {
    At(Clock),
    Between(Option<Clock>, Option<Clock>),
}

impl Period {
    /// Whether it is never finer than a day.
    pub(super) fn is_dates(&self) -> bool {
        match self {
            Self::At(clock) => clock.is_date(),
            Self::Between(start, end) => start.is_none_or(Clock::is_date) && end.is_none_or(Clock::is_date),
        }
    }

    /// The span covered. An interval whose properties end before they start covers nothing that could be compared.
    pub(super) fn span(&self, row: Row<'_>, scale: Scale) -> Option<Span> {
        let (start, end) = match self {
            Self::At(clock) => return clock.span(row, scale),
            Self::Between(start, end) => (start, end),
        };
        let start = start.map_or(Some(OPEN_START), |clock| Some(clock.span(row, scale)?.start))?;
        let end = end.map_or(Some(OPEN_END), |clock| Some(clock.span(row, scale)?.end))?;
        (start <= end).then_some(Span { start, end })
    }
}
