//! The `sortby` parameter (OGC API Features Part 8, draft).

use std::cmp::Ordering;

use super::fold::compare_words;
use super::scope::{Named, Scope};
use super::{FilterError, Matter, time::shown};
use crate::collection::{Collection, PropertyKind, Visibility};
use crate::feature::{FeatureId, Row, Value};

/// More keys than this make no better order.
const MAX_KEYS: usize = 8;

/// A total order of features: by its keys, then by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    keys: Vec<Key>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    /// `None` is the id.
    property: Option<usize>,
    descending: bool,
}

impl Sort {
    /// Reads `+name,-flow_rate`. A name without a sign is ascending, and so is one after a space, which is what
    /// becomes of a plus sign that nobody encoded.
    pub fn parse(text: &str, collection: &Collection, visible: Visibility) -> Result<Self, FilterError> {
        let scope = Scope::new(collection, visible);
        let mut keys: Vec<Key> = Vec::new();
        for part in text.split(',') {
            if keys.len() == MAX_KEYS {
                return Err(FilterError::sort(&Matter::AtMostProperties { most: MAX_KEYS }));
            }
            let key = read_key(part, scope)?;
            if keys.iter().any(|known| known.property == key.property) {
                return Err(FilterError::sort(&Matter::NamedTwice { name: shown(part.trim()) }));
            }
            keys.push(key);
        }
        Ok(Self { keys })
    }

    /// Compares two features. What is not recorded comes last, ascending or descending; codes are in the order of their
    /// list, texts in that of a German dictionary.
    pub fn compare(&self, a: (FeatureId, Row<'_>), b: (FeatureId, Row<'_>)) -> Ordering {
        for key in &self.keys {
            let ordering = match key.property {
                None => a.0.cmp(&b.0),
                Some(k) => {
                    let (a, b) = (a.1.get(k), b.1.get(k));
                    match (a.is_null(), b.is_null()) {
                        (true, true) => Ordering::Equal,
                        (true, false) => return Ordering::Greater,
                        (false, true) => return Ordering::Less,
                        (false, false) => compare_values(a, b),
                    }
                }
            };
            let ordering = if key.descending { ordering.reverse() } else { ordering };
            if ordering.is_ne() {
                return ordering;
            }
        }
        a.0.cmp(&b.0)
    }
}

fn read_key(part: &str, scope: Scope<'_>) -> Result<Key, FilterError> {
    let part = part.trim();
    let (name, descending) = match part.strip_prefix('-') {
        Some(name) => (name, true),
        None => (part.strip_prefix('+').unwrap_or(part), false),
    };
    if name.is_empty() {
        return Err(FilterError::sort(&Matter::PropertyMissing));
    }
    let property = match scope.find(name)? {
        Named::Id => None,
        Named::Property(k, property) if !matches!(property.kind, PropertyKind::List(_)) => Some(k),
        Named::Property(..) | Named::Geometry => {
            return Err(FilterError::sort(&Matter::NoOrder { name }));
        }
    };
    Ok(Key { property, descending })
}

/// Both recorded and of one type, since they are values of one property.
fn compare_values(a: Value<'_>, b: Value<'_>) -> Ordering {
    match (a, b) {
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(&b),
        (Value::Integer(a), Value::Integer(b)) => a.cmp(&b),
        (Value::Number(a), Value::Number(b)) => a.total_cmp(&b),
        (Value::Code(a), Value::Code(b)) => a.cmp(&b),
        (Value::Date(a), Value::Date(b)) => a.cmp(&b),
        (Value::Instant(a), Value::Instant(b)) => a.cmp(&b),
        (Value::Text(a), Value::Text(b)) => compare_words(a, b),
        _ => Ordering::Equal,
    }
}
