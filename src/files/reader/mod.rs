//! The reader of photos and documents: a process of its own that says what a file is by its content, and makes of a photo what is
//! kept: new pictures of its pixels, without anything else that was in it.
//!
//! The binary starts itself again with a hidden word, as for imports ([`crate::exchange::reader`]). The file is its standard
//! input, and what it says goes out as a line of JSON with the pictures behind it. Who reads that is [`super::look`].
//!
//! In reading order: [`format`] (which of those that are taken), [`jpeg`] and [`pdf`] (is it whole?), [`picture`].

mod format;
mod jpeg;
mod pdf;
mod picture;

use std::io::{self, Read, Write};
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use format::Format;

/// The hidden word that makes the binary a reader.
pub const COMMAND: &str = "photo-reader";

/// Pixels of the long side of a photo as it is kept, on a screen, and in a list.
pub const KEPT: u32 = 4_000;
pub const SCREEN: u32 = 1_600;
pub const THUMBNAIL: u32 = 320;

/// What the reader is asked to do; one JSON argument.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Order {
    /// Pixels that a photo may have.
    pub most_pixels: u64,
}

/// What the reader says, before the bytes of the pictures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "snake_case")]
pub enum Said {
    /// A photo that has become pictures: the one to keep, and those for screen and list where it is larger.
    Photo {
        width: u32,
        height: u32,
        kept: usize,
        screen: usize,
        thumbnail: usize,
    },
    /// A document, which is kept as it is.
    Document,
    Unfit(Unfit),
}

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Unfit {
    /// Its content is none of what is taken.
    Format,
    /// It is a HEIC photo, which cannot be read here.
    Heic,
    TooManyPixels {
        width: u32,
        height: u32,
    },
    /// It breaks off, or is damaged.
    Broken,
}

/// The pictures of a photo.
#[derive(Debug)]
pub struct Pictures {
    pub width: u32,
    pub height: u32,
    pub kept: Vec<u8>,
    /// Empty where the picture before it is small enough.
    pub screen: Vec<u8>,
    pub thumbnail: Vec<u8>,
}

/// Runs as the reader if these arguments of the process say so.
pub fn run_if_asked(arguments: &[String]) -> Option<ExitCode> {
    let [_, command, order] = arguments else { return None };
    if command != COMMAND {
        return None;
    }
    let done = serde_json::from_str(order).map_err(io::Error::from).and_then(|order| run(order, io::stdin().lock()));
    Some(if done.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run(order: Order, mut input: impl Read) -> io::Result<()> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let mut out = io::stdout().lock();
    match read(order, bytes) {
        Ok(Some(pictures)) => {
            let Pictures { width, height, kept, screen, thumbnail } = &pictures;
            let (width, height) = (*width, *height);
            let said =
                Said::Photo { width, height, kept: kept.len(), screen: screen.len(), thumbnail: thumbnail.len() };
            say(&mut out, &said)?;
            [kept, screen, thumbnail].into_iter().try_for_each(|picture| out.write_all(picture))?;
        }
        Ok(None) => say(&mut out, &Said::Document)?,
        Err(unfit) => say(&mut out, &Said::Unfit(unfit))?,
    }
    out.flush()
}

fn say(out: &mut impl Write, said: &Said) -> io::Result<()> {
    serde_json::to_writer(&mut *out, said)?;
    out.write_all(b"\n")
}

/// What a file is; `None` for a document.
fn read(order: Order, bytes: Vec<u8>) -> Result<Option<Pictures>, Unfit> {
    match Format::of(&bytes).ok_or(Unfit::Format)? {
        Format::Pdf if pdf::is_whole(&bytes) => Ok(None),
        Format::Pdf => Err(Unfit::Broken),
        format => picture::read(format, bytes, order.most_pixels).map(Some),
    }
}

#[cfg(test)]
mod tests;
