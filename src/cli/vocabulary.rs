//! Everything the program can say, commands included: the list by which the texts are checked as a whole.

use std::path::Path;

use super::check::Finding;
use super::import::Line;
use super::said::Said;
use super::usage::Misused;
use crate::server;
use crate::texts::{DeclarationFaults, Texts, Vocabulary};

/// The sentences of all domains and of the commands.
pub fn vocabularies() -> Vec<Vocabulary> {
    let mut all = server::vocabularies();
    all.extend([
        Vocabulary::of::<Said<'_>>(),
        Vocabulary::of::<Finding<'_>>(),
        Vocabulary::of::<Misused<'_>>(),
        Vocabulary::of::<Line<'_>>(),
    ]);
    all
}

/// The texts below the folder of declarations, with every sentence in every language.
///
/// # Errors
/// What is wrong with the texts, with file and line.
pub fn texts(data: &Path) -> Result<Texts, DeclarationFaults> {
    let texts = Texts::load(&data.join("texts"))?;
    texts.check(&vocabularies())?;
    Ok(texts)
}

/// The same, without sentences that nothing says.
///
/// # Errors
/// As for [`texts`].
pub fn tidy_texts(data: &Path) -> Result<Texts, DeclarationFaults> {
    let texts = texts(data)?;
    let needless = texts.needless(&vocabularies());
    if needless.is_empty() { Ok(texts) } else { Err(DeclarationFaults(needless)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_said_is_said_in_both_languages_and_mentions_what_it_is_given() {
        if let Err(faults) = tidy_texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data")) {
            panic!("{faults}");
        }
        let all = vocabularies();
        assert!(all.iter().all(|vocabulary| !vocabulary.sentences.is_empty()), "{all:#?}");
        Texts::built_in().check(&all).expect("the program has been built with all of them");
    }
}
