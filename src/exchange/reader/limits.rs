//! What a reader process may take: memory, time, no writing, no network.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// How much of the machine a reader may take.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Address space, bytes. GDAL with all it loads takes a few hundred megabytes of it, most of it never touched.
    pub memory: u64,
    /// Processor time, seconds.
    pub seconds: u64,
}

/// For the rows of a file.
pub const ROWS: Allowance = Allowance { memory: 3 << 30, seconds: 3_600 };

/// Makes the process that `command` will start a limited one.
pub fn apply(command: &mut Command, allowance: Allowance) {
    command.env_clear();
    // What GDAL needs to know where its files are, and nothing that could carry a secret.
    for name in ["PATH", "GDAL_DATA", "PROJ_DATA", "PROJ_LIB", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("PROJ_NETWORK", "OFF").env("CPL_VSIL_CURL_ALLOWED_EXTENSIONS", "{none}").env("LC_ALL", "C.UTF-8");
    // SAFETY: between fork and exec only system calls that are async-signal-safe are made.
    unsafe {
        command.pre_exec(move || limit(allowance));
    }
}

fn limit(allowance: Allowance) -> io::Result<()> {
    set(libc::RLIMIT_AS, allowance.memory)?;
    set(libc::RLIMIT_CPU, allowance.seconds)?;
    set(libc::RLIMIT_FSIZE, 0)?;
    set(libc::RLIMIT_NOFILE, 128)?;
    set(libc::RLIMIT_CORE, 0)?;
    // SAFETY: plain system calls. A kernel that does not let us leave the network is no reason to stop: the drivers that
    // could use it are not opened.
    unsafe {
        if libc::unshare(libc::CLONE_NEWNET) != 0 {
            let _ = libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNET);
        }
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        // Dies with the server: nobody would read what it writes.
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
    }
    Ok(())
}

fn set(what: libc::__rlimit_resource_t, value: u64) -> io::Result<()> {
    let limit = libc::rlimit { rlim_cur: value, rlim_max: value };
    // SAFETY: `limit` lives until the call returns.
    if unsafe { libc::setrlimit(what, &raw const limit) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
