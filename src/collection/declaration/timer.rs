//! The timers of a collection.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::Reporter;
use super::property::Placed;
use crate::collection::timer::{Moment, Timer};
use crate::collection::{Presence, Property, PropertyKind, validate};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTimer {
    at: Spanned<String>,
    #[serde(default)]
    set: BTreeMap<String, Spanned<toml::Value>>,
    #[serde(default)]
    clear: Vec<Spanned<String>>,
    reason: String,
}

/// Reads the timers of a collection with these properties.
pub fn read_timers(raw: Vec<RawTimer>, properties: &[Placed], reporter: &mut Reporter<'_>) -> Vec<Timer> {
    let mut timers: Vec<Timer> = Vec::with_capacity(raw.len());
    for raw in raw {
        let span = raw.at.span();
        let Some(timer) = read_timer(raw, properties, reporter) else { continue };
        if timers.iter().any(|other| other.at == timer.at) {
            reporter.fault(span, "a moment has one timer");
        }
        timers.push(timer);
    }
    timers
}

fn read_timer(raw: RawTimer, properties: &[Placed], reporter: &mut Reporter<'_>) -> Option<Timer> {
    let mut find = |name: &str, span: std::ops::Range<usize>, fits: fn(&Property) -> bool, wanted: &str| {
        let position = properties.iter().position(|placed| placed.value.name == name);
        match position.filter(|k| fits(&properties[*k].value)) {
            Some(k) => return Some(k),
            None if position.is_none() => reporter.fault(span, format!("there is no property '{name}'")),
            None => reporter.fault(span, format!("'{name}' is not {wanted}")),
        }
        None
    };
    let at = find(raw.at.get_ref(), raw.at.span(), names_a_moment, "an optional date or instant that may lie ahead");
    let clear: Vec<Option<usize>> =
        raw.clear.iter().map(|name| find(name.get_ref(), name.span(), is_optional, "optional")).collect();
    let set: Vec<_> = raw
        .set
        .into_iter()
        .map(|(name, value)| (find(&name, value.span(), is_state, "a code or boolean that is given"), value))
        .collect();
    let mut checked = Vec::with_capacity(set.len());
    for (position, value) in set {
        let Some(k) = position else { continue };
        let span = value.span();
        let value = serde_json::to_value(value.into_inner()).unwrap_or_default();
        match validate::check_value(&properties[k].value, &value) {
            Ok(()) => checked.push((k, value)),
            Err(reason) => reporter.fault(span, format!("the value does not fit: {reason}")),
        }
    }
    let at = at?;
    let moment = Moment::of(&properties[at].value.kind)?;
    Some(Timer { at, moment, set: checked, clear: clear.into_iter().collect::<Option<_>>()?, reason: raw.reason })
}

fn is_optional(property: &Property) -> bool {
    property.presence == Presence::Optional
}

fn names_a_moment(property: &Property) -> bool {
    is_optional(property) && Moment::of(&property.kind).is_some()
}

/// Nothing else is derived from codes and booleans, so what the clock changes needs no further look.
fn is_state(property: &Property) -> bool {
    property.is_writable() && matches!(property.kind, PropertyKind::Code(_) | PropertyKind::Boolean)
}
