//! The log of a process: lines on stderr, as text or JSON.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::Subscriber;

use super::Failure;
use crate::config::{Config, ConfigMistake, LogFormat};
use crate::texts::Told;

/// Starts the log, and sends what panics say there too, so that it has one form.
///
/// # Errors
/// [`Failure::Usage`] for a filter that cannot be read.
pub fn start(config: &Config) -> Result<(), Failure> {
    let filter = EnvFilter::builder().parse(&config.log).map_err(|error| {
        Failure::Usage(Told::of(&ConfigMistake::NoLogFilter { text: &config.log, error: &error.to_string() }))
    })?;
    // What a browser answers wrongly is no error of the server; what of it matters is told where it is refused.
    let quiet = ["webauthn_rs=off", "webauthn_rs_core=off"].map(|words| words.parse().expect("a directive"));
    let filter = quiet.into_iter().fold(filter, EnvFilter::add_directive);
    let lines = Subscriber::builder().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first log.
    let _ = match config.log_format {
        LogFormat::Text => tracing::subscriber::set_global_default(lines.with_ansi(wants_colour()).finish()),
        LogFormat::Json => tracing::subscriber::set_global_default(lines.json().flatten_event(true).finish()),
    };
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let backtrace = std::backtrace::Backtrace::capture();
        let message = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(id = crate::http::problem::request_id(), place, message, %backtrace, "panicked at");
    }));
    Ok(())
}

fn wants_colour() -> bool {
    use std::io::IsTerminal;
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
