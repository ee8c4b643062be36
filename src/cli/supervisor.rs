//! What the service manager is told, in the protocol of systemd: `sd_notify(3)`.

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Reads are answered: what was ordered after this service may start. Without a service manager that wants to know, nothing.
pub fn ready() {
    let Some(socket) = std::env::var_os("NOTIFY_SOCKET") else { return };
    if let Err(error) = send(&socket, b"READY=1") {
        tracing::warn!(%error, "the service manager could not be told that the server is ready");
    }
}

/// A name that begins with `@` is one of Linux's abstract sockets, which have no file.
fn send(socket: &OsStr, message: &[u8]) -> io::Result<()> {
    let address = match socket.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(socket)?,
    };
    UnixDatagram::unbound()?.send_to_addr(message, &address)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_arrives_at_a_socket_with_and_without_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notify");
        let name = format!("@geokontor-test-{}", std::process::id());
        let abstract_address = SocketAddr::from_abstract_name(&name[1..]).expect("an address");
        for (socket, receiver) in [
            (path.as_os_str(), UnixDatagram::bind(&path).expect("a socket")),
            (OsStr::new(&name), UnixDatagram::bind_addr(&abstract_address).expect("a socket")),
        ] {
            send(socket, b"READY=1").expect("sent");
            let mut message = [0; 16];
            let length = receiver.recv(&mut message).expect("a message");
            assert_eq!(&message[..length], b"READY=1");
        }
    }

    #[test]
    fn a_socket_that_nobody_reads_is_an_error_and_no_panic() {
        assert!(send(OsStr::new("/nowhere/notify"), b"READY=1").is_err());
        assert!(send(OsStr::new(""), b"READY=1").is_err());
    }
}
