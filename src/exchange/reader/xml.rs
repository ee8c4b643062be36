//! What the XML formats have in common.

use std::fmt::Display;

use quick_xml::events::{BytesRef, BytesStart};

use super::ReadError;

/// The value of an attribute, whatever its prefix.
pub fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    own_attributes(tag).into_iter().find(|(own, _)| own == name).map(|(_, value)| value)
}

/// All attributes, without their prefixes.
pub fn own_attributes(tag: &BytesStart<'_>) -> Vec<(String, String)> {
    tag.attributes()
        .with_checks(false)
        .flatten()
        .map(|attribute| {
            let name = attribute.key.local_name().as_ref().to_owned();
            let raw = attribute.value.as_ref();
            let value = quick_xml::escape::unescape(raw).map_or_else(|_| raw.to_owned(), |text| text.into_owned());
            (name, value)
        })
        .collect()
}

/// The text a reference such as `&amp;` or `&#228;` stands for; itself where nobody knows.
pub fn reference(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    let name = reference.xml10_content();
    quick_xml::escape::resolve_predefined_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned)
}

/// What to say of XML that is none.
pub fn faulty(format: &str, error: &impl Display) -> ReadError {
    ReadError::refused(
        format!("Die Datei lässt sich nicht als {format} lesen: {error}"),
        format!("the file cannot be read as {format}: {error}"),
    )
}

/// What to say of XML that ends inside of an element.
pub fn cut_off() -> ReadError {
    ReadError::refused(
        "Die Datei bricht ab: Sie wurde nicht vollständig übertragen",
        "the file ends in the middle: it was not sent completely",
    )
}
