//! From what was written to what is evaluated: names become positions, literals values, and every type is checked.
//!
//! [`Compiler::test`] is the whole story in one match; `operand` types what a test compares, `compare` finds the
//! cheapest test for a pair of operands, `spatial` brings literals into the district's plane.

mod compare;
mod operand;
mod spatial;

use std::cell::Cell;
use std::sync::Arc;

use super::ast::{Comparison, Function, Node, Temporal};
use super::operand::{Number, Text};
use super::predicate::{Recorded, Test};
use super::scope::{Named, Scope};
use super::time::Scale;
use super::{DistrictPlane, FilterError, Matter};
use crate::collection::PropertyKind;
use crate::feature::crs::Crs;
use crate::texts::Told;
use crate::work::Effort;
use operand::Operand;

/// Compiles the expressions of one filter.
pub(super) struct Compiler<'a> {
    scope: Scope<'a>,
    /// The CRS of literal geometries.
    crs: Crs,
    plane: &'a DistrictPlane,
    /// Of the literal geometries so far.
    positions: Cell<usize>,
    /// What goes into comparing literals with each other.
    effort: Effort,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(scope: Scope<'a>, crs: Crs, plane: &'a DistrictPlane) -> Self {
        let effort = Effort::of(spatial::COMPARING_LITERALS, Arc::default());
        Self { scope, crs, plane, positions: Cell::new(0), effort }
    }
}

impl Compiler<'_> {
    /// A boolean expression.
    pub(super) fn test(&self, node: &Node) -> Result<Test, FilterError> {
        let (function, operands) = match node {
            Node::Apply(function, operands) => (function, operands.as_slice()),
            Node::Boolean(value) => return Ok(Test::Constant(Some(*value))),
            Node::Property(name) => return self.flag(name),
            other => {
                return Err(FilterError::unfit(operand::describe(other), &Matter::NoTest));
            }
        };
        match function {
            Function::And => self.tests(operands, "and").map(Test::All),
            Function::Or => self.tests(operands, "or").map(Test::Any),
            Function::Not => self.test(one(function, operands)?).map(|test| Test::Not(Box::new(test))),
            Function::Compare(comparison) => {
                let [a, b] = exactly(function, operands)?;
                compare::compare(*comparison, self.operand(a)?, self.operand(b)?)
            }
            Function::Between => {
                let [value, low, high] = exactly(function, operands)?;
                let limit =
                    |comparison, limit| compare::compare(comparison, self.operand(value)?, self.operand(limit)?);
                Ok(Test::All(vec![limit(Comparison::GreaterOrEqual, low)?, limit(Comparison::LessOrEqual, high)?]))
            }
            Function::In => self.one_of(function, operands),
            Function::Like => {
                let [text, pattern] = exactly(function, operands)?;
                compare::like(self.operand(text)?, self.operand(pattern)?)
            }
            Function::IsNull => self.null(one(function, operands)?),
            Function::Spatial(relation) => self.spatial(*relation, function, operands),
            Function::Temporal(relation) => self.temporal(*relation, function, operands),
            Function::Array(name) => Err(FilterError::unsupported(Told::verbatim(*name), &Matter::NoArrays)),
            Function::Fold(_) | Function::Arithmetic(_) => {
                Err(FilterError::mismatch(function.name(), &Matter::ResultNoTruth))
            }
            Function::Other(name) => Err(unknown_function(name)),
        }
    }

    fn tests(&self, operands: &[Node], name: &str) -> Result<Vec<Test>, FilterError> {
        if operands.len() < 2 {
            return Err(FilterError::mismatch(name, &Matter::JoinsTwo));
        }
        operands.iter().map(|operand| self.test(operand)).collect()
    }

    fn flag(&self, name: &str) -> Result<Test, FilterError> {
        match self.scope.find(name)? {
            Named::Property(k, property) if matches!(property.kind, PropertyKind::Boolean) => Ok(Test::Flag(k)),
            _ => Err(FilterError::mismatch(name, &Matter::NoTruth)),
        }
    }

    fn one_of(&self, function: &Function, operands: &[Node]) -> Result<Test, FilterError> {
        let [value, list] = exactly(function, operands)?;
        let Node::Array(entries) = list else {
            return Err(FilterError::mismatch("in", &Matter::ListOnRight));
        };
        if entries.is_empty() {
            return Err(FilterError::mismatch("in", &Matter::ListEmpty));
        }
        let entries: Result<Vec<Operand>, FilterError> = entries.iter().map(|entry| self.operand(entry)).collect();
        compare::one_of(|| self.operand(value), entries?)
    }

    /// Anything may be asked for being recorded, geometries and lists included.
    fn null(&self, node: &Node) -> Result<Test, FilterError> {
        let what = match node {
            Node::Property(name) => match self.scope.find(name)? {
                Named::Property(k, _) => Recorded::Property(k),
                Named::Geometry => Recorded::Geometry,
                Named::Id => return Ok(Test::Constant(Some(false))),
            },
            Node::Geometry(_) | Node::Bbox(_) => return Ok(Test::Constant(Some(false))),
            Node::Interval(_) => Recorded::Period(self.period(node)?),
            _ => match self.operand(node)? {
                Operand::Number(number) => Recorded::Number(number),
                Operand::Text(text) => Recorded::Text(text),
                Operand::Clock(clock) => Recorded::Period(super::operand::Period::At(clock)),
                Operand::Boolean(test) => Recorded::Test(Box::new(test)),
            },
        };
        Ok(Test::Null(what))
    }

    fn temporal(&self, relation: Temporal, function: &Function, operands: &[Node]) -> Result<Test, FilterError> {
        let [a, b] = exactly(function, operands)?;
        let in_place = |error: FilterError| match error {
            FilterError::Time { message } => FilterError::mismatch(function.name(), message),
            other => other,
        };
        let (a, b) = (self.period(a).map_err(in_place)?, self.period(b).map_err(in_place)?);
        let scale = if a.is_dates() && b.is_dates() { Scale::Days } else { Scale::Micros };
        Ok(Test::Periods(relation, scale, Box::new((a, b))))
    }

    fn number(&self, node: &Node, place: &str) -> Result<Number, FilterError> {
        match self.operand(node)? {
            Operand::Number(number) => Ok(number),
            _ => Err(FilterError::mismatch(place, &Matter::NumberNot { found: operand::describe(node) })),
        }
    }

    fn text(&self, node: &Node, place: &str) -> Result<Text, FilterError> {
        match self.operand(node)? {
            Operand::Text(text) => Ok(text),
            _ => Err(FilterError::mismatch(place, &Matter::TextNot { found: operand::describe(node) })),
        }
    }
}

fn unknown_function(name: &str) -> FilterError {
    FilterError::unsupported(&Matter::TheFunction { name: super::time::shown(name) }, &Matter::OnlyCql2)
}

fn exactly<'n, const N: usize>(function: &Function, operands: &'n [Node]) -> Result<&'n [Node; N], FilterError> {
    operands
        .try_into()
        .map_err(|_| FilterError::mismatch(function.name(), &Matter::Operands { wanted: N, found: operands.len() }))
}

fn one<'n>(function: &Function, operands: &'n [Node]) -> Result<&'n Node, FilterError> {
    exactly::<1>(function, operands).map(|[operand]| operand)
}
