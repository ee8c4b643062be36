//! The web part as it is served: pages and their files, embedded in the binary from `web/dist`.
//!
//! In reading order: [`files`] (what Vite has built, each file plain, gzip and brotli), [`page`] (the HTML of the crew map and of the map for other homepages, with
//! what only the server knows written into it). A debug build reads the files from the checkout at every request, so
//! that the web part can be built again without building this. Knows the district's name and bounds, and no features.

mod files;
mod page;

use axum::routing::get;

use crate::http::Routes;

/// Every route of this module.
pub fn routes() -> Routes {
    Routes::new()
        .route("/map", get(page::crew_map))
        .route("/assets/{file}", get(files::asset))
        .route("/icons/{file}", get(files::icon))
        .route("/favicon.ico", get(files::favicon))
        .route("/sw.js", get(files::service_worker))
        .route("/manifest.webmanifest", get(files::manifest))
        .route("/embed", get(page::embedded_map))
        .route("/embed.js", get(page::element))
}
