//! Query parameters, strictly: what is unknown, repeated or malformed is refused, all of it at once.
//!
//! A handler takes the parameters it knows; whatever nobody took is unknown. So the list of known ones, which the refusal
//! shows, is the code itself.

use std::cell::RefCell;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::{Problem, Wrong};
use crate::texts::{Fault, Language, Told};

/// More parameters than this are no question.
const MAX_PARAMETERS: usize = 100;

/// Bytes of the names that a route asks for, so that they need not grow.
const USUAL: usize = 128;

/// The parameters of a request in their order, decoded.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    pairs: Vec<(String, String)>,
    /// What has been asked for, and so is known. Names without spaces, a space after each: a list of strings would be
    /// the most expensive part of many a request.
    asked: RefCell<String>,
    faults: Vec<Fault>,
    /// In which the faults are told, if not in that of the headers.
    language: Option<Language>,
    /// What a refused value may mean, for the client to choose from.
    candidates: Option<serde_json::Value>,
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

impl Parameters {
    /// Parameters of a query string. What is not UTF-8 or given twice is kept as a fault until [`Self::finish`].
    pub fn parse(query: &str) -> Self {
        Self::repeating(query, "")
    }

    /// Parameters of a query string, of which one may be given several times.
    pub fn repeating(query: &str, repeated: &str) -> Self {
        let mut parameters = Self { asked: String::with_capacity(USUAL).into(), ..Self::default() };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if parameters.pairs.len() == MAX_PARAMETERS {
                parameters.wrong("", &Wrong::TooMany { most: MAX_PARAMETERS });
                break;
            }
            match (decoded(name), decoded(value)) {
                (Some(name), _) if name != repeated && parameters.pairs.iter().any(|(earlier, _)| *earlier == name) => {
                    parameters.wrong(&name, &Wrong::Repeated);
                }
                (Some(name), Some(value)) => parameters.pairs.push((name, value)),
                _ => parameters.wrong(name, &Wrong::NotUtf8),
            }
        }
        parameters
    }

    /// The same, with faults in a language that was asked for beside the headers.
    #[must_use]
    pub fn told_in(self, language: Language) -> Self {
        Self { language: Some(language), ..self }
    }

    /// Says which names a route knows beside those it asks for.
    pub fn only(&mut self, known: &[&str]) {
        known.iter().for_each(|name| self.knows(name));
    }

    /// All parameters. They still count as unknown until asked for.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The text of a parameter; an empty one counts as not given.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.knows(name);
        self.pairs.iter().find(|(given, value)| given == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// The text of a parameter, to keep.
    pub fn take(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// A parameter of a type that says itself what is wrong with a text.
    pub fn value<T>(&mut self, name: &str) -> Option<T>
    where
        T: FromStr,
        for<'e> Told: From<&'e T::Err>,
    {
        let parsed = self.text(name)?.parse();
        self.keep(name, parsed)
    }

    /// A whole number.
    pub fn whole(&mut self, name: &str) -> Option<i64> {
        let value = self.text(name)?.parse().ok();
        if value.is_none() {
            self.wrong(name, &Wrong::WholeNumber);
        }
        value
    }

    /// The id of something.
    pub fn id(&mut self, name: &str) -> Option<Uuid> {
        let id = self.text(name)?.parse().ok();
        if id.is_none() {
            self.wrong(name, &Wrong::Id);
        }
        id
    }

    /// An instant (RFC 3339).
    pub fn instant(&mut self, name: &str) -> Option<DateTime<Utc>> {
        let text = self.take(name)?;
        let instant = DateTime::parse_from_rfc3339(&text).ok();
        if instant.is_none() {
            self.wrong(name, &Wrong::Instant { text: Some(&text) });
        }
        instant.map(|instant| instant.to_utc())
    }

    /// A finite number within limits.
    pub fn number(&mut self, name: &str, minimum: f64, maximum: f64) -> Option<f64> {
        let value = self.text(name)?.parse::<f64>().ok().filter(|value| *value >= minimum && *value <= maximum);
        if value.is_none() {
            self.wrong(name, &Wrong::Number { minimum, maximum });
        }
        value
    }

    /// A whole number from `minimum`; larger ones than `maximum` become `maximum`, as OGC wants it for `limit`
    /// (17-069r4, 7.15.2).
    pub fn clamped(&mut self, name: &str, minimum: usize, maximum: usize) -> Option<usize> {
        let text = self.text(name)?;
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        // More digits than a number holds is more than the maximum, too.
        let value = digits.then(|| text.parse().unwrap_or(usize::MAX)).filter(|value| *value >= minimum);
        if value.is_none() {
            self.wrong(name, &Wrong::Count { minimum, maximum });
        }
        value.map(|value| value.min(maximum))
    }

    /// The value, or its error as a fault of the parameter.
    pub fn keep<T, E>(&mut self, name: &str, result: Result<T, E>) -> Option<T>
    where
        for<'e> Told: From<&'e E>,
    {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.fault(name, &error);
                None
            }
        }
    }

    /// Adds a fault of a parameter.
    pub fn wrong(&mut self, name: &str, wrong: &Wrong<'_>) {
        self.fault(name, wrong);
    }

    /// Adds a fault of a parameter in words of its own.
    pub fn fault(&mut self, name: &str, told: impl Into<Told>) {
        self.faults.push(Fault::new(shown(name), "parameter", told));
    }

    /// Adds a fault with a code of its own and what the value may mean.
    pub fn refuse(&mut self, name: &str, code: &'static str, told: impl Into<Told>, candidates: &impl Serialize) {
        self.faults.push(Fault::new(shown(name), code, told));
        let candidates = serde_json::to_value(candidates).ok();
        self.candidates = candidates.filter(|list| list.as_array().is_some_and(|list| !list.is_empty()));
    }

    /// Takes every parameter whose name is `wanted`: for names that are too many to ask for one by one.
    pub fn take_matching(&self, wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        let matching = self.pairs.iter().filter(|(name, value)| wanted(name) && !value.is_empty());
        let taken: Vec<(String, String)> = matching.cloned().collect();
        taken.iter().for_each(|(name, _)| self.knows(name));
        taken
    }

    /// All faults found, as one problem; parameters that nobody asked for are among them.
    pub fn finish(&mut self) -> Result<(), Problem> {
        self.finish_knowing(std::iter::empty)
    }

    /// [`Self::finish`] with the names that [`Self::take_matching`] would have taken, which are listed only if something
    /// is unknown.
    pub fn finish_knowing<'n, I: Iterator<Item = &'n str>>(&mut self, more: impl FnOnce() -> I) -> Result<(), Problem> {
        let asked = self.asked.take();
        let is_known = |name: &str| asked.split_terminator(' ').any(|known| known == name);
        if self.pairs.iter().any(|(name, _)| !is_known(name)) {
            let mut names: Vec<&str> = asked.split_terminator(' ').collect();
            names.extend(more().map(|name| -> &str { name }));
            let mut listed = std::collections::HashSet::new();
            names.retain(|name| listed.insert(*name));
            self.refuse_others(&names);
        }
        if self.faults.is_empty() {
            return Ok(());
        }
        let problem = Problem::parameters(std::mem::take(&mut self.faults));
        Err(Problem { candidates: self.candidates.take().map(Box::new), language: self.language, ..problem })
    }

    fn refuse_others(&mut self, known: &[&str]) {
        for (name, _) in self.pairs.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
            let name = shown(name);
            let told = Told::of(&Wrong::Unknown { name: &name, known });
            self.faults.push(Fault::new(name, "unknown-parameter", told));
        }
    }

    fn knows(&self, name: &str) {
        let mut asked = self.asked.borrow_mut();
        asked.push_str(name);
        asked.push(' ');
    }
}

/// Percent-decoded; `+` is a space, as forms send it.
fn decoded(text: &str) -> Option<String> {
    if !text.bytes().any(|byte| byte == b'%' || byte == b'+') {
        return Some(text.to_owned());
    }
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// What a caller sent, short enough to be repeated to them.
fn shown(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::{english, in_language};

    #[test]
    fn every_fault_of_a_query_is_reported_at_once_with_what_is_known() {
        let mut parameters = Parameters::parse("lon=x&lat=91&colour=red&lat=3&bad=%ff");
        parameters.only(&["limit"]);
        parameters.number("lon", -180.0, 180.0);
        parameters.number("lat", -90.0, 90.0);
        let problem = parameters.finish().expect_err("faults");
        let pointers: Vec<&str> = problem.errors.told().iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["lat", "bad", "lon", "lat", "colour"]);
        assert!(
            english(problem.errors.told()[4].told.clone()).ends_with("known are limit, lon, lat"),
            "{}",
            problem.errors.told()[4].told
        );
    }

    #[test]
    fn faults_are_told_in_every_language() {
        let mut parameters = Parameters::parse("limit=viele&limit=2&by=air&colour=red");
        parameters.clamped("limit", 1, 100);
        parameters.text("by");
        parameters.wrong("by", &Wrong::Choice { words: &["road", "line"] });
        let problem = parameters.finish().expect_err("faults");
        let told = |language| {
            let faults = problem.errors.told().iter();
            faults.map(|it| format!("{}: {}", it.pointer, in_language(it.told.clone(), language))).collect::<Vec<_>>()
        };
        insta::assert_debug_snapshot!([Language::De, Language::En].map(told), @r#"
        [
            [
                "limit: mehrfach angegeben",
                "limit: erwartet wird eine ganze Zahl ab 1; mehr als 100 gibt es nicht auf einmal",
                "by: erwartet wird road oder line",
                "colour: „colour“ ist hier kein Parameter; bekannt sind limit, by",
            ],
            [
                "limit: given more than once",
                "limit: a whole number from 1 is expected; more than 100 are not given at once",
                "by: road or line is expected",
                "colour: 'colour' is not a parameter of this resource; known are limit, by",
            ],
        ]
        "#);
    }

    #[test]
    fn values_are_decoded_and_empty_ones_count_as_absent() {
        let parameters = Parameters::parse("at=53%C2%B0+53%2C496%27&crs=");
        assert_eq!(parameters.text("at"), Some("53° 53,496'"));
        assert_eq!(parameters.text("crs"), None);
    }

    #[test]
    fn a_limit_beyond_every_number_is_the_largest_there_is() {
        let mut parameters = Parameters::parse("limit=99999999999999999999999&more=-1");
        assert_eq!(parameters.clamped("limit", 1, 10_000), Some(10_000));
        assert_eq!(parameters.clamped("more", 1, 10_000), None);
    }
}
