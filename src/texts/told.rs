//! A sentence and what it mentions, in no language yet.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json, json};

use super::{Label, Language};

/// Something that can be said to people: an enum whose variants are sentences, whose fields are what they mention.
///
/// The variants are written with `#[serde(tag = "say", rename_all = "kebab-case")]`; each has an entry in
/// `data/texts/faults/FILE.toml` under its name. Fields are texts, numbers, lists of texts, a [`Label`](super::Label), or
/// another sentence as a [`Told`] (see [`told`](Told::nested)).
pub trait Tell: Serialize + JsonSchema {
    /// The file of its sentences, without folder and ending.
    const FILE: &'static str;
}

/// The member that names the sentence.
pub(super) const SAY: &str = "say";

/// The member that is the sentence already.
pub(super) const READY: &str = "ready";
/// In the last entry of a list: how many more there are.
pub(super) const MORE: &str = "more";

/// Bytes of a text that a sentence mentions, and entries of a list: input is repeated, and may be of any length.
const MOST_BYTES: usize = 500;
const MOST_ENTRIES: usize = 100;

/// A sentence of [`Texts`](super::Texts) and what it mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told(Box<Map<String, Json>>);

impl Told {
    /// What an enum says. What is too long is cut.
    pub fn of<T: Tell>(it: &T) -> Self {
        let mut params = match serde_json::to_value(it) {
            Ok(Json::Object(params)) => params,
            // Neither happens: the check at start looks at the form of every enum.
            Ok(other) => Map::from_iter([(SAY.to_owned(), other)]),
            Err(_) => Map::new(),
        };
        params.values_mut().for_each(cut);
        let name = params.get(SAY).and_then(Json::as_str).unwrap_or_default();
        let key = [T::FILE, ".", name].concat();
        params.insert(SAY.to_owned(), Json::String(key));
        Self(Box::new(params))
    }

    /// Writes a field that is a sentence of another enum, for `#[serde(serialize_with = "Told::nested")]` together with
    /// `#[schemars(with = "Told")]`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn nested<T: Tell, S: Serializer>(it: &T, serializer: S) -> Result<S::Ok, S::Error> {
        Self::of(it).serialize(serializer)
    }

    /// A text that is the same in every language: a name, a number or a piece of the input. What is too long is cut.
    pub fn verbatim(text: impl Into<String>) -> Self {
        let mut text = Json::String(text.into());
        cut(&mut text);
        Self(Box::new(Map::from_iter([(SAY.to_owned(), Json::String(String::new())), (READY.to_owned(), text)])))
    }

    /// The name of the sentence: its file, a point, its entry.
    pub fn sentence(&self) -> &str {
        self.0.get(SAY).and_then(Json::as_str).unwrap_or_default()
    }

    /// The sentence in a language, where it needs no text.
    pub(super) fn ready(&self, language: Language) -> Option<&str> {
        let ready = self.0.get(READY)?;
        ready.as_str().or_else(|| ready.get(language.tag())?.as_str())
    }

    /// The same with lists of so many bytes at most, each of which says how many entries it lacks.
    pub(super) fn shortened(&self, most: usize) -> Self {
        let mut short = self.clone();
        short.0.values_mut().for_each(|value| shorten(value, most));
        short
    }

    /// What the sentence mentions, by name.
    pub fn params(&self) -> &Map<String, Json> {
        &self.0
    }
}

fn cut(value: &mut Json) {
    match value {
        Json::String(text) if text.len() > MOST_BYTES => {
            text.truncate(text.floor_char_boundary(MOST_BYTES));
            text.push('…');
            text.shrink_to_fit();
        }
        Json::Array(entries) => {
            keep(entries, MOST_ENTRIES);
            entries.iter_mut().for_each(cut);
        }
        _ => {}
    }
}

/// Shortens lists, also those in sentences that are mentioned.
fn shorten(value: &mut Json, most: usize) {
    match value {
        Json::Array(entries) => {
            let ends = entries.iter().scan(0, |end, entry| {
                *end += entry.as_str().map_or_else(|| entry.to_string().len(), str::len) + ", ".len();
                Some(*end)
            });
            let fit = ends.take_while(|end| *end <= most).count();
            keep(entries, fit.max(1));
            entries.iter_mut().for_each(|entry| shorten(entry, most));
        }
        Json::Object(members) => members.values_mut().for_each(|member| shorten(member, most)),
        _ => {}
    }
}

/// Keeps the first entries of a list, and how many more there are as the last one.
fn keep(entries: &mut Vec<Json>, most: usize) {
    let uncounted = entries.last().and_then(|last| last.get(MORE)).and_then(Json::as_u64);
    let here = entries.len() - usize::from(uncounted.is_some());
    if here > most {
        let more = (here - most) as u64 + uncounted.unwrap_or_default();
        entries.truncate(most);
        entries.push(serde_json::json!({ MORE: more }));
    }
}

impl<T: Tell> From<&T> for Told {
    fn from(it: &T) -> Self {
        Self::of(it)
    }
}

/// Words that a rule brings in both languages.
impl From<Label> for Told {
    fn from(label: Label) -> Self {
        let ready = json!({ "de": label.de, "en": label.en });
        Self(Box::new(Map::from_iter([(SAY.to_owned(), Json::String(String::new())), (READY.to_owned(), ready)])))
    }
}

/// For logs: the name of the sentence and what it mentions.
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(ready) = self.ready(Language::En) {
            return f.write_str(ready);
        }
        f.write_str(self.sentence())?;
        for (name, value) in self.0.iter().filter(|(name, _)| *name != SAY) {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl JsonSchema for Told {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Told".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Schema::default()
    }
}
