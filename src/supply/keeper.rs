//! The situation that is kept: asked for after the registers have changed, it is made anew before anybody is answered.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use super::situation::{Rules, Situation, Sources};
use crate::clock::Clock;
use crate::firewater::Roads;
use crate::index::Index;
use crate::work::{Busy, Ended, Kind, Pool};

/// Keeps the situation of the last state of the registers that was asked about.
#[derive(Debug)]
pub struct Keeper {
    rules: Rules,
    index: Arc<Index>,
    roads: Arc<Roads>,
    clock: Clock,
    work: Arc<Pool>,
    kept: ArcSwapOption<Situation>,
    /// Of those who find it out of date at the same moment one makes it anew.
    turn: Mutex<()>,
}

/// Why there is no situation.
#[derive(Debug, thiserror::Error)]
pub enum NoSituation {
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error(transparent)]
    Ended(#[from] Ended),
}

impl Keeper {
    /// Keeps nothing yet.
    pub fn new(rules: Rules, index: Arc<Index>, roads: Arc<Roads>, clock: Clock, work: Arc<Pool>) -> Self {
        Self { rules, index, roads, clock, work, kept: ArcSwapOption::empty(), turn: Mutex::default() }
    }

    /// The situation as the registers are now. Cheap unless they have changed.
    ///
    /// # Errors
    /// There is too much other work.
    pub async fn now(self: &Arc<Self>) -> Result<Arc<Situation>, NoSituation> {
        if let Some(kept) = self.kept_of(&self.sources()) {
            return Ok(kept);
        }
        let _turn = self.turn.lock().await;
        let sources = self.sources();
        if let Some(kept) = self.kept_of(&sources) {
            return Ok(kept);
        }
        let (keeper, before) = (self.clone(), self.kept.load_full());
        let making = move |effort: &crate::work::Effort| {
            Situation::of(&keeper.rules, &sources, before.as_deref(), effort).map(Arc::new)
        };
        let made = self.work.run(Kind::Answer, making).await??;
        self.kept.store(Some(made.clone()));
        Ok(made)
    }

    fn sources(&self) -> Sources {
        Sources::now(&self.index, self.roads.network(), self.clock.today())
    }

    fn kept_of(&self, sources: &Sources) -> Option<Arc<Situation>> {
        self.kept.load_full().filter(|kept| kept.is_of(sources))
    }
}
