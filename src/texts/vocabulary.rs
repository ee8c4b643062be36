//! What a domain can say: every sentence of an enum and what it mentions, read off its type.

use std::collections::{BTreeMap, BTreeSet};

use schemars::SchemaGenerator;
use serde_json::Value as Json;

use super::Tell;
use super::told::SAY;

/// The sentences of one enum.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// The file that has them.
    pub file: &'static str,
    /// What each mentions, by its name.
    pub sentences: BTreeMap<String, BTreeSet<String>>,
}

impl Vocabulary {
    /// That of an enum.
    pub fn of<T: Tell>() -> Self {
        let schema = SchemaGenerator::default().into_root_schema_for::<T>();
        let variants = schema.get("oneOf").and_then(Json::as_array).into_iter().flatten();
        let sentences = variants.filter_map(|variant| {
            let members = variant.get("properties")?.as_object()?;
            let name = members.get(SAY)?.get("const")?.as_str()?;
            let mentioned = members.keys().filter(|member| *member != SAY).cloned().collect();
            Some((name.to_owned(), mentioned))
        });
        Self { file: T::FILE, sentences: sentences.collect() }
    }
}
