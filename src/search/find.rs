//! From a question to the best of what fits it.
//!
//! Every word of the question costs something with every word there is; an entry costs the sum over the question's words of
//! its cheapest word. That is a walk over all entries, but only over numbers, and settles every order of words at once.
//! What the words cost is the greater part of a score: how sure it is comes before how near it is. Where no entry has all
//! words, those are told that lack the fewest. What is exact stands alone.

use super::entry::{Entry, Extent, House};
use super::fit::Fit;
use super::fold::Token;
use super::gazetteer::Gazetteer;
use super::kind::{Kind, Kinds};
use super::places;
use super::references;
use super::role::{self, Role};
use super::words::{ERROR, NONE};
use crate::coordinate::LonLat;
use crate::feature::FeatureId;

/// More words than this are no question.
pub const MOST_WORDS: usize = 16;
/// Words that a number may be written in: `NWM 3 12 a`.
const WORDS_OF_NUMBER: usize = 4;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Question {
    pub text: String,
    /// What is near is likelier meant.
    pub near: Option<LonLat>,
    /// What is in view, likelier still.
    pub view: Option<Extent>,
    pub limit: usize,
    pub kinds: Kinds,
}

/// Something that fits, the smaller its score the better.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub score: f32,
    /// Every word is as it is written, the name has no other, and the very house number is there.
    pub exact: bool,
    /// As far as it is written: a word is not finished, or the name goes on.
    pub begun: bool,
    /// Another house than the one asked for.
    pub nearby: bool,
    /// Among what is exact, how far articles and prepositions differ.
    pub loose: u8,
    pub what: Found,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// By number in the gazetteer.
    Entry(u32),
    /// An address, with the street it is in.
    House(u32, FeatureId),
    /// Two streets and where they meet, longitude and latitude in ten-millionths of a degree.
    Crossing(u32, u32, [i32; 2]),
    /// By number among the registers.
    Reference(usize, FeatureId),
}

/// A question's words and what each costs.
#[derive(Debug)]
pub struct Asked {
    pub(super) words: Vec<Word>,
    /// There were more words than are looked at.
    is_cut: bool,
}

#[derive(Debug)]
pub(super) struct Word {
    pub token: Token,
    pub role: Role,
    pub costs: Vec<u8>,
}

impl Asked {
    /// Reads a question; `within` are the names of what the district lies in.
    pub fn new(text: &str, within: &[Vec<String>], gazetteer: &Gazetteer) -> Self {
        let mut words = role::words(text, within);
        let is_cut = words.len() > MOST_WORDS;
        words.truncate(MOST_WORDS);
        let last = words.len().saturating_sub(1);
        let word = |(nth, (token, role)): (usize, (Token, Role))| Word {
            role,
            costs: gazetteer.words.costs(&token, nth == last && !is_cut),
            token,
        };
        Self { words: words.into_iter().enumerate().map(word).collect(), is_cut }
    }

    /// True if the question has no words.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words of which something holds, one bit each.
    pub(super) fn bits(&self, holds: impl Fn(&Word) -> bool) -> u32 {
        let bit =
            |(nth, word): (usize, &Word)| if holds(word) { 1_u32.checked_shl(nth as u32).unwrap_or(0) } else { 0 };
        self.words.iter().enumerate().map(bit).fold(0, |bits, bit| bits | bit)
    }

    /// Whether the question says all words of a name.
    pub fn says(&self, tokens: &[Token]) -> bool {
        !tokens.is_empty() && tokens.iter().all(|token| self.words.iter().any(|word| word.token.text == token.text))
    }

    /// All names that fit, and how many words they lack: those that lack the fewest.
    pub fn names(&self, gazetteer: &Gazetteer, question: &Question) -> (Vec<Candidate>, usize) {
        let needed = self.words.iter().filter(|word| word.role == Role::Needed).count();
        let mut fewest = needed.saturating_sub(1);
        let mut fitting: Vec<(u32, &Entry, Fit)> = Vec::new();
        for (number, entry) in gazetteer.entries() {
            let Some(fit) = self.fit(gazetteer, entry, fewest) else { continue };
            if fit.missing < fewest {
                fewest = fit.missing;
                fitting.clear();
            }
            fitting.push((number, entry, fit));
        }
        let mut found = Vec::new();
        // With a word like "street" these may be most of all entries; their houses are looked at only now.
        for (number, entry, fit) in &fitting {
            self.candidates(&mut found, question, *number, entry, fit);
        }
        (found, fewest)
    }

    fn candidates(&self, out: &mut Vec<Candidate>, question: &Question, number: u32, entry: &Entry, fit: &Fit) {
        let base = fit.score + prominence(entry);
        let houses = question.kinds.has(Kind::Address) && !entry.houses.is_empty();
        let exact = fit.exact && !self.is_cut;
        let mut offer = |score: f32, is_there: bool, what: Found| {
            let (exact, begun) = (exact && is_there, fit.begun && is_there);
            let nearby = matches!(what, Found::House(..)) && !is_there;
            out.push(Candidate { score, exact, begun, nearby, loose: fit.loose, what });
        };
        let Some(asked) = fit.number.filter(|_| houses) else {
            if question.kinds.has(entry.kind) {
                let lacks = fit.number.is_some();
                let score = base + question.distance(entry.extent) + if lacks { 1.2 } else { 0.0 };
                offer(score, !lacks, Found::Entry(number));
            }
            return;
        };
        for (misfit, House { id, at: [lon, lat], .. }) in entry.houses_like(asked) {
            let extent = Extent([*lon, *lat, *lon, *lat]);
            let other = if misfit.is_exact() {
                0.0
            } else if misfit.is_letter() {
                0.3
            } else {
                0.7 + 0.01 * misfit.0.min(20) as f32
            };
            offer(base + other + question.distance(extent), misfit.is_exact(), Found::House(number, *id));
        }
    }

    /// Calls `visit` with every part of the question that may be an object's number, and with the words around it.
    pub fn numbers(&self, mut visit: impl FnMut(&str, &Surroundings<'_>)) {
        let count = self.words.len();
        for from in 0..count {
            for to in from + 1..=count.min(from + WORDS_OF_NUMBER) {
                let part = &self.words[from..to];
                let is_beside = part.iter().any(|word| word.role == Role::Beside);
                if is_beside || part.iter().all(|word| word.token.number.is_none() && !has_digit(&word.token.key)) {
                    continue;
                }
                let key: String = part.iter().map(|word| word.token.key.as_str()).collect();
                let rest = self.words[..from].iter().chain(&self.words[to..]);
                let is_road = from > 0 && is_road_class(&self.words[from - 1].token.text);
                let mut around =
                    Surroundings { words: Vec::new(), left_out: 0, kinds: Kinds::all(), is_road, is_cut: self.is_cut };
                for word in rest {
                    match kind_called(&word.token.text) {
                        Some(kind) => around.kinds = around.kinds.and(Kinds::none().with(kind)),
                        None if word.role == Role::Needed => around.words.push(word),
                        None if word.role == Role::Light => around.left_out += 1,
                        None => {}
                    }
                }
                visit(&key, &around);
            }
        }
    }
}

/// The words around an object's number.
pub struct Surroundings<'a> {
    words: Vec<&'a Word>,
    /// Words that may be missing, and are taken for that.
    left_out: u8,
    /// What it is called, if that is said.
    pub kinds: Kinds,
    /// The class of a road stands before it: `B 105`.
    is_road: bool,
    is_cut: bool,
}

impl Surroundings<'_> {
    /// What the words cost if they name this municipality; `None` if they do not.
    pub fn cost_in(&self, gazetteer: &Gazetteer, area: Option<u32>) -> Option<f32> {
        let left_out = 0.2 * f32::from(self.left_out);
        if self.words.is_empty() {
            return Some(left_out);
        }
        let ids = &gazetteer.areas().get(area? as usize)?.spelling.ids;
        self.words.iter().try_fold(left_out, |sum, word| {
            let cost = ids.iter().map(|id| word.costs[*id as usize]).min().unwrap_or(NONE);
            (cost < NONE).then(|| sum + f32::from(cost) / f32::from(ERROR))
        })
    }

    /// Whether they could name any municipality at all.
    pub fn could_be_area(&self, gazetteer: &Gazetteer) -> bool {
        self.words.is_empty()
            || (0..gazetteer.areas().len() as u32).any(|area| self.cost_in(gazetteer, Some(area)).is_some())
    }

    /// Whether a number may be meant so at all: the end of one is not behind the class of a road.
    pub fn may_be(&self, fit: references::Fit) -> bool {
        fit == references::Fit::Whole || !self.is_road
    }

    /// Whether an object is called just so: by its whole number, or by the end of it where kind and municipality are said.
    pub fn is_exact(&self, fit: references::Fit, cost: f32) -> bool {
        let is_told = self.kinds != Kinds::all() && !self.words.is_empty();
        let is_called = fit == references::Fit::Whole || (fit == references::Fit::End && is_told);
        is_called && cost <= 0.0 && !self.is_cut
    }
}

impl Question {
    /// What distance adds: nothing in view, half as much as an error at 8 km, never as much as one.
    pub fn distance(&self, extent: Extent) -> f32 {
        if self.view.is_some_and(|view| view.meets(extent)) {
            return 0.0;
        }
        let Some(near) = self.near else { return 0.0 };
        (0.2 * (1.0 + extent.km_from(near)).ln()).min(0.9)
    }

    /// The score of an object called by its number.
    pub fn reference_score(&self, fit: references::Fit, kind: Kind, around: f32, extent: Extent) -> f32 {
        let fit = match fit {
            references::Fit::Whole => 0.0,
            references::Fit::End => 0.45,
            references::Fit::Begun => 0.5,
        };
        let kind = if kind == Kind::Hydrant { 0.0 } else { 0.05 };
        fit + kind + around + self.distance(extent)
    }
}

/// What is exact stands alone, and of that what differs least from the question; without any, everything stays.
pub fn keep_exact(candidates: &mut Vec<Candidate>) {
    let exact = candidates.iter().filter(|candidate| candidate.exact);
    if let Some(least) = exact.map(|candidate| candidate.loose).min() {
        candidates.retain(|candidate| candidate.exact && candidate.loose == least);
    }
}

/// What is looked for more often, and what is greater, comes first.
fn prominence(entry: &Entry) -> f32 {
    match entry.kind {
        Kind::Place => 0.07 * f32::from(places::rank(entry.size) - 1),
        Kind::Municipality => 0.35,
        // A town's own streets before those of the villages it gives its name to.
        Kind::Street if entry.settlement != entry.post_town => 0.35,
        Kind::Street => 0.3,
        _ => 0.45,
    }
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Letters before the number of a road: Autobahn, Bundes-, Landes- and Kreisstraße.
fn is_road_class(word: &str) -> bool {
    matches!(word, "a" | "b" | "l" | "k")
}

/// The kind a word names, folded.
fn kind_called(word: &str) -> Option<Kind> {
    match word {
        "hydrant" | "hydranten" | "hydrants" => Some(Kind::Hydrant),
        "entnahmestelle" | "wasserentnahmestelle" | "loschwasserentnahmestelle" | "loschwasser" => {
            Some(Kind::WaterSource)
        }
        "saugstelle" | "saugstellen" => Some(Kind::SuctionPoint),
        _ => None,
    }
}
