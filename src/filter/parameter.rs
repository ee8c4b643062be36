//! Queryables as query parameters (OGC 19-079r2, 6.3): `kind=pillar&flow_rate=800`.

use super::ast::{Comparison, Function, Node};
use super::compile::Compiler;
use super::predicate::Test;
use super::scope::{Named, Scope};
use super::{DistrictPlane, FilterError, Matter, Predicate};
use crate::collection::{Collection, PropertyKind, Visibility};
use crate::feature::crs::Crs;
use crate::texts::Told;

/// Compiles parameters, each `property=value`; a feature passes when it has all of the values.
///
/// # Errors
/// As for a filter; a name that is no queryable gives [`FilterError::UnknownProperty`].
pub fn compile_parameters<'p>(
    parameters: impl IntoIterator<Item = (&'p str, &'p str)>,
    collection: &Collection,
    plane: &DistrictPlane,
    visible: Visibility,
) -> Result<Predicate, FilterError> {
    let scope = Scope::new(collection, visible);
    let compiler = Compiler::new(scope, Crs::CRS84, plane);
    let tests: Result<Vec<Test>, FilterError> = parameters
        .into_iter()
        .map(|(name, value)| {
            let value = literal(name, value, scope)?;
            compiler
                .test(&Node::Apply(Function::Compare(Comparison::Equal), vec![Node::Property(name.to_owned()), value]))
        })
        .collect();
    tests.map(|tests| Predicate::new(Test::All(tests)))
}

/// The value in the type of its property; texts, codes, ids and times are written without quotes.
fn literal(name: &str, value: &str, scope: Scope<'_>) -> Result<Node, FilterError> {
    let text = super::time::shown(value);
    let fault = |matter: Matter<'_>| FilterError::Value { message: Told::of(&matter) };
    match scope.find(name)? {
        Named::Property(_, property) => match property.kind {
            PropertyKind::Integer { .. } => number(value)
                .filter(|it| it.fract() == 0.0)
                .map(Node::Number)
                .ok_or_else(|| fault(Matter::WholeNumber { text })),
            PropertyKind::Number { .. } => {
                number(value).map(Node::Number).ok_or_else(|| fault(Matter::NumberWanted { text }))
            }
            PropertyKind::Boolean => {
                value.trim().parse().map(Node::Boolean).map_err(|_| fault(Matter::TrueOrFalse { text }))
            }
            _ => Ok(Node::Text(value.to_owned())),
        },
        Named::Id => Ok(Node::Text(value.to_owned())),
        Named::Geometry => Err(FilterError::unsupported(Told::verbatim(name), &Matter::GeometryParameter)),
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}
