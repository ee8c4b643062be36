//! `geokontor serve`: answers requests until told to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::net::{TcpListener, TcpSocket, lookup_host};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::place::unreachable;
use super::said::Said;
use super::{Failure, Place, demo, supervisor};
use crate::accounts::ProvidersFault;
use crate::clock::Clock;
use crate::config::{Config, redacted};
use crate::http::connections;
use crate::http::line::Patience;
use crate::server::{Server, StartError, router};
use crate::texts::Told;
use crate::tiles::pmtiles::configured::OpenError;

/// Connections the kernel keeps waiting while the server is busy.
const BACKLOG: u32 = 1024;

/// How long the followers have to notice that they should end.
const FOLLOWERS: Duration = Duration::from_secs(2);

/// How to serve.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address to listen on, such as 127.0.0.1:8080
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Load the invented district if there is nothing in the registers
    #[arg(long)]
    pub demo_if_empty: bool,
}

/// Serves until SIGTERM or SIGINT; a second signal ends the process at once.
///
/// # Errors
/// When the server cannot start: faulty declarations, no database, address in use.
pub async fn run(serve: Serve, config: Config) -> Result<(), Failure> {
    let place = Place::read(&config)?;
    make_room(&config);
    // Taken first: an address in use is told before the database is touched.
    let listener = listen(&config.listen).await?;
    let stopping = Stopping::watch()?;
    tracing::info!(database = redacted(&config.database_url), "connecting");
    let server = tokio::select! {
        server = prepare(&config, place) => server,
        () = stopping.told.cancelled() => return Ok(()),
    };
    let server = server.map_err(|error| unready(&config, error))?;
    let address = listener.local_addr().map_err(|error| cannot_listen(&config.listen, &error))?;
    tracing::info!(%address, "listening");
    close_streams(&server, &stopping);
    let filling = tokio::spawn(fill(server.clone(), serve.demo_if_empty, stopping.told.clone()));
    answer(listener, &server, stopping).await;
    server.stop.cancel();
    match tokio::time::timeout(FOLLOWERS, filling).await {
        Ok(Ok(Err(failure))) => Err(failure),
        _ => Ok(()),
    }
}

/// Why the server is not ready to serve.
fn unready(config: &Config, error: StartError) -> Failure {
    match error {
        StartError::Store(error) => unreachable(config, &error),
        StartError::Crs(error) => Failure::failed(&Said::NoMaps { why: Told::from(&error) }),
        StartError::Calendar(faults) => Failure::faulty(&Said::CalendarFaulty, faults),
        StartError::Cartography(faults) => Failure::faulty(&Said::StyleFaulty, faults),
        StartError::Roles(faults) => Failure::faulty(&Said::RolesFaulty, faults),
        StartError::Checklists(faults) => Failure::faulty(&Said::ChecklistsFaulty, faults),
        StartError::Supply(faults) => Failure::faulty(&Said::SupplyFaulty, faults),
        StartError::Texts(faults) => Failure::faulty(&Said::TextsFaulty, faults),
        StartError::Providers(ProvidersFault::Declared(faults)) => Failure::faulty(&Said::ProvidersFaulty, faults),
        StartError::Providers(ProvidersFault::Web(error)) => Failure::usage(&Said::NoWeb { why: error.to_string() }),
        StartError::Hashing(error) => Failure::usage(&Said::NoHashing { why: error.reason() }),
        StartError::Bucket(fault) => Failure::usage(&Said::NoFiles { why: Told::of(&fault) }),
        StartError::Archive(OpenError::File(file, error)) => {
            Failure::usage(&Said::NoArchive { file: &file, why: Told::from(&error) })
        }
        StartError::Archive(OpenError::Format(file, error)) => {
            Failure::usage(&Said::NoArchive { file: &file, why: Told::verbatim(error.to_string()) })
        }
    }
}

/// Room for as many connections as the configuration lets in.
fn make_room(config: &Config) {
    let wanted = (config.maximum_streams + config.maximum_requests) as u64;
    match connections::raise_limit() {
        Ok(files) if files < wanted => {
            tracing::warn!(files, wanted, "the process may not have as many connections open as are configured");
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the limit of open files stays as it is"),
    }
}

/// Streams end when the server is told to stop; they would never be finished.
fn close_streams(server: &Arc<Server>, stopping: &Stopping) {
    let (told, closing) = (stopping.told.clone(), server.events.closing.clone());
    tokio::spawn(async move {
        told.cancelled().await;
        closing.cancel();
    });
}

async fn prepare(config: &Config, place: Place) -> Result<Arc<Server>, StartError> {
    let Place { district, catalogue, tilesets, cartography } = place;
    Server::prepare(config.clone(), district, catalogue, tilesets, cartography, Clock::system()).await
}

/// Loads the demo district if wanted, lets the index follow, makes what maps fetch first, and tells the supervisor when reads
/// are answered. Listening goes on meanwhile; a failure stops the server.
async fn fill(server: Arc<Server>, demo_if_empty: bool, told: CancellationToken) -> Result<(), Failure> {
    if demo_if_empty {
        let loaded = tokio::select! {
            loaded = demo::load_if_empty(&server) => loaded,
            () = told.cancelled() => return Ok(()),
        };
        if let Err(failure) = loaded {
            told.cancel();
            return Err(failure);
        }
    }
    server.follow();
    tokio::select! {
        () = server.index.loaded() => {}
        () = told.cancelled() => return Ok(()),
    }
    // Not before, for the registers need every core.
    let cartography = server.cartography.clone();
    drop(tokio::task::spawn_blocking(move || cartography.warm_up()));
    tokio::select! {
        () = server.ahead.counted() => supervisor::ready(),
        () = told.cancelled() => {}
    }
    Ok(())
}

async fn answer(listener: TcpListener, server: &Arc<Server>, stopping: Stopping) {
    let serving = connections::serve(listener, router(server), Patience::default(), stopping.told.clone());
    let patience = server.config.stop_patience;
    let over = async {
        stopping.told.cancelled().await;
        tracing::info!("stopping: requests under way are finished");
        tokio::time::sleep(patience).await;
    };
    tokio::select! {
        () = serving => {}
        () = over => tracing::warn!("requests under way were cut off"),
    }
}

async fn listen(address: &str) -> Result<TcpListener, Failure> {
    let cannot = |error: std::io::Error| cannot_listen(address, &error);
    let found: Vec<SocketAddr> = match lookup_host(address).await {
        Ok(found) => found.collect(),
        // The resolver's own words say no more.
        Err(_) => Vec::new(),
    };
    let Some(first) = found.first() else { return Err(Failure::usage(&Said::NoAddress { address })) };
    let socket = if first.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.map_err(cannot)?;
    // A restart must not wait for the connections of the run before; accepted connections inherit keep-alive.
    socket.set_reuseaddr(true).map_err(cannot)?;
    socket.set_keepalive(true).map_err(cannot)?;
    socket.bind(*first).map_err(cannot)?;
    socket.listen(BACKLOG).map_err(cannot)
}

fn cannot_listen(address: &str, error: &std::io::Error) -> Failure {
    Failure::failed(&Said::CannotListen { address, why: error.into() })
}

/// The wish to stop.
struct Stopping {
    told: CancellationToken,
}

impl Stopping {
    fn watch() -> Result<Self, Failure> {
        let cannot = |error| Failure::failed(&Said::NoSignals { why: Told::from(&error) });
        let mut terminate = signal(SignalKind::terminate()).map_err(cannot)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(cannot)?;
        let told = CancellationToken::new();
        let tell = told.clone();
        tokio::spawn(async move {
            either(&mut terminate, &mut interrupt).await;
            tell.cancel();
            either(&mut terminate, &mut interrupt).await;
            tracing::warn!("told to stop again: ending at once");
            std::process::exit(1);
        });
        Ok(Self { told })
    }
}

async fn either(one: &mut Signal, other: &mut Signal) {
    tokio::select! {
        _ = one.recv() => {}
        _ = other.recv() => {}
    }
}
