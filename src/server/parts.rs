//! The parts of a running server, built in order: each from those before it.

use std::sync::Arc;

use chrono::TimeDelta;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::handlers::handlers;
use super::{nodes, vocabulary};
use crate::accounts::{Accounts, Guard, Providers, ProvidersFault, Site};
use crate::blobs::{Blobs, Bucket, BucketFault};
use crate::calendar::Calendar;
use crate::clock::Clock;
use crate::collection::{Catalogue, DeclarationFaults, District};
use crate::config::{Config, SecondFactor};
use crate::devices::{self, Devices, Guesses};
use crate::editing::Editor;
use crate::editing::proposals::{Docket, Letters};
use crate::events::{Events, Hub, Words};
use crate::feature::crs::CrsError;
use crate::files::ObjectFiles;
use crate::firewater::{Firewater, Register, Roads};
use crate::http::Gate;
use crate::http::limit::Limits;
use crate::http::origin::Shares;
use crate::http::sending::Held;
use crate::identity::accounts::Hashing;
use crate::identity::accounts::password::InvalidHashing;
use crate::identity::sessions::Terms;
use crate::identity::{Directory, People, Roles, Sessions};
use crate::imports::Imports;
use crate::index::{Index, Observer, RecordKeeper, follower};
use crate::mail;
use crate::offline::{Offline, Shelf};
use crate::ogc::{self, Ogc, PageLimits};
use crate::organisations::Organisations;
use crate::print::{Painter, Print, Raster, Studio};
use crate::proposals::Proposals;
use crate::search::{Lookup, Search};
use crate::spine::Spine;
use crate::store::{Store, StoreError};
use crate::supply::{self, Supply};
use crate::texts::Texts;
use crate::tiles::pmtiles::{Archives, MadeArchives, OpenError};
use crate::tiles::style::Maps;
use crate::tiles::{Ahead, Atlas, Cartography, TileCache, Tiles, Tilesets};
use crate::upkeep::{self, Checklists, Upkeep};
use crate::views::Views;
use crate::web::Pages;
use crate::work::Pool;
use crate::work::jobs::{self, Handler};

/// A server: one a process. Handlers see their domain alone; this whole is for who starts, watches and stops it.
#[derive(Debug)]
pub struct Server {
    /// Which of the nodes it is.
    pub node: Uuid,
    pub config: Config,
    pub district: Arc<District>,
    pub catalogue: Arc<Catalogue>,
    pub texts: Arc<Texts>,
    pub clock: Clock,
    pub calendar: Arc<Calendar>,
    pub store: Store,
    pub index: Arc<Index>,
    pub editor: Editor,
    pub directory: Arc<Directory>,
    pub sessions: Arc<Sessions>,
    pub accounts: Arc<Accounts>,
    pub organisations: Arc<Organisations>,
    pub devices: Arc<Devices>,
    pub proposals: Arc<Proposals>,
    pub views: Arc<Views>,
    pub imports: Arc<Imports>,
    pub roads: Arc<Roads>,
    pub ahead: Arc<Ahead>,
    pub cartography: Arc<Cartography>,
    /// Answers that wait to be sent.
    pub answers: Arc<Held>,
    /// Ends the followers.
    pub stop: CancellationToken,
    pub search: Arc<Search>,
    pub tiles: Arc<Tiles>,
    pub maps: Arc<Maps>,
    pub firewater: Arc<Firewater>,
    pub supply: Arc<Supply>,
    pub print: Arc<Print>,
    pub upkeep: Arc<Upkeep>,
    pub files: Arc<ObjectFiles>,
    pub events: Arc<Events>,
    pub offline: Arc<Offline>,
    pub ogc: Arc<Ogc>,
    pub pages: Arc<Pages>,
    pub blobs: Blobs,
    /// Who does jobs on this node.
    pub handlers: Vec<Arc<dyn Handler>>,
}

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("not every sentence is there\n{0}")]
    Texts(DeclarationFaults),
    #[error("the calendar of the district cannot be read\n{0}")]
    Calendar(DeclarationFaults),
    #[error("nobody can sign in through the providers that are declared\n{0}")]
    Providers(#[from] ProvidersFault),
    #[error(transparent)]
    Hashing(#[from] InvalidHashing),
    #[error("no files can be kept: {0:?}")]
    Bucket(BucketFault),
    #[error(transparent)]
    Archive(#[from] OpenError),
    #[error("no maps can be made of this district: {0}")]
    Crs(#[from] CrsError),
    #[error("the roles have faults\n{0}")]
    Roles(DeclarationFaults),
    #[error("the check lists have faults\n{0}")]
    Checklists(DeclarationFaults),
    #[error("what supply is judged by has faults\n{0}")]
    Supply(DeclarationFaults),
    #[error("no map images can be drawn in this style\n{0}")]
    Cartography(#[from] DeclarationFaults),
}

impl Server {
    /// [`Server::prepare`] and [`Server::follow`] in one.
    pub async fn start(
        config: Config,
        district: District,
        catalogue: Catalogue,
        tilesets: Tilesets,
        cartography: Cartography,
        clock: Clock,
    ) -> Result<Arc<Self>, StartError> {
        let server = Self::prepare(config, district, catalogue, tilesets, cartography, clock).await?;
        server.follow();
        Ok(server)
    }

    /// Brings the database up to date. Requests for data are refused until [`Server::follow`] was
    /// called and the index is filled.
    #[expect(clippy::too_many_lines, reason = "one list of parts, in the order in which they need each other")]
    pub async fn prepare(
        config: Config,
        district: District,
        catalogue: Catalogue,
        tilesets: Tilesets,
        cartography: Cartography,
        clock: Clock,
    ) -> Result<Arc<Self>, StartError> {
        let clock = clock.in_zone(district.time_zone);
        let calendar = Calendar::named(&config.data, &district.calendar).map_err(StartError::Calendar)?;
        let calendar = Arc::new(calendar);
        let providers = Providers::load(config.openid_providers.as_deref())?;
        let (district, catalogue) = (Arc::new(district), Arc::new(catalogue));
        let (tilesets, cartography) = (Arc::new(tilesets), Arc::new(cartography));
        let roles = Arc::new(Roles::load(&config.data, &catalogue).map_err(StartError::Roles)?);
        let checklists = Checklists::load(&config.data, &catalogue).map_err(StartError::Checklists)?;
        let checklists = Arc::new(checklists);
        let w405 = supply::Settings::named(&config.data, supply::W405, &catalogue).map_err(StartError::Supply)?;
        let studio = Studio::new(cartography.clone())?;
        let texts = Arc::new(vocabulary::texts(&config.data).map_err(StartError::Texts)?);
        let templates = mail::Templates::load(&config.data.join("texts")).map_err(StartError::Texts)?;
        let templates = Arc::new(templates);
        let store = Store::connect(&config.database_url, district.crs, config.database_patience).await?;
        store.migrate().await?;
        store.apply_declarations(&catalogue, district.time_zone).await?;
        let foreign = Archives::open(tilesets.archives()).await?;
        let people = Arc::new(People::default());
        let directory = Arc::new(Directory::new(roles, catalogue.clone(), district.frame(), people.clone()));
        let terms = Terms { idle: config.session_idle, longest: config.session_longest };
        let sessions = Arc::new(Sessions::new(people.clone(), directory.clone(), terms));
        let hashing = Hashing::new(config.password_memory, config.password_rounds)?;
        let gate = Gate::new(
            directory.clone(),
            sessions.clone(),
            clock.clone(),
            config.public_url.as_deref(),
            &config.listen,
            Limits::new(config.allowances, config.trusted_proxies.clone()),
        );
        let work = Arc::new(Pool::of_this_machine());
        let edition = ogc::schema::edition(&catalogue);
        let (stop, closing) = (CancellationToken::new(), CancellationToken::new());

        let atlas = Atlas::shared(&district)?;
        let cache = Arc::new(TileCache::new(config.tile_cache as u64, tilesets.clone(), atlas.clone()));
        let lookup = Arc::new(Lookup::new(&catalogue, district.clone(), atlas.places().clone()));
        let roads = Arc::new(Roads::new(&catalogue, &district.laying));
        let hub = Arc::new(Hub::new(Words {
            catalogue: catalogue.clone(),
            frame: district.frame(),
            tilesets: tilesets.clone(),
            atlas: atlas.clone(),
        }));
        // Tiles and search before events: who is told of a change and asks for it must get the new state.
        let observers: Vec<Arc<dyn Observer>> = vec![cache.clone(), lookup.clone(), roads.clone(), hub.clone()];
        let docket = Arc::new(Docket::new(catalogue.clone(), directory.clone(), people.clone()));
        let mut keepers = directory.keepers();
        keepers.extend([people as Arc<dyn RecordKeeper>, sessions.clone(), docket.clone()]);
        let index = Arc::new(Index::new(catalogue.clone(), &district).observed_by(observers).kept_by(keepers));
        roads.read_from(&index);
        let ahead = Arc::new(Ahead::new(index.clone(), tilesets.clone(), atlas.clone(), clock.clone()));
        let spine = Spine { store: store.clone(), index: index.clone() };
        let letters =
            Letters { docket, catalogue: catalogue.clone(), district: district.name.clone(), base: gate.base() };
        let editor = Editor::new(spine, district.clone(), clock.clone()).proposing(Arc::new(letters));
        let proposals = Arc::new(Proposals { gate: gate.clone(), editor: editor.clone() });
        let accounts = Arc::new(Accounts {
            gate: gate.clone(),
            district: district.clone(),
            spine: editor.spine.clone(),
            sessions: sessions.clone(),
            directory: directory.clone(),
            texts: texts.clone(),
            hashing: hashing.clone(),
            work: work.clone(),
            clock: clock.clone(),
            terms,
            everybody_two_factors: config.second_factor == SecondFactor::Everybody,
            guard: Guard::new(),
            providers,
            site: Site::of(config.public_url.as_deref(), &config.listen, &district.name),
            trusted_proxies: config.trusted_proxies.clone(),
        });
        let organisations = Arc::new(Organisations {
            gate: gate.clone(),
            district: district.clone(),
            catalogue: catalogue.clone(),
            directory: directory.clone(),
            spine: editor.spine.clone(),
            texts: texts.clone(),
            clock: clock.clone(),
        });
        let devices = Arc::new(Devices {
            gate: gate.clone(),
            directory: directory.clone(),
            spine: editor.spine.clone(),
            hashing,
            work: work.clone(),
            clock: clock.clone(),
            terms: devices::Terms { code: config.device_code_lifetime, device: config.device_lifetime },
            guesses: Guesses::new(),
            trusted_proxies: config.trusted_proxies.clone(),
        });
        let views = Arc::new(Views {
            gate: gate.clone(),
            directory: directory.clone(),
            catalogue: catalogue.clone(),
            store: editor.spine.store.clone(),
            clock: clock.clone(),
        });
        let register = Arc::new(Register::new(&catalogue, &district));
        let known = Some(directory.clone());
        let upkeep = Arc::new(Upkeep {
            gate: gate.clone(),
            editor: editor.clone(),
            directory: directory.clone(),
            checklists: checklists.clone(),
            words: upkeep::Words::new(catalogue.clone(), checklists, &district, known),
            texts: texts.clone(),
            clock: clock.clone(),
        });

        let blobs = Blobs { store: store.clone(), bucket: bucket(&config)?, most: config.file_limit };
        let files = Arc::new(ObjectFiles {
            gate: gate.clone(),
            editor: editor.clone(),
            blobs: blobs.clone(),
            work: work.clone(),
            program: config.program.clone(),
            kept: config.removed_file_lifetime,
        });

        let search = Arc::new(Search {
            gate: gate.clone(),
            district: district.clone(),
            index: index.clone(),
            lookup,
            work: work.clone(),
        });
        let painter = Arc::new(Painter {
            index: index.clone(),
            tilesets: tilesets.clone(),
            atlas: atlas.clone(),
            studio,
            clock: clock.clone(),
        });
        let tiles = Arc::new(Tiles {
            gate: gate.clone(),
            district: district.clone(),
            catalogue: catalogue.clone(),
            index: index.clone(),
            sets: tilesets,
            atlas,
            cache,
            made: MadeArchives::default(),
            foreign,
            drawer: Arc::new(Raster { painter: painter.clone(), work: work.clone() }),
            work: work.clone(),
            clock: clock.clone(),
            stop: stop.clone(),
        });
        let maps = Arc::new(Maps { gate: gate.clone(), cartography: cartography.clone() });
        let firewater = Arc::new(Firewater {
            gate: gate.clone(),
            district: district.clone(),
            index: index.clone(),
            register: register.clone(),
            roads: roads.clone(),
            search: search.clone(),
            clock: clock.clone(),
        });
        let rules = supply::situation::Rules {
            settings: Arc::new(w405),
            register: register.clone(),
            laying: district.laying.clone(),
            frame: district.frame(),
        };
        let keeper = supply::Keeper::new(rules, index.clone(), roads.clone(), clock.clone(), work.clone());
        let supply = Arc::new(Supply {
            gate: gate.clone(),
            district: district.clone(),
            index: index.clone(),
            keeper: Arc::new(keeper),
            search: search.clone(),
            atlas: tiles.atlas.clone(),
            texts: texts.clone(),
            work: work.clone(),
        });
        let print = Arc::new(Print {
            gate: gate.clone(),
            district: district.clone(),
            whereabouts: editor.whereabouts.clone(),
            painter,
            firewater: firewater.clone(),
            search: search.clone(),
            files: files.clone(),
            supply: supply.clone(),
            work: work.clone(),
            sheet_patience: config.sheet_patience,
            edition,
        });
        let events = Arc::new(Events {
            gate: gate.clone(),
            district: district.clone(),
            catalogue: catalogue.clone(),
            index: index.clone(),
            store: store.clone(),
            hub,
            streams: Arc::new(Semaphore::new(config.maximum_streams.min(Semaphore::MAX_PERMITS))),
            // Nobody may keep all others out.
            shares: Shares::new((config.maximum_streams / 4).max(1)),
            trusted_proxies: config.trusted_proxies.clone(),
            closing,
        });
        let offline = Arc::new(Offline {
            gate: gate.clone(),
            district: district.clone(),
            catalogue: catalogue.clone(),
            index: index.clone(),
            roads: roads.clone(),
            search: search.clone(),
            events: events.clone(),
            tiles: tiles.clone(),
            shelf: Shelf::default(),
            work: work.clone(),
            clock: clock.clone(),
            edition,
        });
        let ogc = Arc::new(Ogc {
            gate: gate.clone(),
            district: district.clone(),
            catalogue: catalogue.clone(),
            store: store.clone(),
            index: index.clone(),
            editor: editor.clone(),
            register,
            tiles: tiles.clone(),
            work: work.clone(),
            texts: texts.clone(),
            clock: clock.clone(),
            page_limits: PageLimits { default: config.default_limit, maximum: config.maximum_limit },
            body_limit: config.body_limit,
            edition,
        });
        let pages = Arc::new(Pages {
            gate,
            district: district.clone(),
            ground_origins: cartography.ground.origins(),
            embed_origins: config.embed_origins.clone(),
        });
        let imports = Arc::new(Imports {
            gate: accounts.gate.clone(),
            editor: editor.clone(),
            sessions: sessions.clone(),
            blobs: blobs.clone(),
            texts: texts.clone(),
            clock: clock.clone(),
            work: work.clone(),
            mappings: config.data.join("mappings"),
            reader: config.program.clone(),
            kept: TimeDelta::from_std(config.imports_kept).unwrap_or(TimeDelta::MAX),
        });
        let handlers = handlers(&config, &editor, (&files, &upkeep, &imports), templates);
        let answers = Arc::new(Held::new(config.answer_memory));
        Ok(Arc::new(Self {
            node: Uuid::now_v7(),
            config,
            district,
            catalogue,
            texts,
            clock,
            calendar,
            store,
            index,
            editor,
            directory,
            sessions,
            accounts,
            organisations,
            devices,
            proposals,
            views,
            imports,
            roads,
            ahead,
            cartography,
            answers,
            stop,
            search,
            tiles,
            maps,
            firewater,
            supply,
            print,
            upkeep,
            files,
            events,
            offline,
            ogc,
            pages,
            blobs,
            handlers,
        }))
    }

    /// Starts the followers of the journal and the workers; they end with [`Server::stop`]. The index fills in the background:
    /// [`Server::is_ready`] says when it is done.
    pub fn follow(&self) {
        tokio::spawn(follower::run(self.index.clone(), self.store.clone(), self.stop.clone()));
        tokio::spawn(self.sessions.clone().keep(self.store.clone(), self.stop.clone()));
        let (clock, stop) = (self.clock.clone(), self.stop.clone());
        tokio::spawn(self.directory.clone().keep_uses(self.store.clone(), clock, stop));
        tokio::spawn(self.ahead.clone().keep(self.stop.clone()));
        tokio::spawn(self.search.lookup.clone().keep(self.index.clone(), self.stop.clone()));
        tokio::spawn(self.roads.clone().follow(self.stop.clone()));
        let (listen, store) = (self.config.listen.clone(), self.store.clone());
        tokio::spawn(nodes::tell(self.node, listen, store, self.index.clone(), self.stop.clone()));
        jobs::start(&self.store, self.handlers.clone(), &self.stop);
    }

    /// True once reads can be answered, none of them slowly.
    pub fn is_ready(&self) -> bool {
        self.index.is_ready() && self.ahead.is_ready()
    }
}

/// Where files are kept beside the database, if anywhere.
fn bucket(config: &Config) -> Result<Option<Bucket>, StartError> {
    config.files.as_ref().map(Bucket::of).transpose().map_err(StartError::Bucket)
}
