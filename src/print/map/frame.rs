//! What part of the world an image shows: a projection, a place and a scale.

use crate::coordinate::LonLat;
use crate::coordinate::transverse_mercator::TransverseMercator;

/// Equatorial radius of WGS 84, with which Web Mercator computes on a sphere.
const RADIUS_M: f64 = 6_378_137.0;
/// Half the edge of Web Mercator's square, metres.
const HALF_M: f64 = std::f64::consts::PI * RADIUS_M;
/// Pixels of the whole world at zoom 0, as MapLibre counts.
const WORLD_PIXELS: f64 = 512.0;
/// Metres a pixel of a style has on paper: 96 to the inch (CSS Values 4, 6.2).
const CSS_PIXEL_M: f64 = 0.0254 / 96.0;
/// Tiles are asked for up to this zoom; what is drawn larger comes from them.
const DEEPEST: u8 = 20;
/// Most tiles an image is made from; no image within the limits of size needs as many.
const MAX_TILES: usize = 400;

/// How the curved world becomes a plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Projection {
    /// EPSG:3857.
    Web,
    /// EPSG:25832 or 25833; north is the grid's.
    Utm(TransverseMercator),
}

impl Projection {
    /// The projection of an EPSG code; `None` for all that images are not drawn in.
    pub fn of_epsg(code: u32) -> Option<Self> {
        match code {
            3857 => Some(Self::Web),
            25832 => Some(Self::Utm(TransverseMercator::utm(32))),
            25833 => Some(Self::Utm(TransverseMercator::utm(33))),
            _ => None,
        }
    }

    /// East and north in metres of the projection.
    pub fn forward(self, place: LonLat) -> [f64; 2] {
        match self {
            Self::Web => {
                let north = place.lat.clamp(-85.05, 85.05).to_radians().tan().asinh();
                [place.lon.to_radians() * RADIUS_M, north * RADIUS_M]
            }
            Self::Utm(grid) => grid.forward(place).into(),
        }
    }

    /// The place of a position.
    pub fn inverse(self, [east, north]: [f64; 2]) -> LonLat {
        match self {
            Self::Web => {
                LonLat { lon: (east / RADIUS_M).to_degrees(), lat: (north / RADIUS_M).sinh().atan().to_degrees() }
            }
            Self::Utm(grid) => grid.inverse(east, north),
        }
    }

    /// Metres on the ground of a metre of the projection at a latitude.
    fn ground(self, lat: f64) -> f64 {
        match self {
            Self::Web => lat.to_radians().cos(),
            Self::Utm(_) => 1.0,
        }
    }
}

/// The size of an image in pixels of the style, and how many of its own pixels each has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    pub width: u32,
    pub height: u32,
    pub ratio: f32,
}

impl Size {
    /// Width and height in the image's pixels.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes are some thousands of pixels")]
    pub fn pixels(self) -> (u32, u32) {
        let pixels = |length: u32| (f64::from(length) * f64::from(self.ratio)).round().max(1.0) as u32;
        (pixels(self.width), pixels(self.height))
    }
}

/// A window on the projected world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MapWindow {
    pub projection: Projection,
    pub size: Size,
    /// Of the style: what layers and sizes go by. In UTM that at which Web Mercator has the same scale here.
    pub zoom: f64,
    /// So many zooms deeper than its own lie the tiles it is made from: what only those have is shown as well.
    finer: u8,
    /// Position of the upper left corner, metres of the projection.
    corner: [f64; 2],
    /// Metres of the projection a pixel of the image.
    step: f64,
}

impl MapWindow {
    /// A window around a place at a zoom.
    pub fn at_zoom(projection: Projection, centre: LonLat, zoom: f64, size: Size) -> Self {
        let ground = 2.0 * HALF_M / (WORLD_PIXELS * zoom.exp2()) * centre.lat.to_radians().cos();
        Self::around(projection, centre, ground, size)
    }

    /// A window around a place at a scale of 1:`scale` on paper, if the image is printed with as many of its pixels to
    /// the inch as its ratio says (96 × ratio).
    pub fn at_scale(projection: Projection, centre: LonLat, scale: f64, size: Size) -> Self {
        Self::around(projection, centre, CSS_PIXEL_M * scale, size)
    }

    /// The smallest window of a size that shows a box of the projection (west, south, east, north) as a whole.
    pub fn around_box(projection: Projection, [west, south, east, north]: [f64; 4], size: Size) -> Self {
        let centre = projection.inverse([f64::midpoint(west, east), f64::midpoint(south, north)]);
        let step = ((east - west) / f64::from(size.width)).max((north - south) / f64::from(size.height));
        // No box is so small that less than a millimetre a pixel is asked for.
        Self::around(projection, centre, step.max(1e-3) * projection.ground(centre.lat), size)
    }

    /// `ground`: metres on the ground a pixel of the style.
    fn around(projection: Projection, centre: LonLat, ground: f64, size: Size) -> Self {
        let step = ground / projection.ground(centre.lat) / f64::from(size.ratio);
        let (width, height) = size.pixels();
        let [east, north] = projection.forward(centre);
        let corner = [east - step * f64::from(width) / 2.0, north + step * f64::from(height) / 2.0];
        let zoom = (2.0 * HALF_M * centre.lat.to_radians().cos() / (WORLD_PIXELS * ground)).log2();
        Self { projection, size, zoom: zoom.clamp(0.0, 24.0), finer: 0, corner, step }
    }

    /// The same window made from tiles that are so many zooms deeper.
    pub fn of_finer_tiles(self, finer: u8) -> Self {
        Self { finer, ..self }
    }

    /// The square of one tile of the web's grid in its own size, with a margin around it.
    pub fn of_tiles(z: u8, x: u32, y: u32, tiles: u32, tile_pixels: u32, margin: u32, ratio: f32) -> Self {
        let edge = 2.0 * HALF_M / f64::from(z).exp2();
        let side = tiles * tile_pixels + 2 * margin;
        let step = edge / f64::from(tile_pixels) / f64::from(ratio);
        let back = f64::from(margin) * f64::from(ratio) * step;
        let corner = [f64::from(x) * edge - HALF_M - back, HALF_M - f64::from(y) * edge + back];
        let zoom = (f64::from(z) + (f64::from(tile_pixels) / WORLD_PIXELS).log2()).max(0.0);
        Self {
            projection: Projection::Web,
            size: Size { width: side, height: side, ratio },
            zoom,
            finer: 0,
            corner,
            step,
        }
    }

    /// Where a place lies in the image, from its upper left corner.
    pub fn pixel(&self, place: LonLat) -> [f32; 2] {
        self.pixel_of(self.projection.forward(place))
    }

    #[expect(clippy::cast_possible_truncation, reason = "an image's pixels need no more than single precision")]
    fn pixel_of(&self, [east, north]: [f64; 2]) -> [f32; 2] {
        [((east - self.corner[0]) / self.step) as f32, ((self.corner[1] - north) / self.step) as f32]
    }

    /// The place at a pixel.
    pub fn place(&self, [x, y]: [f64; 2]) -> LonLat {
        self.projection.inverse([self.corner[0] + x * self.step, self.corner[1] - y * self.step])
    }

    /// Metres on the ground a pixel of the image, in its middle.
    pub fn ground(&self) -> f64 {
        let (width, height) = self.size.pixels();
        let middle = self.place([f64::from(width) / 2.0, f64::from(height) / 2.0]);
        self.step * self.projection.ground(middle.lat)
    }

    /// The tiles of the web's grid that the image is made from, row by row: zoom, column, row.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the columns there are")]
    pub fn tiles(&self) -> Vec<(u8, u32, u32)> {
        let z = ((self.zoom + 1e-6).floor() + f64::from(self.finer)).clamp(0.0, f64::from(DEEPEST)) as u8;
        let (width, height) = self.size.pixels();
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        // The edges of another projection are bent here; a few places along them enclose the window.
        for k in 0..=8 {
            let part = f64::from(k) / 8.0;
            let (w, h) = (f64::from(width), f64::from(height));
            for corner in [[w * part, 0.0], [w * part, h], [0.0, h * part], [w, h * part]] {
                let [east, north] = Projection::Web.forward(self.place(corner));
                low = [low[0].min(east), low[1].min(north)];
                high = [high[0].max(east), high[1].max(north)];
            }
        }
        let count = f64::from(z).exp2();
        let column = |east: f64| ((east + HALF_M) / (2.0 * HALF_M) * count).floor().clamp(0.0, count - 1.0) as u32;
        let row = |north: f64| ((HALF_M - north) / (2.0 * HALF_M) * count).floor().clamp(0.0, count - 1.0) as u32;
        // An edge that falls on a tile's edge needs no more tiles.
        let sliver = self.step / 64.0;
        let columns = column(low[0] + sliver)..=column(high[0] - sliver);
        let rows = row(high[1] - sliver)..=row(low[1] + sliver);
        rows.flat_map(|y| columns.clone().map(move |x| (z, x, y))).take(MAX_TILES).collect()
    }

    /// How positions of a tile become pixels of this image.
    pub fn sheet(&self, z: u8, x: u32, y: u32, extent: u32) -> Sheet {
        let edge = 2.0 * HALF_M / f64::from(z).exp2();
        // In its own projection a tile is a square; in another one bent by less than a pixel between these nodes.
        let cells: u16 = if self.projection == Projection::Web { 1 } else { 16 };
        let side = f64::from(cells);
        let node = |row: u16, column: u16| {
            let east = (f64::from(x) + f64::from(column) / side) * edge - HALF_M;
            let north = HALF_M - (f64::from(y) + f64::from(row) / side) * edge;
            match self.projection {
                Projection::Web => self.pixel_of([east, north]),
                other => self.pixel_of(other.forward(Projection::Web.inverse([east, north]))),
            }
        };
        let nodes = (0..=cells).flat_map(|row| (0..=cells).map(move |column| (row, column)));
        let nodes = nodes.map(|(row, column)| node(row, column)).collect();
        Sheet { nodes, cells: usize::from(cells), scale: f32::from(cells) / extent as f32, extent }
    }
}

/// A tile laid on an image: a lattice of nodes whose pixels are known, with straight lines between them.
#[derive(Debug, Clone)]
pub struct Sheet {
    nodes: Vec<[f32; 2]>,
    cells: usize,
    /// Cells a unit of the tile.
    scale: f32,
    pub extent: u32,
}

impl Sheet {
    /// The pixel of a position of the tile; beyond its edge, too.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the cells there are")]
    pub fn pixel(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (x, y) = (x * self.scale, y * self.scale);
        let last = (self.cells - 1) as f32;
        let (column, row) = (x.floor().clamp(0.0, last) as usize, y.floor().clamp(0.0, last) as usize);
        let (across, down) = (x - column as f32, y - row as f32);
        let node = |row: usize, column: usize| self.nodes[row * (self.cells + 1) + column];
        let (a, b, c, d) = (node(row, column), node(row, column + 1), node(row + 1, column), node(row + 1, column + 1));
        let mix = |k: usize| {
            let (above, below) = (a[k] + (b[k] - a[k]) * across, c[k] + (d[k] - c[k]) * across);
            above + (below - above) * down
        };
        [mix(0), mix(1)]
    }

    /// [`Self::pixel`] of a position as tiles write it.
    pub fn at(&self, [x, y]: [i32; 2]) -> [f32; 2] {
        self.pixel([x as f32, y as f32])
    }

    /// True if a position belongs to this tile, not to the margin it shares with its neighbours.
    pub fn owns(&self, position: [i32; 2]) -> bool {
        position.iter().all(|part| (0..i64::from(self.extent)).contains(&i64::from(*part)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHWERIN: LonLat = LonLat { lon: 11.4, lat: 53.63 };
    const SIZE: Size = Size { width: 1024, height: 768, ratio: 1.0 };

    fn close(left: [f32; 2], right: [f32; 2], within: f32) -> bool {
        (left[0] - right[0]).hypot(left[1] - right[1]) < within
    }

    #[test]
    fn the_centre_is_in_the_middle_in_every_projection_and_the_scale_is_the_zooms() {
        for code in [3857, 25832, 25833] {
            let projection = Projection::of_epsg(code).expect("known");
            let frame = MapWindow::at_zoom(projection, SCHWERIN, 14.5, SIZE);
            assert!(close(frame.pixel(SCHWERIN), [512.0, 384.0], 0.01), "{code}");
            assert!((frame.zoom - 14.5).abs() < 1e-9);
            let scaled = MapWindow::at_scale(projection, SCHWERIN, 5_000.0, Size { ratio: 3.125, ..SIZE });
            // 300 pixels to the inch: 5,000 × 25.4 mm / 300.
            assert!((scaled.ground() - 5_000.0 * 0.0254 / 300.0).abs() < 1e-3, "{code}: {}", scaled.ground());
        }
    }

    #[test]
    fn a_box_lies_in_the_image_as_a_whole() {
        let projection = Projection::Web;
        let [east, north] = projection.forward(SCHWERIN);
        let frame = MapWindow::around_box(projection, [east - 400.0, north - 100.0, east + 400.0, north + 100.0], SIZE);
        let corner = frame.pixel(projection.inverse([east - 400.0, north + 100.0]));
        assert!(close(corner, [0.0, 384.0 - 128.0], 0.1), "{corner:?}");
    }

    #[test]
    fn tiles_cover_the_image_and_lie_where_their_places_are() {
        for code in [3857, 25833] {
            let frame = MapWindow::at_zoom(Projection::of_epsg(code).expect("known"), SCHWERIN, 12.3, SIZE);
            let tiles = frame.tiles();
            assert!((4..=12).contains(&tiles.len()), "{tiles:?}");
            for (z, x, y) in &tiles {
                let sheet = frame.sheet(*z, *x, *y, 4096);
                let n = 4096.0;
                let lon = (f64::from(*x) + 0.3) / n * 360.0 - 180.0;
                let north = std::f64::consts::PI * (1.0 - 2.0 * (f64::from(*y) + 0.7) / n);
                let place = LonLat { lon, lat: north.sinh().atan().to_degrees() };
                assert!(close(sheet.pixel([0.3 * n as f32, 0.7 * n as f32]), frame.pixel(place), 0.05), "{code}");
            }
        }
    }

    #[test]
    fn a_square_of_tiles_needs_just_those_tiles() {
        let frame = MapWindow::of_tiles(14, 8704, 5280, 1, 512, 0, 1.0);
        assert_eq!(frame.tiles(), [(14, 8704, 5280)]);
        let sheet = frame.sheet(14, 8704, 5280, 4096);
        assert!(close(sheet.at([4096, 0]), [512.0, 0.0], 0.01));
    }
}
