//! Reads one declaration file. A mistake stops the start, so every mistake of a file is reported at once, each with its
//! line.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::{Code, CodeList, Collection, Derivation, Label, Presence, Property, PropertyKind, Visibility, validate};
use crate::feature::GeometryKind;
use crate::feature::row::MAX_PROPERTIES;

/// One mistake in a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclarationFault {
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    pub reason: String,
}

impl fmt::Display for DeclarationFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

/// Every mistake found; never empty.
#[derive(Debug)]
pub struct DeclarationFaults(pub Vec<DeclarationFault>);

impl fmt::Display for DeclarationFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for DeclarationFaults {}

/// Collects mistakes of one file and turns byte offsets into lines.
struct Reporter<'a> {
    file: &'a str,
    text: &'a str,
    faults: Vec<DeclarationFault>,
}

impl Reporter<'_> {
    fn fault(&mut self, span: Range<usize>, reason: impl Into<String>) {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        self.faults.push(DeclarationFault { file: self.file.to_owned(), line, reason: reason.into() });
    }

    fn syntax(&mut self, error: &toml::de::Error) {
        self.fault(error.span().unwrap_or(0..0), error.message());
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCodeList {
    title: Label,
    codes: Spanned<Vec<RawCode>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCode {
    code: String,
    de: String,
    en: String,
}

/// Reads a code list; `name` is the file's name without its ending.
pub fn read_code_list(file: &str, name: &str, text: &str) -> Result<CodeList, DeclarationFaults> {
    let mut reporter = Reporter { file, text, faults: Vec::new() };
    let raw: RawCodeList = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            reporter.syntax(&error);
            return Err(DeclarationFaults(reporter.faults));
        }
    };
    let span = raw.codes.span();
    let codes: Vec<Code> = raw
        .codes
        .into_inner()
        .into_iter()
        .map(|raw| Code { code: raw.code, label: Label { de: raw.de, en: raw.en } })
        .collect();
    if let Some(odd) = codes.iter().find(|code| !is_snake_case(&code.code)) {
        reporter.fault(span, format!("the code '{}' is not a snake_case name", odd.code));
        return Err(DeclarationFaults(reporter.faults));
    }
    if codes.is_empty() {
        reporter.fault(span, "a code list needs at least one code");
        return Err(DeclarationFaults(reporter.faults));
    }
    CodeList::new(name.to_owned(), raw.title, codes).map_err(|twice| {
        reporter.fault(span, format!("the code '{twice}' stands in the list twice"));
        DeclarationFaults(reporter.faults)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCollection {
    title: Label,
    description: Label,
    geometry: Spanned<Vec<GeometryKind>>,
    #[serde(default = "yes")]
    geometry_required: bool,
    zooms: Spanned<(u8, u8)>,
    reference: Option<Spanned<String>>,
    temporal: Option<Spanned<String>>,
    #[serde(default)]
    reference_layer: bool,
    order: u32,
    properties: Vec<Spanned<RawProperty>>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProperty {
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

/// The code lists of a server by name.
pub type CodeLists = HashMap<String, Arc<CodeList>>;

/// Reads a collection and the place it asks for among the others; `name` is the file's name without its ending.
pub fn read_collection(
    file: &str,
    name: &str,
    text: &str,
    lists: &CodeLists,
) -> Result<(u32, Collection), DeclarationFaults> {
    let mut reporter = Reporter { file, text, faults: Vec::new() };
    let raw: RawCollection = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            reporter.syntax(&error);
            return Err(DeclarationFaults(reporter.faults));
        }
    };
    if !is_snake_case(name) {
        reporter.fault(0..0, format!("the file's name becomes a table and an address: '{name}' is not snake_case"));
    }
    if raw.geometry.get_ref().is_empty() {
        reporter.fault(raw.geometry.span(), "a collection needs at least one kind of geometry");
    }
    let zooms = *raw.zooms.get_ref();
    if zooms.0 > zooms.1 || zooms.1 > 24 {
        reporter.fault(raw.zooms.span(), "zooms are first and last, from 0 to 24");
    }
    if raw.properties.len() > MAX_PROPERTIES {
        let span = raw.properties[MAX_PROPERTIES].span();
        reporter.fault(span, format!("a collection has at most {MAX_PROPERTIES} properties"));
    }
    let properties = read_properties(raw.properties, lists, &mut reporter);
    check_order(&properties, &mut reporter);
    let positions: HashMap<String, usize> =
        properties.iter().enumerate().map(|(k, p)| (p.value.name.clone(), k)).collect();
    let mut position_of = |named: Option<Spanned<String>>| {
        let named = named?;
        let position = positions.get(named.get_ref()).copied();
        if position.is_none() {
            reporter.fault(named.span(), format!("there is no property '{}'", named.get_ref()));
        }
        position
    };
    let (reference, temporal) = (position_of(raw.reference), position_of(raw.temporal));
    if !reporter.faults.is_empty() {
        return Err(DeclarationFaults(reporter.faults));
    }
    let collection = Collection {
        name: name.to_owned(),
        title: raw.title,
        description: raw.description,
        geometry: raw.geometry.into_inner(),
        geometry_required: raw.geometry_required,
        zooms,
        properties: properties.into_iter().map(|p| p.value).collect(),
        reference,
        temporal,
        reference_layer: raw.reference_layer,
        positions,
    };
    Ok((raw.order, collection))
}

struct Placed {
    value: Property,
    span: Range<usize>,
}

fn read_properties(raw: Vec<Spanned<RawProperty>>, lists: &CodeLists, reporter: &mut Reporter<'_>) -> Vec<Placed> {
    let mut read: Vec<Placed> = Vec::with_capacity(raw.len());
    for raw in raw {
        let name = raw.get_ref().name.clone();
        if read.iter().any(|p| p.value.name == *name.get_ref()) {
            reporter.fault(name.span(), format!("the property '{}' is declared twice", name.get_ref()));
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
        reporter.fault(name.span(), format!("'{}' is not a snake_case name", name.get_ref()));
    }
    if RESERVED.contains(&name.get_ref().as_str()) {
        reporter
            .fault(name.span(), format!("'{}' has a meaning of its own and cannot name a property", name.get_ref()));
    }
}

/// Such names go into SQL, JSON and addresses as they are.
fn is_snake_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Public properties come first, so that what the public sees of a feature is one run of bytes.
fn check_order(properties: &[Placed], reporter: &mut Reporter<'_>) {
    for pair in properties.windows(2) {
        if pair[0].value.visibility > pair[1].value.visibility {
            reporter.fault(
                pair[1].span.clone(),
                format!("public properties come before staff ones: move '{}' up", pair[1].value.name),
            );
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
            reporter.fault(span, "an automatic or derived property needs a 'derivation'");
            return None;
        }
        (_, Some(_)) => {
            reporter.fault(span, "only automatic and derived properties have a 'derivation'");
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
            Err(reason) => reporter.fault(span, format!("the default does not fit: {reason}")),
        }
    }
    Some(property)
}

fn read_kind(raw: &RawProperty, lists: &CodeLists, reporter: &mut Reporter<'_>) -> Option<PropertyKind> {
    let span = raw.name.span();
    let (minimum, maximum) = (raw.minimum, raw.maximum);
    if minimum.zip(maximum).is_some_and(|(minimum, maximum)| minimum > maximum) {
        reporter.fault(span.clone(), "the minimum is above the maximum");
    }
    if raw.codes.is_some() && raw.kind != RawKind::Code {
        reporter.fault(span.clone(), "only a property of type 'code' has 'codes'");
    }
    if raw.fields.is_some() && raw.kind != RawKind::List {
        reporter.fault(span.clone(), "only a property of type 'list' has 'fields'");
    }
    Some(match raw.kind {
        RawKind::Text => {
            let digits_only = match &raw.pattern {
                None => false,
                Some(pattern) if pattern.get_ref() == "digits" => true,
                Some(pattern) => {
                    reporter
                        .fault(pattern.span(), format!("unknown pattern '{}'; known is 'digits'", pattern.get_ref()));
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
        RawKind::Date => PropertyKind::Date { past: raw.past },
        RawKind::Instant => PropertyKind::Instant,
        RawKind::Code => {
            let Some(codes) = &raw.codes else {
                reporter.fault(span, "a property of type 'code' needs 'codes'");
                return None;
            };
            let Some(list) = lists.get(codes.get_ref()) else {
                reporter.fault(codes.span(), format!("there is no code list '{}'", codes.get_ref()));
                return None;
            };
            PropertyKind::Code(list.clone())
        }
        RawKind::List => {
            let fields = raw.fields.as_deref().unwrap_or_default();
            if fields.is_empty() {
                reporter.fault(span, "a property of type 'list' needs 'fields'");
                return None;
            }
            PropertyKind::List(read_fields(fields, lists, reporter))
        }
    })
}

fn read_fields(raw: &[Spanned<RawProperty>], lists: &CodeLists, reporter: &mut Reporter<'_>) -> Vec<Property> {
    let mut fields = Vec::with_capacity(raw.len());
    for raw in raw {
        let field = raw.get_ref();
        if field.kind == RawKind::List {
            reporter.fault(field.name.span(), "a list holds flat objects, not lists");
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

#[cfg(test)]
mod tests;
