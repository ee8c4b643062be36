//! A database that can go away: a socket before the real one that a test can close and open again.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

/// Stands between a node and its database.
pub struct Proxy {
    folder: TempDir,
    behind: PathBuf,
    pub url: String,
    tasks: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl Proxy {
    /// Before the database of a URL that names a socket's folder as `host`.
    pub fn before(url: &str) -> Self {
        let (before, rest) = url.split_once("host=").expect("a socket");
        let (host, after) = rest.split_once('&').expect("a port");
        let folder = TempDir::new().expect("a folder");
        let url = format!("{before}host={}&{after}", folder.path().display());
        let behind = Path::new(&host.replace("%2F", "/")).join(".s.PGSQL.5432");
        let proxy = Self { folder, behind, url, tasks: Arc::default() };
        proxy.open();
        proxy
    }

    /// Lets connections through.
    pub fn open(&self) {
        let socket = self.folder.path().join(".s.PGSQL.5432");
        let listener = UnixListener::bind(socket).expect("a socket");
        let (tasks, behind) = (self.tasks.clone(), self.behind.clone());
        let accepting = tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let behind = behind.clone();
                let connection = tokio::spawn(async move {
                    if let Ok(mut far) = UnixStream::connect(behind).await {
                        drop(tokio::io::copy_bidirectional(&mut near, &mut far).await);
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
}
