//! The routes of all domains, and what wraps them.

use std::sync::Arc;

use axum::Router;

use super::Server;
use super::{nodes, operating, workings};
use crate::http::layers::{self, Rules};
use crate::http::{Routes, metrics};
use crate::ogc::openapi;

/// All routes of a server.
pub fn routes(server: &Arc<Server>) -> Routes {
    let domains = Routes::new()
        .merge(operating::routes(server.clone()))
        .merge(server.accounts.clone().routes())
        .merge(server.organisations.clone().routes())
        .merge(server.devices.clone().routes())
        .merge(server.proposals.clone().routes())
        .merge(server.views.clone().routes())
        .merge(server.imports.clone().routes())
        .merge(workings::routes(server.clone()))
        .merge(nodes::routes(server.clone()))
        .merge(server.ogc.clone().routes())
        .merge(server.firewater.clone().routes())
        .merge(server.supply.clone().routes())
        .merge(server.upkeep.clone().routes())
        .merge(server.files.clone().routes())
        .merge(server.search.clone().routes())
        .merge(server.tiles.clone().routes())
        .merge(server.maps.clone().routes())
        .merge(server.print.clone().routes())
        .merge(server.events.clone().routes())
        .merge(server.offline.clone().routes())
        .merge(server.pages.clone().routes());
    let described = openapi::routes(server.ogc.clone(), domains.operations());
    domains.merge(described)
}

/// What answers requests.
pub fn router(server: &Arc<Server>) -> Router {
    metrics::start();
    layers::wrap(routes(server).into_router(), rules(server))
}

/// What every request is held to.
pub fn rules(server: &Arc<Server>) -> Rules {
    let (config, watched) = (&server.config, server.clone());
    Rules {
        maximum_requests: config.maximum_requests,
        body_limit: config.body_limit,
        request_timeout: config.request_timeout,
        write_timeout: config.write_timeout,
        origins: server.cartography.ground.origins(),
        trusted_proxies: config.trusted_proxies.clone(),
        texts: server.texts.clone(),
        work: server.ogc.work.clone(),
        answers: server.answers.clone(),
        index: server.index.clone(),
        is_ready: Box::new(move || watched.is_ready()),
    }
}
