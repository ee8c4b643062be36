//! Query parameters, strictly: what is unknown, repeated or malformed is refused, all of it at once.
//!
//! A handler takes the parameters it knows one by one; whatever is left over is unknown. So the list of known ones, which
//! the refusal shows, is the code itself.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use super::Problem;
use crate::collection::Fault;

/// The parameters of one request.
#[derive(Debug)]
pub struct Query<'a> {
    pairs: Vec<Pair<'a>>,
    asked: Vec<&'static str>,
    faults: Vec<Fault>,
}

#[derive(Debug)]
struct Pair<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, str>,
    taken: bool,
}

/// More parameters than this are no question.
const MAX_PARAMETERS: usize = 100;

impl<'a> Query<'a> {
    /// Reads the part of an address after `?`.
    pub fn read(raw: &'a str) -> Self {
        let mut query = Self { pairs: Vec::new(), asked: Vec::new(), faults: Vec::new() };
        for (name, value) in form_urlencoded::parse(raw.as_bytes()) {
            if query.pairs.len() == MAX_PARAMETERS {
                query.fault("", format!("more than {MAX_PARAMETERS} parameters"));
                break;
            }
            if value.contains(char::REPLACEMENT_CHARACTER) || name.contains(char::REPLACEMENT_CHARACTER) {
                query.fault(&name, "the text is not UTF-8");
            } else if query.pairs.iter().any(|pair| pair.name == name) {
                query.fault(&name, "given more than once");
            } else {
                query.pairs.push(Pair { name, value, taken: false });
            }
        }
        query
    }

    /// Takes a parameter as text.
    pub fn text(&mut self, name: &'static str) -> Option<Cow<'a, str>> {
        self.asked.push(name);
        let pair = self.pairs.iter_mut().find(|pair| pair.name == name)?;
        pair.taken = true;
        Some(pair.value.clone())
    }

    /// Takes a parameter as a value; one that cannot be read is a fault.
    pub fn value<T: FromStr>(&mut self, name: &'static str) -> Option<T>
    where
        T::Err: Display,
    {
        let text = self.text(name)?;
        self.keep(name, text.parse())
    }

    /// Takes every parameter left over whose name is `wanted`; they are named in refusals by whoever wants them.
    pub fn take_matching(&mut self, wanted: impl Fn(&str) -> bool) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
        let mut taken = Vec::new();
        for pair in self.pairs.iter_mut().filter(|pair| !pair.taken && wanted(&pair.name)) {
            pair.taken = true;
            taken.push((pair.name.clone(), pair.value.clone()));
        }
        taken
    }

    /// The value, or its error as a fault of the parameter.
    pub fn keep<T, E: Display>(&mut self, name: &str, result: Result<T, E>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                let message = error.to_string();
                // Errors that name the parameter themselves are not made to say it twice.
                let message = message.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(&message);
                self.fault(name, message);
                None
            }
        }
    }

    /// Something is wrong with a parameter.
    pub fn fault(&mut self, name: &str, message: impl Into<String>) {
        self.faults.push(Fault::new(shown(name), "parameter", message));
    }

    /// Refuses with every fault if there was any, parameters nobody took included. `more` are names that
    /// [`Query::take_matching`] would have taken.
    pub fn finish<'n>(mut self, more: impl Iterator<Item = &'n str>) -> Result<(), Problem> {
        let unknown: Vec<String> =
            self.pairs.iter().filter(|pair| !pair.taken).map(|pair| pair.name.clone().into_owned()).collect();
        if !unknown.is_empty() {
            let known: Vec<&str> = self.asked.iter().copied().chain(more).collect();
            for name in unknown {
                self.fault(&name, format!("there is no parameter '{}'; known here are {}", shown(&name), known.join(", ")));
            }
        }
        if self.faults.is_empty() { Ok(()) } else { Err(Problem::parameters(self.faults)) }
    }

    /// [`Query::finish`] where nothing but the parameters taken by name is known.
    pub fn end(self) -> Result<(), Problem> {
        self.finish(std::iter::empty())
    }
}

/// What a caller sent, short enough to be repeated to them.
fn shown(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_the_parameters_is_named_at_once_with_what_is_known() {
        let mut query = Query::read("limit=many&colour=red&crs=a&crs=b");
        assert_eq!(query.value::<u32>("limit"), None);
        assert_eq!(query.text("crs").as_deref(), Some("a"));
        let problem = query.end().expect_err("three faults");
        let named: Vec<&str> = problem.errors.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(named, ["crs", "limit", "colour"]);
        assert!(problem.errors[2].message.ends_with("known here are limit, crs"), "{}", problem.errors[2].message);
    }

    #[test]
    fn what_is_percent_encoded_is_decoded_and_must_be_utf_8() {
        let mut query = Query::read("place=Gro%C3%9F%20Stieten&x=%FF");
        assert_eq!(query.text("place").as_deref(), Some("Groß Stieten"));
        assert_eq!(query.end().expect_err("a fault").errors[0].pointer, "x");
    }
}
