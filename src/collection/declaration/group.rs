//! The groups of a collection's properties.

use std::collections::HashMap;

use serde::Deserialize;
use toml::Spanned;

use super::Mistake;
use crate::collection::{Group, Label};
use crate::texts::Reporter;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawGroup {
    title: Label,
    properties: Vec<Spanned<String>>,
}

/// Reads the groups of a collection whose properties stand at these positions. A property is in one group at most.
pub fn read_groups(raw: Vec<RawGroup>, positions: &HashMap<String, usize>, reporter: &mut Reporter<'_>) -> Vec<Group> {
    let mut grouped = vec![false; positions.len()];
    let mut position_of = |named: Spanned<String>| {
        let name = named.get_ref();
        let Some(position) = positions.get(name).copied() else {
            reporter.fault(named.span(), &Mistake::NoProperty { name });
            return None;
        };
        if std::mem::replace(&mut grouped[position], true) {
            reporter.fault(named.span(), &Mistake::GroupedTwice { name });
        }
        Some(position)
    };
    let group = |raw: RawGroup| Group {
        title: raw.title,
        properties: raw.properties.into_iter().filter_map(&mut position_of).collect(),
    };
    raw.into_iter().map(group).collect()
}
