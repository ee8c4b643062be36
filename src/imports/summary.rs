//! What a whole file would do, or has done.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::collection::Collection;
use crate::exchange::frame::Passed;
use crate::exchange::import::ImportOutcome;
use crate::exchange::report::{Counts, Sum};
use crate::texts::{Label, Language};

/// Reasons that are told.
const SUMS: usize = 100;

/// What came of all rows together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    pub counts: Counts,
    /// Short name of the CRS; `None` if no row has coordinates.
    pub crs: Option<String>,
    pub crs_because: Option<Label>,
    pub swapped_axes: bool,
    /// Columns whose unit was told by their head, with that.
    pub units: Vec<(String, String)>,
    pub left_over: Vec<String>,
    pub passed: Vec<Passed>,
    pub sums: Vec<ToldSum>,
    /// Rows without any position, where the register needs one.
    pub placeless: u64,
}

/// How often the same was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToldSum {
    pub is_fault: bool,
    pub count: u64,
    /// Of the first.
    pub line: u64,
    pub text: Label,
    pub property: Option<String>,
    pub column: Option<String>,
}

/// The same in one language.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportReason {
    /// A reason not to take a row, rather than something worth a look.
    pub is_fault: bool,
    pub count: u64,
    /// Of the first.
    pub line: u64,
    pub text: String,
    pub property: Option<String>,
    pub column: Option<String>,
}

impl Summary {
    /// What an import says at its end.
    pub fn of(outcome: &ImportOutcome, collection: &Collection) -> Self {
        let located = outcome.located.as_ref();
        Self {
            counts: outcome.counts,
            crs: located.map(|located| located.crs.to_string()),
            crs_because: located.map(|located| located.because.clone()),
            swapped_axes: located.is_some_and(|located| located.swapped_axes),
            units: outcome.units.clone(),
            left_over: outcome.left_over.clone(),
            passed: outcome.passed.clone(),
            sums: outcome.sums.iter().take(SUMS).map(|sum| ToldSum::of(sum, collection)).collect(),
            placeless: outcome.placeless,
        }
    }
}

impl ToldSum {
    fn of(sum: &Sum, collection: &Collection) -> Self {
        let text = |language| sum.first.text(collection, language);
        Self {
            is_fault: sum.is_fault,
            count: sum.count,
            line: sum.line,
            text: Label::new(text(Language::De), text(Language::En)),
            property: sum.first.property.and_then(|k| collection.properties.get(k)).map(|it| it.name.clone()),
            column: sum.first.column.clone(),
        }
    }

    pub fn told(&self, language: Language) -> ImportReason {
        let Self { is_fault, count, line, text, property, column } = self.clone();
        ImportReason { is_fault, count, line, text: text.in_language(language).to_owned(), property, column }
    }
}
