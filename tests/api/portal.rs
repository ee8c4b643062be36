//! The front door.

use axum::http::StatusCode;

use crate::support::TestServer;

/// What browsers ask for.
const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

#[tokio::test]
async fn browsers_find_the_portal_at_the_root_and_programs_the_api() {
    let server = TestServer::start().await;
    for headers in [&[][..], &[("accept", "*/*")], &[("accept", "application/json")], &[("accept", "image/png")]] {
        let reply = server.get_with("/", headers).await;
        assert_eq!(reply.status, StatusCode::TEMPORARY_REDIRECT, "{headers:?}");
        assert_eq!(reply.header("location"), "ogc", "{headers:?}");
    }
    let reply = server.get_with("/", &[BROWSER, ("accept-language", "en")]).await;
    // Where the web part is not built, the API is the front door of everybody.
    if reply.status == StatusCode::TEMPORARY_REDIRECT {
        return;
    }
    assert_eq!(reply.status, StatusCode::OK);
    let page = reply.text();
    assert!(page.contains("<html lang=\"en\"") && page.contains(&server.app.district.name), "{page}");
    let policy = reply.header("content-security-policy");
    assert!(policy.contains("script-src 'self';"), "the portal has no script within it: {policy}");
}
