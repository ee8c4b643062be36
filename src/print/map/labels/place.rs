//! Who gets room. The upper layers ask first, within a layer the lowest sort key, then the order of the tiles.

use std::collections::HashMap;

use super::super::shape::{Pixel, Window};
use super::crowd::Crowd;
use super::{Candidate, Rules, Shown, ShownSymbol};

/// Decides over the candidates of each layer, layers from the ground up; `taken` is room that markers have.
pub fn place(layers: Vec<Vec<Candidate>>, size: (u32, u32), taken: &[Window], whole_texts: bool) -> Vec<Shown> {
    let image = Window { low: [0.0, 0.0], high: [size.0 as f32, size.1 as f32] };
    let mut crowd = Crowd::new(image.high[0], image.high[1]);
    taken.iter().for_each(|window| crowd.take(*window));
    let placer = Placer { image, whole_texts };
    let mut shown: Vec<Shown> =
        layers.into_iter().rev().map(|candidates| placer.layer(candidates, &mut crowd)).collect();
    shown.reverse();
    shown
}

struct Placer {
    image: Window,
    whole_texts: bool,
}

impl Placer {
    fn layer(&self, mut candidates: Vec<Candidate>, crowd: &mut Crowd) -> Shown {
        candidates.sort_by(|a, b| a.order.total_cmp(&b.order));
        let one_by_one = candidates.iter().any(|one| one.rules.text_overlaps);
        // Icons that are shown in any case take their room before the layer's texts ask for some.
        for icon in candidates.iter().filter(|one| one.is_certain()).filter_map(|one| one.icon.as_ref()) {
            crowd.take(icon.window);
        }
        let mut names: HashMap<String, Vec<Pixel>> = HashMap::new();
        let mut symbols = Vec::new();
        for candidate in candidates {
            let (name, at, repeat) = (candidate.name.clone(), candidate.at, candidate.repeat);
            let near = |other: &Pixel| (other[0] - at[0]).hypot(other[1] - at[1]) < repeat;
            if repeat > 0.0 && names.get(&name).is_some_and(|places| places.iter().any(near)) {
                continue;
            }
            if let Some(symbol) = self.one(candidate, crowd) {
                names.entry(name).or_default().push(at);
                symbols.push(symbol);
            }
        }
        Shown { symbols, one_by_one }
    }

    fn one(&self, candidate: Candidate, crowd: &mut Crowd) -> Option<ShownSymbol> {
        let rules = candidate.rules;
        let is_certain = candidate.is_certain();
        let (wants_icon, wants_text) = (candidate.icon.is_some(), !candidate.texts.is_empty());
        let icon = candidate.icon.filter(|icon| {
            icon.window.meets(&self.image) && (rules.icon_overlaps || !crowd.is_taken(&icon.window, None))
        });
        let own = icon.as_ref().filter(|_| is_certain).map(|icon| &icon.window);
        // An icon at the edge keeps its place though its text would be cut.
        let mut cut = false;
        let text = candidate.texts.into_iter().find(|text| {
            let inside = |window: &Window| self.image.holds(window);
            if self.whole_texts && !text.windows.iter().all(inside) {
                cut = true;
                return false;
            }
            rules.text_overlaps || !text.windows.iter().any(|window| crowd.is_taken(window, own))
        });
        let text_may_miss = !wants_text || rules.text_optional || (cut && icon.is_some());
        let icon_may_miss = !wants_icon || rules.icon_optional;
        let (icon, text) = match (icon, text) {
            (icon, None) if !text_may_miss => (icon.filter(|_| false), None),
            (None, text) if !icon_may_miss => (None, text.filter(|_| false)),
            both => both,
        };
        if let Some(icon) = icon.as_ref().filter(|_| !rules.icon_ignored && !is_certain) {
            crowd.take(icon.window);
        }
        for window in text.iter().filter(|_| !rules.text_ignored).flat_map(|text| &text.windows) {
            crowd.take(*window);
        }
        (icon.is_some() || text.is_some()).then_some(ShownSymbol { icon, text })
    }
}

impl Candidate {
    /// True if its icon is shown whatever lies there, and keeps others away.
    fn is_certain(&self) -> bool {
        let Rules { icon_overlaps, icon_ignored, text_optional, .. } = self.rules;
        icon_overlaps && !icon_ignored && (text_optional || self.texts.is_empty())
    }
}
