//! The web part as it is served: pages and their files, embedded in the binary from `web/dist`, one page an audience.
//!
//! In reading order: [`files`] (what Vite has built, each file plain, gzip and brotli), [`page`] (the HTML of the portal, the crew map
//! and the map for other homepages, with what only the server knows written into it). A debug build reads the files from the checkout at every request, so
//! that the web part can be built again without building this. Knows the district's name and bounds, and no features.

mod describe;
mod files;
mod page;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::FromRef;

use crate::collection::District;
use crate::http::{Gate, Needs, Operation, Routes};

/// What the pages are told.
#[derive(Debug)]
pub struct Pages {
    pub gate: Gate,
    pub district: Arc<District>,
    /// Where a configured ground of the map comes from.
    pub ground_origins: BTreeSet<String>,
    /// Origins whose pages may show the map in a frame.
    pub embed_origins: Vec<String>,
}

impl FromRef<Arc<Pages>> for Gate {
    fn from_ref(domain: &Arc<Pages>) -> Self {
        domain.gate.clone()
    }
}

impl Pages {
    /// Every route of this module.
    pub fn routes(self: Arc<Self>) -> Routes {
        let of = |id, address| Operation::get(id, address, Needs::Nothing);
        Routes::new()
            .route(of("portal", "/").described(describe::portal), page::portal)
            .route(of("sign_in_page", "/sign-in").described(describe::sign_in), page::account)
            .route(
                of("sign_in_return_page", "/sign-in/return/{provider}").described(describe::sign_in_return),
                page::account,
            )
            .route(of("account_page", "/account").described(describe::account), page::account)
            .route(
                of("administration_page", "/administration").described(describe::administration),
                page::administration,
            )
            .route(of("desk_page", "/desk").described(describe::desk), page::desk)
            .route(Operation::file("desk_collection_page", "/desk/{collection}"), page::desk)
            .route(Operation::file("desk_feature_page", "/desk/{collection}/{id}"), page::desk)
            .route(Operation::file("desk_part_page", "/desk/{collection}/{id}/{part}"), page::desk)
            .route(of("tablet_page", "/map/tablet").described(describe::tablet), page::tablet)
            .route(Operation::file("tablet_address", "/tablet"), page::to_tablet)
            .route(of("crew_map", "/map").described(describe::crew_map), page::crew_map)
            .route(Operation::file("asset", "/assets/{file}"), files::asset)
            .route(Operation::file("icon", "/icons/{file}"), files::icon)
            .route(Operation::file("favicon", "/favicon.ico"), files::favicon)
            .route(Operation::file("service_worker", "/sw.js"), files::service_worker)
            .route(Operation::file("web_manifest", "/manifest.webmanifest"), files::manifest)
            .route(of("embedded_map", "/embed").described(describe::embedded_map), page::embedded_map)
            .route(of("element", "/embed.js").described(describe::element), page::element)
            .answered_by(self)
    }
}
