//! Layers: which features, and the properties they are drawn with.

mod read;

use super::expression::Expression;
use super::{Context, Property};

/// A layer of a style.
#[derive(Debug)]
pub struct Layer {
    pub id: String,
    /// Name of the vector or raster source; `None` for the background.
    pub source: Option<String>,
    /// Name of the layer in the source's tiles.
    pub source_layer: String,
    /// Zooms at which the layer is shown: from the first, below the second.
    pub zooms: (f64, f64),
    /// On paper the layer is shown from this zoom on and fills what room is left (`metadata`, `geokontor:fills-paper-from`).
    pub fills_paper_from: Option<f64>,
    pub filter: Option<Expression>,
    pub kind: Kind,
}

impl Layer {
    /// True if one of the names is that of the layer, its layer of the tiles or its source.
    pub fn is_one_of(&self, names: &[String]) -> bool {
        let is_it =
            |name: &String| *name == self.id || *name == self.source_layer || self.source.as_ref() == Some(name);
        names.iter().any(is_it)
    }
}

/// How a layer is drawn. Sizes are in pixels of the style, which a pixel ratio multiplies.
#[derive(Debug)]
pub enum Kind {
    Background(Background),
    Fill(Fill),
    Line(Box<Line>),
    Circle(Box<Circle>),
    Symbol(Box<Symbol>),
    Raster(Raster),
}

#[derive(Debug)]
pub struct Background {
    pub color: Property,
    pub opacity: Property,
}

#[derive(Debug)]
pub struct Fill {
    pub color: Property,
    pub opacity: Property,
    /// [`super::Colour::NONE`]: no outline.
    pub outline: Property,
    pub sort_key: Property,
}

#[derive(Debug)]
pub struct Line {
    pub color: Property,
    pub opacity: Property,
    pub width: Property,
    pub offset: Property,
    pub gap_width: Property,
    /// In multiples of the width; empty for a solid line.
    pub dashes: Property,
    pub cap: Cap,
    pub join: Join,
    pub sort_key: Property,
}

#[derive(Debug)]
pub struct Circle {
    pub color: Property,
    pub opacity: Property,
    pub radius: Property,
    pub stroke_color: Property,
    pub stroke_opacity: Property,
    pub stroke_width: Property,
    pub sort_key: Property,
}

#[derive(Debug)]
pub struct Raster {
    pub opacity: Property,
}

#[derive(Debug)]
pub struct Symbol {
    pub placement: Placement,
    /// Pixels from one label along a line to the next.
    pub spacing: Property,
    /// `None`: in the order of the tiles.
    pub sort_key: Option<Property>,
    pub icon: Icon,
    pub text: Text,
}

#[derive(Debug)]
pub struct Icon {
    pub image: Property,
    pub size: Property,
    pub anchor: Property,
    pub offset: Property,
    /// Pixels around it that others keep away.
    pub padding: Property,
    pub opacity: Property,
    pub overlap: Overlaps,
    pub ignore_placement: Property,
    pub optional: Property,
}

/// Whether a layer's icons or texts may lie over what is there already.
#[derive(Debug)]
pub struct Overlaps {
    /// `never`, `always` or `cooperative`.
    pub word: Property,
    /// The older flag, which counts where there is no word.
    pub allowed: Property,
}

impl Overlaps {
    /// What holds for a feature.
    pub fn of(&self, context: Context<'_>) -> Overlap {
        match (self.word.text(context).as_ref(), self.allowed.flag(context)) {
            ("always", _) | ("", true) => Overlap::Always,
            ("cooperative", _) => Overlap::Cooperative,
            _ => Overlap::Never,
        }
    }
}

/// What something may lie over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Overlap {
    /// Nothing.
    #[default]
    Never,
    /// What may itself lie over others.
    Cooperative,
    /// Everything.
    Always,
}

#[derive(Debug)]
pub struct Text {
    pub field: Property,
    /// Names of faces, the first that there is counts.
    pub font: Property,
    pub size: Property,
    pub anchor: Property,
    /// The anchors to be tried one after the other; empty: `anchor` alone.
    pub variable_anchor: Property,
    /// Anchors with offsets of their own, to be tried one after the other before `variable_anchor`; empty: none.
    pub variable_places: Vec<(Anchor, [f32; 2])>,
    /// In multiples of the size.
    pub offset: Property,
    pub max_width: Property,
    pub letter_spacing: Property,
    pub transform: Property,
    pub padding: Property,
    pub color: Property,
    pub opacity: Property,
    pub halo_color: Property,
    pub halo_width: Property,
    pub overlap: Overlaps,
    pub ignore_placement: Property,
    pub optional: Property,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cap {
    Butt,
    Round,
    Square,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    Bevel,
    Round,
    Miter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    Point,
    /// Along a line, as often as the spacing says.
    Line,
    /// In the middle of a line.
    LineCenter,
}

/// Which part of a text or icon lies at its place, as fractions of its width and height from the upper left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anchor(pub f32, pub f32);

impl Anchor {
    pub const CENTER: Self = Self(0.5, 0.5);

    /// The anchor of a word such as `bottom-left`; the centre for any other.
    pub fn named(word: &str) -> Self {
        let across = if word.ends_with("left") {
            0.0
        } else if word.ends_with("right") {
            1.0
        } else {
            0.5
        };
        let down = if word.starts_with("top") {
            0.0
        } else if word.starts_with("bottom") {
            1.0
        } else {
            0.5
        };
        Self(across, down)
    }
}

/// What becomes of a label's letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transform {
    None,
    Uppercase,
    Lowercase,
}

impl Transform {
    /// The transformation of a word; none for any other.
    pub fn named(word: &str) -> Self {
        match word {
            "uppercase" => Self::Uppercase,
            "lowercase" => Self::Lowercase,
            _ => Self::None,
        }
    }
}
