//! A picture whose symbols and names are collected and not placed yet: whoever puts more on a map asks it where names will
//! stand, and tells it what they should keep off.

use std::sync::atomic::Ordering;

use tiny_skia::Pixmap;

use super::labels::{self, Candidate, Material, Placer, Shown, Typesetter};
use super::scene::{Fetched, Scene};
use super::shape::{Pixel, Window};
use super::style::{Kind, Layer};
use super::underlay::Underlay;
use super::{DrawError, Picture, Tools, furniture, paint};

/// A picture in the making.
pub struct Sketch<'s> {
    picture: Picture<'s>,
    tools: Tools<'s>,
    scene: Scene<'s>,
    layers: Vec<&'s Layer>,
    /// What the layers of symbols among them want to show.
    candidates: Vec<Candidates>,
    markers: Vec<furniture::Placed>,
    /// Room that markers and furniture have.
    taken: Vec<Window>,
}

/// What a layer wants to show.
#[derive(Clone)]
struct Candidates {
    /// On paper it has what room the others leave.
    fills: bool,
    all: Vec<Candidate>,
}

impl<'s> Sketch<'s> {
    pub(super) fn new(picture: Picture<'s>, fetched: &'s Fetched, tools: Tools<'s>) -> Result<Self, DrawError> {
        let layers: Vec<_> = picture.style.layers.iter().filter(|layer| picture.shows(layer)).collect();
        let scene = Scene::lay(picture.frame, fetched)?;
        let markers = furniture::place_markers(picture.markers, &picture.frame, tools);
        let material = Material { fonts: tools.fonts, icons: tools.icons, whole_texts: picture.whole_texts };
        let mut candidates = Vec::new();
        for layer in &layers {
            if let (Kind::Symbol(symbol), false) = (&layer.kind, tools.cancelled.load(Ordering::Relaxed)) {
                let fills = picture.is_paper && layer.fills_paper_from.is_some();
                candidates.push(Candidates { fills, all: labels::collect(&scene, layer, symbol, material) });
            }
        }
        let taken = furniture::taken(&markers, picture.furniture, &picture.frame, tools.fonts);
        Ok(Self { picture, tools, scene, layers, candidates, markers, taken })
    }

    /// The room that names will take, beside what only fills; where they have a choice they keep off `avoided`.
    pub fn names(&self, avoided: &[Window]) -> Vec<Window> {
        let firm = self.candidates.iter().filter(|layer| !layer.fills).cloned().collect();
        let shown = self.place(firm, avoided);
        let symbols = shown.into_iter().flat_map(|shown| shown.symbols);
        symbols.filter_map(|symbol| symbol.text).flat_map(|text| text.windows).collect()
    }

    /// The room of all symbols.
    pub fn symbols(&self) -> impl Iterator<Item = Window> + use<'_, 's> {
        let all = self.candidates.iter().flat_map(|layer| &layer.all);
        all.filter_map(|candidate| candidate.icon.as_ref()).map(|icon| icon.window)
    }

    /// What fills paper is wanted around these places: what lies nearest to one of them asks for room first.
    pub fn fill_from(&mut self, places: &[Pixel]) {
        let filling = self.candidates.iter_mut().filter(|layer| layer.fills).flat_map(|layer| &mut layer.all);
        for candidate in filling {
            let far = |place: &Pixel| (place[0] - candidate.at[0]).hypot(place[1] - candidate.at[1]);
            candidate.order = places.iter().map(far).fold(f32::INFINITY, f32::min);
        }
    }

    /// Draws it over what lies on the ground. Names keep off `avoided` where they have a choice, what fills in any case.
    ///
    /// # Errors
    /// See [`DrawError`].
    pub fn draw(mut self, underlays: &[Underlay], avoided: &[Window]) -> Result<Pixmap, DrawError> {
        let (width, height) = self.picture.frame.size.pixels();
        let zoom = self.picture.frame.zoom;
        let mut pixmap = Pixmap::new(width, height).ok_or(DrawError::Size(width, height))?;
        let mut typesetter = Typesetter::new(self.tools.fonts);
        let candidates = std::mem::take(&mut self.candidates);
        let mut shown = self.place(candidates, avoided).into_iter();
        let ground = self.layers.iter().rposition(|layer| !matches!(layer.kind, Kind::Symbol(_)));
        let ground = ground.map_or(0, |last| last + 1);
        for (nth, layer) in self.layers.iter().enumerate() {
            if self.tools.cancelled.load(Ordering::Relaxed) {
                return Err(DrawError::Cancelled);
            }
            if nth == ground {
                underlays.iter().for_each(|underlay| underlay.draw(&mut pixmap));
            }
            match &layer.kind {
                Kind::Background(background) => paint::background(&mut pixmap, background, zoom),
                Kind::Fill(fill) => paint::fills(&mut pixmap, &self.scene, layer, fill),
                Kind::Line(line) => paint::lines(&mut pixmap, &self.scene, layer, line),
                Kind::Circle(circle) => paint::circles(&mut pixmap, &self.scene, layer, circle),
                Kind::Symbol(_) => {
                    shown.next().iter().for_each(|shown| labels::draw(&mut pixmap, shown, &mut typesetter));
                }
                // Pictures of others are fetched by the browser; the server draws its own register.
                Kind::Raster(_) => {}
            }
        }
        if ground == self.layers.len() {
            underlays.iter().for_each(|underlay| underlay.draw(&mut pixmap));
        }
        furniture::draw(&mut pixmap, &self.markers, self.picture.furniture, &self.picture.frame, &mut typesetter);
        Ok(pixmap)
    }

    /// What is shown of each layer, in their order.
    fn place(&self, candidates: Vec<Candidates>, avoided: &[Window]) -> Vec<Shown> {
        let mut placer = Placer::new(self.picture.frame.size.pixels(), self.picture.whole_texts, avoided);
        placer.take(&self.taken);
        let (mut filling, mut firm) = (Vec::new(), Vec::new());
        for (nth, layer) in candidates.into_iter().enumerate().rev() {
            if layer.fills { filling.push((nth, layer.all)) } else { firm.push((nth, layer.all)) }
        }
        let mut shown: Vec<_> = firm.into_iter().map(|(nth, all)| (nth, placer.layer(all))).collect();
        placer.take(avoided);
        shown.extend(filling.into_iter().map(|(nth, all)| (nth, placer.layer(all))));
        shown.sort_by_key(|(nth, _)| *nth);
        shown.into_iter().map(|(_, shown)| shown).collect()
    }
}
