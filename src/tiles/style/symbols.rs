//! Symbols: one drawing a kind and one a status, put together for each theme.
//!
//! `tiles/symbols/{collection}/{kind}.svg` draws a badge and the picture on it, `status/{status}.svg` what is laid over
//! a badge. Hydrants have eight kinds and four statuses: twelve files make thirty-two symbols, twice. What has no status
//! (`single/`) is drawn whole. Colours are names of the palette.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use resvg::usvg;

use super::StyleMistake;
use super::palette::{Palettes, Theme};
use crate::collection::{DeclarationFault, DeclarationFaults};
use crate::texts::{Foreign, Told};

/// The statuses a source may have, as tiles name them.
pub const STATUSES: [&str; 4] = ["ready", "restricted", "unknown", "out_of_service"];

/// The status that is a cross.
const OUT: &str = "out_of_service";

/// Of the square a badge is drawn on.
const GRID: f32 = 32.0;
/// Around it, for halo and overlay.
const MARGIN: f32 = 4.0;

/// A symbol ready to be drawn in one theme.
#[derive(Debug, Clone)]
pub struct Symbol {
    /// As styles name it: `hydrants-pillar-ready`.
    pub name: String,
    /// A whole SVG document without names of the palette in it.
    pub svg: String,
    /// Its size in the sprite at a pixel ratio of 1.
    pub width: f32,
    pub height: f32,
    /// The symbol of the same shape and status that is left empty for a number; for a badge.
    pub bare: Option<String>,
}

/// All symbols of both themes by name.
#[derive(Debug)]
pub struct Symbols {
    themes: [BTreeMap<String, Symbol>; 2],
}

impl Symbols {
    /// Reads the drawings below a folder and puts them together.
    ///
    /// # Errors
    /// Every file that cannot be read, has no badge or picture, names an unknown colour or is no SVG.
    pub fn load(folder: &Path, palettes: &Palettes) -> Result<Self, DeclarationFaults> {
        let mut reader = Reader { faults: Vec::new() };
        let parts = reader.parts(folder);
        let themes = Theme::ALL.map(|theme| {
            let mut symbols = BTreeMap::new();
            for part in &parts {
                match palettes.of(theme).fill_in(&part.svg) {
                    Ok(svg) => {
                        let symbol = reader.finish(part, svg);
                        symbols.extend(symbol.map(|symbol| (part.name.clone(), symbol)));
                    }
                    Err(names) => reader.fault(&part.file, &StyleMistake::NoColour { names }),
                }
            }
            symbols
        });
        reader.faults.sort_by_cached_key(|fault| (fault.file.clone(), fault.told.to_string()));
        reader.faults.dedup();
        if reader.faults.is_empty() { Ok(Self { themes }) } else { Err(DeclarationFaults(reader.faults)) }
    }

    /// A symbol.
    pub fn get(&self, theme: Theme, name: &str) -> Option<&Symbol> {
        self.themes[theme as usize].get(name)
    }

    /// How many there are in each theme.
    pub fn len(&self) -> usize {
        self.themes[0].len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.themes[0].is_empty()
    }

    /// All symbols of a theme, by name.
    pub fn of(&self, theme: Theme) -> impl Iterator<Item = &Symbol> {
        self.themes[theme as usize].values()
    }
}

/// A symbol with names of the palette still in it.
struct Part {
    file: PathBuf,
    name: String,
    svg: String,
    size: Size,
    bare: Option<String>,
}

/// A drawing that is made in every status.
struct Drawing<'a> {
    file: &'a Path,
    /// What stands between the tags of its document.
    inner: String,
    name: String,
    /// True if a number is written into it: a cross then goes to its shoulder.
    numbered: bool,
    /// The name of the same badge without its picture.
    bare: Option<String>,
}

/// How large a symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    /// As its document says.
    Own,
    /// What a badge with all that is laid over it takes.
    Badge,
}

struct Reader {
    faults: Vec<DeclarationFault>,
}

impl Reader {
    fn fault(&mut self, file: &Path, told: impl Into<Told>) {
        self.faults.push(DeclarationFault::of_file(file, told));
    }

    fn parts(&mut self, folder: &Path) -> Vec<Part> {
        let mut parts = Vec::new();
        let overlays: Vec<(&str, String)> = STATUSES
            .into_iter()
            .map(|status| (status, self.inner(&folder.join("status").join(format!("{status}.svg")))))
            .collect();
        let file = folder.join("cluster.svg");
        let (inner, name) = (self.inner(&file), "cluster".to_owned());
        self.badges(&Drawing { file: &file, inner, name, numbered: true, bare: None }, &overlays, &mut parts);
        parts.extend(some_out(&parts, &overlays));
        // The badges of all kinds are of a few shapes: each is drawn once without a picture.
        let mut shapes: Vec<(String, String)> = Vec::new();
        for collection in self.entries(folder).into_iter().filter(|entry| entry.is_dir()) {
            let of = stem(&collection);
            for file in self.entries(&collection) {
                match of.as_str() {
                    "status" => {}
                    "single" => parts.extend(self.single(file)),
                    _ => {
                        let (inner, name) = (self.inner(&file), format!("{of}-{}", stem(&file)));
                        let shape = element(&inner, "badge").map(str::to_owned);
                        let known = |shape: &String| shapes.iter().find(|(other, _)| other == shape);
                        let mut bare = shape.as_ref().and_then(known).map(|(_, bare)| bare.clone());
                        if let (Some(shape), None) = (&shape, &bare) {
                            let (inner, name) = (format!("{shape}<g id=\"picture\"/>"), format!("number-{name}"));
                            let number = Drawing { file: &file, inner, name: name.clone(), numbered: true, bare: None };
                            self.badges(&number, &overlays, &mut parts);
                            shapes.push((shape.clone(), name.clone()));
                            bare = Some(name);
                        }
                        let kind = Drawing { file: &file, inner, name, numbered: false, bare };
                        self.badges(&kind, &overlays, &mut parts);
                    }
                }
            }
        }
        parts
    }

    /// One drawing in every status.
    fn badges(&mut self, drawing: &Drawing<'_>, overlays: &[(&str, String)], parts: &mut Vec<Part>) {
        let Drawing { file, inner, name, numbered, bare } = drawing;
        for id in ["badge", "picture"] {
            if !inner.contains(&format!("id=\"{id}\"")) {
                return self.fault(file, &StyleMistake::NoElement { id });
            }
        }
        for (status, overlay) in overlays {
            let overlay = match *numbered && *status == OUT {
                true => format!("<g transform=\"translate(18.5 -3.5) scale(.5)\">{overlay}</g>"),
                false => overlay.clone(),
            };
            let body = format!(
                "<defs>{inner}</defs>\
                 <use href=\"#badge\" fill=\"@halo\" stroke=\"@halo\" stroke-width=\"5.4\" stroke-linejoin=\"round\"/>\
                 <use href=\"#badge\" fill=\"@fill\" stroke=\"@edge\" stroke-width=\"2.2\" stroke-linejoin=\"round\" \
                 stroke-dasharray=\"@dash\"/><g color=\"@picture\"><use href=\"#picture\"/></g>{overlay}"
            );
            let mut part = badge_part(file.to_path_buf(), format!("{name}-{status}"), &roles(&body, status));
            part.bare = bare.as_ref().map(|bare| format!("{bare}-{status}"));
            parts.push(part);
        }
    }

    /// A drawing that is whole.
    fn single(&mut self, file: PathBuf) -> Option<Part> {
        let svg = self.text(&file)?;
        Some(Part { name: stem(&file), file, svg, size: Size::Own, bare: None })
    }

    /// What stands between the tags of the document.
    fn inner(&mut self, file: &Path) -> String {
        let Some(text) = self.text(file) else { return String::new() };
        let body = text.split_once("<svg").and_then(|(_, rest)| rest.split_once('>'));
        match body.and_then(|(_, rest)| rest.rsplit_once("</svg>")) {
            Some((inner, _)) => inner.trim().to_owned(),
            None => {
                self.fault(file, &StyleMistake::NotSvg { error: None });
                String::new()
            }
        }
    }

    fn text(&mut self, file: &Path) -> Option<String> {
        match std::fs::read_to_string(file) {
            Ok(text) => Some(text),
            Err(error) => {
                self.fault(file, &Foreign::Unreadable { why: Told::from(&error) });
                None
            }
        }
    }

    fn entries(&mut self, folder: &Path) -> Vec<PathBuf> {
        match std::fs::read_dir(folder) {
            Ok(entries) => {
                let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
                paths.retain(|path| path.is_dir() || path.extension().is_some_and(|ending| ending == "svg"));
                paths.sort();
                paths
            }
            Err(error) => {
                self.fault(folder, &Foreign::Unreadable { why: Told::from(&error) });
                Vec::new()
            }
        }
    }

    /// A symbol whose document is sound. A badge's box is cut to what is drawn, evenly around its middle: the box keeps
    /// names of streets away, and an oval needs less of one than a square.
    fn finish(&mut self, part: &Part, svg: String) -> Option<Symbol> {
        let (name, bare) = (part.name.clone(), part.bare.clone());
        let tree = match usvg::Tree::from_str(&svg, &usvg::Options::default()) {
            Ok(tree) => tree,
            Err(error) => {
                self.fault(&part.file, &StyleMistake::NotSvg { error: Some(error.to_string()) });
                return None;
            }
        };
        let Size::Badge = part.size else {
            let size = tree.size();
            return Some(Symbol { name, svg, width: size.width(), height: size.height(), bare });
        };
        let (drawn, middle) = (tree.root().abs_stroke_bounding_box(), GRID / 2.0 + MARGIN);
        let half = |low: f32, high: f32| (middle - low).max(high - middle).ceil().min(middle);
        let (x, y) = (half(drawn.left(), drawn.right()), half(drawn.top(), drawn.bottom()));
        let svg = svg.replacen(&frame(middle, middle), &frame(x, y), 1);
        Some(Symbol { name, svg, width: 2.0 * x, height: 2.0 * y, bare })
    }
}

/// The badges of several sources once more, with a cross at the left shoulder: some of these are out of service.
fn some_out(clusters: &[Part], overlays: &[(&str, String)]) -> Vec<Part> {
    let cross = overlays.iter().find(|(status, _)| *status == OUT).map(|(_, overlay)| roles(overlay, OUT));
    let cross = format!("<g transform=\"translate(-2.5 -3.5) scale(.5)\">{}</g></svg>", cross.unwrap_or_default());
    let others = clusters.iter().filter(|part| !part.name.ends_with(OUT));
    let crossed = others.map(|part| Part {
        file: part.file.clone(),
        name: format!("{}_some_out", part.name),
        svg: part.svg.replacen("</svg>", &cross, 1),
        size: part.size,
        bare: None,
    });
    crossed.collect()
}

/// An empty element by its id, from one of its ends to the other; none of an element with something in it.
fn element<'a>(svg: &'a str, id: &str) -> Option<&'a str> {
    let at = svg.find(&format!("id=\"{id}\""))?;
    let (start, end) = (svg[..at].rfind('<')?, at + svg[at..].find('>')?);
    svg[..end].ends_with('/').then(|| &svg[start..=end])
}

/// The roles of a badge, in the colours of its status.
fn roles(svg: &str, status: &str) -> String {
    ["fill", "edge", "picture", "mark", "dash"]
        .into_iter()
        .fold(svg.to_owned(), |svg, role| svg.replace(&format!("\"@{role}\""), &format!("\"@{status}.{role}\"")))
}

fn badge_part(file: PathBuf, name: String, body: &str) -> Part {
    let middle = GRID / 2.0 + MARGIN;
    let frame = frame(middle, middle);
    let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" {frame}>{body}</svg>");
    Part { file, name, svg, size: Size::Badge, bare: None }
}

/// The box of a badge, so far to each side of its middle.
fn frame(x: f32, y: f32) -> String {
    let (left, top, width, height) = (GRID / 2.0 - x, GRID / 2.0 - y, 2.0 * x, 2.0 * y);
    format!("viewBox=\"{left} {top} {width} {height}\" width=\"{width}\" height=\"{height}\"")
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::collection::Catalogue;
    use crate::tiles::style::palette::tests::shipped as palettes;

    pub fn shipped() -> Symbols {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tiles/symbols");
        Symbols::load(&folder, &palettes()).expect("the symbols")
    }

    #[test]
    fn every_kind_of_every_code_list_has_a_symbol_for_every_status() {
        let symbols = shipped();
        let catalogue = Catalogue::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).expect("the declarations");
        for name in ["hydrants", "water_sources", "suction_points"] {
            let collection = catalogue.get(name).expect("a collection");
            let kinds = collection.property("kind").and_then(|kind| kind.codes()).expect("a code list");
            for (kind, status) in kinds.codes().iter().flat_map(|kind| STATUSES.map(|status| (&kind.code, status))) {
                let symbol = format!("{name}-{kind}-{status}");
                assert!(Theme::ALL.iter().all(|theme| symbols.get(*theme, &symbol).is_some()), "{symbol} is not drawn");
            }
        }
        for name in ["cluster-ready", "cluster-unknown_some_out", "incident", "position", "vehicle", "sign", "suction"]
        {
            assert!(symbols.get(Theme::Night, name).is_some(), "{name} is not drawn");
        }
    }

    #[test]
    fn a_number_is_written_into_the_shape_of_its_kind_and_each_shape_is_drawn_once_a_status() {
        let symbols = shipped();
        let bare = |name: &str| symbols.get(Theme::Day, name).and_then(|symbol| symbol.bare.clone());
        assert_eq!(bare("hydrants-pillar-ready"), bare("hydrants-wall-ready"), "both are discs");
        assert_ne!(bare("hydrants-pillar-ready"), bare("hydrants-underground-ready"));
        assert_ne!(bare("hydrants-pillar-ready"), bare("hydrants-pillar-unknown"));
        assert_eq!(bare("cluster-ready"), None);
        let badges = symbols.of(Theme::Day).filter_map(|symbol| symbol.bare.as_deref());
        let shapes: std::collections::BTreeSet<&str> = badges.collect();
        assert!(shapes.iter().all(|shape| symbols.get(Theme::Night, shape).is_some()));
        assert!((4 * STATUSES.len()..=6 * STATUSES.len()).contains(&shapes.len()), "{shapes:?}");
    }

    #[test]
    fn a_drawing_without_a_badge_and_a_colour_nobody_knows_are_told_with_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, text).expect("a file");
        };
        for status in STATUSES {
            write(&format!("status/{status}.svg"), "<svg viewBox=\"0 0 32 32\"></svg>");
        }
        write(
            "cluster.svg",
            "<svg viewBox=\"0 0 32 32\"><path id=\"badge\" d=\"M0 0h9v9z\"/><g id=\"picture\"/></svg>",
        );
        write("hydrants/pillar.svg", "<svg viewBox=\"0 0 32 32\"><g id=\"picture\"/></svg>");
        write("single/incident.svg", "<svg viewBox=\"0 0 32 32\"><path fill=\"@pink\"/></svg>");
        let faults = Symbols::load(folder.path(), &palettes()).expect_err("faults").to_string();
        assert!(faults.contains("pillar.svg:1: has no element with the id 'badge'"), "{faults}");
        assert!(faults.contains("incident.svg:1: no palette has @pink"), "{faults}");
    }
}
