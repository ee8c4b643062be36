//! The parent's side of the reader: starts it, takes its frames, and tells in one sentence what went wrong.

use std::io::{BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::frame::{Frame, Header, RawRow, read_frame};
use super::reader::{COMMAND, Format, Order, limits};

/// Why a file gives no rows, or no more of them.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct SourceError(pub String);

/// A file being read by a process of its own.
#[derive(Debug)]
pub struct Source {
    child: Child,
    input: BufReader<ChildStdout>,
    pub header: Header,
    done: bool,
}

/// One row, or why it cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceRow {
    Row(RawRow),
    Bad { line: u64, reason: String },
}

impl Source {
    /// Starts a reader on the file of an order. `program` is the binary of the server, which runs as reader when told so.
    ///
    /// The reader dies with the thread that starts it: stay on that thread.
    pub fn open(program: &Path, file: &Path, order: Order) -> Result<Self, SourceError> {
        // A real path: no name that GDAL would take for something on the network gets through.
        let real: PathBuf =
            file.canonicalize().map_err(|error| SourceError(format!("{} cannot be read: {error}", file.display())))?;
        let text = real.to_str().ok_or_else(|| SourceError(format!("the name {} is not UTF-8", real.display())))?;
        let format = Format::of(text).unwrap_or(Format::GeoJson);
        let order = Order { file: text.to_owned(), ..order };
        let order = serde_json::to_string(&order).map_err(|error| SourceError(error.to_string()))?;
        let mut command = Command::new(program);
        command.arg(COMMAND).arg(order).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        limits::apply(&mut command, format);
        let mut child =
            command.spawn().map_err(|error| SourceError(format!("the reader cannot be started: {error}")))?;
        let stdout = child.stdout.take().ok_or_else(|| SourceError("the reader has no output".to_owned()))?;
        let mut source =
            Self { child, input: BufReader::with_capacity(256 << 10, stdout), header: Header::default(), done: false };
        match source.frame()? {
            Frame::Header(header) => source.header = header,
            Frame::End { .. } => source.done = true,
            _ => return Err(SourceError("the reader does not begin with a header".to_owned())),
        }
        Ok(source)
    }

    /// The next row; `None` after the last.
    pub fn next_row(&mut self) -> Result<Option<SourceRow>, SourceError> {
        if self.done {
            return Ok(None);
        }
        match self.frame()? {
            Frame::Row(row) => Ok(Some(SourceRow::Row(row))),
            Frame::Bad { line, reason } => Ok(Some(SourceRow::Bad { line, reason })),
            Frame::End { .. } => {
                self.done = true;
                let _ = self.child.wait();
                Ok(None)
            }
            _ => Err(SourceError("the reader sends a frame out of turn".to_owned())),
        }
    }

    fn frame(&mut self) -> Result<Frame, SourceError> {
        match read_frame(&mut self.input) {
            Ok(Some(Frame::Failed(reason))) => Err(SourceError(reason)),
            Ok(Some(frame)) => Ok(frame),
            Ok(None) | Err(_) => Err(self.ended()),
        }
    }

    /// What to say of a reader that stopped without a word.
    fn ended(&mut self) -> SourceError {
        let _ = self.input.read(&mut [0]);
        let reason = match self.child.wait() {
            Ok(status) => match status.signal() {
                Some(libc::SIGXCPU | libc::SIGKILL) => "it took too much time",
                Some(libc::SIGXFSZ) => "it wanted to write to the disk",
                Some(libc::SIGABRT | libc::SIGSEGV | libc::SIGBUS) => {
                    "the file is damaged, or needs more memory than is allowed"
                }
                _ => "it ended without a reason",
            },
            Err(_) => "it cannot be waited for",
        };
        SourceError(format!("the reader of the file was stopped: {reason}"))
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        if !self.done {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
