//! What is wrong with a declaration, and where.

use std::fmt;
use std::ops::Range;

/// One mistake in a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclarationFault {
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    pub reason: String,
}

impl DeclarationFault {
    /// A mistake at these bytes of a file's text.
    pub fn at(file: &str, text: &str, span: Range<usize>, reason: impl Into<String>) -> Self {
        let before = &text.as_bytes()[..span.start.min(text.len())];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Self { file: file.to_owned(), line, reason: reason.into() }
    }
}

impl fmt::Display for DeclarationFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
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

/// Collects mistakes of one file and turns byte offsets into lines.
pub struct Reporter<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub faults: Vec<DeclarationFault>,
}

impl Reporter<'_> {
    pub fn fault(&mut self, span: Range<usize>, reason: impl Into<String>) {
        self.faults.push(DeclarationFault::at(self.file, self.text, span, reason));
    }

    pub fn syntax(&mut self, error: &toml::de::Error) {
        self.fault(error.span().unwrap_or(0..0), error.message());
    }
}
