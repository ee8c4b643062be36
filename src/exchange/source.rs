//! The parent's side of the reader: starts it, takes its frames, and tells in one sentence what went wrong.

use std::io::{self, BufReader, Read};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use super::frame::{Ending, Header, OfferedLayer, Passed, RawRow, ReaderMessage, read_frame};
use super::reader::{COMMAND, Order, limits};
use crate::texts::{Label, Texts, Told};

/// A reader that sends nothing for so long is stopped, whether it computes or waits.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Why a file gives no rows, or no more of them.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", .0.en)]
pub struct SourceError(pub Label);

impl SourceError {
    fn new(de: impl Into<String>, en: impl Into<String>) -> Self {
        Self(Label::new(de, en))
    }
}

/// A file being read by a process of its own.
#[derive(Debug)]
pub struct Source {
    child: Child,
    input: BufReader<Patient>,
    offers: Vec<OfferedLayer>,
    ending: Option<Ending>,
}

/// One row, or why it cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceRow {
    Row(RawRow),
    Bad { line: u64, reason: Label },
}

/// What comes from a reader.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    /// A layer begins; the first thing of every file.
    Layer(Header),
    Row(SourceRow),
}

impl Source {
    /// Starts a reader on the file of an order. `program` is the binary of the server, which runs as reader when told so.
    /// It is stopped when it sends nothing for `patience` while something is waited for.
    ///
    /// The reader dies with the thread that starts it: stay on that thread.
    pub fn open(program: &Path, file: &Path, order: Order, patience: Duration) -> Result<Self, SourceError> {
        let name = file.display();
        // A real path: no name that GDAL would take for something on the network gets through.
        let real: PathBuf = file.canonicalize().map_err(|error| {
            let Label { de, en } = Texts::built_in().label(&Told::from(&error));
            SourceError::new(format!("{name} lässt sich nicht lesen: {de}"), format!("{name} cannot be read: {en}"))
        })?;
        let text = real.to_str().ok_or_else(|| {
            SourceError::new(format!("Der Name {name} ist nicht UTF-8"), format!("the name {name} is not UTF-8"))
        })?;
        let order = Order { file: text.to_owned(), ..order };
        let order = serde_json::to_string(&order).map_err(not_started)?;
        let mut command = Command::new(program);
        command.arg(COMMAND).arg(order).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        limits::apply(&mut command, limits::ROWS);
        let mut child = command.spawn().map_err(not_started)?;
        let stdout = child.stdout.take().ok_or_else(|| not_started("no output"))?;
        let input = BufReader::with_capacity(256 << 10, Patient { stdout, patience });
        Ok(Self { child, input, offers: Vec::new(), ending: None })
    }

    /// What comes next; `None` after the last row.
    pub fn receive(&mut self) -> Result<Option<Sent>, SourceError> {
        while self.ending.is_none() {
            match self.frame()? {
                ReaderMessage::Offers(offers) => self.offers = offers,
                ReaderMessage::Header(header) => return Ok(Some(Sent::Layer(header))),
                ReaderMessage::Row(row) => return Ok(Some(Sent::Row(SourceRow::Row(row)))),
                ReaderMessage::Bad { line, reason } => return Ok(Some(Sent::Row(SourceRow::Bad { line, reason }))),
                ReaderMessage::Alive => {}
                ReaderMessage::Failed(reason) => return Err(SourceError(reason)),
                ReaderMessage::End(ending) => {
                    self.ending = Some(ending);
                    let _ = self.child.wait();
                }
            }
        }
        Ok(None)
    }

    /// What the file offers; known once something was received, even if that was a failure to choose.
    pub fn offers(&self) -> &[OfferedLayer] {
        &self.offers
    }

    /// What stood in the file and was not among its rows; known after the last row.
    pub fn passed(&self) -> &[Passed] {
        self.ending.as_ref().map_or(&[], |ending| &ending.passed)
    }

    fn frame(&mut self) -> Result<ReaderMessage, SourceError> {
        match read_frame(&mut self.input) {
            Ok(Some(frame)) => Ok(frame),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => Err(self.stalled()),
            Ok(None) | Err(_) => Err(self.ended()),
        }
    }

    fn stalled(&mut self) -> SourceError {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let seconds = self.input.get_ref().patience.as_secs();
        SourceError::new(
            format!("Das Lesen der Datei wurde abgebrochen: {seconds} Sekunden lang kam keine Zeile"),
            format!("the reader of the file was stopped: no row came for {seconds} seconds"),
        )
    }

    /// What to say of a reader that stopped without a word.
    fn ended(&mut self) -> SourceError {
        let _ = self.input.read(&mut [0]);
        let (de, en) = match self.child.wait() {
            Ok(status) => match status.signal() {
                Some(libc::SIGXCPU | libc::SIGKILL) => ("es dauerte zu lange", "it took too much time"),
                Some(libc::SIGXFSZ) => ("es wollte auf die Festplatte schreiben", "it wanted to write to the disk"),
                Some(libc::SIGABRT | libc::SIGSEGV | libc::SIGBUS) => (
                    "die Datei ist beschädigt oder braucht mehr Arbeitsspeicher als erlaubt",
                    "the file is damaged, or needs more memory than is allowed",
                ),
                _ => ("ein Grund ist nicht bekannt", "it ended without a reason"),
            },
            Err(_) => ("der Leseprozess antwortet nicht", "it cannot be waited for"),
        };
        SourceError::new(
            format!("Das Lesen der Datei wurde abgebrochen: {de}"),
            format!("the reader of the file was stopped: {en}"),
        )
    }
}

fn not_started(error: impl std::fmt::Display) -> SourceError {
    SourceError::new(
        format!("Der Leseprozess lässt sich nicht starten: {error}"),
        format!("the reader cannot be started: {error}"),
    )
}

/// The output of a reader, which is waited for only so long.
#[derive(Debug)]
struct Patient {
    stdout: ChildStdout,
    patience: Duration,
}

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        wait_for(self.stdout.as_raw_fd(), self.patience)?;
        self.stdout.read(buffer)
    }
}

/// Waits until there is something to read, or the end.
fn wait_for(stream: RawFd, patience: Duration) -> io::Result<()> {
    let until = Instant::now() + patience;
    loop {
        let left = until.saturating_duration_since(Instant::now()).as_millis();
        let mut wanted = libc::pollfd { fd: stream, events: libc::POLLIN, revents: 0 };
        // SAFETY: one entry, which lives until the call returns.
        match unsafe { libc::poll(&raw mut wanted, 1, i32::try_from(left).unwrap_or(i32::MAX)) } {
            0 => return Err(io::ErrorKind::TimedOut.into()),
            -1 if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => {}
            -1 => return Err(io::Error::last_os_error()),
            _ => return Ok(()),
        }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        if self.ending.is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_reader_that_sends_nothing_is_stopped_whether_it_computes_or_waits() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.csv");
        std::fs::write(&file, "a;b\n").expect("written");
        for work in ["exec sleep 600", "while :; do :; done"] {
            let program = folder.path().join("reader");
            std::fs::write(&program, format!("#!/bin/sh\n{work}\n")).expect("written");
            std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).expect("permitted");
            let mut source =
                Source::open(&program, &file, Order::default(), Duration::from_millis(200)).expect("a reader");
            let error = source.receive().expect_err("nothing comes").to_string();
            assert!(error.contains("no row came"), "{error}");
        }
    }
}
