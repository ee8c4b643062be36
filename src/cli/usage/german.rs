//! The commands as `--help` shows them in German.

use clap::{Arg, Command, CommandFactory};
use toml::Table;

use crate::cli::Arguments;

/// What is said of each command and argument, by their names.
const WORDS: &str = include_str!("de.toml");

/// What every command has, of which the library says something itself.
const COMMON: &str = "common";

/// There, the command that shows help.
const HELP: &str = "help_command";

const TEMPLATE: &str = "{about-with-newline}\nAufruf: {usage}\n\n{all-args}";

/// The commands with German help.
pub fn command() -> Command {
    let words: Table = WORDS.parse().expect("held by a test");
    let mut command = Arguments::command();
    // Only then it has all arguments: those for help and version, and in commands those that all have.
    command.build();
    translated(command, &words, table(&words, COMMON))
}

fn table<'a>(words: &'a Table, name: &str) -> Option<&'a Table> {
    words.get(name)?.as_table()
}

fn text<'a>(words: Option<&'a Table>, name: &str) -> Option<&'a str> {
    words?.get(name)?.as_str()
}

fn translated(command: Command, words: &Table, common: Option<&Table>) -> Command {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim().replace("[OPTIONS]", "[OPTIONEN]");
    let usage = usage.replace("[COMMAND]", "[BEFEHL]").replace("<COMMAND>", "<BEFEHL>");
    let command = match text(Some(words), "about") {
        Some(about) => command.about(about.to_owned()),
        None => command,
    };
    command
        .help_template(TEMPLATE)
        .override_usage(usage)
        .subcommand_help_heading("Befehle")
        .mut_args(|arg| {
            let name = arg.get_id().to_string();
            let help = text(Some(words), &name).or_else(|| text(common, &name)).map(str::to_owned);
            argument(arg, help)
        })
        .mut_subcommands(|command| match (table(words, command.get_name()), text(common, HELP)) {
            (Some(words), _) => translated(command, words, common),
            // Every command that has commands has this one as well.
            (None, Some(about)) if command.get_name() == "help" => command.about(about.to_owned()),
            _ => command,
        })
}

fn argument(arg: Arg, help: Option<String>) -> Arg {
    let heading = if arg.is_positional() { "Argumente" } else { "Optionen" };
    let arg = arg.help_heading(heading);
    let Some(mut help) = help else { return arg };
    let values = arg.get_default_values();
    if arg.get_action().takes_values() && !values.is_empty() {
        let values: Vec<_> = values.iter().map(|value| value.to_string_lossy()).collect();
        help.push_str(&format!(" [Vorgabe: {}]", values.join(", ")));
    }
    let possible = arg.get_possible_values();
    if arg.get_action().takes_values() && !possible.is_empty() {
        let possible: Vec<_> = possible.iter().map(clap::builder::PossibleValue::get_name).collect();
        help.push_str(&format!(" [möglich: {}]", possible.join(", ")));
    }
    arg.help(help).hide_default_value(true).hide_possible_values(true)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Everything that help says something of, by name.
    fn said_of(command: &Command, before: &str, into: &mut BTreeSet<String>) {
        into.insert(format!("{before}about"));
        // What all commands take is said once, at the top.
        for arg in command.get_arguments().filter(|arg| before.is_empty() || !arg.is_global_set()) {
            into.insert(format!("{before}{}", arg.get_id()));
            assert!(arg.get_help().is_some(), "{before}{} has no help in English", arg.get_id());
        }
        for sub in command.get_subcommands() {
            said_of(sub, &format!("{before}{}.", sub.get_name()), into);
        }
    }

    fn texts(words: &Table, before: &str, into: &mut BTreeSet<String>) {
        for (name, value) in words.iter().filter(|(name, _)| !before.is_empty() || *name != COMMON) {
            match value {
                toml::Value::Table(words) => texts(words, &format!("{before}{name}."), into),
                _ => drop(into.insert(format!("{before}{name}"))),
            }
        }
    }

    #[test]
    fn help_says_in_german_of_all_commands_and_arguments_what_it_says_in_english() {
        let (mut wanted, mut found) = (BTreeSet::new(), BTreeSet::new());
        said_of(&Arguments::command(), "", &mut wanted);
        texts(&WORDS.parse().expect("TOML"), "", &mut found);
        assert_eq!(found, wanted);
    }

    fn help(of: &[&str]) -> String {
        let given = std::iter::once("geokontor").chain(of.iter().copied()).chain(["--help"]);
        command().try_get_matches_from(given).expect_err("help").to_string()
    }

    #[test]
    fn help_is_german_to_its_headings_and_defaults() {
        insta::assert_snapshot!(help(&["demo"]), @r#"
        Die Register mit einem erfundenen Kreis füllen

        Aufruf: geokontor demo [OPTIONEN]

        Optionen:
              --config <FILE>     Konfigurationsdatei (TOML); Einstellungen der Umgebung gehen vor
              --seed <SEED>       Derselbe Startwert ergibt denselben Kreis [Vorgabe: 1]
              --scale <HYDRANTS>  Anzahl der Hydranten; ein Landkreis hat etwa 4000 [Vorgabe: 4000]
              --force             Auch laden, wenn die Register nicht leer sind
          -h, --help              Diese Hilfe anzeigen
        "#);
        insta::assert_snapshot!(help(&["account"]), @r#"
        Konten von Personen: die erste Verwaltung, neue Links, Sperren

        Aufruf: geokontor account [OPTIONEN] <BEFEHL>

        Befehle:
          create   Ein Konto anlegen; gibt einmal den Link aus, über den die Person ihr Kennwort festlegt
          list     Alle Konten anzeigen
          link     Ein neuer Link, über den jemand ein Kennwort festlegt
          disable  Ein Konto sperren; seine Sitzungen enden sofort
          enable   Ein Konto wieder freigeben
          erase    Löschen, was über eine Person bekannt ist; was sie getan hat, steht dann unter einer Nummer
          help     Hilfe zu einem Befehl anzeigen

        Optionen:
              --config <FILE>  Konfigurationsdatei (TOML); Einstellungen der Umgebung gehen vor
          -h, --help           Diese Hilfe anzeigen
        "#);
    }
}
