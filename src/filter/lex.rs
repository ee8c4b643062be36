//! CQL2 text cut into tokens.

use super::{FilterError, Matter, time::shown};
use crate::texts::Told;

/// A token and where it starts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// In characters, counted from 1.
    pub(super) position: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    /// A name or keyword.
    Word(String),
    /// A name in double quotes, never a keyword.
    Quoted(String),
    Number(f64),
    Text(String),
    /// An operator, bracket or comma.
    Symbol(&'static str),
    End,
}

impl TokenKind {
    /// What a sentence calls the token.
    pub(super) fn told(&self) -> Told {
        match self {
            Self::Word(word) => Told::verbatim(format!("'{}'", shown(word))),
            Self::Quoted(name) => Told::verbatim(format!("\"{}\"", shown(name))),
            Self::Number(number) => Told::verbatim(format!("'{number}'")),
            Self::Text(text) => Told::of(&Matter::TheText { text: shown(text) }),
            Self::Symbol(symbol) => Told::verbatim(format!("'{symbol}'")),
            Self::End => Told::of(&Matter::TheEnd),
        }
    }
}

/// Two characters before their first one alone.
const SYMBOLS: [&str; 16] = ["<>", "<=", ">=", "!=", "(", ")", ",", "=", "<", ">", "+", "-", "*", "/", "%", "^"];

/// Cuts a filter into tokens; the last one is [`TokenKind::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, FilterError> {
    let mut lexer = Lexer { chars: text.chars().collect(), at: 0 };
    let mut tokens = Vec::new();
    loop {
        while lexer.peek().is_some_and(is_space) {
            lexer.at += 1;
        }
        let position = lexer.at + 1;
        let kind = lexer.token()?;
        let last = kind == TokenKind::End;
        tokens.push(Token { kind, position });
        if last {
            return Ok(tokens);
        }
    }
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
}

impl Lexer {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn fault(&self, position: usize, matter: &Matter<'_>) -> FilterError {
        FilterError::Syntax { position, message: matter.into() }
    }

    fn token(&mut self) -> Result<TokenKind, FilterError> {
        let Some(c) = self.peek() else { return Ok(TokenKind::End) };
        let next_is_digit = self.chars.get(self.at + 1).is_some_and(char::is_ascii_digit);
        match c {
            '\'' => self.text(),
            '"' => self.quoted(),
            '0'..='9' => self.number(),
            '.' if next_is_digit => self.number(),
            _ if starts_name(c) => Ok(TokenKind::Word(self.run(continues_name))),
            _ => self.symbol(),
        }
    }

    fn run(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
        self.chars[start..self.at].iter().collect()
    }

    /// A quote within a text is doubled or follows a backslash. Two backslashes are left as they are, since LIKE reads
    /// them as one, and the second of them does not escape a quote.
    fn text(&mut self) -> Result<TokenKind, FilterError> {
        let start = self.at;
        let mut text = String::new();
        self.at += 1;
        while let Some(c) = self.peek() {
            let next = self.chars.get(self.at + 1).copied();
            self.at += 1;
            match (c, next) {
                ('\'' | '\\', Some('\'')) => text.push('\''),
                ('\\', Some('\\')) => text.push_str("\\\\"),
                ('\'', _) => return Ok(TokenKind::Text(text)),
                _ => {
                    text.push(c);
                    continue;
                }
            }
            self.at += 1;
        }
        Err(self.fault(start + 1, &Matter::TextOpen))
    }

    fn quoted(&mut self) -> Result<TokenKind, FilterError> {
        let start = self.at;
        let mut name = String::new();
        self.at += 1;
        while let Some(c) = self.peek() {
            self.at += 1;
            if c == '"' {
                if self.peek() != Some('"') {
                    return Ok(TokenKind::Quoted(name));
                }
                self.at += 1;
            }
            name.push(c);
        }
        Err(self.fault(start + 1, &Matter::NameOpen))
    }

    fn number(&mut self) -> Result<TokenKind, FilterError> {
        let start = self.at;
        self.run(|c| c.is_ascii_digit());
        if self.peek() == Some('.') {
            self.at += 1;
            self.run(|c| c.is_ascii_digit());
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            let signed = matches!(self.chars.get(self.at + 1), Some('+' | '-'));
            let digits = self.at + 1 + usize::from(signed);
            if self.chars.get(digits).is_some_and(char::is_ascii_digit) {
                self.at = digits;
                self.run(|c| c.is_ascii_digit());
            }
        }
        let text: String = self.chars[start..self.at].iter().collect();
        let number: Option<f64> = text.parse().ok().filter(|number: &f64| number.is_finite());
        number
            .map(TokenKind::Number)
            .ok_or_else(|| self.fault(start + 1, &Matter::NoUsableNumber { text: shown(&text) }))
    }

    fn symbol(&mut self) -> Result<TokenKind, FilterError> {
        let rest = &self.chars[self.at..];
        let fits = |symbol: &&&str| symbol.chars().enumerate().all(|(i, c)| rest.get(i) == Some(&c));
        match SYMBOLS.iter().find(fits) {
            Some(symbol) => {
                self.at += symbol.len();
                Ok(TokenKind::Symbol(symbol))
            }
            None => {
                let text = rest[0].escape_default().to_string();
                Err(self.fault(self.at + 1, &Matter::NoMeaning { text }))
            }
        }
    }
}

/// White space of the grammar: Unicode's and nothing else.
fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// `identifierStart` of the grammar (OGC 21-065r2, Annex B).
fn starts_name(c: char) -> bool {
    matches!(c,
        ':' | '_' | 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFE}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
        && !c.is_whitespace()
}

/// `identifierPart` of the grammar.
fn continues_name(c: char) -> bool {
    starts_name(c) || matches!(c, '.' | '0'..='9' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}
