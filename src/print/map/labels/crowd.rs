//! What is taken in an image.

use super::super::shape::Window;
use super::super::style::Overlap;

/// Edge of a cell in pixels; labels are a few cells wide.
const CELL: f32 = 64.0;

/// The windows taken so far, by the cells they touch, and what each of them would itself lie over.
#[derive(Debug)]
pub struct Crowd {
    cells: Vec<Vec<(Window, Overlap)>>,
    columns: usize,
    rows: usize,
}

impl Crowd {
    /// An empty one for an image; what lies outside of it counts with the cells at its edge.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an image has some hundred cells")]
    pub fn new(width: f32, height: f32) -> Self {
        let (columns, rows) = ((width / CELL).ceil().max(1.0) as usize, (height / CELL).ceil().max(1.0) as usize);
        Self { cells: vec![Vec::new(); columns * rows], columns, rows }
    }

    /// True if something taken, other than what one has taken oneself, keeps the window from one who may lie over others so far.
    pub fn is_taken(&self, window: &Window, own: Option<&Window>, overlap: Overlap) -> bool {
        let keeps = |(taken, theirs): &(Window, Overlap)| match (overlap, theirs) {
            (Overlap::Always, _) | (Overlap::Cooperative, Overlap::Cooperative | Overlap::Always) => false,
            _ => taken.meets(window) && Some(taken) != own,
        };
        self.cells_of(window).any(|cell| self.cells[cell].iter().any(keeps))
    }

    /// Takes a window for one who may lie over others so far.
    pub fn take(&mut self, window: Window, overlap: Overlap) {
        let touched: Vec<usize> = self.cells_of(&window).collect();
        touched.into_iter().for_each(|cell| self.cells[cell].push((window, overlap)));
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the cells there are")]
    fn cells_of(&self, window: &Window) -> impl Iterator<Item = usize> + use<> {
        let within = |at: f32, count: usize| (at / CELL).floor().clamp(0.0, (count - 1) as f32) as usize;
        let columns = within(window.low[0], self.columns)..=within(window.high[0], self.columns);
        let rows = within(window.low[1], self.rows)..=within(window.high[1], self.rows);
        let width = self.columns;
        rows.flat_map(move |row| columns.clone().map(move |column| row * width + column))
    }
}
