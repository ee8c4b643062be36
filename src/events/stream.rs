//! One client's stream: the words on the wire, and when it ends.

use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::{OwnedSemaphorePermit, broadcast};
use tokio_util::sync::CancellationToken;

use super::event::{Event, Filter, Words};
use super::hub::{Batch, Hub};
use crate::collection::Catalogue;
use crate::http::Standing;
use crate::http::origin::Share;
use crate::identity::Caller;
use crate::store::journal::Cursor;

/// A silent stream says so often that it is there.
const PULSE: Duration = Duration::from_secs(15);

/// How long a client waits before it comes back, in milliseconds.
const RETRY_MS: u32 = 2_000;

/// A stream that is being written.
#[derive(Debug)]
pub struct Listening {
    pub hub: Arc<Hub>,
    pub filter: Filter,
    pub news: broadcast::Receiver<Arc<Batch>>,
    /// What comes before the news.
    pub first: Option<String>,
    /// Where a client that hears nothing would go on.
    pub reached: Cursor,
    /// What the client came with, and what they could know of then: whoever may see other collections now comes back.
    pub standing: Standing,
    pub seen: Vec<bool>,
    /// Told when the server stops.
    pub closing: CancellationToken,
    pub ended: bool,
    /// Held until the client is gone.
    pub _open: Open,
}

/// Counts a stream for as long as it lives.
#[derive(Debug)]
pub struct Open {
    _permit: OwnedSemaphorePermit,
    /// Of its origin, if that is known.
    _share: Option<Share>,
}

impl Open {
    /// A stream begins.
    pub fn new(permit: OwnedSemaphorePermit, share: Option<Share>) -> Self {
        metrics::gauge!("geokontor_event_streams").increment(1.0);
        Self { _permit: permit, _share: share }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!("geokontor_event_streams").decrement(1.0);
    }
}

impl Listening {
    /// The bytes of the stream, as they become known.
    pub fn into_bytes(self) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static {
        futures_util::stream::unfold(self, |mut listening| async move {
            let text = listening.next().await?;
            Some((Ok(Bytes::from(text)), listening))
        })
    }

    async fn next(&mut self) -> Option<String> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        if self.ended {
            return None;
        }
        let pulse = tokio::time::sleep(PULSE);
        tokio::pin!(pulse);
        loop {
            let news = tokio::select! {
                () = self.closing.cancelled() => {
                    self.ended = true;
                    return Some(": the server stops; come back\n\n".to_owned());
                }
                () = &mut pulse => None,
                news = self.news.recv() => Some(news),
            };
            if !self.stands() {
                self.ended = true;
                return Some(": your rights have changed; come back\n\n".to_owned());
            }
            let Some(news) = news else { return Some(format!(":\nid: {}\n\n", self.reached)) };
            match news {
                Ok(batch) => {
                    self.reached = batch.after.clone();
                    let text = told(&batch, None, &self.filter, &self.hub.words);
                    if !text.is_empty() {
                        return Some(text);
                    }
                }
                // What was lost is not known: the client comes back with the last id it has and is told the rest.
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    metrics::counter!("geokontor_event_streams_dropped_total").increment(1);
                    self.ended = true;
                    return Some(": too slow; come back with the last id\n\n".to_owned());
                }
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }

    /// Is the client still who they were, and may they know of the same collections?
    fn stands(&self) -> bool {
        let sees = |caller: &Caller| seen(&self.hub.words.catalogue, caller) == self.seen;
        self.standing.is_nobody() || self.standing.caller().is_some_and(|caller| sees(&caller))
    }
}

/// Which collections somebody may know of, by place.
pub fn seen(catalogue: &Catalogue, caller: &Caller) -> Vec<bool> {
    catalogue.collections().iter().map(|collection| caller.sees(collection).is_some()).collect()
}

/// What begins every stream: how soon to come back and, for those who hear nothing more, from where.
pub fn greeting(reached: &Cursor) -> String {
    format!("retry: {RETRY_MS}\nid: {reached}\n\n")
}

/// Tells a client that what it has may be out of date.
pub fn reset(reason: &str, collections: &[&str], reached: &Cursor) -> String {
    let data = serde_json::json!({ "reason": reason, "collections": collections });
    format!("event: reset\nid: {reached}\ndata: {data}\n\n")
}

/// A batch as a stream tells it, without what `since` has seen; empty if nothing in it is for the stream.
pub fn told(batch: &Batch, since: Option<&Cursor>, filter: &Filter, words: &Words) -> String {
    if batch.restarted {
        return reset("the database has gone back to an earlier state", &[], &batch.after);
    }
    let flooded: Vec<&str> = batch
        .flooded
        .iter()
        .filter(|collection| filter.wants(**collection))
        .map(|collection| words.catalogue.collections()[*collection].name.as_str())
        .collect();
    if !flooded.is_empty() {
        return reset("much has changed at once", &flooded, &batch.after);
    }
    let is_news = |event: &&Event| since.is_none_or(|since| !since.sees(event.changed.transaction));
    let passing: Vec<&Event> =
        batch.events.iter().filter(is_news).filter(|event| filter.passes(&event.changed)).collect();
    written(&passing, words, &batch.after)
}

/// Events of which only the last has an id: who is cut off between them is told all of them again.
pub fn written(events: &[&Event], words: &Words, after: &Cursor) -> String {
    let mut text = String::new();
    for (nth, event) in events.iter().enumerate() {
        text.push_str("event: change\n");
        if nth + 1 == events.len() {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "id: {after}");
        }
        let _ = write!(text, "data: {}\n\n", event.text(words));
    }
    text
}
