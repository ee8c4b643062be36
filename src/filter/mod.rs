//! What a caller wants to see: boxes, periods, CQL2 filters and orders, parsed and typed. No I/O.
//!
//! In reading order: [`bbox`] and [`datetime`] (two parameters with rules of their own), then CQL2: `text` (over
//! `lex`, `wkt` and `literal`) and `json` read one of the two encodings into an `ast`; `compile` checks it against a
//! collection and makes a [`Predicate`], whose tests stand in `predicate`, their operands in `operand`, `place` (over
//! `edges`), `like`, `fold` and `time`, and what they cost in `cost`; [`parameter`] does the same for `property=value`. [`sort`] orders what is left,
//! [`plane`] brings foreign coordinates into the district's plane.
//!
//! The text is read here and not by the `cql2` crate (0.6), whose grammar goes back over brackets it has read: the
//! time doubles with every level (0.6 s for 18 brackets around a mistake), a row of minus signs overflows the stack,
//! and `\'`, `.5` and `POINT(1e1 2)` are refused although the standard has them.
//!
//! # Conformance
//!
//! [`CONFORMANCE`] lists the classes of CQL2 (OGC 21-065r2) that are met in full. What goes beyond them:
//!
//! - `array-functions` and `functions` are not claimed: no queryable is an array of single values, and there are no
//!   functions but CQL2's own. Both are refused with a reason, as is everything else that is not understood.
//! - Logic is SQL's: a comparison with something not recorded is unknown, and unknown does not pass. An arithmetic
//!   expression without a result (a division by zero) is not recorded.
//! - A code is compared by its word; `<` and its like go by the order of the code list. A code that the list does not
//!   have is an error, since no feature could ever have it.
//! - A day beside a point in time is the whole day in UTC: `updated_at <= DATE('2024-05-31')` includes that day. Both
//!   ends of an interval are included.
//! - A text beside a date or point in time is read as one, so DATE and TIMESTAMP may be left out.
//! - Coordinates of literals follow the axis order of `filter-crs`.

mod ast;
pub mod bbox;
mod compile;
mod cost;
pub mod datetime;
mod edges;
mod error;
mod fold;
mod json;
mod lex;
mod like;
mod literal;
mod matter;
mod operand;
pub mod parameter;
mod place;
pub mod plane;
mod predicate;
mod scope;
pub mod sort;
mod text;
mod time;
mod wkt;

#[cfg(test)]
mod tests;

use std::str::FromStr;

pub use bbox::{Bbox, BboxFilter};
pub use datetime::DatetimeFilter;
pub use error::FilterError;
pub use matter::Matter;
pub use parameter::compile_parameters;
pub use plane::DistrictPlane;
pub use predicate::{Predicate, Subject};
pub use sort::Sort;

use crate::collection::{Collection, Visibility};
use crate::feature::crs::Crs;

/// The conformance classes of CQL2 that are met in full.
pub const CONFORMANCE: [&str; 12] = [
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    "http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
];

/// The encodings of CQL2, the values of `filter-lang`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    Text,
    Json,
}

impl FromStr for Language {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        match text {
            // The names of earlier drafts are those that GDAL before 3.8 sends; it takes a refusal for "no features".
            "cql2-text" | "cql-text" => Ok(Self::Text),
            "cql2-json" | "cql-json" => Ok(Self::Json),
            other => {
                let name = time::shown(other);
                Err(FilterError::unsupported(&Matter::FilterLanguage { name }, &Matter::Languages))
            }
        }
    }
}

/// A filter that has been read but has not met a collection yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter(ast::Node);

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// [`FilterError::Syntax`] or [`FilterError::Json`] with the place, [`FilterError::TooLarge`] past 32 kB, 50
    /// levels, 2 000 expressions or 1 000 entries in a list.
    pub fn parse(language: Language, text: &str) -> Result<Self, FilterError> {
        match language {
            Language::Text => text::read(text),
            Language::Json => json::read(text),
        }
        .map(Self)
    }

    /// Checks the filter against a collection as a caller may see it. `crs` is that of literal geometries.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place and what would be right.
    pub fn compile(
        &self,
        collection: &Collection,
        crs: Crs,
        plane: &DistrictPlane,
        visible: Visibility,
    ) -> Result<Predicate, FilterError> {
        let scope = scope::Scope::new(collection, visible);
        compile::Compiler::new(scope, crs, plane).test(&self.0).map(Predicate::new)
    }
}
