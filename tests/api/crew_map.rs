//! The crew map's page and its files. They hold whether or not the web part was built before the program: what only a
//! built one shows is looked at where there is one.

use axum::http::StatusCode;

use crate::support::TestServer;

/// Names of the files the page asks for; empty where the web part is not built.
fn assets(page: &str) -> Vec<String> {
    let parts = page.split("\"/assets/").skip(1);
    parts.filter_map(|rest| rest.split('"').next()).map(|name| format!("/assets/{name}")).collect()
}

#[tokio::test]
async fn the_page_opens_on_an_alarm_or_says_how_it_is_built() {
    let server = TestServer::start().await;
    let reply = server.get("/map?at=32U+PE+48560+81005&text=Brand&einsatz=17").await;
    assert!(reply.header("content-type").starts_with("text/html"));
    if reply.status == StatusCode::SERVICE_UNAVAILABLE {
        assert!(reply.text().contains("scripts/web"), "{}", reply.text());
        return;
    }
    assert_eq!(reply.status, StatusCode::OK);
    let page = reply.text();
    assert!(page.contains(&server.app.district.name), "the page knows whose it is");
    assert!(!page.contains("<!--boot-->"));
    let policy = reply.header("content-security-policy");
    assert!(policy.contains("script-src 'self' 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe-eval") && !policy.contains("script-src 'self' 'unsafe"), "{policy}");
    let again = server.get_with("/map", &[("if-none-match", reply.header("etag"))]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED, "what the address asks for is read by the page itself");
}

#[tokio::test]
async fn its_files_are_kept_for_ever_and_come_in_the_smallest_form_the_client_takes() {
    let server = TestServer::start().await;
    let page = server.get("/map").await.text();
    for path in assets(&page) {
        let plain = server.get(&path).await;
        assert_eq!(plain.status, StatusCode::OK, "{path}");
        assert!(plain.header("cache-control").contains("immutable"), "{path}");
        for coding in ["br", "gzip"] {
            let headers = [("accept-encoding", coding)];
            let packed = server.get_with(&path, &headers).await;
            assert_eq!(packed.header("content-encoding"), coding, "{path}");
            assert!(packed.body.len() < plain.body.len() && packed.header("etag") != plain.header("etag"), "{path}");
            let known = [("accept-encoding", coding), ("if-none-match", packed.header("etag"))];
            let again = server.get_with(&path, &known).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
            assert_eq!(again.header("etag"), packed.header("etag"), "{path}");
        }
    }
}

#[tokio::test]
async fn nothing_else_of_the_machine_is_a_file_of_the_page() {
    let server = TestServer::start().await;
    for path in ["/assets/nothing.js", "/assets/..%2findex.html", "/assets/%2e%2e%2fscripts.txt", "/assets/.gitkeep"] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}: {}", reply.text());
        assert_eq!(reply.header("content-type"), "application/problem+json", "{path}");
    }
}
