//! Requests as the description of an operation has them: with everything that must be there, and nothing else.

use axum::http::Method;
use geokontor::http::Operation;
use geokontor::http::spec::{Context, Version};
use geokontor::texts::Language;
use serde_json::{Map, Value as Json, json};

use crate::support::{NOW, TestServer};

/// What requests are about.
pub struct Target {
    /// A hydrant that is there.
    pub feature: String,
    /// The changeset it was made by.
    pub changeset: i64,
    /// Somebody's account.
    pub account: String,
    /// An organisation.
    pub organisation: String,
    /// An organisation that has tablets, and one of them.
    pub fire_service: String,
    pub device: String,
    /// A defect of the hydrant, and an outage.
    pub defect: String,
    pub outage: String,
    /// A photo of the hydrant.
    pub file: String,
    /// What somebody else proposes.
    pub proposal: String,
}

/// A request without a caller.
#[derive(Debug, Clone)]
pub struct Filled {
    pub method: Method,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Fills in what descriptions leave open, after the document of a server.
pub struct Form<'a> {
    server: &'a TestServer,
    document: Json,
    target: Target,
}

impl<'a> Form<'a> {
    pub async fn new(server: &'a TestServer, target: Target) -> Self {
        Self { server, document: server.get("/api/openapi.json").await.json(), target }
    }

    /// The requests of an operation: one for each of its descriptions. Of collections, hydrants stand for all.
    pub fn requests(&self, operation: &Operation) -> Vec<Filled> {
        let (catalogue, district) = (&self.server.app.catalogue, &self.server.app.district);
        let context = Context { catalogue, district, language: Language::En, version: Version::V3_1 };
        let specs = operation.specs(&context).into_iter().map(|written| (written.address, written.operation));
        let meant = |address: &String| !address.contains("/collections/") || address.contains("/collections/hydrants");
        let of_all = operation.address.matches("{collection}").count() == 0 || operation.address.starts_with("/api/");
        let mut specs: Vec<(String, Json)> = specs.filter(|(address, _)| of_all || meant(address)).collect();
        if specs.is_empty() {
            specs.push((operation.address.replace("{collection}", "hydrants"), json!({})));
        }
        specs.iter().map(|(address, spec)| self.fill(operation, address, spec)).collect()
    }

    fn fill(&self, operation: &Operation, address: &str, spec: &Json) -> Filled {
        let (mut path, mut query) = (address.to_owned(), form_urlencoded::Serializer::new(String::new()));
        let mut headers = Vec::new();
        for parameter in spec["parameters"].as_array().into_iter().flatten().map(|one| self.resolved(one)) {
            let name = parameter["name"].as_str().expect("a name");
            let value = || match name {
                "collection" => "hydrants".to_owned(),
                "account" => self.target.account.clone(),
                "organisation" => self.target.organisation.clone(),
                "device" => self.target.device.clone(),
                "object" | "building" => self.target.feature.clone(),
                "defect" => self.target.defect.clone(),
                "outage" => self.target.outage.clone(),
                "file" => self.target.file.clone(),
                "proposal" => self.target.proposal.clone(),
                _ => self.text(parameter),
            };
            match parameter["in"].as_str().expect("a place") {
                "path" => path = path.replace(&format!("{{{name}}}"), &value()),
                "query" if parameter["required"] == true => drop(query.append_pair(name, &value())),
                // Any state of the feature: an edit without it would be refused for that.
                "header" if name == "If-Match" => headers.push(("if-match".to_owned(), "*".to_owned())),
                _ => {}
            }
        }
        // Addresses of files, which are not described.
        let parts: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect();
        let (mut path, query) = (parts.join("/"), query.finish());
        if !query.is_empty() {
            path = format!("{path}?{query}");
        }
        let mut body = Vec::new();
        if let Some((media, content)) = spec["requestBody"]["content"].as_object().and_then(|all| all.iter().next()) {
            headers.push(("content-type".to_owned(), media.clone()));
            let value = self.body(operation.id).unwrap_or_else(|| self.value(&content["schema"]));
            body = value.to_string().into_bytes();
        }
        Filled { method: operation.method.clone(), path, headers, body }
    }

    /// Where the description cannot say what would be changed by it.
    fn body(&self, id: &str) -> Option<Json> {
        let delete =
            json!({ "collection": "hydrants", "operation": "delete", "id": self.target.feature, "version": "*" });
        match id {
            "update" => Some(json!({ "properties": { "ref": "M1" } })),
            "changeset_create" => Some(json!({ "reason": "a test", "edits": [delete] })),
            "organisation_create" => Some(json!({ "name": "Another", "kind": "amt" })),
            "organisation_change" => Some(json!({ "name": "Changed", "kind": "amt" })),
            "role_give" => {
                let Target { account, organisation, .. } = &self.target;
                Some(json!({ "account": account, "organisation": organisation, "role": "reader" }))
            }
            // What somebody may have in a token is asked of them alone.
            "token_create" => Some(json!({})),
            // That a proposal is somebody else's is answered as a right that is missing.
            "proposal_withdraw" => Some(json!({ "reason": 1 })),
            "file_change" => Some(json!({ "caption": "At the fence" })),
            "view_create" => Some(json!({ "name": "Due", "collection": "hydrants", "query": "" })),
            "device_create" => Some(json!({ "name": "TLF", "organisation": self.target.fire_service })),
            "inspection" | "defect" | "outage" => Some(self.record(id)),
            // A wrong code, or PIN, is answered as a right that is missing.
            "enrol" | "enrolment_pin" => Some(json!({})),
            "account_invite" => Some(json!({ "mail": "new@amt.example", "name": "New" })),
            // A wrong password is answered as a right that is missing.
            "account_password" | "account_totp_remove" | "account_recovery_codes" => Some(json!({})),
            "account_passkey_remove" | "account_mail" => Some(json!({ "password": 1 })),
            _ => None,
        }
    }

    /// Something recorded of the hydrant.
    fn record(&self, what: &str) -> Json {
        let day = &NOW[..10];
        let mut record = match what {
            "inspection" => json!({ "checklist": "hydrant_service", "checklist_version": 1, "made_on": day }),
            "defect" => json!({ "kind": "leaking", "severity": "minor", "effect": "none", "found_on": day }),
            _ => json!({ "cause": "frost", "begins_on": day }),
        };
        // Any id that no record has.
        let members =
            [("id", self.target.feature.as_str()), ("collection", "hydrants"), ("object", &self.target.feature)];
        for (name, value) in members {
            record[name] = json!(value);
        }
        record
    }

    fn resolved<'b>(&'b self, value: &'b Json) -> &'b Json {
        match value["$ref"].as_str() {
            Some(reference) => self.document.pointer(&reference[1..]).expect("a component"),
            None => value,
        }
    }

    /// A parameter as it stands in an address.
    fn text(&self, parameter: &Json) -> String {
        if let Some(example) = parameter["example"].as_str() {
            return example.to_owned();
        }
        match self.value(&parameter["schema"]) {
            Json::String(text) => text,
            other => other.to_string(),
        }
    }

    /// The least value that fits a schema.
    fn value(&self, schema: &Json) -> Json {
        let schema = self.resolved(schema);
        for given in [&schema["example"], &schema["default"], &schema["enum"][0], &schema["const"]] {
            if !given.is_null() {
                return given.clone();
            }
        }
        if !schema["oneOf"].is_null() {
            return self.value(&schema["oneOf"][0]);
        }
        if let Some(all) = schema["allOf"].as_array() {
            return self.object(all.iter().map(|part| self.resolved(part)).chain([schema]));
        }
        let kind = schema["type"].as_array().map_or(&schema["type"], |kinds| &kinds[0]);
        match kind.as_str() {
            Some("object") => self.object([schema]),
            Some("array") => {
                let least = schema["minItems"].as_u64().unwrap_or(0);
                (0..least).map(|_| self.value(&schema["items"])).collect()
            }
            // Small, and the number of something that is there.
            Some("integer") if schema["minimum"].is_null() => json!(self.target.changeset),
            Some("integer" | "number") => schema["minimum"].clone(),
            Some("string") if schema["format"] == "uuid" => json!(self.target.feature),
            Some("string") if schema["format"] == "date-time" => json!(NOW),
            Some("string") => json!("0"),
            Some("boolean") => json!(false),
            _ => Json::Null,
        }
    }

    fn object<'b>(&'b self, schemas: impl IntoIterator<Item = &'b Json>) -> Json {
        let schemas: Vec<&Json> = schemas.into_iter().collect();
        let required = schemas.iter().filter_map(|schema| schema["required"].as_array()).flatten();
        let names = required.filter_map(Json::as_str);
        let schema_of = |name: &str| schemas.iter().find_map(|schema| schema["properties"].get(name));
        let members = names.filter_map(|name| Some((name.to_owned(), self.value(schema_of(name)?))));
        Json::Object(members.collect::<Map<_, _>>())
    }
}
