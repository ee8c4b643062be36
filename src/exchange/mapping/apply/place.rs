//! What a row is recognised and placed by.

use serde_json::Value as Json;

use super::{Applier, Mapped};
use crate::exchange::frame::is_uncalculated;
use crate::exchange::mapping::position;
use crate::exchange::remark::{Remark, What};

impl Applier<'_> {
    /// Cells that decide about the row as a whole (its place, its keys, whether it is one of ours) and hold a formula
    /// without a result.
    pub(super) fn uncalculated(&self) -> Vec<Remark> {
        let pairs = self.pairs.iter().flat_map(|(x, y)| [x, y]);
        let slots = pairs.chain(&self.whole).chain(&self.key).chain(&self.only).chain(&self.skip).chain([&self.id]);
        let mut told: Vec<usize> = Vec::new();
        let mut remarks = Vec::new();
        for slot in slots {
            let Some(cell) = self.cells[*slot].as_ref().filter(|cell| is_uncalculated(&cell.value).is_some()) else {
                continue;
            };
            if !told.contains(slot) {
                told.push(*slot);
                remarks.push(Remark::of_cell(None, self.columns.name(cell, ""), &cell.value, What::NoResult));
            }
        }
        remarks
    }

    /// Finds the position among the cells: in one column, else in a pair of columns.
    pub(super) fn place(&self, mapped: &mut Mapped) {
        let cell = |slot: usize| self.cells[slot].as_ref();
        let mut unread = None;
        for cell in self.whole.iter().filter_map(|slot| cell(*slot)) {
            if is_uncalculated(&cell.value).is_some() {
                continue;
            }
            match position::whole(&cell.value, &self.context) {
                Ok(position) => return mapped.position = Some(position),
                Err(what) => {
                    unread = unread.or(Some(Remark::of_cell(None, self.columns.name(cell, ""), &cell.value, what)));
                }
            }
        }
        let pair = self.pairs.iter().find_map(|(x, y)| {
            let (east, north) = (cell(*x)?, cell(*y)?);
            Some((east, self.text(*x)?, self.text(*y)?, north))
        });
        match pair {
            None => mapped.faults.extend(unread),
            Some((east, x, y, north)) => {
                mapped.warnings.extend(unread);
                match position::pair(&x, &y, &self.context) {
                    Ok(position) => mapped.position = Some(position),
                    Err(what) => {
                        let columns = format!("{}/{}", self.columns.name(east, ""), self.columns.name(north, ""));
                        let values = Json::String(format!("{x} / {y}"));
                        mapped.faults.push(Remark::of_cell(None, &columns, &values, what));
                    }
                }
            }
        }
    }
}
