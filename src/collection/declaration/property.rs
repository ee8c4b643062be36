//! The properties of a collection, from TOML to what the rest of the program asks.

use std::ops::Range;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::{CodeLists, Mistake, yes};
use crate::collection::{Derivation, Label, Presence, Property, PropertyKind, Visibility, validate};
use crate::texts::Reporter;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawProperty {
    name: Spanned<String>,
    title: Label,
    description: Option<Label>,
    #[serde(rename = "type")]
    kind: RawKind,
    unit: Option<String>,
    max_length: Option<usize>,
    pattern: Option<Spanned<String>>,
    minimum: Option<f64>,
    maximum: Option<f64>,
    decimals: Option<u8>,
    codes: Option<Spanned<String>>,
    earliest: Option<Spanned<String>>,
    #[serde(default)]
    past: bool,
    fields: Option<Vec<Spanned<RawProperty>>>,
    #[serde(default)]
    presence: RawPresence,
    derivation: Option<Derivation>,
    default: Option<Spanned<toml::Value>>,
    #[serde(default)]
    visibility: Visibility,
    #[serde(default = "yes")]
    queryable: bool,
}

#[derive(Deserialize, PartialEq, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum RawKind {
    Text,
    Integer,
    Number,
    Boolean,
    Date,
    Instant,
    Code,
    List,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum RawPresence {
    #[default]
    Optional,
    Mandatory,
    Automatic,
    Derived,
}

/// A property and where it is declared.
pub struct Placed {
    pub value: Property,
    span: Range<usize>,
}

/// Reads all properties of a collection.
pub fn read_properties(raw: Vec<Spanned<RawProperty>>, lists: &CodeLists, reporter: &mut Reporter<'_>) -> Vec<Placed> {
    let mut read: Vec<Placed> = Vec::with_capacity(raw.len());
    for raw in raw {
        let name = raw.get_ref().name.clone();
        if read.iter().any(|p| p.value.name == *name.get_ref()) {
            reporter.fault(name.span(), &Mistake::PropertyTwice { name: name.get_ref() });
        }
        check_name(&name, reporter);
        if let Some(value) = read_property(raw.into_inner(), lists, reporter) {
            read.push(Placed { value, span: name.span() });
        }
    }
    read
}

/// Words that name something else: what every feature has, and the parameters beside which properties may be asked for.
const RESERVED: [&str; 14] = [
    "id",
    "version",
    "geometry",
    "geom",
    "collection",
    "f",
    "limit",
    "crs",
    "bbox",
    "datetime",
    "properties",
    "sortby",
    "next",
    "filter",
];

fn check_name(name: &Spanned<String>, reporter: &mut Reporter<'_>) {
    if !is_snake_case(name.get_ref()) {
        reporter.fault(name.span(), &Mistake::NotSnakeCase { name: name.get_ref() });
    }
    if RESERVED.contains(&name.get_ref().as_str()) {
        reporter.fault(name.span(), &Mistake::Reserved { name: name.get_ref() });
    }
}

/// Such names go into SQL, JSON and addresses as they are.
pub fn is_snake_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Properties stand in the order of their classes, so that what each class sees of a feature is one run of bytes.
pub fn check_order(properties: &[Placed], reporter: &mut Reporter<'_>) {
    for pair in properties.windows(2) {
        if pair[0].value.visibility > pair[1].value.visibility {
            reporter.fault(pair[1].span.clone(), &Mistake::OutOfOrder { name: &pair[1].value.name });
        }
    }
}

fn read_property(raw: RawProperty, lists: &CodeLists, reporter: &mut Reporter<'_>) -> Option<Property> {
    let span = raw.name.span();
    let kind = read_kind(&raw, lists, reporter)?;
    let presence = match (raw.presence, raw.derivation) {
        (RawPresence::Optional, None) => Presence::Optional,
        (RawPresence::Mandatory, None) => Presence::Mandatory,
        (RawPresence::Automatic, Some(derivation)) => Presence::Automatic(derivation),
        (RawPresence::Derived, Some(derivation)) => Presence::Derived(derivation),
        (RawPresence::Automatic | RawPresence::Derived, None) => {
            reporter.fault(span, &Mistake::DerivationMissing);
            return None;
        }
        (_, Some(_)) => {
            reporter.fault(span, &Mistake::DerivationNeedless);
            return None;
        }
    };
    let mut property = Property {
        name: raw.name.into_inner(),
        title: raw.title,
        description: raw.description,
        kind,
        unit: raw.unit,
        presence,
        default: None,
        visibility: raw.visibility,
        queryable: raw.queryable,
    };
    if let Some(default) = raw.default {
        let span = default.span();
        let value = serde_json::to_value(default.into_inner()).unwrap_or_default();
        match validate::check_value(&property, &value) {
            Ok(()) => property.default = Some(value),
            Err(reasons) => reporter.fault(span, &Mistake::DefaultUnfit { reasons }),
        }
    }
    Some(property)
}

fn read_kind(raw: &RawProperty, lists: &CodeLists, reporter: &mut Reporter<'_>) -> Option<PropertyKind> {
    let span = raw.name.span();
    let (minimum, maximum) = (raw.minimum, raw.maximum);
    if minimum.zip(maximum).is_some_and(|(minimum, maximum)| minimum > maximum) {
        reporter.fault(span.clone(), &Mistake::MinimumAboveMaximum);
    }
    if raw.codes.is_some() && raw.kind != RawKind::Code {
        reporter.fault(span.clone(), &Mistake::CodesNeedless);
    }
    if raw.fields.is_some() && raw.kind != RawKind::List {
        reporter.fault(span.clone(), &Mistake::FieldsNeedless);
    }
    Some(match raw.kind {
        RawKind::Text => {
            let digits_only = match &raw.pattern {
                None => false,
                Some(pattern) if pattern.get_ref() == "digits" => true,
                Some(pattern) => {
                    reporter.fault(pattern.span(), &Mistake::UnknownPattern { pattern: pattern.get_ref() });
                    false
                }
            };
            PropertyKind::Text { max_length: raw.max_length.unwrap_or(200), digits_only }
        }
        RawKind::Integer => PropertyKind::Integer {
            minimum: minimum.map_or(i64::MIN, |v| v as i64),
            maximum: maximum.map_or(i64::MAX, |v| v as i64),
        },
        RawKind::Number => PropertyKind::Number {
            minimum: minimum.unwrap_or(f64::MIN),
            maximum: maximum.unwrap_or(f64::MAX),
            decimals: raw.decimals.unwrap_or(3).min(9),
        },
        RawKind::Boolean => PropertyKind::Boolean,
        RawKind::Date => {
            PropertyKind::Date { earliest: read_earliest(raw.earliest.as_ref(), reporter), past: raw.past }
        }
        RawKind::Instant => PropertyKind::Instant,
        RawKind::Code => {
            let Some(codes) = &raw.codes else {
                reporter.fault(span, &Mistake::CodesMissing);
                return None;
            };
            let Some(list) = lists.get(codes.get_ref()) else {
                reporter.fault(codes.span(), &Mistake::NoCodeList { name: codes.get_ref() });
                return None;
            };
            PropertyKind::Code(list.clone())
        }
        RawKind::List => {
            let fields = raw.fields.as_deref().unwrap_or_default();
            if fields.is_empty() {
                reporter.fault(span, &Mistake::FieldsMissing);
                return None;
            }
            PropertyKind::List(read_fields(fields, lists, reporter))
        }
    })
}

/// The first day a property may have. Neither our files nor PostgreSQL, which casts days in the views, have a year 0.
fn read_earliest(raw: Option<&Spanned<String>>, reporter: &mut Reporter<'_>) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default();
    let Some(raw) = raw else { return first };
    let day = raw.get_ref().parse().ok().filter(|day| *day >= first);
    if day.is_none() {
        reporter.fault(raw.span(), &Mistake::NoDay { text: raw.get_ref() });
    }
    day.unwrap_or(first)
}

fn read_fields(raw: &[Spanned<RawProperty>], lists: &CodeLists, reporter: &mut Reporter<'_>) -> Vec<Property> {
    let mut fields = Vec::with_capacity(raw.len());
    for raw in raw {
        let field = raw.get_ref();
        if field.kind == RawKind::List {
            reporter.fault(field.name.span(), &Mistake::ListInList);
            continue;
        }
        check_name(&field.name, reporter);
        let Some(kind) = read_kind(field, lists, reporter) else { continue };
        fields.push(Property {
            name: field.name.get_ref().clone(),
            title: field.title.clone(),
            description: field.description.clone(),
            kind,
            unit: field.unit.clone(),
            presence: match field.presence {
                RawPresence::Mandatory => Presence::Mandatory,
                _ => Presence::Optional,
            },
            default: None,
            visibility: Visibility::Public,
            queryable: false,
        });
    }
    fields
}
