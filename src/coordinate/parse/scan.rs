//! Cutting text into numbers, words and marks.
//!
//! The one hard question is the comma: decimal comma or separator? If a number has a decimal point, commas separate. If
//! not, a comma between two digits is a decimal comma, unless both sides are as long as metres are. Chains of commas that can be cut in more than one way are refused.

use super::ParseError;

/// A piece of a coordinate.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(Number),
    /// Letters, upper case.
    Word(String),
    Mark(Mark),
    /// A comma, semicolon or the like between coordinates.
    Break,
}

/// An unsigned number and the sign before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    pub value: f64,
    pub negative: bool,
    /// Decimals that were written, even zeros; `None` for a whole number.
    pub decimals: Option<u32>,
}

/// What is behind a number of degrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    Degrees,
    Minutes,
    Seconds,
}

/// What commas and points mean in one text.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    /// `53.8916`, commas separate.
    Point,
    /// `53,8916`.
    Comma,
    /// `5.974.265,57`: points group thousands, the comma is decimal.
    Grouped,
    /// `661655,5974265`: commas separate whole metres.
    Whole,
}

/// Cuts a text into its pieces.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ParseError> {
    let chars: Vec<char> = plain(text).chars().collect();
    let style = style(&chars);
    let (mut tokens, mut at) = (Vec::new(), 0);
    while let Some(&c) = chars.get(at) {
        let end = |belongs: fn(char) -> bool| at + chars[at..].iter().take_while(|c| belongs(**c)).count();
        let next = if c.is_ascii_digit() {
            let end = end(in_number);
            let run: String = chars[at..end].iter().collect();
            let negative = at > 0 && chars[at - 1] == '-';
            numbers(&run, style, negative, &mut tokens)?;
            end
        } else if c.is_alphabetic() {
            let end = end(char::is_alphabetic);
            tokens.push(word(chars[at..end].iter().collect()));
            end
        } else {
            tokens.extend(sign_or_mark(c, at, &chars)?);
            at + 1
        };
        at = next;
    }
    Ok(tokens)
}

fn in_number(c: char) -> bool {
    c.is_ascii_digit() || c == '.' || c == ','
}

/// Upper case, with the many typographic variants of a mark made one and the names of the datum taken out.
fn plain(text: &str) -> String {
    let one = |c: char| match c {
        '’' | '‘' | '‛' | '′' | 'ʹ' | '´' | '`' => '\'',
        '”' | '“' | '„' | '‟' | '″' | 'ʺ' => '"',
        'º' | '˚' => '°',
        '−' | '–' | '—' | '‐' | '‑' => '-',
        c if c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}') => ' ',
        c => c,
    };
    let mut plain: String = text.chars().map(one).flat_map(char::to_uppercase).collect();
    for datum in ["WGS84", "WGS 84", "WGS-84", "ETRS89", "ETRS 89"] {
        plain = plain.replace(datum, " ");
    }
    plain.replace("''", "\"")
}

fn style(chars: &[char]) -> Style {
    let text: String = chars.iter().map(|c| if in_number(*c) { *c } else { ' ' }).collect();
    let runs: Vec<&str> =
        text.split(' ').map(|run| run.trim_matches(['.', ','])).filter(|run| !run.is_empty()).collect();
    let grouped = |run: &&str| {
        let whole = run.split(',').next().unwrap_or(run);
        whole.matches('.').count() >= 2 && whole.split('.').skip(1).all(|group| group.len() == 3)
    };
    if runs.iter().any(grouped) {
        return Style::Grouped;
    }
    if runs.iter().any(|run| run.contains('.')) {
        return Style::Point;
    }
    let separates = |run: &&str| run.split(',').all(|part| part.len() >= 5) && run.contains(',');
    if runs.iter().any(separates) { Style::Whole } else { Style::Comma }
}

/// Reads a run of digits, points and commas, which may hold several numbers.
fn numbers(run: &str, style: Style, negative: bool, tokens: &mut Vec<Token>) -> Result<(), ParseError> {
    let bare = run.trim_end_matches(['.', ',']);
    let unclear = || ParseError::Commas(bare.to_owned());
    let parts: Vec<String> = match style {
        Style::Point | Style::Whole => bare.split(',').map(str::to_owned).collect(),
        Style::Grouped => vec![bare.replace('.', "").replacen(',', ".", 1)],
        Style::Comma => match bare.split(',').collect::<Vec<_>>()[..] {
            [a, b, c, d] => vec![format!("{a}.{b}"), format!("{c}.{d}")],
            [_] | [_, _] => vec![bare.replace(',', ".")],
            _ => return Err(unclear()),
        },
    };
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            tokens.push(Token::Break);
        }
        let value = part.parse().map_err(|_| unclear())?;
        let negative = negative && index == 0;
        let decimals = part.split_once('.').map(|(_, decimals)| decimals.len() as u32);
        tokens.push(Token::Number(Number { value, negative, decimals }));
    }
    if run.ends_with(',') {
        tokens.push(Token::Break);
    }
    Ok(())
}

/// Words that stand for a mark become one.
fn word(word: String) -> Token {
    match word.as_str() {
        "GRAD" | "DEG" | "DEGREES" => Token::Mark(Mark::Degrees),
        "MIN" | "MINUTEN" | "MINUTES" => Token::Mark(Mark::Minutes),
        "SEK" | "SEC" | "SEKUNDEN" | "SECONDS" => Token::Mark(Mark::Seconds),
        _ => Token::Word(word),
    }
}

/// Reads a single character that is neither digit nor letter.
fn sign_or_mark(c: char, at: usize, chars: &[char]) -> Result<Option<Token>, ParseError> {
    let digit = |index: Option<usize>| index.and_then(|i| chars.get(i)).is_some_and(char::is_ascii_digit);
    match c {
        // A minus is a sign before a digit, a separator between spaces, and unclear right behind a digit.
        '-' | '+' if digit(Some(at + 1)) && digit(at.checked_sub(1)) => Err(ParseError::Character(c)),
        '-' | '+' if digit(Some(at + 1)) => Ok(None),
        '-' | ',' | ';' | '/' | '|' | '&' => Ok(Some(Token::Break)),
        '°' => Ok(Some(Token::Mark(Mark::Degrees))),
        '\'' => Ok(Some(Token::Mark(Mark::Minutes))),
        '"' => Ok(Some(Token::Mark(Mark::Seconds))),
        ' ' | ':' | '=' | '.' | '(' | ')' | '[' | ']' | '{' | '}' => Ok(None),
        _ => Err(ParseError::Character(c)),
    }
}
