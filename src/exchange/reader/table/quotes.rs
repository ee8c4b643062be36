//! Notices a quotation mark that is opened and not closed as it should be: the lines behind it would become one cell.
//!
//! Where a field is quoted is what RFC 4180 says: a mark at its beginning opens it, one before a separator or the end of the
//! line closes it, two are one. A mark within a field is a letter like others (`5" Rohr`).

use std::fmt;
use std::io::{self, Read};

/// A cell may have so many lines.
const MOST_LINES: u64 = 200;

/// A quotation mark that was not closed as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unclosed {
    /// The line it stands on, from 1.
    pub line: u64,
}

impl fmt::Display for Unclosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the quotation mark on line {} is not closed", self.line)
    }
}

impl std::error::Error for Unclosed {}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a line.
    Line,
    /// At the beginning of a field within a line.
    Field,
    Plain,
    Quoted,
    /// Behind a mark that closes the field, or is the first of two.
    Closing,
    Comment,
}

/// Passes text on, with `\n` at the end of lines, and fails with [`Unclosed`].
pub struct Watched<R> {
    input: R,
    separator: u8,
    comment: Option<u8>,
    state: State,
    line: u64,
    /// Where the field was opened that is quoted.
    opened: u64,
}

impl<R: Read> Watched<R> {
    /// Watches a text whose first line has the number `line`.
    pub fn new(input: R, separator: u8, comment: Option<u8>, line: u64) -> Self {
        Self { input, separator, comment, state: State::Line, line, opened: line }
    }

    fn step(&mut self, byte: u8) -> Result<(), Unclosed> {
        let unclosed = Unclosed { line: self.opened };
        self.state = match (self.state, byte) {
            (State::Line, byte) if Some(byte) == self.comment => State::Comment,
            (State::Comment, byte) if byte != b'\n' => State::Comment,
            (State::Line | State::Field, b'"') => {
                self.opened = self.line;
                State::Quoted
            }
            (State::Quoted, b'"') => State::Closing,
            (State::Quoted, b'\n') if self.line - self.opened >= MOST_LINES => return Err(unclosed),
            (State::Quoted, _) | (State::Closing, b'"') => State::Quoted,
            (_, b'\n') => State::Line,
            (_, byte) if byte == self.separator => State::Field,
            // Closed in the middle of words, and lines away: it is another mark that this one met.
            (State::Closing, _) if self.line > self.opened => return Err(unclosed),
            _ => State::Plain,
        };
        self.line += u64::from(byte == b'\n');
        Ok(())
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        if length == 0 && !buffer.is_empty() && self.state == State::Quoted {
            return Err(io::Error::other(Unclosed { line: self.opened }));
        }
        for byte in &buffer[..length] {
            self.step(*byte).map_err(io::Error::other)?;
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(text: &str) -> Result<(), u64> {
        let read = Watched::new(text.as_bytes(), b';', Some(b'#'), 1).read_to_string(&mut String::new());
        match read {
            Ok(_) => Ok(()),
            Err(error) => Err(error
                .get_ref()
                .and_then(|it| it.downcast_ref::<Unclosed>())
                .expect("a mark without its other")
                .line),
        }
    }

    #[test]
    fn marks_that_belong_together_and_marks_within_words_are_none_of_its_business() {
        for text in [
            "a;\"b\";c\n1;\"two\nlines; and a separator\";3\n",
            "a;\"he said \"\"no\"\"\n twice\";c\n",
            "a;5\" pipe;6\" pipe\nb;\"\";\n",
            "# a remark with a \" mark\na;b\n",
            "a;\"Am Dom\" 5;c\n",
            "a;\"b\"",
        ] {
            assert_eq!(watched(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn one_that_runs_to_the_end_or_into_another_or_over_hundreds_of_lines_is_named_by_its_line() {
        assert_eq!(watched("a;b\n1;\"x\n2;y\n3;z\n"), Err(2), "to the end");
        assert_eq!(watched("a;b\n1;\"x;y\n2;z;\"w\"\n"), Err(2), "into another field");
        assert_eq!(watched("a;b\n\"c\nd\" e;f\n"), Err(2), "closed within words");
        let long = format!("a;b\n1;2\n1;\"{}\";3\n", "line\n".repeat(300));
        assert_eq!(watched(&long), Err(3), "over hundreds of lines");
    }
}
