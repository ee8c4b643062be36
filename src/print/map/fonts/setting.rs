//! Texts set in lines, broken where all lines become about as long (maplibre-gl-js, `shaping.ts`, `determineLineBreaks`).

use super::Typeface;

/// Height of a line in ems, MapLibre's default.
pub const LINE_HEIGHT: f32 = 1.2;

/// A text in lines; lengths in ems.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    pub lines: Vec<Line>,
    /// Of the widest line.
    pub width: f32,
    pub height: f32,
}

/// A line: letters and where each begins.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    pub letters: Vec<(char, f32)>,
    pub width: f32,
}

impl Setting {
    /// Sets a text. Letters the face lacks are left out; `None` if nothing is left. `max_width` of 0 keeps one line.
    pub fn new(face: &Typeface, text: &str, letter_spacing: f32, max_width: f32) -> Option<Self> {
        let characters: Vec<char> = text.trim().chars().filter(|c| *c == '\n' || face.glyph(*c).is_some()).collect();
        let mut lines: Vec<Line> = Vec::new();
        for paragraph in characters.split(|character| *character == '\n') {
            for piece in broken(face, paragraph, letter_spacing, max_width) {
                lines.push(Line::new(face, piece, letter_spacing));
            }
        }
        let width = lines.iter().map(|line| line.width).fold(0.0, f32::max);
        let height = lines.len() as f32 * LINE_HEIGHT;
        (width > 0.0).then_some(Self { lines, width, height })
    }
}

impl Line {
    fn new(face: &Typeface, characters: &[char], letter_spacing: f32) -> Self {
        let (mut letters, mut at) = (Vec::with_capacity(characters.len()), 0.0);
        let mut last: Option<u16> = None;
        for (character, glyph) in characters.iter().filter_map(|c| Some((*c, face.glyph(*c)?))) {
            at += last.map_or(0.0, |last| face.kerning(last, glyph.id) + letter_spacing);
            letters.push((character, at));
            at += glyph.advance;
            last = Some(glyph.id);
        }
        Self { letters, width: at }
    }
}

/// A paragraph's lines, without the spaces at which they are broken.
fn broken<'c>(face: &Typeface, text: &'c [char], letter_spacing: f32, max_width: f32) -> Vec<&'c [char]> {
    let advance = |c: &char| face.glyph(*c).map_or(0.0, |glyph| glyph.advance + letter_spacing);
    let whole: f32 = text.iter().map(advance).sum();
    let breaks = if max_width > 0.0 && whole > max_width {
        best_breaks(text, advance, whole / (whole / max_width).ceil())
    } else {
        Vec::new()
    };
    let mut start = 0;
    let mut lines = Vec::new();
    for end in breaks.into_iter().chain([text.len()]) {
        lines.push(trimmed(&text[start..end]));
        start = end;
    }
    lines
}

fn trimmed(line: &[char]) -> &[char] {
    let start = line.iter().position(|c| *c != ' ').unwrap_or(line.len());
    let end = line.iter().rposition(|c| *c != ' ').map_or(start, |last| last + 1);
    &line[start..end]
}

/// A place where a line may end, with the best way to come there.
struct Break {
    index: usize,
    at: f32,
    before: Option<usize>,
    badness: f32,
}

/// Ends of all lines but the last, such that the squares of their distances from the wanted width are least.
fn best_breaks(text: &[char], advance: impl Fn(&char) -> f32, wanted: f32) -> Vec<usize> {
    let mut breaks: Vec<Break> = Vec::new();
    let mut at = 0.0;
    for (index, character) in text.iter().enumerate() {
        if *character != ' ' {
            at += advance(character);
        }
        if index + 1 < text.len() && matches!(character, ' ' | '-' | '–' | '/' | '&' | '+' | '·') {
            breaks.push(best(&breaks, index + 1, at, wanted, false));
        }
        if *character == ' ' {
            at += advance(character);
        }
    }
    let end = best(&breaks, text.len(), at, wanted, true);
    let mut chosen = Vec::new();
    let mut before = end.before;
    while let Some(index) = before {
        chosen.push(breaks[index].index);
        before = breaks[index].before;
    }
    chosen.reverse();
    chosen
}

fn best(breaks: &[Break], index: usize, at: f32, wanted: f32, is_last: bool) -> Break {
    let badness = |start: f32| {
        let ragged = (at - start - wanted).powi(2);
        match (is_last, at - start < wanted) {
            (false, _) => ragged,
            // A short last line is better than a long one.
            (true, true) => ragged / 2.0,
            (true, false) => ragged * 2.0,
        }
    };
    let from_start = Break { index, at, before: None, badness: badness(0.0) };
    breaks.iter().enumerate().fold(from_start, |best, (number, previous)| {
        let badness = badness(previous.at) + previous.badness;
        if badness <= best.badness { Break { index, at, before: Some(number), badness } } else { best }
    })
}
