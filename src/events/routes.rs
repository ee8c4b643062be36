//! `GET /api/events`.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::Events;
use super::describe;
use super::event::{Event, Filter};
use super::hub::{MOST_IN_A_BATCH, Subscription};
use super::replay::{CATCH_UP, is_known, older};
use super::stream::{Listening, Open, greeting, reset, seen, told, written};
use crate::feature::crs::Crs;
use crate::filter::{Bbox, DistrictPlane};
use crate::http::line::Line;
use crate::http::{Gate, Needs, Operation, Parameters, Problem, ProblemKind, Routes, Standing, Trouble, Wrong, origin};
use crate::identity::Caller;
use crate::store::StoreError;
use crate::store::journal::Cursor;

impl FromRef<Arc<Events>> for Gate {
    fn from_ref(domain: &Arc<Events>) -> Self {
        domain.gate.clone()
    }
}

impl Events {
    /// The routes of live events.
    pub fn routes(self: Arc<Self>) -> Routes {
        Routes::new()
            .route(Operation::get("events", "/api/events", Needs::Nothing).described(describe::events), events)
            .answered_by(self)
    }
}

/// `/api/events`: changes of the collections the caller may know of.
async fn events(
    State(events): State<Arc<Events>>,
    caller: Caller,
    standing: Standing,
    mut query: Parameters,
    headers: HeaderMap,
    line: Option<Extension<Arc<Line>>>,
) -> Result<Response, Problem> {
    let filter = filter(&events, &caller, &mut query);
    query.finish()?;
    let share = match line {
        Some(Extension(line)) => {
            let origin = origin::of(line.peer, &headers, &events.trusted_proxies);
            Some(events.shares.take(origin).ok_or_else(|| too_many(&Trouble::StreamsHere))?)
        }
        None => None,
    };
    let permit = events.streams.clone().try_acquire_owned().map_err(|_| too_many(&Trouble::Streams))?;
    let open = Open::new(permit, share);
    let since = headers.get("last-event-id").map(|id| id.to_str().ok().and_then(|id| id.parse::<Cursor>().ok()));
    if let Some(Some(since)) = &since {
        events.index.covers_within(since, CATCH_UP).await;
    }
    let Some(subscription) = events.hub.subscribe() else {
        return Err(Problem::loading());
    };
    let mut first = greeting(&subscription.reached);
    if let Some(since) = since {
        // The greeting's id would make the client miss what follows if it were cut off in between.
        first = match since {
            Some(since) => missed(&events, &filter, &since, &subscription).await,
            None => reset("the id is not one of ours", &[], &subscription.reached),
        };
    }
    let listening = Listening {
        hub: events.hub.clone(),
        filter,
        news: subscription.news,
        first: Some(first),
        reached: subscription.reached,
        standing,
        seen: seen(&events.catalogue, &caller),
        closing: events.closing.clone(),
        ended: false,
        _open: open,
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // Proxies that collect an answer before they hand it on would hold events back.
        (header::HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::from_stream(listening.into_bytes())).into_response())
}

fn too_many(streams: &Trouble) -> Problem {
    Problem::of(ProblemKind::Busy, streams).after(30)
}

fn filter(events: &Events, caller: &Caller, query: &mut Parameters) -> Filter {
    let collections = events.catalogue.collections();
    let seen = seen(&events.catalogue, caller);
    let mut filter = Filter { collections: seen.clone(), bbox: None };
    if let Some(names) = query.take("collections") {
        let mut wanted = vec![false; seen.len()];
        for name in names.split(',').map(str::trim) {
            match events.catalogue.position(name).filter(|position| seen[*position]) {
                Some(position) => wanted[position] = true,
                None => {
                    let known = collections.iter().filter(|one| seen[one.place]);
                    let known: Vec<&str> = known.map(|one| one.name.as_str()).collect();
                    query.wrong("collections", &Wrong::NotOffered { word: name, offered: &known });
                }
            }
        }
        filter.collections = wanted;
    }
    if let Some(bbox) = query.value::<Bbox>("bbox") {
        filter.bbox = query.keep("bbox", bbox.in_district(Crs::CRS84, &DistrictPlane::new(&events.district)));
    }
    filter
}

/// What happened between `since` and the subscription: from memory, else from the journal, else a reset.
async fn missed(events: &Events, filter: &Filter, since: &Cursor, subscription: &Subscription) -> String {
    let (reached, words) = (&subscription.reached, &events.hub.words);
    match is_known(events, since, subscription).await {
        Ok(true) => {}
        Ok(false) => return reset("the id is of a journal this server does not follow", &[], reached),
        Err(error) => return unreadable(&error, reached),
    }
    let mut text = String::new();
    if !since.covers(&subscription.floor) {
        match older(events, since, &subscription.floor, MOST_IN_A_BATCH).await {
            Ok(Some(changes)) => {
                let events: Vec<Event> = changes.into_iter().map(Event::new).collect();
                let passing: Vec<&Event> = events.iter().filter(|event| filter.passes(&event.changed)).collect();
                text = written(&passing, words, &subscription.floor);
            }
            Ok(None) => return reset("the id is too old", &[], reached),
            Err(error) => return unreadable(&error, reached),
        }
    }
    for batch in subscription.kept.iter().filter(|batch| !since.covers(&batch.after)) {
        text.push_str(&told(batch, Some(since), filter, words));
    }
    text.push_str(&greeting(reached));
    text
}

fn unreadable(error: &StoreError, reached: &Cursor) -> String {
    tracing::warn!(%error, "a stream of events cannot be resumed from the journal");
    reset("what was missed cannot be read now", &[], reached)
}
