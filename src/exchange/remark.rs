//! What a person is told about a row: which property, which column, which value, what is the matter, what became of it.
//!
//! Rules say what they have found as a [`What`]; words for it are found only where a report is written, in the language of
//! whoever ordered it ([`english`], [`german`]).

mod english;
mod german;

use std::mem::{Discriminant, discriminant};
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::Value as Json;

use super::frame::is_uncalculated;
use crate::collection::{CodeList, Collection, Label, Language, Property, PropertyKind};
use crate::editing::Outside;
use crate::feature::geometry::GeometryFault;
use crate::feature::{FeatureId, GeometryKind};
use crate::firewater::plausibility::Implausible;

/// Characters of a cell that are shown.
const SHOWN: usize = 60;

/// One remark about a row.
#[derive(Debug, Clone)]
pub struct Remark {
    /// Position in the collection; `None` for what concerns the row or its place.
    pub property: Option<usize>,
    /// The column of the file, by its own name.
    pub column: Option<String>,
    /// The cell as it stands in the file, cut if it is long.
    pub value: Option<String>,
    pub what: What,
    pub became: Became,
}

/// What remarks have in common that are counted together.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind<'a> {
    property: Option<usize>,
    column: Option<&'a str>,
    what: Discriminant<What>,
    implausible: Option<Discriminant<Implausible>>,
}

/// What became of the value, where that needs saying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// The sentence says it all.
    Said,
    /// The property is left as it was, or empty.
    LeftOut,
    /// What the mapping says of words that nobody knows.
    TakenAs(String),
}

/// Who has something already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Feature(FeatureId),
    Line(u64),
}

/// A value that was changed here and by the supplier.
#[derive(Debug, Clone)]
pub struct Sides {
    pub ours: Option<Json>,
    pub theirs: Option<Json>,
}

/// A fault of a geometry as a label.
pub fn geometry_fault(fault: &GeometryFault) -> Label {
    Label::new(fault.german(), fault.to_string())
}

/// What is the matter.
#[derive(Debug, Clone)]
pub enum What {
    // A cell that is not understood.
    NoNumber {
        unit: Option<String>,
    },
    UnknownUnit {
        given: String,
        wanted: Option<String>,
    },
    /// Words beside a number that may change what it says.
    Words,
    /// The cell tells the state of the object instead of a value.
    State,
    NoDate,
    NoInstant,
    NeitherYesNorNo,
    UnknownCode {
        list: Arc<CodeList>,
    },
    NoList,
    /// A formula whose result the file does not have.
    NoResult,
    // A cell that is understood with an assumption.
    MoreThan {
        taken: f64,
    },
    Rounded {
        taken: f64,
    },
    FirstOfMonth {
        taken: NaiveDate,
    },
    FirstOfYear {
        taken: NaiveDate,
    },
    DayFirst {
        taken: NaiveDate,
    },
    // A value that does not fit the property.
    Missing,
    Outside {
        least: f64,
        most: f64,
        unit: Option<String>,
    },
    NotWhole,
    TooEarly {
        first: NaiveDate,
    },
    Future,
    TooLong {
        most: usize,
    },
    DigitsOnly,
    ControlCharacters,
    WrongType,
    UnknownMunicipality,
    // Columns and rows.
    Contradiction {
        columns: Vec<String>,
    },
    NoKey {
        columns: Vec<String>,
    },
    Unreadable {
        reason: Label,
    },
    /// A cell has the sign for a letter that could not be read (U+FFFD).
    LostLetters,
    // Places.
    NoGeometry,
    NoPosition,
    NoGeometryText,
    /// The file has the middle of something larger and no more.
    CentreOnly,
    CoarsePosition {
        cell_m: u32,
    },
    Unlocated,
    GeometryKind {
        found: Option<GeometryKind>,
        wanted: Vec<GeometryKind>,
    },
    InvalidGeometry {
        reason: Label,
    },
    OutsideDistrict(Outside),
    // Which object a row is.
    Repeated {
        line: u64,
    },
    /// Whoever imports may not write this.
    Denied {
        reason: Label,
    },
    Deleted {
        id: FeatureId,
    },
    Suspect {
        id: FeatureId,
        distance: f64,
    },
    NumberTaken {
        number: String,
        by: Holder,
    },
    NumberKept {
        number: String,
        by: Holder,
    },
    Moved {
        by: f64,
    },
    /// Somebody has decided so.
    LeftByHand,
    Conflict(Box<Sides>),
    PlaceConflict,
    // What is worth a look.
    TestedTwice {
        line: u64,
    },
    Twin {
        of: Holder,
        distance: f64,
        same: bool,
    },
    /// What is hardly so, in its own words.
    Implausible {
        what: Discriminant<Implausible>,
        message: Label,
    },
    /// In an entry of a list, counted from 1.
    InList {
        entry: usize,
        field: Option<Label>,
        what: Box<What>,
    },
    /// Any other fault of the declaration, in its own words.
    Other {
        message: Label,
    },
}

impl Remark {
    /// A remark about the row as a whole, or about its place.
    pub fn of_row(what: What) -> Self {
        Self { property: None, column: None, value: None, what, became: Became::Said }
    }

    /// A remark about a property.
    pub fn of(property: Option<usize>, what: What) -> Self {
        Self { property, ..Self::of_row(what) }
    }

    /// A remark about a cell.
    pub fn of_cell(property: Option<usize>, column: &str, cell: &Json, what: What) -> Self {
        Self { column: Some(column.to_owned()), value: Some(shown(cell)), ..Self::of(property, what) }
    }

    /// The remark as a sentence, the property by its label.
    pub fn text(&self, collection: &Collection, language: Language) -> String {
        let property = self.property.and_then(|k| collection.properties.get(k));
        let label = property.map(|property| property.title.in_language(language));
        let sentence = match language {
            Language::De => german::sentence(&self.what, property),
            Language::En => english::sentence(&self.what, property),
        };
        let place = match language {
            Language::De => german::place(label, self.column.as_deref(), self.value.as_deref()),
            Language::En => english::place(label, self.column.as_deref(), self.value.as_deref()),
        };
        let became = match (&self.became, language) {
            (Became::Said, _) => String::new(),
            (Became::LeftOut, Language::De) => "; nicht übernommen".to_owned(),
            (Became::LeftOut, Language::En) => "; not recorded".to_owned(),
            (Became::TakenAs(word), _) => {
                let word =
                    property.map_or_else(|| word.clone(), |property| said(property, &word.as_str().into(), language));
                if language == Language::De {
                    format!("; übernommen als „{word}“")
                } else {
                    format!("; taken as '{word}'")
                }
            }
        };
        if place.is_empty() { format!("{sentence}{became}") } else { format!("{place}: {sentence}{became}") }
    }

    /// What remarks are counted by: the same matter with the same column.
    pub fn kind(&self) -> Kind<'_> {
        let implausible = if let What::Implausible { what, .. } = &self.what { Some(*what) } else { None };
        let (property, column) = (self.property, self.column.as_deref());
        Kind { property, column, what: discriminant(&self.what), implausible }
    }

    /// True for what is missing, which may be known of an object that is there already.
    pub fn is_missing(&self) -> bool {
        matches!(self.what, What::Missing | What::NoGeometry)
    }

    /// True for what is wrong with the place, so that there is none.
    pub fn is_about_place(&self) -> bool {
        match self.what {
            What::NoPosition | What::NoGeometryText | What::Unlocated | What::InvalidGeometry { .. } => true,
            What::NoResult => self.property.is_none(),
            _ => false,
        }
    }
}

/// A cell as people see it, cut if it is long.
pub fn shown(cell: &Json) -> String {
    let text = match cell {
        Json::String(text) => text.trim().to_owned(),
        // Where the formula stands, since there is nothing else to show of it.
        other => is_uncalculated(other).map_or_else(|| other.to_string(), str::to_owned),
    };
    if text.chars().count() <= SHOWN { text } else { text.chars().take(SHOWN).chain(['…']).collect() }
}

/// A value of a property as people say it: codes by their labels, yes and no in words.
pub fn said(property: &Property, value: &Json, language: Language) -> String {
    match (&property.kind, value) {
        (PropertyKind::Code(list), Json::String(code)) => {
            list.position(code).map_or_else(|| code.clone(), |position| list.label(position, language).to_owned())
        }
        (PropertyKind::Boolean, Json::Bool(value)) => match (language, value) {
            (Language::De, true) => "ja".to_owned(),
            (Language::De, false) => "nein".to_owned(),
            (Language::En, true) => "yes".to_owned(),
            (Language::En, false) => "no".to_owned(),
        },
        (_, Json::Number(number)) => decimal(number.as_f64().unwrap_or_default(), language),
        _ => shown(value),
    }
}

/// A number with the decimal mark of the language, without digits that say nothing.
fn decimal(value: f64, language: Language) -> String {
    let text = ((value * 1000.0).round() / 1000.0).to_string();
    if language == Language::De { text.replace('.', ",") } else { text }
}

/// A number with its unit.
fn measure(value: f64, unit: Option<&str>, language: Language) -> String {
    let number = decimal(value, language);
    unit.map_or_else(|| number.clone(), |unit| format!("{number} {unit}"))
}

/// The labels of a code list, as many as a sentence bears.
fn labels(list: &CodeList, language: Language) -> String {
    const MOST: usize = 12;
    let labels: Vec<&str> = list.codes().iter().take(MOST).map(|code| code.label.in_language(language)).collect();
    let more = if list.codes().len() > MOST { ", …" } else { "" };
    format!("{}{more}", labels.join(", "))
}
