//! The real program, started as a district would start it.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use geokontor::http::Limit;
use tokio::process::{Child, Command};

use crate::{CORES, Outcome};

/// Longest time to wait for a start.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running `geokontor serve`. Ends with this value.
#[derive(Debug)]
pub struct Server {
    child: Child,
    pub port: u16,
}

/// A command of the program on a database, with this checkout's declarations.
pub fn geokontor(url: &str) -> Command {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_geokontor"));
    command
        .current_dir(checkout)
        .env("DATABASE_URL", url)
        .env("NO_COLOR", "1")
        .env("TOKIO_WORKER_THREADS", CORES.to_string())
        // One address asks for everything here.
        .envs(Limit::ALL.map(|limit| (format!("GEOKONTOR_LIMIT_{}", limit.name().to_uppercase()), "0")))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

impl Server {
    /// Starts the server and says how long it took until it was ready.
    pub async fn start(url: &str, log: &Path) -> Outcome<(Self, Duration)> {
        Self::start_with(url, log, &[]).await
    }

    /// The same with other settings.
    pub async fn start_with(url: &str, log: &Path, settings: &[(&str, &str)]) -> Outcome<(Self, Duration)> {
        Self::start_as(url, log, &[], settings).await
    }

    /// The same with other arguments and settings.
    pub async fn start_as(
        url: &str,
        log: &Path,
        arguments: &[&str],
        settings: &[(&str, &str)],
    ) -> Outcome<(Self, Duration)> {
        // Free a moment ago, and free again by now.
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let file = std::fs::File::create(log)?;
        let started = Instant::now();
        let child = geokontor(url)
            .envs(settings.iter().copied())
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .args(arguments)
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()?;
        let mut server = Self { child, port };
        let client = reqwest::Client::new();
        let address = server.url("/health/ready");
        while !client.get(&address).send().await.is_ok_and(|answer| answer.status().is_success()) {
            if server.child.try_wait()?.is_some() || started.elapsed() > PATIENCE {
                return Err(format!("the server did not start:\n{}", std::fs::read_to_string(log)?).into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok((server, started.elapsed()))
    }

    /// A full address.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Memory the kernel has given to it now, MB.
    pub fn resident_mb(&self) -> Outcome<u64> {
        let pid = self.child.id().ok_or("the server has ended")?;
        Ok(resident_kb(pid).ok_or("no VmRSS")? >> 10)
    }

    /// Time its threads have spent on a core so far.
    pub fn busy(&self) -> Duration {
        self.child.id().map_or(Duration::ZERO, busy)
    }

    /// Ends it and waits for that.
    pub async fn stop(mut self) -> Outcome<()> {
        Ok(self.child.kill().await?)
    }
}

/// Resident memory of a process, kilobytes; `None` when it is gone.
pub fn resident_kb(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// Time the threads of a process have spent on a core.
pub fn busy(pid: u32) -> Duration {
    let read = |path: std::path::PathBuf| std::fs::read_to_string(path).unwrap_or_default();
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let nanoseconds = threads.map(|thread| {
        read(thread.path().join("schedstat")).split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0)
    });
    Duration::from_nanos(nanoseconds.sum())
}
