//! Photos and documents of objects.

mod input;
mod kept;
mod rights;

use std::io::Cursor;

use axum::http::{Method, StatusCode};
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::support::{Reply, TestServer, Token, hydrant};

/// A document of a page without anything on it.
pub const DOCUMENT: &[u8] = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n";

/// A photo that no other number makes.
pub fn photo(width: u32, height: u32, number: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = RgbImage::from_fn(width, height, |x, y| Rgb([number, (x % 256) as u8, (y % 256) as u8]));
    image.write_to(&mut bytes, ImageFormat::Jpeg).expect("a photo");
    bytes.into_inner()
}

/// A server with a hydrant, and somebody who keeps it.
pub struct Office {
    pub server: TestServer,
    pub token: String,
    pub hydrant: String,
}

impl Office {
    pub async fn open() -> Self {
        Self::with(TestServer::start().await).await
    }

    pub async fn with(server: TestServer) -> Self {
        let hydrant = server.seed("hydrants", vec![hydrant(11.4, 53.89, json!({ "ref": "H1" }))]).await[0].to_string();
        Self { token: server.token("editor", None, None).await, hydrant, server }
    }

    /// The address at which a file of the hydrant is sent, and its id.
    pub fn address(&self, more: &str) -> (String, Uuid) {
        let id = Uuid::now_v7();
        (format!("/api/files?collection=hydrants&object={}&id={id}{more}", self.hydrant), id)
    }

    pub async fn send(&self, token: &str, path: &str, bytes: &[u8]) -> Reply {
        self.server.send_bytes(Method::POST, path, Token::Secret(token), &[], bytes.to_vec()).await
    }

    /// A file that is taken; what is answered.
    pub async fn added(&self, more: &str, bytes: &[u8]) -> Json {
        let reply = self.send(&self.token, &self.address(more).0, bytes).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        reply.json()
    }

    pub async fn get_as(&self, token: &str, path: &str) -> Reply {
        self.server.send(Method::GET, path, Token::Secret(token), &[], None).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.get_as(&self.token, path).await
    }

    pub async fn change_as(&self, token: &str, method: Method, path: &str, body: Option<&Json>) -> Reply {
        let headers = [("content-type", "application/json"), ("if-match", "*")];
        self.server.send(method, path, Token::Secret(token), &headers, body).await
    }

    pub async fn change(&self, method: Method, path: &str, body: Option<&Json>) -> Reply {
        self.change_as(&self.token, method, path, body).await
    }

    /// What is listed of the hydrant, for whoever has the token.
    pub async fn listed_by(&self, token: &str, more: &str) -> Vec<Json> {
        let path = format!("/api/files?collection=hydrants&object={}{more}", self.hydrant);
        let reply = self.get_as(token, &path).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        reply.json()["files"].as_array().expect("a list").clone()
    }

    pub async fn listed(&self) -> Vec<Json> {
        self.listed_by(&self.token, "").await
    }
}

/// Where a file is.
pub fn path(file: &Json) -> String {
    format!("/api/files/{}", file["id"].as_str().expect("an id"))
}

/// The ids of files, in their order.
fn ids(files: &[Json]) -> Vec<&str> {
    files.iter().map(|file| file["id"].as_str().expect("an id")).collect()
}
