//! What may be the matter with any request.

use schemars::JsonSchema;
use serde::Serialize;

use crate::texts::Tell;

/// What may be the matter with any request, whatever it asks for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Trouble {
    /// The cause is in the log.
    Internal,
    Loading,
    /// Of so many faults none is told in the detail.
    Faults {
        count: usize,
    },
    TwoHosts,
    ManyRequests,
    ManyAnswers,
    /// A limit is reached; `address` where it is that of an address, which signing in would help against.
    TooOften {
        seconds: u32,
        address: bool,
    },
    SlowRead,
    SlowWrite,
    /// Nothing is at the address.
    Nothing,
    NothingAt {
        path: String,
    },
    MethodNotAllowed,
    BodyTooLarge,
    SayType,
    /// What the framework says, in English.
    Framework {
        text: String,
    },
    Malformed,
    NoRepresentation,
    NoEncoding,
    /// A token that names nobody.
    TokenNotValid,
    /// The cookie of a session came with a request that a page of somebody else has sent.
    OtherSite,
    /// A token and a session at once: whoever is meant must be said.
    TwoCallers,
    /// The session of the cookie has ended.
    SessionEnded,
    /// The tablet of the cookie is revoked, or its time is over.
    DeviceEnded,
    /// What stands in the header is no cursor of ours.
    NoCursor,
    /// This node has not followed as far as was asked for.
    Behind,
    /// Too many streams of events, of all callers or of one address.
    Streams,
    StreamsHere,
    SlowSheet,
    ImageGivenUp,
    ArchiveMaking,
    Range {
        size: u64,
    },
    // Why a copy on a device cannot be brought up to date.
    CopyOfOthers,
    CopyTooOld,
    CopyForeign,
}

impl Tell for Trouble {
    const FILE: &'static str = "requests";
}
