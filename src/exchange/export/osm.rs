//! GeoJSON with the tags of OpenStreetMap, for comparing with OSM or editing there: the mapping `osm` read backwards.

use std::io::Write;

use serde_json::{Map, Value as Json};

use super::{ExportError, Selection, Written};
use crate::collection::Visibility;
use crate::exchange::mapping::wording_system;
use crate::exchange::mapping::words::Habit;
use crate::exchange::mapping::{Mapping, Rule};
use crate::index::Stored;

pub fn write(selection: &Selection, mapping: &Mapping, out: &mut dyn Write) -> Result<Written, ExportError> {
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
    let (mut written, mut geometry_json) = (Written::default(), Vec::new());
    selection.each(|stored, geometry| {
        let tags = tags(selection, mapping, stored);
        // What lacks the tags by which an import knows its objects says nothing to anybody.
        if geometry.is_none() || !mapping.only.iter().all(|condition| condition.holds(&tags)) {
            written.absent += 1;
            return Ok(());
        }
        out.write_all(if written.features > 0 { b",\n" } else { b"\n" })?;
        written.features += 1;
        let id = tags.get("@id").cloned().unwrap_or_else(|| stored.id.to_string().into());
        write!(out, "{{\"type\":\"Feature\",\"id\":{id},\"geometry\":")?;
        geometry_json.clear();
        stored.write_geometry_json(&mut geometry_json);
        out.write_all(&geometry_json)?;
        write!(out, ",\"properties\":{}}}", Json::Object(tags))?;
        Ok(())
    })?;
    out.write_all(b"\n]}\n")?;
    Ok(written)
}

fn tags(selection: &Selection, mapping: &Mapping, stored: &Stored) -> Map<String, Json> {
    let parse = |visibility| -> Map<String, Json> {
        let members = stored.members_json(visibility);
        serde_json::from_slice(&[b"{", members, b"}"].concat()).unwrap_or_default()
    };
    let properties = parse(selection.visibility);
    // What OSM itself has said of an object is no secret, though our list of external ids is.
    let kept = parse(Visibility::Staff);
    let external = kept.get("external_ids").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let entry = |system: &str| external.iter().find(|id| id["system"] == system).and_then(|id| id["value"].as_str());
    let mut tags = Map::new();
    if let Some(id) = mapping.key.as_ref().and_then(|key| entry(&key.system)) {
        tags.insert("@id".to_owned(), id.into());
    }
    for condition in &mapping.only {
        if let [only] = condition.values.as_slice() {
            tags.insert(condition.column.clone(), only.as_str().into());
        }
    }
    for rule in &mapping.rules {
        let Some(column) = rule.columns.first() else { continue };
        let name = selection.collection().properties[rule.property].name.as_str();
        let value = properties.get(name);
        let spoken = rule.columns.iter().find_map(|column| {
            let wording = entry(&wording_system(&mapping.name, column))?;
            still_holds(selection, rule, wording, value).then(|| (column, wording.to_owned()))
        });
        let plain = || Some((column, rule.word(&selection.collection().properties[rule.property], value?)?));
        if let Some((column, word)) = spoken.or_else(plain) {
            tags.insert(column.clone(), word.into());
        }
    }
    tags
}

/// A kept wording is used as long as the property still says what the wording said.
fn still_holds(selection: &Selection, rule: &Rule, wording: &str, value: Option<&Json>) -> bool {
    let property = &selection.collection().properties[rule.property];
    if selection.collection().reference == Some(rule.property) && value.is_none() {
        return true;
    }
    let habit = Habit { unit: rule.unit.as_deref(), month_first: rule.month_first };
    let meant = rule.value(property, &wording.into(), habit).ok().and_then(|understood| understood.value);
    let meant = meant.or_else(|| rule.otherwise.clone().filter(|text| !text.is_empty()).map(Json::String));
    meant.as_ref() == value
}
