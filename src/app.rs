//! The state of a running server and its routes.

use std::sync::Arc;

use axum::Router;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::collection::{Catalogue, District};
use crate::config::Config;
use crate::editing::Editor;
use crate::firewater;
use crate::http;
use crate::identity::Directory;
use crate::index::{Index, follower};
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
    pub clock: Clock,
    /// Ends the followers.
    pub stop: CancellationToken,
}

impl App {
    /// Brings the database up to date and starts the followers. The index fills in the background:
    /// [`Index::is_ready`] says when it is done.
    pub async fn start(
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
        let stop = CancellationToken::new();
        tokio::spawn(follower::run(index.clone(), store.clone(), stop.clone()));
        tokio::spawn(directory.clone().follow(store.clone(), stop.clone()));
        let editor =
            Editor { store: store.clone(), index: index.clone(), district: district.clone(), clock: clock.clone() };
        Ok(Arc::new(Self { config, district, catalogue, store, index, editor, directory, clock, stop }))
    }
}

/// All routes of the server.
pub fn router(app: Arc<App>) -> Router {
    let routes = Router::new().merge(firewater::routes());
    http::layers::wrap(routes, &app).with_state(app)
}
