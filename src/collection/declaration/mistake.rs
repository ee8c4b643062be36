//! What can be wrong with declarations of collections, code lists, timers, approvals, districts and calendars.

use schemars::JsonSchema;
use serde::Serialize;

use crate::texts::{Tell, Told};

/// A mistake in a declaration.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Mistake<'a> {
    // Of names and what they name.
    NotSnakeCase { name: &'a str },
    FileName { name: &'a str },
    NoCollection { name: &'a str },
    NoProperty { name: &'a str },
    NoPropertyOf { collection: &'a str, name: &'a str },
    // Of a code list.
    NoCodes,
    CodeTwice { code: &'a str },
    ClassEmpty { code: &'a str },
    NeedsNothingToo { code: &'a str },
    // Of a collection.
    NoGeometry,
    Zooms { last: u8 },
    TooManyProperties { most: usize },
    MetadataAddress,
    NoOwner { name: &'a str },
    // Of a property.
    PropertyTwice { name: &'a str },
    Reserved { name: &'a str },
    OutOfOrder { name: &'a str },
    DerivationMissing,
    DerivationNeedless,
    DefaultUnfit { reasons: Vec<Told> },
    MinimumAboveMaximum,
    CodesNeedless,
    FieldsNeedless,
    UnknownPattern { pattern: &'a str },
    CodesMissing,
    NoCodeList { name: &'a str },
    FieldsMissing,
    NoDay { text: &'a str },
    ListInList,
    // Of a group.
    GroupedTwice { name: &'a str },
    // Of a timer.
    MomentTwice,
    NoMoment { name: &'a str },
    NotOptional { name: &'a str },
    NoState { name: &'a str },
    ValueUnfit { reasons: Vec<Told> },
    // Of an approval.
    ApprovalOfNothing,
    NoValues { name: &'a str },
    // Of a district.
    NoGaussKrueger { crs: String },
    NoTimeZone { text: &'a str },
    NoCalendarName { text: &'a str },
    CrsNotProjected,
    Bounds,
    Between { name: &'a str, least: f64, most: f64, metres: bool },
    // Of a calendar.
    NotInEveryYear,
    FarFromEaster,
    NeitherDayNorEaster,
    YearsTurned,
}

impl Tell for Mistake<'_> {
    const FILE: &'static str = "declarations";
}
