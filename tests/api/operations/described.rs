//! Whether answers are what their descriptions say: a small part of JSON Schema, and stricter in one thing. Where members are
//! described, a member that is not is a fault.

use axum::http::Method;
use chrono::{DateTime, NaiveDate};
use serde_json::{Map, Value as Json};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::support::{Reply, TestServer};

/// The description of a server.
pub struct Description(Json);

/// That of the first server of this process; whoever asks for accounts is told the same by all.
static FIRST: OnceCell<Description> = OnceCell::const_new();

/// Compares what a browser was told, beside refusals, with the description.
pub async fn check(server: &TestServer, method: &Method, path: &str, reply: &Reply) {
    if reply.status.is_success() && reply.header("content-type").starts_with("application/json") {
        let description = FIRST.get_or_init(|| Description::of(server)).await;
        assert_eq!(description.faults(method, path, reply), Vec::<String>::new());
    }
}

impl Description {
    pub async fn of(server: &TestServer) -> Self {
        Self(server.get("/api/openapi.json").await.json())
    }

    /// What an answer has that its description has not, and the other way round; each with its place.
    pub fn faults(&self, method: &Method, path: &str, reply: &Reply) -> Vec<String> {
        let path = path.split('?').next().unwrap_or_default();
        let operation = self.operation(method, path);
        let status = reply.status.as_str();
        let answer = self.resolved(&operation["responses"][status]);
        let media = reply.header("content-type").split("; ").next().unwrap_or_default();
        let Some(content) = answer["content"].get(media) else {
            return vec![format!("{method} {path}: {status} {media} is not described")];
        };
        let mut found = Vec::new();
        self.compare(&content["schema"], &reply.json(), &format!("{method} {path}: "), &mut found);
        found
    }

    /// The operation at the address that is nearest to a path: `/api/a/b` is that and not `/api/a/{id}`.
    fn operation(&self, method: &Method, path: &str) -> &Json {
        let fits = |address: &str| {
            let (parts, of_path) = (address.split('/'), path.split('/'));
            parts.clone().count() == of_path.clone().count()
                && parts.zip(of_path).all(|(part, text)| part_fits(part, text))
        };
        let all = self.0["paths"].as_object().expect("paths").iter().filter(|(address, _)| fits(address));
        let nearest = all.min_by_key(|(address, _)| address.matches('{').count());
        &nearest.unwrap_or_else(|| panic!("{path} is not described")).1[method.as_str().to_lowercase()]
    }

    fn resolved<'a>(&'a self, value: &'a Json) -> &'a Json {
        match value["$ref"].as_str() {
            Some(reference) => self.0.pointer(&reference[1..]).expect("a component"),
            None => value,
        }
    }

    fn compare(&self, schema: &Json, value: &Json, at: &str, found: &mut Vec<String>) {
        let schema = self.resolved(schema);
        assert!(schema["allOf"].is_null(), "{at} is described by parts, which are not compared");
        if let Some(kinds) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
            let faults = kinds.iter().map(|kind| {
                let mut found = Vec::new();
                self.compare(kind, value, at, &mut found);
                found
            });
            found.extend(faults.min_by_key(Vec::len).unwrap_or_default());
            return;
        }
        let fault = || format!("{at} {value} is not {schema}");
        let is_listed = schema["enum"].as_array().is_none_or(|listed| listed.contains(value));
        if !is_of_type(&schema["type"], value) || !is_listed || schema.get("const").is_some_and(|only| only != value) {
            found.push(fault());
            return;
        }
        match value {
            Json::Object(members) => self.compare_members(schema, members, at, found),
            Json::Array(entries) => {
                for (k, entry) in entries.iter().enumerate() {
                    self.compare(&schema["items"], entry, &format!("{at}/{k}"), found);
                }
            }
            Json::String(text) if !has_format(schema["format"].as_str(), text) => found.push(fault()),
            _ => {}
        }
    }

    fn compare_members(&self, schema: &Json, members: &Map<String, Json>, at: &str, found: &mut Vec<String>) {
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str);
        found
            .extend(required.filter(|name| !members.contains_key(*name)).map(|name| format!("{at}/{name} is missing")));
        let (described, others) = (&schema["properties"], &schema["additionalProperties"]);
        for (name, value) in members {
            let at = format!("{at}/{name}");
            match described.get(name) {
                Some(schema) => self.compare(schema, value, &at, found),
                None if others.is_object() => self.compare(others, value, &at, found),
                None if described.is_object() => found.push(format!("{at} is not described")),
                None => {}
            }
        }
    }
}

fn part_fits(part: &str, text: &str) -> bool {
    match part.strip_prefix('{').and_then(|part| part.split_once('}')) {
        Some((_, end)) => text.ends_with(end),
        None => part == text,
    }
}

fn is_of_type(wanted: &Json, value: &Json) -> bool {
    let kind = match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    };
    let is = |wanted: &Json| *wanted == kind || *wanted == "integer" && (value.is_i64() || value.is_u64());
    match wanted {
        Json::Null => true,
        Json::Array(kinds) => kinds.iter().any(is),
        wanted => is(wanted),
    }
}

fn has_format(format: Option<&str>, text: &str) -> bool {
    match format {
        Some("uuid") => text.parse::<Uuid>().is_ok(),
        Some("date") => text.parse::<NaiveDate>().is_ok(),
        Some("date-time") => DateTime::parse_from_rfc3339(text).is_ok(),
        _ => true,
    }
}

#[test]
fn what_is_missing_too_much_or_of_another_kind_is_a_fault() {
    let schema = serde_json::json!({
        "type": "object", "required": ["id", "state", "since"],
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "state": { "oneOf": [{ "type": "string", "const": "waiting" }, { "type": "string", "enum": ["done"] }] },
            "since": { "type": ["string", "null"], "format": "date-time" },
            "counts": { "type": "object", "additionalProperties": { "type": "integer" } },
        },
    });
    let faults = |value: Json| {
        let mut found = Vec::new();
        Description(Json::Null).compare(&schema, &value, "", &mut found);
        found.iter().map(|fault| fault.split(' ').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let id = "00000000-0000-0000-0000-000000000000";
    let right = serde_json::json!({ "id": id, "state": "done", "since": null, "counts": { "a": 1 } });
    assert_eq!(faults(right.clone()), Vec::<String>::new());
    let with = |name: &str, value: Json| {
        let mut changed = right.clone();
        changed[name] = value;
        changed
    };
    assert_eq!(faults(serde_json::json!({ "id": id, "state": "waiting" })), ["/since"]);
    for (name, value, place) in [
        ("id", "1".into(), "/id"),
        ("state", "failed".into(), "/state"),
        ("since", "now".into(), "/since"),
        ("other", true.into(), "/other"),
        ("counts", serde_json::json!({ "a": 1.5 }), "/counts/a"),
    ] {
        assert_eq!(faults(with(name, value)), [place]);
    }
}
