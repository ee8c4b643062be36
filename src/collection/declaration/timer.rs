//! The timers of a collection.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::Mistake;
use super::property::Placed;
use crate::collection::timer::{Moment, Timer};
use crate::collection::{Presence, Property, PropertyKind, validate};
use crate::texts::Reporter;

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
            reporter.fault(span, &Mistake::MomentTwice);
        }
        timers.push(timer);
    }
    timers
}

fn read_timer(raw: RawTimer, properties: &[Placed], reporter: &mut Reporter<'_>) -> Option<Timer> {
    let mut find = |name: &str, span: Range<usize>, fits: fn(&Property) -> bool, unfit: Mistake<'_>| {
        let position = properties.iter().position(|placed| placed.value.name == name);
        match position.filter(|k| fits(&properties[*k].value)) {
            Some(k) => return Some(k),
            None if position.is_none() => reporter.fault(span, &Mistake::NoProperty { name }),
            None => reporter.fault(span, &unfit),
        }
        None
    };
    let name = raw.at.get_ref();
    let at = find(name, raw.at.span(), names_a_moment, Mistake::NoMoment { name });
    let mut optional = |name: &Spanned<String>| {
        find(name.get_ref(), name.span(), is_optional, Mistake::NotOptional { name: name.get_ref() })
    };
    let clear: Vec<Option<usize>> = raw.clear.iter().map(&mut optional).collect();
    let mut state = |(name, value): (String, Spanned<toml::Value>)| {
        (find(&name, value.span(), is_state, Mistake::NoState { name: &name }), value)
    };
    let set: Vec<_> = raw.set.into_iter().map(&mut state).collect();
    let mut checked = Vec::with_capacity(set.len());
    for (position, value) in set {
        let Some(k) = position else { continue };
        let span = value.span();
        let value = serde_json::to_value(value.into_inner()).unwrap_or_default();
        match validate::check_value(&properties[k].value, &value) {
            Ok(()) => checked.push((k, value)),
            Err(reasons) => reporter.fault(span, &Mistake::ValueUnfit { reasons }),
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

/// A state that can be set by itself: nothing else is derived from codes and booleans, so what the clock changes needs no
/// further look.
pub(super) fn is_state(property: &Property) -> bool {
    property.is_writable() && matches!(property.kind, PropertyKind::Code(_) | PropertyKind::Boolean)
}
