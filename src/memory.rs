//! The program's allocator, and memory it holds back.
//!
//! jemalloc and not the C library's, for answers are made of many small pieces on every core (ADR 0016). It gives back by
//! itself what nobody has used for some seconds. The C libraries go on with their own.

use std::ptr::null_mut;

pub use tikv_jemallocator::Jemalloc as Allocator;

/// Gives the system what has been freed. The allocator keeps it for whoever asks next, which is right for requests; after
/// work that was done once and took much, such as loading the registers, nobody will. Takes some milliseconds.
pub fn give_back() {
    // All arenas, whatever their number (`MALLCTL_ARENAS_ALL`).
    let purge = c"arena.4096.purge";
    // SAFETY: the name ends with a zero, nothing is read or written through the other pointers, and any thread may call it.
    unsafe {
        tikv_jemalloc_sys::mallctl(purge.as_ptr(), null_mut(), null_mut(), null_mut(), 0);
    }
}
