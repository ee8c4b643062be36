//! Query parameters, strictly: what a route does not know is an error, not a silence.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Problem;
use crate::collection::Fault;

/// The parameters of a request in their order, decoded.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    pairs: Vec<(String, String)>,
    faults: Vec<Fault>,
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

impl Parameters {
    /// Parameters of a query string. What is not UTF-8 is kept as a fault until [`Self::finish`].
    pub fn parse(query: &str) -> Self {
        let mut parameters = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (decoded(name), decoded(value)) {
                (Some(name), Some(value)) => parameters.pairs.push((name, value)),
                _ => parameters.faults.push(Fault::new(name, "parameter", "the value is not UTF-8")),
            }
        }
        parameters
    }

    /// Refuses names a route does not know and names given twice.
    pub fn only(&mut self, known: &[&str]) {
        for i in 0..self.pairs.len() {
            let name = &self.pairs[i].0;
            if !known.contains(&name.as_str()) {
                let message = format!("'{name}' is not a parameter of this resource; known are {}", known.join(", "));
                self.faults.push(Fault::new(name, "unknown-parameter", message));
            } else if self.pairs[..i].iter().any(|(earlier, _)| earlier == name) {
                self.faults.push(Fault::new(name, "parameter", format!("'{name}' is given twice")));
            }
        }
    }

    /// All parameters.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The text of a parameter; an empty one counts as not given.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(given, value)| given == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// A parameter of a type that says itself what is wrong with a text.
    pub fn value<T>(&mut self, name: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        match self.text(name)?.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let message = error.to_string();
                self.fault(name, message);
                None
            }
        }
    }

    /// A finite number within limits.
    pub fn number(&mut self, name: &str, minimum: f64, maximum: f64) -> Option<f64> {
        let value = self.text(name)?.parse::<f64>().ok().filter(|value| *value >= minimum && *value <= maximum);
        if value.is_none() {
            self.fault(name, format!("a number between {minimum} and {maximum} is expected"));
        }
        value
    }

    /// A whole number from `minimum`; larger ones than `maximum` become `maximum`, as OGC wants it for `limit`.
    pub fn clamped(&mut self, name: &str, minimum: usize, maximum: usize) -> Option<usize> {
        let value = self.text(name)?.parse::<usize>().ok().filter(|value| *value >= minimum);
        if value.is_none() {
            self.fault(name, format!("a whole number from {minimum} is expected"));
        }
        value.map(|value| value.min(maximum))
    }

    /// Adds a fault of a parameter.
    pub fn fault(&mut self, name: &str, message: impl Into<String>) {
        self.faults.push(Fault::new(name, "parameter", message));
    }

    /// All faults found, as one problem.
    pub fn finish(&mut self) -> Result<(), Problem> {
        if self.faults.is_empty() { Ok(()) } else { Err(Problem::invalid(std::mem::take(&mut self.faults))) }
    }
}

/// Percent-decoded; `+` is a space, as forms send it.
fn decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_a_query_is_reported_at_once() {
        let mut parameters = Parameters::parse("lon=x&lat=91&colour=red&lat=3&bad=%ff");
        parameters.only(&["lon", "lat", "limit"]);
        parameters.number("lon", -180.0, 180.0);
        parameters.number("lat", -90.0, 90.0);
        let problem = parameters.finish().expect_err("faults");
        let pointers: Vec<&str> = problem.errors.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["bad", "colour", "lat", "lon", "lat"]);
    }

    #[test]
    fn values_are_decoded_and_empty_ones_count_as_absent() {
        let parameters = Parameters::parse("at=53%C2%B0+53%2C496%27&crs=");
        assert_eq!(parameters.text("at"), Some("53° 53,496'"));
        assert_eq!(parameters.text("crs"), None);
    }
}
