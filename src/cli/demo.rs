//! `geokontor demo`: fills the registers with an invented district.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;

use super::said::{Said, tenths};
use super::{Failure, Place, Voice};
use crate::clock::Clock;
use crate::config::Config;
use crate::demo::load::{Ground, LoadError, load};
use crate::server::Server;
use crate::texts::Told;

/// How often the number of objects is told.
const PULSE: Duration = Duration::from_secs(2);

const SEED: u64 = 1;
const SCALE: usize = 4_000;

/// Which district to invent.
#[derive(Debug, Args)]
pub struct Demo {
    /// The same seed gives the same district
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// How many hydrants; a rural district has some 4000
    #[arg(long, value_name = "HYDRANTS", default_value_t = SCALE)]
    scale: usize,
    /// Load even if there is something in the registers
    #[arg(long)]
    force: bool,
}

/// Loads the district.
///
/// # Errors
/// When the registers are not empty, or the database refuses.
pub async fn run(demo: Demo, config: &Config, voice: &Voice) -> Result<(), Failure> {
    let place = Place::read(config)?;
    let store = place.store(config).await?;
    let ground = Ground { district: Arc::new(place.district), catalogue: Arc::new(place.catalogue) };
    let now = Clock::system().now();
    let failed = |error: LoadError| Failure::failed(&Said::NothingLoaded { why: why(&error) });
    let plan = ground.plan(demo.seed, demo.scale, now).map_err(failed)?;
    let started = Instant::now();
    let mut told = started;
    let progress = |done: usize| {
        if told.elapsed() > PULSE {
            told = Instant::now();
            voice.note(&Said::Objects { count: done });
        }
    };
    match load(&store, &ground, &plan, now, demo.force, progress).await.map_err(failed)? {
        Some(count) => {
            voice.note(&Said::ObjectsLoaded { count, seconds: tenths(started.elapsed().as_secs_f64()) });
            Ok(())
        }
        None => Err(Failure::failed(&Said::RegistersNotEmpty)),
    }
}

fn why(error: &LoadError) -> Told {
    match error {
        LoadError::Store(error) => error.into(),
        LoadError::Bounds(error) => Told::of(&Said::BoundsUnfit { why: error.into() }),
        LoadError::Undeclared(name) => Told::of(&Said::NotDeclared { name }),
        // A mistake of the program, which nobody who calls it can mend.
        LoadError::Faulty { .. } | LoadError::Stopped => Told::verbatim(error.to_string()),
    }
}

/// Loads the usual district if there is nothing in the registers; what `serve --demo-if-empty` does.
///
/// # Errors
/// When the database refuses.
pub async fn load_if_empty(server: &Server) -> Result<(), Failure> {
    let ground = Ground { district: server.district.clone(), catalogue: server.catalogue.clone() };
    let now = server.clock.now();
    let failed = |error: LoadError| Failure::failed(&Said::DemoNotLoaded { why: why(&error) });
    let plan = ground.plan(SEED, SCALE, now).map_err(failed)?;
    match load(&server.store, &ground, &plan, now, false, |_| {}).await.map_err(failed)? {
        Some(objects) => tracing::info!(objects, "the invented district is loaded"),
        None => tracing::info!("the registers are not empty: no invented district is loaded"),
    }
    Ok(())
}
