//! The command line.
//!
//! One file a command. A command says what went wrong in plain sentences on stderr and ends with 0 (done), 1 (failed),
//! 2 (called or configured wrongly), 3 (some of what was given was refused) or 4 (nothing of it could be taken). Whoever
//! has the shell has the database: commands ask for no token.
//!
//! A new command is a file with its arguments (`clap::Args`) and `run(arguments, &Config) -> Result<(), Failure>`, and a
//! line in each of the two lists of this file.

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
pub mod serve;
mod supervisor;
pub mod tiles;
pub mod token;

use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, Overrides};

pub use place::Place;

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
    Usage(String),
    /// Exit code 1.
    Failed(String),
    /// Exit code 1, and everything has been said already.
    Said,
    /// Something of what was given was not taken, and that has been said: exit code 3.
    Partly,
    /// Nothing of what was given could be taken, and that has been said: exit code 4.
    Nothing,
}

impl Failure {
    /// A failure with its cause.
    pub fn of(what: &str, cause: impl Display) -> Self {
        Self::Failed(format!("{what}: {cause}"))
    }
}

/// Runs the program's command.
pub fn run() -> ExitCode {
    // Wrong arguments end here, with code 2 and clap's own words.
    let arguments = Arguments::parse();
    match execute(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Said) => ExitCode::from(1),
        Err(Failure::Partly) => ExitCode::from(3),
        Err(Failure::Nothing) => ExitCode::from(4),
        Err(Failure::Failed(message)) => say(&message, 1),
        Err(Failure::Usage(message)) => say(&message, 2),
    }
}

/// Writes a line of a command's answer. A reader that has seen enough (`| head`) ends the command, quietly.
pub fn tell(line: std::fmt::Arguments<'_>) {
    use std::io::Write;
    if writeln!(std::io::stdout().lock(), "{line}").is_err() {
        std::process::exit(0);
    }
}

fn say(message: &str, code: u8) -> ExitCode {
    eprintln!("geokontor: {message}");
    ExitCode::from(code)
}

fn execute(arguments: Arguments) -> Result<(), Failure> {
    let mut overrides = Overrides { file: arguments.config, listen: None };
    if let Command::Serve(serve) = &arguments.command {
        overrides.listen.clone_from(&serve.listen);
    }
    let loaded = Config::load(&overrides);
    // `check` tells of a faulty configuration in its own way.
    let mut config = match (&arguments.command, loaded) {
        (_, Ok(config)) => config,
        (Command::Check, Err(faults)) => return Err(check::misconfigured(&faults)),
        (_, Err(faults)) => return Err(Failure::Usage(format!("the configuration has faults\n{faults}"))),
    };
    if !matches!(arguments.command, Command::Serve(_)) && config.log == Config::default().log {
        // What a command has to say is its answer; between its lines only warnings belong.
        "warn".clone_into(&mut config.log);
    }
    logs::start(&config)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::of("the program cannot start", error))?;
    let done = runtime.block_on(async {
        match arguments.command {
            Command::Serve(serve) => serve::run(serve, config).await,
            Command::Migrate => migrate::run(&config).await,
            Command::Check => check::run(&config).await,
            Command::Demo(demo) => demo::run(demo, &config).await,
            Command::Import(args) => import::command(args, &config).await,
            Command::Export(args) => export::command(args, &config).await,
            Command::Backup(backup) => backup::run(backup, &config).await,
            Command::Restore(restore) => restore::run(restore, &config).await,
            Command::Tiles(tiles) => tiles::run(tiles, &config).await,
            Command::Database(database) => database::run(database, &config).await,
            Command::Account(account) => account::run(account, &config).await,
            Command::Token(token) => token::run(token, &config).await,
        }
    });
    // What still blocks a thread is not waited for: everything that matters has been committed.
    runtime.shutdown_background();
    done
}
