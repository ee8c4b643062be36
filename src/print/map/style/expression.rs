//! Expressions as a tree. [`super::parse`] makes it, [`super::evaluate`] gives its value.

use super::Value;

/// An expression of a style.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    Literal(Value<'static>),
    Get(Box<str>),
    Has(Box<str>),
    Zoom,
    GeometryType,
    /// The first arm whose labels contain the input's value.
    Match {
        input: Box<Expression>,
        arms: Vec<(Vec<Value<'static>>, Expression)>,
        otherwise: Box<Expression>,
    },
    /// The first arm whose condition is true.
    Case {
        arms: Vec<(Expression, Expression)>,
        otherwise: Box<Expression>,
    },
    Step {
        input: Box<Expression>,
        first: Box<Expression>,
        stops: Vec<(f64, Expression)>,
    },
    /// `base` is 1 for linear interpolation.
    Interpolate {
        input: Box<Expression>,
        base: f64,
        stops: Vec<(f64, Expression)>,
    },
    Coalesce(Vec<Expression>),
    Concat(Vec<Expression>),
    ToString(Box<Expression>),
    ToNumber(Vec<Expression>),
    Upcase(Box<Expression>),
    Compare(Comparison, Box<[Expression; 2]>),
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    /// Whether a text or a list contains something.
    In(Box<[Expression; 2]>),
    Arithmetic(Operator, Vec<Expression>),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// What is done with numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Expression {
    /// True if the value is the same for every feature.
    pub fn is_constant_over_features(&self) -> bool {
        let all = |expressions: &[Expression]| expressions.iter().all(Expression::is_constant_over_features);
        match self {
            Expression::Literal(_) | Expression::Zoom => true,
            Expression::Get(_) | Expression::Has(_) | Expression::GeometryType => false,
            Expression::Match { input, arms, otherwise } => {
                input.is_constant_over_features()
                    && otherwise.is_constant_over_features()
                    && arms.iter().all(|(_, arm)| arm.is_constant_over_features())
            }
            Expression::Case { arms, otherwise } => {
                let both = |(a, b): &(Self, Self)| a.is_constant_over_features() && b.is_constant_over_features();
                otherwise.is_constant_over_features() && arms.iter().all(both)
            }
            Expression::Step { input, first, stops } => {
                input.is_constant_over_features()
                    && first.is_constant_over_features()
                    && stops.iter().all(|(_, stop)| stop.is_constant_over_features())
            }
            Expression::Interpolate { input, stops, .. } => {
                input.is_constant_over_features() && stops.iter().all(|(_, stop)| stop.is_constant_over_features())
            }
            Expression::Coalesce(parts)
            | Expression::Concat(parts)
            | Expression::ToNumber(parts)
            | Expression::All(parts)
            | Expression::Any(parts)
            | Expression::Arithmetic(_, parts) => all(parts),
            Expression::ToString(part) | Expression::Upcase(part) | Expression::Not(part) => {
                part.is_constant_over_features()
            }
            Expression::Compare(_, pair) | Expression::In(pair) => all(&pair[..]),
        }
    }
}
