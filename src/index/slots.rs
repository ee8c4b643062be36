//! A numbered shelf of features that can be copied in no time and shares what it has not changed.
//!
//! Two levels: a list of pages of 256 places. A copy clones the list of pages; a change clones one page. So the writer
//! can make a new state beside the one that readers hold, at the price of some twenty kilobytes an edit. Features stand in
//! the pages themselves: neighbours in the world are neighbours here, and a reader goes from one to the next without
//! following a pointer.

use std::sync::Arc;

use super::Stored;

const PAGE: usize = 256;

type Page = Vec<Option<Stored>>;

/// Features by slot number; a slot that was emptied stays empty until its feature comes back.
#[derive(Debug, Clone, Default)]
pub struct Slots {
    pages: Vec<Arc<Page>>,
    len: u32,
}

impl Slots {
    /// The feature in a slot.
    pub fn get(&self, slot: u32) -> Option<&Stored> {
        let slot = slot as usize;
        self.pages.get(slot / PAGE)?.get(slot % PAGE)?.as_ref()
    }

    /// Puts a feature into a new slot and says which.
    pub fn push(&mut self, stored: Stored) -> u32 {
        let slot = self.len;
        if (slot as usize).is_multiple_of(PAGE) {
            self.pages.push(Arc::new(Vec::with_capacity(PAGE)));
        }
        if let Some(page) = self.pages.last_mut() {
            Arc::make_mut(page).push(Some(stored));
        }
        self.len += 1;
        slot
    }

    /// Replaces what is in a slot and gives back what was there.
    pub fn replace(&mut self, slot: u32, stored: Option<Stored>) -> Option<Stored> {
        let slot = slot as usize;
        let page = Arc::make_mut(self.pages.get_mut(slot / PAGE)?);
        std::mem::replace(page.get_mut(slot % PAGE)?, stored)
    }

    /// Every filled slot.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Stored)> {
        self.pages.iter().enumerate().flat_map(|(p, page)| {
            page.iter()
                .enumerate()
                .filter_map(move |(i, stored)| stored.as_ref().map(|stored| ((p * PAGE + i) as u32, stored)))
        })
    }
}
