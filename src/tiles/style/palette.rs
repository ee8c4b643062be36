//! The two themes and their colours: `tiles/styles/palettes.toml`.
//!
//! Styles and symbols name a colour as `@water`, and what a badge looks like in a status as `@ready.fill`. One list of
//! layers and one drawing of a symbol serve both themes that way.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::StyleMistake;
use crate::collection::{DeclarationFault, DeclarationFaults};
use crate::texts::Reporter;

/// By day or by night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Theme {
    Day,
    Night,
}

impl Theme {
    /// All of them; the place in this list is the number of a theme.
    pub const ALL: [Self; 2] = [Self::Day, Self::Night];

    /// The name in URLs and in the palette.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Night => "night",
        }
    }

    /// The theme of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

impl fmt::Display for Theme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The colours of one theme by name, `water` or `ready.fill`.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    values: BTreeMap<String, String>,
}

impl Palette {
    /// What stands for a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A text with every `@name` in it replaced.
    ///
    /// # Errors
    /// The names that the palette lacks.
    pub fn fill_in(&self, text: &str) -> Result<String, Vec<String>> {
        let mut filled = String::with_capacity(text.len());
        let mut missing = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('@') {
            filled.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(rest.len());
            match self.get(&rest[..end]) {
                Some(value) => filled.push_str(value),
                None => missing.push(rest[..end].to_owned()),
            }
            rest = &rest[end..];
        }
        filled.push_str(rest);
        if missing.is_empty() { Ok(filled) } else { Err(missing) }
    }
}

/// The palettes of both themes.
#[derive(Debug, Clone)]
pub struct Palettes {
    themes: [Palette; 2],
}

impl Palettes {
    /// Reads the file.
    ///
    /// # Errors
    /// Every fault with its line: what is no colour, and what only one theme has.
    pub fn load(path: &Path) -> Result<Self, DeclarationFaults> {
        let text = std::fs::read_to_string(path).map_err(|error| DeclarationFault::unreadable(path, &error))?;
        let file = path.display().to_string();
        let mut reporter = Reporter::new(&file, &text);
        let read = match DeTable::parse(&text) {
            Ok(read) => read,
            Err(error) => {
                reporter.syntax(&error);
                return reporter.end(None);
            }
        };
        let mut themes = [Palette::default(), Palette::default()];
        for (key, section) in read.get_ref() {
            let name = key.get_ref();
            let Some((theme, section)) = Theme::of_name(name).zip(section.get_ref().as_table()) else {
                reporter.fault(key.span(), &StyleMistake::NoTheme { name });
                continue;
            };
            for (name, value, offset) in flat(section, "") {
                if !is_value(&name, &value) {
                    reporter.fault(offset..offset, &StyleMistake::NotAColour { name: &name, value: &value });
                }
                themes[theme as usize].values.insert(name, value);
            }
        }
        for (has, lacks) in [(Theme::Day, Theme::Night), (Theme::Night, Theme::Day)] {
            let names = themes[has as usize].values.keys();
            for name in names.filter(|name| themes[lacks as usize].get(name).is_none()) {
                let (has, lacks) = (has.to_string(), lacks.to_string());
                reporter.fault(0..0, &StyleMistake::InOneThemeOnly { name, has: &has, lacks: &lacks });
            }
        }
        reporter.end(Some(Self { themes }))
    }

    /// The palette of a theme.
    pub fn of(&self, theme: Theme) -> &Palette {
        &self.themes[theme as usize]
    }
}

/// Everything is a colour but the dashes of an edge.
fn is_value(name: &str, value: &str) -> bool {
    if name.ends_with(".dash") {
        return value == "none" || value.split(' ').all(|part| part.parse::<f32>().is_ok_and(|part| part > 0.0));
    }
    let digits = value.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Names with their values and where in the file these stand; a status is a table of its own.
fn flat(section: &DeTable<'_>, before: &str) -> Vec<(String, String, usize)> {
    let mut found = Vec::new();
    for (key, value) in section {
        let name = format!("{before}{}", key.get_ref());
        match value.get_ref() {
            DeValue::Table(status) => found.extend(flat(status, &format!("{name}."))),
            DeValue::String(text) => found.push((name, text.to_string(), value.span().start)),
            other => found.push((name, format!("a {}", other.type_str()), value.span().start)),
        }
    }
    found
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The palettes of the house.
    pub fn shipped() -> Palettes {
        Palettes::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tiles/styles/palettes.toml")).expect("the palettes")
    }

    fn load(text: &str) -> Result<Palettes, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("palettes.toml");
        std::fs::write(&path, text).expect("a file");
        Palettes::load(&path).map_err(|faults| faults.to_string().replace(&path.display().to_string(), "FILE"))
    }

    #[test]
    fn a_theme_that_lacks_a_colour_and_a_word_that_is_none_are_told_with_their_lines() {
        let fault =
            load("[day]\nwater = \"blue\"\n[night]\nwater = \"#000000\"\nland = \"#111111\"\n").expect_err("faults");
        assert!(fault.contains("FILE:2: water: 'blue' is not a colour"), "{fault}");
        assert!(fault.contains("'land' is in [night] and not in [day]"), "{fault}");
    }

    #[test]
    fn names_in_a_text_are_replaced_and_unknown_ones_are_told() {
        let palettes = load("[day]\na-b = \"#010203\"\n[day.ready]\nfill = \"#040506\"\n[night]\na-b = \"#000000\"\n[night.ready]\nfill = \"#000000\"\n")
            .expect("palettes");
        let day = palettes.of(Theme::Day);
        assert_eq!(day.fill_in("x=\"@a-b\" y=\"@ready.fill\"").expect("a text"), "x=\"#010203\" y=\"#040506\"");
        assert_eq!(day.fill_in("@a-b @c"), Err(vec!["c".to_owned()]));
    }

    /// Relative luminance (WCAG 2.1, 1.4.3).
    fn luminance(colour: [f64; 3]) -> f64 {
        0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]
    }

    /// A colour's parts in linear light.
    fn linear(colour: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| {
            let part = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("a colour")) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(linear(one)), luminance(linear(other)));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    const STATUSES: [&str; 4] = ["ready", "restricted", "unknown", "out_of_service"];

    #[test]
    fn every_badge_stands_out_of_ground_water_and_halo_and_its_picture_of_the_badge() {
        let palettes = shipped();
        for theme in Theme::ALL {
            let value = |name: &str| palettes.of(theme).get(name).expect("a value").to_owned();
            for status in STATUSES {
                let part = |part: &str| value(&format!("{status}.{part}"));
                for (one, other) in [
                    (part("edge"), value("ground")),
                    (part("edge"), value("water")),
                    (part("edge"), value("building")),
                    (part("edge"), value("halo")),
                    (part("mark"), value("halo")),
                    (part("picture"), part("fill")),
                ] {
                    let seen = contrast(&one, &other);
                    assert!(seen >= 3.0, "{theme} {status}: {one} on {other} has a contrast of {seen:.2}");
                }
            }
        }
    }

    #[test]
    fn roads_of_every_class_are_seen_on_the_ground_and_house_numbers_on_houses() {
        let palettes = shipped();
        for theme in Theme::ALL {
            let value = |name: &str| palettes.of(theme).get(name).expect("a value");
            for road in ["motorway", "trunk", "primary", "secondary", "road", "track", "path"] {
                let seen = contrast(value(road), value("ground"));
                assert!(seen >= 1.5, "{theme}: {road} has a contrast of {seen:.2}");
            }
            for below in ["text-halo", "ground", "building", "building-public"] {
                let seen = contrast(value("text-soft"), value(below));
                assert!(seen >= 4.5, "{theme}: a house number on {below} has a contrast of {seen:.2}");
            }
        }
    }

    #[test]
    fn letters_stand_out_of_their_halo_and_what_marks_a_place_out_of_the_ground() {
        let palettes = shipped();
        for theme in Theme::ALL {
            let value = |name: &str| palettes.of(theme).get(name).expect("a value");
            for text in ["text", "text-soft", "water-text", "boundary-text", "road-ref"] {
                let seen = contrast(value(text), value("text-halo"));
                assert!(seen >= 4.5, "{theme}: {text} has a contrast of {seen:.2}");
            }
            assert!(contrast(value("label"), value("halo")) >= 7.0);
            for place in ["incident", "position", "ring"] {
                let seen = contrast(value(place), value("ground"));
                assert!(seen >= 3.0, "{theme}: {place} has a contrast of {seen:.2}");
            }
        }
    }

    /// What is left of colours for people who lack the cones for red, green or blue, in linear light: Machado, Oliveira
    /// and Fernandes 2009, severity 1.
    const DEFICIENCIES: [[[f64; 3]; 3]; 3] = [
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ];

    /// CIE L*a*b* of linear sRGB under D65.
    fn lab(c: [f64; 3]) -> [f64; 3] {
        let xyz = [
            (0.4124 * c[0] + 0.3576 * c[1] + 0.1805 * c[2]) / 0.9505,
            0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2],
            (0.0193 * c[0] + 0.1192 * c[1] + 0.9505 * c[2]) / 1.089,
        ];
        let f = xyz.map(|t| if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 });
        [116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2])]
    }

    #[test]
    fn the_statuses_are_told_apart_by_those_who_see_fewer_colours() {
        let palettes = shipped();
        for (theme, deficiency) in Theme::ALL.into_iter().flat_map(|theme| DEFICIENCIES.map(|matrix| (theme, matrix))) {
            // Of a filled badge its inside is seen, of the others the edge.
            let seen = STATUSES.map(|status| {
                let part = if ["ready", "restricted"].contains(&status) { "fill" } else { "edge" };
                let colour = linear(palettes.of(theme).get(&format!("{status}.{part}")).expect("a colour"));
                lab(deficiency.map(|row| (0..3).map(|k| row[k] * colour[k]).sum::<f64>().clamp(0.0, 1.0)))
            });
            for (k, one) in seen.iter().enumerate() {
                for (l, other) in seen.iter().enumerate().skip(k + 1) {
                    let apart = (0..3).map(|part| (one[part] - other[part]).powi(2)).sum::<f64>().sqrt();
                    assert!(apart > 15.0, "{theme}: {} and {} are {apart:.1} apart", STATUSES[k], STATUSES[l]);
                }
            }
        }
    }
}
