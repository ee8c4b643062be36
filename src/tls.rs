//! Who encrypts what the program asks of others, and whose certificates it believes.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use schemars::JsonSchema;
use serde::Serialize;

use crate::texts::{Tell, Told};

/// Chooses `ring` for the whole process, which nothing else here does: clients are built for whichever is chosen, and fail
/// where none is, also where nothing is encrypted. To be called before one is built; again does no harm.
pub fn choose() {
    // The only error is that it was chosen before.
    drop(rustls::crypto::ring::default_provider().install_default());
}

/// Certificates of authorities that are trusted beside those of the system: one or more in PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorities(Arc<[u8]>);

/// What is wrong with a file of authorities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum AuthoritiesFault {
    AuthoritiesUnread { file: String, why: Told },
    NoAuthorities { file: String },
}

impl Tell for AuthoritiesFault {
    const FILE: &'static str = "configuration";
}

impl Authorities {
    /// Those of a file.
    ///
    /// # Errors
    /// If it cannot be read, is no PEM, or holds no certificate.
    pub fn read(path: &Path) -> Result<Self, AuthoritiesFault> {
        let file = || path.display().to_string();
        let unread = |why: Told| AuthoritiesFault::AuthoritiesUnread { file: file(), why };
        let pem = std::fs::read(path).map_err(|error| unread(Told::from(&error)))?;
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let certificates = certificates.map_err(|error| unread(Told::verbatim(error.to_string())))?;
        if certificates.is_empty() {
            return Err(AuthoritiesFault::NoAuthorities { file: file() });
        }
        Ok(Self(pem.into()))
    }

    /// As they stand in the file.
    pub fn pem(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Authorities {
    /// Not the bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorities({} bytes)", self.0.len())
    }
}
