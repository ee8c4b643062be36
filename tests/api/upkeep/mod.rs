//! Inspections, defects and outages, and the status that follows from them.

mod attacks;
mod clock;
mod records;
mod reminders;
mod status;

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::support::{Reply, TestServer, Token, hydrant};

/// Every item of the list for hydrants, in order.
const ITEMS: [&str; 8] = ["sign", "accessible", "opens", "coupling", "water", "closes", "drains", "chamber"];
/// A day before all tests happen.
const BEFORE: &str = "2026-05-28";

/// A server with a hydrant, and somebody who may record what becomes of it.
struct Office {
    server: TestServer,
    token: String,
    hydrant: String,
}

impl Office {
    async fn open() -> Self {
        Self::with(TestServer::start().await).await
    }

    async fn with(server: TestServer) -> Self {
        let hydrant = server.seed("hydrants", vec![hydrant(11.4, 53.89, json!({ "ref": "H1" }))]).await[0].to_string();
        Self { token: server.token("editor", None, None).await, hydrant, server }
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Json>) -> Reply {
        self.send_as(&self.token, method, path, body).await
    }

    async fn send_as(&self, token: &str, method: Method, path: &str, body: Option<&Json>) -> Reply {
        let headers = [("content-type", "application/json"), ("if-match", "*")];
        self.server.send(method, path, Token::Secret(token), &headers, body).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: &Json) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }

    /// What stands in the hydrant for everybody.
    async fn properties(&self) -> Json {
        let path = format!("/ogc/collections/hydrants/items/{}", self.hydrant);
        self.server.get(&path).await.json()["properties"].clone()
    }

    /// Status, reason, end and last confirmation.
    async fn published(&self) -> [Json; 4] {
        let properties = self.properties().await;
        ["operational_status", "status_reason", "status_until", "status_as_of"].map(|name| properties[name].clone())
    }

    /// The status in words.
    async fn words(&self) -> String {
        let told = self.get(&format!("/api/upkeep/hydrants/{}", self.hydrant)).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.text());
        told.json()["status"]["words"]["de"].as_str().expect("words").to_owned()
    }

    /// An inspection in which all is in order.
    fn check(&self) -> Json {
        let answers: serde_json::Map<String, Json> =
            ITEMS.iter().map(|item| ((*item).to_owned(), json!("ok"))).collect();
        json!({
            "id": Uuid::now_v7(), "collection": "hydrants", "object": self.hydrant, "checklist": "hydrant_service",
            "checklist_version": 1, "made_on": BEFORE, "answers": answers,
        })
    }

    /// The same in which some items are not.
    fn failed(&self, items: &[&str]) -> Json {
        let mut check = self.check();
        for item in items {
            check["answers"][*item] = json!("failed");
        }
        check
    }

    fn defect(&self) -> Json {
        json!({
            "id": Uuid::now_v7(), "collection": "hydrants", "object": self.hydrant, "kind": "leaking", "severity": "major",
            "effect": "restricted", "found_on": BEFORE,
        })
    }

    fn outage(&self, begins_on: &str, ends_on: Option<&str>) -> Json {
        json!({
            "id": Uuid::now_v7(), "collection": "hydrants", "object": self.hydrant, "cause": "construction",
            "begins_on": begins_on, "ends_on": ends_on,
        })
    }

    async fn recorded(&self, path: &str, body: &Json) -> Json {
        let reply = self.post(path, body).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        reply.json()
    }
}

/// The same with a member otherwise.
fn but(mut body: Json, name: &str, value: Json) -> Json {
    body[name] = value;
    body
}
