//! The parent's side of the reader: starts it on a file, waits for it, and takes what it says.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use super::reader::{COMMAND, Order, Pictures, Said, Unfit};
use crate::exchange::reader::limits::{self, Allowance};

/// For one file. The largest photo that is taken needs about half of the memory.
const ALLOWANCE: Allowance = Allowance { memory: 2 << 30, seconds: 60 };

/// Bytes that a reader may say. The pictures of a photo are smaller than that; more is nothing that a sound reader sends.
const MOST: u64 = 64 << 20;

/// What a file is.
#[derive(Debug)]
pub enum Looked {
    Photo(Pictures),
    /// Kept as it is.
    Document,
    Unfit(Unfit),
}

/// Looks at a file. Blocks until the reader has ended, which dies with the thread that starts it.
///
/// # Errors
/// The reader cannot be started. One that is ended by the system says of its file that it is broken.
pub fn look(program: &Path, file: File, order: Order) -> io::Result<Looked> {
    let order = serde_json::to_string(&order)?;
    let mut command = Command::new(program);
    command.arg(COMMAND).arg(order).stdin(Stdio::from(file)).stdout(Stdio::piped()).stderr(Stdio::null());
    limits::apply(&mut command, ALLOWANCE);
    let mut child = command.spawn()?;
    let mut said = Vec::new();
    let read = match child.stdout.take() {
        Some(stdout) => stdout.take(MOST).read_to_end(&mut said),
        None => Ok(0),
    };
    // Whoever has been read to the end is ending; whoever said too much is ended.
    if read.is_err() || said.len() as u64 == MOST {
        let _ = child.kill();
    }
    let status = child.wait()?;
    let looked = status.success().then(|| understood(said)).flatten();
    Ok(looked.unwrap_or_else(|| {
        tracing::info!(%status, "the reader of a file ended without a word");
        Looked::Unfit(Unfit::Broken)
    }))
}

fn understood(mut said: Vec<u8>) -> Option<Looked> {
    let end = said.iter().position(|byte| *byte == b'\n')?;
    match serde_json::from_slice(&said[..end]).ok()? {
        Said::Document => Some(Looked::Document),
        Said::Unfit(unfit) => Some(Looked::Unfit(unfit)),
        Said::Photo { width, height, kept, screen, thumbnail } => {
            let mut rest = said.split_off(end + 1);
            if rest.len() != kept.checked_add(screen)?.checked_add(thumbnail)? || kept == 0 {
                return None;
            }
            let thumbnail = rest.split_off(kept + screen);
            let screen = rest.split_off(kept);
            Some(Looked::Photo(Pictures { width, height, kept: rest, screen, thumbnail }))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn looked_by(script: &str) -> Looked {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("reader");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("written");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).expect("permitted");
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(b"x").expect("written");
        look(&program, file, Order { most_pixels: 1 }).expect("a reader")
    }

    #[test]
    fn a_reader_that_ends_says_nothing_or_too_much_has_found_a_broken_file() {
        for script in [
            "kill -9 $$",
            "exit 1",
            "echo nothing",
            "echo '{\"says\":\"photo\",\"width\":1,\"height\":1,\"kept\":9,\"screen\":0,\"thumbnail\":0}'; echo short",
            "exec cat /dev/zero",
        ] {
            assert!(matches!(looked_by(script), Looked::Unfit(Unfit::Broken)), "{script}");
        }
        assert!(matches!(looked_by("echo '{\"says\":\"document\"}'"), Looked::Document));
    }
}
