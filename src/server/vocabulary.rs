//! Everything the program can say to people: the list by which the texts are checked.

use std::path::Path;

use super::errors::Unable;
use crate::accounts;
use crate::collection::validate::ValueFault;
use crate::devices;
use crate::editing::{EditError, InputFault};
use crate::filter::{FilterError, Matter};
use crate::firewater::plausibility::Implausible;
use crate::http;
use crate::identity::Denied;
use crate::identity::accounts::password::WeakPassword;
use crate::identity::devices::BadPin;
use crate::identity::links::Shut;
use crate::identity::roles::words::InWords;
use crate::ogc;
use crate::organisations;
use crate::search::NoPlace;
use crate::texts::{TextFaults, Texts, Vocabulary};

/// The sentences of all domains. What is said anywhere is listed here, or its texts are refused as needless.
pub fn vocabularies() -> Vec<Vocabulary> {
    vec![
        Vocabulary::of::<http::ProblemKind>(),
        Vocabulary::of::<http::Trouble>(),
        Vocabulary::of::<http::Wrong<'_>>(),
        Vocabulary::of::<accounts::Refusal>(),
        Vocabulary::of::<accounts::Refused>(),
        Vocabulary::of::<organisations::Refusal>(),
        Vocabulary::of::<devices::Refusal>(),
        Vocabulary::of::<BadPin>(),
        Vocabulary::of::<InWords>(),
        Vocabulary::of::<Shut>(),
        Vocabulary::of::<WeakPassword>(),
        Vocabulary::of::<super::workings::AboutJobs>(),
        Vocabulary::of::<http::Absent<'_>>(),
        Vocabulary::of::<http::body::BodyFault<'_>>(),
        Vocabulary::of::<Unable>(),
        Vocabulary::of::<Denied>(),
        Vocabulary::of::<ValueFault<'_>>(),
        Vocabulary::of::<InputFault<'_>>(),
        Vocabulary::of::<EditError>(),
        Vocabulary::of::<ogc::MemberFault<'_>>(),
        Vocabulary::of::<NoPlace>(),
        Vocabulary::of::<FilterError>(),
        Vocabulary::of::<Matter<'_>>(),
        Vocabulary::of::<Implausible>(),
    ]
}

/// The texts below the folder of declarations, with every sentence in every language.
///
/// # Errors
/// What is wrong with the texts, with file and line.
pub fn texts(data: &Path) -> Result<Texts, TextFaults> {
    let texts = Texts::load(&data.join("texts"))?;
    texts.check(&vocabularies())?;
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_said_is_said_in_both_languages_and_mentions_what_it_is_given() {
        if let Err(faults) = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data")) {
            panic!("{faults}");
        }
        let all = vocabularies();
        assert!(all.iter().all(|vocabulary| !vocabulary.sentences.is_empty()), "{all:#?}");
    }
}
