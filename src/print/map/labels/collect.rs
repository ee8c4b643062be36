//! What a layer wants to show, collected from all tiles of the image: no name is cut or told twice at a tile's edge.

mod lines;

use std::borrow::Cow;
use std::collections::HashMap;

use super::super::fonts::Setting;
use super::super::frame::Sheet;
use super::super::scene::Scene;
use super::super::shape::{Pixel, Window};
use super::super::style::{Anchor, Colour, Context, Layer, Overlap, Placement, Symbol, Text, Transform};
use super::{Candidate, Material, PlacedIcon, PlacedLetter, PlacedText, Rules};
use crate::tiles::mvt::{self, Feature, Geometry};

/// The candidates of a symbol layer.
pub fn collect(scene: &Scene<'_>, layer: &Layer, symbol: &Symbol, material: Material<'_>) -> Vec<Candidate> {
    let (width, height) = scene.frame.size.pixels();
    let image = Window { low: [0.0, 0.0], high: [width as f32, height as f32] };
    let sight = image.grown(128.0 * scene.frame.size.ratio);
    let collector = Collector { symbol, material, ratio: scene.frame.size.ratio };
    match symbol.placement {
        Placement::Point => collector.points(scene, layer, &sight),
        Placement::Line => collector.lines(scene, layer, &sight),
        Placement::LineCenter => collector.centres(scene, layer, &sight),
    }
}

struct Collector<'c> {
    symbol: &'c Symbol,
    material: Material<'c>,
    ratio: f32,
}

/// How a feature's text looks.
struct Look {
    text: String,
    face: usize,
    size: f32,
    setting: Setting,
    ink: Colour,
    halo: Colour,
    halo_width: f32,
    padding: f32,
}

impl Collector<'_> {
    fn points(&self, scene: &Scene<'_>, layer: &Layer, sight: &Window) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        // Of an area that lies in several tiles the largest part is named.
        let mut areas: Vec<(f32, Candidate)> = Vec::new();
        let mut area_of: HashMap<String, usize> = HashMap::new();
        scene.visit(layer, |sheet, feature| {
            let geometry = feature.geometry();
            let context = scene.context(feature);
            match geometry.kind {
                mvt::Kind::Polygon => {
                    let Some((size, at)) = middle_of_area(sheet, geometry) else { return };
                    let Some(candidate) = self.candidate(context, at) else { return };
                    let key = feature.id().map_or_else(|| candidate.name.clone(), |id| id.to_string());
                    match area_of.get(&key) {
                        Some(index) if areas[*index].0 >= size => {}
                        Some(index) => areas[*index] = (size, candidate),
                        None => {
                            area_of.insert(key, areas.len());
                            areas.push((size, candidate));
                        }
                    }
                }
                _ => {
                    for at in
                        places(sheet, feature).filter(|[x, y]| Window { low: [*x, *y], high: [*x, *y] }.meets(sight))
                    {
                        candidates.extend(self.candidate(context, at));
                    }
                }
            }
        });
        let near = |candidate: &Candidate| Window { low: candidate.at, high: candidate.at }.grown(1.0).meets(sight);
        candidates.extend(areas.into_iter().map(|(_, candidate)| candidate).filter(near));
        let overlaps = |one: &Candidate| [one.rules.icon_overlap, one.rules.text_overlap] != [Overlap::Never; 2];
        if self.symbol.sort_key.is_none() && candidates.iter().any(overlaps) {
            // What lies farther down covers what is above it (style specification, "symbol-z-order").
            candidates.iter_mut().for_each(|candidate| candidate.order = candidate.at[1]);
        }
        candidates
    }

    fn candidate(&self, context: Context<'_>, at: Pixel) -> Option<Candidate> {
        let icon = self.icon(context, at);
        let look = self.look(context);
        let texts = look.as_ref().map_or_else(Vec::new, |look| self.around(look, context, at));
        let name = look.map_or_else(String::new, |look| look.text);
        let order = self.symbol.sort_key.as_ref().map_or(0.0, |key| key.number(context));
        let repeat = 0.0;
        (icon.is_some() || !texts.is_empty()).then(|| Candidate {
            order,
            icon,
            texts,
            name,
            rules: self.rules(context),
            at,
            repeat,
        })
    }

    fn rules(&self, context: Context<'_>) -> Rules {
        let (icon, text) = (&self.symbol.icon, &self.symbol.text);
        Rules {
            icon_overlap: icon.overlap.of(context),
            icon_ignored: icon.ignore_placement.flag(context),
            icon_optional: icon.optional.flag(context),
            text_overlap: text.overlap.of(context),
            text_ignored: text.ignore_placement.flag(context),
            text_optional: text.optional.flag(context),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "pixels of an image and a little beyond")]
    fn icon(&self, context: Context<'_>, at: Pixel) -> Option<PlacedIcon> {
        let icon = &self.symbol.icon;
        let name = icon.image.text(context);
        let scale = icon.size.number(context) * self.ratio;
        if name.is_empty() || scale <= 0.0 {
            return None;
        }
        let image = self.material.icons.icon(&name, scale)?;
        let Anchor(across, down) = Anchor::named(&icon.anchor.text(context));
        let [dx, dy] = icon.offset.pair(context);
        let (width, height) = (image.width() as f32, image.height() as f32);
        // On whole pixels, or its edges would be smeared.
        let left = (at[0] + dx * scale - across * width).round();
        let top = (at[1] + dy * scale - down * height).round();
        let window = Window { low: [left, top], high: [left + width, top + height] }
            .grown(icon.padding.number(context) * self.ratio);
        Some(PlacedIcon { image, corner: [left as i32, top as i32], opacity: icon.opacity.number(context), window })
    }

    fn look(&self, context: Context<'_>) -> Option<Look> {
        let text = &self.symbol.text;
        let field = text.field.text(context);
        if field.trim().is_empty() {
            return None;
        }
        let written: Cow<'_, str> = match Transform::named(&text.transform.text(context)) {
            Transform::None => field,
            Transform::Uppercase => Cow::Owned(field.to_uppercase()),
            Transform::Lowercase => Cow::Owned(field.to_lowercase()),
        };
        let (face, typeface) = self.material.fonts.choose(&text.font.texts(context));
        let size = text.size.number(context) * self.ratio;
        let is_point = self.symbol.placement == Placement::Point;
        let max_width = if is_point { text.max_width.number(context) } else { 0.0 };
        let setting = Setting::new(typeface, &written, text.letter_spacing.number(context), max_width)?;
        let opacity = text.opacity.number(context);
        let ink = text.color.colour(context).faded(opacity);
        let halo = text.halo_color.colour(context).faded(opacity);
        let halo_width = text.halo_width.number(context) * self.ratio;
        let padding = text.padding.number(context) * self.ratio;
        (size > 0.0).then(|| Look { text: written.into_owned(), face, size, setting, ink, halo, halo_width, padding })
    }

    /// The text at its anchor, or at each of the anchors that may be tried.
    fn around(&self, look: &Look, context: Context<'_>, at: Pixel) -> Vec<PlacedText> {
        let text: &Text = &self.symbol.text;
        if !text.variable_places.is_empty() {
            let placed = |(anchor, offset): &(Anchor, Pixel)| self.set(look, *anchor, *offset, at);
            return text.variable_places.iter().map(placed).collect();
        }
        let offset = text.offset.pair(context);
        let variable = text.variable_anchor.texts(context);
        if variable.is_empty() {
            return vec![self.set(look, Anchor::named(&text.anchor.text(context)), offset, at)];
        }
        let away = [offset[0].abs(), offset[1].abs()];
        let anchored = |word: &String| {
            let Anchor(across, down) = Anchor::named(word);
            // Away from the place, whichever side it is on.
            let offset = [away[0] * (1.0 - 2.0 * across), away[1] * (1.0 - 2.0 * down)];
            self.set(look, Anchor(across, down), offset, at)
        };
        variable.iter().map(anchored).collect()
    }

    fn set(&self, look: &Look, Anchor(across, down): Anchor, offset: Pixel, at: Pixel) -> PlacedText {
        let Look { setting, size, .. } = look;
        let left = at[0] + (offset[0] - across * setting.width) * size;
        let top = at[1] + (offset[1] - down * setting.height) * size;
        let line_height = setting.height / setting.lines.len() as f32;
        let baseline = self.material.fonts.face(look.face).baseline;
        let mut letters = Vec::new();
        for (number, line) in setting.lines.iter().enumerate() {
            let y = top + ((number as f32 + 0.5) * line_height + baseline) * size;
            let start = left + (setting.width - line.width) / 2.0 * size;
            letters.extend(line.letters.iter().map(|(character, along)| PlacedLetter {
                character: *character,
                origin: [start + along * size, y],
                direction: [1.0, 0.0],
            }));
        }
        let high = [left + setting.width * size, top + setting.height * size];
        look.placed(letters, vec![Window { low: [left, top], high }.grown(look.padding)])
    }
}

impl Look {
    fn placed(&self, letters: Vec<PlacedLetter>, windows: Vec<Window>) -> PlacedText {
        let Self { face, size, ink, halo, halo_width, .. } = *self;
        PlacedText { face, size, ink, halo, halo_width, letters, windows }
    }
}

/// The places of points; of a line its middle.
fn places<'f>(sheet: &'f Sheet, feature: Feature<'f, 'f>) -> impl Iterator<Item = Pixel> + 'f {
    let geometry = feature.geometry();
    let is_point = geometry.kind == mvt::Kind::Point;
    let points = geometry.parts().filter(move |_| is_point).flatten();
    let middles = geometry.parts().filter(move |_| !is_point).filter_map(|line| line.get(line.len() / 2));
    points.chain(middles).filter(|position| sheet.owns(**position)).map(|position| sheet.at(*position))
}

/// Area and centre of the largest ring of a tile's part of an area.
fn middle_of_area(sheet: &Sheet, geometry: Geometry<'_>) -> Option<(f32, Pixel)> {
    let area = |ring: &[[i32; 2]]| mvt::decode::ring_area(ring);
    let ring = geometry.parts().max_by_key(|ring| area(ring)).filter(|ring| area(ring) > 0)?;
    // Centroid of the ring, each edge weighted with its triangle from the first position.
    let origin = sheet.at(ring[0]);
    let (mut twice, mut sum) = (0.0, [0.0, 0.0]);
    for (from, to) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let (a, b) = (sheet.at(*from), sheet.at(*to));
        let (a, b) = ([a[0] - origin[0], a[1] - origin[1]], [b[0] - origin[0], b[1] - origin[1]]);
        let cross = a[0] * b[1] - b[0] * a[1];
        twice += cross;
        sum = [sum[0] + (a[0] + b[0]) * cross, sum[1] + (a[1] + b[1]) * cross];
    }
    let place = [origin[0] + sum[0] / (3.0 * twice), origin[1] + sum[1] / (3.0 * twice)];
    (twice.abs() > 1e-3).then_some((twice.abs() / 2.0, place))
}
