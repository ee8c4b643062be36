//! What the parser of arguments says: help, and what is wrong with a call, in the language of the caller.
//!
//! English help is the doc comments of the arguments. German help stands beside them in `usage/de.toml`, by command and
//! argument, and is put in their place; a test holds that none is missing. What is wrong with a call is said by sentences
//! of ours in both languages.

mod german;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Arguments, Unfit, Voice};
use crate::texts::{Language, Tell, Told};

/// What is wrong with a call. Arguments are told as the usage has them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Misused<'a> {
    UnknownArgument {
        argument: &'a str,
        meant: Option<&'a str>,
    },
    UnknownCommand {
        command: &'a str,
        meant: Option<&'a str>,
    },
    CommandMissing {
        known: Vec<&'a str>,
    },
    ArgumentsMissing {
        arguments: Vec<&'a str>,
    },
    ValueMissing {
        argument: &'a str,
    },
    NotPossible {
        value: &'a str,
        argument: &'a str,
        possible: Vec<&'a str>,
    },
    ValueUnfit {
        argument: &'a str,
        reason: Told,
    },
    /// What the library has no words for in German.
    NoNumber {
        value: &'a str,
        argument: &'a str,
    },
    ValueNeedless {
        value: &'a str,
        argument: &'a str,
    },
    Twice {
        argument: &'a str,
    },
    Conflict {
        argument: &'a str,
        others: Vec<&'a str>,
    },
    NotUnicode,
    /// Where there is more.
    Help,
    /// Before how a command is called.
    Usage,
}

impl Tell for Misused<'_> {
    const FILE: &'static str = "usage";
}

/// The arguments of this process.
///
/// # Errors
/// The code with which to end: 0 after help and version were printed, 2 after what is wrong with the call was said.
pub fn arguments(voice: &Voice) -> Result<Arguments, ExitCode> {
    parse(std::env::args_os(), voice).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A reader that has seen enough is no failure.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            ExitCode::from(2)
        }
        _ => {
            eprintln!("{}", explained(&error, voice));
            ExitCode::from(2)
        }
    })
}

fn parse(given: impl IntoIterator<Item = OsString>, voice: &Voice) -> Result<Arguments, clap::Error> {
    let command = match voice.language {
        Language::De => german::command(),
        Language::En => Arguments::command(),
    };
    let mut matches = command.try_get_matches_from(given)?;
    Arguments::from_arg_matches_mut(&mut matches)
}

/// What is wrong, how the command is called, and where there is more.
fn explained(error: &clap::Error, voice: &Voice) -> String {
    let mut text = format!("geokontor: {}", voice.sentence(told(error)));
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let usage = usage.trim().trim_start_matches("Usage:").trim_start();
        text.push_str(&format!("\n\n{} {usage}", voice.sentence(&Misused::Usage)));
    }
    format!("{text}\n\n{}", voice.sentence(&Misused::Help))
}

fn told(error: &clap::Error) -> Told {
    let one = |kind| strings(error, kind).first().copied();
    let argument = one(ContextKind::InvalidArg).unwrap_or_default();
    let value = one(ContextKind::InvalidValue).unwrap_or_default();
    Told::of(&match error.kind() {
        ErrorKind::UnknownArgument => Misused::UnknownArgument { argument, meant: one(ContextKind::SuggestedArg) },
        ErrorKind::InvalidSubcommand => Misused::UnknownCommand {
            command: one(ContextKind::InvalidSubcommand).unwrap_or_default(),
            meant: one(ContextKind::SuggestedSubcommand),
        },
        ErrorKind::MissingSubcommand => Misused::CommandMissing { known: strings(error, ContextKind::ValidSubcommand) },
        ErrorKind::MissingRequiredArgument => {
            Misused::ArgumentsMissing { arguments: strings(error, ContextKind::InvalidArg) }
        }
        ErrorKind::InvalidValue if value.is_empty() => Misused::ValueMissing { argument },
        ErrorKind::InvalidValue => {
            Misused::NotPossible { value, argument, possible: strings(error, ContextKind::ValidValue) }
        }
        ErrorKind::ValueValidation => match reason(error) {
            Some(reason) => Misused::ValueUnfit { argument, reason },
            None => Misused::NoNumber { value, argument },
        },
        ErrorKind::TooManyValues => Misused::ValueNeedless { value, argument },
        ErrorKind::ArgumentConflict => match strings(error, ContextKind::PriorArg) {
            others if others == [argument] => Misused::Twice { argument },
            others => Misused::Conflict { argument, others },
        },
        ErrorKind::InvalidUtf8 => Misused::NotUnicode,
        // What none of our arguments leads to.
        _ => return Told::verbatim(error.to_string()),
    })
}

fn strings(error: &clap::Error, kind: ContextKind) -> Vec<&str> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text],
        Some(ContextValue::Strings(texts)) => texts.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Why a value is none, if a parser of ours has said so; all others are those of numbers.
fn reason(error: &clap::Error) -> Option<Told> {
    let source = std::error::Error::source(error)?;
    source.downcast_ref::<Unfit>().map(|Unfit(told)| told.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(language: Language, given: &[&str]) -> String {
        let voice = Voice::built_in(language);
        let given = std::iter::once("geokontor").chain(given.iter().copied()).map(OsString::from);
        let error = parse(given, &voice).expect_err("a wrong call");
        explained(&error, &voice).lines().next().unwrap_or_default().to_owned()
    }

    #[test]
    fn what_is_wrong_with_a_call_is_said_in_both_languages() {
        let calls: [&[&str]; 10] = [
            &["import", "x.csv", "--colection", "hydrants"],
            &["imprt"],
            &["--config", "x"],
            &["import", "x.csv"],
            &["import", "x.csv", "--collection"],
            &["import", "x.csv", "--collection", "hydrants", "--lang", "fr"],
            &["token", "create", "--name", "a", "--role", "editor", "--area", "Wismar"],
            &["database", "reader", "qgis", "--sql", "--new-password"],
            &["account", "link", "nobody"],
            &["demo", "--scale", "many"],
        ];
        let german = calls.map(|call| said(Language::De, call)).join("\n");
        let english = calls.map(|call| said(Language::En, call)).join("\n");
        insta::assert_snapshot!(german, @r#"
        geokontor: „--colection“ ist nicht bekannt; gemeint ist vielleicht „--collection“
        geokontor: einen Befehl „imprt“ gibt es nicht; gemeint ist vielleicht „export“
        geokontor: hier fehlt ein Befehl: serve, migrate, check, demo, import, export, backup, restore, tiles, database, account, token oder help
        geokontor: es fehlt: --collection <COLLECTION>
        geokontor: zu „--collection <COLLECTION>“ fehlt der Wert
        geokontor: „fr“ ist kein Wert für „--lang <LANG>“; möglich: de oder en
        geokontor: --area <KEY>: „Wismar“ ist kein Gemeindeschlüssel; Schlüssel sind acht Ziffern wie 13074012 oder deren Anfang
        geokontor: „--sql“ ist nicht zusammen mit --new-password möglich
        geokontor: <MAIL>: Eine E-Mail-Adresse sieht aus wie name@example.org.
        geokontor: „many“ ist keine zulässige Zahl für „--scale <HYDRANTS>“
        "#);
        insta::assert_snapshot!(english, @r#"
        geokontor: '--colection' is not known; perhaps '--collection' is meant
        geokontor: there is no command 'imprt'; perhaps 'export' is meant
        geokontor: a command is missing here: serve, migrate, check, demo, import, export, backup, restore, tiles, database, account, token or help
        geokontor: missing: --collection <COLLECTION>
        geokontor: '--collection <COLLECTION>' lacks its value
        geokontor: 'fr' is no value for '--lang <LANG>'; possible: de or en
        geokontor: --area <KEY>: 'Wismar' is not a municipality key; keys are eight digits, like 13074012, or their beginning
        geokontor: '--sql' cannot be used with --new-password
        geokontor: <MAIL>: A mail address looks like name@example.org.
        geokontor: 'many' is not a number that '--scale <HYDRANTS>' can be
        "#);
    }
}
