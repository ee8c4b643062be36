//! What is wrong with an input, told as far as anybody reads it.
//!
//! A body of some megabytes can have a hundred thousand faults. To keep them all, only to cut them when the answer is
//! written, would take many times the body: [`Faults`] keeps the first and counts the others.

use std::fmt;

use super::Told;

/// One thing wrong with an input, in no language yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, as a JSON pointer into the input (RFC 6901).
    pub pointer: String,
    /// What kind of fault, stable for programs.
    pub code: &'static str,
    /// What is wrong and what would be right, for people.
    pub told: Told,
}

impl Fault {
    /// A fault. What is too long is cut: input is repeated in it, and may be of any length.
    pub fn new(pointer: impl Into<String>, code: &'static str, told: impl Into<Told>) -> Self {
        Self { pointer: cut(pointer.into()), code, told: told.into() }
    }
}

/// Bytes of a pointer.
const MOST_BYTES: usize = 1_000;

fn cut(mut text: String) -> String {
    if text.len() > MOST_BYTES {
        text.truncate(text.floor_char_boundary(MOST_BYTES));
        text.push('…');
    }
    text.shrink_to_fit();
    text
}

/// Everything wrong with an input, as far as it is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    told: Vec<Fault>,
    /// Further ones.
    more: usize,
}

impl Faults {
    /// Of more faults than this the first are kept and the others counted: an answer must not be larger than what it
    /// answers.
    pub const MOST_TOLD: usize = 200;

    /// Adds one.
    pub fn push(&mut self, fault: Fault) {
        if self.told.len() < Self::MOST_TOLD {
            self.told.push(fault);
        } else {
            self.more += 1;
        }
    }

    /// Adds those of another part of the input.
    pub fn append(&mut self, others: Self) {
        self.extend(others.told);
        self.more += others.more;
    }

    /// Takes out those that another one has made needless.
    pub fn remove(&mut self, is_needless: impl Fn(&Fault) -> bool) {
        self.told.retain(|fault| !is_needless(fault));
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.total() == 0
    }

    /// How many there are.
    pub fn total(&self) -> usize {
        self.told.len() + self.more
    }

    /// The first of them, in the order in which they were found.
    pub fn told(&self) -> &[Fault] {
        &self.told
    }

    /// The same number of faults without a word of any.
    pub fn counted(&self) -> Self {
        Self { told: Vec::new(), more: self.total() }
    }
}

impl Extend<Fault> for Faults {
    fn extend<I: IntoIterator<Item = Fault>>(&mut self, faults: I) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }
}

impl From<Vec<Fault>> for Faults {
    fn from(faults: Vec<Fault>) -> Self {
        let mut kept = Self::default();
        kept.extend(faults);
        kept
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self { told: vec![fault], more: 0 }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.told.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{}: {}", fault.pointer, fault.told)?;
        }
        if self.more > 0 {
            write!(f, "; and {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_very_many_faults_the_first_are_kept_and_the_others_counted() {
        let mut faults = Faults::default();
        for n in 0..100_000 {
            faults.push(Fault::new(format!("/{n}"), "unknown-property", Told::verbatim("x".repeat(5_000))));
        }
        assert_eq!((faults.total(), faults.told().len()), (100_000, Faults::MOST_TOLD));
        assert_eq!(faults.told()[199].pointer, "/199");
        let kept: usize = faults.told().iter().map(|fault| fault.told.to_string().len() + fault.pointer.len()).sum();
        assert!(kept < 250_000, "{kept} bytes");
        let mut all = Faults::from(Fault::new("", "type", Told::verbatim("an object")));
        all.append(faults.counted());
        all.append(faults);
        assert_eq!((all.total(), all.told().len(), all.told()[1].pointer.as_str()), (200_001, Faults::MOST_TOLD, "/0"));
        assert!(all.to_string().ends_with("and 199801 more"));
    }
}
