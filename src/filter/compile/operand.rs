//! Types the operands of tests.

use super::{Compiler, exactly, one, unknown_function};
use crate::collection::PropertyKind;
use crate::filter::ast::{Function, Node};
use crate::filter::operand::{Clock, Number, Period, Text};
use crate::filter::predicate::Test;
use crate::filter::scope::Named;
use crate::filter::time::{Moment, Scale, read_moment, shown};
use crate::filter::{FilterError, Matter};
use crate::texts::Told;

/// A single value of a known type.
#[derive(Debug)]
pub(super) enum Operand {
    Number(Number),
    Text(Text),
    Clock(Clock),
    Boolean(Test),
}

impl Operand {
    /// What a sentence calls the type.
    pub(super) fn type_name(&self) -> Told {
        Told::of(&match self {
            Self::Number(_) => Matter::ANumber,
            Self::Text(Text::Code(..)) => Matter::ACode,
            Self::Text(Text::Id) => Matter::AnId,
            Self::Text(_) => Matter::AText,
            Self::Clock(clock) if clock.is_date() => Matter::ADate,
            Self::Clock(_) => Matter::AnInstant,
            Self::Boolean(_) => Matter::ATruth,
        })
    }
}

impl Compiler<'_> {
    /// A single value.
    pub(super) fn operand(&self, node: &Node) -> Result<Operand, FilterError> {
        Ok(match node {
            Node::Number(number) => Operand::Number(Number::Literal(*number)),
            Node::Text(text) => Operand::Text(Text::Literal(text.as_str().into())),
            Node::Boolean(value) => Operand::Boolean(Test::Constant(Some(*value))),
            Node::Date(date) => Operand::Clock(Clock::Literal(Moment::Date(*date))),
            Node::Timestamp(instant) => Operand::Clock(Clock::Literal(Moment::Instant(*instant))),
            Node::Property(name) => self.property(name)?,
            Node::Apply(function, operands) => self.applied(node, function, operands)?,
            Node::Interval(_) | Node::Open | Node::Array(_) | Node::Geometry(_) | Node::Bbox(_) => {
                return Err(FilterError::unfit(describe(node), &Matter::NoSingleValue));
            }
        })
    }

    fn property(&self, name: &str) -> Result<Operand, FilterError> {
        Ok(match self.scope.find(name)? {
            Named::Id => Operand::Text(Text::Id),
            Named::Geometry => {
                return Err(FilterError::mismatch(name, &Matter::GeometryCompared));
            }
            Named::Property(k, property) => match &property.kind {
                PropertyKind::Text { .. } => Operand::Text(Text::Property(k)),
                PropertyKind::Integer { .. } | PropertyKind::Number { .. } => Operand::Number(Number::Property(k)),
                PropertyKind::Boolean => Operand::Boolean(Test::Flag(k)),
                PropertyKind::Date { .. } => Operand::Clock(Clock::Date(k)),
                PropertyKind::Instant => Operand::Clock(Clock::Instant(k)),
                PropertyKind::Code(list) => Operand::Text(Text::Code(k, list.clone())),
                PropertyKind::List(_) => {
                    return Err(FilterError::mismatch(name, &Matter::ListCompared));
                }
            },
        })
    }

    fn applied(&self, node: &Node, function: &Function, operands: &[Node]) -> Result<Operand, FilterError> {
        Ok(match function {
            Function::Fold(fold) => {
                let text = self.text(one(function, operands)?, function.name())?;
                Operand::Text(match text {
                    // A literal is folded once, here.
                    Text::Literal(text) => Text::Literal(fold.apply((&*text).into()).into()),
                    Text::Folded(inner, text) => Text::Folded(inner.and(*fold), text),
                    other => Text::Folded(*fold, Box::new(other)),
                })
            }
            Function::Arithmetic(operator) => {
                let [a, b] = exactly(function, operands)?;
                let (a, b) = (self.number(a, function.name())?, self.number(b, function.name())?);
                Operand::Number(Number::Binary(*operator, Box::new((a, b))))
            }
            Function::Other(name) => return Err(unknown_function(name)),
            _ => Operand::Boolean(self.test(node)?),
        })
    }

    /// A moment or an interval.
    pub(super) fn period(&self, node: &Node) -> Result<Period, FilterError> {
        let Node::Interval(ends) = node else {
            return self.clock(node).map(Period::At);
        };
        let end = |node: &Node| match node {
            Node::Open => Ok(None),
            node => self.clock(node).map(Some),
        };
        let (start, end) = (end(&ends[0])?, end(&ends[1])?);
        if let (Some(Clock::Literal(start)), Some(Clock::Literal(end))) = (start, end)
            && start.span(Scale::Micros).start > end.span(Scale::Micros).end
        {
            return Err(FilterError::mismatch("INTERVAL", &Matter::EndsBeforeStart));
        }
        Ok(Period::Between(start, end))
    }

    fn clock(&self, node: &Node) -> Result<Clock, FilterError> {
        match self.operand(node)? {
            Operand::Clock(clock) => Ok(clock),
            Operand::Text(Text::Literal(text)) => read_moment(&text).map(Clock::Literal),
            _ => Err(FilterError::unfit(describe(node), &Matter::PeriodExpected)),
        }
    }
}

/// What a sentence calls an expression.
pub(super) fn describe(node: &Node) -> Told {
    let verbatim = match node {
        Node::Property(name) => shown(name),
        Node::Number(number) => number.to_string(),
        Node::Text(text) => format!("'{}'", shown(text)),
        Node::Boolean(value) => value.to_string(),
        Node::Date(date) => format!("DATE('{date}')"),
        Node::Timestamp(instant) => format!("TIMESTAMP('{}')", crate::feature::value::format_instant(*instant)),
        Node::Interval(_) => "INTERVAL".to_owned(),
        Node::Open => "'..'".to_owned(),
        Node::Array(_) => return Told::of(&Matter::AList),
        Node::Geometry(_) => return Told::of(&Matter::AGeometry),
        Node::Bbox(_) => "BBOX".to_owned(),
        Node::Apply(function, _) => function.name().to_owned(),
    };
    Told::verbatim(verbatim)
}
