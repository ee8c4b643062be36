//! Small maps of made-up tiles: what is drawn where.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tiny_skia::{Color, Pixmap};

use super::frame::{MapWindow, Projection, Size};
use super::furniture::{Furniture, Marker};
use super::labels::Icons;
use super::scene::{Fetched, Tiles};
use super::*;
use crate::coordinate::LonLat;
use crate::tiles::mvt::{Kind as Geometry, LayerWriter, Path};

/// The place in the middle of the tile 1/1/0 of the web's grid, where most of these maps are.
const Z: u8 = 14;

/// Tiles by address; the same for every source.
#[derive(Default)]
struct Sheets(HashMap<(u8, u32, u32), Vec<u8>>);

impl Tiles for Sheets {
    fn tile(&self, _: &str, z: u8, x: u32, y: u32) -> Option<Vec<u8>> {
        self.0.get(&(z, x, y)).cloned()
    }
}

/// A symbol of one colour, eight pixels wide at scale 1.
struct Squares;

impl Icons for Squares {
    fn icon(&self, name: &str, scale: f32) -> Option<Arc<Pixmap>> {
        let colour = match name {
            "incident" => Color::from_rgba8(255, 0, 255, 255),
            "red" => Color::from_rgba8(255, 0, 0, 255),
            _ => return None,
        };
        let side = (8.0 * scale) as u32;
        let mut pixmap = Pixmap::new(side, side)?;
        pixmap.fill(colour);
        Some(Arc::new(pixmap))
    }
}

/// A feature: kind, parts, properties.
type Drawn<'d> = (Geometry, &'d [&'d [[i32; 2]]], &'d [(&'d str, &'d str)]);

/// A tile with one layer, `things`.
fn tile(features: &[Drawn<'_>]) -> Vec<u8> {
    let mut layer = LayerWriter::new();
    for (kind, parts, properties) in features {
        for (key, value) in *properties {
            let (key, value) = (layer.key(key), layer.text(value));
            layer.tag(key, value);
        }
        let mut path = Path::default();
        let start = path.begin();
        for part in *parts {
            match kind {
                Geometry::Point => path.points(part),
                Geometry::Line => path.line(part),
                Geometry::Polygon => path.ring(part),
            }
        }
        layer.feature(None, *kind, path.since(start));
    }
    let mut bytes = Vec::new();
    layer.finish("things", &mut bytes);
    bytes
}

fn fonts() -> Fonts {
    let read = |name: &str| {
        std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tiles/fonts").join(name)).expect("a font")
    };
    let (regular, bold) = (read("geokontor-regular.ttf"), read("geokontor-bold.ttf"));
    Fonts::read([("Geokontor Regular", regular.as_slice()), ("Geokontor Bold", bold.as_slice())]).expect("fonts")
}

/// A style of a white ground and these layers, each of the layer `things`.
fn style(layers: &[&str]) -> Style {
    let head = r#"{"id": "ground", "type": "background", "paint": {"background-color": "white"}}"#;
    let layers = layers.iter().enumerate().map(|(nth, layer)| {
        layer.replacen('{', &format!(r#"{{"id": "l{nth}", "source": "s", "source-layer": "things", "#), 1)
    });
    let layers: Vec<String> = [head.to_owned()].into_iter().chain(layers).collect();
    let json = format!(r#"{{"version": 8, "sources": {{"s": {{}}}}, "layers": [{}]}}"#, layers.join(","));
    Style::read(&json).expect("a style")
}

/// Draws one tile of 512 pixels: eight of its units are a pixel.
fn drawn(layers: &[&str], features: &[Drawn<'_>]) -> Pixmap {
    let sheets = Sheets([((Z, 8704, 5280), tile(features))].into());
    draw(&style(layers), &sheets, MapWindow::of_tiles(Z, 8704, 5280, 1, 512, 0, 1.0), &[], true)
}

fn draw(style: &Style, tiles: &Sheets, frame: MapWindow, markers: &[Marker], whole_texts: bool) -> Pixmap {
    let furniture = Furniture::default();
    let picture = Picture {
        frame,
        style,
        ground: true,
        shown: &|_| true,
        markers,
        furniture: &furniture,
        whole_texts,
        is_paper: false,
    };
    let fetched = Fetched::fetch(tiles, &picture.sources(), &frame, || true);
    let (fonts, cancelled) = (fonts(), AtomicBool::new(false));
    picture.draw(&fetched, Tools { icons: &Squares, fonts: &fonts, cancelled: &cancelled }).expect("a picture")
}

fn at(pixmap: &Pixmap, x: u32, y: u32) -> [u8; 3] {
    let pixel = pixmap.pixel(x, y).expect("within");
    [pixel.red(), pixel.green(), pixel.blue()]
}

/// Pixels that are not white within a rectangle: left, top, right, bottom.
fn inked(pixmap: &Pixmap, [left, top, right, bottom]: [u32; 4]) -> usize {
    let within = (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y)));
    within.filter(|(x, y)| at(pixmap, *x, *y) != [255; 3]).count()
}

#[test]
fn an_area_is_filled_and_its_hole_is_not() {
    let outer: &[_] = &[[800, 800], [2400, 800], [2400, 2400], [800, 2400]];
    let hole: &[_] = &[[1200, 1200], [1200, 2000], [2000, 2000], [2000, 1200]];
    let fill = r##"{"type": "fill", "paint": {"fill-color": "#0000ff"}}"##;
    let map = drawn(&[fill], &[(Geometry::Polygon, &[outer, hole], &[])]);
    assert_eq!((at(&map, 120, 120), at(&map, 200, 200), at(&map, 50, 50)), ([0, 0, 255], [255; 3], [255; 3]));
    assert_eq!(inked(&map, [0, 0, 512, 512]), 200 * 200 - 100 * 100);
}

#[test]
fn half_transparent_areas_of_neighbouring_tiles_have_no_seam() {
    let square: &[_] = &[[-64, 1000], [4160, 1000], [4160, 3000], [-64, 3000]];
    let bytes = tile(&[(Geometry::Polygon, &[square], &[])]);
    let sheets = Sheets([((Z, 8704, 5280), bytes.clone()), ((Z, 8705, 5280), bytes)].into());
    let fill = r##"{"type": "fill", "paint": {"fill-color": "#ff0000", "fill-opacity": 0.5}}"##;
    let map = draw(&style(&[fill]), &sheets, MapWindow::of_tiles(Z, 8704, 5280, 2, 512, 0, 1.0), &[], true);
    let row: Vec<_> = (480..544).map(|x| at(&map, x, 250)).collect();
    assert!(row.iter().all(|pixel| *pixel == row[0]), "{row:?}");
    assert_eq!(row[0], [255, 127, 127]);
}

#[test]
fn a_line_has_its_width_and_its_dashes() {
    let line: &[_] = &[[400, 2000], [3600, 2000]];
    let solid = r#"{"type": "line", "paint": {"line-width": 10, "line-color": "black"}}"#;
    let map = drawn(&[solid], &[(Geometry::Line, &[line], &[])]);
    assert_eq!((at(&map, 250, 247), at(&map, 250, 242)), ([0; 3], [255; 3]));
    assert_eq!(inked(&map, [0, 0, 512, 512]), 400 * 10);
    let dashed = r#"{"type": "line", "paint": {"line-width": 10, "line-dasharray": [2, 2]}}"#;
    let map = drawn(&[dashed], &[(Geometry::Line, &[line], &[])]);
    let share = inked(&map, [0, 0, 512, 512]) as f64 / 4_000.0;
    assert!((0.45..0.55).contains(&share), "{share}");
}

#[test]
fn filters_zooms_and_hidden_layers_say_what_is_drawn() {
    let square: &[_] = &[[0, 0], [4096, 0], [4096, 4096], [0, 4096]];
    let features: &[Drawn<'_>] = &[(Geometry::Polygon, &[square], &[("class", "a")])];
    let shows = |more: &str| {
        let layer = format!(r#"{{"type": "fill", {more} "paint": {{"fill-color": "red"}}}}"#);
        at(&drawn(&[&layer], features), 100, 100) != [255; 3]
    };
    assert!(shows(r#""filter": ["==", ["get", "class"], "a"],"#));
    assert!(!shows(r#""filter": ["==", ["get", "class"], "b"],"#));
    assert!(!shows(r#""minzoom": 14.5,"#) && shows(r#""minzoom": 14,"#));
    assert!(!shows(r#""maxzoom": 14,"#));
    assert!(!shows(r#""layout": {"visibility": "none"},"#));
}

#[test]
fn of_two_labels_in_the_same_place_the_upper_layers_is_shown_and_within_it_the_lower_key() {
    let features: &[Drawn<'_>] = &[
        (Geometry::Point, &[&[[2048, 2048]]], &[("name", "H")]),
        (Geometry::Point, &[&[[2090, 2090]]], &[("name", "H")]),
    ];
    let text = |colour: &str, more: &str| {
        format!(
            r#"{{"type": "symbol", "layout": {{"text-field": ["get", "name"], "text-size": 40 {more}}},
                "paint": {{"text-color": "{colour}"}}}}"#
        )
    };
    let (red, blue) = (text("red", ""), text("blue", ""));
    let map = drawn(&[&red, &blue], features);
    let colours: std::collections::HashSet<_> =
        (0..512).flat_map(|y| (0..512).map(move |x| (x, y))).map(|(x, y)| at(&map, x, y)).collect();
    assert!(colours.contains(&[0, 0, 255]) && !colours.contains(&[255, 0, 0]));
    let one = inked(&map, [0, 0, 512, 512]);
    let overlapping = text("blue", r#", "text-allow-overlap": ["step", ["zoom"], false, 12, true]"#);
    assert!(inked(&drawn(&[&overlapping], features), [0, 0, 512, 512]) > one + 100);
}

#[test]
fn a_text_is_centred_on_its_place_and_broken_into_lines() {
    let features: &[Drawn<'_>] = &[(Geometry::Point, &[&[[2048, 2048]]], &[("name", "Neu Lossow am See")])];
    let layer = |more: &str| {
        format!(r#"{{"type": "symbol", "layout": {{"text-field": ["get", "name"], "text-size": 20 {more}}}}}"#)
    };
    let long = drawn(&[&layer(r#", "text-max-width": 40"#)], features);
    assert_eq!(inked(&long, [0, 0, 512, 244]), 0);
    assert!(inked(&long, [150, 244, 256, 268]) > 100 && inked(&long, [256, 244, 362, 268]) > 100);
    let broken = drawn(&[&layer(r#", "text-max-width": 5"#)], features);
    assert!(inked(&broken, [0, 0, 512, 252]) > 50 && inked(&broken, [0, 262, 512, 512]) > 50);
    assert_eq!(inked(&broken, [0, 0, 190, 512]), 0);
}

#[test]
fn a_text_that_the_edge_would_cut_is_left_out_of_an_image_and_not_of_a_tile() {
    let sheets =
        Sheets([((Z, 8704, 5280), tile(&[(Geometry::Point, &[&[[30, 2048]]], &[("name", "Schwerin")])]))].into());
    let style = style(&[r#"{"type": "symbol", "layout": {"text-field": ["get", "name"], "text-size": 20}}"#]);
    let frame = MapWindow::of_tiles(Z, 8704, 5280, 1, 512, 0, 1.0);
    assert_eq!(inked(&draw(&style, &sheets, frame, &[], true), [0, 0, 512, 512]), 0);
    assert!(inked(&draw(&style, &sheets, frame, &[], false), [0, 0, 512, 512]) > 50);
}

#[test]
fn a_street_in_two_tiles_is_named_once_along_its_middle() {
    let (west, east): (&[_], &[_]) = (&[[1600, 2048], [4160, 2048]], &[[-64, 2048], [2496, 2048]]);
    let street = |line: &[[i32; 2]]| tile(&[(Geometry::Line, &[line], &[("name", "Dorfstraße")])]);
    let sheets = Sheets([((Z, 8704, 5280), street(west)), ((Z, 8705, 5280), street(east))].into());
    let layer = r#"{"type": "symbol", "layout": {"text-field": ["get", "name"], "symbol-placement": "line",
        "symbol-spacing": 1000}}"#;
    let map = draw(&style(&[layer]), &sheets, MapWindow::of_tiles(Z, 8704, 5280, 2, 512, 0, 1.0), &[], true);
    // The street reaches from 200 to 824: its middle is the edge between the tiles.
    assert_eq!(inked(&map, [0, 0, 440, 512]) + inked(&map, [584, 0, 1024, 512]), 0);
    assert!(inked(&map, [460, 244, 512, 270]) > 30 && inked(&map, [512, 244, 564, 270]) > 30);
}

#[test]
fn a_name_with_a_stretch_of_its_own_is_written_in_its_middle_by_the_tile_that_has_it() {
    let layer = r#"{"type": "symbol", "layout": {"text-field": ["get", "name"], "symbol-placement": "line-center"}}"#;
    let named = |line: &[[i32; 2]]| drawn(&[layer], &[(Geometry::Line, &[line], &[("name", "Gasse")])]);
    let map = named(&[[800, 2000], [1600, 2000], [2400, 2000]]);
    assert_eq!(inked(&map, [0, 0, 160, 512]) + inked(&map, [240, 0, 512, 512]), 0);
    assert!(inked(&map, [165, 235, 235, 265]) > 50);
    // A stretch that is too short for it, and one whose middle lies in the next tile.
    assert_eq!(inked(&named(&[[1500, 2000], [1700, 2000]]), [0, 0, 512, 512]), 0);
    assert_eq!(inked(&named(&[[3600, 2000], [4800, 2000]]), [0, 0, 512, 512]), 0);
}

#[test]
fn an_icon_that_is_not_to_be_seen_keeps_its_room() {
    let features: &[Drawn<'_>] = &[(Geometry::Point, &[&[[2048, 2048]]], &[])];
    let text = r#"{"type": "symbol", "layout": {"text-field": "Hof", "text-size": 20}}"#;
    let room = |padding: f32, y: i32| {
        let icon = format!(
            r#"{{"type": "symbol", "layout": {{"icon-image": "red", "icon-allow-overlap": true, "icon-padding": {padding},
                "icon-offset": [0, {y}]}}, "paint": {{"icon-opacity": 0}}}}"#
        );
        inked(&drawn(&[text, &icon], features), [0, 0, 512, 512])
    };
    assert_eq!(room(0.0, 0), 0);
    assert!(room(0.0, 30) > 50);
    assert_eq!(room(20.0, 30), 0);
}

#[test]
fn no_name_stands_on_its_head_or_around_a_sharp_bend() {
    let layer = r#"{"type": "symbol", "layout": {"text-field": ["get", "name"], "symbol-placement": "line"}}"#;
    let named = |line: &[[i32; 2]]| drawn(&[layer], &[(Geometry::Line, &[line], &[("name", "Lindenallee")])]);
    let there = named(&[[400, 2000], [3600, 2000]]);
    let back = named(&[[3600, 2000], [400, 2000]]);
    assert_eq!(there.data(), back.data());
    assert!(inked(&there, [0, 0, 512, 512]) > 100);
    let bent = named(&[[1600, 2300], [2000, 2000], [1600, 1700]]);
    assert_eq!(inked(&bent, [0, 0, 512, 512]), 0);
}

#[test]
fn icons_lie_on_their_place_and_markers_on_top_of_all() {
    let features: &[Drawn<'_>] = &[(Geometry::Point, &[&[[2048, 2048], [80, 80]]], &[])];
    let icon = r#"{"type": "symbol", "layout": {"icon-image": "red"}}"#;
    let map = drawn(&[icon], features);
    assert_eq!((at(&map, 256, 256), at(&map, 253, 253), at(&map, 261, 256)), ([255, 0, 0], [255, 0, 0], [255; 3]));
    let sheets = Sheets([((Z, 8704, 5280), tile(features))].into());
    let frame = MapWindow::of_tiles(Z, 8704, 5280, 1, 512, 0, 1.0);
    let place = frame.place([256.0, 256.0]);
    let marker = Marker { place, symbol: "incident".to_owned(), label: Some("Brand".to_owned()) };
    let marked = draw(&style(&[icon]), &sheets, frame, &[marker], true);
    // The pin stands on its place, and what lies there makes room.
    assert_eq!((at(&marked, 256, 252), at(&marked, 256, 259)), ([255, 0, 255], [255; 3]));
    assert!(inked(&marked, [220, 262, 290, 285]) > 60);
}

#[test]
fn what_lies_in_the_margin_of_a_tile_is_shown_by_the_tile_it_belongs_to() {
    let circle = r#"{"type": "circle", "paint": {"circle-radius": 4, "circle-opacity": 0.5, "circle-color": "black"}}"#;
    let sheets = Sheets(
        [
            ((Z, 8704, 5280), tile(&[(Geometry::Point, &[&[[4106, 2048]]], &[])])),
            ((Z, 8705, 5280), tile(&[(Geometry::Point, &[&[[10, 2048]]], &[])])),
        ]
        .into(),
    );
    let map = draw(&style(&[circle]), &sheets, MapWindow::of_tiles(Z, 8704, 5280, 2, 512, 0, 1.0), &[], true);
    assert_eq!(at(&map, 513, 256), [127; 3]);
}

#[test]
fn in_another_projection_a_place_is_where_its_coordinates_say() {
    let place = LonLat { lon: 11.42, lat: 53.63 };
    let [east, north] = Projection::Web.forward(place);
    let edge = 40_075_016.685_578_5 / f64::from(1 << Z);
    let (column, row) = ((east + 20_037_508.342_789_2) / edge, (20_037_508.342_789_2 - north) / edge);
    let unit = |part: f64| (part.fract() * 4096.0).round() as i32;
    let bytes = tile(&[(Geometry::Point, &[&[[unit(column), unit(row)]]], &[])]);
    let sheets = Sheets([((Z, column as u32, row as u32), bytes)].into());
    let circle = r#"{"type": "circle", "paint": {"circle-radius": 6, "circle-color": "black"}}"#;
    for code in [3857, 25832, 25833] {
        let size = Size { width: 200, height: 200, ratio: 1.0 };
        let frame = MapWindow::at_zoom(Projection::of_epsg(code).expect("known"), place, 14.4, size);
        let map = draw(&style(&[circle]), &sheets, frame, &[], true);
        assert_eq!(at(&map, 100, 100), [0; 3], "{code}");
        assert!((100..150).contains(&inked(&map, [90, 90, 110, 110])), "{code}");
    }
}

#[test]
fn the_same_map_is_the_same_image_every_time_and_nothing_is_drawn_once_nobody_waits() {
    let features: Vec<Vec<[i32; 2]>> = (0..60).map(|n| vec![[n * 61 % 4096, n * 997 % 4096]]).collect();
    let parts: Vec<[&[[i32; 2]]; 1]> = features.iter().map(|part| [part.as_slice()]).collect();
    let features: Vec<Drawn<'_>> =
        parts.iter().map(|part| (Geometry::Point, part.as_slice(), &[("name", "Hof")] as &[_])).collect();
    let layer = r#"{"type": "symbol", "layout": {"text-field": ["get", "name"], "icon-image": "red"}}"#;
    assert_eq!(drawn(&[layer], &features).data(), drawn(&[layer], &features).data());
    let (style, furniture, fonts) = (style(&[layer]), Furniture::default(), fonts());
    let frame = MapWindow::of_tiles(Z, 8704, 5280, 1, 512, 0, 1.0);
    let picture = Picture {
        frame,
        style: &style,
        ground: true,
        shown: &|_| true,
        markers: &[],
        furniture: &furniture,
        whole_texts: true,
        is_paper: false,
    };
    let cancelled = AtomicBool::new(true);
    let tools = Tools { icons: &Squares, fonts: &fonts, cancelled: &cancelled };
    assert_eq!(picture.draw(&Fetched::default(), tools).err(), Some(DrawError::Cancelled));
}

/// A sketch of one tile with what a caller lays below its names.
fn laid(layers: &[&str], features: &[Drawn<'_>], avoided: &[shape::Window], is_paper: bool) -> Pixmap {
    let sheets = Sheets([((Z, 8704, 5280), tile(features))].into());
    let (style, furniture, fonts, cancelled) = (style(layers), Furniture::default(), fonts(), AtomicBool::new(false));
    let picture = Picture {
        frame: MapWindow::of_tiles(Z, 8704, 5280, 1, 512, 0, 1.0),
        style: &style,
        ground: true,
        shown: &|_| true,
        markers: &[],
        furniture: &furniture,
        whole_texts: true,
        is_paper,
    };
    let fetched = Fetched::fetch(&sheets, &picture.sources(), &picture.frame, || true);
    let tools = Tools { icons: &Squares, fonts: &fonts, cancelled: &cancelled };
    let way = underlay::Underlay {
        line: vec![[0.0, 256.0], [512.0, 256.0]],
        fill: style::Colour::NONE,
        colour: style::Colour([0.0, 0.0, 1.0, 1.0]),
        width: 30.0,
        dashes: None,
    };
    picture.sketch(&fetched, tools).expect("a sketch").draw(&[way], avoided).expect("a picture")
}

#[test]
fn a_way_lies_on_the_areas_of_a_map_and_under_its_names() {
    let square: &[_] = &[[0, 0], [4096, 0], [4096, 4096], [0, 4096]];
    let features: &[Drawn<'_>] =
        &[(Geometry::Polygon, &[square], &[]), (Geometry::Point, &[&[[2048, 2048]]], &[("name", "HHH")])];
    let fill = r##"{"type": "fill", "paint": {"fill-color": "#00ff00"}}"##;
    let text = r#"{"type": "symbol", "filter": ["has", "name"], "layout": {"text-field": ["get", "name"],
        "text-size": 40}, "paint": {"text-color": "red"}}"#;
    let map = laid(&[fill, text], features, &[], false);
    assert_eq!((at(&map, 20, 256), at(&map, 20, 300)), ([0, 0, 255], [0, 255, 0]));
    let red = (200..312).filter(|x| at(&map, *x, 256) == [255, 0, 0]).count();
    assert!(red > 15, "{red} pixels of the name are on the way");
}

#[test]
fn what_fills_paper_comes_earlier_there_and_has_only_the_room_that_is_left() {
    let number = r#"{"type": "symbol", "minzoom": 15, "metadata": {"geokontor:fills-paper-from": 14},
        "layout": {"text-field": "12", "text-size": 20}, "paint": {"text-color": "black"}}"#;
    let features: &[Drawn<'_>] = &[(Geometry::Point, &[&[[2048, 800]]], &[])];
    let there =
        |avoided: &[shape::Window], is_paper| inked(&laid(&[number], features, avoided, is_paper), [200, 60, 312, 140]);
    assert!(there(&[], true) > 30);
    assert_eq!(there(&[], false), 0, "screens have it from zoom 15 on");
    let disc = shape::Window { low: [250.0, 95.0], high: [262.0, 105.0] };
    assert_eq!(there(&[disc], true), 0);
}

#[test]
fn a_name_with_a_choice_keeps_off_what_is_avoided_and_one_without_stays() {
    let features: &[Drawn<'_>] = &[(Geometry::Point, &[&[[2048, 800]]], &[])];
    let text = |anchors: &str| {
        format!(
            r#"{{"type": "symbol", "layout": {{"text-field": "Hof", "text-size": 20, "text-offset": [0, 1] {anchors}}}}}"#
        )
    };
    let above = shape::Window { low: [200.0, 60.0], high: [312.0, 98.0] };
    let (up, down) = ([200, 60, 312, 98], [200, 102, 312, 140]);
    let drawn = |anchors: &str, avoided: &[shape::Window]| {
        let map = laid(&[&text(anchors)], features, avoided, false);
        (inked(&map, up) > 30, inked(&map, down) > 30)
    };
    let both = r#", "text-variable-anchor": ["bottom", "top"]"#;
    assert_eq!(drawn(both, &[]), (true, false));
    assert_eq!(drawn(both, &[above]), (false, true));
    assert_eq!(drawn(r#", "text-variable-anchor": ["bottom"]"#, &[above]), (true, false));
}

#[test]
fn a_badge_gives_way_to_a_name_and_to_no_other_badge() {
    let features: &[Drawn<'_>] = &[(Geometry::Point, &[&[[2048, 2048], [2080, 2048]]], &[])];
    let badge = |overlap: &str| {
        format!(
            r#"{{"type": "symbol", "layout": {{"icon-image": "red", "icon-padding": 0, "icon-overlap": "{overlap}"}}}}"#
        )
    };
    let room = r#"{"type": "symbol", "layout": {"icon-image": "red", "icon-allow-overlap": true},
        "paint": {"icon-opacity": 0}}"#;
    let town = r#"{"type": "symbol", "layout": {"text-field": "Stadt", "text-size": 20},
        "paint": {"text-opacity": 0}}"#;
    let red = |layers: &[&str]| inked(&drawn(layers, features), [200, 200, 312, 312]);
    assert_eq!(red(&[&badge("cooperative")]), 8 * 12, "both, one over the other");
    assert_eq!(red(&[&badge("cooperative"), room]), 8 * 12);
    assert_eq!(red(&[&badge("cooperative"), town]), 0);
    assert_eq!(red(&[&badge("never")]), 8 * 8);
    assert_eq!(red(&[&badge("always"), town]), 8 * 12);
}

#[test]
fn a_name_that_may_lie_over_badges_does_so_only_where_no_other_place_is_free() {
    let features: &[Drawn<'_>] = &[(Geometry::Point, &[&[[2048, 2048]]], &[])];
    let badge =
        r#"{"type": "symbol", "layout": {"icon-image": "red", "icon-padding": 0, "icon-overlap": "cooperative"}}"#;
    let room = |size: u32| {
        format!(
            r#"{{"type": "symbol", "layout": {{"icon-image": "red", "icon-size": {size}, "icon-allow-overlap": true}},
            "paint": {{"icon-opacity": 0}}}}"#
        )
    };
    let town = r#"{"type": "symbol", "layout": {"text-field": "Stadt", "text-size": 20, "text-overlap": "cooperative",
        "text-variable-anchor-offset": ["center", [0, 0], "bottom", [0, -2]]}}"#;
    let written = |size: u32| {
        let map = drawn(&[badge, town, &room(size)], features);
        assert_eq!(at(&map, 256, 253)[1..], [0, 0], "the badge is there, whether a letter lies over it or not");
        (inked(&map, [200, 180, 312, 220]) > 30, inked(&map, [225, 240, 250, 272]) > 30)
    };
    assert_eq!(written(1), (true, false), "beside the badge");
    assert_eq!(written(14), (false, true), "there is no room beside it");
    let faults = Style::read(
        r#"{"version": 8, "sources": {"s": {}}, "layers": [{"id": "one", "type": "symbol", "source": "s", "source-layer": "l",
        "layout": {"text-variable-anchor-offset": ["top", [0, 1], "above", [0, 1]]}}]}"#,
    );
    assert!(format!("{:?}", faults.expect_err("no anchor")).contains("styles.no-anchors"));
}

#[test]
fn a_number_on_a_badge_is_cut_with_it_by_the_edge_of_an_image() {
    let features: &[Drawn<'_>] = &[(Geometry::Point, &[&[[8, 2048]]], &[])];
    let badge = r#"{"type": "symbol", "layout": {"icon-image": "red", "text-field": "8", "text-size": 12,
        "icon-allow-overlap": true, "text-allow-overlap": true}, "paint": {"text-color": "black"}}"#;
    let map = drawn(&[badge], features);
    let black = (0..8).flat_map(|x| (245..267).map(move |y| (x, y))).filter(|(x, y)| at(&map, *x, *y)[0] < 80);
    assert!(black.count() > 3);
}
