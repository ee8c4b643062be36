//! Tile matrix sets (OGC 17-083r4): how a plane is cut into tiles.
//!
//! Three of them: the web's, and the scale set of the German spatial data infrastructure in UTM zones 32 and 33, whose
//! levels are round scales and not powers of two. Everything about a tile that does not depend on data is here.

use std::fmt;

use geo_types::{Coord, Rect, coord};

use crate::feature::crs::Crs;

/// Half the side of the web's square: π times the semi-major axis of WGS 84, metres.
const HALF_WORLD: f64 = 20_037_508.342_789_244;
/// Size of a pixel that scale denominators assume, metres (OGC 17-083r4, 6.1.1).
const PIXEL_M: f64 = 0.000_28;
/// Pixels along the edge of a tile, as all three sets declare it.
pub const TILE_PIXELS: u32 = 256;

/// A tile matrix set.
#[derive(Debug)]
pub struct Grid {
    /// The name in URLs and standards.
    pub id: &'static str,
    pub title: &'static str,
    pub crs: Crs,
    /// The upper left corner of tile 0/0 of every level.
    pub origin: Coord,
    pub levels: &'static [Level],
    number: usize,
}

/// One level of a grid: a tile matrix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Edge of a tile in metres of the CRS.
    pub edge: f64,
    /// How many tiles lie side by side, and one below the other.
    pub tiles: u32,
    /// The web's zoom that shows the same detail on the ground in the middle of Germany (51° N) when it draws a tile with
    /// 512 pixels, as vector maps do. What a tileset declares by zoom holds for such levels.
    pub zoom: u8,
    /// Cells along a tile's edge in which points are counted together. The cells of a level are made up of whole cells
    /// of the next finer one, also where its tiles are not.
    pub cells: u32,
}

/// All grids: the web's first.
pub static GRIDS: [Grid; 3] = [
    Grid {
        id: "WebMercatorQuad",
        title: "Google Maps Compatible for the World",
        crs: Crs::WEB_MERCATOR,
        origin: Coord { x: -HALF_WORLD, y: HALF_WORLD },
        levels: &WEB_LEVELS,
        number: 0,
    },
    // GDI-DE, "Vorgaben zur Bereitstellung von Darstellungsdiensten", recommendation 21.
    Grid {
        id: "gdi_de_25832",
        title: "GDI-DE scale set in ETRS89 / UTM zone 32N",
        crs: Crs::UTM32,
        origin: Coord { x: -46_133.17, y: 6_301_219.54 },
        levels: &GDI_LEVELS,
        number: 1,
    },
    // GDI-DE publishes no twin for zone 33. The same scales, at the corner that the surveying authorities (AdV) use for
    // their tiles in that zone.
    Grid {
        id: "gdi_de_25833",
        title: "GDI-DE scale set in ETRS89 / UTM zone 33N",
        crs: Crs::UTM33,
        origin: Coord { x: -464_849.38, y: 6_310_160.14 },
        levels: &GDI_LEVELS,
        number: 2,
    },
];

const WEB_LEVELS: [Level; 21] = {
    let mut levels = [Level { edge: 0.0, tiles: 0, zoom: 0, cells: 8 }; 21];
    let mut z = 0;
    while z < levels.len() {
        let tiles = 1 << z;
        levels[z] = Level { edge: 2.0 * HALF_WORLD / tiles as f64, tiles, zoom: z as u8, cells: 8 };
        z += 1;
    }
    levels
};

/// Metres a pixel, tiles, zoom and cells of each level; 1:10,000,000 to 1:100.
const GDI_LEVELS: [Level; 16] = {
    const fn level(metres_a_pixel: f64, tiles: u32, zoom: u8, cells: u32) -> Level {
        Level { edge: metres_a_pixel * TILE_PIXELS as f64, tiles, zoom, cells }
    }
    [
        level(2800.0, 2, 4, 4),
        level(1400.0, 4, 5, 4),
        level(700.0, 8, 6, 4),
        level(280.0, 20, 7, 8),
        level(140.0, 40, 8, 4),
        level(70.0, 80, 9, 4),
        level(28.0, 200, 11, 8),
        level(14.0, 400, 12, 4),
        level(7.0, 800, 13, 4),
        level(2.8, 2_000, 14, 8),
        level(1.4, 4_000, 15, 4),
        level(0.7, 8_000, 16, 4),
        level(0.28, 20_000, 17, 8),
        level(0.14, 40_000, 18, 4),
        level(0.07, 80_000, 19, 4),
        level(0.028, 200_000, 20, 8),
    ]
};

impl Grid {
    /// The web's grid.
    pub fn web() -> &'static Self {
        &GRIDS[0]
    }

    /// A grid by its name.
    pub fn named(id: &str) -> Option<&'static Self> {
        GRIDS.iter().find(|grid| grid.id == id)
    }

    /// Its place among [`GRIDS`].
    pub fn number(&self) -> usize {
        self.number
    }

    /// A level by number.
    pub fn level(&self, z: u8) -> Option<&'static Level> {
        self.levels.get(usize::from(z))
    }

    /// Reads a tile's address.
    ///
    /// # Errors
    /// [`NoSuchTile`] for anything but plain digits of a tile of this grid.
    pub fn tile(&self, z: &str, x: &str, y: &str) -> Result<TileId, NoSuchTile> {
        let read = |text: &str, what| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse::<u32>().ok()).flatten().ok_or_else(|| self.no_such(what, text))
        };
        let level = read(z, "level")?;
        let number = u8::try_from(level).ok().filter(|z| self.level(*z).is_some());
        let number = number.ok_or_else(|| self.no_such("level", z))?;
        let tile = TileId { z: number, x: read(x, "column")?, y: read(y, "row")? };
        let tiles = self.levels[usize::from(number)].tiles;
        match (tile.x < tiles, tile.y < tiles) {
            (false, _) => Err(self.no_such("column", x)),
            (_, false) => Err(self.no_such("row", y)),
            _ => Ok(tile),
        }
    }

    fn no_such(&self, what: &'static str, text: &str) -> NoSuchTile {
        NoSuchTile { grid: self.id, what, text: text.chars().take(40).collect() }
    }

    /// The box of a tile in the grid's CRS. Any address of an existing level has one, also beyond the grid's edge.
    pub fn bounds(&self, tile: TileId) -> Rect<f64> {
        let edge = self.edge(tile.z);
        let (left, top) = (self.origin.x + f64::from(tile.x) * edge, self.origin.y - f64::from(tile.y) * edge);
        Rect::new(coord! { x: left, y: top - edge }, coord! { x: left + edge, y: top })
    }

    /// The tiles of a level that share a point with a box of the grid's CRS.
    pub fn tiles(&self, z: u8, area: Rect<f64>) -> Option<TileRange> {
        let level = self.level(z)?;
        let last = f64::from(level.tiles - 1);
        let (left, right) = ((area.min().x - self.origin.x) / level.edge, (area.max().x - self.origin.x) / level.edge);
        let (top, bottom) = ((self.origin.y - area.max().y) / level.edge, (self.origin.y - area.min().y) / level.edge);
        if !(left <= last + 1.0 && top <= last + 1.0 && right >= 0.0 && bottom >= 0.0) {
            return None;
        }
        let place = |at: f64| at.floor().clamp(0.0, last) as u32;
        Some(TileRange { z, x: (place(left), place(right)), y: (place(top), place(bottom)) })
    }

    /// Scale denominator of a level (OGC 17-083r4, 6.1.1).
    pub fn scale_denominator(&self, z: u8) -> f64 {
        self.cell_size(z) / PIXEL_M
    }

    /// Metres a pixel of a level, in its CRS.
    pub fn cell_size(&self, z: u8) -> f64 {
        self.edge(z) / f64::from(TILE_PIXELS)
    }

    /// Edge of a tile; that of the finest level for levels beyond it.
    pub(super) fn edge(&self, z: u8) -> f64 {
        self.levels[usize::from(z).min(self.levels.len() - 1)].edge
    }
}

impl PartialEq for Grid {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Grid {}

/// The address of a tile: level, column from the left, row from the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    pub z: u8,
    pub x: u32,
    pub y: u32,
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.z, self.x, self.y)
    }
}

/// A rectangle of tiles of one level; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileRange {
    pub z: u8,
    pub x: (u32, u32),
    pub y: (u32, u32),
}

impl TileRange {
    /// True for a tile of the range.
    pub fn contains(&self, tile: TileId) -> bool {
        tile.z == self.z && (self.x.0..=self.x.1).contains(&tile.x) && (self.y.0..=self.y.1).contains(&tile.y)
    }

    /// How many tiles it has.
    pub fn count(&self) -> u64 {
        (u64::from(self.x.1 - self.x.0) + 1) * (u64::from(self.y.1 - self.y.0) + 1)
    }

    /// Its tiles, row by row.
    pub fn iter(self) -> impl Iterator<Item = TileId> {
        let Self { z, x, y } = self;
        (y.0..=y.1).flat_map(move |y| (x.0..=x.1).map(move |x| TileId { z, x, y }))
    }
}

/// The address names no tile of the grid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{grid} has no {what} '{text}' here")]
pub struct NoSuchTile {
    pub grid: &'static str,
    /// `level`, `column` or `row`.
    pub what: &'static str,
    /// What was written, cut short.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_plain_digits_of_a_tile_that_exists() {
        let web = Grid::web();
        assert_eq!(web.tile("10", "544", "329"), Ok(TileId { z: 10, x: 544, y: 329 }));
        assert_eq!(web.tile("0", "0", "0"), Ok(TileId { z: 0, x: 0, y: 0 }));
        assert_eq!(web.tile("20", "1048575", "1048575").map(|tile| tile.x), Ok(1_048_575));
        for (z, x, y, what) in [
            ("21", "0", "0", "level"),
            ("9999999999", "0", "0", "level"),
            ("-1", "0", "0", "level"),
            ("+1", "0", "0", "level"),
            ("", "0", "0", "level"),
            ("1", "2", "0", "column"),
            ("1", "0", "2", "row"),
            ("1", "0", "-1", "row"),
            ("1", "1.0", "0", "column"),
            ("1", "٣", "0", "column"),
            ("256", "0", "0", "level"),
        ] {
            assert_eq!(web.tile(z, x, y).map_err(|error| error.what), Err(what), "{z}/{x}/{y}");
        }
    }

    #[test]
    fn the_scales_are_the_published_ones() {
        let gdi = Grid::named("gdi_de_25832").expect("the grid");
        let scales = [1e7, 5e6, 2.5e6, 1e6, 5e5, 2.5e5, 1e5, 5e4, 2.5e4, 1e4, 5e3, 2.5e3, 1e3, 500.0, 250.0, 100.0];
        for (z, scale) in scales.into_iter().enumerate() {
            assert!((gdi.scale_denominator(z as u8) / scale - 1.0).abs() < 1e-12, "level {z}");
        }
        assert!((Grid::web().scale_denominator(0) - 559_082_264.028_717_8).abs() < 1e-3);
    }

    #[test]
    fn every_level_covers_the_same_square_and_is_made_of_whole_cells_of_the_next() {
        for grid in &GRIDS {
            let side = |level: &Level| level.edge * f64::from(level.tiles);
            for pair in grid.levels.windows(2) {
                assert!((side(&pair[0]) / side(&pair[1]) - 1.0).abs() < 1e-12);
                let cells = |level: &Level| level.tiles * level.cells;
                assert_eq!(cells(&pair[1]) % cells(&pair[0]), 0);
            }
        }
    }

    #[test]
    fn a_level_stands_for_the_zoom_that_shows_as_much_on_the_ground() {
        let equator = 2.0 * HALF_WORLD * 51f64.to_radians().cos();
        for grid in &GRIDS[1..] {
            for (z, level) in grid.levels.iter().enumerate() {
                let zoom = (equator / (512.0 * grid.cell_size(z as u8))).log2().round().min(20.0);
                assert_eq!(f64::from(level.zoom), zoom, "level {z}");
            }
        }
    }

    #[test]
    fn a_box_touches_the_tiles_it_shares_a_point_with() {
        for grid in &GRIDS {
            let tile = TileId { z: 7, x: 40, y: 30 };
            let bounds = grid.bounds(tile);
            let shrink = coord! { x: 1.0, y: 1.0 };
            let inside = Rect::new(bounds.min() + shrink, bounds.max() - shrink);
            let range = grid.tiles(7, inside).expect("tiles");
            assert_eq!(range.iter().collect::<Vec<_>>(), [tile]);
            let around = Rect::new(bounds.min() - shrink, bounds.max() + shrink);
            assert_eq!(grid.tiles(7, around).map(|range| range.count()), Some(9));
            let far = Rect::new(coord! { x: 1e9, y: 1e9 }, coord! { x: 2e9, y: 2e9 });
            assert_eq!(grid.tiles(7, far), None);
        }
    }
}
