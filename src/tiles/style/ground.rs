//! Another ground under the map: an external raster or vector source instead of the register's own base layers.
//!
//! The configuration names it (`map_ground`, `map_ground_night`, `map_ground_attribution`). It is merged into the style
//! that browsers get and fetched by them, never by this server: a source that does not answer leaves the map with its
//! plain background and everything of the fire-water register on it. Images that the server draws itself keep the own
//! ground.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::StyleMistake;
use super::palette::Theme;
use crate::texts::Told;

/// The source of the register's own base map; its layers and the sources of an external ground exclude each other.
const OWN: &str = "base";
/// Before the names of an external style's sources, layers and symbols, so that they meet none of ours.
const PREFIX: &str = "ground:";
/// The fonts of the house; glyphs come from one place, so an external style is written in them.
const FONTS: [&str; 2] = ["Geokontor Regular", "Geokontor Bold"];

/// What is configured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroundConfig {
    /// The address of raster tiles with `{z}`, `{x}`, `{y}`, or of a WMS with `{bbox-epsg-3857}`; or the path of a file
    /// with a MapLibre style, ending with `.json`. `None`: the register's own layers.
    pub day: Option<String>,
    /// The same by night; `None`: that of the day, darkened.
    pub night: Option<String>,
    /// Whose data it is, shown on the map.
    pub attribution: Option<String>,
}

/// An external ground, ready to be merged.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    themes: [Option<Part>; 2],
}

/// Sources and layers that replace the own base map.
#[derive(Debug, Clone)]
struct Part {
    sources: Map<String, Value>,
    layers: Vec<Value>,
    sprite: Option<Value>,
    origins: BTreeSet<String>,
}

impl Ground {
    /// The configured ground.
    ///
    /// # Errors
    /// Every fault, as setting and reason.
    pub fn new(config: &GroundConfig) -> Result<Self, Vec<(&'static str, Told)>> {
        let mut faults = Vec::new();
        let mut read = |setting, value: Option<&str>, dark| {
            let part = value.map(|value| Part::read(value, config.attribution.as_deref(), dark));
            part.and_then(|part| part.map_err(|reason| faults.push((setting, reason))).ok())
        };
        let day = read("map_ground", config.day.as_deref(), false);
        let night = match config.night.as_deref() {
            Some(own) => read("map_ground_night", Some(own), false),
            None => read("map_ground", config.day.as_deref(), true),
        };
        if config.day.is_none() && config.night.is_some() {
            faults.push(("map_ground_night", Told::of(&StyleMistake::NightAlone)));
        }
        faults.dedup();
        if faults.is_empty() { Ok(Self { themes: [day, night] }) } else { Err(faults) }
    }

    /// The origins a browser must be allowed to fetch from, such as `https://sgx.geodatenzentrum.de`.
    pub fn origins(&self) -> BTreeSet<String> {
        self.themes.iter().flatten().flat_map(|part| part.origins.iter().cloned()).collect()
    }

    /// A style with this ground instead of the own base map; unchanged if none is configured.
    #[must_use]
    pub fn merged(&self, theme: Theme, style: &Value) -> Value {
        let mut style = style.clone();
        let Some(part) = &self.themes[theme as usize] else { return style };
        if let Some(sources) = style["sources"].as_object_mut() {
            sources.retain(|name, _| name != OWN);
            sources.extend(part.sources.clone());
        }
        if let Some(layers) = style["layers"].as_array_mut() {
            layers.retain(|layer| layer["source"] != OWN);
            let after = layers.iter().position(|layer| layer["type"] != "background").unwrap_or(layers.len());
            layers.splice(after..after, part.layers.iter().cloned());
        }
        if let Some(theirs) = &part.sprite {
            let ours = json!({ "id": "default", "url": style["sprite"] });
            style["sprite"] = json!([ours, theirs]);
        }
        style
    }
}

impl Part {
    fn read(value: &str, attribution: Option<&str>, dark: bool) -> Result<Self, Told> {
        if value.ends_with(".json") && !value.contains("://") {
            let within = |line, reason| Told::of(&StyleMistake::InFile { file: value, line, reason });
            let text = std::fs::read_to_string(Path::new(value)).map_err(|error| within(None, Told::from(&error)))?;
            let unread = |error: serde_json::Error| within(Some(error.line()), Told::verbatim(error.to_string()));
            let style = serde_json::from_str(&text).map_err(unread)?;
            return Self::of_style(&style).map_err(|mistake| within(None, Told::of(&mistake)));
        }
        let is_tiles = ["{z}", "{x}", "{y}"].iter().all(|part| value.contains(part));
        if !is_tiles && !value.contains("{bbox-epsg-3857}") {
            return Err(Told::of(&StyleMistake::NotAGround { value }));
        }
        let attribution = attribution.ok_or_else(|| Told::of(&StyleMistake::AttributionMissing))?;
        let origin = origin(value).ok_or_else(|| Told::of(&StyleMistake::NotAnAddress { value }))?;
        let source = json!({
            "type": "raster", "tiles": [value], "tileSize": tile_size(value), "attribution": attribution,
        });
        let paint = match dark {
            true => json!({ "raster-brightness-max": 0.45, "raster-saturation": -0.5, "raster-contrast": 0.1 }),
            false => json!({}),
        };
        let name = format!("{PREFIX}raster");
        let layer = json!({ "id": name, "type": "raster", "source": name, "paint": paint });
        let sources = [(name, source)].into_iter().collect();
        Ok(Self { sources, layers: vec![layer], sprite: None, origins: [origin].into() })
    }

    /// A whole style: its sources and layers under names of their own, its words in the house's fonts.
    fn of_style(style: &Value) -> Result<Self, StyleMistake<'_>> {
        let mut part = Self { sources: Map::new(), layers: Vec::new(), sprite: None, origins: BTreeSet::new() };
        let (Some(sources), Some(layers)) = (style["sources"].as_object(), style["layers"].as_array()) else {
            return Err(StyleMistake::NotAWholeStyle);
        };
        for (name, source) in sources {
            let addresses =
                source["tiles"].as_array().into_iter().flatten().chain(["url", "data"].map(|key| &source[key]));
            for address in addresses.filter_map(Value::as_str) {
                part.origins.insert(origin(address).ok_or(StyleMistake::NotAFullAddress { value: address })?);
            }
            part.sources.insert(format!("{PREFIX}{name}"), source.clone());
        }
        if let Some(sprite) = style["sprite"].as_str() {
            part.origins.insert(origin(sprite).ok_or(StyleMistake::NotAFullAddress { value: sprite })?);
            part.sprite = Some(json!({ "id": PREFIX.trim_end_matches(':'), "url": sprite }));
        }
        part.layers = layers.iter().cloned().map(renamed).collect();
        Ok(part)
    }
}

/// A layer of an external style under names that are not ours.
fn renamed(mut layer: Value) -> Value {
    for key in ["id", "source"] {
        if let Some(name) = layer[key].as_str() {
            layer[key] = Value::String(format!("{PREFIX}{name}"));
        }
    }
    let Some(layout) = layer.get_mut("layout").and_then(Value::as_object_mut) else { return layer };
    if let Some(icon) = layout.get_mut("icon-image") {
        *icon = match icon.take() {
            Value::String(name) => Value::String(format!("{PREFIX}{name}")),
            expression => json!(["concat", PREFIX, expression]),
        };
    }
    if layout.contains_key("text-field") {
        let is_bold = layout.get("text-font").is_some_and(|font| font.to_string().to_lowercase().contains("bold"));
        layout.insert("text-font".to_owned(), json!([FONTS[usize::from(is_bold)]]));
    }
    layer
}

/// Scheme, host and port of an address.
fn origin(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://").filter(|(scheme, _)| ["https", "http"].contains(scheme))?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    // It becomes part of a header: only what a host can look like.
    let is_host = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    is_host.then(|| format!("{scheme}://{host}"))
}

/// Of a WMS the width it is asked for; tiles have 256 pixels.
fn tile_size(address: &str) -> u32 {
    let lower = address.to_ascii_lowercase();
    let width =
        lower.split(['?', '&']).find_map(|pair| pair.strip_prefix("width=")).and_then(|width| width.parse().ok());
    width.unwrap_or(256)
}

#[cfg(test)]
mod tests {
    use super::super::styles::tests::shipped;
    use super::*;
    use crate::texts::english;

    const WMS: &str = "https://sgx.geodatenzentrum.de/wms_basemapde?SERVICE=WMS&REQUEST=GetMap&WIDTH=512&HEIGHT=512&BBOX={bbox-epsg-3857}";

    fn ground(day: &str, attribution: Option<&str>) -> Result<Ground, Vec<(&'static str, String)>> {
        let (day, attribution) = (Some(day.to_owned()), attribution.map(str::to_owned));
        let said = |faults: Vec<(&'static str, Told)>| {
            faults.into_iter().map(|(setting, told)| (setting, english(told))).collect()
        };
        Ground::new(&GroundConfig { day, night: None, attribution }).map_err(said)
    }

    #[test]
    fn a_raster_lies_under_the_fire_water_and_instead_of_the_own_base() {
        let ground = ground(WMS, Some("© basemap.de / BKG")).expect("a ground");
        let style = ground.merged(Theme::Day, shipped().of(Theme::Day));
        let layers: Vec<&str> =
            style["layers"].as_array().expect("layers").iter().filter_map(|l| l["id"].as_str()).collect();
        assert_eq!(layers[..2], ["ground", "ground:raster"]);
        assert!(layers.contains(&"hydrants") && !layers.contains(&"buildings"));
        assert_eq!(style["sources"]["ground:raster"]["tileSize"], 512);
        assert_eq!(style["sources"]["ground:raster"]["attribution"], "© basemap.de / BKG");
        assert!(style["sources"].get("base").is_none());
        assert_eq!(ground.origins(), ["https://sgx.geodatenzentrum.de".to_owned()].into());
        let night = ground.merged(Theme::Night, shipped().of(Theme::Night));
        assert_eq!(night["layers"][1]["paint"]["raster-brightness-max"], 0.45);
    }

    #[test]
    fn without_a_ground_the_style_stays_as_it_is() {
        let (styles, none) = (shipped(), Ground::default());
        assert_eq!(&none.merged(Theme::Night, styles.of(Theme::Night)), styles.of(Theme::Night));
        assert_eq!(none.origins(), BTreeSet::new());
    }

    #[test]
    fn what_is_no_ground_is_told_with_the_setting() {
        let fault = |day, attribution| ground(day, attribution).expect_err("a fault")[0].clone();
        assert!(fault("https://x.de/map", Some("x")).1.contains("neither"));
        assert!(fault("ftp://x.de/{z}/{x}/{y}", Some("x")).1.contains("does not begin with https://"));
        assert!(fault("https://x y/{z}/{x}/{y}", Some("x")).1.contains("does not begin"));
        assert!(fault("https://x.de/{z}/{x}/{y}", None).1.contains("map_ground_attribution"));
        assert!(fault("/nowhere/style.json", None).1.contains("/nowhere/style.json: no such file"));
        let alone = GroundConfig { night: Some(WMS.to_owned()), attribution: Some("x".to_owned()), day: None };
        assert_eq!(Ground::new(&alone).expect_err("a fault")[0].0, "map_ground_night");
    }

    #[test]
    fn a_vector_style_comes_in_under_names_of_its_own_and_in_our_fonts() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("color.json");
        let style = json!({
            "version": 8, "sprite": "https://a.de/sprites/s", "glyphs": "https://a.de/{fontstack}/{range}",
            "sources": { "hydrants": { "type": "vector", "url": "https://b.de:8443/tiles.json" } },
            "layers": [
                { "id": "land", "type": "background" },
                { "id": "hydrants", "type": "symbol", "source": "hydrants", "source-layer": "poi",
                  "layout": { "icon-image": ["get", "icon"], "text-field": "{name}", "text-font": ["Roboto Bold"] } },
                { "id": "stop", "type": "symbol", "source": "hydrants", "source-layer": "poi", "layout": { "icon-image": "bus" } }
            ],
        });
        std::fs::write(&file, style.to_string()).expect("a file");
        let ground = ground(&file.display().to_string(), None).expect("a ground");
        let merged = ground.merged(Theme::Day, shipped().of(Theme::Day));
        assert_eq!(ground.origins(), ["https://a.de".to_owned(), "https://b.de:8443".to_owned()].into());
        assert_eq!(merged["sprite"][0]["id"], "default");
        assert_eq!(merged["sprite"][1], json!({ "id": "ground", "url": "https://a.de/sprites/s" }));
        let layers = merged["layers"].as_array().expect("layers");
        let theirs = layers.iter().find(|layer| layer["id"] == "ground:hydrants").expect("their layer");
        assert_eq!(theirs["source"], "ground:hydrants");
        assert_eq!(theirs["layout"]["icon-image"], json!(["concat", "ground:", ["get", "icon"]]));
        assert_eq!(theirs["layout"]["text-font"], json!(["Geokontor Bold"]));
        assert_eq!(layers.iter().filter(|layer| layer["id"] == "hydrants").count(), 1);
        assert!(layers.iter().any(|layer| layer["layout"]["icon-image"] == "ground:bus"));
    }
}
