//! A database that can go away: a socket before the real one that a test can close, open and freeze.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Stands between a node and its database.
pub struct Proxy {
    folder: TempDir,
    behind: PathBuf,
    pub url: String,
    mode: watch::Sender<Mode>,
    tasks: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

/// What is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Everything,
    /// Everything before the next COMMIT.
    UpToCommit,
    Nothing,
}

impl Proxy {
    /// Before the database of a URL that names a socket's folder as `host`.
    pub fn before(url: &str) -> Self {
        let (before, rest) = url.split_once("host=").expect("a socket");
        let (host, after) = rest.split_once('&').expect("a port");
        let folder = TempDir::new().expect("a folder");
        let url = format!("{before}host={}&{after}", folder.path().display());
        let behind = Path::new(&host.replace("%2F", "/")).join(".s.PGSQL.5432");
        let proxy = Self { folder, behind, url, mode: watch::Sender::new(Mode::Everything), tasks: Arc::default() };
        proxy.open();
        proxy
    }

    /// Lets connections through.
    pub fn open(&self) {
        self.thaw();
        let socket = self.folder.path().join(".s.PGSQL.5432");
        let listener = UnixListener::bind(socket).expect("a socket");
        let (tasks, behind, mode) = (self.tasks.clone(), self.behind.clone(), self.mode.clone());
        let accepting = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (behind, mode) = (behind.clone(), mode.clone());
                let connection = tokio::spawn(async move {
                    let Ok(far) = UnixStream::connect(behind).await else { return };
                    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                    tokio::select! {
                        () = pass(near_in, far_out, &mode) => {}
                        () = pass(far_in, near_out, &mode) => {}
                    }
                });
                tasks.lock().expect("a lock").push(connection);
            }
        });
        self.tasks.lock().expect("a lock").push(accepting);
    }

    /// Cuts all connections and refuses new ones.
    pub async fn close(&self) {
        std::fs::remove_file(self.folder.path().join(".s.PGSQL.5432")).expect("a socket");
        let tasks = std::mem::take(&mut *self.tasks.lock().expect("a lock"));
        for task in tasks {
            task.abort();
            drop(task.await);
        }
    }

    /// Keeps back whatever is sent, as a host does that has vanished without a word.
    pub fn freeze(&self) {
        self.mode.send_replace(Mode::Nothing);
    }

    /// Sends what was kept back, and all else.
    pub fn thaw(&self) {
        self.mode.send_replace(Mode::Everything);
    }

    /// Freezes when the next COMMIT is sent, which does not come through either; waits until that happens.
    pub async fn freeze_at_commit(&self, meanwhile: impl Future<Output = ()>) {
        self.mode.send_replace(Mode::UpToCommit);
        meanwhile.await;
        self.mode.subscribe().wait_for(|mode| *mode == Mode::Nothing).await.expect("a mode");
    }
}

async fn pass(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, mode: &watch::Sender<Mode>) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let is_commit = bytes[..count].windows(7).any(|window| window == b"COMMIT\0");
        mode.send_if_modified(|mode| {
            let ends = is_commit && *mode == Mode::UpToCommit;
            if ends {
                *mode = Mode::Nothing;
            }
            ends
        });
        if mode.subscribe().wait_for(|mode| *mode != Mode::Nothing).await.is_err() {
            return;
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
