//! Names along lines, from all tiles: no street is named twice because an edge of a tile cuts it.

use std::collections::HashMap;

use super::super::super::paint::owned_lines;
use super::super::super::scene::Scene;
use super::super::super::shape::{self, Pixel, Window};
use super::super::super::style::Layer;
use super::super::along::Track;
use super::super::{Candidate, PlacedLetter, PlacedText, Rules};
use super::{Collector, Look};
use crate::tiles::mvt;

/// Places that are tried for a name along a line, in parts of the stretch it has for itself.
const SHIFTS: [f32; 7] = [0.0, -0.12, 0.12, -0.24, 0.24, -0.36, 0.36];
/// Half the edge of the square a letter along a line covers, in ems.
const LETTER_ROOM: f32 = 0.55;

impl Collector<'_> {
    /// Names that the style wants along lines, at a spacing.
    pub(super) fn lines(&self, scene: &Scene<'_>, layer: &Layer, sight: &Window) -> Vec<Candidate> {
        struct Named {
            order: f32,
            spacing: f32,
            rules: Rules,
            look: Look,
            pieces: Vec<Vec<Pixel>>,
        }
        let mut names: Vec<Named> = Vec::new();
        let mut index_of: HashMap<(String, u32), usize> = HashMap::new();
        scene.visit(layer, |sheet, feature| {
            let geometry = feature.geometry();
            let context = scene.context(feature);
            if geometry.kind == mvt::Kind::Point {
                return;
            }
            let Some(look) = self.look(context) else { return };
            let order = self.symbol.sort_key.as_ref().map_or(0.0, |key| key.number(context));
            let index = *index_of.entry((look.text.clone(), order.to_bits())).or_insert_with(|| {
                let spacing = self.symbol.spacing.number(context).max(1.0) * self.ratio;
                let rules = self.rules(context);
                names.push(Named { order, spacing, rules, look, pieces: Vec::new() });
                names.len() - 1
            });
            for part in geometry.parts() {
                owned_lines(sheet, part, geometry.kind == mvt::Kind::Polygon, |piece| {
                    if Window::around(piece).is_some_and(|window| window.meets(sight)) {
                        names[index].pieces.extend(shape::cut_line(piece, sight));
                    }
                });
            }
        });
        let mut candidates = Vec::new();
        for Named { order, spacing, rules, look, pieces } in names {
            for line in shape::join(pieces, self.ratio * 0.6) {
                let track = Track::new(line);
                let middles = track.middles(look.setting.width * look.size, spacing);
                let stretch = track.length() / middles.len().max(1) as f32;
                for middle in middles {
                    // Where something lies on the street the name moves along it.
                    let places = SHIFTS.iter().map(|shift| middle + shift * stretch);
                    let texts: Vec<PlacedText> = places.filter_map(|place| self.along(&look, &track, place)).collect();
                    let (name, at, repeat) = (look.text.clone(), track.at(middle), spacing / 2.0);
                    let icon = None;
                    if !texts.is_empty() {
                        candidates.push(Candidate { order, icon, texts, name, rules, at, repeat });
                    }
                }
            }
        }
        candidates
    }

    /// Names that have their own stretch of line: in its middle, told once by the tile in which that lies.
    pub(super) fn centres(&self, scene: &Scene<'_>, layer: &Layer, sight: &Window) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        scene.visit(layer, |sheet, feature| {
            let geometry = feature.geometry();
            let context = scene.context(feature);
            let own = Window { low: [0.0, 0.0], high: [sheet.extent as f32; 2] };
            for part in geometry.parts().filter(|part| geometry.kind == mvt::Kind::Line && part.len() > 1) {
                let track = Track::new(part.iter().map(|[x, y]| [*x as f32, *y as f32]).collect());
                let at = track.at(track.length() / 2.0);
                let there = sheet.pixel(at);
                let is_seen = Window { low: there, high: there }.meets(sight);
                if !(is_seen && own.holds(&Window { low: at, high: at })) {
                    continue;
                }
                let Some(look) = self.look(context) else { continue };
                let track = Track::new(part.iter().map(|position| sheet.at(*position)).collect());
                let texts: Vec<PlacedText> = self.along(&look, &track, track.length() / 2.0).into_iter().collect();
                if !texts.is_empty() {
                    let order = self.symbol.sort_key.as_ref().map_or(0.0, |key| key.number(context));
                    let (rules, at) = (self.rules(context), track.at(track.length() / 2.0));
                    candidates.push(Candidate { order, icon: None, texts, name: look.text, rules, at, repeat: 0.0 });
                }
            }
        });
        candidates
    }

    fn along(&self, look: &Look, track: &Track, middle: f32) -> Option<PlacedText> {
        let face = self.material.fonts.face(look.face);
        let line = look.setting.lines.first()?;
        let size = look.size;
        let advance = |character: char| face.glyph(character).map_or(0.0, |glyph| glyph.advance) * size;
        let letters: Vec<(f32, f32)> = line
            .letters
            .iter()
            .map(|(character, at)| {
                let width = advance(*character);
                ((at - line.width / 2.0) * size + width / 2.0, width)
            })
            .collect();
        let places = track.letters(middle, &letters)?;
        let mut windows = Vec::with_capacity(places.len());
        let mut placed = Vec::with_capacity(places.len());
        for (((character, _), (_, width)), (at, [cos, sin])) in line.letters.iter().zip(&letters).zip(places) {
            windows.push(Window { low: at, high: at }.grown(LETTER_ROOM * size + look.padding));
            let (back, down) = (width / 2.0, face.baseline * size);
            let origin = [at[0] - cos * back - sin * down, at[1] - sin * back + cos * down];
            placed.push(PlacedLetter { character: *character, origin, direction: [cos, sin] });
        }
        Some(look.placed(placed, windows))
    }
}
