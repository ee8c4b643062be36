//! From a stream to a file that can be read: without a name, on the disk and not in memory, gone when nobody reads it any more.

use std::fmt::Display;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::pin::pin;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::io::AsyncWriteExt;

use super::{FileError, Refusal};

/// What has come whole.
#[derive(Debug)]
pub struct Staged {
    pub file: File,
    /// Bytes.
    pub size: u64,
}

impl Staged {
    /// The file, read from its beginning.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn rewound(&self) -> std::io::Result<File> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

/// Takes in what comes, if it is no larger than `most` bytes.
///
/// # Errors
/// It is too large, there is nothing in it, it broke off; those of the disk.
pub async fn staged<E: Display>(stream: impl Stream<Item = Result<Bytes, E>>, most: u64) -> Result<Staged, FileError> {
    let (mut stream, mut size) = (pin!(stream), 0);
    let mut file = tokio::fs::File::from_std(tempfile::tempfile()?);
    while let Some(portion) = stream.next().await {
        let portion = portion.map_err(|error| {
            tracing::debug!(%error, "a file broke off");
            Refusal::BrokenOff
        })?;
        size += portion.len() as u64;
        if size > most {
            return Err(Refusal::TooLarge { megabytes: most >> 20 }.into());
        }
        file.write_all(&portion).await?;
    }
    file.flush().await?;
    if size == 0 {
        return Err(Refusal::Empty.into());
    }
    Ok(Staged { file: file.into_std().await, size })
}
