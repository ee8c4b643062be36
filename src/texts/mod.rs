//! What the program says to people, in German and in English.
//!
//! A rule does not speak: it says *what* is the matter, as the variant of an enum, and the fields of the variant are
//! what the sentence mentions. The sentence itself stands in `data/texts/faults/*.toml` and is made last, where the
//! language of the reader is known: in the envelope around every route, or where a command prints.
//!
//! In reading order: [`told`] (a sentence and what it mentions, in no language yet), [`fault`] (one thing wrong with an
//! input, and where), [`sentences`] (the texts as they are read and filled in), [`vocabulary`] (what a domain can say, by
//! which the texts are checked at start), [`label`] (a word in both languages), [`declared`] (one thing wrong with a file
//! that a district writes, and on which line), [`mistake`] (what can be wrong with the texts themselves), [`foreign`]
//! (what others say).

mod declared;
mod fault;
mod foreign;
mod label;
mod mistake;
mod sentences;
mod told;
mod vocabulary;

pub use declared::{DeclarationFault, DeclarationFaults, Reporter, line_of, toml_files};
pub use fault::{Fault, Faults};
pub use foreign::Foreign;
pub use label::{Label, Language};
pub use mistake::TextMistake;
pub use sentences::Texts;
#[cfg(test)]
pub use sentences::{english, in_language};
pub use told::{Tell, Told};
pub use vocabulary::Vocabulary;
