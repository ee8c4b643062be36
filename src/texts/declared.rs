//! What is wrong with a file that a district writes: declarations, texts, styles, mappings.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::{Foreign, Language, Texts, Told};

/// One mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclarationFault {
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    pub told: Told,
}

impl DeclarationFault {
    /// A mistake at these bytes of a file's text.
    pub fn at(file: &str, text: &str, span: Range<usize>, told: impl Into<Told>) -> Self {
        Self { file: file.to_owned(), line: line_of(text, span.start), told: told.into() }
    }

    /// A mistake of a file as a whole.
    pub fn of_file(file: &Path, told: impl Into<Told>) -> Self {
        Self { file: file.display().to_string(), line: 1, told: told.into() }
    }

    /// A file or folder that cannot be read.
    pub fn unreadable(file: &Path, error: &io::Error) -> Self {
        Self::of_file(file, &Foreign::Unreadable { why: error.into() })
    }

    /// The mistake as one line: where, and what, in a language.
    pub fn in_language(&self, texts: &Texts, language: Language) -> String {
        format!("{}:{}: {}", self.file, self.line, texts.sentence(&self.told, language))
    }
}

/// In English, for logs; commands speak the language of the locale.
impl fmt::Display for DeclarationFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(&Texts::built_in(), Language::En))
    }
}

/// Every mistake found; never empty.
#[derive(Debug)]
pub struct DeclarationFaults(pub Vec<DeclarationFault>);

impl fmt::Display for DeclarationFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for DeclarationFaults {}

impl From<DeclarationFault> for DeclarationFaults {
    fn from(fault: DeclarationFault) -> Self {
        Self(vec![fault])
    }
}

/// Collects mistakes of one file and turns byte offsets into lines.
#[derive(Debug)]
pub struct Reporter<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub faults: Vec<DeclarationFault>,
}

impl<'a> Reporter<'a> {
    /// For a file of this text.
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, faults: Vec::new() }
    }

    /// A mistake at these bytes.
    pub fn fault(&mut self, span: Range<usize>, told: impl Into<Told>) {
        self.faults.push(DeclarationFault::at(self.file, self.text, span, told));
    }

    /// What TOML says of the text.
    pub fn syntax(&mut self, error: &toml::de::Error) {
        self.fault(error.span().unwrap_or(0..0), error);
    }

    /// What was read, if there was no mistake in it.
    ///
    /// # Errors
    /// Every mistake, or the one that is why there is nothing.
    pub fn end<T>(self, read: Option<T>) -> Result<T, DeclarationFaults> {
        match read {
            Some(read) if self.faults.is_empty() => Ok(read),
            _ => Err(DeclarationFaults(self.faults)),
        }
    }
}

/// The line of a byte, counted from 1.
pub fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

/// The TOML files of a folder in the order of their names: file, name without its ending, text.
pub fn toml_files(folder: &Path, faults: &mut Vec<DeclarationFault>) -> Vec<(String, String, String)> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            faults.push(DeclarationFault::unreadable(folder, &error));
            return Vec::new();
        }
    };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    paths.sort();
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        match std::fs::read_to_string(&path) {
            Ok(text) => files.push((path.display().to_string(), name, text)),
            Err(error) => faults.push(DeclarationFault::unreadable(&path, &error)),
        }
    }
    files
}
