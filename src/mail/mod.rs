//! Mails: asked for in a transaction, sent once that is committed.
//!
//! Whoever wants a mail sent calls [`post`]: a row of the outbox and a job, so that no mail is sent for what was taken back
//! and none is forgotten for what was kept. In reading order: [`address`] (to whom), [`kind`] (which mails there are and what
//! each needs to know), [`templates`] (their texts in both languages, checked at start), [`store`] (the outbox), [`relay`]
//! (the mail server), [`sender`] (whose jobs the mails are).
//!
//! It knows no HTTP and no domain.

mod address;
mod kind;
mod relay;
mod sender;
pub mod store;
mod templates;

pub use address::{Address, InvalidAddress};
pub use kind::{Kind, UnknownKind};
pub use relay::{Relay, RelayFault};
pub use sender::{PATIENCE, Sender};
pub use store::{MailError, NewMail, forget, post};
pub use templates::{Templates, Text};
