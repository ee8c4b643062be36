//! The command line.
//!
//! One file a command. A command says what went wrong in plain sentences on stderr and ends with 0 (done), 1 (failed),
//! 2 (called or configured wrongly), 3 (some of what was given was refused) or 4 (nothing of it could be taken). Whoever
//! has the shell has the database: commands ask for no token.
//!
//! Commands speak the language of the locale ([`language`], [`voice`]); their sentences are listed in [`said`], and
//! [`vocabulary`] holds the texts against everything the program can say. What a process logs is in English.
//!
//! A new command is a file with its arguments (`clap::Args`) and `run(arguments, &Config, &Voice) -> Result<(), Failure>`,
//! and a line in each of the two lists of this file.

pub mod account;
pub mod backup;
pub mod check;
pub mod database;
pub mod demo;
pub mod export;
pub mod import;
mod language;
pub mod logs;
pub mod migrate;
mod place;
pub mod restore;
mod said;
pub mod serve;
mod supervisor;
pub mod tiles;
pub mod token;
mod usage;
mod vocabulary;
mod voice;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, ConfigFaults, Overrides};
use crate::texts::{DeclarationFaults, Language, Texts, Told};
use said::Said;

pub use place::Place;
pub use voice::Voice;

/// Who the journal says did it: the shell has no tokens.
const OPERATOR: &str = "command line";

/// The spatial server of a rural district.
#[derive(Debug, Parser)]
#[command(name = "geokontor", version, arg_required_else_help = true)]
struct Arguments {
    /// Configuration file (TOML); settings of the environment win over it
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests until told to stop
    Serve(serve::Serve),
    /// Bring the database up to date, and nothing else
    Migrate,
    /// Say what is wrong with configuration, declarations, database and machine
    Check,
    /// Fill the registers with an invented district
    Demo(demo::Demo),
    /// Import a file into a collection
    Import(import::ImportArgs),
    /// Write a collection to a file
    Export(export::ExportArgs),
    /// Write the whole database to a file, with a manifest beside it
    Backup(backup::Backup),
    /// Bring a backup into a database, and check it
    Restore(restore::Restore),
    /// Map tiles as files
    #[command(subcommand)]
    Tiles(tiles::TilesCommand),
    /// Users of the database beside the server
    #[command(subcommand)]
    Database(database::Database),
    /// Accounts of persons: the first administrator, new links, sending somebody away
    #[command(subcommand)]
    Account(account::Account),
    /// API tokens: who may write, and who may read what is not public
    #[command(subcommand)]
    Token(token::Token),
}

/// Why a command did not do what it should.
#[derive(Debug)]
pub enum Failure {
    /// Called or configured wrongly: exit code 2.
    Usage(Told),
    /// The same, with a list of faults: where each is, and what.
    Faulty(Told, Vec<(String, Told)>),
    /// Exit code 1.
    Failed(Told),
    /// Exit code 1, and everything has been said already.
    Said,
    /// Something of what was given was not taken, and that has been said: exit code 3.
    Partly,
    /// Nothing of what was given could be taken, and that has been said: exit code 4.
    Nothing,
}

impl Failure {
    /// Called wrongly.
    fn usage(said: &Said<'_>) -> Self {
        Self::Usage(said.into())
    }

    /// Not done.
    fn failed(said: &Said<'_>) -> Self {
        Self::Failed(said.into())
    }

    /// Files with mistakes, each with its line.
    fn faulty(head: &Said<'_>, DeclarationFaults(faults): DeclarationFaults) -> Self {
        let faults = faults.into_iter().map(|fault| (format!("{}:{}", fault.file, fault.line), fault.told));
        Self::Faulty(head.into(), faults.collect())
    }

    /// A configuration with mistakes.
    fn misconfigured(ConfigFaults(faults): ConfigFaults) -> Self {
        let faults = faults.into_iter().map(|fault| (fault.place, fault.told));
        Self::Faulty(Told::of(&Said::ConfigurationFaulty), faults.collect())
    }

    /// Says it, and with which code the program ends.
    fn end(self, voice: &Voice) -> ExitCode {
        let say = |told: Told| eprintln!("geokontor: {}", voice.sentence(told));
        ExitCode::from(match self {
            Self::Said => 1,
            Self::Partly => 3,
            Self::Nothing => 4,
            Self::Failed(told) => {
                say(told);
                1
            }
            Self::Usage(told) => {
                say(told);
                2
            }
            Self::Faulty(head, faults) => {
                say(head);
                faults.into_iter().for_each(|(place, told)| eprintln!("{place}: {}", voice.sentence(told)));
                2
            }
        })
    }
}

/// Why an argument is none: what the parser of arguments is told, to be said in the language of the caller.
#[derive(Debug, Clone)]
pub struct Unfit(pub Told);

impl Unfit {
    fn of(said: &Said<'_>) -> Self {
        Self(said.into())
    }
}

/// In English, where nobody looks for more than the text of an error.
impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&Texts::built_in().sentence(&self.0, Language::En))
    }
}

impl std::error::Error for Unfit {}

/// Runs the program's command.
pub fn run() -> ExitCode {
    let voice = Voice::built_in(language::of_process());
    let arguments = match usage::arguments(&voice) {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    let config = match configured(&arguments, &voice) {
        Ok(config) => config,
        Err(failure) => return failure.end(&voice),
    };
    let voice = voice.reading(&config.data);
    match execute(arguments, config, &voice) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.end(&voice),
    }
}

/// Writes a line of a command's answer. A reader that has seen enough (`| head`) ends the command, quietly.
pub fn tell(line: std::fmt::Arguments<'_>) {
    use std::io::Write;
    if writeln!(std::io::stdout().lock(), "{line}").is_err() {
        std::process::exit(0);
    }
}

/// The configuration of a command.
fn configured(arguments: &Arguments, voice: &Voice) -> Result<Config, Failure> {
    let mut overrides = Overrides { file: arguments.config.clone(), listen: None };
    if let Command::Serve(serve) = &arguments.command {
        overrides.listen.clone_from(&serve.listen);
    }
    let loaded = Config::load(&overrides);
    // `check` tells of a faulty configuration in its own way.
    let mut config = match (&arguments.command, loaded) {
        (_, Ok(config)) => config,
        (Command::Check, Err(faults)) => return Err(check::misconfigured(&faults, voice)),
        (_, Err(faults)) => return Err(Failure::misconfigured(faults)),
    };
    if !matches!(arguments.command, Command::Serve(_)) && config.log == Config::default().log {
        // What a command has to say is its answer; between its lines only warnings belong.
        "warn".clone_into(&mut config.log);
    }
    Ok(config)
}

fn execute(arguments: Arguments, config: Config, voice: &Voice) -> Result<(), Failure> {
    logs::start(&config)?;
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Failure::failed(&Said::CannotStart { why: Told::from(&error) }))?;
    let done = runtime.block_on(async {
        match arguments.command {
            Command::Serve(serve) => serve::run(serve, config).await,
            Command::Migrate => migrate::run(&config, voice).await,
            Command::Check => check::run(&config, voice).await,
            Command::Demo(demo) => demo::run(demo, &config, voice).await,
            Command::Import(args) => import::command(args, &config, voice).await,
            Command::Export(args) => export::command(args, &config, voice).await,
            Command::Backup(backup) => backup::run(backup, &config, voice).await,
            Command::Restore(restore) => restore::run(restore, &config, voice).await,
            Command::Tiles(tiles) => tiles::run(tiles, &config, voice).await,
            Command::Database(database) => database::run(database, &config, voice).await,
            Command::Account(account) => account::run(account, &config, voice).await,
            Command::Token(token) => token::run(token, &config, voice).await,
        }
    });
    // What still blocks a thread is not waited for: everything that matters has been committed.
    runtime.shutdown_background();
    done
}
