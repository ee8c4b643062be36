//! Who encrypts what the program asks of others over HTTPS.

/// Chooses `ring` for the whole process, which nothing else here does: clients are built for whichever is chosen, and fail
/// where none is, also where nothing is encrypted. To be called before one is built; again does no harm.
pub fn choose() {
    // The only error is that it was chosen before.
    drop(rustls::crypto::ring::default_provider().install_default());
}
