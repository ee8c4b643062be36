//! The state of a running server and its routes.

use std::sync::Arc;

use axum::Router;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::collection::{Catalogue, District};
use crate::config::Config;
use crate::editing::Editor;
use crate::firewater::{self, Register};
use crate::http;
use crate::identity::Directory;
use crate::index::{Index, follower};
use crate::ogc;
use crate::store::{Store, StoreError};

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
    pub clock: Clock,
    /// Differs between declarations and versions of the server; part of every entity tag.
    pub edition: u32,
    /// Ends the followers.
    pub stop: CancellationToken,
}

impl App {
    /// [`App::prepare`] and [`App::follow`] in one.
    pub async fn start(
        config: Config,
        district: District,
        catalogue: Catalogue,
        clock: Clock,
    ) -> Result<Arc<Self>, StoreError> {
        let app = Self::prepare(config, district, catalogue, clock).await?;
        app.follow();
        Ok(app)
    }

    /// Brings the database up to date and reads the tokens. Requests for data are refused until [`App::follow`] was
    /// called and the index is filled.
    pub async fn prepare(
        config: Config,
        district: District,
        catalogue: Catalogue,
        clock: Clock,
    ) -> Result<Arc<Self>, StoreError> {
        let (district, catalogue) = (Arc::new(district), Arc::new(catalogue));
        let store = Store::connect(&config.database_url, district.crs, config.database_patience).await?;
        store.migrate().await?;
        store.apply_declarations(&catalogue).await?;
        let index = Arc::new(Index::new(catalogue.clone(), &district));
        let directory = Arc::new(Directory::default());
        directory.refresh(&store).await?;
        let editor =
            Editor { store: store.clone(), index: index.clone(), district: district.clone(), clock: clock.clone() };
        let register = Register::new(&catalogue, &district);
        let stop = CancellationToken::new();
        let edition = ogc::schema::edition(&catalogue);
        Ok(Arc::new(Self {
            config,
            district,
            catalogue,
            store,
            index,
            editor,
            directory,
            register,
            clock,
            edition,
            stop,
        }))
    }

    /// Starts the followers of journal and tokens; they end with [`App::stop`]. The index fills in the background:
    /// [`App::is_ready`] says when it is done.
    pub fn follow(&self) {
        tokio::spawn(follower::run(self.index.clone(), self.store.clone(), self.stop.clone()));
        tokio::spawn(self.directory.clone().follow(self.store.clone(), self.stop.clone()));
    }

    /// True once reads can be answered.
    pub fn is_ready(&self) -> bool {
        self.index.is_ready()
    }
}

/// All routes of the server.
pub fn router(app: Arc<App>) -> Router {
    http::metrics::start();
    let routes = Router::new()
        .merge(http::health::routes())
        .merge(http::metrics::routes())
        .merge(ogc::routes())
        .merge(firewater::routes());
    http::layers::wrap(routes, &app).with_state(app)
}
