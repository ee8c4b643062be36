//! Styles: one list of layers, `tiles/styles/map.json`, made into a MapLibre style a theme.
//!
//! Two things in the file are not MapLibre's and are gone when it is served: `@water` is a colour of the
//! [palette](super::palette), and `$road-width` an expression that stands once among the `terms` at the top. What comes
//! out is plain MapLibre style, version 8. Addresses in it begin with `{base}`, which a request replaces by its own.

use std::path::Path;

use serde_json::{Map, Value};

use super::StyleMistake;
use super::palette::{Palette, Palettes, Theme};
use crate::collection::{DeclarationFault, DeclarationFaults};
use crate::texts::{Told, line_of};

/// What addresses of the server begin with until somebody asks.
pub const BASE: &str = "{base}";

/// Terms within terms; deeper is a circle.
const DEPTH: usize = 16;

/// The styles of both themes.
#[derive(Debug, Clone)]
pub struct Styles {
    /// The file they come from, for messages.
    pub file: String,
    text: String,
    themes: [Value; 2],
}

impl Styles {
    /// Reads the list of layers and resolves it for each theme.
    ///
    /// # Errors
    /// Every fault: no JSON, unknown terms and colours, layers without an id.
    pub fn load(path: &Path, palettes: &Palettes) -> Result<Self, DeclarationFaults> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| DeclarationFault::unreadable(path, &error))?;
        let mut source: Value = serde_json::from_str(&text).map_err(|error| DeclarationFault {
            file: file.clone(),
            line: error.line(),
            told: Told::verbatim(error.to_string()),
        })?;
        let terms = source.as_object_mut().and_then(|style| style.shift_remove("terms"));
        let terms = terms.and_then(|terms| terms.as_object().cloned()).unwrap_or_default();
        let mut styles = Self { file, text, themes: [Value::Null, Value::Null] };
        let mut faults = Vec::new();
        for theme in Theme::ALL {
            let mut style = source.clone();
            let mut resolver = Resolver { terms: &terms, palette: palettes.of(theme), faults: Vec::new() };
            resolver.style(&mut style);
            faults.extend(resolver.faults.into_iter().map(|(layer, reason)| styles.fault(&layer, reason)));
            address(&mut style, theme);
            styles.themes[theme as usize] = style;
        }
        // Both themes lack the same term.
        faults.dedup();
        if faults.is_empty() { Ok(styles) } else { Err(DeclarationFaults(faults)) }
    }

    /// The style of a theme; its addresses begin with [`BASE`].
    pub fn of(&self, theme: Theme) -> &Value {
        &self.themes[theme as usize]
    }

    /// The layers of a theme in the order in which they are drawn.
    pub fn layers(&self, theme: Theme) -> &[Value] {
        self.of(theme)["layers"].as_array().map_or(&[], Vec::as_slice)
    }

    /// A fault of a layer, with the line where it begins.
    pub fn fault(&self, layer: &str, reason: Told) -> DeclarationFault {
        let id = format!("\"id\": \"{layer}\"");
        let line = self.text.find(&id).map_or(1, |at| line_of(&self.text, at));
        let told = if layer.is_empty() { reason } else { Told::of(&StyleMistake::InLayer { layer, reason }) };
        DeclarationFault { file: self.file.clone(), line, told }
    }
}

/// Puts the server's address before its paths, and the theme behind the sprite's.
fn address(style: &mut Value, theme: Theme) {
    let absolute = |value: &mut Value, end: &str| {
        if let Some(path) = value.as_str().filter(|path| path.starts_with('/')) {
            *value = Value::String(format!("{BASE}{path}{end}"));
        }
    };
    absolute(&mut style["sprite"], &format!("/{theme}"));
    absolute(&mut style["glyphs"], "");
    for source in style["sources"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        if source.get("url").is_some() {
            absolute(&mut source["url"], "");
        }
    }
}

/// Replaces terms and colours.
struct Resolver<'a> {
    terms: &'a Map<String, Value>,
    palette: &'a Palette,
    /// Layer and reason.
    faults: Vec<(String, Told)>,
}

impl Resolver<'_> {
    fn fault(&mut self, layer: &str, mistake: &StyleMistake<'_>) {
        self.faults.push((layer.to_owned(), mistake.into()));
    }

    fn style(&mut self, style: &mut Value) {
        let Some(layers) = style.get_mut("layers").and_then(Value::as_array_mut) else {
            return self.fault("", &StyleMistake::NoLayers);
        };
        for (number, layer) in layers.iter_mut().enumerate() {
            match layer["id"].as_str().map(str::to_owned) {
                Some(id) => self.resolve(layer, &id, 0),
                None => self.fault("", &StyleMistake::LayerWithoutId { number: number + 1 }),
            }
        }
    }

    fn resolve(&mut self, value: &mut Value, layer: &str, depth: usize) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.resolve(item, layer, depth)),
            Value::Object(members) => members.values_mut().for_each(|member| self.resolve(member, layer, depth)),
            Value::String(text) => {
                if let Some(name) = text.strip_prefix('@') {
                    match self.palette.get(name) {
                        Some(colour) => *text = colour.to_owned(),
                        None => {
                            let mistake = StyleMistake::NoColour { names: vec![name.to_owned()] };
                            self.fault(layer, &mistake);
                        }
                    }
                } else if let Some(name) = text.strip_prefix('$') {
                    match self.terms.get(name).filter(|_| depth < DEPTH) {
                        Some(term) => {
                            *value = term.clone();
                            self.resolve(value, layer, depth + 1);
                        }
                        None => {
                            let name = name.to_owned();
                            let is_unknown = depth < DEPTH;
                            self.fault(
                                layer,
                                &match is_unknown {
                                    true => StyleMistake::NoTerm { name: &name },
                                    false => StyleMistake::Circle { name: &name },
                                },
                            );
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::palette::tests::shipped as palettes;
    use super::*;

    pub fn shipped() -> Styles {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tiles/styles");
        Styles::load(&folder.join("map.json"), &palettes()).expect("the styles")
    }

    pub fn load(text: &str) -> Result<Styles, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("map.json");
        std::fs::write(&path, text).expect("a file");
        Styles::load(&path, &palettes())
            .map_err(|faults| faults.to_string().replace(&path.display().to_string(), "FILE"))
    }

    #[test]
    fn what_is_served_is_plain_style_without_terms_and_names_of_the_palette() {
        let styles = shipped();
        for theme in Theme::ALL {
            let text = styles.of(theme).to_string();
            assert!(!text.contains("\"$") && !text.contains("\"@") && !text.contains("terms"));
            assert_eq!(styles.of(theme)["sprite"], format!("{{base}}/map/sprites/{theme}"));
            assert_eq!(styles.of(theme)["sources"]["base"]["url"], "{base}/tiles/base");
        }
    }

    #[test]
    fn the_themes_differ_in_colours_only() {
        let styles = shipped();
        let without_colours = |theme| {
            let text = styles.of(theme).to_string().replace(&format!("/map/sprites/{theme}"), "");
            text.split('#').map(|part| part.get(6..).unwrap_or(part).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(without_colours(Theme::Day)[1..], without_colours(Theme::Night)[1..]);
        assert_ne!(styles.of(Theme::Day), styles.of(Theme::Night));
    }

    #[test]
    fn an_unknown_term_colour_or_circle_is_told_with_layer_and_line() {
        let faults = load(
            "{\"terms\": {\"a\": [\"$b\"], \"b\": [\"$a\"]}, \"layers\": [\n{\"id\": \"one\", \"paint\": {\"x\": \"@mauve\"}},\n\
             {\"id\": \"two\", \"paint\": {\"x\": \"$c\", \"y\": \"$a\"}}]}",
        )
        .expect_err("faults");
        let lines: Vec<&str> = faults.lines().collect();
        assert!(lines.contains(&"FILE:2: layer 'one': no palette has @mauve"), "{faults}");
        assert!(lines.contains(&"FILE:3: layer 'two': $c is not among the terms"), "{faults}");
        assert!(faults.contains("leads in a circle"), "{faults}");
    }
}
