//! What keeps a style from being drawn.

use schemars::JsonSchema;
use serde::Serialize;

use crate::texts::{Tell, Told};

/// What a style asks for that cannot be drawn. `given` is a piece of it as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Undrawable {
    // Of the style as a whole.
    NoVersion,
    NoLayers,
    // Of layers.
    InProperty { property: String, reason: Told },
    LayerKind { kind: String },
    UnknownSource { name: String },
    NoSource,
    NoSourceLayer,
    UnknownKey,
    UnknownProperty,
    NoZoom { given: String },
    IconsAlongLines,
    NamesInBraces,
    NoAnchors { given: String },
    // Of expressions.
    InOperator { operator: String, reason: Told },
    TooDeep { most: usize },
    NoOperator,
    OneArgument { count: usize },
    TwoArguments { count: usize },
    NoName,
    NoConditions,
    NoSteps,
    NoInput,
    NoLabels,
    NoInterpolation,
    NoKindOfInterpolation,
    NoBase,
    NothingBetween,
    NoStops,
    StopNotANumber,
    StopsFall,
    // Of constants.
    NoList { given: String },
    NoneOf { words: Vec<&'static str>, given: String },
    NotSoManyNumbers { wanted: usize, count: usize },
    NotABoolean { given: String },
    NotANumber { given: String },
    TooLarge { given: String },
    NotAText { given: String },
    NotAColour { given: String },
    Object,
}

impl Tell for Undrawable {
    const FILE: &'static str = "styles";
}

impl Undrawable {
    /// The fault of an operator's argument; of operators within each other the innermost is named.
    pub(super) fn in_operator(self, operator: &str) -> Self {
        match self {
            Self::InOperator { .. } => self,
            reason => Self::InOperator { operator: operator.to_owned(), reason: Told::of(&reason) },
        }
    }
}
