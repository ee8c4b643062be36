//! Which edits of a collection take a second person.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::Mistake;
use super::property::Placed;
use super::timer::is_state;
use crate::collection::approval::Approval;
use crate::collection::{Property, PropertyKind, validate};
use crate::feature::Value;
use crate::texts::Reporter;

/// The most metres that a move may be declared with: farther than any district reaches.
const MOST_METRES: f64 = 100_000.0;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawApproval {
    #[serde(default)]
    delete: bool,
    move_over: Option<Spanned<f64>>,
    #[serde(default)]
    set: BTreeMap<String, Spanned<Vec<Spanned<toml::Value>>>>,
}

/// Reads what a collection with these properties says of approvals.
pub fn read_approval(
    raw: Option<Spanned<RawApproval>>,
    properties: &[Placed],
    reporter: &mut Reporter<'_>,
) -> Approval {
    let Some(raw) = raw else { return Approval::default() };
    let span = raw.span();
    let RawApproval { delete, move_over, set } = raw.into_inner();
    if !delete && move_over.is_none() && set.is_empty() {
        reporter.fault(span, &Mistake::ApprovalOfNothing);
    }
    if let Some(metres) = move_over.as_ref().filter(|metres| !(0.0..=MOST_METRES).contains(metres.get_ref())) {
        let mistake = Mistake::Between { name: "move_over", least: 0.0, most: MOST_METRES, metres: true };
        reporter.fault(metres.span(), &mistake);
    }
    let mut read = Vec::with_capacity(set.len());
    for (name, values) in set {
        let position = properties.iter().position(|placed| placed.value.name == name);
        match position.filter(|k| is_state(&properties[*k].value)) {
            Some(k) if values.get_ref().is_empty() => {
                reporter.fault(values.span(), &Mistake::NoValues { name: &properties[k].value.name });
            }
            Some(k) => {
                let values = values.into_inner().into_iter();
                let values = values.filter_map(|value| read_value(&properties[k].value, value, reporter));
                read.push((k, values.collect()));
            }
            None if position.is_none() => reporter.fault(values.span(), &Mistake::NoProperty { name: &name }),
            None => reporter.fault(values.span(), &Mistake::NoState { name: &name }),
        }
    }
    Approval { delete, move_over: move_over.map(Spanned::into_inner), set: read }
}

fn read_value(property: &Property, value: Spanned<toml::Value>, reporter: &mut Reporter<'_>) -> Option<Value<'static>> {
    let span = value.span();
    let value = serde_json::to_value(value.into_inner()).unwrap_or_default();
    if let Err(reasons) = validate::check_value(property, &value) {
        reporter.fault(span, &Mistake::ValueUnfit { reasons });
        return None;
    }
    match &property.kind {
        PropertyKind::Code(list) => list.position(value.as_str()?).map(Value::Code),
        _ => value.as_bool().map(Value::Boolean),
    }
}
