//! What a provider says of a person, and what follows from it. Rules without any I/O.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::declaration::Declared;
use super::memberships::Place;
use crate::identity::accounts::{Mail, PersonName};

/// Claims that have been checked: of the ID token, and of the provider's page about the person (UserInfo).
#[derive(Debug, Clone, Default)]
pub struct Claims(Map<String, Json>);

/// Whether the person's address is the person's (OpenID Connect Core 1.0, 5.1).
const VERIFIED: &str = "email_verified";
/// What only the ID token says.
const OF_THE_TOKEN: [&str; 10] = ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp"];

/// Characters of a subject (OpenID Connect Core 1.0, 2).
const LONGEST_SUBJECT: usize = 255;

/// Who somebody is at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    pub subject: String,
    pub name: Option<PersonName>,
    pub mail: Option<Mail>,
    /// The provider has seen that the address is theirs.
    pub is_verified: bool,
    /// They have shown two factors there.
    pub two_factors: bool,
    /// What follows from it by the rules of the declaration; whether there are such is not looked at.
    pub memberships: BTreeSet<Place>,
}

impl Claims {
    /// Those of a token.
    pub fn of(claims: &impl Serialize) -> Self {
        match serde_json::to_value(claims) {
            Ok(Json::Object(claims)) => Self(claims),
            _ => Self::default(),
        }
    }

    /// Is one of these not said?
    pub fn lacks(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.0.get(*name).is_none_or(Json::is_null))
    }

    /// Takes more, of the same person. `mail` is the claim with their address: whether it is verified is said beside it.
    pub fn take(&mut self, more: &impl Serialize, mail: &str) {
        let Self(mut more) = Self::of(more);
        more.retain(|name, value| !OF_THE_TOKEN.contains(&name.as_str()) && !value.is_null());
        if more.contains_key(mail) {
            self.0.remove(VERIFIED);
        } else {
            more.remove(VERIFIED);
        }
        self.0.extend(more);
    }

    /// Who they are about; `None` if they do not say.
    pub fn newcomer(&self, declared: &Declared) -> Option<Newcomer> {
        let (names, second_factor) = (&declared.claims, &declared.second_factor);
        let text = |name: &str| self.0.get(name).and_then(Json::as_str).filter(|text| !text.is_empty());
        let mail = text(&names.mail).and_then(|text| text.parse().ok());
        Some(Newcomer {
            subject: text(&names.subject).filter(|text| text.len() <= LONGEST_SUBJECT)?.to_owned(),
            name: text(&names.name).and_then(|text| text.parse().ok()),
            is_verified: mail.is_some() && self.0.get(VERIFIED) == Some(&Json::Bool(true)),
            mail,
            two_factors: self.holds("acr", &second_factor.acr) || self.holds("amr", &second_factor.amr),
            memberships: declared
                .memberships
                .iter()
                .flat_map(|rule| self.texts(&rule.claim).filter_map(|text| rule.place(text)))
                .collect(),
        })
    }

    fn holds(&self, name: &str, wanted: &[String]) -> bool {
        self.texts(name).any(|text| wanted.iter().any(|wanted| wanted == text))
    }

    /// The texts of a claim, which is one or a list.
    fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = match self.0.get(name) {
            Some(Json::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
            None => &[],
        };
        values.iter().filter_map(Json::as_str)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::declaration::load;
    use super::*;

    fn declared() -> Declared {
        let text = "[[provider]]\nname = 'kreis'\nlabel = { de = 'Kreis', en = 'District' }\nissuer = 'https://sso.example'\n\
                    client_id = 'geokontor'\nsecond_factor = { acr = ['high'], amr = ['otp', 'hwk'] }\n\
                    memberships = [{ claim = 'groups', value = '{organisation}/{role}' }]\n";
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("openid.toml");
        std::fs::write(&path, text).expect("a file");
        load(&path).expect("a provider").remove(0)
    }

    fn newcomer(claims: &Json) -> Option<Newcomer> {
        Claims::of(claims).newcomer(&declared())
    }

    #[test]
    fn a_person_is_their_subject_and_an_address_counts_as_verified_only_where_that_is_said() {
        let ina =
            newcomer(&json!({ "sub": "7", "name": "Ina Moor", "email": "Ina@X.example", "email_verified": true }));
        let ina = ina.expect("a person");
        assert_eq!(ina.mail.as_ref().map(Mail::as_str), Some("ina@x.example"));
        assert!(ina.is_verified && !ina.two_factors);
        for unsaid in [json!(null), json!(false), json!("true"), json!(1)] {
            let claims = json!({ "sub": "7", "email": "ina@x.example", "email_verified": unsaid });
            assert!(!newcomer(&claims).expect("a person").is_verified, "{unsaid}");
        }
        let strange =
            newcomer(&json!({ "sub": "7", "email": "a@b\r\nBcc: c", "email_verified": true, "name": "\u{0}" }));
        let strange = strange.expect("a person");
        assert_eq!((strange.mail, strange.name, strange.is_verified), (None, None, false));
        assert_eq!(newcomer(&json!({ "sub": "" })), None);
        assert_eq!(newcomer(&json!({ "sub": 7 })), None);
        assert_eq!(newcomer(&json!({ "sub": "x".repeat(256) })), None);
    }

    #[test]
    fn two_factors_are_what_the_district_says_and_nothing_else() {
        let two = |claims: Json| {
            let mut claims = claims;
            claims["sub"] = json!("7");
            newcomer(&claims).expect("a person").two_factors
        };
        assert!(two(json!({ "acr": "high" })) && two(json!({ "amr": ["pwd", "otp"] })));
        assert!(
            !two(json!({ "acr": "1" })) && !two(json!({ "amr": ["pwd", "high"] })) && !two(json!({ "acr": "otp" }))
        );
        assert!(!two(json!({})));
    }

    #[test]
    fn memberships_follow_from_one_text_or_many_and_from_nothing_else() {
        let places = |groups: Json| newcomer(&json!({ "sub": "7", "groups": groups })).expect("a person").memberships;
        assert_eq!(places(json!(["Amt/editor", "Kreis/reader", "other", 7, null])).len(), 2);
        assert_eq!(places(json!("Amt/editor")), BTreeSet::from([("Amt".to_owned(), "editor".to_owned())]));
        for nothing in [json!([]), json!(null), json!({ "Amt/editor": true }), json!(["other"])] {
            assert!(places(nothing.clone()).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn an_address_is_not_verified_by_what_is_said_of_another() {
        let mut claims = Claims::of(&json!({ "sub": "7", "email": "a@x.example", "email_verified": true }));
        claims.take(&json!({ "sub": "8", "email": "b@x.example", "acr": "high" }), "email");
        let person = claims.newcomer(&declared()).expect("a person");
        assert_eq!((person.subject.as_str(), person.is_verified), ("7", false));
        assert_eq!(person.mail.as_ref().map(Mail::as_str), Some("b@x.example"));
        let mut claims = Claims::of(&json!({ "sub": "7", "email": "a@x.example" }));
        claims.take(&json!({ "email_verified": true }), "email");
        let person = claims.newcomer(&declared()).expect("a person");
        assert!(!person.is_verified);
    }
}
