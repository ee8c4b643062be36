//! What a changeset, an undo and a restoration are asked with: JSON objects read member by member, every fault named.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::editing::{Changeset, Edit, Operation, Precondition};
use crate::feature::crs::Crs;
use crate::http::body::check_reason;
use crate::texts::{Fault, Faults, Tell, Told};

/// Edits of one changeset: more belong into an import.
const MAX_EDITS: usize = 1_000;

/// Reads `{"reason": …, "crs": …, "edits": […]}`, as far as it can be read. Where there are no edits, or their CRS is not
/// known, nothing can be said but that.
pub fn read_changeset(input: Json) -> Result<Changeset, Faults> {
    let mut faults = Faults::default();
    let mut object = Object::new(input, String::new(), &mut faults);
    let reason = object.reason();
    let crs = object.text("crs").map(|text| text.parse::<Crs>());
    let edits = object.take("edits");
    object.end();
    let crs = match crs {
        None => Some(Crs::CRS84),
        Some(Ok(crs)) => Some(crs),
        Some(Err(error)) => {
            faults.push(Fault::new("/crs", "crs", &error));
            None
        }
    };
    let edits = match edits {
        Some(Json::Array(edits)) if (1..=MAX_EDITS).contains(&edits.len()) => edits,
        _ => {
            faults.push(Fault::new("/edits", "type", &MemberFault::Edits { most: MAX_EDITS }));
            Vec::new()
        }
    };
    let edits: Vec<(usize, Edit)> = edits
        .into_iter()
        .enumerate()
        .filter_map(|(n, edit)| Some((n, read_edit(edit, format!("/edits/{n}"), &mut faults)?)))
        .collect();
    match crs {
        Some(crs) if !edits.is_empty() => Ok(Changeset { reason, crs, edits, faults }),
        _ => Err(faults),
    }
}

fn read_edit(input: Json, pointer: String, faults: &mut Faults) -> Option<Edit> {
    let mut object = Object::new(input, pointer, faults);
    let collection = object.required("collection");
    let operation = object.required("operation")?;
    let operation = match operation.as_str() {
        "create" => Operation::Create { feature: object.required_value("feature")? },
        "replace" | "patch" | "delete" => {
            let id = object.required("id").and_then(|text| match text.parse() {
                Ok(id) => Some(id),
                Err(_) => {
                    object.fault("id", &MemberFault::NoId { text: &text });
                    None
                }
            });
            let precondition = object.precondition();
            match operation.as_str() {
                "replace" => {
                    let feature = object.required_value("feature");
                    Operation::Replace { id: id?, precondition, feature: feature? }
                }
                "patch" => {
                    let patch = object.required_value("patch");
                    Operation::Patch { id: id?, precondition, patch: patch? }
                }
                _ => Operation::Delete { id: id?, precondition },
            }
        }
        other => {
            object.fault("operation", &MemberFault::NoOperation { name: other });
            return None;
        }
    };
    object.end();
    Some(Edit { collection: collection?, operation })
}

/// What can be wrong with a member of such an object.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum MemberFault<'a> {
    Edits { most: usize },
    NoId { text: &'a str },
    NoOperation { name: &'a str },
    NoObject,
    NoText,
    Missing { name: &'a str },
    NoVersionOrAny,
    NoVersion,
    Unknown { name: &'a str },
}

impl Tell for MemberFault<'_> {
    const FILE: &'static str = "members";
}

/// An object of the input whose members are taken one by one; what is left over is a fault.
struct Object<'f> {
    members: Map<String, Json>,
    pointer: String,
    faults: &'f mut Faults,
}

impl<'f> Object<'f> {
    fn new(input: Json, pointer: String, faults: &'f mut Faults) -> Self {
        let members = match input {
            Json::Object(members) => members,
            _ => {
                faults.push(Fault::new(pointer.clone(), "type", &MemberFault::NoObject));
                Map::new()
            }
        };
        Self { members, pointer, faults }
    }

    fn fault(&mut self, name: &str, told: impl Into<Told>) {
        self.faults.push(Fault::new(format!("{}/{name}", self.pointer), "invalid", told));
    }

    fn take(&mut self, name: &str) -> Option<Json> {
        self.members.shift_remove(name).filter(|value| !value.is_null())
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Json::String(text) => Some(text),
            _ => {
                self.fault(name, &MemberFault::NoText);
                None
            }
        }
    }

    fn required_value(&mut self, name: &str) -> Option<Json> {
        let value = self.take(name);
        if value.is_none() {
            self.fault(name, &MemberFault::Missing { name });
        }
        value
    }

    fn required(&mut self, name: &str) -> Option<String> {
        if self.members.get(name).is_none_or(Json::is_null) {
            self.fault(name, &MemberFault::Missing { name });
            return None;
        }
        self.text(name)
    }

    fn reason(&mut self) -> String {
        let Some(text) = self.required("reason") else { return String::new() };
        check_reason(&text).unwrap_or_else(|fault| {
            self.fault("reason", &fault);
            String::new()
        })
    }

    /// `version`: the number the author has seen, or `"*"` for whatever it is now.
    fn precondition(&mut self) -> Precondition {
        match self.take("version") {
            None => Precondition::Missing,
            Some(Json::String(any)) if any == "*" => Precondition::Any,
            Some(number) => match number.as_i64() {
                Some(version) => Precondition::Version(version),
                None => {
                    self.fault("version", &MemberFault::NoVersionOrAny);
                    Precondition::Missing
                }
            },
        }
    }

    fn end(self) {
        for name in self.members.keys() {
            let fault = MemberFault::Unknown { name };
            self.faults.push(Fault::new(format!("{}/{name}", self.pointer), "unknown-member", &fault));
        }
    }
}

/// What a restoration is asked with: `{"version": 3, "reason": "…"}`.
pub fn read_restoration(input: Json) -> Result<(i64, String), Faults> {
    let mut faults = Faults::default();
    let mut object = Object::new(input, String::new(), &mut faults);
    let reason = object.reason();
    let version = object.required_value("version").and_then(|version| {
        let number = version.as_i64();
        if number.is_none() {
            object.fault("version", &MemberFault::NoVersion);
        }
        number
    });
    object.end();
    match version {
        Some(version) if faults.is_empty() => Ok((version, reason)),
        _ => Err(faults),
    }
}

/// What an undo is asked with: `{"reason": "…"}`.
pub fn read_reason(input: Json) -> Result<String, Faults> {
    let mut faults = Faults::default();
    let mut object = Object::new(input, String::new(), &mut faults);
    let reason = object.reason();
    object.end();
    if faults.is_empty() { Ok(reason) } else { Err(faults) }
}
