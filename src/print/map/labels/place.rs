//! Who gets room. The upper layers ask first, within a layer the lowest sort key, then the order of the tiles.

use std::collections::HashMap;

use super::super::shape::{Pixel, Window};
use super::super::style::Overlap;
use super::crowd::Crowd;
use super::{Candidate, PlacedText, Rules, Shown, ShownSymbol};

/// Gives the layers of an image their room.
pub struct Placer<'r> {
    image: Window,
    whole_texts: bool,
    /// What texts keep off that can also stand elsewhere.
    avoided: &'r [Window],
    crowd: Crowd,
}

impl<'r> Placer<'r> {
    /// One for an image of a size in which nothing is taken.
    pub fn new(size: (u32, u32), whole_texts: bool, avoided: &'r [Window]) -> Self {
        let image = Window { low: [0.0, 0.0], high: [size.0 as f32, size.1 as f32] };
        Self { image, whole_texts, avoided, crowd: Crowd::new(image.high[0], image.high[1]) }
    }

    /// Keeps some room from everybody who asks later.
    pub fn take(&mut self, windows: &[Window]) {
        windows.iter().for_each(|window| self.crowd.take(*window, Overlap::Never));
    }

    /// Decides over the candidates of a layer; the upper layers ask first.
    pub fn layer(&mut self, mut candidates: Vec<Candidate>) -> Shown {
        candidates.sort_by(|a, b| a.order.total_cmp(&b.order));
        let one_by_one = candidates.iter().any(|one| one.rules.text_overlap != Overlap::Never);
        // Icons that are shown in any case take their room before the layer's texts ask for some.
        for icon in candidates.iter().filter(|one| one.is_certain()).filter_map(|one| one.icon.as_ref()) {
            self.crowd.take(icon.window, Overlap::Always);
        }
        let mut names: HashMap<String, Vec<Pixel>> = HashMap::new();
        let mut symbols = Vec::new();
        for candidate in candidates {
            let (name, at, repeat) = (candidate.name.clone(), candidate.at, candidate.repeat);
            let near = |other: &Pixel| (other[0] - at[0]).hypot(other[1] - at[1]) < repeat;
            if repeat > 0.0 && names.get(&name).is_some_and(|places| places.iter().any(near)) {
                continue;
            }
            if let Some(symbol) = self.one(candidate) {
                names.entry(name).or_default().push(at);
                symbols.push(symbol);
            }
        }
        Shown { symbols, one_by_one }
    }

    fn one(&mut self, mut candidate: Candidate) -> Option<ShownSymbol> {
        let rules = candidate.rules;
        let is_certain = candidate.is_certain();
        let (wants_icon, wants_text) = (candidate.icon.is_some(), !candidate.texts.is_empty());
        let icon = candidate.icon.take().filter(|icon| {
            icon.window.meets(&self.image) && !self.crowd.is_taken(&icon.window, None, rules.icon_overlap)
        });
        let own = icon.as_ref().filter(|_| is_certain).map(|icon| &icon.window);
        let best = self.best_text(&candidate, own, wants_icon);
        let text = best.map(|nth| candidate.texts.swap_remove(nth));
        let text_may_miss = !wants_text || rules.text_optional;
        let icon_may_miss = !wants_icon || rules.icon_optional;
        let (icon, text) = match (icon, text) {
            (icon, None) if !text_may_miss => (icon.filter(|_| false), None),
            (None, text) if !icon_may_miss => (None, text.filter(|_| false)),
            both => both,
        };
        if let Some(icon) = icon.as_ref().filter(|_| !rules.icon_ignored && !is_certain) {
            self.crowd.take(icon.window, rules.icon_overlap);
        }
        for window in text.iter().filter(|_| !rules.text_ignored).flat_map(|text| &text.windows) {
            self.crowd.take(*window, rules.text_overlap);
        }
        (icon.is_some() || text.is_some()).then_some(ShownSymbol { icon, text })
    }

    /// The first text that lies over nothing; else the first that lies over what it may.
    fn best_text(&self, candidate: &Candidate, own: Option<&Window>, has_icon: bool) -> Option<usize> {
        let overlap = candidate.rules.text_overlap;
        let apart = self.text_over(Overlap::Never, candidate, own, has_icon);
        apart.or_else(|| (overlap != Overlap::Never).then(|| self.text_over(overlap, candidate, own, has_icon))?)
    }

    /// The first text that finds room and is clear of what is avoided; else the first that finds room.
    fn text_over(
        &self,
        overlap: Overlap,
        candidate: &Candidate,
        own: Option<&Window>,
        has_icon: bool,
    ) -> Option<usize> {
        let is_free = |text: &PlacedText| {
            // What is written on an icon is cut with it.
            let is_whole = !self.whole_texts || has_icon || text.windows.iter().all(|window| self.image.holds(window));
            is_whole && !text.windows.iter().any(|window| self.crowd.is_taken(window, own, overlap))
        };
        let is_clear = |text: &PlacedText| {
            !text.windows.iter().any(|window| self.avoided.iter().any(|avoided| avoided.meets(window)))
        };
        let mut free = (0..candidate.texts.len()).filter(|nth| is_free(&candidate.texts[*nth]));
        let first = free.next()?;
        if is_clear(&candidate.texts[first]) {
            return Some(first);
        }
        free.find(|nth| is_clear(&candidate.texts[*nth])).or(Some(first))
    }
}

impl Candidate {
    /// True if its icon is shown whatever lies there, and keeps others away.
    fn is_certain(&self) -> bool {
        let Rules { icon_overlap, icon_ignored, text_optional, .. } = self.rules;
        icon_overlap == Overlap::Always && !icon_ignored && (text_optional || self.texts.is_empty())
    }
}
