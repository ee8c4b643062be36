//! What somebody has chosen for a file.

use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::refusal::Wrong;
use crate::accounts::body::Body;
use crate::collection::Collection;
use crate::exchange::mapping::Mapping;
use crate::exchange::reader::encoding::Encoding;
use crate::feature::crs::{Crs, CrsError};
use crate::texts::{Fault, Faults, Language, Told};

/// Characters of the name of a supplier.
const SUPPLIER: usize = 80;

/// How a file is to be understood.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub layer: Option<String>,
    pub encoding: Option<String>,
    pub crs: Option<String>,
    /// As a mapping file has it; null: columns called like the properties.
    pub mapping: Option<Json>,
    /// Rows that lie on an object without an id are further objects.
    pub accept_duplicates: bool,
    /// In which the report speaks.
    pub language: Language,
}

/// What settings mean, once they are known to be right.
#[derive(Debug)]
pub struct Understood {
    pub encoding: Option<Encoding>,
    pub crs: Option<Crs>,
    pub mapping: Mapping,
}

impl Settings {
    /// Reads them from a body; what is wrong is noted there.
    pub fn take(body: &mut Body) -> Self {
        Self {
            layer: body.text_or_null("layer"),
            encoding: body.text_or_null("encoding"),
            crs: body.text_or_null("crs"),
            mapping: body.json("mapping"),
            accept_duplicates: body.flag("accept_duplicates"),
            language: Language::default(),
        }
    }

    /// What they mean.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn understood(&self, collection: &Arc<Collection>) -> Result<Understood, Faults> {
        let mut faults = Faults::default();
        let encoding = self.encoding.as_ref().and_then(|name| {
            let found = Encoding::named(name);
            if found.is_none() {
                faults.push(Fault::new("/encoding", "unknown", &Wrong::NoEncoding { name: name.clone() }));
            }
            found
        });
        let crs = self.crs.as_deref().map(Crs::from_str).transpose();
        let crs = crs.unwrap_or_else(|error: CrsError| {
            faults.push(Fault::new("/crs", "unknown", Told::from(&error)));
            None
        });
        let mapping = mapping_of(self.mapping.as_ref(), collection).unwrap_or_else(|reasons| {
            reasons.into_iter().for_each(|reason| faults.push(Fault::new("/mapping", "invalid", reason)));
            Mapping::identity(collection)
        });
        if mapping.supplier.chars().count() > SUPPLIER || mapping.supplier.chars().any(char::is_control) {
            faults.push(Fault::new("/mapping/supplier", "length", &Wrong::SupplierLength { most: SUPPLIER }));
        }
        if faults.is_empty() { Ok(Understood { encoding, crs, mapping }) } else { Err(faults) }
    }

    /// Does the file have to be read anew where it was read by `other`?
    pub fn reads_otherwise(&self, other: &Self) -> bool {
        self.layer != other.layer || self.encoding != other.encoding
    }
}

/// The mapping that a definition is: by its supplier, whose rows are recognised again.
fn mapping_of(definition: Option<&Json>, collection: &Arc<Collection>) -> Result<Mapping, Vec<Told>> {
    let Some(definition) = definition else { return Ok(Mapping::identity(collection)) };
    let mut definition = definition.clone();
    if let Some(members) = definition.as_object_mut() {
        members.insert("collection".to_owned(), json!(collection.name));
    }
    let supplier = definition["supplier"].as_str().map(str::trim).filter(|name| !name.is_empty());
    let name = supplier.unwrap_or("desk").to_owned();
    if supplier.is_none()
        && let Some(members) = definition.as_object_mut()
    {
        members.remove("supplier");
    }
    Mapping::from_json(&name, &definition, collection)
}
