//! From a question to the best of what fits it.
//!
//! Every word of the question costs something with every word there is; an entry costs the sum over the question's words of
//! its cheapest word. That is a walk over all entries, but only over numbers, and settles every order of words at once.
//! What the words cost is the greater part of a score: how sure it is comes before how near it is.

use super::entry::{Entry, Extent, House};
use super::fold::{self, Token};
use super::gazetteer::Gazetteer;
use super::house::HouseNumber;
use super::kind::{Kind, Kinds};
use super::places;
use super::references::Fit;
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
    /// Nothing was mistyped and the very house number is there.
    pub exact: bool,
    pub what: Found,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// By number in the gazetteer.
    Entry(u32),
    /// An address, with the street it is in.
    House(u32, FeatureId),
    /// By number among the registers.
    Reference(usize, FeatureId),
}

/// A question's words and what each costs.
#[derive(Debug)]
pub struct Asked {
    words: Vec<Word>,
    /// Without words that must fit, those that may be left out must.
    light_only: bool,
}

#[derive(Debug)]
struct Word {
    token: Token,
    light: bool,
    costs: Vec<u8>,
}

/// How an entry fits.
struct Match {
    score: f32,
    exact: bool,
    /// Words that fit nothing.
    missing: usize,
    number: Option<HouseNumber>,
}

impl Asked {
    /// Reads a question.
    pub fn new(tokens: Vec<Token>, gazetteer: &Gazetteer) -> Self {
        let light_only = tokens.iter().all(|token| fold::is_light(&token.text));
        let last = tokens.len().saturating_sub(1);
        let word = |(nth, token): (usize, Token)| {
            let light = !light_only && fold::is_light(&token.text);
            Word { light, costs: gazetteer.words.costs(&token, nth == last), token }
        };
        Self { words: tokens.into_iter().enumerate().map(word).collect(), light_only }
    }

    /// All names that fit. If none has all words, those that lack one.
    pub fn names(&self, gazetteer: &Gazetteer, question: &Question) -> Vec<Candidate> {
        let (mut found, mut lacking) = (Vec::new(), Vec::new());
        let heavy = self.words.iter().filter(|word| !word.light && word.token.number.is_none()).count();
        for (number, entry) in gazetteer.entries() {
            let Some(fit) = self.fit(gazetteer, entry) else { continue };
            match fit.missing {
                0 => self.candidates(&mut found, question, number, entry, &fit),
                _ if heavy > 1 => lacking.push((number, entry, fit)),
                _ => {}
            }
        }
        if found.is_empty() {
            // With a word like "street" these are most of all entries; their houses are looked at only if need be.
            for (number, entry, fit) in &lacking {
                self.candidates(&mut found, question, *number, entry, fit);
            }
        }
        found
    }

    fn fit(&self, gazetteer: &Gazetteer, entry: &Entry) -> Option<Match> {
        let area = entry.area.and_then(|area| gazetteer.areas().get(area as usize));
        let area = area.map_or(&[][..], |area| &area.spelling.ids);
        let mut fit = Match { score: 0.0, exact: true, missing: 0, number: None };
        let (mut own_words, mut covered) = (0, 0);
        for word in &self.words {
            let cheapest = |ids: &[u32]| ids.iter().map(|id| word.costs[*id as usize]).min().unwrap_or(NONE);
            let own = cheapest(&entry.words.ids);
            let around = cheapest(&entry.context).min(cheapest(area));
            // A little more for what only stands beside the name.
            let cost = own.min(around.saturating_add(1));
            if cost == NONE {
                match word.token.number {
                    Some(number) if entry.kind == Kind::Street && fit.number.is_none() => fit.number = Some(number),
                    _ if word.light => fit.score += 0.1,
                    _ => fit.missing += 1,
                }
                if fit.missing > 1 {
                    return None;
                }
                continue;
            }
            fit.score += f32::from(cost) / f32::from(ERROR);
            fit.exact &= cost < ERROR;
            if own <= around && (!word.light || self.light_only) {
                own_words += 1;
                covered += word.token.text.len();
            }
        }
        let letters = f32::from(entry.words.letters.max(1));
        fit.score += 0.5 * (1.0 - (covered as f32 / letters).min(1.0));
        if fit.missing > 0 {
            fit.score += 3.0;
            fit.exact = false;
        }
        (own_words > 0).then_some(fit)
    }

    fn candidates(&self, out: &mut Vec<Candidate>, question: &Question, number: u32, entry: &Entry, fit: &Match) {
        let base = fit.score + prominence(entry);
        let houses = question.kinds.has(Kind::Address) && !entry.houses.is_empty();
        let Some(asked) = fit.number.filter(|_| houses) else {
            if question.kinds.has(entry.kind) {
                let (lacks, exact) = (fit.number.is_some(), fit.exact && fit.number.is_none());
                let score = base + question.distance(entry.extent) + if lacks { 1.2 } else { 0.0 };
                out.push(Candidate { score, exact, what: Found::Entry(number) });
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
            let score = base + other + question.distance(extent);
            out.push(Candidate { score, exact: fit.exact && misfit.is_exact(), what: Found::House(number, *id) });
        }
    }

    /// Calls `visit` with every part of the question that may be an object's number, and with the words around it.
    pub fn numbers(&self, mut visit: impl FnMut(&str, &Surroundings<'_>)) {
        let count = self.words.len();
        for from in 0..count {
            for to in from + 1..=count.min(from + WORDS_OF_NUMBER) {
                let part = &self.words[from..to];
                if part.iter().all(|word| word.token.number.is_none() && !has_digit(&word.token.key)) {
                    continue;
                }
                let key: String = part.iter().map(|word| word.token.key.as_str()).collect();
                let rest = self.words[..from].iter().chain(&self.words[to..]);
                let mut around = Surroundings { words: Vec::new(), left_out: 0, kinds: Kinds::all() };
                for word in rest {
                    match kind_called(&word.token.text) {
                        Some(kind) => around.kinds = around.kinds.and(Kinds::none().with(kind)),
                        None if word.light => around.left_out += 1,
                        None => around.words.push(word),
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
    pub fn reference_score(&self, fit: Fit, kind: Kind, around: f32, extent: Extent) -> f32 {
        let fit = match fit {
            Fit::Whole => 0.0,
            Fit::End => 0.45,
            Fit::Begun => 0.5,
        };
        let kind = if kind == Kind::Hydrant { 0.0 } else { 0.05 };
        fit + kind + around + self.distance(extent)
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
