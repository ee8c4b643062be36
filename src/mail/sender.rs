//! Sends what stands in the outbox.
//!
//! A mail server and a database have no transaction in common. So a mail is marked before it is handed over, and unmarked
//! where the server says that it has not taken it. One that is found marked may have arrived: it is sent again, under the
//! same Message-ID, because a mail that comes twice harms less than one that never comes.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use metrics::counter;
use uuid::Uuid;

use super::kind::Kind;
use super::relay::{Relay, Untaken};
use super::store::{self, OutboxMail, QUEUE};
use super::templates::Templates;
use crate::store::jobs::Job;
use crate::store::{Store, StoreError};
use crate::work::jobs::{Handler, Patience, Undone};

/// Does the jobs of the outbox.
#[derive(Debug)]
pub struct Sender {
    pub store: Store,
    pub templates: Arc<Templates>,
    pub relay: Relay,
    pub patience: Patience,
}

/// Four days of trying, at most half an hour apart: a mail server that is back is found soon (RFC 5321, 4.5.4.1).
pub const PATIENCE: Patience =
    Patience { first: Duration::from_secs(30), most: Duration::from_secs(1_800), attempts: 200 };

impl Handler for Sender {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    fn places(&self) -> usize {
        4
    }

    fn batch(&self) -> usize {
        4
    }

    fn patience(&self) -> Patience {
        self.patience
    }

    fn handle<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), Undone>> {
        Box::pin(self.send(job))
    }
}

impl Sender {
    async fn send(&self, job: &Job) -> Result<(), Undone> {
        let id = job.payload["mail"].as_str().and_then(|id| id.parse::<Uuid>().ok());
        let id = id.ok_or_else(|| Undone::Never("the job names no mail".to_owned()))?;
        let Some(mail) = store::unsent(&self.store, id).await? else { return self.end_without(job).await };
        let message = self.message(&mail)?;
        self.relay
            .reach()
            .await
            .map_err(|error| Undone::Later(format!("the mail server cannot be reached: {error}")))?;
        let Some(before) = store::hand_over(&self.store, id).await? else { return self.end_without(job).await };
        if before.is_some() {
            tracing::warn!(mail = %id, "a mail that may have been taken already is sent again");
        }
        match self.relay.send(message).await {
            Ok(()) => {
                outcome("sent");
                self.has_been_sent(id, job).await
            }
            Err(refused @ (Untaken::Later(_) | Untaken::Never(_))) => {
                outcome("refused");
                store::take_back(&self.store, id, before).await?;
                let reason = refused.to_string();
                Err(if matches!(refused, Untaken::Never(_)) { Undone::Never(reason) } else { Undone::Later(reason) })
            }
            Err(unknown @ Untaken::Unknown(_)) => {
                outcome("unknown");
                Err(Undone::Later(unknown.to_string()))
            }
        }
    }

    fn message(&self, mail: &OutboxMail) -> Result<lettre::Message, Undone> {
        let never = |reason: String| Undone::Never(reason);
        let kind = Kind::named(&mail.template).map_err(|error| never(error.to_string()))?;
        let to = mail.recipient.parse().map_err(|error| never(format!("'{}': {error}", mail.recipient)))?;
        let text = self.templates.write(kind, mail.language, &mail.params);
        let text = text.map_err(|error| never(error.to_string()))?;
        self.relay.message(mail.id, &to, text).map_err(|error| never(error.to_string()))
    }

    /// There is nothing to send: the mail was sent by somebody else, or was discarded.
    async fn end_without(&self, job: &Job) -> Result<(), Undone> {
        let mut aside = self.store.aside().await?;
        aside.end_job(job).await?;
        Ok(aside.commit().await?)
    }

    async fn has_been_sent(&self, id: Uuid, job: &Job) -> Result<(), Undone> {
        let mut aside = self.store.aside().await?;
        store::mark_sent(&mut aside, id).await?;
        match aside.end_job(job).await {
            // It is sent, whoever has the job now.
            Err(StoreError::LeaseLost) => {}
            ended => ended?,
        }
        Ok(aside.commit().await?)
    }
}

fn outcome(outcome: &'static str) {
    counter!("geokontor_mails_total", "outcome" => outcome).increment(1);
}
