//! How well a name fits a question: which of its words are there, as they are written or nearly.

use super::entry::Entry;
use super::find::Asked;
use super::gazetteer::Gazetteer;
use super::house::HouseNumber;
use super::kind::Kind;
use super::role::Role;
use super::words::{ERROR, NONE, WordId};

/// How an entry fits.
#[derive(Debug, Clone)]
pub struct Fit {
    pub score: f32,
    /// Every word is there as it is written, and the name has no other.
    pub exact: bool,
    /// Nothing is wrong, but a word is only begun or the name goes on.
    pub begun: bool,
    /// How far articles and prepositions differ: the less, the likelier it is meant among what is exact.
    pub loose: u8,
    /// Words that fit nothing.
    pub missing: usize,
    /// The house number asked for.
    pub number: Option<HouseNumber>,
    /// The words that are the name's own, as they are written, one bit each; and those of its surroundings.
    pub own: u32,
    pub around: u32,
    /// The name has no needed word that was not asked for.
    pub complete: bool,
}

/// The cheapest of some words, and what it costs.
fn cheapest(costs: &[u8], ids: &[WordId]) -> Option<(u8, WordId)> {
    ids.iter().map(|id| (costs[*id as usize], *id)).min().filter(|(cost, _)| *cost < NONE)
}

impl Asked {
    /// How an entry fits; `None` if more than `most` words fit nothing, or none is its own.
    pub fn fit(&self, gazetteer: &Gazetteer, entry: &Entry, most: usize) -> Option<Fit> {
        let area = entry.area.and_then(|area| gazetteer.areas().get(area as usize));
        let area = area.map_or(&[][..], |area| &area.spelling.ids);
        let mut fit = Fit {
            score: 0.0,
            exact: true,
            begun: false,
            loose: 0,
            missing: 0,
            number: None,
            own: 0,
            around: 0,
            complete: true,
        };
        // A settlement may be asked for by its postcode alone.
        let (mut is_meant, mut is_wrong) = (false, false);
        let (mut covered, mut light_covered) = (0, 0);
        for (nth, word) in self.words.iter().enumerate() {
            let own = cheapest(&word.costs, &entry.words.ids);
            let around =
                [cheapest(&word.costs, &entry.context), cheapest(&word.costs, area)].into_iter().flatten().min();
            let (own_cost, around_cost) = (own.map_or(NONE, |it| it.0), around.map_or(NONE, |it| it.0));
            let is_own = own_cost <= around_cost;
            let cost = own_cost.min(around_cost);
            // What need not be there is there only as it is written.
            let is_there = cost < if word.role == Role::Needed { NONE } else { ERROR };
            if !is_there {
                match (word.role, word.token.number) {
                    (Role::Beside, _) => {}
                    (Role::Light, _) => (fit.score, fit.loose) = (fit.score + 0.1, fit.loose.saturating_add(2)),
                    (Role::Needed, Some(number)) if entry.kind == Kind::Street && fit.number.is_none() => {
                        fit.number = Some(number);
                    }
                    (Role::Needed, _) => fit.missing += 1,
                }
                if fit.missing > most {
                    return None;
                }
                continue;
            }
            // A little more for what only stands beside the name.
            let charged = if is_own { cost } else { cost.saturating_add(1) };
            fit.score += f32::from(charged) / f32::from(ERROR);
            is_wrong |= cost >= ERROR;
            let is_whole = cost == 0 || (word.token.dotted && cost < ERROR);
            fit.begun |= !is_whole;
            let bit = 1_u32.checked_shl(nth as u32).unwrap_or_default();
            match own.filter(|_| is_own) {
                Some((_, id)) if word.role == Role::Needed => {
                    is_meant = true;
                    covered += gazetteer.words.text(id).len();
                    fit.own |= if is_whole { bit } else { 0 };
                }
                Some((_, id)) => light_covered += gazetteer.words.text(id).len(),
                None => fit.around |= if is_whole { bit } else { 0 },
            }
            let is_postcode = word.token.text.len() == 5 && word.token.text.bytes().all(|byte| byte.is_ascii_digit());
            is_meant |= is_postcode && entry.kind == Kind::Place;
        }
        if !is_meant {
            return None;
        }
        let letters = usize::from(entry.words.letters.max(1));
        // By its postcode a settlement is asked for without its name.
        fit.complete = covered >= letters || (fit.own == 0 && covered == 0 && light_covered == 0);
        fit.loose += u8::from(covered + light_covered < usize::from(entry.words.all_letters));
        fit.score += 0.5 * (1.0 - (covered as f32 / letters as f32).min(1.0)) + 3.0 * fit.missing as f32;
        fit.exact = fit.complete && !fit.begun && !is_wrong && fit.missing == 0;
        fit.begun = !fit.exact && !is_wrong && fit.missing == 0;
        Some(fit)
    }
}
