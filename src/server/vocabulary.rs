//! Everything the program can say to people: the list by which the texts are checked.

use std::path::Path;

use super::errors::Unable;
use crate::accounts::{self, ProviderMistake};
use crate::blobs::BucketFault;
use crate::collection::Mistake;
use crate::collection::validate::ValueFault;
use crate::config::ConfigMistake;
use crate::devices;
use crate::editing::proposals::ProposalRefusal;
use crate::editing::{EditError, InputFault};
use crate::exchange::OfExchange;
use crate::exchange::mapping::{MappingError, MappingMistake};
use crate::files;
use crate::filter::{FilterError, Matter};
use crate::firewater::plausibility::Implausible;
use crate::http;
use crate::identity::Denied;
use crate::identity::accounts::password::WeakPassword;
use crate::identity::devices::BadPin;
use crate::identity::links::Shut;
use crate::identity::roles::RoleMistake;
use crate::identity::roles::words::InWords;
use crate::imports;
use crate::mail::RelayFault;
use crate::ogc;
use crate::organisations;
use crate::print::map::style::Undrawable;
use crate::search::NoPlace;
use crate::store::OfDatabase;
use crate::supply::{self, SupplyMistake};
use crate::texts::{DeclarationFaults, Foreign, TextMistake, Texts, Vocabulary};
use crate::tiles::TilesetMistake;
use crate::tiles::style::StyleMistake;
use crate::tls::AuthoritiesFault;
use crate::upkeep;
use crate::views;

/// The sentences of all domains. What is said anywhere but on the command line is listed here, or its texts are refused as
/// needless.
pub fn vocabularies() -> Vec<Vocabulary> {
    vec![
        Vocabulary::of::<http::ProblemKind>(),
        Vocabulary::of::<http::Trouble>(),
        Vocabulary::of::<http::Wrong<'_>>(),
        Vocabulary::of::<accounts::Refusal>(),
        Vocabulary::of::<accounts::Refused>(),
        Vocabulary::of::<organisations::Refusal>(),
        Vocabulary::of::<devices::Refusal>(),
        Vocabulary::of::<views::Refusal>(),
        Vocabulary::of::<supply::Why>(),
        Vocabulary::of::<supply::Missing>(),
        Vocabulary::of::<imports::Refusal>(),
        Vocabulary::of::<imports::Wrong>(),
        Vocabulary::of::<upkeep::Why>(),
        Vocabulary::of::<upkeep::Wrong>(),
        Vocabulary::of::<upkeep::Refusal>(),
        Vocabulary::of::<files::Wrong>(),
        Vocabulary::of::<files::Refusal>(),
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
        Vocabulary::of::<ProposalRefusal>(),
        Vocabulary::of::<ogc::MemberFault<'_>>(),
        Vocabulary::of::<NoPlace>(),
        Vocabulary::of::<FilterError>(),
        Vocabulary::of::<Matter<'_>>(),
        Vocabulary::of::<Implausible>(),
        Vocabulary::of::<TextMistake<'_>>(),
        Vocabulary::of::<Foreign<'_>>(),
        Vocabulary::of::<Mistake<'_>>(),
        Vocabulary::of::<RoleMistake<'_>>(),
        Vocabulary::of::<upkeep::ChecklistMistake<'_>>(),
        Vocabulary::of::<SupplyMistake<'_>>(),
        Vocabulary::of::<ProviderMistake>(),
        Vocabulary::of::<TilesetMistake<'_>>(),
        Vocabulary::of::<StyleMistake<'_>>(),
        Vocabulary::of::<Undrawable>(),
        Vocabulary::of::<ConfigMistake<'_>>(),
        Vocabulary::of::<RelayFault>(),
        Vocabulary::of::<BucketFault>(),
        Vocabulary::of::<AuthoritiesFault>(),
        Vocabulary::of::<MappingError>(),
        Vocabulary::of::<MappingMistake<'_>>(),
        Vocabulary::of::<OfExchange>(),
        Vocabulary::of::<OfDatabase<'_>>(),
    ]
}

/// The texts below the folder of declarations, with every sentence in every language. Whether there are needless ones, too,
/// the command line looks, which knows those of commands.
///
/// # Errors
/// What is wrong with the texts, with file and line.
pub fn texts(data: &Path) -> Result<Texts, DeclarationFaults> {
    let texts = Texts::load(&data.join("texts"))?;
    texts.check(&vocabularies())?;
    Ok(texts)
}
