//! Memory that the allocator holds back.

/// Gives the system what has been freed. The allocator keeps it for whoever asks next, which is right for requests; after
/// work that was done once and took much, such as loading the registers, nobody will. Takes some milliseconds.
pub fn give_back() {
    // SAFETY: takes no pointers and may be called from any thread at any time.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::malloc_trim(0);
    }
}
