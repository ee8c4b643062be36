//! What is sent to the routes of accounts: objects of a few members, every fault of which is named.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use uuid::Uuid;

use super::Refusal;
use crate::http::body::BodyFault;
use crate::identity::Bits;
use crate::identity::accounts::{Mail, NewPassword, PersonName};
use crate::texts::{Fault, Faults, Language, Tell, Told};

/// A body under reading.
#[derive(Debug)]
pub struct Body {
    members: serde_json::Map<String, Json>,
    faults: Faults,
}

impl Body {
    /// The members of an object; what is none has none.
    pub fn of(json: Json) -> Self {
        match json {
            Json::Object(members) => Self { members, faults: Faults::default() },
            _ => Self { members: serde_json::Map::new(), faults: Faults::default() },
        }
    }

    /// A text that must be there.
    pub fn text(&mut self, name: &'static str) -> String {
        match self.members.remove(name) {
            Some(Json::String(text)) => text,
            _ => {
                self.fault(name, "type", &Refusal::Field { name });
                String::new()
            }
        }
    }

    /// A text, if there is one.
    pub fn optional_text(&mut self, name: &'static str) -> Option<String> {
        self.members.contains_key(name).then(|| self.text(name))
    }

    /// A text, if there is one; null is none.
    pub fn text_or_null(&mut self, name: &'static str) -> Option<String> {
        self.parsed(name)
    }

    /// True or false; false where nothing is said.
    pub fn flag(&mut self, name: &'static str) -> bool {
        match self.members.remove(name) {
            None => false,
            Some(Json::Bool(flag)) => flag,
            Some(_) => {
                self.fault(name, "type", &Refusal::Field { name });
                false
            }
        }
    }

    /// A password as it was typed in.
    pub fn password(&mut self, name: &'static str) -> NewPassword {
        NewPassword::typed(&self.text(name))
    }

    /// The secret of a link.
    pub fn link(&mut self) -> Option<Bits> {
        self.text("link").parse().ok()
    }

    /// A mail address that must be there.
    pub fn mail(&mut self, name: &'static str) -> Option<Mail> {
        let text = self.text(name);
        let mail = text.parse().ok();
        if mail.is_none() {
            self.fault(name, "mail", &Refusal::BadMail);
        }
        mail
    }

    /// A name that must be there.
    pub fn required_name(&mut self, name: &'static str) -> Option<PersonName> {
        if !self.members.contains_key(name) {
            self.fault(name, "name", &Refusal::BadName);
        }
        self.name(name)
    }

    /// A member of a form that others have laid down, which must be there.
    pub fn required<T: DeserializeOwned>(&mut self, name: &'static str) -> Option<T> {
        let read = self.json(name).and_then(|value| serde_json::from_value(value).ok());
        if read.is_none() {
            self.fault(name, "type", &Refusal::Field { name });
        }
        read
    }

    /// What was read, if all of it could be.
    ///
    /// # Errors
    /// All faults.
    pub fn finish_with<T>(self, read: Option<T>) -> Result<T, Faults> {
        self.finish()?;
        // What could not be read was told above.
        read.ok_or_else(Faults::default)
    }

    /// A name, if there is one.
    pub fn name(&mut self, name: &'static str) -> Option<PersonName> {
        let text = self.optional_text(name)?;
        let read = text.parse().ok();
        if read.is_none() {
            self.fault(name, "name", &Refusal::BadName);
        }
        read
    }

    /// A language, if there is one.
    pub fn language(&mut self, name: &'static str) -> Option<Language> {
        match self.optional_text(name)?.as_str() {
            "de" => Some(Language::De),
            "en" => Some(Language::En),
            _ => {
                self.fault(name, "language", &Refusal::BadLanguage);
                None
            }
        }
    }

    /// Takes a member as it is; `None` for null too.
    pub fn json(&mut self, name: &'static str) -> Option<Json> {
        self.members.remove(name).filter(|value| !value.is_null())
    }

    /// A list of texts, if there is one.
    pub fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        let list = self.json(name)?;
        let entries = list.as_array().map(Vec::as_slice);
        let texts = entries.and_then(|all| all.iter().map(|one| one.as_str().map(str::to_owned)).collect());
        if texts.is_none() {
            self.fault(name, "type", &Refusal::Field { name });
        }
        texts
    }

    /// An id, if there is one.
    pub fn id(&mut self, name: &'static str) -> Option<Uuid> {
        self.parsed(name)
    }

    /// A moment, if there is one (RFC 3339).
    pub fn instant(&mut self, name: &'static str) -> Option<DateTime<Utc>> {
        self.parsed(name)
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &'static str) -> Option<T> {
        let value = self.json(name)?;
        let read = value.as_str().and_then(|text| text.parse().ok());
        if read.is_none() {
            self.fault(name, "type", &Refusal::Field { name });
        }
        read
    }

    /// Says that a member is wrong.
    pub fn wrong<T: Tell>(&mut self, name: &str, code: &'static str, told: &T) {
        self.faults.push(Fault::new(format!("/{name}"), code, Told::of(told)));
    }

    /// Adds what a rule has found to be wrong with what was read.
    pub fn found(&mut self, faults: Faults) {
        self.faults.append(faults);
    }

    /// What has been found so far.
    pub fn faults(&self) -> Faults {
        self.faults.clone()
    }

    /// Ends the reading; what nobody has read is a fault.
    ///
    /// # Errors
    /// All faults.
    pub fn finish(mut self) -> Result<(), Faults> {
        for name in std::mem::take(&mut self.members).keys() {
            let fault = BodyFault::UnknownMember { name };
            self.faults.push(Fault::new(format!("/{name}"), "unknown-member", &fault));
        }
        if self.faults.is_empty() { Ok(()) } else { Err(self.faults) }
    }

    fn fault(&mut self, name: &str, code: &'static str, told: &Refusal) {
        self.faults.push(Fault::new(format!("/{name}"), code, Told::of(told)));
    }
}
