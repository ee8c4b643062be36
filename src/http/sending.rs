//! Answers on their way out: in pieces, counted, and with what they hold until they are sent or dropped.
//!
//! An answer that nobody reads must not cost memory for long, nor let others in that would not be read either. So a large
//! one keeps the place of its request, its bytes are counted against a limit of the whole server, and its connection sees
//! when the next piece is taken ([`Line`](super::line::Line)). Where there is no room left, unread ones give way
//! ([`Readers`]).

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker, ready};
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody};
use axum::response::Response;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::{Notify, OwnedSemaphorePermit};

use super::line::Busy;
use super::readers::{Reader, Readers};

/// Answers up to so many bytes are handed over at once: the system's own buffers hold as much.
pub const SMALL: u64 = 16 << 10;
/// Bytes that are handed over at a time. On a slow line that many answers share, each piece is a sign of life.
const PIECE: usize = 16 << 10;

/// How long whoever asks waits for the room of an answer that gives way: its connection only has to be dropped.
const GIVING_WAY: Duration = Duration::from_secs(1);

/// Bytes of answers that wait to be sent, in the whole process.
#[derive(Debug)]
pub struct Held {
    room: Arc<Room>,
    most: usize,
    readers: Readers,
}

#[derive(Debug, Default)]
struct Room {
    bytes: AtomicUsize,
    /// Told whenever there is more of it.
    freed: Notify,
}

/// Some of these bytes, given back when dropped.
#[derive(Debug)]
struct Share {
    room: Arc<Room>,
    count: usize,
}

/// More answers wait to be sent than the server has memory for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more answers wait to be sent than the server has memory for")]
pub struct TooMuchHeld;

impl Held {
    /// None so far, and so many at most.
    pub fn new(most: usize) -> Self {
        Self { room: Arc::default(), most, readers: Readers::default() }
    }

    /// Bytes that wait now.
    pub fn bytes(&self) -> usize {
        self.room.bytes.load(Ordering::Relaxed)
    }

    /// Sends an answer in pieces. It keeps the permit and the connection busy until it is sent or dropped. `size` is what
    /// it is made from, where that is in memory.
    ///
    /// # Errors
    /// If there is no room for it, and all that are on their way are read.
    pub async fn send(
        &self,
        response: Response,
        size: Option<u64>,
        permit: Option<OwnedSemaphorePermit>,
        busy: Option<Busy>,
    ) -> Result<Response, TooMuchHeld> {
        let whole = response.body().size_hint().exact();
        if whole.is_some_and(|size| size <= SMALL) {
            return Ok(response);
        }
        let (head, mut body) = response.into_parts();
        // A whole answer lies ready. What others hold, too, such as a kept tile, takes no memory of its own.
        let rest = whole.and_then(|_| at_hand(&mut body)).unwrap_or_default();
        let count = match whole {
            Some(_) if rest.is_unique() => rest.len(),
            Some(_) => 0,
            None => size.map_or(0, |size| usize::try_from(size).unwrap_or(usize::MAX)),
        };
        let share = self.room_for(count).await.ok_or(TooMuchHeld)?;
        let reader = busy.as_ref().map(|busy| self.readers.enter(busy));
        Ok(Response::from_parts(head, Body::new(Sending { rest, body, busy, _kept: (permit, share, reader) })))
    }

    /// Has an answer that nobody reads give way, and waits for what that frees. `None` if all are read.
    pub async fn give_way<T>(&self, freed: impl Future<Output = T>) -> Option<T> {
        if !self.readers.give_up_one(Instant::now()) {
            return None;
        }
        tokio::time::timeout(GIVING_WAY, freed).await.ok()
    }

    /// Room for so many bytes, if need be that of others.
    async fn room_for(&self, count: usize) -> Option<Share> {
        loop {
            let freed = self.room.freed.notified();
            if let Some(share) = self.share(count) {
                return Some(share);
            }
            self.give_way(freed).await?;
        }
    }

    /// Room for so many bytes. One answer finds it however large it is.
    fn share(&self, count: usize) -> Option<Share> {
        let most = self.most;
        let room = |held: usize| (held == 0 || held.saturating_add(count) <= most).then(|| held.saturating_add(count));
        self.room.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).ok()?;
        Some(Share { room: self.room.clone(), count })
    }
}

/// The first piece of a body, if it lies ready.
fn at_hand(body: &mut Body) -> Option<Bytes> {
    match Pin::new(body).poll_frame(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Some(Ok(frame))) => frame.into_data().ok(),
        _ => None,
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.room.bytes.fetch_sub(self.count, Ordering::Relaxed);
        self.room.freed.notify_waiters();
    }
}

/// An answer that is being sent.
struct Sending {
    /// What was taken from the body and not yet handed over.
    rest: Bytes,
    body: Body,
    busy: Option<Busy>,
    _kept: (Option<OwnedSemaphorePermit>, Share, Option<Reader>),
}

impl HttpBody for Sending {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let sending = &mut *self;
        // Whoever asks for more has taken what there was.
        sending.waits(false);
        while sending.rest.is_empty() {
            match ready!(Pin::new(&mut sending.body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => sending.rest = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                other => return Poll::Ready(other),
            }
        }
        let length = sending.rest.len().min(PIECE);
        let piece = sending.rest.split_to(length);
        sending.waits(true);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.body.size_hint();
        let rest = self.rest.len() as u64;
        match hint.exact() {
            Some(size) => hint.set_exact(size + rest),
            None => hint.set_lower(hint.lower() + rest),
        }
        hint
    }
}

impl Sending {
    fn waits(&mut self, waits: bool) {
        if let Some(busy) = &mut self.busy {
            busy.waits(waits);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Semaphore;

    use super::*;

    fn large(bytes: usize) -> Response {
        Response::new(Body::from(vec![b'a'; bytes]))
    }

    #[tokio::test]
    async fn an_answer_keeps_its_permit_and_its_bytes_until_it_is_sent_or_dropped() {
        let held = Held::new(100_000);
        let places = Arc::new(Semaphore::new(2));
        let permit = || places.clone().try_acquire_owned().ok();
        let sent = held.send(large(60_000), None, permit(), None).await.expect("room");
        let dropped = held.send(large(40_000), None, permit(), None).await.expect("room");
        assert_eq!((held.bytes(), places.available_permits()), (100_000, 0));
        assert!(held.send(large(20_000), None, None, None).await.is_err(), "no room for more");
        assert!(held.send(large(16_000), None, None, None).await.is_ok(), "small answers always go");
        drop(dropped);
        assert_eq!((held.bytes(), places.available_permits()), (60_000, 1));
        let mut body = sent.into_body();
        assert_eq!(body.size_hint().exact(), Some(60_000));
        let mut pieces = Vec::new();
        while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            pieces.push(frame.expect("a frame").into_data().expect("data").len());
        }
        assert_eq!((pieces.iter().sum::<usize>(), pieces.iter().max()), (60_000, Some(&PIECE)));
        drop(body);
        assert_eq!((held.bytes(), places.available_permits()), (0, 2));
    }

    #[tokio::test]
    async fn what_is_kept_anyway_takes_no_room_and_one_answer_always_finds_it() {
        let held = Held::new(100_000);
        let kept = Bytes::from(vec![b'a'; 1_000_000]);
        let shared = held.send(Response::new(Body::from(kept.clone())), None, None, None).await.expect("an answer");
        assert_eq!(held.bytes(), 0);
        let huge = held.send(large(1_000_000), None, None, None).await.expect("an answer");
        assert!(held.send(large(20_000), None, None, None).await.is_err());
        drop((shared, huge, kept));
        assert_eq!(held.bytes(), 0);
    }
}
