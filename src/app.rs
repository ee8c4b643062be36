//! The state of a running server and its routes.

use std::sync::Arc;

use axum::Router;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::collection::{Catalogue, DeclarationFaults, District};
use crate::config::Config;
use crate::editing::Editor;
use crate::events::{self, Hub, Words};
use crate::feature::crs::CrsError;
use crate::firewater::{self, Register, Roads};
use crate::http::origin::Shares;
use crate::http::sending::Held;
use crate::http::{self, Routes};
use crate::identity::Directory;
use crate::index::{Index, Observer, follower};
use crate::offline;
use crate::ogc;
use crate::print::{self, Studio};
use crate::search::{self, Search};
use crate::store::{Store, StoreError};
use crate::tiles::pmtiles::{Archives, MadeArchives, OpenError};
use crate::tiles::{self, Ahead, Atlas, Cartography, TileCache, Tilesets};
use crate::web;
use crate::work::Pool;

/// Everything a handler may need. One a process, shared by all requests.
#[derive(Debug)]
pub struct App {
    pub config: Config,
    pub district: Arc<District>,
    pub catalogue: Arc<Catalogue>,
    pub store: Store,
    pub index: Arc<Index>,
    pub editor: Editor,
    pub directory: Arc<Directory>,
    pub register: Register,
    pub roads: Arc<Roads>,
    pub tilesets: Arc<Tilesets>,
    pub atlas: Arc<Atlas>,
    pub tiles: Arc<TileCache>,
    pub ahead: Arc<Ahead>,
    /// Tilesets as files, made here.
    pub archives: MadeArchives,
    /// Tilesets in files of others.
    pub foreign_archives: Archives,
    /// What devices take along.
    pub parts: offline::Shelf,
    pub cartography: Arc<Cartography>,
    pub studio: Arc<Studio>,
    /// Threads for what takes a core for a while.
    pub work: Pool,
    pub search: Arc<Search>,
    pub events: Arc<Hub>,
    /// One permit an open stream of events.
    pub streams: Arc<Semaphore>,
    /// How many of them each origin has.
    pub stream_shares: Shares,
    /// Answers that wait to be sent.
    pub answers: Held,
    pub clock: Clock,
    /// Differs between declarations and versions of the server.
    pub edition: u32,
    /// Ends the followers.
    pub stop: CancellationToken,
    /// Ends streams, which would hold up a server that finishes what is under way.
    pub closing: CancellationToken,
}

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Archive(#[from] OpenError),
    #[error("no maps can be made of this district: {0}")]
    Crs(#[from] CrsError),
    #[error("no map images can be drawn in this style\n{0}")]
    Cartography(#[from] DeclarationFaults),
}

impl App {
    /// [`App::prepare`] and [`App::follow`] in one.
    pub async fn start(
        config: Config,
        district: District,
        catalogue: Catalogue,
        tilesets: Tilesets,
        cartography: Cartography,
        clock: Clock,
    ) -> Result<Arc<Self>, StartError> {
        let app = Self::prepare(config, district, catalogue, tilesets, cartography, clock).await?;
        app.follow();
        Ok(app)
    }

    /// Brings the database up to date and reads the tokens. Requests for data are refused until [`App::follow`] was
    /// called and the index is filled.
    pub async fn prepare(
        config: Config,
        district: District,
        catalogue: Catalogue,
        tilesets: Tilesets,
        cartography: Cartography,
        clock: Clock,
    ) -> Result<Arc<Self>, StartError> {
        let (district, catalogue, cartography) = (Arc::new(district), Arc::new(catalogue), Arc::new(cartography));
        let studio = Arc::new(Studio::new(cartography.clone())?);
        let store = Store::connect(&config.database_url, district.crs, config.database_patience).await?;
        store.migrate().await?;
        store.apply_declarations(&catalogue).await?;
        let foreign_archives = Archives::open(tilesets.archives()).await?;
        let tilesets = Arc::new(tilesets);
        let atlas = Atlas::shared(&district)?;
        let tiles = Arc::new(TileCache::new(config.tile_cache as u64, tilesets.clone(), atlas.clone()));
        let (frame, of) = (district.frame(), tilesets.clone());
        let words = Words { catalogue: catalogue.clone(), frame, tilesets: of, atlas: atlas.clone() };
        let events = Arc::new(Hub::new(words));
        let search = Arc::new(Search::new(&catalogue, district.clone(), atlas.places().clone()));
        let roads = Arc::new(Roads::new(&catalogue, &district.laying));
        // Tiles and search before events: who hears of a change and asks for it must get the new state.
        let observers: Vec<Arc<dyn Observer>> = vec![tiles.clone(), search.clone(), roads.clone(), events.clone()];
        let index = Arc::new(Index::new(catalogue.clone(), &district).observed_by(observers));
        roads.read_from(&index);
        let ahead = Arc::new(Ahead::new(index.clone(), tilesets.clone(), atlas.clone(), clock.clone()));
        let directory = Arc::new(Directory::default());
        directory.refresh(&store).await?;
        let editor =
            Editor { store: store.clone(), index: index.clone(), district: district.clone(), clock: clock.clone() };
        let register = Register::new(&catalogue, &district);
        let streams = Arc::new(Semaphore::new(config.maximum_streams.min(Semaphore::MAX_PERMITS)));
        // Nobody may keep all others out.
        let stream_shares = Shares::new((config.maximum_streams / 4).max(1));
        let answers = Held::new(config.answer_memory);
        let edition = ogc::schema::edition(&catalogue);
        let (stop, closing) = (CancellationToken::new(), CancellationToken::new());
        Ok(Arc::new(Self {
            config,
            district,
            catalogue,
            store,
            index,
            editor,
            directory,
            register,
            roads,
            tilesets,
            atlas,
            tiles,
            ahead,
            archives: MadeArchives::default(),
            foreign_archives,
            parts: offline::Shelf::default(),
            cartography,
            studio,
            work: Pool::of_this_machine(),
            search,
            events,
            streams,
            stream_shares,
            answers,
            clock,
            edition,
            stop,
            closing,
        }))
    }

    /// Starts the followers of journal and tokens; they end with [`App::stop`]. The index fills in the background:
    /// [`App::is_ready`] says when it is done.
    pub fn follow(&self) {
        tokio::spawn(follower::run(self.index.clone(), self.store.clone(), self.stop.clone()));
        tokio::spawn(self.ahead.clone().keep(self.stop.clone()));
        tokio::spawn(self.search.clone().keep(self.index.clone(), self.stop.clone()));
        tokio::spawn(self.roads.clone().follow(self.stop.clone()));
        tokio::spawn(self.directory.clone().follow(self.store.clone(), self.stop.clone()));
    }

    /// Differs between declarations, versions of the server and copies of the database; part of every entity tag.
    pub fn tag_edition(&self) -> u32 {
        self.edition ^ self.index.era()
    }

    /// True once reads can be answered, none of them slowly.
    pub fn is_ready(&self) -> bool {
        self.index.is_ready() && self.ahead.is_ready()
    }
}

/// All routes of the server.
pub fn routes() -> Routes {
    Routes::new()
        .merge(http::health::routes())
        .merge(http::metrics::routes())
        .merge(ogc::routes())
        .merge(firewater::routes())
        .merge(search::routes())
        .merge(tiles::routes())
        .merge(tiles::style::routes())
        .merge(print::routes())
        .merge(print::sheet_routes())
        .merge(events::routes())
        .merge(offline::routes())
        .merge(web::routes())
}

/// What answers requests.
pub fn router(app: Arc<App>) -> Router {
    http::metrics::start();
    http::layers::wrap(routes().into_router(), &app).with_state(app)
}
