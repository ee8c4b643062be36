//! What a request for a map image wants. Everything wrong with it is said at once.

use super::encode::Format;
use super::map::frame::{MapWindow, Projection, Size};
use super::map::furniture::{Furniture, Marker};
use super::studio::Studio;
use crate::coordinate::LonLat;
use crate::http::{Parameters, Wrong};
use crate::tiles::Theme;

/// Longest edge of an image, in pixels of the style.
pub const MAX_EDGE: u32 = 4096;
/// Most pixels of the image itself: width × height × ratio².
pub const MAX_PIXELS: u64 = 4096 * 4096;
/// Most markers, and most letters of a marker's label.
pub const MAX_MARKERS: usize = 50;
const MAX_LABEL: usize = 60;
/// The parameters that say what is shown.
const PLACES: [&str; 3] = ["center", "at", "bbox"];
/// Pixels of a style to the inch of paper.
const CSS_DPI: f64 = 96.0;

/// A wanted image.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageAsk {
    pub frame: MapWindow,
    pub theme: Theme,
    pub layers: Option<Vec<String>>,
    pub markers: Vec<Marker>,
    pub furniture: Furniture,
    pub format: Format,
}

impl ImageAsk {
    /// Reads the parameters but `at`, which the search reads; faults stay with them, `None` if there are any that leave nothing to draw.
    pub fn read(
        query: &mut Parameters,
        format: Format,
        at: Option<LonLat>,
        studio: &Studio,
        attribution: String,
    ) -> Option<Self> {
        let markers = markers(query);
        let size = size(query);
        let place = place(query, at);
        let theme = query.take("style").map_or(Some(Theme::Day), |name| {
            Theme::of_name(&name).or_else(|| {
                query.wrong("style", &Wrong::Choice { words: &["day", "night"] });
                None
            })
        });
        let layers = layers(query, studio, theme.unwrap_or(Theme::Day));
        let furniture = furniture(query, attribution);
        let format = match (format, query.number("quality", 1.0, 100.0)) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 100")]
            (Format::Jpeg(_), Some(quality)) => Format::Jpeg(quality as u8),
            (format, None) => format,
            (format, Some(_)) => {
                query.wrong("quality", &Wrong::NoQuality);
                format
            }
        };
        let (size, place) = (size?, place?);
        let frame = match place {
            Place::Around(projection, centre, Scale::Zoom(zoom)) => MapWindow::at_zoom(projection, centre, zoom, size),
            Place::Around(projection, centre, Scale::Paper(scale)) => {
                MapWindow::at_scale(projection, centre, scale, size)
            }
            Place::Box(projection, bbox) => MapWindow::around_box(projection, bbox, size),
        };
        Some(Self { frame, theme: theme?, layers, markers, furniture, format })
    }
}

enum Place {
    Around(Projection, LonLat, Scale),
    /// West, south, east, north in metres of the projection.
    Box(Projection, [f64; 4]),
}

#[derive(Clone, Copy)]
enum Scale {
    Zoom(f64),
    /// 1:n on paper.
    Paper(f64),
}

fn size(query: &mut Parameters) -> Option<Size> {
    let mut edge = |name: &str, otherwise: u32| match query.text(name).map(str::to_owned) {
        None => Some(otherwise),
        Some(text) => {
            let edge = text.parse().ok().filter(|edge| (1..=MAX_EDGE).contains(edge));
            if edge.is_none() {
                query.wrong(name, &Wrong::Pixels { maximum: MAX_EDGE });
            }
            edge
        }
    };
    let (width, height) = (edge("width", 1024), edge("height", 768));
    let ratio = query.number("ratio", 1.0, 4.0);
    let dpi = query.number("dpi", CSS_DPI, CSS_DPI * 4.0);
    if query.text("ratio").is_some() && query.text("dpi").is_some() {
        query.wrong("dpi", &Wrong::Either { names: &["ratio", "dpi"] });
    }
    #[expect(clippy::cast_possible_truncation, reason = "from 1 to 4")]
    let ratio = ratio.or(dpi.map(|dpi| dpi / CSS_DPI)).unwrap_or(1.0) as f32;
    let size = Size { width: width?, height: height?, ratio };
    let (across, down) = size.pixels();
    if u64::from(across) * u64::from(down) > MAX_PIXELS {
        query.wrong("width", &Wrong::TooLarge { across, down, most: MAX_PIXELS });
        return None;
    }
    Some(size)
}

fn place(query: &mut Parameters, at: Option<LonLat>) -> Option<Place> {
    let projection = projection(query, "crs");
    let centre = query.take("center").map(|text| match lon_lat(&text) {
        Some(place) => Some(place),
        None => {
            query.wrong("center", &Wrong::LonLat);
            None
        }
    });
    let at = query.text("at").map(|_| at);
    let bbox = bbox(query);
    let zoom = query.number("zoom", 0.0, 22.0);
    let scale = query.number("scale", 100.0, 10_000_000.0);
    if query.text("zoom").is_some() && query.text("scale").is_some() {
        query.wrong("scale", &Wrong::Either { names: &["zoom", "scale"] });
    }
    match (centre, at, bbox) {
        (Some(centre), None, None) | (None, Some(centre), None) => {
            let scale = zoom.map(Scale::Zoom).or(scale.map(Scale::Paper)).unwrap_or(Scale::Zoom(16.0));
            Some(Place::Around(projection?, centre?, scale))
        }
        (None, None, Some(bbox)) => {
            for name in ["zoom", "scale"] {
                if query.text(name).is_some() {
                    query.wrong(name, &Wrong::BoxHasScale);
                }
            }
            let ([west, south, east, north], from) = bbox?;
            let projection = projection?;
            // Corners of another CRS are taken into that of the image; the box becomes the one around them.
            let corners = [[west, south], [west, north], [east, south], [east, north]];
            let corners = corners.map(|corner| projection.forward(from.place(corner)));
            let low = |k: usize| corners.iter().map(|corner| corner[k]).fold(f64::INFINITY, f64::min);
            let high = |k: usize| corners.iter().map(|corner| corner[k]).fold(f64::NEG_INFINITY, f64::max);
            Some(Place::Box(projection, [low(0), low(1), high(0), high(1)]))
        }
        (None, None, None) => {
            query.wrong("center", &Wrong::Missing { names: &PLACES });
            None
        }
        _ => {
            query.wrong("center", &Wrong::Either { names: &PLACES });
            None
        }
    }
}

/// What the numbers of a box are.
enum Corners {
    Degrees,
    Metres(Projection),
}

impl Corners {
    fn place(&self, [x, y]: [f64; 2]) -> LonLat {
        match self {
            Self::Degrees => LonLat { lon: x, lat: y },
            Self::Metres(projection) => projection.inverse([x, y]),
        }
    }
}

fn bbox(query: &mut Parameters) -> Option<Option<([f64; 4], Corners)>> {
    let given = query.take("bbox-crs");
    let corners = match given.as_deref().map(|name| (name, name.parse::<crate::feature::crs::Crs>())) {
        None => Some(Corners::Degrees),
        Some((_, Ok(crs))) if crs.epsg().is_none() => Some(Corners::Degrees),
        Some((_, Ok(crs))) => crs.epsg().and_then(Projection::of_epsg).map(Corners::Metres),
        Some((_, Err(_))) => None,
    };
    if corners.is_none() {
        query.wrong("bbox-crs", &Wrong::Choice { words: &["CRS84", "EPSG:3857", "EPSG:25832", "EPSG:25833"] });
    }
    let text = query.take("bbox")?;
    let numbers: Option<Vec<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
    let bbox = numbers.and_then(|numbers| <[f64; 4]>::try_from(numbers).ok()).filter(|[west, south, east, north]| {
        west < east && south < north && [west, south, east, north].iter().all(|number| number.is_finite())
    });
    let most = match corners {
        Some(Corners::Degrees) => [180.0, 90.0],
        _ => [2.1e7, 2.1e7],
    };
    let bbox = bbox.filter(|[west, south, east, north]| {
        west.abs().max(east.abs()) <= most[0] && south.abs().max(north.abs()) <= most[1]
    });
    if bbox.is_none() {
        query.wrong("bbox", &Wrong::Box { crs: Some("bbox-crs") });
    }
    Some(bbox.zip(corners))
}

fn projection(query: &mut Parameters, name: &str) -> Option<Projection> {
    let Some(text) = query.take(name) else { return Some(Projection::Web) };
    let crs = text.parse::<crate::feature::crs::Crs>().ok();
    let projection = crs.and_then(crate::feature::crs::Crs::epsg).and_then(Projection::of_epsg);
    if projection.is_none() {
        query.wrong(name, &Wrong::Choice { words: &["EPSG:3857", "EPSG:25832", "EPSG:25833"] });
    }
    projection
}

fn lon_lat(text: &str) -> Option<LonLat> {
    let (lon, lat) = text.split_once(',')?;
    let (lon, lat): (f64, f64) = (lon.trim().parse().ok()?, lat.trim().parse().ok()?);
    ((-180.0..=180.0).contains(&lon) && (-85.0..=85.0).contains(&lat)).then_some(LonLat { lon, lat })
}

/// `marker=lon,lat[,label]`, as often as wanted.
fn markers(query: &mut Parameters) -> Vec<Marker> {
    let given = query.take_matching(|name| name == "marker");
    query.only(&["marker"]);
    let mut markers = Vec::new();
    for (_, value) in &given {
        let mut parts = value.splitn(3, ',');
        let place = parts.next().zip(parts.next()).and_then(|(lon, lat)| lon_lat(&format!("{lon},{lat}")));
        let label = parts.next().map(str::trim).filter(|label| !label.is_empty()).map(str::to_owned);
        match place {
            Some(_) if label.as_ref().is_some_and(|label| label.chars().count() > MAX_LABEL) => {
                query.wrong("marker", &Wrong::TooLong { most: MAX_LABEL });
            }
            Some(place) => markers.push(Marker { place, symbol: "incident".to_owned(), label }),
            None => query.wrong("marker", &Wrong::Marker),
        }
    }
    if markers.len() > MAX_MARKERS {
        query.wrong("marker", &Wrong::MoreThan { count: markers.len(), most: MAX_MARKERS });
    }
    markers
}

fn layers(query: &mut Parameters, studio: &Studio, theme: Theme) -> Option<Vec<String>> {
    let wanted: Vec<String> = query.take("layers")?.split(',').map(|name| name.trim().to_owned()).collect();
    let layers = &studio.style(theme).layers;
    let mut known: Vec<&str> = Vec::new();
    for layer in layers {
        known.extend([layer.source.as_deref(), Some(&layer.source_layer), Some(&layer.id)].into_iter().flatten());
    }
    for name in wanted.iter().filter(|name| !known.contains(&name.as_str())) {
        let mut offered: Vec<&str> = layers.iter().map(|layer| layer.source_layer.as_str()).collect();
        offered.extend(layers.iter().filter_map(|layer| layer.source.as_deref()));
        offered.sort_unstable();
        offered.dedup();
        offered.retain(|name| !name.is_empty());
        let name: String = name.chars().take(40).collect();
        query.wrong("layers", &Wrong::NotOffered { word: &name, offered: &offered });
    }
    Some(wanted)
}

fn furniture(query: &mut Parameters, attribution: String) -> Furniture {
    let text = query.take("furniture").unwrap_or_else(|| "attribution".to_owned());
    let mut furniture = Furniture::default();
    for word in text.split(',').map(str::trim) {
        match word {
            "none" => {}
            "attribution" => furniture.attribution = Some(attribution.clone()),
            "scale" => furniture.scale_bar = true,
            "all" => furniture = Furniture { attribution: Some(attribution.clone()), scale_bar: true },
            _ => query.wrong("furniture", &Wrong::SomeOf { words: &["attribution", "scale"] }),
        }
    }
    furniture
}
