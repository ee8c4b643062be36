//! Reads one declaration file. A mistake stops the start, so every mistake of a file is reported at once, each with its
//! line; [`mistake`] lists them. [`property`] reads what a collection's features hold, [`group`] how people see that in parts,
//! [`timer`] what the clock changes of it, [`approval`] which edits take a second person, [`files`] which photos and documents
//! they may have.

mod approval;
mod files;
mod group;
mod mistake;
mod property;
mod timer;

pub use mistake::Mistake;

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::encode::Nulls;
use super::{
    Code, CodeList, CodeRange, Collection, DeclarationFaults, Files, Label, Need, Property, REGISTER, Visibility,
};
use crate::feature::GeometryKind;
use crate::feature::row::MAX_PROPERTIES;
use crate::texts::Reporter;
use approval::{RawApproval, read_approval};
use files::{RawFiles, read_files};
use group::{RawGroup, read_groups};
use property::{RawProperty, check_order, is_snake_case, read_properties};
use timer::{RawTimer, read_timers};

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
    at_least: Option<i64>,
    below: Option<i64>,
    #[serde(default)]
    needs: Vec<Need>,
}

/// Reads a code list; `name` is the file's name without its ending.
pub fn read_code_list(file: &str, name: &str, text: &str) -> Result<CodeList, DeclarationFaults> {
    let mut reporter = Reporter::new(file, text);
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
        .map(|raw| {
            let range = CodeRange { at_least: raw.at_least, below: raw.below };
            Code { code: raw.code, label: Label { de: raw.de, en: raw.en }, range, needs: raw.needs }
        })
        .collect();
    if let Some(odd) = codes.iter().find(|code| !is_snake_case(&code.code)) {
        reporter.fault(span, &Mistake::NotSnakeCase { name: &odd.code });
        return Err(DeclarationFaults(reporter.faults));
    }
    if let Some(empty) = codes.iter().find(|code| code.range.is_empty()) {
        reporter.fault(span, &Mistake::ClassEmpty { code: &empty.code });
        return Err(DeclarationFaults(reporter.faults));
    }
    if let Some(both) = codes.iter().find(|code| code.needs.len() > 1 && code.needs.contains(&Need::None)) {
        reporter.fault(span, &Mistake::NeedsNothingToo { code: &both.code });
        return Err(DeclarationFaults(reporter.faults));
    }
    if codes.is_empty() {
        reporter.fault(span, &Mistake::NoCodes);
        return Err(DeclarationFaults(reporter.faults));
    }
    CodeList::new(name.to_owned(), raw.title, codes).map_err(|twice| {
        reporter.fault(span, &Mistake::CodeTwice { code: &twice });
        DeclarationFaults(reporter.faults)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCollection {
    title: Label,
    description: Label,
    #[serde(default)]
    visibility: Visibility,
    owner: Option<Spanned<String>>,
    geometry: Spanned<Vec<GeometryKind>>,
    #[serde(default = "yes")]
    geometry_required: bool,
    zooms: Spanned<(u8, u8)>,
    reference: Option<Spanned<String>>,
    temporal: Option<Spanned<String>>,
    #[serde(default)]
    reference_layer: bool,
    metadata_url: Option<Spanned<String>>,
    order: u32,
    properties: Vec<Spanned<RawProperty>>,
    #[serde(default)]
    groups: Vec<RawGroup>,
    #[serde(default)]
    timers: Vec<RawTimer>,
    approval: Option<Spanned<RawApproval>>,
    photos: Option<RawFiles>,
    documents: Option<RawFiles>,
}

/// What most switches are when nothing is said.
fn yes() -> bool {
    true
}

/// The finest zoom that any map program asks for.
const LAST_ZOOM: u8 = 24;

/// It goes into links as it is.
fn is_web_address(text: &str) -> bool {
    let host = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    host.is_some_and(|host| !host.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()))
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
    let mut reporter = Reporter::new(file, text);
    let raw: RawCollection = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            reporter.syntax(&error);
            return Err(DeclarationFaults(reporter.faults));
        }
    };
    if !is_snake_case(name) {
        reporter.fault(0..0, &Mistake::FileName { name });
    }
    if raw.geometry.get_ref().is_empty() {
        reporter.fault(raw.geometry.span(), &Mistake::NoGeometry);
    }
    let zooms = *raw.zooms.get_ref();
    if zooms.0 > zooms.1 || zooms.1 > LAST_ZOOM {
        reporter.fault(raw.zooms.span(), &Mistake::Zooms { last: LAST_ZOOM });
    }
    if raw.properties.len() > MAX_PROPERTIES {
        let span = raw.properties[MAX_PROPERTIES].span();
        reporter.fault(span, &Mistake::TooManyProperties { most: MAX_PROPERTIES });
    }
    if let Some(url) = raw.metadata_url.as_ref().filter(|url| !is_web_address(url.get_ref())) {
        reporter.fault(url.span(), &Mistake::MetadataAddress);
    }
    if let Some(owner) = raw.owner.as_ref().filter(|owner| !is_snake_case(owner.get_ref())) {
        reporter.fault(owner.span(), &Mistake::NoOwner { name: owner.get_ref() });
    }
    let properties = read_properties(raw.properties, lists, &mut reporter);
    check_order(&properties, &mut reporter);
    let timers = read_timers(raw.timers, &properties, &mut reporter);
    let approval = read_approval(raw.approval, &properties, &mut reporter);
    let photos = read_files(raw.photos, lists, &mut reporter);
    let files = Files { photos, documents: read_files(raw.documents, lists, &mut reporter) };
    let positions: HashMap<String, usize> =
        properties.iter().enumerate().map(|(k, p)| (p.value.name.clone(), k)).collect();
    let groups = read_groups(raw.groups, &positions, &mut reporter);
    let mut position_of = |named: Option<Spanned<String>>| {
        let named = named?;
        let position = positions.get(named.get_ref()).copied();
        if position.is_none() {
            reporter.fault(named.span(), &Mistake::NoProperty { name: named.get_ref() });
        }
        position
    };
    let (reference, temporal) = (position_of(raw.reference), position_of(raw.temporal));
    if !reporter.faults.is_empty() {
        return Err(DeclarationFaults(reporter.faults));
    }
    let properties: Vec<Property> = properties.into_iter().map(|p| p.value).collect();
    let collection = Collection {
        nulls: Nulls::of(&properties),
        name: name.to_owned(),
        // The catalogue knows it, once it has all of them.
        place: 0,
        whole: None,
        title: raw.title,
        description: raw.description,
        visibility: raw.visibility,
        owner: raw.owner.map_or_else(|| REGISTER.to_owned(), Spanned::into_inner),
        geometry: raw.geometry.into_inner(),
        geometry_required: raw.geometry_required,
        zooms,
        properties,
        reference,
        temporal,
        groups,
        timers,
        approval,
        files,
        reference_layer: raw.reference_layer,
        metadata_url: raw.metadata_url.map(Spanned::into_inner),
        positions,
    };
    Ok((raw.order, collection))
}

#[cfg(test)]
mod tests;
