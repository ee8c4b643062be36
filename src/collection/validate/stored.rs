//! What the database holds, streamed into a row without building a tree: a million features are loaded at start.

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;
use std::fmt;

use super::value::canonical_list;
use crate::collection::{Collection, Property, PropertyKind};
use crate::feature::{RowBuilder, Value};

/// Streams a stored JSON object into a row. Returns how many members did not fit the declaration.
pub fn read_stored(collection: &Collection, json: &[u8], row: &mut RowBuilder) -> Result<usize, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    StoredObject { collection, row }.deserialize(&mut deserializer)
}

struct StoredObject<'a> {
    collection: &'a Collection,
    row: &'a mut RowBuilder,
}

impl<'de> DeserializeSeed<'de> for StoredObject<'_> {
    type Value = usize;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for StoredObject<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of properties")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<usize, A::Error> {
        let mut misfits = 0;
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            let Some(k) = self.collection.position(&name) else {
                map.next_value::<IgnoredAny>()?;
                misfits += 1;
                continue;
            };
            let property = &self.collection.properties[k];
            let fits = map.next_value_seed(StoredValue { property, k, row: self.row })?;
            misfits += usize::from(!fits);
        }
        Ok(misfits)
    }
}

struct StoredValue<'a> {
    property: &'a Property,
    k: usize,
    row: &'a mut RowBuilder,
}

impl<'de> DeserializeSeed<'de> for StoredValue<'_> {
    type Value = bool;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for StoredValue<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<bool, E> {
        let fits = matches!(self.property.kind, PropertyKind::Boolean);
        if fits {
            self.row.set(self.k, Value::Boolean(value));
        }
        Ok(fits)
    }

    fn visit_i64<E>(self, value: i64) -> Result<bool, E> {
        match self.property.kind {
            PropertyKind::Integer { .. } => self.row.set(self.k, Value::Integer(value)),
            PropertyKind::Number { .. } => self.row.set(self.k, Value::Number(value as f64)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<bool, E> {
        self.visit_i64(value.cast_signed())
    }

    fn visit_f64<E>(self, value: f64) -> Result<bool, E> {
        let fits = matches!(self.property.kind, PropertyKind::Number { .. });
        if fits {
            self.row.set(self.k, Value::Number(value));
        }
        Ok(fits)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_str<E>(self, text: &str) -> Result<bool, E> {
        let value = match &self.property.kind {
            PropertyKind::Text { .. } => Some(Value::Text(text)),
            PropertyKind::Code(list) => list.position(text).map(Value::Code),
            PropertyKind::Date { .. } => text.parse().ok().map(Value::Date),
            PropertyKind::Instant => {
                DateTime::parse_from_rfc3339(text).ok().map(|instant| Value::Instant(instant.with_timezone(&Utc)))
            }
            _ => None,
        };
        if let Some(value) = value {
            self.row.set(self.k, value);
        }
        Ok(value.is_some())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Json>()? {
            items.push(item);
        }
        let PropertyKind::List(fields) = &self.property.kind else { return Ok(false) };
        // A stored list keeps no order of fields (jsonb does not): bring it into the declared one.
        match canonical_list(fields, &Json::Array(items), NaiveDate::MAX) {
            Ok(Some(list)) => self.row.set(self.k, Value::List(&list)),
            Ok(None) => {}
            Err(_) => return Ok(false),
        }
        Ok(true)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(false)
    }
}
