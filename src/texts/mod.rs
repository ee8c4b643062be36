//! What the program says to people, in German and in English.
//!
//! A rule does not speak: it says *what* is the matter, as the variant of an enum, and the fields of the variant are
//! what the sentence mentions. The sentence itself stands in `data/texts/faults/*.toml` and is made last, where the
//! language of the reader is known: in the envelope around every route, or where a command prints.
//!
//! In reading order: [`told`] (a sentence and what it mentions, in no language yet), [`fault`] (one thing wrong with an
//! input, and where), [`sentences`] (the texts as they are read and filled in), [`vocabulary`] (what a domain can say, by
//! which the texts are checked at start), [`label`] (a word in both languages).

mod fault;
mod label;
mod sentences;
mod told;
mod vocabulary;

pub use fault::{Fault, Faults};
pub use label::{Label, Language};
pub use sentences::{TextFault, TextFaults, Texts};
#[cfg(test)]
pub use sentences::{english, in_language};
pub use told::{Tell, Told};
pub use vocabulary::Vocabulary;
